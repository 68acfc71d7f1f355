import CRialtoDraft
import RialtoKit

/// Having orders encoded and answers decoded.
extension TestExchange {
    /// Has an intent encoded, and reads a request back from its final bytes as the host does.
    ///
    /// - Parameter room: Outputs that the call has room for.
    /// - Returns: The request, or the rejected order.
    /// - Throws: ``TestFailure/contract(_:)`` also when terms read back are not those asked for.
    public func encode(_ intent: TestIntent, room: Int = 64) throws(TestFailure) -> TestOutput {
        nonce += 1
        var c = intent.c
        let (result, outputs) = try write(rows: 1, room: room) { table in
            self.table.encode?(self.table.`self`, &c, Int64(nonce), nonce, table)
        }
        guard result == RIALTO_OK else { throw .ended(code: result) }
        guard outputs.count == 1 else {
            throw .contract("encode gave \(outputs.count) outputs, and one is allowed")
        }
        let output = outputs[0]
        if output.kind == .order, output.state == RIALTO_ORDER_REJECTED { return output }
        guard output.kind == .request else { throw .contract("encode gave \(output.kind)") }
        try check(output, against: intent)
        return output
    }

    private func check(_ output: TestOutput, against intent: TestIntent) throws(TestFailure) {
        guard endpoints[Int(output.endpoint)].isTrade else {
            throw .contract("endpoint \(output.endpoint) is not declared for trading")
        }
        guard let terms = try readBack(url: output.url, body: Array(output.body.utf8)) else {
            throw .contract("its own request cannot be read back")
        }
        let asked = OrderTerms(
            kind: intent.kind, clientId: intent.orderId, instrument: intent.instrument,
            side: intent.side, price: intent.price, quantity: intent.quantity, places: terms.places)
        guard terms == asked else {
            throw .contract("read back is \(terms), and \(asked) was asked for")
        }
        let info = instruments.first { $0.index == terms.instrument }
        guard terms.kind == RIALTO_INTENT_ORDER, let info else { return }
        for place in WrittenTerm.all(terms, info) { try place.check(output) }
        try WrittenTerm.checkApart(WrittenTerm.all(terms, info))
    }

    /// The terms that the exchange reads back from the bytes of a request, which may be any.
    public func readBack(url: String, body: [UInt8]) throws(TestFailure) -> OrderTerms? {
        let arena = Arena()
        var out = rialto_read_back_t()
        out.struct_size = UInt32(MemoryLayout<rialto_read_back_t>.size)
        let result =
            table.read_back?(table.`self`, arena.text(url), arena.bytes(body), &out)
            ?? RIALTO_ERROR_UNSUPPORTED
        if result == RIALTO_NOT_FOUND { return nil }
        guard result == RIALTO_OK else { throw .ended(code: result) }
        guard let places = OrderTerms.Places(out, within: url.utf8.count, body.count) else {
            throw .contract("a term was found outside the request")
        }
        return OrderTerms(
            kind: UInt32(out.kind), clientId: out.client_id, instrument: out.instrument,
            side: UInt32(out.side), price: out.price, quantity: out.quantity, places: places)
    }

    /// Hands over one answer to the last request.
    public func respond(_ body: String, status: Int32 = 200) throws(TestFailure) -> [TestOutput] {
        let response = TestResponse(
            at: Int64(nonce), requestId: nonce, status: status, body: Array(body.utf8))
        return try push([.response(response)])
    }

    /// Hands over answers and timers whose times never fall, until all of them are read.
    ///
    /// - Parameter room: Outputs that one call has room for.
    public func push(_ events: [TestEvent], room: Int = 64) throws(TestFailure) -> [TestOutput] {
        var outputs: [TestOutput] = [], next = 0
        while next < events.count {
            let (consumed, said) = try call(events[next...].prefix(4096), room: room)
            guard consumed > 0 else { throw .contract("the outputs of one event do not fit") }
            outputs += said
            next += consumed
        }
        return outputs
    }

