import Foundation
import RialtoHistory
import RialtoValues
import Testing

private let day_ns = CivilDay.length_ns
private let start = CivilDay(2010, 1, 1).start_ns

/// Random shares that list, split, pay, change their names and end at random times.
private struct Market {
    var series: [Series] = []
    var records: [InstrumentRecord] = []

    init(seed: UInt64, count: Int) throws {
        var random = SeededGenerator(seed: seed)
        for index in 0..<count {
            let name = "S\(index)/USD"
            let interval = index % 5 == 0 ? day_ns / 4 : day_ns
            var builder = try SeriesBuilder(
                SeriesDefinition(
                    instrument: .sample(name, quantityDecimals: 0), kind: .bars,
                    interval_ns: interval))
            let first = Int64.random(in: 0...40, using: &random)
            let last = Int64.random(in: 60...120, using: &random)
            var price = Int64.random(in: 1_000...90_000, using: &random)
            for step in first * day_ns / interval + 1...last * day_ns / interval {
                price = max(100, price + Int64.random(in: -price / 30...price / 30, using: &random))
                let low = price - 1, volume = Int64.random(in: 1...100_000, using: &random)
                try builder.append(
                    bar: start + step * interval, open: price, high: price + 1, low: low,
                    close: price, volume: volume)
            }
            series.append(builder.finish())
            var actions = [
                InstrumentAction(time_ns: start + first * day_ns, .listing(name: "A\(index)"))
            ]
            var days = Set<Int64>()
            for _ in 0..<4 { days.insert(.random(in: first + 1...last - 1, using: &random)) }
            for (place, day) in days.sorted().enumerated() {
                let time_ns = start + day * day_ns + 5
                let change: InstrumentAction.Change =
                    place == 1
                    ? .rename(from: "A\(index)", to: "B\(index)")
                    : place % 2 == 0
                        ? .split(numerator: 2, denominator: 1)
                        : .dividend(perUnit: 10_000_000_000_000_000)
                actions.append(InstrumentAction(time_ns: time_ns, change))
            }
            if index % 3 == 0 {
                actions.append(
                    InstrumentAction(time_ns: start + last * day_ns, .settlement(price: nil)))
            }
            records.append(try InstrumentRecord(name, calendar: .always, actions: actions))
        }
    }

    /// Writes all of it, or what is known at a time alone.
    func write(to folder: HistoryFolder, knownAt time_ns: Int64? = nil) throws {
        for one in series {
            guard let time_ns else {
                try folder.write(one)
                continue
            }
            var builder = try SeriesBuilder(one.definition)
            for row in 0..<one.index(atOrAfter: time_ns + 1) { try builder.append(one.row(row)) }
            let known = builder.finish()
            if known.count > 0 { try folder.write(known) }
        }
        for record in records {
            try folder.write(time_ns.map { try record.known(at: $0) } ?? record)
        }
    }
}

@Suite struct `A screen of instruments` {
    @Test func `answers the same when all that came later is cut off`() throws {
        for seed in UInt64(0)..<12 {
            let market = try Market(seed: seed, count: 15)
            for day in [30, 55, 80, 100] as [Int64] {
                var screen = Screen(at_ns: start + day * day_ns + Int64(seed % 2) * day_ns / 3)
                screen.window = 10
                screen.rank = Screen.Rank.allCases[Int(seed) % 3]
                screen.top = 9
                let answers = try [nil, screen.at_ns].map { limit in
                    try inTemporaryFolder { path in
                        let folder = HistoryFolder(path: path)
                        try market.write(to: folder, knownAt: limit)
                        return try screen.run(folder)
                    }
                }
                #expect(answers[0].chosen == answers[1].chosen, "seed \(seed) day \(day)")
                #expect(!answers[0].chosen.isEmpty && answers[0].damaged.isEmpty)
            }
        }
    }

    @Test func `measures as one does by hand, splits taken out`() throws {
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path)
            var builder = try SeriesBuilder(
                SeriesDefinition(
                    instrument: .sample("A/USD", quantityDecimals: 0), kind: .bars,
                    interval_ns: day_ns))
            for (index, close) in [10_000, 11_000, 5_500, 9_999].enumerated() {
                let close = Int64(close)
                try builder.append(
                    bar: start + Int64(index + 1) * day_ns, open: close, high: close, low: close,
                    close: close, volume: 100)
            }
            try folder.write(builder.finish())
            let split = InstrumentAction(
                time_ns: start + 2 * day_ns + 1, .split(numerator: 2, denominator: 1))
            let rename = InstrumentAction(
                time_ns: start + 3 * day_ns + 1, .rename(from: "OLD", to: "NEW"))
            try folder.write(
                InstrumentRecord("A/USD", calendar: .always, actions: [split, rename]))
            var screen = Screen(at_ns: start + 3 * day_ns)
            screen.window = 2
            let found = try #require(try screen.run(folder).chosen.first)
            #expect(found.price == 5_500 && found.bars == 3 && found.name == "OLD/USD")
            // A hundred at 110.00 and a hundred at 55.00.
            #expect(found.dollarVolume == 8_250)
            #expect(abs(found.totalReturn - 0.1) < 1e-12)
            let first = log(1.1), mean = first / 2
            let deviation = ((first - mean) * (first - mean) + mean * mean).squareRoot()
            #expect(abs(found.volatility - deviation) < 1e-12)
        }
    }

    @Test func `says why it passed an instrument over`() throws {
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path)
            try Market(seed: 1, count: 12).write(to: folder)
            func passed(
                _ day: Int64, _ change: (inout Screen) -> Void = { _ in }
            ) throws
                -> [Screen.Reason: Int]
            {
                var screen = Screen(at_ns: start + day * day_ns)
                screen.window = 5
                change(&screen)
                let result = try screen.run(folder)
                #expect(result.chosen.count + result.passed.values.reduce(0, +) == 12)
                return result.passed
            }
            #expect(try passed(200) == [.delisted: 4, .silent: 8])
            #expect(try passed(-1) == [.history: 12])
            #expect(try passed(50) == [:])
            #expect(try passed(50) { $0.kind = .linear } == [.kind: 12])
            #expect(try passed(50) { $0.currency = "EUR" } == [.kind: 12])
            #expect(try passed(50) { $0.priceMin = 1 << 100 } == [.price: 12])
            #expect(try passed(50) { $0.dollarVolumeMin = 1e15 } == [.dollarVolume: 12])
            #expect(try passed(50) { $0.historyMin = 1_000 } == [.history: 12])
            #expect(try passed(50) { $0.top = 3 } == [.top: 9])
        }
    }

    @Test func `refuses to compare prices in two currencies`() throws {
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path)
            try Market(seed: 2, count: 3).write(to: folder)
            let euro = Instrument(
                name: "E/EUR", venue: "", kind: .spot, priceDecimals: 2, quantityDecimals: 0,
                priceStep: 1, quantityStep: 1, currency: "EUR", multiplier: 1)
            var builder = try SeriesBuilder(
                SeriesDefinition(instrument: euro, kind: .bars, interval_ns: day_ns))
            for index in 1...50 as ClosedRange<Int64> {
                try builder.append(
                    bar: start + index * day_ns, open: 9, high: 9, low: 9, close: 9, volume: 9)
            }
            try folder.write(builder.finish())
            var screen = Screen(at_ns: start + 50 * day_ns)
            screen.window = 5
            #expect(throws: HistoryError.self) { try screen.run(folder) }
            screen.currency = "EUR"
            #expect(try screen.run(folder).chosen.map(\.name) == ["E/EUR"])
        }
    }
}
