import RialtoKit

/// Expects the last move to go on; publishes means.
struct Mine: Model {
    static let info = PluginInfo(
        id: "org.rialto.mean-swift", version: "0.1.0", name: "mean-swift",
        summary: "Expects the last move to go on; publishes means.", author: "Unknown",
        license: "Apache-2.0",
        parameters: [
            .duration(
                1, "horizon", 1_000_000_000...31_536_000_000_000_000,
                initial: 3_600_000_000_000, "Time until the outcome of a forecast")
        ])

    private let horizon_ns: Int64
    /// The last close of each instrument; 0 before its first bar.
    private let closes: PerInstrument<Int64>
    private let mean: SeriesID

    init(_ setup: Setup) throws(PluginFailure) {
        horizon_ns = setup.integer(1)
        mean = try setup.publish("mean/2")
        closes = try PerInstrument(setup.instruments) { (_) throws(PluginFailure) in 0 }
    }

    var needs: [Need] { [.bars()] }

    mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts) {
        let before = closes[bar.instrument]
        closes[bar.instrument] = bar.close
        if before > 0 { forecasts.publish(mean, bar.instrument, Double(bar.close + before) / 2) }
        guard before > 0, bar.close != before, !forecasts.isWarmUp else { return }
        forecasts.probabilityUp(
            bar.instrument, bar.close > before ? 0.52 : 0.48, horizon_ns: horizon_ns)
    }
}
