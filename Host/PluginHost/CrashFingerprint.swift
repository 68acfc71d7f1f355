/// What makes two crashes of a plugin the same one: its package, what happened, and where.
package struct CrashFingerprint: Hashable, Sendable {
    /// ``Manifest/digest`` of its package.
    package let digest: String
    /// Name of the signal, `system call NAME`, `time-stamp counter`, `exit CODE` or `host ended`.
    package let cause: String
    /// `offset 0x1234` of its library, or `call 7` of the host; empty where that is not known.
    package let place: String

    package init(digest: String, cause: String, place: String) {
        self.digest = digest
        self.cause = cause
        self.place = place
    }
}

extension WorkerFault {
    /// Its fingerprint as a crash of the plugin whose package has `digest`; nil for what is not the
    /// plugin's doing.
    ///
    /// What counts: signals that the plugin brought about itself, as its worker has seen; system
    /// calls and instructions that are not allowed; an end of its own accord. What does not:
    /// signals that somebody else sent (the host, a drill, a person, the system where memory runs
    /// out), also one that ended a worker before it could say whose it was; deadlines and silence,
    /// which a loaded machine brings about too; workers that never ran any of its code.
    func fingerprint(digest: String) -> CrashFingerprint? {
        func made(_ cause: String, at place: CodePlace? = nil) -> CrashFingerprint {
            let offset = place.map { "offset 0x" + String($0.offset, radix: 16) }
            return CrashFingerprint(digest: digest, cause: cause, place: offset ?? "")
        }
        switch self {
        case .crashed(let signal, let trace):
            guard trace.isWitnessed else { return nil }
            return made(signal, at: trace.place ?? trace.callers.first)
        case .systemCall(let name): return made("system call " + name)
        case .readClock: return made("time-stamp counter")
        case .exited(let code): return made("exit \(code)")
        case .killed, .deadline, .silent, .notStarted, .step, .unconfined: return nil
        }
    }

    /// Whether once is enough to keep a plugin from running: code that asks for what it may not
    /// have does not do so by mistake of data.
    var isViolation: Bool {
        if case .systemCall = self { true } else { false }
    }
}

/// A crash that counts against a plugin's package.
package struct CountedCrash: Equatable, Sendable {
    package let fingerprint: CrashFingerprint
    package let plugin: String
    package let version: String
    /// Name of the instance in its run.
    package let instance: String
    /// One line: what it did.
    package let reason: String
    /// Whether once is enough.
    package let isViolation: Bool
    /// Name of the crash's record; empty when none is kept.
    package let record: String

    package init(
        fingerprint: CrashFingerprint, plugin: String, version: String, instance: String,
        reason: String, isViolation: Bool, record: String
    ) {
        self.fingerprint = fingerprint
        self.plugin = plugin
        self.version = version
        self.instance = instance
        self.reason = reason
        self.isViolation = isViolation
        self.record = record
    }
}

extension Breadcrumbs.Suspect {
    /// The end of the host inside of it, as a crash of it. A host that is ended from outside mostly
    /// is so at another call each time; a crash comes at the same call again.
    package var crash: CountedCrash {
        CountedCrash(
            fingerprint: CrashFingerprint(
                digest: digest, cause: "host ended", place: "call \(call)"),
            plugin: plugin, version: "", instance: instance,
            reason: "the host ended while it was inside of its call \(call)", isViolation: false,
            record: "")
    }
}
