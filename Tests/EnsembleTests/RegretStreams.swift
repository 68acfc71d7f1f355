import RialtoEnsemble
import RialtoValues

/// Seeds that nobody has tried before: they are in the message of what fails with them.
func freshSeeds(_ count: Int) -> [UInt64] {
    var random = SystemRandomNumberGenerator()
    return (0..<count).map { _ in random.next() }
}

/// Losses in 0...1 of experts that may sleep, of one of four shapes.
struct RegretStream {
    enum Shape: UInt64, CaseIterable { case noise, alternating, switching, sleeping }

    let seed: UInt64
    let shape: Shape
    var losses: [[Double]] = []
    /// Confidence of each expert in each round: 1 but for the shape `sleeping`.
    var awake: [[Double]] = []

    init(seed: UInt64, rounds: Int = 200, experts: Int? = nil) {
        self.seed = seed
        var random = SeededGenerator(seed: seed)
        shape = Shape.allCases[Int(seed % 4)]
        let n = experts ?? Int.random(in: 2...8, using: &random)
        let skill = (0..<n).map { _ in Double.random(in: 0...1, using: &random) }
        let period = Int.random(in: 10...80, using: &random)
        for round in 0..<rounds {
            var row = skill.map { $0 * Double.random(in: 0...1, using: &random) }
            switch shape {
            case .alternating: row = row.indices.map { (round + $0).isMultiple(of: 2) ? 1 : 0 }
            case .switching:
                for k in row.indices where (round / period) % n != k { row[k] = 1 - row[k] / 2 }
            case .noise, .sleeping: break
            }
            losses.append(row)
            awake.append(
                row.map { _ in
                    guard shape == .sleeping else { return 1 }
                    let draw = Int.random(in: 0..<3, using: &random)
                    return draw == 2 ? Double.random(in: 0...1, using: &random) : Double(draw)
                })
        }
    }

    var experts: Int { losses[0].count }
    var name: String { "seed \(seed), \(shape)" }
}

/// The regrets of each expert against a mixture, round after round.
struct Regrets {
    var sums: [Double]
    var squares: [Double]
    var rounds = 0.0

    init(experts: Int) {
        sums = Array(repeating: 0, count: experts)
        squares = sums
    }

    /// Plays the stream, and calls `check` after each round with the regrets so far.
    static func of(
        _ rule: AggregationRule, _ stream: RegretStream, check: (Regrets) -> Void = { _ in }
    ) -> Regrets {
        var state = rule.start(priors: Array(repeating: 1, count: stream.experts))
        var weights: [Double] = []
        var regrets = Regrets(experts: stream.experts)
        for (losses, awake) in zip(stream.losses, stream.awake) {
            state.weigh(awake, into: &weights)
            let paid = zip(weights, losses).reduce(0) { $0 + $1.0 * $1.1 }
            for k in losses.indices where awake[k] > 0 {
                let regret = awake[k] * (paid - losses[k])
                regrets.sums[k] += regret
                regrets.squares[k] += regret * regret
            }
            regrets.rounds += 1
            state.learn(losses, mixture: nil, awake: awake)
            check(regrets)
        }
        return regrets
    }
}
