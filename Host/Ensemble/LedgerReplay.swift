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
    /// Return over the horizon, as a fraction.
    package let outcome: Double
    package let loss: Double
    /// State of the market at issue.
    package let regime: Int
    /// Whether the model was heard when it spoke.
    package let isLive: Bool
    /// Whether it crashed before the outcome.
    package let isLost: Bool

    package init(
        round: Int, settled_ns: Int64, model: Int, instrument: Int, probabilityUp: Double,
        confidence: Double, weight: Double, outcome: Double, loss: Double, regime: Int,
        isLive: Bool, isLost: Bool
    ) {
        self.round = round
        self.settled_ns = settled_ns
        self.model = model
        self.instrument = instrument
        self.probabilityUp = probabilityUp
        self.confidence = confidence
        self.weight = weight
        self.outcome = outcome
        self.loss = loss
        self.regime = regime
        self.isLive = isLive
        self.isLost = isLost
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

    /// Takes in a change of the registry.
    package mutating func apply(_ change: RegistryChange) { book.apply(change) }

    /// Takes in the lines of one round, in the order of models.
    package mutating func settle(_ lines: [LedgerLine]) {
        guard let first = lines.first else { return }
        book.settle(
            lines.map {
                ModelLoss(
                    model: $0.model, loss: $0.loss, awake: book.degree($0.confidence),
                    isLost: $0.isLost)
            }, regime: first.regime)
    }
}
