/// Why a text is not an exact decimal number.
public enum DecimalError: Error, Equatable, Sendable {
    /// There is no digit where a number should be.
    case notANumber
    /// The number needs `found` decimals; the instrument has `allowed`.
    case tooManyDecimals(found: Int, allowed: Int)
    /// The number does not fit the integer that should hold it.
    case outOfRange
}

/// Decimal text read and written exactly, without floating point.
///
/// Accepted: an optional sign, digits with at most one point, and an optional exponent (`1.5e-3`).
/// Trailing zeros after the point never count as decimals: `1.500` has one.
public enum ExactDecimal {
    /// A number taken apart: `(negative ? -1 : 1) * digits * 10^exponent`, no trailing zeros in
    /// `digits`.
    public struct Parts: Equatable, Sendable {
        /// Whether it is below 0.
        public let negative: Bool
        /// The number without sign and point.
        public let digits: UInt128
        /// Power of ten that `digits` is multiplied with.
        public let exponent: Int

        public init(negative: Bool, digits: UInt128, exponent: Int) {
            self.negative = negative
            self.digits = digits
            self.exponent = exponent
        }

        /// Decimals needed to hold the number exactly, 0 or more.
        public var decimals: Int { digits == 0 ? 0 : max(0, -exponent) }
    }

    /// Returns the count of units of 10^-`decimals` that the bytes of `text` spell.
    ///
    /// - Parameter decimals: 0...18.
    /// - Throws: ``DecimalError`` when the text is no number, needs more decimals, or does not fit.
    @inlinable public static func units<Text: Sequence>(
        _ text: Text, decimals: Int
    ) throws(DecimalError)
        -> Int64 where Text.Element == UInt8
    {
        let wide = try units128(text, decimals: decimals)
        guard let units = Int64(exactly: wide) else { throw .outOfRange }
        return units
    }

    /// Returns the count of units of 10^-`decimals` that the bytes of `text` spell, for cash.
    @inlinable public static func units128<Text: Sequence>(
        _ text: Text, decimals: Int
    )
        throws(DecimalError) -> Int128 where Text.Element == UInt8
    {
        let parts = try parse(text)
        guard parts.decimals <= decimals else {
            throw .tooManyDecimals(found: parts.decimals, allowed: decimals)
        }
        return try scaled(parts, by: parts.exponent + decimals)
    }

    /// Returns the nearest count of units of 10^-`decimals`, half to even, and whether that was
    /// rounded.
    ///
    /// For volumes only: a price with excess decimals is refused, never rounded.
    public static func roundedUnits<Text: Sequence>(
        _ text: Text, decimals: Int
    )
        throws(DecimalError) -> (units: Int64, rounded: Bool) where Text.Element == UInt8
    {
        let parts = try parse(text)
        let excess = parts.decimals - decimals
        guard excess > 0 else {
            guard let units = Int64(exactly: try scaled(parts, by: parts.exponent + decimals))
            else {
                throw .outOfRange
            }
            return (units, false)
        }
        guard excess <= 38, let divisor = power10(excess) else { return (0, true) }
        let (quotient, rest) = parts.digits.quotientAndRemainder(dividingBy: UInt128(divisor))
        let twice = rest.multipliedReportingOverflow(by: 2)
        let half = UInt128(divisor)
        let up =
            twice.overflow || twice.partialValue > half
            || (twice.partialValue == half && quotient & 1 == 1)
        guard let units = Int64(exactly: quotient + (up ? 1 : 0)) else { throw .outOfRange }
        return (parts.negative ? -units : units, true)
    }

    /// Takes the bytes of a decimal number apart.
    @inlinable public static func parse<Text: Sequence>(_ text: Text) throws(DecimalError) -> Parts
    where Text.Element == UInt8 {
        var digits: UInt128 = 0
        var exponent = 0
        var zeros = 0  // zeros seen since the last other digit
        var seen = false, negative = false, first = true, point = false
        var inExponent = false, exponentSeen = false, exponentNegative = false,
            exponentFirst = false
        var written = 0
        for byte in text {
            if inExponent {
                if exponentFirst, byte == 0x2B || byte == 0x2D {
                    exponentNegative = byte == 0x2D
                    exponentFirst = false
                    continue
                }
                exponentFirst = false
                guard byte >= 0x30, byte <= 0x39 else { throw .notANumber }
                exponentSeen = true
                written = min(written * 10 + Int(byte &- 0x30), 100_000)
                continue
            }
            if first {
                first = false
                if byte == 0x2D || byte == 0x2B {
                    negative = byte == 0x2D
                    continue
                }
            }
            switch byte {
            case 0x30...0x39:
                seen = true
                if point { exponent -= 1 }
                if byte == 0x30 {
                    zeros += 1
                } else {
                    digits = try appended(digits, zeros: zeros, digit: UInt128(byte &- 0x30))
                    zeros = 0
                }
            case 0x2E where !point: point = true
            case 0x65 where seen, 0x45 where seen:
                inExponent = true
                exponentFirst = true
            default: throw .notANumber
            }
        }
        guard seen, !inExponent || exponentSeen else { throw .notANumber }
        exponent += zeros + (exponentNegative ? -written : written)
        if digits == 0 { return Parts(negative: false, digits: 0, exponent: 0) }
        return Parts(negative: negative, digits: digits, exponent: exponent)
    }

    @inlinable static func appended(
        _ digits: UInt128, zeros: Int, digit: UInt128
    )
        throws(DecimalError) -> UInt128
    {
        if digits == 0 { return digit }
        guard let power = power10(zeros + 1) else { throw .outOfRange }
        let (shifted, over) = digits.multipliedReportingOverflow(by: UInt128(power))
        let (sum, carry) = shifted.addingReportingOverflow(digit)
        guard !over, !carry else { throw .outOfRange }
        return sum
    }

    @inlinable static func scaled(_ parts: Parts, by exponent: Int) throws(DecimalError) -> Int128 {
        if parts.digits == 0 { return 0 }
        guard exponent >= 0, let power = power10(exponent) else { throw .outOfRange }
        let (product, over) = parts.digits.multipliedReportingOverflow(by: UInt128(power))
        guard !over, let units = Int128(exactly: product) else { throw .outOfRange }
        return parts.negative ? -units : units
    }

    /// Returns 10^`exponent`, or nil where Int128 does not hold it.
    @inlinable public static func power10(_ exponent: Int) -> Int128? {
        guard exponent >= 0, exponent <= 38 else { return nil }
        var power: Int128 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }

    /// Returns `units` of 10^-`decimals` as text, with all decimals: `text(150, decimals: 2)` is
    /// `1.50`.
    ///
    /// - Parameter decimals: 0...38.
    public static func text(_ units: Int128, decimals: Int) -> String {
        let digits = String(units.magnitude)
        let sign = units < 0 ? "-" : ""
        if decimals == 0 { return sign + digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    /// Returns `units` of 10^-`decimals` as text without trailing zeros after the point.
    public static func shortText(_ units: Int128, decimals: Int) -> String {
        var rest = units, left = decimals
        while left > 0, rest % 10 == 0 {
            rest /= 10
            left -= 1
        }
        return text(rest, decimals: left)
    }
}
