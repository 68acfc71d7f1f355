import RialtoValues

/// What reading all of a series found.
package struct CheckReport: Sendable {
    /// How many problems are kept in words; the rest is only counted.
    package static let problemsMax = 20

    package let definition: SeriesDefinition
    package let count: Int
    package let gaps: Gaps
    /// Rows that lie in no session of the instrument's calendar; nil where it is always open.
    package let outside: Int?
    /// What a book adds up to; nil for other kinds.
    package let book: BookFacts?
    private var log = ProblemLog()

    /// All problems.
    package var problemCount: Int { log.count }
    /// The first of them.
    package var problems: [HistoryError] { log.first }

    package var isSound: Bool { problemCount == 0 }

    /// Checks each row by ``DataRules`` and the order of times; of a book also its messages, their
    /// sequence, and that no bid meets an ask.
    ///
    /// - Complexity: O(rows).
    init(of series: Series, calendar: TradingCalendar) throws(HistoryError) {
        definition = series.definition
        count = series.count
        gaps = try Gaps(of: series, longerThan_ns: .max, calendar: calendar)
        outside = try Self.outside(series, calendar)
        var facts = series.kind == .book ? BookFacts() : nil
        var log = ProblemLog()
        let rules = DataRules(kind: series.kind, interval_ns: series.interval_ns)
        let least = series.kind == .bars ? series.interval_ns : 0
        for index in 0..<series.count {
            let row = series.row(index)
            if let fault = rules.fault(row) {
                log.add(Self.problem(fault, row, index, rules, definition))
            }
            if let fault = facts?.take(row) {
                log.add(Self.problem(fault, row, index, rules, definition))
            }
            guard index > 0 else { continue }
            let (step, over) = row[0].subtractingReportingOverflow(series.time_ns[index - 1])
            if !over, step < least { log.add(Self.early(index, row, least)) }
        }
        book = facts
        self.log = log
    }

    /// A bar lies outside when no instant of it is in a session, another row when its time is not.
    private static func outside(
        _ series: Series, _ calendar: TradingCalendar
    ) throws(HistoryError) -> Int? {
        guard calendar != .always else { return nil }
        let index = try SessionIndex(calendar, of: series), times = series.time_ns
        let length_ns = max(1, series.interval_ns)
        return (0..<series.count).reduce(0) { count, row in
            let start = times[row].subtractingReportingOverflow(series.interval_ns)
            let from_ns = start.overflow ? .min : start.partialValue
            let (end_ns, over) = from_ns.addingReportingOverflow(length_ns)
            return count + (index.isOpen(from: from_ns, to: over ? .max : end_ns) ? 0 : 1)
        }
    }

    mutating func add(_ problem: HistoryError) { log.add(problem) }

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

    private static func problem(
        _ fault: (what: String, field: Int), _ row: Row, _ index: Int, _ rules: DataRules,
        _ definition: SeriesDefinition
    ) -> HistoryError {
        HistoryError(
            .order, "the stored book is not sound: " + fault.what, row: index,
            field: definition.kind.fields[fault.field].name,
            found: rules.text(row, field: fault.field, definition.instrument),
            help: "import the recording again: what it missed is marked there")
    }

    private static func early(_ index: Int, _ row: Row, _ least: Int64) -> HistoryError {
        let allowed =
            least > 0 ? Interval.text(least) + " after the row before, or later" : "no fall"
        return HistoryError(
            .order, "the stored times are out of order", row: index, field: "time",
            found: UnixTime.text(row[0]), allowed: allowed)
    }
}

/// Problems, counted, the first of them in words.
private struct ProblemLog: Sendable {
    private(set) var count = 0
    private(set) var first: [HistoryError] = []

    mutating func add(_ problem: HistoryError) {
        count += 1
        if first.count < CheckReport.problemsMax { first.append(problem) }
    }
}
