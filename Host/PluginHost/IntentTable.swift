import CRialto
import RialtoValues

/// The buffer that a strategy writes its intents into, and the checks of their form.
final class IntentTable {
    static let capacity = 1024
    static let textCapacity = 1 << 16
    let table = UnsafeMutablePointer<rialto_intents_t>.allocate(capacity: 1)
    private let items = UnsafeMutablePointer<rialto_intent_t>.allocate(
        capacity: IntentTable.capacity)
    private let text = UnsafeMutablePointer<CChar>.allocate(capacity: IntentTable.textCapacity)

    init() {
        items.initialize(repeating: rialto_intent_t(), count: IntentTable.capacity)
        text.initialize(repeating: 0, count: IntentTable.textCapacity)
        table.initialize(to: rialto_intents_t())
        table.pointee.struct_size = UInt32(MemoryLayout<rialto_intents_t>.size)
        table.pointee.item_size = UInt32(MemoryLayout<rialto_intent_t>.stride)
        table.pointee.capacity = UInt32(IntentTable.capacity)
        table.pointee.items = UnsafeMutableRawPointer(items)
        table.pointee.text = text
        table.pointee.text_capacity = UInt32(IntentTable.textCapacity)
    }

    deinit {
        items.deallocate()
        text.deallocate()
        table.deallocate()
    }

    /// Takes over what another process wrote: copied first, and only then looked at.
    ///
    /// - Returns: What is wrong with its form, or nil.
    func copy(
        count: UInt32, items source: UnsafeRawPointer, text words: UnsafeRawPointer,
        textCount: UInt32
    ) -> String? {
        guard Int(count) <= IntentTable.capacity, Int(textCount) <= IntentTable.textCapacity else {
            return "\(count) intents with \(textCount) bytes of text are more than fit"
        }
        UnsafeMutableRawPointer(items).copyMemory(
            from: source, byteCount: Int(count) * MemoryLayout<rialto_intent_t>.stride)
        UnsafeMutableRawPointer(text).copyMemory(from: words, byteCount: Int(textCount))
        table.pointee.count = count
        table.pointee.text_count = textCount
        return nil
    }

    /// A digest of what ``copy(count:items:text:textCount:)`` took over and of what the plugin said
    /// beside it.
    func digest(_ result: rialto_result, _ consumed: UInt32) -> UInt64 {
        var digest = AnswerDigest()
        digest.add(UInt64(UInt32(bitPattern: result)) << 32 | UInt64(consumed))
        let size = Int(table.pointee.count) * MemoryLayout<rialto_intent_t>.stride
        digest.add(UnsafeRawBufferPointer(start: items, count: size))
        digest.add(UnsafeRawBufferPointer(start: text, count: Int(table.pointee.text_count)))
        return digest.value
    }

    /// Moves the intents to `sink` and empties the buffer. Returns what is wrong with one, or nil.
    func take(into sink: inout IntentSink, allowed: InstrumentSet) -> String? {
        let count = Int(table.pointee.count)
        defer {
            // An intent of C that says nothing is all zeros.
            UnsafeMutableRawBufferPointer(
                UnsafeMutableBufferPointer(start: items, count: min(count, IntentTable.capacity))
            ).initializeMemory(as: UInt8.self, repeating: 0)
            table.pointee.count = 0
            table.pointee.text_count = 0
        }
        guard count <= IntentTable.capacity else {
            return "\(count) intents, allowed is \(IntentTable.capacity)"
        }
        guard table.pointee.text_count <= IntentTable.textCapacity else {
            return "its text runs over"
        }
        for index in 0..<count {
            guard let kind = IntentKind(rawValue: items[index].kind) else {
                return "intent \(index) is of kind \(items[index].kind), which is none"
            }
            if let wrong = check(items + index, kind, allowed) {
                return "intent \(index): " + wrong
            }
            sink.intents.append(intent(items + index, kind))
            if kind.rawValue >= IntentKind.log.rawValue { takeText(of: items + index, &sink) }
        }
        return nil
    }

    /// Moves the text of the last intent.
    private func takeText(of c: UnsafePointer<rialto_intent_t>, _ sink: inout IntentSink) {
        sink.intents[sink.intents.count - 1].text = Int32(sink.texts.count)
        sink.texts.append(
            IntentText(
                key: slice(c.pointee.key_offset, c.pointee.key_size),
                text: slice(c.pointee.text_offset, c.pointee.text_size)))
    }

