import RialtoEngine
import RialtoLedger
import RialtoMatching
import RialtoRisk
import RialtoTestSupport
import RialtoValues
import Testing

private let second: Int64 = 1_000_000_000
private let minute = MarketSketch.minute

/// Bars of a minute that stay at one price each.
private func stills(_ prices: [Int64], volume: Int64 = 100) -> MarketSketch {
    MarketSketch(
        bars: prices.enumerated().map { index, price in
            let open = MarketSketch.start + Int64(index) * minute
            return SketchBar(
                time_ns: open + minute, openTime_ns: open, instrument: 0, open: price, high: price,
                low: price, close: price, volume: volume)
        })
}

private enum Work: UInt8 {
    case twap = 1, vwap, share, iceberg, shortfall, makerTaker
}

extension Intent {
    fileprivate func worked(
        _ work: Work, for duration_ns: Int64 = 0, shown: Int64 = 0, rate_e6: UInt32 = 0
    ) -> Intent {
        with {
            $0.algorithm = work.rawValue
            $0.algorithmDuration_ns = duration_ns
            $0.algorithmQuantity = shown
            $0.algorithmRate_e6 = rate_e6
        }
    }
}

/// What a run with one scripted instance came to, and what that was told.
private struct Told {
    var outcome: SketchOutcome
    var orders: [OrderReport] = []
    var fills: [FillReport] = []

    /// States of an order, in order, repeats left out.
    func states(_ id: UInt64) -> [OrderState] {
        orders.filter { $0.orderId == id }.map(\.state).reduce(into: []) {
            if $0.last != $1 { $0.append($1) }
        }
    }
}

private func told(
    _ market: MarketSketch, _ steps: [Int: [Intent]], allowsShort: Bool = false,
    _ change: (inout SketchRun) -> Void = { _ in }
) throws -> Told {
    var run = SketchRun(market: market), orders: [OrderReport] = [], fills: [FillReport] = []
    change(&run)
    let port = script(steps) { event in
        if case .order(let report) = event { orders.append(report) }
        if case .fill(let report) = event { fills.append(report) }
    }
    var limits = RiskLimits(instruments: run.instruments.count)
    if let given = run.accounts.first?.limits { limits = given }
    run.accounts = [run.account([port], limits: limits, allowsShort: allowsShort)]
    let outcome = try run.execute()
    return Told(outcome: outcome, orders: orders, fills: fills)
}

@Suite struct `An order worked by time` {
    @Test func `is bought in equal parts, one with each slice, and is one order to its owner`()
        throws
    {
        let run = try told(
            stills(Array(repeating: 100, count: 15)),
            [0: [.order(7, .buy, .market, 20).worked(.twap, for: 10 * minute)]])
        #expect(run.outcome.fills.map(\.quantity) == Array(repeating: 2, count: 10))
        #expect(run.outcome.fills.map(\.order) == Array(0..<10))
        #expect(run.fills.allSatisfy { $0.orderId == 7 } && run.fills.last?.position == 20)
        #expect(run.states(7) == [.accepted, .partlyFilled, .filled])
        #expect(run.orders.map(\.filled) == [0] + (1...10).map { $0 * 2 })
        #expect(run.orders.allSatisfy { $0.quantity == 20 })
    }

    @Test func `catches up on what was refused, and takes the rest at its end`() throws {
        var wholes = 0
        for seed in UInt64(0)..<30 {
            let run = try told(
                stills(Array(repeating: 100, count: 40)),
                [0: [.order(1, .buy, .market, 50).worked(.twap, for: 20 * minute)]]
            ) {
                $0.venue.refusals_e9 = 500_000_000
                $0.venue.seed = seed
            }
            let bought = run.outcome.fills.reduce(0) { $0 + $1.quantity }
            let isWhole = bought == 50
            #expect(bought <= 50 && run.states(1).last == (isWhole ? .filled : .expired))
            #expect(run.outcome.of(.order).count > 10, "seed \(seed)")
            wholes += isWhole ? 1 : 0
        }
        // Of two refusals in a row, of the last slice and of the rest, comes less than the whole.
        #expect(wholes >= 15 && wholes < 30, "\(wholes)")
    }

