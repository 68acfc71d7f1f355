/// An order, cancel or replace that is to be sent. What its kind does not name is 0.
public struct OrderIntent: Equatable, Sendable {
    /// `RIALTO_INTENT_ORDER`, `RIALTO_INTENT_CANCEL` or `RIALTO_INTENT_REPLACE`.
    public let kind: UInt32
    /// The host's id of the order, above 0.
    public let clientId: UInt64
    /// Index of the instrument, one of the instance's.
    public let instrument: UInt32
    /// Of orders: `RIALTO_BUY` or `RIALTO_SELL`.
    public let side: UInt32
    /// Of orders: `RIALTO_ORDER_MARKET`...
    public let orderType: UInt32
    /// `RIALTO_GOOD_TILL_CANCEL`...
    public let timeInForce: UInt32
    /// Of orders above 0; of replaces 0 leaves it as it is.
    public let quantity: Int64
    /// Limit price; of replaces 0 leaves it as it is.
    public let price: Int64
    /// Price that sets a stop off.
    public let trigger: Int64
    /// Of orders that are good till a time, Unix nanoseconds UTC.
    public let expires_ns: Int64
    /// `RIALTO_ORDER_POST_ONLY`, `RIALTO_ORDER_REDUCE_ONLY`
    public let orderFlags: UInt32
    /// `RIALTO_LINK_...`
    public let link: UInt32
    /// The order or group that it is linked with.
    public let linkId: UInt64
    /// `RIALTO_ALGORITHM_...`
    public let algorithm: UInt32
    /// Hundredths; 0 leaves the account's setting.
    public let leverage_e2: UInt32

    init(_ c: rialto_intent_t) {
        kind = UInt32(c.kind)
        clientId = c.order_id
        instrument = c.instrument
        side = UInt32(c.side)
        orderType = UInt32(c.order_type)
        timeInForce = UInt32(c.time_in_force)
        quantity = c.quantity
        price = c.price
        trigger = c.trigger_price
        expires_ns = c.expire_time_ns
        orderFlags = UInt32(c.order_flags)
        link = UInt32(c.link)
        linkId = c.link_id
        algorithm = UInt32(c.algorithm)
        leverage_e2 = c.leverage_e2
    }

    /// Whether it is a market or limit order with nothing but a lifetime of `RIALTO_FILL_OR_KILL`
    /// or before: no time, flag, link, algorithm or leverage.
    public var isPlainOrder: Bool {
        kind == RIALTO_INTENT_ORDER && timeInForce <= RIALTO_FILL_OR_KILL
            && (orderType == RIALTO_ORDER_MARKET || orderType == RIALTO_ORDER_LIMIT)
            && orderFlags | link | algorithm | leverage_e2 == 0
    }

    /// Whether it is one that a venue could be sent.
    var isSound: Bool {
        let isOrder = kind == RIALTO_INTENT_ORDER
        return (isOrder || kind == RIALTO_INTENT_CANCEL || kind == RIALTO_INTENT_REPLACE)
            && clientId > 0 && quantity >= (isOrder ? 1 : 0) && price >= 0
            && (!isOrder || side == RIALTO_BUY || side == RIALTO_SELL)
    }
}

/// The terms of a trade request, as they stand in its final bytes.
public struct OrderTerms: Equatable, Sendable {
    /// `RIALTO_INTENT_ORDER`, `RIALTO_INTENT_CANCEL` or `RIALTO_INTENT_REPLACE`.
    public var kind: UInt32
    /// The host's id of the order.
    public var clientId: UInt64
    /// Index of the instrument.
    public var instrument: UInt32
    /// `RIALTO_BUY` or `RIALTO_SELL`; 0 of a cancel.
    public var side: UInt32
    /// 0 of market orders and cancels.
    public var price: Int64
    /// 0 of a cancel.
    public var quantity: Int64
    /// Where the terms were found. The host reads the bytes at each place for itself.
    public var places: Places

    /// Ranges of body or url, ``ByteRange/nowhere`` for a term that is absent: see
    /// ``ByteRange/init(of:in:_:)``. What may stand there is in `draft/exchange.h`.
    public struct Places: Equatable, Sendable {
        /// Of the instrument.
        public var instrument = ByteRange.nowhere
        /// Of the side.
        public var side = ByteRange.nowhere
        /// Of the price.
        public var price = ByteRange.nowhere
        /// Of the quantity.
        public var quantity = ByteRange.nowhere
        /// Of the client id.
        public var clientId = ByteRange.nowhere

        public init() {}
    }

    public init(
        kind: UInt32, clientId: UInt64, instrument: UInt32, side: UInt32, price: Int64,
        quantity: Int64, places: Places
    ) {
        self.kind = kind
        self.clientId = clientId
        self.instrument = instrument
        self.side = side
        self.price = price
        self.quantity = quantity
        self.places = places
    }
}
