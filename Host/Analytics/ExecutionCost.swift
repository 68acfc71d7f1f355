/// What executing one decision cost beside the price at which it was decided, in 10^-18 of the
/// currency; a cost is above 0, a gain below.
///
/// Every amount is a price times a quantity that the caller has valued, so the four parts add up to
/// the whole exactly, however values are rounded.
///
/// - Source: Perold, "The implementation shortfall", 1988.
package struct ExecutionCost: Hashable, Sendable {
    /// What the market moved from the decision to each fill.
    package private(set) var slippage: Int128 = 0
    /// What was paid beyond the market's own price at each fill; below 0 for who waited.
    package private(set) var spread: Int128 = 0
    /// Paid to the venue; below 0 is a rebate.
    package private(set) var fee: Int128 = 0
    /// What the market moved on what was never filled, from the decision to the end.
    package private(set) var opportunity: Int128 = 0
    /// Quantity units filled.
    package private(set) var filled: Int64 = 0
    /// Value of what was filled, at its prices.
    package private(set) var traded: Int128 = 0
    /// Value of what was filled, at the price of the decision.
    private var decided: Int128 = 0
    /// 1 for a buy, -1 for a sell.
    private let sign: Int128

    package init(isBuy: Bool) { sign = isBuy ? 1 : -1 }

    /// Adds a fill.
    ///
    /// - Parameters:
    ///   - paid: Its value at its own price; `market` at the market's; `arrival` at the decision's.
    package mutating func fill(
        _ quantity: Int64, paid: Int128, market: Int128, arrival: Int128, fee: Int128
    ) {
        spread += sign * (paid - market)
        slippage += sign * (market - arrival)
        self.fee += fee
        filled += quantity
        traded += paid
        decided += arrival
    }

    /// Sets what was never filled, by its value at the end and at the decision.
    package mutating func left(last: Int128, arrival: Int128) {
        opportunity = sign * (last - arrival)
    }

    /// The implementation shortfall: paper less real, with fees. The sum of the four parts.
    package var total: Int128 { sign * (traded - decided) + fee + opportunity }

    /// Whether the parts add up to the whole, to the unit.
    package var addsUp: Bool { slippage + spread + fee + opportunity == total }
}
