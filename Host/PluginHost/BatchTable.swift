import CRialto
import RialtoValues

/// The C structs of one instance's batches, allocated once and pointed anew at each call.
final class BatchTable {
    let batch = UnsafeMutablePointer<rialto_batch_t>.allocate(capacity: 1)
    private let bars = UnsafeMutablePointer<rialto_bars_t>.allocate(capacity: 1)
    private let trades = UnsafeMutablePointer<rialto_trades_t>.allocate(capacity: 1)
    private let quotes = UnsafeMutablePointer<rialto_quotes_t>.allocate(capacity: 1)
    private let books = UnsafeMutablePointer<rialto_books_t>.allocate(capacity: 1)
    private let deltas = UnsafeMutablePointer<rialto_book_deltas_t>.allocate(capacity: 1)
    private let status = UnsafeMutablePointer<rialto_status_t>.allocate(capacity: 1)
    private let funding = UnsafeMutablePointer<rialto_funding_t>.allocate(capacity: 1)
    private let contracts = ContractTable()
    private var hasContracts = false
    private let texts = UnsafeMutablePointer<rialto_texts_t>.allocate(capacity: 1)
    private let orders = UnsafeMutablePointer<rialto_own_orders_t>.allocate(capacity: 1)
    private let fills = UnsafeMutablePointer<rialto_fills_t>.allocate(capacity: 1)
    private let account = UnsafeMutablePointer<rialto_account_t>.allocate(capacity: 1)
    private let timers = UnsafeMutablePointer<rialto_timers_t>.allocate(capacity: 1)
    private let responses = UnsafeMutablePointer<rialto_responses_t>.allocate(capacity: 1)
    private let forecasts = UnsafeMutablePointer<rialto_forecast_events_t>.allocate(capacity: 1)
    private let series = UnsafeMutablePointer<rialto_series_t>.allocate(capacity: 1)
    /// Ones, as many as a batch may have rows: every bar that is told of is closed.
    let finals = UnsafeMutablePointer<UInt8>.allocate(capacity: EventBatch.limit)
    private var scratch = ColumnScratch()

    init() {
        batch.initialize(to: rialto_batch_t())
        bars.initialize(to: rialto_bars_t())
        trades.initialize(to: rialto_trades_t())
        quotes.initialize(to: rialto_quotes_t())
        books.initialize(to: rialto_books_t())
        deltas.initialize(to: rialto_book_deltas_t())
        status.initialize(to: rialto_status_t())
        funding.initialize(to: rialto_funding_t())
        texts.initialize(to: rialto_texts_t())
        orders.initialize(to: rialto_own_orders_t())
        fills.initialize(to: rialto_fills_t())
        account.initialize(to: rialto_account_t())
        timers.initialize(to: rialto_timers_t())
        responses.initialize(to: rialto_responses_t())
        responses.pointee.struct_size = UInt32(MemoryLayout<rialto_responses_t>.size)
        forecasts.initialize(to: rialto_forecast_events_t())
        series.initialize(to: rialto_series_t())
        finals.initialize(repeating: 1, count: EventBatch.limit)
        batch.pointee.struct_size = UInt32(MemoryLayout<rialto_batch_t>.size)
        bars.pointee.struct_size = UInt32(MemoryLayout<rialto_bars_t>.size)
        bars.pointee.final = UnsafePointer(finals)
        trades.pointee.struct_size = UInt32(MemoryLayout<rialto_trades_t>.size)
        quotes.pointee.struct_size = UInt32(MemoryLayout<rialto_quotes_t>.size)
        books.pointee.struct_size = UInt32(MemoryLayout<rialto_books_t>.size)
        deltas.pointee.struct_size = UInt32(MemoryLayout<rialto_book_deltas_t>.size)
        status.pointee.struct_size = UInt32(MemoryLayout<rialto_status_t>.size)
        texts.pointee.struct_size = UInt32(MemoryLayout<rialto_texts_t>.size)
        funding.pointee.struct_size = UInt32(MemoryLayout<rialto_funding_t>.size)
        orders.pointee.struct_size = UInt32(MemoryLayout<rialto_own_orders_t>.size)
        fills.pointee.struct_size = UInt32(MemoryLayout<rialto_fills_t>.size)
        account.pointee.struct_size = UInt32(MemoryLayout<rialto_account_t>.size)
        timers.pointee.struct_size = UInt32(MemoryLayout<rialto_timers_t>.size)
        forecasts.pointee.struct_size = UInt32(MemoryLayout<rialto_forecast_events_t>.size)
        series.pointee.struct_size = UInt32(MemoryLayout<rialto_series_t>.size)
    }

