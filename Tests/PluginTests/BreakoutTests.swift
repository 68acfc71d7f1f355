import RialtoTestHost
import Testing

@Suite struct `A breakout` {
    /// Ranges of three bars, stops of one ATR of two bars unless told otherwise.
    private func host(_ more: [String: TestValue] = [:]) throws -> TestHost {
        let usual: [String: TestValue] = [
            "length": 3, "exit_length": 0, "atr_length": 2, "stop_atr": 1,
        ]
        return try Bundled.host("breakout", usual.merging(more) { $1 })
    }

    /// Bars of 100 that reach 10 up and down: an ATR of 20, a range of 9990...10010.
    private let quiet = bars(Array(repeating: 10_000, count: 3), reach: 10)

    /// A host that holds what it entered above the range, and the orders that it sent.
    private func holding(
        _ more: [String: TestValue] = [:]
    ) throws -> (host: TestHost, orders: [TestIntent]) {
        let host = try host(more)
        let orders = try host.push(quiet)
        let entry = try #require(orders.first)
        let time = 3 * minute + 1
        let later = try host.push([
            report(entry, RIALTO_ORDER_ACCEPTED, at: time),
            report(entry, RIALTO_ORDER_FILLED, filled: 10_000, at: time),
        ])
        #expect(later.isEmpty)
        return (host, orders)
    }

    private func bar(_ index: Int64, _ close: Int64, reach: Int64 = 10) -> TestEvent {
        .bar(at: index * minute, close: close, high: close + reach, low: close - reach)
    }

    @Test func `waits above its range with a stop order, and with its exit behind that`() throws {
        let orders = try host().push(quiet)
        #expect(orders.map(\.orderType) == [RIALTO_ORDER_STOP, RIALTO_ORDER_STOP])
        #expect(orders.map(\.side) == [RIALTO_BUY, RIALTO_SELL])
        #expect(orders.map(\.trigger) == [10_011, 9991])
        let exit = try #require(orders.last)
        #expect(exit.link == RIALTO_LINK_BRACKET && exit.linkId == orders.first?.orderId)
        #expect(exit.orderFlags == RIALTO_ORDER_REDUCE_ONLY)
    }

    @Test func `waits at both ends where it may be short, one entry canceling the other`() throws {
        let orders = try host(["allow_short": true]).push(quiet)
        let entries = orders.filter { $0.link == RIALTO_LINK_OCO }
        #expect(entries.map(\.side) == [RIALTO_BUY, RIALTO_SELL])
        #expect(entries.map(\.trigger) == [10_011, 9989])
        #expect(Set(entries.map(\.linkId)).count == 1)
        #expect(orders.filter { $0.link == RIALTO_LINK_BRACKET }.map(\.trigger) == [9991, 10_009])
    }

