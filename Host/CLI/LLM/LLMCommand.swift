import Foundation
import RialtoAnalytics
import RialtoBacktest
import RialtoStore
import RialtoText
import RialtoValues

/// `rialto llm`: what language models did with money, and what they said.
enum LLMCommand {
    static var command: Command {
        Command(
            "llm", "compare language models on the same capital, and score what they said",
            commands: [competition, opinions, LLMLeakage.command(store)])
    }

    private static let run = Argument("run", .text("RUN"), "id of the run, or how it begins")
    private static let store = Option(
        "store", .file([".db"]), "file that keeps the records of runs", standard: "data/rialto.db",
        environment: "RIALTO_STORE")

    // MARK: competition

    private static var competition: Command {
        Command(
            "competition", "rank the language models of a run",
            discussion: """
                Give each model an account with the same equity in one run file. Cost is what the
                calls cost by the prices of the run file, beside trading fees; calls of which
                nobody knows what they used count as the most that they can have. What comes
                before the end of a model's training (knowledge_until) proves nothing: the part
                after it stands beside the whole.
                """,
            arguments: [run], options: [store],
            examples: [Example("rialto llm competition 7f3a --json", "a line for each model")]
        ) { invocation, console in
            let tables = try tables(invocation)
            let summary = RunSummary(tables), found = try entries(tables, invocation)
            let honesty = LLMHonesty(found, summary, tables)
            table(found, summary, console.isJSON ? honesty : nil).print(to: console)
            guard !console.isJSON else { return .done }
            console.line()
            honesty.print(to: console)
            return .done
        }
    }

    /// - Parameter honesty: For further columns; nil for none.
    private static func table(
        _ entries: [LanguageRuns.Entry], _ summary: RunSummary, _ honesty: LLMHonesty?
    ) -> Table {
        let books = summary.instances
        let ranked = entries.sorted { a, b in
            let gains = (
                books[a.instance].performance.totalReturn ?? 0,
                books[b.instance].performance.totalReturn ?? 0
            )
            return gains.0 != gains.1 ? gains.0 > gains.1 : a.instance < b.instance
        }
        return Table(
            [
                .init("rank"), .init("account"), .init("strategy"), .init("end"),
                .init("return", "return %"), .init("sharpe"),
                .init("max_drawdown", "drawdown %"), .init("trades"), .init("fees"),
                .init("calls"), .init("refused_calls", "calls refused"), .init("tokens"),
                .init("cost"), .init("answers", "read"), .init("failures", "failed"),
                .init("decisions"), .init("refused", "refused"),
            ] + (honesty == nil ? [] : LLMHonesty.columns + [.init("honesty")]),
            rows: ranked.enumerated().map { place, entry in
                row(place + 1, entry, books)
                    + (honesty.map {
                        $0.cells(entry.instance) + [.text($0.sentence(entry.instance))]
                    } ?? [])
            })
    }

    private static func row(
        _ rank: Int, _ entry: LanguageRuns.Entry, _ books: [BookSummary]
    ) -> [Cell] {
        let book = books[entry.instance]
        return [
            .integer(Int64(rank)), .text(book.account), .text(book.id),
            .number(EquityCurve.amount(book.end), decimals: 2),
            book.performance.totalReturn.map { .percent($0) } ?? .none,
            book.performance.sharpe.map { .number($0, decimals: 2) } ?? .none,
            book.performance.drawdown.map { .percent($0.depth) } ?? .none,
            .integer(Int64(book.trading.trades)),
            .number(EquityCurve.amount(book.trading.fees), decimals: 2),
            .integer(Int64(entry.calls)), .integer(Int64(entry.refusedCalls)),
            .integer(entry.tokens), .exact(Int128(entry.cost), decimals: 12),
            .integer(Int64(entry.answers)), .integer(Int64(entry.failures)),
            .integer(Int64(entry.decisions)), .integer(Int64(entry.refused)),
        ]
    }

    // MARK: opinions

    private static var opinions: Command {
        Command(
            "opinions", "write down what a language model said, for the ensemble to score",
            discussion: "Each line is one opinion with the time at which it was known. The model\n"
                + "org.rialto.llm-opinions reads the file and forecasts it at those times; of a\n"
                + "debate each role before and after it, so that the ensemble shows whether the\n"
                + "debate paid.",
            arguments: [run],
            options: [
                store, Option("strategy", .text("ID"), "whose; needed where several asked"),
                Option("to", .file([".jsonl"]), "file to write; else to stdout"),
            ],
            examples: [
                Example("rialto llm opinions 7f3a --to said.jsonl", "of the only one that asked")
            ]
        ) { invocation, console in
            let tables = try tables(invocation), found = try entries(tables, invocation)
            let ids = tables["instances"].texts("id")
            let wanted = invocation.text("strategy")
            let chosen = found.filter { wanted == nil || ids[$0.instance] == wanted }
            guard let entry = chosen.first, chosen.count == 1 else {
                throw HouseMessage(
                    chosen.isEmpty
                        ? "no strategy \(wanted ?? "") of the run asked a language model"
                        : "\(chosen.count) strategies of the run asked",
                    help: "name one with --strategy: "
                        + found.map { ids[$0.instance] }.joined(separator: ", "))
            }
            let lines = try entry.opinions.map(line).joined()
            let honesty = LLMHonesty([entry], RunSummary(tables), tables)
                .sentence(entry.instance)
            if let path = invocation.text("to") {
                try TextFile.write(Array(lines.utf8), to: path)
                Facts([
                    (.init("opinions"), .integer(Int64(entry.opinions.count))),
                    (.init("file"), .text(path)), (.init("honesty"), .text(honesty)),
                ]).print(to: console)
            } else {
                console.raw(lines)
                console.note(honesty)
            }
            return .done
        }
    }

    private static func line(_ opinion: LanguageRuns.Opinion) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(opinion), as: UTF8.self) + "\n"
    }

    // MARK: the run

    private static func tables(_ invocation: Invocation) throws -> RunTables {
        RunKeeping.tables(
            try RunStore(existing: invocation.required("store")).load(invocation.required("run")))
    }

    private static func entries(
        _ tables: RunTables, _ invocation: Invocation
    ) throws -> [LanguageRuns.Entry] {
        let entries = LanguageRuns(tables).entries
        guard entries.isEmpty else { return entries }
        throw HouseMessage(
            "no strategy of run \(invocation.required("run")) asked a language model",
            help: "list runs with: rialto runs list; let one trade with org.rialto.llm")
    }
}
