import RialtoHistory

/// `rialto data list`: every series of the data folder, a row each.
enum DataList {
    static let command = Command(
        "list", "show all series",
        discussion: "Series files that cannot be used are told on stderr, with exit status 1.",
        options: [DataFolder.option],
        examples: [Example("rialto data list --json", "for programs, one object per series")]
    ) { invocation, console in
        let folder = DataFolder.history(invocation)
        let (series, damaged) = try folder.scan()
        let (texts, spoilt) = try folder.scanTexts()
        let (records, unusable) = try folder.records()
        if series.isEmpty, texts.isEmpty, damaged.isEmpty, spoilt.isEmpty {
            DataFolder.tellEmpty(folder, console)
        } else if !series.isEmpty || !texts.isEmpty {
            let known = Dictionary(
                records.map { ($0.instrument, $0) }, uniquingKeysWith: { first, _ in first })
            table(series, texts, known).print(to: console)
        }
        for error in damaged + spoilt + unusable { console.report(error.house) }
        return damaged.isEmpty && spoilt.isEmpty && unusable.isEmpty ? .done : .failed
    }

    private static func table(
        _ series: [SeriesInfo], _ texts: [TextSeriesInfo], _ records: [String: InstrumentRecord]
    ) -> Table {
        Table(
            [
                .init("instrument"), .init("kind"), .init("interval"), .init("rows"),
                .init("first", "first UTC"), .init("last", "last UTC"),
                .init("size_mib", "size MiB"), .init("price_decimals", "price decimals"),
                .init("quantity_decimals", "quantity decimals"),
                .init("calendar"), .init("actions"),
            ],
            rows: series.map { info in
                [
                    .text(info.key.instrument), .text(info.key.kind.name),
                    SeriesFacts.interval(info.key), .count(info.count),
                    info.firstTime_ns.map { .time($0) } ?? .none,
                    info.lastTime_ns.map { .time($0) } ?? .none,
                    .number(Double(info.fileBytes) / 1_048_576, decimals: 2),
                    .count(info.instrument.priceDecimals),
                    .count(info.instrument.quantityDecimals),
                    .text((records[info.key.instrument]?.calendar ?? .always).rawValue),
                    .count(records[info.key.instrument]?.actions.count ?? 0),
                ]
            } + texts.map(row))
    }

    /// Texts have a name of their own where others have that of their instrument.
    private static func row(_ info: TextSeriesInfo) -> [Cell] {
        [
            .text(info.name), .text("texts"), .none, .count(info.count),
            info.firstTime_ns.map { .time($0) } ?? .none,
            info.lastTime_ns.map { .time($0) } ?? .none,
            .number(Double(info.fileBytes) / 1_048_576, decimals: 2), .none, .none, .none, .none,
        ]
    }
}
