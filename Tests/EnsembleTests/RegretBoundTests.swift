import Foundation
import RialtoEnsemble
import RialtoValues
import Testing

/// Rounding of a few hundred additions of numbers up to a few hundred.
private let rounding = 1e-9

@Suite struct `Regret on 1,000 random streams with fresh seeds` {
    static let streams = freshSeeds(1_000).map { RegretStream(seed: $0) }

    @Test func `is within the bound of exponential weights, sleepers and doubters too`() {
        for stream in Self.streams {
            let n = log(Double(stream.experts))
            let regrets = Regrets.of(.ewa(eta: 0.3), stream)
            let bound = n / 0.3 + 0.3 * regrets.rounds / 8
            #expect(regrets.sums.allSatisfy { $0 <= bound + rounding }, "\(stream.name)")
        }
    }

    @Test func `is within the bound of ML-Poly for every expert`() {
        for stream in Self.streams {
            let n = Double(stream.experts)
            let regrets = Regrets.of(.mlPoly(.paper), stream)
            for (sum, squares) in zip(regrets.sums, regrets.squares) {
                let bound = (n * (1 + log(1 + regrets.rounds)) * (1 + squares)).squareRoot()
                #expect(sum <= bound + rounding, "\(stream.name)")
            }
        }
    }

    @Test func `is within the bound of ML-Prod for every expert`() {
        for stream in Self.streams {
            let n = Double(stream.experts)
            let regrets = Regrets.of(.mlProd(.paper), stream)
            let c = 3 * log(n) + log(1 + n / (2 * M_E) * (1 + log(regrets.rounds + 1)))
            for (sum, squares) in zip(regrets.sums, regrets.squares) {
                let bound = c / log(n).squareRoot() * (1 + squares).squareRoot() + 2 * c
                #expect(sum <= bound + rounding, "\(stream.name)")
            }
        }
    }

    @Test func `keeps BOA's potential at 1 or less after every round, and so within its bound`() {
        for stream in Self.streams {
            let eta = 0.5
            let n = Double(stream.experts)
            var highest = 0.0
            let regrets = Regrets.of(.boaFixed(eta: eta), stream) { regrets in
                let potential = zip(regrets.sums, regrets.squares).reduce(0) {
                    $0 + exp(eta * $1.0 - eta * eta * $1.1)
                }
                highest = max(highest, potential / n)
            }
            #expect(highest <= 1 + rounding, "\(stream.name)")
            for (sum, squares) in zip(regrets.sums, regrets.squares) {
                #expect(sum <= log(n) / eta + eta * squares + rounding, "\(stream.name)")
            }
        }
    }

    @Test func `keeps Squint's potential at 1 or less`() {
        for stream in Self.streams {
            let n = Double(stream.experts)
            var highest = 0.0
            _ = Regrets.of(.squint(.uniform), stream) { regrets in
                guard Int(regrets.rounds) % 25 == 1 || regrets.rounds < 4 else { return }
                let potential = zip(regrets.sums, regrets.squares).reduce(0) {
                    $0 + Self.meanOverRates($1.0, $1.1)
                }
                highest = max(highest, potential / n)
            }
            #expect(highest <= 1 + rounding, "\(stream.name)")
        }
    }

    @Test func `is small for AdaHedge and both forms of Squint where one expert is always best`() {
        for seed in freshSeeds(100) {
            var random = SeededGenerator(seed: seed)
            let rows = (0..<400).map { _ in
                [0.2] + (0..<4).map { _ in Double.random(in: 0.3...1, using: &random) }
            }
            let rules: [(rule: AggregationRule, most: Double)] = [
                (.adaHedge, 6), (.squint(.improper), 12), (.squint(.uniform), 12),
            ]
            for (rule, most) in rules {
                var stream = RegretStream(seed: 0, rounds: 400, experts: 5)
                stream.losses = rows
                stream.awake = rows.map { $0.map { _ in 1 } }
                // A constant, where a bound over 400 rounds alone would allow 23.
                #expect(Regrets.of(rule, stream).sums[0] < most, "seed \(seed), \(rule)")
            }
        }
    }

