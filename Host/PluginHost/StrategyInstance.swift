import CRialto
import RialtoValues

/// What an instance is made with.
package struct InstanceRequest {
    package let pluginId: String
    /// Name and value in the notation of run files.
    package let parameters: [(name: String, value: String)]
    /// All instruments of the run.
    package let instruments: [Instrument]
    /// Which of them it may use.
    package let indices: [Int]
    package let seed: UInt64

    package init(
        pluginId: String, parameters: [(name: String, value: String)], instruments: [Instrument],
        indices: [Int], seed: UInt64
    ) {
        self.pluginId = pluginId
        self.parameters = parameters
        self.instruments = instruments
        self.indices = indices
        self.seed = seed
    }
}

/// One need of an instance.
package struct InstanceNeed: Equatable, Sendable {
    package let kind: EventKind
    /// Index of the instrument; nil means every instrument that it may use.
    package let instrument: Int?
    package let historyRows: Int
    /// 0 is the run's own interval.
    package let interval_ns: Int64
}

/// What an instance said that it needs.
package struct InstanceNeeds: Equatable, Sendable {
    package let needs: [InstanceNeed]
    package let isOpenLoop: Bool

    /// Kinds of events among the needs.
    package var kinds: EventKinds {
        needs.reduce(into: EventKinds()) { $0.insert(EventKinds($1.kind)) }
    }
    /// Most rows of warm-up that it asked for.
    package var historyRows: Int { needs.map(\.historyRows).max() ?? 0 }

    init(_ c: rialto_needs_t, plugin: String) throws(PluginError) {
        guard c.need_count >= 1, c.need_count <= 1024, let first = c.needs else {
            throw PluginError(plugin, .badTable("\(c.need_count) needs, allowed is 1...1024"))
        }
        let stride = Int(first.pointee.struct_size)
        guard stride >= 24 else {
            throw PluginError(plugin, .badTable("struct_size of a need is \(stride)"))
        }
        var needs: [InstanceNeed] = []
        for index in 0..<Int(c.need_count) {
            let need = (UnsafeRawPointer(first) + index * stride).loadUnaligned(
                as: rialto_need_t.self)
            guard need.kind <= 255, let kind = EventKind(rawValue: UInt8(need.kind)) else {
                throw PluginError(
                    plugin, .badTable("a need is of kind \(need.kind), which is none"))
            }
            guard need.history_rows <= 10_000_000, need.interval_ns >= 0 else {
                throw PluginError(
                    plugin,
                    .badTable(
                        "a need of \(need.history_rows) rows every \(need.interval_ns) ns"))
            }
            needs.append(
                InstanceNeed(
                    kind: kind,
                    instrument: need.instrument == RIALTO_NONE ? nil : Int(need.instrument),
                    historyRows: Int(need.history_rows), interval_ns: need.interval_ns))
        }
        self.needs = needs
        isOpenLoop = c.flags & RIALTO_NEEDS_OPEN_LOOP != 0
        if isOpenLoop, !kinds.isDisjoint(with: .own) {
            throw PluginError(plugin, .badTable("an open loop that needs own events"))
        }
    }
}

/// A parameter set for a plugin, checked against its definitions.
func resolve(
    _ given: [(name: String, value: String)], _ definitions: [ParameterDefinition]
)
    throws(ParameterError) -> [UInt32: ParameterValue]
{
    var values: [UInt32: ParameterValue] = [:]
    for (name, text) in given {
        guard let definition = definitions.first(where: { $0.name == name }) else {
            throw .unknown(name: name, known: definitions.map(\.name))
        }
        values[definition.id] = try definition.value(of: text)
    }
    for definition in definitions where values[definition.id] == nil {
        guard !definition.isRequired else { throw .missing(name: definition.name) }
        values[definition.id] = try definition.value(of: definition.initial)
    }
    return values
}

