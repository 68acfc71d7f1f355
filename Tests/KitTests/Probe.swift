import RialtoTestHost

/// A strategy that does what its parameters say, on each bar whose close is a multiple of `every`.
struct Probe: Strategy {
    static let info = PluginInfo(
        id: "org.example.probe", version: "1.2.3", name: "Probe", summary: "Does as it is told.",
        author: "A. Tester", license: "Apache-2.0",
        parameters: [
            .choice(
                1, "act", ["nothing", "target", "order", "timer", "log", "note", "set", "flood"],
                initial: "target", "What it does"),
            .integer(2, "every", 1...1000, initial: 1, unit: "units", "Acts on multiples of this"),
            .boolean(3, "open", initial: false, "Whether it is an open loop"),
            .number(4, "factor", 0...2, initial: 0.5, "A number"),
            .decimal(
                5, "quantity", lowest: DecimalValue(units: 1, decimals: 3),
                highest: DecimalValue(units: 10, decimals: 0),
                initial: DecimalValue(units: 25, decimals: 1), "An exact amount"),
            .duration(6, "wait", 1...1_000_000, initial: 10, "Until the timer comes"),
        ])

    let isOpenLoop: Bool
    private let act: String
    private let every: Int64
    private let wait: Int64
    private var seen: UInt64 = 0
    private var heard: UInt64 = 0

    init(_ setup: Setup) throws(PluginFailure) {
        act = setup.text(1)
        every = setup.integer(2)
        isOpenLoop = setup.boolean(3)
        wait = setup.integer(6)
        guard setup.number(4) != 1.5 else { throw PluginFailure("factor is 1.5, which is odd") }
        let random = setup.random()
        setup.log("quantity \(setup.decimal(5).units) \(setup.decimal(5).decimals)")
        setup.log("random \(random == setup.random())")
        setup.log("before \(setup.value(for: "mood") ?? "none")")
        setup.log("file \(setup.resource("weights").map { $0.count } ?? -1)")
        setup.log("instruments \(setup.instruments.map(\.name).joined(separator: " "))")
    }

    var needs: [Need] {
        let market: [Need] = [.bars(history: 3), .trades(), .quotes(), .forecasts, .timers]
        return isOpenLoop ? market : market + [.ownOrders, .fills, .account]
    }

    mutating func onBar(_ bar: Bar, _ intents: inout Intents) {
        seen += 1
        guard bar.close % every == 0 else { return }
        switch act {
        case "target": intents.target(bar.instrument, Int64(seen + heard), stop: 5, reason: 7)
        case "order":
            intents.order(
                id: seen, bar.instrument, side: RIALTO_BUY, quantity: 2, limit: bar.close)
        case "timer": intents.timer(id: seen, at: bar.time_ns + wait)
        case "log": intents.log("bar \(seen)", level: RIALTO_LOG_WARNING)
        case "note": intents.note(bar.instrument, "prix élevé \(seen)")
        case "set": intents.set("mood", "calm \(seen)")
        case "flood": for _ in 0..<100 { intents.log("x", level: RIALTO_LOG_DEBUG) }
        default: break
        }
    }

    mutating func onTrade(_ trade: Trade, _ intents: inout Intents) { heard += 1 }
    mutating func onQuote(_ quote: Quote, _ intents: inout Intents) { heard += 10 }

    mutating func onForecast(_ forecast: ForecastEvent, _ intents: inout Intents) {
        heard += forecast.isEnsemble ? 100 : 0
    }

    mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents) { heard += 1000 }

    mutating func onFill(_ fill: FillEvent, _ intents: inout Intents) {
        heard += UInt64(truncatingIfNeeded: fill.fee)
    }

    mutating func onAccount(_ account: AccountEvent, _ intents: inout Intents) {
        heard += UInt64(truncatingIfNeeded: account.cash)
    }

    mutating func onTimer(_ id: UInt64, at time_ns: Int64, _ intents: inout Intents) {
        intents.target(0, -Int64(id))
    }

    func save() -> [UInt8]? {
        act == "nothing" ? nil : withUnsafeBytes(of: (seen, heard)) { Array($0) }
    }

    mutating func restore(_ state: UnsafeRawBufferPointer) -> Bool {
        guard state.count == 16 else { return false }
        seen = state.loadUnaligned(as: UInt64.self)
        heard = state.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        return true
    }
}

/// A model that answers each bar, and forecasts `probability` for it.
struct Oracle: Model {
    static let info = PluginInfo(
        id: "org.example.oracle", version: "1.0.0", name: "Oracle", summary: "Says one thing.",
        author: "A. Tester", license: "Apache-2.0",
        parameters: [
            .number(1, "probability", -5...5, initial: 0.6, "What it says"),
            .boolean(2, "counts", initial: false, "Whether it says the bars it has seen, in 1000"),
        ])

    private let probability: Double
    private let counts: Bool
    private var seen: UInt64 = 0

    init(_ setup: Setup) throws(PluginFailure) {
        probability = setup.number(1)
        counts = setup.boolean(2)
    }

    var needs: [Need] { [.bars()] }

    mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts) {
        seen += 1
        let said = counts ? Double(seen) / 1000 : probability
        forecasts.probabilityUp(bar.instrument, said, horizon_ns: 60, confidence: 0.5)
    }

    func save() -> [UInt8]? { counts ? withUnsafeBytes(of: seen) { Array($0) } : nil }

    mutating func restore(_ state: UnsafeRawBufferPointer) -> Bool {
        guard state.count == 8 else { return false }
        seen = state.loadUnaligned(as: UInt64.self)
        return true
    }
}
