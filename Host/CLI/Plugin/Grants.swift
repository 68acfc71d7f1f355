import Glibc
import RialtoPluginHost
import RialtoStore
import RialtoText

/// The operator's decisions about which libraries run in process.
package enum Grants {
    /// Where they are kept.
    package static let file = Option(
        "grants", .file([".db"]), "file that keeps what may run in process",
        environment: "RIALTO_GRANTS")

    /// The file that was asked for, or `.rialto/grants.db` in the home folder.
    static func path(_ invocation: Invocation) throws(HouseMessage) -> String {
        if let path = invocation.text("grants") { return path }
        guard let home = Executable.home else {
            throw HouseMessage(
                "there is no home folder to keep grants in", help: "name a file with --grants")
        }
        return home + "/.rialto/grants.db"
    }

    /// SHA-256 of the libraries that may run in process; none where no grant was ever given.
    static func granted(_ invocation: Invocation) throws -> Set<String> {
        guard invocation.text("grants") != nil || Executable.home != nil else { return [] }
        let path = try path(invocation)
        guard access(path, F_OK) == 0 else { return [] }
        try OperatorFile.check(path, "the grants")
        return Set(try GrantStore(path).list().holding.map(\.digest))
    }

    /// Where a run's plugins live: each in a sandboxed worker, but for those that are granted.
    ///
    /// - Parameter settings: Of the workers.
    static func tier(
        _ invocation: Invocation, _ settings: WorkerSettings = WorkerSettings()
    ) throws -> PluginTier {
        .sandboxed(settings, granted: try granted(invocation))
    }
}

extension Set<String> {
    /// Where a library runs when these digests are granted.
    func tier(of manifest: Manifest) -> String {
        manifest.profile == nil && contains(manifest.sha256) ? "in process" : "sandboxed"
    }
}