    @Test func `sends a trailing stop and a profit target when asked to`() throws {
        let orders = try host(["trailing": true, "target_atr": 2]).push(quiet)
        #expect(
            orders.map(\.orderType) == [
                RIALTO_ORDER_STOP, RIALTO_ORDER_TRAILING_STOP, RIALTO_ORDER_LIMIT,
            ])
        #expect(orders.map(\.price) == [0, 20, 10_051])
    }

    @Test func `moves its entry after the old one is gone, not before`() throws {
        let host = try host()
        let entry = try #require(try host.push(quiet).first)
        let moved = try host.push([bar(4, 9950)])
        #expect(moved.isEmpty, "the range's top is the same")
        let higher = try host.push([bar(5, 10_001)])
        #expect(higher.map(\.kind) == [RIALTO_INTENT_CANCEL])
        #expect(higher.map(\.orderId) == [entry.orderId])
        #expect(try host.push([bar(6, 10_002)]).map(\.kind) == [RIALTO_INTENT_CANCEL])
        var exit = entry
        exit.orderId += 1
        let gone = [exit, entry].map { report($0, RIALTO_ORDER_CANCELED, at: 6 * minute + 1) }
        let anew = try host.push(gone)
        #expect(anew.map(\.trigger).first == 10_013)
    }

    @Test func `does not enter again when the entry filled before its cancel`() throws {
        let host = try host()
        let orders = try host.push(quiet)
        let entry = try #require(orders.first), exit = try #require(orders.last)
        #expect(try host.push([bar(4, 10_001)]).map(\.kind) == [RIALTO_INTENT_CANCEL])
        let time = 4 * minute + 1
        let filled = report(entry, RIALTO_ORDER_FILLED, filled: 10_000, at: time)
        #expect(try host.push([filled, report(exit, RIALTO_ORDER_ACCEPTED, at: time)]).isEmpty)
        #expect(try host.push([bar(5, 10_030)]).isEmpty)
        let out = report(exit, RIALTO_ORDER_FILLED, filled: 10_000, at: 5 * minute + 1)
        #expect(try host.push([out]).isEmpty, "and rests until the next bar")
        #expect(try host.push([bar(6, 10_000)]).map(\.kind).first == RIALTO_INTENT_ORDER)
    }

    @Test func `lets its stop follow the shorter range, toward the price only`() throws {
        let (host, orders) = try holding(["exit_length": 2])
        let stop = try #require(orders.last)
        #expect(try host.push([bar(4, 10_020)]).isEmpty, "the range below is no nearer")
        let moved = try host.push([bar(5, 10_040)])
        #expect(moved.map(\.kind) == [RIALTO_INTENT_REPLACE])
        #expect(moved.map(\.orderId) == [stop.orderId] && moved.map(\.trigger) == [10_009])
        #expect(try host.push([bar(6, 10_060)]).isEmpty, "the change is under way")
        let remade = [RIALTO_ORDER_CANCELED, RIALTO_ORDER_ACCEPTED].map {
            report(stop, $0, at: 6 * minute + 1)
        }
        #expect(try host.push(remade).isEmpty)
        #expect(try host.push([bar(7, 10_060)]).map(\.trigger) == [10_049])
    }

    @Test func `sends another stop when the venue refuses or loses its own`() throws {
        let (host, orders) = try holding()
        let stop = try #require(orders.last)
        let time = 3 * minute + 2
        let refused = report(stop, RIALTO_ORDER_REJECTED, at: time, reason: RIALTO_REASON_VENUE)
        #expect(try host.push([refused]).isEmpty)
        let anew = try host.push([bar(4, 10_020)])
        #expect(anew.map(\.trigger) == [stop.trigger] && anew.map(\.quantity) == [10_000])
        #expect(anew.allSatisfy { $0.orderFlags == RIALTO_ORDER_REDUCE_ONLY })
    }

    @Test func `takes back the rest of an entry that a bar has filled in part`() throws {
        let host = try host()
        let entry = try #require(try host.push(quiet).first)
        let part = report(entry, RIALTO_ORDER_PARTLY_FILLED, filled: 4000, at: 3 * minute + 1)
        #expect(try host.push([part]).isEmpty)
        let rest = try host.push([bar(4, 10_020)])
        #expect(rest.map(\.kind) == [RIALTO_INTENT_CANCEL])
        #expect(rest.map(\.orderId) == [entry.orderId])
    }

    @Test func `waits for its range and its ATR`() throws {
        #expect(try host().push(Array(quiet.prefix(2))).isEmpty)
        #expect(try host(["atr_length": 3]).push(quiet).isEmpty)
        #expect(try host().push(bars([10_000, 10_000, 10_000])).isEmpty, "nothing moves")
    }

    @Test func `wants the same, however its events are cut into batches`() throws {
        try expectSameIntents("breakout", ["length": 3, "allow_short": true])
    }

    @Test func `refuses a quantity below one step, and does nothing on history`() throws {
        #expect(throws: TestFailure.self) { try host(["quantity": .decimal(1, decimals: 5)]) }
        #expect(try host().push(quiet, warmUp: true).isEmpty)
    }
}
