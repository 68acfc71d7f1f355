import RialtoAnalytics
import RialtoBacktest
import RialtoConfiguration
import RialtoStore
import RialtoText

/// `rialto ensemble capital RUN`: how capital moved between strategies, and why.
enum EnsembleCapital {
    static var command: Command {
        Command(
            "capital", "list every move of capital between strategies, each with its reason",
            discussion: """
                An account with an allocation is reviewed at fixed times: what its strategies
                earned moves parts of the capital, by the rules that weigh models. The parts are
                made again from the results that the run keeps; that they are the same bits is part
                of the answer.
                """,
            arguments: [EnsembleCommand.run], options: [EnsembleCommand.store],
            examples: [Example("rialto ensemble capital 7f3a", "where the money went, and why")]
        ) { invocation, console in
            let record = try RunStore(existing: invocation.required("store"))
                .load(invocation.required("run"))
            let tables = RunKeeping.tables(record)
            guard let story = CapitalStory(tables) else {
                throw HouseMessage(
                    "run \(record.head.id) moved no capital",
                    help: "give an account of its run file an allocation, such as: "
                        + "allocation: { every: 1d }")
            }
            let lines = story.lines
            table(lines).print(to: console)
            console.line()
            Facts([
                (.init("run"), .text(record.head.id)),
                (.init("reviews"), .integer(Int64(story.count))),
                (
                    .init("rebuilt", "results give the same parts"),
                    .flag(try isRebuilt(story, tables, record))
                ),
            ]).print(to: console)
            return .done
        }
    }

    private static func table(_ lines: [CapitalStory.Line]) -> Table {
        Table(
            [
                .init("time"), .init("account"), .init("strategy"), .init("amount"),
                .init("before", "before %"), .init("after", "after %"), .init("why"),
            ],
            rows: lines.map { line in
                [
                    .time(line.time_ns), .text(line.account), .text(line.strategy),
                    .number(EquityCurve.amount(line.amount), decimals: 2), .percent(line.before),
                    .percent(line.after), .text(line.why),
                ]
            })
    }

    private static func isRebuilt(
        _ story: CapitalStory, _ tables: RunTables, _ record: RunRecord
    ) throws -> Bool {
        let document = try ConfigDocument(
            Array(record.runFile.utf8), file: "run file of \(record.head.id)",
            overrides: tables["overrides"].texts("text"))
        let run = try RunFile.read(document)
        return story.isRebuilt(
            { run.capitalConfiguration(account: $0) },
            capital: { run.accounts[$0].strategies.map(\.capital) })
    }
}
