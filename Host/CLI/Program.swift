import Glibc
import RialtoBacktest
import RialtoConfiguration
import RialtoText
import RialtoValues

/// The program `rialto`: its commands, and the way from words to an exit status.
package enum Program {
    /// Version of the host.
    package static let version = "0.1.0"

    /// Every command, in the order of help.
    package static var root: Command {
        Command(
            "rialto", "an open platform for algorithmic trading with plugins",
            discussion: "Results go to stdout, everything else to stderr. Exit status: 0 done, "
                + "1 failed, 2 called wrongly.",
            commands: commands + [helpCommand, completionCommand, versionCommand])
    }

    /// The commands that do the work. A new one is added here.
    private static var commands: [Command] {
        [
            CheckCommand.command(hooks: [
                { Backtest($0, folders: PluginCommand.standard).problems() }
            ]),
            BacktestCommand.command, RunsCommand.command, RunsCommand.why, DataCommand.command(),
            UniverseCommand.command, FeaturesCommand.command, ModelCommand.command,
            EnsembleCommand.command, LLMCommand.command,
            ValidateExplain.command,
            PluginCommand.command, IndicatorCommand.command, SchemaCommand.command,
            GoldenCommand.command,
            BenchCommand.command,
            SimulateCommand.command, DrillCommand.command, DoctorCommand.command,
        ]
    }

    /// Runs the program on the process's own arguments and streams.
    package static func main() -> Int32 {
        run(
            Array(CommandLine.arguments.dropFirst()), root: root, environment: environment,
            console: .process(environment)
        ).rawValue
    }

    /// Runs the command that `words` name, and prints what it throws.
    package static func run(
        _ words: [String], root: Command, environment: [String: String], console: Console
    ) -> CommandStatus {
        let console = console.asking(json: words.prefix { $0 != "--" }.contains("--json"))
        do {
            switch try Parser.parse(words, root: root, environment: environment) {
            case .help(let path, let command):
                console.raw(Help.text(path, command))
                return .done
            case .run(let invocation):
                guard let body = invocation.command.body else { return .calledWrongly }
                return try body(invocation, console.asking(json: invocation.flag("json")))
            }
        } catch {
            let messages = error.houseMessages
            for message in messages { console.report(message) }
            return messages.contains { $0.cause == .failed } ? .failed : .calledWrongly
        }
    }

    private static var helpCommand: Command {
        Command(
            "help", "print help on a command, or the whole manual",
            arguments: [
                Argument(
                    "command", .text("COMMAND"), "words of the command", isRequired: false,
                    repeats: true)
            ],
            options: [
                Option(flag: "markdown", "print the manual of all commands as Markdown"),
                Option(flag: "run-file", "print every key of a run file"),
            ]
        ) { invocation, console in
            if invocation.flag("markdown") {
                console.raw(Manual.markdown(root))
                return .done
            }
            if invocation.flag("run-file") {
                SchemaHelp.table(RunFile.notes).print(to: console)
                return .done
            }
            let words = invocation.texts("command") + ["--help"]
            return run(words, root: root, environment: [:], console: console)
        }
    }

    private static var completionCommand: Command {
        Command(
            "completion", "print a completion script for a shell",
            arguments: [
                Argument("shell", .choice(Completion.Shell.allCases.map(\.rawValue)), "bash or zsh")
            ],
            examples: [
                Example("source <(rialto completion bash)", "complete commands in this shell")
            ]
        ) { invocation, console in
            guard let shell = Completion.Shell(rawValue: invocation.required("shell")) else {
                return .calledWrongly
            }
            console.raw(Completion.script(shell, root))
            return .done
        }
    }

    private static var versionCommand: Command {
        Command("version", "print the version") { _, console in
            Facts([(.init("rialto"), .text(version))]).print(to: console)
            return .done
        }
    }

    private static var environment: [String: String] {
        var result: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                result[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return result
    }
}

extension Console {
    /// The process's own streams.
    static func process(_ environment: [String: String]) -> Console {
        var size = winsize()
        let known = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let traits = Traits(
            outIsTerminal: isatty(STDOUT_FILENO) == 1, errorIsTerminal: isatty(STDERR_FILENO) == 1,
            isPlain: !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb",
            width: known ? Int(size.ws_col) : 100)
        return Console(traits: traits, isJSON: false) { stream, text in
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes {
                    write(stream == .out ? STDOUT_FILENO : STDERR_FILENO, $0.baseAddress, $0.count)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                bytes = bytes.dropFirst(count)
            }
        }
    }
}
