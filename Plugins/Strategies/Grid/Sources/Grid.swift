import RialtoKit

/// A grid of limit orders: buys on the way down and sells each purchase one step higher, and where
/// short positions are allowed the other way round too.
///
/// Spacing, exits and stop follow volatility; everything is sent as orders of its own, and the
/// grid's state is what the venue has reported, never what was hoped for.
struct Grid: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.grid", version: "1.0.0", name: "Grid",
        summary: "Buys at steps below the price and sells each purchase a step higher.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .decimal(
                1, "lower", lowest: DecimalValue(units: 0, decimals: 0),
                highest: DecimalValue(units: 1_000_000_000, decimals: 0),
                initial: DecimalValue(units: 0, decimals: 0), unit: "quote",
                "Lowest price of the grid; 0 with upper 0 lays it around the price by volatility"),
            .decimal(
                2, "upper", lowest: DecimalValue(units: 0, decimals: 0),
                highest: DecimalValue(units: 1_000_000_000, decimals: 0),
                initial: DecimalValue(units: 0, decimals: 0), unit: "quote",
                "Highest price of the grid"),
            .integer(3, "levels", 1...15, initial: 8, unit: "levels", "Entries on each side"),
            .decimal(
                4, "quantity", lowest: DecimalValue(units: 1, decimals: 18),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 1, decimals: 0), unit: "base",
                "Quantity of each level, in units of the base"),
            .choice(5, "sides", ["long", "both"], initial: "long", "Positions that it may hold"),
            .number(
                6, "spacing", 0.05...100, initial: 1, unit: "ATR",
                "Distance between levels of an automatic grid"),
            .number(
                7, "take_profit", 0.1...50, initial: 1, unit: "spacings",
                "Distance of an exit from its entry; wider while volatility is above the grid's"),
            .number(
                8, "stop", 0...100, initial: 3, unit: "spacings",
                "Distance beyond the last level at which all is closed; 0 never"),
            .decimal(
                9, "inventory_max", lowest: DecimalValue(units: 0, decimals: 0),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 0, decimals: 0), unit: "base",
                "Most that may be held or on order on one side; 0 is all levels"),
            .number(
                10, "recenter", 0...100, initial: 2, unit: "spacings",
                "How far the price may run away before an idle automatic grid follows"),
            .integer(11, "atr_length", 2...1000, initial: 14, unit: "bars", "Length of the ATR"),
            .integer(
                12, "pause", 0...100_000, initial: 24, unit: "bars", "Rest after a stop"),
        ])

    private let books: PerInstrument<GridBook>
    private let atrLength: UInt32
    private let slotCount: Int
    private var nextId: UInt64 = 1

    init(_ setup: Setup) throws(PluginFailure) {
        let terms = try GridTerms(setup)
        atrLength = UInt32(setup.integer(11))
        let length = Int(atrLength)
        slotCount = terms.slotCount
        books = try PerInstrument(setup.instruments) { (instrument) throws(PluginFailure) in
            try GridBook(terms, instrument, atrLength: length)
        }
    }

    var needs: [Need] { [.bars(history: atrLength * 10), .ownOrders, .fills] }

    /// Each level may be canceled and placed anew, and the position closed.
    var intentsPerGroup: UInt32 { UInt32(min(1024, books.count * (2 * slotCount + 2))) }

    mutating func onBar(_ bar: Bar, _ intents: inout Intents) {
        books[bar.instrument].add(bar)
        guard !intents.isWarmUp else { return }
        act(bar.instrument, &intents)
    }

    mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents) {
        let isFilled = books[order.instrument].take(order)
        if isFilled, books[order.instrument].isWorking { place(order.instrument, &intents) }
    }

    mutating func onFill(_ fill: FillEvent, _ intents: inout Intents) {
        books[fill.instrument].position = fill.position
    }

    /// Does what the book's state calls for now.
    private mutating func act(_ instrument: UInt32, _ intents: inout Intents) {
        switch books[instrument].step() {
        case .nothing: return
        case .placeOrders: place(instrument, &intents)
        case .cancelOrders:
            for index in 0..<slotCount {
                let slot = books[instrument].slots[index]
                if slot.isLive { intents.cancel(id: slot.orderId, instrument) }
            }
        case .closePosition:
            let position = books[instrument].position
            books[instrument].closeId = nextId
            intents.order(
                id: nextId, instrument, side: position > 0 ? RIALTO_SELL : RIALTO_BUY,
                quantity: Int64(position.magnitude), reduceOnly: true, reason: GridReason.close)
            nextId += 1
        }
    }

    /// Sends what is missing: exits of what is held, and entries on their side of the price.
    private mutating func place(_ instrument: UInt32, _ intents: inout Intents) {
        for index in 0..<slotCount {
            guard let order = books[instrument].orderDue(index) else { continue }
            books[instrument].slots[index].orderId = nextId
            intents.order(
                id: nextId, instrument, side: order.isBuy ? RIALTO_BUY : RIALTO_SELL,
                quantity: order.quantity, limit: order.price, reduceOnly: false,
                reason: order.isExit ? GridReason.exit : GridReason.entry)
            nextId += 1
        }
    }
}

/// Codes that explain an order.
enum GridReason {
    static let entry: UInt32 = 1
    static let exit: UInt32 = 2
    static let close: UInt32 = 3
}
