import RialtoValues

/// Takes the rows of a source one by one, applies the rules, and ends as a series with a report.
final class RowIntake {
    private let definition: SeriesDefinition
    private let rules: ImportRules
    private let dataRules: DataRules
    /// What messages call the source.
    var name: String
    /// Whether a place is a line of text, from 1, or a row, from 0.
    private let isText: Bool
    private var report = ImportReport()
    private let kept: Columns
    private var last: Row?
    /// Rows that wait to be sorted, with their places and whether they were rounded.
    private let waiting: Columns?
    private var places: [(place: Int, rounded: Int)] = []
    private var latest_ns = Int64.min

    init(
        _ definition: SeriesDefinition, rules: ImportRules, name: String, isText: Bool,
        capacity: Int = 0
    ) throws(HistoryError) {
        try definition.check()
        self.definition = definition
        self.rules = rules
        self.name = name
        self.isText = isText
        dataRules = DataRules(kind: definition.kind, interval_ns: definition.interval_ns)
        let isSorting = rules.disorder == .sort
        kept = try Columns(definition.kind, capacity: isSorting ? 0 : capacity)
        waiting = isSorting ? try Columns(definition.kind, capacity: capacity) : nil
    }

    /// Takes a row that could be read.
    ///
    /// - Parameters:
    ///   - place: Its line or row.
    ///   - rounded: How many of its quantities were rounded.
    /// - Throws: ``HistoryError`` where the rules refuse the row.
    func take(_ row: Row, at place: Int, rounded: Int) throws(HistoryError) {
        report.rows &+= 1
        if let fault = dataRules.fault(row) { return try refuse(row, fault, at: place) }
        guard let waiting else { return try settle(row, at: place, rounded: rounded) }
        if row[0] < latest_ns { report.outOfOrder += 1 }
        latest_ns = max(latest_ns, row[0])
        try waiting.append(row)
        places.append((place, rounded))
    }

    /// Counts a row that could not be read.
    ///
    /// - Throws: `error` where the rules refuse such rows.
    func takeUnreadable(_ error: HistoryError) throws(HistoryError) {
        report.rows += 1
        guard rules.faulty == .drop else { throw error }
        report.drop(.unreadable, error)
    }

    var rows: Int { report.rows }

    /// - Parameter gap_ns: What counts as a gap between trades or quotes.
    func finish(gap_ns: Int64) throws(HistoryError) -> Imported {
        if let waiting { try settleAll(waiting) }
        let series = Series(definition, owning: kept)
        report.finish(series, gap_ns: gap_ns)
        return Imported(series: series, report: report)
    }

    private func settleAll(_ waiting: Columns) throws(HistoryError) {
        let series = Series(definition, owning: waiting)
        let times = series.time_ns
        var order = Array(0..<series.count)
        if report.outOfOrder > 0 {
            order.sort { times[$0] != times[$1] ? times[$0] < times[$1] : $0 < $1 }
        }
        for index in order {
            let (place, rounded) = places[index]
            try settle(series.row(index), at: place, rounded: rounded)
        }
    }

    /// Puts a possible row behind the last one, if it belongs there.
    private func settle(_ row: Row, at place: Int, rounded: Int) throws(HistoryError) {
        if let last, try !follows(row, last, at: place) { return }
        try kept.append(row)
        last = row
        report.quantitiesRounded &+= rounded
    }

    private func follows(_ row: Row, _ last: Row, at place: Int) throws(HistoryError) -> Bool {
        let (step, over) = row[0].subtractingReportingOverflow(last[0])
        if over || step < 0 { if row[0] < last[0] { throw early(row, last, at: place) } }
        guard definition.kind == .bars, !over, step < definition.interval_ns else { return true }
        if step == 0 {
            try resolve(row, last, at: place)
        } else {
            let error = overlap(row, last, at: place)
            guard rules.faulty == .drop else { throw error }
            report.drop(.overlap, error)
        }
        return false
    }

    private func resolve(_ row: Row, _ last: Row, at place: Int) throws(HistoryError) {
        let isSame = (1...5).allSatisfy { row[$0] == last[$0] }
        let error = conflict(row, isSame, at: place)
        guard isSame || rules.conflict == .keepFirst else { throw error }
        report.drop(isSame ? .duplicate : .conflict, error)
    }

    private func refuse(
        _ row: Row, _ fault: (what: Impossible, field: Int), at place: Int
    )
        throws(HistoryError)
    {
        var error = error(.impossible, "import stopped: " + fault.what.rawValue, at: place)
        error.field = definition.kind.fields[fault.field].name
        error.found = dataRules.text(row, field: fault.field, definition.instrument)
        error.allowed = dataRules.allowed(fault.what, row, definition.instrument)
        error.help = "correct the row; with --clean such rows are left out and counted"
        guard rules.faulty == .drop else { throw error }
        report.drop(.impossible(fault.what), error)
    }

    private func early(_ row: Row, _ last: Row, at place: Int) -> HistoryError {
        var error = error(.order, "import stopped: the times are out of order", at: place)
        error.found = UnixTime.text(row[0])
        error.allowed = UnixTime.text(last[0]) + " or later"
        error.help = "sort the file, or add --clean, which sorts it"
        return error
    }

    private func overlap(_ row: Row, _ last: Row, at place: Int) -> HistoryError {
        var error = error(.order, "import stopped: two bars overlap", at: place)
        error.found = Interval.text(row[0] - last[0]) + " after the bar before"
        error.allowed = Interval.text(definition.interval_ns) + ", the interval, or more"
        error.help = "check the interval; with --clean the later bar is left out"
        return error
    }

    private func conflict(_ row: Row, _ isSame: Bool, at place: Int) -> HistoryError {
        let what =
            isSame ? "the same bar comes twice" : "import stopped: two bars of one time differ"
        var error = error(.conflict, what, at: place)
        error.found = "a second bar that closes at " + UnixTime.text(row[0])
        error.allowed = "one"
        error.help = "remove one of them; with --clean the first is kept"
        return error
    }

    private func error(_ kind: HistoryError.Kind, _ summary: String, at place: Int) -> HistoryError
    {
        HistoryError(
            kind, summary, file: name, line: isText ? place : nil, row: isText ? nil : place,
            field: "time")
    }
}
