import RialtoEnsemble
import RialtoValues
import Testing

private func ensemble(
    _ overlap: Overlap, _ rule: AggregationRule = .hedge(eta: 1), models: Int = 2
) throws -> DynamicAIEnsemble {
    var ensemble = DynamicAIEnsemble(
        configuration: EnsembleConfiguration(
            rule: rule, loss: .logLoss, probationRounds: 0, overlap: overlap))
    for model in 0..<models { _ = try ensemble.addModel(id: "model-\(model)") }
    return ensemble
}

/// Prices that rise and fall in turns of `length` steps.
private func wave(_ step: Int64, length: Int64) -> Int64 {
    let phase = step % (2 * length)
    return 1_000_000 + 100 * (phase < length ? phase : 2 * length - phase)
}

@Suite struct `Forecasts whose horizons overlap` {
    static let rules: [AggregationRule] = [
        .hedge(eta: 1), .adaHedge, .fixedShare(eta: 1, alpha: 0.02), .ewaShare(eta: 1, alpha: 0.02),
        .boa, .mlPoly(.paper), .mlProd(.paper), .squint(.improper),
        .layers([.specialists(alpha: 0.01), .boa], top: .hedge(eta: 1), paying: .mix),
    ]

    @Test func `count together as much as horizons have passed`() throws {
        for seed in freshSeeds(100) {
            var random = SeededGenerator(seed: seed)
            var all = try ensemble(.shared, models: 1)
            let horizon = Int64.random(in: 1...50, using: &random)
            var spoken: [Int64] = []
            for step in Int64(0)..<200 {
                all.settle(upTo: step) { _ in 1_000 }
                guard Int.random(in: 0..<3, using: &random) > 0 else { continue }
                all.issue(.make(value: 0.6, issued: step, horizon: horizon), markPrice: 1_000)
                spoken.append(step)
            }
            all.settle(upTo: 1_000) { _ in 1_000 }
            let counted = all.performanceLedger.entries.reduce(0) { $0 + $1.evidence }
            let covered = Set(spoken.flatMap { $0..<($0 + horizon) }).count
            #expect(
                abs(counted - Double(covered) / Double(horizon)) < 1e-9, "seed \(seed)")
        }
    }

    @Test(arguments: rules)
    func `that do not overlap count in full, to the bit`(rule: AggregationRule) throws {
        for seed in freshSeeds(10) {
            var random = SeededGenerator(seed: seed)
            var shared = try ensemble(.shared, rule), full = try ensemble(.full, rule)
            for step in Int64(0)..<50 {
                let after = Int64.random(in: 990...1_010, using: &random)
                for model in 0..<2 {
                    let forecast = Forecast.make(
                        model: model, value: Double.random(in: 0...1, using: &random),
                        issued: step * 10)
                    shared.issue(forecast, markPrice: 1_000)
                    full.issue(forecast, markPrice: 1_000)
                }
                shared.settle(upTo: step * 10 + 10) { _ in after }
                full.settle(upTo: step * 10 + 10) { _ in after }
            }
            #expect(shared.weights == full.weights, "seed \(seed)")
        }
    }

    @Test
    func `of a model that speaks once in a horizon count in full beside one that does not stop`()
        throws
    {
        var all = try ensemble(.shared)
        for step in Int64(0)..<60 {
            all.issue(.make(model: 0, value: 0.6, issued: step), markPrice: 1_000)
            if step % 10 == 0 {
                all.issue(.make(model: 1, value: 0.6, issued: step), markPrice: 1_000)
            }
        }
        all.settle(upTo: 100) { _ in 1_001 }
        let entries = all.performanceLedger.entries
        #expect(entries.filter { $0.forecast.model == 1 }.allSatisfy { $0.evidence == 1 })
        #expect(
            entries.filter { $0.forecast.model == 0 }.dropFirst().allSatisfy { $0.evidence == 0.1 })
    }

    @Test func `do not make it sure of who was right an hour ago and is wrong now`() throws {
        var shared = try ensemble(.shared), full = try ensemble(.full)
        let hour: Int64 = 60
        for step in 0..<(40 * hour) {
            for (model, value) in [(0, 0.65), (1, 0.35)] {
                let forecast = Forecast.make(
                    model: model, value: value, issued: step, horizon: hour)
                shared.issue(forecast, markPrice: wave(step, length: hour))
                full.issue(forecast, markPrice: wave(step, length: hour))
            }
            shared.settle(upTo: step) { _ in wave(step, length: hour) }
            full.settle(upTo: step) { _ in wave(step, length: hour) }
        }
        let calm = try #require(shared.summary.meanLoss), sure = try #require(full.summary.meanLoss)
        // Either is right half of the time: to doubt costs ln 2, to follow the last hour more.
        let doubt = 0.693_147
        #expect(calm - doubt < 0.1 * (sure - doubt))
    }

    @Test(arguments: rules)
    func `leave weights whole, and the ledger gives the same bits`(rule: AggregationRule) throws {
        for seed in freshSeeds(20) {
            var random = SeededGenerator(seed: seed)
            var all = try ensemble(.shared, rule, models: 4)
            for step in Int64(0)..<150 {
                for model in 0..<4 where Int.random(in: 0..<3, using: &random) > 0 {
                    let horizon: Int64 = Bool.random(using: &random) ? 7 : 30
                    all.issue(
                        .make(
                            model: model, value: Double.random(in: 0...1, using: &random),
                            issued: step, horizon: horizon), markPrice: 1_000)
                }
                all.settle(upTo: step) { _ in Int64.random(in: 990...1_010, using: &random) }
                #expect(abs(all.weights.reduce(0, +) - 1) < 1e-9, "seed \(seed)")
            }
            let weights = all.weights
            #expect(all.optimizeWeights() == weights, "seed \(seed)")
        }
    }
}
