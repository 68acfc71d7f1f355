import RialtoValues

/// One scored forecast.
package struct PerformanceEntry: Equatable, Sendable {
    /// Number of the round in the order of settlement, from 0.
    package let round: Int
    package let settled_ns: Int64
    package let forecast: Forecast
    /// What the forecast meant as a probability up, 0...1.
    package let probabilityUp: Double
    /// Weight the model had in its round when it spoke, 0...1.
    package let weight: Double
    /// The same of its position; equal where positions are not weighed apart.
    package let positionWeight: Double
    /// Return from issue to the end of the horizon, as a fraction.
    package let outcome: Double
    package let loss: Double
    /// What its position paid, (1 - net utility) / 2, 0...1.
    package let utilityLoss: Double
    /// Fee, slippage and funding of the position that the forecast argues for, as a fraction of
    /// its notional.
    package let cost: Double
    /// Whether the model was heard when it spoke, or only scored.
    package let isLive: Bool
    /// Whether its model crashed before the outcome, so that it paid the most there is.
    package let isLost: Bool
    /// How much it counts, above 0, at most 1: less where its horizon overlaps with earlier ones.
    package let evidence: Double
    /// State of the market when it spoke; 0 where states are not told apart.
    package let regime: Int
}

extension PerformanceEntry {
    /// What the rule is told of it.
    func modelLoss(in book: borrowing WeightBook) -> ModelLoss {
        ModelLoss(
            model: Int(forecast.model), loss: loss, utilityLoss: utilityLoss,
            awake: book.degree(forecast.confidence) * evidence, isLost: isLost)
    }
}

/// Every scored forecast and every change of the registry, in order; entries are only added.
///
/// With a retention, the oldest rounds are folded into the weights that they led to, so the weights
/// can still be recomputed to the bit while memory stays bounded.
package struct PerformanceLedger: Sendable {
    /// Scored forecasts, oldest first; within a round in the order of models.
    package private(set) var entries: [PerformanceEntry] = []
    /// Changes of the registry with the number of rounds settled before each.
    package private(set) var changes: [(rounds: Int, change: RegistryChange)] = []
    /// Changes of the registry in all, kept or folded.
    package private(set) var changesMade = 0
    /// Rounds settled in all, kept or folded.
    package private(set) var rounds = 0
    /// Rounds folded into the start of the replay.
    package private(set) var roundsFolded = 0

    private var start: WeightBook
    private let retention: Int?

    init(start: WeightBook, retention: Int?) {
        self.start = start
        self.retention = retention
    }

    mutating func append(_ change: RegistryChange) {
        changes.append((rounds, change))
        changesMade += 1
    }

    /// Adds one round; `entries` carry its number and are not empty.
    mutating func append(round entries: [PerformanceEntry]) {
        self.entries += entries
        rounds += 1
        guard let retention, rounds - roundsFolded >= 2 * retention else { return }
        fold(upTo: rounds - retention)
    }

    /// Recomputes models and weights from the first kept entry on.
    func replay() -> WeightBook { replay(upTo: .max).book }

    private func replay(upTo limit: Int) -> (book: WeightBook, entries: Int, changes: Int) {
        var book = start
        var change = 0
        var index = 0
        while index < entries.count, entries[index].round < limit {
            let round = entries[index].round
            while change < changes.count, changes[change].rounds <= round {
                book.apply(changes[change].change)
                change += 1
            }
            let end = entries[index...].firstIndex { $0.round != round } ?? entries.count
            book.settle(
                entries[index..<end].map { $0.modelLoss(in: book) }, regime: entries[index].regime)
            index = end
        }
        while limit == .max, change < changes.count {
            book.apply(changes[change].change)
            change += 1
        }
        return (book, index, change)
    }

    private mutating func fold(upTo limit: Int) {
        let folded = replay(upTo: limit)
        start = folded.book
        entries.removeFirst(folded.entries)
        changes.removeFirst(folded.changes)
        roundsFolded = limit
    }
}
