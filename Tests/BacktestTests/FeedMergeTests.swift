import Foundation
import RialtoBacktest
import RialtoEngine
import RialtoHistory
import RialtoTestSupport
import RialtoValues
import Testing

/// Memory for the columns of a test's feed; all in a file where `memoryMax` is 0.
func testScratch(memoryMax: Int = ScratchMemory.memoryMax) -> ScratchMemory {
    ScratchMemory(folders: [NSTemporaryDirectory()], memoryMax: memoryMax)
}

/// An entry of a feed with everything that its columns say of it.
private struct Seen: Equatable {
    let time: Int64
    let kind: UInt8
    let instrument: Int
    let values: [Int64]

    init(_ feed: Feed, _ entry: Int) {
        let row = feed.row.map { Int($0[entry]) } ?? entry
        let shared = feed.oneInstrument == nil ? row : 0
        time = feed.time_ns[entry]
        kind = feed.kind.map { $0[entry] } ?? feed.singleKind?.rawValue ?? 0
        instrument = feed.instrument(entry)
        if kind == EventKind.bars.rawValue, let bars = feed.bars {
            let columns = [
                bars.time_ns, bars.openTime_ns, bars.closeTime_ns, bars.open, bars.high, bars.low,
                bars.close, bars.volume,
            ]
            values =
                columns.map { $0[row] } + [
                    bars.interval_ns[shared], Int64(bars.instrument[shared]),
                ]
        } else if kind == EventKind.trades.rawValue, let trades = feed.trades {
            let columns = [trades.time_ns, trades.venueTime_ns, trades.price, trades.quantity]
            values =
                columns.map { $0[row] } + [
                    Int64(trades.takerSide[row]), Int64(trades.instrument[shared]),
                ]
        } else if kind == EventKind.quotes.rawValue, let quotes = feed.quotes {
            let columns = [
                quotes.time_ns, quotes.venueTime_ns, quotes.bidPrice, quotes.bidQuantity,
                quotes.askPrice, quotes.askQuantity,
            ]
            values = columns.map { $0[row] } + [Int64(quotes.instrument[shared])]
        } else if kind == EventKind.books.rawValue, let books = feed.books {
            let first = Int(books.firstLevel[row])
            let end = first + Int(books.bidCount[row]) + Int(books.askCount[row])
            values =
                [
                    books.time_ns[row], books.venueTime_ns[row], Int64(books.bidCount[row]),
                    Int64(books.askCount[row]), Int64(books.instrument[shared]),
                ] + (first..<end).flatMap { [books.levelPrice[$0], books.levelQuantity[$0]] }
        } else if let contracts = feed.contracts?.pointee,
            let found = Seen.values(contracts, kind, row)
        {
            values = found
        } else if let deltas = feed.bookDeltas {
            let columns = [
                deltas.time_ns, deltas.venueTime_ns, deltas.price, deltas.quantity,
            ]
            values =
                columns.map { $0[row] } + [
                    Int64(deltas.side[row]), Int64(deltas.last[row]), Int64(deltas.sequence[row]),
                    Int64(deltas.instrument[shared]),
                ]
        } else {
            values = []
        }
    }

    private static func values(
        _ contracts: ContractEvents, _ kind: UInt8, _ row: Int
    ) -> [Int64]? {
        if kind == EventKind.marks.rawValue, let marks = contracts.marks {
            return [marks.time_ns, marks.venueTime_ns, marks.markPrice, marks.indexPrice]
                .map { $0[row] }
        }
        if kind == EventKind.openInterest.rawValue, let open = contracts.openInterest {
            return [open.time_ns[row], open.venueTime_ns[row], open.quantity[row]]
        }
        guard kind == EventKind.liquidations.rawValue, let closed = contracts.liquidations else {
            return nil
        }
        return [
            closed.time_ns[row], closed.venueTime_ns[row], Int64(closed.side[row]),
            closed.price[row], closed.quantity[row],
        ]
    }
}

extension Feed {
    fileprivate var seen: [Seen] { (0..<count).map { Seen(self, $0) } }
}

/// A stored series of random rows, many of them at equal times.
private func randomSeries(
    _ kind: SeriesKind, _ name: String, interval: Int64, count: Int,
    using random: inout SeededGenerator
) throws -> Series {
    if kind == .book { return try randomBook(name, messages: count / 2, using: &random) }
    var builder = try SeriesBuilder(
        SeriesDefinition(
            instrument: sketchCoin(name), kind: kind, interval_ns: kind == .bars ? interval : 0))
    var time = MarketSketch.start
    for _ in 0..<count {
        time += kind == .bars ? interval : 0
        time += Int64.random(in: 0...3, using: &random) / 2
        let price = Int64.random(in: 50...90, using: &random)
        let row: Row =
            switch kind {
            case .bars: [time, price, price + 9, price - 9, price + 1, price * 3, 0]
            case .marks: [time, time - 5, price, price % 4, 0, 0, 0]
            case .openInterest: [time, time - 5, price, 0, 0, 0, 0]
            case .liquidations: [time, time - 5, price % 3, price, price + 1, 0, 0]
            case .trades: [time, time - 7, price, price + 5, price % 3, 0, 0]
            default: [time, time - 3, price, price % 5, price + 2, price % 7, 0]
            }
        try builder.append(row)
    }
    return builder.finish()
}

