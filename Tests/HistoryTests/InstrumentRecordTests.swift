import Foundation
import RialtoHistory
import RialtoValues
import Testing

private func time(_ text: String) -> Int64 { UnixTime.parse(text.utf8) ?? 0 }

/// 10^-18 of the currency.
private func money(_ text: String) -> Int128 {
    (try? ExactDecimal.units128(text.utf8, decimals: 18)) ?? 0
}

extension InstrumentRecord {
    /// A possible record with actions of every sort.
    static func random(using random: inout SeededGenerator) throws -> InstrumentRecord {
        var now = Int64.random(in: 0...1_000, using: &random) * CivilDay.length_ns
        var actions = [InstrumentAction(time_ns: now, .listing(name: "OLD"))], halted = false
        for index in 0..<Int.random(in: 0...40, using: &random) {
            now += Int64.random(in: 1...CivilDay.length_ns, using: &random)
            let change: InstrumentAction.Change
            switch Int.random(in: 0...4, using: &random) {
            case 0: change = .split(numerator: .random(in: 2...50, using: &random), denominator: 1)
            case 1: change = .dividend(perUnit: .random(in: 1...(1 << 90), using: &random))
            case 2: change = .funding(rate_e9: .random(in: -9_999_999...9_999_999, using: &random))
            case 3: change = .rename(from: "A\(index)", to: "B\(index)")
            default:
                change = halted ? .resume : .halt
                halted.toggle()
            }
            actions.append(InstrumentAction(time_ns: now, change))
        }
        if Bool.random(using: &random) {
            let price: Int128? = Bool.random(using: &random) ? nil : 12_500_000_000_000_000_000
            actions.append(InstrumentAction(time_ns: now + 1, .settlement(price: price)))
        }
        return try InstrumentRecord(
            "A.B/USD", calendar: .usEquities, actions: actions.shuffled(using: &random))
    }
}

@Suite struct `An instrument's record` {
    @Test func `is read back as it was written, and stands beside the series`() throws {
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path + "/history")
            #expect(try folder.record(of: "A.B/USD") == InstrumentRecord(unknown: "A.B/USD"))
            for seed in UInt64(0)..<200 {
                var random = SeededGenerator(seed: seed)
                let record = try InstrumentRecord.random(using: &random)
                try folder.write(record)
                #expect(try folder.record(of: "A.B/USD") == record, "seed \(seed)")
            }
            #expect(try folder.records().records.count == 1)
            #expect(try folder.scan().series.isEmpty && folder.scan().damaged.isEmpty)
        }
    }

    @Test func `is refused when any byte of its file differs`() throws {
        var random = SeededGenerator(seed: 4)
        let record = try InstrumentRecord.random(using: &random)
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path)
            try folder.write(record)
            let file = URL(fileURLWithPath: folder.recordPath(record.instrument))
            let whole = try Data(contentsOf: file)
            for place in whole.indices {
                var bytes = whole
                bytes[place] ^= 1
                try bytes.write(to: file)
                #expect(throws: HistoryError.self, "\(place)") {
                    try folder.record(of: record.instrument)
                }
                try whole.prefix(place).write(to: file)
                #expect(throws: HistoryError.self, "\(place)") {
                    try folder.record(of: record.instrument)
                }
            }
            #expect(try folder.records().damaged.count == 1)
        }
    }

    @Test func `is the old one or the new one, whole, whichever call fails`() throws {
        var random = SeededGenerator(seed: 5)
        let old = try InstrumentRecord.random(using: &random)
        let new = try InstrumentRecord.random(using: &random)
        try inTemporaryFolder { path in
            let real = HistoryFolder(path: path)
            for failing in 1...20 {
                try real.write(old)
                let folder = HistoryFolder(path: path, disk: Faults(failing: failing).disk)
                do {
                    try folder.write(new)
                    #expect(try real.record(of: new.instrument) == new)
                    return
                } catch {
                    let found = try real.record(of: old.instrument)
                    #expect(found == old || found == new)
                }
            }
            Issue.record("no write passed untouched")
        }
    }

    @Test func `refuses what cannot all be true`() {
        let split = InstrumentAction.Change.split(numerator: 2, denominator: 1)
        let wrong: [[(Int64, InstrumentAction.Change)]] = [
            [(1, split), (1, .split(numerator: 3, denominator: 1))], [(1, .resume)],
            [(1, .halt), (2, .halt)], [(1, .split(numerator: 1, denominator: 1))],
            [(1, .split(numerator: 0, denominator: 1))], [(1, .dividend(perUnit: 0))],
            [(1, .dividend(perUnit: 5)), (1, .dividend(perUnit: 5))],
            [(1, .settlement(price: nil)), (2, split)], [(1, split), (2, .listing(name: "A"))],
            [(1, .rename(from: "A", to: "A"))], [(1, .rename(from: "A", to: "B C"))],
            [(1, .settlement(price: 0))], [(1, .funding(rate_e9: 1_000_000_001))],
        ]
        for actions in wrong {
            #expect(throws: HistoryError.self, "\(actions)") {
                try InstrumentRecord(
                    "A/B", calendar: .always,
                    actions: actions.map { InstrumentAction(time_ns: $0.0, $0.1) })
            }
        }
    }

    @Test func `knows the ticker of each time, and nothing that came later`() throws {
        let record = try InstrumentRecord(
            "META/USD", calendar: .usEquities,
            actions: [
                InstrumentAction(time_ns: 10, .listing(name: "FB")),
                InstrumentAction(time_ns: 50, .rename(from: "FB", to: "META")),
            ])
        #expect(record.ticker(at: 10) == "FB" && record.ticker(at: 49) == "FB")
        #expect(record.ticker(at: 50) == "META" && record.name(at: 20) == "FB/USD")
        #expect(try record.known(at: 49).actions.count == 1)
        #expect(InstrumentRecord(unknown: "IBM/USD").ticker(at: 0) == "IBM")
    }
}

