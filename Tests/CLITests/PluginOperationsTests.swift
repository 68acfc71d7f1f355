import Foundation
import RialtoCLI
import RialtoPluginHost
import RialtoTestSupport
import Synchronization
import Testing

/// A desk with prices, a plugin made from C, and a run of it.
private func desk(_ source: String, flags: [String] = []) throws -> Desk {
    let desk = try Desk()
    let prices = try Data(
        contentsOf: Desk.repository.appending(path: "Host/Examples/data/IBM-1d.csv"))
    try desk.file("ibm.csv", prices)
    let imported = desk.run(
        "data import @ibm.csv --instrument IBM/USD --kind bars --interval 1d --bar-time open")
    #expect(imported.status == .done, "\(imported.error)")
    try installSource(source, name: "mine", in: desk.path("plugins"), flags: flags)
    try desk.file("run.yaml", runFile("org.rialto.test.rogue", "plugins"))
    return desk
}

private func runFile(_ plugin: String, _ folder: String) -> String {
    """
    name: mine
    data: data
    batch_limit: 16
    plugins: { path: [\(folder)] }
    instruments:
      - { name: IBM/USD, kind: bars, interval: 1d }
    venue: { fee_bps: { maker: 1, taker: 2 } }
    accounts:
      - id: main
        equity: 10000
        strategies:
          - { id: one, plugin: \(plugin), capital: 10000 }
    """
}

/// A strategy that does something over its 500th bar.
private func strategy(_ deed: String) -> String {
    rogueSource(
        "for (uint32_t row = 0; row < batch->count; row++) { look(); }",
        top: """
            #include <stdio.h>
            static int seen;
            static __attribute__((noinline)) void look(void) {
                if (++seen == 500) { \(deed) }
            }
            """)
}

private let crashing = strategy("*(volatile int *)8 = 1;")

/// The program itself, built beside the tests.
private var program: String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: own).deletingLastPathComponent().path + "/rialto"
}

@Suite(.serialized) struct `rialto plugin crashes` {
    @Test func `lists what a backtest left, which replay runs again and a fix survives`() throws {
        let desk = try desk(crashing)
        let run = desk.run("backtest @run.yaml")
        #expect(run.status == .done && run.error.contains("in look+0x"), "\(run.error)")
        let records = desk.run("plugin crashes --json").objects
        #expect(records.map { $0["ended"] as? Bool } == [true, false])
        let name = try #require(records.first?["crash"] as? String)
        #expect(run.error.contains("rialto plugin replay \(name)"), "\(run.error)")
        let shown = desk.run("plugin crashes \(name)")
        #expect(shown.out.contains("twice: it is quarantined"), "\(shown.error)")
        let again = desk.run("plugin replay \(name) --json")
        let facts = try #require(again.objects.first, "\(again.error)")
        #expect(again.status == .failed && facts["same"] as? Bool == true)
        let batch = try #require(facts["batch"] as? Int)
        #expect(batch > 30 && facts["equal_answers"] as? Int == batch - 1)
        try installSource(strategy(""), name: "mended", in: desk.path("other"))
        let mended = desk.run("plugin replay latest --with-library @other/mended/mended.so --json")
        #expect(mended.status == .done, "\(mended.error)")
        #expect(mended.objects.first?["died"] as? Bool == false)
    }

    @Test func `says what there is when a name fits nothing, and when a library is none`() throws {
        let desk = try desk(crashing)
        let none = desk.run("plugin replay latest")
        #expect(none.status == .failed && none.error.contains("0 are kept"), "\(none.error)")
        desk.run("backtest @run.yaml --no-record")
        let wrong = desk.run("plugin replay nothing")
        #expect(wrong.error.contains("2 are kept") && wrong.error.contains("plugin crashes"))
        let text = desk.run("plugin replay latest --with-library @run.yaml")
        #expect(text.status != .done && text.error.contains("help"), "\(text.error)")
    }

