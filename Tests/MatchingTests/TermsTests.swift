import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoValues
import Testing

private func model(_ rule: LimitRule = .through, share_e9: Int64 = 0) -> VenueModel {
    var model = VenueModel(
        path: .nearestExtreme, limitRule: rule, maker: Rate(e9: 0), taker: Rate(e9: 0),
        slippage: Rate(e9: 0))
    model.volumeShare_e9 = share_e9
    return model
}

private func terms(
    _ side: Side, _ type: OrderType, _ quantity: Int64 = 1, price: Int64 = 0, trigger: Int64 = 0,
    _ force: TimeInForce = .goodTillCancel, isPostOnly: Bool = false
) -> Order.Terms {
    Order.Terms(
        instrument: 0, side: side, type: type, timeInForce: force, isPostOnly: isPostOnly,
        isReduceOnly: false, quantity: quantity, price: price, trigger: trigger, expires_ns: 0)
}

/// Prices and quantities of the fills along one bar.
private func walk(
    _ venue: inout Venue, _ prices: (Int64, Int64, Int64, Int64), volume: Int64 = .max,
    share_e9: Int64 = 0, at time_ns: Int64 = 10
) -> [String] {
    let bar = Bar(
        openTime_ns: time_ns, open: prices.0, high: prices.1, low: prices.2, close: prices.3)
    var walk = Venue.Walk(openTime_ns: time_ns, open: bar.open), fills: [String] = []
    if share_e9 > 0 { walk.limit(volume: volume, share_e9: share_e9) }
    while let fill = venue.nextFill(&walk, instrument: 0) {
        fills.append("\(fill.quantity)@\(fill.price)")
    }
    guard venue.mayGoOn(walk, instrument: 0) else { return fills }
    venue.lead(&walk, along: bar)
    while let fill = venue.nextFill(&walk, instrument: 0) {
        fills.append("\(fill.quantity)@\(fill.price)")
    }
    return fills
}

@Suite struct `On bars` {
    @Test func `an immediate order fills at its first open or goes`() {
        for force in [TimeInForce.immediateOrCancel, .fillOrKill] {
            var venue = Venue(model: model(), steps: [1])
            venue.accept(terms(.buy, .limit, price: 99, force), order: 1, at: 5)
            #expect(walk(&venue, (100, 104, 90, 95)) == [])
            #expect(venue.takeEndings() == [VenueEnding(order: 1, reason: .unfilled)])
            venue.accept(terms(.buy, .limit, price: 99, force), order: 2, at: 15)
            #expect(walk(&venue, (98, 104, 90, 95), at: 20) == ["1@98"])
            #expect(venue.takeEndings() == [] && venue.workingCount == 0)
        }
    }

    @Test func `a post-only order that meets a better open goes, and waits otherwise`() {
        var venue = Venue(model: model(), steps: [1])
        venue.accept(terms(.buy, .limit, price: 101, isPostOnly: true), order: 1, at: 5)
        #expect(walk(&venue, (100, 104, 90, 95)) == [])
        #expect(venue.takeEndings() == [VenueEnding(order: 1, reason: .takes)])
        venue.accept(terms(.buy, .limit, price: 97, isPostOnly: true), order: 2, at: 15)
        #expect(walk(&venue, (100, 104, 98, 99), at: 20) == [])
        #expect(walk(&venue, (95, 104, 94, 99), at: 30) == ["1@97"], "as maker, at its own price")
    }

