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

    /// Moves the intents to `sink` and empties the buffer. Returns what is wrong with one, or nil.
    func take(into sink: inout IntentSink, allowed: InstrumentSet) -> String? {
        let count = Int(table.pointee.count)
        defer {
            items.update(repeating: rialto_intent_t(), count: min(count, IntentTable.capacity))
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
            let c = items[index]
            guard let kind = IntentKind(rawValue: c.kind) else {
                return "intent \(index) is of kind \(c.kind), which is none"
            }
            var intent = Intent(
                kind: kind, row: c.row, instrument: c.instrument, quantity: c.quantity)
            if let wrong = check(c, kind, allowed) { return "intent \(index): " + wrong }
            copy(c, to: &intent)
            if kind.rawValue >= IntentKind.log.rawValue {
                intent.text = Int32(sink.texts.count)
                sink.texts.append(
                    IntentText(
                        key: slice(c.key_offset, c.key_size),
                        text: slice(c.text_offset, c.text_size)))
            }
            sink.intents.append(intent)
        }
        return nil
    }

    private func copy(_ c: rialto_intent_t, to intent: inout Intent) {
        intent.side = Side(rawValue: c.side) ?? .buy
        intent.orderType = OrderType(rawValue: c.order_type) ?? .market
        intent.timeInForce = TimeInForce(rawValue: c.time_in_force) ?? .goodTillCancel
        intent.isPostOnly = UInt32(c.order_flags) & RIALTO_ORDER_POST_ONLY != 0
        intent.isReduceOnly = UInt32(c.order_flags) & RIALTO_ORDER_REDUCE_ONLY != 0
        intent.link = c.link
        intent.algorithm = c.algorithm
        intent.reason = c.reason
        intent.orderId = c.order_id
        intent.linkId = c.link_id
        intent.price = c.price
        intent.triggerPrice = c.trigger_price
        intent.stopPrice = c.stop_price
        intent.takeProfitPrice = c.take_profit_price
        intent.timeStop_ns = c.time_stop_ns
        intent.expireTime_ns = c.expire_time_ns
        intent.algorithmDuration_ns = c.algorithm_duration_ns
        intent.algorithmQuantity = c.algorithm_quantity
        intent.algorithmRate_e6 = c.algorithm_rate_e6
    }

    private func slice(_ offset: UInt32, _ size: UInt32) -> String {
        let bytes = UnsafeRawBufferPointer(start: text + Int(offset), count: Int(size))
        return String(decoding: bytes, as: UTF8.self)
    }

    private func check(
        _ c: rialto_intent_t, _ kind: IntentKind, _ allowed: InstrumentSet
    ) -> String? {
        switch kind {
        case .target:
            guard allowed.contains(c.instrument) else {
                return "instrument \(c.instrument) is not its own"
            }
            guard c.quantity != .min, prices(c) else {
                return "a quantity or price is out of range"
            }
        case .order:
            guard allowed.contains(c.instrument) else {
                return "instrument \(c.instrument) is not its own"
            }
            guard Side(rawValue: c.side) != nil, let type = OrderType(rawValue: c.order_type),
                TimeInForce(rawValue: c.time_in_force) != nil
            else { return "side, type or time in force is none that exists" }
            guard c.quantity > 0, c.order_id > 0, prices(c) else {
                return "quantity, order id and prices are above zero"
            }
            let needsPrice = type == .limit || type == .stopLimit || type == .trailingStop
            let needsTrigger = type == .stop || type == .stopLimit
            let mayTrigger = needsTrigger || type == .trailingStop
            guard (c.price > 0) == needsPrice, !needsTrigger || c.trigger_price > 0,
                mayTrigger || c.trigger_price == 0
            else {
                return "price and trigger price do not fit the order type"
            }
        case .cancel: guard c.order_id > 0 else { return "a cancel names an order id" }
        case .replace:
            guard c.order_id > 0, prices(c), c.quantity >= 0 else {
                return "a replace has bad terms"
            }
        case .timer: guard c.expire_time_ns > 0 else { return "a timer has a time" }
        case .log, .note, .set:
            let text = UInt64(c.text_offset) + UInt64(c.text_size)
            let key = UInt64(c.key_offset) + UInt64(c.key_size)
            guard text <= table.pointee.text_count, key <= table.pointee.text_count else {
                return "its text lies outside the buffer"
            }
        }
        return nil
    }

    private func prices(_ c: rialto_intent_t) -> Bool {
        c.price >= 0 && c.trigger_price >= 0 && c.stop_price >= 0 && c.take_profit_price >= 0
            && c.time_stop_ns >= 0
    }
}