    @Test func `is within the bound of Fixed-Share in either form against 0 to 4 switches`() {
        for seed in freshSeeds(1_000) {
            let stream = LossStream.random(seed: seed)
            let rounds = Double(stream.rounds.count)
            let n = log(Double(stream.experts))
            let (eta, alpha) = (0.4, 0.02)
            let best = bestSequences(stream, switches: 4)
            for rule in [
                AggregationRule.ewaShare(eta: eta, alpha: alpha),
                .fixedShare(eta: eta, alpha: alpha),
            ] {
                let paid = play(rule, stream).paid
                for m in 0...4 {
                    let stay = (rounds - Double(m) - 1) * log1p(-alpha)
                    let code = Double(m + 1) * n - (Double(m) * log(alpha) + stay)
                    let bound = code / eta + eta * rounds / 8
                    let regret = paid - best[m]
                    #expect(regret <= bound + rounding, "\(stream.name), \(m) switches, \(rule)")
                }
            }
        }
    }

    @Test func `of two layers against each rule below is within the bound of the top`() {
        let below: [AggregationRule] = [.boa, .mlPoly(.paper), .adaHedge, .hedge(eta: 0.3)]
        let eta = 0.3
        for stream in Self.streams.prefix(300) {
            let both = Regrets.of(
                .layers(below, top: .hedge(eta: eta), paying: .mean), stream)
            let rounds = both.rounds
            let bound = log(Double(below.count)) / eta + eta * rounds / 8
            for rule in below {
                // Losses of the experts are the same, so regrets differ by what the mixtures paid.
                guard stream.shape != .sleeping else { continue }
                let alone = Regrets.of(rule, stream)
                #expect(both.sums[0] - alone.sums[0] <= bound + rounding, "\(stream.name)")
            }
        }
    }

    @Test func `of bandit feedback is within the bound of EXP3 on average`() {
        let rounds = 200, experts = 6
        let exploration = Exp3.exploration(rounds: rounds, experts: experts)
        var sum = 0.0
        let seeds = freshSeeds(1_000)
        let everyone = Array(repeating: 1.0, count: experts)
        for seed in seeds {
            var random = SeededGenerator(seed: seed)
            var stream = RegretStream(seed: seed, rounds: rounds, experts: experts)
            stream.awake = []
            var bandit = Exp3(experts: experts, exploration: exploration)
            var paid = 0.0
            var best = Array(repeating: 0.0, count: experts)
            for losses in stream.losses {
                let parts = bandit.probabilities(awake: everyone)
                #expect(abs(parts.reduce(0, +) - 1) < 1e-12)
                guard
                    let played = bandit.choose(
                        awake: everyone, uniform: Double.random(in: 0..<1, using: &random))
                else { continue }
                paid += losses[played]
                for k in losses.indices { best[k] += losses[k] }
                bandit.pay(played, reward: 1 - losses[played], probability: parts[played])
            }
            sum += paid - (best.min() ?? 0)
        }
        let bound =
            2 * (M_E - 1).squareRoot()
            * (Double(rounds * experts) * log(Double(experts)))
            .squareRoot()
        #expect(sum / 1_000 <= bound, "seeds from \(seeds[0])")
        // Not a bound that anything passes: playing at random costs more on average.
        #expect(sum / 1_000 > 0)
    }

    /// The mean over rates in 0...1/2 of exp(eta R - eta² V), by Simpson's rule.
    private static func meanOverRates(_ sum: Double, _ squares: Double) -> Double {
        let steps = 128
        return (0...steps).reduce(0.0) { total, step in
            let eta = 0.5 * Double(step) / Double(steps)
            let factor = step == 0 || step == steps ? 1.0 : (step.isMultiple(of: 2) ? 2 : 4)
            return total + factor * exp(eta * sum - eta * eta * squares)
        } / (3 * Double(steps))
    }
}

