import RialtoEnsemble
import RialtoValues
import Testing

/// Strategies whose capital follows what a review says, at once and whole.
private struct Pool {
    var allocation: CapitalAllocation
    var worths: [Double]
    private(set) var moves: [CapitalReview] = []
    private(set) var reviews: [CapitalReview] = []

    init(_ configuration: CapitalConfiguration, _ worths: [Double]) {
        self.worths = worths
        allocation = CapitalAllocation(configuration, parts: worths)
    }

    mutating func earn(_ growths: [Double], ended: Set<Int> = []) {
        worths = zip(worths, growths).map { $0 * (1 + $1) }
        let whole = worths.reduce(0, +)
        let review = allocation.review(
            growths.enumerated().map {
                CapitalResult(
                    growth: $1, part: worths[$0] / whole, hasEnded: ended.contains($0))
            })
        reviews.append(review)
        guard review.moves else { return }
        worths = review.wanted.map { $0 * whole }
        allocation.moved()
        moves.append(review)
    }
}

private func settings(
    _ rule: CapitalRule = .experts(.squint(.improper)), probation: Int = 5, floor: Double? = nil,
    cap: Double? = nil, band: Double = 0.01, cost_bps: Double = 10
) -> CapitalConfiguration {
    CapitalConfiguration(
        rule: rule, interval_ns: 86_400_000_000_000, probation: probation, partMin: floor,
        partMax: cap, band: band, cost_bps: cost_bps)
}

@Suite struct `Capital between strategies` {
    @Test func `goes to who earns, and beats leaving it where it was`() {
        for seed in freshSeeds(40) {
            for rule: CapitalRule in [
                .experts(.squint(.improper)), .experts(.adaHedge), .experts(.mlPoly(.paper)),
                .exponentiatedGradient(eta: 5), .newtonStep(beta: 0.05),
            ] {
                var random = SeededGenerator(seed: seed)
                var pool = Pool(settings(rule), [100, 100, 100])
                var left = pool.worths
                for _ in 0..<400 {
                    let growths = [0.004, 0, -0.004].map {
                        $0 + Double.random(in: -0.01...0.01, using: &random)
                    }
                    pool.earn(growths)
                    left = zip(left, growths).map { $0 * (1 + $1) }
                }
                let whole = pool.worths.reduce(0, +)
                #expect(pool.worths[0] / whole > 0.9, "seed \(seed), \(rule)")
                #expect(whole > left.reduce(0, +), "seed \(seed), \(rule)")
            }
        }
    }

