import CRialto

/// Lays a batch out where a worker can read it.
struct SharedBatch {
    let window: WorkerWindow

    /// Copies what a batch points at and the worker cannot see yet. Returns where the worker finds
    /// the batch; nil when it does not fit.
    func place(_ batch: UnsafePointer<rialto_batch_t>) -> UInt64? {
        window.reset()
        var shared = batch.pointee
        let count = Int(shared.count)
        shared.order_kind = window.column(shared.order_kind, count)
        shared.order_row = window.column(shared.order_row, count)
        shared.status = shared.status.flatMap { placed(status: $0.pointee) }
        shared.own_orders = shared.own_orders.flatMap { placed(orders: $0.pointee) }
        shared.fills = shared.fills.flatMap { placed(fills: $0.pointee) }
        shared.account = shared.account.flatMap { placed(account: $0.pointee) }
        shared.trades = shared.trades.flatMap { placed(trades: $0.pointee) }
        shared.quotes = shared.quotes.flatMap { placed(quotes: $0.pointee) }
        shared.books = shared.books.flatMap { placed(books: $0.pointee) }
        shared.book_deltas = shared.book_deltas.flatMap { placed(deltas: $0.pointee) }
        shared.bars = shared.bars.flatMap { placed(bars: $0.pointee) }
        shared.funding = shared.funding.flatMap { placed(funding: $0.pointee) }
        shared.forecasts = shared.forecasts.flatMap { placed(forecasts: $0.pointee) }
        shared.marks = shared.marks.flatMap { placed(marks: $0.pointee) }
        shared.open_interest = shared.open_interest.flatMap { placed(openInterest: $0.pointee) }
        shared.liquidations = shared.liquidations.flatMap { placed(liquidations: $0.pointee) }
        shared.timers = shared.timers.flatMap { placed(timers: $0.pointee) }
        let place = window.place(shared)
        return window.isFull ? nil : place
    }

    private func put<Columns: BitwiseCopyable>(_ columns: Columns) -> UnsafePointer<Columns>? {
        window.pointer(window.place(columns))
    }

