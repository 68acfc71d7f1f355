import RialtoTestHost
import RialtoValues
import Testing

/// One millisecond.
private let ms: Int64 = 1_000_000

@Suite struct `A time arbitrage` {
    /// A window of 160 ms, no fee, 10 bps of edge, held for a second, unless told otherwise.
    private func host(_ more: [String: TestValue] = [:]) throws -> TestHost {
        let usual: [String: TestValue] = [
            "window": .integer(160 * ms), "fee": 0, "edge": 10, "hold": .integer(1000 * ms),
            "pause": .integer(1000 * ms), "quantity": 1,
        ]
        return try Bundled.host("time-arbitrage", usual.merging(more) { $1 }, instruments: pair)
    }

    /// Both markets, two ticks wide, around these middles.
    private func both(at time: Int64, _ leader: Int64, _ follower: Int64) -> [TestEvent] {
        [
            quote(at: time, leader - 1, leader + 1),
            quote(at: time, follower - 1, follower + 1, 1),
        ]
    }

    /// Both at 100.00 for 300 ms.
    private var still: [TestEvent] {
        (1...30 as ClosedRange<Int64>).flatMap { both(at: $0 * 10 * ms, 10_000, 10_000) }
    }

    /// A host whose leader has risen by 50 ticks at 310 ms, and the order that it sent.
    private func entered(
        _ more: [String: TestValue] = [:]
    ) throws -> (host: TestHost, order: TestIntent) {
        let host = try host(more)
        let orders = try host.push(still + [quote(at: 310 * ms, 10_049, 10_051)])
        return (host, try #require(orders.first))
    }

    /// The same, with its position.
    private func holding(
        _ more: [String: TestValue] = [:]
    ) throws -> (host: TestHost, order: TestIntent) {
        let (host, order) = try entered(more)
        let filled = report(order, RIALTO_ORDER_FILLED, filled: 10_000, at: 311 * ms)
        let timers = try host.push([filled])
        #expect(timers.map(\.kind) == [RIALTO_INTENT_TIMER])
        #expect(timers.map(\.expires_ns) == [1311 * ms])
        return (host, order)
    }

    @Test func `takes on the follower what the leader has done, at once or not at all`() throws {
        let (_, order) = try entered()
        #expect(order.instrument == 1 && order.side == RIALTO_BUY && order.price == 10_001)
        #expect(order.timeInForce == RIALTO_IMMEDIATE_OR_CANCEL && order.quantity == 10_000)
        let down = try host().push(still + [quote(at: 310 * ms, 9949, 9951)])
        #expect(down.map(\.side) == [RIALTO_SELL] && down.map(\.price) == [9999])
    }

    @Test func `asks for its edge after the spread and both fees`() throws {
        // 50 bps of lag, 2 of spread.
        for (edge, fee, isWorth) in [
            (47, 0, true), (49, 0, false), (27, 10, true), (29, 10, false),
        ] {
            let host = try host(["edge": .integer(Int64(edge)), "fee": .integer(Int64(fee))])
            let orders = try host.push(still + [quote(at: 310 * ms, 10_049, 10_051)])
            #expect(orders.isEmpty != isWorth, "edge \(edge), fee \(fee)")
        }
    }

    @Test func `takes no move of the follower's own for a lag`() throws {
        #expect(try host().push(still + [quote(at: 310 * ms, 9949, 9951, 1)]).isEmpty)
        let together = still + both(at: 310 * ms, 10_050, 10_050)
        #expect(try host(["edge": 60]).push(together).isEmpty)
    }

    @Test func `knows nothing before its window is full, or without a market`() throws {
        let early = still.prefix(20) + [quote(at: 110 * ms, 10_049, 10_051)]
        #expect(try host().push(Array(early)).isEmpty)
        let void = [quote(at: 310 * ms, 0, 10_051)]
        #expect(try host().push(still + void).isEmpty)
    }

    @Test func `leaves when the follower has followed`() throws {
        let (host, _) = try holding()
        #expect(try host.push([quote(at: 320 * ms, 10_039, 10_041, 1)]).isEmpty)
        let exit = try host.push([quote(at: 330 * ms, 10_050, 10_052, 1)])
        #expect(exit.map(\.side) == [RIALTO_SELL] && exit.map(\.orderType) == [RIALTO_ORDER_MARKET])
        #expect(exit.map(\.reason) == [3] && exit.map(\.quantity) == [10_000])
    }

    @Test func `leaves when its time is up, without waiting for a quote`() throws {
        let (host, _) = try holding()
        #expect(try host.advance(to: 1310 * ms).isEmpty)
        let exit = try host.advance(to: 1311 * ms)
        #expect(exit.map(\.reason) == [4] && exit.map(\.side) == [RIALTO_SELL])
    }

    @Test func `leaves at its stop`() throws {
        let (host, _) = try holding(["stop": 10])
        #expect(try host.push([quote(at: 320 * ms, 9992, 9994, 1)]).isEmpty)
        let exit = try host.push([quote(at: 330 * ms, 9990, 9992, 1)])
        #expect(exit.map(\.reason) == [5])
    }

    @Test func `rests after an order that did not fill, and tries an exit again`() throws {
        let (host, order) = try entered()
        let missed = report(
            order, RIALTO_ORDER_EXPIRED, at: 311 * ms, reason: RIALTO_REASON_UNFILLED)
        #expect(try host.push([missed] + both(at: 320 * ms, 10_050, 10_000)).isEmpty)
        let (other, _) = try holding()
        let exit = try #require(try other.push([quote(at: 330 * ms, 10_050, 10_052, 1)]).first)
        let part = report(
            exit, RIALTO_ORDER_EXPIRED, filled: 4000, at: 331 * ms, reason: RIALTO_REASON_UNFILLED)
        #expect(try other.push([part]).allSatisfy { $0.kind == RIALTO_INTENT_TIMER })
        let rest = try other.push([quote(at: 340 * ms, 10_050, 10_052, 1)])
        #expect(rest.map(\.quantity) == [6000])
    }

    @Test func `holds no more than its quantity, whatever its venue does, and ends flat`() throws {
        for seed in UInt64(0)..<20 {
            let host = try host(["edge": 5, "pause": 0, "hold": .integer(100 * ms)])
            var venue = SlowVenue(seed: seed), leader: Int64 = 10_000, past: [Int64] = []
            var random = SeededGenerator(seed: seed &+ 1000)
            for step in 1...1500 as ClosedRange<Int64> {
                if step < 1000 { leader += Int64.random(in: -12...12, using: &random) }
                past.append(leader)
                let follower = past.count > 10 ? past[past.count - 10] : 10_000
                let time = step * 10 * ms
                let events = venue.pass(to: time) + both(at: time, leader, follower)
                venue.send(
                    try host.push(events).filter { $0.kind != RIALTO_INTENT_TIMER })
            }
            #expect(venue.position[1, default: 0] == 0 && venue.worst <= 10_000, "seed \(seed)")
            #expect(venue.fills > 20 && venue.refusals > 0, "seed \(seed)")
        }
    }

    @Test func `refuses one instrument, sells nothing it may not, and learns from history`() throws
    {
        #expect(throws: TestFailure.self) { try Bundled.host("time-arbitrage") }
        let long = try host(["allow_short": false])
        #expect(try long.push(still + [quote(at: 310 * ms, 9949, 9951)]).isEmpty)
        let warm = try host()
        #expect(try warm.push(still, warmUp: true).isEmpty)
        #expect(try warm.push([quote(at: 310 * ms, 10_049, 10_051)]).count == 1)
    }
}
