/// What trading in an instrument, or its feed, has come to.
@frozen public enum MarketStatus: UInt8, CaseIterable, Sendable {
    /// Trading goes on.
    case open = 1
    /// Trading has ended for good.
    case closed = 2
    /// Trading is interrupted.
    case halted = 3
    /// Messages were missed before this: prints or quotes, or of the book, and then what was known
    /// of it is void.
    case gap = 4
    /// Nothing was heard for longer than the feed promises.
    case stale = 5
    /// Nothing is missing any more after a gap; the book that follows holds.
    case reconnect = 6
    /// Heard again after it was stale.
    case live = 7
}

/// States of instruments and their feeds, as columns of `count` rows in time order.
@frozen public struct StatusEvents {
    public var count: Int
    /// When the host could know it, Unix nanoseconds UTC; never falls.
    public var time_ns: UnsafePointer<Int64>
    /// As the venue states it, Unix nanoseconds UTC; may fall.
    public var venueTime_ns: UnsafePointer<Int64>
    /// Index of the instrument, stable for one run.
    public var instrument: UnsafePointer<UInt32>
    /// As ``MarketStatus`` counts.
    public var status: UnsafePointer<UInt8>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, venueTime_ns: UnsafePointer<Int64>,
        instrument: UnsafePointer<UInt32>, status: UnsafePointer<UInt8>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.instrument = instrument
        self.status = status
    }
}

/// Funding of perpetual contracts as it is exchanged, as columns of `count` rows in time order.
@frozen public struct FundingEvents {
    public var count: Int
    /// When it was exchanged, Unix nanoseconds UTC; never falls.
    public var time_ns: UnsafePointer<Int64>
    /// As the venue states it, Unix nanoseconds UTC; may fall.
    public var venueTime_ns: UnsafePointer<Int64>
    /// Index of the instrument, stable for one run.
    public var instrument: UnsafePointer<UInt32>
    /// Of the position's value, in 10^-9; above 0 the long side pays.
    public var rate_e9: UnsafePointer<Int64>
    /// When it is expected next, Unix nanoseconds UTC; 0 when that is not known.
    public var nextFunding_ns: UnsafePointer<Int64>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, venueTime_ns: UnsafePointer<Int64>,
        instrument: UnsafePointer<UInt32>, rate_e9: UnsafePointer<Int64>,
        nextFunding_ns: UnsafePointer<Int64>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.instrument = instrument
        self.rate_e9 = rate_e9
        self.nextFunding_ns = nextFunding_ns
    }
}
