import Foundation
import RialtoEnsemble
import RialtoValues
import Testing

@Suite struct `Forecasts of a number` {
    private static let rules: [AggregationRule] = [
        .uniform, .ewa(eta: 0.5), .ewaShare(eta: 0.5, alpha: 0.02), .mlPoly(.opera),
        .mlProd(.opera), .mlEwa, .boa, .squint(.improper), .adaHedge, .hedge(eta: 0.5),
    ]

    @Test(arguments: rules)
    func `that are no numbers count as faults and as sleep`(rule: AggregationRule) {
        var mixture = PointMixture(
            rule, priors: [1, 1, 1], loss: .square, usesGradient: true)
        var silent = mixture
        for round in 0..<20 {
            let bad = [Double.nan, .infinity, -.infinity][round % 3]
            let x = Double(round) / 10
            let a = mixture.predict([bad, x, 1 - x], awake: [1, 1, 1])
            let b = silent.predict([0, x, 1 - x], awake: [0, 1, 1])
            #expect(a == b && a != nil)
            mixture.settle(outcome: 0.4)
            silent.settle(outcome: 0.4)
        }
        #expect(mixture.faults == [20, 0, 0] && silent.faults == [0, 0, 0])
        #expect(mixture.masses == silent.masses)
    }

    @Test(arguments: rules)
    func `say nothing when all sleep, and nothing is learned from it`(rule: AggregationRule) {
        var mixture = PointMixture(rule, priors: [1, 1], loss: .square, usesGradient: false)
        _ = mixture.predict([1, 2], awake: [1, 1])
        mixture.settle(outcome: 1)
        let before = mixture.masses
        #expect(mixture.predict([1, 2], awake: [0, 0]) == nil)
        #expect(mixture.weights == [0, 0])
        #expect(mixture.settle(outcome: 1) == nil)
        #expect(mixture.predict([.nan, .nan], awake: [1, 1]) == nil)
        mixture.settle(outcome: .nan)
        _ = mixture.predict([1, 2], awake: [1, 1])
        #expect(mixture.settle(outcome: .nan) == nil)
        #expect(mixture.masses == before)
    }

