import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoRisk
import RialtoValues

/// What things are worth to an account, and what its money covers.
extension Engine {
    /// What currencies are worth in each other at the last prices.
    var rates: Rates {
        guard hasForeign else { return .none }
        return Rates(
            setup.currencies.sources,
            marks: UnsafeBufferPointer(start: marks, count: valuations.count))
    }

    /// An amount in an instrument's currency in that of an account; nil where no rate is known.
    @inline(__always)
    func inHome(_ amount: Int128, of instrument: Int, _ account: Int) -> Int128? {
        guard hasForeign else { return amount }
        return try? rates.converted(
            amount, from: valuations[instrument].currency,
            to: accounts[account].ledger.account.home)
    }

    /// The size of a quantity at a price in an account's currency; nil where it does not fit or no
    /// rate is known.
    @inline(__always)
    func notional(_ instrument: Int, price: Int64, quantity: Int64, _ account: Int) -> Int128? {
        guard let size = try? valuations[instrument].notional(price: price, quantity: quantity)
        else { return nil }
        return inHome(size, of: instrument, account)
    }

    /// The book's equity at the last prices; nil when it does not fit or no rate is known.
    func equity(of book: borrowing Book) -> Int128? {
        try? book.equity(
            marks: UnsafeBufferPointer(start: marks, count: valuations.count),
            valuations: valuations, rates: rates)
    }

    /// As `equity`, where there is one currency: read where it lies, since a copy of a book for
    /// each order counts who holds it.
    private func homeEquity(_ account: Int, _ book: Int) -> Int128? {
        var sum = accounts[account].ledger.books[book].cash
        for index in valuations.indices {
            let quantity = accounts[account].ledger.books[book].positions[index].quantity
            guard quantity != 0 else { continue }
            let worth =
                marks[index] > 0
                ? try? valuations[index].value(price: marks[index], quantity: quantity)
                : accounts[account].ledger.books[book].positions[index].cost
            guard let worth else { return nil }
            let (total, over) = sum.addingReportingOverflow(worth)
            guard !over else { return nil }
            sum = total
        }
        return sum
    }

    /// A book's cash that no working order may use, in the account's currency.
    func freeCash(_ account: Int, _ book: Int) -> Int128? {
        let unheard =
            hasFaults && book > 0
            ? instances[accounts[account].instances.lowerBound + book - 1].pointee.unheardFree : 0
        let reserved = accounts[account].ledger.books[book].reserved + unheard
        guard hasForeign else { return accounts[account].ledger.books[book].cash - reserved }
        guard let cash = try? accounts[account].ledger.books[book].cash(at: rates) else {
            return nil
        }
        return cash - reserved
    }

    /// Between which quantities a position may come to lie: what targets have under way fills, and
    /// of the instance's own orders those of one side, or none.
    private func reach(
        _ instance: InstanceRef, _ instrument: Int, from held: Int64
    ) -> ClosedRange<Int64> {
        let netted = instance.pointee.targetInFlight[instrument]
        let sells = instance.pointee.ownSells[instrument]
        let buys = instance.pointee.inFlight[instrument] - netted + sells
        let sure = held + netted
        return sure - max(0, sells)...sure + max(0, buys)
    }

    /// What of an instrument a book's money must cover: the largest that it may come to hold.
    private func covered(_ instance: InstanceRef, _ instrument: Int) -> Int64 {
        let held = counted(by: instance, instrument)
        let reach = reach(instance, instrument, from: held)
        return [reach.lowerBound, reach.upperBound].reduce(held) {
            $1.magnitude > $0.magnitude ? $1 : $0
        }
    }

    /// The furthest that a change may bring a position on its side, whatever else fills; nil where
    /// that is no further from 0 than what is held.
    func furthest(_ change: Int64, _ instrument: Int, of instance: InstanceRef) -> Int64? {
        let held = counted(by: instance, instrument)
        let reach = reach(instance, instrument, from: held)
        let after = change > 0 ? reach.upperBound + change : reach.lowerBound + change
        return change > 0 ? after > max(0, held) ? after : nil : after < min(0, held) ? after : nil
    }

