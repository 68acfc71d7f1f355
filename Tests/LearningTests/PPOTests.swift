import RialtoLearning
import RialtoValues
import Testing

/// A market whose next return is half the signal that it shows, plus noise; a change of position
/// costs. Actions 0, 1 and 2 are positions of -1, 0 and 1; episodes have 64 steps.
private struct ToyMarket: Environment {
    static let cost = 0.05
    private var random: SeededGenerator
    private(set) var signal = 0.0
    private(set) var position = 0.0
    private var steps = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        move()
    }

    private mutating func noise() -> Double {
        (0..<12).reduce(-6) { sum, _ in sum + random.unit() }
    }

    private mutating func move() { signal = 0.9 * signal + 0.44 * noise() }

    func observe(_ numbers: UnsafeMutableBufferPointer<Double>) {
        numbers[0] = signal
        numbers[1] = position
    }

    mutating func step(_ action: Int) -> (reward: Double, isLast: Bool) {
        let wanted = Double(action - 1)
        let reward = wanted * (0.5 * signal + noise()) - Self.cost * abs(wanted - position)
        position = wanted
        move()
        steps += 1
        guard steps % 64 == 0 else { return (reward, false) }
        position = 0
        return (reward, true)
    }
}

@Suite struct `A policy that learns by proximal optimisation` {
    /// Mean reward of a step over fresh seeds.
    private static func worth(_ choose: (ToyMarket, inout SeededGenerator) -> Int) -> Double {
        var sum = 0.0, random = SeededGenerator(seed: 99)
        for seed in UInt64(1000)..<1020 {
            var market = ToyMarket(seed: seed)
            for _ in 0..<1024 { sum += market.step(choose(market, &random)).reward }
        }
        return sum / (20 * 1024)
    }

    private static func learned(seed: UInt64, rounds: Int = 30) throws -> PPO {
        let shape = try PolicyShape(observations: 2, actions: 3, width: 16)
        var ppo = PPO(shape, PPO.Settings(), seed: seed), market = ToyMarket(seed: seed)
        for _ in 0..<rounds { _ = ppo.round(&market) }
        return ppo
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `beats chance and holding on fresh seeds, and comes close to the right policy`(
        _ seed: UInt64
    ) throws {
        var player = try Self.learned(seed: seed).player
        let found = Self.worth { market, _ in
            player.observe { market.observe($0) }
            player.tape.forward()
            return player.best()
        }
        let random = Self.worth { _, random in random.below(3) }
        let hold = Self.worth { _, _ in 2 }
        let right = Self.worth { market, _ in
            abs(market.signal) < 0.1 ? Int(market.position) + 1 : (market.signal > 0 ? 2 : 0)
        }
        #expect(right > 0.3)
        #expect(found > 0.9 * right, "found \(found), right \(right)")
        #expect(found > max(random, hold) + 0.2, "random \(random), hold \(hold)")
    }

    @Test func `is the same for the same seed, bit for bit`() throws {
        let weights = try (0..<2).map { _ in
            try Self.learned(seed: 5, rounds: 3).player.tape.weights
        }
        #expect(weights[0] == weights[1])
        #expect(try Self.learned(seed: 6, rounds: 3).player.tape.weights != weights[0])
    }
}
