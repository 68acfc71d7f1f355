import Foundation
import RialtoHistory
import RialtoValues
import Testing

private let day_ns = CivilDay.length_ns

private func bars(_ closes: [Int64], volume: Int64 = 1_000) throws -> Series {
    var builder = try SeriesBuilder(
        SeriesDefinition(instrument: .sample("A/USD"), kind: .bars, interval_ns: day_ns))
    for (index, close) in closes.enumerated() {
        try builder.append(
            bar: Int64(index + 1) * day_ns, open: close, high: close, low: close, close: close,
            volume: volume)
    }
    return builder.finish()
}

private func record(_ actions: (Int64, InstrumentAction.Change)...) throws -> InstrumentRecord {
    try InstrumentRecord(
        "A/USD", calendar: .always,
        actions: actions.map { InstrumentAction(time_ns: $0.0, $0.1) })
}

private func closes(_ series: Series) -> [Int64] {
    (0..<series.count).map { series.bars?.close[$0] ?? 0 }
}

@Suite struct `An adjusted series` {
    @Test func `has no jump where units were split, and volumes in the newest units`() throws {
        let split = try record((2 * day_ns + 1, .split(numerator: 4, denominator: 1)))
        let series = try bars([40_000, 44_000, 11_000, 12_000]).adjusted(.splits, by: split)
        #expect(closes(series) == [10_000, 11_000, 11_000, 12_000])
        #expect((0..<4).map { series.bars?.volume[$0] } == [4_000, 4_000, 1_000, 1_000])
    }

    @Test func `takes a bar that closes with the action as one before it`() throws {
        let split = try record((2 * day_ns, .split(numerator: 1, denominator: 2)))
        let series = try bars([100, 100, 200]).adjusted(.splits, by: split)
        #expect(closes(series) == [200, 200, 200])
    }

    @Test func `rounds once, half to even, however many actions there are`() throws {
        let thirds = try record(
            (day_ns + 1, .split(numerator: 3, denominator: 1)),
            (2 * day_ns + 1, .split(numerator: 2, denominator: 1)),
            (3 * day_ns + 1, .split(numerator: 1, denominator: 3)))
        // 101/2 is half way and goes to the even 50; in steps it would be 34, 17, 51.
        #expect(
            try closes(bars([101, 303, 7, 21]).adjusted(.splits, by: thirds)) == [50, 454, 21, 21])
        let half = try record((day_ns + 1, .split(numerator: 2, denominator: 1)))
        #expect(try closes(bars([5, 2]).adjusted(.splits, by: half)) == [2, 2])
        #expect(try closes(bars([7, 2]).adjusted(.splits, by: half)) == [4, 2])
    }

    @Test func `keeps the return of who puts a dividend back in`() throws {
        let paid = try record(
            (2 * day_ns + 1, .dividend(perUnit: 1_000_000_000_000_000_000)),
            (2 * day_ns + 1, .split(numerator: 2, denominator: 1)))
        // 100.00 before, 1.00 paid per old unit: 99.00 of 100.00 remains, and units become two.
        let series = try bars([8_000, 10_000, 4_950]).adjusted(.all, by: paid)
        #expect(closes(series) == [3_960, 4_950, 4_950])
        #expect(try closes(bars([8_000, 10_000, 4_950]).adjusted(.splits, by: paid))[1] == 5_000)
    }

    @Test func `is itself where there is nothing to take out`() throws {
        let series = try bars([1, 2, 3])
        let paid = try record((0, .split(numerator: 2, denominator: 1)), (day_ns, .halt))
        for rule in PriceAdjustment.allCases {
            #expect(try series.adjusted(rule, by: paid) === series)
        }
    }

    @Test func `is refused where its unit is too coarse or a dividend too large`() throws {
        let split = try record((day_ns + 1, .split(numerator: 100, denominator: 1)))
        #expect(throws: HistoryError.self) { try bars([49, 1]).adjusted(.splits, by: split) }
        let paid = try record((day_ns + 1, .dividend(perUnit: 1_000_000_000_000_000_000)))
        #expect(throws: HistoryError.self) { try bars([100, 1]).adjusted(.all, by: paid) }
    }

    @Test func `of random splits gives back what was split, to half a unit`() throws {
        for seed in UInt64(0)..<200 {
            var random = SeededGenerator(seed: seed)
            let true_price = Int64.random(in: 1_000_000...2_000_000, using: &random)
            var actions: [InstrumentAction] = [], units = 1.0, raw: [Int64] = []
            for index in 0..<20 {
                raw.append(Int64((Double(true_price) / units).rounded()))
                let up = Int64.random(in: 1...4, using: &random)
                let down = Int64.random(in: 1...4, using: &random)
                guard up != down, index < 19 else { continue }
                units *= Double(up) / Double(down)
                let change = InstrumentAction.Change.split(numerator: up, denominator: down)
                actions.append(InstrumentAction(time_ns: Int64(index + 1) * day_ns + 1, change))
            }
            guard raw.allSatisfy({ $0 > 1_000 }) else { continue }
            let record = try InstrumentRecord("A/USD", calendar: .always, actions: actions)
            let found = try closes(bars(raw).adjusted(.splits, by: record))
            let last = Double(raw[19])
            for index in 0..<20 {
                let tolerance = 0.5 + 0.5 * last / Double(raw[index]) + 0.5
                #expect(abs(Double(found[index]) - last) <= tolerance, "seed \(seed) \(index)")
            }
        }
    }
}

