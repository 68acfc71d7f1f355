import RialtoKit

/// Keeps a bid and an ask at a fixed distance from the last trade and renews both on every n-th
/// trade: the traffic of a market maker without its opinion.
struct Requote: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.requote-swift", version: "1.0.0", name: "Requote (Swift)",
        summary: "Renews a bid and an ask around the last trade, on every n-th trade.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .integer(1, "every", 1...1_000_000, initial: 10, "Trades from one renewal to the next"),
            .integer(
                2, "distance", 1...1_000_000_000, initial: 5,
                "From the last price, in price units"),
            .integer(
                3, "quantity", 1...1_000_000_000_000, initial: 1,
                "Of each quote, in quantity units"),
        ])

    private let every: Int64
    private let distance: Int64
    private let quantity: Int64
    /// Trades since the last renewal.
    private var seen: Int64 = 0
    private var nextId: UInt64 = 1
    /// Ids of the working bid and ask; 0 none.
    private var bid: UInt64 = 0
    private var ask: UInt64 = 0

    init(_ setup: Setup) throws(PluginFailure) {
        guard setup.instruments.count == 1 else {
            throw PluginFailure("it quotes one instrument: give it one")
        }
        every = setup.integer(1)
        distance = setup.integer(2)
        quantity = setup.integer(3)
    }

    var needs: [Need] { [.trades(), .fills] }

    mutating func onTrade(_ trade: Trade, _ intents: inout Intents) {
        seen += 1
        guard seen == every else { return }
        seen = 0
        if bid != 0 { intents.cancel(id: bid, trade.instrument) }
        if ask != 0 { intents.cancel(id: ask, trade.instrument) }
        bid = quote(RIALTO_BUY, trade.price - distance, trade.instrument, &intents)
        ask = quote(RIALTO_SELL, trade.price + distance, trade.instrument, &intents)
    }

    mutating func onFill(_ fill: FillEvent, _ intents: inout Intents) {
        if fill.orderId == bid { bid = 0 }
        if fill.orderId == ask { ask = 0 }
    }

    /// Places a quote. Returns its id, or 0 where there is no such price.
    private mutating func quote(
        _ side: UInt32, _ price: Int64, _ instrument: UInt32, _ intents: inout Intents
    ) -> UInt64 {
        guard price > 0 else { return 0 }
        defer { nextId += 1 }
        intents.order(
            id: nextId, instrument, side: side, quantity: quantity, limit: price, postOnly: true)
        return nextId
    }
}
