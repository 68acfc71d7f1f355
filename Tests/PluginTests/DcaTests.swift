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
        #expect(intents.map(\.quantity) == [20_000, 20_000, 20_000])
    }

    @Test func `carries over what whole steps leave`() throws {
        let host = try Bundled.host(
            "dca", ["every": .integer(minute), "amount": 5],
            instruments: [.test(quantityDecimals: 0)])
        let intents = try host.push(bars([300, 300, 300, 300]))
        #expect(intents.map(\.quantity) == [1, 2, 2, 1])
    }

    @Test func `orders what it buys, so that a split changes nothing about the next purchase`()
        throws
    {
        // Split 4:1 after the second purchase: a quarter of the price, four times the units.
        let prices: [Int64] = Array(repeating: 5000, count: 15) + Array(repeating: 1250, count: 10)
        let intents = try host().push(bars(prices))
        #expect(intents.allSatisfy { $0.kind == RIALTO_INTENT_ORDER && $0.side == RIALTO_BUY })
        #expect(intents.map(\.quantity) == [20_000, 20_000, 80_000])
        #expect(Set(intents.map(\.orderId)).count == 3)
    }

    @Test func `spends what an order did not with the next`() throws {
        var events = bars(Array(repeating: 5000, count: 25))
        for (state, filled) in [(RIALTO_ORDER_ACCEPTED, 0), (RIALTO_ORDER_CANCELED, 5_000)] {
            events.append(
                .order(
                    OrderEvent(
                        time_ns: 2 * minute, orderId: 1, instrument: 0, state: UInt8(state),
                        side: UInt8(RIALTO_BUY), price: 0, quantity: 20_000,
                        filled: Int64(filled))))
        }
        let intents = try host(["budget": 250]).push(events)
        #expect(intents.map(\.quantity) == [20_000, 35_000, 10_000], "and no more than 250 in all")
    }

    @Test func `never spends more than its budget`() throws {
        let intents = try host(["budget": 250]).push(bars(Array(repeating: 5000, count: 60)))
        #expect(intents.map(\.quantity) == [20_000, 20_000, 10_000])
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
