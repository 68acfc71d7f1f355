import RialtoKit
import RialtoSentiment

/// Scores news and posts by their words, lets the scores decay, and forecasts from what is left.
/// Nothing is fitted: README.md states each rule.
struct Sentiment: Model {
    static let info = PluginInfo(
        id: "org.rialto.sentiment", version: "1.0.0", name: "Sentiment",
        summary: "News and posts by a lexicon, decaying, as a probability of a rise.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .duration(
                1, "horizon", 1_000_000_000...31_536_000_000_000_000,
                initial: 3_600_000_000_000, "Time until the forecast's outcome"),
            .duration(
                2, "half_life", 1_000_000_000...31_536_000_000_000_000,
                initial: 21_600_000_000_000, "Time after which a text counts half as much"),
            .number(
                3, "reach", 0.001...0.49, initial: 0.1, "Largest distance of the forecast from 0.5"
            ),
            .number(
                4, "market_weight", 0...1, initial: 0.5,
                "Weight of texts that are about no instrument in particular"),
            .integer(
                5, "history", 0...100_000, initial: 0, unit: "bars",
                "Warm-up whose texts are read before the run"),
        ])

    /// Name of the series of scores that it publishes.
    static let seriesName = "sentiment"

    private let instruments: [UInt32]
    private let horizon_ns: Int64
    private let halfLife_ns: Int64
    private let reach: Double
    private let marketWeight: Double
    private let history: UInt32
    /// nil where the host carries no series: then it forecasts alone.
    private let series: SeriesID?
    private var states: [UInt32: DecayingScore] = [:]
    private var seen = RecentTexts()

    init(_ setup: Setup) throws(PluginFailure) {
        horizon_ns = setup.integer(1)
        halfLife_ns = setup.integer(2)
        reach = setup.number(3)
        marketWeight = setup.number(4)
        history = UInt32(setup.integer(5))
        instruments = setup.instruments.map(\.index)
        do throws(PluginFailure) {
            series = try setup.publish(Sentiment.seriesName)
        } catch {
            setup.log("publishes nothing: \(error.text)")
            series = nil
        }
        for index in instruments { states[index] = DecayingScore() }
    }

    var needs: [Need] { [.texts(), .bars(history: history)] }

    /// A text about the market publishes a number for each instrument, a bar two for its own.
    var forecastsPerGroup: UInt32 { UInt32(min(1024, max(64, 4 * instruments.count))) }

    mutating func onText(_ text: TextEvent, _ forecasts: inout Forecasts) {
        let score = TextScore(title: text.title, body: text.body)
        guard score.words > 0, seen.isNew(text) else { return }
        let age_ns = max(0, text.time_ns - text.publishedTime_ns)
        for index in text.instrument.map({ [$0] }) ?? instruments {
            guard var state = states[index] else { continue }
            state.pass(to: text.time_ns, halfLife_ns: halfLife_ns)
            state.add(
                score.value, weight: text.instrument == nil ? marketWeight : 1, age_ns: age_ns,
                halfLife_ns: halfLife_ns)
            states[index] = state
            if let series { forecasts.publish(series, index, state.value) }
        }
    }

    mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts) {
        guard var state = states[bar.instrument] else { return }
        state.pass(to: bar.time_ns, halfLife_ns: halfLife_ns)
        states[bar.instrument] = state
        if let series { forecasts.publish(series, bar.instrument, state.value) }
        guard !forecasts.isWarmUp else { return }
        forecasts.probabilityUp(
            bar.instrument, 0.5 + reach * state.value, horizon_ns: horizon_ns,
            confidence: state.confidence)
    }

    func save() -> [UInt8]? {
        SavedState(states: instruments.map { states[$0] ?? DecayingScore() }, seen: seen).bytes
    }

    mutating func restore(_ state: UnsafeRawBufferPointer) -> Bool {
        guard let saved = SavedState(state, count: instruments.count) else { return false }
        for (index, score) in zip(instruments, saved.states) { states[index] = score }
        seen = saved.seen
        return true
    }
}