    private func intent(_ c: UnsafePointer<rialto_intent_t>, _ kind: IntentKind) -> Intent {
        var intent = Intent(
            kind: kind, row: c.pointee.row, instrument: c.pointee.instrument,
            quantity: c.pointee.quantity)
        intent.side = Side(rawValue: c.pointee.side) ?? .buy
        intent.orderType = OrderType(rawValue: c.pointee.order_type) ?? .market
        intent.timeInForce = TimeInForce(rawValue: c.pointee.time_in_force) ?? .goodTillCancel
        intent.isPostOnly = UInt32(c.pointee.order_flags) & RIALTO_ORDER_POST_ONLY != 0
        intent.isReduceOnly = UInt32(c.pointee.order_flags) & RIALTO_ORDER_REDUCE_ONLY != 0
        intent.link = c.pointee.link
        intent.algorithm = c.pointee.algorithm
        intent.reason = c.pointee.reason
        intent.orderId = c.pointee.order_id
        intent.linkId = c.pointee.link_id
        intent.price = c.pointee.price
        intent.triggerPrice = c.pointee.trigger_price
        intent.stopPrice = c.pointee.stop_price
        intent.takeProfitPrice = c.pointee.take_profit_price
        intent.timeStop_ns = c.pointee.time_stop_ns
        intent.expireTime_ns = c.pointee.expire_time_ns
        intent.algorithmDuration_ns = c.pointee.algorithm_duration_ns
        intent.algorithmQuantity = c.pointee.algorithm_quantity
        intent.algorithmRate_e6 = c.pointee.algorithm_rate_e6
        return intent
    }

    private func slice(_ offset: UInt32, _ size: UInt32) -> String {
        let bytes = UnsafeRawBufferPointer(start: text + Int(offset), count: Int(size))
        return String(decoding: bytes, as: UTF8.self)
    }

    private func check(
        _ intent: UnsafePointer<rialto_intent_t>, _ kind: IntentKind, _ allowed: InstrumentSet
    ) -> String? {
        switch kind {
        case .target:
            guard allowed.contains(intent.pointee.instrument) else {
                return "instrument \(intent.pointee.instrument) is not its own"
            }
            guard intent.pointee.quantity != .min, prices(intent) else {
                return "a quantity or price is out of range"
            }
        case .order:
            guard allowed.contains(intent.pointee.instrument) else {
                return "instrument \(intent.pointee.instrument) is not its own"
            }
            guard Side(rawValue: intent.pointee.side) != nil,
                let type = OrderType(rawValue: intent.pointee.order_type),
                TimeInForce(rawValue: intent.pointee.time_in_force) != nil
            else { return "side, type or time in force is none that exists" }
            guard intent.pointee.quantity > 0, intent.pointee.order_id > 0, prices(intent) else {
                return "quantity, order id and prices are above zero"
            }
            let needsPrice = type == .limit || type == .stopLimit || type == .trailingStop
            let needsTrigger = type == .stop || type == .stopLimit
            let mayTrigger = needsTrigger || type == .trailingStop
            guard (intent.pointee.price > 0) == needsPrice,
                !needsTrigger || intent.pointee.trigger_price > 0,
                mayTrigger || intent.pointee.trigger_price == 0
            else {
                return "price and trigger price do not fit the order type"
            }
        case .cancel: guard intent.pointee.order_id > 0 else { return "a cancel names an order id" }
        case .replace:
            guard intent.pointee.order_id > 0, prices(intent), intent.pointee.quantity >= 0 else {
                return "a replace has bad terms"
            }
        case .timer: guard intent.pointee.expire_time_ns > 0 else { return "a timer has a time" }
        case .request where intent.pointee.order_id == 0 || intent.pointee.expire_time_ns < 0:
            return "a request has an id, and no time below zero"
        case .log, .note, .set, .request:
            let text = UInt64(intent.pointee.text_offset) + UInt64(intent.pointee.text_size)
            let key = UInt64(intent.pointee.key_offset) + UInt64(intent.pointee.key_size)
            guard text <= table.pointee.text_count, key <= table.pointee.text_count else {
                return "its text lies outside the buffer"
            }
        }
        return nil
    }

    private func prices(_ intent: UnsafePointer<rialto_intent_t>) -> Bool {
        intent.pointee.price >= 0 && intent.pointee.trigger_price >= 0
            && intent.pointee.stop_price >= 0 && intent.pointee.take_profit_price >= 0
            && intent.pointee.time_stop_ns >= 0
    }
}
