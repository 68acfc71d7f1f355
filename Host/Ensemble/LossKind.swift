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
    /// (p - y)², 0...1, where y is 1 after a rise, 0 after a fall and 1/2 after neither.
    case brier
    /// The mean pinball loss of five quantiles of the return, in units of three deviations of the
    /// return, at most 1. What states no quantiles is read as a normal distribution.
    case pinball(sigmaFloor: Double)

    /// Probabilities further out than this from 0 and 1 are clipped for log loss.
    package static let probabilityMin = 0.01
    /// Deviations of the return that make a utility of 1.
    static let scale = 3.0

    /// A probability as it is charged.
    static func clipped(_ probability: Double) -> Double {
        min(max(probability, probabilityMin), 1 - probabilityMin)
    }

    package static func logLoss(probabilityUp: Double, outcome: Double) -> Double {
        let p = clipped(probabilityUp)
        if outcome > 0 { return -log(p) }
        if outcome < 0 { return -log(1 - p) }
        return -0.5 * (log(p) + log(1 - p))
    }

    /// (1 - u) / 2 for the return `net` of a position after all costs.
    static func netUtility(net: Double, deviation: Double) -> Double {
        (1 - min(max(net / (scale * deviation), -1), 1)) / 2
    }

    static func brier(probabilityUp p: Double, outcome: Double) -> Double {
        let happened = outcome > 0 ? 1.0 : outcome < 0 ? 0 : 0.5
        return (p - happened) * (p - happened)
    }

    /// Levels of the quantiles that the pinball loss asks for.
    static let levels = [0.1, 0.25, 0.5, 0.75, 0.9]

    static func pinball(quantiles: [Double], outcome: Double, deviation: Double) -> Double {
        var sum = 0.0
        for (level, quantile) in zip(levels, quantiles) {
            let miss = outcome - quantile
            sum += max(level * miss, (level - 1) * miss)
        }
        return min(sum / Double(levels.count) / (scale * deviation), 1)
    }

    /// The most that a forecast can be charged: what one pays that was promised and never stood
    /// by, because its model crashed.
    package var most: Double {
        switch self {
        case .logLoss: -log(Self.probabilityMin)
        case .netUtility, .brier, .pinball: 1
        }
    }
}

/// The variance of one instrument's returns over one horizon, known before the return it is used
/// for.
///
/// - Source: exponential mean of squared returns with factor 0.94 (RiskMetrics), from the first
///   one.
struct RollingVariance: Equatable, Sendable {
    static let memory = 0.94
    /// Memory of the mean that tells high from low.
    static let memoryLong = 0.995
    private var value: Double?
    private var long: Double?

    /// 1 when returns vary more than they did over long, else 0.
    var regime: Int { (value ?? 0) > (long ?? 0) ? 1 : 0 }

    /// The deviation of returns as a fraction, and at least `floor`.
    func deviation(floor: Double) -> Double { max((value ?? 0).squareRoot(), floor) }

    mutating func add(_ outcome: Double) {
        let square = outcome * outcome
        value = value.map { Self.memory * $0 + (1 - Self.memory) * square } ?? square
        long = long.map { Self.memoryLong * $0 + (1 - Self.memoryLong) * square } ?? square
    }
}
