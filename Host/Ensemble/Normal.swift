import Glibc

/// The standard normal distribution.
enum Normal {
    /// Probability of at most `x`.
    static func probability(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

    /// The value that is not passed with probability `level`, above 0 and below 1.
    ///
    /// By halving an interval that holds it: 60 steps, and no constants to get wrong.
    static func quantile(_ level: Double) -> Double {
        var (low, high) = (-9.0, 9.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if probability(middle) < level { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
