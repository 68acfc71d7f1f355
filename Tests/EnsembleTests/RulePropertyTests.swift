import Foundation
import RialtoEnsemble
import RialtoValues
import Testing

@Suite struct `Every rule` {
    static let all: [AggregationRule] = [
        .uniform, .hedge(eta: 0.7), .adaHedge, .fixedShare(eta: 0.5, alpha: 0.05), .ewa(eta: 0.7),
        .ewaShare(eta: 0.5, alpha: 0.05), .mlPoly(.opera), .mlPoly(.paper), .mlProd(.opera),
        .mlProd(.paper), .mlEwa, .boa, .boaFixed(eta: 0.4), .squint(.improper), .squint(.uniform),
        .layers(
            [.specialists(alpha: 0.01), .boa, .mlPoly(.opera), .adaHedge], top: .adaHedge,
            paying: .mean),
        .layers([.hedge(eta: 1), .mlProd(.opera)], top: .hedge(eta: 1), paying: .mix),
    ]

    /// Those that move no mass but between those who were awake; the regrets of the others are
    /// against all.
    static func keepsSleepers(_ rule: AggregationRule) -> Bool {
        switch rule {
        case .uniform, .hedge, .fixedShare: true
        default: false
        }
    }

    @Test(arguments: all)
    func `keeps weights that add up to 1 over the awake, and sleepers' masses as they were`(
        rule: AggregationRule
    ) {
        for seed in UInt64(0)..<200 {
            let stream = LossStream.random(seed: seed, rounds: 100)
            var random = SeededGenerator(seed: seed)
            var state = rule.start(priors: Array(repeating: 1, count: stream.experts))
            for losses in stream.rounds {
                let awake = losses.map { _ in Bool.random(using: &random) }
                let weights = state.weights(awake: awake)
                let before = state.masses
                let sum = weights.reduce(0, +)
                #expect(awake.contains(true) ? abs(sum - 1) < 1e-12 : sum == 0)
                #expect(
                    weights.indices.allSatisfy {
                        weights[$0] >= 0 && (awake[$0] || weights[$0] == 0)
                    })
                state.update(losses: losses, awake: awake)
                let after = state.masses
                #expect(abs(after.reduce(0, +) - 1) < 1e-12)
                guard Self.keepsSleepers(rule) else { continue }
                for k in awake.indices where !awake[k] {
                    #expect(abs(before[k] - after[k]) < 1e-12)
                }
            }
        }
    }

    @Test(arguments: all)
    func `does not care in which order the experts are numbered`(rule: AggregationRule) {
        for seed in UInt64(0)..<100 {
            // Where all regrets are 0 but for rounding, positive parts of them have no order.
            if seed % 4 == 1, Self.takesPositiveParts(rule) { continue }
            let stream = LossStream.random(seed: seed)
            var random = SeededGenerator(seed: seed)
            let order = Array(0..<stream.experts).shuffled(using: &random)
            let mixed = LossStream(
                name: "", rounds: stream.rounds.map { row in order.map { row[$0] } })
            let straight = play(rule, stream).weights.last ?? []
            let other = play(rule, mixed).weights.last ?? []
            for k in order.indices { #expect(abs(other[k] - straight[order[k]]) < 1e-9) }
        }
    }

    static func takesPositiveParts(_ rule: AggregationRule) -> Bool {
        switch rule {
        case .mlPoly: true
        case .layers(let rules, _, _): rules.contains { takesPositiveParts($0) }
        default: false
        }
    }

    @Test(arguments: all)
    func `goes on from a copy with the same bits, whatever the copy does`(rule: AggregationRule) {
        for seed in freshSeeds(20) {
            let stream = RegretStream(seed: seed, rounds: 60)
            var state = rule.start(priors: Array(repeating: 1, count: stream.experts))
            var copy = state
            for (round, losses) in stream.losses.enumerated() {
                if round == 30 { copy = state }
                if round >= 30 {
                    #expect(
                        copy.weights(awake: stream.awake[round])
                            == state.weights(awake: stream.awake[round]))
                    copy.learn(losses, mixture: nil, awake: stream.awake[round])
                }
                state.learn(losses, mixture: nil, awake: stream.awake[round])
            }
            copy.withdraw(0)
            let kept = state.masses
            copy.learn(stream.losses[0], mixture: 0.5, awake: stream.losses[0].map { _ in 1 })
            #expect(state.masses == kept)
        }
    }

    @Test(arguments: all)
    func `has finite weights after losses of any size`(rule: AggregationRule) {
        for seed in freshSeeds(50) {
            var random = SeededGenerator(seed: seed)
            var state = rule.start(priors: [1, 2, 3])
            for _ in 0..<60 {
                let losses = (0..<3).map { _ in
                    Double.random(in: -1...1, using: &random)
                        * pow(10, Double.random(in: -200...90, using: &random))
                }
                let awake = (0..<3).map { _ in Double.random(in: 0...1, using: &random).rounded() }
                state.learn(losses, mixture: nil, awake: awake)
                #expect(state.masses.allSatisfy { $0 >= 0 && $0 <= 1 }, "seed \(seed), \(rule)")
                #expect(abs(state.masses.reduce(0, +) - 1) < 1e-9, "seed \(seed), \(rule)")
            }
        }
    }

    @Test(arguments: all)
    func `conserves a total of 1 when experts come, go, sleep and doubt`(rule: AggregationRule) {
        for seed in freshSeeds(100) {
            var random = SeededGenerator(seed: seed)
            var state = rule.start()
            var members: Set<Int> = []
            for _ in 0..<80 {
                if members.count < 2 || Int.random(in: 0..<8, using: &random) == 0 {
                    state.addSlot()
                    let share = members.isEmpty ? 1 : Double.random(in: 0.01...0.5, using: &random)
                    state.admit(state.count - 1, share: share)
                    members.insert(state.count - 1)
                } else if members.count > 2, Int.random(in: 0..<10, using: &random) == 0 {
                    let gone = members.sorted()[0]
                    state.withdraw(gone)
                    members.remove(gone)
                }
                let losses = (0..<state.count).map { _ in Double.random(in: 0...1, using: &random) }
                let awake = losses.map { _ in
                    Double(Int.random(in: 0...2, using: &random)) / 2
                }
                state.learn(losses, mixture: nil, awake: awake)
                let masses = state.masses
                #expect(abs(masses.reduce(0, +) - 1) < 1e-9, "seed \(seed), \(rule)")
                for slot in masses.indices where !members.contains(slot) {
                    #expect(masses[slot] == 0, "seed \(seed), \(rule)")
                }
            }
        }
    }

    @Test(arguments: all)
    func `uses at t what came before t only`(rule: AggregationRule) {
        for seed in UInt64(0)..<100 {
            let stream = LossStream.random(seed: seed)
            let cut = Int(seed) % 200
            let changed = LossStream(
                name: "",
                rounds: stream.rounds.enumerated().map { $0 < cut ? $1 : $1.map { 1 - $0 } })
            let a = play(rule, stream).weights
            let b = play(rule, changed).weights
            #expect(Array(a[...cut]) == Array(b[...cut]))
        }
    }

    @Test(arguments: all)
    func `takes a new expert's mass pro rata and gives it back pro rata`(rule: AggregationRule) {
        for seed in UInt64(0)..<100 {
            let stream = LossStream.random(seed: seed, rounds: Int(seed) % 60 + 1)
            var state = rule.start(priors: Array(repeating: 1, count: stream.experts))
            let awake = Array(repeating: true, count: stream.experts)
            for losses in stream.rounds { state.update(losses: losses, awake: awake) }
            let before = state.masses
            state.addSlot()
            #expect(state.masses == before + [0])
            state.admit(stream.experts, share: 1 / Double(stream.experts + 1))
            let during = state.masses
            #expect(abs(during.reduce(0, +) - 1) < 1e-12)
            #expect(abs(during[stream.experts] - 1 / Double(stream.experts + 1)) < 1e-9)
            for k in before.indices {
                let kept = before[k] * Double(stream.experts) / Double(stream.experts + 1)
                #expect(abs(during[k] - kept) < 1e-9, "seed \(seed)")
            }
            state.withdraw(stream.experts)
            for (a, b) in zip(before, state.masses) { #expect(abs(a - b) < 1e-9) }
        }
    }

    @Test(arguments: all)
    func `has no weights when nobody is awake, and learns nothing then`(rule: AggregationRule) {
        var state = rule.start(priors: [1, 1])
        #expect(state.weights(awake: [false, false]) == [0, 0])
        state.update(losses: [.nan, .nan], awake: [false, false])
        #expect(state.masses == [0.5, 0.5])
        #expect(rule.start().masses.isEmpty)
    }
}