private func randomSources(
    parts: Int, count: Int, using random: inout SeededGenerator
) throws -> [FeedSource] {
    var used: Set<String> = []
    return try (0..<parts).compactMap { _ in
        let instrument = Int.random(in: 0..<5, using: &random)
        let kind =
            SeriesKind.allCases.filter { $0 != .gaps }
            .randomElement(using: &random) ?? .bars
        let interval = kind == .bars ? Int64.random(in: 1...3, using: &random) : 0
        guard used.insert("\(instrument) \(kind) \(interval)").inserted else { return nil }
        let rows = Int.random(in: 0...count, using: &random)
        let series = try randomSeries(
            kind, "I\(instrument)/USD", interval: interval, count: rows, using: &random)
        return FeedSource(series: series, instrument: instrument)
    }
}

/// The rows of all sources, each read alone, sorted: what a merge has to come to.
private func sorted(_ sources: [FeedSource]) throws -> [Seen] {
    var all: [(seen: Seen, interval: Int64, arrival: Int)] = []
    for source in sources {
        let kinds: [EventKind] =
            source.series.kind == .book ? [.books, .bookDeltas] : [.bars]
        for kind in kinds {
            let alone = try FeedBuilder.build(
                [
                    FeedSource(
                        series: source.series, instrument: source.instrument,
                        bookKinds: EventKinds(kind))
                ], before: nil, in: testScratch())
            for seen in alone.feed.seen { all.append((seen, source.series.interval_ns, all.count)) }
        }
    }
    all.sort { a, b in
        (a.seen.time, a.seen.kind, a.seen.instrument, a.interval, a.arrival)
            < (b.seen.time, b.seen.kind, b.seen.instrument, b.interval, b.arrival)
    }
    return all.map(\.seen)
}

@Suite struct `A feed of several series` {
    @Test(arguments: [0, ScratchMemory.memoryMax])
    func `holds every row in the total order, in memory and in a file`(memoryMax: Int) throws {
        var kinds: Set<UInt8> = []
        for seed in UInt64(0)..<60 {
            var random = SeededGenerator(seed: seed)
            let parts = Int.random(in: 1...9, using: &random)
            let sources = try randomSources(parts: parts, count: 300, using: &random)
            let memory = try FeedBuilder.build(
                sources, before: nil, in: testScratch(memoryMax: memoryMax))
            let expected = try sorted(sources)
            #expect(memory.feed.seen == expected, "seed \(seed)")
            kinds.formUnion(expected.map(\.kind))
        }
        #expect(kinds.count == 8, "every kind of events has occurred")
    }

    @Test func `holds them also where the pieces of a long merge meet`() throws {
        var random = SeededGenerator(seed: 4)
        var sources: [FeedSource] = []
        for (index, kind) in [SeriesKind.bars, .trades, .trades, .quotes].enumerated() {
            let series = try randomSeries(
                kind, "I\(index)/USD", interval: 1, count: 90_000 + index * 7_001, using: &random)
            sources.append(FeedSource(series: series, instrument: index))
        }
        let memory = try FeedBuilder.build(sources, before: nil, in: testScratch(memoryMax: 0))
        #expect(memory.feed.seen == (try sorted(sources)))
        #expect(memory.feed.count > 2 * 131_072)
    }

    @Test func `can be read again after it was let go of`() throws {
        let scratch = try ScratchFolder()
        let folder = HistoryFolder(path: scratch.path)
        for seed in UInt64(0)..<10 {
            var random = SeededGenerator(seed: seed)
            let parts = Int.random(in: 1...6, using: &random)
            var sources = try randomSources(parts: parts, count: 4_000, using: &random)
            for source in sources { try folder.write(source.series) }
            sources = try sources.map {
                FeedSource(series: try folder.open($0.series.key), instrument: $0.instrument)
            }
            let memory = try FeedBuilder.build(sources, before: nil, in: testScratch(memoryMax: 0))
            let before = memory.feed.seen
            for entry in stride(from: 0, to: memory.feed.count, by: 700) {
                memory.release(before: memory.feed.time_ns[entry])
            }
            memory.release(before: .max)
            #expect(memory.feed.seen == before, "seed \(seed)")
            memory.releaseAll()
            #expect(memory.feed.seen == before, "seed \(seed)")
        }
    }

    @Test func `is refused with the folder's name when there is nowhere to put it`() throws {
        var random = SeededGenerator(seed: 2)
        let sources = try ["A/USD", "B/USD"].enumerated().map { index, name in
            FeedSource(
                series: try randomSeries(
                    .trades, name, interval: 0, count: 10, using: &random), instrument: index)
        }
        let nowhere = ScratchMemory(folders: ["/nowhere/at/all"], memoryMax: 0)
        let error = #expect(throws: HistoryError.self) {
            try FeedBuilder.build(sources, before: nil, in: nowhere)
        }
        #expect(error?.kind == .system && error?.file == "/nowhere/at/all")
        #expect(error?.help?.contains("TMPDIR") == true)
    }
}