    deinit {
        batch.deallocate()
        bars.deallocate()
        trades.deallocate()
        quotes.deallocate()
        books.deallocate()
        deltas.deallocate()
        status.deallocate()
        funding.deallocate()
        texts.deallocate()
        orders.deallocate()
        fills.deallocate()
        account.deallocate()
        timers.deallocate()
        responses.deallocate()
        forecasts.deallocate()
        series.deallocate()
        finals.deallocate()
    }

    /// Points the C batch at the events of `view`; valid while those are.
    func fill(_ view: borrowing EventBatch) {
        batch.pointee.flags =
            (view.isWarmUp ? RIALTO_BATCH_WARM_UP : 0)
            | (view.moreFollows ? RIALTO_BATCH_MORE_FOLLOWS : 0)
        batch.pointee.count = UInt32(view.count)
        batch.pointee.single_kind = UInt32(view.singleKind)
        batch.pointee.order_kind = view.orderKind
        batch.pointee.order_row = view.orderRow
        batch.pointee.bars = nil
        batch.pointee.trades = nil
        batch.pointee.quotes = nil
        batch.pointee.books = nil
        batch.pointee.book_deltas = nil
        batch.pointee.status = nil
        batch.pointee.funding = nil
        batch.pointee.texts = nil
        batch.pointee.forecasts = nil
        batch.pointee.series = nil
        if let events = view.bars { point(events) }
        if let events = view.trades { point(events) }
        if let events = view.quotes { point(events) }
        if let events = view.books { point(events) }
        if let events = view.bookDeltas { point(events) }
        if let events = view.status { point(events) }
        if let events = view.funding { point(events) }
        if let events = view.contracts {
            contracts.point(&batch.pointee, at: events)
            hasContracts = true
        } else if hasContracts {
            contracts.clear(&batch.pointee)
            hasContracts = false
        }
        if let events = view.texts { point(events) }
        if let events = view.forecasts { point(events) }
        if let events = view.series { point(events) }
        batch.pointee.own_orders = nil
        batch.pointee.fills = nil
        batch.pointee.account = nil
        batch.pointee.timers = nil
        batch.pointee.responses = nil
        if view.ownOrders.count + view.fills.count + view.account.count + view.timers.count
            + view.responses.count > 0
        {
            scratch.reset()
            point(view.ownOrders)
            point(view.fills)
            point(view.account)
            point(view.timers)
            point(view.responses)
        }
    }

    private func point(_ events: BarEvents) {
        bars.pointee.count = UInt32(events.count)
        bars.pointee.time_ns = events.time_ns
        bars.pointee.open_time_ns = events.openTime_ns
        bars.pointee.close_time_ns = events.closeTime_ns
        bars.pointee.instrument = events.instrument
        bars.pointee.interval_ns = events.interval_ns
        bars.pointee.open = events.open
        bars.pointee.high = events.high
        bars.pointee.low = events.low
        bars.pointee.close = events.close
        bars.pointee.volume = events.volume
        batch.pointee.bars = UnsafePointer(bars)
    }

    private func point(_ events: TradeEvents) {
        trades.pointee.count = UInt32(events.count)
        trades.pointee.time_ns = events.time_ns
        trades.pointee.venue_time_ns = events.venueTime_ns
        trades.pointee.instrument = events.instrument
        trades.pointee.price = events.price
        trades.pointee.quantity = events.quantity
        trades.pointee.taker_side = events.takerSide
        batch.pointee.trades = UnsafePointer(trades)
    }

    private func point(_ events: QuoteEvents) {
        quotes.pointee.count = UInt32(events.count)
        quotes.pointee.time_ns = events.time_ns
        quotes.pointee.venue_time_ns = events.venueTime_ns
        quotes.pointee.instrument = events.instrument
        quotes.pointee.bid_price = events.bidPrice
        quotes.pointee.bid_quantity = events.bidQuantity
        quotes.pointee.ask_price = events.askPrice
        quotes.pointee.ask_quantity = events.askQuantity
        batch.pointee.quotes = UnsafePointer(quotes)
    }

    private func point(_ events: BookEvents) {
        books.pointee.count = UInt32(events.count)
        books.pointee.time_ns = events.time_ns
        books.pointee.venue_time_ns = events.venueTime_ns
        books.pointee.instrument = events.instrument
        books.pointee.first_level = events.firstLevel
        books.pointee.bid_count = events.bidCount
        books.pointee.ask_count = events.askCount
        books.pointee.level_price = events.levelPrice
        books.pointee.level_quantity = events.levelQuantity
        batch.pointee.books = UnsafePointer(books)
    }

    private func point(_ events: BookDeltaEvents) {
        deltas.pointee.count = UInt32(events.count)
        deltas.pointee.time_ns = events.time_ns
        deltas.pointee.venue_time_ns = events.venueTime_ns
        deltas.pointee.instrument = events.instrument
        deltas.pointee.side = events.side
        deltas.pointee.last = events.last
        deltas.pointee.price = events.price
        deltas.pointee.quantity = events.quantity
        deltas.pointee.sequence = events.sequence
        batch.pointee.book_deltas = UnsafePointer(deltas)
    }

