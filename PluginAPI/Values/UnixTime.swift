/// Times as Unix nanoseconds UTC, read and written as ISO 8601 without a locale or a database of
/// time zones.
public enum UnixTime {
    /// Nanoseconds in a second.
    public static let second: Int64 = 1_000_000_000

    /// Returns `time_ns` as ISO 8601 in UTC, with as many decimals as needed:
    /// `2019-01-01T00:00:00Z`.
    public static func text(_ time_ns: Int64) -> String {
        let (days, rest) = floored(time_ns, 86_400 * second)
        let (year, month, day) = civil(days)
        let (seconds, nanos) = floored(rest, second)
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
        var fraction = ""
        if nanos > 0 {
            fraction = "." + padded(nanos, 9)
            while fraction.last == "0" { fraction.removeLast() }
        }
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
            + clock.joined(separator: ":") + fraction + "Z"
    }

    /// Returns the Unix nanoseconds of an ISO 8601 date or date and time, or nil when it is none.
    ///
    /// Accepted: `2019-01-01`, `2019-01-01T10:20:30`, a blank for the `T`, up to nine decimals of a
    /// second, and `Z` or an offset such as `+01:00`. Without an offset the time is UTC.
    public static func parse<Text: Sequence>(_ text: Text) -> Int64? where Text.Element == UInt8 {
        var reader = Digits(bytes: Array(text))
        guard let year = reader.number(4), reader.skip(0x2D), let month = reader.number(2),
            reader.skip(0x2D), let day = reader.number(2), (1...12).contains(month), day >= 1,
            day <= daysIn(month, year)
        else { return nil }
        var seconds = daysFromCivil(year, month, day) * 86_400
        var nanos: Int64 = 0
        if reader.skip(0x54) || reader.skip(0x20) {
            guard let hour = reader.number(2), reader.skip(0x3A), let minute = reader.number(2),
                hour < 24, minute < 60
            else { return nil }
            seconds += hour * 3600 + minute * 60
            if reader.skip(0x3A) {
                guard let second = reader.number(2), second < 60 else { return nil }
                seconds += second
                if reader.skip(0x2E) {
                    guard let fraction = reader.fraction() else { return nil }
                    nanos = fraction
                }
            }
            guard let offset = reader.offset() else { return nil }
            seconds -= offset
        }
        guard reader.atEnd else { return nil }
        let (whole, over) = seconds.multipliedReportingOverflow(by: second)
        let (sum, carry) = whole.addingReportingOverflow(nanos)
        return over || carry ? nil : sum
    }

    private struct Digits {
        let bytes: [UInt8]
        var index = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var atEnd: Bool { index == bytes.count }

        mutating func skip(_ byte: UInt8) -> Bool {
            guard index < bytes.count, bytes[index] == byte else { return false }
            index += 1
            return true
        }

        mutating func number(_ count: Int) -> Int64? {
            guard index + count <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[index..<index + count] {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            index += count
            return value
        }

        mutating func fraction() -> Int64? {
            var value: Int64 = 0, count = 0
            while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 {
                guard count < 9 else { return nil }
                value = value * 10 + Int64(bytes[index] - 0x30)
                count += 1
                index += 1
            }
            guard count > 0 else { return nil }
            for _ in count..<9 { value *= 10 }
            return value
        }

        /// Seconds east of UTC; 0 when none is written.
        mutating func offset() -> Int64? {
            if atEnd || skip(0x5A) { return 0 }
            let east = skip(0x2B)
            guard east || skip(0x2D), let hour = number(2), hour < 24 else { return nil }
            _ = skip(0x3A)
            guard let minute = atEnd ? 0 : number(2), minute < 60 else { return nil }
            return (east ? 1 : -1) * (hour * 3600 + minute * 60)
        }
    }

    private static func floored(_ value: Int64, _ unit: Int64) -> (Int64, Int64) {
        let rest = ((value % unit) + unit) % unit
        return ((value - rest) / unit, rest)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func daysIn(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
    /// - Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
    private static func daysFromCivil(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * shifted + 2) / 5 + 1
        )
    }
}
