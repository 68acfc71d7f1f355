import RialtoTestHost
import RialtoValues
import Testing

@Suite struct `A cross-venue arbitrage` {
    /// No fees, one unit a trade, three at most, unless told otherwise.
    private func host(_ more: [String: TestValue] = [:]) throws -> TestHost {
        let usual: [String: TestValue] = [
            "fee_first": 0, "fee_second": 0, "edge": 10, "quantity": 1, "inventory_max": 3,
            "pause": .integer(1000),
        ]
        return try Bundled.host(
            "cross-venue-arbitrage", usual.merging(more) { $1 }, instruments: pair)
    }

    /// The first venue asks 100.00, the second bids `bid`.
    private func market(at time: Int64, bid: Int64) -> [TestEvent] {
        [quote(at: time, 9990, 10_000), quote(at: time, bid, bid + 10, 1)]
    }

    /// A host that has bought on the first venue and sold on the second.
    private func out(
        _ more: [String: TestValue] = [:]
    ) throws -> (host: TestHost, bought: TestIntent, sold: TestIntent) {
        let host = try host(more)
        let legs = try host.push(market(at: 1, bid: 10_020))
        return (host, try #require(legs.first), try #require(legs.last))
    }

    @Test func `takes both sides at once, immediately or not at all`() throws {
        let (_, bought, sold) = try out()
        #expect(bought.side == RIALTO_BUY && bought.instrument == 0 && bought.price == 10_000)
        #expect(sold.side == RIALTO_SELL && sold.instrument == 1 && sold.price == 10_020)
        for leg in [bought, sold] {
            #expect(leg.timeInForce == RIALTO_IMMEDIATE_OR_CANCEL && leg.quantity == 10_000)
        }
        let turned = try host().push([quote(at: 1, 10_040, 10_050), quote(at: 1, 9990, 10_010, 1)])
        #expect(turned.map(\.side) == [RIALTO_SELL, RIALTO_BUY])
    }

    @Test func `asks for its edge after both fees`() throws {
        #expect(try host(["edge": 20]).push(market(at: 1, bid: 10_020)).count == 2)
        #expect(try host(["edge": 21]).push(market(at: 1, bid: 10_020)).isEmpty)
        let dear = try host(["edge": 10, "fee_first": 6, "fee_second": 5])
        #expect(try dear.push(market(at: 1, bid: 10_020)).isEmpty)
        #expect(try dear.push(market(at: 2, bid: 10_022)).count == 2)
    }

    @Test func `takes no more than both show, in steps that both have`() throws {
        let coarse: [InstrumentInfo] = [
            .test(), .test("BTC/EUR", index: 1, quantityDecimals: 2),
        ]
        let host = try Bundled.host(
            "cross-venue-arbitrage", ["fee_first": 0, "fee_second": 0, "quantity": 3],
            instruments: coarse)
        let thin = TestEvent.quote(
            Quote(
                time_ns: 1, instrument: 0, bidPrice: 9990, bidQuantity: 1, askPrice: 10_000,
                askQuantity: 12_345))
        let legs = try host.push([thin, quote(at: 1, 10_020, 10_030, 1)])
        #expect(legs.map(\.quantity) == [12_300, 123])
    }

    @Test func `does nothing more while a leg is out, nor on what it has taken`() throws {
        let (host, bought, sold) = try out(["quantity": 3, "inventory_max": 30])
        #expect(try host.push(market(at: 2, bid: 10_030)).isEmpty)
        let done = [bought, sold].map { report($0, RIALTO_ORDER_FILLED, filled: 30_000, at: 3) }
        #expect(try host.push(done).isEmpty)
        #expect(
            try host.push([quote(at: 4, 10_030, 10_040, 1)]).map(\.quantity) == [30_000, 30_000])
    }

