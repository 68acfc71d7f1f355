import CRialto
import CRialtoDraft
import RialtoValues

/// The terms of an order, as an exchange plugin encodes them and as they are read back.
package struct OrderRequest: Equatable, Sendable {
    /// The host's own id of the order, above 0.
    package let clientId: UInt64
    package let instrument: UInt32
    package let side: Side
    /// Above 0.
    package let quantity: Int64
    /// Limit price; 0 for a market order.
    package let price: Int64

    package init(clientId: UInt64, instrument: UInt32, side: Side, quantity: Int64, price: Int64) {
        self.clientId = clientId
        self.instrument = instrument
        self.side = side
        self.quantity = quantity
        self.price = price
    }
}

/// What an exchange plugin made of one answer of its venue.
package struct DecodedReport: Equatable, Sendable {
    package let clientId: UInt64
    package let state: OrderState
    package let filled: Int64
    /// Price and quantity of what was just filled, and its fee in units of 10^-18; 0 when nothing.
    package let fillPrice: Int64
    package let fillQuantity: Int64
    package let fee: Int128

    package init(
        clientId: UInt64, state: OrderState, filled: Int64, fillPrice: Int64, fillQuantity: Int64,
        fee: Int128
    ) {
        self.clientId = clientId
        self.state = state
        self.filled = filled
        self.fillPrice = fillPrice
        self.fillQuantity = fillQuantity
        self.fee = fee
    }
}

/// A running exchange plugin: a codec. Use it on one thread at a time.
package final class ExchangeInstance {
    package var description: PluginDescription { codec.description }
    /// Whether it lives in a process of its own.
    package let isSandboxed: Bool
    private let codec: any ExchangeCodec
    private var written: WrittenTerms
    private let response = ResponseBatch()
    private var nonce: UInt64 = 0

    /// Makes an instance in process.
    package init(_ library: PluginLibrary, _ request: InstanceRequest) throws(PluginError) {
        codec = try OpenExchange(library, request)
        isSandboxed = false
        written = WrittenTerms(request.instruments)
    }

    /// Makes an instance in a sandboxed worker.
    package init(
        _ file: PluginFile, _ request: InstanceRequest, _ settings: WorkerSettings
    ) throws(PluginError) {
        codec = try SandboxedExchange(file, request, settings)
        isSandboxed = true
        written = WrittenTerms(request.instruments)
    }

    private var items: UnsafeMutablePointer<rialto_output_t> { codec.outputs.items }

    // MARK: Orders

    /// Lets the plugin encode an order, and reads its terms back from the final bytes: the plugin
    /// and, at the places that it names, the host.
    ///
    /// - Returns: Why the order must not be sent, or nil when every term is as it was asked for.
    package func refusal(of request: OrderRequest, at now_ns: Int64) -> String? {
        var intent = rialto_intent_t()
        intent.struct_size = UInt32(MemoryLayout<rialto_intent_t>.size)
        intent.kind = UInt8(RIALTO_INTENT_ORDER)
        intent.side = request.side.rawValue
        intent.order_type = UInt8(request.price > 0 ? RIALTO_ORDER_LIMIT : RIALTO_ORDER_MARKET)
        intent.instrument = request.instrument
        intent.order_id = request.clientId
        intent.quantity = request.quantity
        intent.price = request.price
        nonce += 1
        let result = codec.encode(intent, now_ns: now_ns, nonce: nonce)
        defer { codec.outputs.clear() }
        guard result == RIALTO_OK else { return failed("encode answered \(result)") }
        guard codec.outputs.count == 1 else { return "encode gave \(codec.outputs.count) outputs" }
        let output = items[0]
        guard output.kind == RIALTO_OUTPUT_REQUEST else {
            return "the venue does not offer this order (reason \(output.reason))"
        }
        if let wrong = endpointRefusal(output) { return wrong }
        return difference(request, output)
    }

    /// What a call that failed is reported as.
    private func failed(_ what: String) -> String {
        codec.failure.isEmpty ? what : "the exchange plugin was ended: \(codec.failure)"
    }

    /// Why the request's endpoint may not be used for an order, or nil.
    private func endpointRefusal(_ output: rialto_output_t) -> String? {
        switch codec.endpoint(output.endpoint) {
        case .failure(let why): return why.reason
        case .success(let endpoint):
            guard endpoint.kind == RIALTO_CLASS_TRADE else {
                return "endpoint \(output.endpoint) is not declared for trading"
            }
            let path = String(output.url).prefix { $0 != "?" }
            return path == endpoint.path ? nil : "\(path) was never declared"
        }
    }

    /// Reads the final bytes back and names the first term that differs.
    private func difference(_ request: OrderRequest, _ output: rialto_output_t) -> String? {
        var terms = rialto_read_back_t()
        terms.struct_size = UInt32(MemoryLayout<rialto_read_back_t>.size)
        let result = codec.readBack(url: output.url, body: output.body, &terms)
        guard result == RIALTO_OK else {
            return failed("its own request cannot be read back (\(result))")
        }
        for (name, found, asked) in [
            ("kind", Int64(terms.kind), Int64(RIALTO_INTENT_ORDER)),
            ("instrument", Int64(terms.instrument), Int64(request.instrument)),
            ("side", Int64(terms.side), Int64(request.side.rawValue)),
            ("quantity", terms.quantity, request.quantity), ("price", terms.price, request.price),
            ("client id", Int64(bitPattern: terms.client_id), Int64(bitPattern: request.clientId)),
        ] where found != asked {
            return "\(name) in the request is \(found), and \(asked) was asked for"
        }
        do throws(TermMismatch) {
            try written.check(request, output, terms)
            return nil
        } catch { return error.text }
    }

    // MARK: Answers

    /// Hands the body of one answer over and gathers what the plugin says of the order in it.
    ///
    /// - Returns: The report; nil when the plugin failed or understood it as something else.
    package func decode(_ body: [UInt8], at now_ns: Int64) -> DecodedReport? {
        defer { codec.outputs.clear() }
        guard respond(body, now_ns) else { return nil }
        var order: rialto_output_t?, fill: rialto_output_t?
        for index in 0..<Int(codec.outputs.count) {
            switch items[index].kind {
            case RIALTO_OUTPUT_ORDER where order == nil: order = items[index]
            case RIALTO_OUTPUT_FILL where fill == nil: fill = items[index]
            default: return nil
            }
        }
        guard let order, let state = OrderState(rawValue: order.state),
            fill.map({ $0.client_id == order.client_id }) ?? true
        else { return nil }
        return DecodedReport(
            clientId: order.client_id, state: state, filled: order.filled,
            fillPrice: fill?.price ?? 0, fillQuantity: fill?.quantity ?? 0,
            fee: fill.map { Int128($0.fee.high) << 64 | Int128($0.fee.low) } ?? 0)
    }

    /// Calls the plugin with one response. Returns whether it read it and wrote within its room.
    private func respond(_ body: [UInt8], _ now_ns: Int64) -> Bool {
        body.withUnsafeBytes { bytes in
            response.time.pointee = now_ns
            response.id.pointee = nonce
            response.body.pointee = rialto_text_t(
                data: bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                size: UInt64(bytes.count))
            let answer = codec.read(response)
            return answer.result == RIALTO_OK && answer.consumed == 1
                && codec.outputs.count <= OutputTable.capacity
        }
    }
}

