import RialtoAnalytics
import RialtoBacktest
import RialtoOrders
import RialtoText
import RialtoValues

/// A run's results as tables for people and rows for programs.
enum RunTablesView {
    static func books(_ heading: String, _ books: [BookSummary]) -> Table {
        let moves = books.contains { $0.moved != 0 }
        return Table(
            [
                .init(heading), .init("start"), .init("end"),
            ] + (moves ? [.init("moved", "moved in")] : []) + [
                .init("return", "return %"),
                .init("sharpe"), .init("sortino"), .init("max_drawdown", "drawdown %"),
                .init("fills"), .init("trades"), .init("win_rate", "wins %"), .init("fees"),
            ],
            rows: books.map { book in
                [
                    .text(book.id), amount(book.start), amount(book.end),
                ] + (moves ? [amount(book.moved)] : []) + [
                    percent(book.performance.totalReturn), number(book.performance.sharpe),
                    number(book.performance.sortino), percent(book.performance.drawdown?.depth),
                    .integer(Int64(book.trading.fills)), .integer(Int64(book.trading.trades)),
                    percent(book.trading.winRate), amount(book.trading.fees),
                ]
            })
    }

    /// Orders with what became of them, in words and as FIX 4.4 says it.
    static func orders(_ list: OrderList) -> Table {
        Table(
            [
                .init("order"), .init("time"), .init("owner"), .init("instrument"),
                .init("purpose"), .init("type"), .init("side"), .init("quantity"), .init("price"),
                .init("trigger"), .init("filled"), .init("state"),
                .init("ord_status", "OrdStatus"), .init("reason"),
            ],
            rows: list.lines.map { line in
                [
                    .integer(Int64(line.number)), .time(line.time_ns), .text(line.owner),
                    .text(line.instrument), .text(line.purpose), .text(line.type),
                    .text(line.side), .text(line.quantity), text(line.price), text(line.trigger),
                    .text(line.filled), .text(line.state.word),
                    .text(String(line.state.fixStatus)), text(line.reason.words),
                ]
            })
    }

    private static func text(_ value: String) -> Cell { value.isEmpty ? .none : .text(value) }

    /// Money shown to the cent, exact for programs where it is a whole number of cents.
    private static func amount(_ value: Int128) -> Cell {
        .number(EquityCurve.amount(value), decimals: 2)
    }

    private static func percent(_ value: Double?) -> Cell { value.map { .percent($0) } ?? .none }

    private static func number(_ value: Double?) -> Cell {
        value.map { .number($0, decimals: 2) } ?? .none
    }

    /// Each account beside the sum of its strategies' books, to the last unit.
    static func sums(_ summary: RunSummary) -> Table {
        Table(
            [
                .init("account"), .init("equity", "equity, exact"),
                .init("strategies", "= its strategies"), .init("unused", "+ given to none"),
                .init("equal"),
            ],
            rows: zip(summary.accounts, summary.unused).map { account, unused in
                let books = summary.instances.filter { $0.account == account.id }
                let sum = books.reduce(Int128(0)) { $0 + $1.end }
                return [
                    .text(account.id), exact(account.end), exact(sum), exact(unused),
                    .flag(account.end == sum + unused),
                ]
            })
    }

    private static func exact(_ amount: Int128) -> Cell {
        .text(ExactDecimal.shortText(amount, decimals: 18))
    }

    static func holding(_ summary: RunSummary) -> Table {
        Table(
            [.init("buy_and_hold", "buy and hold"), .init("return", "return %")],
            rows: summary.holding.map { [.text($0.instrument), .percent($0.growth)] })
    }

    /// Whether another machine gives the same records, and for people why it might not.
    static func determinism(_ tables: RunTables, _ console: Console) -> (Table.Column, Cell) {
        let word = tables.determinism.rawValue, engines = tables.engines
        let why = engines.isEmpty ? "" : ": " + engines.joined(separator: ", ") + " took part"
        return (.init("determinism"), .text(console.isJSON ? word : word + why))
    }

    static func plugins(_ tables: RunTables) -> Table {
        var table = Table([
            .init("instance"), .init("account"), .init("plugin"), .init("version"),
            .init("language"), .init("tier"),
        ])
        for name in ["models", "instances", "exchanges"] {
            let used = tables[name], tiers = used.texts("tier")
            for row in 0..<used.count {
                table.add([
                    .text(used.texts("id")[row]),
                    name != "instances" ? .none : .text(used.texts("account")[row]),
                    .text(used.texts("plugin")[row]), .text(used.texts("version")[row]),
                    .text(used.texts("language")[row]),
                    .text(row < tiers.count ? tiers[row] : "in process"),
                ])
            }
        }
        return table
    }

    /// Plugins that were not taken from the search path; nil without any.
    static func versions(_ tables: RunTables) -> Table? {
        let found = tables["versions"]
        guard found.count > 0 else { return nil }
        var table = Table([
            .init("rolled_back", "rolled back"), .init("version"), .init("digest"), .init("reason"),
        ])
        for row in 0..<found.count {
            table.add(
                ["plugin", "version", "digest", "reason"].map { .text(found.texts($0)[row]) })
        }
        return table
    }

    /// Weights at start and end, beside the plain average and the best model in hindsight.
    static func models(_ tables: RunTables) -> Table? {
        let scores = tables["scores"], ensemble = tables["ensemble"]
        guard scores.count > 0 else { return nil }
        var table = Table([
            .init("model"), .init("weight_start", "weight at start %"),
            .init("weight_end", "at end %"), .init("position_weight", "of positions %"),
            .init("mean_loss", "mean loss"), .init("rounds"),
        ])
        let positions = scores.numbers("position_weight_end")
        for row in 0..<scores.count {
            table.add([
                .text(scores.texts("model")[row]), share(scores.numbers("weight_start")[row]),
                share(scores.numbers("weight_end")[row]),
                share(positions.isEmpty ? .nan : positions[row]),
                loss(scores.numbers("mean_loss")[row]),
                .integer(scores.integers("rounds")[row]),
            ])
        }
        let rounds = Cell.integer(ensemble.integers("rounds").first ?? 0)
        table.add([
            .text("ensemble"), .none, .none, .none, loss(ensemble.numbers("mean_loss").first),
            rounds,
        ])
        table.add([
            .text("plain average"), .none, .none, .none,
            loss(ensemble.numbers("uniform_mean_loss").first), rounds,
        ])
        let best = Int(ensemble.integers("best_single").first ?? -1)
        if best >= 0, best < scores.count {
            table.add([
                .text("best single in hindsight: " + scores.texts("model")[best]), .none, .none,
                .none, loss(scores.numbers("mean_loss")[best]), .none,
            ])
        }
        return table
    }

    private static func share(_ value: Double) -> Cell { value.isFinite ? .percent(value) : .none }

    private static func loss(_ value: Double?) -> Cell {
        guard let value, value.isFinite else { return .none }
        return .number(value, decimals: 5)
    }
}
