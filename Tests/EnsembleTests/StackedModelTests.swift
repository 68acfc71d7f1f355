import Foundation
import RialtoEnsemble
import RialtoValues
import Testing

extension DynamicAIEnsemble {
    /// Models, and then one that is made of them.
    fileprivate static func stacked(
        models: Int, _ rule: StackingRule, lambda: Double = 1, purge_ns: Int64 = 0,
        refit: Int? = nil, probation: Int = 0, ledger: Int? = nil
    ) throws -> DynamicAIEnsemble {
        var ensemble = DynamicAIEnsemble(
            configuration: EnsembleConfiguration(
                rule: .hedge(eta: 1), loss: .logLoss, probationRounds: probation,
                ledgerRounds: ledger,
                stacking: StackingConfiguration(
                    id: "stacking", rule: rule, lambda: lambda, purge_ns: purge_ns,
                    refitRounds: refit)))
        for model in 0..<models { _ = try ensemble.addModel(id: "model-\(model)") }
        try ensemble.addStacking()
        return ensemble
    }
}

extension Script {
    /// Runs some steps of the script and returns what was stacked, in order.
    fileprivate func stacked(
        _ ensemble: inout DynamicAIEnsemble, _ steps: Range<Int>
    ) -> [Forecast] {
        steps.flatMap { step -> [Forecast] in
            let time = Int64(step) * 10
            ensemble.settle(upTo: time) { prices[step][Int($0)] }
            for forecast in forecasts[step] {
                ensemble.issue(forecast, markPrice: prices[step][Int(forecast.instrument)])
            }
            return (0..<UInt32(2)).flatMap { instrument in
                [10, 30, 70].compactMap { horizon in
                    ensemble.stack(instrument: instrument, horizon_ns: horizon, at: time)
                }
            }
        }
    }

    fileprivate func stacked(_ ensemble: inout DynamicAIEnsemble) -> [Forecast] {
        stacked(&ensemble, 0..<steps)
    }
}

/// Two signs, each known to one model, that both move the price: 0.1, 0.5 or 0.9 up.
private func halves(seed: UInt64, _ ensemble: inout DynamicAIEnsemble) {
    var random = SeededGenerator(seed: seed)
    var price: Int64 = 1_000_000
    for step in 0..<600 as Range<Int64> {
        let signs = [Bool.random(using: &random), Bool.random(using: &random)].map { $0 ? 1.0 : -1 }
        for (model, sign) in signs.enumerated() {
            ensemble.issue(
                .make(model: model, value: 0.5 + 0.2 * sign, issued: step * 10), markPrice: price)
        }
        _ = ensemble.stack(instrument: 0, horizon_ns: 10, at: step * 10)
        let up = 0.5 + 0.2 * (signs[0] + signs[1])
        price += Double.random(in: 0..<1, using: &random) < up ? 10 : -10
        ensemble.settle(upTo: (step + 1) * 10) { _ in price }
    }
}

/// Weights of ridge by Gauss, from nothing but the entries of a ledger.
private func ridge(
    _ entries: [PerformanceEntry], models: Int, lambda: Double
) -> [Double] {
    var rows = (0..<models).map { row in
        (0..<models).map { $0 == row ? lambda : 0 } + [lambda / Double(models)]
    }
    for round in Set(entries.map(\.round)) {
        let said = entries.filter { $0.round == round }
        let y = said[0].outcome > 0 ? 0.5 : said[0].outcome < 0 ? -0.5 : 0
        func word(_ entry: PerformanceEntry) -> Double {
            min(max(entry.probabilityUp, 0.01), 0.99) - 0.5
        }
        for a in said where Int(a.forecast.model) < models {
            for b in said where Int(b.forecast.model) < models {
                rows[Int(a.forecast.model)][Int(b.forecast.model)] += word(a) * word(b)
            }
            rows[Int(a.forecast.model)][models] += word(a) * y
        }
    }
    for pivot in 0..<models {
        for row in 0..<models where row != pivot {
            let factor = rows[row][pivot] / rows[pivot][pivot]
            for column in 0...models { rows[row][column] -= factor * rows[pivot][column] }
        }
    }
    return (0..<models).map { rows[$0][models] / rows[$0][$0] }
}