    @Test func `never pays more than its limit, and ends with what that gave`() throws {
        let prices: [Int64] = [100, 100, 104, 104, 99, 104, 104, 104, 104, 104, 104, 104, 104]
        let run = try told(
            stills(prices),
            [
                0: [
                    .order(1, .buy, .limit, 10, price: 101).worked(.twap, for: 10 * minute)
                ]
            ])
        #expect(run.outcome.fills.allSatisfy { $0.price <= 101 })
        // One at 100, then what had waited since at 99: three slices were due by then.
        #expect(run.outcome.fills.map(\.price) == [100, 99, 99, 99])
        #expect(run.states(1) == [.accepted, .partlyFilled, .expired])
        #expect(run.orders.last?.filled == 4)
    }

    @Test func `of one lot is one child`() throws {
        let run = try told(
            stills(Array(repeating: 100, count: 15)),
            [0: [.order(1, .buy, .market, 1).worked(.twap, for: 10 * minute)]])
        #expect(run.outcome.of(.order).count == 1 && run.states(1).last == .filled)
    }

    @Test func `stops where it is canceled, and may grow while it works`() throws {
        let bars = stills(Array(repeating: 100, count: 30))
        let order = Intent.order(1, .buy, .market, 10).worked(.twap, for: 10 * minute)
        let cut = try told(bars, [0: [order], 5: [.cancel(1)]])
        #expect(cut.outcome.fills.count == 5)
        #expect(cut.states(1) == [.accepted, .partlyFilled, .canceled])
        let grown = try told(bars, [0: [order], 5: [.replace(1, quantity: 30)]])
        #expect(grown.outcome.fills.reduce(0) { $0 + $1.quantity } == 30)
        #expect(grown.orders.last?.quantity == 30 && grown.states(1).last == .filled)
        let less = try told(bars, [0: [order], 5: [.replace(1, quantity: 3)]])
        #expect(less.orders.contains { $0.state == .rejected && $0.reason == .size })
        #expect(less.outcome.fills.count == 10)
        let other = try told(bars, [0: [order], 25: [.cancel(1)]])
        #expect(other.outcome.refusals.map(\.reason) == [.unknownOrder])
    }

    @Test func `is canceled at the venue no sooner than the cancel arrives`() throws {
        let run = try told(
            stills(Array(repeating: 100, count: 30)),
            [
                0: [.order(1, .buy, .market, 10).worked(.twap, for: 10 * minute)],
                5: [.cancel(1)],
            ]
        ) { $0.latency = LatencyModel(order_ns: 90 * second, report_ns: 0) }
        let bought = run.outcome.fills.reduce(0) { $0 + $1.quantity }
        #expect(run.orders.last?.state == .canceled && run.orders.last?.filled == bought)
        #expect(bought == run.fills.reduce(0) { $0 + $1.quantity } && bought < 10)
    }

    @Test func `ends with its life, before its time is up`() throws {
        let order = Intent.order(1, .buy, .market, 10).worked(.twap, for: 10 * minute).with {
            $0.timeInForce = .goodTillTime
            $0.expireTime_ns = MarketSketch.start + 4 * minute + 1
        }
        let run = try told(stills(Array(repeating: 100, count: 15)), [0: [order]])
        #expect(run.outcome.fills.count == 3 && run.states(1).last == .expired)
    }
}

@Suite struct `An order worked by volume` {
    /// Prints every ten minutes for days, nearly all of them between 12:00 and 12:30 UTC.
    private func peaked(days: Int) -> MarketSketch {
        let step = 10 * minute, perDay = 144
        return MarketSketch(
            bars: [],
            trades: (0..<days * perDay).map { index in
                let isPeak = (72..<75).contains(index % perDay)
                return SketchTrade(
                    time_ns: MarketSketch.start + Int64(index) * step, instrument: 0, price: 100,
                    quantity: isPeak ? 10_000 : 1)
            })
    }

    private func boughtByNoon(_ work: Work, days: Int) throws -> Int64 {
        let market = peaked(days: days), begin = (days - 1) * 144 + 66
        let order = Intent.order(1, .buy, .market, 1000).worked(work, for: 120 * minute)
        let run = try told(market, [begin: [order]])
        #expect(run.outcome.fills.reduce(0) { $0 + $1.quantity } == 1000)
        let noon = MarketSketch.start + Int64(days - 1) * 144 * 10 * minute + 720 * minute
        return run.outcome.fills.filter { $0.time_ns <= noon }.reduce(0) { $0 + $1.quantity }
    }