    @Test func `a share of the volume is all that fills, and the rest goes on`() {
        var venue = Venue(model: model(share_e9: 100_000_000), steps: [1])
        venue.accept(terms(.buy, .market, 25), order: 1, at: 5)
        let share: Int64 = 100_000_000
        #expect(walk(&venue, (100, 104, 90, 95), volume: 100, share_e9: share) == ["10@100"])
        #expect(
            walk(&venue, (96, 99, 90, 95), volume: 90, share_e9: share, at: 20) == ["9@96"])
        venue.accept(terms(.sell, .market, 3), order: 2, at: 25)
        #expect(
            walk(&venue, (97, 99, 90, 95), volume: 100, share_e9: share, at: 30)
                == ["6@97", "3@97"])
        venue.accept(terms(.sell, .market, 11, .fillOrKill), order: 3, at: 35)
        #expect(walk(&venue, (97, 99, 90, 95), volume: 100, share_e9: share, at: 40) == [])
        #expect(venue.takeEndings() == [VenueEnding(order: 3, reason: .unfilled)])
    }

    @Test func `a stop that finds no volume is a market order of the next bar`() {
        var venue = Venue(model: model(share_e9: 100_000_000), steps: [1])
        venue.accept(terms(.sell, .stop, 4, trigger: 92), order: 1, at: 5)
        let share: Int64 = 100_000_000
        #expect(walk(&venue, (100, 101, 90, 95), volume: 10, share_e9: share) == ["1@92"])
        #expect(walk(&venue, (97, 99, 96, 98), volume: 80, share_e9: share, at: 20) == ["3@97"])
    }

    @Test func `a trailing stop fills where a walk by single steps fills it`() {
        for seed in UInt64(0)..<5000 {
            var random = SeededGenerator(seed: seed)
            let side = Bool.random(using: &random) ? Side.buy : .sell
            let distance = Int64.random(in: 1...9, using: &random)
            let last = Int64.random(in: 90...110, using: &random)
            var venue = Venue(model: model(), steps: [1])
            venue.accept(terms(side, .trailingStop, price: distance), order: 1, at: 5, last: last)
            var trigger = side == .buy ? last + distance : last - distance
            var found: [String] = [], expected: [String] = []
            for bar in 0..<4 where found.isEmpty {
                let open = Int64.random(in: 88...112, using: &random)
                let close = Int64.random(in: 88...112, using: &random)
                let high = max(open, close) + .random(in: 0...6, using: &random)
                let low = min(open, close) - .random(in: 0...6, using: &random)
                found = walk(
                    &venue, (open, high, low, close), at: 10 + Int64(bar) * 10)
                for price in steps(open, high, low, close) where expected.isEmpty {
                    let isMet = side == .buy ? price >= trigger : price <= trigger
                    if isMet { expected = ["1@\(price)"] }
                    trigger =
                        side == .buy
                        ? min(trigger, price + distance) : max(trigger, price - distance)
                }
            }
            #expect(found == expected, "seed \(seed)")
        }
    }

    /// Every price on the way along a bar.
    private func steps(_ open: Int64, _ high: Int64, _ low: Int64, _ close: Int64) -> [Int64] {
        var prices = [open]
        for corner in high - open <= open - low ? [high, low, close] : [low, high, close] {
            while let last = prices.last, last != corner {
                prices.append(last + (corner > last ? 1 : -1))
            }
        }
        return prices
    }
}

@Suite struct `On prints` {
    private func fills(_ venue: inout Venue, _ price: Int64, at time_ns: Int64) -> [String] {
        var fills: [String] = []
        while let fill = venue.nextFill(
            tradePrice: price, venueTime_ns: time_ns, time_ns: time_ns, instrument: 0)
        {
            fills.append("\(fill.quantity)@\(fill.price)")
        }
        return fills
    }

    @Test func `an immediate order takes the next one or goes`() {
        var venue = Venue(model: model(), steps: [1], levels: [.trades])
        venue.accept(terms(.buy, .limit, price: 99, .immediateOrCancel), order: 1, at: 5)
        #expect(fills(&venue, 100, at: 6) == [])
        #expect(venue.takeEndings() == [VenueEnding(order: 1, reason: .unfilled)])
        venue.accept(terms(.buy, .limit, price: 99, .immediateOrCancel), order: 2, at: 7)
        #expect(fills(&venue, 98, at: 8) == ["1@98"])
    }

    @Test func `a post-only order beyond the last price is refused`() {
        var venue = Venue(model: model(), steps: [1], levels: [.trades])
        let sell = terms(.sell, .limit, price: 99, isPostOnly: true)
        venue.accept(sell, order: 1, at: 5, last: 100)
        #expect(venue.takeEndings() == [VenueEnding(order: 1, reason: .takes)])
        venue.accept(sell, order: 2, at: 5, last: 99)
        #expect(fills(&venue, 100, at: 8) == ["1@99"])
    }

