/// Regression of outcomes on forecasts, held near the plain average by `lambda`; weights may be
/// below 0 and need not add up to 1.
///
/// w = (lambda I + sum x x')^-1 (lambda w0 + sum y x) over the settled rounds, w0 = 1 / N.
/// - Source: Azoury and Warmuth 2001; Ridge of the R package opera.
package struct Ridge: Sendable {
    package let lambda: Double
    private var gram: SymmetricMatrix
    private var moments: [Double]

    /// - Parameter lambda: Strength of the hold, above 0.
    package init(lambda: Double, experts: Int) {
        precondition(lambda > 0 && lambda.isFinite)
        precondition(experts > 0)
        self.lambda = lambda
        gram = SymmetricMatrix(size: experts, diagonal: lambda)
        moments = Array(repeating: lambda / Double(experts), count: experts)
    }

    /// The weights after what is settled; the plain average where they cannot be told.
    package var weights: [Double] {
        gram.solve(moments)
            ?? Array(repeating: 1 / Double(moments.count), count: moments.count)
    }

    /// Takes in a settled round; one with something that is no number teaches nothing.
    package mutating func settle(_ forecasts: [Double], outcome: Double) {
        guard outcome.isFinite, forecasts.allSatisfy(\.isFinite) else { return }
        gram.add(forecasts)
        for expert in forecasts.indices { moments[expert] += outcome * forecasts[expert] }
    }
}
