import RialtoIndicators
import RialtoKit

/// Buys what has fallen fast and sells it once the fall is made up for, by the relative strength
/// index of closing prices. Opinions are floating point; quantities and prices are exact.
struct RsiReversion: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.rsi-reversion", version: "1.0.0", name: "RSI reversion",
        summary:
            "Buys below a low RSI, and closes at the middle; may also sell short above a high one.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .integer(1, "length", 2...1000, initial: 14, unit: "bars", "Length of the RSI"),
            .number(2, "lower", 1...49, initial: 30, "Buys when the RSI is below"),
            .number(3, "upper", 51...99, initial: 70, "Sells short when the RSI is above"),
            .number(4, "middle", 1...99, initial: 50, "Closes when the RSI has come back to this"),
            .boolean(5, "allow_short", initial: false, "Whether it may hold a short position"),
            .decimal(
                6, "quantity", lowest: DecimalValue(units: 1, decimals: 18),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 1, decimals: 0), unit: "base",
                "Position to hold, in units of the base"),
            .number(
                7, "stop_atr", 0...50, initial: 0, unit: "ATR",
                "Distance of the protective stop from the close; 0 sets none"),
            .integer(8, "atr_length", 1...1000, initial: 14, unit: "bars", "Length of the ATR"),
        ])

    /// Codes that explain an intent.
    enum Reason {
        static let oversold: UInt32 = 1
        static let overbought: UInt32 = 2
        static let recovered: UInt32 = 3
    }

    private let states: PerInstrument<State>
    private let lower: Double
    private let upper: Double
    private let middle: Double
    private let allowsShort: Bool
    private let stopRanges: Double
    private let history: UInt32

    init(_ setup: Setup) throws(PluginFailure) {
        lower = setup.number(2)
        upper = setup.number(3)
        middle = setup.number(4)
        allowsShort = setup.boolean(5)
        stopRanges = setup.number(7)
        let length = Int(setup.integer(1)), rangeLength = Int(setup.integer(8))
        let wanted = setup.decimal(6)
        guard lower < middle, middle < upper else {
            throw PluginFailure("middle is \(middle), allowed is between \(lower) and \(upper)")
        }
        history = UInt32(max(length, rangeLength) * 10)
        states = try PerInstrument(setup.instruments) { (instrument) throws(PluginFailure) in
            guard let quantity = instrument.quantity(wanted), quantity > 0 else {
                throw PluginFailure("quantity is below one step of \(instrument.name)")
            }
            return State(instrument, quantity, RSI(length: length), ATR(length: rangeLength))
        }
    }

    var needs: [Need] { [.bars(history: history)] }
    var isOpenLoop: Bool { true }
    var intentsPerGroup: UInt32 { UInt32(min(1024, max(64, states.count))) }

    mutating func onBar(_ bar: Bar, _ intents: inout Intents) {
        guard let strength = states[bar.instrument].add(bar), !intents.isWarmUp else { return }
        let held = states[bar.instrument].side
        let wanted = side(for: strength, holding: held)
        guard wanted != held, stopRanges == 0 || states[bar.instrument].range > 0 else { return }
        states[bar.instrument].side = wanted
        let stop = wanted == 0 ? 0 : states[bar.instrument].stop(wanted, bar.close, stopRanges)
        intents.target(
            bar.instrument, wanted * states[bar.instrument].quantity, stop: stop,
            reason: wanted > 0 ? Reason.oversold : wanted < 0 ? Reason.overbought : Reason.recovered
        )
    }

    /// The side to be on, -1, 0 or 1: in at an extreme, out at the middle.
    private func side(for strength: Double, holding held: Int64) -> Int64 {
        if strength < lower { return 1 }
        if strength > upper { return allowsShort ? -1 : 0 }
        if held > 0, strength < middle { return held }
        if held < 0, strength > middle { return held }
        return 0
    }
}

/// What is known of one instrument.
struct State {
    let quantity: Int64
    /// Latest average true range, in price units; 0 before it is known.
    private(set) var range = 0.0
    /// The side that was last asked for: -1, 0 or 1.
    var side: Int64 = 0
    private let step: Int64
    private var rsi: RSI
    private var atr: ATR
    private var last: Int64 = 0
    private var hasMoved = false

    init(_ instrument: InstrumentInfo, _ quantity: Int64, _ rsi: RSI, _ atr: ATR) {
        step = instrument.priceStep
        self.quantity = quantity
        self.rsi = rsi
        self.atr = atr
    }

    /// Takes in a bar. Returns the index, 0...100; nil before it is known, and while the price has
    /// never moved.
    mutating func add(_ bar: Bar) -> Double? {
        hasMoved = hasMoved || (last != 0 && bar.close != last)
        last = bar.close
        let high = Double(bar.high), low = Double(bar.low), close = Double(bar.close)
        if let value = atr.update(high: high, low: low, close: close) { range = value }
        guard let strength = rsi.update(close), hasMoved else { return nil }
        return strength
    }

    /// The price of a stop `ranges` average ranges away from `close`; 0 when there is none.
    func stop(_ side: Int64, _ close: Int64, _ ranges: Double) -> Int64 {
        guard ranges > 0 else { return 0 }
        let distance = max(step, Int64((ranges * range / Double(step)).rounded()) * step)
        return max(0, close - side * distance)
    }
}
