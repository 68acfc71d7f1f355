import CRialto
import CWorker
import RialtoValues

/// What a worker answered to a batch, copied out of its reach.
struct CopiedAnswer {
    let result: rialto_result
    let consumed: UInt32
    /// Of all that it wrote.
    let digest: UInt64
}

/// A worker that died and the one that took its place.
package struct Replacement: Sendable {
    /// Why it died.
    package let cause: WorkerFault
    /// Batches that the new one was told again.
    package let batches: Int
    /// Whether it began with a saved state.
    package let usedState: Bool
    /// When the new one was where the old one had been, in nanoseconds of the monotonic clock.
    package let done_ns: Int64
    /// From seeing the death until then, in nanoseconds.
    package let time_ns: Int64
}

/// A sandboxed instance whose worker is replaced when it dies by no violation: by a signal, or once
/// by each crash of its plugin. The new worker loads the last saved state and is told again what
/// the old one was told since; where it answers otherwise the instance ends. A batch without a
/// whole answer has had no effect, and is asked again.
///
/// One worker more is there as soon as a run is no short one: to start it takes a core.
final class SupervisedInstance {
    /// Copies an answer; returns what is wrong with its form otherwise.
    typealias Copy = (SandboxedCreation) -> Result<CopiedAnswer, WorkerFailure>

    let needs: InstanceNeeds
    let target = WorkerTarget()
    private(set) var creation: SandboxedCreation
    private(set) var replacements: [Replacement] = []
    let voice: InstanceVoice
    private let plan: InstancePlan
    private let copy: Copy
    private let log: ReplayLog
    private var record: CrashRecord
    private let reporter: CrashReporter
    private var answered = 0
    private var spare: WorkerProcess?
    private var lacksSpare = true
    private var aloneSince_ns: Int64 = 0
    private var batchesAlone = 0
    private let index: Int
    private var state: InstanceState?
    private var keepsState: Bool

    /// - Parameter copy: Of the answer to a batch.
    init(_ plan: InstancePlan, copy: @escaping Copy) throws(PluginError) {
        let worker: WorkerProcess
        do throws(WorkerFault) { worker = try plan.start() } catch {
            throw PluginError(plan.description.id, .worker(error))
        }
        voice = InstanceVoice(plan)
        reporter = CrashReporter(plan, voice)
        do throws(PluginError) { creation = try SandboxedCreation(plan, worker) } catch {
            voice.hear(worker)
            if case .worker(let fault) = error.cause {
                reporter.report(fault, of: worker, nil, ended: fault.reason)
            }
            throw error
        }
        voice.hear(worker)
        needs = creation.needs
        keepsState = creation.keepsState
        log = ReplayLog(
            memoryMax: plan.settings.replayMemory, fileMax: plan.settings.replayMax)
        record = CrashRecord(deathsMax: plan.settings.replacementsMax)
        self.plan = plan
        self.copy = copy
        target.point(at: worker)
        index = plan.settings.watch?.add(plan.description.id) ?? 0
    }

    /// What it wrote since it was last listened to, and as it ended, is heard too.
    deinit {
        creation.worker.end()
        voice.hear(creation.worker)
        voice.finish()
    }

    /// Hands over a batch.
    ///
    /// - Returns: The answer, copied; or why there is none and will be none.
    func onBatch(_ view: borrowing EventBatch) -> Result<CopiedAnswer, WorkerFailure> {
        guard plan.settings.replaces else { return askOnce(view) }
        plan.settings.watch?.hands(index, target)
        while true {
            guard let place = creation.place(view) else { return .failure(tooLarge(view)) }
            let creation = creation, log = log, needs = needs
            do throws(WorkerFault) {
                try creation.worker.ask(RIALTO_ASK_BATCH, place) {
                    if needs.isOpenLoop { log.note(place, creation.placed, creation.references) }
                }
            } catch {
                if let failure = replace(after: error, over: place) { return .failure(failure) }
                continue
            }
            let copied = copy(creation)
            voice.hear(now: creation.worker, view)
            if case .success(let answer) = copied {
                if !needs.isOpenLoop { noteFront(view, answer.consumed, place) }
                noted(answer)
            }
            return copied
        }
    }

    /// Notes what was read of a batch: who acts on a few rows of many is given the others again.
    private func noteFront(_ view: borrowing EventBatch, _ consumed: UInt32, _ place: UInt64) {
        let rows = Int(consumed)
        guard rows > 0, rows < view.count / 2, let front = view.front(rows),
            let place = creation.place(front)
        else { return log.note(place, creation.placed, creation.references) }
        log.note(place, creation.placed, creation.references)
    }

    private func askOnce(_ view: borrowing EventBatch) -> Result<CopiedAnswer, WorkerFailure> {
        guard let place = creation.place(view) else { return .failure(tooLarge(view)) }
        do throws(WorkerFault) { try creation.worker.ask(RIALTO_ASK_BATCH, place) } catch {
            voice.hear(creation.worker)
            report(error, of: creation, over: nil, ended: error.reason)
            return .failure(WorkerFailure(error.reason))
        }
        voice.hear(now: creation.worker, view)
        answered += 1
        return copy(creation)
    }

    private func tooLarge(_ view: borrowing EventBatch) -> WorkerFailure {
        WorkerFailure("a batch of \(view.count) entries is more than fits")
    }

    /// What a negative result means: the plugin's last error line says why, where it logged one.
    func refusal(_ result: rialto_result) -> String {
        let lines = creation.worker.logLines().filter { $0.level == RIALTO_LOG_ERROR }
        return lines.last?.text ?? "on_batch answered \(result)"
    }

