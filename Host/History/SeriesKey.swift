/// What the rows of a series are.
package enum SeriesKind: UInt8, CaseIterable, Sendable {
    case bars = 1
    case trades = 2
    case quotes = 3
    /// Changes of an order book, one level a row.
    case book = 4
    /// Mark and index prices of a contract.
    case marks = 5
    /// How much of a contract is open on its venue.
    case openInterest = 6
    /// Positions that a venue closed by force.
    case liquidations = 7
    /// Where messages of an instrument's other streams were missed; a book marks its own.
    case gaps = 8

    package var name: String {
        switch self {
        case .bars: "bars"
        case .trades: "trades"
        case .quotes: "quotes"
        case .book: "book"
        case .marks: "marks"
        case .openInterest: "open-interest"
        case .liquidations: "liquidations"
        case .gaps: "gaps"
        }
    }

    package init?(name: some StringProtocol) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}

/// What a series is found by: one instrument, one kind and, for bars, one interval.
package struct SeriesKey: Hashable, Comparable, Sendable {
    /// `Instrument.name`.
    package let instrument: String
    package let kind: SeriesKind
    /// Length of a bar in nanoseconds; 0 unless `kind` is bars.
    package let interval_ns: Int64

    package init(instrument: String, kind: SeriesKind, interval_ns: Int64) {
        self.instrument = instrument
        self.kind = kind
        self.interval_ns = interval_ns
    }

    package static func < (left: SeriesKey, right: SeriesKey) -> Bool {
        (left.instrument, left.kind.rawValue, left.interval_ns)
            < (right.instrument, right.kind.rawValue, right.interval_ns)
    }

    /// The key as people read it: `BTC/USD bars 1m`.
    package var text: String {
        instrument + " " + kind.name + (kind == .bars ? " " + Interval.text(interval_ns) : "")
    }

    /// End of the name of every series file.
    package static let fileSuffix = ".rhist"

    /// The name of the series' file: `BTC%2FUSD~bars~1m.rhist`.
    ///
    /// Every byte of the instrument but letters, digits, `-`, `_` and an inner `.` is written as
    /// `%` and two hexadecimal digits, so the name is one safe path component and reads back.
    package var fileName: String {
        let interval = kind == .bars ? "~" + Interval.text(interval_ns) : ""
        return Self.escaped(instrument) + "~" + kind.name + interval + Self.fileSuffix
    }

    /// An instrument's name as one safe path component that reads back.
    static func escaped(_ instrument: String) -> String {
        var name = ""
        for (index, byte) in instrument.utf8.enumerated() {
            name += isPlain(byte, first: index == 0) ? letter(byte) : escaped(byte)
        }
        return name
    }

    /// Reads a file name back; nil when it is not exactly what ``fileName`` writes.
    package init?(fileName: String) {
        guard fileName.hasSuffix(Self.fileSuffix) else { return nil }
        let parts = fileName.dropLast(Self.fileSuffix.count).split(
            separator: "~", omittingEmptySubsequences: false)
        guard parts.count >= 2, let kind = SeriesKind(name: parts[1]),
            parts.count == (kind == .bars ? 3 : 2), let instrument = Self.unescaped(parts[0])
        else { return nil }
        let interval_ns = kind == .bars ? Interval.parse(parts[2]) : 0
        guard let interval_ns else { return nil }
        self.init(instrument: instrument, kind: kind, interval_ns: interval_ns)
        guard self.fileName == fileName else { return nil }
    }

    private static func isPlain(_ byte: UInt8, first: Bool) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        case 0x2E: !first
        default: false
        }
    }

    private static func letter(_ byte: UInt8) -> String { String(UnicodeScalar(byte)) }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
    }

    private static func unescaped(_ text: Substring) -> String? {
        var bytes: [UInt8] = [], rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == 0x25 else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
