import Foundation
import RialtoHistory
import RialtoValues
import Testing

private func time(_ text: String) -> Int64 { UnixTime.parse(text.utf8) ?? 0 }

/// The days of a calendar from one to another, both included.
private func days(
    _ calendar: TradingCalendar, _ first: CivilDay, _ last: CivilDay
) throws -> [CivilDay] {
    try calendar.sessions(from: first.start_ns, to: (last + 2).start_ns).map(\.day)
        .filter { (first...last).contains($0) }
}

@Suite struct `A day of the calendar` {
    @Test func `reads back from its year, month and day, and follows the day before`() {
        var before = CivilDay(1899, 12, 31)
        for number in before.number + 1..<before.number + 80_000 {
            let day = CivilDay(number: number), parts = day.parts
            #expect(CivilDay(parts.year, parts.month, parts.day) == day)
            #expect(day.weekday == (before.weekday + 1) % 7)
            #expect(CivilDay(containing: day.start_ns) == day)
            #expect(CivilDay(containing: day.start_ns - 1) == before)
            before = day
        }
        #expect(CivilDay(2000, 2, 29).text == "2000-02-29" && CivilDay(1970, 1, 1).weekday == 4)
    }
}

@Suite struct `A trading calendar` {
    @Test func `of shares opens at half past nine in New York, summer and winter`() throws {
        let winter = try TradingCalendar.usEquities.session(on: CivilDay(2024, 1, 8))
        let summer = try TradingCalendar.usEquities.session(on: CivilDay(2024, 7, 8))
        #expect(winter?.open_ns == time("2024-01-08T14:30:00Z"))
        #expect(winter?.close_ns == time("2024-01-08T21:00:00Z"))
        #expect(summer?.open_ns == time("2024-07-08T13:30:00Z"))
        #expect(summer?.close_ns == time("2024-07-08T20:00:00Z"))
    }

    /// As the exchange announced them.
    @Test(
        arguments: [
            (2018, ["07-03", "11-23", "12-24"]), (2019, ["07-03", "11-29", "12-24"]),
            (2020, ["11-27", "12-24"]), (2021, ["11-26"]), (2022, ["11-25"]),
            (2023, ["07-03", "11-24"]), (2024, ["07-03", "11-29", "12-24"]),
            (2025, ["07-03", "11-28", "12-24"]),
        ] as [(Int64, [String])])
    func `of shares closes early on the announced days alone`(year: Int64, short: [String]) throws {
        let all = try TradingCalendar.usEquities.sessions(
            from: CivilDay(year, 1, 1).start_ns, to: CivilDay(year + 1, 1, 1).start_ns)
        #expect(all.filter(\.isShort).map { String($0.day.text.dropFirst(5)) } == short)
        for session in all where session.isShort {
            #expect(session.close_ns - session.open_ns == 210 * minute_ns)
        }
    }

    @Test(arguments: [
        "1994-04-27", "2001-09-14", "2004-06-11", "2007-01-02", "2012-10-29", "2018-12-05",
        "2022-06-20", "2023-06-19", "2025-01-09", "2021-12-24", "2022-04-15", "2024-03-29",
    ])
    func `of shares is closed on holidays and days of mourning`(day: String) throws {
        let day = CivilDay(containing: time(day))
        #expect(try TradingCalendar.usEquities.session(on: day) == nil)
        #expect(try TradingCalendar.usEquities.session(onOrAfter: day) != nil)
    }

    @Test(arguments: ["2021-06-18", "2021-12-31", "1994-01-17", "2013-07-05", "1999-12-31"])
    func `of shares is open on days that only look like holidays`(day: String) throws {
        let day = CivilDay(containing: time(day))
        #expect(try TradingCalendar.usEquities.session(on: day) != nil)
    }

