import CRialto
import CWorker
import RialtoValues

/// An instance that lives in a worker of its own, with all that it stands on; it ends with its
/// owner.
final class SandboxedCreation {
    let description: PluginDescription
    let needs: InstanceNeeds
    let worker: WorkerProcess
    private let batches = BatchTable()
    private let shared: SharedBatch

    /// Starts a worker for the plugin, lets it create the instance, and checks what it said.
    ///
    /// - Throws: ``PluginError``; no process is left then.
    init(
        _ file: PluginFile, _ request: InstanceRequest, _ kind: PluginKind,
        _ settings: WorkerSettings, market: SharedMarket? = nil
    ) throws(PluginError) {
        let index = try file.manifest.index(of: request.pluginId, kind: kind, file.path)
        let description = file.manifest.plugins[index]
        let values: [UInt32: ParameterValue]
        do throws(ParameterError) {
            values = try resolve(request.parameters, description.parameters)
        } catch { throw PluginError(description.id, .parameter(id: description.id, error)) }
        self.description = description
        do throws(WorkerFault) {
            worker = try WorkerProcess(file.bytes, settings, market: market)
            worker.window.keep(constant: batches.finals, EventBatch.limit)
            let place = Self.creation(request, kind, values, in: worker.window)
            worker.window.keep()
            try worker.ask(RIALTO_ASK_CREATE, place)
        } catch { throw PluginError(description.id, .worker(error)) }
        shared = SharedBatch(window: worker.window)
        let answer = worker.answer
        guard answer.pointee.result == RIALTO_OK else {
            throw PluginError(
                description.id,
                .create(
                    id: description.id, code: answer.pointee.result,
                    text: answer.pointee.error.message))
        }
        needs = try Self.needs(answer, description.id)
    }

    private static func creation(
        _ request: InstanceRequest, _ kind: PluginKind, _ values: [UInt32: ParameterValue],
        in window: WorkerWindow
    ) -> UInt64 {
        let parameters = values.sorted { $0.key < $1.key }.map { id, value in
            rialto_given_parameter_t(
                id: id, reserved: 0, value: value.table { window.text($0) })
        }
        var creation = rialto_creation_t()
        creation.kind = kind.number
        creation.parameter_count = UInt32(parameters.count)
        creation.abi_major_min = HostABI.majorMin
        creation.abi_major_max = HostABI.majorMax
        creation.abi_minor = HostABI.minor
        creation.host_version = window.text(HostABI.version)
        creation.plugin_id = window.text(request.pluginId)
        creation.parameters = window.column(parameters)
        creation.instruments = instruments(request, in: window)
        creation.seed = request.seed
        return window.place(creation)
    }

    private static func instruments(
        _ request: InstanceRequest, in window: WorkerWindow
    ) -> UnsafePointer<rialto_instruments_t>? {
        let table = InstrumentTable(request.instruments, indices: request.indices)
        var c = table.columns.pointee
        let rows = Int(c.count), chosen = request.indices.map { request.instruments[$0] }
        c.time_ns = window.column(c.time_ns, rows)
        c.instrument = window.column(c.instrument, rows)
        c.revision = window.column(c.revision, rows)
        c.name = window.column(chosen.map { window.text($0.name) })
        c.venue = window.column(chosen.map { window.text($0.venue) })
        c.currency = window.column(chosen.map { window.text($0.currency) })
        c.kind = window.column(c.kind, rows)
        c.price_decimals = window.column(c.price_decimals, rows)
        c.quantity_decimals = window.column(c.quantity_decimals, rows)
        c.price_step = window.column(c.price_step, rows)
        c.quantity_step = window.column(c.quantity_step, rows)
        c.multiplier = window.column(c.multiplier, rows)
        c.expiry_ns = window.column(c.expiry_ns, rows)
        return window.pointer(window.place(c))
    }

    /// What the instance said that it needs, copied before it is checked.
    private static func needs(
        _ answer: UnsafeMutablePointer<rialto_answer_t>, _ id: String
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
        let made: Result<InstanceNeeds, PluginError> = list.withUnsafeBufferPointer { list in
            needs.needs = list.baseAddress
            do throws(PluginError) { return .success(try InstanceNeeds(needs, plugin: id)) } catch {
                return .failure(error)
            }
        }
        return try made.get()
    }

    /// Lines that the plugin logged at creation.
    var logLines: [String] { worker.logLines().map(\.text) }

    /// Hands over a batch.
    ///
    /// - Returns: The plugin's result and the entries that it says it read; or why there is none.
    func onBatch(
        _ view: borrowing EventBatch
    ) -> Result<(result: rialto_result, consumed: UInt32), WorkerFailure> {
        batches.fill(view)
        guard let place = shared.place(batches.batch) else {
            return .failure(WorkerFailure("a batch of \(view.count) entries is more than fits"))
        }
        do throws(WorkerFault) { try worker.ask(RIALTO_ASK_BATCH, place) } catch {
            return .failure(WorkerFailure(error.reason))
        }
        return .success((worker.answer.pointee.result, worker.answer.pointee.consumed))
    }
}

extension SandboxedCreation {
    /// The instance's whole state; nil when it keeps none or could not write it.
    func saved() -> [UInt8]? {
        let answer = worker.answer
        guard (try? worker.ask(RIALTO_ASK_SAVE, 0)) != nil, answer.pointee.result == RIALTO_OK,
            answer.pointee.state_size <= UInt64(StrategyInstance.stateMax),
            let text = rialto_answer_text(answer)
        else { return nil }
        let size = Int(answer.pointee.state_size)
        var bytes: [UInt8] = []
        while bytes.count < size {
            guard (try? worker.ask(RIALTO_ASK_STATE, UInt64(bytes.count))) != nil else {
                return nil
            }
            let count = Int(min(answer.pointee.consumed, RIALTO_INTENT_TEXT_MAX))
            guard count > 0, count <= size - bytes.count else { return nil }
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: text, count: count))
        }
        return bytes
    }
}

/// Why a batch has no answer.
struct WorkerFailure: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension PluginKind {
    /// The kind's number in the contract.
    var number: UInt32 {
        switch self {
        case .strategy: RIALTO_PLUGIN_STRATEGY
        case .model: RIALTO_PLUGIN_MODEL
        case .exchange: RIALTO_PLUGIN_EXCHANGE
        }
    }
}