    @Test func `suspects a plugin in process that the host went down in, and says so once`() throws
    {
        let desk = try desk(crashing), grants = desk.path("grants.db")
        let plugins = "--plugins \(desk.path("plugins"))"
        let info = desk.run("plugin info org.rialto.test.rogue --json \(plugins)").objects
        let digest = try #require(info.first?["sha256"] as? String)
        let granted = desk.run(
            "plugin allow-in-process \(digest) --reason tests --grants \(grants) \(plugins)")
        #expect(granted.status == .done, "\(granted.error)")
        let ended = try runProgram(
            [program, "backtest", desk.path("run.yaml"), "--no-record", "--grants", grants],
            environment: desk.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 })
        #expect(ended.status != 0)
        try installSource(strategy(""), name: "mine", in: desk.path("plugins"))
        let first = desk.run("backtest @run.yaml --no-record")
        #expect(first.status == .done)
        #expect(first.error.contains("inside of org.rialto.test.rogue"), "\(first.error)")
        #expect(first.error.contains(digest) && first.error.contains("call: "))
        #expect(!desk.run("backtest @run.yaml --no-record").error.contains("inside of"))
        let left = try FileManager.default.contentsOfDirectory(atPath: desk.path("crashes"))
        #expect(!left.contains { $0.hasPrefix("inside-") })
    }
}

@Suite(.serialized) struct `rialto plugin quarantine` {
    @Test func `has what crashed twice, and no run starts it until it is let out`() throws {
        let desk = try desk(crashing)
        let first = desk.run("backtest @run.yaml --no-record")
        #expect(first.status == .done && first.error.contains("in quarantine from now on"))
        let held = desk.run("plugin quarantine --json").objects
        #expect(held.map { $0["plugin"] as? String } == ["org.rialto.test.rogue"])
        #expect(held.first?["run"] as? String == "mine")
        #expect(held.first?["instance"] as? String == "one")
        let digest = try #require(held.first?["digest"] as? String)
        let record = try #require(held.first?["crash"] as? String)
        let refused = desk.run("backtest @run.yaml --no-record")
        #expect(refused.status == .failed, "\(refused.out)")
        for part in [
            "in quarantine since", "SIGSEGV", digest, record, "plugin release \(digest)",
            "org.rialto.test.rogue",
        ] { #expect(refused.error.contains(part), "\(part): \(refused.error)") }
        #expect(desk.run("plugin replay \(record)").status == .failed, "a replay still may")
        #expect(desk.run("plugin release \(digest)").error.contains("needs a reason"))
        let released = desk.run("plugin release \(digest.prefix(9)) --reason tested")
        #expect(released.status == .done, "\(released.error)")
        #expect(desk.run("plugin quarantine --json").objects.isEmpty)
        let all = desk.run("plugin quarantine --all --json").objects
        #expect(all.map { $0["quarantined"] as? Bool } == [true, false])
        #expect(all.last?["reason"] as? String == "tested" && all.last?["who"] as? String != "host")
        let again = desk.run("backtest @run.yaml --no-record")
        #expect(again.status == .done && again.error.contains("in quarantine from now on"))
    }

    @Test func `does not hold another build, nor what a drill has killed`() throws {
        let desk = try desk(crashing)
        desk.run("backtest @run.yaml --no-record")
        #expect(desk.run("backtest @run.yaml --no-record").status == .failed)
        try installSource(strategy(""), name: "mine", in: desk.path("plugins"))
        #expect(desk.run("backtest @run.yaml --no-record").status == .done)
        let drill = desk.run("drill @run.yaml")
        #expect(drill.status == .done, "\(drill.error)")
        #expect(desk.run("backtest @run.yaml --no-record").status == .done)
        #expect(desk.run("plugin quarantine --all --json").objects.count == 1)
    }

    @Test func `holds at once what makes a system call that it may not`() throws {
        let desk = try desk(strategy("extern int close(int); close(12345);"))
        let run = desk.run("backtest @run.yaml --no-record")
        #expect(run.error.contains("in quarantine from now on"), "\(run.error)")
        #expect(desk.run("backtest @run.yaml --no-record").status == .failed)
    }

    @Test func `names who else uses the plugin, whom the run does not end`() throws {
        let desk = try desk(crashing)
        let more = """

                  - { id: two, plugin: org.rialto.test.rogue, capital: 0 }
            """
        try desk.file(
            "run.yaml",
            runFile("org.rialto.test.rogue", "plugins").replacingOccurrences(
                of: "capital: 10000 }", with: "capital: 5000 }")
                + more.replacingOccurrences(of: "capital: 0", with: "capital: 5000"))
        let run = desk.run("backtest @run.yaml --no-record")
        #expect(run.error.contains("also used by: "), "\(run.error)")
        #expect(run.error.contains("one was ended") && run.error.contains("two was ended"))
    }

    @Test func `is not believed where others may write to it`() throws {
        let desk = try desk(strategy(""))
        try desk.file("quarantine.db", "")
        chmod(desk.path("quarantine.db"), 0o666)
        let run = desk.run("backtest @run.yaml --no-record")
        #expect(run.status == .failed && run.error.contains("chmod go-w"), "\(run.error)")
    }

    @Test func `counts the end of the host inside of a plugin, at the same call twice`() throws {
        let desk = try desk(crashing), grants = desk.path("grants.db")
        let plugins = "--plugins \(desk.path("plugins"))"
        let info = desk.run("plugin info org.rialto.test.rogue --json \(plugins)").objects
        let digest = try #require(info.first?["sha256"] as? String)
        desk.run("plugin allow-in-process \(digest) --reason tests --grants \(grants) \(plugins)")
        for _ in 0..<2 {
            #expect(desk.run("plugin quarantine --json").objects.isEmpty)
            let ended = try runProgram(
                [program, "backtest", desk.path("run.yaml"), "--no-record", "--grants", grants],
                environment: desk.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 })
            #expect(ended.status != 0)
        }
        let refused = desk.run("backtest @run.yaml --no-record --grants \(grants)")
        #expect(refused.status == .failed, "\(refused.error)")
        #expect(refused.error.contains("the host ended while it was inside of its call"))
    }
}