    private func point(_ events: StatusEvents) {
        status.pointee.count = UInt32(events.count)
        status.pointee.time_ns = events.time_ns
        status.pointee.venue_time_ns = events.venueTime_ns
        status.pointee.instrument = events.instrument
        status.pointee.status = events.status
        batch.pointee.status = UnsafePointer(status)
    }

    private func point(_ events: FundingEvents) {
        funding.pointee.count = UInt32(events.count)
        funding.pointee.time_ns = events.time_ns
        funding.pointee.venue_time_ns = events.venueTime_ns
        funding.pointee.instrument = events.instrument
        funding.pointee.rate_e9 = events.rate_e9
        funding.pointee.next_funding_ns = events.nextFunding_ns
        batch.pointee.funding = UnsafePointer(funding)
    }

    private func point(_ events: TextEvents) {
        let columns = events.columns.pointee, first = events.first
        texts.pointee.count = UInt32(events.count)
        texts.pointee.time_ns = columns.time_ns + first
        texts.pointee.venue_time_ns = columns.venueTime_ns + first
        texts.pointee.instrument = columns.instrument + first
        texts.pointee.source = Self.views(columns.source + first)
        texts.pointee.author = Self.views(columns.author + first)
        texts.pointee.title = Self.views(columns.title + first)
        texts.pointee.body = Self.views(columns.body + first)
        batch.pointee.texts = UnsafePointer(texts)
    }

    /// `TextBytes` is laid out as `rialto_text_t`.
    private static func views(
        _ texts: UnsafePointer<TextBytes>
    ) -> UnsafePointer<rialto_text_t> {
        UnsafeRawPointer(texts).assumingMemoryBound(to: rialto_text_t.self)
    }

    private func point(_ events: ForecastEvents) {
        forecasts.pointee.count = UInt32(events.count)
        forecasts.pointee.time_ns = events.time_ns
        forecasts.pointee.model = events.model
        forecasts.pointee.instrument = events.instrument
        forecasts.pointee.kind = events.kind
        forecasts.pointee.horizon_ns = events.horizon_ns
        forecasts.pointee.valid_until_ns = events.validUntil_ns
        forecasts.pointee.confidence = events.confidence
        forecasts.pointee.value = events.value
        forecasts.pointee.deviation = events.deviation
        forecasts.pointee.weight = events.weight
        batch.pointee.forecasts = UnsafePointer(forecasts)
    }

    private func point(_ events: SeriesEvents) {
        series.pointee.count = UInt32(events.count)
        series.pointee.time_ns = events.time_ns
        series.pointee.series = events.series
        series.pointee.instrument = events.instrument
        series.pointee.value = events.value
        batch.pointee.series = UnsafePointer(series)
    }

    private func point(_ reports: UnsafeBufferPointer<OrderReport>) {
        guard !reports.isEmpty else { return }
        orders.pointee.count = UInt32(reports.count)
        orders.pointee.time_ns = scratch.column(reports) { $0.time_ns }
        orders.pointee.venue_time_ns = scratch.column(reports) { $0.venueTime_ns }
        orders.pointee.order_id = scratch.column(reports) { $0.orderId }
        orders.pointee.instrument = scratch.column(reports) { $0.instrument }
        orders.pointee.state = scratch.column(reports) { $0.state.rawValue }
        orders.pointee.side = scratch.column(reports) { $0.side.rawValue }
        orders.pointee.reason = scratch.column(reports) { $0.reason.rawValue }
        orders.pointee.price = scratch.column(reports) { $0.price }
        orders.pointee.quantity = scratch.column(reports) { $0.quantity }
        orders.pointee.filled = scratch.column(reports) { $0.filled }
        batch.pointee.own_orders = UnsafePointer(orders)
    }

    private func point(_ reports: UnsafeBufferPointer<FillReport>) {
        guard !reports.isEmpty else { return }
        fills.pointee.count = UInt32(reports.count)
        fills.pointee.time_ns = scratch.column(reports) { $0.time_ns }
        fills.pointee.venue_time_ns = scratch.column(reports) { $0.venueTime_ns }
        fills.pointee.order_id = scratch.column(reports) { $0.orderId }
        fills.pointee.instrument = scratch.column(reports) { $0.instrument }
        fills.pointee.side = scratch.column(reports) { $0.side.rawValue }
        fills.pointee.liquidity = scratch.column(reports) { $0.liquidity.rawValue }
        fills.pointee.price = scratch.column(reports) { $0.price }
        fills.pointee.quantity = scratch.column(reports) { $0.quantity }
        fills.pointee.position = scratch.column(reports) { $0.position }
        fills.pointee.fee = scratch.column(reports) { rialto_cash_t($0.fee) }
        batch.pointee.fills = UnsafePointer(fills)
    }