@Suite struct `A table of actions` {
    private func table(
        _ text: String, _ content: ActionTable.Content = .actions,
        _ calendar: TradingCalendar = .usEquities
    ) throws -> [InstrumentAction] {
        try ActionTable(
            ByteInput(name: "test", bytes: Array(text.utf8)), content, calendar: calendar
        ).actions
    }

    @Test func `holds every sort, dates at the session's opening`() throws {
        let actions = try table(
            """
            time,action,value
            2012-05-18,listing,FB
            2020-08-31,split,8:2
            2021-02-05,dividend,0.205
            2022-06-09,rename,FB>META
            2022-06-10T15:00:00Z,halt,
            2022-06-10T15:05:00Z,resume
            2022-06-13,delisting,12.5

            """)
        #expect(actions.count == 7 && actions[0].time_ns == time("2012-05-18T13:30:00Z"))
        #expect(actions[1].change == .split(numerator: 4, denominator: 1))
        #expect(actions[2].change == .dividend(perUnit: money("0.205")))
        #expect(actions[2].time_ns == time("2021-02-05T14:30:00Z"))
        #expect(actions[4].time_ns == time("2022-06-10T15:00:00Z"))
        #expect(actions[6].change == .settlement(price: money("12.5")))
        #expect(actions[6].time_ns == time("2022-06-13T20:00:00Z"))
    }

    @Test func `of funding rates takes the names that venues use`() throws {
        let binance =
            "calc_time,funding_interval_hours,last_funding_rate\n"
            + "1704067200000,8,0.00037409\n1704096000001,8,-0.0001\n"
        let rates = try table(binance, .funding, .always)
        #expect(rates.map(\.change) == [.funding(rate_e9: 374_090), .funding(rate_e9: -100_000)])
        #expect(rates[0].time_ns == time("2024-01-01T00:00:00Z"))
        #expect(try table("time,rate\n2024-01-01,0.0001\n", .funding).count == 1)
    }

    @Test(arguments: [
        "", "time,value\n", "time,action,value\n", "time,action,value\n2020-08-31,gift,1\n",
        "time,action,value\n2020-08-31,split,4\n", "time,action,value\n2020-08-31,split,0:1\n",
        "time,action,value\n2020-08-30,split,4:1\n", "time,action,value\nyesterday,halt,\n",
        "time,action,value\n2020-08-31,dividend,much\n", "time,action,value\n2020-08-31,halt,1\n",
        "time,action,value\n2020-08-31,split,4:99999999999999999999\n",
    ])
    func `is refused where it says nothing, and why is told`(text: String) {
        let error = #expect(throws: HistoryError.self) { try table(text) }
        #expect(error?.file == "test" && error?.summary.isEmpty == false)
    }

    @Test func `says the line, what was found and what is allowed`() {
        let error = #expect(throws: HistoryError.self) {
            try table("time,action,value\n2020-08-31,split,4 to 1\n")
        }
        #expect(error?.line == 2 && error?.found == "4 to 1" && error?.allowed != nil)
    }
}

