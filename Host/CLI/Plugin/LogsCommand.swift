import Foundation
import Glibc
import RialtoPluginHost
import RialtoText
import RialtoValues

/// `rialto plugin logs ID`: what a plugin wrote during a run.
enum LogsCommand {
    static var command: Command {
        Command(
            "logs", "show what a plugin wrote during a run",
            discussion:
                "Its log intents, its log lines, and what it printed, with the time at which the "
                + "host heard it\nand the time of the event. Kept for each run beside its record.",
            arguments: [
                Argument("id", .text("ID"), "id of the plugin, or of an instance of the run")
            ],
            options: [
                Option(
                    "store", .file([".db"]), "file that keeps the records of runs",
                    standard: "data/rialto.db", environment: "RIALTO_STORE"),
                Option("run", .text("RUN"), "id of the run or its beginning; else the latest"),
                Option(flag: "follow", short: "f", "go on as long as the run does"),
            ],
            examples: [
                Example("rialto plugin logs com.example.dip", "of the latest run"),
                Example("rialto plugin logs dip-1 --follow", "of an instance, as it goes on"),
            ]
        ) { invocation, console in
            let folder = RunJournal.folder(store: invocation.required("store"))
            let log = try find(folder, run: invocation.text("run"))
            var reading = LogReading(id: invocation.required("id"))
            try reading.read(log.path, follows: invocation.flag("follow")) { show($0, console) }
            guard reading.shown > 0 else {
                throw HouseMessage(
                    "\(reading.id) wrote nothing in run \(log.run)",
                    details: reading.others.isEmpty
                        ? [] : [.init("who did", reading.others.sorted().joined(separator: " "))],
                    help: "name another run with --run, or see: rialto runs list")
            }
            return .done
        }
    }

    private static func find(
        _ folder: String, run: String?
    ) throws(HouseMessage) -> (run: String, path: String) {
        let logs = RunJournal.list(folder)
        let found = run.map { run in logs.filter { $0.run.hasPrefix(run) } } ?? logs
        guard let first = found.first else {
            throw HouseMessage(
                run.map { "there is no log of run \($0)" } ?? "no run has left a log yet",
                details: [.init("folder", folder)],
                help: "a run keeps one where a plugin wrote something; name its records with "
                    + "--store FILE")
        }
        guard run == nil || found.count == 1 || found.contains(where: { $0.run == run }) else {
            throw HouseMessage(
                "\(found.count) runs begin with \(run ?? "")",
                details: [.init("runs", found.prefix(10).map(\.run).joined(separator: " "))],
                help: "give more of the id")
        }
        return found.first { $0.run == run } ?? first
    }

    private static let levels = ["", "error", "warning", "info", "debug"]

    /// Prints a line; its text was made harmless when it was kept, and is so again.
    static func show(_ line: VoiceLine, _ console: Console) {
        let level = levels.indices.contains(Int(line.level)) ? levels[Int(line.level)] : ""
        let head = [
            UnixTime.text(line.time_ns),
            line.event_ns == 0 ? "-" : UnixTime.text(line.event_ns), line.instance,
            level.isEmpty ? line.source.rawValue : level,
        ]
        let tone: Console.Tone = line.level == 1 ? .bad : line.level == 2 ? .caution : .plain
        console.line((head + [line.text]).map(Cell.printable).joined(separator: "  "), tone)
        console.json(
            .object([
                .init("time", .text(UnixTime.text(line.time_ns))),
                .init(
                    "event_time", line.event_ns == 0 ? .null : .text(UnixTime.text(line.event_ns))),
                .init("instance", .text(line.instance)), .init("plugin", .text(line.plugin)),
                .init("source", .text(line.source.rawValue)),
                .init("level", level.isEmpty ? .null : .text(level)),
                .init("text", .text(line.text)),
            ]))
    }
}

/// Reads the lines of one plugin or instance out of a journal that may still grow.
struct LogReading {
    let id: String
    /// Lines that were shown.
    private(set) var shown = 0
    /// Instances that wrote, but were not asked for.
    private(set) var others: Set<String> = []
    private var rest: [UInt8] = []

    /// How long it waits for more, in microseconds.
    private static let pause_us: UInt32 = 100_000

    init(id: String) { self.id = id }

    /// - Parameters:
    ///   - follows: Whether to go on as long as somebody writes.
    ///   - body: Is given each line.
    mutating func read(
        _ path: String, follows: Bool, _ body: (VoiceLine) -> Void
    ) throws(HouseMessage) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw HouseMessage(
                "cannot read \(path): \(String(cString: strerror(errno)).lowercased())",
                help: "see that the file is yours to read")
        }
        defer { close(file) }
        while true {
            // Asked before the file is read: what is written after the end is not missed.
            let goesOn = follows && PluginJournal.isWritten(file)
            drain(file, body)
            guard goesOn else { return }
            usleep(Self.pause_us)
        }
    }

    private mutating func drain(_ file: Int32, _ body: (VoiceLine) -> Void) {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &bytes, bytes.count)
            guard count > 0 else { return }
            rest += bytes[..<count]
            take(body)
        }
    }

    private mutating func take(_ body: (VoiceLine) -> Void) {
        var start = 0
        while let end = rest[start...].firstIndex(of: 0x0A) {
            defer { start = end + 1 }
            guard let line = PluginJournal.line(rest[start..<end]) else { continue }
            if line.instance == id || line.plugin == id {
                shown += 1
                body(line)
            } else {
                others.insert(line.instance)
            }
        }
        rest.removeSubrange(..<start)
    }
}
