import Glibc
import RialtoPluginHost
import RialtoStore
import RialtoText
import RialtoValues

/// `rialto plugin allow-in-process`, `forbid-in-process`, `grants`.
enum GrantCommands {
    private static let digest = Argument(
        "digest", .text("DIGEST"), "SHA-256 of the library, as rialto plugin info shows it")
    private static let reason = Option("reason", .text("TEXT"), "why, for who reads it later")

    static var allow: Command {
        Command(
            "allow-in-process", "let one library run in the host's own process",
            discussion:
                "Such a library can do whatever this program can: read keys, send orders, write "
                + "files.\nThe grant holds for these bytes alone, not for another version, and "
                + "is kept with\nwho gave it and when.",
            arguments: [digest], options: [reason, PluginCommand.path, Grants.file],
            examples: [
                Example(
                    "rialto plugin allow-in-process 4f0c... --reason \"ours, reviewed\"",
                    "from now on")
            ]
        ) { invocation, console in try decide(true, invocation, console) }
    }

    static var forbid: Command {
        Command(
            "forbid-in-process", "take such a grant back",
            arguments: [digest], options: [reason, PluginCommand.path, Grants.file],
            examples: [
                Example(
                    "rialto plugin forbid-in-process 4f0c... --reason \"superseded\"",
                    "it runs in a sandbox again")
            ]
        ) { invocation, console in try decide(false, invocation, console) }
    }

    static var list: Command {
        Command(
            "grants", "list which libraries may run in process, since when and why",
            options: [
                Option(flag: "all", "what was decided before, too"), Grants.file,
            ],
            examples: [Example("rialto plugin grants --all", "every decision, the first one first")]
        ) { invocation, console in
            let path = try Grants.path(invocation)
            let all = access(path, F_OK) == 0 ? try GrantStore(path).list() : []
            let names = ["digest", "in_process", "plugins", "reason", "who", "at"]
            Table(
                names.map { Table.Column($0) },
                rows: (invocation.flag("all") ? all : all.holding).map(row)
            ).print(to: console)
            return .done
        }
    }

    private static func row(_ grant: Grant) -> [Cell] {
        [
            .text(grant.digest), .flag(grant.isAllowed),
            grant.plugins.isEmpty ? .none : .text(grant.plugins), .text(grant.reason),
            .text(grant.who), .time(grant.at_ns),
        ]
    }

    private static func decide(
        _ isAllowed: Bool, _ invocation: Invocation, _ console: Console
    ) throws -> CommandStatus {
        let found = PluginCommand.folders(invocation).list().compactMap { try? $0.result.get() }
        let digest = try checked(invocation.required("digest").lowercased(), found)
        let reason = try QuarantineCommands.reason(invocation, "a grant")
        let path = try Grants.path(invocation)
        if let slash = path.lastIndex(of: "/") { _ = mkdir(String(path[..<slash]), 0o700) }
        let store = try GrantStore(path)
        let isHolding = try store.list().holding.contains { $0.digest == digest }
        guard isAllowed || isHolding else {
            throw HouseMessage(
                "\(digest) is not granted", help: "see what is: rialto plugin grants")
        }
        let grant = Grant(
            digest: digest, isAllowed: isAllowed,
            plugins: found.first { $0.sha256 == digest }?.plugins.map(\.id)
                .joined(separator: " ") ?? "",
            reason: reason, who: OperatorFile.login(), at_ns: Executable.now_ns)
        try store.add(grant)
        Facts([
            (.init("digest"), .text(digest)), (.init("in_process"), .flag(isAllowed)),
            (.init("plugins"), grant.plugins.isEmpty ? .none : .text(grant.plugins)),
            (.init("who"), .text(grant.who)), (.init("at"), .time(grant.at_ns)),
        ]).print(to: console)
        return .done
    }

    private static func checked(
        _ digest: String, _ found: [Manifest]
    ) throws(HouseMessage) -> String {
        if digest.count == 64, digest.allSatisfy(\.isHexDigit) { return digest }
        if let named = found.first(where: { $0.plugins.contains { $0.id == digest } }) {
            throw HouseMessage(
                "\(digest) is a plugin's id, and a grant is for one digest",
                help: "the library that holds it now has \(named.sha256)")
        }
        throw HouseMessage(
            "\"\(digest)\" is no SHA-256: 64 hexadecimal digits",
            help: "rialto plugin info ID shows a library's")
    }
}
