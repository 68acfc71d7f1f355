/// A crash that counts against a plugin's package.
package struct PluginFault: Equatable, Sendable {
    /// Names the package, 64 lower-case hexadecimal digits.
    package let digest: String
    /// What happened, and where: equal for equal crashes.
    package let cause: String
    package let place: String
    /// Whether once is enough.
    package let isViolation: Bool
    package let plugin: String
    package let version: String
    /// One line: what it did.
    package let reason: String
    package let instance: String
    package let run: String
    /// Name of the crash's record; empty when none is kept.
    package let record: String
    /// In Unix nanoseconds UTC.
    package let at_ns: Int64

    package init(
        digest: String, cause: String, place: String, isViolation: Bool, plugin: String,
        version: String, reason: String, instance: String, run: String, record: String,
        at_ns: Int64
    ) {
        self.digest = digest
        self.cause = cause
        self.place = place
        self.isViolation = isViolation
        self.plugin = plugin
        self.version = version
        self.reason = reason
        self.instance = instance
        self.run = run
        self.record = record
        self.at_ns = at_ns
    }
}

/// A package that was put into quarantine, or let out of it.
package struct QuarantineDecision: Equatable, Sendable {
    package let digest: String
    /// Whether it is in quarantine from then on.
    package let isHeld: Bool
    package let plugin: String
    package let version: String
    /// Of the crash; empty for a release.
    package let cause: String
    package let place: String
    /// What it did, or why it was let out.
    package let reason: String
    package let instance: String
    package let run: String
    package let record: String
    /// Login name of who decided; `host` for a crash.
    package let who: String
    /// In Unix nanoseconds UTC.
    package let at_ns: Int64
}

/// Which packages of plugins may not run, in a SQLite file of its own. Decisions are only ever
/// added; of several about one package the last one holds. Use it from one thread at a time.
package struct QuarantineStore: ~Copyable {
    /// Within which time two equal crashes count as one that will come again, in nanoseconds.
    package static let window_ns: Int64 = 600_000_000_000

    private let database: Database

    /// Opens the file at `path`, makes it when it is not there, and brings it up to date.
    package init(_ path: String) throws(StoreError) { database = try Database.upToDate(path) }

    /// Counts a crash, and puts its package into quarantine when it is a violation or the second
    /// equal one within ``window_ns`` and since the package was last let out.
    ///
    /// - Returns: Whether the package has come into quarantine by it.
    @discardableResult
    package borrowing func add(_ fault: PluginFault) throws(StoreError) -> Bool {
        var isNew = false
        try database.transaction("count the crash") { () throws(StoreError) in
            let last = try list().last { $0.digest == fault.digest }
            guard last?.isHeld != true else { return }
            let hasBefore =
                try count(
                    fault, since: max(fault.at_ns - Self.window_ns, (last?.at_ns ?? .min / 2) + 1))
                > 0
            try note(fault)
            guard fault.isViolation || hasBefore else { return }
            try add(QuarantineDecision(fault))
            isNew = true
        }
        return isNew
    }

    /// Lets a package out.
    ///
    /// - Returns: Whether it was in quarantine.
    package borrowing func release(
        _ digest: String, reason: String, who: String, at_ns: Int64
    ) throws(StoreError) -> Bool {
        var wasHeld = false
        try database.transaction("release the package") { () throws(StoreError) in
            guard let held = try list().holding.first(where: { $0.digest == digest }) else {
                return
            }
            wasHeld = true
            try add(
                QuarantineDecision(
                    digest: digest, isHeld: false, plugin: held.plugin, version: held.version,
                    cause: "", place: "", reason: reason, instance: "", run: "", record: "",
                    who: who, at_ns: at_ns))
        }
        return wasHeld
    }

    /// Every decision, the first one first.
    package borrowing func list() throws(StoreError) -> [QuarantineDecision] {
        let rows = try database.prepare(
            "SELECT digest, held, plugin, version, cause, place, reason, instance, run, record, "
                + "who, at_ns FROM quarantine ORDER BY position", "list the quarantine")
        var result: [QuarantineDecision] = []
        while try rows.step() {
            result.append(
                QuarantineDecision(
                    digest: rows.text(0), isHeld: rows.integer(1) != 0, plugin: rows.text(2),
                    version: rows.text(3), cause: rows.text(4), place: rows.text(5),
                    reason: rows.text(6), instance: rows.text(7), run: rows.text(8),
                    record: rows.text(9), who: rows.text(10), at_ns: rows.integer(11)))
        }
        return result
    }

    /// Equal crashes from a time on.
    private borrowing func count(
        _ fault: PluginFault, since time_ns: Int64
    ) throws(StoreError) -> Int64 {
        let rows = try database.prepare(
            "SELECT COUNT(*) FROM faults WHERE digest = ?1 AND cause = ?2 AND place = ?3 "
                + "AND at_ns >= ?4 AND at_ns <= ?5", "look for equal crashes")
        try rows.bind(fault.digest, at: 1)
        try rows.bind(fault.cause, at: 2)
        try rows.bind(fault.place, at: 3)
        try rows.bind(time_ns, at: 4)
        try rows.bind(fault.at_ns, at: 5)
        return try rows.step() ? rows.integer(0) : 0
    }

    /// Keeps a crash for as long as it can count; those of before are forgotten.
    private borrowing func note(_ fault: PluginFault) throws(StoreError) {
        let old = try database.prepare("DELETE FROM faults WHERE at_ns < ?1", "forget old crashes")
        try old.bind(fault.at_ns - Self.window_ns, at: 1)
        _ = try old.step()
        let row = try database.prepare(
            "INSERT INTO faults (digest, cause, place, at_ns) VALUES (?1, ?2, ?3, ?4)",
            "count the crash")
        try row.bind(fault.digest, at: 1)
        try row.bind(fault.cause, at: 2)
        try row.bind(fault.place, at: 3)
        try row.bind(fault.at_ns, at: 4)
        _ = try row.step()
    }

    private borrowing func add(_ decision: QuarantineDecision) throws(StoreError) {
        let row = try database.prepare(
            "INSERT INTO quarantine (digest, held, plugin, version, cause, place, reason, "
                + "instance, run, record, who, at_ns) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            "write the quarantine down")
        let texts = [
            decision.plugin, decision.version, decision.cause, decision.place, decision.reason,
            decision.instance, decision.run, decision.record, decision.who,
        ]
        try row.bind(decision.digest, at: 1)
        try row.bind(decision.isHeld ? 1 : 0, at: 2)
        for (index, text) in texts.enumerated() { try row.bind(text, at: Int32(index + 3)) }
        try row.bind(decision.at_ns, at: 12)
        _ = try row.step()
    }
}

extension QuarantineDecision {
    /// That a crash puts its package into quarantine.
    fileprivate init(_ fault: PluginFault) {
        self.init(
            digest: fault.digest, isHeld: true, plugin: fault.plugin, version: fault.version,
            cause: fault.cause, place: fault.place, reason: fault.reason,
            instance: fault.instance, run: fault.run, record: fault.record, who: "host",
            at_ns: fault.at_ns)
    }
}

extension [QuarantineDecision] {
    /// What holds: the last decision about each package that is in quarantine.
    package var holding: [QuarantineDecision] {
        enumerated().filter { index, decision in
            decision.isHeld && !self[(index + 1)...].contains { $0.digest == decision.digest }
        }.map(\.element)
    }
}
