import RialtoValues

/// Why an amount of money could not be computed.
package enum LedgerError: Error, Equatable, Sendable {
    /// The exact result does not fit a 128-bit amount in units of 10^-18.
    case overflow
    /// A fill must have a quantity and a price above zero.
    case notPositive
    /// There is no price yet at which a currency is turned into that of the account.
    case noRate(currency: Int)
}

/// Turns prices and quantities of one instrument into cash, in units of 10^-18 of its currency.
///
/// Exact where price and quantity decimals add up to 18 or less; otherwise, and for inverse
/// contracts always, each amount is rounded once, half to even.
///
/// A value is what changes hands when a contract is bought. A linear one is worth price times
/// quantity times multiplier. An inverse one, which is worth quantity times multiplier / price of
/// the base, is valued at that with the other sign: its holder owes the base, and gains when a
/// rising price makes that less. So profit is the difference of two values for both.
package struct Valuation: Sendable {
    private let factor: Int128
    private let divisor: Int128
    /// The factor where it fits, nothing is divided and nothing is inverse; otherwise 0.
    private let short: Int64
    private let isInverse: Bool
    /// Index of the currency in which it settles.
    package let currency: Int

    /// Fails where the multiplier leaves no room.
    ///
    /// - Parameter currency: Index of the currency in which the instrument settles.
    package init(_ instrument: Instrument, currency: Int = 0) throws(LedgerError) {
        let decimals =
            instrument.kind == .inverse
            ? instrument.quantityDecimals - instrument.priceDecimals
            : instrument.priceDecimals + instrument.quantityDecimals
        let excess = decimals - 18
        guard let power = ExactDecimal.power10(abs(excess)) else { throw .overflow }
        let (factor, over) = (excess <= 0 ? power : 1)
            .multipliedReportingOverflow(by: Int128(instrument.multiplier))
        guard !over else { throw .overflow }
        self.factor = factor
        self.currency = currency
        isInverse = instrument.kind == .inverse
        divisor = excess > 0 ? power : 1
        short = excess <= 0 && !isInverse ? Int64(exactly: factor) ?? 0 : 0
    }

    /// What a signed quantity is worth at a price, in units of 10^-18: what a buyer pays.
    @inline(__always)
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
        if isInverse { return try inverse(price: price, quantity: quantity) }
        let product = Int128(price) * Int128(quantity)
        let (scaled, over) = product.multipliedReportingOverflow(by: factor)
        guard !over else { throw .overflow }
        return divisor == 1 ? scaled : Rounding.halfEven(scaled, dividedBy: divisor)
    }

    @inline(never)
    private func inverse(price: Int64, quantity: Int64) throws(LedgerError) -> Int128 {
        guard price > 0 else { throw .notPositive }
        return try -Rounding.scaled(factor, by: Int128(quantity), over: Int128(price) * divisor)
    }

    /// The size of a quantity at a price, in units of 10^-18, 0 or more: what fees, limits and
    /// margins are taken of.
    @inline(__always)
    package func notional(price: Int64, quantity: Int64) throws(LedgerError) -> Int128 {
        let value = try value(price: price, quantity: quantity)
        return value < 0 ? -value : value
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
