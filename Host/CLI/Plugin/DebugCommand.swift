import Foundation
import Glibc
import RialtoBacktest
import RialtoConfiguration
import RialtoPluginHost
import RialtoText
import Synchronization

/// `rialto plugin debug RUN.yaml`: a backtest with a debugger at the worker of one instance.
enum DebugCommand {
    static var command: Command {
        Command(
            "debug", "run a backtest with a debugger at one plugin",
            discussion:
                "The plugin's worker lacks the walls that would stop a debugger, which are named, "
                + "and has no\ndeadline; everything else is as ever. For backtests only. Build the "
                + "plugin with -g -O0 to see\nits lines and variables.",
            arguments: [Argument("run", .file([".yaml", ".yml", ".json"]), "the run file")],
            options: [
                RunOptions.set, PluginCommand.path,
                Option("instance", .text("ID"), "the instance of the run, such as dip-1"),
                Option(
                    "with", .choice(["gdb", "debugpy"]),
                    "the debugger; debugpy is for plugins in Python, from an editor",
                    standard: "gdb"),
                Option(
                    "port", .integer(0...65535), "where editors find debugpy; 0 is any",
                    standard: "0"),
                Option(flag: "wait", "start none: say how to attach, and wait until one is there"),
                Option(
                    "command", .text("COMMAND"), "give this command to the debugger first",
                    repeats: true),
                Option(flag: "batch", "let the debugger end after its commands"),
            ],
            examples: [
                Example(
                    "rialto plugin debug run.yaml --instance dip-1 --command 'break on_batch'",
                    "a prompt before the plugin is created; continue runs to the breakpoint"),
                Example("rialto plugin debug run.yaml --instance dip-1 --wait", "attach your own"),
                Example(
                    "rialto plugin debug run.yaml --instance dip-1 --with debugpy --port 5678",
                    "VS Code's Python debugger; what it is told is printed"),
            ]
        ) { invocation, console in
            let run = try RunFile.load(
                invocation.required("run"), overrides: invocation.texts("set"))
            let instance = try instance(invocation, run)
            var settings = WorkerSettings()
            let session = try session(invocation, run, instance, console)
            settings.debugger = session.debugger
            defer { session.end() }
            let outcome = try Backtest(
                run, folders: PluginCommand.folders(invocation), tier: .sandboxed(settings)
            ).execute()
            for failure in outcome.failures {
                console.report(
                    HouseMessage("\(failure.id) was ended: \(Demangling.readable(failure.reason))"))
            }
            Facts([
                (.init("digest"), .text(outcome.digest)),
                (.init("failures"), .integer(Int64(outcome.failures.count))),
            ]).print(to: console)
            return .done
        }
    }

    /// The debugger that was asked for, and what is to be done at the run's end.
    private static func session(
        _ invocation: Invocation, _ run: RunFile, _ instance: String, _ console: Console
    ) throws(HouseMessage) -> (debugger: WorkerDebugger, end: @Sendable () -> Void) {
        guard invocation.text("with") == "debugpy" else {
            let session = DebugSession(
                commands: invocation.texts("command"), isBatch: invocation.flag("batch"),
                waits: invocation.flag("wait"), console)
            let debugger = WorkerDebugger(instance: instance) {
                DebugSession.tell($0, WorkerDebugger.leftAwayForTracing, console)
                session.attach($0)
            }
            return (debugger, session.end)
        }
        try refuseOthers(invocation, run, instance)
        let adapter = try DebugpyAdapter(port: UInt16(invocation.integer("port") ?? 0))
        let debugger = WorkerDebugger(instance: instance, debugpy: adapter.debugpy) {
            DebugSession.tell($0, WorkerDebugger.leftAwayForDebugpy, console)
            adapter.invite(console)
        }
        return (debugger, adapter.end)
    }

    /// debugpy looks at Python alone.
    private static func refuseOthers(
        _ invocation: Invocation, _ run: RunFile, _ instance: String
    ) throws(HouseMessage) {
        let strategies = run.accounts.flatMap { $0.strategies.map { ($0.id, $0.plugin) } }
        let all = strategies + run.models.map { ($0.id, $0.plugin) }
        let own = run.plugins.path.map { run.document.resolved($0) }
        let folders = PluginFolders(paths: own + PluginCommand.folders(invocation).paths)
        guard let plugin = all.first(where: { $0.0 == instance })?.1,
            let folder = try? folders.folder(of: plugin),
            let manifest = try? Manifest.read(folder: folder), manifest.language != "python"
        else { return }
        throw HouseMessage(
            "\(plugin) is written in \(manifest.language), debugpy debugs Python",
            help: "take the debugger of processes: --with gdb")
    }

