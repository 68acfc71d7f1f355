import Glibc

/// What a forecast of a number pays once the number is known. Lower is better; all are convex.
package enum PointLoss: Equatable, Sendable {
    /// (x - y)².
    case square
    /// |x - y|.
    case absolute
    /// |x - y| / |y|; an outcome of 0 teaches nothing.
    case percentage
    /// The loss whose best forecast is the quantile `level`, above 0 and below 1.
    case pinball(level: Double)
    /// -ln of the probability given to what happened, probabilities clipped to 0.01...0.99; the
    /// outcome is the share of "yes", 0...1.
    case logScore
    /// (p - y)², p and y in 0...1: the square for probabilities.
    case brier

    /// Returns the loss of forecast `x` at outcome `y`; both finite.
    package func value(_ x: Double, _ y: Double) -> Double {
        switch self {
        case .square, .brier: (x - y) * (x - y)
        case .absolute: abs(x - y)
        case .percentage: y == 0 ? 0 : abs(x - y) / abs(y)
        case .pinball(let level): x < y ? level * (y - x) : (1 - level) * (x - y)
        case .logScore: -y * log(Self.clip(x)) - (1 - y) * log(1 - Self.clip(x))
        }
    }

    /// Returns the derivative of the loss by the forecast; where there is none, 0 or the one from
    /// above.
    package func slope(_ x: Double, _ y: Double) -> Double {
        switch self {
        case .square, .brier: 2 * (x - y)
        case .absolute: Self.sign(x - y)
        case .percentage: y == 0 ? 0 : Self.sign(x - y) / abs(y)
        case .pinball(let level): x < y ? -level : 1 - level
        case .logScore: (1 - y) / (1 - Self.clip(x)) - y / Self.clip(x)
        }
    }

    private static func clip(_ p: Double) -> Double {
        min(max(p, LossKind.probabilityMin), 1 - LossKind.probabilityMin)
    }

    private static func sign(_ value: Double) -> Double { value > 0 ? 1 : (value < 0 ? -1 : 0) }
}
