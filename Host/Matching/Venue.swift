import RialtoOrders
import RialtoValues
import Synchronization

/// One order that works on the venue.
struct Working {
    let order: Int
    let side: Side
    let type: OrderType
    let force: TimeInForce
    let isPostOnly: Bool
    /// A stop whose trigger was met.
    var isTriggered = false
    /// It has had its chance to take, and waits since.
    var rests = false
    /// Limit price; of a trailing stop its distance.
    let price: Int64
    /// Of a trailing stop it follows the best price; `unset` before the first.
    var trigger: Int64
    var quantity: Int64
    let arrived_ns: Int64
    /// The price at which the trigger was met; 0 before.
    var metAt: Int64 = 0
    /// What stands before it at its price; `unset` while that is not known.
    var ahead: Int64 = Working.unset
    /// What has traded at its price since the level was last displayed.
    var traded: Int64 = 0

    static let unset: Int64 = -1

    init(_ terms: Order.Terms, order: Int, at time_ns: Int64) {
        self.order = order
        side = terms.side
        type = terms.type
        force = terms.timeInForce
        isPostOnly = terms.isPostOnly
        price = terms.price
        trigger = terms.trigger
        quantity = terms.quantity
        arrived_ns = time_ns
    }

    /// Whether it is to fill at once or not at all.
    var isImmediate: Bool {
        switch force {
        case .immediateOrCancel, .fillOrKill: true
        case .goodTillCancel, .goodTillTime: false
        }
    }

    /// Whether it takes at any price now.
    var isMarket: Bool {
        switch type {
        case .market: true
        case .stop, .trailingStop: isTriggered
        case .limit, .stopLimit: false
        }
    }

    /// Whether it has a limit price that counts now.
    var isLimit: Bool {
        switch type {
        case .limit: true
        case .stopLimit: isTriggered
        case .market, .stop, .trailingStop: false
        }
    }

    /// Whether it waits for its trigger.
    var isWaitingStop: Bool {
        switch type {
        case .stop, .stopLimit, .trailingStop: !isTriggered
        case .market, .limit: false
        }
    }

    /// Whether it follows the price.
    var isTrailing: Bool { if case .trailingStop = type { true } else { false } }

    /// Whether the venue has to look at it at every event of its instrument.
    var isWatchful: Bool {
        isMarket || isTrailing || (isImmediate && isLimit) || (isPostOnly && !rests)
    }

    /// Whether a price meets the trigger.
    func meetsTrigger(_ price: Int64) -> Bool {
        guard trigger != Working.unset else { return false }
        return side == .buy ? price >= trigger : price <= trigger
    }

    /// Moves the trigger of a trailing stop behind a better price.
    mutating func trail(_ best: Int64) {
        guard isTrailing, !isTriggered else { return }
        let behind = side == .buy ? best + price : max(1, best - price)
        let isNearer = side == .buy ? behind < trigger : behind > trigger
        if trigger == Working.unset || isNearer { trigger = behind }
    }
}

