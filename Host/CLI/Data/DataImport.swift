import RialtoHistory
import RialtoText
import RialtoValues

/// `rialto data import FILE...`: files into one series, or a NumPy array into several.
enum DataImport {
    static let command = Command(
        "import", "bring market data, or what happened to an instrument, into the data folder",
        discussion:
            "Files may be gzip. Columns are found by their common names; --column names the rest.\n"
            + "Prices are read exactly: one with more decimals than the instrument is refused, a\n"
            + "quantity, or what is not traded at (a mark), is rounded and counted. A series that\n"
            + "is there already is replaced once the new one is whole.\n\n"
            + "A venue's recorded stream (each line the receive time in ns, a blank, the venue's\n"
            + "JSON) is known by its content and needs no option: it gives trades, quotes, the\n"
            + "book, marks, open interest and liquidations at once. The book follows the venue's\n"
            + "sequence; where messages are missing it is empty until the next whole book. What\n"
            + "was found is told first.\n\n"
            + "--kind actions reads a CSV with the columns time, action and value: split 4:1,\n"
            + "dividend 0.205, rename FB>META, listing NAME, delisting PRICE (or expiry; without\n"
            + "a price at the last one), halt, resume, funding RATE. A date alone is the opening\n"
            + "of that day's session. --kind funding reads the columns time and rate. Both take\n"
            + "the place of what was recorded of those sorts before.\n\n"
            + "Daily or hourly archives of shares of LEAN (.zip) are known by their content and\n"
            + "bring splits, dividends and tickers along from factor_files and map_files beside\n"
            + "them. Rows of another instrument that had the ticker once are left out.\n\n"
            + fields,
        arguments: [
            Argument(
                "file", .file([".csv", ".csv.gz", ".npy", ".raw.gz", ".zip"]),
                "what to import; several files, in order of time, become one series", repeats: true)
        ],
        options: options,
        examples: [
            Example(
                "rialto data import BTCUSD-1m.csv.gz --instrument BTC/USD --kind bars "
                    + "--interval 1m --bar-time open", "one-minute bars"),
            Example(
                "rialto data import t.csv --instrument ETH/USD --kind trades "
                    + "--position time=5 --position price=4", "trades without a header"),
            Example("rialto data import ethusdt.raw.gz", "a recorded stream"),
            Example(
                "rialto data import aapl.csv --kind actions --instrument AAPL/USD "
                    + "--calendar us-equities", "splits and dividends"),
            Example("rialto data import equity/usa/daily/aapl.zip", "shares of LEAN"),
        ],
        body: run)

    /// The fields of each kind of row, those in brackets optional.
    private static var fields: String {
        SeriesKind.allCases.map { kind in
            let names = kind.fields.map { $0.isRequired ? $0.name : "[\($0.name)]" }
            return "fields of " + kind.name + ": " + names.joined(separator: ", ")
                + (kind == .trades ? " or [\(ColumnMap.makerField)]" : "")
        }.joined(separator: "\n")
    }

