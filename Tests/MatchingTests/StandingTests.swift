import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoValues
import Testing

private func venue(_ queue: QueueModel = .pessimistic, level: MatchLevel = .quotes) -> Venue {
    var model = VenueModel(
        path: .nearestExtreme, limitRule: .through, maker: Rate(e9: 0), taker: Rate(e9: 0),
        slippage: Rate(e9: 0))
    model.queue = queue
    return Venue(model: model, steps: [1], levels: [level])
}

private func terms(
    _ side: Side, _ type: OrderType, _ quantity: Int64, price: Int64 = 0, trigger: Int64 = 0,
    _ force: TimeInForce = .goodTillCancel, isPostOnly: Bool = false
) -> Order.Terms {
    Order.Terms(
        instrument: 0, side: side, type: type, timeInForce: force, isPostOnly: isPostOnly,
        isReduceOnly: false, quantity: quantity, price: price, trigger: trigger, expires_ns: 0)
}

/// A fill as tests look at it.
private struct Seen: Equatable, CustomStringConvertible {
    let order: Int
    let price: Int64
    let quantity: Int64
    let isMaker: Bool

    init(_ order: Int, _ price: Int64, _ quantity: Int64, maker: Bool = false) {
        self.order = order
        self.price = price
        self.quantity = quantity
        isMaker = maker
    }

    init(_ fill: VenueFill) {
        self.init(fill.order, fill.price, fill.quantity, maker: fill.liquidity == .maker)
    }

    var description: String { "#\(order) \(quantity) at \(price)\(isMaker ? ", maker" : "")" }
}

extension Venue {
    fileprivate mutating func quote(
        _ bid: Int64, _ bidQuantity: Int64, _ ask: Int64, _ askQuantity: Int64
    ) -> [Seen] {
        show(
            bid: BookLevel(price: bid, quantity: bidQuantity),
            ask: BookLevel(price: ask, quantity: askQuantity), instrument: 0)
        return standing()
    }

    fileprivate mutating func standing() -> [Seen] {
        var fills: [Seen] = []
        while let fill = nextStandingFill(venueTime_ns: 9, time_ns: 9, instrument: 0) {
            fills.append(Seen(fill))
        }
        return fills
    }

    fileprivate mutating func enter(_ terms: Order.Terms, _ number: Int) -> [Seen] {
        accept(terms, order: number, at: 1)
        return standing()
    }

    fileprivate mutating func trade(
        _ price: Int64, _ quantity: Int64, _ taker: Side?
    ) -> [Seen] {
        var print = Print(
            price: price, quantity: quantity, taker: taker, venueTime_ns: 9, time_ns: 9)
        var fills: [Seen] = []
        while let fill = nextFill(&print, instrument: 0) { fills.append(Seen(fill)) }
        return fills + standing()
    }

    fileprivate mutating func reasons() -> [OrderReason] { takeEndings().map(\.reason) }
}

@Suite struct `Displayed liquidity` {
    @Test func `is taken at its price, once, until the venue shows it anew`() {
        var venue = venue()
        #expect(venue.quote(99, 5, 101, 4) == [])
        #expect(venue.enter(terms(.buy, .market, 6), 1) == [Seen(1, 101, 4)])
        #expect(venue.enter(terms(.buy, .limit, 2, price: 101), 2) == [])
        #expect(venue.quote(99, 5, 101, 4) == [], "the same words say nothing new")
        // Order 2 rests since it found nothing, and 101 has come to it.
        #expect(venue.quote(99, 5, 101, 3) == [Seen(1, 101, 2), Seen(2, 101, 2, maker: true)])
        #expect(venue.workingCount == 0)
    }

    @Test func `fills a limit up to its price and lets the rest wait`() {
        var venue = venue()
        _ = venue.quote(99, 5, 101, 4)
        #expect(venue.enter(terms(.buy, .limit, 6, price: 102), 1) == [Seen(1, 101, 4)])
        #expect(venue.quote(99, 5, 103, 9) == [])
        #expect(venue.quote(99, 5, 102, 1) == [Seen(1, 102, 2, maker: true)])
    }

