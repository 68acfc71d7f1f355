import RialtoEnsemble
import RialtoValues

/// `rialto bench ensemble`: forecasts of many models about many instruments, by minutes.
///
/// A round is what all models say of one instrument at one time: it is taken in and, a minute
/// later, settled.
enum EnsembleBench {
    private static let models = 100
    private static let instruments = 100
    private static let minutes = 20
    private static let minute: Int64 = 60_000_000_000

    private static let rules: [(name: String, rule: AggregationRule, stacking: StackingRule?)] = [
        ("uniform", .uniform, nil), ("hedge", .hedge(eta: 1), nil), ("adahedge", .adaHedge, nil),
        ("specialists", .specialists(alpha: 0.01), nil), ("boa", .boa, nil),
        ("ml-poly", .mlPoly(.paper), nil), ("ml-prod", .mlProd(.paper), nil),
        ("squint", .squint(.improper), nil),
        (
            "layers of three",
            .layers(
                [.specialists(alpha: 0.01), .boa, .adaHedge], top: .adaHedge, paying: .mean),
            nil
        ),
        ("hedge, stacking", .hedge(eta: 1), .nonnegative),
        ("hedge, stacking by ridge", .hedge(eta: 1), .ridge),
    ]

    /// The time of a round under each rule, the fastest of `rounds` runs.
    static func table(rounds: Int) throws -> Table {
        var table = Table([
            .init("rule"), .init("models"), .init("instruments"), .init("rounds"),
            .init("issue_us", "issue us a round"), .init("settle_us", "settle us a round"),
            .init("total_us", "total us"),
        ])
        for (name, rule, stacking) in rules {
            var best: (issue: Double, settle: Double)?
            for _ in 0..<rounds {
                let time = try measure(rule, stacking)
                if time.issue + time.settle < best.map({ $0.issue + $0.settle }) ?? .infinity {
                    best = time
                }
            }
            guard let best else { continue }
            let count = Double(instruments * minutes)
            table.add([
                .text(name), .integer(Int64(models)), .integer(Int64(instruments)),
                .integer(Int64(instruments * minutes)),
                .number(best.issue / count * 1e6, decimals: 1),
                .number(best.settle / count * 1e6, decimals: 1),
                .number((best.issue + best.settle) / count * 1e6, decimals: 1),
            ])
        }
        return table
    }

    /// Seconds of all rounds: taking forecasts in, and settling them.
    private static func measure(
        _ rule: AggregationRule, _ stacking: StackingRule?
    ) throws -> (issue: Double, settle: Double) {
        var ensemble = DynamicAIEnsemble(
            configuration: EnsembleConfiguration(
                rule: rule, loss: .logLoss, probationRounds: 0, weightStep_ns: 3600 * minute,
                ledgerRounds: 256,
                stacking: stacking.map {
                    StackingConfiguration(
                        id: "stacking", rule: $0, lambda: 1, purge_ns: 0, refitRounds: nil)
                }))
        for model in 0..<models { _ = try ensemble.addModel(id: "model-\(model)") }
        try ensemble.addStacking()
        var random = SeededGenerator(seed: 5)
        var prices = Array(repeating: Int64(1_000_000), count: instruments)
        let clock = ContinuousClock()
        var issue = Duration.zero, settle = Duration.zero
        for step in 0..<Int64(minutes) {
            let forecasts = (0..<instruments).flatMap { instrument in
                (0..<models).map { forecast($0, instrument, step, &random) }
            }
            issue += clock.measure {
                for forecast in forecasts {
                    ensemble.issue(forecast, markPrice: prices[Int(forecast.instrument)])
                }
                for instrument in 0..<UInt32(instruments) {
                    _ = ensemble.stack(
                        instrument: instrument, horizon_ns: minute, at: step * minute)
                }
            }
            prices = prices.map { $0 + Int64.random(in: -900...900, using: &random) }
            settle += clock.measure {
                ensemble.settle(upTo: (step + 1) * minute) { prices[Int($0)] }
            }
        }
        return (issue / .seconds(1), settle / .seconds(1))
    }

    private static func forecast(
        _ model: Int, _ instrument: Int, _ step: Int64, _ random: inout SeededGenerator
    ) -> Forecast {
        Forecast(
            model: UInt32(model), instrument: UInt32(instrument), kind: .probabilityUp,
            issued_ns: step * minute, validUntil_ns: (step + 1) * minute, horizon_ns: minute,
            confidence: 1, value: Double.random(in: 0.3...0.7, using: &random))
    }
}