@Suite struct `A model that is made of the others` {
    @Test(arguments: StackingRule.allCases)
    func `earns the weight where two are half right each and no mixture says it`(
        rule: StackingRule
    ) throws {
        for seed in freshSeeds(20) {
            var with = try DynamicAIEnsemble.stacked(models: 2, rule)
            var without = try DynamicAIEnsemble.make(models: 2)
            halves(seed: seed, &with)
            halves(seed: seed, &without)
            #expect(with.weights[2] > 0.9, "seed \(seed): \(with.weights)")
            let losses = (with.summary.meanLoss ?? .nan, without.summary.meanLoss ?? .nan)
            #expect(losses.0 < losses.1 - 0.02, "seed \(seed): \(losses)")
        }
    }

    @Test(arguments: StackingRule.allCases)
    func `knows nothing that settled later than the purge before it speaks`(
        rule: StackingRule
    ) throws {
        var differed = 0
        for seed in freshSeeds(60) {
            let purge = Int64([0, 20, 55][Int(seed % 3)]), change = 60
            let script = Script(seed: seed, horizons: [10, 30, 70])
            var other = script
            // From one step on the prices go the other way: what is due then has another outcome.
            for step in change..<script.steps {
                let last = script.prices[change - 1]
                other.prices[step] = zip(last, script.prices[step]).map { max(1, 2 * $0 - $1) }
            }
            var one = try DynamicAIEnsemble.stacked(models: 4, rule, purge_ns: purge)
            var two = one
            let said = (script.stacked(&one), other.stacked(&two))
            #expect(said.0.count == said.1.count && said.0.count > 200)
            for (a, b) in zip(said.0, said.1) {
                if a.issued_ns < Int64(change) * 10 + purge {
                    #expect(a == b, "seed \(seed)")
                } else if a != b {
                    differed += 1
                }
            }
        }
        #expect(differed > 1_000)
    }

    @Test func `follows from the ledger alone`() throws {
        for seed in freshSeeds(20) {
            var ensemble = try DynamicAIEnsemble.stacked(
                models: 4, .ridge, lambda: 0.3, purge_ns: 25, refit: 1)
            let script = Script(seed: seed, horizons: [10, 30])
            let said = script.stacked(&ensemble)
            let entries = ensemble.performanceLedger.entries
            #expect(said.count > 150)
            for forecast in said {
                let known = entries.filter {
                    $0.forecast.horizon_ns == forecast.horizon_ns
                        && $0.settled_ns <= forecast.issued_ns - 25
                }
                // A model that was not heard yet is none.
                guard Set(known.map(\.forecast.model)).count == 5 else { continue }
                let weights = ridge(known, models: 4, lambda: 0.3)
                let words = script.forecasts[Int(forecast.issued_ns / 10)].filter {
                    $0.instrument == forecast.instrument && $0.horizon_ns == forecast.horizon_ns
                }
                var expected = 0.5
                for word in words {
                    expected +=
                        weights[Int(word.model)] * (min(max(word.value, 0.01), 0.99) - 0.5)
                }
                #expect(abs(forecast.value - min(max(expected, 0.01), 0.99)) < 1e-9)
            }
        }
    }

    @Test func `is weighed by the ledger to the bit, and goes on alike from a copy`() throws {
        for seed in freshSeeds(40) {
            let script = Script(seed: seed, horizons: [10, 30, 70])
            var ensemble = try DynamicAIEnsemble.stacked(
                models: 4, seed % 2 == 0 ? .ridge : .nonnegative, purge_ns: 20, probation: 5,
                ledger: seed % 3 == 0 ? 20 : nil)
            _ = script.stacked(&ensemble, 0..<60)
            var copy = ensemble
            let rest = script.stacked(&ensemble, 60..<120)
            #expect(script.stacked(&copy, 60..<120) == rest && !rest.isEmpty)
            let weights = ensemble.weights
            #expect(weights[4] > 0 && copy.weights == weights)
            #expect(ensemble.optimizeWeights().map(\.bitPattern) == weights.map(\.bitPattern))
        }
    }

