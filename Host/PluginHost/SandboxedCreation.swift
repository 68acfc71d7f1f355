import CRialto
import CWorker
import RialtoValues

/// An instance that lives in one worker, with all that it stands on; it ends with its owner.
final class SandboxedCreation {
    let needs: InstanceNeeds
    let worker: WorkerProcess
    private let batches = BatchTable()
    private let shared: SharedBatch

    /// Lets a worker that was started with the plan's library create the instance, and checks what
    /// it said.
    ///
    /// - Throws: ``PluginError``; no process is left then.
    init(_ plan: InstancePlan, _ worker: WorkerProcess) throws(PluginError) {
        let id = plan.description.id, window = worker.window
        self.worker = worker
        do throws(WorkerFault) {
            try worker.begin {
                plan.settings.attachDebugger(plan.library.path, worker, isOpen: false)
            }
            plan.settings.attachDebugger(plan.library.path, worker, isOpen: true)
            window.keep(constant: batches.finals, EventBatch.limit)
            window.creation = plan.place(in: window)
            window.keep()
            try worker.ask(RIALTO_ASK_CREATE, window.creation)
        } catch { throw PluginError(id, .worker(error)) }
        shared = SharedBatch(window: window)
        needs = try Self.created(worker, id, plan.settings.abi, isModel: plan.isModel)
    }

    /// Lets a worker create the instance that a tape is of.
    ///
    /// - Parameter plugin: Its id.
    /// - Throws: ``PluginError``; no process is left then.
    init(
        again tape: CrashTape, _ worker: WorkerProcess, plugin id: String, _ abi: HostABI,
        isModel: Bool
    ) throws(PluginError) {
        let window = worker.window
        self.worker = worker
        do throws(WorkerFault) {
            try worker.begin()
            guard window.base == tape.base, window.put(lasting: tape.prefix) else {
                throw WorkerFault.step(
                    "its memory does not lie where it lay when the record was made")
            }
            window.creation = tape.creation
            try worker.ask(RIALTO_ASK_CREATE, tape.creation)
        } catch { throw PluginError(id, .worker(error)) }
        shared = SharedBatch(window: window)
        needs = try Self.created(worker, id, abi, isModel: isModel)
    }

    /// What an instance needs that was just created, or why it was not.
    private static func created(
        _ worker: WorkerProcess, _ id: String, _ abi: HostABI, isModel: Bool
    ) throws(PluginError) -> InstanceNeeds {
        let answer = worker.answer
        guard answer.pointee.result == RIALTO_OK else {
            throw PluginError(id, refusal(answer, id, abi))
        }
        return try needs(answer, id, isModel: isModel)
    }

    /// Why no instance was created, as it would be said in process.
    private static func refusal(
        _ answer: UnsafeMutablePointer<rialto_answer_t>, _ id: String, _ abi: HostABI
    ) -> PluginError.Cause {
        let code = answer.pointee.result, text = answer.pointee.error.message
        switch answer.pointee.refused {
        case RIALTO_REFUSED_BY_ENTRY: return .entry(code: code, text: text)
        case RIALTO_REFUSED_TABLE: return .badTable(text)
        case RIALTO_REFUSED_MAJOR:
            let major = UInt32(bitPattern: code)
            return .abi(min: major, max: major, host: abi)
        default: return .create(id: id, code: code, text: text)
        }
    }