    @Test func `of currencies runs from Sunday evening to Friday evening without a pause`() throws {
        let week = try TradingCalendar.foreignExchange.sessions(
            from: time("2013-02-02"), to: time("2013-02-09T12:00:00Z"))
        #expect(week.count == 5)
        #expect(week.first?.open_ns == time("2013-02-03T22:00:00Z"))
        #expect(week.last?.close_ns == time("2013-02-08T22:00:00Z"))
        for (one, next) in zip(week, week.dropFirst()) { #expect(one.close_ns == next.open_ns) }
    }

    @Test func `of index futures runs from Sunday evening to Friday, with a break each day`() throws
    {
        let week = try TradingCalendar.cmeFutures.sessions(
            from: time("2024-03-03"), to: time("2024-03-11T12:00:00Z"))
        #expect(week.count == 6)
        #expect(week.first?.open_ns == time("2024-03-03T23:00:00Z"))
        #expect(week[4].close_ns == time("2024-03-08T22:00:00Z"))
        for (one, next) in zip(week.prefix(5), week.dropFirst().prefix(4)) {
            #expect(next.open_ns - one.close_ns == 60 * minute_ns)
        }
        #expect(week[5].open_ns == time("2024-03-10T22:00:00Z"), "the clocks have changed")
    }

    /// When the day ends in UTC, by the hours that CME announced; empty for no session.
    @Test(
        arguments: [
            ("2018-12-05", "14:30"), ("2025-01-09", "14:30"), ("2021-04-02", "13:15"),
            ("2023-04-07", "13:15"), ("2022-04-15", ""), ("2024-03-29", ""), ("2025-04-18", ""),
            ("2023-01-02", ""), ("2022-12-26", ""), ("2021-12-24", ""), ("2021-12-31", "22:00"),
            ("2024-12-25", ""), ("2025-01-01", ""), ("2024-01-01", ""), ("2024-12-24", "18:15"),
            ("2024-01-15", "18:00"), ("2024-02-19", "18:00"), ("2024-05-27", "17:00"),
            ("2024-06-19", "17:00"), ("2021-06-18", "21:00"), ("2024-07-03", "17:15"),
            ("2024-07-04", "17:00"), ("2020-07-03", "17:00"), ("2021-07-05", "17:00"),
            ("2024-09-02", "17:00"), ("2024-11-28", "18:00"), ("2024-11-29", "18:15"),
            ("2024-11-27", "22:00"),
        ])
    func `of index futures ends when the exchange said`(day: String, end: String) throws {
        let session = try TradingCalendar.cmeFutures.session(on: CivilDay(containing: time(day)))
        #expect(session?.close_ns == (end.isEmpty ? nil : time("\(day)T\(end):00Z")))
        #expect((session?.isShort ?? true) == !["22:00", "21:00"].contains(end))
    }

    @Test(arguments: TradingCalendar.allCases)
    func `has days that end at least a day apart, and sessions that do not overlap`(
        calendar: TradingCalendar
    ) throws {
        let all = try calendar.sessions(from: time("1990-01-01"), to: time("2050-01-01"))
        #expect(all.count > 15_000)
        for (one, next) in zip(all, all.dropFirst()) {
            #expect(one.day < next.day && one.close_ns <= next.open_ns)
            #expect(next.dayEnd_ns - one.dayEnd_ns >= CivilDay.length_ns, "\(next.day.text)")
        }
        for session in all {
            #expect(session.open_ns < session.close_ns && session.close_ns <= session.dayEnd_ns)
        }
    }

    @Test func `answers for many times as for each alone`() throws {
        let from = time("2024-06-28"), to = time("2024-07-09")
        let index = try SessionIndex(.usEquities, from: from, to: to)
        var open: Int64 = 0
        for minute in stride(from: from, to: to, by: Int(minute_ns)) {
            let isOpen = index.sessions.contains { ($0.open_ns..<$0.close_ns).contains(minute) }
            #expect((index.session(at: minute) != nil) == isOpen)
            #expect(index.isOpen(from: minute, to: minute + 1) == isOpen)
            open += isOpen ? minute_ns : 0
            #expect(index.open_ns(from: from, to: minute + minute_ns) == open)
        }
        #expect(index.bars(of: minute_ns, from: from, to: to) == Int(open / minute_ns))
        #expect(index.bars(of: CivilDay.length_ns, from: from, to: to) == 6)
    }
}

@Suite(.enabled(if: marketData != nil, "no real market data in ../shared/data"))
struct `The calendar of shares` {
    /// SPY is in an archive; the test reads it as an import does.
    @Test func `has the trading days of SPY, 1998 to 2021, and no other`() throws {
        let bars = try LeanBars(path: (marketData ?? "") + "/equity-daily/lean/spy.zip")
        let read = try bars.bars(
            .sample("SPY/USD", priceDecimals: 4, quantityDecimals: 0), calendar: .usEquities,
            rules: .strict, where: { _ in true })
        let ends = try TradingCalendar.usEquities.sessions(
            from: time("1998-01-01"), to: time("2021-04-01")
        ).map(\.dayEnd_ns)
        let series = read.imported.series
        #expect((0..<series.count).map { series.time_ns[$0] } == ends && ends.count == 5_849)
    }

