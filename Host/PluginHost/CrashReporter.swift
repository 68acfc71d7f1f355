import Glibc

/// Writes the records of one instance's deaths, a few for each. Use it on the instance's thread.
final class CrashReporter {
    private let plan: InstancePlan
    private let voice: InstanceVoice
    private var left = CrashReporter.most
    /// Name of the latest record; empty without one.
    private var latest = ""

    /// Deaths of one instance that leave a record: a plugin that dies a hundred times says no more.
    private static let most = 4

    init(_ plan: InstancePlan, _ voice: InstanceVoice) {
        self.plan = plan
        self.voice = voice
    }

    /// What is kept of an instance until it dies.
    struct Told {
        let log: ReplayLog
        let state: InstanceState?
        /// The batch that was being answered, which lies in the window; nil for none.
        let pending: UInt64?
        /// Batches that were answered in all.
        let answered: Int
    }

    /// - Parameters:
    ///   - told: Nil when the worker died as its instance was being created.
    ///   - ended: Why it is not replaced; empty when it is.
    func report(_ fault: WorkerFault, of worker: WorkerProcess, _ told: Told?, ended: String) {
        keep(fault, ended: ended, told?.answered ?? 0) { tape(worker, told) }
        count(fault)
    }

    /// Reports the death of an exchange, which is not replaced: its calls are not kept.
    ///
    /// - Parameter answered: Calls that it answered before.
    func report(_ fault: WorkerFault, afterCalls answered: Int) {
        keep(fault, ended: fault.reason, answered) {
            .failure(Loss(reason: "the calls of an exchange are not kept"))
        }
        count(fault)
    }

    /// Tells the run's quarantine of a death that counts, with the record that was kept last.
    func count(_ fault: WorkerFault) { plan.count(fault, record: latest) }

    private func keep(
        _ fault: WorkerFault, ended: String, _ answered: Int,
        _ tape: () -> Result<CrashTape, Loss>
    ) {
        guard left > 0, let shelf = plan.settings.crashes, fault.isOfPlugin else { return }
        left -= 1
        let tape = tape()
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let time_ns = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
        let facts = facts(fault, time_ns, answered, tape, ended)
        if shelf.keep(facts, library: plan.library.bytes, tape: try? tape.get()) {
            latest = facts.id
        }
    }

    private func facts(
        _ fault: WorkerFault, _ time_ns: Int64, _ answered: Int,
        _ tape: Result<CrashTape, Loss>, _ ended: String
    ) -> CrashReport {
        var signal = "", offset: UInt64?, lost = "", kept = 0
        switch fault {
        case .crashed(let name, let trace): (signal, offset) = (name, trace.place?.offset)
        case .killed(let name): signal = name
        default: break
        }
        switch tape {
        case .success(let tape): kept = tape.batches.count
        case .failure(let loss): lost = loss.reason
        }
        let request = plan.request
        return CrashReport(
            id: CrashShelf.name(request.pluginId, time_ns), time_ns: time_ns,
            instance: request.instance, plugin: request.pluginId,
            version: plan.description.version, kind: plan.kind.rawValue,
            library: plan.library.name, sha256: SHA256.hex(plan.library.bytes),
            parameters: request.parameters.map { .init(name: $0.name, value: $0.value) },
            instruments: request.indices.map { request.instruments[$0].name },
            seed: request.seed, cause: fault.reason, signal: signal, offset: offset,
            callers: fault.callers.map(\.description), ended: ended,
            batches: answered, kept: kept, lost: lost, host: HostABI.version,
            lines: voice.recent)
    }

    /// Why a crash cannot be run again.
    private struct Loss: Error {
        let reason: String
    }

    private func tape(_ worker: WorkerProcess, _ told: Told?) -> Result<CrashTape, Loss> {
        guard worker.places.allSatisfy({ $0 == 0 }) else {
            return .failure(Loss(reason: "it read market data where the host has them"))
        }
        guard plan.library.comesWith == .none else {
            return .failure(Loss(reason: "it has files beside its library, which are not kept"))
        }
        guard plan.settings.replaces else {
            return .failure(Loss(reason: "what workers are told was not kept in this run"))
        }
        if let loss = told?.log.loss { return .failure(Loss(reason: loss)) }
        let window = worker.window
        let size = window.lasting.count + (told?.state?.bytes.count ?? 0) + (told?.log.size ?? 0)
        guard size <= CrashTape.sizeMax else {
            return .failure(Loss(reason: "it was told more than \(CrashTape.sizeMax >> 20) MiB"))
        }
        var batches: [CrashTape.Batch] = []
        do throws(WorkerFault) {
            try told?.log.forEach { (place, bytes, digest) throws(WorkerFault) in
                batches.append(.init(place: place, bytes: Array(bytes), digest: digest))
                return true
            }
        } catch { return .failure(Loss(reason: error.reason)) }
        if let pending = told?.pending {
            batches.append(.init(place: pending, bytes: Array(window.placed), digest: nil))
        }
        return .success(
            CrashTape(
                base: window.base, creation: window.creation, prefix: Array(window.lasting),
                state: told?.state, batches: batches))
    }
}

extension WorkerFault {
    /// Whether a plugin was there to be the cause.
    fileprivate var isOfPlugin: Bool {
        switch self {
        case .notStarted, .unconfined: false
        default: true
        }
    }
}