    @Test(arguments: rules)
    func `with late outcomes use at t what was settled by then, and no more`(
        rule: AggregationRule
    ) {
        for seed in freshSeeds(20) {
            let stream = RegretStream(seed: seed, rounds: 50)
            let priors = stream.losses[0].map { _ in 1.0 }
            let delay = 3
            var late = PointMixture(rule, priors: priors, loss: .square, usesGradient: true)
            var changed = late
            for (row, x) in stream.losses.enumerated() {
                let a = late.predict(x, awake: stream.awake[row])
                let b = changed.predict(x, awake: stream.awake[row])
                // Outcomes differ from round 20 on, and show delay rounds later at the earliest.
                if row < 20 + delay { #expect(a == b && late.weights == changed.weights) }
                guard row >= delay else { continue }
                late.settle(outcome: 0.3)
                changed.settle(outcome: row - delay < 20 ? 0.3 : 0.9)
            }
        }
    }

    @Test func `settled at once are as if nothing waited`() {
        let rule = AggregationRule.boa
        var waiting = PointMixture(rule, priors: [1, 1], loss: .absolute, usesGradient: true)
        var bare = rule.start(priors: [1, 1])
        for round in 0..<200 {
            let x = [sin(Double(round)), cos(Double(round))]
            let y = x[0] * x[1]
            let mixed = waiting.predict(x, awake: [1, 1]) ?? .nan
            #expect(waiting.weights == bare.masses)
            waiting.settle(outcome: y)
            let slope = PointLoss.absolute.slope(mixed, y)
            bare.learn(x.map { slope * $0 }, mixture: slope * mixed, awake: [1, 1])
        }
    }

    @Test(arguments: [
        PointLoss.square, .absolute, .percentage, .pinball(level: 0.9), .logScore, .brier,
    ])
    func `have a loss whose slope is that of a small step`(loss: PointLoss) {
        for (x, y) in [(0.3, 1.0), (0.7, 0), (0.4, 0.6), (0.8, 0.2)] {
            let step = 1e-6
            let found = (loss.value(x + step, y) - loss.value(x - step, y)) / (2 * step)
            #expect(abs(found - loss.slope(x, y)) < 1e-6, "\(loss) at \(x), \(y)")
        }
        #expect(loss.value(0.5, 0).isFinite && loss.slope(0.5, 0).isFinite)
        #expect(loss.value(0, 1).isFinite && loss.slope(0, 1).isFinite)
    }

    @Test func `with the gradient reach a mixture that no expert reaches alone`() {
        for rule in [AggregationRule.boa, .mlPoly(.opera), .mlProd(.opera), .ewa(eta: 0.5)] {
            var mixture = PointMixture(rule, priors: [1, 1], loss: .square, usesGradient: true)
            var paid = 0.0
            for round in 0..<400 {
                let wave = sin(Double(round) * 0.7)
                _ = mixture.predict([0.5 + wave, 0.5 - 0.5 * wave], awake: [1, 1])
                paid += mixture.settle(outcome: 0.5) ?? .infinity
            }
            // The best expert pays 0.125 a round, one third and two thirds of them pay nothing.
            #expect(paid / 400 < 0.02, "\(rule)")
        }
    }

    @Test func `in regimes are mixed by copies of their own, others asleep`() {
        let general = LayeredMixture.Base(.ewa(eta: 2), usesGradient: false)
        func played(regimes: Int) -> Double {
            var mixture = LayeredMixture(
                [general], top: .init(.ewaShare(eta: 2, alpha: 0.01), usesGradient: false),
                experts: 2, loss: .square, regimes: regimes)
            var paid = 0.0
            for round in 0..<400 {
                let regime = round / 4 % 2
                _ = mixture.predict(
                    [0, 1], awake: [1, 1], regime: regimes > 0 ? regime : nil)
                if regimes > 0 { #expect(mixture.parts[2 - regime] == 0) }
                paid += mixture.settle(outcome: Double(regime)) ?? .infinity
            }
            return paid / 400
        }
        #expect(played(regimes: 0) > 0.2)
        #expect(played(regimes: 2) < 0.08)
    }

    @Test func `are voted on hard or soft by those who are awake`() {
        let p = [0.9, 0.6, 0.1, .nan, 0.5]
        #expect(Vote.hard.combine(p, awake: [1, 1, 1, 1, 0]) == 2.0 / 3)
        #expect(abs((Vote.soft.combine(p, awake: [1, 1, 1, 1, 0]) ?? 0) - 1.6 / 3) < 1e-15)
        #expect(Vote.hard.combine(p, awake: [0, 0, 0, 0, 1]) == 0.5)
        #expect(Vote.soft.combine(p, awake: [0, 0, 0, 1, 0]) == nil)
    }
}

@Suite struct `Stacked forecasts` {
    @Test func `finds the nonnegative weights that no change of one makes better`() {
        for seed in freshSeeds(200) {
            var random = SeededGenerator(seed: seed)
            let experts = Int.random(in: 2...7, using: &random)
            let truth = (0..<experts).map { _ in Double.random(in: -1...1, using: &random) }
            var stacking = Stacking(experts: experts, lambda: 1e-6, purge_ns: 0)
            var rows: [(x: [Double], y: Double)] = []
            for round in 0..<60 {
                let x = (0..<experts).map { _ in Double.random(in: -1...1, using: &random) }
                let noise = Double.random(in: -0.1...0.1, using: &random)
                let y = zip(x, truth).reduce(noise) { $0 + $1.0 * $1.1 }
                rows.append((x, y))
                stacking.settle(x, outcome: y, due_ns: Int64(round))
            }
            guard let w = stacking.weights(at: 60) else {
                Issue.record("no weights, seed \(seed)")
                continue
            }
            for k in 0..<experts {
                // Half the slope of the squared error by this weight, from above.
                var slope = 1e-6 * w[k]
                for row in rows {
                    slope += row.x[k] * (zip(w, row.x).reduce(-row.y) { $0 + $1.0 * $1.1 })
                }
                #expect(w[k] >= 0, "seed \(seed)")
                #expect(w[k] > 0 ? abs(slope) < 1e-8 : slope > -1e-8, "seed \(seed)")
            }
        }
    }

    @Test func `uses no round that ended less than the purge before`() {
        var stacking = Stacking(experts: 1, lambda: 1e-9, purge_ns: 10)
        stacking.settle([1], outcome: 2, due_ns: 100)
        stacking.settle([1], outcome: 6, due_ns: 105)
        stacking.settle([.nan], outcome: 9, due_ns: 105)
        #expect(stacking.weights(at: 109) == nil)
        #expect(abs((stacking.weights(at: 114)?[0] ?? 0) - 2) < 1e-6)
        #expect(abs((stacking.weights(at: 115)?[0] ?? 0) - 4) < 1e-6)
        #expect(stacking.rounds == 2)
        // Asked of an earlier time again, it does not tell what came later.
        #expect(stacking.weights(at: 114) == nil)
    }

    @Test(arguments: StackingRule.allCases)
    func `take experts that come later as if they had said 0`(rule: StackingRule) {
        var random = SeededGenerator(seed: 11)
        var late = Stacking(experts: 0, lambda: 0.5, purge_ns: 0, rule: rule)
        var full = Stacking(experts: 3, lambda: 0.5, purge_ns: 0, rule: rule)
        for round in 0..<90 {
            var x = (0..<3).map { _ in Double.random(in: -0.5...0.5, using: &random) }
            for expert in (round / 30 + 1)..<3 { x[expert] = 0 }
            let y = x[0] - x[1] + 2 * x[2]
            late.settle(Array(x.prefix(round / 30 + 1)), outcome: y, due_ns: Int64(round))
            full.settle(x, outcome: y, due_ns: Int64(round))
        }
        let weights = late.weights(at: 90) ?? []
        #expect(weights == full.weights(at: 90) && weights.count == 3)
        #expect(rule == .ridge ? weights[1] < -0.5 : weights[1] == 0)
        #expect(late.hasSpoken(2) && !late.hasSpoken(3))
        // Those of a part are as if there were nobody else.
        #expect(late.weights(of: [2])[0] != weights[2])
    }

    @Test(arguments: StackingRule.allCases)
    func `are finite where experts are one and the same and hardly held`(rule: StackingRule) {
        var stacking = Stacking(experts: 5, lambda: 1e-300, purge_ns: 0, rule: rule)
        for round in 0..<1_000 {
            let x = round.isMultiple(of: 3) ? 0.49 : -0.2
            stacking.settle(Array(repeating: x, count: 5), outcome: x, due_ns: Int64(round))
        }
        let weights = stacking.weights(at: 1_000) ?? []
        #expect(weights.allSatisfy(\.isFinite) && abs(weights.reduce(0, +) - 1) < 1e-6)
    }

    @Test func `wait for the purge within a bound, and teach nothing beyond it`() {
        var stacking = Stacking(experts: 1, lambda: 1, purge_ns: 1_000_000)
        for round in 0..<Stacking.waitingMax + 10 {
            stacking.settle([1], outcome: 1, due_ns: Int64(round))
        }
        #expect(stacking.weights(at: 2_000_000) != nil)
        #expect(stacking.rounds == Stacking.waitingMax)
    }
}

@Suite struct `The bandit` {
    @Test func `explores, plays those who are awake, and learns which pays`() {
        var random = SeededGenerator(seed: 5)
        var bandit = Exp3(experts: 3, exploration: 0.1)
        for _ in 0..<2_000 {
            let parts = bandit.probabilities(awake: [1, 1, 0])
            #expect(parts[2] == 0 && parts.allSatisfy { $0 == 0 || $0 >= 0.05 })
            guard
                let played = bandit.choose(
                    awake: [1, 1, 0], uniform: Double.random(in: 0..<1, using: &random))
            else { continue }
            bandit.pay(played, reward: played == 1 ? 0.8 : 0.2, probability: parts[played])
        }
        #expect(bandit.probabilities(awake: [1, 1, 1])[1] > 0.85)
        #expect(bandit.choose(awake: [0, 0, 0], uniform: 0.5) == nil)
        let before = bandit.probabilities(awake: [1, 1, 1])
        bandit.pay(0, reward: .nan, probability: 0.5)
        #expect(bandit.probabilities(awake: [1, 1, 1]) == before)
    }
}
