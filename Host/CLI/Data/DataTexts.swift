import RialtoHistory
import RialtoText

/// `rialto data texts NAME`: the rows of a series of texts.
enum DataTexts {
    static let command = Command(
        "texts", "show news or posts of a series",
        discussion:
            "A row is an item as it was known from its time on; an item that was changed has a\n"
            + "row for each version. What strangers wrote is shown without control characters.",
        arguments: [Argument("series", .text("NAME"), "series of texts")],
        options: [
            Option("from", .text("TIME"), "rows known from then on"),
            Option("to", .text("TIME"), "rows known before then"),
            Option("instrument", .text("NAME"), "rows about that instrument alone"),
            Option("last", .integer(1...1_000_000), "no more than the last N"),
            DataFolder.option,
        ],
        examples: [
            Example("rialto data texts news --last 20", "the newest"),
            Example("rialto data texts news --json", "everything, with bodies, for programs"),
        ]
    ) { invocation, console in
        let series = try DataFolder.history(invocation).openTexts(invocation.required("series"))
        let from = try invocation.time("from").map { series.index(atOrAfter: $0) } ?? 0
        let to = try invocation.time("to").map { series.index(atOrAfter: $0) } ?? series.count
        let wanted = invocation.text("instrument")
        let rows = (from..<max(from, to)).filter { row in
            wanted.map { $0 == series.text(row, .instrument) } ?? true
        }
        let shown = invocation.integer("last").map { Array(rows.suffix($0)) } ?? rows
        table(series, shown, full: console.isJSON).print(to: console)
        return .done
    }

    /// - Parameter full: With publication time, id and the whole body.
    private static func table(_ series: TextSeries, _ rows: [Int], full: Bool) -> Table {
        let columns: [Table.Column] = [
            .init("time", "known UTC"), .init("instrument"), .init("source"), .init("title"),
        ]
        let more: [Table.Column] = [
            .init("published", "published UTC"), .init("author"), .init("body"), .init("id"),
        ]
        return Table(
            columns + (full ? more : []),
            rows: rows.map { row in
                let item = series.item(row)
                let cells: [Cell] = [
                    .time(item.time_ns), item.instrument.isEmpty ? .none : .text(item.instrument),
                    .text(item.source),
                    .text(full ? item.title : short(item.title.isEmpty ? item.body : item.title)),
                ]
                let rest: [Cell] = [
                    .time(item.venue_time_ns), .text(item.author), .text(item.body),
                    .text(item.id),
                ]
                return cells + (full ? rest : [])
            })
    }

    /// A title that leaves room for the other columns.
    private static func short(_ text: String) -> String {
        text.count <= 80 ? text : text.prefix(79) + "…"
    }
}
