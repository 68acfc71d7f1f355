import RialtoEnsemble

/// Why the weights of a run changed, told from its tables.
package struct WeightTale {
    /// One change, and why in one sentence.
    package struct Line: Equatable, Sendable {
        package let model: String
        package let change: WeightChange
        package let sentence: String
    }

    package let ledger: RunLedger
    private let points: [WeightPoint]
    private let isOfPositions: Bool

    /// nil when the run had no models, kept no ledger, or its weights never stood twice.
    ///
    /// - Parameter isOfPositions: Tells of the weights of positions, where they are weighed apart.
    package init?(_ tables: RunTables, isOfPositions: Bool = false) {
        guard let ledger = RunLedger(tables) else { return nil }
        self.isOfPositions = isOfPositions
        let weights = tables[isOfPositions ? "position_weights" : "weights"],
            times = weights.integers("time_ns")
        let columns = ledger.models.map { weights.numbers($0) }
        guard weights.count > 1 else { return nil }
        self.ledger = ledger
        points = (0..<weights.count).map { row in
            WeightPoint(
                time_ns: times[row], weights: columns.map { row < $0.count ? $0[row] : 0 })
        }
    }

    /// Every change of at least `least`, by time and then by model.
    ///
    /// - Parameters:
    ///   - parts: In how many parts of about equal length the time is told, 1 or more.
    ///   - until: Last moment that counts, Unix nanoseconds UTC.
    package func lines(parts: Int, least: Double, until: Int64 = .max) -> [Line] {
        let told = points.filter { $0.time_ns <= until }
        var story = WeightStory(
            points: told, parts: parts, models: ledger.models.count,
            instruments: ledger.instruments.count)
        ledger.forEach(
            change: { story.apply($0) },
            round: { story.settle(isOfPositions ? $0.map(\.ofPosition) : $0) })
        return story.changes(least: least).map { change in
            Line(
                model: ledger.models[change.model], change: change,
                sentence: change.sentence(
                    models: ledger.models, instruments: ledger.instruments))
        }
    }
}
