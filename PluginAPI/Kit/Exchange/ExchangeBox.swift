internal import CRialtoDraft

/// Holds one exchange, and what its table points to.
final class ExchangeBox {
    let needs = NeedList([.responses, .timers])
    private var exchange: any Exchange
    private let instruments: Set<UInt32>
    private let scratch = OutputScratch()
    /// The texts of endpoints and buckets.
    private let texts = OutputScratch()
    private let endpoints: UnsafeMutableBufferPointer<rialto_endpoint_t>
    private let buckets: UnsafeMutableBufferPointer<rialto_bucket_t>

    init(_ exchange: any Exchange, _ setup: Setup) throws(PluginFailure) {
        let endpoints = exchange.endpoints, buckets = exchange.buckets
        guard !endpoints.isEmpty else { throw PluginFailure("no endpoint was declared") }
        for one in endpoints where one.bucket >= buckets.count {
            throw PluginFailure("an endpoint names bucket \(one.bucket) of \(buckets.count)")
        }
        guard buckets.allSatisfy({ $0.capacity > 0 && $0.refill_ns > 0 }) else {
            throw PluginFailure("a bucket's capacity and refill must be above 0")
        }
        self.exchange = exchange
        instruments = Set(setup.instruments.map(\.index))
        self.endpoints = .allocate(capacity: endpoints.count)
        self.buckets = .allocate(capacity: buckets.count)
        for (index, one) in endpoints.enumerated() {
            self.endpoints.initializeElement(at: index, to: try ExchangeBox.c(one, texts))
        }
        for (index, one) in buckets.enumerated() {
            self.buckets.initializeElement(at: index, to: try ExchangeBox.c(one, texts))
        }
    }

    deinit {
        endpoints.deallocate()
        buckets.deallocate()
    }

    private static func c(
        _ endpoint: Endpoint, _ texts: OutputScratch
    ) throws(PluginFailure) -> rialto_endpoint_t {
        var c = rialto_endpoint_t()
        c.struct_size = UInt32(MemoryLayout<rialto_endpoint_t>.size)
        c.kind = endpoint.isTrade ? RIALTO_CLASS_TRADE : RIALTO_CLASS_READ
        c.method = try keep(endpoint.method, texts)
        c.host = try keep(endpoint.host, texts)
        c.path = try keep(endpoint.path, texts)
        c.bucket = endpoint.bucket
        return c
    }

    private static func c(
        _ bucket: Bucket, _ texts: OutputScratch
    ) throws(PluginFailure) -> rialto_bucket_t {
        var c = rialto_bucket_t()
        c.struct_size = UInt32(MemoryLayout<rialto_bucket_t>.size)
        c.capacity = bucket.capacity
        c.refill_ns = bucket.refill_ns
        c.name = try keep(bucket.name, texts)
        return c
    }

    private static func keep(
        _ text: String, _ texts: OutputScratch
    ) throws(PluginFailure) -> rialto_text_t {
        guard let kept = texts.text(text.utf8) else {
            throw PluginFailure(
                "the texts of the endpoints are over \(OutputScratch.textMax) bytes")
        }
        return kept
    }

    /// Fills in a `rialto_exchange_t`, which owns the box from then on.
    func fill(_ out: UnsafeMutableRawPointer) {
        let table = out.assumingMemoryBound(to: rialto_exchange_t.self)
        table.pointee.`self` = Unmanaged.passRetained(self).toOpaque()
        table.pointee.endpoint_count = UInt32(endpoints.count)
        table.pointee.endpoints = UnsafePointer(endpoints.baseAddress)
        table.pointee.bucket_count = UInt32(buckets.count)
        table.pointee.buckets = UnsafePointer(buckets.baseAddress)
        table.pointee.encode = { instance, intent, now_ns, nonce, outputs in
            guard let instance, let intent, let outputs else { return RIALTO_ERROR_ARGUMENT }
            return Unmanaged<ExchangeBox>.fromOpaque(instance)._withUnsafeGuaranteedRef {
                $0.encode(OrderIntent(intent.pointee), now_ns, nonce, outputs)
            }
        }
        table.pointee.read_back = { instance, url, body, out in
            guard let instance, let out else { return RIALTO_ERROR_ARGUMENT }
            return Unmanaged<ExchangeBox>.fromOpaque(instance)._withUnsafeGuaranteedRef {
                $0.readBack(Bytes(url), Bytes(body), out)
            }
        }
        table.pointee.on_batch = { instance, batch, outputs, consumed in
            guard let instance, let batch, let outputs, let consumed else {
                return RIALTO_ERROR_ARGUMENT
            }
            return Unmanaged<ExchangeBox>.fromOpaque(instance)._withUnsafeGuaranteedRef {
                $0.run(batch, outputs, consumed)
            }
        }
        table.pointee.destroy = { instance in
            if let instance { Unmanaged<ExchangeBox>.fromOpaque(instance).release() }
        }
    }

