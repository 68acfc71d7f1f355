/// One price of an order book and what stands there, in the instrument's units.
@frozen public struct BookLevel: Equatable, Sendable {
    /// In the instrument's price unit.
    public let price: Int64
    /// In the instrument's quantity unit, above 0.
    public let quantity: Int64

    @inlinable public init(price: Int64, quantity: Int64) {
        self.price = price
        self.quantity = quantity
    }
}

/// The levels of one side of a book, best first. Valid during the callback that was given them.
@frozen public struct BookLevels: RandomAccessCollection {
    @usableFromInline let price: UnsafePointer<Int64>
    @usableFromInline let quantity: UnsafePointer<Int64>
    /// The number of levels.
    public let count: Int

    @inlinable
    init(price: UnsafePointer<Int64>, quantity: UnsafePointer<Int64>, count: Int) {
        self.price = price
        self.quantity = quantity
        self.count = count
    }

    /// The place of the best level.
    @inlinable public var startIndex: Int { 0 }

    /// The place behind the last level.
    @inlinable public var endIndex: Int { count }

    /// The level `place` places behind the best one.
    @inlinable public subscript(place: Int) -> BookLevel {
        precondition(place >= 0 && place < count)
        return BookLevel(price: price[place], quantity: quantity[place])
    }
}

/// A whole order book: what was known of it before is void. Without levels it is not known.
///
/// Valid during the callback that was given it.
@frozen public struct BookSnapshot {
    /// When the host could know it, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// What is bid for, highest price first.
    public let bids: BookLevels
    /// What is offered, lowest price first.
    public let asks: BookLevels

    @inlinable
    init(_ c: UnsafePointer<rialto_books_t>, _ row: Int) {
        let first = Int(c.pointee.first_level[row])
        let bidCount = Int(c.pointee.bid_count[row]), askCount = Int(c.pointee.ask_count[row])
        let price = c.pointee.level_price + first, quantity = c.pointee.level_quantity + first
        time_ns = c.pointee.time_ns[row]
        instrument = c.pointee.instrument[row]
        bids = BookLevels(price: price, quantity: quantity, count: bidCount)
        asks = BookLevels(
            price: price + bidCount, quantity: quantity + bidCount, count: askCount)
    }
}

/// A change of one price level of an order book.
@frozen public struct BookDelta: Equatable, Sendable {
    /// When the host could know it, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// `RIALTO_BUY` for a bid, `RIALTO_SELL` for an ask.
    public let side: UInt8
    /// Whether it ends a message of the venue: only then is the book whole.
    public let isLast: Bool
    /// In the instrument's price unit.
    public let price: Int64
    /// What stands there now, in the instrument's quantity unit; 0 removes the level.
    public let quantity: Int64
    /// As the venue counts messages; 0 when it does not.
    public let sequence: UInt64

    @inlinable public init(
        time_ns: Int64, instrument: UInt32, side: UInt8, isLast: Bool, price: Int64,
        quantity: Int64, sequence: UInt64 = 0
    ) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.side = side
        self.isLast = isLast
        self.price = price
        self.quantity = quantity
        self.sequence = sequence
    }
}

extension BookDelta {
    @inlinable init(_ c: UnsafePointer<rialto_book_deltas_t>, _ row: Int) {
        self.init(
            time_ns: c.pointee.time_ns[row], instrument: c.pointee.instrument[row],
            side: c.pointee.side[row], isLast: c.pointee.last[row] != 0,
            price: c.pointee.price[row], quantity: c.pointee.quantity[row],
            sequence: c.pointee.sequence[row])
    }
}
