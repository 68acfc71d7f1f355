import RialtoExecution
import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoRisk
import RialtoValues

/// What is liquidated together: a strategy's book, which the host closes before others pay for it,
/// or the account as the venue sees it (book 0).
struct MarginUnit: Hashable {
    let account: Int
    let book: Int
}

/// One position that is held on margin.
struct MarginLeg {
    let instrument: Int
    let quantity: Int64
    /// What it cost, in units of 10^-18 of its instrument's currency; see ``Position``.
    let cost: Int128
}

/// Margins: when positions are closed because what stands behind them is gone.
///
/// After each change of an account the prices are computed at which somebody has to look again;
/// until one of them trades, its margins are not touched. On a bar the open and the extremes are
/// looked at after the orders of the bar have filled, so a stop before the liquidation price works.
/// Where a run has the venue's mark prices those count instead of what was traded: Engine+Marks.
extension Engine {
    /// Positions on margin of a unit, in the order of instruments.
    func legs(_ unit: MarginUnit) -> [MarginLeg] {
        let account = accounts[unit.account]
        guard let margin = account.setup.margin else { return [] }
        return valuations.indices.flatMap { instrument -> [MarginLeg] in
            guard margin.schedules[instrument] != nil else { return [] }
            func leg(_ positions: [Position]) -> MarginLeg? {
                let quantity = positions.reduce(0) { $0 + $1.quantity }
                let cost = positions.reduce(Int128(0)) { $0 + $1.cost }
                guard quantity != 0 else { return nil }
                return MarginLeg(instrument: instrument, quantity: quantity, cost: cost)
            }
            let books = account.ledger.books.map { $0.positions[instrument] }
            if unit.book > 0 { return [leg([books[unit.book]])].compactMap(\.self) }
            guard margin.sides == .hedge else {
                return [leg([account.ledger.account.positions[instrument]])].compactMap(\.self)
            }
            let sides = [books.filter { $0.quantity > 0 }, books.filter { $0.quantity < 0 }]
            return sides.compactMap(leg)
        }
    }

    private func units(_ account: Int) -> [MarginUnit] {
        let count = accounts[account].ledger.books.count
        return (1..<max(1, count)).map { MarginUnit(account: account, book: $0) }
            + [MarginUnit(account: account, book: 0)]
    }

    /// What must be left for a position of this size, in the account's currency.
    private func maintenance(_ leg: MarginLeg, at price: Int64, _ account: Int) -> Int128? {
        guard let schedule = accounts[account].setup.margin?.schedules[leg.instrument],
            let size = try? valuations[leg.instrument].notional(
                price: price, quantity: leg.quantity),
            let needed = try? schedule.maintenance(size)
        else { return nil }
        return inHome(needed, of: leg.instrument, account)
    }

    /// The margin that a position of an isolated account was opened with.
    func isolatedMargin(_ leg: MarginLeg, _ account: Int) -> Int128? {
        openingMargin(leg, account).flatMap { inHome($0, of: leg.instrument, account) }
    }

    /// The same in the instrument's own currency.
    private func openingMargin(_ leg: MarginLeg, _ account: Int) -> Int128? {
        guard let margin = accounts[account].setup.margin,
            let schedule = margin.schedules[leg.instrument]
        else { return nil }
        return try? schedule.initial(
            leg.cost < 0 ? -leg.cost : leg.cost, leverage_e6: margin.leverage_e6)
    }

    // MARK: Buffers

    /// What is left above maintenance if an instrument were at a price: of the whole unit under
    /// cross margin, of the leg alone under isolated margin. nil where it cannot be computed.
    private func buffer(
        _ unit: MarginUnit, _ legs: [MarginLeg], instrument: Int, at price: Int64, only: Int?
    ) -> Int128? {
        let account = unit.account
        if let only {
            guard let margin = isolatedMargin(legs[only], account),
                let gain = gain(of: legs[only], at: price, account),
                let needed = maintenance(legs[only], at: price, account)
            else { return nil }
            return margin + gain - needed
        }
        let ledger = accounts[account].ledger
        let book = unit.book > 0 ? ledger.books[unit.book] : ledger.account
        let held = book.positions[instrument].quantity
        guard let equity = equity(of: book),
            var left = marginEquity(equity, account, { book.positions[$0].quantity }),
            let then = worth(held, instrument, price, account),
            let now = worth(held, instrument, marginPrice(instrument), account)
        else { return nil }
        left += then - now
        for leg in legs {
            let at = leg.instrument == instrument ? price : marginPrice(leg.instrument)
            guard let needed = maintenance(leg, at: at, account) else { return nil }
            left -= needed
        }
        return left
    }

    func worth(
        _ quantity: Int64, _ instrument: Int, _ price: Int64, _ account: Int
    ) -> Int128? {
        guard quantity != 0 else { return 0 }
        guard let value = try? valuations[instrument].value(price: price, quantity: quantity)
        else { return nil }
        return inHome(value, of: instrument, account)
    }

