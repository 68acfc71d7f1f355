import RialtoKit

/// Holds a position in proportion to how sure the ensemble is that the price rises.
///
/// The whole position is held when the probability is `full` away from 0.5. A dead band keeps it
/// out while the ensemble is undecided; hysteresis and a smallest step keep it from trading on each
/// wobble.
struct EnsembleFollow: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.ensemble-follow", version: "1.0.0", name: "Ensemble follow",
        summary: "Holds a position in proportion to the ensemble's probability of a rise.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .decimal(
                1, "position_max", lowest: DecimalValue(units: 1, decimals: 18),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 1, decimals: 0), unit: "base",
                "Largest position, in units of the base"),
            .number(
                2, "dead_band", 0...0.49, initial: 0.02,
                "Stays out while the probability is closer to 0.5 than this"),
            .number(
                3, "hysteresis", 0...0.49, initial: 0.01,
                "Once in, stays until the probability is this much inside the dead band"),
            .number(
                4, "full", 0.001...0.5, initial: 0.1,
                "Distance from 0.5 at which the whole position is held"),
            .number(
                5, "step_min", 0...1, initial: 0.1,
                "Smallest change of the position, as a share of position_max"),
            .boolean(6, "allow_short", initial: false, "Whether it may hold a short position"),
            .number(
                7, "confidence_min", 0...1, initial: 0,
                "Ignores forecasts whose confidence is lower"),
            .choice(
                8, "follow", ["probability", "position"], initial: "probability",
                "What of the ensemble it follows; position where positions are weighed apart"),
            .duration(
                9, "horizon", 0...31_536_000_000_000_000, initial: 0,
                "Follows forecasts over this time ahead; 0 the shortest that it hears"),
        ])

    private let states: PerInstrument<State>
    private let deadBand: Double
    private let hysteresis: Double
    private let full: Double
    private let stepMin: Double
    private let allowsShort: Bool
    private let confidenceMin: Double
    private let kind: UInt32
    private let horizon_ns: Int64

    init(_ setup: Setup) throws(PluginFailure) {
        deadBand = setup.number(2)
        hysteresis = setup.number(3)
        full = setup.number(4)
        stepMin = setup.number(5)
        allowsShort = setup.boolean(6)
        confidenceMin = setup.number(7)
        kind =
            setup.text(8) == "position"
            ? RIALTO_FORECAST_TARGET : RIALTO_FORECAST_PROBABILITY_UP
        horizon_ns = setup.integer(9)
        let wanted = setup.decimal(1)
        guard hysteresis <= deadBand else {
            throw PluginFailure(
                "hysteresis is \(hysteresis), allowed is 0...\(deadBand) (dead_band)")
        }
        guard full > deadBand else {
            throw PluginFailure("full is \(full), allowed is above \(deadBand) (dead_band)")
        }
        states = try PerInstrument(setup.instruments) { (instrument) throws(PluginFailure) in
            guard let most = instrument.quantity(wanted), most > 0 else {
                throw PluginFailure("position_max is below one step of \(instrument.name)")
            }
            return State(most: most, step: instrument.quantityStep)
        }
    }

    var needs: [Need] { [.forecasts, .bars()] }
    var isOpenLoop: Bool { true }
    var intentsPerGroup: UInt32 { UInt32(min(1024, max(64, 2 * states.count))) }

    mutating func onForecast(_ forecast: ForecastEvent, _ intents: inout Intents) {
        guard forecast.isEnsemble, UInt32(forecast.kind) == kind,
            forecast.confidence >= confidenceMin, !intents.isWarmUp, isFollowed(forecast)
        else { return }
        states[forecast.instrument].validUntil_ns = forecast.validUntil_ns
        let isPosition = kind == RIALTO_FORECAST_TARGET
        let probability = isPosition ? (1 + forecast.value) / 2 : forecast.value
        aim(forecast.instrument, share(of: probability, forecast.instrument), &intents)
    }

    /// Whether it is of the horizon that is followed: the one asked for, or the shortest so far.
    private mutating func isFollowed(_ forecast: ForecastEvent) -> Bool {
        guard horizon_ns == 0 else { return forecast.horizon_ns == horizon_ns }
        let shortest = min(states[forecast.instrument].horizon_ns, forecast.horizon_ns)
        states[forecast.instrument].horizon_ns = shortest
        return forecast.horizon_ns == shortest
    }

    /// Closes what a forecast opened once that forecast is stale and none has followed.
    mutating func onBar(_ bar: Bar, _ intents: inout Intents) {
        guard !intents.isWarmUp, states[bar.instrument].share != 0,
            bar.time_ns > states[bar.instrument].validUntil_ns
        else { return }
        aim(bar.instrument, 0, &intents)
    }

    /// The share of the largest position for a probability, -1...1.
    private func share(of probability: Double, _ instrument: UInt32) -> Double {
        let held = states[instrument].share
        let edge = probability - 0.5
        let isSameSide = (edge > 0) == (held > 0)
        let band = held != 0 && isSameSide ? deadBand - hysteresis : deadBand
        guard edge.magnitude > band, edge > 0 || allowsShort else { return 0 }
        return max(-1, min(1, edge / full))
    }

    /// Wants `share` of the largest position, unless that is hardly a change.
    private func aim(_ instrument: UInt32, _ share: Double, _ intents: inout Intents) {
        let held = states[instrument].share
        let isLarge = (share - held).magnitude >= stepMin
        guard share != held, isLarge || share == 0 || share.magnitude == 1 else { return }
        states[instrument].share = share
        let quantity = states[instrument].quantity(for: share)
        guard quantity != states[instrument].wanted else { return }
        states[instrument].wanted = quantity
        intents.target(instrument, quantity, reason: share == 0 ? 2 : 1)
    }
}

/// What is held of one instrument.
struct State {
    /// Largest position, in quantity units.
    let most: Int64
    let step: Int64
    /// Share of `most` that was last aimed at, -1...1.
    var share = 0.0
    /// Position that was last asked for.
    var wanted: Int64 = 0
    var validUntil_ns = Int64.min
    /// The shortest horizon that was heard of.
    var horizon_ns = Int64.max

    init(most: Int64, step: Int64) {
        self.most = most
        self.step = step
    }

    /// The position for a share of the largest, cut to whole steps.
    func quantity(for share: Double) -> Int64 {
        let units = share.magnitude >= 1 ? most : Int64((Double(most) * share.magnitude).rounded())
        let whole = min(units, most) / step * step
        return share < 0 ? -whole : whole
    }
}
