import RialtoPluginHost
import RialtoStore
import RialtoText

/// `rialto plugin versions` and `rialto plugin rollback`.
enum VersionCommands {
    private static let id = Argument("plugin", .text("ID"), "the plugin's id")

    static var list: Command {
        Command(
            "versions", "list the versions of a plugin that ran well, and which one runs",
            discussion:
                "A version is kept when it has run a whole backtest without a fault: the last "
                + "\(VersionShelf.versionsMax) of each\nplugin, \(VersionShelf.bytesMax >> 20) MiB "
                + "in all. Current is what a run takes.",
            arguments: [id],
            options: [PluginCommand.path, Quarantine.file, Versions.option],
            examples: [
                Example("rialto plugin versions org.example.mine", "the one that ran last first")
            ]
        ) { invocation, console in
            let found = try Found(invocation)
            var table = Table([
                .init("digest"), .init("version"), .init("ran_well", "ran well"), .init("kept"),
                .init("current"), .init("quarantined"),
            ])
            for version in found.all {
                table.add([
                    .text(version.digest), .text(version.version),
                    version.ranWell_ns.map { .time($0) } ?? .none,
                    .flag(version.ranWell_ns != nil), .flag(version.digest == found.current),
                    .flag(found.quarantined.contains(version.digest)),
                ])
            }
            table.print(to: console)
            return .done
        }
    }

    static var rollback: Command {
        Command(
            "rollback", "let an earlier version of a plugin run, or undo that",
            discussion:
                "Runs take that version, whatever lies on the search path, and say so; each "
                + "verifies its\ndigest. Without --to it is the last one that ran well before the "
                + "current one first did,\nand is not in quarantine. What an instance has saved "
                + "stays with its version.",
            arguments: [id],
            options: [
                Option("to", .text("DIGEST"), "digest of the version, or its first letters"),
                Option(flag: "undo", "let the version of the search path run again"),
                Option("reason", .text("TEXT"), "why, for who reads it later"),
                PluginCommand.path, Quarantine.file, Versions.option,
            ],
            examples: [
                Example(
                    "rialto plugin rollback org.example.mine --reason \"1.3 crashes\"",
                    "the version before"),
                Example("rialto plugin rollback org.example.mine --undo", "as it was"),
            ]
        ) { invocation, console in
            let found = try Found(invocation)
            return invocation.flag("undo")
                ? try undo(found, invocation, console) : try setBack(found, invocation, console)
        }
    }

    private static func setBack(
        _ found: Found, _ invocation: Invocation, _ console: Console
    ) throws -> CommandStatus {
        let reason = try QuarantineCommands.reason(invocation, "a rollback")
        let target = try found.target(invocation.text("to")?.lowercased())
        // What would be refused in a run is refused here.
        _ = try found.shelf.file(target.digest, of: found.id)
        try write(found, target, reason, invocation, console)
        return .done
    }

    private static func undo(
        _ found: Found, _ invocation: Invocation, _ console: Console
    ) throws -> CommandStatus {
        guard found.pinned != nil else {
            throw HouseMessage(
                "\(found.id) is not rolled back: the search path's version runs",
                help: "see what is kept: rialto plugin versions \(found.id)")
        }
        try write(found, nil, invocation.text("reason") ?? "undone", invocation, console)
        return .done
    }

    private static func write(
        _ found: Found, _ target: KeptVersion?, _ reason: String, _ invocation: Invocation,
        _ console: Console
    ) throws {
        let path = try Quarantine.checkedPath(invocation)
        OperatorFile.make(path)
        let version = target?.version(of: found.id) ?? ""
        let rollback = Rollback(
            plugin: found.id, digest: target?.digest ?? "", version: version, reason: reason,
            who: OperatorFile.login(), at_ns: Executable.now_ns)
        try RollbackStore(path).add(rollback)
        Facts([
            (.init("plugin"), .text(found.id)),
            (.init("digest"), .text(target?.digest ?? found.onPath?.digest ?? "")),
            (
                .init("version"),
                .text(target == nil ? found.onPath?.version(of: found.id) ?? "" : version)
            ),
            (.init("rolled_back", "rolled back"), .flag(target != nil)),
            (.init("in_place_of", "in place of"), found.current.map { .text($0) } ?? .none),
            (.init("who"), .text(rollback.who)), (.init("at"), .time(rollback.at_ns)),
        ]).print(to: console)
    }
}

/// What is known of the versions of one plugin.
private struct Found {
    /// One version, kept or on the search path.
    struct Version {
        let digest: String
        let version: String
        let ranWell_ns: Int64?
    }

    let id: String
    let shelf: VersionShelf
    let kept: [KeptVersion]
    /// Of the search path; nil when it has none that can be used.
    let onPath: Manifest?
    /// Digest that it is set back to.
    let pinned: String?
    let quarantined: Set<String>

    init(_ invocation: Invocation) throws {
        let id = invocation.required("plugin")
        guard let shelf = Versions.shelf(invocation) else {
            throw HouseMessage(
                "there is no home folder to look for versions in",
                help: "name a folder with --versions")
        }
        self.id = id
        self.shelf = shelf
        kept = shelf.list().filter { $0.manifest.plugins.contains { $0.id == id } }
        onPath = PluginCommand.folders(invocation).list().compactMap { try? $0.result.get() }
            .first { $0.plugins.contains { $0.id == id } }
        pinned = try Versions.rollbacks(invocation).first { $0.plugin == id }?.digest
        quarantined = Set(try Quarantine.decisions(invocation).holding.map(\.digest))
        guard onPath != nil || !kept.isEmpty else {
            throw HouseMessage(
                "no version of \(id) is kept, and none is on the search path",
                help: "see what is there with: rialto plugin list")
        }
    }

    /// What a run takes; nil when there is none to take.
    var current: String? { pinned ?? onPath?.digest }

    var all: [Version] {
        let known = kept.map {
            Version(digest: $0.digest, version: $0.version(of: id), ranWell_ns: $0.ranWell_ns)
        }
        guard let onPath, !known.contains(where: { $0.digest == onPath.digest }) else {
            return known
        }
        return [Version(digest: onPath.digest, version: onPath.version(of: id), ranWell_ns: nil)]
            + known
    }

    /// The version to set back to.
    func target(_ prefix: String?) throws(HouseMessage) -> KeptVersion {
        let list = "see what is kept: rialto plugin versions \(id)"
        guard let prefix else {
            let before = kept.first { $0.digest == current }?.firstRan_ns ?? .max
            let earlier = kept.filter {
                $0.digest != current && $0.firstRan_ns < before
                    && !quarantined.contains($0.digest)
            }
            if let last = earlier.max(by: { $0.firstRan_ns < $1.firstRan_ns }) { return last }
            throw HouseMessage(
                "there is no earlier version of \(id) that ran well and is not in quarantine, "
                    + "\(kept.count) are kept", help: list)
        }
        let fitting = kept.filter { $0.digest.hasPrefix(prefix) }
        guard let first = fitting.first, fitting.count == 1 else {
            throw HouseMessage(
                "\(fitting.count) kept versions of \(id) begin with \(prefix)", help: list)
        }
        guard !quarantined.contains(first.digest) else {
            throw HouseMessage(
                "\(first.digest) is in quarantine",
                help: "let it out first: rialto plugin release \(first.digest) --reason TEXT")
        }
        return first
    }
}

extension Manifest {
    /// The version of a plugin that it holds; empty when it does not.
    fileprivate func version(of id: String) -> String {
        plugins.first { $0.id == id }?.version ?? ""
    }
}