    /// The legs that live or go together: each alone under isolated margin, all under cross.
    private func groups(_ unit: MarginUnit, _ legs: [MarginLeg]) -> [Int?] {
        guard !legs.isEmpty else { return [] }
        return accounts[unit.account].setup.margin?.mode == .isolated ? Array(legs.indices) : [nil]
    }

    // MARK: Watching

    /// Computes anew at which prices somebody has to look at an account's margins.
    mutating func watchMargins(_ account: Int) {
        guard accounts[account].setup.margin != nil else { return }
        accounts[account].watch = Array(repeating: MarginBand.none, count: valuations.count)
        for unit in units(account) {
            let legs = legs(unit)
            for group in groups(unit, legs) { watch(unit, legs, group) }
        }
        for instrument in valuations.indices {
            var band = MarginBand.none
            for other in accounts where !other.watch.isEmpty {
                band.narrow(to: other.watch[instrument])
            }
            if band != .none, pricedFrom_ns[instrument] != .min { band = .always }
            venue.watch(instrument, low: band.low, high: band.high)
        }
    }

    private mutating func watch(_ unit: MarginUnit, _ legs: [MarginLeg], _ only: Int?) {
        let held = instrumentsAtRisk(unit, legs, only)
        if let first = held.first,
            let left = buffer(
                unit, legs, instrument: first, at: marginPrice(first), only: only), left <= 0
        {
            accounts[unit.account].isShort = true
        }
        for instrument in held {
            let band = band(unit, legs, only, instrument, among: held.count)
            accounts[unit.account].watch[instrument].narrow(to: band)
        }
        guard hasForeign, !held.isEmpty else { return }
        // A rate moves everything at once: each of its changes is looked at.
        for source in setup.currencies.sources {
            accounts[unit.account].watch[source.instrument].narrow(to: .always)
        }
    }

    /// Instruments whose price moves what stands behind a group of legs.
    private func instrumentsAtRisk(
        _ unit: MarginUnit, _ legs: [MarginLeg], _ only: Int?
    ) -> [Int] {
        if let only { return [legs[only].instrument] }
        let ledger = accounts[unit.account].ledger
        let book = unit.book > 0 ? ledger.books[unit.book] : ledger.account
        let onMargin = Set(legs.map(\.instrument))
        return valuations.indices.filter {
            book.positions[$0].quantity != 0 || onMargin.contains($0)
        }
    }

    /// Between which prices of one instrument less than its share of the buffer is lost. While all
    /// instruments are between theirs, the whole buffer cannot be.
    private func band(
        _ unit: MarginUnit, _ legs: [MarginLeg], _ only: Int?, _ instrument: Int, among count: Int
    ) -> MarginBand {
        let mark = marginPrice(instrument)
        guard mark > 0,
            let now = buffer(unit, legs, instrument: instrument, at: mark, only: only), now > 0
        else { return .always }
        let least = now - now / Int128(count)
        func isLost(_ price: Int64) -> Bool {
            guard let then = buffer(unit, legs, instrument: instrument, at: price, only: only)
            else { return true }
            return count == 1 ? then <= 0 : then <= least
        }
        let (top, over) = mark.multipliedReportingOverflow(by: 64)
        let high = over ? Int64.max - 1 : top
        return MarginBand(
            low: isLost(1) ? Engine.turn(from: mark, to: 1, isLost) : .min,
            high: isLost(high) ? Engine.turn(from: mark, to: high, isLost) : .max)
    }

    /// The first price from a good one on towards a bad one that is bad.
    static func turn(from good: Int64, to bad: Int64, _ isBad: (Int64) -> Bool) -> Int64 {
        var good = good, bad = bad
        while (bad - good).magnitude > 1 {
            let middle = good + (bad - good) / 2
            if isBad(middle) { bad = middle } else { good = middle }
        }
        return bad
    }

    // MARK: Looking

    /// Closes what a fill or a payment has left without margin.
    mutating func closeShort() throws(EngineError) {
        guard venue.watchCount > 0 else { return }
        for account in accounts.indices where accounts[account].isShort {
            accounts[account].isShort = false
            for unit in units(account) {
                // Closing one leg may save, or cost, the others.
                for instrument in legs(unit).map(\.instrument) {
                    let mark = marginPrice(instrument)
                    try check(unit, instrument, open: mark, high: mark, low: mark)
                }
            }
            watchMargins(account)
        }
    }

    /// The market has traded an instrument between two prices: closes what no longer stands.
    mutating func checkMargins(
        _ instrument: Int, open: Int64, high: Int64, low: Int64
    ) throws(EngineError) {
        guard venue.isWatched(instrument, low: low, high: high) else { return }
        // What is shown during a halt closes nothing in it, but others stand behind it.
        if pricedFrom_ns[instrument] != .min, !venue.isHalted(instrument) {
            forgetHalt(of: instrument)
        }
        for account in accounts.indices where !accounts[account].watch.isEmpty {
            guard accounts[account].watch[instrument].isMet(low: low, high: high) else { continue }
            for unit in units(account) {
                try check(unit, instrument, open: open, high: high, low: low)
            }
            watchMargins(account)
        }
    }