    @Test func `has the trading days of the S&P 500, 1990 to 2022, and no other`() throws {
        let file = (marketData ?? "") + "/equity-daily/sp500-index.csv.gz"
        let map = ColumnMap.names([
            "time": "Date", "open": "SP500", "high": "SP500", "low": "SP500", "close": "SP500",
        ])
        let read = try Importer.bars(interval_ns: CivilDay.length_ns, time: .open, rules: .strict)
            .csv(ByteInput(path: file), .sample(), format: CSVFormat(columns: map))
        let found = (0..<read.series.count).map {
            CivilDay(containing: read.series.time_ns[$0] - CivilDay.length_ns)
        }
        let expected = try days(.usEquities, CivilDay(1990, 1, 2), CivilDay(2022, 12, 28))
        #expect(found == expected && found.count == 8_313)
    }
}

@Suite(.enabled(if: marketData != nil, "no real market data in ../shared/data"))
struct `The calendar of currencies` {
    @Test func `holds every minute of a month of quotes, and says when they are named wrongly`()
        throws
    {
        let file = (marketData ?? "") + "/fx-1m/fxcm-usdjpy-m1-bid-2013.csv.gz"
        for (end, outside) in [(BarTime.open, 0), (.close, 3)] {
            let read = try Importer.bars(interval_ns: minute_ns, time: end, rules: .strict).csv(
                ByteInput(path: file), .sample("USD/JPY", priceDecimals: 3), format: CSVFormat())
            try inTemporaryFolder { path in
                let folder = HistoryFolder(path: path)
                try folder.write(read.series)
                try folder.write(
                    InstrumentRecord("USD/JPY", calendar: .foreignExchange, actions: []))
                #expect(try folder.check(read.series.key).outside == outside)
            }
        }
    }
}

@Suite struct `Gaps by a calendar` {
    /// Every minute of the sessions of a week, without those that `isMissing` names.
    private func week(_ isMissing: (Int) -> Bool) throws -> Series {
        let sessions = try TradingCalendar.usEquities.sessions(
            from: time("2024-07-01"), to: time("2024-07-09"))
        var builder = try SeriesBuilder(
            SeriesDefinition(instrument: .sample(), kind: .bars, interval_ns: minute_ns))
        var index = 0
        for session in sessions {
            for close in stride(
                from: session.open_ns + minute_ns, through: session.close_ns, by: Int(minute_ns))
            {
                if !isMissing(index) {
                    try builder.append(bar: close, open: 1, high: 1, low: 1, close: 1, volume: 1)
                }
                index += 1
            }
        }
        return builder.finish()
    }

    @Test func `leave out nights, holidays and the rest of a short day`() throws {
        let whole = try week { _ in false }
        #expect(Gaps(of: whole, longerThan_ns: .max).count == 4)
        let gaps = try Gaps(of: whole, longerThan_ns: .max, calendar: .usEquities)
        #expect(gaps.count == 0 && gaps.missingBars == 0)
    }

    @Test func `count what is missing while the market is open`() throws {
        // The last ten minutes of Monday and the first five of Tuesday, and three in its middle.
        let missing = Set(380..<395).union(500..<503)
        let series = try week { missing.contains($0) }
        let gaps = try Gaps(of: series, longerThan_ns: .max, calendar: .usEquities)
        #expect(gaps.count == 2 && gaps.missingBars == 18)
    }

    @Test func `are told by a check, with the rows outside of sessions`() throws {
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path)
            var builder = try SeriesBuilder(
                SeriesDefinition(instrument: .sample(), kind: .bars, interval_ns: minute_ns))
            for text in ["2024-07-03T13:31:00Z", "2024-07-03T17:01:00Z", "2024-07-04T15:00:00Z"] {
                try builder.append(
                    bar: time(text), open: 1, high: 1, low: 1, close: 1, volume: 1)
            }
            let series = builder.finish()
            try folder.write(series)
            #expect(try folder.check(series.key).outside == nil)
            try folder.write(
                InstrumentRecord(series.instrument.name, calendar: .usEquities, actions: []))
            let report = try folder.check(series.key)
            #expect(report.outside == 2 && report.isSound)
        }
    }
}
