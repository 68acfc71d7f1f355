import RialtoHistory
import RialtoText

/// `rialto data resample SERIES --interval LENGTH`: longer bars, kept as a series of their own.
enum DataResample {
    static let command = Command(
        "resample", "make bars of trades, or longer bars of bars",
        discussion:
            "Bars begin at multiples of the interval since 1970. An interval without a row has no\n"
            + "bar. A last bar that the data may not fill is left out; the last of trades always.\n"
            + "Bars of 1d of an instrument with a calendar are one for each session, and rows\n"
            + "outside of sessions are left out. Of adjusted prices a new instrument is made:\n"
            + Adjusting.discussion,
        arguments: [SeriesName.argument()],
        options: [
            Option("interval", .text("LENGTH"), "how long the new bars are, such as 1h"),
            Option(flag: "keep-partial", "keep the last bar where the data end inside it"),
            Adjusting.option,
            Option("as", .text("NAME"), "name of the new instrument; adjusted bars need one"),
            DataFolder.option,
        ],
        examples: [
            Example("rialto data resample BTC/USD bars 1m --interval 1h", "hours of minutes")
        ]
    ) { invocation, console in
        guard let interval_ns = try invocation.length("interval") else {
            throw HouseMessage.wrongCall(
                "resample needs --interval: how long the new bars are", help: "add --interval 1h")
        }
        let folder = DataFolder.history(invocation)
        let name = try SeriesName(invocation.texts("series"))
        let source = try folder.open(name.found(in: folder).key)
        let isKept = invocation.flag("keep-partial")
        let bars = try bars(source, interval_ns, invocation, folder, console)
        try requireNew(bars, source, isKept: isKept)
        let replaced = try SeriesWriter.write(bars, to: folder)
        let calendar = try folder.record(of: source.instrument.name).calendar
        try keep(calendar, of: bars.instrument.name, in: folder)
        try facts(bars, source, folder, replaced, calendar).print(to: console)
        return .done
    }

    private static func bars(
        _ source: Series, _ interval_ns: Int64, _ invocation: Invocation, _ folder: HistoryFolder,
        _ console: Console
    ) throws -> Series {
        let newName = invocation.text("as")
        guard newName != nil || invocation.text("adjust") == PriceAdjustment.none.rawValue else {
            throw HouseMessage.wrongCall(
                "resample with --adjust needs --as: adjusted bars are another instrument's",
                help: "add --as NAME, such as --as \(source.instrument.name).adjusted")
        }
        let rows = try Adjusting.series(source, invocation, folder)
        let made = try made(rows, interval_ns, invocation, folder, console)
        return try newName.map { name throws(HistoryError) in
            try Adjusting.renamed(made, name)
        } ?? made
    }

    private static func made(
        _ rows: Series, _ interval_ns: Int64, _ invocation: Invocation, _ folder: HistoryFolder,
        _ console: Console
    ) throws(HistoryError) -> Series {
        let partial = invocation.flag("keep-partial") ? PartialBar.keep : .drop
        let calendar = try folder.record(of: rows.instrument.name).calendar
        if rows.kind == .bars, rows.interval_ns == interval_ns, invocation.text("as") != nil {
            return rows
        }
        guard interval_ns == CivilDay.length_ns, calendar != .always else {
            return try rows.resampled(to: interval_ns, partialLast: partial)
        }
        let (bars, outside) = try rows.days(of: calendar, partialLast: partial)
        if outside > 0 { console.note("left out: \(outside) rows outside of sessions") }
        return bars
    }

    private static func requireNew(
        _ bars: Series, _ source: Series, isKept: Bool
    )
        throws(HouseMessage)
    {
        guard bars.key != source.key else {
            throw .wrongCall(
                "the series already has bars of \(Interval.text(source.interval_ns))",
                help: "choose a longer --interval")
        }
        guard bars.count == 0 else { return }
        throw HouseMessage(
            "no bar of \(Interval.text(bars.interval_ns)) is full",
            details: [
                .init("series", source.key.text), .init("rows", String(source.count)),
            ], help: isKept ? "" : "add --keep-partial to keep the last one all the same")
    }

    /// Gives a new instrument the calendar of the one that it is made of.
    private static func keep(
        _ calendar: TradingCalendar, of name: String, in folder: HistoryFolder
    ) throws(HistoryError) {
        let record = try folder.record(of: name)
        guard record.calendar != calendar else { return }
        try folder.write(InstrumentRecord(name, calendar: calendar, actions: record.actions))
    }

    private static func facts(
        _ bars: Series, _ source: Series, _ folder: HistoryFolder, _ replaced: SeriesInfo?,
        _ calendar: TradingCalendar
    ) throws(HistoryError) -> Facts {
        let gaps = try Gaps(of: bars, longerThan_ns: .max, calendar: calendar)
        return Facts(
            SeriesFacts.name(bars.key) + [
                (.init("file"), .text(folder.filePath(bars.key))),
                (.init("made_of", "made of"), .text(source.key.text)),
                (.init("rows_read", "rows read"), .count(source.count)),
                (
                    .init("replaced_rows", "replaced rows"),
                    replaced.map { .count($0.count) } ?? .none
                ),
                (.init("rows"), .count(bars.count)),
            ] + SeriesFacts.period(.bars, bars.firstTime_ns, bars.lastTime_ns)
                + SeriesFacts.gaps(gaps, .bars))
    }
}
