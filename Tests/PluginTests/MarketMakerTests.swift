import RialtoTestHost
import RialtoValues
import Testing

@Suite struct `A market maker` {
    /// Quotes of 1, at most 3 held, ten ticks from the middle unless told otherwise. Prices have
    /// two decimals, quantities four.
    private func host(_ more: [String: TestValue] = [:]) throws -> TestHost {
        let usual: [String: TestValue] = ["quantity": 1, "inventory_max": 3, "half_spread": 10]
        return try Bundled.host("market-maker", usual.merging(more) { $1 })
    }

    /// The first two quotes, and their acceptance.
    private func quoting(
        _ more: [String: TestValue] = [:]
    ) throws -> (host: TestHost, bid: TestIntent, ask: TestIntent) {
        let host = try host(more)
        let orders = try host.push([quote(at: 1, 9990, 10_010)])
        let (bid, ask) = (try #require(orders.first), try #require(orders.last))
        let accepted = orders.map { report($0, RIALTO_ORDER_ACCEPTED, at: 2) }
        #expect(try host.push(accepted).isEmpty)
        return (host, bid, ask)
    }

    @Test func `quotes both sides around the middle, and never as a taker`() throws {
        let orders = try host().push([quote(at: 1, 9990, 10_010)])
        #expect(orders.map(\.side) == [RIALTO_BUY, RIALTO_SELL])
        #expect(orders.map(\.price) == [9990, 10_010])
        #expect(orders.map(\.quantity) == [10_000, 10_000])
        #expect(orders.allSatisfy { $0.orderFlags == RIALTO_ORDER_POST_ONLY })
        #expect(orders.allSatisfy { $0.orderType == RIALTO_ORDER_LIMIT })
        let narrow = try host(["half_spread": 0]).push([quote(at: 1, 9990, 9991)])
        #expect(narrow.map(\.price) == [9990, 9991])
    }

    @Test func `moves a quote only when it is off by the threshold, and cancels first`() throws {
        let (host, bid, ask) = try quoting(["threshold": 5])
        #expect(try host.push([quote(at: 3, 9994, 10_014)]).isEmpty)
        let moved = try host.push([quote(at: 4, 9995, 10_015)])
        #expect(
            moved.map(\.kind) == [
                RIALTO_INTENT_CANCEL, RIALTO_INTENT_CANCEL, RIALTO_INTENT_ORDER,
                RIALTO_INTENT_ORDER,
            ])
        #expect(moved.prefix(2).map(\.orderId) == [bid.orderId, ask.orderId])
        #expect(moved.suffix(2).map(\.price) == [9995, 10_015])
    }

    @Test func `has at most one order that leaves on a side`() throws {
        let (host, _, _) = try quoting()
        #expect(try host.push([quote(at: 3, 10_090, 10_110)]).count == 4)
        #expect(try host.push([quote(at: 4, 10_190, 10_210)]).isEmpty)
    }

    @Test func `leaves a quote alone for its rest, but not one that may not stand`() throws {
        let (host, bid, ask) = try quoting(["rest": .integer(1000)])
        #expect(try host.push([quote(at: 900, 10_090, 10_110)]).isEmpty)
        let pulled = try host.push([quote(at: 901, 0, 10_110)])
        #expect(pulled.map(\.kind) == [RIALTO_INTENT_CANCEL, RIALTO_INTENT_CANCEL])
        #expect(pulled.map(\.orderId) == [bid.orderId, ask.orderId])
    }

