import RialtoValues

/// Puts events of several kinds into one batch with an order column.
///
/// Within one time: what trading has come to, own orders, fills, account, market events, forecasts,
/// timers, answers to requests, published numbers.
final class BatchMerger {
    private let kinds = UnsafeMutablePointer<UInt8>.allocate(capacity: EventBatch.limit)
    private let rows = UnsafeMutablePointer<UInt32>.allocate(capacity: EventBatch.limit)
    private let times = UnsafeMutablePointer<Int64>.allocate(capacity: EventBatch.limit)
    /// Entries of the batch that was filled last.
    private(set) var count = 0
    private var moreFollows = false

    private var reports: [OrderReport] = []
    private var fills: [FillReport] = []
    private var account: [AccountReport] = []
    private var timers: [TimerReport] = []
    private var responses: [ResponseReport] = []
    private var feed: Feed?
    private var wantsForecasts = false
    private var mailbox: SeriesLog?
    private var now_ns: Int64 = 0
    private var before_ns: Int64 = 0
    /// How far each part has been read.
    private var at = Progress()

    private struct Progress {
        var report = 0, fill = 0, account = 0, timer = 0, response = 0, entry = 0, forecast = 0
        var number = 0
    }

    deinit {
        kinds.deallocate()
        rows.deallocate()
        times.deallocate()
    }

    /// Starts on what `instance` has not read before time `before`.
    func begin(
        _ instance: InstanceRef, reports: [OrderReport], fills: [FillReport],
        account: [AccountReport],
        timers: [TimerReport], responses: [ResponseReport], now_ns: Int64, before: Int64
    ) {
        self.reports = reports
        self.fills = fills
        self.account = account
        self.timers = timers
        self.responses = responses
        self.now_ns = now_ns
        before_ns = before
        feed = instance.pointee.feed
        wantsForecasts = instance.pointee.kinds.has(.forecasts)
        mailbox = instance.pointee.mailbox
        at = Progress(
            entry: instance.pointee.cursor, forecast: instance.pointee.forecastCursor,
            number: instance.pointee.seriesCursor)
    }

    /// Leaves out everything after `time`.
    func limit(to time: Int64) { before_ns = min(before_ns, time == .max ? .max : time + 1) }

    /// The last time that has been read through.
    var reached_ns: Int64 { before_ns == .max ? .max : before_ns - 1 }

    /// Tells the instance how far it has read.
    func end(_ instance: InstanceRef) {
        instance.pointee.cursor = at.entry
        instance.pointee.forecastCursor = at.forecast
        instance.pointee.seriesCursor = at.number
    }

    /// Time of each entry of the present batch.
    var batchTimes: UnsafePointer<Int64> { UnsafePointer(times) }

    /// Time of entry `index` of the present batch.
    func time(_ index: Int) -> Int64 { times[index] }

    /// Whether anything is left to read.
    func hasMore(forecasts: ForecastLog) -> Bool {
        var copy = at
        return next(&copy, forecasts) != nil
    }

    /// Fills the batch with up to `limit` entries. Returns false when nothing is left.
    func fill(limit: Int, forecasts: ForecastLog) -> Bool {
        var progress = at
        count = 0
        while count < limit, let entry = next(&progress, forecasts) {
            kinds[count] = entry.kind
            rows[count] = UInt32(truncatingIfNeeded: entry.row)
            times[count] = entry.time
            count += 1
        }
        moreFollows =
            count > 0 && next(&progress, forecasts).map { $0.time == times[count - 1] } ?? false
        return count > 0
    }

    /// Takes note that the first `consumed` entries were read.
    func consume(_ consumed: Int) {
        for index in 0..<consumed {
            switch EventKind(rawValue: kinds[index]) {
            case .ownOrders: at.report += 1
            case .fills: at.fill += 1
            case .account: at.account += 1
            case .timers: at.timer += 1
            case .responses: at.response += 1
            case .forecasts: at.forecast += 1
            case .series: at.number += 1
            default: at.entry += 1
            }
        }
    }

