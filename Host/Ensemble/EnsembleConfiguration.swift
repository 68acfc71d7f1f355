/// How an ensemble weighs and what it may hold in memory.
package struct EnsembleConfiguration: Equatable, Sendable {
    package let rule: AggregationRule
    package let loss: LossKind
    /// The rule that weighs positions apart, paid in net utility whatever `loss` is; nil gives
    /// positions the weights of all else.
    package let positions: AggregationRule?
    /// Settled rounds for which a new model is scored without weight, 0 or more.
    package let probationRounds: Int
    /// Shortest time between two points of the weights over time, 0 or more.
    package let weightStep_ns: Int64
    /// Points kept of the weights over time; when full, every second one goes and the step doubles.
    package let weightPointsMax: Int
    /// Rounds that may wait for their horizon; a forecast that would open one more is refused.
    package let outstandingMax: Int
    /// Pairs of instrument and horizon that are told apart; one more is a fault of its model.
    package let seriesMax: Int
    /// Settled rounds kept in the performance ledger at least, at most twice that; nil keeps all.
    package let ledgerRounds: Int?
    /// Caps and the watch over losses.
    package let protections: Protections
    /// Whether a forecast's confidence says how far its model is awake; else any above 0 is all.
    package let usesConfidence: Bool
    /// How much forecasts count whose horizons overlap.
    package let overlap: Overlap
    /// What further copies of the rule are kept for; nil keeps none.
    package let regimes: RegimeSplit?
    /// Age from which a forecast is no opinion any more, whatever its model says, in nanoseconds.
    package let expiry_ns: Int64?
    /// Fee and slippage of a change of position by one, in basis points of notional.
    package let cost_bps: Double
    /// The model that is made of the others; nil for none.
    package let stacking: StackingConfiguration?

    package init(
        rule: AggregationRule, loss: LossKind, positions: AggregationRule? = nil,
        probationRounds: Int = 30, weightStep_ns: Int64 = 0,
        weightPointsMax: Int = 4_096, outstandingMax: Int = 65_536, seriesMax: Int = 4_096,
        ledgerRounds: Int? = nil, protections: Protections = .none, usesConfidence: Bool = false,
        overlap: Overlap = .shared, regimes: RegimeSplit? = nil, expiry_ns: Int64? = nil,
        cost_bps: Double? = nil, stacking: StackingConfiguration? = nil
    ) {
        precondition(probationRounds >= 0)
        precondition(weightStep_ns >= 0)
        precondition(weightPointsMax >= 4)
        precondition(outstandingMax > 0)
        precondition(seriesMax > 0)
        precondition(ledgerRounds ?? 1 > 0)
        self.rule = rule
        self.loss = loss
        self.positions = positions
        self.probationRounds = probationRounds
        self.weightStep_ns = weightStep_ns
        self.weightPointsMax = weightPointsMax
        self.outstandingMax = outstandingMax
        self.seriesMax = seriesMax
        self.ledgerRounds = ledgerRounds
        self.protections = protections
        self.usesConfidence = usesConfidence
        self.overlap = overlap
        self.regimes = regimes
        self.expiry_ns = expiry_ns
        self.stacking = stacking
        if case .netUtility(let own, _) = loss {
            self.cost_bps = own
        } else {
            self.cost_bps = cost_bps ?? 0
        }
    }
}

/// How much a forecast counts whose horizon overlaps with the model's earlier ones.
///
/// Sixty forecasts of the next hour, one a minute, have outcomes that are nearly one; to learn from
/// each in full is to be as sure after an hour as after sixty.
package enum Overlap: String, CaseIterable, Sendable {
    /// As the part of its horizon that no earlier one covers: an hour is one hour's evidence,
    /// however often it was forecast. The rules take it as they take confidence.
    case shared
    /// In full.
    case full
}

/// By what the market's states are told apart, each of which has a copy of the rule.
package enum RegimeSplit: String, CaseIterable, Sendable {
    /// Whether an instrument's returns vary more than they did over long.
    case volatility

    /// States there are.
    var count: Int { 2 }
}

/// Why the registry of models refused a change; it is as it was.
package enum EnsembleError: Error, Equatable, Sendable {
    case duplicateModel(id: String)
    case unknownModel(id: String)
    /// The model's state does not allow the change.
    case wrongState(id: String, found: ModelState)
    /// A prior is a relative mass: finite and above 0.
    case invalidPrior(id: String, prior: Double)
    /// The ensemble already has `allowed` models.
    case tooManyModels(allowed: Int)
}

/// Where a model stands in its life.
package enum ModelState: UInt8, CaseIterable, Sendable {
    /// Scored, without weight.
    case probation = 1
    /// Heard with its weight.
    case live
    /// Not heard; keeps its mass.
    case suspended
    /// Gone; its mass went to the others.
    case retired
}
