import CRialto
import CRialtoDraft
import CWorker
import RialtoValues

/// A request that an exchange plugin has declared.
struct ExchangeEndpoint {
    /// RIALTO_CLASS_...
    let kind: UInt32
    /// Without query.
    let path: String
}

/// The functions of an exchange plugin, wherever it lives. What they say is in ``outputs`` until
/// the next call.
protocol ExchangeCodec: AnyObject {
    var description: PluginDescription { get }
    var outputs: OutputTable { get }
    /// Why it cannot be asked any more; empty while it can.
    var failure: String { get }

    /// The endpoint that it declared under an index.
    ///
    /// - Returns: Why there is none, where there is none.
    func endpoint(_ index: UInt32) -> Result<ExchangeEndpoint, WorkerFailure>
    func encode(_ intent: rialto_intent_t, now_ns: Int64, nonce: UInt64) -> rialto_result
    func readBack(
        url: rialto_text_t, body: rialto_text_t, _ terms: inout rialto_read_back_t
    ) -> rialto_result

    /// Hands one response over.
    ///
    /// - Returns: What it answered, and how many responses it read.
    func read(_ response: ResponseBatch) -> (result: rialto_result, consumed: UInt32)
}

/// Where an exchange plugin's outputs lie in the host.
final class OutputTable {
    static let capacity = Int(RIALTO_OUTPUTS_MAX)
    let table = UnsafeMutablePointer<rialto_outputs_t>.allocate(capacity: 1)
    let items = UnsafeMutablePointer<rialto_output_t>.allocate(capacity: OutputTable.capacity)
    private let text = UnsafeMutablePointer<CChar>.allocate(capacity: Int(RIALTO_INTENT_TEXT_MAX))

    init() {
        items.initialize(repeating: rialto_output_t(), count: OutputTable.capacity)
        text.initialize(repeating: 0, count: Int(RIALTO_INTENT_TEXT_MAX))
        table.initialize(to: rialto_outputs_t())
        table.pointee.struct_size = UInt32(MemoryLayout<rialto_outputs_t>.size)
        table.pointee.item_size = UInt32(MemoryLayout<rialto_output_t>.stride)
        table.pointee.capacity = UInt32(OutputTable.capacity)
        table.pointee.items = UnsafeMutableRawPointer(items)
    }

    deinit {
        items.deallocate()
        text.deallocate()
        table.deallocate()
    }

    /// How many there are, as the plugin said.
    var count: UInt32 { table.pointee.count }

    func clear() {
        items.update(
            repeating: rialto_output_t(), count: min(Int(count), OutputTable.capacity))
        table.pointee.count = 0
    }

    /// Takes over what another process wrote: copied first, and only then looked at.
    ///
    /// - Returns: Whether its texts lie where they can lie.
    func copy(_ answer: UnsafeMutablePointer<rialto_answer_t>) -> Bool {
        let count = answer.pointee.output_count
        let size = min(Int(answer.pointee.text_count), Int(RIALTO_INTENT_TEXT_MAX))
        guard Int(count) <= OutputTable.capacity, let words = rialto_answer_text(answer) else {
            return false
        }
        UnsafeMutableRawPointer(text).copyMemory(from: words, byteCount: size)
        for index in 0..<Int(count) {
            let said = rialto_answer_output(answer, UInt32(index))
            guard let url = placed(said.url, size), let headers = placed(said.headers, size),
                let body = placed(said.body, size)
            else { return false }
            items[index] = said.fields
            items[index].url = url
            items[index].headers = headers
            items[index].body = body
            items[index].steps = nil
            items[index].placeholders = nil
            items[index].captures = nil
            items[index].step_count = 0
            items[index].placeholder_count = 0
            items[index].capture_count = 0
        }
        table.pointee.count = count
        return true
    }

    /// - Parameter size: Bytes of text that were copied.
    private func placed(_ said: rialto_said_text_t, _ size: Int) -> rialto_text_t? {
        guard Int(said.offset) + Int(said.size) <= size else { return nil }
        return rialto_text_t(data: text + Int(said.offset), size: UInt64(said.size))
    }
}

/// An exchange in the host's own process.
final class OpenExchange: ExchangeCodec {
    let description: PluginDescription
    let outputs = OutputTable()
    let failure = ""
    private let creation: Creation<rialto_exchange_t>

    init(_ library: PluginLibrary, _ request: InstanceRequest) throws(PluginError) {
        creation = try Creation(library, request)
        description = creation.description
    }

    private var table: rialto_exchange_t { creation.table }

    func endpoint(_ index: UInt32) -> Result<ExchangeEndpoint, WorkerFailure> {
        guard index < table.endpoint_count, let first = table.endpoints else {
            return .failure(WorkerFailure("endpoint \(index) was never declared"))
        }
        let stride = Int(first.pointee.struct_size)
        guard stride >= 64 else {
            return .failure(WorkerFailure("struct_size of an endpoint is \(stride)"))
        }
        let endpoint = (UnsafeRawPointer(first) + Int(index) * stride)
            .loadUnaligned(as: rialto_endpoint_t.self)
        return .success(ExchangeEndpoint(kind: endpoint.kind, path: String(endpoint.path)))
    }

    func encode(_ intent: rialto_intent_t, now_ns: Int64, nonce: UInt64) -> rialto_result {
        withUnsafePointer(to: intent) {
            table.encode?(table.`self`, $0, now_ns, nonce, outputs.table) ?? RIALTO_ERROR
        }
    }

    func readBack(
        url: rialto_text_t, body: rialto_text_t, _ terms: inout rialto_read_back_t
    ) -> rialto_result {
        table.read_back?(table.`self`, url, body, &terms) ?? RIALTO_ERROR
    }

