import RialtoIndicators
import RialtoKit

/// Combines classic indicators by fixed rules into the probability that the price is higher after
/// the horizon. Nothing is fitted: README.md states each rule.
struct Technical: Model {
    static let info = PluginInfo(
        id: "org.rialto.technical", version: "1.0.0", name: "Technical",
        summary: "EMA, MACD, RSI and Bollinger bands, in units of ATR, as a probability of a rise.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .duration(
                1, "horizon", 1_000_000_000...31_536_000_000_000_000,
                initial: 3_600_000_000_000, "Time until the forecast's outcome"),
            .integer(2, "fast", 2...1000, initial: 12, unit: "bars", "Fast EMA, also of the MACD"),
            .integer(3, "slow", 3...5000, initial: 26, unit: "bars", "Slow EMA, also of the MACD"),
            .integer(4, "signal", 1...1000, initial: 9, unit: "bars", "Signal line of the MACD"),
            .integer(
                5, "length", 2...1000, initial: 14, unit: "bars", "Length of the RSI and the ATR"),
            .integer(
                6, "bands", 2...1000, initial: 20, unit: "bars", "Length of the Bollinger bands"),
            .number(7, "weight_trend", -1...1, initial: 0.4, "Weight of fast above slow EMA"),
            .number(8, "weight_macd", -1...1, initial: 0.2, "Weight of the MACD's histogram"),
            .number(9, "weight_rsi", -1...1, initial: 0.2, "Weight of the RSI above 50"),
            .number(
                10, "weight_bands", -1...1, initial: -0.2,
                "Weight of the place within the bands; below 0 it expects a return to the middle"),
            .number(
                11, "reach", 0.001...0.49, initial: 0.1, "Largest distance of the forecast from 0.5"
            ),
        ])

    private let states: PerInstrument<Features>
    private let weights: Weights
    private let horizon_ns: Int64
    private let reach: Double
    private let history: UInt32

    init(_ setup: Setup) throws(PluginFailure) {
        let fast = Int(setup.integer(2)), slow = Int(setup.integer(3))
        guard fast < slow else {
            throw PluginFailure("fast is \(fast), which is not below slow, \(slow)")
        }
        let lengths = Lengths(
            fast: fast, slow: slow, signal: Int(setup.integer(4)), range: Int(setup.integer(5)),
            bands: Int(setup.integer(6)))
        horizon_ns = setup.integer(1)
        reach = setup.number(11)
        weights = Weights(
            trend: setup.number(7), macd: setup.number(8), rsi: setup.number(9),
            bands: setup.number(10))
        guard weights.sum > 0 else { throw PluginFailure("all weights are 0") }
        history = UInt32(lengths.warmUp)
        states = try PerInstrument(setup.instruments) { (_) throws(PluginFailure) in
            Features(lengths)
        }
    }

    var needs: [Need] { [.bars(history: history)] }
    var forecastsPerGroup: UInt32 { UInt32(min(1024, max(64, states.count))) }

    mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts) {
        guard let score = states[bar.instrument].add(bar, weights) else { return }
        forecasts.probabilityUp(
            bar.instrument, 0.5 + reach * score.value, horizon_ns: horizon_ns,
            confidence: score.agreement)
    }
}

/// How much each feature counts.
struct Weights {
    let trend: Double
    let macd: Double
    let rsi: Double
    let bands: Double

    /// Sum of their sizes.
    var sum: Double { trend.magnitude + macd.magnitude + rsi.magnitude + bands.magnitude }
}

/// Bars that each indicator looks back.
struct Lengths {
    let fast: Int
    let slow: Int
    let signal: Int
    let range: Int
    let bands: Int

    /// Bars after which averages that never end have settled.
    var warmUp: Int { max(slow + signal, range, bands) * 4 }
}
