/// Whether a run of events ends after the entry before `next`.
@inlinable @inline(__always)
func mustStop(_ intents: borrowing Intents, openLoop: Bool) -> Bool {
    if intents.isTextLow || intents.count + intents.room > intents.capacity { return true }
    return openLoop ? intents.hasTimer : intents.stopping != 0
}

/// Reads a batch from the front. Returns the entries read.
@inlinable
func drive<S: Strategy>(
    _ strategy: inout S, _ batch: UnsafePointer<rialto_batch_t>, _ intents: inout Intents,
    openLoop: Bool
) -> UInt32 {
    if batch.pointee.single_kind == RIALTO_KIND_BARS, let bars = batch.pointee.bars {
        return driveBars(&strategy, bars, Int(batch.pointee.count), &intents, openLoop: openLoop)
    }
    if batch.pointee.single_kind == RIALTO_KIND_TRADES, let trades = batch.pointee.trades {
        return driveTrades(
            &strategy, trades, Int(batch.pointee.count), &intents, openLoop: openLoop)
    }
    return driveMixed(&strategy, batch, &intents, openLoop: openLoop)
}

@inlinable @inline(__always)
func driveBars<S: Strategy>(
    _ strategy: inout S, _ bars: UnsafePointer<rialto_bars_t>, _ count: Int,
    _ intents: inout Intents, openLoop: Bool
) -> UInt32 {
    guard let time = bars.pointee.time_ns, let instrument = bars.pointee.instrument,
        let interval = bars.pointee.interval_ns, let open = bars.pointee.open,
        let high = bars.pointee.high, let low = bars.pointee.low, let close = bars.pointee.close,
        let volume = bars.pointee.volume
    else { return 0 }
    var row = 0, isLast = false
    while row < count {
        let before = intents.count
        intents.row = UInt32(truncatingIfNeeded: row)
        strategy.onBar(
            Bar(
                time_ns: time[row], instrument: instrument[row], interval_ns: interval[row],
                open: open[row], high: high[row], low: low[row], close: close[row],
                volume: volume[row]), &intents)
        row &+= 1
        if intents.count != before { isLast = mustStop(intents, openLoop: openLoop) }
        if isLast, row == count || time[row] != time[row &- 1] { break }
    }
    return UInt32(truncatingIfNeeded: row)
}

@inlinable @inline(__always)
func driveTrades<S: Strategy>(
    _ strategy: inout S, _ trades: UnsafePointer<rialto_trades_t>, _ count: Int,
    _ intents: inout Intents, openLoop: Bool
) -> UInt32 {
    guard let time = trades.pointee.time_ns, let instrument = trades.pointee.instrument,
        let price = trades.pointee.price, let quantity = trades.pointee.quantity,
        let side = trades.pointee.taker_side
    else { return 0 }
    var row = 0, isLast = false
    while row < count {
        let before = intents.count
        intents.row = UInt32(truncatingIfNeeded: row)
        strategy.onTrade(
            Trade(
                time_ns: time[row], instrument: instrument[row], price: price[row],
                quantity: quantity[row], takerSide: side[row]), &intents)
        row &+= 1
        if intents.count != before { isLast = mustStop(intents, openLoop: openLoop) }
        if isLast, row == count || time[row] != time[row &- 1] { break }
    }
    return UInt32(truncatingIfNeeded: row)
}

@inlinable
func driveMixed<S: Strategy>(
    _ strategy: inout S, _ batch: UnsafePointer<rialto_batch_t>, _ intents: inout Intents,
    openLoop: Bool
) -> UInt32 {
    let count = Int(batch.pointee.count)
    var entry = 0, isLast = false
    while entry < count {
        let before = intents.count
        intents.row = UInt32(truncatingIfNeeded: entry)
        let time = deliver(&strategy, batch, entry, &intents)
        entry &+= 1
        if intents.count != before { isLast = mustStop(intents, openLoop: openLoop) }
        if isLast, entry == count || entryTime(batch, entry) != time { break }
    }
    return UInt32(truncatingIfNeeded: entry)
}

/// Kind and row of an entry.
@inlinable
func place(_ batch: UnsafePointer<rialto_batch_t>, _ entry: Int) -> (kind: UInt32, row: Int) {
    if let kinds = batch.pointee.order_kind, let rows = batch.pointee.order_row {
        return (UInt32(kinds[entry]), Int(rows[entry]))
    }
    return (batch.pointee.single_kind, entry)
}

