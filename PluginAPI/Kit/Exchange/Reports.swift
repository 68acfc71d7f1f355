/// What became of an order.
public struct OrderReport: Equatable, Sendable {
    /// The host's id of the order.
    public var clientId: UInt64
    /// Index of the instrument.
    public var instrument: UInt32
    /// `RIALTO_BUY` or `RIALTO_SELL`.
    public var side: UInt32
    /// `RIALTO_ORDER_SUBMITTED`...
    public var state: UInt32
    /// `RIALTO_REASON_...`
    public var reason: UInt32
    /// Limit price; 0 of market orders.
    public var price: Int64
    /// As ordered, above 0.
    public var quantity: Int64
    /// So far.
    public var filled: Int64
    /// As the venue states it, Unix nanoseconds UTC; 0 when it does not.
    public var venueTime_ns: Int64

    public init(
        clientId: UInt64, instrument: UInt32, side: UInt32, state: UInt32,
        reason: UInt32 = RIALTO_REASON_NONE, price: Int64, quantity: Int64, filled: Int64,
        venueTime_ns: Int64 = 0
    ) {
        self.clientId = clientId
        self.instrument = instrument
        self.side = side
        self.state = state
        self.reason = reason
        self.price = price
        self.quantity = quantity
        self.filled = filled
        self.venueTime_ns = venueTime_ns
    }
}

/// An execution of an order.
public struct FillReport: Equatable, Sendable {
    /// The host's id of the order.
    public var clientId: UInt64
    /// Index of the instrument.
    public var instrument: UInt32
    /// `RIALTO_BUY` or `RIALTO_SELL`.
    public var side: UInt32
    /// Above 0.
    public var price: Int64
    /// Above 0.
    public var quantity: Int64
    /// In the settlement currency, units of 10^-18; below 0 is a rebate.
    public var fee: Int128
    /// As the venue states it, Unix nanoseconds UTC; 0 when it does not.
    public var venueTime_ns: Int64

    public init(
        clientId: UInt64, instrument: UInt32, side: UInt32, price: Int64, quantity: Int64,
        fee: Int128, venueTime_ns: Int64 = 0
    ) {
        self.clientId = clientId
        self.instrument = instrument
        self.side = side
        self.price = price
        self.quantity = quantity
        self.fee = fee
        self.venueTime_ns = venueTime_ns
    }
}
