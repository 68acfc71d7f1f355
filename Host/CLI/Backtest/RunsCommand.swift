import RialtoBacktest
import RialtoStore
import RialtoText
import RialtoValues

/// `rialto runs ...` and `rialto why`: what was run, and why it did what it did.
package enum RunsCommand {
    private static let storeOption = Option(
        "store", .file([".db"]), "file that keeps the records of runs", standard: "data/rialto.db",
        environment: "RIALTO_STORE")

    package static var command: Command {
        Command(
            "runs", "list, show and delete the records of runs", commands: [list, show, delete])
    }

    /// What limits how far the run is evidence, where anything does.
    private static func evidence(_ tables: RunTables) -> [(Table.Column, Cell)] {
        guard let note = EvidenceNotes.inSample(tables) else { return [] }
        return [(.init("evidence"), .text(note))]
    }

    private static var list: Command {
        Command("list", "list the runs, the latest first", options: [storeOption]) {
            invocation, console in
            let store = try RunStore(existing: invocation.required("store"))
            let heads = try store.list()
            Table(
                [.init("run"), .init("name"), .init("started"), .init("seed"), .init("summary")],
                rows: heads.map { head in
                    [
                        .text(head.id), .text(head.name), .time(head.started), .integer(head.seed),
                        .text(head.summary),
                    ]
                }
            ).print(to: console)
            return .done
        }
    }

    private static let run = Argument("run", .text("RUN"), "id of the run, or how it begins")

    private static var show: Command {
        Command(
            "show", "show what a run gave", arguments: [run],
            options: [
                storeOption, Option(flag: "run-file", "print the run file as it was"),
                Option(flag: "orders", "list its orders, each as it stood in the end"),
            ],
            examples: [
                Example("rialto runs show 7f3a --orders --json", "every order, a line of JSON each")
            ]
        ) { invocation, console in
            let store = try RunStore(existing: invocation.required("store"))
            let record = try store.load(invocation.required("run"))
            if invocation.flag("run-file") {
                console.raw(record.runFile)
                return .done
            }
            let tables = RunKeeping.tables(record)
            if invocation.flag("orders") {
                RunTablesView.orders(OrderList(tables)).print(to: console)
                return .done
            }
            let summary = RunSummary(tables)
            Facts(
                [
                    (.init("run"), .text(record.head.id)), (.init("name"), .text(record.head.name)),
                    (.init("started"), .time(record.head.started)),
                    (.init("seed"), .integer(record.head.seed)),
                ]
                    + record.digests.map {
                        (.init("digest_" + $0.name, "digest of " + $0.name), .text($0.value))
                    } + [RunTablesView.determinism(tables, console)]
                    + evidence(tables)
            ).print(to: console)
            console.line()
            RunTablesView.plugins(tables).print(to: console)
            console.line()
            if let versions = RunTablesView.versions(tables) {
                versions.print(to: console)
                console.line()
            }
            RunTablesView.books("account", summary.accounts).print(to: console)
            console.line()
            RunTablesView.books("strategy", summary.instances).print(to: console)
            for table in RunTablesView.moneyTables(tables, isForPeople: !console.isJSON) {
                console.line()
                table.print(to: console)
            }
            if let models = RunTablesView.models(tables) {
                console.line()
                models.print(to: console)
            }
            return .done
        }
    }

    private static var delete: Command {
        Command("delete", "delete the record of a run", arguments: [run], options: [storeOption]) {
            invocation, console in
            let store = try RunStore(existing: invocation.required("store"))
            let id = try store.delete(invocation.required("run"))
            RunJournal.remove(run: id, store: invocation.required("store"))
            Facts([(.init("deleted"), .text(id))]).print(to: console)
            return .done
        }
    }

    /// `rialto why RUN FILL`.
    package static var why: Command {
        Command(
            "why", "explain one fill of a run, back to the opinions behind it",
            arguments: [
                run, Argument("fill", .integer(0...Int.max), "number of the fill, from 0 on"),
            ],
            options: [storeOption],
            examples: [Example("rialto why 7f3a 0", "explain the first fill")]
        ) { invocation, console in
            let store = try RunStore(existing: invocation.required("store"))
            let record = try store.load(invocation.required("run"))
            let tables = RunKeeping.tables(record)
            let number = invocation.integer("fill") ?? 0
            guard let story = Explanation(fill: number, of: tables) else {
                throw HouseMessage(
                    "run \(record.head.id) has no fill \(number): it has \(tables["fills"].count)",
                    help: "fills are counted from 0")
            }
            Facts(story.lines.map { (.init($0.name), .text($0.value)) }).print(to: console)
            return .done
        }
    }
}