    @Test func `unwinds at the market what filled on one side only`() throws {
        let (host, bought, sold) = try out()
        let first = report(bought, RIALTO_ORDER_FILLED, filled: 10_000, at: 2)
        #expect(try host.push([first]).isEmpty, "the other leg may still fill")
        let part = report(
            sold, RIALTO_ORDER_EXPIRED, filled: 4000, at: 3, reason: RIALTO_REASON_UNFILLED)
        let unwound = try host.push([part])
        #expect(unwound.map(\.instrument) == [0] && unwound.map(\.side) == [RIALTO_SELL])
        #expect(
            unwound.map(\.quantity) == [6000] && unwound.map(\.orderType) == [RIALTO_ORDER_MARKET])
        let order = try #require(unwound.first)
        let refused = report(order, RIALTO_ORDER_REJECTED, at: 4, reason: RIALTO_REASON_VENUE)
        #expect(try host.push([refused]).isEmpty, "not at once")
        let again = try host.push([quote(at: 5, 9990, 10_000)])
        #expect(again.map(\.quantity) == [6000] && again.map(\.reason) == [2])
    }

    @Test func `rests after a leg that failed`() throws {
        let (host, bought, sold) = try out()
        let failed = [bought, sold].map {
            report($0, RIALTO_ORDER_REJECTED, at: 2, reason: RIALTO_REASON_CAPITAL)
        }
        #expect(try host.push(failed).isEmpty)
        #expect(try host.push(market(at: 1000, bid: 10_020)).isEmpty)
        #expect(try host.push(market(at: 1002, bid: 10_020)).count == 2)
    }

    @Test func `trades back what it holds at a lower edge`() throws {
        let (host, bought, sold) = try out(["close_edge": -15, "inventory_max": 1])
        let done = [bought, sold].map { report($0, RIALTO_ORDER_FILLED, filled: 10_000, at: 2) }
        #expect(try host.push(done).isEmpty)
        let back = try host.push([quote(at: 3, 9990, 10_000), quote(at: 3, 9990, 10_000, 1)])
        #expect(back.map(\.side) == [RIALTO_SELL, RIALTO_BUY])
    }

    @Test func `opens on no quote that is too old`() throws {
        let host = try host(["age_max": .integer(1000)])
        #expect(try host.push([quote(at: 1, 9990, 10_000)]).isEmpty)
        #expect(try host.push([quote(at: 1002, 10_020, 10_030, 1)]).isEmpty)
        #expect(try host.push([quote(at: 1003, 9990, 10_000)]).count == 2)
    }

    @Test func `sells nothing that it does not hold where it may not be short`() throws {
        #expect(try host(["allow_short": false]).push(market(at: 1, bid: 10_020)).isEmpty)
    }

    @Test func `is flat over both venues in the end, and within its inventory on each`() throws {
        for seed in UInt64(0)..<30 {
            let host = try host()
            var venue = SlowVenue(seed: seed)
            var random = SeededGenerator(seed: seed &+ 1000), middle: Int64 = 10_000
            for step in 1...1000 as ClosedRange<Int64> {
                middle += Int64.random(in: -9...9, using: &random)
                let time = step * 1000, gap = Int64.random(in: -40...40, using: &random)
                let isQuiet = step > 600
                let other = middle + (isQuiet ? 0 : gap)
                let market = [
                    quote(at: time, middle - 5, middle + 5),
                    quote(at: time, other - 5, other + 5, 1),
                ]
                venue.send(try host.push(venue.pass(to: time) + market))
            }
            let held = (venue.position[0, default: 0], venue.position[1, default: 0])
            #expect(held.0 + held.1 == 0, "seed \(seed): \(held)")
            #expect(venue.worst <= 30_000, "seed \(seed)")
            #expect(venue.fills > 50 && venue.refusals > 0, "seed \(seed)")
        }
    }

    @Test func `refuses one instrument, two currencies, and an inventory below its quantity`() {
        #expect(throws: TestFailure.self) { try Bundled.host("cross-venue-arbitrage") }
        #expect(throws: TestFailure.self) { try host(["quantity": 4]) }
        #expect(throws: TestFailure.self) { try host(["quantity": .decimal(1, decimals: 5)]) }
    }

    @Test func `does nothing on history`() throws {
        #expect(try host().push(market(at: 1, bid: 10_020), warmUp: true).isEmpty)
    }
}
