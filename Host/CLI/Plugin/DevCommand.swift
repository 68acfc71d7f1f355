import Foundation
import Glibc
import RialtoBacktest
import RialtoConfiguration
import RialtoPluginHost
import RialtoText
import RialtoValidator

/// `rialto plugin dev DIR --run RUN.yaml`: builds on every change, and tells what it changed.
enum DevCommand {
    static var command: Command {
        Command(
            "dev", "build a plugin project on every change and show what that changes",
            discussion:
                "Runs ./build of the project, checks the library quickly, replays the same data, "
                + "and compares\nintents and equity with the last build that went well. Loads the "
                + "library to ask it what it\nholds, so run it on your own only. Ends by Ctrl-C.",
            arguments: [Argument("folder", .folder, "the project, as plugin new makes it")],
            options: [
                Option("run", .file([".yaml", ".yml", ".json"]), "the run file to replay"),
                RunOptions.set, PluginCommand.path, Crashes.option,
                Option(flag: "once", "build and compare once, then end: 1 when that failed"),
            ],
            examples: [
                Example("rialto plugin dev dip --run run.yaml", "until Ctrl-C"),
                Example("rialto plugin dev dip --run run.yaml --once", "for scripts"),
            ]
        ) { invocation, console in
            guard let run = invocation.text("run") else {
                throw HouseMessage(
                    "no run file was named", help: "name the data to replay: --run RUN.yaml",
                    cause: .calledWrongly)
            }
            let project = try DevProject(invocation.required("folder"))
            let cycle = DevCycle(
                project: project, run: run, overrides: invocation.texts("set"),
                folders: PluginCommand.folders(invocation),
                crashes: Crashes.folder(invocation).map { CrashShelf($0) }, console: console)
            if invocation.flag("once") { return cycle.turn() ? .done : .failed }
            while true {
                let seen = project.sources
                _ = cycle.turn()
                console.note("waiting for a change in \(project.folder); end with Ctrl-C")
                project.waitForChange(since: seen)
            }
        }
    }
}

/// A project's files, as `plugin new` lays them out.
struct DevProject {
    let folder: String

    /// How often its files are looked at, and how long they must be the same, in microseconds.
    private static let pause_us: UInt32 = 300_000
    /// Most files that are watched.
    private static let filesMax = 10_000

    init(_ folder: String) throws(HouseMessage) {
        guard access(folder + "/build", X_OK) == 0 else {
            throw HouseMessage(
                "\(folder) is no plugin project: it has no program ./build",
                help: "make one with: rialto plugin new ID --to \(folder)", cause: .calledWrongly)
        }
        self.folder = folder
    }

    /// Where the last good result is kept: among what a build makes, not among the sources.
    var lastPath: String { folder + "/out/dev-last.json" }

    /// Path of the library that was built last.
    var library: String? {
        let out = folder + "/out"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: out)) ?? []
        return names.filter { $0.hasSuffix(".so") }.map { name -> (String, Int64) in
            var facts = stat()
            stat(out + "/" + name, &facts)
            return (out + "/" + name, Self.time(facts))
        }.max { $0.1 < $1.1 }?.0
    }

    private static func time(_ facts: stat) -> Int64 {
        Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
    }

    /// Folders that hold what builds make.
    private static let made: Set<String> = ["out", "target", "__pycache__"]
    /// A file that each build writes anew.
    private static let written = "compile_commands.json"

    /// Sizes and times of its sources.
    var sources: [String: [Int64]] {
        var found: [String: [Int64]] = [:]
        guard let all = FileManager.default.enumerator(atPath: folder) else { return [:] }
        while let path = all.nextObject() as? String, found.count < Self.filesMax {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            var facts = stat()
            guard !name.hasPrefix("."), !Self.made.contains(name) else {
                all.skipDescendants()
                continue
            }
            guard name != Self.written, stat(folder + "/" + path, &facts) == 0,
                facts.st_mode & S_IFMT == S_IFREG
            else { continue }
            found[path] = [Int64(facts.st_size), Self.time(facts)]
        }
        return found
    }

    /// Returns when its sources are others than `seen` and have stopped changing.
    func waitForChange(since seen: [String: [Int64]]) {
        var last = seen
        while true {
            usleep(Self.pause_us)
            let now = sources
            if now == last, now != seen { return }
            last = now
        }
    }

    /// Runs one of its programs, `build` or `test`. Returns whether it went well, and what it
    /// printed.
    func run(_ program: String) -> (isDone: Bool, output: String) {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(filePath: folder).appending(path: program)
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        do { try process.run() } catch { return (false, "\(error.localizedDescription)") }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus == 0, String(decoding: data, as: UTF8.self))
    }
}

