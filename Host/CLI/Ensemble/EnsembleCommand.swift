import RialtoBacktest
import RialtoConfiguration
import RialtoStore
import RialtoText
import RialtoValues

/// `rialto ensemble`: how models are weighed, whether that pays, and why weights are what they are.
enum EnsembleCommand {
    static var command: Command {
        Command(
            "ensemble", "weigh models: what it is worth, and why weights changed",
            commands: [
                EnsembleReport.command, weights, why, EnsembleCapital.command,
                EnsembleTrial.command,
            ])
    }

    static let run = Argument("run", .text("RUN"), "id of the run, or how it begins")
    static let store = Option(
        "store", .file([".db"]), "file that keeps the records of runs", standard: "data/rialto.db",
        environment: "RIALTO_STORE")
    private static let parts = Option(
        "parts", .integer(1...10_000), "in how many parts of equal length the run is told",
        standard: "10")

    private static let positions = Option(
        flag: "positions", "of the weights of positions, where they are weighed apart")

    /// Changes of weight below this are not told.
    private static let changeMin = 0.0005

    // MARK: Weights

    private static var weights: Command {
        Command(
            "weights", "list every change of weight of a run, each with its reason",
            discussion: "Weights are a function of the run's ledger of scored forecasts. They are\n"
                + "rebuilt from it first; that they are the same bits is part of the answer.",
            arguments: [run], options: [store, parts, positions],
            examples: [Example("rialto ensemble weights 7f3a --parts 30", "a month day by day")]
        ) { invocation, console in
            let record = try RunStore(existing: invocation.required("store"))
                .load(invocation.required("run"))
            let tables = RunKeeping.tables(record)
            let tale = try tale(tables, record.head.id, invocation)
            table(tale.lines(parts: invocation.integer("parts") ?? 10, least: changeMin))
                .print(to: console)
            console.line()
            Facts([
                (.init("run"), .text(record.head.id)),
                (.init("scored", "scored forecasts"), .integer(Int64(tale.ledger.count))),
                (
                    .init("rebuilt", "ledger gives the same weights"),
                    .flag(try isRebuilt(tale.ledger, tables, record))
                ),
            ]).print(to: console)
            return .done
        }
    }

    private static func table(_ lines: [WeightTale.Line]) -> Table {
        Table(
            [
                .init("from"), .init("to"), .init("model"), .init("before", "before %"),
                .init("after", "after %"), .init("why"),
            ],
            rows: lines.map { line in
                [
                    .time(line.change.from_ns), .time(line.change.to_ns), .text(line.model),
                    .percent(line.change.before), .percent(line.change.after),
                    .text(line.sentence),
                ]
            })
    }

    private static func tale(
        _ tables: RunTables, _ id: String, _ invocation: Invocation
    ) throws -> WeightTale {
        let isOfPositions = invocation.flag("positions")
        guard !isOfPositions || tables["position_weights"].count > 0 else {
            throw HouseMessage(
                "run \(id) did not weigh positions apart",
                help: "leave --positions out, or give its run file ensemble.positions")
        }
        guard let tale = WeightTale(tables, isOfPositions: isOfPositions) else {
            throw HouseMessage(
                "run \(id) has no ledger of forecasts",
                help: "it had no models, or is older than the ledger: run it again")
        }
        return tale
    }

    /// Whether the stored ledger, under the rule of the stored run file, gives the stored weights.
    private static func isRebuilt(
        _ ledger: RunLedger, _ tables: RunTables, _ record: RunRecord
    ) throws -> Bool {
        let document = try ConfigDocument(
            Array(record.runFile.utf8), file: "run file of \(record.head.id)",
            overrides: tables["overrides"].texts("text"))
        let weights = ledger.weights(try RunFile.read(document).ensembleConfiguration)
        let scores = tables["scores"]
        func isKept(_ weights: [Double], _ column: String) -> Bool {
            weights.map(\.bitPattern) == scores.numbers(column).map(\.bitPattern)
        }
        return isKept(weights.all, "weight_end")
            && (weights.positions.map { isKept($0, "position_weight_end") } ?? true)
    }

    // MARK: Why

    private static var why: Command {
        Command(
            "why", "explain the weight of one model of a run",
            arguments: [run, Argument("model", .text("MODEL"), "id of the model")],
            options: [
                store, parts, positions,
                Option("at", .text("TIME"), "explain up to this time, such as 2019-03-01"),
            ],
            examples: [
                Example("rialto ensemble why 7f3a momentum --at 2019-03-01", "as it was in March")
            ]
        ) { invocation, console in
            let record = try RunStore(existing: invocation.required("store"))
                .load(invocation.required("run"))
            let tale = try tale(RunKeeping.tables(record), record.head.id, invocation)
            let model = invocation.required("model"), all = tale.ledger.models
            guard all.contains(model) else {
                throw HouseMessage(
                    "run \(record.head.id) has no model \"\(model)\"",
                    details: [.init("models", all.joined(separator: ", "))],
                    help: Suggestion.help(for: model, among: all))
            }
            let lines = tale.lines(
                parts: invocation.integer("parts") ?? 10, least: changeMin,
                until: try time(invocation.text("at"))
            ).filter { $0.model == model }
            if lines.isEmpty { console.line("\(model) kept its weight") }
            if console.isJSON { table(lines).print(to: console) }
            for line in lines {
                console.line(
                    "\(UnixTime.text(line.change.from_ns)) to \(UnixTime.text(line.change.to_ns))",
                    .faint)
                console.line("  " + line.sentence)
            }
            return .done
        }
    }

    private static func time(_ text: String?) throws -> Int64 {
        guard let text else { return .max }
        guard let time = UnixTime.parse(text.utf8) else {
            throw HouseMessage.wrongCall(
                "--at was \"\(text)\"", help: "write it as 2019-03-01 or 2019-03-01T10:30:00Z")
        }
        return time
    }
}