/// The simulated venue: which orders work, and which of them a market event fills.
///
/// Orders of one instrument are looked at in the order of their arrival.
package struct Venue: ~Copyable {
    package let model: VenueModel
    let steps: [Int64]
    let levels: [MatchLevel]
    /// By instrument.
    // Proof: allocated in `init` for every instrument, freed in `deinit`; instruments are indices
    // into the run's list, which has as many.
    package let desks: UnsafeMutableBufferPointer<Desk>
    var books: [StandingBook]
    package internal(set) var workingCount = 0
    /// Instruments that are watched.
    package private(set) var watchCount = 0
    /// Orders that were taken off without a cancel, until somebody takes them from here.
    var endings: [VenueEnding] = []
    /// Never read. A value with an atomic is only ever passed by its address: without one, every
    /// call that reads a venue, or the engine around it, copied it first.
    private let anchor = Atomic<UInt8>(0)
    private var random: SeededGenerator

    /// - Parameters:
    ///   - steps: Price step of each instrument, in price units.
    ///   - levels: What each instrument is matched against.
    package init(model: VenueModel, steps: [Int64], levels: [MatchLevel]? = nil) {
        let levels = levels ?? Array(repeating: .bars, count: steps.count)
        precondition(levels.count == steps.count, "each instrument has its level")
        self.model = model
        self.steps = steps
        self.levels = levels
        desks = .allocate(capacity: steps.count)
        desks.initialize(repeating: Desk())
        books = levels.map { StandingBook(isWhole: $0 == .book) }
        random = SeededGenerator(seed: model.seed)
    }

    deinit {
        desks.deinitialize()
        desks.deallocate()
    }

    /// What a print or bar has to reach to fill something.
    package func reach(of instrument: Int) -> (low: Int64, high: Int64) {
        (desks[instrument].low, desks[instrument].high)
    }

    /// Whether the venue refuses the next order for no reason of ours.
    package mutating func refusesNext() -> Bool {
        model.refusals_e9 > 0
            && Int64.random(in: 0..<1_000_000_000, using: &random) < model.refusals_e9
    }

    /// Puts an order to work from `time_ns` on.
    ///
    /// - Parameter last: Last price of the instrument, 0 when there is none: where a trailing stop
    ///   starts, and what a post-only order is held against where only prints are known.
    package mutating func accept(
        _ terms: Order.Terms, order: Int, at time_ns: Int64, last: Int64 = 0
    ) {
        var new = Working(terms, order: order, at: time_ns)
        let instrument = terms.instrument
        if new.isTrailing {
            if new.trigger == 0 { new.trigger = Working.unset }
            if last > 0, new.trigger == Working.unset { new.trail(last) }
        }
        if new.isPostOnly, new.isLimit, case .trades = levels[instrument] {
            let takes = last > 0 && (new.side == .buy ? new.price > last : new.price < last)
            if takes {
                endings.append(VenueEnding(order: order, reason: .takes))
                return
            }
            new.rests = true
        }
        desks[instrument].add(new, isStanding: levels[instrument].isStanding)
        workingCount += 1
    }

    /// Whether the venue has ended orders by their own terms that nobody has taken from it.
    package var hasEndings: Bool { !endings.isEmpty }

    /// Takes the orders from the venue that it has ended by their own terms, in that order.
    package mutating func takeEndings() -> [VenueEnding] {
        guard !endings.isEmpty else { return [] }
        defer { endings.removeAll(keepingCapacity: true) }
        return endings
    }

    /// Takes an order off. Returns false when it does not work here.
    package mutating func cancel(order: Int, instrument: Int) -> Bool {
        guard let index = desks[instrument].working.firstIndex(where: { $0.order == order }) else {
            return false
        }
        remove(index, instrument)
        return true
    }

    /// Orders that rest where a new one would meet them: on the other side, at its limit or
    /// better, or for an order without a limit at what is displayed or better.
    ///
    /// - Returns: The host's order numbers, in the order of arrival.
    package func met(by terms: Order.Terms) -> [Int] {
        let instrument = terms.instrument
        let new = Working(terms, order: -1, at: 0)
        let limit = new.isLimit ? terms.price : books[instrument].best(terms.side.opposite)?.price
        guard let limit, new.isLimit || new.isMarket else { return [] }
        return desks[instrument].working.filter { other in
            guard other.isLimit, other.side == terms.side.opposite else { return false }
            return terms.side == .buy ? other.price <= limit : other.price >= limit
        }.map(\.order)
    }

    /// Whether a new order might meet another: no, where a limit is known to lie before all of the
    /// other side's.
    package func mayMeet(_ terms: Order.Terms) -> Bool {
        let low = desks[terms.instrument].limitLow, high = desks[terms.instrument].limitHigh
        guard !desks[terms.instrument].working.isEmpty else { return false }
        guard case .limit = terms.type, low != .max, !desks[terms.instrument].isHalted else {
            return true
        }
        return terms.side == .buy ? terms.price >= high : terms.price <= low
    }

    /// Whether any order works in the instrument, and the market is open.
    package func works(in instrument: Int) -> Bool {
        !desks[instrument].working.isEmpty && !desks[instrument].isHalted
    }

    /// Asks for every event of the instrument with a price at or below `low`, or at or above
    /// `high`; `Int64.min` and `Int64.max` ask for none.
    package mutating func watch(_ instrument: Int, low: Int64, high: Int64) {
        let was = isWatched(instrument)
        desks[instrument].watchLow = low
        desks[instrument].watchHigh = high
        watchCount += (isWatched(instrument) ? 1 : 0) - (was ? 1 : 0)
        refresh(instrument)
    }

    /// Whether somebody is to look at the instrument at some price.
    package func isWatched(_ instrument: Int) -> Bool {
        desks[instrument].watchLow != .min || desks[instrument].watchHigh != .max
    }

    /// Whether a price is one at which somebody is to look at the instrument.
    package func isWatched(_ instrument: Int, low: Int64, high: Int64) -> Bool {
        low <= desks[instrument].watchLow || high >= desks[instrument].watchHigh
    }

    /// Whether trading in the instrument is halted: orders come and wait, none fills.
    package func isHalted(_ instrument: Int) -> Bool { desks[instrument].isHalted }

    /// Halts or resumes trading in an instrument.
    package mutating func halt(_ instrument: Int, _ isHalted: Bool) {
        desks[instrument].isHalted = isHalted
        refresh(instrument)
    }

    mutating func remove(_ index: Int, _ instrument: Int) {
        desks[instrument].working.remove(at: index)
        workingCount -= 1
        refresh(instrument)
    }

    /// Takes an order off that may not wait.
    mutating func end(_ index: Int, _ instrument: Int, _ reason: OrderReason) {
        endings.append(VenueEnding(order: desks[instrument].working[index].order, reason: reason))
        remove(index, instrument)
    }

    mutating func refresh(_ instrument: Int) {
        desks[instrument].refresh(isStanding: levels[instrument].isStanding)
    }

    /// Takes `quantity` off a working order; the order goes when nothing is left.
    mutating func fill(
        _ index: Int, _ instrument: Int, _ price: Int64, _ quantity: Int64, _ liquidity: Liquidity,
        _ venueTime_ns: Int64
    ) -> VenueFill {
        let number = desks[instrument].working[index].order
        if quantity == desks[instrument].working[index].quantity {
            remove(index, instrument)
        } else {
            desks[instrument].working[index].quantity -= quantity
        }
        return VenueFill(
            order: number, price: price, quantity: quantity, liquidity: liquidity,
            venueTime_ns: venueTime_ns)
    }

    /// A taker's price on bars and prints: worse by the slippage, at least one step.
    package func slipped(_ price: Int64, _ side: Side, _ instrument: Int) -> Int64 {
        guard model.slippage.e9 > 0 else { return price }
        let step = Int128(steps[instrument])
        let exact = Int128(price) * Int128(model.slippage.e9)
        let unit = step * 1_000_000_000
        let distance = (exact + unit - 1) / unit * step
        let moved = Int128(price) + Int128(side.sign) * distance
        return moved < step ? Int64(step) : Int64(clamping: moved)
    }
}