/// A strategy of some version, which does something over its 500th bar.
private func build(_ number: String, _ deed: String = "") -> String {
    strategy("/* \(number) */ seen += \(number.filter(\.isNumber)); \(deed)")
        .replacingOccurrences(of: "\"1.0.0\"", with: "\"\(number)\"")
}

@Suite(.serialized) struct `rialto plugin rollback` {
    private let id = "org.rialto.test.rogue"

    /// Three versions that ran, one after the other.
    private func history(_ last: String = build("1.2.0")) throws -> Desk {
        let desk = try desk(build("1.0.0"))
        for source in [build("1.0.0"), build("1.1.0"), last] {
            try installSource(source, name: "mine", in: desk.path("plugins"))
            let run = desk.run("backtest @run.yaml --no-record")
            #expect(run.status == .done && !run.error.contains("could not be kept"))
        }
        return desk
    }

    private func versions(_ desk: Desk) -> [[String: Any]] {
        desk.run("plugin versions \(id) --json --plugins \(desk.path("plugins"))").objects
    }

    private func version(run desk: Desk, _ words: String = "") -> String? {
        desk.run("backtest @run.yaml --no-record --json \(words)").objects
            .first { $0["instance"] as? String == "one" }?["version"] as? String
    }

    @Test func `sets a plugin back for every run, says so there, and undoes it`() throws {
        let desk = try history()
        let plugins = "--plugins \(desk.path("plugins"))"
        #expect(versions(desk).map { $0["version"] as? String } == ["1.2.0", "1.1.0", "1.0.0"])
        #expect(versions(desk).map { $0["current"] as? Bool } == [true, false, false])
        #expect(desk.run("plugin rollback \(id) \(plugins)").error.contains("needs a reason"))
        let back = desk.run("plugin rollback \(id) --reason worse --json \(plugins)")
        #expect(back.objects.first?["version"] as? String == "1.1.0", "\(back.error)")
        #expect(version(run: desk) == "1.1.0")
        let run = desk.run("backtest @run.yaml --json")
        let said = run.objects.first { $0["rolled_back"] != nil }
        #expect(said?["rolled_back"] as? String == id)
        #expect((said?["reason"] as? String)?.contains("worse") == true)
        let record = try #require(run.objects.last?["run"] as? String)
        let shown = desk.run("runs show \(record) --store @data/rialto.db")
        #expect(shown.out.contains("rolled back") && shown.out.contains("worse"), "\(shown.error)")
        let further = desk.run("plugin rollback \(id) --reason worse --json \(plugins)")
        #expect(further.objects.first?["version"] as? String == "1.0.0")
        #expect(version(run: desk) == "1.0.0")
        let first = desk.run("plugin rollback \(id) --reason more \(plugins)")
        #expect(first.status == .failed && first.error.contains("no earlier version"))
        #expect(desk.run("plugin rollback \(id) --undo \(plugins)").status == .done)
        #expect(version(run: desk) == "1.2.0")
        let again = desk.run("plugin rollback \(id) --undo \(plugins)")
        #expect(again.status == .failed && again.error.contains("is not rolled back"))
    }

