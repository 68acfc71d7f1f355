import RialtoValues

/// Why an amount of money could not be computed.
package enum LedgerError: Error, Equatable, Sendable {
    /// The exact result does not fit a 128-bit amount in units of 10^-18.
    case overflow
    /// Prices and quantities of an inverse contract are not valued by this ledger.
    case inverseUnsupported
    /// A fill must have a quantity and a price above zero.
    case notPositive
}

/// Turns prices and quantities of one instrument into cash, in units of 10^-18 of its currency.
///
/// Exact where price and quantity decimals add up to 18 or less; otherwise each product is rounded
/// once, half to even.
package struct Valuation: Sendable {
    private let factor: Int128
    private let divisor: Int128
    /// The factor where it fits and nothing is divided; otherwise 0.
    private let short: Int64

    /// Fails for inverse contracts and where the multiplier leaves no room.
    package init(_ instrument: Instrument) throws(LedgerError) {
        guard instrument.kind != .inverse else { throw .inverseUnsupported }
        let excess = instrument.priceDecimals + instrument.quantityDecimals - 18
        guard let power = ExactDecimal.power10(abs(excess)) else { throw .overflow }
        let (factor, over) = (excess <= 0 ? power : 1)
            .multipliedReportingOverflow(by: Int128(instrument.multiplier))
        guard !over else { throw .overflow }
        self.factor = factor
        divisor = excess > 0 ? power : 1
        short = excess <= 0 ? Int64(exactly: factor) ?? 0 : 0
    }

    /// Returns price times signed quantity times multiplier, in units of 10^-18.
    package func value(price: Int64, quantity: Int64) throws(LedgerError) -> Int128 {
        let (product, over) = price.multipliedReportingOverflow(by: quantity)
        if !over, short != 0 {
            // 64 by 64 bits always fit: the usual case, without the checks of the wide one.
            let wide = product.multipliedFullWidth(by: short)
            return Int128(wide.high) << 64 | Int128(wide.low)
        }
        return try wideValue(price: price, quantity: quantity)
    }

    private func wideValue(price: Int64, quantity: Int64) throws(LedgerError) -> Int128 {
        let product = Int128(price) * Int128(quantity)
        let (scaled, over) = product.multipliedReportingOverflow(by: factor)
        guard !over else { throw .overflow }
        return divisor == 1 ? scaled : Rounding.halfEven(scaled, dividedBy: divisor)
    }
}

/// Rounding rules of the ledger, by name.
package enum Rounding {
    /// Returns `value / divisor`, a tie going to the even neighbour. `divisor` is above 0.
    package static func halfEven(_ value: Int128, dividedBy divisor: Int128) -> Int128 {
        let whole = UInt128(truncatingIfNeeded: divisor)
        let quotient = value.magnitude / whole, rest = value.magnitude &- quotient &* whole
        let distance = whole &- rest,
            isUp = rest > distance || rest == distance && quotient & 1 != 0
        let rounded = Int128(truncatingIfNeeded: isUp ? quotient &+ 1 : quotient)
        return value < 0 ? 0 &- rounded : rounded
    }

    /// Returns `value * numerator / denominator` computed at full width, half to even.
    ///
    /// - Parameter denominator: Above 0.
    package static func scaled(
        _ value: Int128, by numerator: Int128, over denominator: Int128
    )
        throws(LedgerError) -> Int128
    {
        if numerator == denominator { return value }
        let (product, over) = value.multipliedReportingOverflow(by: numerator)
        if !over { return halfEven(product, dividedBy: denominator) }
        let wide = value.magnitude.multipliedFullWidth(by: numerator.magnitude)
        let unsigned = UInt128(denominator)
        guard wide.high < unsigned else { throw .overflow }
        let (quotient, rest) = unsigned.dividingFullWidth(wide)
        let up = rest > unsigned - rest || (rest == unsigned - rest && quotient & 1 == 1)
        guard let amount = Int128(exactly: quotient + (up ? 1 : 0)) else { throw .overflow }
        return (value < 0) != (numerator < 0) ? -amount : amount
    }
}

/// A rate of notional in units of 10^-9: one basis point is 100,000.
package struct Rate: Hashable, Sendable {
    package let e9: Int64

    package init(e9: Int64) { self.e9 = e9 }

    /// The rate times `amount`, half to even.
    package func applied(to amount: Int128) throws(LedgerError) -> Int128 {
        e9 == 0 ? 0 : try Rounding.scaled(amount, by: Int128(e9), over: 1_000_000_000)
    }
}
