import Glibc

/// The mean of exp(eta R - eta² V) over rates eta in 0...1/2, as the prior weighs them.
///
/// With the uniform prior, the mean over experts and rates of exp(eta R - eta² V) never passes 1
/// for regrets in -1...1.
/// - Source: Koolen and van Erven 2015.
struct SquintPotential: RegretPotential {
    let prior: SquintPrior
    private var sums: [Double] = []
    private var squares: [Double] = []
    private var logarithms: [Double] = []
    private let nothing: Double

    init(prior: SquintPrior) {
        self.prior = prior
        nothing = Self.logarithm(prior, sum: 0, squares: 0)
    }

    mutating func addSlot() {
        sums.append(0)
        squares.append(0)
        logarithms.append(nothing)
    }

    mutating func enter(_ slot: Int, members: (Int) -> Bool) {
        (sums[slot], squares[slot], logarithms[slot]) = (0, 0, nothing)
    }

    mutating func add(_ regret: Double, to slot: Int, members: Int) {
        sums[slot] += regret
        squares[slot] += regret * regret
        logarithms[slot] = Self.logarithm(prior, sum: sums[slot], squares: squares[slot])
    }

    func logarithm(_ slot: Int) -> Double { logarithms[slot] }

    /// ln of the integral of exp(eta R - eta² V) over 0...1/2: times eta for the uniform prior.
    static func logarithm(_ prior: SquintPrior, sum: Double, squares: Double) -> Double {
        switch prior {
        case .improper:
            let isSmall = abs(sum) <= 16 && squares <= 32
            return isSmall
                ? RateIntegral.logarithm(sum: sum, squares: squares, power: 0)
                : RateIntegral.closedForm(sum: sum, squares: squares)
        case .uniform: return RateIntegral.logarithm(sum: sum, squares: squares, power: 1)
        }
    }
}

/// Integrals of eta^power exp(eta R - eta² V) over 0...1/2, as logarithms.
package enum RateIntegral {
    /// The largest rate.
    package static let most = 0.5
    /// Exponents this far below the largest add nothing to a double.
    private static let depth = 44.0
    /// Panels over the part of 0...1/2 that counts.
    private static let panels = 3

    /// sqrt(pi) / (2 sqrt V) exp(R² / 4 V) (erf(R / (2 sqrt V)) - erf((R - V) / (2 sqrt V))), for
    /// R or V far from 0; near it the difference would cancel.
    package static func closedForm(sum: Double, squares: Double) -> Double {
        guard squares > 1e-290 else { return withoutSquares(sum) }
        let root = squares.squareRoot()
        let high = sum / (2 * root)
        let low = (sum - squares) / (2 * root)
        let slope = (2 * sum - squares) / 4
        let front = 0.5 * log(Double.pi) - log(2 * root)
        if low >= 0 {
            return front + slope + log(scaledErfc(low) - exp(-slope) * scaledErfc(high))
        }
        if high <= 0 {
            return front + log(scaledErfc(-high) - exp(slope) * scaledErfc(-low))
        }
        return front + high * high + log(erf(high) - erf(low))
    }

    /// ln((exp(R/2) - 1) / R).
    private static func withoutSquares(_ sum: Double) -> Double {
        if sum == 0 { return log(most) }
        let part = -expm1(-abs(sum) / 2) / abs(sum)
        return sum > 0 ? sum / 2 + log(part) : log(part)
    }

    /// By Gauss's quadrature over the rates that count; exact to a few units in the last place.
    package static func logarithm(sum: Double, squares: Double, power: Int) -> Double {
        let mode =
            squares > 0 ? min(max(sum / (2 * squares), 0), most) : (sum > 0 ? most : 0)
        let top = mode * (sum - mode * squares)
        let (from, to) = support(sum: sum, squares: squares, mode: mode)
        let width = (to - from) / Double(panels)
        var total = 0.0
        for panel in 0..<panels {
            let middle = from + (Double(panel) + 0.5) * width
            for (node, weight) in Quadrature.sixteen {
                let eta = middle + node * width / 2
                let value = exp(eta * (sum - eta * squares) - top)
                total += weight * (power == 0 ? value : eta * value)
            }
        }
        // Where all that counts lies below the smallest double, the ends stand for the integral.
        return top + log(max(total * width / 2, 1e-300))
    }

    /// The part of 0...1/2 in which the exponent is at most `depth` below its largest.
    private static func support(
        sum: Double, squares: Double, mode: Double
    ) -> (from: Double, to: Double) {
        func reach(_ slope: Double) -> Double {
            // slope s >= 0 away from the mode: s d + V d² = depth.
            let root = (slope * slope + 4 * squares * depth).squareRoot()
            let reach = 2 * depth / (slope + root)
            return reach.isFinite ? reach : most
        }
        let slope = abs(sum - 2 * mode * squares)
        let isInside = mode > 0 && mode < most
        let distance = reach(isInside ? 0 : slope)
        return (max(0, mode - distance), min(most, mode + distance))
    }

    /// exp(x²) erfc(x) for x >= 0.
    static func scaledErfc(_ x: Double) -> Double {
        guard x >= 6 else { return exp(x * x) * erfc(x) }
        guard x < 1e8 else { return 1 / (x * Double.pi.squareRoot()) }
        var fraction = x
        for term in stride(from: 40, to: 0, by: -1) { fraction = x + Double(term) / 2 / fraction }
        return 1 / (fraction * Double.pi.squareRoot())
    }
}

/// Nodes and weights of Gauss-Legendre quadrature over -1...1.
enum Quadrature {
    /// Sixteen nodes: exact for polynomials of degree 31.
    static let sixteen = nodes(16)

    private static func nodes(_ count: Int) -> [(node: Double, weight: Double)] {
        (0..<count).map { index in
            var x = cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
            var slope = 1.0
            for _ in 0..<100 {
                var (last, value) = (1.0, x)
                for degree in 2...count {
                    let d = Double(degree)
                    (last, value) = (value, ((2 * d - 1) * x * value - (d - 1) * last) / d)
                }
                slope = Double(count) * (x * value - last) / (x * x - 1)
                let step = value / slope
                x -= step
                if abs(step) < 1e-16 { break }
            }
            return (x, 2 / ((1 - x * x) * slope * slope))
        }
    }
}
