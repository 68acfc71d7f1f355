import Foundation
import RialtoHistory
import RialtoLearning
import RialtoText
import RialtoValues

/// What a call of `rialto model tune` asks for.
struct TunePlan {
    let path: String
    let kind: String
    /// The last close that trials may see lies before it; what comes from it on is held back.
    let split_ns: Int64
    /// Whether less of the metric is better.
    let isLoss: Bool
    private let key: SeriesKey
    private let data: String
    private let folds: Int
    private let seed: Int
    private let trialsMax: Int
    private let workers: Int
    private let timeout_ns: Int64?
    private let trialTimeout_ns: Int64
    private let from: String?
    private let until: String?
    private let storage: String?
    private let python: String
    /// Options that every training gets.
    private let shared: [String]
    /// Where trials lay their files; removed in the end.
    private let folder = TuneFolder()

    init(_ invocation: Invocation, _ passed: [String]) throws {
        guard let path = invocation.text("to"), let kind = invocation.text("kind") else {
            throw HouseMessage.wrongCall(
                "tune needs --kind and --to",
                help: "such as --kind \(TuneSpace.kinds.first ?? "") --to model.rialto")
        }
        let history = DataFolder.history(invocation)
        let key = try SeriesName(invocation.texts("series")).found(in: history).key
        guard key.kind == .bars else {
            throw HouseMessage.wrongCall(
                "\(key.text) holds no bars", help: "name bars, such as \(key.instrument) bars 1m")
        }
        guard let held = Double(invocation.text("held") ?? ""), (0.05...0.9).contains(held) else {
            throw HouseMessage.wrongCall(
                "--held was \"\(invocation.text("held") ?? "")\"; allowed is 0.05...0.9",
                help: "such as --held 0.3")
        }
        self.path = path
        self.kind = kind
        self.key = key
        data = invocation.text("data") ?? "data"
        isLoss = kind != "ppo"
        folds = invocation.integer("folds") ?? 3
        seed = invocation.integer("seed") ?? 1
        trialsMax = invocation.integer("trials") ?? 20
        workers = invocation.integer("workers") ?? 1
        timeout_ns = try invocation.length("timeout")
        trialTimeout_ns = try invocation.length("trial-timeout") ?? 600_000_000_000
        from = invocation.text("from")
        until = invocation.text("until")
        storage = invocation.text("storage")
        shared = passed.flatMap { name in
            invocation.texts(name).flatMap { ["--" + name, $0] }
        }
        split_ns = try Self.split(
            history.open(key), try invocation.time("from"), try invocation.time("until"), held)
        python = try Self.python(invocation)
    }

    /// The interpreter that has Optuna.
    private static func python(_ invocation: Invocation) throws(HouseMessage) -> String {
        let places =
            invocation.text("optuna").map { [$0] }
            ?? [Executable.folder.map { $0 + "/../optuna" }, ".build/optuna"].compactMap(\.self)
            + [Executable.folder.map { $0 + "/../../optuna" }].compactMap(\.self)
        let found = places.map { $0 + "/bin/python" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        guard let found else {
            throw HouseMessage(
                "Optuna is not there: it chooses what is tried",
                details: [.init("looked in", places.joined(separator: ", "))],
                help: "get it with scripts/fetch-optuna, or name its environment with --optuna")
        }
        return found
    }

    /// The close from which on a part of the bars is held back.
    private static func split(
        _ bars: Series, _ from_ns: Int64?, _ until_ns: Int64?, _ held: Double
    ) throws(HouseMessage) -> Int64 {
        let first = from_ns.map { bars.index(atOrAfter: $0) } ?? 0
        let end = until_ns.map { bars.index(atOrAfter: $0) } ?? bars.count
        let place = first + Int(Double(end - first) * (1 - held))
        guard end - first >= 100, place < bars.count else {
            throw HouseMessage(
                "\(max(0, end - first)) bars are too few to tune on",
                help: "name a longer period with --from and --until")
        }
        return bars.time_ns[place]
    }

    /// The program itself, which trains.
    private var program: String {
        let beside = (Executable.folder ?? ".") + "/rialto"
        let isThere = FileManager.default.isExecutableFile(atPath: beside)
        return isThere ? beside : Executable.path ?? "rialto"
    }

    /// What is said to train, without the file.
    private func command(_ run: TuneRun) -> [String] {
        var words = [program, "model", "train"] + key.text.split(separator: " ").map(String.init)
        words += ["--kind", kind, "--folds", String(folds), "--seed", String(seed), "--json"]
        words += ["--data", data] + shared
        if let from { words += ["--from", from] }
        let until = run.until_ns.map { UnixTime.text($0) } ?? until
        if let until { words += ["--until", until] }
        if let from_ns = run.judgeFrom_ns { words += ["--judge-from", UnixTime.text(from_ns)] }
        return words + run.options
    }

    /// Trains once, outside the trials.
    func train(_ run: TuneRun) throws -> (file: ModelFile, metric: Double) {
        let path = folder.path + "/" + run.name + ".rialto"
        let process = Process()
        let words = command(run) + ["--to", path]
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        // Progress and errors: what is not read could fill the pipe.
        _ = FileManager.default.createFile(atPath: path + ".log", contents: nil)
        process.standardError = FileHandle(forWritingAtPath: path + ".log")
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let log = (try? String(contentsOfFile: path + ".log", encoding: .utf8)) ?? ""
            throw HouseMessage(
                "the \(run.name) model was not trained",
                details: [.init("it said", String(log.suffix(400)))],
                help: "try it with rialto model train")
        }
        let file = try ModelCommand.file(path)
        return (file, file.score(metric) ?? .nan)
    }

