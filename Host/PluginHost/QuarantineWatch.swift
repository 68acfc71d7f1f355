import Synchronization

/// Why the package of a plugin does not run.
package struct Quarantined: Equatable, Sendable {
    /// ``Manifest/digest`` of the package.
    package let digest: String
    /// In Unix nanoseconds UTC.
    package let since_ns: Int64
    /// One line: what it did.
    package let reason: String
    /// Name of the instance that did it, and of its run.
    package let instance: String
    package let run: String
    /// Name of the crash's record; empty when none was kept.
    package let record: String

    package init(
        digest: String, since_ns: Int64, reason: String, instance: String, run: String,
        record: String
    ) {
        self.digest = digest
        self.since_ns = since_ns
        self.reason = reason
        self.instance = instance
        self.run = run
        self.record = record
    }
}

/// Knows which packages are in quarantine when a run begins, and is told of the crashes that count.
/// Any thread.
///
/// What is quarantined within a run ends no other instance of that run: which batch that would be
/// hangs on how threads go, and a run's result may not. Each instance is ended by its own crashes,
/// and the next run refuses.
package final class QuarantineWatch: Equatable, Sendable {
    private let known: [String: Quarantined]
    private let note: @Sendable (CountedCrash) -> Void
    private let crashed = Mutex<Set<String>>([])

    /// - Parameter note: Is told of each crash that counts, from any thread.
    package init(known: [Quarantined], note: @escaping @Sendable (CountedCrash) -> Void) {
        self.known = Dictionary(known.map { ($0.digest, $0) }, uniquingKeysWith: { $1 })
        self.note = note
    }

    /// Why a package does not run; nil when it may.
    package func entry(_ digest: String) -> Quarantined? { known[digest] }

    /// Digests of the packages that have crashed since.
    package var crashedDigests: Set<String> { crashed.withLock { $0 } }

    func add(_ crash: CountedCrash) {
        crashed.withLock { _ = $0.insert(crash.fingerprint.digest) }
        note(crash)
    }

    package static func == (a: QuarantineWatch, b: QuarantineWatch) -> Bool { a === b }
}
