import RialtoKit

/// Bets that two prices which have moved together come together again.
///
/// The first instrument is regressed on the second over a rolling window, in logarithms; a residual
/// far from its mean is sold and bought on both legs for equal value. What it holds is what fills
/// say: a leg that does not come closes the other.
struct Pairs: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.pairs", version: "1.0.0", name: "Pairs",
        summary: "Trades the spread of two instruments back to its mean, as much long as short.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .integer(
                1, "length", 10...100_000, initial: 250, unit: "bars",
                "Bars of both that hedge ratio, mean and deviation are of"),
            .number(
                2, "entry", 0.5...20, initial: 2, unit: "deviations",
                "Distance of the spread from its mean at which it enters"),
            .number(
                3, "exit", 0...10, initial: 0.5, unit: "deviations",
                "Distance at which it closes"),
            .number(
                4, "stop", 0...100, initial: 4, unit: "deviations",
                "Distance at which it gives up; 0 never"),
            .decimal(
                5, "value", lowest: DecimalValue(units: 1, decimals: 8),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 1000, decimals: 0), unit: "quote",
                "Value of the first leg, in the quote currency"),
            .choice(
                6, "hedge", ["dollar", "ratio"], initial: "dollar",
                "Value of the second leg: the same, or times the hedge ratio"),
            .number(
                7, "correlation_min", -1...1, initial: 0.5,
                "Enters only while the correlation over the window is at least this"),
            .integer(
                8, "hold_max", 0...1_000_000, initial: 0, unit: "bars",
                "Longest time that it holds; 0 sets none"),
            .integer(
                9, "patience", 1...10_000, initial: 2, unit: "bars",
                "How long one leg may lack while the other is held"),
            .integer(
                10, "pause", 0...1_000_000, initial: 20, unit: "bars",
                "Rest after a stop, a refusal, or a leg that did not come"),
        ])

    private let terms: PairTerms
    private var first: Leg
    private var second: Leg
    private var window: PairWindow
    /// 1 long the spread (first bought, second sold), -1 short, 0 neither, as last asked for.
    private var side: Int64 = 0
    private var barsHeld = 0
    private var barsLacking = 0
    private var rest = 0
    /// The side that may not be entered before the spread has come back from a stop; 0 neither.
    private var barred: Int64 = 0

    init(_ setup: Setup) throws(PluginFailure) {
        guard setup.instruments.count == 2 else {
            throw PluginFailure("\(setup.instruments.count) instruments were given, allowed is 2")
        }
        terms = try PairTerms(setup)
        first = Leg(setup.instruments[0])
        second = Leg(setup.instruments[1])
        window = PairWindow(length: Int(setup.integer(1)))
    }

    var needs: [Need] {
        [.bars(history: UInt32(window.length)), .ownOrders, .fills]
    }

    mutating func onBar(_ bar: Bar, _ intents: inout Intents) {
        if bar.instrument == first.info.index { first.take(bar) } else { second.take(bar) }
        guard first.time_ns == second.time_ns else { return }
        let view = window.view(first.close, second.close)
        window.push(first.close, second.close)
        guard !intents.isWarmUp else { return }
        rest = max(0, rest - 1)
        guard side == 0 else { return hold(view, &intents) }
        if first.position != 0 || second.position != 0 { return close(PairReason.again, &intents) }
        if let view { consider(view, &intents) }
    }

    mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents) {
        guard side != 0, UInt32(order.state) == RIALTO_ORDER_REJECTED else { return }
        rest = terms.pause
        close(PairReason.broken, &intents)
    }

    mutating func onFill(_ fill: FillEvent, _ intents: inout Intents) {
        if fill.instrument == first.info.index {
            first.position = fill.position
        } else {
            second.position = fill.position
        }
    }

    /// Enters where the spread is far enough from its mean.
    private mutating func consider(_ view: PairView, _ intents: inout Intents) {
        if -Double(barred) * view.distance <= terms.exit { barred = 0 }
        let wanted: Int64 = view.distance > 0 ? -1 : 1
        guard rest == 0, wanted != barred, view.correlation >= terms.correlationMin,
            view.distance.magnitude >= terms.entry,
            terms.stop == 0 || view.distance.magnitude < terms.stop
        else { return }
        let ratio = terms.isByRatio ? view.ratio : 1
        let quantities = (first.quantity(terms.value), second.quantity(terms.value * ratio))
        guard quantities.0 > 0, quantities.1 > 0 else { return }
        side = wanted
        (barsHeld, barsLacking) = (0, 0)
        let reason = side > 0 ? PairReason.low : PairReason.high
        intents.target(first.info.index, side * quantities.0, reason: reason)
        intents.target(second.info.index, -side * quantities.1, reason: reason)
    }

    /// Closes what has come back, gone too far, lasted too long or is not whole.
    private mutating func hold(_ view: PairView?, _ intents: inout Intents) {
        barsHeld += 1
        barsLacking = (first.position == 0) != (second.position == 0) ? barsLacking + 1 : 0
        if barsLacking >= terms.patience {
            rest = terms.pause
            return close(PairReason.broken, &intents)
        }
        guard let view else { return }
        let away = -Double(side) * view.distance
        if away <= terms.exit { return close(PairReason.returned, &intents) }
        if terms.stop > 0, away >= terms.stop {
            (rest, barred) = (terms.pause, side)
            return close(PairReason.stopped, &intents)
        }
        if terms.holdMax > 0, barsHeld >= terms.holdMax {
            barred = side
            close(PairReason.late, &intents)
        }
    }

    private mutating func close(_ reason: UInt32, _ intents: inout Intents) {
        side = 0
        intents.target(first.info.index, 0, reason: reason)
        intents.target(second.info.index, 0, reason: reason)
    }
}

/// Codes that explain an intent.
enum PairReason {
    static let low: UInt32 = 1
    static let high: UInt32 = 2
    static let returned: UInt32 = 3
    static let stopped: UInt32 = 4
    static let late: UInt32 = 5
    static let broken: UInt32 = 6
    static let again: UInt32 = 7
}
