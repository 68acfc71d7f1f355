import Foundation
import RialtoHistory
import RialtoValues
import Testing

@Suite struct `Resampling` {
    @Test func `of trades agrees with grouping them by interval, whatever the seed`() throws {
        for seed in UInt64(0)..<100 {
            var random = SeededGenerator(seed: seed)
            let definition = SeriesDefinition.random(.trades, using: &random)
            let trades = try Series.random(definition, count: 400, using: &random)
            let interval = Int64.random(in: 1...50_000_000, using: &random)
            let bars = try trades.resampled(to: interval, partialLast: .keep)
            let rows = (0..<trades.count).map { trades.row($0) }
            let groups = Dictionary(grouping: rows) { row in
                row[0] - ((row[0] % interval) + interval) % interval + interval
            }
            #expect(bars.count == groups.count, "seed \(seed)")
            for index in 0..<bars.count {
                let bar = bars.row(index), group = groups[bar[0]] ?? []
                let prices = group.map { $0[2] }
                #expect(bar[1] == prices.first && bar[2] == prices.max() && bar[3] == prices.min())
                #expect(bar[4] == prices.last && bar[5] == group.reduce(0) { $0 + $1[3] })
            }
        }
    }

    @Test func `in two steps gives the same bars as in one`() throws {
        for seed in UInt64(0)..<100 {
            var random = SeededGenerator(seed: seed)
            let definition = SeriesDefinition.random(.trades, using: &random)
            let trades = try Series.random(definition, count: 300, using: &random)
            let once = try trades.resampled(to: 60_000_000, partialLast: .keep)
            let twice = try trades.resampled(to: 5_000_000, partialLast: .keep)
                .resampled(to: 60_000_000, partialLast: .keep)
            #expect(once.isEqual(to: twice), "seed \(seed)")
        }
    }

    @Test func `keeps a last bar that bars fill, and drops a partial one when told to`() throws {
        let one = SeriesDefinition(instrument: .sample(), kind: .bars, interval_ns: minute_ns)
        for (count, kept, dropped) in [(4, 2, 2), (5, 3, 2), (1, 1, 0)] {
            var builder = try SeriesBuilder(one)
            for index in 1...count {
                try builder.append(
                    bar: Int64(index) * minute_ns, open: 1, high: 1, low: 1, close: 1, volume: 1)
            }
            let series = builder.finish()
            #expect(try series.resampled(to: 2 * minute_ns, partialLast: .keep).count == kept)
            #expect(try series.resampled(to: 2 * minute_ns, partialLast: .drop).count == dropped)
        }
    }

    @Test func `refuses what it cannot make`() throws {
        var random = SeededGenerator(seed: 2)
        let quotes = try Series.random(.random(.quotes, using: &random), count: 5, using: &random)
        #expect(throws: HistoryError.self) {
            try quotes.resampled(to: minute_ns, partialLast: .keep)
        }
        let bars = SeriesDefinition(instrument: .sample(), kind: .bars, interval_ns: minute_ns)
        var builder = try SeriesBuilder(bars)
        try builder.append(bar: 150_000_000_000, open: 1, high: 1, low: 1, close: 1, volume: 1)
        let series = builder.finish()
        for interval in [0, -1, minute_ns + 1, 2 * minute_ns] {
            #expect(throws: HistoryError.self, "\(interval)") {
                try series.resampled(to: interval, partialLast: .keep)
            }
        }
    }
}

@Suite struct `An exported series` {
    @Test(arguments: SeriesKind.allCases)
    func `is imported as the same series, plain and packed`(kind: SeriesKind) throws {
        for seed in UInt64(0)..<60 {
            var random = SeededGenerator(seed: seed)
            let definition = SeriesDefinition.random(kind, using: &random)
            let series = try Series.random(definition, count: Int(seed * 3), using: &random)
            let barTime: BarTime = seed % 2 == 0 ? .open : .close
            let isISO = seed % 3 == 0
            let bytes = try exported(
                series, CSVExport(times: isISO ? .iso : .nanoseconds, barTime: barTime))
            let unit: TimeUnit = isISO ? .iso : .nanoseconds
            let format = CSVFormat(timeUnit: unit, venueTimeUnit: unit)
            for bytes in [bytes, gzip(bytes)] {
                let back = try imported(bytes, definition, time: barTime, format: format)
                #expect(back.series.isEqual(to: series), "seed \(seed)")
            }
        }
    }

    @Test func `can be a part, found by time`() throws {
        for seed in UInt64(0)..<60 {
            var random = SeededGenerator(seed: seed)
            let definition = SeriesDefinition.random(.trades, using: &random)
            let series = try Series.random(definition, count: Int(1 + seed), using: &random)
            let times = (0..<series.count).map { series.time_ns[$0] }
            let from = (times.randomElement(using: &random) ?? 0) - Int64(seed % 2)
            let first = series.index(atOrAfter: from)
            #expect(first == times.firstIndex { $0 >= from } ?? series.count, "seed \(seed)")
            var text: [UInt8] = []
            try CSVExport(times: .nanoseconds, barTime: .close).write(
                series, rows: first..<series.count, to: { text.append(contentsOf: $0) })
            #expect(text.filter { $0 == 0x0A }.count == 1 + series.count - first)
        }
    }

    @Test func `appears whole or not at all, and takes over what a crash left`() throws {
        var random = SeededGenerator(seed: 6)
        let definition = SeriesDefinition.random(.bars, using: &random)
        let series = try Series.random(definition, count: 20, using: &random)
        let export = CSVExport(times: .iso, barTime: .open)
        try inTemporaryFolder { path in
            try Data([1]).write(to: URL(fileURLWithPath: path + "/.x.csv.0.rialto-tmp"))
            var full = Disk.posix
            full.write = { _, _, _ in
                errno = ENOSPC
                return -1
            }
            #expect(throws: HistoryError.self) {
                try export.write(series, toFile: path + "/x.csv", disk: full)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
            try export.write(series, toFile: path + "/x.csv")
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["x.csv"])
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/x.csv")))
            #expect(try bytes == exported(series, export))
        }
    }
}