    /// One call of `on_batch`.
    private func call(
        _ events: ArraySlice<TestEvent>, room: Int
    ) throws(TestFailure) -> (consumed: Int, outputs: [TestOutput]) {
        let arena = Arena()
        let batch = TestBatch.make(events, flags: 0, in: arena)
        var consumed: UInt32 = 0
        calls += 1
        let (result, outputs) = try write(rows: events.count, room: room) { table in
            withExtendedLifetime(arena) {
                self.table.on_batch?(self.table.`self`, batch, table, &consumed)
            }
        }
        guard result >= 0 else { throw .ended(code: result) }
        guard consumed <= events.count, result != RIALTO_OK || consumed > 0,
            outputs.allSatisfy({ $0.row < consumed })
        else { throw .contract("\(consumed) rows read of \(events.count)") }
        return (Int(consumed), outputs)
    }

    /// Calls with room for outputs, and takes over what was written when it did not fail.
    private func write(
        rows: Int, room: Int, _ call: (UnsafeMutablePointer<rialto_outputs_t>) -> rialto_result?
    ) throws(TestFailure) -> (rialto_result, [TestOutput]) {
        let arena = Arena()
        let items = arena.column(Array(repeating: rialto_output_t(), count: room))
        let table = arena.one(
            rialto_outputs_t(
                struct_size: UInt32(MemoryLayout<rialto_outputs_t>.size),
                item_size: UInt32(MemoryLayout<rialto_output_t>.stride), capacity: UInt32(room),
                count: 0, items: UnsafeMutableRawPointer(mutating: items)))
        let result = call(table) ?? RIALTO_ERROR_UNSUPPORTED
        guard result >= 0 else { return (result, []) }
        let count = Int(table.pointee.count)
        guard count <= room else { throw .contract("\(count) outputs in room for \(room)") }
        guard (count..<room).allSatisfy({ items[$0].kind == 0 && items[$0].struct_size == 0 })
        else { throw .contract("items past the count were written") }
        var outputs: [TestOutput] = []
        for index in 0..<count {
            guard items[index].struct_size > 0, let output = TestOutput(items[index]) else {
                throw .contract("output \(index) cannot be read")
            }
            guard output.row >= outputs.last?.row ?? 0, output.row < rows,
                output.isSound(endpoints)
            else { throw .contract("a field is out of range: \(output)") }
            outputs.append(output)
        }
        return (result, outputs)
    }
}

extension OrderTerms.Places {
    /// nil when one of them is no range of a url and a body of so many bytes.
    init?(_ c: rialto_read_back_t, within url: Int, _ body: Int) {
        self.init()
        let all = [
            c.instrument_place, c.side_place, c.price_place, c.quantity_place, c.client_id_place,
        ].map { ByteRange($0) }
        let isWithin = all.allSatisfy { range in
            range.map { Int($0.offset) + Int($0.size) <= ($0.part == .url ? url : body) } ?? false
        }
        guard isWithin else { return nil }
        instrument = all[0] ?? .nowhere
        side = all[1] ?? .nowhere
        price = all[2] ?? .nowhere
        quantity = all[3] ?? .nowhere
        clientId = all[4] ?? .nowhere
    }
}

extension TestIntent {
    /// The intent as the contract passes it.
    var c: rialto_intent_t {
        var c = rialto_intent_t()
        c.struct_size = UInt32(MemoryLayout<rialto_intent_t>.size)
        c.kind = UInt8(truncatingIfNeeded: kind)
        c.instrument = instrument
        c.side = UInt8(truncatingIfNeeded: side)
        c.order_type = UInt8(truncatingIfNeeded: orderType)
        c.time_in_force = UInt8(truncatingIfNeeded: timeInForce)
        c.order_flags = UInt16(truncatingIfNeeded: orderFlags)
        c.order_id = orderId
        c.link = UInt8(truncatingIfNeeded: link)
        c.link_id = linkId
        c.quantity = quantity
        c.price = price
        c.trigger_price = trigger
        c.expire_time_ns = expires_ns
        return c
    }
}
