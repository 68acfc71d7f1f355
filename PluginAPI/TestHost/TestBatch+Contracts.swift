import RialtoKit

/// The columns of marks, open interest and liquidations.
extension TestBatch {
    static func contracts(
        _ events: ArraySlice<TestEvent>, _ batch: inout rialto_batch_t, _ arena: Arena
    ) {
        let marks = events.compactMap { if case .mark(let event) = $0 { event } else { nil } }
        if !marks.isEmpty { batch.marks = columns(marks, arena) }
        let interests = events.compactMap {
            if case .openInterest(let event) = $0 { event } else { nil }
        }
        if !interests.isEmpty { batch.open_interest = columns(interests, arena) }
        let liquidations = events.compactMap {
            if case .liquidation(let event) = $0 { event } else { nil }
        }
        if !liquidations.isEmpty { batch.liquidations = columns(liquidations, arena) }
    }

    private static func columns(
        _ rows: [MarkEvent], _ arena: Arena
    ) -> UnsafePointer<rialto_marks_t> {
        var c = rialto_marks_t()
        c.struct_size = UInt32(MemoryLayout<rialto_marks_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.venue_time_ns = c.time_ns
        c.instrument = arena.column(rows.map(\.instrument))
        c.mark_price = arena.column(rows.map(\.markPrice))
        c.index_price = arena.column(rows.map(\.indexPrice))
        return UnsafePointer(arena.one(c))
    }

    private static func columns(
        _ rows: [OpenInterestEvent], _ arena: Arena
    ) -> UnsafePointer<rialto_open_interest_t> {
        var c = rialto_open_interest_t()
        c.struct_size = UInt32(MemoryLayout<rialto_open_interest_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.venue_time_ns = c.time_ns
        c.instrument = arena.column(rows.map(\.instrument))
        c.quantity = arena.column(rows.map(\.quantity))
        return UnsafePointer(arena.one(c))
    }

    private static func columns(
        _ rows: [LiquidationEvent], _ arena: Arena
    ) -> UnsafePointer<rialto_liquidations_t> {
        var c = rialto_liquidations_t()
        c.struct_size = UInt32(MemoryLayout<rialto_liquidations_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.venue_time_ns = c.time_ns
        c.instrument = arena.column(rows.map(\.instrument))
        c.side = arena.column(rows.map(\.side))
        c.price = arena.column(rows.map(\.price))
        c.quantity = arena.column(rows.map(\.quantity))
        return UnsafePointer(arena.one(c))
    }
}
