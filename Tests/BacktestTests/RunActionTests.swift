import RialtoBacktest
import RialtoConfiguration
import RialtoHistory
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
) throws -> [RunAction] {
    let series = names.map { "  - { name: \($0), interval: 1d, adjust: \(adjust) }" }
    let text = """
        data: \(scratch.path)
        \(period)
        instruments:
        \(series.joined(separator: "\n"))
        accounts:
          - { id: main, equity: 1000 }

        """
    return try RunAction.all(of: RunFile.read(ConfigDocument(Array(text.utf8), file: "run.yaml")))
}

@Suite struct `The actions of a run` {
    @Test func `are those of its instruments, in order, with their places in the run`() throws {
        let found = try actions(["CALM/USD", "NEW/USD"], in: folder())
        #expect(
            found == [
                RunAction(
                    time_ns: time("2020-01-03"), instrument: 1, .dividend(perUnit: 40 * cent)),
                RunAction(
                    time_ns: time("2020-01-05"), instrument: 1,
                    .split(numerator: 4, denominator: 1)),
                RunAction(
                    time_ns: time("2020-01-07"), instrument: 1, .dividend(perUnit: 10 * cent)),
                RunAction(time_ns: time("2020-01-08"), instrument: 1, .halt),
                RunAction(time_ns: time("2020-01-09"), instrument: 1, .resume),
                RunAction(time_ns: time("2020-01-11"), instrument: 1, .settlement(price: 2_550)),
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

    @Test func `refuse a settlement price that the instrument cannot count`() throws {
        let scratch = try folder()
        try HistoryFolder(path: scratch.path + "/history").write(
            InstrumentRecord(
                "CALM/USD", calendar: .always,
                actions: [InstrumentAction(time_ns: 1, .settlement(price: cent / 10))]))
        #expect(throws: BacktestError.self) { try actions(["CALM/USD"], in: scratch) }
    }
}
