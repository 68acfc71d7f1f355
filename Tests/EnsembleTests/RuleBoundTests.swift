import Foundation
import RialtoEnsemble
import RialtoValues
import Testing

func play(_ rule: AggregationRule, _ stream: LossStream) -> Outcome {
    var state = rule.start(priors: Array(repeating: 1, count: stream.experts))
    let awake = Array(repeating: true, count: stream.experts)
    var outcome = Outcome(experts: Array(repeating: 0, count: stream.experts))
    for losses in stream.rounds {
        let weights = state.weights(awake: awake)
        let mean = zip(weights, losses).reduce(0) { $0 + $1.0 * $1.1 }
        outcome.paid += mean
        outcome.variance += zip(weights, losses).reduce(0) {
            $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean)
        }
        outcome.weights.append(weights)
        for expert in losses.indices { outcome.experts[expert] += losses[expert] }
        state.update(losses: losses, awake: awake)
    }
    return outcome
}

/// Least losses of sequences of experts that change at most 0, 1, ... `switches` times.
func bestSequences(_ stream: LossStream, switches: Int) -> [Double] {
    let experts = stream.experts
    var best = Array(repeating: 0.0, count: (switches + 1) * experts)
    var least = Array(repeating: 0.0, count: switches + 1)
    for losses in stream.rounds {
        // From the most switches down, so that `least` is still the one of the round before.
        for used in stride(from: switches, through: 0, by: -1) {
            let other = used > 0 ? least[used - 1] : .infinity
            var lowest = Double.infinity
            for expert in 0..<experts {
                let place = used * experts + expert
                best[place] = min(best[place], other) + losses[expert]
                lowest = min(lowest, best[place])
            }
            least[used] = lowest
        }
    }
    return least
}

/// Rounding of a few hundred additions of numbers up to a few hundred.
private let rounding = 1e-9

@Suite struct `A rule's regret` {
    static let streams = freshSeeds(1_000).map { LossStream.random(seed: $0) }

    @Test func `is within the bound of Hedge, on 1,000 random streams`() {
        for stream in Self.streams { checkHedge(stream) }
    }

    @Test func `is within the bound of AdaHedge, on 1,000 random streams`() {
        for stream in Self.streams { checkAdaHedge(stream) }
    }

    @Test
    func `is within the bound of Fixed-Share against 0 to 4 switches, on 1,000 random streams`() {
        for stream in Self.streams { checkFixedShare(stream) }
    }

    @Test func `of the uniform average is what the average of the experts says`() {
        for stream in Self.streams {
            let outcome = play(.uniform, stream)
            let mean = outcome.experts.reduce(0, +) / Double(stream.experts)
            #expect(abs(outcome.paid - mean) < rounding, "\(stream.name)")
        }
    }

    @Test(
        .enabled(
            if: Shared.has("ensemble-vectors/spy-targets.csv"),
            "skipped: ../shared/ensemble-vectors is not on this machine"))
    func `is within every bound on the published forecasters' losses`() throws {
        for stream in try LossStream.published() {
            #expect(stream.rounds.joined().allSatisfy { (0...1).contains($0) })
            checkHedge(stream)
            checkAdaHedge(stream)
            checkFixedShare(stream)
        }
    }

    private func checkHedge(_ stream: LossStream) {
        let rounds = Double(stream.rounds.count)
        let complexity = log(Double(stream.experts))
        for eta in [0.05, 0.3, 2] {
            let bound = complexity / eta + eta * rounds / 8
            #expect(play(.hedge(eta: eta), stream).regret <= bound + rounding, "\(stream.name)")
        }
        let tuned = AggregationRule.hedge(rounds: stream.rounds.count, models: stream.experts)
        let bound = (rounds * complexity / 2).squareRoot()
        #expect(play(tuned, stream).regret <= bound + rounding, "\(stream.name)")
    }

    private func checkAdaHedge(_ stream: LossStream) {
        let complexity = log(Double(stream.experts))
        let spread = stream.rounds.map { ($0.max() ?? 0) - ($0.min() ?? 0) }.max() ?? 0
        let outcome = play(.adaHedge, stream)
        let bound =
            2 * (outcome.variance * complexity).squareRoot() + spread * (4 / 3 * complexity + 2)
        #expect(outcome.regret <= bound + rounding, "\(stream.name)")
    }

