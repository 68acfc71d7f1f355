import RialtoExecution
import RialtoValues
import Testing

private func random(_ seed: UInt64) -> AlmgrenChriss {
    var random = SeededGenerator(seed: seed)
    let spread = Double.random(in: 0.001...1, using: &random)
    return AlmgrenChriss(
        quantity: .random(in: 1...1e6, using: &random),
        duration: .random(in: 0.001...5, using: &random),
        slices: .random(in: 1...240, using: &random),
        impact: .init(
            sigma: .random(in: 0...5, using: &random), spread: spread,
            dailyVolume: .random(in: 10...1e7, using: &random)),
        aversion: .random(in: 0...3, using: &random) == 0
            ? 0 : .random(in: 0...1e-3, using: &random))
}

@Suite struct `The schedule of Almgren and Chriss` {
    @Test func `is done exactly, never turns back, and hurries at the start`() {
        for seed in UInt64(0)..<2000 {
            let schedule = random(seed)
            let held = schedule.holdings, trades = schedule.trades
            #expect(held.count == schedule.slices + 1 && held.last == 0, "seed \(seed)")
            #expect(zip(held, held.dropFirst()).allSatisfy { $0 >= $1 }, "seed \(seed)")
            let slack = schedule.quantity * 1e-9
            #expect(zip(trades, trades.dropFirst()).allSatisfy { $0 >= $1 - slack }, "seed \(seed)")
            #expect(abs(trades.reduce(0, +) - schedule.quantity) < slack, "seed \(seed)")
            guard let weights = schedule.cumulative else { continue }
            #expect(weights.last == 1_000_000_000_000, "seed \(seed)")
            #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 <= $1 }, "seed \(seed)")
        }
    }

    @Test func `is even without aversion`() {
        let impact = AlmgrenChriss.Impact(sigma: 1, spread: 0.1, dailyVolume: 1e6)
        let schedule = AlmgrenChriss(
            quantity: 90, duration: 1, slices: 9, impact: impact, aversion: 0)
        #expect(schedule.trades.allSatisfy { abs($0 - 10) < 1e-9 } && schedule.kappa == 0)
    }

    /// What the schedule is the least of.
    private func burden(_ trades: [Double], _ s: AlmgrenChriss) -> Double {
        let tau = s.duration / Double(s.slices)
        let eta = s.impact.eta - s.impact.gamma * tau / 2
        var left = s.quantity, sum = 0.0
        for trade in trades {
            left -= trade
            sum +=
                eta / tau * trade * trade
                + s.aversion * s.impact.sigma * s.impact.sigma * tau * left * left
        }
        return sum
    }

    @Test func `costs less than any schedule near it`() {
        for seed in UInt64(0)..<500 {
            let schedule = random(seed)
            guard schedule.isDefined, schedule.slices > 1 else { continue }
            var random = SeededGenerator(seed: seed &+ 99)
            let least = burden(schedule.trades, schedule)
            for _ in 0..<5 {
                var other = schedule.trades
                let moved = schedule.quantity * Double.random(in: -0.1...0.1, using: &random)
                other[Int.random(in: 0..<(other.count - 1), using: &random)] += moved
                other[other.count - 1] -= moved
                #expect(burden(other, schedule) >= least * (1 - 1e-9), "seed \(seed)")
            }
        }
    }

    @Test func `is not defined where lasting impact outweighs the passing one`() {
        let schedule = AlmgrenChriss(
            quantity: 1, duration: 1, slices: 1,
            impact: .init(sigma: 1, epsilon: 0, gamma: 2, eta: 1), aversion: 1)
        #expect(!schedule.isDefined && schedule.cumulative == nil)
    }
}