/// One turn after another: build, check, run, compare.
struct DevCycle {
    let project: DevProject
    let run: String
    let overrides: [String]
    let folders: PluginFolders
    let crashes: CrashShelf?
    let console: Console

    /// Lines of a compiler's output that are shown.
    private static let linesMax = 20

    /// Does one turn and prints it. Returns whether all went well.
    func turn() -> Bool {
        do {
            let library = try built()
            guard try check(library) else { return false }
            let result = try replayed(library)
            let last = DevResult.read(project.lastPath)
            for line in result.difference(from: last) { console.line(line) }
            console.json(result.json(against: last))
            try TextFile.write(result.bytes, to: project.lastPath)
            return true
        } catch {
            for message in error.houseMessages { console.report(message) }
            return false
        }
    }

    private func built() throws -> String {
        let (isDone, output) = project.run("build")
        guard isDone else {
            for line in output.split(separator: "\n").suffix(Self.linesMax) {
                console.note(Cell.printable(String(line)))
            }
            throw HouseMessage("the build failed", help: "mend it and save: it is built again")
        }
        guard let library = project.library else {
            throw HouseMessage(
                "the build left no library in \(project.folder)/out",
                help: "let ./build write out/lib<name>.so")
        }
        let manifest = try PluginLibrary.describe(library)
        try TextFile.write(
            Array(manifest.json().utf8), to: project.folder + "/out/" + Manifest.fileName)
        return library
    }

    /// The checks that take no time: of the file, of loading, and of an instance's life.
    private func check(_ library: String) throws -> Bool {
        guard let settings = try? PluginProbe.standardSettings() else {
            console.note("the library is not checked: rialto-probe is not beside this program")
            return true
        }
        let slow = Set(
            Check.all.filter { ![.file, .load, .life].contains($0.stage) }.map(\.number))
        let validation = try Validation(path: library, without: slow, settings: settings)
        for result in validation.results where result.outcome.word == "fail" {
            console.line(
                "fail  \(result.check.name)  \(result.check.title): "
                    + Cell.printable(result.outcome.finding), .bad)
            console.json(result.json)
        }
        return validation.hasPassed
    }

    private func replayed(_ library: String) throws -> DevResult {
        let file = try PluginFile(folder: project.folder + "/out")
        var settings = WorkerSettings()
        settings.crashes = crashes
        let started = Executable.now_ns
        let outcome = try Backtest(
            try RunFile.load(run, overrides: overrides), folders: folders,
            before: [project.folder + "/out"], tier: .sandboxed(settings)
        ).execute()
        let used = outcome.instances + outcome.models + outcome.exchanges
        guard used.contains(where: { $0.sha256 == file.manifest.sha256 }) else {
            throw HouseMessage(
                "the run uses no plugin of \(project.folder)",
                details: [
                    .init("project", file.manifest.plugins.map(\.id).joined(separator: " ")),
                    .init("run", used.map(\.id).joined(separator: " ")),
                ],
                help: "name the plugin in the run file, or another run with --run")
        }
        for failure in outcome.failures {
            console.report(Crashes.message(failure, since: started, crashes))
        }
        guard outcome.failures.isEmpty else {
            throw HouseMessage(
                "\(outcome.failures.count) instances were ended: not compared",
                help: "mend it and save: it is built again")
        }
        return DevResult(try RunTables(outcome), outcome, sha256: file.manifest.sha256)
    }
}
