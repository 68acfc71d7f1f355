import RialtoKit

/// Buys for a fixed amount of money on a schedule, sooner while the price is below its average, and
/// at a moment within a window that the ensemble likes.
struct Dca: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.dca", version: "1.0.0", name: "Dollar cost averaging",
        summary: "Buys for a fixed amount on a schedule, more often when the price is low.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .decimal(
                1, "amount", lowest: DecimalValue(units: 1, decimals: 8),
                highest: DecimalValue(units: 1_000_000_000, decimals: 0),
                initial: DecimalValue(units: 100, decimals: 0), unit: "quote",
                "Money for each purchase, in the quote currency"),
            .duration(
                2, "every", 1_000_000_000...31_536_000_000_000_000,
                initial: 86_400_000_000_000, "Time between two purchases"),
            .decimal(
                3, "budget", lowest: DecimalValue(units: 0, decimals: 0),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 0, decimals: 0), unit: "quote",
                "Buys no more than this in all, per instrument; 0 sets no bound"),
            .integer(
                4, "average", 0...10_000, initial: 0, unit: "bars",
                "Length of the average that a low price is told by; 0 keeps to the schedule"),
            .number(
                5, "dip", 0.001...0.9, initial: 0.1,
                "Share below the average at which it buys most often"),
            .number(
                6, "fastest", 0.05...1, initial: 0.25,
                "Time between purchases then, as a share of every"),
            .duration(
                7, "window", 0...31_536_000_000_000_000, initial: 0,
                "Longest wait for the ensemble's consent, after which it buys; 0 never waits"),
            .number(
                8, "probability_min", 0...1, initial: 0.5,
                "Consent: the ensemble's probability of a rise is at least this"),
        ])

    private let states: PerInstrument<State>
    private let every_ns: Int64
    private let dip: Double
    private let fastest: Double
    private let window_ns: Int64
    private let probabilityMin: Double
    private let average: Int
    private var nextId: UInt64 = 1

    init(_ setup: Setup) throws(PluginFailure) {
        every_ns = setup.integer(2)
        dip = setup.number(5)
        fastest = setup.number(6)
        window_ns = setup.integer(7)
        probabilityMin = setup.number(8)
        let average = Int(setup.integer(4))
        self.average = average
        guard window_ns < every_ns else {
            throw PluginFailure("window is \(window_ns) ns, allowed is below every, \(every_ns) ns")
        }
        let amount = setup.decimal(1), budget = setup.decimal(3)
        states = try PerInstrument(setup.instruments) { (instrument) throws(PluginFailure) in
            guard let money = Money(amount, instrument), money.units > 0,
                let bound = Money(budget, instrument)
            else {
                throw PluginFailure("amount or budget is out of range for \(instrument.name)")
            }
            return State(instrument, amount: money, budget: bound, average: average)
        }
    }

    var needs: [Need] {
        window_ns > 0
            ? [.bars(history: UInt32(average)), .forecasts, .ownOrders]
            : [.bars(history: UInt32(average)), .ownOrders]
    }
    var intentsPerGroup: UInt32 { UInt32(min(1024, max(64, states.count))) }

    mutating func onBar(_ bar: Bar, _ intents: inout Intents) {
        states[bar.instrument].add(bar.close)
        guard !intents.isWarmUp else { return }
        guard isTime(bar.time_ns, bar.instrument) else { return }
        states[bar.instrument].last_ns = bar.time_ns
        guard let quantity = states[bar.instrument].buy(id: nextId) else { return }
        intents.order(
            id: nextId, bar.instrument, side: RIALTO_BUY, quantity: quantity,
            reason: states[bar.instrument].reason)
        nextId += 1
    }

    mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents) {
        switch UInt32(order.state) {
        case RIALTO_ORDER_REJECTED, RIALTO_ORDER_CANCELED, RIALTO_ORDER_EXPIRED:
            states[order.instrument].giveBack(
                id: order.orderId, quantity: order.quantity - order.filled)
        default: break
        }
    }

    mutating func onForecast(_ forecast: ForecastEvent, _ intents: inout Intents) {
        guard forecast.isEnsemble, UInt32(forecast.kind) == RIALTO_FORECAST_PROBABILITY_UP else {
            return
        }
        states[forecast.instrument].consentUntil_ns =
            forecast.value >= probabilityMin ? forecast.validUntil_ns : .min
    }

    /// Whether a purchase is due now, with the ensemble's consent or after the window.
    private func isTime(_ now_ns: Int64, _ instrument: UInt32) -> Bool {
        guard let last = states[instrument].last_ns else {
            states[instrument].last_ns = now_ns - every_ns
            return isTime(now_ns, instrument)
        }
        let wait = wait_ns(states[instrument].depth)
        let due = last.addingReportingOverflow(wait).partialValue
        guard now_ns >= due else { return false }
        if window_ns == 0 { return true }
        let hasConsent = now_ns <= states[instrument].consentUntil_ns
        states[instrument].reason = hasConsent ? 2 : 3
        return hasConsent || now_ns - due >= window_ns
    }

    /// Time between purchases while the price is `depth` below its average, as a share of it.
    private func wait_ns(_ depth: Double) -> Int64 {
        let part = max(0, min(1, depth / dip))
        return Int64(Double(every_ns) * (1 - part * (1 - fastest)))
    }
}
