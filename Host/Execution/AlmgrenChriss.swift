import Glibc

/// The schedule of least cost plus risk aversion times variance, with linear impact.
///
/// Any consistent units: money, quantity and time as the caller has them. The holdings follow from
/// the recurrence `x[j-1] + x[j+1] = 2 cosh(kappa tau) x[j]`, whose factor is a quotient of the
/// parameters, so no elementary function is called and every machine agrees.
///
/// - Source: Almgren and Chriss, "Optimal execution of portfolio transactions", 2001.
package struct AlmgrenChriss: Equatable, Sendable {
    /// What the market does to a price, and what we do to it.
    package struct Impact: Equatable, Sendable {
        /// Standard deviation of the price in money, for one unit of time.
        package let sigma: Double
        /// Fixed cost of one unit: half the spread, in money.
        package let epsilon: Double
        /// Lasting impact: money per unit traded.
        package let gamma: Double
        /// Passing impact: money per unit traded in one unit of time.
        package let eta: Double

        package init(sigma: Double, epsilon: Double, gamma: Double, eta: Double) {
            self.sigma = sigma
            self.epsilon = epsilon
            self.gamma = gamma
            self.eta = eta
        }

        /// The rule of thumb of the paper: trading a hundredth of the daily volume moves the price
        /// by one spread while it lasts, a tenth of it by one spread for good. Time is in days.
        package init(sigma: Double, spread: Double, dailyVolume: Double) {
            self.init(
                sigma: sigma, epsilon: spread / 2, gamma: spread / (0.1 * dailyVolume),
                eta: spread / (0.01 * dailyVolume))
        }
    }

    /// To be done.
    package let quantity: Double
    package let duration: Double
    package let slices: Int
    package let impact: Impact
    /// Lambda: cost that one unit of variance is worth, per unit of money; 0 is none.
    package let aversion: Double

    /// - Parameters:
    ///   - duration: Above 0.
    ///   - slices: 1 or more.
    package init(
        quantity: Double, duration: Double, slices: Int, impact: Impact, aversion: Double
    ) {
        precondition(duration > 0 && slices > 0, "a schedule has slices")
        self.quantity = quantity
        self.duration = duration
        self.slices = slices
        self.impact = impact
        self.aversion = aversion
    }

    private var tau: Double { duration / Double(slices) }

    /// Passing impact less half of what lasts of a slice.
    private var etaLeft: Double { impact.eta - impact.gamma * tau / 2 }

    /// Whether the passing impact outweighs the lasting one: otherwise there is no schedule.
    package var isDefined: Bool { etaLeft > 0 && etaLeft.isFinite && bend.isFinite }

    /// `cosh(kappa tau)`, 1 or more.
    private var bend: Double {
        1 + aversion * impact.sigma * impact.sigma / etaLeft * tau * tau / 2
    }

    /// How fast the holdings fall, per unit of time.
    package var kappa: Double { acosh(bend) / tau }

    /// What is left at the start and after each slice: `slices` + 1 values, never rising.
    package var holdings: [Double] {
        var ratios = [0.0]
        for _ in 1..<max(2, slices) { ratios.append(1 / (2 * bend - (ratios.last ?? 0))) }
        var held = [quantity]
        for slice in 1...slices { held.append((held.last ?? 0) * ratios[slices - slice]) }
        return held
    }

    /// What is done in each slice.
    package var trades: [Double] {
        let held = holdings
        return (1..<held.count).map { held[$0 - 1] - held[$0] }
    }

    /// Mean of the cost, in money.
    package var expectedCost: Double {
        let squares = trades.reduce(0) { $0 + $1 * $1 }
        return impact.gamma * quantity * quantity / 2 + impact.epsilon * quantity
            + etaLeft / tau * squares
    }

    /// Variance of the cost, in money squared.
    package var variance: Double {
        let squares = holdings.dropFirst().reduce(0) { $0 + $1 * $1 }
        return impact.sigma * impact.sigma * tau * squares
    }

    /// What is due with each slice and those before it, of 10^12; nil where nothing is defined.
    package var cumulative: [Int64]? {
        guard isDefined, quantity > 0 else { return nil }
        let held = holdings
        return (1..<held.count).map { Int64(((1 - held[$0] / quantity) * 1e12).rounded()) }
    }
}
