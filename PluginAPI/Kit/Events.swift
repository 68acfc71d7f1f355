@_exported import CRialto

/// A closed interval. Prices and volume are counts of the instrument's own unit.
@frozen public struct Bar: Equatable, Sendable {
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
@frozen public struct Trade: Equatable, Sendable {
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
@frozen public struct Quote: Equatable, Sendable {
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

extension Bar {
    @inlinable init(_ c: UnsafePointer<rialto_bars_t>, _ row: Int) {
        self.init(
            time_ns: c.pointee.time_ns[row], instrument: c.pointee.instrument[row],
            interval_ns: c.pointee.interval_ns[row], open: c.pointee.open[row],
            high: c.pointee.high[row], low: c.pointee.low[row], close: c.pointee.close[row],
            volume: c.pointee.volume[row])
    }
}

extension Trade {
    @inlinable init(_ c: UnsafePointer<rialto_trades_t>, _ row: Int) {
        self.init(
            time_ns: c.pointee.time_ns[row], instrument: c.pointee.instrument[row],
            price: c.pointee.price[row], quantity: c.pointee.quantity[row],
            takerSide: c.pointee.taker_side[row])
    }
}

extension Quote {
    @inlinable init(_ c: UnsafePointer<rialto_quotes_t>, _ row: Int) {
        self.init(
            time_ns: c.pointee.time_ns[row], instrument: c.pointee.instrument[row],
            bidPrice: c.pointee.bid_price[row], bidQuantity: c.pointee.bid_quantity[row],
            askPrice: c.pointee.ask_price[row], askQuantity: c.pointee.ask_quantity[row])
    }
}
