/// Mark and index prices of contracts, as columns of `count` rows in time order.
@frozen public struct MarkEvents {
    public var count: Int
    /// When the host could know it, Unix nanoseconds UTC; never falls.
    public var time_ns: UnsafePointer<Int64>
    /// As the venue states it, Unix nanoseconds UTC; may fall.
    public var venueTime_ns: UnsafePointer<Int64>
    /// Index of the instrument, stable for one run.
    public var instrument: UnsafePointer<UInt32>
    /// What the venue values positions at, in the instrument's price unit, above 0.
    public var markPrice: UnsafePointer<Int64>
    /// What the asset itself costs elsewhere, in the same unit; 0 when not stated.
    public var indexPrice: UnsafePointer<Int64>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, venueTime_ns: UnsafePointer<Int64>,
        instrument: UnsafePointer<UInt32>, markPrice: UnsafePointer<Int64>,
        indexPrice: UnsafePointer<Int64>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.instrument = instrument
        self.markPrice = markPrice
        self.indexPrice = indexPrice
    }
}

/// Contracts open on a venue, as columns of `count` rows in time order.
@frozen public struct OpenInterestEvents {
    public var count: Int
    /// When the host could know it, Unix nanoseconds UTC; never falls.
    public var time_ns: UnsafePointer<Int64>
    /// As the venue states it, Unix nanoseconds UTC; may fall.
    public var venueTime_ns: UnsafePointer<Int64>
    /// Index of the instrument, stable for one run.
    public var instrument: UnsafePointer<UInt32>
    /// In the instrument's quantity unit, 0 or more.
    public var quantity: UnsafePointer<Int64>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, venueTime_ns: UnsafePointer<Int64>,
        instrument: UnsafePointer<UInt32>, quantity: UnsafePointer<Int64>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.instrument = instrument
        self.quantity = quantity
    }
}

/// Positions that a venue closed by force, as columns of `count` rows in time order.
@frozen public struct LiquidationEvents {
    public var count: Int
    /// When the host could know it, Unix nanoseconds UTC; never falls.
    public var time_ns: UnsafePointer<Int64>
    /// As the venue states it, Unix nanoseconds UTC; may fall.
    public var venueTime_ns: UnsafePointer<Int64>
    /// Index of the instrument, stable for one run.
    public var instrument: UnsafePointer<UInt32>
    /// Of the closing order: 1 buy (a short was closed), 2 sell, 0 unknown.
    public var side: UnsafePointer<UInt8>
    /// In the instrument's price unit, above 0.
    public var price: UnsafePointer<Int64>
    /// In the instrument's quantity unit, above 0.
    public var quantity: UnsafePointer<Int64>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, venueTime_ns: UnsafePointer<Int64>,
        instrument: UnsafePointer<UInt32>, side: UnsafePointer<UInt8>,
        price: UnsafePointer<Int64>, quantity: UnsafePointer<Int64>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.instrument = instrument
        self.side = side
        self.price = price
        self.quantity = quantity
    }
}

/// What a venue of contracts says beside its trades, each where there is any.
///
/// One value of three, so that whoever has none of them pays for one look.
@frozen public struct ContractEvents {
    /// Mark and index prices, if any.
    public var marks: MarkEvents?
    /// Contracts open, if any.
    public var openInterest: OpenInterestEvents?
    /// Positions closed by force, if any.
    public var liquidations: LiquidationEvents?

    public init(
        marks: MarkEvents? = nil, openInterest: OpenInterestEvents? = nil,
        liquidations: LiquidationEvents? = nil
    ) {
        self.marks = marks
        self.openInterest = openInterest
        self.liquidations = liquidations
    }

    /// Whether none of them is there.
    @inlinable public var isEmpty: Bool {
        marks == nil && openInterest == nil && liquidations == nil
    }
}
