import RialtoHistory
import RialtoText
import RialtoValues

/// The import of a venue's recorded stream: trades, quotes, the book and the rest at once.
enum ImportStream {
    /// Options that mean something for tables only.
    private static let strays = [
        "kind", "interval", "bar-time", "column", "position", "time-unit", "venue-time-unit",
        "delimiter", "skip-lines", "sparse",
    ]

    /// Whether the options, or else the first file's content, say that it is a stream.
    static func isMeant(_ invocation: Invocation) throws -> Bool {
        if invocation.isGiven("venue-stream") { return true }
        guard let path = invocation.texts("file").first else { return false }
        let input = try ByteInput(path: path)
        guard input.bytesTotal != nil else { return false }
        do throws(HistoryError) { return try VenueStream.isRecorded(in: input) } catch {
            return false
        }
    }

    static func run(_ invocation: Invocation, _ console: Console) throws -> CommandStatus {
        try refuseStray(invocation)
        let paths = invocation.texts("file")
        let scan = try scan(paths, invocation, console)
        let instrument = try instrument(scan, invocation, console)
        let imported = try read(paths, scan, instrument, invocation, console)
        tell(imported.report, console)
        guard !imported.series.isEmpty else { throw nothing(paths, imported.report) }
        facts(imported.report, scan, instrument).print(to: console)
        let folder = DataFolder.history(invocation)
        for one in imported.series where one.series.count > 0 {
            ImportSummary.tellExamples(one.report, console)
            let replaced = try SeriesWriter.write(one.series, to: folder)
            if !console.isJSON { console.line("") }
            let name = one.series.instrument.name
            try InstrumentFacts.keepCalendar(invocation, of: name, in: folder)
            try ImportSummary.facts(
                one, folder, replaced: replaced, calendar: try folder.record(of: name).calendar
            ).print(to: console)
        }
        try removeGaps(imported, instrument, folder)
        if let last = imported.series.last {
            try ImportSummary.tellOthers(last.series, folder, console)
        }
        return .done
    }

    /// A stream that was read without a gap has none of those that were known before.
    private static func removeGaps(
        _ imported: StreamImported, _ instrument: Instrument, _ folder: HistoryFolder
    ) throws(HistoryError) {
        guard !imported.series.contains(where: { $0.series.kind == .gaps }) else { return }
        let key = SeriesKey(instrument: instrument.name, kind: .gaps, interval_ns: 0)
        if folder.has(key) { try folder.remove(key) }
    }

    private static func refuseStray(_ invocation: Invocation) throws(HouseMessage) {
        if let stray = strays.first(where: { !invocation.texts($0).isEmpty }) {
            throw .wrongCall(
                "--\(stray) was given, but a recorded stream has none",
                help:
                    "leave it out: trades, quotes and the book are imported as the venue sent them")
        }
        let names = invocation.texts("instrument")
        guard names.count > 1 else { return }
        throw .wrongCall(
            "\(names.count) instruments were named, but a recorded stream holds one",
            help: "import each instrument's stream with its own name")
    }

    private static func scan(
        _ paths: [String], _ invocation: Invocation, _ console: Console
    ) throws -> StreamScan {
        let inputs = try paths.map { path in
            let input = try ByteInput(path: path)
            guard input.bytesTotal != nil else { throw unreadable(path) }
            return input
        }
        let total = inputs.compactMap(\.bytesTotal).reduce(0, +)
        var progress = WorkProgress("scan", total: total, console: console)
        defer { progress.end() }
        let venue = invocation.text("venue-stream").flatMap { VenueStream(rawValue: $0) }
        return try StreamScan(inputs, venue: venue) { _ in
            progress.update(inputs.map(\.bytesRead).reduce(0, +))
        }
    }

    private static func unreadable(_ path: String) -> HouseMessage {
        HouseMessage(
            "import refused: a recorded stream is read twice, and this is no file",
            details: [.init("file", path)], help: "write it to a file first, plain or gzip")
    }

