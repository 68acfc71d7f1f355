import RialtoValues

/// What is held of one instrument. Keeps the total cost, never an average price.
package struct Position: Hashable, Sendable {
    /// Signed, in the instrument's quantity unit.
    package private(set) var quantity: Int64 = 0
    /// What the open quantity cost, in units of 10^-18; below 0 for a short.
    package private(set) var cost: Int128 = 0
    /// Profit of what was closed, before fees, in units of 10^-18.
    package private(set) var realized: Int128 = 0

    package init() {}

    /// Adds a signed quantity bought for `value` (below 0 when sold).
    ///
    /// What closes takes its share of the cost, half to even; the rest of the cost stays, so that
    /// cost and realized profit always add up to the cash that went out.
    mutating func add(_ change: Int64, value: Int128) throws(LedgerError) {
        let (sum, over) = quantity.addingReportingOverflow(change)
        guard !over else { throw .overflow }
        if quantity == 0 || (quantity < 0) == (change < 0) {
            cost += value
        } else if sum == 0 || (sum < 0) == (quantity < 0) {
            let closed = try Rounding.scaled(
                cost, by: Int128(change.magnitude), over: Int128(quantity.magnitude))
            realized -= value + closed
            cost -= closed
        } else {
            let closing = try Rounding.scaled(
                value, by: Int128(quantity.magnitude), over: Int128(change.magnitude))
            realized -= closing + cost
            cost = value - closing
        }
        quantity = sum
    }
}

/// One execution as the ledger books it.
package struct LedgerFill: Hashable, Sendable {
    package let instrument: Int
    package let side: Side
    /// In price units, above 0.
    package let price: Int64
    /// In quantity units, above 0.
    package let quantity: Int64
    /// In units of 10^-18; below 0 is a rebate.
    package let fee: Int128

    package init(instrument: Int, side: Side, price: Int64, quantity: Int64, fee: Int128) {
        self.instrument = instrument
        self.side = side
        self.price = price
        self.quantity = quantity
        self.fee = fee
    }
}

/// Cash and positions of an account, or of one instance within it.
package struct Book: Hashable, Sendable {
    /// In units of 10^-18.
    package private(set) var cash: Int128
    package private(set) var fees: Int128 = 0
    package private(set) var positions: [Position]
    /// Cash that working orders may still use, in units of 10^-18.
    package private(set) var reserved: Int128 = 0

    package init(cash: Int128, instruments: Int) {
        self.cash = cash
        positions = Array(repeating: Position(), count: instruments)
    }

    /// Books a fill whose value (price times quantity) is `value`, above 0.
    ///
    /// - Throws: ``LedgerError`` when a sum does not fit; the book is unchanged.
    mutating func apply(_ fill: LedgerFill, value: Int128) throws(LedgerError) {
        let signed = fill.side == .buy ? value : -value
        let (paid, overPaid) = signed.addingReportingOverflow(fill.fee)
        let (left, overLeft) = cash.subtractingReportingOverflow(paid)
        guard !overPaid, !overLeft else { throw .overflow }
        try positions[fill.instrument].add(fill.side.sign * fill.quantity, value: signed)
        cash = left
        fees += fill.fee
    }

    /// What a fill in one instrument changes, so that it can be taken back: a copy of the whole
    /// book would cost as much as it has instruments.
    struct Trace {
        fileprivate let cash: Int128
        fileprivate let fees: Int128
        fileprivate let position: Position
    }

    func trace(of instrument: Int) -> Trace {
        Trace(cash: cash, fees: fees, position: positions[instrument])
    }

    /// Makes the book what it was when the trace was taken, as far as fills go.
    mutating func restore(_ trace: Trace, of instrument: Int) {
        cash = trace.cash
        fees = trace.fees
        positions[instrument] = trace.position
    }

    mutating func reserve(_ amount: Int128) { reserved += amount }

    /// Cash plus positions at the given prices, in units of 10^-18. A price of 0 counts as cost.
    package func equity(
        marks: UnsafeBufferPointer<Int64>, valuations: [Valuation]
    ) throws(LedgerError) -> Int128 {
        var sum = cash
        for (index, position) in positions.enumerated() where position.quantity != 0 {
            guard marks[index] > 0 else {
                sum += position.cost
                continue
            }
            sum += try valuations[index].value(price: marks[index], quantity: position.quantity)
        }
        return sum
    }

    /// The sum of all positions' absolute values at the given prices, in units of 10^-18.
    package func exposure(marks: [Int64], valuations: [Valuation]) throws(LedgerError) -> Int128 {
        var sum: Int128 = 0
        for (index, position) in positions.enumerated() where position.quantity != 0 {
            let value = try valuations[index].value(
                price: marks[index], quantity: position.quantity)
            sum += value < 0 ? -value : value
        }
        return sum
    }
}
