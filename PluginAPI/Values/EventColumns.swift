/// Kinds of events, numbered in the order in which they are delivered within one time.
@frozen public enum EventKind: UInt8, CaseIterable, Sendable {
    case instruments = 1
    case status = 2
    case parameters = 3
    case ownOrders = 4
    case fills = 5
    case account = 6
    case trades = 7
    case quotes = 8
    case books = 9
    case bookDeltas = 10
    case bars = 11
    case marks = 12
    case funding = 13
    case openInterest = 14
    case liquidations = 15
    case texts = 16
    case forecasts = 17
    case timers = 18
    case responses = 19
    case series = 20
}

/// A set of event kinds.
@frozen public struct EventKinds: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The set that holds `kind` alone.
    @inlinable public init(_ kind: EventKind) { rawValue = 1 << UInt32(kind.rawValue) }

    /// Whether `kind` is in the set.
    @inlinable public func has(_ kind: EventKind) -> Bool {
        rawValue >> UInt32(kind.rawValue) & 1 == 1
    }

    /// What belongs to one instance and only exists because it acted.
    public static let own = EventKinds([
        EventKinds(.ownOrders), EventKinds(.fills), EventKinds(.account),
    ])
    /// What the market says.
    public static let market = EventKinds([
        EventKinds(.trades), EventKinds(.quotes), EventKinds(.books), EventKinds(.bookDeltas),
        EventKinds(.bars), EventKinds(.marks), EventKinds(.funding), EventKinds(.openInterest),
        EventKinds(.liquidations),
    ])
    /// What models make of the market.
    public static let modelled = EventKinds([EventKinds(.forecasts), EventKinds(.series)])
}

/// Closed intervals as columns of `count` rows in time order; prices and volumes in the
/// instrument's units. The owner of the memory is whoever made the columns; they are valid while it
/// lives.
@frozen public struct BarEvents {
    public var count: Int
    /// Delivery, Unix nanoseconds UTC; never falls.
    public var time_ns: UnsafePointer<Int64>
    /// Start of the interval, Unix nanoseconds UTC.
    public var openTime_ns: UnsafePointer<Int64>
    /// End of the interval, Unix nanoseconds UTC.
    public var closeTime_ns: UnsafePointer<Int64>
    /// Index of the instrument, stable for one run.
    public var instrument: UnsafePointer<UInt32>
    /// Length of the bar in nanoseconds.
    public var interval_ns: UnsafePointer<Int64>
    /// First price.
    public var open: UnsafePointer<Int64>
    /// Highest price.
    public var high: UnsafePointer<Int64>
    /// Lowest price.
    public var low: UnsafePointer<Int64>
    /// Last price.
    public var close: UnsafePointer<Int64>
    /// Quantity traded, in the instrument's quantity unit; 0 when nothing traded.
    public var volume: UnsafePointer<Int64>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, openTime_ns: UnsafePointer<Int64>,
        closeTime_ns: UnsafePointer<Int64>, instrument: UnsafePointer<UInt32>,
        interval_ns: UnsafePointer<Int64>, open: UnsafePointer<Int64>, high: UnsafePointer<Int64>,
        low: UnsafePointer<Int64>, close: UnsafePointer<Int64>, volume: UnsafePointer<Int64>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.openTime_ns = openTime_ns
        self.closeTime_ns = closeTime_ns
        self.instrument = instrument
        self.interval_ns = interval_ns
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }
}

/// Trades printed on a venue, as columns of `count` rows in time order.
@frozen public struct TradeEvents {
    public var count: Int
    /// When the host could know it, Unix nanoseconds UTC; never falls.
    public var time_ns: UnsafePointer<Int64>
    /// As the venue states it; may fall.
    public var venueTime_ns: UnsafePointer<Int64>
    /// Index of the instrument, stable for one run.
    public var instrument: UnsafePointer<UInt32>
    /// In the instrument's price unit.
    public var price: UnsafePointer<Int64>
    /// In the instrument's quantity unit.
    public var quantity: UnsafePointer<Int64>
    /// 0 unknown, 1 buy, 2 sell.
    public var takerSide: UnsafePointer<UInt8>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, venueTime_ns: UnsafePointer<Int64>,
        instrument: UnsafePointer<UInt32>, price: UnsafePointer<Int64>,
        quantity: UnsafePointer<Int64>, takerSide: UnsafePointer<UInt8>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.instrument = instrument
        self.price = price
        self.quantity = quantity
        self.takerSide = takerSide
    }
}

/// Best bid and ask, as columns of `count` rows in time order. A price of 0 is an empty side.
@frozen public struct QuoteEvents {
    public var count: Int
    /// When the host could know it, Unix nanoseconds UTC; never falls.
    public var time_ns: UnsafePointer<Int64>
    /// As the venue states it, Unix nanoseconds UTC; may fall.
    public var venueTime_ns: UnsafePointer<Int64>
    /// Index of the instrument, stable for one run.
    public var instrument: UnsafePointer<UInt32>
    /// Highest price that a buyer offers; 0 when there is none.
    public var bidPrice: UnsafePointer<Int64>
    /// What is bid for at that price.
    public var bidQuantity: UnsafePointer<Int64>
    /// Lowest price that a seller asks; 0 when there is none.
    public var askPrice: UnsafePointer<Int64>
    /// What is offered at that price.
    public var askQuantity: UnsafePointer<Int64>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, venueTime_ns: UnsafePointer<Int64>,
        instrument: UnsafePointer<UInt32>, bidPrice: UnsafePointer<Int64>,
        bidQuantity: UnsafePointer<Int64>, askPrice: UnsafePointer<Int64>,
        askQuantity: UnsafePointer<Int64>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.instrument = instrument
        self.bidPrice = bidPrice
        self.bidQuantity = bidQuantity
        self.askPrice = askPrice
        self.askQuantity = askQuantity
    }
}
