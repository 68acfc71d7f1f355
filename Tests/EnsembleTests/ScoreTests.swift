import Foundation
import RialtoEnsemble
import RialtoValues
import Testing

private func ensemble(
    _ loss: LossKind, _ rule: AggregationRule = .hedge(eta: 1), models: Int = 2,
    protections: Protections = .none, usesConfidence: Bool = false, regimes: RegimeSplit? = nil,
    expiry_ns: Int64? = nil, cost_bps: Double? = nil
) throws -> DynamicAIEnsemble {
    var ensemble = DynamicAIEnsemble(
        configuration: EnsembleConfiguration(
            rule: rule, loss: loss, probationRounds: 0, protections: protections,
            usesConfidence: usesConfidence, regimes: regimes, expiry_ns: expiry_ns,
            cost_bps: cost_bps))
    for model in 0..<models { _ = try ensemble.addModel(id: "model-\(model)") }
    return ensemble
}

@Suite struct `A score` {
    @Test func `by Brier is the squared distance of the probability from what happened`() throws {
        var all = try ensemble(.brier)
        all.issue(.make(model: 0, value: 0.7), markPrice: 1_000)
        all.issue(.make(model: 1, value: 0.2), markPrice: 1_000)
        all.settle(upTo: 10) { _ in 990 }
        let losses = all.performanceLedger.entries.map(\.loss)
        #expect(abs(losses[0] - 0.49) < 1e-12 && abs(losses[1] - 0.04) < 1e-12)
    }

    @Test func `by pinball charges quantiles for what lies beyond them`() throws {
        var all = try ensemble(.pinball(sigmaFloor: 0.01))
        let flat = Forecast.quantiles([(0.1, 0), (0.9, 0)])
        all.issue(flat, markPrice: 1_000)
        all.issue(
            .make(model: 1, kind: .meanDeviation, value: 0.01, deviation: 0), markPrice: 1_000)
        all.settle(upTo: 10) { _ in 1_010 }
        let losses = all.performanceLedger.entries.map(\.loss)
        // Levels add up to 2.5 of 5: half of the return of one in a hundred, of 3 deviations.
        #expect(abs(losses[0] - 0.5 * 0.01 / 0.03) < 1e-12)
        #expect(abs(losses[1]) < 1e-12)
    }

    @Test func `by pinball reads a probability as a normal distribution known before`() throws {
        var all = try ensemble(.pinball(sigmaFloor: 0.01))
        for seed in freshSeeds(50) {
            var random = SeededGenerator(seed: seed)
            let p = Double.random(in: 0.05...0.95, using: &random)
            all = try ensemble(.pinball(sigmaFloor: 0.01))
            all.issue(.make(model: 0, value: p), markPrice: 1_000_000)
            // A normal distribution that is above 0 with probability p, and has that deviation.
            var low = -5.0, high = 5.0
            for _ in 0..<80 {
                let middle = (low + high) / 2
                if 0.5 * erfc(-middle / 2.0.squareRoot()) < p {
                    low = middle
                } else {
                    high = middle
                }
            }
            all.issue(
                .make(model: 1, kind: .meanDeviation, value: 0.01 * low, deviation: 0.01),
                markPrice: 1_000_000)
            let price = Int64.random(in: 950_000...1_050_000, using: &random)
            all.settle(upTo: 10) { _ in price }
            let losses = all.performanceLedger.entries.map(\.loss)
            #expect(abs(losses[0] - losses[1]) < 1e-9, "seed \(seed)")
        }
    }

    @Test func `by net utility pays fee, slippage and funding`() throws {
        var all = try ensemble(.netUtility(cost_bps: 10, sigmaFloor: 0.01))
        all.fund(0, rate: 0.5)  // before anyone held it
        for (model, target) in [(0, 1.0), (1, -0.5)] {
            all.issue(.make(model: model, kind: .targetPosition, value: target), markPrice: 1_000)
        }
        all.fund(0, rate: 0.002)
        all.settle(upTo: 10) { _ in 1_010 }
        let entries = all.performanceLedger.entries
        #expect(abs(entries[0].cost - 0.003) < 1e-12)
        #expect(abs(entries[0].loss - (1 - (0.01 - 0.003) / 0.03) / 2) < 1e-12)
        // Half short: half a fee, and it is paid the funding.
        #expect(abs(entries[1].cost - (0.0005 - 0.001)) < 1e-12)
        #expect(abs(entries[1].loss - (1 + (0.005 - 0.0005) / 0.03) / 2) < 1e-12)
    }

    @Test func `of a position renewed before its horizon ends pays for one change a horizon`()
        throws
    {
        var all = try ensemble(.netUtility(cost_bps: 10, sigmaFloor: 0.01), models: 1)
        for step in Int64(0)..<60 {
            all.settle(upTo: step * 10) { _ in 1_000 }
            all.issue(
                .make(
                    kind: .targetPosition, value: 1, issued: step * 10, horizon: 50, validFor: 9),
                markPrice: 1_000)
        }
        all.settle(upTo: 10_000) { _ in 1_000 }
        let costs = all.performanceLedger.entries.map(\.cost)
        // The first five parts are bought, one at each step; all others take one over.
        #expect(costs.prefix(5).allSatisfy { abs($0 - 0.001) < 1e-12 })
        #expect(costs.count == 60 && costs.dropFirst(5).allSatisfy { $0 == 0 })
    }