    @Test func `refuses a version that was altered where it is kept, in the run as well`() throws {
        let desk = try history()
        let plugins = "--plugins \(desk.path("plugins"))"
        let digest = try #require(versions(desk).last?["digest"] as? String)
        let to = "plugin rollback \(id) --to \(digest.prefix(12)) --reason r \(plugins)"
        #expect(desk.run(to).status == .done)
        let library = desk.path("versions/\(digest)/mine.so")
        chmod(library, 0o600)
        var bytes = try Data(contentsOf: URL(filePath: library))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: library))
        let run = desk.run("backtest @run.yaml --no-record")
        #expect(run.status == .failed && run.error.contains("was altered"), "\(run.error)")
        #expect(run.error.contains("rialto plugin rollback ID --undo"), "\(run.error)")
        #expect(desk.run(to).status == .failed)
    }

    @Test func `happens by itself where the run file allows that, and never else`() throws {
        let desk = try history(build("1.2.0", "*(volatile int *)8 = 1;"))
        #expect(versions(desk).map { $0["quarantined"] as? Bool } == [true, false, false])
        #expect(versions(desk).map { $0["kept"] as? Bool } == [false, true, true])
        #expect(desk.run("backtest @run.yaml --no-record").status == .failed)
        let fallen = desk.run("backtest @run.yaml --no-record --set rollback=allowed")
        #expect(fallen.status == .done && fallen.out.contains("fell back"), "\(fallen.error)")
        #expect(version(run: desk, "--set rollback=allowed") == "1.1.0")
        let digests = versions(desk).compactMap { $0["digest"] as? String }
        let held = desk.run(
            "plugin rollback \(id) --to \(digests[0]) --reason r --plugins \(desk.path("plugins"))")
        #expect(held.status == .failed, "it never ran well")
    }

    @Test func `says what there is for a plugin that nobody knows`() throws {
        let desk = try desk(build("1.0.0"))
        let none = desk.run("plugin versions org.none.such")
        #expect(none.status == .failed && none.error.contains("rialto plugin list"))
    }
}

@Suite(.serialized) struct `rialto plugin logs` {
    private let talking = strategy("puts(\"half way \\033[2J\"); fflush(stdout);")

    @Test func `shows what a plugin or an instance wrote, of each run`() throws {
        let desk = try desk(talking)
        let run = desk.run("backtest @run.yaml --json")
        let id = try #require(run.objects.last?["run"] as? String)
        let store = "--store @data/rialto.db"
        for name in ["one", "org.rialto.test.rogue", "one --run \(id)"] {
            let lines = desk.run("plugin logs \(name) --json \(store)").objects
            #expect(lines.map { $0["text"] as? String } == ["half way ?[2J"], "\(name)")
            #expect(lines.first?["source"] as? String == "output")
        }
        let other = desk.run("plugin logs two \(store)")
        #expect(other.status == .failed && other.error.contains("who did: one"), "\(other.error)")
        let none = desk.run("plugin logs one --run zz \(store)")
        #expect(none.error.contains("there is no log of run zz"), "\(none.error)")
        desk.run("runs delete \(id) \(store)")
        #expect(desk.run("plugin logs one \(store)").error.contains("no run has left a log"))
    }

