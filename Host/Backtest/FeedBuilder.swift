import RialtoEngine
import RialtoHistory
import RialtoValues

/// One stored series as part of a feed.
package struct FeedSource {
    package let series: Series
    /// Index of its instrument in the run.
    package let instrument: Int

    package init(series: Series, instrument: Int) {
        self.series = series
        self.instrument = instrument
    }
}

/// A feed and the memory that it points into. Keep it while an engine reads the feed.
package final class FeedMemory {
    package let feed: Feed
    private let sources: [FeedSource]
    private let owned: [UnsafeMutableRawPointer]

    fileprivate init(feed: Feed, sources: [FeedSource], owned: [UnsafeMutableRawPointer]) {
        self.feed = feed
        self.sources = sources
        self.owned = owned
    }

    deinit {
        for pointer in owned { pointer.deallocate() }
    }

    /// The first entry at or after `time`, Unix nanoseconds.
    package func start(at time: Int64?) -> Int {
        time.map { feed.firstEntry(from: 0, notBefore: $0) } ?? 0
    }
}

/// Joins stored series into one feed in the total order: time, kind, instrument, arrival.
package struct FeedBuilder {
    private var owned: [UnsafeMutableRawPointer] = []

    /// Returns a feed of `sources` up to (not including) `end`, Unix nanoseconds.
    ///
    /// One series is read where it lies; several are copied once into joint columns.
    package static func build(_ sources: [FeedSource], before end: Int64?) -> FeedMemory {
        var builder = FeedBuilder()
        let sorted = sources.sorted { order($0) < order($1) }
        let feed =
            sorted.count == 1
            ? builder.single(sorted[0], before: end) : builder.merged(sorted, before: end)
        return FeedMemory(feed: feed, sources: sorted, owned: builder.owned)
    }

    private static func order(_ source: FeedSource) -> (UInt8, Int, Int64) {
        (kind(source).rawValue, source.instrument, source.series.interval_ns)
    }

    private static func kind(_ source: FeedSource) -> EventKind {
        switch source.series.kind {
        case .bars: .bars
        case .trades: .trades
        case .quotes: .quotes
        case .book: .bookDeltas
        }
    }

    private mutating func memory<T: BitwiseCopyable>(
        _ count: Int, of type: T.Type
    ) -> UnsafeMutablePointer<T> {
        let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(1, count))
        owned.append(UnsafeMutableRawPointer(pointer))
        return pointer
    }

    private mutating func constant<T: BitwiseCopyable>(_ value: T) -> UnsafePointer<T> {
        let pointer = memory(EventBatch.limit, of: T.self)
        pointer.initialize(repeating: value, count: EventBatch.limit)
        return UnsafePointer(pointer)
    }

    private func rows(_ series: Series, before end: Int64?) -> Int {
        end.map { series.index(atOrAfter: $0) } ?? series.count
    }

    // MARK: One series

    private mutating func single(_ source: FeedSource, before end: Int64?) -> Feed {
        let series = source.series, count = rows(series, before: end)
        let instrument = UInt32(source.instrument)
        let instruments = constant(instrument)
        if let bars = series.bars {
            return Feed(
                bars: BarEvents(
                    count: count, time_ns: bars.time_ns,
                    openTime_ns: opens(bars.time_ns, count, series.interval_ns),
                    closeTime_ns: bars.time_ns, instrument: instruments,
                    interval_ns: constant(series.interval_ns), open: bars.open, high: bars.high,
                    low: bars.low, close: bars.close, volume: bars.volume),
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
            count: count, time_ns: series.time_ns, kind: nil, row: nil, singleKind: .quotes,
            bars: nil, trades: nil, quotes: quotes(source, count, instruments),
            oneInstrument: instrument, barLength_ns: 0)
    }

    private func quotes(
        _ source: FeedSource, _ count: Int, _ instruments: UnsafePointer<UInt32>
    )
        -> QuoteEvents?
    {
        source.series.quotes.map { quotes in
            QuoteEvents(
                count: count, time_ns: quotes.time_ns, venueTime_ns: quotes.venue_time_ns,
                instrument: instruments, bidPrice: quotes.bidPrice, bidQuantity: quotes.bidQuantity,
                askPrice: quotes.askPrice, askQuantity: quotes.askQuantity)
        }
    }

    private mutating func opens(
        _ close: UnsafePointer<Int64>, _ count: Int, _ interval: Int64
    )
        -> UnsafePointer<Int64>
    {
        let pointer = memory(count, of: Int64.self)
        for row in 0..<count { (pointer + row).initialize(to: close[row] - interval) }
        return UnsafePointer(pointer)
    }

    // MARK: Several series

    /// Where a series' rows go: which source comes next, over all rows.
    private mutating func plan(_ sources: [FeedSource], before end: Int64?) -> [UInt16] {
        let counts = sources.map { rows($0.series, before: end) }
        let times = sources.map(\.series.time_ns)
        var next = Array(repeating: 0, count: sources.count)
        var plan: [UInt16] = []
        plan.reserveCapacity(counts.reduce(0, +))
        while true {
            var time = Int64.max
            for index in sources.indices where next[index] < counts[index] {
                time = min(time, times[index][next[index]])
            }
            if time == .max { return plan }
            for index in sources.indices {
                while next[index] < counts[index], times[index][next[index]] == time {
                    plan.append(UInt16(index))
                    next[index] += 1
                }
            }
        }
    }

    private mutating func merged(_ sources: [FeedSource], before end: Int64?) -> Feed {
        precondition(sources.count <= Int(UInt16.max), "at most 65,535 series in one feed")
        let plan = plan(sources, before: end)
        let kinds = Set(sources.map(FeedBuilder.kind))
        let isMixed = kinds.count > 1
        let time = memory(plan.count, of: Int64.self)
        var next = Array(repeating: 0, count: sources.count)
        for (entry, source) in plan.enumerated() {
            (time + entry).initialize(to: sources[Int(source)].series.time_ns[next[Int(source)]])
            next[Int(source)] += 1
        }
        var kindColumn: UnsafeMutablePointer<UInt8>?, rowColumn: UnsafeMutablePointer<UInt32>?
        if isMixed {
            let column = memory(plan.count, of: UInt8.self),
                rows = memory(plan.count, of: UInt32.self)
            var counts: [UInt8: UInt32] = [:]
            for (entry, source) in plan.enumerated() {
                let kind = FeedBuilder.kind(sources[Int(source)]).rawValue
                (column + entry).initialize(to: kind)
                (rows + entry).initialize(to: counts[kind, default: 0])
                counts[kind, default: 0] += 1
            }
            kindColumn = column
            rowColumn = rows
        }
        return Feed(
            count: plan.count, time_ns: UnsafePointer(time),
            kind: kindColumn.map { UnsafePointer($0) },
            row: rowColumn.map { UnsafePointer($0) }, singleKind: isMixed ? nil : kinds.first,
            bars: kinds.contains(.bars) ? mergedBars(sources, plan) : nil,
            trades: kinds.contains(.trades) ? mergedTrades(sources, plan) : nil,
            quotes: kinds.contains(.quotes) ? mergedQuotes(sources, plan) : nil, oneInstrument: nil,
            barLength_ns: barLength(sources))
    }

    /// The interval of all bars, 0 when they differ.
    private func barLength(_ sources: [FeedSource]) -> Int64 {
        let lengths = Set(sources.filter { $0.series.kind == .bars }.map(\.series.interval_ns))
        return lengths.count == 1 ? lengths.first ?? 0 : 0
    }

    /// One joint column of the rows of the sources of one kind.
    private mutating func column<T: BitwiseCopyable>(
        _ sources: [FeedSource], _ plan: [UInt16], _ kind: EventKind,
        _ value: (FeedSource) -> ((Int) -> T)?
    ) -> UnsafePointer<T> {
        let readers = sources.map { FeedBuilder.kind($0) == kind ? value($0) : nil }
        let pointer = memory(plan.count, of: T.self)
        var next = Array(repeating: 0, count: sources.count), row = 0
        for source in plan {
            guard let read = readers[Int(source)] else { continue }
            (pointer + row).initialize(to: read(next[Int(source)]))
            next[Int(source)] += 1
            row += 1
        }
        return UnsafePointer(pointer)
    }

    private func count(_ sources: [FeedSource], _ plan: [UInt16], _ kind: EventKind) -> Int {
        let isKind = sources.map { FeedBuilder.kind($0) == kind }
        return plan.reduce(0) { $0 + (isKind[Int($1)] ? 1 : 0) }
    }

    private mutating func mergedBars(_ sources: [FeedSource], _ plan: [UInt16]) -> BarEvents {
        let time = column(sources, plan, .bars) { s in s.series.bars.map { c in { c.time_ns[$0] } }
        }
        return BarEvents(
            count: count(sources, plan, .bars), time_ns: time,
            openTime_ns: column(sources, plan, .bars) { s in
                s.series.bars.map { c in { c.time_ns[$0] - s.series.interval_ns } }
            },
            closeTime_ns: time,
            instrument: column(sources, plan, .bars) { s in { _ in UInt32(s.instrument) } },
            interval_ns: column(sources, plan, .bars) { s in { _ in s.series.interval_ns } },
            open: column(sources, plan, .bars) { s in s.series.bars.map { c in { c.open[$0] } } },
            high: column(sources, plan, .bars) { s in s.series.bars.map { c in { c.high[$0] } } },
            low: column(sources, plan, .bars) { s in s.series.bars.map { c in { c.low[$0] } } },
            close: column(sources, plan, .bars) { s in s.series.bars.map { c in { c.close[$0] } } },
            volume: column(sources, plan, .bars) { s in s.series.bars.map { c in { c.volume[$0] } }
            })
    }

    private mutating func mergedTrades(_ sources: [FeedSource], _ plan: [UInt16]) -> TradeEvents {
        TradeEvents(
            count: count(sources, plan, .trades),
            time_ns: column(sources, plan, .trades) { s in
                s.series.trades.map { c in { c.time_ns[$0] } }
            },
            venueTime_ns: column(sources, plan, .trades) { s in
                s.series.trades.map { c in { c.venue_time_ns[$0] } }
            },
            instrument: column(sources, plan, .trades) { s in { _ in UInt32(s.instrument) } },
            price: column(sources, plan, .trades) { s in
                s.series.trades.map { c in { c.price[$0] } }
            },
            quantity: column(sources, plan, .trades) { s in
                s.series.trades.map { c in { c.quantity[$0] } }
            },
            takerSide: column(sources, plan, .trades) { s in
                s.series.trades.map { c in { c.takerSide[$0] } }
            })
    }

    private mutating func mergedQuotes(_ sources: [FeedSource], _ plan: [UInt16]) -> QuoteEvents {
        QuoteEvents(
            count: count(sources, plan, .quotes),
            time_ns: column(sources, plan, .quotes) { s in
                s.series.quotes.map { c in { c.time_ns[$0] } }
            },
            venueTime_ns: column(sources, plan, .quotes) { s in
                s.series.quotes.map { c in { c.venue_time_ns[$0] } }
            },
            instrument: column(sources, plan, .quotes) { s in { _ in UInt32(s.instrument) } },
            bidPrice: column(sources, plan, .quotes) { s in
                s.series.quotes.map { c in { c.bidPrice[$0] } }
            },
            bidQuantity: column(sources, plan, .quotes) { s in
                s.series.quotes.map { c in { c.bidQuantity[$0] } }
            },
            askPrice: column(sources, plan, .quotes) { s in
                s.series.quotes.map { c in { c.askPrice[$0] } }
            },
            askQuantity: column(sources, plan, .quotes) { s in
                s.series.quotes.map { c in { c.askQuantity[$0] } }
            })
    }
}
