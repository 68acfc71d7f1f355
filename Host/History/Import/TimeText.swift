import RialtoValues

/// How a file writes its times.
package enum TimeUnit: String, CaseIterable, Sendable {
    case seconds = "s"
    case milliseconds = "ms"
    case microseconds = "us"
    case nanoseconds = "ns"
    /// Dates and times such as `2019-01-01T10:20:30Z`.
    case iso

    /// Nanoseconds in one unit; 1 for ISO texts.
    var length_ns: Int64 {
        switch self {
        case .seconds: 1_000_000_000
        case .milliseconds: 1_000_000
        case .microseconds: 1_000
        case .nanoseconds, .iso: 1
        }
    }

    /// Decimals of one unit that nanoseconds can hold.
    var decimals: Int {
        switch self {
        case .seconds: 9
        case .milliseconds: 6
        case .microseconds: 3
        case .nanoseconds, .iso: 0
        }
    }

    /// The unit that a column's name ends with (`ts_ms`), or else the one in which `text` lies in
    /// the years 1973 to 5138 and no finer unit does.
    static func guessed(column: String, text: UnsafeBufferPointer<UInt8>) -> TimeUnit {
        let ending = column.lowercased().split(separator: "_").last ?? ""
        if let unit = allCases.first(where: { $0 != .iso && $0.rawValue == ending }), ending != "s"
        {
            return unit
        }
        let digits = text.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
        if digits < text.count, digits <= 8, text[digits] != 0x2E { return .iso }
        switch digits {
        case ...11: return .seconds
        case 12...14: return .milliseconds
        case 15...17: return .microseconds
        default: return .nanoseconds
        }
    }
}

/// Reads the times of one column; remembers the last date, which mostly comes again.
struct TimeText {
    let unit: TimeUnit
    private var date: UInt64 = 0
    private var day: UInt16 = 0
    private var date_ns: Int64?

    init(unit: TimeUnit) { self.unit = unit }

    /// Returns Unix nanoseconds UTC.
    mutating func time_ns(_ bytes: UnsafeBufferPointer<UInt8>) throws(FieldFault) -> Int64 {
        if bytes.isEmpty { throw .missing }
        guard unit == .iso else {
            do throws(FieldFault) {
                return try FieldText.price(bytes, decimals: unit.decimals)
            } catch { throw error == .outOfRange ? .outOfRange : .notATime }
        }
        if let time = clock(bytes) { return time }
        guard let time = UnixTime.parse(bytes) else { throw .notATime }
        return time
    }

    /// Reads `date?hh:mm:ss` with an optional fraction and `Z` or `+00:00`; nil for all else.
    private mutating func clock(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard bytes.count >= 19, bytes[10] == 0x54 || bytes[10] == 0x20, bytes[13] == 0x3A,
            bytes[16] == 0x3A, let hour = pair(bytes, 11), let minute = pair(bytes, 14),
            let second = pair(bytes, 17), hour < 24, minute < 60, second < 60,
            let date_ns = midnight(bytes)
        else { return nil }
        var index = 19, fraction: Int64 = 0, unit: Int64 = 1_000_000_000
        if index < bytes.count, bytes[index] == 0x2E {
            index += 1
            let first = index
            while index < bytes.count, bytes[index] &- 0x30 <= 9, unit > 1 {
                unit /= 10
                fraction += Int64(bytes[index] - 0x30) * unit
                index += 1
            }
            if index == first { return nil }
        }
        guard isUTC(bytes, from: index) else { return nil }
        let clock_ns = (hour * 3600 + minute * 60 + second) * 1_000_000_000 + fraction
        let (time, over) = date_ns.addingReportingOverflow(clock_ns)
        return over ? nil : time
    }

    private func isUTC(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> Bool {
        switch bytes.count - index {
        case 0: true
        case 1: bytes[index] == 0x5A
        case 6:
            bytes[index] == 0x2B && bytes[index + 1] == 0x30 && bytes[index + 2] == 0x30
                && bytes[index + 3] == 0x3A && bytes[index + 4] == 0x30 && bytes[index + 5] == 0x30
        default: false
        }
    }

    private mutating func midnight(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        let raw = UnsafeRawBufferPointer(bytes)
        let date = raw.loadUnaligned(as: UInt64.self)
        let day = raw.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
        if let date_ns, date == self.date, day == self.day { return date_ns }
        date_ns = UnixTime.parse(bytes[0..<10])
        self.date = date
        self.day = day
        return date_ns
    }

    @inline(__always)
    private func pair(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int64? {
        let tens = bytes[index] &- 0x30, ones = bytes[index + 1] &- 0x30
        return tens <= 9 && ones <= 9 ? Int64(tens) * 10 + Int64(ones) : nil
    }
}
