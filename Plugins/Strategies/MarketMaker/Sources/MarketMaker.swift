import RialtoKit

/// Quotes both sides of the market around a price that leans against what it holds.
///
/// Opinions (volatility, reservation price) are floating point; prices and quantities are exact.
/// Its inventory is what the venue has reported, and no fill is ever assumed.
struct MarketMaker: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.market-maker", version: "1.0.0", name: "Market maker",
        summary: "Quotes both sides around a price that leans against its inventory.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .decimal(
                1, "quantity", lowest: DecimalValue(units: 1, decimals: 18),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 1, decimals: 0), unit: "base",
                "Quantity of each quote"),
            .decimal(
                2, "inventory_max", lowest: DecimalValue(units: 1, decimals: 18),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 5, decimals: 0), unit: "base",
                "Most that it holds on either side"),
            .integer(
                3, "half_spread", 0...1_000_000, initial: 2, unit: "ticks",
                "Least distance of a quote from the reservation price"),
            .number(
                4, "spread_volatility", 0...100, initial: 0, unit: "deviations",
                "Distance in deviations of the mid price over one sample; 0 keeps half_spread"),
            .number(
                5, "skew", 0...10, initial: 1, unit: "half spreads",
                "How far the reservation price leans from the mid at full inventory"),
            .integer(
                6, "threshold", 1...1_000_000, initial: 1, unit: "ticks",
                "A quote is moved when it is at least so far from where it should be"),
            .duration(
                7, "rest", 0...3_600_000_000_000, initial: 0,
                "Shortest time between two moves of one quote"),
            .duration(
                8, "sample", 1_000_000...3_600_000_000_000, initial: 1_000_000_000,
                "Time between two samples of the mid price"),
            .integer(
                9, "volatility_length", 2...100_000, initial: 60, unit: "samples",
                "Length of the average of squared changes"),
            .boolean(10, "allow_short", initial: true, "Whether it may hold a short position"),
            .duration(
                11, "pause", 0...3_600_000_000_000, initial: 1_000_000_000,
                "Rest of a side after a refused order"),
        ])

    private let books: PerInstrument<MakerBook>
    private var nextId: UInt64 = 1

    init(_ setup: Setup) throws(PluginFailure) {
        let terms = MakerTerms(setup)
        books = try PerInstrument(setup.instruments) { (instrument) throws(PluginFailure) in
            try MakerBook(terms, instrument)
        }
    }

    var needs: [Need] { [.quotes(), .status, .ownOrders] }

    /// Both sides of each instrument, canceled and placed anew, at the market and at each report.
    var intentsPerGroup: UInt32 { UInt32(min(1024, books.count * 16)) }

    mutating func onQuote(_ quote: Quote, _ intents: inout Intents) {
        books[quote.instrument].take(quote)
        guard !intents.isWarmUp else { return }
        act(quote.instrument, at: quote.time_ns, &intents)
    }

    mutating func onStatus(_ status: StatusEvent, _ intents: inout Intents) {
        books[status.instrument].take(status)
        guard !intents.isWarmUp else { return }
        act(status.instrument, at: status.time_ns, &intents)
    }

    mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents) {
        let isSideFree = books[order.instrument].take(order)
        if isSideFree { act(order.instrument, at: order.time_ns, &intents) }
    }

    /// Takes back what should not stand, then sends what is missing.
    private mutating func act(_ instrument: UInt32, at time_ns: Int64, _ intents: inout Intents) {
        for isBuy in [true, false] {
            if let id = books[instrument].orderToCancel(isBuy: isBuy, at: time_ns) {
                intents.cancel(id: id, instrument)
            }
        }
        for isBuy in [true, false] {
            guard let quote = books[instrument].quoteDue(isBuy: isBuy, id: nextId, at: time_ns)
            else { continue }
            intents.order(
                id: nextId, instrument, side: isBuy ? RIALTO_BUY : RIALTO_SELL,
                quantity: quote.quantity, limit: quote.price, postOnly: true,
                reason: isBuy ? MakerReason.bid : MakerReason.ask)
            nextId += 1
        }
    }
}

/// Codes that explain an order.
enum MakerReason {
    static let bid: UInt32 = 1
    static let ask: UInt32 = 2
}
