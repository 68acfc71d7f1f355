import RialtoValues

/// What reading all of a series found.
package struct CheckReport: Sendable {
    /// How many problems are kept in words; the rest is only counted.
    package static let problemsMax = 20

    package let definition: SeriesDefinition
    package let count: Int
    package let gaps: Gaps
    /// All problems.
    package private(set) var problemCount = 0
    /// The first of them.
    package private(set) var problems: [HistoryError] = []

    package var isSound: Bool { problemCount == 0 }

    /// Checks each row by ``DataRules`` and the order of times.
    ///
    /// - Complexity: O(rows).
    init(of series: Series) {
        definition = series.definition
        count = series.count
        gaps = Gaps(of: series, longerThan_ns: .max)
        let rules = DataRules(kind: series.kind, interval_ns: series.interval_ns)
        let least = series.kind == .bars ? series.interval_ns : 0
        for index in 0..<series.count {
            let row = series.row(index)
            if let fault = rules.fault(row) {
                add(Self.problem(fault, row, index, rules, definition))
            }
            guard index > 0 else { continue }
            let (step, over) = row[0].subtractingReportingOverflow(series.time_ns[index - 1])
            if !over, step < least { add(Self.early(index, row, least)) }
        }
    }

    mutating func add(_ problem: HistoryError) {
        problemCount += 1
        if problems.count < Self.problemsMax { problems.append(problem) }
    }

    private static func problem(
        _ fault: (what: Impossible, field: Int), _ row: Row, _ index: Int, _ rules: DataRules,
        _ definition: SeriesDefinition
    ) -> HistoryError {
        HistoryError(
            .impossible, "the stored row is impossible: " + fault.what.rawValue, row: index,
            field: definition.kind.fields[fault.field].name,
            found: rules.text(row, field: fault.field, definition.instrument),
            allowed: rules.allowed(fault.what, row, definition.instrument))
    }

    private static func early(_ index: Int, _ row: Row, _ least: Int64) -> HistoryError {
        let allowed =
            least > 0 ? Interval.text(least) + " after the row before, or later" : "no fall"
        return HistoryError(
            .order, "the stored times are out of order", row: index, field: "time",
            found: UnixTime.text(row[0]), allowed: allowed)
    }
}
