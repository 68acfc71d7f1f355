import Glibc

/// The forecast of a probability that no outcome makes worse than the mixture of losses: better
/// than the mean of forecasts under square loss.
///
/// With weights of Hedge at rate 2 on Brier loss: at most ln N / 2 worse than the best expert over
/// any number of rounds.
/// - Source: Vovk 1990 (aggregating algorithm), square loss on 0...1.
package enum AggregatingForecast {
    /// The rate that belongs to it.
    package static let eta = 2.0

    /// Returns the forecast, 0...1.
    ///
    /// - Parameter weights: They add up to 1.
    /// - Parameter probabilities: One for each weight, 0...1; those without weight are not read.
    package static func brier(weights: [Double], probabilities: [Double]) -> Double {
        let apart = mix(weights, probabilities, 0) - mix(weights, probabilities, 1)
        return min(max((1 + apart) / 2, 0), 1)
    }

    private static func mix(_ weights: [Double], _ p: [Double], _ y: Double) -> Double {
        var sum = 0.0
        for expert in weights.indices where weights[expert] > 0 {
            sum += weights[expert] * exp(-eta * (p[expert] - y) * (p[expert] - y))
        }
        return -log(sum) / eta
    }
}
