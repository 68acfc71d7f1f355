/// Where a strategy says what it wants. Valid for the callback that is given it.
@frozen public struct Intents: ~Copyable {
    @usableFromInline let table: UnsafeMutablePointer<rialto_intents_t>
    @usableFromInline let items: UnsafeMutableRawPointer
    @usableFromInline let stride: Int
    @usableFromInline let capacity: UInt32
    /// Free places that a time group may need.
    @usableFromInline let room: UInt32
    /// Whether the events are history: learn from them, but neither act nor remember having acted.
    /// A target, order, cancel, replace, timer or request on them ends the instance.
    public let isWarmUp: Bool
    /// Intents so far in this call.
    @usableFromInline var count: UInt32 = 0
    /// Intents so far that end the run of events.
    @usableFromInline var stopping: UInt32 = 0
    /// A timer or an answer was asked for: an open loop stops too.
    @usableFromInline var hasTimer = false
    /// Entry of the batch that is being answered.
    @usableFromInline var row: UInt32 = 0
    @usableFromInline var hasOverflowed = false
    /// Three quarters of the room for text are used.
    @usableFromInline var isTextLow = false
    /// `RIALTO_INTENT_REQUEST` of the draft `rialto.requests/1`.
    @usableFromInline static let requestKind: UInt32 = 9

    @inlinable init(
        _ table: UnsafeMutablePointer<rialto_intents_t>, room: UInt32, flags: UInt32
    ) {
        isWarmUp = flags & RIALTO_BATCH_WARM_UP != 0
        self.table = table
        self.room = room
        items = table.pointee.items
        stride = Int(table.pointee.item_size)
        capacity = table.pointee.capacity
    }

    @inlinable mutating func add(
        _ kind: UInt32, _ instrument: UInt32
    )
        -> UnsafeMutablePointer<rialto_intent_t>?
    {
        guard count < capacity else {
            hasOverflowed = true
            return nil
        }
        let item = (items + Int(count) * stride).assumingMemoryBound(to: rialto_intent_t.self)
        count += 1
        if kind <= RIALTO_INTENT_TIMER || kind == Intents.requestKind { stopping += 1 }
        item.pointee.struct_size = UInt32(MemoryLayout<rialto_intent_t>.size)
        item.pointee.kind = UInt8(truncatingIfNeeded: kind)
        item.pointee.row = row
        item.pointee.instrument = instrument
        return item
    }

    /// Wants a position of `quantity` (signed, in the instrument's unit); holds until replaced.
    ///
    /// - Parameters:
    ///   - stop: Price of a protective stop that the host keeps; 0 none.
    ///   - takeProfit: Price at which the position is closed with a profit; 0 none.
    ///   - timeStop_ns: Closes the position this long after it opened; 0 never.
    ///   - reason: The strategy's own code, shown in explanations.
    @inlinable public mutating func target(
        _ instrument: UInt32, _ quantity: Int64, stop: Int64 = 0, takeProfit: Int64 = 0,
        timeStop_ns: Int64 = 0, reason: UInt32 = 0
    ) {
        guard let item = add(RIALTO_INTENT_TARGET, instrument) else { return }
        item.pointee.quantity = quantity
        item.pointee.stop_price = stop
        item.pointee.take_profit_price = takeProfit
        item.pointee.time_stop_ns = timeStop_ns
        item.pointee.reason = reason
    }

    /// Sends an order of its own.
    ///
    /// - Parameters:
    ///   - id: The strategy's own id, rising, above 0.
    ///   - side: `RIALTO_BUY` or `RIALTO_SELL`.
    ///   - quantity: In the instrument's unit, above 0.
    ///   - limit: Limit price; 0 for a market order or a plain stop.
    ///   - trigger: Price that sets it off; 0 when it works at once.
    ///   - trailing: Distance of a trailing stop in price units, which has no limit; 0 none.
    ///   - postOnly: Ends rather than take; for limit orders.
    ///   - lifetime: `RIALTO_GOOD_TILL_CANCEL`, `RIALTO_IMMEDIATE_OR_CANCEL` or
    ///     `RIALTO_FILL_OR_KILL`; an expiry makes it good till that time.
    ///   - oneCancelsOthers: Orders with the same number above 0 cancel each other when one fills.
    ///   - after: Id of an order of its own that must fill first; 0 none.
    ///   - bracketOf: As `after`, and the orders of one bracket cancel each other; 0 none.
    @inlinable public mutating func order(
        id: UInt64, _ instrument: UInt32, side: UInt32, quantity: Int64, limit: Int64 = 0,
        trigger: Int64 = 0, trailing: Int64 = 0, stop: Int64 = 0, takeProfit: Int64 = 0,
        reduceOnly: Bool = false, postOnly: Bool = false,
        lifetime: UInt32 = RIALTO_GOOD_TILL_CANCEL, expires_ns: Int64 = 0,
        oneCancelsOthers: UInt64 = 0, after: UInt64 = 0, bracketOf: UInt64 = 0, reason: UInt32 = 0
    ) {
        guard let item = add(RIALTO_INTENT_ORDER, instrument) else { return }
        let type =
            trailing > 0
            ? RIALTO_ORDER_TRAILING_STOP
            : trigger > 0
                ? (limit > 0 ? RIALTO_ORDER_STOP_LIMIT : RIALTO_ORDER_STOP)
                : (limit > 0 ? RIALTO_ORDER_LIMIT : RIALTO_ORDER_MARKET)
        item.pointee.order_id = id
        item.pointee.side = UInt8(truncatingIfNeeded: side)
        item.pointee.order_type = UInt8(truncatingIfNeeded: type)
        item.pointee.quantity = quantity
        item.pointee.price = trailing > 0 ? trailing : limit
        item.pointee.trigger_price = trigger
        item.pointee.stop_price = stop
        item.pointee.take_profit_price = takeProfit
        item.pointee.order_flags =
            (reduceOnly ? UInt16(RIALTO_ORDER_REDUCE_ONLY) : 0)
            | (postOnly ? UInt16(RIALTO_ORDER_POST_ONLY) : 0)
        item.pointee.expire_time_ns = expires_ns
        item.pointee.time_in_force =
            UInt8(truncatingIfNeeded: expires_ns > 0 ? RIALTO_GOOD_TILL_TIME : lifetime)
        link(item, oneCancelsOthers: oneCancelsOthers, after: after, bracketOf: bracketOf)
        item.pointee.reason = reason
    }

