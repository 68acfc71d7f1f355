import RialtoEngine
import RialtoHistory
import RialtoValues

/// Events of one kind that go into a feed: a series, one of the two kinds that a book becomes, or
/// notices.
struct FeedPart {
    let kind: EventKind
    let instrument: Int
    /// nil of notices.
    let series: Series?
    let count: Int
    let time_ns: UnsafePointer<Int64>
    var books: BookEvents?
    var deltas: BookDeltaEvents?
    /// Levels of all its whole books together.
    var levelCount = 0
    /// Where the columns of `books` and `deltas` lie; nil for a series.
    var split: BookSplit?
    /// The columns of notices; nil of others.
    var notices: NoticeColumns?
    /// All texts of the feed; nil of others.
    var texts: UnsafePointer<TextColumns>?

    /// Length of its bars in nanoseconds; 0 of other kinds.
    var interval_ns: Int64 { series?.interval_ns ?? 0 }
}

/// Joins stored series into one feed in the total order: time, kind, instrument, arrival.
package struct FeedBuilder {
    private let scratch: ScratchMemory
    private var tracks: [FeedTrack] = []

    /// Returns a feed of `sources` up to (not including) `end`, Unix nanoseconds.
    ///
    /// One series is read where it lies; several are merged once into joint columns, which lie in
    /// `scratch` and so need not fit into memory. A book begins at `start` with all that is known
    /// of it then; other series begin at their beginning.
    ///
    /// - Parameters:
    ///   - notices: What is told beside the sources, in the run's time already.
    ///   - texts: News and posts, in the run's time already; nil for none.
    /// - Throws: ``HistoryError`` of kind `system` when the disk has no room for the columns.
    /// - Complexity: O(rows * log(sources)), in memory that grows with the sources alone.
    package static func build(
        _ sources: [FeedSource], notices: [FeedNotices] = [], texts: RunTexts? = nil,
        from start: Int64? = nil, before end: Int64?, in scratch: ScratchMemory
    ) throws(HistoryError) -> FeedMemory {
        var builder = FeedBuilder(scratch: scratch)
        var parts: [FeedPart] = []
        for source in sources { parts += try builder.parts(source, from: start, before: end) }
        for notice in notices where !notice.rows.isEmpty { parts.append(try builder.part(notice)) }
        if let texts, texts.count > 0 { parts.append(texts.part) }
        parts.sort { order($0) < order($1) }
        if parts.isEmpty { parts = try notices.prefix(1).map(builder.part) }
        if parts.isEmpty, let texts { parts = [texts.part] }
        let feed = parts.count == 1 ? try builder.single(parts[0]) : try builder.merged(parts)
        return FeedMemory(
            feed: feed, sources: sources, texts: texts, tracks: builder.tracks, in: scratch)
    }

    private init(scratch: ScratchMemory) { self.scratch = scratch }

    private static func order(_ part: FeedPart) -> (UInt8, Int, Int64) {
        (part.kind.rawValue, part.instrument, part.interval_ns)
    }

    private func part(_ notices: FeedNotices) throws(HistoryError) -> FeedPart {
        let columns = try NoticeColumns(notices.rows, in: scratch)
        return FeedPart(
            kind: notices.kind, instrument: notices.instrument, series: nil,
            count: notices.rows.count, time_ns: columns.time_ns, notices: columns)
    }

    private func parts(
        _ source: FeedSource, from start: Int64?, before end: Int64?
    ) throws(HistoryError) -> [FeedPart] {
        let series = source.series
        let count = end.map { series.index(atOrAfter: $0) } ?? series.count
        guard series.kind == .book else {
            return [
                FeedPart(
                    kind: Self.kind(series), instrument: source.instrument, series: series,
                    count: count, time_ns: series.time_ns)
            ]
        }
        let split = try BookSplit(
            series, instrument: UInt32(source.instrument), from: start, end: count, in: scratch)
        let books = split.books, deltas = split.deltas
        let both = [
            FeedPart(
                kind: .books, instrument: source.instrument, series: series, count: books.count,
                time_ns: books.time_ns, books: books, levelCount: split.levelCount, split: split),
            FeedPart(
                kind: .bookDeltas, instrument: source.instrument, series: series,
                count: deltas.count, time_ns: deltas.time_ns, deltas: deltas, split: split),
        ]
        return both.filter { source.bookKinds.has($0.kind) && $0.count > 0 }
    }

    static func kind(_ series: Series) -> EventKind {
        switch series.kind {
        case .bars: .bars
        case .trades: .trades
        case .quotes: .quotes
        case .book: .books
        case .marks: .marks
        case .openInterest: .openInterest
        case .liquidations: .liquidations
        // They are told as notices, never as a part of their own.
        case .gaps: .status
        }
    }

    private mutating func merged(_ parts: [FeedPart]) throws(HistoryError) -> Feed {
        var merge = try FeedMerge(parts, in: scratch)
        let feed = try merge.run()
        tracks = merge.tracks
        return feed
    }

    private func constant<Value: BitwiseCopyable>(
        _ value: Value
    ) throws(HistoryError) -> UnsafePointer<Value> {
        try scratch.constant(value, count: EventBatch.limit)
    }

    // MARK: One series

    private mutating func single(_ part: FeedPart) throws(HistoryError) -> Feed {
        let count = part.count, scratch = scratch
        let instrument = UInt32(part.instrument), instruments = try constant(instrument)
        if let texts = part.texts {
            return Feed(
                count: count, time_ns: part.time_ns, kind: nil, row: nil, singleKind: .texts,
                bars: nil, trades: nil, quotes: nil, texts: texts, oneInstrument: nil,
                barLength_ns: 0)
        }
        guard let series = part.series else { return notices(part, instruments) }
        if let split = part.split {
            tracks = split.tracks
        } else {
            tracks.append(
                FeedTrack(time_ns: part.time_ns, count: count) { series.release($0) })
        }
        if let bars = series.bars {
            let opens = try opens(series, count)
            tracks.append(
                FeedTrack(time_ns: part.time_ns, count: count) { rows in
                    scratch.release(opens + rows.lowerBound, bytes: rows.count * 8)
                })
            return Feed(
                bars: BarEvents(
                    count: count, time_ns: bars.time_ns, openTime_ns: opens,
                    closeTime_ns: bars.time_ns, instrument: instruments,
                    interval_ns: try constant(series.interval_ns), open: bars.open,
                    high: bars.high, low: bars.low, close: bars.close, volume: bars.volume),
                oneInstrument: instrument, barLength_ns: series.interval_ns)
        }
        if let trades = series.trades {
            return Feed(
                trades: TradeEvents(
                    count: count, time_ns: trades.time_ns, venueTime_ns: trades.venue_time_ns,
                    instrument: instruments, price: trades.price, quantity: trades.quantity,
                    takerSide: trades.takerSide),
                oneInstrument: instrument)
        }
        return Feed(
            count: count, time_ns: part.time_ns, kind: nil, row: nil, singleKind: part.kind,
            bars: nil, trades: nil, quotes: quotes(part, instruments),
            books: part.books, bookDeltas: part.deltas,
            contracts: try contracts(part, instruments), oneInstrument: instrument, barLength_ns: 0)
    }

    /// What a series says of a contract beside its trades; nil of another one.
    private func contracts(
        _ part: FeedPart, _ instruments: UnsafePointer<UInt32>
    ) throws(HistoryError) -> UnsafePointer<ContractEvents>? {
        guard let series = part.series else { return nil }
        let count = part.count
        let events = ContractEvents(
            marks: series.marks.map {
                MarkEvents(
                    count: count, time_ns: $0.time_ns, venueTime_ns: $0.venue_time_ns,
                    instrument: instruments, markPrice: $0.markPrice, indexPrice: $0.indexPrice)
            },
            openInterest: series.openInterest.map {
                OpenInterestEvents(
                    count: count, time_ns: $0.time_ns, venueTime_ns: $0.venue_time_ns,
                    instrument: instruments, quantity: $0.quantity)
            },
            liquidations: series.liquidations.map {
                LiquidationEvents(
                    count: count, time_ns: $0.time_ns, venueTime_ns: $0.venue_time_ns,
                    instrument: instruments, side: $0.side, price: $0.price,
                    quantity: $0.quantity)
            })
        return try scratch.keep(events)
    }

    private func notices(_ part: FeedPart, _ instruments: UnsafePointer<UInt32>) -> Feed {
        let columns = part.notices, count = part.count, isStatus = part.kind == .status
        return Feed(
            count: count, time_ns: part.time_ns, kind: nil, row: nil, singleKind: part.kind,
            bars: nil, trades: nil, quotes: nil,
            status: columns.flatMap { columns in
                !isStatus
                    ? nil
                    : StatusEvents(
                        count: count, time_ns: part.time_ns, venueTime_ns: columns.venueTime_ns,
                        instrument: instruments, status: columns.status)
            },
            funding: columns.flatMap { columns in
                isStatus
                    ? nil
                    : FundingEvents(
                        count: count, time_ns: part.time_ns, venueTime_ns: columns.venueTime_ns,
                        instrument: instruments, rate_e9: columns.rate_e9,
                        nextFunding_ns: columns.next_ns)
            },
            oneInstrument: UInt32(part.instrument), barLength_ns: 0)
    }

    private func quotes(_ part: FeedPart, _ instruments: UnsafePointer<UInt32>) -> QuoteEvents? {
        let count = part.count
        return part.series?.quotes.map { quotes in
            QuoteEvents(
                count: count, time_ns: quotes.time_ns, venueTime_ns: quotes.venue_time_ns,
                instrument: instruments, bidPrice: quotes.bidPrice, bidQuantity: quotes.bidQuantity,
                askPrice: quotes.askPrice, askQuantity: quotes.askQuantity)
        }
    }

    /// The opening times of bars, written and let go of piece by piece.
    private func opens(_ series: Series, _ count: Int) throws(HistoryError) -> UnsafePointer<Int64>
    {
        let pointer = try scratch.column(count, of: Int64.self)
        let target = JointTarget(pointer, width: 8, in: scratch)
        let close = series.time_ns, interval = series.interval_ns
        for start in stride(from: 0, to: count, by: FeedMerge.chunk) {
            let rows = min(count - start, FeedMerge.chunk)
            target.write(start, count: rows) { out in
                let out = out.assumingMemoryBound(to: Int64.self)
                for row in 0..<rows { out[row] = close[start + row] - interval }
            }
            series.release(start..<start + rows)
        }
        return UnsafePointer(pointer)
    }
}
