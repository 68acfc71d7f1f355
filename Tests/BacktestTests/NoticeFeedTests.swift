import RialtoBacktest
import RialtoConfiguration
import RialtoEngine
import RialtoHistory
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

private let start = MarketSketch.start

private func action(_ after: Int64, _ change: InstrumentAction.Change) -> InstrumentAction {
    InstrumentAction(time_ns: start + after, change)
}

private func record(_ actions: [InstrumentAction]) throws -> InstrumentRecord {
    try InstrumentRecord("A/USD", calendar: .always, actions: actions)
}

/// A perpetual that is funded every hour of 100 ns, halted for a while, and ends.
private func perpetual() throws -> InstrumentRecord {
    try record([
        action(100, .funding(rate_e9: 7)), action(200, .funding(rate_e9: -3)),
        action(250, .halt), action(280, .resume), action(300, .funding(rate_e9: 9)),
        action(410, .settlement(price: nil)),
    ])
}

extension FeedNotices {
    /// Each row as time after the start, and what it says.
    fileprivate var said: [[Int64]] { rows.map { [$0.time_ns - start, $0.value] } }
}

private func states(_ states: [(Int64, MarketStatus)]) -> [[Int64]] {
    states.map { [$0.0, Int64($0.1.rawValue)] }
}

@Suite struct `The notices of an instrument` {
    @Test func `are its funding, with the next one expected as far on as the last was`() throws {
        let funding = try RunNotices(2, perpetual(), book: nil, from: nil, before: nil).funding
        #expect(funding.kind == .funding && funding.instrument == 2)
        #expect(funding.said == [[100, 7], [200, -3], [300, 9]])
        #expect(funding.rows.map { $0.next_ns } == [0, start + 300, start + 400])
    }

    @Test func `are its halts and its end, in the run's time, with what holds when that begins`()
        throws
    {
        let all = try RunNotices(0, perpetual(), book: nil, from: nil, before: nil).status
        #expect(all.said == states([(250, .halted), (280, .open), (410, .closed)]))
        let later = try RunNotices(
            0, perpetual(), book: nil, from: start + 260, before: start + 410
        ).status
        #expect(later.said == states([(260, .halted), (280, .open)]))
        let ended = try RunNotices(0, perpetual(), book: nil, from: start + 999, before: nil)
        #expect(ended.status.said == states([(999, .closed)]))
        let open = try RunNotices(0, perpetual(), book: nil, from: start + 290, before: start + 300)
        #expect(open.status.rows.isEmpty)
        #expect(open.funding.said == [[100, 7], [200, -3]], "what was before is history")
    }

    @Test func `are the gaps of its book, each until the book goes on`() throws {
        for seed in UInt64(0)..<40 {
            var random = SeededGenerator(seed: seed)
            let book = try randomBook("A/USD", messages: 200, using: &random)
            var expected: [(Int64, MarketStatus)] = [], isLost = false
            for index in 0..<book.count {
                let isGap = book.row(index)[3] & 4 != 0
                guard isGap != isLost else { continue }
                isLost = isGap
                expected.append((book.time_ns[index] - start, isGap ? .gap : .reconnect))
            }
            let told = try RunNotices(0, record([]), book: book, from: nil, before: nil).status
            #expect(told.said == states(expected) && !expected.isEmpty, "seed \(seed)")
            let from = Int64.random(in: 1...300, using: &random)
            let later = try RunNotices(
                0, record([]), book: book, from: start + from, before: nil
            ).status
            let isGap = expected.last { $0.0 < from }?.1 == .gap
            #expect(
                later.said
                    == states((isGap ? [(from, .gap)] : []) + expected.filter { $0.0 >= from }),
                "seed \(seed), from \(from)")
        }
    }
}

/// An entry of a feed that tells a state or a rate: time, kind, instrument, venue's time, what it
/// says, and when the next is expected.
private func told(_ feed: Feed) -> [[Int64]] {
    (0..<feed.count).compactMap { entry in
        let kind = feed.kind.map { $0[entry] } ?? feed.singleKind?.rawValue ?? 0
        let row = feed.row.map { Int($0[entry]) } ?? entry
        let head = [feed.time_ns[entry], Int64(kind), Int64(feed.instrument(entry))]
        if kind == EventKind.status.rawValue, let status = feed.status {
            return head + [status.venueTime_ns[row], Int64(status.status[row]), 0]
        }
        guard kind == EventKind.funding.rawValue, let funding = feed.funding else { return nil }
        return head + [
            funding.venueTime_ns[row], funding.rate_e9[row], funding.nextFunding_ns[row],
        ]
    }
}

private func expected(_ notices: [FeedNotices]) -> [[Int64]] {
    var all: [[Int64]] = []
    for one in notices {
        for row in one.rows {
            all.append([
                row.time_ns, Int64(one.kind.rawValue), Int64(one.instrument), row.venueTime_ns,
                row.value, row.next_ns,
            ])
        }
    }
    return all.enumerated().sorted { a, b in
        let (x, y) = (a.element, b.element)
        return (x[0], x[1], x[2], a.offset) < (y[0], y[1], y[2], b.offset)
    }.map(\.element)
}

@Suite struct `A feed with notices` {
    @Test(arguments: [0, ScratchMemory.memoryMax])
    func `tells them among the rows of the market, in the total order`(memoryMax: Int) throws {
        for seed in UInt64(0)..<40 {
            var random = SeededGenerator(seed: seed)
            let books = try (0..<2).map {
                try randomBook("A\($0)/USD", messages: 100, using: &random)
            }
            let notices = try (0..<2).flatMap { index in
                let work = try RunNotices(
                    index, perpetual(), book: books[index], from: nil, before: nil)
                return [work.status, work.funding]
            }
            let sources = books.enumerated().map { FeedSource(series: $1, instrument: $0) }
            let quiet = try FeedBuilder.build(sources, before: nil, in: testScratch())
            let memory = try FeedBuilder.build(
                sources, notices: notices, before: nil, in: testScratch(memoryMax: memoryMax))
            #expect(told(memory.feed) == expected(notices), "seed \(seed)")
            let rows = notices.reduce(0) { $0 + $1.rows.count }
            #expect(memory.feed.count == quiet.feed.count + rows)
            memory.releaseAll()
            #expect(told(memory.feed) == expected(notices), "seed \(seed)")
            for entry in 1..<memory.feed.count {
                #expect(memory.feed.time_ns[entry - 1] <= memory.feed.time_ns[entry])
            }
        }
    }

    @Test func `may hold one kind of them alone, or nothing`() throws {
        let work = try RunNotices(3, perpetual(), book: nil, from: nil, before: nil)
        for notices in [work.status, work.funding] {
            let memory = try FeedBuilder.build(
                [], notices: [notices], before: nil, in: testScratch())
            #expect(memory.feed.singleKind == notices.kind && memory.feed.oneInstrument == 3)
            #expect(told(memory.feed) == expected([notices]))
        }
        let none = try RunNotices(0, record([]), book: nil, from: nil, before: nil)
        let memory = try FeedBuilder.build(
            [], notices: [none.status, none.funding], before: nil, in: testScratch())
        #expect(memory.feed.count == 0 && memory.start(at: start) == 0)
    }
}