    private func placed(status source: rialto_status_t) -> UnsafePointer<rialto_status_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.venue_time_ns = window.column(c.venue_time_ns, rows)
        c.instrument = window.column(c.instrument, rows)
        c.status = window.column(c.status, rows)
        return put(c)
    }

    private func placed(orders source: rialto_own_orders_t) -> UnsafePointer<rialto_own_orders_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.venue_time_ns = window.column(c.venue_time_ns, rows)
        c.order_id = window.column(c.order_id, rows)
        c.instrument = window.column(c.instrument, rows)
        c.state = window.column(c.state, rows)
        c.side = window.column(c.side, rows)
        c.reason = window.column(c.reason, rows)
        c.price = window.column(c.price, rows)
        c.quantity = window.column(c.quantity, rows)
        c.filled = window.column(c.filled, rows)
        return put(c)
    }

    private func placed(fills source: rialto_fills_t) -> UnsafePointer<rialto_fills_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.venue_time_ns = window.column(c.venue_time_ns, rows)
        c.order_id = window.column(c.order_id, rows)
        c.instrument = window.column(c.instrument, rows)
        c.side = window.column(c.side, rows)
        c.liquidity = window.column(c.liquidity, rows)
        c.price = window.column(c.price, rows)
        c.quantity = window.column(c.quantity, rows)
        c.position = window.column(c.position, rows)
        c.fee = window.column(c.fee, rows)
        return put(c)
    }

    private func placed(account source: rialto_account_t) -> UnsafePointer<rialto_account_t>? {
        var c = source
        let rows = Int(c.count)
        var held = 0
        if let counts = c.position_count { for row in 0..<rows { held += Int(counts[row]) } }
        c.time_ns = window.column(c.time_ns, rows)
        c.cash = window.column(c.cash, rows)
        c.equity = window.column(c.equity, rows)
        c.margin = window.column(c.margin, rows)
        c.capital_left = window.column(c.capital_left, rows)
        c.halted = window.column(c.halted, rows)
        c.first_position = window.column(c.first_position, rows)
        c.position_count = window.column(c.position_count, rows)
        c.position_instrument = window.column(c.position_instrument, held)
        c.position_quantity = window.column(c.position_quantity, held)
        return put(c)
    }

    private func placed(trades source: rialto_trades_t) -> UnsafePointer<rialto_trades_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.venue_time_ns = window.column(c.venue_time_ns, rows)
        c.instrument = window.column(c.instrument, rows)
        c.price = window.column(c.price, rows)
        c.quantity = window.column(c.quantity, rows)
        c.taker_side = window.column(c.taker_side, rows)
        return put(c)
    }

    private func placed(quotes source: rialto_quotes_t) -> UnsafePointer<rialto_quotes_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.venue_time_ns = window.column(c.venue_time_ns, rows)
        c.instrument = window.column(c.instrument, rows)
        c.bid_price = window.column(c.bid_price, rows)
        c.bid_quantity = window.column(c.bid_quantity, rows)
        c.ask_price = window.column(c.ask_price, rows)
        c.ask_quantity = window.column(c.ask_quantity, rows)
        return put(c)
    }

    private func placed(books source: rialto_books_t) -> UnsafePointer<rialto_books_t>? {
        var c = source
        let rows = Int(c.count)
        if let first = c.first_level, let bids = c.bid_count, let asks = c.ask_count, rows > 0 {
            // Levels are counted from the start of their columns: only those of these rows go.
            let low = (0..<rows).map { Int(first[$0]) }.min() ?? 0
            let high = (0..<rows).map { Int(first[$0]) + Int(bids[$0]) + Int(asks[$0]) }.max() ?? 0
            c.level_price = levels(c.level_price, low, high)
            c.level_quantity = levels(c.level_quantity, low, high)
        }
        c.time_ns = window.column(c.time_ns, rows)
        c.venue_time_ns = window.column(c.venue_time_ns, rows)
        c.instrument = window.column(c.instrument, rows)
        c.first_level = window.column(c.first_level, rows)
        c.bid_count = window.column(c.bid_count, rows)
        c.ask_count = window.column(c.ask_count, rows)
        return put(c)
    }

    /// Rows `low` to `high`, found by the worker under the same indices.
    private func levels(
        _ column: UnsafePointer<Int64>?, _ low: Int, _ high: Int
    ) -> UnsafePointer<Int64>? {
        guard let column, high > low else { return nil }
        guard let first = window.column(column + low, high - low) else { return nil }
        return window.pointer(UInt64(UInt(bitPattern: first)) &- UInt64(low * 8))
    }

    private func placed(
        deltas source: rialto_book_deltas_t
    ) -> UnsafePointer<rialto_book_deltas_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.venue_time_ns = window.column(c.venue_time_ns, rows)
        c.instrument = window.column(c.instrument, rows)
        c.side = window.column(c.side, rows)
        c.last = window.column(c.last, rows)
        c.price = window.column(c.price, rows)
        c.quantity = window.column(c.quantity, rows)
        c.sequence = window.column(c.sequence, rows)
        return put(c)
    }

    private func placed(bars source: rialto_bars_t) -> UnsafePointer<rialto_bars_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.open_time_ns = window.column(c.open_time_ns, rows)
        c.close_time_ns = window.column(c.close_time_ns, rows)
        c.instrument = window.column(c.instrument, rows)
        c.interval_ns = window.column(c.interval_ns, rows)
        c.open = window.column(c.open, rows)
        c.high = window.column(c.high, rows)
        c.low = window.column(c.low, rows)
        c.close = window.column(c.close, rows)
        c.volume = window.column(c.volume, rows)
        c.final = window.column(c.final, rows)
        return put(c)
    }

    private func placed(funding source: rialto_funding_t) -> UnsafePointer<rialto_funding_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.venue_time_ns = window.column(c.venue_time_ns, rows)
        c.instrument = window.column(c.instrument, rows)
        c.rate_e9 = window.column(c.rate_e9, rows)
        c.next_funding_ns = window.column(c.next_funding_ns, rows)
        return put(c)
    }

    private func placed(marks source: rialto_marks_t) -> UnsafePointer<rialto_marks_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.venue_time_ns = window.column(c.venue_time_ns, rows)
        c.instrument = window.column(c.instrument, rows)
        c.mark_price = window.column(c.mark_price, rows)
        c.index_price = window.column(c.index_price, rows)
        return put(c)
    }

    private func placed(
        openInterest source: rialto_open_interest_t
    ) -> UnsafePointer<rialto_open_interest_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.venue_time_ns = window.column(c.venue_time_ns, rows)
        c.instrument = window.column(c.instrument, rows)
        c.quantity = window.column(c.quantity, rows)
        return put(c)
    }

    private func placed(
        liquidations source: rialto_liquidations_t
    ) -> UnsafePointer<rialto_liquidations_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.venue_time_ns = window.column(c.venue_time_ns, rows)
        c.instrument = window.column(c.instrument, rows)
        c.side = window.column(c.side, rows)
        c.price = window.column(c.price, rows)
        c.quantity = window.column(c.quantity, rows)
        return put(c)
    }

    private func placed(
        forecasts source: rialto_forecast_events_t
    ) -> UnsafePointer<rialto_forecast_events_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.model = window.column(c.model, rows)
        c.instrument = window.column(c.instrument, rows)
        c.kind = window.column(c.kind, rows)
        c.horizon_ns = window.column(c.horizon_ns, rows)
        c.valid_until_ns = window.column(c.valid_until_ns, rows)
        c.confidence = window.column(c.confidence, rows)
        c.value = window.column(c.value, rows)
        c.deviation = window.column(c.deviation, rows)
        c.weight = window.column(c.weight, rows)
        return put(c)
    }

    private func placed(timers source: rialto_timers_t) -> UnsafePointer<rialto_timers_t>? {
        var c = source
        let rows = Int(c.count)
        c.time_ns = window.column(c.time_ns, rows)
        c.timer_id = window.column(c.timer_id, rows)
        return put(c)
    }
}
