import RialtoKit

/// The columns of states and of funding.
extension TestBatch {
    static func columns(_ rows: [StatusEvent], _ arena: Arena) -> UnsafePointer<rialto_status_t> {
        var c = rialto_status_t()
        c.struct_size = UInt32(MemoryLayout<rialto_status_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.venue_time_ns = c.time_ns
        c.instrument = arena.column(rows.map(\.instrument))
        c.status = arena.column(rows.map(\.status))
        return UnsafePointer(arena.one(c))
    }

    static func columns(
        _ rows: [FundingEvent], _ arena: Arena
    ) -> UnsafePointer<rialto_funding_t> {
        var c = rialto_funding_t()
        c.struct_size = UInt32(MemoryLayout<rialto_funding_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.venue_time_ns = c.time_ns
        c.instrument = arena.column(rows.map(\.instrument))
        c.rate_e9 = arena.column(rows.map(\.rate_e9))
        c.next_funding_ns = arena.column(rows.map(\.nextFunding_ns))
        return UnsafePointer(arena.one(c))
    }
}