    @Test func `waits for the hours in which the days before traded`() throws {
        let even = try boughtByNoon(.twap, days: 6)
        let learned = try boughtByNoon(.vwap, days: 6)
        #expect(even > 400 && even < 600, "\(even)")
        // 120 minutes from 11:00: the half hour at noon held nearly all, an even spread the rest.
        #expect(learned < 100, "\(learned)")
    }

    @Test func `without a day to learn from is worked by time`() throws {
        let learned = try boughtByNoon(.vwap, days: 1), even = try boughtByNoon(.twap, days: 1)
        #expect(abs(learned - even) <= 1, "to the lot: weights are rounded down")
    }

    @Test func `learns nothing from what has not happened`() throws {
        let cut = MarketSketch.start + Int64(5 * 144 + 70) * 10 * minute
        func bought(_ change: (MarketSketch) -> Void) throws -> [SketchFill] {
            let market = peaked(days: 6)
            change(market)
            let order = Intent.order(1, .buy, .market, 1000).worked(.vwap, for: 120 * minute)
            return try told(market, [5 * 144 + 66: [order]]).outcome.fills
                .filter { $0.time_ns <= cut }
        }
        let plain = try bought { _ in }
        #expect(try !plain.isEmpty && plain == bought { $0.distort(after: cut) })
    }

    @Test func `never takes more than its share, and ends when its time is up`() throws {
        for rate in [50_000, 200_000, 500_000] as [UInt32] {
            let order = Intent.order(1, .buy, .market, 5000)
                .worked(.share, for: 20 * minute, rate_e6: rate)
            let run = try told(stills(Array(repeating: 10, count: 40)), [0: [order]])
            for fill in run.outcome.fills {
                let passed = (fill.venueTime_ns - MarketSketch.start) / minute - 1
                let own = run.outcome.fills.filter { $0.time_ns <= fill.time_ns }
                    .reduce(0) { $0 + $1.quantity }
                #expect(own * 1_000_000 <= Int64(rate) * (own + passed * 100), "\(rate)")
            }
            let own = run.outcome.fills.reduce(0) { $0 + $1.quantity }
            let others: Int64 = 1900
            #expect(abs(Double(own) / Double(own + others) - Double(rate) / 1e6) < 0.02)
            #expect(run.states(1) == [.accepted, .partlyFilled, .expired])
        }
    }

    @Test func `ends filled where the volume is enough`() throws {
        let order = Intent.order(1, .buy, .market, 60).worked(.share, rate_e6: 200_000)
        let run = try told(stills(Array(repeating: 100, count: 15)), [0: [order]])
        #expect(run.outcome.fills.map(\.quantity) == [25, 25, 10])
        #expect(run.states(1).last == .filled)
    }
}

@Suite struct `A share of the volume` {
    private let order = Intent.order(1, .buy, .market, 60).worked(.share, rate_e6: 200_000)

    private func quotes(_ count: Int) -> [SketchQuote] {
        (0..<count).map {
            SketchQuote(
                time_ns: MarketSketch.start + Int64($0) * minute + 1, bid: 99, 500, ask: 101, 500)
        }
    }

    @Test func `is refused where neither trades nor bars tell what the others do`() throws {
        let run = try told(MarketSketch(bars: [], quotes: quotes(15)), [3: [order]])
        #expect(run.outcome.refusals.map(\.reason) == [.unsupported])
        #expect(run.states(1) == [.rejected] && run.outcome.of(.parent).isEmpty)
        let twap = Intent.order(2, .buy, .market, 10).worked(.twap, for: 5 * minute)
        let timed = try told(MarketSketch(bars: [], quotes: quotes(15)), [3: [twap]])
        #expect(timed.states(2).last == .filled, "what follows the clock needs none")
    }

    @Test func `follows bars beside quotes, and prints alone where there are any`() throws {
        let bars = stills(Array(repeating: 100, count: 15)).bars
        let beside = try told(MarketSketch(bars: bars, quotes: quotes(15)), [3: [order]])
        #expect(beside.states(1).last == .filled)
        let prints = (4..<14).map {
            SketchTrade(
                time_ns: MarketSketch.start + Int64($0) * minute + 2, instrument: 0, price: 100,
                quantity: 8)
        }
        let run = try told(
            MarketSketch(bars: bars, trades: prints, quotes: quotes(15)), [3: [order]])
        let bought = run.outcome.fills.reduce(0) { $0 + $1.quantity }
        #expect(bought > 0 && bought <= 20, "a fifth of all, ours with 80 printed: \(bought)")
    }
}

