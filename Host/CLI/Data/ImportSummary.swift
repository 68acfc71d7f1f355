import RialtoHistory
import RialtoText
import RialtoValues

/// What an import tells when it is done.
enum ImportSummary {
    /// The report as one row of facts.
    ///
    /// - Parameters:
    ///   - replaced: The series that had the same key before.
    ///   - calendar: By which silence is no gap.
    ///   - more: Facts to add at the end.
    static func facts(
        _ imported: Imported, _ folder: HistoryFolder, replaced: SeriesInfo?,
        calendar: TradingCalendar, more: [SeriesFacts.Fact] = []
    ) throws(HistoryError) -> Facts {
        let report = imported.report
        let series = imported.series
        var rows = SeriesFacts.name(series.key)
        rows += [
            (.init("file"), .text(folder.filePath(series.key))),
            (.init("replaced_rows", "replaced rows"), replaced.map { .count($0.count) } ?? .none),
            (.init("rows_read", "rows read"), .count(report.rows)),
            (.init("rows_kept", "rows kept"), .count(report.kept)),
        ]
        rows += dropped(report)
        rows += [
            (.init("out_of_order", "out of order"), .count(report.outOfOrder)),
            (.init("quantities_rounded", "quantities rounded"), .count(report.quantitiesRounded)),
        ]
        rows += SeriesFacts.period(series.kind, report.firstTime_ns, report.lastTime_ns)
        let gaps =
            calendar == .always || series.kind != .bars
            ? report.gaps : try Gaps(of: series, longerThan_ns: .max, calendar: calendar)
        rows += SeriesFacts.gaps(gaps, series.kind)
        rows += SeriesFacts.units(series.instrument)
        return Facts(rows + more)
    }

    /// One fact for each reason, most frequent first.
    private static func dropped(_ report: ImportReport) -> [(Table.Column, Cell)] {
        let reasons = report.dropped.sorted {
            ($1.value, $0.key.text) < ($0.value, $1.key.text)
        }
        return reasons.map { reason, count in
            let key = "dropped_" + reason.text.replacing(" ", with: "_")
            return (.init(key, "dropped, " + reason.text), .count(count))
        }
    }

    /// - Throws: ``HouseMessage`` when nothing was kept: an empty series helps nobody.
    static func requireRows(_ imported: Imported, _ paths: [String]) throws(HouseMessage) {
        guard imported.series.count == 0 else { return }
        let report = imported.report
        throw HouseMessage(
            report.rows == 0
                ? "import refused: there is no row in the file"
                : "import refused: none of \(report.rows) rows could be kept",
            details: [.init("file", paths.joined(separator: ", "))]
                + (report.examples.first.map { [.init("first row", line($0))] } ?? []),
            help: report.rows == 0
                ? "check that the file is the right one"
                : "import without --clean to see the first error in full")
    }

    /// Tells the first rows that were left out.
    static func tellExamples(_ report: ImportReport, _ console: Console) {
        for example in report.examples { console.note("left out: " + line(example)) }
        let more = report.droppedCount - report.examples.count
        if more > 0 { console.note("left out: \(more) more") }
    }

    /// Tells which other series of the instrument count in other units: no run can read both.
    static func tellOthers(
        _ series: Series, _ folder: HistoryFolder, _ console: Console
    )
        throws(HistoryError)
    {
        let others = try folder.scan().series.filter {
            $0.instrument.name == series.instrument.name && $0.instrument != series.instrument
        }
        guard !others.isEmpty else { return }
        console.note(
            "a run cannot read this beside \(others.map(\.key.text).joined(separator: ", ")), "
                + "stored with other decimals, steps, currency or venue")
        console.note("  help: import them alike: give the same options, or make bars of them again")
    }

    /// An error on one line: what, where and what was found.
    static func line(_ error: HistoryError) -> String {
        let place = error.line.map { "line \($0)" } ?? error.row.map { "row \($0)" }
        let what = error.summary.replacing("import stopped: ", with: "")
        let facts = [place, error.field, error.found].compactMap(\.self)
        return Cell.printable(
            what + (facts.isEmpty ? "" : " (" + facts.joined(separator: ", ") + ")"))
    }

    /// Refuses an interval that fits no two bars: with one that is too short, each bar would seem
    /// to be known before it has closed.
    static func requireInterval(_ imported: Imported, _ paths: [String]) throws(HouseMessage) {
        let series = imported.series
        guard series.kind == .bars, series.count > 2,
            imported.report.gaps.count == series.count - 1
        else { return }
        let times = series.time_ns
        let nearest_ns = (1..<series.count).map { times[$0] - times[$0 - 1] }.min() ?? 0
        throw HouseMessage(
            "import refused: no two bars are as near as --interval says",
            details: [
                .init("file", paths.joined(separator: ", ")),
                .init("found", "\(Interval.text(nearest_ns)) from one bar to the next at least"),
                .init("interval", Interval.text(series.interval_ns)),
            ],
            help: "correct --interval; if bars are missing everywhere, add --sparse")
    }
}
