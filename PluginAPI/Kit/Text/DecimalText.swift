/// An exact decimal number as text, made without allocation: `units` * 10^-`decimals`.
public struct DecimalText: Sendable {
    private var bytes = InlineArray<48, UInt8>(repeating: 0)
    private var start = 48

    /// Writes exactly `decimals` digits after the point.
    ///
    /// - Parameter decimals: 0...38.
    public init(_ units: some BinaryInteger, decimals: Int = 0) {
        precondition((0...38).contains(decimals), "there are 0...38 decimals")
        let isNegative = units < 0
        var rest = UInt128(units.magnitude), written = 0
        while rest > 0 || written <= decimals {
            if written == decimals, decimals > 0 { put(0x2E) }
            put(0x30 + UInt8(rest % 10))
            rest /= 10
            written += 1
        }
        if isNegative { put(0x2D) }
    }

    /// Puts a byte before what is there.
    private mutating func put(_ byte: UInt8) {
        start -= 1
        bytes[start] = byte
    }

    /// Adds the text to `target`.
    public func write(to target: inout [UInt8]) {
        for index in start..<48 { target.append(bytes[index]) }
    }
}

extension String {
    /// The number as text.
    public init(_ text: DecimalText) {
        var bytes: [UInt8] = []
        text.write(to: &bytes)
        self = String(decoding: bytes, as: UTF8.self)
    }
}

extension Bytes {
    /// The decimal that they spell, as a count of 10^-`decimals`.
    ///
    /// Allowed are an optional `-`, digits, and perhaps a point with digits on both sides; zeros at
    /// the end are no decimals: `1.500` needs one.
    ///
    /// - Returns: nil when they are anything else, need more decimals, or the count does not fit.
    public func wideUnits(decimals: Int) -> Int128? {
        let isNegative = count > 0 && self[0] == 0x2D
        guard let number = DecimalPlaces(self, from: isNegative ? 1 : 0),
            number.decimals <= decimals
        else { return nil }
        var value: UInt128 = 0
        for index in number.first..<number.end where self[index] != 0x2E {
            guard DecimalPlaces.add(self[index] &- 0x30, to: &value) else { return nil }
        }
        for _ in number.decimals..<decimals {
            guard DecimalPlaces.add(0, to: &value) else { return nil }
        }
        if isNegative, value == 1 << 127 { return Int128.min }
        return Int128(exactly: value).map { isNegative ? -$0 : $0 }
    }

    /// As ``wideUnits(decimals:)``, for a price or a quantity.
    public func units(decimals: Int) -> Int64? {
        wideUnits(decimals: decimals).flatMap { Int64(exactly: $0) }
    }

    /// The id that they spell: digits only, above 0.
    public var id: UInt64? {
        var value: UInt64 = 0
        for byte in self {
            guard (0x30...0x39).contains(byte) else { return nil }
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = tens.addingReportingOverflow(UInt64(byte &- 0x30))
            guard !isTooLarge, !overflow else { return nil }
            value = sum
        }
        return value > 0 ? value : nil
    }
}

/// Where the digits of a decimal lie, without sign and without zeros at its end.
private struct DecimalPlaces {
    let first: Int
    let end: Int
    /// Digits after the point.
    let decimals: Int

    /// nil when the bytes from `first` on are no decimal.
    init?(_ bytes: Bytes, from first: Int) {
        var point: Int?, end = bytes.count
        for index in first..<max(first, end) where !(0x30...0x39).contains(bytes[index]) {
            guard bytes[index] == 0x2E, point == nil else { return nil }
            point = index
        }
        guard end > first, point != first, point != end - 1 else { return nil }
        if let point {
            while bytes[end - 1] == 0x30, end - 1 > point { end -= 1 }
        }
        self.first = first
        self.end = end
        decimals = point.map { Swift.max(0, end - $0 - 1) } ?? 0
    }

    /// Adds a digit. Returns whether it fitted.
    static func add(_ digit: UInt8, to value: inout UInt128) -> Bool {
        let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflow) = tens.addingReportingOverflow(UInt128(digit))
        value = sum
        return !isTooLarge && !overflow
    }
}