    /// What the instance said that it needs, copied before it is checked.
    private static func needs(
        _ answer: UnsafeMutablePointer<rialto_answer_t>, _ id: String, isModel: Bool
    ) throws(PluginError) -> InstanceNeeds {
        let count = answer.pointee.need_count
        guard count <= RIALTO_NEEDS_MAX else {
            throw PluginError(id, .badTable("\(count) needs, allowed is 1...\(RIALTO_NEEDS_MAX)"))
        }
        var list = withUnsafeBytes(of: &answer.pointee.needs) {
            Array($0.bindMemory(to: rialto_need_t.self).prefix(Int(count)))
        }
        for index in list.indices {
            list[index].struct_size = UInt32(MemoryLayout<rialto_need_t>.stride)
        }
        var needs = rialto_needs_t()
        needs.flags = answer.pointee.needs_flags
        needs.intents_per_group = answer.pointee.intents_per_group
        needs.need_count = count
        guard let series = SeriesNames(answer, isModel: isModel) else {
            throw PluginError(id, .badTable("names of series that break the rules of series.h"))
        }
        let made: Result<InstanceNeeds, PluginError> = list.withUnsafeBufferPointer { list in
            needs.needs = list.baseAddress
            do throws(PluginError) {
                return .success(try InstanceNeeds(needs, series, plugin: id))
            } catch { return .failure(error) }
        }
        return try made.get()
    }

    /// Lines that the plugin logged at creation.
    var logLines: [String] { worker.logLines().map(\.text) }

    /// Lays a batch out in the window.
    ///
    /// - Returns: Where the worker finds it; nil when it does not fit.
    func place(_ view: borrowing EventBatch) -> UInt64? {
        batches.fill(view)
        return shared.place(batches.batch)
    }

    /// What lies in the window of the batch that was laid out last.
    var placed: UnsafeRawBufferPointer { worker.window.placed }
    /// What of ``placed`` the host has elsewhere for good.
    var references: [WindowReference] { worker.window.references }

    /// Puts back what ``placed`` once gave of the batch at `place`, which points at itself.
    ///
    /// - Returns: Whether it lies where it lay.
    func put(_ bytes: UnsafeRawBufferPointer, place: UInt64) -> Bool {
        worker.window.reset()
        guard let start = bytes.baseAddress else { return false }
        let end = worker.window.place(start, bytes.count) &+ UInt64(bytes.count)
        // The batch itself is what was laid out last.
        return end == place &+ UInt64((MemoryLayout<rialto_batch_t>.size + 63) & ~63)
    }
}

/// An instance's state, as it wrote it.
struct InstanceState {
    /// Version of the plugin's own layout.
    let schema: UInt32
    let bytes: [UInt8]
}

extension SandboxedCreation {
    /// Whether the plugin has what it takes to save an instance and to load it again.
    var keepsState: Bool { worker.answer.pointee.keeps_state != 0 }

    /// The instance's whole state; nil when it keeps none or could not write it.
    func saved() throws(WorkerFault) -> InstanceState? {
        let answer = worker.answer
        try worker.ask(RIALTO_ASK_SAVE, 0)
        let size = answer.pointee.state_size, schema = answer.pointee.state_schema
        guard answer.pointee.result == RIALTO_OK, size <= UInt64(StrategyInstance.stateMax),
            let text = rialto_answer_text(answer)
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(size))
        while bytes.count < size {
            try worker.ask(RIALTO_ASK_STATE, UInt64(bytes.count))
            let count = Int(min(answer.pointee.consumed, RIALTO_INTENT_TEXT_MAX))
            guard count > 0, count <= Int(size) - bytes.count else { return nil }
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: text, count: count))
        }
        return InstanceState(schema: schema, bytes: bytes)
    }

    /// Hands a saved state over. The instance was just created.
    ///
    /// - Returns: Whether it took it.
    func load(_ state: InstanceState) throws(WorkerFault) -> Bool {
        let window = worker.window
        window.reset()
        var given = rialto_given_state_t()
        given.schema = state.schema
        given.bytes = rialto_text_t(
            data: state.bytes.withUnsafeBytes { bytes in
                bytes.baseAddress.flatMap { window.pointer(window.place($0, bytes.count)) }
            }, size: UInt64(state.bytes.count))
        let place = window.place(given)
        guard !window.isFull else { return false }
        try worker.ask(RIALTO_ASK_LOAD, place)
        return worker.answer.pointee.result == RIALTO_OK
    }
}

/// Why a batch has no answer.
struct WorkerFailure: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