@Suite struct `Squint's closed form` {
    @Test func `is the integral over rates, wherever regrets and squares lie`() {
        for seed in freshSeeds(2_000) {
            var random = SeededGenerator(seed: seed)
            let sum = Double.random(in: -80...80, using: &random)
            let squares = pow(10, Double.random(in: -3...3, using: &random))
            guard abs(sum) > 16 || squares > 32 else { continue }
            let closed = RateIntegral.closedForm(sum: sum, squares: squares)
            let direct = RateIntegral.logarithm(sum: sum, squares: squares, power: 0)
            #expect(abs(closed - direct) < 1e-11 * max(1, abs(closed)), "\(sum), \(squares)")
        }
    }

    @Test func `is what can be worked out by hand where squares are 0`() {
        for sum in [-3.0, -1e-3, 1e-3, 0.5, 7] {
            let byHand = log((exp(sum / 2) - 1) / sum)
            let found = RateIntegral.logarithm(sum: sum, squares: 0, power: 0)
            #expect(abs(found - byHand) < 1e-12)
        }
        #expect(abs(RateIntegral.logarithm(sum: 0, squares: 0, power: 0) - log(0.5)) < 1e-15)
        #expect(abs(RateIntegral.logarithm(sum: 0, squares: 0, power: 1) - log(0.125)) < 1e-15)
    }

    @Test func `stays finite at any regret`() {
        for sum in [-1e100, -1e10, -1, 0, 1, 1e10, 1e100] {
            for squares in [0, 1e-300, 1e-10, 1, 1e10, 1e200] {
                for power in [0, 1] {
                    let value = RateIntegral.logarithm(sum: sum, squares: squares, power: power)
                    #expect(value.isFinite, "\(sum), \(squares)")
                }
                guard abs(sum) > 16 || squares > 32 else { continue }
                let value = RateIntegral.closedForm(sum: sum, squares: squares)
                #expect(value.isFinite, "\(sum), \(squares)")
            }
        }
    }
}

@Suite struct `A mixture of forecasts` {
    /// Forecasts in 0.01...0.99, yes or no, and who is awake, at random.
    private struct Questions {
        var forecasts: [[Double]] = []
        var awake: [[Double]] = []
        var outcomes: [Double] = []

        init(_ seed: UInt64, sleeps: Bool) {
            var random = SeededGenerator(seed: seed)
            let experts = Int.random(in: 2...8, using: &random)
            for round in 0..<200 {
                let truth = round % 60 < 30 ? 0.8 : 0.3
                outcomes.append(Double.random(in: 0..<1, using: &random) < truth ? 1 : 0)
                forecasts.append(
                    (0..<experts).map { _ in Double.random(in: 0.01...0.99, using: &random) })
                awake.append(
                    (0..<experts).map { _ in sleeps && Bool.random(using: &random) ? 0 : 1 })
            }
        }

        var experts: Int { forecasts[0].count }

        /// What the mixture paid more than each expert over the rounds in which it was awake.
        func regrets(_ rule: AggregationRule, _ loss: PointLoss) -> [Double] {
            var mixture = PointMixture(
                rule, priors: Array(repeating: 1, count: experts), loss: loss, usesGradient: false)
            var sums = Array(repeating: 0.0, count: experts)
            for (row, outcome) in outcomes.enumerated() {
                _ = mixture.predict(forecasts[row], awake: awake[row])
                guard let paid = mixture.settle(outcome: outcome) else { continue }
                for k in sums.indices where awake[row][k] > 0 {
                    sums[k] += paid - loss.value(forecasts[row][k], outcome)
                }
            }
            return sums
        }
    }

