import RialtoBacktest
import RialtoConfiguration
import RialtoEnsemble
import RialtoStore
import RialtoText

/// `rialto llm leakage NAMED MASKED`: whether a language model did better where it saw names and
/// dates.
enum LLMLeakage {
    static func command(_ store: Option) -> Command {
        Command(
            "leakage", "compare a run with its masked twin: did knowing names help?",
            discussion: """
                Both runs are of one run file but for mask of org.rialto.llm: none, then symbols,
                dates or both (and requests.recording, where each has its own). Decisions are paired
                by question and instrument; the differences come with intervals from blocks of
                neighbouring times drawn again, 95 % for both measures together. What came is read
                from the prices that a run keeps at every equity_interval: let it be no longer than
                the horizons of the decisions.
                """,
            arguments: [
                Argument("named", .text("NAMED"), "id of the run with mask none"),
                Argument("masked", .text("MASKED"), "id of the run that is like it but for mask"),
            ],
            options: [
                store,
                Option(
                    "resamples", .integer(100...100_000), "draws of an interval", standard: "2000"),
                Option("seed", .integer(0...Int.max), "of the draws", standard: "1"),
            ],
            examples: [Example("rialto llm leakage 7f3a 91c0 --json", "for programs")]
        ) { invocation, console in
            let kept = try RunStore(existing: invocation.required("store"))
            let named = try Side(kept.load(invocation.required("named")))
            let masked = try Side(kept.load(invocation.required("masked")))
            let hidden = try hidden(named, masked)
            if let difference = TwinRuns.difference(named.twin, masked.twin) {
                throw HouseMessage(
                    "the runs are no pair: \(difference)",
                    help: "run one file twice, the second time with another mask only")
            }
            let found = LanguageLeakage(
                named: named.tables, masked: masked.tables,
                BlockBootstrap(
                    resamples: invocation.integer("resamples") ?? 2000,
                    seed: UInt64(invocation.integer("seed") ?? 1)))
            show(found, hidden, console)
            return .done
        }
    }

    /// One of the two.
    private struct Side {
        let id: String
        let tables: RunTables
        let twin: TwinRuns.Twin
        /// What each strategy that asked hid.
        let masks: Set<String>

        init(_ record: RunRecord) throws {
            id = record.head.id
            tables = RunKeeping.tables(record)
            twin = TwinRuns.Twin(
                file: try ConfigDocument(
                    Array(record.runFile.utf8), file: "run \(record.head.id)",
                    overrides: tables["overrides"].texts("text")), tables: tables)
            masks = Set(LanguageRuns(tables).entries.map(\.mask))
            guard !masks.isEmpty else {
                throw HouseMessage(
                    "no strategy of run \(id) asked a language model",
                    help: "list runs with: rialto runs list")
            }
        }
    }

    /// What the second run hid, in words.
    private static func hidden(_ named: Side, _ masked: Side) throws -> String {
        guard named.masks == ["none"] else {
            throw HouseMessage(
                "run \(named.id) hides \(named.masks.sorted().joined(separator: ", "))",
                help: "give the run with mask: none first")
        }
        let words = ["symbols": "names", "dates": "dates", "both": "names and dates"]
        guard masked.masks.count == 1, let word = masked.masks.first.flatMap({ words[$0] }) else {
            throw HouseMessage(
                "the strategies of run \(masked.id) hide "
                    + masked.masks.sorted().joined(separator: ", "),
                help: "run it with mask: symbols, dates or both for all of them")
        }
        return word
    }

    private static func show(_ found: LanguageLeakage, _ hidden: String, _ console: Console) {
        Table(
            [
                .init("measure"), .init("named"), .init("masked"), .init("difference"),
                .init("low"), .init("high"),
            ],
            rows: [
                [
                    .text("log loss"), number(found.lossNamed), number(found.lossMasked),
                    number(found.loss?.mean), number(found.loss?.low), number(found.loss?.high),
                ],
                [
                    .text("net, bps a sample"), .none, .none, bps(found.net?.mean),
                    bps(found.net?.low), bps(found.net?.high),
                ],
                [
                    .text("net, whole run %"), percent(found.returnNamed),
                    percent(found.returnMasked),
                    percent(found.returnNamed.flatMap { a in found.returnMasked.map { a - $0 } }),
                    .none, .none,
                ],
            ]
        ).print(to: console)
        console.line()
        console.line(
            "\(found.judged) of \(found.paired) paired decisions judged; differences above 0 "
                + "speak for knowing \(hidden)", .faint)
        console.line(found.sentence(hidden: hidden))
        console.json(
            .object([
                .init("words", .text(found.sentence(hidden: hidden))),
                .init("helped", found.namesHelped.map { .flag($0) } ?? .null),
                .init("paired", .integer(Int64(found.paired))),
                .init("judged", .integer(Int64(found.judged))),
                .init("blocks", .integer(Int64(found.blocks))),
            ]))
    }

    private static func number(_ value: Double?) -> Cell {
        value.map { .number($0, decimals: 6) } ?? .none
    }

    private static func bps(_ value: Double?) -> Cell { number(value.map { $0 * 1e4 }) }

    private static func percent(_ value: Double?) -> Cell {
        value.map { .number($0 * 100, decimals: 4) } ?? .none
    }
}
