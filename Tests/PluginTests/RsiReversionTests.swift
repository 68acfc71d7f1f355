import RialtoTestHost
import Testing

@Suite struct `RSI reversion` {
    private func host(_ more: [String: TestValue] = [:]) throws -> TestHost {
        try Bundled.host("rsi-reversion", ["length": 2].merging(more) { $1 })
    }
    private let fallThenRise: [Int64] = [1000, 990, 980, 970, 975, 990, 1010, 1020, 1030]

    @Test func `buys after a fall and closes at the middle`() throws {
        let intents = try host().push(bars(fallThenRise))
        #expect(intents.map(\.quantity) == [10_000, 0])
        #expect(intents.map(\.time_ns) == [3 * minute, 6 * minute])
        #expect(intents.map(\.reason) == [1, 3])
    }

    @Test func `sells short above the upper threshold only when it may`() throws {
        let rise: [Int64] = [1000, 1010, 1020, 1030, 1010, 980]
        #expect(try host().push(bars(rise)).map(\.quantity) == [10_000])
        let short = try host(["allow_short": true]).push(bars(rise))
        #expect(short.map(\.quantity) == [-10_000, 0, 10_000])
    }

    @Test func `does nothing while the price does not move`() throws {
        #expect(try host().push(bars(Array(repeating: 1000, count: 50))).isEmpty)
    }

    @Test func `sets a stop some average ranges away, once a range is known`() throws {
        let host = try host(["stop_atr": 2, "atr_length": 3])
        let intents = try host.push(bars([1000, 990, 980, 970, 960], reach: 5))
        #expect(intents.map(\.time_ns) == [4 * minute])
        #expect(intents.map(\.stop) == [970 - 2 * 15])
    }

    @Test func `learns from history without acting on it`() throws {
        let host = try host()
        #expect(try host.push(bars([1000, 990, 980, 970]), warmUp: true).isEmpty)
        #expect(try host.push([.bar(at: 5 * minute, close: 960)]).map(\.quantity) == [10_000])
    }

    @Test func `refuses a middle outside its thresholds`() {
        #expect(throws: TestFailure.self) { try host(["middle": 80]) }
    }

    @Test func `wants the same, however its events are cut into batches`() throws {
        try expectSameIntents("rsi-reversion", ["length": 3, "stop_atr": 1, "allow_short": true])
    }
}

/// Expects the same intents from every way to cut a walk into batches, over seeds.
func expectSameIntents(_ name: String, _ parameters: [String: TestValue]) throws {
    for seed in UInt64(0)..<20 {
        let events = walk(seed, bars: 300)
        let whole = try Bundled.host(name, parameters, instruments: pair).push(events)
        #expect(!whole.isEmpty, "seed \(seed)")
        for rows in [1, 3, 64] {
            let host = try Bundled.host(name, parameters, instruments: pair)
            #expect(try host.push(events, rows: rows) == whole, "seed \(seed), \(rows) rows")
        }
    }
}