    @Test func `on log score has a regret whose exponentials are N exactly, on 1,000 streams`() {
        for seed in freshSeeds(1_000) {
            let questions = Questions(seed, sleeps: false)
            let regrets = questions.regrets(.specialists(alpha: 0), .logScore)
            let n = Double(questions.experts)
            #expect((regrets.max() ?? 0) <= log(n) + rounding, "seed \(seed)")
            #expect(abs(regrets.reduce(0) { $0 + exp($1) } / n - 1) < rounding, "seed \(seed)")
        }
    }

    @Test func `of specialists loses ln N at most to each while it is awake, on 1,000 streams`() {
        for seed in freshSeeds(1_000) {
            let questions = Questions(seed, sleeps: true)
            let regrets = questions.regrets(.specialists(alpha: 0), .logScore)
            let n = Double(questions.experts)
            #expect((regrets.max() ?? 0) <= log(n) + rounding, "seed \(seed)")
            #expect(abs(regrets.reduce(0) { $0 + exp($1) } / n - 1) < rounding, "seed \(seed)")
        }
    }

    @Test func `pays for the share no more than -ln(1 - alpha) a round, on 1,000 streams`() {
        for seed in freshSeeds(1_000) {
            let questions = Questions(seed, sleeps: false)
            let regrets = questions.regrets(.specialists(alpha: 0.01), .logScore)
            let bound = log(Double(questions.experts)) - 200 * log1p(-0.01)
            #expect((regrets.max() ?? 0) <= bound + rounding, "seed \(seed)")
        }
    }

    @Test func `on Brier loses 2 ln N at most by the mean, and ln N / 2 by Vovk's forecast`() {
        for seed in freshSeeds(1_000) {
            let questions = Questions(seed, sleeps: false)
            let n = log(Double(questions.experts))
            let byMean = questions.regrets(.hedge(eta: 0.5), .brier)
            #expect((byMean.max() ?? 0) <= 2 * n + rounding, "seed \(seed)")
            var rule = AggregationRule.hedge(eta: AggregatingForecast.eta).start(
                priors: Array(repeating: 1, count: questions.experts))
            var sums = Array(repeating: 0.0, count: questions.experts)
            for (p, y) in zip(questions.forecasts, questions.outcomes) {
                let mixed = AggregatingForecast.brier(weights: rule.masses, probabilities: p)
                let losses = p.map { ($0 - y) * ($0 - y) }
                for k in sums.indices { sums[k] += (mixed - y) * (mixed - y) - losses[k] }
                rule.learn(losses, mixture: nil, awake: losses.map { _ in 1 })
            }
            #expect((sums.max() ?? 0) <= n / 2 + rounding, "seed \(seed)")
        }
    }

    @Test func `that hears of outcomes late stays within the bound for late ones`() {
        let eta = 0.2
        for seed in freshSeeds(1_000) {
            let questions = Questions(seed, sleeps: false)
            let delay = Int(seed % 9)
            let everyone = Array(repeating: 1.0, count: questions.experts)
            var mixture = PointMixture(
                .hedge(eta: eta), priors: everyone, loss: .absolute, usesGradient: false)
            var paid = 0.0
            var sums = everyone.map { _ in 0.0 }
            for (row, outcome) in questions.outcomes.enumerated() {
                _ = mixture.predict(questions.forecasts[row], awake: everyone)
                for k in sums.indices { sums[k] += abs(questions.forecasts[row][k] - outcome) }
                guard row >= delay else { continue }
                paid += mixture.settle(outcome: questions.outcomes[row - delay]) ?? 0
            }
            while mixture.pendingCount > 0 {
                let row = questions.outcomes.count - mixture.pendingCount
                paid += mixture.settle(outcome: questions.outcomes[row]) ?? 0
            }
            let n = log(Double(questions.experts))
            let bound = n / eta + eta * 200 / 8 + eta * Double(delay) * 200
            #expect(paid - (sums.min() ?? 0) <= bound + rounding, "seed \(seed), delay \(delay)")
        }
    }
}
