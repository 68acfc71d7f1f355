import RialtoKit

/// Trades the time between two venues: what the first instrument has just done, and the second has
/// not done yet.
///
/// It takes on the second instrument when the step that is missing pays for both fees and the
/// spread, and leaves when the step has come, when its time is up, or at its stop.
struct TimeArbitrage: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.time-arbitrage", version: "1.0.0", name: "Time arbitrage",
        summary: "Takes on a market that follows another one, before it has followed.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .duration(
                1, "window", 1_000_000...86_400_000_000_000, initial: 1_000_000_000,
                "Time over which the leader's move and the follower's are compared"),
            .number(
                2, "edge", 0...1000, initial: 1, unit: "bps",
                "Expected gain after spread and both fees from which it enters"),
            .number(
                3, "fee", -100...1000, initial: 5, unit: "bps",
                "What a taker pays on the follower's venue"),
            .duration(
                4, "hold", 1_000_000...86_400_000_000_000, initial: 5_000_000_000,
                "Longest time that it waits for the follower"),
            .number(
                5, "stop", 0...1000, initial: 0, unit: "bps",
                "Distance from the entry at which it gives up; 0 never"),
            .decimal(
                6, "quantity", lowest: DecimalValue(units: 1, decimals: 18),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 1, decimals: 0), unit: "base",
                "Position to hold; no more than is shown"),
            .duration(
                7, "pause", 0...86_400_000_000_000, initial: 1_000_000_000,
                "Rest after each trade, and after an order that did not fill"),
            .boolean(8, "allow_short", initial: true, "Whether it may hold a short position"),
        ])

    private let leader: UInt32
    private let book: PerInstrument<Follower>
    private let follower: UInt32
    private var window: LagWindow
    private var nextId: UInt64 = 1
    private let hold_ns: Int64

    init(_ setup: Setup) throws(PluginFailure) {
        guard setup.instruments.count == 2 else {
            throw PluginFailure(
                "\(setup.instruments.count) instruments were given, allowed is 2: leader, follower")
        }
        leader = setup.instruments[0].index
        follower = setup.instruments[1].index
        hold_ns = setup.integer(4)
        window = LagWindow(window_ns: setup.integer(1))
        book = try PerInstrument([setup.instruments[1]]) { (instrument) throws(PluginFailure) in
            try Follower(setup, instrument)
        }
    }

    var needs: [Need] { [.quotes(), .ownOrders, .timers] }

    mutating func onQuote(_ quote: Quote, _ intents: inout Intents) {
        if quote.instrument == follower { book[follower].take(quote) }
        window.take(quote, isLeader: quote.instrument == leader)
        guard !intents.isWarmUp else { return }
        act(at: quote.time_ns, &intents)
    }

    mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents) {
        guard book[follower].take(order) else { return }
        intents.timer(id: 1, at: order.time_ns + hold_ns)
    }

    mutating func onTimer(_ id: UInt64, at time_ns: Int64, _ intents: inout Intents) {
        act(at: time_ns, &intents)
    }

    private mutating func act(at time_ns: Int64, _ intents: inout Intents) {
        guard !book[follower].isOut else { return }
        if book[follower].position != 0 {
            if let reason = book[follower].exitReason(at: time_ns) { leave(reason, &intents) }
        } else if let lag = window.lag(at: time_ns),
            let entry = book[follower].entry(lag: lag, id: nextId, at: time_ns)
        {
            intents.order(
                id: nextId, follower, side: entry.isBuy ? RIALTO_BUY : RIALTO_SELL,
                quantity: entry.quantity, limit: entry.price,
                lifetime: RIALTO_IMMEDIATE_OR_CANCEL,
                reason: entry.isBuy ? LagReason.up : LagReason.down)
            nextId += 1
        }
    }

    /// Closes the position at the market.
    private mutating func leave(_ reason: UInt32, _ intents: inout Intents) {
        let position = book[follower].position
        book[follower].send(id: nextId, isBuy: position < 0)
        intents.order(
            id: nextId, follower, side: position > 0 ? RIALTO_SELL : RIALTO_BUY,
            quantity: Int64(position.magnitude), reduceOnly: true,
            lifetime: RIALTO_IMMEDIATE_OR_CANCEL, reason: reason)
        nextId += 1
    }
}

/// Codes that explain an order.
enum LagReason {
    static let up: UInt32 = 1
    static let down: UInt32 = 2
    static let followed: UInt32 = 3
    static let late: UInt32 = 4
    static let stopped: UInt32 = 5
}
