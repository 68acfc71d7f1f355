/// Mixtures side by side over the same forecasts, and one above that mixes what they say.
///
/// A regime is a context known before the forecast, such as a bucket of volatility. Each has its
/// own copy of every base mixture; copies of other regimes sleep, keep what they know and are
/// experts of the top like all others, so nothing switches hard.
package struct LayeredMixture: Sendable {
    /// How one base mixture weighs.
    package struct Base: Sendable {
        package let rule: AggregationRule
        package let usesGradient: Bool

        package init(_ rule: AggregationRule, usesGradient: Bool) {
            self.rule = rule
            self.usesGradient = usesGradient
        }
    }

    private var base: [PointMixture]
    private var top: PointMixture
    private let regimes: Int
    private let kinds: Int
    /// The copies that spoke in each pending round, in the order of issue.
    private var spoke: [[Int]] = []

    /// - Parameter regimes: Number of regimes, 0 for none; copies come on top of the general ones.
    package init(
        _ kinds: [Base], top: Base, experts: Int, loss: PointLoss, regimes: Int
    ) {
        precondition(!kinds.isEmpty && experts > 0 && regimes >= 0)
        self.kinds = kinds.count
        self.regimes = regimes
        let priors = Array(repeating: 1.0, count: experts)
        base = (0...regimes).flatMap { _ in
            kinds.map {
                PointMixture($0.rule, priors: priors, loss: loss, usesGradient: $0.usesGradient)
            }
        }
        self.top = PointMixture(
            top.rule, priors: Array(repeating: 1, count: base.count), loss: loss,
            usesGradient: top.usesGradient)
    }

    /// The part of each base mixture in the last forecast: the general ones, then each regime's.
    package var parts: [Double] { top.weights }

    /// Opens a round and returns the mixed forecast; nil when nobody awake told a number.
    ///
    /// - Parameter regime: The regime in force, 0 and up; nil when none is known.
    package mutating func predict(
        _ forecasts: [Double], awake: [Double], regime: Int?
    ) -> Double? {
        precondition(regime.map { 0 <= $0 && $0 < regimes } ?? true)
        var said = Array(repeating: 0.0, count: base.count)
        var isAwake = said
        var copies = Array(0..<kinds)
        if let regime { copies += ((regime + 1) * kinds)..<((regime + 2) * kinds) }
        for copy in copies {
            guard let mixed = base[copy].predict(forecasts, awake: awake) else { continue }
            (said[copy], isAwake[copy]) = (mixed, 1)
        }
        spoke.append(copies)
        return top.predict(said, awake: isAwake)
    }

    /// Closes the oldest round; see ``PointMixture/settle(outcome:)``.
    @discardableResult
    package mutating func settle(outcome: Double) -> Double? {
        precondition(!spoke.isEmpty)
        for copy in spoke.removeFirst() { base[copy].settle(outcome: outcome) }
        return top.settle(outcome: outcome)
    }
}