    private func point(_ reports: UnsafeBufferPointer<AccountReport>) {
        guard !reports.isEmpty else { return }
        account.pointee.count = UInt32(reports.count)
        account.pointee.time_ns = scratch.column(reports) { $0.time_ns }
        account.pointee.cash = scratch.column(reports) { rialto_cash_t($0.cash) }
        account.pointee.equity = scratch.column(reports) { rialto_cash_t($0.equity) }
        account.pointee.margin = scratch.column(reports) { rialto_cash_t($0.margin) }
        account.pointee.capital_left = scratch.column(reports) { rialto_cash_t($0.capitalLeft) }
        account.pointee.halted = scratch.column(reports) { $0.isHalted ? 1 as UInt8 : 0 }
        var first: UInt32 = 0
        account.pointee.first_position = scratch.column(reports) { report in
            first += UInt32(report.positions.count)
            return first - UInt32(report.positions.count)
        }
        account.pointee.position_count = scratch.column(reports) { UInt32($0.positions.count) }
        let held = reports.flatMap(\.positions)
        held.withUnsafeBufferPointer { held in
            account.pointee.position_instrument = scratch.column(held) { $0.instrument }
            account.pointee.position_quantity = scratch.column(held) { $0.quantity }
        }
        batch.pointee.account = UnsafePointer(account)
    }

    private func point(_ reports: UnsafeBufferPointer<TimerReport>) {
        guard !reports.isEmpty else { return }
        timers.pointee.count = UInt32(reports.count)
        timers.pointee.time_ns = scratch.column(reports) { $0.time_ns }
        timers.pointee.timer_id = scratch.column(reports) { $0.id }
        batch.pointee.timers = UnsafePointer(timers)
    }

    private func point(_ reports: UnsafeBufferPointer<ResponseReport>) {
        guard !reports.isEmpty else { return }
        responses.pointee.count = UInt32(reports.count)
        responses.pointee.time_ns = scratch.column(reports) { $0.time_ns }
        responses.pointee.request_id = scratch.column(reports) { $0.id }
        responses.pointee.status = scratch.column(reports) { $0.status }
        let headers = reports.map { scratch.text($0.headers) }
        let bodies = reports.map { scratch.text($0.body) }
        responses.pointee.headers = headers.withUnsafeBufferPointer { scratch.column($0) { $0 } }
        responses.pointee.body = bodies.withUnsafeBufferPointer { scratch.column($0) { $0 } }
        batch.pointee.responses = UnsafePointer(responses)
    }
}

/// Memory for the columns of own events, reused from call to call.
private final class ColumnScratch {
    private var blocks: [UnsafeMutableRawBufferPointer] = []
    private var block = 0
    private var used = 0
    private static let blockSize = 1 << 16

    deinit {
        for block in blocks { block.deallocate() }
    }

    func reset() {
        block = 0
        used = 0
    }

    func column<Row, T: BitwiseCopyable>(
        _ rows: UnsafeBufferPointer<Row>, _ value: (Row) -> T
    )
        -> UnsafePointer<T>
    {
        let place = room(max(1, rows.count) * MemoryLayout<T>.stride)
            .bindMemory(to: T.self, capacity: max(1, rows.count))
        for (index, row) in rows.enumerated() { (place + index).initialize(to: value(row)) }
        return UnsafePointer(place)
    }

    /// Bytes as a text of the contract; valid until the next ``reset()``.
    func text(_ bytes: [UInt8]) -> rialto_text_t {
        guard !bytes.isEmpty else { return rialto_text_t() }
        let place = bytes.withUnsafeBufferPointer { column($0) { CChar(bitPattern: $0) } }
        return rialto_text_t(data: place, size: UInt64(bytes.count))
    }

    private func room(_ size: Int) -> UnsafeMutableRawPointer {
        let rounded = (size + 15) & ~15
        while true {
            if block < blocks.count, used + rounded <= blocks[block].count,
                let base = blocks[block].baseAddress
            {
                used += rounded
                return base + used - rounded
            }
            if block < blocks.count {
                block += 1
                used = 0
            } else {
                let length = max(Self.blockSize, rounded)
                blocks.append(.allocate(byteCount: length, alignment: 16))
            }
        }
    }
}

extension rialto_cash_t {
    /// An amount in units of 10^-18.
    init(_ amount: Int128) {
        self.init(
            low: UInt64(truncatingIfNeeded: amount), high: Int64(truncatingIfNeeded: amount >> 64))
    }
}