@Suite struct `AdaHedge` {
    @Test func `does not change when losses are shifted or scaled`() {
        for seed in UInt64(0)..<200 {
            let stream = LossStream.random(seed: seed)
            let plain = play(.adaHedge, stream).weights
            for (scale, shift) in [(1.0, 5.0), (1_000, 0), (0.001, -3), (7, 100)] {
                let other = LossStream(
                    name: "", rounds: stream.rounds.map { $0.map { $0 * scale + shift } })
                for (a, b) in zip(plain, play(.adaHedge, other).weights) {
                    for k in a.indices { #expect(abs(a[k] - b[k]) < 1e-6, "seed \(seed)") }
                }
            }
        }
    }

    @Test func `follows the leaders until the first difference costs something`() {
        var rule = AggregationRule.adaHedge.start(priors: [1, 1, 2])
        #expect(rule.masses == [0.25, 0.25, 0.5])
        rule.update(losses: [3, 3, 3], awake: [true, true, true])
        #expect(rule.masses == [0.25, 0.25, 0.5])
    }

    @Test func `admits and withdraws without moving anybody's mass but pro rata`() {
        for seed in freshSeeds(300) {
            var random = SeededGenerator(seed: seed)
            var rule = AggregationRule.adaHedge.start(priors: [1, 1])
            // Losses that hardly differ at first: the rate is as large as it can be.
            var size = 1e-17
            for _ in 0..<60 {
                let losses = (0..<rule.count).map { _ in
                    0.5 + size * Double.random(in: 0..<1, using: &random)
                }
                rule.update(losses: losses, awake: losses.map { _ in true })
                size *= 1 + Double.random(in: 0..<2, using: &random)
                guard Int.random(in: 0..<4, using: &random) == 0 else { continue }
                let before = rule.masses
                rule.addSlot()
                let share = 0.05 + Double.random(in: 0..<0.5, using: &random)
                rule.admit(rule.count - 1, share: share)
                #expect(abs(rule.masses[rule.count - 1] - share) < 1e-9, "seed \(seed)")
                for (slot, mass) in before.enumerated() {
                    #expect(abs(rule.masses[slot] - mass * (1 - share)) < 1e-9, "seed \(seed)")
                }
                let grown = rule.masses
                guard Int.random(in: 0..<2, using: &random) == 0, grown[0] < 0.9, grown[0] > 0
                else { continue }
                var fewer = rule
                fewer.withdraw(0)
                for slot in 1..<rule.count {
                    let wanted = grown[slot] / (1 - grown[0])
                    #expect(abs(fewer.masses[slot] - wanted) < 1e-9, "seed \(seed)")
                }
            }
        }
    }

    @Test func `charges a sleeper what the mixture pays, so its guarantee holds for specialists`() {
        for seed in UInt64(0)..<300 {
            let stream = LossStream.random(seed: seed)
            var random = SeededGenerator(seed: seed)
            var rule = AggregationRule.adaHedge.start(
                priors: Array(repeating: 1, count: stream.experts))
            var regret = Array(repeating: 0.0, count: stream.experts)
            for losses in stream.rounds {
                let awake = losses.map { _ in Bool.random(using: &random) }
                guard awake.contains(true) else { continue }
                let weights = rule.weights(awake: awake)
                let mean = zip(weights, losses).reduce(0) { $0 + $1.0 * $1.1 }
                for k in losses.indices where awake[k] { regret[k] += mean - losses[k] }
                rule.update(losses: losses, awake: awake)
            }
            let rounds = Double(stream.rounds.count)
            let complexity = 2.08  // ln 8, the most experts
            let bound = 2 * (rounds / 4 * complexity).squareRoot() + 4 / 3 * complexity + 2
            #expect(regret.allSatisfy { $0 <= bound }, "seed \(seed)")
        }
    }
}

@Suite struct `Exponential weights of forecasts` {
    @Test func `say the same when an expert is doubled and its prior split`() {
        for seed in freshSeeds(200) {
            let stream = RegretStream(seed: seed, rounds: 100)
            let experts = stream.experts
            let ones = Array(repeating: 1.0, count: experts - 1)
            for gradient in [false, true] {
                var one = PointMixture(
                    .ewa(eta: 0.6), priors: ones + [1], loss: .square, usesGradient: gradient)
                var two = PointMixture(
                    .ewa(eta: 0.6), priors: ones + [0.5, 0.5], loss: .square,
                    usesGradient: gradient)
                for (x, awake) in zip(stream.losses, stream.awake) {
                    let a = one.predict(x, awake: awake)
                    let b = two.predict(x + [x[experts - 1]], awake: awake + [awake[experts - 1]])
                    #expect(abs((a ?? -1) - (b ?? -1)) < 1e-12, "seed \(seed)")
                    one.settle(outcome: x[0] * x[1])
                    two.settle(outcome: x[0] * x[1])
                }
            }
        }
    }
}

@Suite struct `Hedge` {
    @Test func `gives an expert and its duplicate together what the expert had`() {
        for seed in UInt64(0)..<100 {
            let stream = LossStream.random(seed: seed)
            var one = AggregationRule.hedge(eta: 0.5).start(
                priors: Array(repeating: 2, count: stream.experts))
            var two = AggregationRule.hedge(eta: 0.5).start(
                priors: Array(repeating: 2, count: stream.experts - 1) + [1, 1])
            let awake = Array(repeating: true, count: stream.experts)
            for losses in stream.rounds {
                one.update(losses: losses, awake: awake)
                two.update(losses: losses + [losses[losses.count - 1]], awake: awake + [true])
                let single = one.masses
                let split = two.masses
                let pair = split[stream.experts - 1] + split[stream.experts]
                #expect(abs(single[stream.experts - 1] - pair) < 1e-12)
                for k in 0..<stream.experts - 1 { #expect(abs(single[k] - split[k]) < 1e-12) }
            }
        }
    }

    @Test func `does not lose an expert to underflow`() {
        var rule = AggregationRule.hedge(eta: 1).start(priors: [1, 1])
        for _ in 0..<5_000 { rule.update(losses: [0, 1], awake: [true, true]) }
        #expect(rule.masses == [1, 0])
        for _ in 0..<5_000 { rule.update(losses: [1, 0], awake: [true, true]) }
        #expect(abs(rule.masses[0] - 0.5) < 1e-9)
    }
}