    @inlinable func link(
        _ item: UnsafeMutablePointer<rialto_intent_t>, oneCancelsOthers: UInt64, after: UInt64,
        bracketOf: UInt64
    ) {
        if oneCancelsOthers > 0 {
            item.pointee.link_id = oneCancelsOthers
            item.pointee.link = UInt8(RIALTO_LINK_OCO)
        } else if after > 0 {
            item.pointee.link_id = after
            item.pointee.link = UInt8(RIALTO_LINK_OTO)
        } else if bracketOf > 0 {
            item.pointee.link_id = bracketOf
            item.pointee.link = UInt8(RIALTO_LINK_BRACKET)
        }
    }

    /// Takes an order back.
    @inlinable public mutating func cancel(id: UInt64, _ instrument: UInt32) {
        add(RIALTO_INTENT_CANCEL, instrument)?.pointee.order_id = id
    }

    /// Changes an order; a 0 leaves that term as it is.
    ///
    /// - Parameter quantity: What may fill from then on; 0 is what has not filled yet.
    @inlinable public mutating func replace(
        id: UInt64, _ instrument: UInt32, limit: Int64 = 0, trigger: Int64 = 0, quantity: Int64 = 0
    ) {
        guard let item = add(RIALTO_INTENT_REPLACE, instrument) else { return }
        item.pointee.order_id = id
        item.pointee.price = limit
        item.pointee.trigger_price = trigger
        item.pointee.quantity = quantity
    }

    /// Asks to be called at `time_ns` (Unix nanoseconds).
    @inlinable public mutating func timer(id: UInt64, at time_ns: Int64) {
        guard let item = add(RIALTO_INTENT_TIMER, 0) else { return }
        item.pointee.order_id = id
        item.pointee.expire_time_ns = time_ns
        hasTimer = true
    }

    /// Writes a line to the instance's log. `level` is `RIALTO_LOG_...`.
    public mutating func log(_ text: String, level: UInt32 = RIALTO_LOG_INFO) {
        guard let item = add(RIALTO_INTENT_LOG, 0) else { return }
        item.pointee.reason = level
        (item.pointee.text_offset, item.pointee.text_size) = put(text)
    }

    /// Says why, for people; kept beside the intents of the same time.
    public mutating func note(_ instrument: UInt32, _ text: String) {
        guard let item = add(RIALTO_INTENT_NOTE, instrument) else { return }
        (item.pointee.text_offset, item.pointee.text_size) = put(text)
    }

    /// Stores a value that `Setup.value(for:)` gives back next time.
    public mutating func set(_ key: String, _ value: String) {
        guard let item = add(RIALTO_INTENT_SET, 0) else { return }
        (item.pointee.key_offset, item.pointee.key_size) = put(key)
        (item.pointee.text_offset, item.pointee.text_size) = put(value)
    }

    /// Asks over the network, by the draft `rialto.requests/1`; the answer comes to `onResponse`.
    ///
    /// - Returns: Whether it fits beside the texts of this call; nothing was asked otherwise.
    public mutating func request(_ request: NetworkRequest) -> Bool {
        let text = request.text
        guard text.utf8.count <= Int(table.pointee.text_capacity - table.pointee.text_count),
            let item = add(Intents.requestKind, 0)
        else { return false }
        item.pointee.order_id = request.id
        item.pointee.expire_time_ns = request.deadline_ns
        (item.pointee.text_offset, item.pointee.text_size) = put(text)
        hasTimer = true
        return true
    }

    /// Copies as many whole characters as fit. Returns where they lie.
    private mutating func put(_ text: String) -> (UInt32, UInt32) {
        let offset = table.pointee.text_count
        let room = Int(table.pointee.text_capacity - offset)
        var size: UInt32 = 0
        for scalar in text.unicodeScalars {
            let bytes = UTF8.encode(scalar)
            guard let bytes, Int(size) + bytes.count <= room else { break }
            for byte in bytes {
                table.pointee.text[Int(offset + size)] = CChar(bitPattern: byte)
                size += 1
            }
        }
        table.pointee.text_count += size
        isTextLow = table.pointee.text_count > table.pointee.text_capacity / 4 * 3
        return (offset, size)
    }
}
