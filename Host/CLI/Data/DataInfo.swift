import RialtoHistory
import RialtoText
import RialtoValues

/// `rialto data info SERIES`: all that is known of one series.
enum DataInfo {
    static let command = Command(
        "info", "show one series in full, with its gaps",
        arguments: [SeriesName.argument()],
        options: [
            Option("gap", .text("LENGTH"), "count longer silence of trades or quotes as a gap"),
            Option(flag: "actions", "show what happened to the instrument, a row each"),
            DataFolder.option,
        ],
        examples: [
            Example("rialto data info BTC/USD", "the only series of an instrument"),
            Example("rialto data info BTC/USD bars 1m", "one of several"),
            Example("rialto data info AAPL/USD --actions", "its splits and dividends"),
        ]
    ) { invocation, console in
        let folder = DataFolder.history(invocation)
        let info = try SeriesName(invocation.texts("series")).found(in: folder)
        let gap_ns = try invocation.length("gap")
        guard gap_ns == nil || info.key.kind != .bars else {
            throw HouseMessage.wrongCall(
                "--gap was given, but bars have none", help: "leave it out: their interval counts")
        }
        let series = try folder.open(info.key)
        let record = try folder.record(of: info.key.instrument)
        if invocation.flag("actions") {
            InstrumentFacts.table(record.actions).print(to: console)
            return .done
        }
        let gaps = try Gaps(
            of: series, longerThan_ns: gap_ns ?? .max, calendar: record.calendar)
        Facts(
            facts(info) + content(series) + gapFacts(gaps, series, isAsked: gap_ns != nil)
                + InstrumentFacts.facts(record)
        ).print(to: console)
        return .done
    }

    private static func facts(_ info: SeriesInfo) -> [SeriesFacts.Fact] {
        let instrument = info.instrument
        return SeriesFacts.name(info.key) + [
            (.init("file"), .text(info.path)),
            (.init("bytes"), .count(info.fileBytes)),
            (.init("venue"), instrument.venue.isEmpty ? .none : .text(instrument.venue)),
            (.init("instrument_kind", "instrument kind"), .text(name(instrument.kind))),
            (.init("multiplier"), .integer(instrument.multiplier)),
        ] + SeriesFacts.units(instrument) + [
            (
                .init("price_step", "price step"),
                .exact(Int128(instrument.priceStep), decimals: instrument.priceDecimals)
            ),
            (
                .init("quantity_step", "quantity step"),
                .exact(Int128(instrument.quantityStep), decimals: instrument.quantityDecimals)
            ),
            (.init("rows"), .count(info.count)),
        ] + SeriesFacts.period(info.key.kind, info.firstTime_ns, info.lastTime_ns)
    }

    private static func name(_ kind: InstrumentKind) -> String {
        switch kind {
        case .spot: "spot"
        case .linear: "linear"
        case .inverse: "inverse"
        }
    }

    /// The range of prices; a damaged file may hold anything, so nothing is assumed of them.
    private static func content(_ series: Series) -> [SeriesFacts.Fact] {
        var lowest: Int64?, highest: Int64?
        let fields = series.kind.fields
        let prices = fields.indices.filter {
            fields[$0].role == .price || fields[$0].role == .valuation
        }
        let mayBeNone = series.kind == .book || series.kind == .marks
        for index in 0..<series.count {
            let row = series.row(index)
            for slot in prices where row[slot] != 0 || !mayBeNone {
                lowest = min(lowest ?? .max, row[slot])
                highest = max(highest ?? .min, row[slot])
            }
        }
        let decimals = series.instrument.priceDecimals
        func cell(_ price: Int64?) -> Cell {
            price.map { .exact(Int128($0), decimals: decimals) } ?? .none
        }
        let unit = series.instrument.currency.isEmpty ? "" : " " + series.instrument.currency
        let range: [SeriesFacts.Fact] = [
            (.init("lowest_price", "lowest price" + unit), cell(lowest)),
            (.init("highest_price", "highest price" + unit), cell(highest)),
        ]
        return range + (series.kind == .book ? SeriesFacts.book(BookFacts(of: series)) : [])
    }

    private static func gapFacts(
        _ gaps: Gaps, _ series: Series, isAsked: Bool
    )
        -> [SeriesFacts.Fact]
    {
        guard series.kind == .bars || isAsked else { return [] }
        return SeriesFacts.gaps(gaps, series.kind)
    }
}
