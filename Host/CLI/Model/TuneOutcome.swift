import Glibc

/// What tuning was worth: on what no trial has seen, and what luck alone would have shown.
struct TuneOutcome {
    private let isLoss: Bool
    private let untuned: Double
    private let best: Double
    private let values: [Double]
    private let comparison: ModelComparison

    init(
        _ plan: TunePlan, _ trials: [TuneTrial], _ best: TuneTrial, _ untuned: Double,
        _ comparison: ModelComparison
    ) {
        isLoss = plan.isLoss
        self.untuned = untuned
        self.best = best.value ?? .nan
        values = trials.compactMap(\.value)
        self.comparison = comparison
    }

    /// How far the best of some equal tries lies beyond their mean, in deviations.
    ///
    /// - Source: Bailey and Lopez de Prado, "The Deflated Sharpe Ratio", 2014, equation 1.
    static func luck(of count: Int) -> Double {
        guard count > 1 else { return 0 }
        let gamma = 0.577_215_664_901_532_9, n = Double(count)
        return (1 - gamma) * quantile(1 - 1 / n) + gamma * quantile(1 - 1 / (n * exp(1)))
    }

    /// Of the normal distribution, by halving an interval that holds it.
    private static func quantile(_ level: Double) -> Double {
        var (low, high) = (-9.0, 9.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if 0.5 * erfc(-middle / 2.0.squareRoot()) < level {
                low = middle
            } else {
                high = middle
            }
        }
        return (low + high) / 2
    }

    /// What the best trial would have scored if all were equally good, by their spread.
    var byLuck: Double {
        let count = Double(values.count), mean = values.reduce(0, +) / count
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = values.count > 1 ? (squares / (count - 1)).squareRoot() : 0
        let reach = deviation * Self.luck(of: values.count)
        return isLoss ? mean - reach : mean + reach
    }

    var facts: [(Table.Column, Cell)] {
        let unit = isLoss ? "log loss, nats" : "net, bps a bar"
        func number(_ value: Double) -> Cell { .number(value, decimals: 5) }
        return [
            (.init("trial_untuned", "in trials, untuned, \(unit)"), number(untuned)),
            (.init("trial_best", "in trials, best"), number(best)),
            (.init("trial_luck", "in trials, best by luck alone"), number(byLuck)),
            (
                .init("beyond_luck", "in trials, better than luck by"),
                number(isLoss ? byLuck - best : best - byLuck)
            ),
            (.init("held_untuned", "unseen, untuned, \(unit)"), number(comparison.second)),
            (.init("held_tuned", "unseen, tuned"), number(comparison.first)),
            (.init("stretches"), .count(comparison.stretches)),
            (.init("gain", "unseen, tuned is better by"), number(comparison.gain.mean)),
            (.init("gain_low", "  at least, 95 %"), number(comparison.gain.low)),
            (.init("gain_high", "  at most, 95 %"), number(comparison.gain.high)),
            (.init("verdict"), .text(verdict)),
        ]
    }

    private var verdict: String {
        if comparison.gain.low > 0 { return "tuning paid, beyond chance" }
        if comparison.gain.high < 0 { return "tuning did harm, beyond chance: it fits the past" }
        return "no difference beyond chance: the untuned model is as good"
    }
}