    @Test(arguments: [
        (RIALTO_STATUS_HALTED, RIALTO_STATUS_OPEN), (RIALTO_STATUS_GAP, RIALTO_STATUS_RECONNECT),
        (RIALTO_STATUS_STALE, RIALTO_STATUS_LIVE),
    ])
    func `takes its quotes back in a halt and at a gap, and goes on after it`(
        stop: UInt32, go: UInt32
    ) throws {
        let (host, bid, ask) = try quoting(["rest": .integer(1000)])
        let pulled = try host.push([.status(at: 3, stop)])
        #expect(pulled.map(\.kind) == [RIALTO_INTENT_CANCEL, RIALTO_INTENT_CANCEL])
        #expect(pulled.map(\.orderId) == [bid.orderId, ask.orderId])
        let gone = [bid, ask].map { report($0, RIALTO_ORDER_CANCELED, at: 4) }
        #expect(try host.push(gone + [quote(at: 5, 9994, 10_014)]).isEmpty)
        let again = try host.push([.status(at: 6, go)])
        #expect(again.map(\.side) == [RIALTO_BUY, RIALTO_SELL])
        #expect(again.map(\.price) == [9994, 10_014])
    }

    @Test func `waits for a new market after a gap, and for both where it was halted too`() throws {
        let (host, _, _) = try quoting()
        let pause = try host.push([
            .status(at: 3, RIALTO_STATUS_GAP), .status(at: 4, RIALTO_STATUS_HALTED),
        ])
        #expect(pause.count == 2)
        #expect(try host.push([.status(at: 5, RIALTO_STATUS_RECONNECT)]).isEmpty)
        #expect(try host.push([quote(at: 6, 9990, 10_010)]).isEmpty)
        #expect(try host.push([.status(at: 7, RIALTO_STATUS_OPEN)]).count == 2)
    }

    @Test func `leans against what the venue says it holds`() throws {
        let (host, bid, _) = try quoting(["skew": 1, "threshold": 1])
        let answer = try host.push([report(bid, RIALTO_ORDER_FILLED, filled: 10_000, at: 3)])
        // A third of the inventory: a third of the half spread lower on both sides.
        let orders = answer.filter { $0.kind == RIALTO_INTENT_ORDER }
        #expect(orders.map(\.side) == [RIALTO_BUY, RIALTO_SELL])
        #expect(orders.first?.price == 9986)
        #expect(orders.last?.price == 10_007)
    }

    @Test func `quotes only the side that reduces when it holds all it may`() throws {
        let (host, bid, ask) = try quoting(["inventory_max": 1, "skew": 0])
        let after = try host.push([report(bid, RIALTO_ORDER_FILLED, filled: 10_000, at: 3)])
        #expect(after.isEmpty)
        let more = try host.push([report(ask, RIALTO_ORDER_FILLED, filled: 10_000, at: 4)])
        #expect(more.map(\.side) == [RIALTO_BUY, RIALTO_SELL])
    }

    @Test func `fills up to its inventory in whole steps after a part`() throws {
        let (host, bid, _) = try quoting(["inventory_max": 1, "skew": 0])
        let part = report(bid, RIALTO_ORDER_CANCELED, filled: 4000, at: 3)
        #expect(try host.push([part]).map(\.quantity) == [6000])
    }

    @Test func `assumes no fill before it is told`() throws {
        let (host, _, _) = try quoting(["inventory_max": 1, "skew": 5, "threshold": 1])
        // The market has passed its bid, and still nothing was reported.
        let moved = try host.push([quote(at: 3, 9900, 9920)])
        let bids = moved.filter { $0.kind == RIALTO_INTENT_ORDER && $0.side == RIALTO_BUY }
        #expect(bids.isEmpty, "the one that leaves may have filled")
        let ask = moved.first { $0.kind == RIALTO_INTENT_ORDER && $0.side == RIALTO_SELL }
        #expect(ask == nil || ask?.price == 9920)
    }

    @Test func `rests a side that was refused, and the other goes on`() throws {
        let host = try host(["pause": .integer(1000)])
        let orders = try host.push([quote(at: 1, 9990, 10_010)])
        let bid = try #require(orders.first)
        let refused = report(
            bid, RIALTO_ORDER_REJECTED, at: 2, reason: RIALTO_REASON_CAPITAL)
        #expect(try host.push([refused]).isEmpty)
        #expect(try host.push([quote(at: 500, 9990, 10_010)]).isEmpty)
        let again = try host.push([quote(at: 1002, 9990, 10_010)])
        #expect(again.map(\.side) == [RIALTO_BUY])
    }