/// A batch of one response, in memory that stays where it is.
final class ResponseBatch {
    let time = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
    let id = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
    let body = UnsafeMutablePointer<rialto_text_t>.allocate(capacity: 1)
    let batch = UnsafeMutablePointer<rialto_batch_t>.allocate(capacity: 1)
    private let status = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    let headers = UnsafeMutablePointer<rialto_text_t>.allocate(capacity: 1)
    let responses = UnsafeMutablePointer<rialto_responses_t>.allocate(capacity: 1)

    init() {
        time.initialize(to: 0)
        id.initialize(to: 0)
        status.initialize(to: 200)
        headers.initialize(to: rialto_text_t())
        body.initialize(to: rialto_text_t())
        responses.initialize(to: rialto_responses_t())
        responses.pointee.struct_size = UInt32(MemoryLayout<rialto_responses_t>.size)
        responses.pointee.count = 1
        responses.pointee.time_ns = UnsafePointer(time)
        responses.pointee.request_id = UnsafePointer(id)
        responses.pointee.status = UnsafePointer(status)
        responses.pointee.headers = UnsafePointer(headers)
        responses.pointee.body = UnsafePointer(body)
        batch.initialize(to: rialto_batch_t())
        batch.pointee.struct_size = UInt32(MemoryLayout<rialto_batch_t>.size)
        batch.pointee.count = 1
        batch.pointee.single_kind = RIALTO_KIND_RESPONSES
        batch.pointee.responses = UnsafePointer(responses)
    }

    deinit {
        time.deallocate()
        id.deallocate()
        status.deallocate()
        headers.deallocate()
        body.deallocate()
        responses.deallocate()
        batch.deallocate()
    }
}

extension rialto_exchange_t: InstanceTable {
    static var kind: PluginKind { .exchange }
    static var incomplete: String {
        "an exchange without encode, read_back, on_batch, destroy or 1...1024 endpoints"
    }
    var isComplete: Bool {
        encode != nil && read_back != nil && on_batch != nil && destroy != nil
            && endpoints != nil && endpoint_count > 0 && endpoint_count <= 1024
    }
    func release() { destroy?(self.`self`) }
}