    private static func instance(
        _ invocation: Invocation, _ run: RunFile
    ) throws(HouseMessage) -> String {
        let known =
            run.accounts.flatMap { $0.strategies.map(\.id) }
            + run.models.filter(\.isEnabled).map(\.id)
        let list = known.joined(separator: " ")
        guard let asked = invocation.text("instance") else {
            throw HouseMessage(
                "no instance was named", details: [.init("instances", list)],
                help: "name one: --instance \(known.first ?? "ID")", cause: .calledWrongly)
        }
        guard known.contains(asked) else {
            throw HouseMessage(
                "the run has no instance \(asked)", details: [.init("instances", list)],
                help: "name one of them: --instance \(known.first ?? "ID")", cause: .calledWrongly)
        }
        return asked
    }
}

/// One debugger beside one run.
final class DebugSession: Sendable {
    private let commands: [String]
    private let isBatch: Bool
    private let waits: Bool
    private let console: Console
    private let child = Mutex<pid_t>(0)

    /// How often it is looked whether a debugger is there, in microseconds.
    private static let pause_us: UInt32 = 50_000

    init(commands: [String], isBatch: Bool, waits: Bool, _ console: Console) {
        self.commands = commands
        self.isBatch = isBatch
        self.waits = waits
        self.console = console
    }

    /// Says whose worker it is, and which walls it has and lacks.
    static func tell(
        _ target: WorkerDebugger.Target, _ leftAway: [(name: String, use: String)],
        _ console: Console
    ) {
        console.note("worker \(target.pid) of \(target.library)")
        console.note("walls that are up: \(target.layers.joined(separator: ", "))")
        console.note("left away for the debugger, in this run only:")
        for (name, use) in leftAway { console.note("  \(name): \(use)") }
    }

    /// Starts a debugger, or says how to, and waits until it holds the worker.
    func attach(_ target: WorkerDebugger.Target) {
        let words = words(target)
        console.note("attach: " + words.map(Self.quoted).joined(separator: " "))
        if waits {
            console.note("waiting for a debugger; end with Ctrl-C")
        } else {
            let pid = Self.start(words)
            child.withLock { $0 = pid }
            guard pid > 0 else {
                console.note("gdb could not be started; is it installed? the run goes on without")
                return
            }
        }
        while !Self.isTraced(target.pid), isWorth(target.pid) { usleep(Self.pause_us) }
    }

    /// Whether somebody may still come: the debugger that was started runs, the worker is there.
    private func isWorth(_ worker: pid_t) -> Bool {
        guard kill(worker, 0) == 0 else { return false }
        return waits
            || child.withLock { child in
                guard child > 0, waitpid(child, nil, WNOHANG) != 0 else { return child > 0 }
                child = 0
                return false
            }
    }

    /// Waits for the debugger that was started.
    func end() {
        let pid = child.withLock { $0 }
        if pid > 0 { while waitpid(pid, nil, 0) < 0, errno == EINTR {} }
        signal(SIGINT, SIG_DFL)
    }

    /// The command line of gdb.
    private func words(_ target: WorkerDebugger.Target) -> [String] {
        ["gdb", "-q"] + (isBatch ? ["-batch"] : []) + ["-p", "\(target.pid)"]
            + commands.flatMap { ["-ex", $0] }
    }

    private static func quoted(_ word: String) -> String {
        word.contains(" ") ? "'\(word)'" : word
    }

    /// Starts a program on this terminal. Ctrl-C is for it from now on. Returns 0 when it cannot.
    private static func start(_ words: [String]) -> pid_t {
        var attributes = posix_spawnattr_t(), signals = sigset_t(), pid: pid_t = 0
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        sigemptyset(&signals)
        // gdb sleeps for ever where whoever started us has blocked SIGCHLD.
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGINT)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let arguments = words.map { strdup($0) } + [nil]
        defer { for word in arguments { free(word) } }
        signal(SIGINT, SIG_IGN)
        return posix_spawnp(&pid, words[0], nil, &attributes, arguments, environ) == 0 ? pid : 0
    }

    /// Whether a debugger holds a process.
    private static func isTraced(_ pid: pid_t) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        else { return false }
        return text.split(separator: "\n").contains {
            $0.hasPrefix("TracerPid:") && !$0.hasSuffix("\t0")
        }
    }
}
