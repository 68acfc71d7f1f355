import RialtoEngine
import RialtoHistory
import RialtoMatching
import RialtoValues

/// One stored series as part of a feed.
package struct FeedSource {
    package let series: Series
    /// Index of its instrument in the run.
    package let instrument: Int
    /// Of a book: whether whole books, changes or both are wanted.
    package let bookKinds: EventKinds

    /// - Parameter bookKinds: Both kinds of events of a book, unless only one is wanted.
    package init(
        series: Series, instrument: Int,
        bookKinds: EventKinds = [EventKinds(.books), EventKinds(.bookDeltas)]
    ) {
        self.series = series
        self.instrument = instrument
        self.bookKinds = bookKinds
    }
}

/// Events of one kind that go into a feed: a series, or one of the two kinds that a book becomes.
private struct FeedPart {
    let kind: EventKind
    let instrument: Int
    let series: Series
    let count: Int
    let time_ns: UnsafePointer<Int64>
    var books: BookEvents?
    var deltas: BookDeltaEvents?
    /// Levels of all its whole books together.
    var levelCount = 0
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

    /// What each instrument can be matched against: the finest of its series.
    package func levels(instruments: Int) -> [MatchLevel] {
        var levels = Array(repeating: MatchLevel.bars, count: instruments)
        for source in sources {
            let level: MatchLevel =
                switch source.series.kind {
                case .bars: .bars
                case .trades: .trades
                case .quotes: .quotes
                case .book: .book
                }
            levels[source.instrument] = max(levels[source.instrument], level)
        }
        return levels
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
    /// One series is read where it lies; several are copied once into joint columns. A book begins
    /// at `start` with all that is known of it then; other series begin at their beginning.
    package static func build(
        _ sources: [FeedSource], from start: Int64? = nil, before end: Int64?
    ) -> FeedMemory {
        var builder = FeedBuilder()
        let parts = sources.flatMap { builder.parts($0, from: start, before: end) }
            .sorted { order($0) < order($1) }
        let feed = parts.count == 1 ? builder.single(parts[0]) : builder.merged(parts)
        return FeedMemory(feed: feed, sources: sources, owned: builder.owned)
    }

    private static func order(_ part: FeedPart) -> (UInt8, Int, Int64) {
        (part.kind.rawValue, part.instrument, part.series.interval_ns)
    }

    private mutating func parts(
        _ source: FeedSource, from start: Int64?, before end: Int64?
    ) -> [FeedPart] {
        let series = source.series
        let count = end.map { series.index(atOrAfter: $0) } ?? series.count
        guard let book = series.book else {
            return [
                FeedPart(
                    kind: Self.kind(series), instrument: source.instrument, series: series,
                    count: count, time_ns: series.time_ns)
            ]
        }
        let split = BookSplit(
            book, instrument: UInt32(source.instrument), from: start, end: count)
        owned += split.owned
        let books = split.books, deltas = split.deltas
        let both = [
            FeedPart(
                kind: .books, instrument: source.instrument, series: series, count: books.count,
                time_ns: books.time_ns, books: books, levelCount: split.levelCount),
            FeedPart(
                kind: .bookDeltas, instrument: source.instrument, series: series,
                count: deltas.count, time_ns: deltas.time_ns, deltas: deltas),
        ]
        return both.filter { source.bookKinds.has($0.kind) && $0.count > 0 }
    }

    private static func kind(_ series: Series) -> EventKind {
        switch series.kind {
        case .bars: .bars
        case .trades: .trades
        case .quotes: .quotes
        case .book: .books
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

    // MARK: One series

    private mutating func single(_ part: FeedPart) -> Feed {
        let series = part.series, count = part.count
        let instrument = UInt32(part.instrument)
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
            count: count, time_ns: part.time_ns, kind: nil, row: nil, singleKind: part.kind,
            bars: nil, trades: nil, quotes: quotes(part, instruments),
            books: part.books, bookDeltas: part.deltas, oneInstrument: instrument, barLength_ns: 0)
    }

    private func quotes(_ part: FeedPart, _ instruments: UnsafePointer<UInt32>) -> QuoteEvents? {
        let count = part.count
        return part.series.quotes.map { quotes in
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

    /// Where the parts' rows go: which part comes next, over all rows.
    private func plan(_ parts: [FeedPart]) -> [UInt16] {
        var next = Array(repeating: 0, count: parts.count)
        var plan: [UInt16] = []
        plan.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        while true {
            var time = Int64.max
            for index in parts.indices where next[index] < parts[index].count {
                time = min(time, parts[index].time_ns[next[index]])
            }
            if time == .max { return plan }
            for index in parts.indices {
                let part = parts[index]
                while next[index] < part.count, part.time_ns[next[index]] == time {
                    plan.append(UInt16(index))
                    next[index] += 1
                }
            }
        }
    }

    private mutating func merged(_ parts: [FeedPart]) -> Feed {
        precondition(parts.count <= Int(UInt16.max), "at most 65,535 series in one feed")
        let plan = plan(parts)
        let kinds = Set(parts.map(\.kind))
        let isMixed = kinds.count != 1
        let (kind, row) = isMixed ? orderColumns(parts, plan) : (nil, nil)
        return Feed(
            count: plan.count, time_ns: times(parts, plan), kind: kind, row: row,
            singleKind: isMixed ? nil : kinds.first,
            bars: kinds.contains(.bars) ? mergedBars(parts, plan) : nil,
            trades: kinds.contains(.trades) ? mergedTrades(parts, plan) : nil,
            quotes: kinds.contains(.quotes) ? mergedQuotes(parts, plan) : nil,
            books: kinds.contains(.books) ? mergedBooks(parts, plan) : nil,
            bookDeltas: kinds.contains(.bookDeltas) ? mergedDeltas(parts, plan) : nil,
            oneInstrument: nil, barLength_ns: barLength(parts))
    }

    private mutating func times(_ parts: [FeedPart], _ plan: [UInt16]) -> UnsafePointer<Int64> {
        let time = memory(plan.count, of: Int64.self)
        var next = Array(repeating: 0, count: parts.count)
        for (entry, part) in plan.enumerated() {
            (time + entry).initialize(to: parts[Int(part)].time_ns[next[Int(part)]])
            next[Int(part)] += 1
        }
        return UnsafePointer(time)
    }

    /// Kind and row of each entry.
    private mutating func orderColumns(
        _ parts: [FeedPart], _ plan: [UInt16]
    ) -> (UnsafePointer<UInt8>?, UnsafePointer<UInt32>?) {
        let column = memory(plan.count, of: UInt8.self)
        let rows = memory(plan.count, of: UInt32.self)
        let kinds = parts.map(\.kind.rawValue)
        var counts = Array(repeating: UInt32(0), count: 256)
        for (entry, part) in plan.enumerated() {
            let kind = kinds[Int(part)]
            (column + entry).initialize(to: kind)
            (rows + entry).initialize(to: counts[Int(kind)])
            counts[Int(kind)] += 1
        }
        return (UnsafePointer(column), UnsafePointer(rows))
    }

    /// The interval of all bars, 0 when they differ.
    private func barLength(_ parts: [FeedPart]) -> Int64 {
        let lengths = Set(parts.filter { $0.kind == .bars }.map(\.series.interval_ns))
        return lengths.count == 1 ? lengths.first ?? 0 : 0
    }

    /// One joint column of the rows of the parts of one kind.
    private mutating func column<T: BitwiseCopyable>(
        _ parts: [FeedPart], _ plan: [UInt16], _ kind: EventKind,
        _ value: (FeedPart) -> ((Int) -> T)?
    ) -> UnsafePointer<T> {
        let readers = parts.map { $0.kind == kind ? value($0) : nil }
        let pointer = memory(count(parts, kind), of: T.self)
        var next = Array(repeating: 0, count: parts.count), row = 0
        for part in plan {
            guard let read = readers[Int(part)] else { continue }
            (pointer + row).initialize(to: read(next[Int(part)]))
            next[Int(part)] += 1
            row += 1
        }
        return UnsafePointer(pointer)
    }

    private func count(_ parts: [FeedPart], _ kind: EventKind) -> Int {
        parts.reduce(0) { $0 + ($1.kind == kind ? $1.count : 0) }
    }

    private mutating func mergedBars(_ parts: [FeedPart], _ plan: [UInt16]) -> BarEvents {
        let time = column(parts, plan, .bars) { s in s.series.bars.map { c in { c.time_ns[$0] } }
        }
        return BarEvents(
            count: count(parts, .bars), time_ns: time,
            openTime_ns: column(parts, plan, .bars) { s in
                s.series.bars.map { c in { c.time_ns[$0] - s.series.interval_ns } }
            },
            closeTime_ns: time,
            instrument: column(parts, plan, .bars) { s in { _ in UInt32(s.instrument) } },
            interval_ns: column(parts, plan, .bars) { s in { _ in s.series.interval_ns } },
            open: column(parts, plan, .bars) { s in s.series.bars.map { c in { c.open[$0] } } },
            high: column(parts, plan, .bars) { s in s.series.bars.map { c in { c.high[$0] } } },
            low: column(parts, plan, .bars) { s in s.series.bars.map { c in { c.low[$0] } } },
            close: column(parts, plan, .bars) { s in s.series.bars.map { c in { c.close[$0] } } },
            volume: column(parts, plan, .bars) { s in s.series.bars.map { c in { c.volume[$0] } }
            })
    }

    private mutating func mergedTrades(_ parts: [FeedPart], _ plan: [UInt16]) -> TradeEvents {
        TradeEvents(
            count: count(parts, .trades),
            time_ns: column(parts, plan, .trades) { s in
                s.series.trades.map { c in { c.time_ns[$0] } }
            },
            venueTime_ns: column(parts, plan, .trades) { s in
                s.series.trades.map { c in { c.venue_time_ns[$0] } }
            },
            instrument: column(parts, plan, .trades) { s in { _ in UInt32(s.instrument) } },
            price: column(parts, plan, .trades) { s in
                s.series.trades.map { c in { c.price[$0] } }
            },
            quantity: column(parts, plan, .trades) { s in
                s.series.trades.map { c in { c.quantity[$0] } }
            },
            takerSide: column(parts, plan, .trades) { s in
                s.series.trades.map { c in { c.takerSide[$0] } }
            })
    }

    private mutating func mergedQuotes(_ parts: [FeedPart], _ plan: [UInt16]) -> QuoteEvents {
        QuoteEvents(
            count: count(parts, .quotes),
            time_ns: column(parts, plan, .quotes) { s in
                s.series.quotes.map { c in { c.time_ns[$0] } }
            },
            venueTime_ns: column(parts, plan, .quotes) { s in
                s.series.quotes.map { c in { c.venue_time_ns[$0] } }
            },
            instrument: column(parts, plan, .quotes) { s in { _ in UInt32(s.instrument) } },
            bidPrice: column(parts, plan, .quotes) { s in
                s.series.quotes.map { c in { c.bidPrice[$0] } }
            },
            bidQuantity: column(parts, plan, .quotes) { s in
                s.series.quotes.map { c in { c.bidQuantity[$0] } }
            },
            askPrice: column(parts, plan, .quotes) { s in
                s.series.quotes.map { c in { c.askPrice[$0] } }
            },
            askQuantity: column(parts, plan, .quotes) { s in
                s.series.quotes.map { c in { c.askQuantity[$0] } }
            })
    }

    /// The only part of a kind, or nil when there are several.
    private func only(_ parts: [FeedPart], _ kind: EventKind) -> FeedPart? {
        let fits = parts.filter { $0.kind == kind }
        return fits.count == 1 ? fits.first : nil
    }

    /// The levels of all parts one behind the other, and where each part's begin.
    private mutating func jointLevels(
        _ parts: [FeedPart]
    ) -> (price: UnsafePointer<Int64>, quantity: UnsafePointer<Int64>, starts: [UInt32]) {
        let total = parts.reduce(0) { $0 + $1.levelCount }
        precondition(total <= Int(UInt32.max), "levels are counted in 32 bits")
        let price = memory(total, of: Int64.self), quantity = memory(total, of: Int64.self)
        var starts: [UInt32] = [], next = 0
        for part in parts {
            starts.append(UInt32(next))
            guard let books = part.books else { continue }
            (price + next).initialize(from: books.levelPrice, count: part.levelCount)
            (quantity + next).initialize(from: books.levelQuantity, count: part.levelCount)
            next += part.levelCount
        }
        return (UnsafePointer(price), UnsafePointer(quantity), starts)
    }

    private mutating func mergedBooks(_ parts: [FeedPart], _ plan: [UInt16]) -> BookEvents? {
        if let part = only(parts, .books) { return part.books }
        let books = parts.filter { $0.kind == .books }
        let (price, quantity, starts) = jointLevels(books)
        let start = Dictionary(uniqueKeysWithValues: zip(books.map(\.instrument), starts))
        return BookEvents(
            count: count(parts, .books),
            time_ns: column(parts, plan, .books) { p in p.books.map { c in { c.time_ns[$0] } } },
            venueTime_ns: column(parts, plan, .books) { p in
                p.books.map { c in { c.venueTime_ns[$0] } }
            },
            instrument: column(parts, plan, .books) { p in { _ in UInt32(p.instrument) } },
            firstLevel: column(parts, plan, .books) { p in
                let first = start[p.instrument] ?? 0
                return p.books.map { c in { c.firstLevel[$0] + first } }
            },
            bidCount: column(parts, plan, .books) { p in p.books.map { c in { c.bidCount[$0] } } },
            askCount: column(parts, plan, .books) { p in p.books.map { c in { c.askCount[$0] } } },
            levelPrice: price, levelQuantity: quantity)
    }

    private mutating func mergedDeltas(
        _ parts: [FeedPart], _ plan: [UInt16]
    ) -> BookDeltaEvents? {
        if let part = only(parts, .bookDeltas) { return part.deltas }
        func read<T>(
            _ column: KeyPath<BookDeltaEvents, UnsafePointer<T>>
        ) -> (FeedPart) -> ((Int) -> T)? {
            { part in
                part.deltas.map { events in
                    let column = events[keyPath: column]
                    return { column[$0] }
                }
            }
        }
        return BookDeltaEvents(
            count: count(parts, .bookDeltas),
            time_ns: column(parts, plan, .bookDeltas, read(\.time_ns)),
            venueTime_ns: column(parts, plan, .bookDeltas, read(\.venueTime_ns)),
            instrument: column(parts, plan, .bookDeltas, read(\.instrument)),
            side: column(parts, plan, .bookDeltas, read(\.side)),
            last: column(parts, plan, .bookDeltas, read(\.last)),
            price: column(parts, plan, .bookDeltas, read(\.price)),
            quantity: column(parts, plan, .bookDeltas, read(\.quantity)),
            sequence: column(parts, plan, .bookDeltas, read(\.sequence)))
    }
}
