/// One scored forecast as a ledger keeps it, wherever it was kept.
package struct LedgerLine: Equatable, Sendable {
    /// Number of the round in the order of settlement, from 0.
    package let round: Int
    /// When the horizon ended, Unix nanoseconds UTC.
    package let settled_ns: Int64
    /// Index of the model in the run.
    package let model: Int
    /// Index of the instrument in the run.
    package let instrument: Int
    /// 0...1.
    package let probabilityUp: Double
    /// 0...1.
    package let confidence: Double
    /// Weight at issue, 0...1.
    package let weight: Double
    /// That of the position at issue, 0...1.
    package let positionWeight: Double
    /// Return over the horizon, as a fraction.
    package let outcome: Double
    package let loss: Double
    /// What the position paid, (1 - net utility) / 2, 0...1.
    package let utilityLoss: Double
    /// How much it counts, above 0, at most 1.
    package let evidence: Double
    /// State of the market at issue.
    package let regime: Int
    /// Whether the model was heard when it spoke.
    package let isLive: Bool
    /// Whether it crashed before the outcome.
    package let isLost: Bool

    package init(
        round: Int, settled_ns: Int64, model: Int, instrument: Int, probabilityUp: Double,
        confidence: Double, weight: Double, positionWeight: Double, outcome: Double, loss: Double,
        utilityLoss: Double, evidence: Double = 1, regime: Int, isLive: Bool, isLost: Bool
    ) {
        self.round = round
        self.settled_ns = settled_ns
        self.model = model
        self.instrument = instrument
        self.probabilityUp = probabilityUp
        self.confidence = confidence
        self.weight = weight
        self.positionWeight = positionWeight
        self.outcome = outcome
        self.loss = loss
        self.utilityLoss = utilityLoss
        self.evidence = evidence
        self.regime = regime
        self.isLive = isLive
        self.isLost = isLost
    }

    /// The line as the rule of positions sees it: what the position paid, and its weight.
    package var ofPosition: LedgerLine {
        LedgerLine(
            round: round, settled_ns: settled_ns, model: model, instrument: instrument,
            probabilityUp: probabilityUp, confidence: confidence, weight: positionWeight,
            positionWeight: positionWeight, outcome: outcome, loss: utilityLoss,
            utilityLoss: utilityLoss, evidence: evidence, regime: regime, isLive: isLive,
            isLost: isLost)
    }
}

/// Makes weights anew from a kept ledger: the same changes and rounds in the same order give the
/// same bits.
package struct LedgerReplay: Sendable {
    private var book: WeightBook

    /// - Parameter configuration: That of the run whose ledger it is.
    package init(_ configuration: EnsembleConfiguration) { book = WeightBook(configuration) }

    /// The share of each model in the pool, 0...1.
    package var weights: [Double] { book.weights }

    /// The same of positions, where they are weighed apart.
    package var positionWeights: [Double]? { book.positionWeights }

    /// Takes in a change of the registry.
    package mutating func apply(_ change: RegistryChange) { book.apply(change) }

    /// Takes in the lines of one round, in the order of models.
    package mutating func settle(_ lines: [LedgerLine]) {
        guard let first = lines.first else { return }
        book.settle(
            lines.map {
                ModelLoss(
                    model: $0.model, loss: $0.loss, utilityLoss: $0.utilityLoss,
                    awake: book.degree($0.confidence) * $0.evidence, isLost: $0.isLost)
            }, regime: first.regime)
    }
}