    @Test func `is scored on probation as any, and heard after it`() throws {
        var ensemble = try DynamicAIEnsemble.stacked(models: 2, .nonnegative, probation: 20)
        halves(seed: 3, &ensemble)
        let own = ensemble.performanceLedger.entries.filter { $0.forecast.model == 2 }
        #expect(own.prefix(20).allSatisfy { !$0.isLive && $0.weight == 0 })
        #expect(own.dropFirst(20).allSatisfy { $0.isLive && $0.weight > 0 } && own.count > 500)
        // It speaks when somebody is heard whom it could be made of.
        #expect(own.first?.round == 20)
        let opinion = ensemble.opinion(instrument: 0, horizon_ns: 10, at: 5_995)
        #expect(opinion?.awake == 3 && (opinion?.weights[2] ?? 0) > 0.9)
    }

    @Test func `has nothing in it of a model on probation`() throws {
        func said(_ late: Double) throws -> [Forecast] {
            var ensemble = try DynamicAIEnsemble.stacked(models: 1, .ridge, probation: 10)
            var said: [Forecast] = []
            for step in 0..<45 as Range<Int64> {
                if step == 20 { _ = try ensemble.addModel(id: "late") }
                ensemble.issue(.make(value: 0.7, issued: step * 10), markPrice: 1_000)
                if step >= 20 {
                    ensemble.issue(
                        .make(model: 2, value: late, issued: step * 10), markPrice: 1_000)
                }
                said += [ensemble.stack(instrument: 0, horizon_ns: 10, at: step * 10)]
                    .compactMap { $0 }
                ensemble.settle(upTo: (step + 1) * 10) { _ in step % 3 == 0 ? 999 : 1_001 }
            }
            return said
        }
        let (low, high) = (try said(0.2), try said(0.9))
        let before = low.prefix { $0.issued_ns < 300 }.count
        #expect(before == 20 && low.prefix(before) == high.prefix(before))
        #expect(zip(low, high).dropFirst(before).allSatisfy { $0 != $1 } && low.count == 35)
    }

    @Test func `is silent about what a model said that crashed`() throws {
        var ensemble = try DynamicAIEnsemble.stacked(models: 2, .nonnegative)
        halves(seed: 1, &ensemble)
        #expect(ensemble.opinion(instrument: 0, horizon_ns: 10, at: 5_995)?.awake == 3)
        try ensemble.crashModel(id: "model-0")
        #expect(ensemble.opinion(instrument: 0, horizon_ns: 10, at: 5_995)?.awake == 1)
        // Then it is made of the other alone: what was fitted of both is not used.
        ensemble.issue(.make(model: 1, value: 0.7, issued: 6_000), markPrice: 1_000)
        let alone = ensemble.stack(instrument: 0, horizon_ns: 10, at: 6_000)
        #expect(abs((alone?.value ?? 0) - 0.7) < 0.05)
        try ensemble.crashModel(id: "model-1")
        ensemble.issue(.make(model: 1, value: 0.7, issued: 6_010), markPrice: 1_000)
        #expect(ensemble.stack(instrument: 0, horizon_ns: 10, at: 6_010) == nil)
        try ensemble.resumeModel(id: "model-1")
        try ensemble.retireModel(id: "stacking")
        ensemble.issue(.make(model: 1, value: 0.7, issued: 6_010), markPrice: 1_000)
        #expect(ensemble.stack(instrument: 0, horizon_ns: 10, at: 6_010) == nil)
    }

    @Test func `is added where it is asked for, once, and under an id of its own`() throws {
        var plain = try DynamicAIEnsemble.make(models: 1)
        #expect(try plain.addStacking() == nil && plain.models.count == 1)
        #expect(plain.stack(instrument: 0, horizon_ns: 10, at: 0) == nil)
        var ensemble = try DynamicAIEnsemble.stacked(models: 1, .ridge)
        #expect(ensemble.models.map(\.id) == ["model-0", "stacking"])
        #expect(throws: EnsembleError.duplicateModel(id: "stacking")) {
            try ensemble.addStacking()
        }
        #expect(throws: EnsembleError.duplicateModel(id: "stacking")) {
            try ensemble.addModel(id: "stacking")
        }
    }
}
