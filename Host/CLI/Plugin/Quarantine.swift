import Glibc
import RialtoBacktest
import RialtoPluginHost
import RialtoStore
import RialtoText
import Synchronization

/// The packages that do not run any more, and how a run puts them there.
package enum Quarantine {
    /// Where they are kept.
    package static let file = Option(
        "quarantine", .file([".db"]),
        "file that keeps which plugins may not run, and which were rolled back",
        environment: "RIALTO_QUARANTINE")

    /// The file that was asked for, or `.rialto/quarantine.db` in the home folder; nil without one.
    static func path(_ invocation: Invocation) -> String? {
        invocation.text("quarantine") ?? Executable.home.map { $0 + "/.rialto/quarantine.db" }
    }

    /// The file, checked.
    static func checkedPath(_ invocation: Invocation) throws(HouseMessage) -> String {
        guard let path = path(invocation) else {
            throw HouseMessage(
                "there is no home folder to keep the quarantine in",
                help: "name a file with --quarantine")
        }
        try OperatorFile.check(path, "the decisions about plugins")
        return path
    }

    /// What was decided; nothing where there is no file yet.
    static func decisions(_ invocation: Invocation) throws -> [QuarantineDecision] {
        guard path(invocation) != nil else { return [] }
        let path = try checkedPath(invocation)
        return access(path, F_OK) == 0 ? try QuarantineStore(path).list() : []
    }

    /// Why packages do not run, as a run of this command sees it.
    static func entries(_ invocation: Invocation) throws -> [Quarantined] {
        try decisions(invocation).holding.map(Quarantined.init)
    }
}

extension Quarantined {
    fileprivate init(_ decision: QuarantineDecision) {
        self.init(
            digest: decision.digest, since_ns: decision.at_ns,
            reason: Demangling.readable(decision.reason), instance: decision.instance,
            run: decision.run, record: decision.record)
    }
}

/// The quarantine as one run has it: what held when it began, and what it adds. Any thread.
final class RunQuarantine: Sendable {
    /// For the workers of the run.
    let watch: QuarantineWatch
    private let ledger: Ledger

    /// - Parameters:
    ///   - run: Its name.
    ///   - suspects: Plugins that an earlier run ended inside of, which counts as their crash.
    init(_ invocation: Invocation, run: String, suspects: [Breadcrumbs.Suspect]) throws {
        let ledger = Ledger(
            path: Quarantine.path(invocation) == nil
                ? nil : try Quarantine.checkedPath(invocation))
        for suspect in suspects { ledger.add(suspect.crash, run: "") }
        self.ledger = ledger
        watch = QuarantineWatch(known: try Quarantine.entries(invocation)) {
            ledger.add($0, run: run)
        }
    }

    /// Says what has come into quarantine, which instances of the run use it as well, and what
    /// could not be written down.
    ///
    /// - Parameter used: What took part in the run.
    func report(_ used: [UsedPlugin], _ console: Console) {
        for crash in ledger.quarantined {
            let digest = crash.fingerprint.digest
            let others = used.filter {
                $0.packageDigest == digest && $0.instance != crash.instance
            }
            var details: [HouseMessage.Detail] = [
                .init("digest", digest), .init("instance", crash.instance),
            ]
            if !crash.record.isEmpty { details.append(.init("crash", crash.record)) }
            if !others.isEmpty {
                let names = others.map(\.instance).joined(separator: ", ")
                details.append(.init("also used by", "\(names), which this run did not end"))
            }
            console.report(
                HouseMessage(
                    "\(crash.plugin) is in quarantine from now on: "
                        + Demangling.readable(crash.reason),
                    details: details,
                    help: "no run starts it any more; mend it, or let it out: rialto plugin "
                        + "release \(digest) --reason TEXT"))
        }
        if let failure = ledger.failure {
            console.report(
                HouseMessage(
                    "a crash could not be counted: \(failure)",
                    help: "is there room, and may the file of --quarantine be written?"))
        }
    }
}

/// Writes crashes into the store. Any thread.
private final class Ledger: Sendable {
    private struct Seen {
        var quarantined: [CountedCrash] = []
        var failure: String?
    }

    private let path: String?
    private let seen = Mutex(Seen())

    init(path: String?) { self.path = path }

    var quarantined: [CountedCrash] { seen.withLock { $0.quarantined } }
    var failure: String? { seen.withLock { $0.failure } }

    func add(_ crash: CountedCrash, run: String) {
        guard let path else { return }
        let fault = PluginFault(
            digest: crash.fingerprint.digest, cause: crash.fingerprint.cause,
            place: crash.fingerprint.place, isViolation: crash.isViolation, plugin: crash.plugin,
            version: crash.version, reason: crash.reason, instance: crash.instance, run: run,
            record: crash.record, at_ns: Executable.now_ns)
        // One crash at a time: those of several accounts' threads come in their order.
        seen.withLock { seen in
            do throws(StoreError) {
                OperatorFile.make(path)
                if try QuarantineStore(path).add(fault) { seen.quarantined.append(crash) }
            } catch { seen.failure = error.messages.first?.summary ?? "\(error)" }
        }
    }
}
