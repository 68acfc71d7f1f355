/// How weights follow from losses.
package enum EnsembleRule: String, CaseIterable, Sendable {
    case hedge, adahedge
    case fixedShare = "fixed-share"
    case uniform, ewa
    case ewaShare = "ewa-share"
    case boa
    case mlPoly = "ml-poly"
    case mlProd = "ml-prod"
    case mlEwa = "ml-ewa"
    case squint, specialists, layers
}

/// What a forecast is charged.
package enum EnsembleLoss: String, CaseIterable, Sendable {
    case log, brier, pinball
    case netUtility = "net-utility"
}

/// Which published form of ML-Poly or ML-Prod.
package enum RuleForm: String, CaseIterable, Sendable { case opera, paper }

/// How Squint weighs its rates.
package enum RatePrior: String, CaseIterable, Sendable { case improper, uniform }

/// What a rule below another is charged for a round.
package enum LayerCharge: String, CaseIterable, Sendable { case mean, mix }

/// How much forecasts count whose horizons overlap.
package enum OverlapChoice: String, CaseIterable, Sendable { case shared, full }

/// By what states of the market are told apart.
package enum RegimeChoice: String, CaseIterable, Sendable { case volatility }

/// What watches a model's losses.
package enum DetectorChoice: String, CaseIterable, Sendable {
    case pageHinkley = "page-hinkley"
    case adwin, kswin
}

/// How stacked weights are fitted.
package enum StackingChoice: String, CaseIterable, Sendable { case nonnegative, ridge }

/// How the models' forecasts are stacked into those of one more model.
package struct StackingSettings: Hashable, Sendable {
    /// Id of that model in the run.
    package static let id = "stacking"

    /// nil for nonnegative.
    package internal(set) var rule: StackingChoice?
    /// Strength of the hold on the weights, above 0; nil for 1.
    package internal(set) var lambda: Double?
    /// Time between an outcome and the first forecast that knows of it, in nanoseconds; nil for 0.
    package internal(set) var purge: Int64?
    /// Settled rounds from one fit to the next; nil for as many as there are models.
    package internal(set) var refit: Int64?
}

/// What some rules have beside their names.
package struct RuleParameters: Hashable, Sendable {
    /// Learning rate, above 0; nil for the rule's own.
    package internal(set) var eta: Double?
    /// Share that is spread over all models each round, above 0, at most 1; nil for the rule's own.
    package internal(set) var alpha: Double?
    /// nil for the paper's.
    package internal(set) var form: RuleForm?
    /// nil for the improper one.
    package internal(set) var prior: RatePrior?
}

/// A rule with its parameters.
package struct RuleSettings: Hashable, Sendable {
    package internal(set) var rule = EnsembleRule.hedge
    package internal(set) var parameters = RuleParameters()
}

/// How a rise of a model's losses is seen.
package struct DriftSettings: Hashable, Sendable {
    package internal(set) var detector = DetectorChoice.pageHinkley
    /// Sum of deviations, of `page-hinkley`; nil for 5.
    package internal(set) var threshold: Double?
    /// Chance of a false alarm at a check, of `adwin`; nil for 0.002.
    package internal(set) var delta: Double?
    /// Probability of the test, of `kswin`; nil for 0.005.
    package internal(set) var alpha: Double?
}

/// How the forecasts of the models are weighed.
package struct EnsembleSettings: Hashable, Sendable {
    /// The rule by itself; of `layers` what stands for them.
    package internal(set) var own = RuleSettings()
    /// Rules at work beside each other, of `layers`.
    package internal(set) var layers: [RuleSettings] = []
    /// What mixes them; nil for adahedge.
    package internal(set) var top: RuleSettings?
    package internal(set) var paying = LayerCharge.mean
    package internal(set) var loss = EnsembleLoss.log
    /// What weighs positions apart, by what they earn; nil gives them the weights of all else.
    package internal(set) var positions: RuleSettings?
    /// Settled forecasts before a new model carries weight.
    package internal(set) var probation: Int64 = 30
    /// Fee and slippage of a change of position, in 10^-9 of notional; nil for the venue's.
    package internal(set) var cost: Int64?
    /// Whether confidence says how far a model is awake.
    package internal(set) var usesConfidence = false
    package internal(set) var overlap = OverlapChoice.shared
    package internal(set) var regimes: RegimeChoice?
    /// Age in nanoseconds at which a forecast is no opinion any more; nil leaves it to the model.
    package internal(set) var expiry: Int64?
    /// Smallest and largest part of one model, and largest of models that move as one; nil for
    /// none.
    package internal(set) var floor: Double?
    package internal(set) var cap: Double?
    package internal(set) var groupCap: Double?
    package internal(set) var drift: DriftSettings?
    /// nil stacks nothing.
    package internal(set) var stacking: StackingSettings?
}
