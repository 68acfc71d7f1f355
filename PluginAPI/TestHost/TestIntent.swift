import CRialtoDraft
import RialtoKit

/// What a strategy wanted, and when. Fields that its kind does not name are 0 or empty.
public struct TestIntent: Equatable, Sendable {
    /// Time of the event that it answers, Unix nanoseconds UTC.
    public var time_ns: Int64 = 0
    /// `RIALTO_INTENT_...`
    public var kind: UInt32 = 0
    /// Index of the instrument.
    public var instrument: UInt32 = 0
    /// `RIALTO_BUY` or `RIALTO_SELL`, of orders.
    public var side: UInt32 = 0
    /// `RIALTO_ORDER_MARKET`...
    public var orderType: UInt32 = 0
    /// `RIALTO_GOOD_TILL_CANCEL`...
    public var timeInForce: UInt32 = 0
    /// `RIALTO_ORDER_POST_ONLY`, `RIALTO_ORDER_REDUCE_ONLY`
    public var orderFlags: UInt32 = 0
    /// Id of the order or timer.
    public var orderId: UInt64 = 0
    /// `RIALTO_LINK_...`
    public var link: UInt32 = 0
    /// What linked orders have in common.
    public var linkId: UInt64 = 0
    /// In the quantity unit; signed for targets.
    public var quantity: Int64 = 0
    /// Limit price.
    public var price: Int64 = 0
    /// Price that sets the order off.
    public var trigger: Int64 = 0
    /// Protective stop.
    public var stop: Int64 = 0
    /// Price at which a profit is taken.
    public var takeProfit: Int64 = 0
    /// Longest time that the position is held, nanoseconds.
    public var timeStop_ns: Int64 = 0
    /// When the order expires or the timer comes, Unix nanoseconds UTC.
    public var expires_ns: Int64 = 0
    /// `RIALTO_ALGORITHM_...`
    public var algorithm: UInt32 = 0
    /// How long the algorithm works, nanoseconds.
    public var algorithmDuration_ns: Int64 = 0
    /// What the algorithm shows, in the quantity unit.
    public var algorithmQuantity: Int64 = 0
    /// Rate of the algorithm, in 10^-6.
    public var algorithmRate_e6: UInt32 = 0
    /// The plugin's own code; the level of a log line.
    public var reason: UInt32 = 0
    /// Text of a log line or note, or the stored value.
    public var text = ""
    /// Key of a stored value.
    public var key = ""

    /// An intent without terms.
    public init() {}

    /// The target of a position, as a strategy that names nothing else would write it.
    public static func target(
        _ instrument: UInt32, _ quantity: Int64, at time_ns: Int64, stop: Int64 = 0,
        reason: UInt32 = 0
    ) -> TestIntent {
        var intent = TestIntent()
        intent.kind = RIALTO_INTENT_TARGET
        intent.instrument = instrument
        intent.quantity = quantity
        intent.time_ns = time_ns
        intent.stop = stop
        intent.reason = reason
        return intent
    }

    /// An order, for an exchange to encode; a `limit` of 0 is a market order.
    public static func order(
        id: UInt64, _ instrument: UInt32, side: UInt32, quantity: Int64, limit: Int64
    ) -> TestIntent {
        var intent = cancel(id: id, instrument)
        intent.kind = RIALTO_INTENT_ORDER
        intent.side = side
        intent.orderType = limit > 0 ? RIALTO_ORDER_LIMIT : RIALTO_ORDER_MARKET
        intent.quantity = quantity
        intent.price = limit
        return intent
    }

    /// The cancel of an order, for an exchange to encode.
    public static func cancel(id: UInt64, _ instrument: UInt32) -> TestIntent {
        var intent = TestIntent()
        intent.kind = RIALTO_INTENT_CANCEL
        intent.orderId = id
        intent.instrument = instrument
        return intent
    }

    /// Whether it makes a closed loop stop at the end of its time group.
    public var stops: Bool { kind <= RIALTO_INTENT_TIMER || kind == RIALTO_INTENT_REQUEST }

    /// Reads item `c` of a table whose texts lie at `text`; nil when a text lies outside.
    init?(_ c: rialto_intent_t, text: UnsafeRawBufferPointer, time_ns: Int64) {
        func part(_ offset: UInt32, _ size: UInt32) -> String? {
            guard Int(offset) + Int(size) <= text.count else { return nil }
            let bytes = text[Int(offset)..<Int(offset) + Int(size)]
            return String(validating: bytes, as: UTF8.self)
        }
        guard let body = part(c.text_offset, c.text_size), let key = part(c.key_offset, c.key_size)
        else { return nil }
        self.time_ns = time_ns
        kind = UInt32(c.kind)
        instrument = c.instrument
        side = UInt32(c.side)
        orderType = UInt32(c.order_type)
        timeInForce = UInt32(c.time_in_force)
        orderFlags = UInt32(c.order_flags)
        orderId = c.order_id
        link = UInt32(c.link)
        linkId = c.link_id
        quantity = c.quantity
        price = c.price
        trigger = c.trigger_price
        stop = c.stop_price
        takeProfit = c.take_profit_price
        timeStop_ns = c.time_stop_ns
        expires_ns = c.expire_time_ns
        algorithm = UInt32(c.algorithm)
        algorithmDuration_ns = c.algorithm_duration_ns
        algorithmQuantity = c.algorithm_quantity
        algorithmRate_e6 = c.algorithm_rate_e6
        reason = c.reason
        self.text = body
        self.key = key
    }
}

/// What a model forecast, and when.
public struct TestForecast: Equatable, Sendable {
    /// Time of the event that it answers, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// `RIALTO_FORECAST_...`
    public let kind: UInt32
    /// Index of the instrument.
    public let instrument: UInt32
    /// Time until the outcome is known, nanoseconds.
    public let horizon_ns: Int64
    /// 0...1
    public let confidence: Double
    /// As the kind says: a probability, a mean, a position.
    public let value: Double
    /// Of the return, as a fraction.
    public let deviation: Double
    /// Number of the name under which a number was published; see ``TestHost/publishes``. 0 of
    /// other kinds.
    public let series: UInt32

    init(_ c: rialto_forecast_t, time_ns: Int64) {
        series = c.series
        self.time_ns = time_ns
        kind = UInt32(c.kind)
        instrument = c.instrument
        horizon_ns = c.horizon_ns
        confidence = c.confidence
        value = c.value
        deviation = c.deviation
    }
}