    @Test func `follows a run of another process to its end`() throws {
        let slow = rogueSource(
            """
            for (volatile long i = 0; i < 30000000; i++) {}
            printf("batch %d\\n", ++seen);
            fflush(stdout);
            """, top: "#include <stdio.h>\nstatic int seen;")
        let desk = try desk(slow)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["backtest", desk.path("run.yaml")]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        var following = desk.run("plugin logs one --follow --json --store @data/rialto.db")
        while following.objects.isEmpty, process.isRunning {
            following = desk.run("plugin logs one --follow --json --store @data/rialto.db")
        }
        process.waitUntilExit()
        let all = desk.run("plugin logs one --json --store @data/rialto.db")
        #expect(all.objects.count > 20)
        #expect(following.out == all.out, "every line, to the last one")
    }
}

@Suite(.serialized) struct `rialto plugin debug` {
    @Test func `stands at a breakpoint of gdb, and the run goes on to the same end`() throws {
        guard try runProgram(["gdb", "--version"]).status == 0 else {
            print("skipped: gdb is not installed")
            return
        }
        let desk = try desk(strategy("seen++;"), flags: ["-g"])
        let plain = desk.run("backtest @run.yaml --no-record --json")
        let answer = try runProgram([
            program, "plugin", "debug", desk.path("run.yaml"), "--instance", "one", "--batch",
            "--command", "break look if seen == 420", "--command", "continue", "--command",
            "print seen", "--command", "backtrace", "--command", "detach",
        ])
        guard !answer.output.contains("ptrace: Operation not permitted") else {
            print("skipped: this system lets no process be debugged")
            return
        }
        #expect(answer.status == 0, "\(answer.output)")
        #expect(answer.output.contains("namespaces: a debugger of another namespace"))
        #expect(answer.output.contains("$1 = 420"), "\(answer.output)")
        #expect(answer.output.contains("on_batch"), "\(answer.output)")
        let digest = try #require(plain.objects.last?["digest"] as? String)
        #expect(answer.output.contains(digest), "\(answer.output)")
    }

    @Test func `says which instances there are`() throws {
        let desk = try desk(crashing)
        for words in ["", "--instance two"] {
            let answer = desk.run("plugin debug @run.yaml \(words)")
            #expect(answer.status == .calledWrongly && answer.error.contains("instances: one"))
        }
    }
}

@Suite(.serialized) struct `rialto plugin dev` {
    @Test func `tells what a change of the source changes in a run`() throws {
        let desk = try desk(strategy(""))
        let api = Desk.repository.appending(path: "PluginAPI").path
        let made = desk.run("plugin new com.example.dip --to \(desk.path("dip")) --api \(api)")
        #expect(made.status == .done, "\(made.error)")
        try desk.file("dip.yaml", runFile("com.example.dip", "nowhere"))
        func dev() -> Desk.Result { desk.run("plugin dev @dip --run @dip.yaml --once --json") }
        let first = dev()
        #expect(first.status == .done, "\(first.error)\(first.out)")
        let before = try #require(first.objects.last)
        #expect(before["same"] is NSNull && (before["intents"] as? Int ?? 0) > 10)
        #expect(dev().objects.last?["same"] as? Bool == true)
        let source = try desk.text("dip/dip.c")
        try desk.file("dip/dip.c", source.replacing(">= self->length", with: "> self->length"))
        let changed = dev(), after = try #require(changed.objects.last, "\(changed.error)")
        #expect(after["same"] as? Bool == false && after["first_difference"] as? Int == 0)
        #expect(after["intents_before"] as? Int == before["intents"] as? Int)
        try desk.file("dip/dip.c", "#error broken\n" + source)
        let broken = dev()
        #expect(broken.status == .failed && broken.error.contains("the build failed"))
        try desk.file("dip/dip.c", source)
        let back = desk.run("plugin dev @dip --run @dip.yaml --once")
        #expect(back.out.contains("intents "), "compared with the last good build: \(back.out)")
        #expect(back.out.contains("main: equity "))
    }

    @Test func `refuses a folder that is no project`() throws {
        let desk = try desk(strategy(""))
        let answer = desk.run("plugin dev @plugins --run @run.yaml --once")
        #expect(answer.status == .calledWrongly && answer.error.contains("./build"))
    }
}
