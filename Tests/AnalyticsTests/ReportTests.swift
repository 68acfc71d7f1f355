import RialtoAnalytics
import RialtoValues
import Testing

/// A report like a real one, from a seed.
private func sample(points: Int) -> Report {
    var random = SeededGenerator(seed: 3)
    var equity = [100_000.0], hold = [100_000.0], price = [3_800.0], first = [0.5], second = [0.5]
    for _ in 1..<points {
        let scale = 0.2 / Double(points).squareRoot()
        let move = Double.random(in: -1...1.02, using: &random) * scale * 2
        price.append((price.last ?? 1) * (1 + move))
        hold.append((hold.last ?? 1) * (1 + move))
        let own = move * 0.4 + Double.random(in: -0.9...1, using: &random) * scale
        equity.append((equity.last ?? 1) * (1 + own))
        let weight = (first.last ?? 0) + Double.random(in: -1...1.1, using: &random) * scale * 0.8
        first.append(min(0.95, max(0.05, weight)))
        second.append(1 - (first.last ?? 0))
    }
    let start: Int64 = 1_546_300_800_000_000_000
    let step = 180 * 86_400_000_000_000 / Int64(points)
    let times = (0..<points).map { start + Int64($0) * step }
    let curve = { (values: [Double]) in EquityCurve(times: times, values: values) }
    let marks = stride(from: 5, to: points, by: max(1, points / 40)).map { index in
        Chart.Mark(
            time: times[index], value: price[index], isBuy: index / max(1, points / 40) % 2 == 0,
            label: "buy 0.5 BTC at \(price[index])")
    }
    return Report(
        title: "four plugins on two coins <script>alert(1)</script>",
        subtitle: "2019-01-01 to 2019-06-30 UTC · seed 7 · rialto 0.1.0 · run 7f3a",
        numbers: [
            KeyNumber("Return", "12.31 %", note: "buy and hold 8.10 %", tone: .good),
            KeyNumber("Max drawdown", "-9.80 %", note: "2019-02-08 to 2019-03-30", tone: .bad),
            KeyNumber("Sharpe", "1.42"), KeyNumber("Sortino", "2.05"), KeyNumber("Calmar", "2.60"),
            KeyNumber("Fees", "1 204.55 USD"), KeyNumber("Trades", "412", note: "54 % gained"),
            KeyNumber("Turnover", "18.2", note: "times mean equity"),
        ],
        charts: [
            Chart(
                title: "Equity", unit: "USD", shape: .line,
                lines: [.init("account", curve(equity)), .init("buy and hold", curve(hold))]),
            Chart.drawdown("account", of: curve(equity)),
            Chart(
                title: "Weights", unit: "share", shape: .step,
                lines: [.init("momentum-60", curve(first)), .init("technical", curve(second))]),
            Chart(
                title: "BTC/USD and trades", unit: "USD", shape: .line,
                lines: [.init("BTC/USD", curve(price))], marks: marks),
        ],
        tables: [
            ReportTable(
                title: "Plugins",
                headings: ["plugin", "language", "return %", "fees USD", "trades", "weight"],
                rows: [
                    ["sma-btc", "C", "8.12", "610.20", "188", "-"],
                    ["</td><img src=x>", "Rust", "-1.20", "0.00", "0", "0.62"],
                ])
        ],
        notes: ["365 days a year, samples of 1 days", "digest of the run: 5f1c…"])
}

@Suite struct `The HTML report` {
    @Test func `lets nothing from the data become markup`() {
        let page = HTMLReport.page(sample(points: 200))
        #expect(!page.contains("<script>alert") && !page.contains("<img"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    }

    @Test func `asks nothing of a network`() {
        let page = HTMLReport.page(sample(points: 50))
        for word in ["src=\"", "href=", "url(http", "@import", "fetch(", "<link"] {
            #expect(!page.contains(word), "\(word)")
        }
    }

    @Test func `has a table beside each chart, and says in words what it shows`() {
        let report = sample(points: 100)
        let page = HTMLReport.page(report)
        #expect(page.split(separator: "<details>").count == report.charts.count + 1)
        #expect(page.contains("aria-label=\"Equity in USD. account from 100000.00 to "))
    }

    @Test func `stays small for a million points`() {
        let page = HTMLReport.page(sample(points: 1_000_000))
        #expect(page.utf8.count < 1 << 20, "\(page.utf8.count) bytes")
    }

    @Test func `is made of an empty report too`() {
        let empty = Report(
            title: "", subtitle: "",
            charts: [Chart(title: "x", unit: "", shape: .line, lines: [])])
        #expect(HTMLReport.page(empty).contains("</html>"))
    }
}

@Suite struct `A thinned curve` {
    @Test func `keeps the first, the last, the lowest and the highest point`() {
        for seed in UInt64(0)..<200 {
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 1...3_000, using: &random)
            let buckets = Int.random(in: 1...50, using: &random)
            let values = (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
            let kept = Thinning.indices(
                times: values.indices.map { Int64($0) * 7 }, values: values, buckets: buckets)
            #expect(kept.first == 0 && kept.last == count - 1, "seed \(seed)")
            #expect(kept == kept.sorted() && Set(kept).count == kept.count, "seed \(seed)")
            #expect(kept.count <= max(2 * buckets + 2, 2), "seed \(seed)")
            #expect(kept.map { values[$0] }.max() == values.max(), "seed \(seed)")
            #expect(kept.map { values[$0] }.min() == values.min(), "seed \(seed)")
        }
    }
}
