/// One decision of an operator about a library: it may run in process from then on, or no longer.
package struct Grant: Equatable, Sendable {
    /// SHA-256 of the library, 64 lower-case hexadecimal digits.
    package let digest: String
    /// Whether it may run in process.
    package let isAllowed: Bool
    /// Ids of the plugins that it was known to hold, apart by spaces; empty when it was not at
    /// hand.
    package let plugins: String
    package let reason: String
    /// Login name of who decided.
    package let who: String
    /// When, in Unix nanoseconds UTC.
    package let at_ns: Int64

    package init(
        digest: String, isAllowed: Bool, plugins: String, reason: String, who: String, at_ns: Int64
    ) {
        self.digest = digest
        self.isAllowed = isAllowed
        self.plugins = plugins
        self.reason = reason
        self.who = who
        self.at_ns = at_ns
    }
}

/// What an operator has decided about libraries, in a SQLite file of its own. Decisions are only
/// ever added; of several about one library the last one holds. Use it from one thread at a time.
package struct GrantStore: ~Copyable {
    private let database: Database

    /// Opens the file at `path`, makes it when it is not there, and brings it up to date.
    package init(_ path: String) throws(StoreError) { database = try Database.upToDate(path) }

    /// Writes a decision down.
    package borrowing func add(_ grant: Grant) throws(StoreError) {
        let row = try database.prepare(
            "INSERT INTO grants (digest, allowed, plugins, reason, who, at_ns) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6)", "write the grant down")
        try row.bind(grant.digest, at: 1)
        try row.bind(grant.isAllowed ? 1 : 0, at: 2)
        try row.bind(grant.plugins, at: 3)
        try row.bind(grant.reason, at: 4)
        try row.bind(grant.who, at: 5)
        try row.bind(grant.at_ns, at: 6)
        _ = try row.step()
    }

    /// Every decision, the first one first.
    package borrowing func list() throws(StoreError) -> [Grant] {
        let rows = try database.prepare(
            "SELECT digest, allowed, plugins, reason, who, at_ns FROM grants ORDER BY position",
            "list the grants")
        var result: [Grant] = []
        while try rows.step() {
            result.append(
                Grant(
                    digest: rows.text(0), isAllowed: rows.integer(1) != 0, plugins: rows.text(2),
                    reason: rows.text(3), who: rows.text(4), at_ns: rows.integer(5)))
        }
        return result
    }
}

extension [Grant] {
    /// What holds: the last decision about each library that may run in process.
    package var holding: [Grant] {
        enumerated().filter { index, grant in
            grant.isAllowed && !self[(index + 1)...].contains { $0.digest == grant.digest }
        }.map(\.element)
    }
}
