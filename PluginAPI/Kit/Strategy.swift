/// A strategy: a value with a callback for each kind of event that it needs.
///
/// The kit calls them in the order of the events and alone decides how many were read. Callbacks
/// must not allocate; they run on one thread at a time.
public protocol Strategy: SendableMetatype {
    /// What the strategy is; the same at every call.
    static var info: PluginInfo { get }

    /// Makes an instance from its parameters and instruments.
    init(_ setup: Setup) throws(PluginFailure)

    /// Events that it wants, one or more.
    var needs: [Need] { get }

    /// It reads no own events: the host need not stop where it acts. Twice as fast.
    var isOpenLoop: Bool { get }

    /// The whole state as bytes, for `restore` of a new instance; nil keeps none.
    func save() -> [UInt8]?

    /// Takes over what `save` once gave; false when it cannot, and nothing has changed then.
    mutating func restore(_ state: UnsafeRawBufferPointer) -> Bool

    mutating func onBar(_ bar: Bar, _ intents: inout Intents)
    mutating func onTrade(_ trade: Trade, _ intents: inout Intents)
    mutating func onQuote(_ quote: Quote, _ intents: inout Intents)
    mutating func onForecast(_ forecast: ForecastEvent, _ intents: inout Intents)
    mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents)
    mutating func onFill(_ fill: FillEvent, _ intents: inout Intents)
    mutating func onAccount(_ account: AccountEvent, _ intents: inout Intents)
    mutating func onTimer(_ id: UInt64, at time_ns: Int64, _ intents: inout Intents)
}

extension Strategy {
    /// Closed loop unless it says otherwise.
    @inlinable public var isOpenLoop: Bool { false }
    @inlinable public func save() -> [UInt8]? { nil }
    @inlinable public mutating func restore(_ state: UnsafeRawBufferPointer) -> Bool { false }
    @inlinable public mutating func onBar(_ bar: Bar, _ intents: inout Intents) {}
    @inlinable public mutating func onTrade(_ trade: Trade, _ intents: inout Intents) {}
    @inlinable public mutating func onQuote(_ quote: Quote, _ intents: inout Intents) {}
    @inlinable public mutating func onForecast(_ forecast: ForecastEvent, _ intents: inout Intents)
    {}
    /// Ignores the event.
    @inlinable public mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents) {}
    @inlinable public mutating func onFill(_ fill: FillEvent, _ intents: inout Intents) {}
    @inlinable public mutating func onAccount(_ account: AccountEvent, _ intents: inout Intents) {}
    @inlinable public mutating func onTimer(
        _ id: UInt64, at time_ns: Int64, _ intents: inout Intents
    ) {}
}

/// Most intents within one time group that the kit leaves room for.
@usableFromInline let intentsPerGroup: UInt32 = 64

/// Whether a run of events ends after the entry before `next`.
@inlinable @inline(__always)
func mustStop(_ intents: borrowing Intents, openLoop: Bool) -> Bool {
    if openLoop {
        return intents.hasTimer || intents.count + intentsPerGroup > intents.capacity
    }
    return intents.stopping != 0 || intents.count + intentsPerGroup > intents.capacity
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
    var row = 0
    while row < count {
        intents.row = UInt32(truncatingIfNeeded: row)
        strategy.onBar(
            Bar(
                time_ns: time[row], instrument: instrument[row], interval_ns: interval[row],
                open: open[row], high: high[row], low: low[row], close: close[row],
                volume: volume[row]), &intents)
        row &+= 1
        if intents.count != 0, mustStop(intents, openLoop: openLoop),
            row == count || time[row] != time[row &- 1]
        {
            break
        }
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
    var row = 0
    while row < count {
        intents.row = UInt32(truncatingIfNeeded: row)
        strategy.onTrade(
            Trade(
                time_ns: time[row], instrument: instrument[row], price: price[row],
                quantity: quantity[row], takerSide: side[row]), &intents)
        row &+= 1
        if intents.count != 0, mustStop(intents, openLoop: openLoop),
            row == count || time[row] != time[row &- 1]
        {
            break
        }
    }
    return UInt32(truncatingIfNeeded: row)
}

@inlinable
func driveMixed<S: Strategy>(
    _ strategy: inout S, _ batch: UnsafePointer<rialto_batch_t>, _ intents: inout Intents,
    openLoop: Bool
) -> UInt32 {
    let count = Int(batch.pointee.count)
    var entry = 0
    while entry < count {
        intents.row = UInt32(truncatingIfNeeded: entry)
        let time = deliver(&strategy, batch, entry, &intents)
        entry &+= 1
        if intents.count != 0, mustStop(intents, openLoop: openLoop),
            entry == count || entryTime(batch, entry) != time
        {
            break
        }
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
    case RIALTO_KIND_FORECASTS: return batch.pointee.forecasts.pointee.time_ns[row]
    case RIALTO_KIND_OWN_ORDERS: return batch.pointee.own_orders.pointee.time_ns[row]
    case RIALTO_KIND_FILLS: return batch.pointee.fills.pointee.time_ns[row]
    case RIALTO_KIND_ACCOUNT: return batch.pointee.account.pointee.time_ns[row]
    case RIALTO_KIND_TIMERS: return batch.pointee.timers.pointee.time_ns[row]
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
    case RIALTO_KIND_FORECASTS:
        strategy.onForecast(ForecastEvent(batch.pointee.forecasts, row), &intents)
    case RIALTO_KIND_OWN_ORDERS:
        strategy.onOrder(OrderEvent(batch.pointee.own_orders, row), &intents)
    case RIALTO_KIND_FILLS: strategy.onFill(FillEvent(batch.pointee.fills, row), &intents)
    case RIALTO_KIND_ACCOUNT: strategy.onAccount(AccountEvent(batch.pointee.account, row), &intents)
    case RIALTO_KIND_TIMERS:
        let timers = batch.pointee.timers.pointee
        strategy.onTimer(timers.timer_id[row], at: timers.time_ns[row], &intents)
    default: break
    }
    return entryTime(batch, entry)
}

extension Bar {
    @inlinable init(_ c: UnsafePointer<rialto_bars_t>, _ row: Int) {
        self.init(
            time_ns: c.pointee.time_ns[row], instrument: c.pointee.instrument[row],
            interval_ns: c.pointee.interval_ns[row], open: c.pointee.open[row],
            high: c.pointee.high[row], low: c.pointee.low[row], close: c.pointee.close[row],
            volume: c.pointee.volume[row])
    }
}

extension Trade {
    @inlinable init(_ c: UnsafePointer<rialto_trades_t>, _ row: Int) {
        self.init(
            time_ns: c.pointee.time_ns[row], instrument: c.pointee.instrument[row],
            price: c.pointee.price[row], quantity: c.pointee.quantity[row],
            takerSide: c.pointee.taker_side[row])
    }
}

extension Quote {
    @inlinable init(_ c: UnsafePointer<rialto_quotes_t>, _ row: Int) {
        self.init(
            time_ns: c.pointee.time_ns[row], instrument: c.pointee.instrument[row],
            bidPrice: c.pointee.bid_price[row], bidQuantity: c.pointee.bid_quantity[row],
            askPrice: c.pointee.ask_price[row], askQuantity: c.pointee.ask_quantity[row])
    }
}
