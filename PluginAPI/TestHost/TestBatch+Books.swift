import RialtoKit

/// The columns of order books.
extension TestBatch {
    static func columns(_ rows: [TestBook], _ arena: Arena) -> UnsafePointer<rialto_books_t> {
        var c = rialto_books_t(), first: UInt32 = 0
        let levels = rows.flatMap { $0.bids + $0.asks }
        c.struct_size = UInt32(MemoryLayout<rialto_books_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.venue_time_ns = c.time_ns
        c.instrument = arena.column(rows.map(\.instrument))
        c.first_level = arena.column(
            rows.map { row in
                defer { first += UInt32(row.bids.count + row.asks.count) }
                return first
            })
        c.bid_count = arena.column(rows.map { UInt32($0.bids.count) })
        c.ask_count = arena.column(rows.map { UInt32($0.asks.count) })
        c.level_price = arena.column(levels.map(\.price))
        c.level_quantity = arena.column(levels.map(\.quantity))
        return UnsafePointer(arena.one(c))
    }

    static func columns(
        _ rows: [BookDelta], _ arena: Arena
    ) -> UnsafePointer<rialto_book_deltas_t> {
        var c = rialto_book_deltas_t()
        c.struct_size = UInt32(MemoryLayout<rialto_book_deltas_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.venue_time_ns = c.time_ns
        c.instrument = arena.column(rows.map(\.instrument))
        c.side = arena.column(rows.map(\.side))
        c.last = arena.column(rows.map { $0.isLast ? 1 as UInt8 : 0 })
        c.price = arena.column(rows.map(\.price))
        c.quantity = arena.column(rows.map(\.quantity))
        c.sequence = arena.column(rows.map(\.sequence))
        return UnsafePointer(arena.one(c))
    }
}
