import RialtoHistory
import RialtoText
import RialtoValues

/// `rialto data export SERIES`: a series as text that imports as the same series.
package enum DataExport {
    /// Takes the next bytes, valid during the call.
    package typealias Output = @Sendable (UnsafeRawBufferPointer) throws(HistoryError) -> Void

    static func command(output: @escaping Output) -> Command {
        Command(
            "export", "write a series as CSV",
            discussion:
                "Prices and quantities are written with all decimals of the instrument. With\n"
                + "--json and no file, each row is an object. What --adjust writes is to look at:\n"
                + Adjusting.discussion,
            arguments: [SeriesName.argument()],
            options: [
                Option("to", .file([".csv"]), "where to; - is stdout", standard: "-"),
                Option("from", .text("TIME"), "first time, such as 2019-01-01"),
                Option("until", .text("TIME"), "first time that is left out"),
                Option("times", .choice(["iso", "ns"]), "how times are written", standard: "iso"),
                Option(
                    "bar-time", .choice(BarTime.allCases.map(\.rawValue)),
                    "which end of a bar its time is", standard: BarTime.close.rawValue),
                Adjusting.option, DataFolder.option,
            ],
            examples: [
                Example(
                    "rialto data export BTC/USD bars 1h --from 2019-06-01 --until 2019-07-01 "
                        + "--to june.csv", "one month to a file"),
                Example("rialto data export BTC/USD trades | head", "look at the first rows"),
            ]
        ) { invocation, console in
            try run(invocation, console, output)
            return .done
        }
    }

    private static func run(_ invocation: Invocation, _ console: Console, _ output: Output) throws {
        let from_ns = try invocation.time("from")
        let until_ns = try invocation.time("until")
        if let from_ns, let until_ns, from_ns >= until_ns {
            throw HouseMessage.wrongCall(
                "--until was not after --from", help: "rows from --from on, before --until")
        }
        let folder = DataFolder.history(invocation)
        let name = try SeriesName(invocation.texts("series"))
        let series = try Adjusting.series(
            folder.open(name.found(in: folder).key), invocation, folder)
        let rows = try rows(series, from_ns, until_ns)
        let target = invocation.text("to") ?? "-"
        if console.isJSON, target == "-" { return printRows(series, rows, console) }
        let export = CSVExport(
            times: invocation.text("times") == "ns" ? .nanoseconds : .iso,
            barTime: invocation.text("bar-time").flatMap { BarTime(rawValue: $0) } ?? .close)
        SeriesWriter.reportFullFiles()
        if target == "-" { return try export.write(series, rows: rows, to: output) }
        try write(series, rows, export, to: target, console)
    }

    /// The rows at or after `from_ns` and before `until_ns`; never none.
    private static func rows(
        _ series: Series, _ from_ns: Int64?, _ until_ns: Int64?
    )
        throws(HouseMessage) -> Range<Int>
    {
        let start = from_ns.map { series.index(atOrAfter: $0) } ?? 0
        let end = until_ns.map { series.index(atOrAfter: $0) } ?? series.count
        if start < end { return start..<end }
        var details = [HouseMessage.Detail("series", series.key.text)]
        if let first = series.firstTime_ns, let last = series.lastTime_ns {
            details.append(.init("found", UnixTime.text(first) + " to " + UnixTime.text(last)))
        }
        throw HouseMessage("there is no row to export in that period", details: details)
    }

    private static func write(
        _ series: Series, _ rows: Range<Int>, _ export: CSVExport, to path: String,
        _ console: Console
    ) throws {
        var progress = WorkProgress("export", total: rows.count, console: console)
        defer { progress.end() }
        try export.write(series, rows: rows, toFile: path) { progress.update($0) }
        Facts(
            SeriesFacts.name(series.key) + [
                (.init("file"), .text(path)), (.init("rows"), .count(rows.count)),
            ]
                + SeriesFacts.period(
                    series.kind, series.time_ns[rows.lowerBound],
                    series.time_ns[rows.upperBound - 1])
        ).print(to: console)
    }

    private static func printRows(_ series: Series, _ rows: Range<Int>, _ console: Console) {
        let fields = series.kind.fields
        for index in rows {
            let row = series.row(index)
            console.json(
                .object(
                    fields.indices.map { slot in
                        .init(fields[slot].name, json(row[slot], fields[slot].role, series))
                    }))
        }
    }

    private static func json(_ value: Int64, _ role: SeriesField.Role, _ series: Series) -> JSON {
        switch role {
        case .time, .venueTime: .text(UnixTime.text(value))
        case .price: .exact(Int128(value), decimals: series.instrument.priceDecimals)
        case .valuation:
            value == 0
                ? .null : .exact(Int128(value), decimals: series.instrument.priceDecimals)
        case .quantity: .exact(Int128(value), decimals: series.instrument.quantityDecimals)
        case .takerSide: value == 1 ? .text("buy") : value == 2 ? .text("sell") : .null
        case .bookSide: value == 1 ? .text("bid") : value == 2 ? .text("ask") : .null
        case .stream: value == 0 ? .null : .text(DataRules.streamName(value))
        case .flags, .sequence: .integer(value)
        }
    }
}
