import RialtoCLI
import RialtoText
import RialtoValues
import Synchronization
import Testing

/// A console that keeps what is printed.
final class Page: Sendable {
    private let state = Mutex<(out: String, error: String)>(("", ""))

    var out: String { state.withLock { $0.out } }
    var error: String { state.withLock { $0.error } }

    func console(terminal: Bool = false, plain: Bool = false, json: Bool = false) -> Console {
        let traits = Console.Traits(
            outIsTerminal: terminal, errorIsTerminal: terminal, isPlain: plain, width: 80)
        return Console(traits: traits, isJSON: json) { stream, text in
            self.state.withLock { if stream == .out { $0.out += text } else { $0.error += text } }
        }
    }
}

/// A small program with one of everything.
private let root = Command(
    "tool", "a tool",
    commands: [
        Command(
            "make", "make a thing",
            arguments: [
                Argument("thing", .text("THING"), "what to make"),
                Argument("more", .text("MORE"), "further things", isRequired: false, repeats: true),
            ],
            options: [
                Option("count", short: "c", .integer(1...9), "how many", standard: "2"),
                Option("mode", .choice(["fast", "slow"]), "how", environment: "TOOL_MODE"),
                Option("set", .text("KEY=VALUE"), "a value", repeats: true),
                Option(flag: "dry", "only say what would be made"),
            ],
            examples: [Example("tool make cake", "make one cake")]
        ) { invocation, console in
            let all = ["thing", "more", "count", "mode", "set"].map { name in
                name + "=" + invocation.texts(name).joined(separator: "+")
            }
            console.line(all.joined(separator: " ") + (invocation.flag("dry") ? " dry" : ""))
            return .done
        },
        Command("data", "group", commands: [Command("list", "list data") { _, _ in .failed }]),
        Command("fail", "fail") { _, _ in
            throw HouseMessage("no disk", details: [.init("disk", "a")], help: "add one")
        },
    ])

private func run(_ words: String, environment: [String: String] = [:]) -> (CommandStatus, Page) {
    let page = Page()
    let status = Program.run(
        words.split(separator: " ").map(String.init), root: root, environment: environment,
        console: page.console())
    return (status, page)
}

@Suite struct `The command line` {
    @Test(arguments: [
        ("make cake", "thing=cake more= count=2 mode= set=\n"),
        ("make -c 3 cake --mode=slow --dry", "thing=cake more= count=3 mode=slow set= dry\n"),
        ("make --set a=1 --set=b=2 x y z", "thing=x more=y+z count=2 mode= set=a=1+b=2\n"),
        ("make -- --dry", "thing=--dry more= count=2 mode= set=\n"),
    ])
    func `is read by the command's own definition`(words: String, text: String) {
        let (status, page) = run(words)
        #expect(status == .done && page.out == text && page.error.isEmpty)
    }

    @Test func `takes a value from the environment only where the words have none`() {
        #expect(run("make a", environment: ["TOOL_MODE": "fast"]).1.out.contains("mode=fast"))
        let given = run("make a --mode slow", environment: ["TOOL_MODE": "fast"])
        #expect(given.1.out.contains("mode=slow"))
        #expect(run("make a", environment: ["TOOL_MODE": "odd"]).0 == .calledWrongly)
    }

    @Test(arguments: [
        ("mkae", "unknown command \"mkae\"\n  help: did you mean \"make\"?"),
        ("zzzzzz", "unknown command \"zzzzzz\"\n  help: see tool --help"),
        ("make", "missing thing: what to make\n  help: see tool make --help"),
        ("make a --cuont 3", "unknown option --cuont\n  help: did you mean \"--count\"?"),
        ("make a -x", "unknown option -x\n  help: see tool make --help"),
        ("make a --count", "option --count needs a value: N\n  help: see tool make --help"),
        ("make a --count 10", "--count was \"10\"; allowed is a whole number, 1...9"),
        (
            "make a --mode fsat",
            "--mode was \"fsat\"; allowed is fast, slow\n  help: did you mean \"fast\"?"
        ),
        ("make a --dry=1", "option --dry takes no value"),
        ("make a --dry --dry", "option --dry was given twice\n  help: give it once"),
        ("data list b", "unexpected \"b\"\n  help: see tool data list --help"),
    ])
    func `called wrongly says what is allowed, with status 2`(words: String, text: String) {
        let (status, page) = run(words)
        #expect(status == .calledWrongly && page.out.isEmpty)
        #expect(page.error == "error: " + text + "\n")
    }

    @Test func `prints what a command throws in the house form, with status 1`() {
        let (status, page) = run("fail")
        #expect(status == .failed)
        #expect(page.error == "error: no disk\n  disk: a\n  help: add one\n")
        let json = run("fail --json").1.error
        #expect(json == #"{"error":"no disk","disk":"a","help":"add one"}"# + "\n")
    }

    @Test func `prints help at every level`() {
        for words in ["", "--help", "make --help", "make -h", "data", "data list --help"] {
            let (status, page) = run(words)
            #expect(status == .done && page.out.contains("usage: tool"), "\(words)")
        }
        let help = run("make --help").1.out
        #expect(help.contains("usage: tool make THING [MORE...] [OPTIONS]"))
        #expect(help.contains("  -c, --count N     how many (1...9); default 2\n"))
        #expect(help.contains("  --mode fast|slow  how; from $TOOL_MODE\n"))
        #expect(help.contains("  # make one cake\n  tool make cake\n"))
    }
}

@Suite struct `The definition of commands` {
    private func all(_ command: Command, _ path: [String]) -> [([String], Command)] {
        [(path, command)] + command.commands.flatMap { all($0, path + [$0.name]) }
    }

    @Test func `gives help, completion and a manual that name every command and option`() {
        let manual = Manual.markdown(Program.root)
        let script = Completion.script(.bash, Program.root)
        for (path, command) in all(Program.root, ["rialto"]) {
            let help = Help.text(path, command)
            #expect(manual.contains("# " + path.joined(separator: " ") + "\n"))
            for option in command.options {
                #expect(help.contains("--" + option.name))
                #expect(script.contains("--" + option.name))
            }
            #expect(!help.split(separator: "\n").contains { $0.count > 110 }, "\(path)")
        }
    }

    @Test func `shows every key of a run file`() {
        let page = Page()
        let status = Program.run(
            ["help", "--run-file"], root: Program.root, environment: [:], console: page.console())
        #expect(status == .done)
        for key in ["seed", "  fee_bps", "    taker", "    parameters", "    max_drawdown"] {
            #expect(page.out.split(separator: "\n").contains { $0.hasPrefix(key) }, "\(key)")
        }
    }

    @Test func `has no two options or arguments of one name in a command`() {
        for (path, command) in all(Program.root, ["rialto"]) {
            let names = command.options.map(\.name) + command.arguments.map(\.name)
            #expect(Set(names).count == names.count, "\(path)")
            let shorts = command.options.compactMap(\.short)
            #expect(Set(shorts).count == shorts.count, "\(path)")
        }
    }
}
