import Glibc
import RialtoBacktest
import RialtoPluginHost
import RialtoStore
import RialtoText
import RialtoValues

/// The versions of plugins that ran well, and which of them an operator has set a plugin back to.
package enum Versions {
    /// Where they are kept.
    package static let option = Option(
        "versions", .folder, "folder of the versions of plugins that ran well",
        environment: "RIALTO_VERSIONS")

    /// The folder that was asked for, or `.rialto/versions` in the home folder; nil without one.
    static func shelf(_ invocation: Invocation) -> VersionShelf? {
        let folder = invocation.text("versions") ?? Executable.home.map { $0 + "/.rialto/versions" }
        return folder.map { VersionShelf($0) }
    }

    /// Plugins that are set back, each with the last decision about it.
    static func rollbacks(_ invocation: Invocation) throws -> [Rollback] {
        guard Quarantine.path(invocation) != nil else { return [] }
        let path = try Quarantine.checkedPath(invocation)
        return access(path, F_OK) == 0 ? try RollbackStore(path).list().holding : []
    }

    /// What a run takes in place of what lies on its search path.
    static func choice(_ invocation: Invocation) throws -> VersionChoice {
        let pins = try rollbacks(invocation).map { rollback in
            (
                rollback.plugin,
                VersionChoice.Pin(
                    digest: rollback.digest,
                    reason: "rolled back by \(rollback.who) at \(UnixTime.text(rollback.at_ns)): "
                        + rollback.reason)
            )
        }
        return VersionChoice(
            shelf: shelf(invocation), pins: Dictionary(pins, uniquingKeysWith: { $1 }))
    }

    /// Keeps the packages that ran a whole run without a fault.
    ///
    /// - Parameter faulty: Digests of those that crashed.
    static func keep(
        _ outcome: BacktestOutcome, faulty: Set<String>, _ invocation: Invocation,
        _ console: Console
    ) throws {
        guard let shelf = shelf(invocation) else { return }
        let ended = Set(outcome.failures.map(\.id))
        let bad = faulty.union(
            outcome.plugins.filter { ended.contains($0.instance) }.map(\.packageDigest))
        let pinned = Set(try rollbacks(invocation).map(\.digest)), now = Executable.now_ns
        var isWhole = true
        for package in outcome.packages where !bad.contains(package.digest) {
            let isKept = shelf.keep(
                package.folder, digest: package.digest, at: now, pinned: pinned)
            isWhole = isWhole && isKept
        }
        if !isWhole {
            console.note(
                "not every plugin that ran well could be kept in \(shelf.folder), where rialto "
                    + "plugin rollback finds it: it was changed since, is too large, or there is "
                    + "no room")
        }
    }
}
