@_exported import CRialto

/// A closed interval. Prices and volume are counts of the instrument's own unit.
@frozen public struct Bar {
    /// Delivery, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// Length of the bar in nanoseconds.
    public let interval_ns: Int64
    /// First price.
    public let open: Int64
    /// Highest price.
    public let high: Int64
    /// Lowest price.
    public let low: Int64
    /// Last price.
    public let close: Int64
    /// Quantity traded, in the instrument's quantity unit; 0 when nothing traded.
    public let volume: Int64

    @inlinable public init(
        time_ns: Int64, instrument: UInt32, interval_ns: Int64, open: Int64, high: Int64,
        low: Int64,
        close: Int64, volume: Int64
    ) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.interval_ns = interval_ns
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }
}

/// A trade printed on a venue.
@frozen public struct Trade {
    /// When the host could know it, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// In the instrument's price unit.
    public let price: Int64
    /// In the instrument's quantity unit.
    public let quantity: Int64
    /// `RIALTO_BUY`, `RIALTO_SELL` or `RIALTO_SIDE_UNKNOWN`.
    public let takerSide: UInt8

    @inlinable public init(
        time_ns: Int64, instrument: UInt32, price: Int64, quantity: Int64, takerSide: UInt8
    ) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.price = price
        self.quantity = quantity
        self.takerSide = takerSide
    }
}

/// Best bid and ask; a price of 0 is an empty side.
@frozen public struct Quote {
    public let time_ns: Int64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// Highest price that a buyer offers; 0 when there is none.
    public let bidPrice: Int64
    /// What is bid for at that price.
    public let bidQuantity: Int64
    /// Lowest price that a seller asks; 0 when there is none.
    public let askPrice: Int64
    /// What is offered at that price.
    public let askQuantity: Int64

    @inlinable public init(
        time_ns: Int64, instrument: UInt32, bidPrice: Int64, bidQuantity: Int64, askPrice: Int64,
        askQuantity: Int64
    ) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.bidPrice = bidPrice
        self.bidQuantity = bidQuantity
        self.askPrice = askPrice
        self.askQuantity = askQuantity
    }
}

/// A forecast of a model or of the ensemble.
@frozen public struct ForecastEvent {
    public let time_ns: Int64
    /// Index of the model; `RIALTO_NONE` is the ensemble.
    public let model: UInt32
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// `RIALTO_FORECAST_...`
    public let kind: UInt8
    /// Time until the outcome is known, nanoseconds above 0.
    public let horizon_ns: Int64
    /// When the opinion is stale, Unix nanoseconds UTC.
    public let validUntil_ns: Int64
    /// 0...1
    public let confidence: Double
    /// What was forecast, as its kind says.
    public let value: Double
    /// Standard deviation of the return as a fraction; 0 where the kind has none.
    public let deviation: Double
    /// The model's weight then, 0...1.
    public let weight: Double

    /// Whether the ensemble speaks, and not one model.
    @inlinable public var isEnsemble: Bool { model == RIALTO_NONE }

    @inlinable init(_ c: UnsafePointer<rialto_forecast_events_t>, _ row: Int) {
        time_ns = c.pointee.time_ns[row]
        model = c.pointee.model[row]
        instrument = c.pointee.instrument[row]
        kind = c.pointee.kind[row]
        horizon_ns = c.pointee.horizon_ns[row]
        validUntil_ns = c.pointee.valid_until_ns[row]
        confidence = c.pointee.confidence[row]
        value = c.pointee.value[row]
        deviation = c.pointee.deviation[row]
        weight = c.pointee.weight[row]
    }
}

/// What became of an order of this instance.
@frozen public struct OrderEvent {
    public let time_ns: Int64
    /// The id that the order was given.
    public let orderId: UInt64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// `RIALTO_ORDER_...`
    public let state: UInt8
    /// `RIALTO_BUY` or `RIALTO_SELL`.
    public let side: UInt8
    /// `RIALTO_REASON_...`
    public let reason: UInt16
    /// In the instrument's price unit.
    public let price: Int64
    /// In the instrument's quantity unit.
    public let quantity: Int64
    /// What has filled so far, in the quantity unit.
    public let filled: Int64

    @inlinable init(_ c: UnsafePointer<rialto_own_orders_t>, _ row: Int) {
        time_ns = c.pointee.time_ns[row]
        orderId = c.pointee.order_id[row]
        instrument = c.pointee.instrument[row]
        state = c.pointee.state[row]
        side = c.pointee.side[row]
        reason = c.pointee.reason[row]
        price = c.pointee.price[row]
        quantity = c.pointee.quantity[row]
        filled = c.pointee.filled[row]
    }
}

/// A fill of this instance.
@frozen public struct FillEvent {
    public let time_ns: Int64
    /// 0 when it serves a target.
    public let orderId: UInt64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// `RIALTO_BUY` or `RIALTO_SELL`.
    public let side: UInt8
    /// `RIALTO_LIQUIDITY_...`
    public let liquidity: UInt8
    /// In the instrument's price unit.
    public let price: Int64
    /// In the instrument's quantity unit.
    public let quantity: Int64
    /// The instance's position after the fill.
    public let position: Int64
    /// In units of 10^-18.
    public let fee: Int128

    @inlinable init(_ c: UnsafePointer<rialto_fills_t>, _ row: Int) {
        time_ns = c.pointee.time_ns[row]
        orderId = c.pointee.order_id[row]
        instrument = c.pointee.instrument[row]
        side = c.pointee.side[row]
        liquidity = c.pointee.liquidity[row]
        price = c.pointee.price[row]
        quantity = c.pointee.quantity[row]
        position = c.pointee.position[row]
        fee = Int128(c.pointee.fee[row])
    }
}

/// The instance's book, beside an own report. Money in units of 10^-18.
@frozen public struct AccountEvent {
    public let time_ns: Int64
    /// Money in hand, in units of 10^-18.
    public let cash: Int128
    /// Cash and positions at market prices, in units of 10^-18.
    public let equity: Int128
    /// Money that may still be used, in units of 10^-18.
    public let capitalLeft: Int128
    /// Whether only orders that reduce are accepted.
    public let isHalted: Bool

    @inlinable init(_ c: UnsafePointer<rialto_account_t>, _ row: Int) {
        time_ns = c.pointee.time_ns[row]
        cash = Int128(c.pointee.cash[row])
        equity = Int128(c.pointee.equity[row])
        capitalLeft = Int128(c.pointee.capital_left[row])
        isHalted = c.pointee.halted[row] != 0
    }
}

extension Int128 {
    /// An amount of the contract.
    @inlinable public init(_ cash: rialto_cash_t) {
        self = Int128(cash.high) << 64 | Int128(cash.low)
    }
}
