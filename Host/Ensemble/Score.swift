import RialtoValues

/// A round with its outcome, as whoever follows a run is told of it.
package struct SettledRound: Sendable {
    /// One for each model that spoke and is not retired, in the order of models.
    package let entries: [PerformanceEntry]
    /// What each of these forecasts was worth.
    package let scores: [Score]
    /// What the weighed forecast was worth; nil when no live model spoke.
    package let mixture: Score?
    /// What the plain average of the live forecasts was worth.
    package let uniform: Score?
    /// What the live models' vote was worth: the part of them that say more than one half.
    package let vote: Score?
}

/// What a forecast was worth, by every measure that reports use, whatever the rule is paid in.
package struct Score: Equatable, Sendable {
    /// By the loss of the run.
    package let loss: Double
    package let logLoss: Double
    /// Return of the position after costs, in units of three deviations known before, -1...1.
    package let utility: Double
    /// Return of the position after costs, as a fraction of its notional.
    package let netReturn: Double
    /// Fee, slippage and funding, as a fraction of its notional; below 0 it was paid more funding.
    package let cost: Double

    /// What net utility charges for it, 0...1.
    var utilityLoss: Double { (1 - utility) / 2 }
}

/// What a forecast, or a mixture of some, stands for.
struct Stand {
    let probabilityUp: Double
    /// -1...1.
    let position: Double
    /// At ``LossKind/levels``; empty where no loss asks for them.
    let quantiles: [Double]

    init(_ forecast: Forecast, _ terms: ScoreTerms) {
        probabilityUp = min(
            max(forecast.probabilityUp, LossKind.probabilityMin), 1 - LossKind.probabilityMin)
        position = forecast.position
        quantiles =
            terms.asksQuantiles
            ? LossKind.levels.map { forecast.quantile($0, deviation: terms.deviation) } : []
    }

    /// A vote of stands: the position is that of the majority, as far as it is one. Read as a
    /// probability by the rule of succession, (k + 1) / (n + 2) for k of n, as a vote without a
    /// voice against it is no certainty. Quantiles are averaged.
    /// - Source: Laplace 1774.
    init(voting stands: [Stand]) {
        let equal = stands.map { _ in 1 / Double(stands.count) }
        let average = Stand(mixing: stands, weights: equal, positionWeights: equal)
        let p =
            Vote.hard.combine(
                stands.map(\.probabilityUp), awake: stands.map { _ in 1 }) ?? 0.5
        let count = Double(stands.count)
        probabilityUp = (p * count + 1) / (count + 2)
        position = 2 * p - 1
        quantiles = average.quantiles
    }

    /// - Parameter positionWeights: Those of positions; both add up to 1.
    init(mixing stands: [Stand], weights: [Double], positionWeights: [Double]) {
        var mixed = (p: 0.0, position: 0.0)
        var quantiles = Array(repeating: 0.0, count: stands.first?.quantiles.count ?? 0)
        for (index, stand) in stands.enumerated() {
            let weight = weights[index]
            mixed.p += weight * stand.probabilityUp
            mixed.position += positionWeights[index] * stand.position
            for level in quantiles.indices { quantiles[level] += weight * stand.quantiles[level] }
        }
        probabilityUp = mixed.p
        position = mixed.position
        self.quantiles = quantiles
    }
}

/// What scores of one round have in common.
struct ScoreTerms {
    let kind: LossKind
    let outcome: Double
    /// Of the return, as known at issue.
    let deviation: Double
    let cost_bps: Double
    /// What a whole long position paid from issue to outcome.
    let funding: Double

    /// Smallest deviation where the loss states none.
    private static let deviationMin = 1e-6

    init(_ configuration: EnsembleConfiguration, _ round: Round, outcome: Double, funding: Double) {
        kind = configuration.loss
        self.outcome = outcome
        self.funding = funding
        cost_bps = configuration.cost_bps
        let floor =
            switch configuration.loss {
            case .netUtility(_, let floor), .pinball(let floor): floor
            case .logLoss, .brier: Self.deviationMin
            }
        deviation = round.variance.deviation(floor: floor)
    }

    var asksQuantiles: Bool { if case .pinball = kind { true } else { false } }

    func score(_ stand: Stand, turnover: Double) -> Score {
        let cost = cost_bps * 1e-4 * turnover + stand.position * funding
        let net = stand.position * outcome - cost
        let logLoss = LossKind.logLoss(probabilityUp: stand.probabilityUp, outcome: outcome)
        let utilityLoss = LossKind.netUtility(net: net, deviation: deviation)
        let loss =
            switch kind {
            case .logLoss: logLoss
            case .netUtility: utilityLoss
            case .brier: LossKind.brier(probabilityUp: stand.probabilityUp, outcome: outcome)
            case .pinball:
                LossKind.pinball(
                    quantiles: stand.quantiles, outcome: outcome, deviation: deviation)
            }
        return Score(
            loss: loss, logLoss: logLoss, utility: 1 - 2 * utilityLoss, netReturn: net, cost: cost)
    }
}
