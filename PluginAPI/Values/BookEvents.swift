/// Whole order books, as columns of `count` rows in time order. Row r owns the levels from
/// `firstLevel[r]` on: its bids from the best down, then its asks from the best up. A row without a
/// level says that the book is not known, or empty.
@frozen public struct BookEvents {
    public var count: Int
    /// When the host could know it, Unix nanoseconds UTC; never falls.
    public var time_ns: UnsafePointer<Int64>
    /// As the venue states it, Unix nanoseconds UTC; may fall.
    public var venueTime_ns: UnsafePointer<Int64>
    /// Index of the instrument, stable for one run.
    public var instrument: UnsafePointer<UInt32>
    /// Place of the row's first level in the level columns.
    public var firstLevel: UnsafePointer<UInt32>
    /// Levels that are bids.
    public var bidCount: UnsafePointer<UInt32>
    /// Levels that are asks.
    public var askCount: UnsafePointer<UInt32>
    /// In the instrument's price unit, above 0.
    public var levelPrice: UnsafePointer<Int64>
    /// In the instrument's quantity unit, above 0.
    public var levelQuantity: UnsafePointer<Int64>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, venueTime_ns: UnsafePointer<Int64>,
        instrument: UnsafePointer<UInt32>, firstLevel: UnsafePointer<UInt32>,
        bidCount: UnsafePointer<UInt32>, askCount: UnsafePointer<UInt32>,
        levelPrice: UnsafePointer<Int64>, levelQuantity: UnsafePointer<Int64>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.instrument = instrument
        self.firstLevel = firstLevel
        self.bidCount = bidCount
        self.askCount = askCount
        self.levelPrice = levelPrice
        self.levelQuantity = levelQuantity
    }
}

/// Changes of one price level of an order book, as columns of `count` rows in time order. They
/// change the last whole book of the same instrument.
@frozen public struct BookDeltaEvents {
    public var count: Int
    /// When the host could know it, Unix nanoseconds UTC; never falls.
    public var time_ns: UnsafePointer<Int64>
    /// As the venue states it, Unix nanoseconds UTC; may fall.
    public var venueTime_ns: UnsafePointer<Int64>
    /// Index of the instrument, stable for one run.
    public var instrument: UnsafePointer<UInt32>
    /// 1 a bid, 2 an ask.
    public var side: UnsafePointer<UInt8>
    /// 1 on the last change of one venue message, else 0.
    public var last: UnsafePointer<UInt8>
    /// In the instrument's price unit, above 0.
    public var price: UnsafePointer<Int64>
    /// What stands at the price now, in the instrument's quantity unit; 0 removes the level.
    public var quantity: UnsafePointer<Int64>
    /// As the venue counts messages; 0 when it does not.
    public var sequence: UnsafePointer<UInt64>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, venueTime_ns: UnsafePointer<Int64>,
        instrument: UnsafePointer<UInt32>, side: UnsafePointer<UInt8>, last: UnsafePointer<UInt8>,
        price: UnsafePointer<Int64>, quantity: UnsafePointer<Int64>,
        sequence: UnsafePointer<UInt64>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.instrument = instrument
        self.side = side
        self.last = last
        self.price = price
        self.quantity = quantity
        self.sequence = sequence
    }
}