    @Test func `is told to whoever follows, for models, mixture and plain average`() throws {
        var all = try ensemble(.logLoss, cost_bps: 10)
        var rounds: [SettledRound] = []
        all.issue(.make(model: 0, value: 0.9), markPrice: 1_000)
        all.issue(.make(model: 1, value: 0.5), markPrice: 1_000)
        all.settle(upTo: 10, mark: { _ in 1_010 }) { rounds.append($0) }
        let round = try #require(rounds.first)
        #expect(abs(round.scores[0].netReturn - (0.8 * 0.01 - 0.8 * 0.001)) < 1e-12)
        #expect(round.scores[1].netReturn == 0 && round.scores[1].utility == 0)
        #expect(abs((round.mixture?.logLoss ?? 0) + log(0.7)) < 1e-12)
        #expect(round.mixture == round.uniform)
    }
}

@Suite struct `What a run file sets beside the rule` {
    @Test func `keeps every model that is heard at the floor`() throws {
        var all = try ensemble(
            .logLoss, models: 4,
            protections: Protections(drift: nil, weightMax: nil, groupMax: nil, weightMin: 0.05))
        for step in Int64(0)..<300 {
            for model in 0..<4 {
                all.issue(
                    .make(model: model, value: model == 0 ? 0.8 : 0.4, issued: step * 10),
                    markPrice: 1_000)
            }
            all.settle(upTo: step * 10 + 10) { _ in 1_001 }
        }
        for model in 0..<4 {
            all.issue(.make(model: model, value: 0.5, issued: 3_000), markPrice: 1_000)
        }
        let weights = all.opinion(instrument: 0, horizon_ns: 10, at: 3_000)?.weights ?? []
        #expect(all.weights[1] < 1e-30)
        #expect(weights[1...].allSatisfy { abs($0 - 0.05) < 1e-9 } && abs(weights[0] - 0.85) < 1e-9)
    }

    @Test(arguments: [([0.6, 0.9, 0.51], 0.8, 1.0), ([0.6, 0.9, 0.1], 0.6, 1.0 / 3)])
    func `of the models' vote reads it by the rule of succession`(
        said: [Double], probability: Double, position: Double
    ) throws {
        var all = try ensemble(.logLoss, models: 3, cost_bps: 10)
        for (model, value) in said.enumerated() {
            all.issue(.make(model: model, value: value), markPrice: 1_000)
        }
        var vote: Score?
        all.settle(upTo: 10, mark: { _ in 1_010 }) { vote = $0.vote }
        let score = try #require(vote)
        #expect(abs(score.logLoss + log(probability)) < 1e-12)
        #expect(abs(score.netReturn - position * (0.01 - 0.001)) < 1e-12)
    }

    @Test func `hears a model as far as it is confident`() throws {
        var all = try ensemble(.logLoss, usesConfidence: true)
        all.issue(.make(model: 0, value: 1, confidence: 0.25), markPrice: 1_000)
        all.issue(.make(model: 1, value: 0, confidence: 0.75), markPrice: 1_000)
        let opinion = all.opinion(instrument: 0, horizon_ns: 10, at: 1)
        #expect(abs((opinion?.probabilityUp ?? 0) - 0.25) < 1e-12)
    }

    @Test func `does not listen to a forecast that is older than its expiry`() throws {
        var all = try ensemble(.logLoss, expiry_ns: 5)
        all.issue(.make(model: 0, value: 0.6, validFor: 1_000), markPrice: 1_000)
        #expect(all.opinion(instrument: 0, horizon_ns: 10, at: 5) != nil)
        #expect(all.opinion(instrument: 0, horizon_ns: 10, at: 6) == nil)
    }

    @Test func `learns in each state of the market who is good in it`() throws {
        var wins = 0, seeds = freshSeeds(20)
        while let seed = seeds.popLast() {
            var random = SeededGenerator(seed: seed)
            var plain = try ensemble(.logLoss, .adaHedge)
            var split = try ensemble(.logLoss, .adaHedge, regimes: .volatility)
            var price: Int64 = 1_000_000
            for step in Int64(0)..<3_000 {
                // The first knows the quiet hours, the second the wild ones.
                let isWild = (step / 100) % 2 == 1, isUp = Bool.random(using: &random)
                for model in 0..<2 {
                    let knows = (model == 1) == isWild
                    let right = knows ? 0.8 : 0.35
                    let forecast = Forecast.make(
                        model: model, value: isUp ? right : 1 - right, issued: step * 10,
                        validFor: 9)
                    plain.issue(forecast, markPrice: price)
                    split.issue(forecast, markPrice: price)
                }
                let size = price / (isWild ? 100 : 2_000)
                let next = isUp ? price + size : price - size
                plain.settle(upTo: step * 10 + 10) { _ in next }
                split.settle(upTo: step * 10 + 10) { _ in next }
                price = max(500_000, min(next, 2_000_000))
            }
            if (split.summary.meanLoss ?? 1) < (plain.summary.meanLoss ?? 0) { wins += 1 }
        }
        #expect(wins == 20)
    }
}