@Suite struct `An iceberg order` {
    private func market(prints: Int) -> MarketSketch {
        let quote = SketchQuote(time_ns: MarketSketch.start, bid: 99, 5, ask: 101, 5)
        return MarketSketch(
            bars: [],
            trades: (1...prints).map {
                SketchTrade(
                    time_ns: MarketSketch.start + Int64($0) * minute, instrument: 0, price: 99,
                    quantity: 4, taker: 2)
            }, quotes: [quote])
    }

    private func order(_ jitter: UInt32 = 0, _ delay: Int64 = 0) -> Intent {
        .order(1, .buy, .limit, 12, price: 100)
            .worked(.iceberg, for: delay, shown: 3, rate_e6: jitter)
    }

    @Test func `shows the next part only when the last has filled whole`() throws {
        let run = try told(market(prints: 12), [0: [order()]])
        #expect(run.outcome.of(.order).map { $0[7] } == [3, 3, 3, 3])
        #expect(run.states(1).last == .filled && run.outcome.fills.allSatisfy { $0.price == 100 })
        var open = 0
        for (kind, r) in run.outcome.records {
            if kind == .order { open += 1 }
            if kind == .orderState, r[2] == Int64(OrderState.filled.rawValue) { open -= 1 }
            #expect(open <= 1, "one part is live")
        }
    }

    @Test func `varies what it shows, and when, by its seed and by nothing else`() throws {
        func shown(_ seed: UInt64) throws -> [[Int64]] {
            try told(market(prints: 30), [0: [order(400_000, 90 * second)]]) {
                $0.venue.seed = seed
            }.outcome.of(.order).map { [$0[0], $0[7]] }
        }
        #expect(try shown(3) == shown(3))
        #expect(try (1...5).contains { try shown($0) != shown(9) })
        #expect(try shown(5).reduce(0) { $0 + $1[1] } == 12)
    }

    @Test func `needs a limit`() throws {
        let order = Intent.order(1, .buy, .market, 12).worked(.iceberg, shown: 3)
        let run = try told(market(prints: 3), [0: [order]])
        #expect(run.outcome.refusals.map(\.reason) == [.unsupported])
    }
}

@Suite struct `An order worked for least cost` {
    private func bought(_ aversion: UInt32) throws -> [Int64] {
        // One per cent up or down every six minutes, and 100 pieces a minute.
        let prices = (0..<200).map { Int64($0 % 12 < 6 ? 100 : 101) }
        let order = Intent.order(1, .buy, .market, 4000)
            .worked(.shortfall, for: 20 * minute, rate_e6: aversion)
        return try told(stills(prices), [150: [order]]).outcome.fills.map(\.quantity)
    }

    @Test func `is worked by time without aversion, and hurries with it`() throws {
        let even = try bought(0), eager = try bought(20_000_000), rash = try bought(4_000_000_000)
        #expect(even == Array(repeating: 200, count: 20))
        #expect(eager.reduce(0, +) == 4000 && rash.reduce(0, +) == 4000)
        #expect(zip(eager, eager.dropFirst()).allSatisfy { $0 + 1 >= $1 }, "\(eager)")
        #expect(eager[0] > 300 && eager[0] < 1500, "\(eager)")
        #expect(rash[0] > 3000, "\(rash)")
    }
}

@Suite struct `An order that waits and then takes` {
    private let quotes = [
        SketchQuote(time_ns: MarketSketch.start, bid: 99, 5, ask: 101, 50),
        SketchQuote(time_ns: MarketSketch.start + 20 * minute, bid: 99, 5, ask: 102, 50),
    ]

    private func run(_ trades: [SketchTrade]) throws -> Told {
        let order = Intent.order(1, .buy, .market, 10).worked(.makerTaker, for: 10 * minute)
        return try told(MarketSketch(bars: [], trades: trades, quotes: quotes), [0: [order]])
    }

    @Test func `takes what the book has not brought by then`() throws {
        let sold = SketchTrade(
            time_ns: MarketSketch.start + minute, instrument: 0, price: 99, quantity: 9, taker: 2)
        let run = try run([sold])
        // Five stood before it at 99: four of nine are left for it, and the rest is taken at 101.
        #expect(run.outcome.fills.map(\.price) == [99, 101])
        #expect(run.outcome.fills.map(\.quantity) == [4, 6])
        #expect(run.fills.map(\.liquidity) == [.maker, .taker])
        #expect(run.outcome.fills.last?.time_ns == MarketSketch.start + 10 * minute)
        #expect(run.states(1).last == .filled)
    }

