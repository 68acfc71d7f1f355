import RialtoTestHost
import Testing

/// A plugin in the C contract's own terms that answers every batch as one function says.
private enum Rogue {
    typealias Answer =
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<rialto_batch_t>?,
            UnsafeMutablePointer<rialto_intents_t>?, UnsafeMutablePointer<UInt32>?
        ) -> rialto_result

    /// Makes it. Its tables live as long as the process, as those of a library do.
    static func host(_ answer: @escaping Answer) throws(TestFailure) -> TestHost {
        let need = lasting(
            rialto_need_t(
                struct_size: UInt32(MemoryLayout<rialto_need_t>.size), kind: RIALTO_KIND_BARS,
                instrument: RIALTO_NONE, history_rows: 0, interval_ns: 0))
        var plugin = rialto_plugin_t()
        plugin.struct_size = UInt32(MemoryLayout<rialto_plugin_t>.size)
        plugin.kind = RIALTO_PLUGIN_STRATEGY
        plugin.context = UnsafeRawPointer(lasting((answer, need)))
        plugin.create = { plugin, _, out, needs, _ in
            guard let context = plugin?.pointee.context, let out, let needs else { return -1 }
            let (answer, need) = context.load(
                as: (Answer, UnsafeMutablePointer<rialto_need_t>).self)
            let table = out.assumingMemoryBound(to: rialto_strategy_t.self)
            table.pointee.on_batch = answer
            table.pointee.destroy = { _ in }
            needs.pointee.need_count = 1
            needs.pointee.needs = UnsafePointer(need)
            return RIALTO_OK
        }
        let first = lasting(UnsafePointer<rialto_plugin_t>?(UnsafePointer(lasting(plugin))))
        let library = lasting(
            rialto_library_t(
                struct_size: UInt32(MemoryLayout<rialto_library_t>.size),
                abi_major: RIALTO_ABI_MAJOR, abi_minor: RIALTO_ABI_MINOR, plugin_count: 1,
                plugins: UnsafePointer(first)))
        return try TestHost(entry: { _, out, _ in
            out?.pointee = UnsafePointer(library)
            return RIALTO_OK
        })
    }

    private static func lasting<Value>(_ value: Value) -> UnsafeMutablePointer<Value> {
        let place = UnsafeMutablePointer<Value>.allocate(capacity: 1)
        place.initialize(to: value)
        return place
    }
}

/// Writes one intent.
private func write(
    _ intents: UnsafeMutablePointer<rialto_intents_t>?, kind: UInt32, row: UInt32 = 0
) {
    guard let intents, let items = intents.pointee.items else { return }
    let item = items.assumingMemoryBound(to: rialto_intent_t.self)
    item.pointee.struct_size = UInt32(MemoryLayout<rialto_intent_t>.size)
    item.pointee.kind = UInt8(kind)
    item.pointee.row = row
    intents.pointee.count = 1
}

/// Three bars, the last two of one time.
private let three = bars([1, 2, 2])

@Suite struct `The test host` {
    private func refusal(
        of answer: @escaping Rogue.Answer, warmUp: Bool = false
    ) throws -> TestFailure? {
        let host = try Rogue.host(answer)
        do throws(TestFailure) { _ = try host.push(three, warmUp: warmUp) } catch { return error }
        return nil
    }

    @Test func `finds out a plugin that reads nothing, or more than there is`() throws {
        let none = try refusal(of: { _, _, _, _ in RIALTO_OK })
        #expect(none == .contract("0 entries read of 3"))
        let many = try refusal(of: { _, batch, _, consumed in
            consumed?.pointee = (batch?.pointee.count ?? 0) + 1
            return RIALTO_OK
        })
        #expect(many == .contract("4 entries read of 3"))
    }

    @Test func `finds out a plugin that stops within a time group`() throws {
        let found = try refusal(of: { _, _, intents, consumed in
            write(intents, kind: RIALTO_INTENT_TARGET, row: 1)
            consumed?.pointee = 2
            return RIALTO_OK
        })
        #expect(found == .contract("it stopped after entry 2, within a time group"))
    }

    @Test func `finds out a plugin that stops for no reason`() throws {
        let found = try refusal(of: { _, _, _, consumed in
            consumed?.pointee = 1
            return RIALTO_OK
        })
        #expect(found == .contract("it stopped after entry 1 for no reason"))
    }

    @Test func `finds out a plugin that reads on after it acted`() throws {
        let found = try refusal(of: { _, _, intents, consumed in
            write(intents, kind: RIALTO_INTENT_TARGET)
            consumed?.pointee = 3
            return RIALTO_OK
        })
        #expect(found == .contract("it read on after the time group in which it acted"))
    }

    @Test func `finds out an intent on an event that was not read`() throws {
        let found = try refusal(of: { _, _, intents, consumed in
            write(intents, kind: RIALTO_INTENT_LOG, row: 3)
            consumed?.pointee = 3
            return RIALTO_OK
        })
        #expect(found == .contract("intent 0 answers row 3 of 3 read"))
    }

    @Test func `finds out an order without an id, and one on history`() throws {
        let answer: Rogue.Answer = { _, batch, intents, consumed in
            write(intents, kind: RIALTO_INTENT_ORDER, row: 2)
            consumed?.pointee = batch?.pointee.count ?? 0
            return RIALTO_OK
        }
        guard case .contract(let text) = try refusal(of: answer) else {
            Issue.record("it was accepted")
            return
        }
        #expect(text.hasPrefix("a field is out of range"))
        #expect(try refusal(of: answer, warmUp: true) == .contract("it acted on history"))
    }

    @Test func `gives the code of a plugin that ends itself`() throws {
        #expect(try refusal(of: { _, _, _, _ in RIALTO_ERROR }) == .ended(code: RIALTO_ERROR))
    }
}