    private func noted(_ answer: CopiedAnswer) {
        log.answered(answer.digest)
        answered += 1
        record.goneOn()
        if lacksSpare { startSpareInTime() }
        let settings = plan.settings
        if keepsState, log.size >= settings.snapshotBytes || log.count >= settings.snapshotBatches {
            takeSnapshot()
        }
    }

    /// Starts the spare worker once the one that works has lived for a while.
    private func startSpareInTime() {
        batchesAlone &+= 1
        guard batchesAlone % 16 == 1 else { return }
        let now = WorkerProcess.now_ns()
        if aloneSince_ns == 0 { aloneSince_ns = now }
        guard now - aloneSince_ns >= plan.settings.spareAfter_ns else { return }
        lacksSpare = false
        aloneSince_ns = 0
        spare = try? plan.start()
    }

    /// Largest state that is kept for a replacement, in bytes: it goes through the window.
    private static let stateMax = 32 << 20

    /// Keeps the instance's state in place of what it was told.
    private func takeSnapshot() {
        guard let saved = saved(), saved.bytes.count <= Self.stateMax else {
            keepsState = false
            return
        }
        state = saved
        log.clear()
    }

    /// The instance's whole state; nil when it keeps none or could not write it. A worker that dies
    /// over it is replaced.
    func saved() -> InstanceState? {
        while true {
            do throws(WorkerFault) { return try creation.saved() } catch {
                guard plan.settings.replaces, replace(after: error, over: nil) == nil else {
                    return nil
                }
            }
        }
    }
}

extension SupervisedInstance {
    /// Puts another worker in the place of one that died, and leaves a record of that.
    ///
    /// - Parameter place: Of the batch that was being answered; nil for none.
    /// - Returns: Why there is none, or nil.
    private func replace(after fault: WorkerFault, over place: UInt64?) -> WorkerFailure? {
        let dead = creation
        voice.hear(dead.worker)
        var again: [WorkerFault] = []
        let failure = replacing(fault, again: &again)
        report(fault, of: dead, over: place, ended: failure?.reason ?? "")
        again.forEach(reporter.count)
        return failure
    }

    private func report(
        _ fault: WorkerFault, of dead: SandboxedCreation, over place: UInt64?, ended: String
    ) {
        let told = CrashReporter.Told(log: log, state: state, pending: place, answered: answered)
        reporter.report(fault, of: dead.worker, told, ended: ended)
    }

    /// - Parameter again: Gets the deaths of replacements.
    private func replacing(
        _ fault: WorkerFault, again deaths: inout [WorkerFault]
    ) -> WorkerFailure? {
        var cause = fault
        let began = WorkerProcess.now_ns()
        while true {
            if let reason = record.add(cause) { return WorkerFailure(reason) }
            if let loss = log.loss {
                return WorkerFailure(
                    "\(cause.reason), and what it was told is not kept any more: \(loss)")
            }
            switch takeOver() {
            case .done:
                let done = WorkerProcess.now_ns()
                let replacement = Replacement(
                    cause: fault, batches: log.count, usedState: state != nil, done_ns: done,
                    time_ns: done - began)
                replacements.append(replacement)
                plan.settings.watch?.add(replacement)
                lacksSpare = true
                return nil
            case .differs(let what):
                return WorkerFailure("\(cause.reason), and cannot be replaced: \(what)")
            case .died(let again):
                deaths.append(again)
                cause = again
            }
        }
    }

    /// How far a replacement came.
    private enum TakeOver {
        case done
        case died(WorkerFault)
        case differs(String)
    }

    private func takeOver() -> TakeOver {
        do throws(PluginError) {
            let worker = try nextWorker()
            target.point(at: worker)
            let fresh = try SandboxedCreation(plan, worker)
            // What it is told again points at where the data lay.
            guard log.count == 0 || worker.places == creation.worker.places else {
                return .differs("its data lie elsewhere")
            }
            if let what = try bring(fresh) { return .differs(what) }
            // What it was told again it has said before.
            fresh.worker.forgetWords()
            creation = fresh
            return .done
        } catch {
            guard case .worker(let fault) = error.cause else { return .differs(error.reason) }
            return .died(fault)
        }
    }

    private func nextWorker() throws(PluginError) -> WorkerProcess {
        defer { spare = nil }
        if let spare { return spare }
        do throws(WorkerFault) { return try plan.start() } catch {
            throw PluginError(plan.description.id, .worker(error))
        }
    }

    /// Brings a new instance to where the old one was. Returns in what it differs, or nil.
    private func bring(_ fresh: SandboxedCreation) throws(PluginError) -> String? {
        do throws(WorkerFault) {
            if let state, try !fresh.load(state) { return "it did not load the state it had saved" }
            var index = 0, difference: String?
            try log.forEach { (place, bytes, digest) throws(WorkerFault) in
                guard fresh.put(bytes, place: place) else {
                    difference = "its window lies elsewhere"
                    return false
                }
                try fresh.worker.ask(RIALTO_ASK_BATCH, place)
                guard case .success(let answer) = copy(fresh), answer.digest == digest else {
                    difference =
                        "it is not deterministic, batch \(index) of \(log.count) told "
                        + "again was answered otherwise"
                    return false
                }
                index += 1
                return true
            }
            return difference
        } catch { throw PluginError(plan.description.id, .worker(error)) }
    }
}
