import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoValues
import Testing

private func model(_ path: BarPath, _ rule: LimitRule) -> VenueModel {
    VenueModel(
        path: path, limitRule: rule, maker: Rate(e9: 0), taker: Rate(e9: 0), slippage: Rate(e9: 0))
}

private func terms(_ type: OrderType, _ side: Side, price: Int64, trigger: Int64) -> Order.Terms {
    Order.Terms(
        instrument: 0, side: side, type: type, timeInForce: .goodTillCancel, isPostOnly: false,
        isReduceOnly: false, quantity: 1, price: price, trigger: trigger, expires_ns: 0)
}

private func randomTerms(_ random: inout SeededGenerator) -> Order.Terms {
    let type = [OrderType.market, .limit, .stop, .stopLimit][Int.random(in: 0..<4, using: &random)]
    return terms(
        type, Bool.random(using: &random) ? .buy : .sell,
        price: type == .limit || type == .stopLimit ? .random(in: 80...120, using: &random) : 0,
        trigger: type == .stop || type == .stopLimit ? .random(in: 80...120, using: &random) : 0)
}

private func randomBar(_ random: inout SeededGenerator) -> Bar {
    let open = Int64.random(in: 85...115, using: &random),
        close = Int64.random(in: 85...115, using: &random)
    return Bar(
        openTime_ns: 10, open: open, high: max(open, close) + .random(in: 0...6, using: &random),
        low: min(open, close) - .random(in: 0...6, using: &random), close: close)
}

/// Every fill along one bar: at its open, then on the way to its corners.
private func fills(_ venue: inout Venue, _ bar: Bar) -> [VenueFill] {
    var walk = Venue.Walk(openTime_ns: bar.openTime_ns, open: bar.open), fills: [VenueFill] = []
    while let fill = venue.nextFill(&walk, instrument: 0) { fills.append(fill) }
    guard venue.mayGoOn(walk, instrument: 0) else { return fills }
    venue.lead(&walk, along: bar)
    while let fill = venue.nextFill(&walk, instrument: 0) { fills.append(fill) }
    return fills
}

/// One order alone, walked one price unit at a time: the price at which it fills.
private func stepped(_ terms: Order.Terms, _ bar: Bar, _ model: VenueModel) -> Int64? {
    let highFirst =
        model.path == .highFirst
        || (model.path == .nearestExtreme && bar.high - bar.open <= bar.open - bar.low)
    var prices = [bar.open]
    for corner in highFirst ? [bar.high, bar.low, bar.close] : [bar.low, bar.high, bar.close] {
        while let last = prices.last, last != corner {
            prices.append(last + (corner > last ? 1 : -1))
        }
    }
    var rests = terms.type == .limit
    for (index, price) in prices.enumerated() {
        if terms.type == .market { return price }
        let isPast = { (level: Int64) in terms.side == .buy ? price >= level : price <= level }
        if !rests, isPast(terms.trigger) {
            if terms.type == .stop { return price }
            rests = true
            // At its trigger it takes whatever is at its limit or better.
            if terms.side == .buy ? price <= terms.price : price >= terms.price { return price }
            continue
        }
        guard rests else { continue }
        let beyond = terms.side == .buy ? price < terms.price : price > terms.price
        let touches = price == terms.price && model.limitRule == .touch
        if index == 0, beyond || touches { return price }
        if beyond || touches { return terms.price }
    }
    return nil
}

@Suite struct `A venue on bars` {
    @Test func `fills one order where a walk by single steps fills it`() {
        for seed in UInt64(0)..<20_000 {
            var random = SeededGenerator(seed: seed)
            let terms = randomTerms(&random), bar = randomBar(&random)
            let path = BarPath.allCases[Int.random(in: 0..<3, using: &random)]
            let model = model(path, LimitRule.allCases[Int.random(in: 0..<2, using: &random)])
            var venue = Venue(model: model, steps: [1])
            venue.accept(terms, order: 7, at: 10)
            let fill = fills(&venue, bar).first
            let expected = stepped(terms, bar, model)
            #expect(
                fill?.price == expected,
                "seed \(seed): \(terms) \(bar) \(model.path) \(model.limitRule)")
            #expect((venue.workingCount == 0) == (fill != nil), "seed \(seed)")
        }
    }

    @Test func `tells beforehand of every bar that may fill something`() {
        for seed in UInt64(0)..<5000 {
            var random = SeededGenerator(seed: seed)
            var venue = Venue(model: model(.nearestExtreme, .touch), steps: [1])
            for order in 0..<Int.random(in: 1...5, using: &random) {
                venue.accept(randomTerms(&random), order: order, at: 0)
            }
            for _ in 0..<6 {
                let bar = randomBar(&random), (low, high) = venue.reach(of: 0)
                if !fills(&venue, bar).isEmpty {
                    #expect(bar.low <= low || bar.high >= high, "seed \(seed)")
                }
            }
        }
    }

    @Test func `leaves alone what had not arrived when the bar opened`() {
        var venue = Venue(model: model(.highFirst, .touch), steps: [1])
        venue.accept(terms(.market, .buy, price: 0, trigger: 0), order: 1, at: 11)
        #expect(
            fills(&venue, Bar(openTime_ns: 10, open: 100, high: 110, low: 90, close: 100)).isEmpty)
        #expect(venue.cancel(order: 1, instrument: 0) && !venue.cancel(order: 1, instrument: 0))
    }
}

@Suite struct `A venue on trades` {
    @Test func `fills at the trade or the limit, by the rule, and only what came before`() {
        for seed in UInt64(0)..<5000 {
            var random = SeededGenerator(seed: seed)
            let rule = LimitRule.allCases[Int.random(in: 0..<2, using: &random)]
            let terms = randomTerms(&random), price = Int64.random(in: 80...120, using: &random)
            guard terms.type != .stopLimit else { continue }
            var venue = Venue(model: model(.highFirst, rule), steps: [1])
            venue.accept(terms, order: 3, at: 5)
            let early = venue.nextFill(
                tradePrice: price, venueTime_ns: 4, time_ns: 5, instrument: 0)
            #expect(early == nil, "seed \(seed)")
            let fill = venue.nextFill(tradePrice: price, venueTime_ns: 5, time_ns: 6, instrument: 0)
            #expect(fill?.price == expected(terms, price, rule), "seed \(seed)")
        }
    }

    private func expected(_ terms: Order.Terms, _ price: Int64, _ rule: LimitRule) -> Int64? {
        let sign = terms.side.sign
        switch terms.type {
        case .market: return price
        case .stop: return sign * price >= sign * terms.trigger ? price : nil
        default:
            let isMet =
                sign * price < sign * terms.price || (rule == .touch && price == terms.price)
            return isMet ? terms.price : nil
        }
    }
}