    @Test func `quotes anew at the next market when its order would have taken`() throws {
        let host = try host()
        let orders = try host.push([quote(at: 1, 9990, 10_010)])
        let ask = try #require(orders.last)
        let taken = report(ask, RIALTO_ORDER_EXPIRED, at: 2, reason: RIALTO_REASON_TAKES)
        #expect(try host.push([taken]).isEmpty)
        #expect(try host.push([quote(at: 3, 9990, 10_010)]).map(\.side) == [RIALTO_SELL])
    }

    @Test func `widens with the volatility of the middle, once that is known`() throws {
        let host = try host([
            "spread_volatility": 2, "volatility_length": 4, "sample": .integer(1_000_000),
            "skew": 0,
        ])
        var orders: [TestIntent] = []
        for step in 0..<8 as Range<Int64> {
            let middle: Int64 = 10_000 + (step % 2 == 0 ? 20 : -20)
            orders = try host.push([
                quote(at: (step + 1) * 1_000_000, middle - 5, middle + 5)
            ])
            if !orders.isEmpty { break }
            #expect(step < 4)
        }
        // Every change was of 40, so the deviation is 40 and the half spread 80.
        #expect(orders.map(\.price) == [9940, 10_100])
    }

    @Test func `sells no more than it holds where it may not be short`() throws {
        let host = try host(["allow_short": false])
        let orders = try host.push([quote(at: 1, 9990, 10_010)])
        #expect(orders.map(\.side) == [RIALTO_BUY])
        let bid = try #require(orders.first)
        let more = try host.push([report(bid, RIALTO_ORDER_FILLED, filled: 10_000, at: 2)])
        #expect(more.filter { $0.side == RIALTO_SELL }.map(\.quantity) == [10_000])
    }

    @Test func `could never hold more than its inventory, however late it is told`() throws {
        for seed in UInt64(0)..<30 {
            let host = try host(["inventory_max": .decimal(25, decimals: 1), "threshold": 2])
            var venue = SlowVenue(seed: seed)
            var random = SeededGenerator(seed: seed &+ 1000)
            var middle: Int64 = 10_000
            for step in 1...600 as ClosedRange<Int64> {
                middle += Int64.random(in: -9...9, using: &random)
                let time = step * 20_000_000
                let market = quote(at: time, middle - 5, middle + 5)
                venue.send(try host.push(venue.pass(to: time) + [market]))
            }
            #expect(venue.worst <= 25_000, "seed \(seed)")
            #expect(venue.fills > 50 && venue.refusals > 0, "seed \(seed)")
        }
    }

    @Test func `wants the same, however its events are cut into batches`() throws {
        for seed in UInt64(0)..<10 {
            var random = SeededGenerator(seed: seed), middle: Int64 = 10_000
            let events = (1...300 as ClosedRange<Int64>).map { step in
                middle += Int64.random(in: -9...9, using: &random)
                return quote(at: step / 2 * 20_000_000 + 1, middle - 5, middle + 5)
            }
            let whole = try host().push(events)
            #expect(whole.count > 3, "seed \(seed)")
            for rows in [1, 3, 64] {
                #expect(try host().push(events, rows: rows) == whole, "seed \(seed), \(rows)")
            }
        }
    }

    @Test func `refuses an inventory below its quantity, and a quantity below a step`() {
        #expect(
            throws: TestFailure.refused(
                code: RIALTO_ERROR_PARAMETER,
                text: "inventory_max is below quantity, allowed is that or more")
        ) { try host(["inventory_max": .decimal(5, decimals: 1)]) }
        #expect(throws: TestFailure.self) { try host(["quantity": .decimal(1, decimals: 5)]) }
    }

    @Test func `does nothing on history`() throws {
        #expect(try host().push([quote(at: 1, 9990, 10_010)], warmUp: true).isEmpty)
    }
}