    func read(_ response: ResponseBatch) -> (result: rialto_result, consumed: UInt32) {
        var consumed: UInt32 = 0
        let result =
            table.on_batch?(table.`self`, response.batch, outputs.table, &consumed)
            ?? RIALTO_ERROR
        return (result, consumed)
    }
}

/// An exchange in a sandboxed worker. A worker that dies is not replaced: nothing is sent then, for
/// each order is refused with the reason.
final class SandboxedExchange: ExchangeCodec {
    let description: PluginDescription
    let outputs = OutputTable()
    private(set) var failure = ""
    private let voice: InstanceVoice
    private let reporter: CrashReporter
    private let creation: SandboxedCreation
    /// Calls that were answered, since the instance was created.
    private var answered = 0
    private let endpoints: [ExchangeEndpoint]

    init(
        _ file: PluginFile, _ request: InstanceRequest, _ settings: WorkerSettings
    ) throws(PluginError) {
        let plan = try InstancePlan(file, request, .exchange, settings)
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
        guard let endpoints = Self.endpoints(worker.answer) else {
            throw PluginError(plan.description.id, .badTable(rialto_exchange_t.incomplete))
        }
        self.endpoints = endpoints
        description = plan.description
    }

    deinit {
        creation.worker.end()
        voice.hear(creation.worker)
        voice.finish()
    }

    /// What it declared, copied; nil when that has no form.
    private static func endpoints(
        _ answer: UnsafeMutablePointer<rialto_answer_t>
    ) -> [ExchangeEndpoint]? {
        let count = answer.pointee.endpoint_count
        guard count > 0, count <= RIALTO_ENDPOINTS_MAX, let words = rialto_answer_text(answer)
        else { return nil }
        let text = Array(
            UnsafeRawBufferPointer(start: words, count: Int(RIALTO_INTENT_TEXT_MAX)))
        var list: [ExchangeEndpoint] = []
        for index in 0..<count {
            let said = rialto_answer_endpoint(answer, index)
            let start = Int(said.path.offset), end = start + Int(said.path.size)
            guard end <= text.count else { return nil }
            list.append(
                ExchangeEndpoint(
                    kind: said.kind, path: String(decoding: text[start..<end], as: UTF8.self)))
        }
        return list
    }

    func endpoint(_ index: UInt32) -> Result<ExchangeEndpoint, WorkerFailure> {
        index < endpoints.count
            ? .success(endpoints[Int(index)])
            : .failure(WorkerFailure("endpoint \(index) was never declared"))
    }

    func encode(_ intent: rialto_intent_t, now_ns: Int64, nonce: UInt64) -> rialto_result {
        let result = ask(RIALTO_ASK_ENCODE, at: now_ns) { window in
            window.place(rialto_given_order_t(intent: intent, now_ns: now_ns, nonce: nonce))
        }
        guard result == RIALTO_OK else { return result }
        return takeOutputs() ? RIALTO_OK : RIALTO_ERROR
    }

    func readBack(
        url: rialto_text_t, body: rialto_text_t, _ terms: inout rialto_read_back_t
    ) -> rialto_result {
        let result = ask(RIALTO_ASK_READ_BACK) { window in
            window.place(
                rialto_given_request_t(url: window.copy(url), body: window.copy(body)))
        }
        terms = creation.worker.answer.pointee.terms
        return result
    }

    func read(_ response: ResponseBatch) -> (result: rialto_result, consumed: UInt32) {
        let result = ask(RIALTO_ASK_BATCH, at: response.responses.pointee.time_ns[0]) {
            response.place(in: $0)
        }
        let consumed = creation.worker.answer.pointee.consumed
        guard result == RIALTO_OK else { return (result, 0) }
        return takeOutputs() ? (result, consumed) : (RIALTO_ERROR, 0)
    }

    private func takeOutputs() -> Bool {
        if outputs.copy(creation.worker.answer) { return true }
        failure = "its outputs have no form"
        return false
    }

    /// Asks what `lay` lays out.
    ///
    /// - Parameter time_ns: Of what it is about, where that has a time.
    private func ask(
        _ operation: UInt32, at time_ns: Int64? = nil, _ lay: (WorkerWindow) -> UInt64
    ) -> rialto_result {
        guard failure.isEmpty else { return RIALTO_ERROR }
        let window = creation.worker.window
        window.reset()
        let place = lay(window)
        guard !window.isFull else { return RIALTO_TRUNCATED }
        do throws(WorkerFault) { try creation.worker.ask(operation, place) } catch {
            failure = error.reason
            voice.hear(creation.worker)
            reporter.report(error, afterCalls: answered)
            return RIALTO_ERROR
        }
        answered += 1
        voice.hear(now: creation.worker, at: time_ns)
        return creation.worker.answer.pointee.result
    }
}

extension WorkerWindow {
    /// Copies a text in.
    fileprivate func copy(_ text: rialto_text_t) -> rialto_text_t {
        rialto_text_t(data: column(text.data, Int(text.size)), size: text.size)
    }
}

extension ResponseBatch {
    /// Lays the batch out in a worker's window. Returns where the worker finds it.
    fileprivate func place(in window: WorkerWindow) -> UInt64 {
        var columns = responses.pointee
        columns.time_ns = window.column(columns.time_ns, 1)
        columns.request_id = window.column(columns.request_id, 1)
        columns.status = window.column(columns.status, 1)
        columns.headers = window.column([window.copy(headers.pointee)])
        columns.body = window.column([window.copy(body.pointee)])
        var shared = rialto_batch_t()
        shared.struct_size = batch.pointee.struct_size
        shared.count = 1
        shared.single_kind = RIALTO_KIND_RESPONSES
        shared.responses = window.pointer(window.place(columns))
        return window.place(shared)
    }
}
