/// An operator's decision that a plugin runs in one version, whatever the search path has.
package struct Rollback: Equatable, Sendable {
    /// Id of the plugin.
    package let plugin: String
    /// Names the package; empty when the plugin runs as the search path has it again.
    package let digest: String
    package let version: String
    package let reason: String
    /// Login name of who decided.
    package let who: String
    /// In Unix nanoseconds UTC.
    package let at_ns: Int64

    package init(
        plugin: String, digest: String, version: String, reason: String, who: String, at_ns: Int64
    ) {
        self.plugin = plugin
        self.digest = digest
        self.version = version
        self.reason = reason
        self.who = who
        self.at_ns = at_ns
    }
}

/// Decisions about versions, in the file of the quarantine. They are only ever added; of several
/// about one plugin the last one holds. Use it from one thread at a time.
package struct RollbackStore: ~Copyable {
    private let database: Database

    /// Opens the file at `path`, makes it when it is not there, and brings it up to date.
    package init(_ path: String) throws(StoreError) { database = try Database.upToDate(path) }

    /// Writes a decision down.
    package borrowing func add(_ rollback: Rollback) throws(StoreError) {
        let row = try database.prepare(
            "INSERT INTO rollbacks (plugin, digest, version, reason, who, at_ns) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6)", "write the rollback down")
        try row.bind(rollback.plugin, at: 1)
        try row.bind(rollback.digest, at: 2)
        try row.bind(rollback.version, at: 3)
        try row.bind(rollback.reason, at: 4)
        try row.bind(rollback.who, at: 5)
        try row.bind(rollback.at_ns, at: 6)
        _ = try row.step()
    }

    /// Every decision, the first one first.
    package borrowing func list() throws(StoreError) -> [Rollback] {
        let rows = try database.prepare(
            "SELECT plugin, digest, version, reason, who, at_ns FROM rollbacks ORDER BY position",
            "list the rollbacks")
        var result: [Rollback] = []
        while try rows.step() {
            result.append(
                Rollback(
                    plugin: rows.text(0), digest: rows.text(1), version: rows.text(2),
                    reason: rows.text(3), who: rows.text(4), at_ns: rows.integer(5)))
        }
        return result
    }
}

extension [Rollback] {
    /// What holds: the last decision about each plugin that was not undone.
    package var holding: [Rollback] {
        enumerated().filter { index, rollback in
            !rollback.digest.isEmpty
                && !self[(index + 1)...].contains { $0.plugin == rollback.plugin }
        }.map(\.element)
    }
}
