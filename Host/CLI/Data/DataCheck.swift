import RialtoHistory
import RialtoText

/// `rialto data check [SERIES]`: reads everything and says what is wrong with it.
enum DataCheck {
    static let command = Command(
        "check", "verify checksums and data rules",
        discussion: "Reads one series, or all. Exit status 1 when one is not sound.\n"
            + "Of a book, messages that do not follow each other and crossed books are\n"
            + "problems; gaps are where its recording missed messages and the book is empty.\n"
            + "Where the instrument has a calendar, closed hours are no gaps, and rows outside of\n"
            + "its sessions are counted. Records of actions are verified too.",
        arguments: [SeriesName.argument(isRequired: false)],
        options: [DataFolder.option],
        examples: [Example("rialto data check", "check everything in the folder")]
    ) { invocation, console in
        let folder = DataFolder.history(invocation)
        let (series, damaged) = try chosen(invocation.texts("series"), folder)
        if series.isEmpty, damaged.isEmpty { DataFolder.tellEmpty(folder, console) }
        let reports = try check(series, folder, console)
        let unusable =
            try folder.records().damaged + (invocation.texts("series").isEmpty ? texts(folder) : [])
        if !reports.isEmpty { table(reports).print(to: console) }
        for report in reports { tell(report, console) }
        for error in damaged + unusable { console.report(error.house) }
        return damaged.isEmpty && unusable.isEmpty && reports.allSatisfy(\.isSound)
            ? .done : .failed
    }

    /// Why series of texts cannot be used: opening one reads and verifies all of it.
    private static func texts(_ folder: HistoryFolder) throws -> [HistoryError] {
        let (series, damaged) = try folder.scanTexts()
        return damaged
            + series.compactMap { info in
                do throws(HistoryError) {
                    _ = try folder.openTexts(info.name)
                    return nil
                } catch { return error }
            }
    }

    private static func chosen(
        _ words: [String], _ folder: HistoryFolder
    ) throws -> (
        [SeriesInfo], [HistoryError]
    ) {
        if words.isEmpty { return try folder.scan() }
        return ([try SeriesName(words).found(in: folder)], [])
    }

    private static func check(
        _ series: [SeriesInfo], _ folder: HistoryFolder, _ console: Console
    ) throws -> [CheckReport] {
        let total = series.map(\.fileBytes).reduce(0, +)
        var progress = WorkProgress("check", total: total, console: console)
        defer { progress.end() }
        var done = 0
        return try series.map { info in
            let report = try folder.check(info.key)
            done += info.fileBytes
            progress.update(done)
            return report
        }
    }

    private static func table(_ reports: [CheckReport]) -> Table {
        Table(
            [
                .init("instrument"), .init("kind"), .init("interval"), .init("rows"),
                .init("gaps"), .init("outside", "outside of sessions"), .init("problems"),
                .init("status"),
            ],
            rows: reports.map { report in
                let key = report.definition.key
                return [
                    .text(key.instrument), .text(key.kind.name), SeriesFacts.interval(key),
                    .count(report.count),
                    gaps(report), report.outside.map { .count($0) } ?? .none,
                    .count(report.problemCount), .text(report.isSound ? "sound" : "not sound"),
                ]
            })
    }

    /// Missing bars, or places where messages about a book were missed.
    private static func gaps(_ report: CheckReport) -> Cell {
        if let book = report.book { return .count(book.gaps) }
        return report.definition.kind == .bars ? .count(report.gaps.count) : .none
    }

    private static func tell(_ report: CheckReport, _ console: Console) {
        let key = report.definition.key
        for problem in report.problems {
            let house = problem.house
            console.report(
                HouseMessage(
                    house.summary, details: [.init("series", key.text)] + house.details,
                    help: house.help))
        }
        let more = report.problemCount - report.problems.count
        if more > 0 { console.note("and \(more) more in \(key.text)") }
    }
}
