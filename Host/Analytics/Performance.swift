import Glibc

/// The largest fall of an equity curve.
package struct Drawdown: Hashable, Sendable {
    /// Share of the peak that was lost, 0 or below.
    package let depth: Double
    /// Time of the peak, Unix nanoseconds UTC.
    package let start: Int64
    /// Time of the lowest point.
    package let trough: Int64
    /// First time at or above the peak again; nil while it lasts.
    package let end: Int64?

    /// Finds the first of the deepest falls; nil for a curve without points.
    init?(_ curve: EquityCurve) {
        guard let first = curve.values.first else { return nil }
        var peak = first, peakIndex = 0
        var worst = (depth: 0.0, start: 0, trough: 0)
        for (index, value) in curve.values.enumerated() {
            if value > peak { (peak, peakIndex) = (value, index) }
            let depth = peak > 0 ? value / peak - 1 : 0
            if depth < worst.depth { worst = (depth, peakIndex, index) }
        }
        let top = curve.values[worst.start]
        let back = curve.values.indices.dropFirst(worst.trough + 1).first {
            curve.values[$0] >= top
        }
        depth = worst.depth
        start = curve.times[worst.start]
        trough = curve.times[worst.trough]
        end = worst.depth == 0 ? trough : back.map { curve.times[$0] }
    }
}

/// What an equity curve says about a run. A number that is not defined is nil.
package struct Performance: Hashable, Sendable {
    /// Growth from the first to the last value: 0.1 is ten per cent.
    package let totalReturn: Double?
    /// Growth a year at the same pace.
    package let annualReturn: Double?
    /// Standard deviation of returns a year, with n - 1.
    package let volatility: Double?
    /// Mean over standard deviation, a year, without a risk-free rate.
    package let sharpe: Double?
    /// Mean over downside deviation of all n returns, a year.
    package let sortino: Double?
    package let drawdown: Drawdown?
    /// Annual return over the depth of the largest drawdown.
    package let calmar: Double?
    package let annualisation: Annualisation

    /// - Complexity: O(points).
    /// - Source: empyrical-reloaded 0.7.1, same conventions.
    package init(_ curve: EquityCurve, _ annualisation: Annualisation) {
        let first = curve.values.first ?? 0, last = curve.values.last ?? 0
        let returns = curve.returns ?? []
        let growth = first > 0 && curve.values.count > 1 ? last / first : nil
        let moments = Moments(returns)
        let root = annualisation.periods.squareRoot()
        let exponent = annualisation.periods / Double(max(1, returns.count))
        let annual =
            returns.isEmpty ? nil : growth.flatMap { $0 >= 0 ? pow($0, exponent) - 1 : nil }
        let drawdown = Drawdown(curve)

        self.annualisation = annualisation
        self.drawdown = drawdown
        totalReturn = growth.map { $0 - 1 }
        annualReturn = annual
        volatility = moments.deviation.map { $0 * root }
        sharpe = moments.deviation.flatMap { $0 > 0 ? moments.mean / $0 * root : nil }
        sortino = moments.downside.flatMap { $0 > 0 ? moments.mean / $0 * root : nil }
        calmar = annual.flatMap { annual in
            drawdown.flatMap { $0.depth < 0 ? annual / -$0.depth : nil }
        }
    }
}

/// Mean and deviations of returns.
private struct Moments {
    let mean: Double
    /// With n - 1; nil for fewer than two returns.
    let deviation: Double?
    /// Root of the mean square of the returns below zero, over all n; nil without returns.
    let downside: Double?

    init(_ returns: [Double]) {
        let count = Double(returns.count)
        let mean = returns.isEmpty ? 0 : returns.reduce(0, +) / count
        var squares = 0.0, below = 0.0
        for value in returns {
            squares += (value - mean) * (value - mean)
            below += min(value, 0) * min(value, 0)
        }
        self.mean = mean
        deviation = returns.count > 1 ? (squares / (count - 1)).squareRoot() : nil
        downside = returns.isEmpty ? nil : (below / count).squareRoot()
    }
}