    private var metric: String { isLoss ? "log_loss" : "net_bps" }

    /// Lets Optuna try, and tells of each trial.
    func trials(_ console: Console) throws -> [TuneTrial] {
        let driver = folder.path + "/tune.py", process = Process(), output = Pipe()
        try TextFile.write(Array(TuneDriver.source.utf8), to: driver)
        process.executableURL = URL(filePath: python)
        process.arguments = [driver, "watch", settings.line]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        var trials: [TuneTrial] = [], line = Data()
        var last: Double?
        while true {
            let part = output.fileHandleForReading.availableData
            if part.isEmpty { break }
            line += part
            while let end = line.firstIndex(of: 0x0A) {
                let text = String(decoding: line[..<end], as: UTF8.self)
                line = Data(line[line.index(after: end)...])
                guard let trial = TuneTrial(text) else { continue }
                trials.append(trial)
                tell(trial, trials.count, &last, console)
            }
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw HouseMessage(
                "Optuna ended with status \(process.terminationStatus)",
                details: [.init("trials", "\(trials.count)")],
                help: "what it said stands above; --storage keeps trials to go on with")
        }
        return trials.sorted { $0.number < $1.number }
    }

    private func tell(
        _ trial: TuneTrial, _ count: Int, _ last: inout Double?, _ console: Console
    ) {
        guard let value = trial.value else {
            return console.progress(
                "trial \(count) of \(trialsMax): failed, \(Cell.printable(trial.why))\n")
        }
        let isBest = last.map { isLoss ? value < $0 : value > $0 } ?? true
        if isBest { last = value }
        console.progress(
            "trial \(count) of \(trialsMax): \(Cell.number(value, decimals: 5).text)"
                + "\(isBest ? ", best" : ""), \(trial.text)\n")
    }

    /// What the driver is to do.
    private var settings: JSON {
        let until = timeout_ns.map { Double(Executable.now_ns + $0) / 1e9 } ?? 1e12
        let trial = TuneRun(until_ns: split_ns, name: "")
        return .object([
            .init("seed", .integer(Int64(seed))),
            .init("storage", .text(storage ?? "sqlite:///" + folder.path + "/trials.db")),
            .init("study", .text("rialto \(kind) \(key.text)")),
            .init("heartbeat_s", .integer(Self.heartbeat_s)),
            .init("startup", .integer(Int64(max(3, min(10, trialsMax / 3))))),
            .init("space", .list(TuneSpace.parameters(of: kind).map(\.json))),
            .init("folder", .text(folder.path)),
            .init("command", .list(command(trial).map { .text($0) })),
            .init("trial_s", .number(Double(trialTimeout_ns) / 1e9)),
            .init("metric", .text(metric)),
            .init("direction", .text(isLoss ? "minimize" : "maximize")),
            .init("trials", .integer(Int64(trialsMax))),
            .init("workers", .integer(Int64(workers))), .init("until", .number(until)),
        ])
    }

    /// Seconds between two signs of life; after three without one a trial is tried again.
    private static let heartbeat_s: Int64 = 2

    /// The first trial with the best metric; nil when none came to an end.
    func best(_ trials: [TuneTrial]) -> TuneTrial? {
        var best: TuneTrial?
        for trial in trials {
            guard let value = trial.value else { continue }
            guard let so = best?.value else {
                best = trial
                continue
            }
            if isLoss ? value < so : value > so { best = trial }
        }
        return best
    }

    /// What was done.
    func facts(_ trials: [TuneTrial], _ best: TuneTrial) -> [(Table.Column, Cell)] {
        var facts: [(Table.Column, Cell)] = [
            (.init("file"), .text(path)), (.init("kind"), .text(kind)),
            (.init("data"), .text(key.text)), (.init("trials"), .count(trials.count)),
        ]
        facts.append((.init("failed"), .count(trials.filter { $0.value == nil }.count)))
        facts.append((.init("best_trial", "best trial"), .count(best.number)))
        for one in best.parameters {
            facts.append((.init("best_" + one.option, "  " + one.option), .text(one.value)))
        }
        facts.append((.init("held_from", "no trial saw, from"), .time(split_ns)))
        return facts
    }
}

/// A folder of its own, removed with its owner.
private final class TuneFolder: Sendable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "rialto-tune-" + UUID().uuidString
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
