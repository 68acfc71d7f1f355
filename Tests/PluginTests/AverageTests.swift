import RialtoTestHost
import Testing

@Suite struct `SMA cross in Swift` {
    private func host(_ more: [String: TestValue] = [:]) throws -> TestHost {
        try Bundled.host(
            "sma-cross-swift", ["fast": 2, "slow": 3].merging(more) { $1 })
    }

    @Test func `is long while the fast average is above the slow one`() throws {
        let intents = try host().push(bars([10, 10, 10, 13, 14, 9, 8, 20]))
        #expect(
            intents == [
                .target(0, 10_000, at: 4 * minute), .target(0, 0, at: 6 * minute),
                .target(0, 10_000, at: 8 * minute),
            ])
    }

    @Test func `learns from history and neither acts on it nor believes that it did`() throws {
        let host = try host()
        #expect(try host.push(bars([10, 11, 12, 13]), warmUp: true).isEmpty)
        #expect(try host.push([.bar(at: 5 * minute, close: 14)]).map(\.quantity) == [10_000])
    }

    @Test func `refuses a fast average that is not below the slow one`() {
        #expect(
            throws: TestFailure.refused(
                code: RIALTO_ERROR_PARAMETER, text: "fast is 3, which is not below slow, 3")
        ) { try host(["fast": 3]) }
    }

    @Test func `refuses a quantity below one step`() {
        #expect(throws: TestFailure.self) { try host(["quantity": .decimal(1, decimals: 5)]) }
    }
}

@Suite struct `EMA watch in Swift` {
    @Test func `never trades, and reads a batch in one call`() throws {
        let host = try Bundled.host("ema-watch-swift")
        let trades = (1...1000).map { TestEvent.trade(at: Int64($0), price: 100 + Int64($0 % 7)) }
        #expect(try host.push(trades).isEmpty)
        #expect(host.calls == 1)
    }

    @Test func `keeps its average as its state`() throws {
        let host = try Bundled.host("ema-watch-swift", ["weight": 0.5])
        _ = try host.push([.trade(at: 1, price: 800), .trade(at: 2, price: 400)])
        let state = try #require(try host.save())
        #expect(state.withUnsafeBytes { $0.loadUnaligned(as: Double.self) } == 4)
        let other = try Bundled.host("ema-watch-swift", ["weight": 0.5])
        try other.restore(state)
        #expect(try other.save() == state)
    }
}
