import RialtoEngine
import RialtoLedger
import RialtoMatching
import RialtoTestSupport
import RialtoValues
import Testing

/// A bar that stays at one price.
private func still(_ price: Int64) -> (Int64, Int64, Int64, Int64) { (price, price, price, price) }

/// When bar `index` of a sketch opens; it closes when the next one opens.
private func opening(_ index: Int) -> Int64 {
    MarketSketch.start + Int64(index) * MarketSketch.minute
}

/// What one scripted instance does over these bars.
private func outcome(
    _ bars: [(Int64, Int64, Int64, Int64)], _ steps: [Int: [Intent]],
    _ change: (inout SketchRun) -> Void = { _ in }
) throws -> SketchOutcome {
    var run = SketchRun(market: MarketSketch(bars))
    change(&run)
    if run.accounts.isEmpty { run.accounts = [run.account([script(steps)])] }
    return try run.execute()
}

@Suite struct `An order on bars` {
    @Test func `fills at the open of the next bar, gap and all`() throws {
        let out = try outcome(
            [(100, 105, 95, 102), (110, 112, 108, 111), still(111)], [0: [.target(2)]])
        #expect(
            out.fills == [
                SketchFill(
                    time_ns: opening(2), venueTime_ns: opening(1), order: 0, side: .buy, price: 110,
                    quantity: 2)
            ])
    }

    @Test func `that is late by a nanosecond fills one bar later`() throws {
        let bars = [still(100), still(101), still(102), still(103)]
        let out = try outcome(bars, [0: [.target(1)]]) {
            $0.latency = LatencyModel(order_ns: 1, report_ns: 0)
        }
        #expect(out.fills.map(\.price) == [102])
    }

    @Test(
        arguments: [(BarPath.highFirst, 108), (.lowFirst, 95), (.nearestExtreme, 95)]
            as [(BarPath, Int64)])
    func `meets stop and take-profit in the order of the path`(path: BarPath, price: Int64) throws {
        let bars = [still(100), still(100), (100, 110, 94, 105), still(105)]
        let out = try outcome(bars, [0: [.target(1, stop: 95, takeProfit: 108)]]) {
            $0.venue.path = path
        }
        #expect(out.fills.map(\.price) == [100, price])
        #expect(out.fills.map(\.side) == [.buy, .sell])
    }

    @Test func `is protected from the bar that fills it on`() throws {
        let out = try outcome(
            [still(100), (100, 110, 90, 105), still(105)], [0: [.target(1, stop: 95)]]
        ) {
            $0.venue.path = .lowFirst
        }
        #expect(out.fills.map(\.price) == [100, 95])
        #expect(out.fills.map(\.time_ns) == [opening(2), opening(2)])
    }

    @Test func `with a stop that the open has passed gets the open`() throws {
        let out = try outcome(
            [still(100), still(100), still(90), still(90)], [0: [.target(1, stop: 95)]])
        #expect(out.fills.map(\.price) == [100, 90])
    }

    @Test func `with a limit better than the open gets the open, else its limit when it is passed`()
        throws
    {
        let bars = [still(100), (98, 99, 95, 97), (97, 97, 94, 96)]
        let steps = [
            0: [Intent.order(1, .buy, .limit, 1, price: 99), .order(2, .buy, .limit, 1, price: 95)]
        ]
        #expect(try outcome(bars, steps).fills.map(\.price) == [98, 95])
        let touched = try outcome(Array(bars.prefix(2)), steps) { $0.venue.limitRule = .touch }
        #expect(touched.fills.map(\.price) == [98, 95])
        #expect(try outcome(Array(bars.prefix(2)), steps).fills.map(\.price) == [98])
    }

    @Test func `pays slippage against itself in whole steps`() throws {
        let bars = [still(1000), still(1000), still(1000), still(1000)]
        let out = try outcome(bars, [0: [.target(1)], 1: [.target(0)]]) {
            $0.venue.slippage = Rate(e9: 1_500_000)
        }
        #expect(out.fills.map(\.price) == [1002, 998])
    }

    @Test func `closes a position when its time is up, once`() throws {
        let bars = Array(repeating: still(100), count: 8)
        let steps = [0: [Intent.target(2, stop: 50, timeStop_ns: 90_000_000_000)]]
        let out = try outcome(bars, steps)
        #expect(out.fills.map(\.side) == [.buy, .sell])
        #expect(out.fills[1].venueTime_ns == opening(4))
    }
}

