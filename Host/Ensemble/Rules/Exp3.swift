import Glibc

/// Weights when only the expert that was acted upon is paid.
///
/// Every expert is played with probability `exploration` / N at least, and what it earns counts
/// 1 / probability times. Mean regret at most 2 sqrt(e - 1) sqrt(T N ln N) for rewards in 0...1.
/// - Source: Auer, Cesa-Bianchi, Freund, Schapire 2002.
package struct Exp3: Sendable {
    /// The share of rounds that explore, above 0, at most 1.
    package let exploration: Double
    private var sums: [Double]

    package init(experts: Int, exploration: Double) {
        precondition(experts > 0)
        precondition(exploration > 0 && exploration <= 1)
        self.exploration = exploration
        sums = Array(repeating: 0, count: experts)
    }

    /// The exploration that is best over a stated number of rounds.
    package static func exploration(rounds: Int, experts: Int) -> Double {
        precondition(rounds > 0 && experts > 0)
        let n = Double(max(experts, 2))
        return min(1, (n * log(n) / ((M_E - 1) * Double(rounds))).squareRoot())
    }

    /// The probability of playing each of the awake, which add up to 1; all 0 when none is.
    package func probabilities(awake: [Double]) -> [Double] {
        let number = Double(awake.count { $0 > 0 })
        var top = -Double.infinity
        for expert in sums.indices where awake[expert] > 0 { top = max(top, sums[expert]) }
        guard number > 0 else { return Array(repeating: 0, count: sums.count) }
        var total = 0.0
        for expert in sums.indices where awake[expert] > 0 { total += exp(sums[expert] - top) }
        return sums.indices.map { expert in
            guard awake[expert] > 0 else { return 0 }
            return (1 - exploration) * exp(sums[expert] - top) / total + exploration / number
        }
    }

    /// Returns the expert to play, nil when all sleep. `uniform` is a random number in 0..<1.
    package func choose(awake: [Double], uniform: Double) -> Int? {
        let parts = probabilities(awake: awake)
        var sum = 0.0
        for expert in parts.indices where parts[expert] > 0 {
            sum += parts[expert]
            if uniform < sum { return expert }
        }
        return parts.lastIndex { $0 > 0 }
    }

    /// Pays the expert that was played. A reward that is no number teaches nothing.
    ///
    /// - Parameter reward: 0...1, more is better; beyond it is cut off.
    /// - Parameter probability: The one it was played with, above 0.
    package mutating func pay(_ expert: Int, reward: Double, probability: Double) {
        precondition(probability > 0)
        guard reward.isFinite else { return }
        let estimate = min(max(reward, 0), 1) / probability
        sums[expert] += exploration * estimate / Double(sums.count)
    }
}
