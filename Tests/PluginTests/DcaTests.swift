import RialtoTestHost
import Testing

@Suite struct `Dollar cost averaging` {
    /// Buys for 100 every 10 minutes unless told otherwise. Prices have two decimals, quantities
    /// four.
    private func host(_ more: [String: TestValue] = [:]) throws -> TestHost {
        try Bundled.host("dca", ["every": .integer(10 * minute)].merging(more) { $1 })
    }

    /// Minutes at which it bought.
    private func minutes(_ intents: [TestIntent]) -> [Int64] { intents.map { $0.time_ns / minute } }

    @Test func `buys for the same amount on the schedule`() throws {
        let intents = try host().push(bars(Array(repeating: 5000, count: 25)))
        #expect(minutes(intents) == [1, 11, 21])
        #expect(intents.map(\.quantity) == [20_000, 40_000, 60_000])
    }

    @Test func `carries over what whole steps leave`() throws {
        let host = try Bundled.host(
            "dca", ["every": .integer(minute), "amount": 5],
            instruments: [.test(quantityDecimals: 0)])
        let intents = try host.push(bars([300, 300, 300, 300]))
        #expect(intents.map(\.quantity) == [1, 3, 5, 6])
    }

    @Test func `never spends more than its budget`() throws {
        let intents = try host(["budget": 250]).push(bars(Array(repeating: 5000, count: 60)))
        #expect(intents.map(\.quantity) == [20_000, 40_000, 50_000])
    }

    @Test func `buys sooner while the price is below its average`() throws {
        let dip =
            Array(repeating: Int64(5000), count: 12) + Array(repeating: Int64(4000), count: 12)
        let intents = try host(["average": 100, "dip": 0.1]).push(bars(dip))
        #expect(minutes(intents) == [1, 11, 21])
        let smart = try host(["average": 12, "dip": 0.05, "fastest": 0.25]).push(bars(dip))
        #expect(minutes(smart) == [1, 11, 14, 17, 20])
    }

    @Test func `waits within the window for the ensemble's consent`() throws {
        var events = bars(Array(repeating: 5000, count: 12))
        events.append(.ensemble(at: 3 * minute, up: 0.4))
        events.append(.ensemble(at: 4 * minute, up: 0.6))
        let consented = try host(["window": .integer(5 * minute)]).push(events)
        #expect(minutes(consented).first == 5 && consented.first?.reason == 2)
        events.removeLast()
        let late = try host(["window": .integer(5 * minute)]).push(events)
        #expect(minutes(late).first == 6 && late.first?.reason == 3)
    }

    @Test func `refuses a window that is not below the time between purchases`() {
        #expect(throws: TestFailure.self) { try host(["window": .integer(10 * minute)]) }
    }

    @Test func `wants the same, however its events are cut into batches`() throws {
        try expectSameIntents(
            "dca",
            ["every": .integer(7 * minute), "average": 20, "window": .integer(3 * minute)])
    }
}