@Suite struct `An order on trades` {
    @Test func `fills at the next later trade, not at one of the same time`() throws {
        let times: [Int64] = [0, 0, 5, 9], start = MarketSketch.start
        let trades = zip(times, [100, 101, 105, 109] as [Int64]).map {
            SketchTrade(time_ns: start + $0, instrument: 0, price: $1)
        }
        var run = SketchRun(market: MarketSketch(bars: [], trades: trades))
        run.accounts = [run.account([script([0: [.target(1)]])])]
        #expect(try run.execute().fills.map(\.price) == [105])
    }
}

@Suite struct `An explicit order` {
    private let flat = Array(repeating: still(100), count: 6)

    @Test func `expires at its time`() throws {
        let order = Intent.order(1, .buy, .limit, 1, price: 90).with {
            $0.timeInForce = .goodTillTime
            $0.expireTime_ns = opening(1) + 90_000_000_000
        }
        let out = try outcome(flat, [0: [order]])
        let states = out.of(.orderState).map { [$0[0], $0[2]] }
        let expired = Int64(OrderState.expired.rawValue)
        #expect(states.last == [opening(1) + 90_000_000_000, expired])
        #expect(out.fills.isEmpty)
    }

    @Test func `ends the others of its linked group when it fills`() throws {
        let bars = [
            still(100), still(100), still(100), (100, 120, 100, 110), (110, 110, 80, 90), still(90),
        ]
        let pair = [
            Intent.order(1, .sell, .limit, 1, price: 110), .order(2, .sell, .stop, 1, trigger: 95),
        ].map { $0.with { intent in (intent.link, intent.linkId) = (1, 7) } }
        let out = try outcome(bars, [0: [.target(1)], 2: pair])
        #expect(out.fills.map(\.price) == [100, 110])
        let last = out.of(.orderState).filter { $0[1] == 2 }.last
        #expect(last?[2] == Int64(OrderState.canceled.rawValue))
        #expect(last?[3] == Int64(OrderReason.linked.rawValue))
    }

    @Test func `keeps its id when it is replaced, and is gone when it is canceled`() throws {
        var reports: [OrderReport] = []
        let port = script([
            0: [.order(5, .buy, .limit, 1, price: 90), .order(6, .buy, .limit, 1, price: 89)],
            1: [.replace(5, price: 101), .cancel(6)], 3: [.cancel(6)],
        ]) { event in if case .order(let report) = event { reports.append(report) } }
        let out = try outcome(flat, [:]) { $0.accounts = [$0.account([port])] }
        #expect(out.fills.map(\.price) == [100])
        #expect(
            reports.filter { $0.orderId == 5 }.map(\.state) == [
                .accepted, .canceled, .accepted, .filled,
            ])
        #expect(
            reports.filter { $0.orderId == 6 }.map(\.state) == [.accepted, .canceled, .rejected])
        #expect(reports.last?.reason == .unknownOrder)
    }

    @Test func `cannot sell what another one is selling already, unless they are linked`() throws {
        let sells = [
            Intent.order(1, .sell, .limit, 1, price: 110), .order(2, .sell, .stop, 1, trigger: 90),
        ]
        let out = try outcome(flat, [0: [.target(1)], 2: sells])
        #expect(out.refusals.map(\.reason) == [.short])
        let linked = sells.map { $0.with { intent in (intent.link, intent.linkId) = (1, 3) } }
        #expect(try outcome(flat, [0: [.target(1)], 2: linked]).refusals.isEmpty)
    }

    @Test func `with a stop and a target in its bracket may sell what it buys in either, but once`()
        throws
    {
        let bars = [
            still(100), still(100), still(100), (100, 120, 100, 110), (110, 110, 80, 90), still(90),
        ]
        let entry = Intent.order(1, .buy, .market, 1)
        let exits = [
            Intent.order(2, .sell, .stop, 1, trigger: 95), .order(3, .sell, .limit, 1, price: 110),
        ].map { $0.with { intent in (intent.link, intent.linkId) = (3, 1) } }
        let out = try outcome(bars, [0: [entry] + exits])
        #expect(out.refusals.isEmpty)
        #expect(out.fills.map(\.price) == [100, 110])
    }

    @Test func `that has filled in part is replaced for what is left of it`() throws {
        let buy = Intent.order(1, .buy, .market, 3)
        let out = try outcome(flat, [0: [buy], 1: [.replace(1, trigger: 1)]]) {
            $0.venue.volumeShare_e9 = 20_000_000
        }
        #expect(out.fills.map(\.quantity).reduce(0, +) == 3)
    }

    @Test func `cannot be replaced beyond what is held or affordable`() throws {
        let sell = Intent.order(1, .sell, .limit, 1, price: 110)
        let more = try outcome(flat, [0: [.target(1)], 2: [sell], 3: [.replace(1, quantity: 5)]])
        #expect(more.of(.order).count == 2)
        let buy = Intent.order(1, .buy, .limit, 1, price: 90)
        let dear = try outcome(flat, [0: [buy], 1: [.replace(1, quantity: 1_000_000)]])
        #expect(dear.of(.order).count == 1)
    }

    @Test func `that may only reduce is gone when there is nothing left to reduce`() throws {
        let reduce = Intent.order(1, .sell, .limit, 1, price: 110).with { $0.isReduceOnly = true }
        let out = try outcome(flat, [0: [.target(1)], 2: [reduce], 3: [.target(0)]]) {
            $0.accounts = [
                $0.account(
                    [script([0: [.target(1)], 2: [reduce], 3: [.target(0)]])], allowsShort: true)
            ]
        }
        let last = out.of(.orderState).filter { $0[1] == 1 }.last
        #expect(last?[2] == Int64(OrderState.canceled.rawValue))
    }
}