    private static let options = [
        Option(
            "instrument", .text("NAME"), "what the rows are of, such as BTC/USD", repeats: true),
        Option(
            "kind",
            .choice(SeriesKind.allCases.map(\.name) + ActionTable.Content.allCases.map(\.rawValue)),
            "what a row is"),
        Option(
            "interval", .text("LENGTH"), "how long one bar is, such as 1m, 1h or 1d; bars need it"),
        Option(
            "bar-time", .choice(BarTime.allCases.map(\.rawValue)),
            "which end of a bar the file's times are; bars need it"),
        Option(
            "price-decimals", .integer(0...18),
            "decimals of a price; else as many as the file needs"),
        Option("quantity-decimals", .integer(0...18), "decimals of a quantity; else the same way"),
        Option("price-step", .text("X"), "smallest change of a price; else one unit"),
        Option("quantity-step", .text("X"), "smallest change of a quantity; else one unit"),
        Option("currency", .text("NAME"), "what it is paid in; else from the name after /"),
        Option("venue", .text("NAME"), "venue that the rows are from"),
        Option("multiplier", .integer(1...1_000_000_000), "units of the base in one contract"),
        Option(
            "instrument-kind", .choice(["spot", "linear", "inverse"]),
            "the asset, or a contract on it; else spot, or as a stream says"),
        Option(
            "venue-stream", .choice(VenueStream.allCases.map(\.rawValue)),
            "whose recorded stream it is"),
        Option(
            "column", .text("FIELD=NAME"), "the column of a field, such as time=Date",
            repeats: true),
        Option(
            "position", .text("FIELD=N"), "the same by number, without a header",
            repeats: true),
        Option(
            "time-unit", .choice(TimeUnit.allCases.map(\.rawValue)),
            "unit of the times; else as they look"),
        Option(
            "venue-time-unit", .choice(TimeUnit.allCases.map(\.rawValue)),
            "unit of venue_time; else the same way"),
        Option(
            "delimiter", .choice(["comma", "semicolon", "tab"]),
            "what parts the columns; else comma"),
        Option("skip-lines", .integer(0...1_000_000), "lines before the header"),
        Option("gap", .text("LENGTH"), "count longer silence of trades or quotes as a gap"),
        InstrumentFacts.calendarOption,
        Option(flag: "sparse", "accept bars of which no two are as near as --interval says"),
        Option(flag: "clean", "leave out faulty rows and sort the rest; all is counted"),
        DataFolder.option,
    ]

    @Sendable private static func run(
        _ invocation: Invocation, _ console: Console
    ) throws
        -> CommandStatus
    {
        if let content = ImportActions.content(invocation) {
            return try ImportActions.run(invocation, content, console)
        }
        if try ImportLean.isMeant(invocation) { return try ImportLean.run(invocation, console) }
        if try ImportStream.isMeant(invocation) {
            return try ImportStream.run(invocation, console)
        }
        let plan = try ImportPlan(invocation)
        let sources = try ImportSources(
            invocation.texts("file"), plan, instruments: invocation.texts("instrument").count)
        let decimals = try DecimalsChoice.of(invocation, plan, sources, console)
        let (instruments, guesses) = try ImportInstrument.all(invocation, decimals)
        for remark in decimals.remarks + guesses { console.note(remark) }
        let imported = try read(sources, plan, instruments, console)
        for one in imported {
            try ImportSummary.requireRows(one, sources.paths)
            if !invocation.flag("sparse") { try ImportSummary.requireInterval(one, sources.paths) }
        }
        let folder = DataFolder.history(invocation)
        for one in imported {
            ImportSummary.tellExamples(one.report, console)
            let replaced = try SeriesWriter.write(one.series, to: folder)
            let name = one.series.instrument.name
            if replaced != nil { try removeGaps(one.series.key, folder, console) }
            try InstrumentFacts.keepCalendar(invocation, of: name, in: folder)
            try ImportSummary.facts(
                one, folder, replaced: replaced, calendar: try folder.record(of: name).calendar
            ).print(to: console)
            try ImportSummary.tellOthers(one.series, folder, console)
        }
        return .done
    }

    /// What a recorded stream missed is no gap of a table that takes its place.
    private static func removeGaps(
        _ key: SeriesKey, _ folder: HistoryFolder, _ console: Console
    ) throws(HistoryError) {
        let gaps = SeriesKey(instrument: key.instrument, kind: .gaps, interval_ns: 0)
        guard key.kind == .trades || key.kind == .quotes, folder.has(gaps) else { return }
        try folder.remove(gaps)
        console.note("a recorded stream of \(key.instrument) was replaced: its gaps are gone")
    }

    private static func read(
        _ sources: ImportSources, _ plan: ImportPlan, _ instruments: [Instrument],
        _ console: Console
    ) throws -> [Imported] {
        if sources.isNumpy {
            let input = try ByteInput(path: sources.paths[0])
            return try input.watched("import", console) { progress in
                try plan.importer.numpy(
                    input, instruments, format: plan.numpy, progress: progress)
            }
        }
        let parts = try sources.paths.map { path in
            let input = try ByteInput(path: path)
            return try input.watched("import", console) { progress in
                try plan.importer.csv(
                    input, instruments[0], format: plan.csv, progress: progress)
            }
        }
        return [try plan.importer.joined(parts, names: sources.paths)]
    }
}