/// A running strategy inside a plugin. Use it on one thread at a time.
package final class StrategyInstance {
    package let description: PluginDescription
    package let needs: InstanceNeeds
    /// Why the last batch failed; empty before.
    package private(set) var failure = ""
    private var table = rialto_strategy_t()
    private let services: Services
    private let instruments: InstrumentTable
    private let library: PluginLibrary
    private let batches = BatchTable()
    private let intents: IntentTable
    private let allowed: Set<UInt32>

    package init(_ library: PluginLibrary, _ request: InstanceRequest) throws(PluginError) {
        let (plugin, description) = try library.plugin(request.pluginId, kind: .strategy)
        let values: [UInt32: ParameterValue]
        do throws(ParameterError) {
            values = try resolve(request.parameters, description.parameters)
        } catch { throw PluginError(description.id, .parameter(id: description.id, error)) }
        instruments = InstrumentTable(request.instruments, indices: request.indices)
        services = Services(
            parameters: values, instruments: instruments, seed: request.seed, resources: [:])
        table.struct_size = UInt32(MemoryLayout<rialto_strategy_t>.size)
        var needs = rialto_needs_t()
        needs.struct_size = UInt32(MemoryLayout<rialto_needs_t>.size)
        var error = rialto_error_t()
        error.struct_size = UInt32(MemoryLayout<rialto_error_t>.size)
        let result =
            plugin.pointee.create?(plugin, services.table, &table, &needs, &error)
            ?? RIALTO_ERROR_UNSUPPORTED
        guard result == RIALTO_OK else {
            throw PluginError(
                description.id,
                .create(id: description.id, code: result, text: error.message))
        }
        guard table.on_batch != nil, table.destroy != nil else {
            throw PluginError(description.id, .badTable("a strategy without on_batch or destroy"))
        }
        self.description = description
        self.library = library
        self.needs = try InstanceNeeds(needs, plugin: description.id)
        intents = IntentTable()
        allowed = Set(request.indices.map(UInt32.init))
    }

    deinit { table.destroy?(table.`self`) }

    /// Lines that the plugin logged at creation.
    package var logLines: [String] { services.lines.map(\.text) }

    /// Largest state that an instance may save, in bytes.
    package static let stateMax = 64 << 20

    /// The instance's whole state; nil when it keeps none or could not write it.
    package func saved() -> [UInt8]? {
        guard let save = table.save else { return nil }
        let sink = StateSink()
        var writer = rialto_state_writer_t()
        writer.struct_size = UInt32(MemoryLayout<rialto_state_writer_t>.size)
        writer.host = Unmanaged.passUnretained(sink).toOpaque()
        writer.write = { host, bytes, size, written in
            guard let host, let written else { return RIALTO_ERROR_ARGUMENT }
            return Unmanaged<StateSink>.fromOpaque(host).takeUnretainedValue()
                .take(bytes, size, written)
        }
        return save(table.`self`, &writer) == RIALTO_OK ? sink.bytes : nil
    }

    /// Hands over a batch and appends the intents to `sink`.
    ///
    /// - Returns: Entries read; nil when the plugin failed or answered against the contract, with
    ///   the reason in `failure`.
    package func onBatch(_ view: borrowing EventBatch, _ sink: inout IntentSink) -> Int? {
        batches.fill(view)
        var consumed: UInt32 = 0
        let result =
            table.on_batch?(table.`self`, batches.batch, intents.table, &consumed) ?? RIALTO_ERROR
        guard result >= 0 else {
            failure = "on_batch answered \(result)"
            return nil
        }
        if intents.table.pointee.count > 0, let reason = intents.take(into: &sink, allowed: allowed)
        {
            failure = reason
            return nil
        }
        guard consumed > 0 else {
            failure = "on_batch read nothing"
            return nil
        }
        return Int(consumed)
    }
}

/// Where a state is gathered while it is saved.
private final class StateSink {
    var bytes: [UInt8] = []

    func take(
        _ start: UnsafeRawPointer?, _ size: UInt64, _ written: UnsafeMutablePointer<UInt64>
    ) -> rialto_result {
        guard let start, size <= UInt64(StrategyInstance.stateMax - bytes.count) else {
            return RIALTO_ERROR_MEMORY
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: Int(size)))
        written.pointee = size
        return RIALTO_OK
    }
}

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
    func take(into sink: inout IntentSink, allowed: Set<UInt32>) -> String? {
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
    }

    private func slice(_ offset: UInt32, _ size: UInt32) -> String {
        let bytes = UnsafeRawBufferPointer(start: text + Int(offset), count: Int(size))
        return String(decoding: bytes, as: UTF8.self)
    }

    private func check(_ c: rialto_intent_t, _ kind: IntentKind, _ allowed: Set<UInt32>) -> String?
    {
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
            let needsPrice = type == .limit || type == .stopLimit
            let needsTrigger = type == .stop || type == .stopLimit
            guard (c.price > 0) == needsPrice, (c.trigger_price > 0) == needsTrigger else {
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