@Suite(.enabled(if: marketData != nil, "no real market data in ../shared/data"))
struct `Adjusted prices of real shares` {
    private let folder = (marketData ?? "") + "/equity-daily/lean/"

    /// All rows that an archive has from a day on.
    private func series(_ ticker: String, from first: CivilDay) throws -> Series {
        let instrument = Instrument.sample(
            ticker.uppercased() + "/USD", priceDecimals: 6, quantityDecimals: 0)
        return try LeanBars(path: folder + ticker + ".zip").bars(
            instrument, calendar: .usEquities, rules: .strict, where: { $0 >= first }
        ).imported.series
    }

    private func record(_ ticker: String) throws -> InstrumentRecord {
        try InstrumentRecord(
            ticker.uppercased() + "/USD", calendar: .usEquities,
            actions: LeanFactors.actions(
                ByteInput(path: folder + "factor_files/\(ticker).csv"), calendar: .usEquities))
    }

    @Test(arguments: [
        ("aapl", CivilDay(1998, 1, 2), 4), ("bac", CivilDay(1998, 10, 1), 1),
        ("goog", CivilDay(2014, 4, 3), 1), ("ibm", CivilDay(1998, 1, 2), 1),
        ("uso", CivilDay(2006, 4, 10), 1),
    ])
    func `move as on any other day where they were split`(
        ticker: String, first: CivilDay, splits: Int
    ) throws {
        let raw = try series(ticker, from: first), record = try record(ticker)
        let adjusted = try raw.adjusted(.splits, by: record)
        var seen = 0
        for action in record.actions {
            guard case .split(let up, let down) = action.change else { continue }
            let row = raw.index(atOrAfter: action.time_ns)
            guard let closes = adjusted.bars?.close, let before = raw.bars?.close, row > 0 else {
                continue
            }
            seen += 1
            let change = Double(closes[row]) / Double(closes[row - 1])
            // Apple rose by 10.02 % on one of them.
            #expect(abs(change - 1) < 0.11, "\(ticker) \(row) moved by \(change)")
            let jump = Double(before[row]) / Double(before[row - 1]) * Double(up) / Double(down)
            #expect(abs(jump - change) < 1e-4)
        }
        #expect(seen == splits)
    }

    @Test(arguments: [
        ("aapl", CivilDay(1998, 1, 2)), ("ibm", CivilDay(1998, 1, 2)),
        ("spy", CivilDay(1998, 1, 2)), ("bac", CivilDay(1998, 10, 1)),
        ("eem", CivilDay(2003, 4, 11)), ("iwm", CivilDay(2000, 5, 26)),
    ])
    func `have the factors that LEAN has, on every day`(ticker: String, first: CivilDay) throws {
        let series = try series(ticker, from: first)
        let work = try Adjustment(.all, of: series, by: record(ticker))
        let text = try String(
            contentsOfFile: folder + "factor_files/\(ticker).csv", encoding: .utf8)
        let rows = text.split(separator: "\n").map { $0.split(separator: ",") }
        var worst = 0.0
        for index in 0..<series.count {
            let day = CivilDay(containing: series.time_ns[index]).text.replacing("-", with: "")
            guard let row = rows.first(where: { $0[0] >= day }), let price = Double(row[1]),
                let split = Double(row[2])
            else { continue }
            let factor = work.priceFactor(at: series.time_ns[index])
            worst = max(worst, abs(factor / (price * split) - 1))
        }
        #expect(worst < 2e-5, "\(ticker): \(worst)")
    }
}

@Suite struct `Days of a calendar` {
    @Test func `are one bar for each session, without what was traded outside`() throws {
        let calendar = TradingCalendar.usEquities
        let from = UnixTime.parse("2024-07-01".utf8) ?? 0
        let sessions = try calendar.sessions(from: from, to: from + 8 * day_ns)
        var builder = try SeriesBuilder(
            SeriesDefinition(instrument: .sample(), kind: .bars, interval_ns: 30 * minute_ns))
        var volumes: [Int64: Int64] = [:], outside = 0
        for close in stride(from: from, to: from + 8 * day_ns, by: Int(30 * minute_ns)) {
            let open = close - 30 * minute_ns
            let own = sessions.first { $0.open_ns <= open && close <= $0.close_ns }
            if let own { volumes[own.dayEnd_ns, default: 0] += 1 } else { outside += 1 }
            try builder.append(bar: close, open: 5, high: 9, low: 2, close: 7, volume: 1)
        }
        let (days, left) = try builder.finish().days(of: calendar, partialLast: .drop)
        #expect(left == outside && days.count == 5)
        for index in 0..<days.count {
            let row = days.row(index)
            #expect(row[5] == volumes[row[0]] && row[1] == 5 && row[4] == 7)
        }
    }

    @Test func `drop a last one that the data do not fill`() throws {
        let session = try TradingCalendar.usEquities.session(on: CivilDay(2024, 7, 3))
        let open = try #require(session).open_ns
        for (count, kept) in [(209, 0), (210, 1)] {
            var builder = try SeriesBuilder(
                SeriesDefinition(instrument: .sample(), kind: .bars, interval_ns: minute_ns))
            for index in 1...count {
                try builder.append(
                    bar: open + Int64(index) * minute_ns, open: 1, high: 1, low: 1, close: 1,
                    volume: 1)
            }
            let series = builder.finish()
            let days = try series.days(of: .usEquities, partialLast: .drop).bars
            #expect(days.count == kept)
            #expect(try series.days(of: .usEquities, partialLast: .keep).bars.count == 1)
            if kept == 1 { #expect(days.time_ns[0] == open + 390 * minute_ns) }
        }
    }
}
