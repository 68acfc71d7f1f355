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

    /// Restates the quantity after a split; what is no whole lot then is closed at `price`.
    ///
    /// - Returns: What was paid for it, in units of 10^-18: 0 where nothing was left over.
    mutating func restate(
        _ split: ShareSplit, price: Int64, _ valuation: Valuation
    ) throws(LedgerError) -> Int128 {
        let kept = try split.applied(to: quantity)
        // In parts of 1/denominator of a unit everything is whole.
        let rest =
            Int128(quantity) * Int128(split.numerator) - Int128(kept) * Int128(split.denominator)
        var paid: Int128 = 0
        if rest != 0 {
            let unit = try valuation.value(price: price, quantity: 1)
            paid = try Rounding.scaled(unit, by: rest, over: Int128(split.denominator))
        }
        try restate(split, kept: kept, paid: paid)
        return paid
    }

    /// Restates the quantity to `kept` new units, for whose missing or added fraction `paid` came
    /// in. The fraction takes its share of the cost, where it is a part of what was held.
    mutating func restate(
        _ split: ShareSplit, kept: Int64, paid: Int128
    ) throws(LedgerError) {
        let before = Int128(quantity) * Int128(split.numerator)
        let rest = before - Int128(kept) * Int128(split.denominator)
        quantity = kept
        guard rest != 0 || paid != 0 else { return }
        guard before != 0, (before < 0) == (rest < 0), rest.magnitude <= before.magnitude else {
            cost -= paid
            return
        }
        let closed = try Rounding.scaled(
            cost, by: Int128(rest.magnitude), over: Int128(before.magnitude))
        realized += paid - closed
        cost -= closed
    }
}

