import RialtoTestHost
import Testing

@Suite struct `The technical model` {
    private let short: [String: TestValue] = [
        "fast": 3, "slow": 6, "signal": 3, "length": 4, "bands": 5, "horizon": .integer(minute),
    ]

    private func forecasts(
        _ closes: [Int64], _ more: [String: TestValue] = [:]
    ) throws
        -> [TestForecast]
    {
        try Bundled.host("technical", short.merging(more) { $1 }).forecasts(bars(closes, reach: 3))
    }

    @Test func `forecasts each bar once its indicators are warm`() throws {
        let all = try forecasts((0..<40).map { 1000 + $0 % 5 })
        #expect(all.count == 33 && all.first?.time_ns == 8 * minute)
        #expect(all.allSatisfy { $0.horizon_ns == minute && (0...1).contains($0.confidence) })
    }

    @Test func `expects a trend to go on, and its mirror image the other way`() throws {
        let rise = try #require(try forecasts((0..<40).map { 1000 + $0 * 10 }).last)
        let fall = try #require(try forecasts((0..<40).map { 3000 - $0 * 10 }).last)
        #expect(rise.value > 0.52 && fall.value < 0.48)
        #expect((rise.value + fall.value - 1).magnitude < 1e-9)
    }

    @Test func `never leaves its reach`() throws {
        for seed in UInt64(0)..<10 {
            let host = try Bundled.host(
                "technical", short.merging(["reach": 0.05]) { $1 }, instruments: pair)
            let events = walk(seed, bars: 200).filter { $0.kind == RIALTO_KIND_BARS }
            let all = try host.forecasts(events)
            #expect(all.count == 386)
            #expect(all.allSatisfy { (0.45...0.55).contains($0.value) }, "seed \(seed)")
            let cut = try Bundled.host(
                "technical", short.merging(["reach": 0.05]) { $1 }, instruments: pair)
            #expect(try cut.forecasts(events, rows: 3, room: 70) == all, "seed \(seed)")
        }
    }

    @Test func `refuses averages in the wrong order, and no weight at all`() {
        #expect(throws: TestFailure.self) { try forecasts([1], ["fast": 6]) }
        let none: [String: TestValue] = [
            "weight_trend": 0, "weight_macd": 0, "weight_rsi": 0, "weight_bands": 0,
        ]
        #expect(throws: TestFailure.self) { try forecasts([1], none) }
    }
}