    private func next(
        _ p: inout Progress, _ forecasts: ForecastLog
    )
        -> (kind: UInt8, row: Int, time: Int64)?
    {
        if p.report == 0, p.fill == 0, p.account == 0, let status = status(&p) { return status }
        if p.report < reports.count { return step(&p.report, .ownOrders) }
        if p.fill < fills.count { return step(&p.fill, .fills) }
        if p.account < account.count { return step(&p.account, .account) }
        guard let feed else { return nil }
        let market = p.entry < feed.count && feed.time_ns[p.entry] < before_ns
        let forecast =
            wantsForecasts && p.forecast < forecasts.count
            && forecasts.time(p.forecast) < before_ns
        if let mailbox, let time = number(mailbox, p),
            !market || time < feed.time_ns[p.entry],
            !forecast || time < forecasts.time(p.forecast),
            (p.timer == timers.count && p.response == responses.count) || time < now_ns
        {
            p.number += 1
            return (EventKind.series.rawValue, p.number - 1, time)
        }
        if market, !forecast || feed.time_ns[p.entry] <= forecasts.time(p.forecast) {
            let (kind, row) = feed.place(p.entry)
            p.entry += 1
            return (kind, row, feed.time_ns[p.entry - 1])
        }
        if forecast {
            p.forecast += 1
            return (EventKind.forecasts.rawValue, p.forecast - 1, forecasts.time(p.forecast - 1))
        }
        if p.timer < timers.count { return step(&p.timer, .timers) }
        if p.response < responses.count { return step(&p.response, .responses) }
        return nil
    }

    /// Time of the next published number; nil when none is left.
    private func number(_ mailbox: SeriesLog, _ p: Progress) -> Int64? {
        guard p.number < mailbox.count else { return nil }
        let time = mailbox.time(p.number)
        return time < before_ns ? time : nil
    }

    /// What trading has come to at the present time: it comes before own events.
    private func status(_ p: inout Progress) -> (kind: UInt8, row: Int, time: Int64)? {
        guard let feed, feed.status != nil, p.entry < feed.count,
            feed.time_ns[p.entry] == now_ns, now_ns < before_ns
        else { return nil }
        let (kind, row) = feed.place(p.entry)
        guard kind == EventKind.status.rawValue else { return nil }
        p.entry += 1
        return (kind, row, feed.time_ns[p.entry - 1])
    }

    private func step(_ index: inout Int, _ kind: EventKind) -> (kind: UInt8, row: Int, time: Int64)
    {
        index += 1
        return (kind.rawValue, index - 1, now_ns)
    }

    /// Calls `body` with the present batch; its memory is valid for that call.
    func withBatch<Result>(
        _ instance: InstanceRef, forecasts: ForecastLog, _ body: (EventBatch) -> Result
    ) -> Result {
        var batch = EventBatch()
        batch.count = count
        batch.moreFollows = moreFollows
        let ownOrders = rowsOf(.ownOrders), ownFills = rowsOf(.fills)
        let states = rowsOf(.account), dueTimers = rowsOf(.timers), answers = rowsOf(.responses)
        if let feed { place(feed, forecasts, in: &batch) }
        return reports[ownOrders].withUnsafeBufferPointer { reports in
            fills[ownFills].withUnsafeBufferPointer { fills in
                account[states].withUnsafeBufferPointer { account in
                    timers[dueTimers].withUnsafeBufferPointer { timers in
                        batch.ownOrders = reports
                        batch.fills = fills
                        batch.account = account
                        batch.timers = timers
                        return responses[answers].withUnsafeBufferPointer { responses in
                            batch.responses = responses
                            return body(batch)
                        }
                    }
                }
            }
        }
    }

    /// The rows of `kind` in the batch; makes them relative to their first.
    private func rowsOf(_ kind: EventKind) -> Range<Int> {
        guard let (start, length) = relative(kind) else { return 0..<0 }
        return start..<start + length
    }

    /// A batch of entries of a feed of several kinds.
    func plainBatch(_ feed: Feed, from start: Int, to end: Int) -> EventBatch {
        count = 0
        for entry in start..<end {
            let (kind, row) = feed.place(entry)
            kinds[count] = kind
            rows[count] = UInt32(truncatingIfNeeded: row)
            times[count] = feed.time_ns[entry]
            count += 1
        }
        var batch = EventBatch()
        batch.count = count
        place(feed, nil, in: &batch)
        return batch
    }

