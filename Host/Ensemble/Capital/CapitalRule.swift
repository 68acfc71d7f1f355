/// What makes parts of the capital out of what strategies earned.
package enum CapitalRule: Equatable, Sendable {
    /// A rule of experts, paid in utility: a strategy's return is scored as a forecast's position
    /// is, in units of three deviations known before, clipped to -1...1. Parts begin as they are.
    case experts(AggregationRule)
    /// Online portfolios, paid in returns as they are: each has a bound against the best constant
    /// parts, whatever the returns. Parts begin equal.
    case exponentiatedGradient(eta: Double)
    /// - Parameter beta: Above 0; the smaller, the bolder.
    case newtonStep(beta: Double)
    /// Of eight strategies at most.
    case universal

    /// - Parameter parts: Of the capital at the start, above 0.
    func start(parts: [Double]) -> any PartsRule {
        let count = parts.count
        return switch self {
        case .experts(let rule): ScoredParts(rule.start(priors: parts))
        case .exponentiatedGradient(let eta):
            PortfolioParts(ExponentiatedGradient(assets: count, eta: eta))
        case .newtonStep(let beta): PortfolioParts(NewtonStep(assets: count, beta: beta))
        case .universal: PortfolioParts(UniversalPortfolio(assets: count))
        }
    }
}

/// Parts of the capital that follow from results and from nothing else.
protocol PartsRule: Sendable {
    /// Whether it has ever been taught: before, there is nothing to follow.
    var isTaught: Bool { get }

    /// Parts of those with `awake` above 0, which add up to 1; all 0 where nobody is.
    func parts(awake: [Double]) -> [Double]

    /// Takes in the returns of `heard`, as fractions; `gone` are out from now on.
    ///
    /// - Returns: What each was charged, 0...1; nil of those that were not.
    mutating func learn(_ growths: [Double], heard: [Int], gone: [Int]) -> [Double?]
}

/// A rule of experts that is paid in utility.
struct ScoredParts: PartsRule {
    private var rule: any ExpertRule
    private var variance = RollingVariance()
    private(set) var isTaught = false

    init(_ rule: any ExpertRule) { self.rule = rule }

    func parts(awake: [Double]) -> [Double] { rule.weights(awake: awake) }

    /// Scores the results, and teaches the rule once it is known how much returns vary. Who is gone
    /// is charged the most there is.
    mutating func learn(_ growths: [Double], heard: [Int], gone: [Int]) -> [Double?] {
        let deviation = variance.deviation(floor: 0)
        if let mean = Self.meanSquare(heard.map { growths[$0] }) { variance.add(mean.squareRoot()) }
        var losses = [Double?](repeating: nil, count: growths.count)
        if deviation > 0 {
            for slot in heard {
                losses[slot] = LossKind.netUtility(net: growths[slot], deviation: deviation)
            }
        }
        for slot in gone { losses[slot] = 1 }
        if losses.contains(where: { $0 != nil }) {
            rule.learn(
                losses.map { $0 ?? 0 }, mixture: nil, awake: losses.map { $0 == nil ? 0 : 1 })
            isTaught = true
        }
        for slot in gone { rule.withdraw(slot) }
        return losses
    }

    private static func meanSquare(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    }
}

/// An online portfolio of strategies: its assets are what they are worth.
struct PortfolioParts<Rule: PortfolioRule>: PartsRule {
    /// Losses of more than this part of what there was count as this.
    private static var lossMost: Double { 0.999 }

    private var rule: Rule
    private(set) var isTaught = false

    init(_ rule: Rule) { self.rule = rule }

    /// Who is out has no part, and the others have theirs of what is left.
    func parts(awake: [Double]) -> [Double] {
        var parts = zip(rule.parts, awake).map { $1 > 0 ? $0 : 0 }
        if parts.allSatisfy({ $0 == 0 }) { parts = awake.map { $0 > 0 ? 1 : 0 } }
        parts.scaleToOne()
        return parts
    }

    /// Who was not heard is taken to have earned what the heard ones did together.
    mutating func learn(_ growths: [Double], heard: [Int], gone: [Int]) -> [Double?] {
        guard !heard.isEmpty else { return growths.map { _ in nil } }
        var relatives = growths.map { 1 + max($0, -Self.lossMost) }
        var awake = growths.map { _ in 0.0 }
        for slot in heard { awake[slot] = 1 }
        let mean = zip(parts(awake: awake), relatives).reduce(0) {
            $1.0 > 0 ? $0 + $1.0 * $1.1 : $0
        }
        for slot in relatives.indices where awake[slot] == 0 { relatives[slot] = mean }
        rule.learn(relatives)
        isTaught = true
        return growths.map { _ in nil }
    }
}