    @Test func `needs no taker where the book brings all`() throws {
        let sold = SketchTrade(
            time_ns: MarketSketch.start + minute, instrument: 0, price: 98, quantity: 90, taker: 2)
        let run = try run([sold])
        #expect(run.fills.map(\.liquidity) == [.maker] && run.states(1).last == .filled)
    }
}

@Suite struct `A parent` {
    private let bars = stills(Array(repeating: 100, count: 30))
    private let work = Intent.order(5, .sell, .market, 10).worked(.twap, for: 10 * minute)

    @Test func `is refused as a whole where its money does not cover it`() throws {
        let order = Intent.order(1, .buy, .market, 200_000).worked(.twap, for: 10 * minute)
        let run = try told(bars, [0: [order]])
        #expect(run.outcome.refusals.map(\.reason) == [.capital] && run.outcome.fills.isEmpty)
        #expect(run.states(1) == [.rejected])
    }

    @Test func `may be larger than the largest order, its children may not`() throws {
        let order = Intent.order(1, .buy, .market, 20).worked(.twap, for: 10 * minute)
        for (most, bought) in [(2, 20), (1, 0)] as [(Int64, Int64)] {
            var limits = RiskLimits(instruments: 1)
            limits.orderQuantityMax = [most]
            let run = try told(bars, [0: [order]]) {
                $0.accounts = [$0.account([], limits: limits)]
            }
            #expect(run.outcome.fills.reduce(0) { $0 + $1.quantity } == bought)
            #expect(run.states(1).last == (bought > 0 ? .filled : .expired))
        }
    }

    @Test func `sets aside all that it will sell`() throws {
        let run = try told(
            bars,
            [
                0: [.target(10)], 3: [work, .order(6, .sell, .limit, 1, price: 200)],
                4: [.order(5, .buy, .market, 1)],
            ])
        #expect(run.outcome.refusals.map(\.reason) == [.short, .duplicate])
        #expect(run.states(5).last == .filled)
    }

    @Test func `ends where what it sells has gone another way`() throws {
        let run = try told(
            bars, [0: [.target(10, stop: 50, timeStop_ns: 5 * minute)], 3: [work]])
        #expect(run.outcome.fills.map(\.side).filter { $0 == .sell }.count > 2)
        #expect(run.fills.last?.position == 0)
        #expect(run.orders.last?.state == .canceled && run.orders.last?.reason == .position)
    }

    @Test func `protects what it opens, and frees what waits for it`() throws {
        let drop = stills([100, 100, 100, 100, 100, 90, 90, 90])
        let opens = Intent.order(1, .buy, .market, 2).worked(.twap, for: 2 * minute)
        let guarded = try told(drop, [0: [opens.with { $0.stopPrice = 95 }]])
        #expect(guarded.outcome.fills.map(\.side) == [.buy, .buy, .sell])
        #expect(guarded.fills.last?.position == 0)
        let waits = Intent.order(2, .sell, .limit, 2, price: 100).with {
            $0.link = 2
            $0.linkId = 1
        }
        let freed = try told(stills([100, 100, 100, 100, 105, 105]), [0: [opens, waits]])
        #expect(freed.outcome.fills.map(\.side) == [.buy, .buy, .sell])
    }

    @Test func `takes its linked orders away with its first fill, and shares what they sell`()
        throws
    {
        let sells = work.with { ($0.link, $0.linkId) = (1, 3) }
        let other = Intent.order(6, .sell, .limit, 10, price: 200).with {
            ($0.link, $0.linkId) = (1, 3)
        }
        let run = try told(bars, [0: [.target(10)], 3: [sells, other]])
        #expect(run.outcome.refusals.isEmpty, "both sell the same ten")
        #expect(run.states(6) == [.accepted, .canceled])
        #expect(run.orders.last { $0.orderId == 6 }?.reason == .linked)
        #expect(run.states(5).last == .filled && run.fills.last?.position == 0)
    }

