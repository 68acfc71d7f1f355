import RialtoIndicators
import RialtoKit

/// Waits with stop orders at both ends of the latest range, and lets the market choose.
///
/// An entry carries its exits with it as a bracket, so that a position is never without a stop for
/// longer than the venue takes. What it holds is what order reports add up to.
struct Breakout: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.breakout", version: "1.0.0", name: "Breakout",
        summary: "Enters by stop order where the price leaves its range, with a stop behind it.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .integer(
                1, "length", 2...10_000, initial: 20, unit: "bars",
                "Bars whose highest and lowest price are the range"),
            .integer(
                2, "exit_length", 0...10_000, initial: 10, unit: "bars",
                "Bars whose opposite extreme the stop follows; 0 leaves it where it is"),
            .integer(3, "atr_length", 1...1000, initial: 14, unit: "bars", "Length of the ATR"),
            .number(
                4, "stop_atr", 0.1...50, initial: 2, unit: "ATR",
                "Distance of the stop from the entry"),
            .boolean(
                5, "trailing", initial: false,
                "Whether the stop trails the best price at its distance, in place of exit_length"),
            .number(
                6, "target_atr", 0...100, initial: 0, unit: "ATR",
                "Distance of a profit target from the entry; 0 sets none"),
            .decimal(
                7, "quantity", lowest: DecimalValue(units: 1, decimals: 18),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 1, decimals: 0), unit: "base",
                "Position to hold, in units of the base"),
            .boolean(8, "allow_short", initial: false, "Whether it may hold a short position"),
            .integer(
                9, "buffer", 1...100_000, initial: 1, unit: "ticks",
                "Distance of an entry beyond the range"),
        ])

    private let books: PerInstrument<BreakoutBook>
    private let history: UInt32
    private var nextId: UInt64 = 1

    init(_ setup: Setup) throws(PluginFailure) {
        let terms = BreakoutTerms(setup)
        history = UInt32(max(terms.length, terms.exitLength, terms.atrLength * 10))
        books = try PerInstrument(setup.instruments) { (instrument) throws(PluginFailure) in
            try BreakoutBook(terms, instrument)
        }
    }

    var needs: [Need] { [.bars(history: history), .ownOrders] }

    /// Two entries with their exits, or as many cancels, at a bar and at each report.
    var intentsPerGroup: UInt32 { UInt32(min(1024, books.count * 24)) }

    mutating func onBar(_ bar: Bar, _ intents: inout Intents) {
        books[bar.instrument].add(bar)
        guard !intents.isWarmUp else { return }
        switch books[bar.instrument].step() {
        case .nothing: return
        case .enter: enter(bar.instrument, &intents)
        case .cancel: cancel(bar.instrument, &intents)
        case .protect: protect(bar.instrument, &intents)
        case .move(let id, let trigger):
            books[bar.instrument].moved(to: trigger)
            intents.replace(id: id, bar.instrument, trigger: trigger)
        }
    }

    mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents) {
        books[order.instrument].take(order)
        if books[order.instrument].isReadyToReenter { enter(order.instrument, &intents) }
    }

    /// Sends the entries of both sides, each with its exits.
    private mutating func enter(_ instrument: UInt32, _ intents: inout Intents) {
        let isPair = books[instrument].holdsShort
        let first = nextId
        for isLong in isPair ? [true, false] : [true] {
            guard let plan = books[instrument].enter(isLong: isLong, id: nextId) else { continue }
            let (entrySide, exitSide) =
                isLong ? (RIALTO_BUY, RIALTO_SELL) : (RIALTO_SELL, RIALTO_BUY)
            intents.order(
                id: nextId, instrument, side: entrySide, quantity: plan.quantity,
                trigger: plan.entry, oneCancelsOthers: isPair ? first : 0,
                reason: isLong ? BreakoutReason.above : BreakoutReason.below)
            intents.order(
                id: nextId + 1, instrument, side: exitSide, quantity: plan.quantity,
                trigger: plan.isTrailing ? 0 : plan.stop,
                trailing: plan.isTrailing ? plan.distance : 0, reduceOnly: true,
                bracketOf: nextId, reason: BreakoutReason.stop)
            if plan.target > 0 {
                intents.order(
                    id: nextId + 2, instrument, side: exitSide, quantity: plan.quantity,
                    limit: plan.target, reduceOnly: true, bracketOf: nextId,
                    reason: BreakoutReason.target)
            }
            nextId += 3
        }
    }

    private func cancel(_ instrument: UInt32, _ intents: inout Intents) {
        for index in 0..<BreakoutBook.orderCount {
            if let id = books[instrument].orderToCancel(index) {
                intents.cancel(id: id, instrument)
            }
        }
    }

    /// Sends a stop for a position that has lost its own.
    private mutating func protect(_ instrument: UInt32, _ intents: inout Intents) {
        let stop = books[instrument].protect(id: nextId)
        intents.order(
            id: nextId, instrument, side: stop.isLong ? RIALTO_SELL : RIALTO_BUY,
            quantity: stop.quantity, trigger: stop.price, reduceOnly: true,
            reason: BreakoutReason.stop)
        nextId += 1
    }
}

/// Codes that explain an order.
enum BreakoutReason {
    static let above: UInt32 = 1
    static let below: UInt32 = 2
    static let stop: UInt32 = 3
    static let target: UInt32 = 4
}
