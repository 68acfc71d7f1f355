/// How an ensemble weighs and what it may hold in memory.
package struct EnsembleConfiguration: Equatable, Sendable {
    package let rule: AggregationRule
    package let loss: LossKind
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

    package init(
        rule: AggregationRule, loss: LossKind, probationRounds: Int = 30, weightStep_ns: Int64 = 0,
        weightPointsMax: Int = 4_096, outstandingMax: Int = 65_536, seriesMax: Int = 4_096,
        ledgerRounds: Int? = nil, protections: Protections = .none
    ) {
        precondition(probationRounds >= 0)
        precondition(weightStep_ns >= 0)
        precondition(weightPointsMax >= 4)
        precondition(outstandingMax > 0)
        precondition(seriesMax > 0)
        precondition(ledgerRounds ?? 1 > 0)
        self.rule = rule
        self.loss = loss
        self.probationRounds = probationRounds
        self.weightStep_ns = weightStep_ns
        self.weightPointsMax = weightPointsMax
        self.outstandingMax = outstandingMax
        self.seriesMax = seriesMax
        self.ledgerRounds = ledgerRounds
        self.protections = protections
    }
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