    @Test func `goes with its children when an order that is linked to it fills`() throws {
        let prices: [Int64] = [100, 100, 100, 100, 100, 94, 100, 130, 130]
        let rests = Intent.order(5, .sell, .limit, 10, price: 120).worked(.iceberg, shown: 4)
            .with { ($0.link, $0.linkId) = (1, 3) }
        let stop = Intent.order(6, .sell, .stop, 10, trigger: 95).with {
            ($0.link, $0.linkId) = (1, 3)
        }
        let run = try told(stills(prices), [0: [.target(10)], 3: [rests, stop]])
        #expect(run.outcome.fills.map(\.side) == [.buy, .sell], "the iceberg sold nothing")
        #expect(run.fills.last?.position == 0 && run.states(6).last == .filled)
        #expect(run.states(5) == [.accepted, .canceled])
        #expect(run.orders.last { $0.orderId == 5 }?.reason == .linked)
        let works = run.outcome.of(.orderState).filter { $0[1] == 1 }.map { $0[2] }
        #expect(works.last == Int64(OrderState.canceled.rawValue), "nor does its child work on")
    }

    @Test func `may be the entry and an exit of a bracket`() throws {
        let entry = Intent.order(1, .buy, .market, 4).worked(.twap, for: 2 * minute)
        let profit = Intent.order(2, .sell, .limit, 4, price: 120).worked(.iceberg, shown: 2)
            .with { ($0.link, $0.linkId) = (3, 1) }
        let stop = Intent.order(3, .sell, .stop, 4, trigger: 95).with {
            ($0.link, $0.linkId) = (3, 1)
        }
        let entered: [Int64] = [100, 100, 100, 100, 100]
        let up = try told(stills(entered + [125, 125, 125, 125, 90]), [0: [entry, profit, stop]])
        #expect(up.outcome.fills.map(\.quantity) == [1, 1, 1, 1, 2, 2])
        #expect(up.states(3).last == .canceled && up.states(2).last == .filled)
        let down = try told(stills(entered + [94, 94, 125, 125]), [0: [entry, profit, stop]])
        #expect(down.outcome.fills.map(\.quantity) == [1, 1, 1, 1, 4])
        #expect(down.states(2).last == .canceled && down.states(3).last == .filled)
        #expect(down.fills.last?.position == 0)
    }

    @Test func `is refused with terms that no algorithm can work`() throws {
        let twap = Intent.order(1, .buy, .market, 5).worked(.twap, for: minute)
        let cases: [(inout Intent) -> Void] = [
            { $0.algorithm = 9 }, { $0.algorithmDuration_ns = 0 }, { $0.isPostOnly = true },
            { $0.timeInForce = .fillOrKill },
            { ($0.orderType, $0.triggerPrice) = (.stop, 120) },
        ]
        for change in cases {
            let run = try told(bars, [0: [twap.with(change)]])
            #expect(run.outcome.refusals.map(\.reason) == [.unsupported])
        }
        let early = try told(stills([100, 100]), [:])
        #expect(early.outcome.fills.isEmpty)
    }

    @Test func `is never exceeded by its children, whatever happens`() throws {
        var worked = 0
        for seed in UInt64(0)..<300 {
            let run = randomRun(seed: seed), outcome = try run.execute()
            let heardLate = !run.venue.faults.isNone
            var fills: [Int64: (parent: Int64, quantity: Int64)] = [:]
            var known: [Int64: Int64] = [:]
            var most: [Int64: Int64] = [:], limit: [Int64: (side: Int64, price: Int64)] = [:]
            var parentOf: [Int64: Int64] = [:], done: [Int64: Int64] = [:]
            for (kind, r) in outcome.records {
                switch kind {
                case .parent where r[10] != 0:
                    most[r[1]] = r[7]
                    limit[r[1]] = (r[5], r[8])
                case .child: parentOf[r[0]] = r[1]
                case .fill:
                    guard let parent = parentOf[r[3]], let all = most[parent] else { continue }
                    done[parent, default: 0] += r[8]
                    #expect(done[parent] ?? 0 <= all, "seed \(seed)")
                    fills[r[2]] = (parent, r[8])
                    if !heardLate { known[parent, default: 0] += r[8] }
                    worked += 1
                case .message where r[2] == MessageEvent.heard.rawValue && r[3] == 3:
                    guard let fill = fills[r[4]] else { continue }
                    known[fill.parent, default: 0] += fill.quantity
                case .parentState where most[r[1]] != nil:
                    #expect(r[4] == known[r[1]] ?? 0, "seed \(seed): it knows what it has done")
                    if r[2] == Int64(OrderState.filled.rawValue) { #expect(r[4] == most[r[1]]) }
                default: break
                }
            }
        }
        #expect(worked > 300, "children have filled \(worked) times only")
    }
}
