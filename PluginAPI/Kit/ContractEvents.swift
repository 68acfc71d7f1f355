/// What a venue values positions in a contract at.
@frozen public struct MarkEvent: Equatable, Sendable {
    /// When the host could know it, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// In the instrument's price unit, above 0.
    public let markPrice: Int64
    /// What the asset itself costs elsewhere, in the same unit; 0 when not stated.
    public let indexPrice: Int64

    @inlinable public init(
        time_ns: Int64, instrument: UInt32 = 0, markPrice: Int64, indexPrice: Int64 = 0
    ) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.markPrice = markPrice
        self.indexPrice = indexPrice
    }
}

/// How much of a contract is open on a venue.
@frozen public struct OpenInterestEvent: Equatable, Sendable {
    /// When the host could know it, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// In the instrument's quantity unit, 0 or more.
    public let quantity: Int64

    @inlinable public init(time_ns: Int64, instrument: UInt32 = 0, quantity: Int64) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.quantity = quantity
    }
}

/// A position that a venue closed by force. Whose it was nobody says.
@frozen public struct LiquidationEvent: Equatable, Sendable {
    /// When the host could know it, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// Of the closing order, `RIALTO_BUY` (a short was closed), `RIALTO_SELL` or
    /// `RIALTO_SIDE_UNKNOWN`.
    public let side: UInt8
    /// In the instrument's price unit, above 0.
    public let price: Int64
    /// In the instrument's quantity unit, above 0.
    public let quantity: Int64

    @inlinable public init(
        time_ns: Int64, instrument: UInt32 = 0, side: UInt8, price: Int64, quantity: Int64
    ) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.side = side
        self.price = price
        self.quantity = quantity
    }
}

extension MarkEvent {
    @inlinable init(_ c: UnsafePointer<rialto_marks_t>, _ row: Int) {
        self.init(
            time_ns: c.pointee.time_ns[row], instrument: c.pointee.instrument[row],
            markPrice: c.pointee.mark_price[row], indexPrice: c.pointee.index_price[row])
    }
}

extension OpenInterestEvent {
    @inlinable init(_ c: UnsafePointer<rialto_open_interest_t>, _ row: Int) {
        self.init(
            time_ns: c.pointee.time_ns[row], instrument: c.pointee.instrument[row],
            quantity: c.pointee.quantity[row])
    }
}

extension LiquidationEvent {
    @inlinable init(_ c: UnsafePointer<rialto_liquidations_t>, _ row: Int) {
        self.init(
            time_ns: c.pointee.time_ns[row], instrument: c.pointee.instrument[row],
            side: c.pointee.side[row], price: c.pointee.price[row],
            quantity: c.pointee.quantity[row])
    }
}
