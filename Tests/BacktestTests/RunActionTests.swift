import RialtoBacktest
import RialtoConfiguration
import RialtoEngine
import RialtoHistory
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

private func time(_ text: String) -> Int64 { UnixTime.parse(text.utf8) ?? 0 }

private let cent: Int128 = 10_000_000_000_000_000

/// A share that was called OLD, was split 4:1, paid a dividend before and after, and was delisted.
private let record: InstrumentRecord? = try? InstrumentRecord(
    "NEW/USD", calendar: .always,
    actions: [
        InstrumentAction(time_ns: time("2020-01-01"), .listing(name: "OLD")),
        InstrumentAction(time_ns: time("2020-01-03"), .dividend(perUnit: 40 * cent)),
        InstrumentAction(time_ns: time("2020-01-05"), .split(numerator: 4, denominator: 1)),
        InstrumentAction(time_ns: time("2020-01-06"), .rename(from: "OLD", to: "NEW")),
        InstrumentAction(time_ns: time("2020-01-07"), .dividend(perUnit: 10 * cent)),
        InstrumentAction(time_ns: time("2020-01-08"), .halt),
        InstrumentAction(time_ns: time("2020-01-09"), .resume),
        InstrumentAction(time_ns: time("2020-01-11"), .settlement(price: 2_550 * cent)),
    ])

private func instrument(_ name: String) -> Instrument {
    Instrument(
        name: name, venue: "", kind: .spot, priceDecimals: 2, quantityDecimals: 0, priceStep: 1,
        quantityStep: 1, currency: "USD", multiplier: 1)
}

/// A folder with ten daily bars of the share, and of another one of which nothing is known.
private func folder() throws -> ScratchFolder {
    let scratch = try ScratchFolder()
    let folder = HistoryFolder(path: scratch.path + "/history")
    for name in ["NEW/USD", "CALM/USD"] {
        var builder = try SeriesBuilder(
            SeriesDefinition(
                instrument: instrument(name), kind: .bars, interval_ns: CivilDay.length_ns))
        for index in 1...10 as ClosedRange<Int64> {
            let price: Int64 = index < 5 || name != "NEW/USD" ? 10_000 : 2_500
            try builder.append(
                bar: time("2020-01-01") + index * CivilDay.length_ns, open: price, high: price,
                low: price, close: price, volume: 10)
        }
        try folder.write(builder.finish())
    }
    try folder.write(try #require(record))
    return scratch
}

private func actions(
    _ names: [String], adjust: String = "none", period: String = "", in scratch: ScratchFolder
) throws -> [InstrumentEvent] {
    let series = names.map { "  - { name: \($0), interval: 1d, adjust: \(adjust) }" }
    let list = names.isEmpty ? "" : "instruments:\n" + series.joined(separator: "\n")
    let text = """
        data: \(scratch.path)
        \(period)
        \(list)
        accounts:
          - { id: main, equity: 1000 }

        """
    return try RunActions.all(of: RunFile.read(ConfigDocument(Array(text.utf8), file: "run.yaml")))
}

@Suite struct `The actions of a run` {
    @Test func `are those of its instruments, in order, with their places in the run`() throws {
        let found = try actions(["CALM/USD", "NEW/USD"], in: folder())
        #expect(
            found == [
                InstrumentEvent(
                    time_ns: time("2020-01-03"), instrument: 1,
                    change: .dividend(perUnit: 40 * cent)),
                InstrumentEvent(
                    time_ns: time("2020-01-05"), instrument: 1,
                    change: .split(numerator: 4, denominator: 1)),
                InstrumentEvent(
                    time_ns: time("2020-01-07"), instrument: 1,
                    change: .dividend(perUnit: 10 * cent)),
                InstrumentEvent(time_ns: time("2020-01-08"), instrument: 1, change: .halt),
                InstrumentEvent(time_ns: time("2020-01-09"), instrument: 1, change: .resume),
                InstrumentEvent(
                    time_ns: time("2020-01-11"), instrument: 1, change: .settlement(price: 2_550)),
            ])
    }

    @Test func `leave out what is taken out of prices, and count dividends in new units`() throws {
        let scratch = try folder()
        let splits = try actions(["NEW/USD"], adjust: "splits", in: scratch)
        #expect(
            splits.map(\.change).prefix(2) == [
                .dividend(perUnit: 10 * cent), .dividend(perUnit: 10 * cent),
            ])
        #expect(splits.count == 5)
        #expect(try actions(["NEW/USD"], adjust: "all", in: scratch).count == 3)
    }

    @Test func `are those of the run's time, with the state in which it begins`() throws {
        let scratch = try folder()
        let halted = try actions(
            ["NEW/USD"], period: "from: 2020-01-08T12:00:00Z\nto: 2020-01-11", in: scratch)
        #expect(halted.map(\.change) == [.halt, .resume])
        #expect(halted[0].time_ns == time("2020-01-08T12:00:00Z"))
        let dead = try actions(["NEW/USD"], period: "from: 2020-01-12", in: scratch)
        #expect(dead.map(\.change) == [.settlement(price: 2_550)])
        #expect(try actions(["NEW/USD"], period: "to: 2020-01-03", in: scratch).isEmpty)
    }

    @Test func `are found by the name that the instrument had when the run began`() throws {
        let scratch = try folder()
        let found = try actions(["OLD/USD"], period: "from: 2020-01-02", in: scratch)
        #expect(found.count == 6 && found.allSatisfy { $0.instrument == 0 })
        #expect(throws: BacktestError.self) {
            try actions(["OLD/USD"], period: "from: 2020-01-07", in: scratch)
        }
        #expect(throws: BacktestError.self) { try actions(["NONE/USD"], in: scratch) }
    }

    @Test func `are those of a universe that is chosen by what is known when it begins`() throws {
        let scratch = try folder()
        // With its dividend put back in, the share has gained and the calm one has not.
        let universe = "universe: { top: 1, window: 2, by: return, adjust: splits }"
        let found = try actions([], period: "from: 2020-01-05\n" + universe, in: scratch)
        #expect(found.first?.change == .dividend(perUnit: 10 * cent) && found.count == 4)
        #expect(throws: BacktestError.self) {
            try actions([], period: "from: 2020-01-03\n" + universe, in: scratch)
        }
        #expect(throws: ConfigProblems.self) { try actions([], period: universe, in: scratch) }
        #expect(throws: ConfigProblems.self) { try actions([], in: scratch) }
    }

    @Test func `refuse a settlement price that the instrument cannot count`() throws {
        let scratch = try folder()
        try HistoryFolder(path: scratch.path + "/history").write(
            InstrumentRecord(
                "CALM/USD", calendar: .always,
                actions: [InstrumentAction(time_ns: 1, .settlement(price: cent / 10))]))
        #expect(throws: BacktestError.self) { try actions(["CALM/USD"], in: scratch) }
    }
}