@Suite struct `Two orders of one account` {
    private let sale = Intent.order(1, .sell, .limit, 5, price: 105)
    private let purchase = Intent.order(2, .buy, .limit, 2, price: 106)

    /// What became of orders that ended with a reason.
    private func endings(
        _ rule: SelfTradeRule, _ scripts: [[Int: [Intent]]]
    ) throws -> [String] {
        let flat = Array(repeating: (Int64(100), Int64(101), Int64(99), Int64(100)), count: 6)
        var run = SketchRun(market: MarketSketch(flat))
        run.venue.selfTrade = rule
        run.accounts = [run.account(scripts.map { script($0) })]
        return try run.execute().of(.orderState).compactMap { r in
            r[3] == 0 ? nil : "order \(r[1]): state \(r[2]), reason \(r[3])"
        }
    }

    @Test func `never trade with each other, but where that is allowed`() throws {
        let alone = [[0: [.target(5)], 2: [sale], 3: [purchase]]]
        #expect(try endings(.allow, alone).isEmpty)
        #expect(try endings(.cancelResting, alone) == ["order 1: state 7, reason 17"])
        #expect(try endings(.expireTaker, alone) == ["order 2: state 7, reason 17"])
    }

    @Test func `of two strategies leave the one that was there`() throws {
        let two = [[0: [.target(5)], 2: [sale]], [3: [purchase]]]
        for rule in [SelfTradeRule.cancelResting, .expireTaker] {
            #expect(try endings(rule, two) == ["order 2: state 7, reason 17"])
        }
    }
}

@Suite struct `A protective order` {
    @Test func `covers what is not on its way out, so that a gap never turns the position`() throws
    {
        let bars = [still(100), still(100), still(100), still(90), still(90)]
        let steps = [0: [Intent.target(3, stop: 95)], 2: [.target(1, stop: 95)]]
        for allowsShort in [false, true] {
            let out = try outcome(bars, steps) {
                $0.accounts = [$0.account([script(steps)], allowsShort: allowsShort)]
            }
            #expect(out.fills.map { $0.side.sign * $0.quantity }.reduce(0, +) == 0)
            #expect(out.of(.share).map { $0[5] }.min() == 0)
        }
    }

    @Test func `goes with the position that it protects`() throws {
        let bars = [still(100), still(100), still(100), still(90), still(90)]
        let out = try outcome(bars, [0: [.target(1, stop: 95)], 1: [.target(0, stop: 95)]])
        #expect(out.fills.map(\.price) == [100, 100])
    }
}

@Suite struct `A timer` {
    @Test func `comes at its time, between market events`() throws {
        var seen: [Int64] = []
        let port = script([0: [.timer(9, at: opening(1) + 30_000_000_000)], 1: [.timer(10, at: 1)]])
        {
            if case .timer(let report) = $0 { seen += [report.time_ns, Int64(report.id)] }
        }
        _ = try outcome(Array(repeating: still(100), count: 4), [:]) {
            $0.accounts = [$0.account([port])]
        }
        #expect(seen == [opening(1) + 30_000_000_000, 9, opening(2) + 1, 10])
    }
}