    @Test func `keeps to floor and cap, and parts add up to 1, whatever is earned`() {
        for seed in freshSeeds(200) {
            var random = SeededGenerator(seed: seed)
            let rules: [CapitalRule] =
                [.squint(.uniform), .adaHedge, .fixedShare(eta: 2, alpha: 0.05), .boa, .uniform]
                .map { .experts($0) }
                + [.exponentiatedGradient(eta: 1), .newtonStep(beta: 0.1), .universal]
            var pool = Pool(
                settings(rules[Int(seed % 8)], floor: 0.05, cap: 0.5),
                (0..<4).map { _ in Double.random(in: 1...1_000, using: &random) })
            for _ in 0..<60 {
                let size = pow10(Double.random(in: -6...(-0.5), using: &random))
                pool.earn((0..<4).map { _ in Double.random(in: -size...size, using: &random) })
                let parts = pool.reviews[pool.reviews.count - 1].wanted
                #expect(abs(parts.reduce(0, +) - 1) < 1e-9, "seed \(seed): \(parts)")
                #expect(
                    parts.allSatisfy { $0 > 0.05 - 1e-9 && $0 < 0.5 + 1e-9 },
                    "seed \(seed): \(parts)")
            }
        }
    }

    @Test func `does not move before probation is over, nor inside the band`() {
        for seed in freshSeeds(40) {
            var random = SeededGenerator(seed: seed)
            var early = Pool(settings(probation: 30, cost_bps: 0), [1, 1])
            var wide = Pool(settings(band: 1, cost_bps: 0), [1, 1])
            for _ in 0..<30 {
                let growths = [0.01, -0.01].map {
                    $0 + Double.random(in: -0.001...0.001, using: &random)
                }
                early.earn(growths)
                wide.earn(growths)
            }
            #expect(early.moves.isEmpty && wide.moves.isEmpty, "seed \(seed)")
            for _ in 0..<5 { early.earn([0.01, -0.01]) }
            #expect(!early.moves.isEmpty, "seed \(seed)")
        }
    }

    @Test func `waits until waiting has cost what moving is counted at`() {
        var dear = 0, cheap = 0
        for seed in freshSeeds(100) {
            var random = SeededGenerator(seed: seed)
            var pools = [0.0, 50].map { Pool(settings(cost_bps: $0), [1, 1, 1]) }
            for _ in 0..<200 {
                let growths = (0..<3).map { _ in Double.random(in: -0.02...0.02, using: &random) }
                for index in pools.indices { pools[index].earn(growths) }
            }
            for pool in pools {
                #expect(pool.moves.allSatisfy { $0.cost <= $0.forgone }, "seed \(seed)")
            }
            cheap += pools[0].moves.count
            dear += pools[1].moves.count
        }
        #expect(dear * 2 < cheap, "what is dear is done seldom: \(dear) and \(cheap)")
        #expect(dear > 0)
    }

    @Test func `leaves a strategy whose plugin is gone at once, and for good`() {
        var pool = Pool(settings(probation: 50), [10, 10, 10])
        pool.earn([0.01, 0, 0])
        pool.earn([0.01, 0, 0], ended: [0])
        #expect(pool.moves.count == 1 && pool.moves[0].losses[0] == 1)
        #expect(pool.worths[0] == 0 && pool.worths[1] > 10 && pool.worths[2] > 10)
        for _ in 0..<80 { pool.earn([.nan, 0.001, -0.001].map { $0.isNaN ? 0 : $0 }, ended: [0]) }
        #expect(pool.worths[0] == 0)
    }

    @Test(arguments: [CapitalRule.experts(.squint(.improper)), .newtonStep(beta: 1), .universal])
    func `stays where it is when all are gone`(rule: CapitalRule) {
        var pool = Pool(settings(rule), [10, 10])
        pool.earn([0.01, 0])
        pool.earn([0.01, 0], ended: [0, 1])
        #expect(pool.moves.isEmpty && pool.reviews[1].wanted == [0, 0])
    }

    @Test(arguments: [
        CapitalRule.exponentiatedGradient(eta: 0.05), .newtonStep(beta: 1), .universal,
    ])
    func `of an online portfolio goes on without who is gone, and outlives a total loss`(
        rule: CapitalRule
    ) {
        for seed in freshSeeds(50) {
            var random = SeededGenerator(seed: seed)
            var pool = Pool(settings(rule, probation: 0, cost_bps: 0), [10, 10, 10])
            for round in 0..<100 {
                let growths = (0..<3).map { _ in Double.random(in: -0.1...0.1, using: &random) }
                pool.earn(
                    round == 40 ? [growths[0], -1, growths[2]] : growths,
                    ended: round < 60 ? [] : [0])
                let wanted = pool.reviews[round].wanted
                #expect(abs(wanted.reduce(0, +) - 1) < 1e-9, "seed \(seed), round \(round)")
                #expect(wanted.allSatisfy { $0 >= 0 }, "seed \(seed), round \(round)")
                if round >= 60 { #expect(wanted[0] == 0) }
            }
        }
    }

    @Test func `by the universal portfolio earns what the mean of all constant parts would`() {
        for seed in freshSeeds(20) {
            var random = SeededGenerator(seed: seed)
            var pool = Pool(
                settings(.universal, probation: 0, band: 0.000_001, cost_bps: 0), [1, 1])
            var others = (0...500).map { (part: Double($0) / 500, worth: 1.0) }
            for _ in 0..<200 {
                let growths = (0..<2).map { _ in Double.random(in: -0.1...0.1, using: &random) }
                pool.earn(growths)
                for index in others.indices {
                    let part = others[index].part
                    others[index].worth *= 1 + part * growths[0] + (1 - part) * growths[1]
                }
            }
            let mean = others.reduce(0) { $0 + $1.worth } / 501
            // It moves only when waiting has cost something, so it need not be there at once.
            #expect(abs(pool.worths.reduce(0, +) / 2 / mean - 1) < 0.05, "seed \(seed)")
        }
    }
}

private func pow10(_ exponent: Double) -> Double {
    var value = 1.0
    for _ in 0..<Int(-exponent * 10) { value *= 0.794_328_234_724_281_5 }
    return value
}
