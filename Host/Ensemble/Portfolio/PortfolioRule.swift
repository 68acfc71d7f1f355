import Glibc

/// Parts of wealth in assets, moved by how their prices moved. Every rule has a bound against the
/// best portfolio that is rebalanced to constant parts, for prices of any kind.
package protocol PortfolioRule: Sendable {
    /// The part of wealth to hold in each asset, 0 or more; they add up to 1.
    var parts: [Double] { get }

    /// Takes in the price of each asset divided by the one before, finite and above 0; a round with
    /// anything else teaches nothing.
    mutating func learn(_ relatives: [Double])
}

/// What a portfolio rule takes in.
enum Relatives {
    /// The relatives divided by the largest, or nil when one is no price ratio.
    static func scaled(_ relatives: [Double], count: Int) -> [Double]? {
        precondition(relatives.count == count)
        guard relatives.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
        let most = relatives.max() ?? 1
        return relatives.map { max($0 / most, 1e-100) }
    }

    static func growth(_ parts: [Double], _ relatives: [Double]) -> Double {
        zip(parts, relatives).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

/// Exponentiated gradient: a part grows as exp(eta x / (b · x)).
///
/// With relatives scaled to a largest of 1 and none below r: ln of wealth at most sqrt(T ln m / 2)
/// / r short of the best constant portfolio, at eta = 2 r sqrt(2 ln m / T).
/// - Source: Helmbold, Schapire, Singer, Warmuth 1998.
package struct ExponentiatedGradient: PortfolioRule {
    package let eta: Double
    private var logs: LogMasses
    package private(set) var parts: [Double]
    private let everyone: [Double]

    package init(assets: Int, eta: Double) {
        precondition(assets > 0)
        precondition(eta > 0 && eta.isFinite)
        self.eta = eta
        everyone = Array(repeating: 1, count: assets)
        logs = LogMasses(everyone)
        parts = Array(repeating: 1 / Double(assets), count: assets)
    }

    package mutating func learn(_ relatives: [Double]) {
        guard let x = Relatives.scaled(relatives, count: parts.count) else { return }
        let growth = Relatives.growth(parts, x)
        logs.shift(awake: everyone) { eta * x[$0] / growth }
        logs.weigh(everyone, into: &parts)
    }
}

/// Online Newton step: the least of a quadratic that each round's ln of growth is bounded by.
///
/// With relatives scaled to a largest of 1 and none below r, and beta = r / (8 sqrt m): ln of
/// wealth at most 10 m^1.5 / r ln(m T / r²) short of the best constant portfolio.
/// - Source: Agarwal, Hazan, Kale, Schapire 2006.
package struct NewtonStep: PortfolioRule {
    package let beta: Double
    private var curvature: SymmetricMatrix
    private var slopes: [Double]
    package private(set) var parts: [Double]

    /// - Parameter beta: Above 0; 1 in the authors' experiments.
    package init(assets: Int, beta: Double) {
        precondition(assets > 0)
        precondition(beta > 0 && beta.isFinite)
        self.beta = beta
        curvature = SymmetricMatrix(size: assets, diagonal: 1)
        slopes = Array(repeating: 0, count: assets)
        parts = Array(repeating: 1 / Double(assets), count: assets)
    }

    package mutating func learn(_ relatives: [Double]) {
        guard let x = Relatives.scaled(relatives, count: parts.count) else { return }
        let growth = Relatives.growth(parts, x)
        let slope = x.map { $0 / growth }
        curvature.add(slope)
        for asset in slope.indices { slopes[asset] += (1 + 1 / beta) * slope[asset] }
        // The projection of A^-1 v onto the simplex in the norm of A.
        parts = QuadraticProgram.solve(curvature, slopes, sumsToOne: true)
    }
}

/// The universal portfolio: the mean of all constant portfolios, weighed by what each has made.
///
/// The constant portfolios are the points of an even grid over the simplex, so ln of wealth is at
/// most ln(points) short of the best of these, and about (m - 1) ln(T + 1) of the best of all.
/// - Source: Cover 1991.
package struct UniversalPortfolio: PortfolioRule {
    /// Assets that a grid can still cover.
    package static let assetsMax = 8

    /// The constant portfolios.
    package let points: [[Double]]
    private var logs: [Double]
    private var weights: [Double] = []
    package private(set) var parts: [Double]

    /// - Parameter pointsMax: Points of the grid at most; the corners are always there.
    package init(assets: Int, pointsMax: Int = 5_000) {
        precondition((1...Self.assetsMax).contains(assets))
        var steps = 1
        while steps < 500, Self.count(assets: assets, steps: steps + 1) <= pointsMax {
            steps += 1
        }
        points = Self.grid(assets: assets, steps: steps)
        logs = Array(repeating: 0, count: points.count)
        parts = Array(repeating: 1 / Double(assets), count: assets)
    }

    package mutating func learn(_ relatives: [Double]) {
        guard let x = Relatives.scaled(relatives, count: parts.count) else { return }
        for point in points.indices { logs[point] += log(Relatives.growth(points[point], x)) }
        let top = logs.max() ?? 0
        weights = logs.map { exp($0 - top) }
        let total = weights.reduce(0, +)
        parts = parts.indices.map { asset in
            var sum = 0.0
            for point in points.indices { sum += weights[point] * points[point][asset] }
            return sum / total
        }
    }

    /// Binomial of steps + assets - 1 over assets - 1.
    private static func count(assets: Int, steps: Int) -> Int {
        (1..<max(assets, 1)).reduce(1) { $0 * (steps + $1) / $1 }
    }

    private static func grid(assets: Int, steps: Int) -> [[Double]] {
        func points(_ left: Int, _ assets: Int) -> [[Int]] {
            guard assets > 1 else { return [[left]] }
            return (0...left).flatMap { first in
                points(left - first, assets - 1).map { [first] + $0 }
            }
        }
        return points(steps, assets).map { $0.map { Double($0) / Double(steps) } }
    }
}