    @Test func `lets an immediate order take what is there and ends the rest`() {
        var venue = venue()
        _ = venue.quote(99, 5, 101, 4)
        #expect(
            venue.enter(terms(.buy, .limit, 6, price: 101, .immediateOrCancel), 1)
                == [Seen(1, 101, 4)])
        #expect(venue.reasons() == [.unfilled] && venue.workingCount == 0)
        #expect(venue.enter(terms(.sell, .limit, 6, price: 99, .fillOrKill), 2) == [])
        #expect(venue.reasons() == [.unfilled])
        #expect(
            venue.enter(terms(.sell, .limit, 5, price: 99, .fillOrKill), 3) == [Seen(3, 99, 5)])
        #expect(venue.reasons() == [])
    }

    @Test func `refuses a post-only order that would take`() {
        var venue = venue()
        _ = venue.quote(99, 5, 101, 4)
        #expect(venue.enter(terms(.buy, .limit, 1, price: 101, isPostOnly: true), 1) == [])
        #expect(venue.reasons() == [.takes])
        #expect(venue.enter(terms(.buy, .limit, 1, price: 100, isPostOnly: true), 2) == [])
        #expect(venue.reasons() == [] && venue.workingCount == 1)
    }

    @Test func `sets off stops that the touch meets, which then take`() {
        var venue = venue()
        _ = venue.quote(99, 5, 101, 4)
        #expect(venue.enter(terms(.sell, .stop, 2, trigger: 97), 1) == [])
        #expect(venue.enter(terms(.buy, .stopLimit, 2, price: 104, trigger: 103), 2) == [])
        #expect(venue.quote(97, 5, 98, 1) == [Seen(1, 97, 2)])
        #expect(venue.quote(104, 5, 105, 9) == [], "the limit waits below the ask")
        #expect(venue.trade(104, 6, .sell) == [Seen(2, 104, 1, maker: true)], "five were ahead")
    }

    @Test func `drags a trailing stop behind the best touch, never back`() {
        var venue = venue()
        _ = venue.quote(99, 5, 101, 4)
        venue.accept(terms(.sell, .trailingStop, 1, price: 3), order: 1, at: 1, last: 100)
        #expect(venue.standing() == [])
        for bid in [102, 105, 104, 103] as [Int64] {
            #expect(venue.quote(bid, 5, bid + 2, 4) == [], "\(bid)")
        }
        #expect(venue.quote(102, 5, 104, 4) == [Seen(1, 102, 1)])
    }
}

@Suite struct `A queue` {
    @Test func `serves a resting order after all that was displayed before it`() {
        var venue = venue()
        _ = venue.quote(99, 5, 101, 4)
        #expect(venue.enter(terms(.buy, .limit, 4, price: 99), 1) == [])
        #expect(venue.enter(terms(.buy, .limit, 4, price: 99), 2) == [])
        #expect(venue.trade(99, 4, .sell) == [])
        #expect(venue.trade(99, 4, .buy) == [], "a buyer does not serve the bids")
        #expect(venue.trade(99, 3, .sell) == [Seen(1, 99, 2, maker: true)])
        #expect(
            venue.trade(99, 4, nil) == [Seen(1, 99, 2, maker: true), Seen(2, 99, 2, maker: true)])
        #expect(venue.trade(98, 1, .sell) == [Seen(2, 99, 2, maker: true)], "traded through")
    }

    @Test func `lets an order inside the spread be the first, and one deeper wait to be seen`() {
        var venue = venue()
        _ = venue.quote(99, 5, 103, 4)
        _ = venue.enter(terms(.buy, .limit, 1, price: 100), 1)
        #expect(venue.trade(100, 1, .sell) == [Seen(1, 100, 1, maker: true)])
        _ = venue.enter(terms(.buy, .limit, 1, price: 97), 2)
        #expect(venue.trade(97, 50, .sell) == [], "nobody knows what stands there")
        _ = venue.quote(97, 6, 103, 4)
        #expect(venue.trade(97, 6, .sell) == [])
        #expect(venue.trade(97, 1, .sell) == [Seen(2, 97, 1, maker: true)])
    }

    @Test func `moves up when others cancel, as its model says`() {
        // Ten ahead, ten behind, and eight cancel.
        let expected: [(QueueModel, Int64)] = [
            (.pessimistic, 10), (.power(1), 6), (.power(3), 6), (.front, 0),
        ]
        for (model, ahead) in expected {
            #expect(
                model.ahead(10, before: 20, after: 12, traded: 0) == ahead, "\(model)")
        }
        #expect(QueueModel.pessimistic.ahead(10, before: 20, after: 4, traded: 0) == 4)
        #expect(QueueModel.power(2).ahead(3, before: 20, after: 12, traded: 8) == 3)
        // A larger back takes more of the cancels, the more so the higher the power.
        let ahead = [1, 2, 3].map {
            QueueModel.power($0).ahead(4, before: 20, after: 12, traded: 0)
        }
        #expect(ahead == [3, 4, 4])
    }

    @Test func `never has more ahead than is displayed, nor less than nothing`() {
        let models: [QueueModel] = [.pessimistic, .power(1), .power(2), .power(5), .front]
        for seed in UInt64(0)..<5000 {
            var random = SeededGenerator(seed: seed)
            let before = Int64.random(in: 0...1000, using: &random)
            let after = Int64.random(in: 0...1000, using: &random)
            let ahead = Int64.random(in: 0...before, using: &random)
            let traded = Int64.random(in: 0...before, using: &random)
            for model in models {
                let new = model.ahead(ahead, before: before, after: after, traded: traded)
                #expect(new >= 0 && new <= min(ahead, after), "seed \(seed), \(model)")
            }
        }
    }
}