    @Test func `a trailing stop follows them`() {
        var venue = Venue(model: model(), steps: [1], levels: [.trades])
        venue.accept(terms(.sell, .trailingStop, price: 3), order: 1, at: 5, last: 100)
        var all: [String] = []
        for (index, price) in ([98, 101, 104, 102, 101, 90] as [Int64]).enumerated() {
            all += fills(&venue, price, at: 6 + Int64(index))
        }
        #expect(all == ["1@101"])
    }
}

@Suite struct `Fees` {
    @Test func `fall with what was traded in thirty days, and rise again`() throws {
        let schedule = try FeeSchedule(tiers: [
            .init(from: 0, maker: Rate(e9: 10), taker: Rate(e9: 20)),
            .init(from: 100, maker: Rate(e9: 5), taker: Rate(e9: 15)),
        ])
        var traded = TradedValue()
        let day: Int64 = 86_400_000_000_000
        #expect(schedule.rate(.taker, traded: traded.total) == Rate(e9: 20))
        traded.add(99, at: 3 * day)
        #expect(schedule.rate(.maker, traded: traded.total) == Rate(e9: 10))
        traded.add(1, at: 4 * day)
        #expect(schedule.rate(.maker, traded: traded.total) == Rate(e9: 5))
        traded.add(0, at: 33 * day)
        #expect(traded.total == 1 && schedule.rate(.taker, traded: traded.total) == Rate(e9: 20))
    }

    @Test func `set aside the highest rate, also where trading more costs more`() throws {
        let schedule = try FeeSchedule(tiers: [
            .init(from: 0, maker: Rate(e9: 10), taker: Rate(e9: 20)),
            .init(from: 100, maker: Rate(e9: 5), taker: Rate(e9: 35)),
            .init(from: 200, maker: Rate(e9: 5), taker: Rate(e9: 15)),
        ])
        #expect(schedule.highestTaker == Rate(e9: 35))
        #expect(FeeSchedule(maker: Rate(e9: 1), taker: Rate(e9: 7)).highestTaker == Rate(e9: 7))
    }

    @Test func `need tiers from 0 on, in rising order`() {
        let base = FeeSchedule.Tier(from: 0, maker: Rate(e9: 1), taker: Rate(e9: 1))
        let next = FeeSchedule.Tier(from: 5, maker: Rate(e9: 1), taker: Rate(e9: 1))
        #expect(throws: FeeSchedule.Fault.noBase) { try FeeSchedule(tiers: [next]) }
        #expect(throws: FeeSchedule.Fault.noBase) { try FeeSchedule(tiers: []) }
        #expect(throws: FeeSchedule.Fault.unordered(index: 2)) {
            try FeeSchedule(tiers: [base, next, next])
        }
    }
}

@Suite struct `A connection` {
    @Test func `takes each message at least the shortest way, in order, the same each time`() {
        let model = LatencyModel(order_ns: 100, report_ns: 50, jitter_ns: 40, seed: 7)
        var first = Connection(model, index: 0), second = Connection(model, index: 0)
        var other = Connection(model, index: 1), differs = false, last = Int64.min
        for now in stride(from: Int64(0), to: 5000, by: 13) {
            let arrives = first.orderArrives(leaving: now, recorded: 0)
            #expect(arrives >= now + 100 && arrives >= last && arrives <= max(last, now + 140))
            #expect(arrives == second.orderArrives(leaving: now, recorded: 0))
            differs = differs || arrives != other.orderArrives(leaving: now, recorded: 0)
            last = arrives
        }
        #expect(differs, "each account has its own")
    }

    @Test func `takes as long as the market data did, where that is recorded`() {
        var connection = Connection(
            LatencyModel(order_ns: 10, report_ns: 0, isRecorded: true), index: 0)
        #expect(connection.orderArrives(leaving: 0, recorded: 30) == 40)
        #expect(connection.orderArrives(leaving: 1, recorded: -5) == 40, "none overtakes")
        #expect(connection.reportArrives(leaving: 50, recorded: -5) == 50)
    }
}
