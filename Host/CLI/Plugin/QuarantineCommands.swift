import RialtoPluginHost
import RialtoStore
import RialtoText

/// `rialto plugin quarantine` and `rialto plugin release`.
enum QuarantineCommands {
    static var list: Command {
        Command(
            "quarantine", "list the plugins that do not run any more, since when and why",
            discussion:
                "A package comes here by two equal crashes within "
                + "\(QuarantineStore.window_ns / 60_000_000_000) minutes, or by one system call "
                + "that it\nmay not make. Signals from outside, deadlines and drills do not "
                + "count. Another build\nhas another digest, and may run.",
            options: [
                Option(flag: "all", "what was decided before, too"), Quarantine.file,
            ],
            examples: [
                Example("rialto plugin quarantine --all", "every decision, the first one first")
            ]
        ) { invocation, console in
            let all = try Quarantine.decisions(invocation)
            let names = [
                "digest", "quarantined", "plugin", "version", "reason", "instance", "run", "crash",
                "who", "at",
            ]
            Table(
                names.map { Table.Column($0) },
                rows: (invocation.flag("all") ? all : all.holding).map(row)
            ).print(to: console)
            return .done
        }
    }

    private static func row(_ decision: QuarantineDecision) -> [Cell] {
        func text(_ text: String) -> Cell { text.isEmpty ? .none : .text(text) }
        return [
            .text(decision.digest), .flag(decision.isHeld), .text(decision.plugin),
            text(decision.version), .text(Demangling.readable(decision.reason)),
            text(decision.instance), text(decision.run), text(decision.record),
            .text(decision.who), .time(decision.at_ns),
        ]
    }

    static var release: Command {
        Command(
            "release", "let a plugin out of quarantine as it is",
            discussion: "Who did so, when and why is kept. Crashes of before do not count again.",
            arguments: [
                Argument(
                    "digest", .text("DIGEST"),
                    "of the package, as rialto plugin quarantine shows it, or its first letters")
            ],
            options: [
                Option("reason", .text("TEXT"), "why, for who reads it later"), Quarantine.file,
            ],
            examples: [
                Example(
                    "rialto plugin release 4f0c... --reason \"the data were damaged\"",
                    "it may run again")
            ]
        ) { invocation, console in
            let held = try Quarantine.decisions(invocation).holding
            let digest = try found(invocation.required("digest").lowercased(), held)
            let reason = try self.reason(invocation, "a release")
            let store = try QuarantineStore(try Quarantine.checkedPath(invocation))
            let who = OperatorFile.login(), now = Executable.now_ns
            guard try store.release(digest, reason: reason, who: who, at_ns: now) else {
                throw HouseMessage(
                    "\(digest) is not in quarantine any more",
                    help: "see what was decided: rialto plugin quarantine --all")
            }
            Facts([
                (.init("digest"), .text(digest)), (.init("quarantined"), .flag(false)),
                (.init("who"), .text(who)), (.init("at"), .time(now)),
            ]).print(to: console)
            return .done
        }
    }

    private static func found(
        _ digest: String, _ held: [QuarantineDecision]
    ) throws(HouseMessage) -> String {
        let fitting = held.filter { $0.digest.hasPrefix(digest) }
        let list = "see what is: rialto plugin quarantine"
        guard let first = fitting.first, !digest.isEmpty else {
            throw HouseMessage(
                "\(digest) is not in quarantine, \(held.count) packages are", help: list)
        }
        guard fitting.count == 1 else {
            throw HouseMessage(
                "\(fitting.count) packages in quarantine begin with \(digest)", help: list)
        }
        return first.digest
    }

    /// What was given with `--reason`.
    static func reason(_ invocation: Invocation, _ what: String) throws(HouseMessage) -> String {
        guard let reason = invocation.text("reason"), reason.contains(where: { !$0.isWhitespace })
        else { throw HouseMessage("\(what) needs a reason", help: "say why: --reason TEXT") }
        return reason
    }
}
