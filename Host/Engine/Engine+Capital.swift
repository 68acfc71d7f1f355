import RialtoEnsemble
import RialtoLedger
import RialtoValues

/// What an account keeps of how its capital moves.
struct CapitalState {
    var allocation: CapitalAllocation
    /// What each strategy's book was worth after the last review, by its place in the account.
    var base: [Int128]
    /// What each strategy has been given in all, less what was taken from it.
    var given: [Int128]
    /// What each was given by the run file.
    let start: [Int128]

    init(_ configuration: CapitalConfiguration, _ instances: [InstanceSetup]) {
        start = instances.map(\.capital)
        base = start
        given = start
        allocation = CapitalAllocation(configuration, parts: start.map { Double($0) / 1e18 })
    }
}

/// Weights in proportion to amounts of 0 or more, for exact splits; all 0 where all are 0.
private func weights(_ amounts: [Int128]) -> [Int64] {
    var shift = 0
    while (amounts.max() ?? 0) >> shift >= 1 << 60 { shift += 1 }
    return amounts.map { Int64($0 >> shift) }
}

/// Capital that moves between the strategies of an account.
///
/// A review is an action: every instance has been handed what lies before it and nothing later, so
/// no batch size changes what it comes to.
extension Engine {
    /// Makes each account's first review due.
    mutating func beginReviews() {
        let first = setup.start < setup.feed.count ? setup.feed.time_ns[setup.start] : 0
        for account in accounts.indices {
            guard let capital = accounts[account].capital else { continue }
            let interval = capital.allocation.configuration.interval_ns
            schedule.add(.capitalReview(account: account), at: (first / interval + 1) * interval)
        }
    }

    /// Judges what each strategy earned since the last review, and moves capital where it pays.
    mutating func reviewCapital(_ account: Int) throws(EngineError) {
        guard var capital = accounts[account].capital else { return }
        let (next, over) = now_ns.addingReportingOverflow(
            capital.allocation.configuration.interval_ns)
        if !over { schedule.add(.capitalReview(account: account), at: next) }
        let books = accounts[account].instances.map { instances[$0].pointee.book }
        // Without a price of something that is held nobody can be judged; the next review can.
        var worths: [Int128] = []
        for book in books {
            guard let worth = equity(of: accounts[account].ledger.books[book]) else { return }
            worths.append(worth)
        }
        let results = CapitalResult.all(
            worths: worths, bases: capital.base,
            haveEnded: accounts[account].instances.map { instances[$0].pointee.hasEnded })
        let review = capital.allocation.review(results)
        let moves =
            review.moves
            ? moves(account, worths, review, capital.allocation.configuration)
            : worths.map { _ in 0 }
        let isMoved = moves.contains { $0 != 0 }
        if isMoved {
            do throws(LedgerError) {
                try accounts[account].ledger.move(moves, into: books)
            } catch { throw .ledger(error, time_ns: now_ns) }
            capital.allocation.moved()
        }
        for place in books.indices {
            record(
                review, of: accounts[account].instances.lowerBound + place, account, place,
                result: results[place], worth: worths[place], moved: moves[place])
            capital.base[place] = worths[place] + moves[place]
            capital.given[place] += moves[place]
        }
        accounts[account].capital = capital
        guard isMoved else { return }
        for place in books.indices where moves[place] != 0 { rescale(account, place) }
    }

    // MARK: Amounts

    /// What each strategy receives; what it gives is below 0. They add up to 0. Only cash that
    /// nothing is held or reserved against leaves a book.
    private func moves(
        _ account: Int, _ worths: [Int128], _ review: CapitalReview,
        _ configuration: CapitalConfiguration
    ) -> [Int128] {
        let whole = worths.reduce(Int128(0)) { $0 + max($1, 0) }
        let parts = review.wanted.map { Int64(($0 * 1e15).rounded()) }
        guard whole > 0, parts.contains(where: { $0 > 0 }) else { return worths.map { _ in 0 } }
        let wanted = LargestRemainder.split(whole, by: parts)
        var gives = worths.indices.map { place in
            min(max(worths[place] - wanted[place], 0), movable(account, place))
        }
        let most = LargestRemainder.split(
            whole,
            by: [Int64(configuration.moveMax * 1e9), Int64((1 - configuration.moveMax) * 1e9)]
        )[0]
        if gives.reduce(0, +) > most {
            gives = zip(gives, LargestRemainder.split(most, by: weights(gives)))
                .map { min($0, $1) }
        }
        let needs = worths.indices.map { max(wanted[$0] - max(worths[$0], 0), 0) }
        let given = gives.reduce(0, +)
        guard given > 0, needs.contains(where: { $0 > 0 }) else { return worths.map { _ in 0 } }
        let takes = LargestRemainder.split(given, by: weights(needs))
        return zip(takes, gives).map { $0 - $1 }
    }

    /// What may leave a strategy's book, 0 or more.
    private func movable(_ account: Int, _ place: Int) -> Int128 {
        let instance = instances[accounts[account].instances.lowerBound + place]
        let book = instance.pointee.book
        // What a short sale brought is cash, and is not free.
        let unbound = try? unbound(instance)
        return max(
            0,
            min(
                accounts[account].ledger.books[book].cash, freeCash(account, book) ?? 0,
                unbound ?? 0))
    }

    // MARK: Targets

    /// A target in proportion to the capital that the strategy has now, cut to whole steps; the
    /// same where the account does not scale targets.
    func scaled(_ quantity: Int64, _ instrument: Int, of instance: InstanceRef) -> Int64 {
        let account = instance.pointee.account
        guard let capital = accounts[account].capital, accounts[account].setup.scalesTargets
        else { return quantity }
        let place = instance.pointee.book - 1
        let now = max(0, capital.given[place]), start = capital.start[place]
        guard now != start, quantity != 0 else { return quantity }
        let wide = UInt128(quantity.magnitude).multipliedFullWidth(by: now.magnitude)
        guard wide.high < start.magnitude else { return quantity }
        let whole = start.magnitude.dividingFullWidth(wide).quotient
        guard let units = Int64(exactly: whole) else { return quantity }
        let steps = units / quantitySteps[instrument] * quantitySteps[instrument]
        return quantity < 0 ? -steps : steps
    }

    /// Restates the targets that a strategy still has, and tells it what it may use.
    private mutating func rescale(_ account: Int, _ place: Int) {
        let instance = instances[accounts[account].instances.lowerBound + place]
        report(accountOf: instance)
        for (instrument, said) in instance.pointee.saidTargets.sorted(by: { $0.key < $1.key }) {
            // What the host itself has closed since stays closed.
            guard instance.pointee.targets[instrument] == said.used else { continue }
            let used = scaled(said.quantity, instrument, of: instance)
            instance.pointee.targets[instrument] = used
            instance.pointee.saidTargets[instrument] = (said.quantity, used)
            markDirty(account, instrument)
        }
    }

    private mutating func record(
        _ review: CapitalReview, of instance: Int, _ account: Int, _ place: Int,
        result: CapitalResult, worth: Int128, moved: Int128
    ) {
        let r = log.append(.capital, 13)
        r[0] = now_ns
        r[1] = Int64(account)
        r[2] = Int64(instance)
        (r[3], r[4]) = split(worth)
        (r[5], r[6]) = split(moved)
        let numbers = [
            result.growth, review.losses[place] ?? .nan, review.wanted[place], review.forgone,
            review.cost,
        ]
        for (index, number) in numbers.enumerated() {
            r[7 + index] = Int64(bitPattern: number.bitPattern)
        }
        r[12] = result.hasEnded ? 1 : 0
    }
}
