/// Forecasts of one number, mixed by a rule, each round settled when its outcome is known.
///
/// Rounds may overlap: a forecast uses what was settled by then, and outcomes come in the order of
/// issue. With the gradient trick the rule competes with the best mixture of experts, not with the
/// best expert alone.
package struct PointMixture: Sendable {
    /// Rounds that may wait for their outcome: the caller settles before it opens one more.
    package static let pendingMax = 65_536

    private struct Round: Sendable {
        let forecasts: [Double]
        let awake: [Double]
        /// Nil when nobody spoke.
        let mixed: Double?
    }

    package let loss: PointLoss
    package let usesGradient: Bool
    /// Forecasts of each expert that were no numbers and taken for silence.
    package private(set) var faults: [Int]
    /// Weights of the last round: they add up to 1 over who spoke.
    package private(set) var weights: [Double]
    private var rule: any ExpertRule
    private var pending: [Round] = []
    private var head = 0
    private var losses: [Double]

    package init(
        _ rule: AggregationRule, priors: [Double], loss: PointLoss, usesGradient: Bool
    ) {
        self.loss = loss
        self.usesGradient = usesGradient
        self.rule = rule.start(priors: priors)
        faults = Array(repeating: 0, count: priors.count)
        weights = Array(repeating: 0, count: priors.count)
        losses = weights
    }

    /// Rounds that wait for their outcome.
    package var pendingCount: Int { pending.count - head }

    /// The share of each expert in the whole mass, awake or not.
    package var masses: [Double] { rule.masses }

    /// Opens a round and returns the mixed forecast; nil when nobody who is awake told a number.
    ///
    /// - Parameter forecasts: One for each expert; what is no number is a fault, and sleep.
    /// - Parameter awake: Confidence of each, 0...1; 0 is asleep.
    package mutating func predict(_ forecasts: [Double], awake: [Double]) -> Double? {
        precondition(forecasts.count == faults.count)
        precondition(awake.count == faults.count)
        precondition(pendingCount < Self.pendingMax)
        var heard = awake
        for expert in forecasts.indices where awake[expert] > 0 && !forecasts[expert].isFinite {
            heard[expert] = 0
            faults[expert] += 1
        }
        rule.weigh(heard, into: &weights)
        var mixed = 0.0
        for expert in forecasts.indices where weights[expert] > 0 {
            mixed += weights[expert] * forecasts[expert]
        }
        let isHeard = weights.contains { $0 > 0 } && mixed.isFinite
        pending.append(Round(forecasts: forecasts, awake: heard, mixed: isHeard ? mixed : nil))
        return isHeard ? mixed : nil
    }

    /// Closes the oldest round. An outcome that is no number teaches nothing.
    ///
    /// - Returns: What the mixture paid; nil when it said nothing or the outcome is no number.
    @discardableResult
    package mutating func settle(outcome: Double) -> Double? {
        precondition(pendingCount > 0)
        let round = pending[head]
        head += 1
        if head >= 64, head * 2 >= pending.count {
            pending.removeFirst(head)
            head = 0
        }
        guard let mixed = round.mixed, outcome.isFinite else { return nil }
        let paid = usesGradient ? loss.slope(mixed, outcome) * mixed : loss.value(mixed, outcome)
        var awake = round.awake
        for expert in losses.indices where awake[expert] > 0 {
            let x = round.forecasts[expert]
            losses[expert] =
                usesGradient ? loss.slope(mixed, outcome) * x : loss.value(x, outcome)
            // A loss beyond all numbers cannot be weighed.
            if !losses[expert].isFinite { awake[expert] = 0 }
        }
        if paid.isFinite { rule.learn(losses, mixture: paid, awake: awake) }
        return loss.value(mixed, outcome)
    }
}
