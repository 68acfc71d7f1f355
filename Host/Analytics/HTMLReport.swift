import RialtoText
import RialtoValues

/// One self-contained HTML file of a report: no network, light and dark, tables beside charts.
package enum HTMLReport {
    /// Spans of time into which a line is thinned: one for each pixel of a wide screen.
    static let buckets = 1_000
    /// Most marks that one chart shows.
    static let marks = 1_500
    /// Rows of the table beside a chart.
    static let samples = 12

    /// Returns the page. Whatever stands in the report is text: none of it can become markup.
    package static func page(_ report: Report) -> String {
        let charts = report.charts.enumerated().map { figure($1, index: $0) }.joined()
        let tables = report.tables.map(section).joined()
        let notes = report.notes.map { "<li>\(escaped($0))</li>" }.joined()
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(escaped(report.title))</title>
            <style>\(PageAssets.style)</style>
            </head>
            <body>
            <header>
            <h1>\(escaped(report.title))</h1>
            <p class="subtitle">\(escaped(report.subtitle))</p>
            </header>
            <main>
            \(numbers(report.numbers))
            \(charts)
            \(tables)
            </main>
            <footer><ul>\(notes)</ul></footer>
            <script type="application/json" id="charts">\(data(report.charts).line)</script>
            <script>\(PageAssets.script)</script>
            </body>
            </html>

            """
    }

    /// Returns text in which no character can begin or end markup.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static func numbers(_ numbers: [KeyNumber]) -> String {
        guard !numbers.isEmpty else { return "" }
        let cards = numbers.map { number in
            let note = number.note.isEmpty ? "" : "<small>\(escaped(number.note))</small>"
            return "<div class=\"number \(number.tone.rawValue)\"><dt>\(escaped(number.name))</dt>"
                + "<dd>\(escaped(number.value))\(note)</dd></div>"
        }
        return
            "<section aria-label=\"Key numbers\"><dl class=\"numbers\">" + cards.joined()
            + "</dl></section>"
    }

    private static func figure(_ chart: Chart, index: Int) -> String {
        let hidden = chart.marks.count - Thinning.marks(chart.marks, limit: marks).count
        let left = hidden > 0 ? " \(hidden) of \(chart.marks.count) marks are not drawn." : ""
        return """
            <figure class="chart" data-chart="\(index)">
            <figcaption><h2>\(escaped(chart.title))</h2>
            <span class="unit">\(escaped(chart.unit))</span>
            <span class="legend"></span></figcaption>
            <div class="plot" tabindex="0" role="img" aria-label="\(escaped(spoken(chart)))"></div>
            <details><summary>As a table</summary>\(sampled(chart))<p>\(left)</p></details>
            </figure>

            """
    }

    /// The chart in a sentence, for those who do not see it.
    private static func spoken(_ chart: Chart) -> String {
        let lines = chart.lines.map { line in
            let values = line.curve.values.filter(\.isFinite)
            guard let first = values.first, let last = values.last, let low = values.min(),
                let high = values.max()
            else { return "\(line.name): no values" }
            return "\(line.name) from \(short(first)) to \(short(last)), "
                + "between \(short(low)) and \(short(high))"
        }
        return "\(chart.title) in \(chart.unit). " + lines.joined(separator: "; ")
    }

    private static func sampled(_ chart: Chart) -> String {
        guard let times = chart.lines.first?.curve.times, !times.isEmpty else { return "" }
        let last = times.count - 1
        let picked = Set((0..<samples).map { $0 * last / max(1, samples - 1) }).sorted()
        let rows = picked.map { index in
            [UnixTime.text(times[index])]
                + chart.lines.map { line in
                    let values = line.curve.values
                    return values.indices.contains(index) && line.curve.times[index] == times[index]
                        ? short(values[index]) : "-"
                }
        }
        return table(["time UTC"] + chart.lines.map(\.name), rows)
    }

    private static func section(_ content: ReportTable) -> String {
        "<section><h2>\(escaped(content.title))</h2>" + table(content.headings, content.rows)
            + "</section>\n"
    }

    private static func table(_ headings: [String], _ rows: [[String]]) -> String {
        let numeric = headings.indices.map { column in
            !rows.isEmpty && rows.allSatisfy { isNumber($0[column]) }
        }
        let kind = numeric.map { $0 ? " class=\"n\"" : "" }
        let head = headings.indices.map {
            "<th scope=\"col\"\(kind[$0])>\(escaped(headings[$0]))</th>"
        }
        let body = rows.map { row in
            "<tr>" + row.indices.map { "<td\(kind[$0])>\(escaped(row[$0]))</td>" }.joined()
                + "</tr>"
        }
        return "<div class=\"wide\"><table><thead><tr>\(head.joined())</tr></thead>"
            + "<tbody>\(body.joined())</tbody></table></div>"
    }

    private static func isNumber(_ text: String) -> Bool {
        text == "-" || (try? ExactDecimal.parse(text.utf8)) != nil
    }

    /// What the script draws: times in milliseconds, values with seven digits.
    private static func data(_ charts: [Chart]) -> JSON {
        .list(
            charts.map { chart in
                let lines = chart.lines.map { line in
                    let curve = line.curve
                    let kept = Thinning.indices(
                        times: curve.times, values: curve.values, buckets: buckets)
                    return JSON.object([
                        .init("name", .text(line.name)),
                        .init("t", .list(kept.map { .integer(curve.times[$0] / 1_000_000) })),
                        .init("v", .list(kept.map { .number(rounded(curve.values[$0])) })),
                    ])
                }
                let marks = Thinning.marks(chart.marks, limit: marks).map { mark in
                    JSON.list([
                        .integer(mark.time / 1_000_000), .number(rounded(mark.value)),
                        .integer(mark.isBuy ? 1 : 0), .text(mark.label),
                    ])
                }
                return .object([
                    .init("unit", .text(chart.unit)), .init("shape", .text(chart.shape.rawValue)),
                    .init("lines", .list(lines)), .init("marks", .list(marks)),
                ])
            })
    }

    /// Seven significant digits: less than a pixel of any screen.
    static func rounded(_ value: Double) -> Double {
        guard value.isFinite, value != 0 else { return value }
        var scale = 1.0
        while abs(value) * scale < 1e6, scale < 1e12 { scale *= 10 }
        return (value * scale).rounded() / scale
    }

    private static func short(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        guard abs(value) < 1e12 else { return value.description }
        let decimals = abs(value) >= 1000 ? 2 : 4
        let scale = decimals == 2 ? 100.0 : 10_000.0
        return ExactDecimal.text(Int128((value * scale).rounded()), decimals: decimals)
    }
}
