import Glibc

/// What a model pays for a forecast once the outcome is known. Lower is better.
package enum LossKind: Equatable, Sendable {
    /// -ln of the probability given to what happened, with probabilities clipped to 0.01...0.99, so
    /// 0...4.61. An unchanged price counts half for each side.
    case logLoss
    /// (1 - u) / 2, 0...1, where u is the return of the position less the cost of changing it, in
    /// units of three deviations of the return, clipped to -1...1.
    ///
    /// `cost_bps` is charged per unit of position changed, in basis points of notional;
    /// `sigmaFloor` is the smallest deviation used, a fraction above 0.
    case netUtility(cost_bps: Double, sigmaFloor: Double)

    /// Probabilities further out than this from 0 and 1 are clipped for log loss.
    package static let probabilityMin = 0.01
    /// Deviations of the return that make a utility of 1.
    static let scale = 3.0

    static func logLoss(probabilityUp: Double, outcome: Double) -> Double {
        let p = min(max(probabilityUp, probabilityMin), 1 - probabilityMin)
        if outcome > 0 { return -log(p) }
        if outcome < 0 { return -log(1 - p) }
        return -0.5 * (log(p) + log(1 - p))
    }

    static func netUtility(
        position: Double, turnover: Double, outcome: Double, deviation: Double, cost_bps: Double
    ) -> Double {
        let net = position * outcome - cost_bps * 1e-4 * turnover
        return (1 - min(max(net / (scale * deviation), -1), 1)) / 2
    }
}

/// The variance of one instrument's returns over one horizon, known before the return it is used
/// for.
///
/// - Source: exponential mean of squared returns with factor 0.94 (RiskMetrics), from the first
///   one.
struct RollingVariance: Equatable, Sendable {
    static let memory = 0.94
    private var value: Double?

    /// The deviation of returns as a fraction, and at least `floor`.
    func deviation(floor: Double) -> Double { max((value ?? 0).squareRoot(), floor) }

    mutating func add(_ outcome: Double) {
        let square = outcome * outcome
        value = value.map { Self.memory * $0 + (1 - Self.memory) * square } ?? square
    }
}