    /// A batch of entries of a feed and of published numbers, in time order; at one time the feed
    /// is first.
    ///
    /// - Parameter limit: Most entries, 1 or more.
    func pairedBatch(
        _ feed: Feed, _ mailbox: SeriesLog, from start: PairedPlace, to end: PairedPlace,
        _ limit: Int
    ) -> EventBatch {
        self.mailbox = mailbox
        var at = start
        count = 0
        while count < limit, at != end {
            let isMarket =
                at.entry < end.entry
                && (at.number == end.number || feed.time_ns[at.entry] <= mailbox.time(at.number))
            let (kind, row) =
                isMarket
                ? feed.place(at.entry) : (kind: EventKind.series.rawValue, row: at.number)
            kinds[count] = kind
            rows[count] = UInt32(truncatingIfNeeded: row)
            times[count] = isMarket ? feed.time_ns[at.entry] : mailbox.time(at.number)
            if isMarket { at.entry += 1 } else { at.number += 1 }
            count += 1
        }
        var batch = EventBatch()
        batch.count = count
        place(feed, nil, in: &batch)
        batch.moreFollows = follows(at, end, feed, mailbox)
        return batch
    }

    /// Whether the time of the last entry goes on at `at`.
    private func follows(
        _ at: PairedPlace, _ end: PairedPlace, _ feed: Feed, _ mailbox: SeriesLog
    ) -> Bool {
        guard count > 0 else { return false }
        let last = times[count - 1]
        return (at.entry < end.entry && feed.time_ns[at.entry] == last)
            || (at.number < end.number && mailbox.time(at.number) == last)
    }

    /// Where reading goes on after `consumed` entries of the batch that began at `start`.
    func place(after consumed: Int, from start: PairedPlace) -> PairedPlace {
        var at = start
        for index in 0..<consumed {
            if kinds[index] == EventKind.series.rawValue { at.number += 1 } else { at.entry += 1 }
        }
        return at
    }

    /// Points the batch at the columns that its entries use and makes its rows relative to them.
    private func place(_ feed: Feed, _ forecasts: ForecastLog?, in batch: inout EventBatch) {
        let fixed = feed.oneInstrument != nil
        if let (start, length) = relative(.bars) {
            batch.bars = feed.bars?.advanced(by: start, count: length, fixed: fixed)
        }
        if let (start, length) = relative(.trades) {
            batch.trades = feed.trades?.advanced(by: start, count: length, fixed: fixed)
        }
        if let (start, length) = relative(.quotes) {
            batch.quotes = feed.quotes?.advanced(by: start, count: length, fixed: fixed)
        }
        if let (start, length) = relative(.books) {
            batch.books = feed.books?.advanced(by: start, count: length, fixed: fixed)
        }
        if let (start, length) = relative(.bookDeltas) {
            batch.bookDeltas = feed.bookDeltas?.advanced(by: start, count: length, fixed: fixed)
        }
        if feed.status != nil, let (start, length) = relative(.status) {
            batch.status = feed.status?.advanced(by: start, count: length, fixed: fixed)
        }
        if feed.funding != nil, let (start, length) = relative(.funding) {
            batch.funding = feed.funding?.advanced(by: start, count: length, fixed: fixed)
        }
        if let contracts = feed.contracts {
            batch.contracts = contracts.pointee.rows(fixed: fixed) { relative($0) }
        }
        if let texts = feed.texts, let (start, length) = relative(.texts) {
            batch.texts = TextEvents(count: length, first: start, columns: texts)
        }
        if let forecasts, let (start, length) = relative(.forecasts) {
            batch.forecasts = forecasts.columns(from: start, count: length)
        }
        if let mailbox, let (start, length) = relative(.series) {
            batch.series = mailbox.columns(from: start, count: length)
        }
        if count > 0, (1..<count).allSatisfy({ kinds[$0] == kinds[0] }) {
            batch.singleKind = kinds[0]
        } else {
            batch.orderKind = UnsafePointer(kinds)
            batch.orderRow = UnsafePointer(rows)
        }
    }

    /// Makes the rows of `kind` relative to their first. Returns that first row and how many there
    /// are.
    private func relative(_ kind: EventKind) -> (start: Int, length: Int)? {
        var start = -1, length = 0
        for index in 0..<count where kinds[index] == kind.rawValue {
            if start < 0 { start = Int(rows[index]) }
            rows[index] -= UInt32(start)
            length += 1
        }
        return start < 0 ? nil : (start, length)
    }
}

/// How far a feed and published numbers have been read together.
struct PairedPlace: Equatable {
    /// First entry of the feed that is not read.
    var entry: Int
    /// First published number that is not read.
    var number = 0
}
