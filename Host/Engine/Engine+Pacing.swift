import RialtoExecution
import RialtoOrders
import RialtoValues

/// The order that nets an account's targets in one instrument, on one side, while it is worked in
/// parts.
struct Pace {
    /// Its number among parents.
    let number: Int
    /// The targets that it serves, by instance of the account: another target begins another pace.
    let targets: [Int64?]
    /// What each book still wanted when it began, 0 or more.
    let start: [Int: Int64]
    let algorithm: Algorithm
    var schedule: SliceSchedule
    /// Slices that are due.
    var slices = 0
    /// Slices for which it is to be looked at again.
    var awaited = 0
}

/// Targets that are worked in parts, for accounts that ask for it.
///
/// Opposite targets still cross at once and whole; only what goes to the market is paced. What is
/// not due yet simply stays open, so a part that was refused comes with the next, and a new target
/// begins anew with what is open then.
extension Engine {
    /// Sends what claims of one side want of the market: now, or what is due of it.
    mutating func release(
        _ claims: [Claim], account: Int, instrument: Int
    ) throws(EngineError) {
        guard let algorithm = accounts[account].setup.execution else {
            guard let first = claims.first else { return }
            return try send(
                first, Array(claims.dropFirst()), account: account, instrument: instrument,
                pace: -1)
        }
        guard let whole = claims.first else { return }
        let key = paceKey(account, instrument, isBuy: whole.quantity > 0)
        var pace = currentPace(key, claims, algorithm, account, instrument)
        awaitNext(&pace, key, account, instrument)
        paces[key] = pace
        let parts = claims.compactMap { part(of: $0, pace, instrument) }
        guard let first = parts.first else { return }
        try send(
            first, Array(parts.dropFirst()), account: account, instrument: instrument,
            pace: pace.number)
    }

    private func paceKey(_ account: Int, _ instrument: Int, isBuy: Bool) -> Int {
        (account * valuations.count + instrument) * 2 + (isBuy ? 0 : 1)
    }

    /// The pace that is under way, or a new one where a target has changed or its time is over.
    private mutating func currentPace(
        _ key: Int, _ claims: [Claim], _ algorithm: Algorithm, _ account: Int, _ instrument: Int
    ) -> Pace {
        let targets = accounts[account].instances.map { instances[$0].pointee.targets[instrument] }
        if let pace = paces[key] {
            let isOver = now_ns > pace.schedule.time_ns(pace.schedule.count)
            if pace.targets == targets, !isOver { return pace }
            record(paceEnded: pace.number, instrument)
        }
        meter.read(market, to: position)
        let whole = claims.reduce(Int64(0)) { $0 + Int64($1.quantity.magnitude) }
        let terms = Order.Terms(
            instrument: instrument, side: claims[0].quantity > 0 ? .buy : .sell, type: .market,
            timeInForce: .goodTillCancel, isPostOnly: false, isReduceOnly: false, quantity: whole,
            price: 0, trigger: 0, expires_ns: 0)
        let fallback = SliceSchedule(
            start_ns: now_ns, duration_ns: max(1, algorithm.lifetime_ns), count: 1)
        let number = parentCount
        parentCount += 1
        let lower = accounts[account].instances.lowerBound
        let owner = claims.count == 1 ? lower + claims[0].book - 1 : -1
        record(pace: number, algorithm, terms, account, owner, lower + claims[0].book - 1)
        return Pace(
            number: number, targets: targets,
            start: Dictionary(
                uniqueKeysWithValues: claims.map { ($0.book, Int64($0.quantity.magnitude)) }),
            algorithm: algorithm, schedule: sliceSchedule(algorithm, terms) ?? fallback)
    }

    /// Counts the slices that are due, and asks to be woken for the next, or for the end.
    private mutating func awaitNext(
        _ pace: inout Pace, _ key: Int, _ account: Int, _ instrument: Int
    ) {
        if case .vwap = pace.algorithm, pace.slices < pace.schedule.count {
            meter.read(market, to: position)
            pace.schedule.revise(from: pace.slices, by: meter.curve(instrument))
        }
        while pace.slices < pace.schedule.count, pace.schedule.time_ns(pace.slices) <= now_ns {
            pace.slices += 1
        }
        let next = pace.schedule.time_ns(pace.slices)
        guard pace.awaited < pace.slices, next > now_ns else { return }
        pace.awaited = pace.slices
        schedule.add(
            .pace(key: key, number: pace.number, account: account, instrument: instrument),
            at: next)
    }

    /// What of a claim is due: all but what its later slices are to bring.
    private func part(of claim: Claim, _ pace: Pace, _ instrument: Int) -> Claim? {
        let start = pace.start[claim.book] ?? 0, lot = quantitySteps[instrument]
        let done = pace.schedule.target(start, slice: pace.slices - 1, lot: lot)
        let isOver = pace.schedule.time_ns(pace.schedule.count) <= now_ns
        let later = isOver ? 0 : start - done
        let quantity = max(0, Int64(claim.quantity.magnitude) - later)
        guard quantity > 0 else { return nil }
        return Claim(book: claim.book, quantity: claim.quantity > 0 ? quantity : -quantity)
    }

    /// The next part of a pace may be due.
    mutating func wake(pace key: Int, number: Int, _ account: Int, _ instrument: Int) {
        if paces[key]?.number == number { markDirty(account, instrument) }
    }

    private mutating func record(
        pace number: Int, _ algorithm: Algorithm, _ terms: Order.Terms, _ account: Int,
        _ owner: Int, _ first: Int
    ) {
        let r = log.append(.parent, 12)
        r[0] = now_ns
        r[1] = Int64(number)
        r[2] = Int64(account)
        r[3] = Int64(owner)
        r[4] = Int64(terms.instrument)
        r[5] = Int64(terms.side.rawValue)
        r[6] = Int64(algorithm.number)
        r[7] = terms.quantity
        r[8] = 0
        r[9] = marks[terms.instrument]
        r[10] = 0
        r[11] = Int64(instances[first].pointee.targetIntent[terms.instrument])
    }

    private mutating func record(paceEnded number: Int, _ instrument: Int) {
        let r = log.append(.parentState, 6)
        r[0] = now_ns
        r[1] = Int64(number)
        r[2] = Int64(OrderState.canceled.rawValue)
        r[3] = Int64(OrderReason.none.rawValue)
        r[4] = -1
        r[5] = marks[instrument]
    }
}