@Suite struct `A run over adjusted prices` {
    /// The digest of a crossing of averages over daily bars.
    private func digest(
        _ series: Series, _ record: InstrumentRecord?, adjust: String
    ) throws
        -> String
    {
        let scratch = try ScratchFolder()
        try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path + "/plugins")
        let folder = HistoryFolder(path: scratch.path + "/history")
        try folder.write(series)
        if let record { try folder.write(record) }
        let text = """
            data: \(scratch.path)
            instruments: [{ name: NEW/USD, interval: 1d, adjust: \(adjust) }]
            accounts:
              - id: main
                equity: 100000
                strategies:
                  - { id: a, plugin: org.rialto.sma-cross, capital: 90000,
                      parameters: { fast: 3, slow: 8 } }

            """
        let document = try ConfigDocument(Array(text.utf8), file: "run.yaml")
        return try Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"])
        ).execute().digest
    }

    @Test func `gives what a run over prices that were adjusted before gives`() throws {
        var random = SeededGenerator(seed: 6)
        var builder = try SeriesBuilder(
            SeriesDefinition(
                instrument: instrument("NEW/USD"), kind: .bars, interval_ns: CivilDay.length_ns))
        var price: Int64 = 20_000
        for index in 1...300 as ClosedRange<Int64> {
            price += Int64.random(in: -400...400, using: &random)
            let raw = index <= 150 ? price * 4 : price
            try builder.append(
                bar: time("2020-01-01") + index * CivilDay.length_ns, open: raw, high: raw + 8,
                low: raw - 8, close: raw, volume: 1_000)
        }
        let raw = builder.finish()
        let split = try InstrumentRecord(
            "NEW/USD", calendar: .always,
            actions: [
                InstrumentAction(
                    time_ns: time("2020-01-01") + 150 * CivilDay.length_ns,
                    .split(numerator: 4, denominator: 1))
            ])
        let adjusted = try raw.adjusted(.splits, by: split)
        let found = try digest(raw, split, adjust: "splits")
        let expected = try digest(adjusted, nil, adjust: "none")
        #expect(found == expected)
        #expect(try digest(raw, nil, adjust: "splits") != found)
    }
}