@Suite(.enabled(if: marketData != nil, "no real market data in ../shared/data"))
struct `The files of LEAN` {
    private let folder = (marketData ?? "") + "/equity-daily/lean/"

    private func factors(_ ticker: String) throws -> [InstrumentAction] {
        try LeanFactors.actions(
            ByteInput(path: folder + "factor_files/\(ticker).csv"), calendar: .usEquities)
    }

    /// `2020-08-31 4:1`, for what is publicly known.
    private func texts(_ actions: [InstrumentAction], _ name: String) -> [String] {
        actions.filter { $0.name == name }.map {
            CivilDay(containing: $0.time_ns).text + " " + $0.value
        }
    }

    @Test(arguments: [
        ("aapl", ["2000-06-21 2:1", "2005-02-28 2:1", "2014-06-09 7:1", "2020-08-31 4:1"]),
        ("ibm", ["1999-05-27 2:1"]), ("uso", ["2020-04-29 1:8"]), ("fb", []),
        ("goog", ["2015-04-27 1000000:997307"]), ("bac", ["2004-08-30 2:1"]),
    ])
    func `give the splits that happened`(ticker: String, splits: [String]) throws {
        #expect(try texts(factors(ticker), "split") == splits)
    }

    @Test func `give the dividends that Apple paid, to the cent and the tenth of it`() throws {
        #expect(
            try texts(factors("aapl"), "dividend") == [
                "2012-08-09 2.65", "2012-11-07 2.65", "2013-02-07 2.65", "2013-05-09 3.05",
                "2013-08-08 3.05", "2013-11-06 3.05", "2014-02-06 3.05", "2014-05-08 3.29",
                "2014-08-07 0.47", "2014-11-06 0.47", "2015-02-05 0.47", "2015-05-07 0.52",
                "2015-08-06 0.52", "2015-11-05 0.52", "2016-02-04 0.52", "2016-05-05 0.57",
                "2016-08-04 0.57", "2016-11-03 0.57", "2017-02-09 0.57", "2017-05-11 0.63",
                "2017-08-10 0.63", "2017-11-10 0.63", "2018-02-09 0.63", "2018-05-11 0.73",
                "2018-08-10 0.73", "2018-11-08 0.73", "2019-02-08 0.73", "2019-05-10 0.77",
                "2019-08-09 0.77", "2019-11-07 0.77", "2020-02-07 0.77", "2020-05-08 0.82",
                "2020-08-07 0.82", "2020-11-06 0.205", "2021-02-05 0.205",
            ])
    }

    @Test func `give the dividends that IBM paid of late`() throws {
        let paid = try texts(factors("ibm"), "dividend").suffix(4)
        #expect(
            Array(paid) == [
                "2020-05-07 1.63", "2020-08-07 1.63", "2020-11-09 1.63", "2021-02-09 1.63",
            ])
    }

    @Test func `give the changes of ticker that happened`() throws {
        func map(_ ticker: String) throws -> LeanMap {
            try LeanMap(ByteInput(path: folder + "map_files/\(ticker).csv"))
        }
        func changes(_ ticker: String) throws -> [String] {
            try map(ticker).actions(calendar: .usEquities).map {
                CivilDay(containing: $0.time_ns).text + " " + $0.name + " " + $0.value
            }
        }
        #expect(try changes("bac") == ["1998-10-01 rename NB>BAC"])
        #expect(
            try changes("goog") == [
                "2014-03-27 listing GOOCV", "2014-04-03 rename GOOCV>GOOG",
            ])
        #expect(
            try changes("qqq") == [
                "1999-03-10 listing QQQ", "2004-12-01 rename QQQ>QQQQ",
                "2011-03-23 rename QQQQ>QQQ",
            ])
        #expect(try changes("ibm").isEmpty && map("ibm").ticker == "IBM")
    }

    @Test func `hold rows of another firm that had the ticker, which are told apart`() throws {
        let bars = try LeanBars(path: folder + "fb.zip")
        let map = try LeanMap(ByteInput(path: folder + "map_files/fb.csv"))
        let own = try bars.bars(
            .sample("FB/USD", priceDecimals: 4, quantityDecimals: 0), calendar: .usEquities,
            rules: .strict
        ) { day in map.tenures.contains { $0.days.contains(day) } }
        #expect(own.others > 0 && own.others + own.imported.series.count == 2_947)
        #expect(own.imported.series.firstTime_ns == time("2012-05-18T20:00:00Z"))
        // The first day of the one that everybody knows.
        #expect(own.imported.series.bars?.close[0] == 383_700)
    }
}
