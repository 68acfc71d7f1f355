import RialtoAnalytics
import RialtoValues

/// The page that a run is shown on.
package enum ReportPage {
    /// - Parameter title: Name of the run.
    package static func report(
        title: String, _ tables: RunTables, _ summary: RunSummary, digest: String
    )
        -> Report
    {
        let run = tables["run"]
        let first = run.integers("first_time_ns").first ?? 0
        let last = run.integers("last_time_ns").first ?? 0
        var report = Report(
            title: title,
            subtitle: "\(UnixTime.text(first)) to \(UnixTime.text(last)), "
                + "\(run.integers("events").first ?? 0) market events")
        report.numbers = numbers(summary)
        report.charts = charts(tables, summary)
        report.tables =
            [books("Accounts", summary.accounts), books("Strategies", summary.instances)]
            + outcomes(tables) + costs(tables) + scores(tables) + changes(tables)
        report.notes = [
            summary.accounts.first?.performance.annualisation.note ?? "",
            "digest of intents, orders, fills and books: \(digest)",
            summary.addsUp
                ? "every account equals the sum of its strategies' books and what none was "
                    + "given, to the unit"
                : "an account does not equal the sum of its books: please report this",
            "cost of execution: from the price at the decision (of a stop, its trigger) to the "
                + "market at each fill (slippage), to the price paid (spread), fees, and the "
                + "move of what was never filled (opportunity); the four are the shortfall",
        ].filter { !$0.isEmpty } + EvidenceNotes.sentences(tables)
        return report
    }

    static func percent(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "-" }
        return fixed(value * 100) + " %"
    }

    static func fixed(_ value: Double?) -> String {
        guard let value, value.isFinite, abs(value) < 9e15 else { return "-" }
        return ExactDecimal.text(Int128((value * 100).rounded()), decimals: 2)
    }

    private static func numbers(_ summary: RunSummary) -> [KeyNumber] {
        let holding = summary.holding.map { "\($0.instrument) \(percent($0.growth))" }
            .prefix(3).joined(separator: ", ")
        return summary.accounts.flatMap { account in
            [
                KeyNumber(
                    "return, \(account.id)", percent(account.performance.totalReturn),
                    note: "buy and hold: \(holding)",
                    tone: (account.performance.totalReturn ?? 0) < 0 ? .bad : .good),
                KeyNumber("Sharpe, \(account.id)", fixed(account.performance.sharpe)),
                KeyNumber("Sortino, \(account.id)", fixed(account.performance.sortino)),
                KeyNumber(
                    "drawdown, \(account.id)", percent(account.performance.drawdown?.depth)),
                KeyNumber("fees, \(account.id)", money(account.trading.fees)),
                KeyNumber("fills, \(account.id)", String(account.trading.fills)),
            ]
        }
    }

    static func money(_ amount: Int128) -> String { fixed(EquityCurve.amount(amount)) }

    private static func charts(_ tables: RunTables, _ summary: RunSummary) -> [Chart] {
        var charts = [
            Chart(
                title: "Equity", unit: "", shape: .line,
                lines: summary.accounts.map { .init($0.id, $0.curve) })
        ]
        charts += summary.accounts.map { Chart.drawdown($0.id, of: $0.curve) }
        charts.append(
            Chart(
                title: "Equity by strategy", unit: "", shape: .line,
                lines: summary.instances.map { .init($0.id, $0.curve) }))
        let weights = tables["weights"]
        if weights.count > 1 {
            let times = weights.integers("time_ns")
            charts.append(
                Chart(
                    title: "Weights of the models", unit: "", shape: .step,
                    lines: weights.columns.dropFirst().map { column in
                        .init(
                            column.name,
                            EquityCurve(
                                times: Array(times), values: Array(weights.numbers(column.name))))
                    }))
        }
        charts += trades(tables)
        return charts
    }

    /// The price of each instrument that was traded, with the fills on it.
    private static func trades(_ tables: RunTables) -> [Chart] {
        let fills = tables["fills"], names = tables["instruments"].texts("name")
        let times = fills.integers("time_ns"), prices = fills.integers("price")
        let instruments = fills.integers("instrument"), sides = fills.integers("side")
        return names.indices.compactMap { index in
            let rows = (0..<fills.count).filter { instruments[$0] == index }
            guard !rows.isEmpty else { return nil }
            let unit = unit(tables, index)
            let marks = rows.map { row in
                Chart.Mark(
                    time: times[row], value: Double(prices[row]) / unit,
                    isBuy: sides[row] & 255 == 1, label: "fill \(row)")
            }
            return Chart(
                title: "Price and fills, \(names[index])", unit: "", shape: .line,
                lines: [.init(names[index], price(tables, index, unit))], marks: marks)
        }
    }

    private static func unit(_ tables: RunTables, _ instrument: Int) -> Double {
        let decimals = tables["instruments"].integers("price_decimals")[instrument]
        return Double(ExactDecimal.power10(Int(decimals)) ?? 1)
    }

    private static func price(_ tables: RunTables, _ instrument: Int, _ unit: Double) -> EquityCurve
    {
        let samples = tables["prices"], times = samples.integers("time_ns")
        let owners = samples.integers("instrument"), prices = samples.integers("price")
        var chosen: [Int] = []
        for row in 0..<samples.count where owners[row] == instrument {
            if let last = chosen.last, times[last] == times[row] { chosen.removeLast() }
            chosen.append(row)
        }
        return EquityCurve(
            times: chosen.map { times[$0] }, values: chosen.map { Double(prices[$0]) / unit })
    }

    private static func books(_ title: String, _ books: [BookSummary]) -> ReportTable {
        ReportTable(
            title: title,
            headings: [
                "name", "start", "end", "return %", "Sharpe", "Sortino", "max drawdown %", "fills",
                "trades", "win rate %", "fees",
            ],
            rows: books.map { book in
                [
                    book.id, money(book.start), money(book.end),
                    fixed(book.performance.totalReturn.map { $0 * 100 }),
                    fixed(book.performance.sharpe), fixed(book.performance.sortino),
                    fixed(book.performance.drawdown.map { $0.depth * 100 }),
                    String(book.trading.fills), String(book.trading.trades),
                    fixed(book.trading.winRate.map { $0 * 100 }), money(book.trading.fees),
                ]
            })
    }

    /// What became of the orders.
    private static func outcomes(_ tables: RunTables) -> [ReportTable] {
        let outcomes = OrderList(tables).outcomes
        guard !outcomes.isEmpty else { return [] }
        return [
            ReportTable(
                title: "Orders", headings: ["state", "FIX OrdStatus", "reason", "orders"],
                rows: outcomes.map {
                    [$0.state.word, String($0.state.fixStatus), $0.reason.words, String($0.orders)]
                })
        ]
    }

    /// Most parents that are shown one by one.
    private static let parentsMax = 20

    /// What executing cost: by strategy and way of working, then the dearest parents.
    private static func costs(_ tables: RunTables) -> [ReportTable] {
        let parts = [
            "filled %", "slippage", "spread", "fee", "opportunity", "shortfall", "bps of traded",
        ]
        func cells(_ cost: CostSummary) -> [String] {
            [
                fixed(cost.filledShare / Double(max(1, cost.orders)) * 100), money(cost.slippage),
                money(cost.spread), money(cost.fee), money(cost.opportunity),
                money(cost.shortfall), fixed(cost.bps),
            ]
        }
        let sums = CostSummary.sums(tables)
        let parents = CostSummary.parents(tables).prefix(parentsMax)
        let all = ReportTable(
            title: "Cost of execution", headings: ["name", "way", "orders"] + parts,
            rows: sums.map { [$0.owner, $0.way, String($0.orders)] + cells($0) })
        let single = ReportTable(
            title: "Dearest parent orders",
            headings: ["name", "way", "instrument", "time"] + parts,
            rows: parents.map {
                [$0.owner, $0.way, $0.instrument, UnixTime.text($0.time_ns)] + cells($0)
            })
        let payments = ReportTable(
            title: "Money that moved without a trade",
            headings: ["name", "kind", "count", "amount"],
            rows: PaymentSummary.sums(tables).map {
                [$0.owner, $0.kind, String($0.count), money($0.amount)]
            })
        return [all, single, payments].filter { !$0.rows.isEmpty }
    }

    /// Parts in which the page tells of the weights, and the least change that it tells of.
    private static let told = (parts: 8, least: 0.005)

    /// Why weights changed, one sentence each.
    private static func changes(_ tables: RunTables) -> [ReportTable] {
        let lines = WeightTale(tables)?.lines(parts: told.parts, least: told.least) ?? []
        guard !lines.isEmpty else { return [] }
        return [
            ReportTable(
                title: "Weights, and why they changed",
                headings: ["from", "to", "model", "before %", "after %", "why"],
                rows: lines.map { line in
                    [
                        UnixTime.text(line.change.from_ns), UnixTime.text(line.change.to_ns),
                        line.model, fixed(line.change.before * 100),
                        fixed(line.change.after * 100), line.sentence,
                    ]
                })
        ]
    }

    private static func scores(_ tables: RunTables) -> [ReportTable] {
        let scores = tables["scores"], ensemble = tables["ensemble"]
        guard scores.count > 0 else { return [] }
        func loss(_ value: Double?) -> String {
            guard let value, value.isFinite else { return "-" }
            return ExactDecimal.text(Int128((value * 1e5).rounded()), decimals: 5)
        }
        var rows = (0..<scores.count).map { row in
            [
                scores.texts("model")[row], fixed(scores.numbers("weight_start")[row] * 100),
                fixed(scores.numbers("weight_end")[row] * 100),
                loss(scores.numbers("mean_loss")[row]),
                String(scores.integers("rounds")[row]),
            ]
        }
        let rounds = String(ensemble.integers("rounds").first ?? 0)
        rows.append(["ensemble", "", "", loss(ensemble.numbers("mean_loss").first), rounds])
        rows.append([
            "plain average", "", "", loss(ensemble.numbers("uniform_mean_loss").first), rounds,
        ])
        return [
            ReportTable(
                title: "Models",
                headings: ["model", "weight at start %", "at end %", "mean loss", "rounds"],
                rows: rows)
        ]
    }
}