    /// Why an instance's equity does not cover its positions with a change, or nil.
    ///
    /// What is paid in full counts with its whole value, a contract on margin with what opening it
    /// binds. Under isolated margins profits that are not realized cover nothing.
    mutating func bindingRefusal(
        _ instance: InstanceRef, _ instrument: Int, after: Int64, _ fee: Int128
    ) -> OrderReason? {
        do throws(Unbindable) {
            let free = try unbound(instance, after: (instrument, after))
            return fee > free ? .capital : nil
        } catch { return error.reason }
    }

    /// Why it is not known what positions bind.
    struct Unbindable: Error { let reason: OrderReason }

    /// What of an instance's worth its positions do not bind, whatever of its orders fills; below 0
    /// where they bind more.
    ///
    /// - Parameter after: What it would hold of one instrument.
    func unbound(
        _ instance: InstanceRef, after change: (instrument: Int, quantity: Int64)? = nil
    ) throws(Unbindable) -> Int128 {
        var sum: Int128 = 0
        for index in valuations.indices {
            let isChanged = index == change?.instrument
            let quantity = isChanged ? change?.quantity ?? 0 : covered(instance, index)
            guard quantity != 0 else { continue }
            guard let bound = bound(index, quantity, instance.pointee.account) else {
                throw Unbindable(reason: marks[index] > 0 ? .overflow : .noPrice)
            }
            sum += bound
        }
        guard let worth = worth(of: instance) else { throw Unbindable(reason: .overflow) }
        return worth - sum
    }

    /// Why the venue would not let an account's net position grow, or nil: with tiers, positions of
    /// several strategies bind more together than each for itself. What targets have under way
    /// comes to the venue first.
    func venueRefusal(
        _ instrument: Int, from before: Int64, to wanted: Int64, _ account: Int
    ) -> OrderReason? {
        guard let margin = accounts[account].setup.margin, margin.mode == .cross,
            margin.sides == .oneWay
        else { return nil }
        let after = accounts[account].instances.reduce(wanted) {
            $0 + instances[$1].pointee.targetInFlight[instrument]
        }
        guard after.magnitude > before.magnitude else { return nil }
        let positions = accounts[account].ledger.account.positions
        var sum: Int128 = 0
        for index in valuations.indices {
            let quantity = index == instrument ? after : positions[index].quantity
            guard quantity != 0 else { continue }
            guard let bound = bound(index, quantity, account) else { return .overflow }
            sum += bound
        }
        guard let worth = equity(of: accounts[account].ledger.account) else { return .overflow }
        return sum > worth ? .capital : nil
    }

    /// What a position binds of an account's money at the last price; nil where it does not fit.
    func bound(_ instrument: Int, _ quantity: Int64, _ account: Int) -> Int128? {
        guard marks[instrument] > 0,
            let size = try? valuations[instrument].notional(
                price: marks[instrument], quantity: quantity)
        else { return nil }
        guard let margin = accounts[account].setup.margin,
            let schedule = margin.schedules[instrument]
        else { return inHome(size, of: instrument, account) }
        guard let initial = try? schedule.initial(size, leverage_e6: margin.leverage_e6) else {
            return nil
        }
        return inHome(initial, of: instrument, account)
    }

    /// What an instance's positions on margin bind of its money.
    func boundMargin(of instance: InstanceRef) -> Int128 {
        let account = instance.pointee.account
        let legs = legs(MarginUnit(account: account, book: instance.pointee.book))
        return legs.reduce(0) { $0 + (bound($1.instrument, $1.quantity, account) ?? 0) }
    }

    /// What an instance's positions are held against.
    private func worth(of instance: InstanceRef) -> Int128? {
        let account = instance.pointee.account
        let book = instance.pointee.book
        let equity =
            hasForeign
            ? equity(of: accounts[account].ledger.books[book])
            : homeEquity(account, book)
        guard var worth = equity else { return nil }
        guard let margin = accounts[account].setup.margin, margin.mode == .isolated else {
            return worth
        }
        for leg in legs(MarginUnit(account: account, book: instance.pointee.book)) {
            guard let gain = gain(of: leg, at: marks[leg.instrument], account) else { return nil }
            worth -= gain
        }
        return worth
    }

    /// Profit of a position that is not realized, in the account's currency.
    func gain(of leg: MarginLeg, at price: Int64, _ account: Int) -> Int128? {
        guard
            let value = try? valuations[leg.instrument].value(
                price: price, quantity: leg.quantity)
        else { return nil }
        return inHome(value - leg.cost, of: leg.instrument, account)
    }
}
