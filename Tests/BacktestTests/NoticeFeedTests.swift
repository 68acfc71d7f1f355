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
        let all = try RunNotices(0, perpetual(), book: nil, from: nil, before: nil).status()
        #expect(all.said == states([(250, .halted), (280, .open), (410, .closed)]))
        let later = try RunNotices(
            0, perpetual(), book: nil, from: start + 260, before: start + 410
        ).status()
        #expect(later.said == states([(260, .halted), (280, .open)]))
        let ended = try RunNotices(0, perpetual(), book: nil, from: start + 999, before: nil)
        #expect(try ended.status().said == states([(999, .closed)]))
        let open = try RunNotices(0, perpetual(), book: nil, from: start + 290, before: start + 300)
        #expect(try open.status().rows.isEmpty)
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
            let told = try RunNotices(0, record([]), book: book, from: nil, before: nil).status()
            #expect(told.said == states(expected) && !expected.isEmpty, "seed \(seed)")
            let from = Int64.random(in: 1...300, using: &random)
            let later = try RunNotices(
                0, record([]), book: book, from: start + from, before: nil
            ).status()
            let isGap = expected.last { $0.0 < from }?.1 == .gap
            #expect(
                later.said
                    == states((isGap ? [(from, .gap)] : []) + expected.filter { $0.0 >= from }),
                "seed \(seed), from \(from)")
        }
    }
}

/// Trades at these times after the start, one each.
private func trades(_ times: [Int64]) throws -> Series {
    var builder = try SeriesBuilder(
        SeriesDefinition(instrument: sketchCoin("A/USD"), kind: .trades, interval_ns: 0))
    for time in times {
        try builder.append(
            trade: start + time, venue_time_ns: start + time, price: 5, quantity: 1, takerSide: 0)
    }
    return builder.finish()
}

private func told(
    _ watched: [(times: [Int64], after: Int64)], from: Int64? = nil, before: Int64? = nil
) throws -> [[Int64]] {
    let streams = try watched.map { WatchedStream(try trades($0.times), staleAfter_ns: $0.after) }
    return try RunNotices(
        0, record([]), book: nil, watched: streams, from: from.map { start + $0 },
        before: before.map { start + $0 }
    ).status().said
}

@Suite struct `The silence of a stream` {
    @Test func `is told when it has lasted, and ends with the next row`() throws {
        let found = try told([([10, 20, 40, 45, 90], 10)], before: 95)
        #expect(
            found == states([(30, .stale), (40, .live), (55, .stale), (90, .live)]),
            "not at 20: ten are not more than ten; not at 100: the market has ended")
        #expect(try told([([10, 20, 40], 10)], before: 99).last == [50, 5], "nothing came again")
        #expect(try told([([10, 20, 40], 40)], before: 60).isEmpty)
    }

    @Test func `of several streams is that of any of them`() throws {
        let found = try told(
            [([10, 50, 60, 70], 10), ([10, 20, 30, 40, 65, 70], 10)], before: 75)
        #expect(found == states([(20, .stale), (50, .live), (50, .stale), (65, .live)]))
    }

    @Test func `that holds when a run begins is told then, also before the first row`() throws {
        #expect(
            try told([([10, 50, 55], 10)], from: 30, before: 56)
                == states([(30, .stale), (50, .live)]))
        #expect(
            try told([([10, 15], 4)], from: 2, before: 16)
                == states([(6, .stale), (10, .live), (14, .stale), (15, .live)]))
        #expect(try told([([10, 50, 55], 10)], from: 52, before: 56).isEmpty)
    }

    @Test func `counts open hours alone`() throws {
        func time(_ text: String) -> Int64 { UnixTime.parse(text.utf8) ?? 0 }
        let rows = ["2024-07-02T19:59:00Z", "2024-07-03T13:31:00Z", "2024-07-03T13:45:00Z"]
        let watched = WatchedStream(
            try trades(rows.map { time($0) - start }), staleAfter_ns: 5 * MarketSketch.minute)
        let found = try watched.silences(calendar: .usEquities, from: nil)
        #expect(
            found.map(\.from_ns) == [
                time("2024-07-03T13:36:00Z"), time("2024-07-03T13:50:00Z"),
            ])
        #expect(found.map(\.until_ns) == [time(rows[2]), nil])
    }

    /// As it is by looking at each instant.
    @Test func `is what every instant says`() throws {
        for seed in UInt64(0)..<200 {
            var random = SeededGenerator(seed: seed)
            let streams = (0..<2).map { _ in
                var time: Int64 = 0
                let times = (0..<12).map { _ -> Int64 in
                    time += Int64.random(in: 1...9, using: &random)
                    return time
                }
                return (times: times, after: Int64.random(in: 2...6, using: &random))
            }
            func isSilent(_ now: Int64) -> Bool {
                streams.contains { stream in
                    let last = stream.times.last { $0 <= now } ?? stream.times[0]
                    return now >= last + stream.after
                        && (stream.times.first { $0 > now } ?? .max) > last + stream.after
                }
            }
            var silent = false
            let rows = try told(streams, before: 130)
            for now in 0..<130 as Range<Int64> {
                for row in rows where row[0] == now { silent = row[1] == 5 }
                #expect(silent == isSilent(now), "seed \(seed), \(now)")
            }
        }
    }
}

@Suite struct `Prints that a recording missed` {
    private func gaps(_ times: [Int64]) throws -> Series {
        var builder = try SeriesBuilder(
            SeriesDefinition(instrument: sketchCoin("A/USD"), kind: .gaps, interval_ns: 0))
        for time in times {
            try builder.append(
                gap: start + time, venue_time_ns: start + time, in: .trades, missed: 1)
        }
        return builder.finish()
    }

    @Test func `are a gap that is over at once`() throws {
        let told = try RunNotices(
            0, record([]), book: nil, gaps: try gaps([5, 9]), from: start + 6, before: nil
        ).status()
        #expect(told.said == states([(9, .gap), (9, .reconnect)]), "what was before is over")
    }

    @Test func `end no gap of the book`() throws {
        var book = try SeriesBuilder(
            SeriesDefinition(instrument: sketchCoin("A/USD"), kind: .book, interval_ns: 0))
        for (time, flags) in [(1, [.clears, .last]), (4, .all), (8, [.clears, .last])]
            as [(Int64, BookFlags)]
        {
            try book.append(
                level: start + time, venue_time_ns: start + time, side: 0, flags: flags, price: 0,
                quantity: 0, sequence: 0)
        }
        let told = try RunNotices(
            0, record([]), book: book.finish(), gaps: try gaps([2, 6, 9]), from: nil, before: nil
        ).status()
        #expect(
            told.said
                == states([
                    (2, .gap), (2, .reconnect), (4, .gap), (6, .gap), (8, .reconnect), (9, .gap),
                    (9, .reconnect),
                ]))
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
                return [try work.status(), work.funding]
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
        for notices in [try work.status(), work.funding] {
            let memory = try FeedBuilder.build(
                [], notices: [notices], before: nil, in: testScratch())
            #expect(memory.feed.singleKind == notices.kind && memory.feed.oneInstrument == 3)
            #expect(told(memory.feed) == expected([notices]))
        }
        let none = try RunNotices(0, record([]), book: nil, from: nil, before: nil)
        let memory = try FeedBuilder.build(
            [], notices: [try none.status(), none.funding], before: nil, in: testScratch())
        #expect(memory.feed.count == 0 && memory.start(at: start) == 0)
    }
}
