import RialtoConfiguration
import RialtoEnsemble

extension RuleSettings {
    /// The rule; layers stand above this.
    var aggregation: AggregationRule { parameters.aggregation(of: rule) }
}

extension RuleParameters {
    /// A rule with these parameters.
    func aggregation(of rule: EnsembleRule) -> AggregationRule {
        let share = alpha ?? 0.01, form: RateForm = form == .opera ? .opera : .paper
        return switch rule {
        case .hedge: .hedge(eta: eta ?? 1)
        case .adahedge, .layers: .adaHedge
        case .fixedShare: .fixedShare(eta: eta ?? 1, alpha: share)
        case .uniform: .uniform
        case .ewa: .ewa(eta: eta ?? 1)
        case .ewaShare: .ewaShare(eta: eta ?? 1, alpha: share)
        case .boa: eta.map { .boaFixed(eta: $0) } ?? .boa
        case .mlPoly: .mlPoly(form)
        case .mlProd: .mlProd(form)
        case .mlEwa: .mlEwa
        case .squint: .squint(prior == .uniform ? .uniform : .improper)
        case .specialists: .specialists(alpha: share)
        }
    }
}

extension StackingSettings {
    /// The model that is made of the others.
    var configuration: StackingConfiguration {
        StackingConfiguration(
            id: Self.id, rule: rule == .ridge ? .ridge : .nonnegative, lambda: lambda ?? 1,
            purge_ns: purge ?? 0, refitRounds: refit.map(Int.init))
    }
}

extension AllocationSettings {
    private var capitalRule: CapitalRule {
        switch rule {
        case .models(let rule): .experts(parameters.aggregation(of: rule))
        case .portfolio(.exponentiatedGradient):
            .exponentiatedGradient(eta: parameters.eta ?? 0.05)
        case .portfolio(.newtonStep): .newtonStep(beta: 1 / (parameters.eta ?? 1))
        case .portfolio(.universal): .universal
        }
    }

    /// How capital moves.
    ///
    /// - Parameter taker: Fee and slippage of the venue, in 10^-9.
    func configuration(taker: Int64) -> CapitalConfiguration {
        CapitalConfiguration(
            rule: capitalRule, interval_ns: every, probation: Int(probation), partMin: floor,
            partMax: cap, band: band, moveMax: moveMax, cost_bps: Double(cost ?? taker) / 1e5)
    }
}

extension RunFile {
    /// How the capital of an account moves, by its place in the file; nil where it stays.
    package func capitalConfiguration(account: Int) -> CapitalConfiguration? {
        accounts[account].allocation?.configuration(taker: venue.fee.taker + venue.fill.slippage)
    }

    /// Scored rounds that an ensemble keeps at least: enough to recompute the latest weights.
    private static let ledgerRounds = 4096
    /// Smallest deviation of returns that losses are scaled by.
    private static let deviationMin = 1e-6

    /// How the ensemble of this run weighs.
    package var ensembleConfiguration: EnsembleConfiguration {
        let cost = Double(ensemble.cost ?? venue.fee.taker + venue.fill.slippage) / 1e5
        let loss: LossKind =
            switch ensemble.loss {
            case .log: .logLoss
            case .brier: .brier
            case .pinball: .pinball(sigmaFloor: Self.deviationMin)
            case .netUtility: .netUtility(cost_bps: cost, sigmaFloor: Self.deviationMin)
            }
        return EnsembleConfiguration(
            rule: aggregation, loss: loss,
            positions: ensemble.positions?.aggregation,
            probationRounds: Int(ensemble.probation),
            weightStep_ns: equityInterval, ledgerRounds: Self.ledgerRounds,
            protections: protections, usesConfidence: ensemble.usesConfidence,
            overlap: ensemble.overlap == .full ? .full : .shared,
            regimes: ensemble.regimes.map { _ in .volatility }, expiry_ns: ensemble.expiry,
            cost_bps: cost, stacking: ensemble.stacking?.configuration)
    }

    private var aggregation: AggregationRule {
        guard ensemble.own.rule == .layers else { return ensemble.own.aggregation }
        return .layers(
            ensemble.layers.map(\.aggregation), top: ensemble.top?.aggregation ?? .adaHedge,
            paying: ensemble.paying == .mix ? .mix : .mean)
    }

    private var protections: Protections {
        Protections(
            drift: ensemble.drift.map { drift in
                switch drift.detector {
                case .pageHinkley: .pageHinkley(threshold: drift.threshold ?? 5)
                case .adwin: .adwin(delta: drift.delta ?? 0.002)
                case .kswin:
                    .kswin(
                        alpha: drift.alpha ?? 0.005, seed: UInt32(truncatingIfNeeded: seed))
                }
            }, weightMax: ensemble.cap, groupMax: ensemble.groupCap, weightMin: ensemble.floor)
    }
}
