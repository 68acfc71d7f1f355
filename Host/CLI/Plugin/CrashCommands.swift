import RialtoPluginHost
import RialtoText
import RialtoValues

/// `rialto plugin crashes` and `rialto plugin replay`: records of workers that died.
enum CrashCommands {
    private static let record = Argument(
        "crash", .text("CRASH"), "name of the record, its beginning, or latest")

    static var list: Command {
        Command(
            "crashes", "list the records of plugins that crashed, or show one",
            discussion:
                "Each holds what is needed to run it again: the library, its parameters, and what "
                + "it was\ntold. The latest \(CrashShelf.recordsMax) are kept, at most "
                + "\(CrashShelf.bytesMax >> 20) MiB.",
            arguments: [
                Argument("crash", record.kind, record.summary + " to show", isRequired: false)
            ],
            options: [Crashes.option],
            examples: [
                Example("rialto plugin crashes", "all, the latest first"),
                Example("rialto plugin crashes latest", "one, with its stack and last lines"),
            ]
        ) { invocation, console in
            let shelf = try Crashes.shelf(invocation)
            guard let name = invocation.text("crash") else {
                table(shelf.list()).print(to: console)
                return .done
            }
            show(try Crashes.record(name, in: shelf), console)
            return .done
        }
    }

    private static func table(_ reports: [CrashReport]) -> Table {
        Table(
            [
                .init("crash"), .init("time"), .init("plugin"), .init("instance"),
                .init("batches"), .init("can_replay", "can be replayed"), .init("ended"),
                .init("cause"),
            ],
            rows: reports.map { report in
                [
                    .text(report.id), .time(report.time_ns), .text(report.plugin),
                    .text(report.instance), .integer(Int64(report.batches)),
                    .flag(report.lost.isEmpty), .flag(!report.ended.isEmpty),
                    .text(Demangling.readable(report.cause)),
                ]
            })
    }

    private static func show(_ report: CrashReport, _ console: Console) {
        let parameters = report.parameters.map { "\($0.name)=\($0.value)" }
        Facts([
            (.init("crash"), .text(report.id)), (.init("time"), .time(report.time_ns)),
            (.init("cause"), .text(Demangling.readable(report.cause))),
            (.init("ended"), .text(report.ended.isEmpty ? "no, replaced" : report.ended)),
            (.init("plugin"), .text(report.plugin)), (.init("version"), .text(report.version)),
            (.init("library"), .text(report.library)), (.init("sha256"), .text(report.sha256)),
            (.init("instance"), .text(report.instance)),
            (.init("parameters"), .text(parameters.joined(separator: " "))),
            (.init("instruments"), .text(report.instruments.joined(separator: " "))),
            (.init("seed"), .text(String(report.seed))),
            (.init("batches"), .integer(Int64(report.batches))),
            (.init("replay"), .text(report.lost.isEmpty ? "\(report.kept) batches" : report.lost)),
        ]).print(to: console)
        if !report.callers.isEmpty {
            console.line()
            Table(
                [.init("called_by", "called by")],
                rows: report.callers.map { [.text(Demangling.readable($0))] }
            ).print(to: console)
        }
        if !report.lines.isEmpty { console.line() }
        for line in report.lines { LogsCommand.show(line, console) }
    }

    static var replay: Command {
        Command(
            "replay", "run a crash again in a worker of its own",
            discussion:
                "Creates the instance again, tells it what it was told, and compares its answers "
                + "by digest.\nExit status 1 when it dies again, so that a build can be tested "
                + "with --with-library.",
            arguments: [record],
            options: [
                Crashes.option,
                Option(
                    "with-library", .file([".so"]),
                    "run this build in place of the one that crashed"),
            ],
            examples: [
                Example("rialto plugin replay latest", "does it crash again, and where"),
                Example(
                    "rialto plugin replay latest --with-library out/libmine.so", "was it fixed"),
            ]
        ) { invocation, console in
            let shelf = try Crashes.shelf(invocation)
            let report = try Crashes.record(invocation.required("crash"), in: shelf)
            let other = invocation.text("with-library")
            let outcome = try run(report, shelf, library: other)
            facts(report, outcome, isOther: other != nil).print(to: console)
            return outcome.fault == nil ? .done : .failed
        }
    }

    private static func run(
        _ report: CrashReport, _ shelf: CrashShelf, library path: String?
    ) throws(HouseMessage) -> CrashReplay.Outcome {
        guard report.lost.isEmpty, let tape = shelf.tape(report.id) else {
            let why = report.lost.isEmpty ? "what it was told is damaged" : report.lost
            throw HouseMessage(
                "the crash \(report.id) cannot be run again: \(why)",
                help: "run its run again, as it was: the same data and seed give the same crash")
        }
        let library = try library(report, shelf, path)
        do throws(CrashReplay.Refusal) {
            return try CrashReplay.run(report, tape, library: library, WorkerSettings())
        } catch {
            throw HouseMessage(
                "the crash \(report.id) cannot be run again: \(error.reason)",
                details: [.init("plugin", report.plugin)],
                help: path == nil
                    ? "see that the host is the one that wrote it: \(report.host)"
                    : "give a build of \(report.plugin) that takes the same parameters and state")
        }
    }

    private static func library(
        _ report: CrashReport, _ shelf: CrashShelf, _ path: String?
    ) throws(HouseMessage) -> [UInt8] {
        guard let path else {
            if let bytes = shelf.library(report) { return bytes }
            throw HouseMessage(
                "the library of \(report.id) is not kept, or damaged",
                details: [.init("sha256", report.sha256)],
                help: "give it with --with-library FILE")
        }
        let bytes = try TextFile.read(path, limit: 1 << 30)
        do throws(NoteError) { _ = try ELFNote.read(bytes) } catch {
            throw HouseMessage(
                "\(path) is no plugin library: \(error)",
                help: "give the library that your build makes, such as out/libmine.so")
        }
        return bytes
    }

    private static func facts(
        _ report: CrashReport, _ outcome: CrashReplay.Outcome, isOther: Bool
    ) -> Facts {
        let isSame = outcome.fault?.reason == report.cause
        let died = outcome.fault != nil
        let batch = died && outcome.step == "on_batch" ? outcome.answered + 1 : nil
        let words =
            if let fault = outcome.fault {
                (isSame ? "it dies again as it did: " : "it dies again, but otherwise: ")
                    + Demangling.readable(fault.reason)
            } else {
                isOther ? "this build does not die" : "it did not die this time"
            }
        return Facts([
            (.init("crash"), .text(report.id)), (.init("plugin"), .text(report.plugin)),
            (.init("died"), .flag(died)), (.init("result"), .text(words)),
            (.init("same"), .flag(isSame)), (.init("step"), .text(outcome.step)),
            (.init("batch"), batch.map { .integer(Int64($0)) } ?? .none),
            (.init("batches"), .integer(Int64(outcome.told))),
            (.init("answered"), .integer(Int64(outcome.answered))),
            (.init("equal_answers", "equal answers"), .integer(Int64(outcome.equal))),
            (
                .init("first_difference", "first other answer"),
                outcome.firstDifference.map { .integer(Int64($0)) } ?? .none
            ),
        ])
    }
}