    /// Whether the items of a table are as long as the kit's own.
    private func knows(_ table: UnsafeMutablePointer<rialto_outputs_t>) -> Bool {
        table.pointee.item_size >= MemoryLayout<rialto_output_t>.size
    }

    private func encode(
        _ intent: OrderIntent, _ now_ns: Int64, _ nonce: UInt64,
        _ table: UnsafeMutablePointer<rialto_outputs_t>
    ) -> rialto_result {
        guard intent.isSound else { return RIALTO_ERROR_ARGUMENT }
        guard knows(table) else { return RIALTO_ERROR_UNSUPPORTED }
        guard instruments.contains(intent.instrument) else { return RIALTO_NOT_FOUND }
        var outputs = Outputs(table, scratch, encoding: intent)
        exchange.encode(intent, now_ns: now_ns, nonce: nonce, &outputs)
        guard outputs.hasOverflowed else { return RIALTO_OK }
        outputs.takeBack()  // half a request is none
        return RIALTO_TRUNCATED
    }

    private func readBack(
        _ url: Bytes, _ body: Bytes, _ out: UnsafeMutablePointer<rialto_read_back_t>
    ) -> rialto_result {
        guard out.pointee.struct_size >= MemoryLayout<rialto_read_back_t>.size else {
            return RIALTO_ERROR_UNSUPPORTED
        }
        guard let terms = exchange.readBack(url: url, body: body) else { return RIALTO_NOT_FOUND }
        out.pointee.instrument = terms.instrument
        out.pointee.kind = UInt8(truncatingIfNeeded: terms.kind)
        out.pointee.side = UInt8(truncatingIfNeeded: terms.side)
        out.pointee.client_id = terms.clientId
        out.pointee.price = terms.price
        out.pointee.quantity = terms.quantity
        out.pointee.instrument_place = terms.places.instrument.c
        out.pointee.side_place = terms.places.side.c
        out.pointee.price_place = terms.places.price.c
        out.pointee.quantity_place = terms.places.quantity.c
        out.pointee.client_id_place = terms.places.clientId.c
        return RIALTO_OK
    }

    /// Reads a batch from the front. A row whose outputs do not fit is not read.
    private func run(
        _ batch: UnsafePointer<rialto_batch_t>, _ table: UnsafeMutablePointer<rialto_outputs_t>,
        _ consumed: UnsafeMutablePointer<UInt32>
    ) -> rialto_result {
        guard knows(table) else { return RIALTO_ERROR_UNSUPPORTED }
        var outputs = Outputs(table, scratch)
        let count = Int(batch.pointee.count)
        var entry = 0
        while entry < count {
            if entry > 0, outputs.isHalfFull,
                entryTime(batch, entry) != entryTime(batch, entry - 1)
            {
                break
            }
            outputs.begin(row: UInt32(entry))
            deliver(batch, entry, &outputs)
            if outputs.hasOverflowed {
                outputs.takeBack()
                break
            }
            entry += 1
        }
        consumed.pointee = UInt32(entry)
        return outputs.hasOverflowed ? RIALTO_TRUNCATED : RIALTO_OK
    }

    private func deliver(
        _ batch: UnsafePointer<rialto_batch_t>, _ entry: Int, _ outputs: inout Outputs
    ) {
        let (kind, row) = place(batch, entry)
        switch kind {
        case RIALTO_KIND_RESPONSES:
            exchange.onResponse(Response(batch.pointee.responses, row), &outputs)
        case RIALTO_KIND_TIMERS:
            let timers = batch.pointee.timers.pointee
            exchange.onTimer(timers.timer_id[row], at: timers.time_ns[row], &outputs)
        default: break
        }
    }
}