/// So many new units for so many old ones.
package struct ShareSplit: Hashable, Sendable {
    /// New units, above 0.
    package let numerator: Int64
    /// Old units, above 0.
    package let denominator: Int64
    /// Smallest lot that is kept, in quantity units, above 0.
    package let lot: Int64

    /// Fails where one of them is not above 0.
    package init?(numerator: Int64, denominator: Int64, lot: Int64 = 1) {
        guard numerator > 0, denominator > 0, lot > 0 else { return nil }
        self.numerator = numerator
        self.denominator = denominator
        self.lot = lot
    }

    /// What of a signed quantity is kept in whole lots.
    package func applied(to quantity: Int64) throws(LedgerError) -> Int64 {
        let exact = Int128(quantity) * Int128(numerator) / Int128(denominator)
        guard let whole = Int64(exactly: exact) else { throw .overflow }
        return whole - whole % lot
    }

    /// A price in the new units, half to even, at least 1; 0 stays 0.
    package func applied(toPrice price: Int64) -> Int64 {
        guard price > 0 else { return price }
        let exact = Rounding.halfEven(
            Int128(price) * Int128(denominator), dividedBy: Int128(numerator))
        return max(1, Int64(clamping: exact))
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
    /// Index of the currency that the account counts in.
    package let home: Int
    /// In units of 10^-18 of the home currency.
    package private(set) var cash: Int128
    package private(set) var fees: Int128 = 0
    /// Cash and fees of the other currencies, by index; empty where the account has one only.
    private var foreign: [Holding]
    package private(set) var positions: [Position]
    /// Cash that working orders may still use, in units of 10^-18 of the home currency.
    package private(set) var reserved: Int128 = 0

    private struct Holding: Hashable, Sendable {
        var cash: Int128 = 0
        var fees: Int128 = 0
    }

    /// - Parameter currencies: How many there are, of which `home` is one.
    package init(cash: Int128, instruments: Int, home: Int = 0, currencies: Int = 1) {
        precondition(home < currencies, "the home currency is one of them")
        self.home = home
        self.cash = cash
        foreign = Array(repeating: Holding(), count: currencies > 1 ? currencies : 0)
        positions = Array(repeating: Position(), count: instruments)
    }

    /// Cash in one currency, in units of 10^-18 of it; below 0 is owed.
    package func cash(in currency: Int) -> Int128 {
        currency == home ? cash : foreign[currency].cash
    }

    /// Fees paid in one currency, in units of 10^-18 of it.
    package func fees(in currency: Int) -> Int128 {
        currency == home ? fees : foreign[currency].fees
    }

    /// Books a fill whose value (see ``Valuation``) is `value`, in its instrument's currency.
    ///
    /// - Throws: ``LedgerError`` when a sum does not fit; the book is unchanged.
    mutating func apply(
        _ fill: LedgerFill, value: Int128, currency: Int
    ) throws(LedgerError) {
        let signed = fill.side == .buy ? value : -value
        let (paid, overPaid) = signed.addingReportingOverflow(fill.fee)
        let (left, overLeft) = cash(in: currency).subtractingReportingOverflow(paid)
        guard !overPaid, !overLeft else { throw .overflow }
        try positions[fill.instrument].add(fill.side.sign * fill.quantity, value: signed)
        if currency == home {
            cash = left
            fees += fill.fee
        } else {
            foreign[currency].cash = left
            foreign[currency].fees += fill.fee
        }
    }

    /// Adds to the cash of one currency; below 0 takes away.
    ///
    /// - Throws: ``LedgerError`` when the sum does not fit; the book is unchanged.
    mutating func credit(_ amount: Int128, in currency: Int) throws(LedgerError) {
        let (sum, over) = cash(in: currency).addingReportingOverflow(amount)
        guard !over else { throw .overflow }
        if currency == home { cash = sum } else { foreign[currency].cash = sum }
    }

    /// Restates a position after its instrument was split.
    ///
    /// - Returns: What the fraction that is no whole lot was paid out at.
    mutating func restate(
        _ instrument: Int, _ split: ShareSplit, price: Int64, _ valuation: Valuation
    ) throws(LedgerError) -> Int128 {
        let paid = try positions[instrument].restate(split, price: price, valuation)
        try credit(paid, in: valuation.currency)
        return paid
    }

    /// Restates a position to what the virtual books hold of it after a split.
    mutating func adopt(
        _ instrument: Int, _ split: ShareSplit, from books: [Book], paid: Int128, in currency: Int
    ) throws(LedgerError) {
        let kept = books.reduce(Int64(0)) { $0 + $1.positions[instrument].quantity }
        try positions[instrument].restate(split, kept: kept, paid: paid)
        try credit(paid, in: currency)
    }

    /// What a fill in one instrument changes, so that it can be taken back: a copy of the whole
    /// book would cost as much as it has instruments.
    struct Trace {
        fileprivate let cash: Int128
        fileprivate let fees: Int128
        fileprivate let position: Position
    }

    func trace(of instrument: Int, currency: Int) -> Trace {
        Trace(
            cash: cash(in: currency), fees: fees(in: currency), position: positions[instrument])
    }

    /// Makes the book what it was when the trace was taken, as far as fills go.
    mutating func restore(_ trace: Trace, of instrument: Int, currency: Int) {
        if currency == home {
            cash = trace.cash
            fees = trace.fees
        } else {
            foreign[currency].cash = trace.cash
            foreign[currency].fees = trace.fees
        }
        positions[instrument] = trace.position
    }

    mutating func reserve(_ amount: Int128) { reserved += amount }

    /// All cash, in units of 10^-18 of the home currency.
    package func cash(at rates: Rates) throws(LedgerError) -> Int128 {
        var sum = cash
        for (currency, holding) in foreign.enumerated() where holding.cash != 0 {
            let (total, over) = sum.addingReportingOverflow(
                try rates.converted(holding.cash, from: currency, to: home))
            guard !over else { throw .overflow }
            sum = total
        }
        return sum
    }

    /// Cash plus positions at the given prices, in units of 10^-18 of the home currency. A price of
    /// 0 counts as cost.
    package func equity(
        marks: UnsafeBufferPointer<Int64>, valuations: [Valuation], rates: Rates = .none
    ) throws(LedgerError) -> Int128 {
        var sum = try cash(at: rates)
        for (index, position) in positions.enumerated() where position.quantity != 0 {
            let worth =
                marks[index] > 0
                ? try valuations[index].value(price: marks[index], quantity: position.quantity)
                : position.cost
            let (total, over) = sum.addingReportingOverflow(
                try rates.converted(worth, from: valuations[index].currency, to: home))
            guard !over else { throw .overflow }
            sum = total
        }
        return sum
    }
}