    /// What is held on margin in an instrument is not closed before it trades again.
    mutating func halt(_ instrument: Int) {
        venue.halt(instrument, true)
        pricedFrom_ns[instrument] = .max
    }

    /// Trading goes on: what waited to be closed goes at the first price from now on.
    mutating func resume(_ instrument: Int) {
        guard venue.isHalted(instrument) else { return }
        venue.halt(instrument, false)
        let isHeld = accounts.contains { account in
            account.setup.margin != nil
                && account.ledger.books.contains { $0.positions[instrument].quantity != 0 }
        }
        pricedFrom_ns[instrument] = isHeld ? now_ns : .min
    }

    /// The first price after a halt has come.
    private mutating func forgetHalt(of instrument: Int) {
        pricedFrom_ns[instrument] = .min
        for account in accounts.indices { watchMargins(account) }
    }

    private mutating func check(
        _ unit: MarginUnit, _ instrument: Int, open: Int64, high: Int64, low: Int64
    ) throws(EngineError) {
        let legs = legs(unit)
        for group in groups(unit, legs) {
            if let group, legs[group].instrument != instrument { continue }
            func isLost(_ price: Int64) -> Bool {
                guard
                    let left = buffer(unit, legs, instrument: instrument, at: price, only: group)
                else { return false }
                return left <= 0
            }
            let isLowFirst = open - low <= high - open
            let price: Int64? =
                isLost(open)
                ? open
                : (isLowFirst ? [low, high] : [high, low]).first(where: isLost).map {
                    Engine.turn(from: open, to: $0, isLost)
                }
            guard let price else { continue }
            try liquidate(unit, legs, group, instrument, at: price)
        }
    }

    /// Closes a group of legs: the one instrument at `price`, unless that is a mark, at which
    /// nobody trades; others at their last price. Legs that do not trade stay, with their orders,
    /// and are looked at again when they do.
    private mutating func liquidate(
        _ unit: MarginUnit, _ legs: [MarginLeg], _ only: Int?, _ instrument: Int, at price: Int64
    ) throws(EngineError) {
        let account = unit.account
        let closing = (only.map { [legs[$0]] } ?? legs).filter {
            pricedFrom_ns[$0.instrument] == .min
        }
        guard !closing.isEmpty else { return }
        record(
            event: 4, account: account, instance: unit.book > 0 ? owner(of: unit) : -1, at: now_ns)
        let instruments = Set(closing.map(\.instrument)).sorted()
        for index in instruments {
            let books = closingBooks(unit, index, closing)
            takeOff(account, index, books: books, .liquidated)
        }
        for index in instruments {
            let books = closingBooks(unit, index, closing)
            let at = index == instrument && !isMarked(index) ? price : marks[index]
            if only != nil { try coverLosses(account, index, books, at: at) }
            try closeOut(account, index, books: books, at: at, .liquidation)
        }
    }

    private func owner(of unit: MarginUnit) -> Int {
        accounts[unit.account].instances.lowerBound + unit.book - 1
    }

    /// The books whose positions in an instrument go.
    private func closingBooks(
        _ unit: MarginUnit, _ instrument: Int, _ legs: [MarginLeg]
    ) -> [Int] {
        if unit.book > 0 { return [unit.book] }
        let books = accounts[unit.account].ledger.books
        let isHedged = accounts[unit.account].setup.margin?.sides == .hedge
        return books.indices.filter { book in
            let quantity = books[book].positions[instrument].quantity
            guard quantity != 0 else { return false }
            return !isHedged
                || legs.contains {
                    $0.instrument == instrument && ($0.quantity < 0) == (quantity < 0)
                }
        }
    }

    /// Under isolated margin a position loses no more than its margin: where a gap has jumped over
    /// it, the venue's own funds pay the rest.
    private mutating func coverLosses(
        _ account: Int, _ instrument: Int, _ books: [Int], at price: Int64
    ) throws(EngineError) {
        var covers: [Int: Int128] = [:]
        for book in books {
            for leg in legs(MarginUnit(account: account, book: book))
            where leg.instrument == instrument {
                guard
                    let value = try? valuations[instrument].value(
                        price: price, quantity: leg.quantity),
                    let margin = openingMargin(leg, account)
                else { continue }
                let left = margin + value - leg.cost
                if left < 0 { covers[book] = -left }
            }
        }
        guard !covers.isEmpty else { return }
        try pay(account, instrument, .cover) { book, _ in covers[book] ?? 0 }
    }
}

/// Prices of one instrument at or beyond which somebody has to look.
struct MarginBand: Equatable {
    var low: Int64
    var high: Int64

    static let none = MarginBand(low: .min, high: .max)
    static let always = MarginBand(low: .max - 1, high: .min + 1)

    mutating func narrow(to other: MarginBand) {
        low = max(low, other.low)
        high = min(high, other.high)
    }

    func isMet(low: Int64, high: Int64) -> Bool { low <= self.low || high >= self.high }
}