    private static func instrument(
        _ scan: StreamScan, _ invocation: Invocation, _ console: Console
    ) throws -> Instrument {
        let given = invocation.text("instrument")
        guard let name = given ?? scan.venue.instrumentName(symbol: scan.symbol) else {
            throw HouseMessage.wrongCall(
                "import needs --instrument: \(scan.symbol) does not say in what it is paid",
                help: "add --instrument BASE/QUOTE")
        }
        try Mistakes.check(ImportInstrument.withoutCurrency(invocation, names: [name]))
        let decimals = DecimalsChoice(
            [scan.decimals], price: invocation.integer("price-decimals"),
            quantity: invocation.integer("quantity-decimals"), invocation)
        let (instruments, guesses) = try ImportInstrument.all(
            invocation, decimals, names: [name],
            .init(venue: scan.venue.rawValue, kind: scan.venue.instrumentKind))
        if given == nil {
            console.note(
                "instrument: \(name), the venue's \(scan.symbol); "
                    + "to choose, add --instrument NAME")
        }
        for remark in decimals.remarks + guesses { console.note(remark) }
        return instruments[0]
    }

    private static func read(
        _ paths: [String], _ scan: StreamScan, _ instrument: Instrument, _ invocation: Invocation,
        _ console: Console
    ) throws -> StreamImported {
        let work = try StreamImport(
            scan, instrument, rules: invocation.flag("clean") ? .clean : .strict,
            gap_ns: try invocation.length("gap") ?? .max)
        for path in paths {
            let input = try ByteInput(path: path)
            try input.watched("import", console) { progress in
                try work.read(input, progress: progress)
            }
        }
        return try work.finish()
    }

    /// Tells the first troubles.
    private static func tell(_ report: StreamReport, _ console: Console) {
        for example in report.examples { console.note("found: " + ImportSummary.line(example)) }
        let more = report.troubles - report.examples.count
        if more > 0 { console.note("found: \(more) more") }
        if report.isPartial, report.depthMessages > 0 {
            console.note(
                "the stream has no whole book: its book is partial, a level is not known until "
                    + "it changes")
        }
    }

    private static func nothing(_ paths: [String], _ report: StreamReport) -> HouseMessage {
        HouseMessage(
            "import refused: none of \(report.lines) lines gave a row",
            details: [.init("file", paths.joined(separator: ", "))],
            help: "check that the file is the right one")
    }

    /// The report as one row of facts.
    private static func facts(
        _ report: StreamReport, _ scan: StreamScan, _ instrument: Instrument
    ) -> Facts {
        Facts(
            [
                (.init("stream"), .text(scan.venue.rawValue)),
                (.init("symbol"), .text(scan.symbol)),
                (.init("instrument"), .text(instrument.name)),
                (.init("lines"), .count(report.lines)),
            ] + messages(report) + troubles(report) + [
                (
                    .init("first", "first received UTC"),
                    report.firstTime_ns.map { .time($0) } ?? .none
                ),
                (.init("last", "last received UTC"), report.lastTime_ns.map { .time($0) } ?? .none),
            ])
    }

    private static func messages(_ report: StreamReport) -> [SeriesFacts.Fact] {
        [
            (.init("depth_messages", "depth messages"), .count(report.depthMessages)),
            (.init("whole_books", "whole books"), .count(report.snapshots)),
            (.init("trade_messages", "trade messages"), .count(report.tradeMessages)),
            (.init("quote_messages", "quote messages"), .count(report.quoteMessages)),
            (.init("mark_messages", "mark messages"), .count(report.markMessages)),
            (
                .init("open_interest_messages", "open interest messages"),
                .count(report.openInterestMessages)
            ),
            (
                .init("liquidation_messages", "liquidation messages"),
                .count(report.liquidationMessages)
            ),
            (.init("other_messages", "other messages"), .count(report.otherMessages)),
        ]
    }

    private static func troubles(_ report: StreamReport) -> [SeriesFacts.Fact] {
        [
            (.init("sequence_breaks", "sequence breaks"), .count(report.sequenceBreaks)),
            (.init("resyncs"), .count(report.resyncs)),
            (.init("crossed_books", "crossed books"), .count(report.crossedBooks)),
            (.init("repeated", "repeated or late"), .count(report.repeated)),
            (.init("whole_books_passed", "older whole books"), .count(report.snapshotsPassed)),
            (.init("depth_dropped", "depth messages dropped"), .count(report.depthDropped)),
            (.init("rows_dropped", "book rows dropped"), .count(report.rowsDropped)),
            (.init("trades_missed", "trades missed"), .count(report.tradesMissed)),
            (
                .init("trades_not_market", "trades not of the market"),
                .count(report.tradesNotMarket)
            ),
            (.init("unreadable", "unreadable lines"), .count(report.unreadable)),
            (.init("time_falls", "falls of receive time"), .count(report.timeFalls)),
            (
                .init("time_fall_max", "longest fall"),
                report.timeFalls > 0 ? .text(SeriesFacts.length(report.timeFallMax_ns)) : .none
            ),
        ]
    }
}
