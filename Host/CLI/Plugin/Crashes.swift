import Glibc
import RialtoPluginHost
import RialtoText

/// Where records of crashes lie, and how a run leaves them.
package enum Crashes {
    /// Where they are kept.
    package static let option = Option(
        "crashes", .folder, "folder of the records of crashes", environment: "RIALTO_CRASHES")

    /// The folder that was asked for, or `.rialto/crashes` in the home folder; nil without one.
    static func folder(_ invocation: Invocation) -> String? {
        invocation.text("crashes") ?? Executable.home.map { $0 + "/.rialto/crashes" }
    }

    /// The records that were asked for.
    static func shelf(_ invocation: Invocation) throws(HouseMessage) -> CrashShelf {
        guard let folder = folder(invocation) else {
            throw HouseMessage(
                "there is no home folder to look for records of crashes in",
                help: "name a folder with --crashes")
        }
        return CrashShelf(folder)
    }

    /// The one record whose name begins with `prefix`, or the latest.
    static func record(
        _ prefix: String, in shelf: CrashShelf
    ) throws(HouseMessage) -> CrashReport {
        let names = shelf.names
        let found =
            prefix == "latest" ? names.suffix(1) : names.filter { $0.hasPrefix(prefix) }[...]
        let list = "list them with: rialto plugin crashes"
        guard let name = found.first else {
            throw HouseMessage(
                "there is no record of a crash named \(prefix), \(names.count) are kept",
                details: [.init("folder", shelf.folder)], help: list)
        }
        guard found.count == 1 || found.contains(prefix) else {
            throw HouseMessage(
                "\(found.count) records of crashes begin with \(prefix)", help: list)
        }
        let exact = found.contains(prefix) ? prefix : name
        guard let report = shelf.report(exact) else {
            throw HouseMessage(
                "the record \(exact) cannot be read: its facts are damaged",
                details: [.init("folder", shelf.folder)], help: list)
        }
        return report
    }

    /// Plugins that a host of before was inside of when it ended, told once.
    static func suspects(_ invocation: Invocation) -> [Breadcrumbs.Suspect] {
        folder(invocation).map { Breadcrumbs.suspects(in: $0) } ?? []
    }

    /// Tells of each plugin that is suspected of the end of an earlier run.
    static func tell(_ suspects: [Breadcrumbs.Suspect], _ console: Console) {
        for suspect in suspects {
            console.report(
                HouseMessage(
                    "an earlier run ended while it was inside of \(suspect.plugin): that plugin "
                        + "is suspected of the end",
                    details: [
                        .init("instance", suspect.instance), .init("call", "\(suspect.call)"),
                        .init("sha256", suspect.sha256),
                    ],
                    help: "take its grant back, and it runs in a process of its own: rialto "
                        + "plugin forbid-in-process \(suspect.sha256)"))
        }
    }

    /// What a person is told of an instance that was ended.
    static func message(
        _ failure: (id: String, reason: String), since started_ns: Int64, _ shelf: CrashShelf?
    ) -> HouseMessage {
        let record = shelf?.list().first {
            $0.instance == failure.id && $0.time_ns >= started_ns && !$0.ended.isEmpty
        }
        let help = record.map { "run it again with: rialto plugin replay \($0.id)" }
        return HouseMessage(
            "\(failure.id) was ended: \(Demangling.readable(failure.reason))",
            details: (record?.callers ?? []).prefix(8).map {
                .init("called by", Demangling.readable($0))
            },
            help: help ?? "what a strategy leaves behind follows when_down of its account; see "
                + "the record of the run")
    }
}
