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
        if series.isEmpty, damaged.isEmpty {
            DataFolder.tellEmpty(folder, console)
        } else if !series.isEmpty {
            table(series).print(to: console)
        }
        for error in damaged { console.report(error.house) }
        return damaged.isEmpty ? .done : .failed
    }

    private static func table(_ series: [SeriesInfo]) -> Table {
        Table(
            [
                .init("instrument"), .init("kind"), .init("interval"), .init("rows"),
                .init("first", "first UTC"), .init("last", "last UTC"),
                .init("size_mib", "size MiB"), .init("price_decimals", "price decimals"),
                .init("quantity_decimals", "quantity decimals"),
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
                ]
            })
    }
}
