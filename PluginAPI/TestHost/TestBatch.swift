import RialtoKit

/// The columns of one batch.
enum TestBatch {
    /// Makes a batch of events that are in order. Valid while `arena` lives.
    static func make(
        _ events: ArraySlice<TestEvent>, flags: UInt32, in arena: Arena
    )
        -> UnsafePointer<rialto_batch_t>
    {
        var batch = rialto_batch_t()
        batch.struct_size = UInt32(MemoryLayout<rialto_batch_t>.size)
        batch.flags = flags
        batch.count = UInt32(events.count)
        order(events, &batch, arena)
        market(events, &batch, arena)
        contracts(events, &batch, arena)
        texts(events, &batch, arena)
        own(events, &batch, arena)
        return UnsafePointer(arena.one(batch))
    }

    private static func order(
        _ events: ArraySlice<TestEvent>, _ batch: inout rialto_batch_t, _ arena: Arena
    ) {
        let kinds = events.map(\.kind)
        if let first = kinds.first, kinds.allSatisfy({ $0 == first }) {
            batch.single_kind = first
            return
        }
        var next: [UInt32: UInt32] = [:]
        batch.order_kind = arena.column(kinds.map { UInt8(truncatingIfNeeded: $0) })
        batch.order_row = arena.column(
            kinds.map { kind in
                defer { next[kind, default: 0] += 1 }
                return next[kind, default: 0]
            })
    }

    private static func market(
        _ events: ArraySlice<TestEvent>, _ batch: inout rialto_batch_t, _ arena: Arena
    ) {
        let bars = events.compactMap { if case .bar(let event) = $0 { event } else { nil } }
        if !bars.isEmpty { batch.bars = columns(bars, arena) }
        let trades = events.compactMap { if case .trade(let event) = $0 { event } else { nil } }
        if !trades.isEmpty { batch.trades = columns(trades, arena) }
        let quotes = events.compactMap { if case .quote(let event) = $0 { event } else { nil } }
        if !quotes.isEmpty { batch.quotes = columns(quotes, arena) }
        let books = events.compactMap { if case .book(let event) = $0 { event } else { nil } }
        if !books.isEmpty { batch.books = columns(books, arena) }
        let deltas = events.compactMap {
            if case .bookDelta(let event) = $0 { event } else { nil }
        }
        if !deltas.isEmpty { batch.book_deltas = columns(deltas, arena) }
        let statuses = events.compactMap { if case .status(let event) = $0 { event } else { nil } }
        if !statuses.isEmpty { batch.status = columns(statuses, arena) }
        let fundings = events.compactMap { if case .funding(let event) = $0 { event } else { nil } }
        if !fundings.isEmpty { batch.funding = columns(fundings, arena) }
        let forecasts = events.compactMap {
            if case .forecast(let event) = $0 { event } else { nil }
        }
        if !forecasts.isEmpty { batch.forecasts = columns(forecasts, arena) }
        let series = events.compactMap { if case .series(let event) = $0 { event } else { nil } }
        if !series.isEmpty { batch.series = columns(series, arena) }
    }

    private static func own(
        _ events: ArraySlice<TestEvent>, _ batch: inout rialto_batch_t, _ arena: Arena
    ) {
        let orders = events.compactMap { if case .order(let event) = $0 { event } else { nil } }
        if !orders.isEmpty { batch.own_orders = columns(orders, arena) }
        let fills = events.compactMap { if case .fill(let event) = $0 { event } else { nil } }
        if !fills.isEmpty { batch.fills = columns(fills, arena) }
        let accounts = events.compactMap {
            if case .account(let event) = $0 { event } else { nil }
        }
        if !accounts.isEmpty { batch.account = columns(accounts, arena) }
        let timers = events.compactMap {
            if case .timer(let id, let time) = $0 { (id: id, time_ns: time) } else { nil }
        }
        if !timers.isEmpty { batch.timers = columns(timers, arena) }
        let responses = events.compactMap {
            if case .response(let event) = $0 { event } else { nil }
        }
        if !responses.isEmpty { batch.responses = columns(responses, arena) }
    }

    private static func columns(_ rows: [Bar], _ arena: Arena) -> UnsafePointer<rialto_bars_t> {
        var c = rialto_bars_t()
        c.struct_size = UInt32(MemoryLayout<rialto_bars_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.open_time_ns = arena.column(rows.map { $0.time_ns - $0.interval_ns })
        c.close_time_ns = arena.column(rows.map(\.time_ns))
        c.instrument = arena.column(rows.map(\.instrument))
        c.interval_ns = arena.column(rows.map(\.interval_ns))
        c.open = arena.column(rows.map(\.open))
        c.high = arena.column(rows.map(\.high))
        c.low = arena.column(rows.map(\.low))
        c.close = arena.column(rows.map(\.close))
        c.volume = arena.column(rows.map(\.volume))
        c.final = arena.column(rows.map { _ in UInt8(1) })
        return UnsafePointer(arena.one(c))
    }

    private static func columns(_ rows: [Trade], _ arena: Arena) -> UnsafePointer<rialto_trades_t> {
        var c = rialto_trades_t()
        c.struct_size = UInt32(MemoryLayout<rialto_trades_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.venue_time_ns = c.time_ns
        c.instrument = arena.column(rows.map(\.instrument))
        c.price = arena.column(rows.map(\.price))
        c.quantity = arena.column(rows.map(\.quantity))
        c.taker_side = arena.column(rows.map(\.takerSide))
        return UnsafePointer(arena.one(c))
    }

    private static func columns(_ rows: [Quote], _ arena: Arena) -> UnsafePointer<rialto_quotes_t> {
        var c = rialto_quotes_t()
        c.struct_size = UInt32(MemoryLayout<rialto_quotes_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.venue_time_ns = c.time_ns
        c.instrument = arena.column(rows.map(\.instrument))
        c.bid_price = arena.column(rows.map(\.bidPrice))
        c.bid_quantity = arena.column(rows.map(\.bidQuantity))
        c.ask_price = arena.column(rows.map(\.askPrice))
        c.ask_quantity = arena.column(rows.map(\.askQuantity))
        return UnsafePointer(arena.one(c))
    }

    private static func columns(
        _ rows: [SeriesEvent], _ arena: Arena
    ) -> UnsafePointer<rialto_series_t> {
        var c = rialto_series_t()
        c.struct_size = UInt32(MemoryLayout<rialto_series_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.series = arena.column(rows.map(\.series.number))
        c.instrument = arena.column(rows.map(\.instrument))
        c.value = arena.column(rows.map(\.value))
        return UnsafePointer(arena.one(c))
    }

    private static func columns(
        _ rows: [ForecastEvent], _ arena: Arena
    )
        -> UnsafePointer<rialto_forecast_events_t>
    {
        var c = rialto_forecast_events_t()
        c.struct_size = UInt32(MemoryLayout<rialto_forecast_events_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.model = arena.column(rows.map(\.model))
        c.instrument = arena.column(rows.map(\.instrument))
        c.kind = arena.column(rows.map(\.kind))
        c.horizon_ns = arena.column(rows.map(\.horizon_ns))
        c.valid_until_ns = arena.column(rows.map(\.validUntil_ns))
        c.confidence = arena.column(rows.map(\.confidence))
        c.value = arena.column(rows.map(\.value))
        c.deviation = arena.column(rows.map(\.deviation))
        c.weight = arena.column(rows.map(\.weight))
        return UnsafePointer(arena.one(c))
    }
}
