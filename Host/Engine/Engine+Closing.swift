import RialtoExecution
import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoValues

/// Positions that are closed whatever their owners want, at a price that is known: liquidations,
/// and instruments that end.
extension Engine {
    /// Takes all orders of some books in an instrument off the market, and forgets what they want.
    ///
    /// An order that serves other books too goes as a whole; those books ask for their part anew.
    mutating func takeOff(
        _ account: Int, _ instrument: Int, books: [Int], _ reason: OrderReason
    ) {
        let lower = accounts[account].instances.lowerBound
        let owners = Set(books.map { lower + $0 - 1 })
        for index in parents.indices
        where parents[index].isLive && owners.contains(parents[index].instance)
            && parents[index].terms.instrument == instrument
        {
            drop(parent: index, reason)
        }
        for index in slots.indices
        where slots[index].isLive && slots[index].account == account
            && slots[index].order.terms.instrument == instrument
        {
            let claims = [slots[index].claim] + slots.extra(index).claims
            guard claims.contains(where: { owners.contains(lower + $0.book - 1) }) else { continue }
            let isShared = !claims.allSatisfy { owners.contains(lower + $0.book - 1) }
            end(index, slots[index].number, .expired, reason: reason)
            hearAtOnce(index)
            if isShared { markDirty(account, instrument) }
        }
        for owner in owners {
            instances[owner].pointee.protection[instrument] = nil
            if instances[owner].pointee.targets[instrument] != nil {
                instances[owner].pointee.targets[instrument] = 0
            }
            dropWaiting(of: instances[owner], instrument, reason)
        }
    }

    /// Closes positions of some books at a price: opposite ones inside, the rest on the venue.
    mutating func closeOut(
        _ account: Int, _ instrument: Int, books: [Int], at price: Int64, _ purpose: OrderPurpose
    ) throws(EngineError) {
        let claims = books.compactMap { book -> Claim? in
            let held = accounts[account].ledger.books[book].positions[instrument].quantity
            return held == 0 ? nil : Claim(book: book, quantity: -held)
        }
        guard !claims.isEmpty, price > 0 else { return }
        let isHedged = accounts[account].setup.margin?.sides == .hedge
        let plan = Netting.plan(claims, crosses: !isHedged)
        if !plan.buys.isEmpty { try cross(plan, account, instrument, price) }
        for isBuy in [true, false] {
            let rest = plan.residual.filter { ($0.quantity > 0) == isBuy }
            guard !rest.isEmpty else { continue }
            try force(rest, account, instrument, at: price, purpose)
        }
    }

    /// An order that is filled as it is made.
    private mutating func force(
        _ claims: [Claim], _ account: Int, _ instrument: Int, at price: Int64,
        _ purpose: OrderPurpose
    ) throws(EngineError) {
        let total = claims.reduce(Int64(0)) { $0 + $1.quantity }
        let terms = Order.Terms(
            instrument: instrument, side: total > 0 ? .buy : .sell, type: .market,
            timeInForce: .goodTillCancel, isPostOnly: false, isReduceOnly: true,
            quantity: Int64(total.magnitude), price: 0, trigger: 0, expires_ns: 0)
        let lower = accounts[account].instances.lowerBound
        let index = keep(
            OrderSlot(
                number: orderCount, order: Order(purpose: purpose, terms: terms), account: account,
                instance: claims.count == 1 ? lower + claims[0].book - 1 : -1, clientId: 0,
                intent: instances[lower + claims[0].book - 1].pointee.targetIntent[instrument],
                claim: claims[0], others: claims.count - 1),
            claims.count > 1 ? OrderExtra(claims: Array(claims.dropFirst())) : nil)
        let isSlipped = purpose == .liquidation && !isStanding[instrument]
        try book(
            VenueFill(
                order: index,
                price: isSlipped ? venue.slipped(price, terms.side, instrument) : price,
                quantity: terms.quantity, liquidity: .taker, venueTime_ns: now_ns),
            at: now_ns, protectFrom_ns: now_ns)
    }
}
