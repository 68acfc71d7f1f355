import RialtoKit

extension TestBatch {
    static func columns(
        _ rows: [OrderEvent], _ arena: Arena
    )
        -> UnsafePointer<rialto_own_orders_t>
    {
        var c = rialto_own_orders_t()
        c.struct_size = UInt32(MemoryLayout<rialto_own_orders_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.venue_time_ns = c.time_ns
        c.order_id = arena.column(rows.map(\.orderId))
        c.instrument = arena.column(rows.map(\.instrument))
        c.state = arena.column(rows.map(\.state))
        c.side = arena.column(rows.map(\.side))
        c.reason = arena.column(rows.map(\.reason))
        c.price = arena.column(rows.map(\.price))
        c.quantity = arena.column(rows.map(\.quantity))
        c.filled = arena.column(rows.map(\.filled))
        return UnsafePointer(arena.one(c))
    }

    static func columns(_ rows: [FillEvent], _ arena: Arena) -> UnsafePointer<rialto_fills_t> {
        var c = rialto_fills_t()
        c.struct_size = UInt32(MemoryLayout<rialto_fills_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.venue_time_ns = c.time_ns
        c.order_id = arena.column(rows.map(\.orderId))
        c.instrument = arena.column(rows.map(\.instrument))
        c.side = arena.column(rows.map(\.side))
        c.liquidity = arena.column(rows.map(\.liquidity))
        c.price = arena.column(rows.map(\.price))
        c.quantity = arena.column(rows.map(\.quantity))
        c.position = arena.column(rows.map(\.position))
        c.fee = arena.column(rows.map { cash($0.fee) })
        return UnsafePointer(arena.one(c))
    }

    static func columns(
        _ rows: [AccountEvent], _ arena: Arena
    )
        -> UnsafePointer<rialto_account_t>
    {
        var c = rialto_account_t()
        c.struct_size = UInt32(MemoryLayout<rialto_account_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.cash = arena.column(rows.map { cash($0.cash) })
        c.equity = arena.column(rows.map { cash($0.equity) })
        c.margin = arena.column(rows.map { _ in cash(0) })
        c.capital_left = arena.column(rows.map { cash($0.capitalLeft) })
        c.halted = arena.column(rows.map { $0.isHalted ? UInt8(1) : 0 })
        c.first_position = arena.column(rows.map { _ in UInt32(0) })
        c.position_count = c.first_position
        c.position_instrument = c.first_position
        c.position_quantity = arena.column([])
        return UnsafePointer(arena.one(c))
    }

    static func columns(
        _ rows: [(id: UInt64, time_ns: Int64)], _ arena: Arena
    )
        -> UnsafePointer<rialto_timers_t>
    {
        var c = rialto_timers_t()
        c.struct_size = UInt32(MemoryLayout<rialto_timers_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.timer_id = arena.column(rows.map(\.id))
        return UnsafePointer(arena.one(c))
    }

    static func columns(
        _ rows: [TestResponse], _ arena: Arena
    )
        -> UnsafePointer<rialto_responses_t>
    {
        var c = rialto_responses_t()
        c.struct_size = UInt32(MemoryLayout<rialto_responses_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.request_id = arena.column(rows.map(\.requestId))
        c.status = arena.column(rows.map(\.status))
        c.headers = arena.column(rows.map { arena.bytes($0.headers) })
        c.body = arena.column(rows.map { arena.bytes($0.body) })
        return UnsafePointer(arena.one(c))
    }

    private static func cash(_ amount: Int128) -> rialto_cash_t {
        rialto_cash_t(
            low: UInt64(truncatingIfNeeded: amount), high: Int64(truncatingIfNeeded: amount >> 64))
    }
}
