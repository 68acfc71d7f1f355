/// What trading in an instrument, or its feed, has come to.
@frozen public struct StatusEvent: Equatable, Sendable {
    /// When the host could know it, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// `RIALTO_STATUS_...`
    public let status: UInt8

    @inlinable public init(time_ns: Int64, instrument: UInt32 = 0, status: UInt32) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.status = UInt8(truncatingIfNeeded: status)
    }

    /// Whether it says of trading that it goes on, is interrupted or has ended; else it says of the
    /// feed what is heard of it. Trading may be halted while the feed is back, and the reverse.
    @inlinable public var isOfTrading: Bool {
        switch UInt32(status) {
        case RIALTO_STATUS_OPEN, RIALTO_STATUS_CLOSED, RIALTO_STATUS_HALTED: true
        default: false
        }
    }
}

/// Funding of a perpetual contract, as it is exchanged.
@frozen public struct FundingEvent: Equatable, Sendable {
    /// When it was exchanged, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// Of the position's value, in 10^-9; above 0 the long side pays.
    public let rate_e9: Int64
    /// When it is expected next, Unix nanoseconds UTC; 0 when that is not known.
    public let nextFunding_ns: Int64

    @inlinable public init(
        time_ns: Int64, instrument: UInt32 = 0, rate_e9: Int64, nextFunding_ns: Int64 = 0
    ) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.rate_e9 = rate_e9
        self.nextFunding_ns = nextFunding_ns
    }
}

extension StatusEvent {
    @inlinable init(_ c: UnsafePointer<rialto_status_t>, _ row: Int) {
        self.init(
            time_ns: c.pointee.time_ns[row], instrument: c.pointee.instrument[row],
            status: UInt32(c.pointee.status[row]))
    }
}

extension FundingEvent {
    @inlinable init(_ c: UnsafePointer<rialto_funding_t>, _ row: Int) {
        self.init(
            time_ns: c.pointee.time_ns[row], instrument: c.pointee.instrument[row],
            rate_e9: c.pointee.rate_e9[row], nextFunding_ns: c.pointee.next_funding_ns[row])
    }
}
