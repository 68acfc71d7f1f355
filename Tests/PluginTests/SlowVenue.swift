import RialtoTestHost
import RialtoValues

/// A venue whose answers come late: it accepts, refuses, expires, fills in part or whole and
/// cancels by a seed, and reports each in order some steps after it happened.
///
/// What it holds is the truth; what a strategy knows is what was reported.
struct SlowVenue {
    /// What has filled so far, signed, by instrument.
    private(set) var position: [UInt32: Int64] = [:]
    /// The largest position that there could have been, had everything on order filled at once.
    private(set) var worst: Int64 = 0
    private(set) var fills = 0
    private(set) var refusals = 0
    private var working: [UInt64: (terms: TestIntent, filled: Int64)] = [:]
    private var coming: [TestIntent] = []
    private var reports: [(step: Int, event: TestEvent)] = []
    private var step = 0
    private var random: SeededGenerator
    /// Most steps between what happens and its report.
    private let delay: Int
    /// Of all that arrives, one in so many is refused; 0 none.
    private let refusesOneIn: Int

    init(seed: UInt64, delay: Int = 3, refusesOneIn: Int = 12) {
        random = SeededGenerator(seed: seed)
        self.delay = delay
        self.refusesOneIn = refusesOneIn
    }

    /// Orders that work.
    var orders: [TestIntent] { working.values.map(\.terms) }

    /// Takes in what a strategy wants; it arrives at the next step.
    mutating func send(_ intents: [TestIntent]) { coming += intents }

    /// Lets one step pass: messages arrive, orders fill. Returns the reports that are due, for
    /// `time_ns`.
    mutating func pass(to time_ns: Int64) -> [TestEvent] {
        step += 1
        for intent in coming { arrive(intent, time_ns) }
        coming = []
        for id in working.keys.sorted() where Int.random(in: 0..<4, using: &random) == 0 {
            fill(id, time_ns)
        }
        noteWorst()
        let due = reports.prefix { $0.step <= step }.map { moved($0.event, time_ns) }
        reports.removeFirst(due.count)
        return due
    }

    private mutating func arrive(_ intent: TestIntent, _ time_ns: Int64) {
        switch intent.kind {
        case RIALTO_INTENT_ORDER:
            if refusesOneIn > 0, Int.random(in: 0..<refusesOneIn, using: &random) == 0 {
                refusals += 1
                let state = [RIALTO_ORDER_REJECTED, RIALTO_ORDER_EXPIRED].randomElement(
                    using: &random)
                return report(intent, state ?? RIALTO_ORDER_REJECTED, filled: 0, time_ns)
            }
            working[intent.orderId] = (intent, 0)
            report(intent, RIALTO_ORDER_ACCEPTED, filled: 0, time_ns)
            guard intent.timeInForce == RIALTO_IMMEDIATE_OR_CANCEL else { return }
            if Bool.random(using: &random) { fill(intent.orderId, time_ns) }
            if let (terms, filled) = working.removeValue(forKey: intent.orderId) {
                report(terms, RIALTO_ORDER_EXPIRED, filled: filled, time_ns)
            }
        case RIALTO_INTENT_CANCEL:
            guard let (terms, filled) = working.removeValue(forKey: intent.orderId) else { return }
            report(terms, RIALTO_ORDER_CANCELED, filled: filled, time_ns)
        default: break
        }
    }

    private mutating func fill(_ id: UInt64, _ time_ns: Int64) {
        guard let (terms, before) = working[id] else { return }
        let more = Int64.random(in: 1...terms.quantity - before, using: &random)
        let filled = before + more, isBuy = terms.side == RIALTO_BUY
        position[terms.instrument, default: 0] += isBuy ? more : -more
        fills += 1
        let isWhole = filled == terms.quantity
        working[id] = isWhole ? nil : (terms, filled)
        report(
            terms, isWhole ? RIALTO_ORDER_FILLED : RIALTO_ORDER_PARTLY_FILLED, filled: filled,
            time_ns)
        let event = FillEvent(
            time_ns: time_ns, orderId: id, instrument: terms.instrument, side: UInt8(terms.side),
            liquidity: UInt8(RIALTO_LIQUIDITY_MAKER), price: max(1, terms.price), quantity: more,
            position: position[terms.instrument, default: 0], fee: 0)
        later(.fill(event))
    }

    private mutating func report(
        _ terms: TestIntent, _ state: UInt32, filled: Int64, _ time_ns: Int64
    ) {
        later(
            .order(
                OrderEvent(
                    time_ns: time_ns, orderId: terms.orderId, instrument: terms.instrument,
                    state: UInt8(state), side: UInt8(terms.side), price: terms.price,
                    quantity: terms.quantity, filled: filled)))
    }

    /// Reports never overtake each other.
    private mutating func later(_ event: TestEvent) {
        let at = step + Int.random(in: 0...delay, using: &random)
        reports.append((max(at, reports.last?.step ?? 0), event))
    }

    private func moved(_ event: TestEvent, _ time_ns: Int64) -> TestEvent {
        switch event {
        case .order(let order):
            .order(
                OrderEvent(
                    time_ns: time_ns, orderId: order.orderId, instrument: order.instrument,
                    state: order.state, side: order.side, reason: order.reason,
                    price: order.price, quantity: order.quantity, filled: order.filled))
        case .fill(let fill):
            .fill(
                FillEvent(
                    time_ns: time_ns, orderId: fill.orderId, instrument: fill.instrument,
                    side: fill.side, liquidity: fill.liquidity, price: fill.price,
                    quantity: fill.quantity, position: fill.position, fee: fill.fee))
        default: event
        }
    }

    private mutating func noteWorst() {
        for (instrument, held) in position {
            var (bought, sold) = (held, held)
            for (terms, filled) in working.values where terms.instrument == instrument {
                let left = terms.quantity - filled
                if terms.side == RIALTO_BUY { bought += left } else { sold -= left }
            }
            worst = max(worst, bought, -sold)
        }
    }
}

/// A best bid and ask, each for 10 units of the base.
func quote(at time_ns: Int64, _ bid: Int64, _ ask: Int64, _ instrument: UInt32 = 0) -> TestEvent {
    .quote(
        Quote(
            time_ns: time_ns, instrument: instrument, bidPrice: bid, bidQuantity: 100_000,
            askPrice: ask, askQuantity: 100_000))
}

/// What became of an order that a strategy wanted.
func report(
    _ order: TestIntent, _ state: UInt32, filled: Int64 = 0, at time_ns: Int64,
    reason: UInt32 = RIALTO_REASON_NONE
) -> TestEvent {
    .order(
        OrderEvent(
            time_ns: time_ns, orderId: order.orderId, instrument: order.instrument,
            state: UInt8(state), side: UInt8(order.side), reason: UInt16(reason),
            price: order.price, quantity: order.quantity, filled: filled))
}
