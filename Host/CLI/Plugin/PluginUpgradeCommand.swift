import Foundation
import RialtoPluginHost
import RialtoText

/// `rialto plugin upgrade`: what of a project is older than this host, and its replacement.
enum PluginUpgradeCommand {
    static var command: Command {
        Command(
            "upgrade", "bring a plugin project up to this host",
            discussion:
                "Shows what it would do; with --apply it does it. Copies of the contract and the "
                + "kit, and build\nfiles that are as they were written, are replaced. What was "
                + "changed by hand stays, with the new\none beside it. Sources, tests, README "
                + "and packages are never touched.",
            arguments: [Argument("folder", .folder, "the project")],
            options: [
                Option(flag: "apply", "do it"),
                Option(
                    "api", .folder, "the PluginAPI folder that is copied from",
                    environment: "RIALTO_PLUGIN_API"),
            ],
            examples: [
                Example("rialto plugin upgrade .", "what is older than this host"),
                Example("rialto plugin upgrade . --apply", "bring it up to date"),
            ]
        ) { invocation, console in
            let folder = invocation.required("folder")
            let source = try PluginSource.find(invocation.text("api"))
            let upgrade = try ProjectUpgrade(folder, source: source)
            let (project, host) = try upgrade.versions()
            guard project <= host else {
                throw HouseMessage(
                    "the project's headers are of ABI \(project), this host's of \(host)",
                    help: "update this host: a project is never brought down")
            }
            let draft =
                NSTemporaryDirectory()
                + "rialto-upgrade-\(ProcessInfo.processInfo.processIdentifier)"
            defer { try? FileManager.default.removeItem(atPath: draft) }
            let steps = try upgrade.plan(draft)
            let doIt = invocation.flag("apply")
            if doIt { try upgrade.apply(steps, from: draft) }
            table(steps).print(to: console)
            tell(console, upgrade, project, host, steps, doIt)
            return .done
        }
    }

    private static func table(_ steps: [UpgradeStep]) -> Table {
        var table = Table(["action", "file", "why"].map { Table.Column($0) })
        for step in steps {
            table.add([.text(step.action.rawValue), .text(step.path), .text(step.reason)])
        }
        return table
    }

    private static func tell(
        _ console: Console, _ upgrade: ProjectUpgrade, _ project: HeaderVersion,
        _ host: HeaderVersion, _ steps: [UpgradeStep], _ isDone: Bool
    ) {
        let record = upgrade.record
        console.note(
            "\(record.id) in \(record.language): ABI \(project), written by host \(record.host); "
                + "this host speaks \(host) and is \(HostABI.version)")
        if steps.isEmpty { return console.note("it is up to date") }
        if !isDone { return console.note("nothing was changed; do it with --apply") }
        if !upgrade.isRecorded, steps.contains(where: { $0.path.hasPrefix("vendor/") }) {
            console.note("the copies as they were are in vendor.old")
        }
        let kept = steps.filter { $0.action == .beside }.map(\.path)
        if !kept.isEmpty {
            console.note(
                "compare by hand: \(kept.map { "\($0) with \($0).new" }.joined(separator: ", "))")
        }
        console.note("build and test it: ./test && ./build")
    }
}
