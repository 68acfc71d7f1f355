import RialtoValues

/// Why the text of one field cannot be used.
enum FieldFault: Error, Equatable {
    case missing
    case notANumber
    case notATime
    case notASide
    case notAStream
    case tooManyDecimals(Int)
    case outOfRange
    case quoteOpen
}

/// Numbers read from bytes: plain ones in one pass, the rest by `ExactDecimal`.
enum FieldText {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Returns the count of units of 10^-`decimals` that a price's text spells, exactly.
    static func price(_ bytes: Bytes, decimals: Int) throws(FieldFault) -> Int64 {
        guard let plain = Plain(bytes), let units = plain.exact(decimals) else {
            do throws(DecimalError) {
                return try ExactDecimal.units(bytes, decimals: decimals)
            } catch { throw fault(error) }
        }
        return units
    }

    /// Returns the nearest count of units of 10^-`decimals`, half to even, and whether it was
    /// rounded.
    static func quantity(_ bytes: Bytes, decimals: Int) throws(FieldFault) -> (Int64, Bool) {
        guard let plain = Plain(bytes) else { return try slowQuantity(bytes, decimals) }
        if let units = plain.exact(decimals) { return (units, false) }
        guard plain.scale > decimals else { return try slowQuantity(bytes, decimals) }
        return (plain.rounded(decimals), true)
    }

    private static func slowQuantity(
        _ bytes: Bytes, _ decimals: Int
    ) throws(FieldFault) -> (
        Int64, Bool
    ) {
        do throws(DecimalError) {
            let result = try ExactDecimal.roundedUnits(bytes, decimals: decimals)
            return (result.units, result.rounded)
        } catch { throw fault(error) }
    }

    private static func fault(_ error: DecimalError) -> FieldFault {
        switch error {
        case .notANumber: .notANumber
        case .tooManyDecimals(let found, _): .tooManyDecimals(found)
        case .outOfRange: .outOfRange
        }
    }

    /// Returns 1 for a buy and 2 for a sell; 0 for an empty field or the words for unknown.
    static func side(_ bytes: Bytes) throws(FieldFault) -> Int64 {
        if bytes.isEmpty { return 0 }
        switch lowered(bytes) {
        case "buy", "b", "bid", "1", "+1": return 1
        case "sell", "s", "ask", "-1": return 2
        case "0", "unknown", "n", "none": return 0
        default: throw .notASide
        }
    }

    /// Returns the taker's side from whether the buyer was the maker: then the taker sold.
    static func sideOfBuyerIsMaker(_ bytes: Bytes) throws(FieldFault) -> Int64 {
        if bytes.isEmpty { return 0 }
        switch lowered(bytes) {
        case "1", "true", "t", "yes": return 2
        case "0", "false", "f", "no": return 1
        default: throw .notASide
        }
    }

    /// Returns 1 for a bid and 2 for an ask; 0 for an empty field.
    static func bookSide(_ bytes: Bytes) throws(FieldFault) -> Int64 {
        if bytes.isEmpty { return 0 }
        switch lowered(bytes) {
        case "bid", "b", "buy", "1": return 1
        case "ask", "a", "sell", "2": return 2
        case "0": return 0
        default: throw .notASide
        }
    }

    /// Returns of which series messages are missing; 0 for an empty field.
    static func stream(_ bytes: Bytes) throws(FieldFault) -> Int64 {
        if bytes.isEmpty { return 0 }
        guard let kind = SeriesKind(name: lowered(bytes)) else { throw .notAStream }
        return Int64(kind.rawValue)
    }

    static func lowered(_ bytes: Bytes) -> String {
        String(decoding: bytes.prefix(80), as: UTF8.self).lowercased()
    }
}

/// A number of at most 18 digits with at most one point and no exponent: what files mostly hold.
private struct Plain {
    let magnitude: UInt64
    /// Digits after the point.
    let scale: Int
    let isNegative: Bool

    /// - Returns: nil for every other text, also one that is no number.
    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let base = bytes.baseAddress, bytes.count <= 20, bytes.count > 0 else { return nil }
        var index = 0
        isNegative = base[0] == 0x2D
        if isNegative || base[0] == 0x2B { index = 1 }
        var value: UInt64 = 0, digits = 0, point = -1
        while index < bytes.count {
            let digit = base[index] &- 0x30
            if digit <= 9 {
                value = value &* 10 &+ UInt64(digit)
                digits &+= 1
            } else if base[index] == 0x2E, point < 0 {
                point = digits
            } else {
                return nil
            }
            index &+= 1
        }
        guard digits > 0, digits <= 18 else { return nil }
        magnitude = value
        scale = point < 0 ? 0 : digits &- point
    }

    /// The exact units of 10^-`decimals`; nil when there are none or they do not fit.
    @inline(__always)
    func exact(_ decimals: Int) -> Int64? {
        var value = magnitude, left = scale
        while left > decimals {
            let (quotient, rest) = value.quotientAndRemainder(dividingBy: 10)
            guard rest == 0 else { return nil }
            value = quotient
            left &-= 1
        }
        while left < decimals {
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            guard !over else { return nil }
            value = product
            left &+= 1
        }
        guard let units = Int64(exactly: value) else { return nil }
        return isNegative ? -units : units
    }

    /// The nearest units of 10^-`decimals`, half to even; `decimals` is below `scale`.
    func rounded(_ decimals: Int) -> Int64 {
        var value = magnitude, digit: UInt64 = 0, isInexact = false
        for _ in decimals..<scale {
            isInexact = isInexact || digit != 0
            (value, digit) = value.quotientAndRemainder(dividingBy: 10)
        }
        let isUp = digit > 5 || (digit == 5 && (isInexact || value & 1 == 1))
        let units = Int64(value + (isUp ? 1 : 0))
        return isNegative ? -units : units
    }
}