    private func checkFixedShare(_ stream: LossStream) {
        let rounds = Double(stream.rounds.count)
        let complexity = log(Double(stream.experts))
        let eta = 0.4
        let alpha = 0.02
        let paid = play(.fixedShare(eta: eta, alpha: alpha), stream).paid
        let best = bestSequences(stream, switches: 4)
        for switches in 0...4 {
            let m = Double(switches)
            let bound =
                (m + 1) * complexity / eta - (m * log(alpha) + (rounds - m - 1) * log1p(-alpha))
                / eta
                + eta * rounds / 8
            let regret = paid - best[switches]
            #expect(regret <= bound + rounding, "\(stream.name), \(switches) switches")
        }
    }
}

@Suite struct `The Bayes mixture` {
    /// Probabilities of some experts for coin tosses, and the log losses of mixture and experts.
    struct Tosses {
        var probabilities: [[Double]] = []
        var outcomes: [Bool] = []

        init(seed: UInt64, rounds: Int) {
            var random = SeededGenerator(seed: seed)
            let experts = Int.random(in: 2...8, using: &random)
            for round in 0..<rounds {
                let truth = round % 50 < 25 ? 0.8 : 0.3
                outcomes.append(Double.random(in: 0..<1, using: &random) < truth)
                probabilities.append(
                    (0..<experts).map { _ in Double.random(in: 0.01...0.99, using: &random) })
            }
        }

        func loss(_ p: Double, _ round: Int) -> Double { -log(outcomes[round] ? p : 1 - p) }
    }

    @Test func `loses at most ln N to the best expert on log loss, whatever the data`() {
        for seed in freshSeeds(1_000) {
            let tosses = Tosses(seed: seed, rounds: 200)
            let experts = tosses.probabilities[0].count
            var rule = AggregationRule.hedge(eta: 1).start(
                priors: Array(repeating: 1, count: experts))
            let awake = Array(repeating: true, count: experts)
            var mixture = 0.0
            var sums = Array(repeating: 0.0, count: experts)
            for round in tosses.outcomes.indices {
                let p = tosses.probabilities[round]
                let weights = rule.weights(awake: awake)
                mixture += tosses.loss(zip(p, weights).reduce(0) { $0 + $1.0 * $1.1 }, round)
                let losses = p.map { tosses.loss($0, round) }
                for expert in losses.indices { sums[expert] += losses[expert] }
                rule.update(losses: losses, awake: awake)
            }
            let regret = mixture - (sums.min() ?? 0)
            #expect(regret <= log(Double(experts)) + rounding, "seed \(seed)")
            // Tight: the sum of exp(-regret) over all experts is N exactly.
            let potential = sums.reduce(0) { $0 + exp(mixture - $1) }
            #expect(abs(potential / Double(experts) - 1) < 1e-9, "seed \(seed)")
        }
    }

    @Test func `loses at most ln(1/prior) to each specialist over the rounds it was awake`() {
        for seed in freshSeeds(1_000) {
            let tosses = Tosses(seed: seed, rounds: 200)
            let experts = tosses.probabilities[0].count
            var random = SeededGenerator(seed: seed &+ 7_000)
            let raw = (0..<experts).map { _ in Double.random(in: 0.1...1, using: &random) }
            let priors = raw.map { $0 / raw.reduce(0, +) }
            var rule = AggregationRule.hedge(eta: 1).start(priors: priors)
            var regrets = Array(repeating: 0.0, count: experts)
            for round in tosses.outcomes.indices {
                let awake = (0..<experts).map { _ in Bool.random(using: &random) }
                guard awake.contains(true) else { continue }
                let p = tosses.probabilities[round]
                let weights = rule.weights(awake: awake)
                let before = rule.masses
                let mixture = tosses.loss(zip(p, weights).reduce(0) { $0 + $1.0 * $1.1 }, round)
                let losses = p.map { tosses.loss($0, round) }
                for k in losses.indices where awake[k] { regrets[k] += mixture - losses[k] }
                rule.update(losses: losses, awake: awake)
                let after = rule.masses
                for k in losses.indices where !awake[k] {
                    #expect(abs(before[k] - after[k]) < 1e-12)
                }
            }
            for k in regrets.indices {
                #expect(regrets[k] <= log(1 / priors[k]) + rounding, "seed \(seed), expert \(k)")
            }
        }
    }
}