/// Time of an entry, Unix nanoseconds.
@inlinable
func entryTime(_ batch: UnsafePointer<rialto_batch_t>, _ entry: Int) -> Int64 {
    let (kind, row) = place(batch, entry)
    switch kind {
    case RIALTO_KIND_BARS: return batch.pointee.bars.pointee.time_ns[row]
    case RIALTO_KIND_TRADES: return batch.pointee.trades.pointee.time_ns[row]
    case RIALTO_KIND_QUOTES: return batch.pointee.quotes.pointee.time_ns[row]
    case RIALTO_KIND_BOOKS: return batch.pointee.books.pointee.time_ns[row]
    case RIALTO_KIND_BOOK_DELTAS: return batch.pointee.book_deltas.pointee.time_ns[row]
    case RIALTO_KIND_STATUS: return batch.pointee.status.pointee.time_ns[row]
    case RIALTO_KIND_FUNDING: return batch.pointee.funding.pointee.time_ns[row]
    case RIALTO_KIND_MARKS: return batch.pointee.marks.pointee.time_ns[row]
    case RIALTO_KIND_OPEN_INTEREST: return batch.pointee.open_interest.pointee.time_ns[row]
    case RIALTO_KIND_LIQUIDATIONS: return batch.pointee.liquidations.pointee.time_ns[row]
    case RIALTO_KIND_TEXTS: return batch.pointee.texts.pointee.time_ns[row]
    case RIALTO_KIND_FORECASTS: return batch.pointee.forecasts.pointee.time_ns[row]
    case RIALTO_KIND_OWN_ORDERS: return batch.pointee.own_orders.pointee.time_ns[row]
    case RIALTO_KIND_FILLS: return batch.pointee.fills.pointee.time_ns[row]
    case RIALTO_KIND_ACCOUNT: return batch.pointee.account.pointee.time_ns[row]
    case RIALTO_KIND_TIMERS: return batch.pointee.timers.pointee.time_ns[row]
    case RIALTO_KIND_RESPONSES: return batch.pointee.responses.pointee.time_ns[row]
    case RIALTO_KIND_SERIES: return batch.pointee.series.pointee.time_ns[row]
    default: return 0
    }
}

/// Calls the callback of one entry. Returns its time.
@inlinable
func deliver<S: Strategy>(
    _ strategy: inout S, _ batch: UnsafePointer<rialto_batch_t>, _ entry: Int,
    _ intents: inout Intents
) -> Int64 {
    let (kind, row) = place(batch, entry)
    switch kind {
    case RIALTO_KIND_BARS: strategy.onBar(Bar(batch.pointee.bars, row), &intents)
    case RIALTO_KIND_TRADES: strategy.onTrade(Trade(batch.pointee.trades, row), &intents)
    case RIALTO_KIND_QUOTES: strategy.onQuote(Quote(batch.pointee.quotes, row), &intents)
    case RIALTO_KIND_BOOKS: strategy.onBook(BookSnapshot(batch.pointee.books, row), &intents)
    case RIALTO_KIND_BOOK_DELTAS:
        strategy.onBookDelta(BookDelta(batch.pointee.book_deltas, row), &intents)
    case RIALTO_KIND_STATUS: strategy.onStatus(StatusEvent(batch.pointee.status, row), &intents)
    case RIALTO_KIND_FUNDING:
        strategy.onFunding(FundingEvent(batch.pointee.funding, row), &intents)
    case RIALTO_KIND_MARKS: strategy.onMark(MarkEvent(batch.pointee.marks, row), &intents)
    case RIALTO_KIND_OPEN_INTEREST:
        strategy.onOpenInterest(OpenInterestEvent(batch.pointee.open_interest, row), &intents)
    case RIALTO_KIND_LIQUIDATIONS:
        strategy.onLiquidation(LiquidationEvent(batch.pointee.liquidations, row), &intents)
    case RIALTO_KIND_TEXTS: strategy.onText(TextEvent(batch.pointee.texts, row), &intents)
    case RIALTO_KIND_FORECASTS:
        strategy.onForecast(ForecastEvent(batch.pointee.forecasts, row), &intents)
    case RIALTO_KIND_OWN_ORDERS:
        strategy.onOrder(OrderEvent(batch.pointee.own_orders, row), &intents)
    case RIALTO_KIND_FILLS: strategy.onFill(FillEvent(batch.pointee.fills, row), &intents)
    case RIALTO_KIND_ACCOUNT: strategy.onAccount(AccountEvent(batch.pointee.account, row), &intents)
    case RIALTO_KIND_SERIES: strategy.onSeries(SeriesEvent(batch.pointee.series, row), &intents)
    case RIALTO_KIND_TIMERS:
        let timers = batch.pointee.timers.pointee
        strategy.onTimer(timers.timer_id[row], at: timers.time_ns[row], &intents)
    case RIALTO_KIND_RESPONSES:
        strategy.onResponse(Response(batch.pointee.responses, row), &intents)
    default: break
    }
    return entryTime(batch, entry)
}
