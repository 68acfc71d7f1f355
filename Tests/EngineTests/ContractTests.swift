import RialtoEngine
import RialtoLedger
import RialtoMatching
import RialtoRisk
import RialtoTestSupport
import RialtoValues
import Testing

private func still(_ price: Int64) -> (Int64, Int64, Int64, Int64) { (price, price, price, price) }

private let minute = MarketSketch.minute
private let flat = MarginTier(
    from: 0, leverage_e6: 20_000_000, maintenance: Rate(e9: 25_000_000))

/// Leverage 10, 2.5 % maintenance, liquidations cost 0.1 %.
private func margin(
    _ count: Int = 1, _ mode: MarginModel.Mode = .cross, _ sides: MarginModel.Sides = .oneWay
) throws -> MarginModel {
    let schedule = try MarginSchedule(tiers: [flat])
    return MarginModel(
        mode: mode, sides: sides, leverage_e6: 10_000_000, liquidationFee: Rate(e9: 1_000_000),
        schedules: Array(repeating: schedule, count: count))
}

/// A run of linear contracts on margin, with 1,000.00 of cash.
private func contracts(
    _ market: MarketSketch, _ ports: [StrategyPort], _ margin: MarginModel,
    kinds: [InstrumentKind] = [.linear], cash: Int128 = 100_000
) -> SketchRun {
    var run = SketchRun(market: market)
    run.instruments = kinds.enumerated().map { sketchCoin("C\($0.offset)/USD", kind: $0.element) }
    var account = run.account(ports, cash: cash, allowsShort: true)
    account.margin = margin
    run.accounts = [account]
    return run
}

/// Equity of the account, or of an instance, at each sample, in whole units.
private func equities(_ outcome: SketchOutcome, instance: Int64 = -1) -> [Double] {
    outcome.of(.equity).filter { $0[2] == instance }
        .map { Double(joined(low: $0[3], high: $0[4]) / (cent / 100)) / 10_000 }
}

@Suite struct `Contracts on margin` {
    @Test func `open ten times the equity, and no more`() throws {
        let bars = [still(10_000), still(10_000), still(10_000)]
        for (quantity, isFilled) in [(100, true), (101, false), (-100, true), (-101, false)] {
            let run = contracts(
                MarketSketch(bars), [script([0: [.target(Int64(quantity))]])], try margin())
            let outcome = try run.execute()
            #expect(outcome.fills.count == (isFilled ? 1 : 0), "\(quantity)")
            #expect(outcome.refusals.map(\.reason) == (isFilled ? [] : [.capital]))
        }
    }

    @Test func `cover what is wanted whether or not an order on the other side ever fills`() throws
    {
        // A bid far below works for 100; selling 150 would leave 150 short if it stays there.
        let bid = Intent.order(1, .buy, .limit, 100, price: 5_000)
        let bars = (0..<4).map { _ in still(10_000) }
        for (target, isFilled) in [(Int64(-100), true), (-101, false), (-150, false)] {
            let run = contracts(
                MarketSketch(bars), [script([0: [bid], 1: [.target(target)]])], try margin())
            let outcome = try run.execute()
            #expect(outcome.fills.isEmpty == !isFilled, "\(target)")
            #expect(outcome.refusals.map(\.reason) == (isFilled ? [] : [.capital]), "\(target)")
        }
    }

    @Test func `may be turned round while the order before is under way`() throws {
        let bars = (0..<6).map { _ in still(10_000) }
        var run = contracts(
            MarketSketch(bars), [script([0: [.target(100)], 2: [.target(0)], 3: [.target(100)]])],
            try margin())
        run.latency = LatencyModel(order_ns: 90_000_000_000, report_ns: 0)
        let outcome = try run.execute()
        #expect(outcome.refusals.isEmpty, "what targets have under way fills")
    }

    /// Long 100 at 100.00 with 1,000: left = 1000 + 100 (x - 100), needed = 2.5 x; so at 92.30 to
    /// the cent in the bad direction.
    @Test func `are closed where equity falls to maintenance, within the bar`() throws {
        let bars = [
            still(10_000), still(10_000), (10_000, 10_050, 9_232, 9_300),
            (9_300, 9_400, 9_000, 9_350), still(9_500),
        ]
        let run = contracts(MarketSketch(bars), [script([0: [.target(100)]])], try margin())
        let outcome = try run.execute()
        #expect(outcome.fills.map(\.price) == [10_000, 9_230])
        #expect(outcome.fills.map(\.side) == [.buy, .sell])
        #expect(outcome.of(.event).map { $0[3] } == [4], "the account's only strategy first")
        #expect(outcome.of(.order).map { $0[4] } == [1, 5])
        // 1000 - 770, less 0.1 % of 9,230: the position stays closed.
        #expect(equities(outcome).last == 1000 - 770 - 9.23)
    }

    @Test func `are closed at the open where the price jumps over it, and owe the rest`() throws {
        let bars = [still(10_000), still(10_000), (8_500, 8_600, 8_400, 8_500), still(8_500)]
        let run = contracts(MarketSketch(bars), [script([0: [.target(100)]])], try margin())
        let outcome = try run.execute()
        #expect(outcome.fills.map(\.price) == [10_000, 8_500])
        #expect(equities(outcome).last == 1000 - 1500 - 8.5, "a loss beyond the capital is told")
    }

    @Test func `lose no more than their margin where each stands alone`() throws {
        let bars = [still(10_000), still(10_000), (8_500, 8_600, 8_400, 8_500), still(8_500)]
        let run = contracts(
            MarketSketch(bars), [script([0: [.target(50)]])], try margin(1, .isolated))
        let outcome = try run.execute()
        #expect(outcome.fills.map(\.price) == [10_000, 8_500])
        // 50 x 100 / 10 = 500 of margin; the venue pays the other 250, and its fee is 0.1 %.
        #expect(outcome.of(.payment).map { $0[4] } == [4])
        #expect(equities(outcome).last == 500 - 4.25)
    }

    @Test func `let a stop before the liquidation price work`() throws {
        let bars = [
            still(10_000), still(10_000), (10_000, 10_000, 9_000, 9_100), still(9_100),
        ]
        let run = contracts(
            MarketSketch(bars), [script([0: [.target(100, stop: 9_500)]])], try margin())
        let outcome = try run.execute()
        #expect(outcome.fills.map(\.price) == [10_000, 9_500])
        #expect(outcome.of(.event).isEmpty)
    }

    /// Long 100 at 100.00 with 1,000, closed below 92.30 where it trades; halted from after the
    /// second bar until `resumes` nanoseconds after the fourth.
    private func halted(
        _ after: [(Int64, Int64, Int64, Int64)], resumes: Int64
    ) throws -> SketchOutcome {
        let bars = [still(10_000), still(10_000), still(9_000), still(9_000)] + after
        var run = contracts(MarketSketch(bars), [script([0: [.target(100)]])], try margin())
        let times = run.market.feed.time_ns
        run.events = [
            InstrumentEvent(time_ns: times[1] + 1, instrument: 0, change: .halt),
            InstrumentEvent(time_ns: times[3] + resumes, instrument: 0, change: .resume),
        ]
        return try run.execute()
    }

    @Test func `wait while trading is halted, and are closed at the first price after it`() throws {
        let bars = [(Int64(9_100), Int64(9_150), Int64(9_050), Int64(9_120)), still(9_400)]
        let outcome = try halted(bars, resumes: 0)
        #expect(outcome.fills.map(\.price) == [10_000, 9_100], "the open of the next bar")
        #expect(outcome.fills.last?.time_ns == MarketSketch(bars).bars[0].time_ns + 4 * minute)
        // The bar had opened when trading went on: only its close is known to come after.
        let within = try halted(bars, resumes: 1)
        #expect(within.fills.map(\.price) == [10_000, 9_120])
        #expect(within.of(.event).map { $0[3] } == [4])
    }

    @Test func `stay where the first price after a halt is good again`() throws {
        let outcome = try halted([still(9_900), still(9_950)], resumes: 0)
        #expect(outcome.fills.map(\.price) == [10_000] && outcome.of(.event).isEmpty)
        let later = try halted([still(9_900), still(9_000), still(9_000)], resumes: 0)
        #expect(later.fills.map(\.price) == [10_000, 9_000], "and are looked at from then on")
    }

    @Test func `that do not trade wait while the others of their account are closed`() throws {
        let start = MarketSketch([still(1)]).bars[0].time_ns
        let prices: [[Int64]] = [
            [10_000, 10_000, 10_000, 8_000, 8_000, 8_000, 8_000],
            [10_000, 10_000, 10_000, 10_000, 10_000, 9_000, 9_500],
        ]
        let bars = prices[0].indices.flatMap { index in
            prices.indices.map { instrument in
                let price = prices[instrument][index], time = start + Int64(index) * minute
                return SketchBar(
                    time_ns: time, openTime_ns: time - minute, instrument: UInt32(instrument),
                    open: price, high: price, low: price, close: price)
            }
        }
        let both = script([1: [.target(50, instrument: 0), .target(40, instrument: 1)]])
        var run = contracts(
            MarketSketch(bars: bars), [both], try margin(2), kinds: [.linear, .linear])
        run.events = [
            InstrumentEvent(time_ns: start + 2 * minute, instrument: 1, change: .halt),
            InstrumentEvent(time_ns: start + 4 * minute, instrument: 1, change: .resume),
        ]
        let outcome = try run.execute()
        #expect(outcome.fills.map(\.price) == [10_000, 10_000, 8_000, 9_000])
        #expect(outcome.fills.map { ($0.time_ns - start) / minute } == [1, 1, 3, 5])
    }

    @Test func `of one strategy are closed before another pays for it`() throws {
        let bars = [
            still(10_000), still(10_000), (10_000, 10_000, 9_000, 9_000), still(9_000),
        ]
        // Both have 1,000; the second holds a tenth of what it might.
        let run = contracts(
            MarketSketch(bars),
            [script([0: [.target(100)]]), script([0: [.target(10)]])], try margin(),
            cash: 200_000)
        let outcome = try run.execute()
        #expect(outcome.of(.event).map { [$0[2], $0[3]] } == [[0, 4]])
        let second = try #require(equities(outcome, instance: 1).last)
        #expect(second == 1000 - 100, "it goes on")
        #expect(equities(outcome, instance: 0).last == 1000 - 770 - 9.23)
    }

    @Test func `stay side by side in a hedged account and need margin for both`() throws {
        let bars = [still(10_000), still(10_000), still(10_000)]
        func run(_ sides: MarginModel.Sides) throws -> SketchOutcome {
            try contracts(
                MarketSketch(bars),
                [script([0: [.target(60)]]), script([0: [.target(-60)]])],
                try margin(1, .cross, sides), cash: 200_000
            ).execute()
        }
        let hedged = try run(.hedge), netted = try run(.oneWay)
        #expect(hedged.of(.crossing).isEmpty && hedged.fills.map(\.quantity) == [60, 60])
        #expect(netted.of(.crossing).count == 2 && netted.fills.isEmpty)
    }

    /// Orders of a run with one strategy of 1,000 in an account with sides: side, quantity.
    private func hedged(
        _ steps: [Int: [Intent]], _ prices: [Int64] = Array(repeating: 10_000, count: 8),
        sides: MarginModel.Sides = .hedge
    ) throws -> (outcome: SketchOutcome, orders: [[Int64]], reports: [OrderReport]) {
        var reports: [OrderReport] = []
        let port = script(steps) { if case .order(let report) = $0 { reports.append(report) } }
        let run = contracts(
            MarketSketch(prices.map(still)), [port], try margin(1, .cross, sides))
        let outcome = try run.execute()
        return (outcome, outcome.of(.order).map { [$0[6] & 255, $0[7]] }, reports)
    }

    @Test func `are turned round in two orders where the sides are hedged, closing first`() throws {
        let steps: [Int: [Intent]] = [0: [.target(60)], 3: [.target(-40)], 5: [.target(10)]]
        let two = try hedged(steps), one = try hedged(steps, sides: .oneWay)
        #expect(two.orders == [[1, 60], [2, 60], [2, 40], [1, 40], [1, 10]])
        #expect(one.orders == [[1, 60], [2, 100], [1, 50]])
        #expect(two.outcome.fills.map(\.quantity) == [60, 60, 40, 40, 10])
        #expect(equities(two.outcome) == equities(one.outcome))
    }

    @Test func `are turned round by an order that stays one to its strategy`() throws {
        let run = try hedged([0: [.target(5)], 3: [.order(7, .sell, .market, 8)]])
        #expect(run.orders == [[1, 5], [2, 5], [2, 3]])
        let own = run.reports.filter { $0.orderId == 7 }
        #expect(own.map(\.state) == [.accepted, .partlyFilled, .filled])
        #expect(own.map(\.filled) == [0, 5, 8] && own.allSatisfy { $0.quantity == 8 })
        #expect(run.outcome.of(.share).last?[5] == -3)
    }

    @Test func `have both sides of an order taken off, and given new terms, together`() throws {
        let sell = Intent.order(7, .sell, .limit, 8, price: 10_500)
        let gone = try hedged([0: [.target(5)], 3: [sell], 5: [.cancel(7)]])
        #expect(gone.reports.last?.state == .canceled && gone.outcome.fills.count == 1)
        let moved = try hedged(
            [0: [.target(5)], 3: [sell], 4: [.replace(7, quantity: 9, price: 9_900)]])
        #expect(moved.orders == [[1, 5], [2, 5], [2, 3], [2, 5], [2, 4]])
        #expect(moved.reports.last?.state == .filled && moved.reports.last?.filled == 9)
    }

    @Test func `lose the side that closes them when they are closed another way`() throws {
        let prices: [Int64] = [10_000, 10_000, 10_000, 10_000, 9_500, 9_500, 10_600, 10_600]
        let sell = Intent.order(7, .sell, .limit, 8, price: 10_500)
        let run = try hedged([0: [.target(5, stop: 9_600)], 3: [sell]], prices)
        #expect(run.outcome.fills.map(\.quantity) == [5, 5, 3], "stop, then the side that opens")
        #expect(run.outcome.of(.share).last?[5] == -3)
        #expect(run.reports.last?.state == .canceled && run.reports.last?.filled == 3)
    }

    @Test func `cannot be turned round for all or nothing where the sides are hedged`() throws {
        let all = Intent.order(7, .sell, .market, 8).with { $0.timeInForce = .fillOrKill }
        let run = try hedged([0: [.target(5)], 3: [all]])
        #expect(run.outcome.refusals.map(\.reason) == [.unsupported])
        let rests = Intent.order(7, .sell, .limit, 4, price: 10_500)
        let grown = try hedged([0: [.target(5)], 3: [rests], 4: [.replace(7, quantity: 9)]])
        #expect(grown.reports.last?.state == .rejected && grown.reports.last?.reason == .position)
    }

    @Test func `that pay in coins gain and lose them`() throws {
        // 1,000 contracts of one dollar: 10 coins at 100.00, 8 at 125.00.
        let bars = [still(10_000), still(10_000), still(12_500), still(12_500)]
        let run = contracts(
            MarketSketch(bars), [script([0: [.target(1_000)]])], try margin(), kinds: [.inverse],
            cash: 1_000)
        let outcome = try run.execute()
        #expect(outcome.fills.map(\.quantity) == [1_000])
        #expect(equities(outcome).last == 12)
    }
}

@Suite struct `What happens to an instrument` {
    private func run(
        _ bars: [(Int64, Int64, Int64, Int64)], _ change: InstrumentEvent.Change, after: Int,
        _ steps: [Int: [Intent]] = [0: [.target(10)]], kind: InstrumentKind = .spot,
        seen: ((SeenEvent) -> Void)? = nil
    ) throws -> SketchOutcome {
        var run = SketchRun(market: MarketSketch(bars))
        run.instruments = [sketchCoin(kind: kind)]
        run.accounts = [run.account([script(steps, seen: seen)], cash: 1_000_000)]
        let time = run.market.feed.time_ns[after] + 1
        run.events = [InstrumentEvent(time_ns: time, instrument: 0, change: change)]
        return try run.execute()
    }

    @Test func `as funding moves the rate of the notional from longs to shorts`() throws {
        let bars = (0..<4).map { _ in still(20_000) }
        for (side, sign) in [(Int64(10), -1.0), (-10, 1.0)] {
            let outcome = try run(
                bars, .funding(Rate(e9: 100_000)), after: 2, [0: [.target(side)]], kind: .linear)
            // 10 x 200.00 x 0.01 %
            #expect(equities(outcome).last == 10_000 + sign * 0.2)
            #expect(outcome.of(.payment).map { $0[4] } == [1])
        }
    }

    @Test func `as a dividend pays for each whole unit that is held`() throws {
        let outcome = try run(
            (0..<4).map { _ in still(20_000) }, .dividend(perUnit: cent * 82), after: 2)
        #expect(equities(outcome).last == 10_000 + 8.2)
    }

    @Test func `as a split changes no money, and moves what is wanted to new units`() throws {
        var positions: [Int64] = []
        let outcome = try run(
            [still(20_000), still(20_000), still(20_000), still(5_000), still(5_000)],
            .split(numerator: 4, denominator: 1), after: 2,
            [0: [.target(10, stop: 19_000)], 3: [.target(41)]]
        ) { event in
            if case .account(let state) = event {
                positions.append(state.positions.first?.quantity ?? 0)
            }
        }
        #expect(outcome.fills.map(\.quantity) == [10, 1])
        #expect(equities(outcome).allSatisfy { $0 == 10_000 })
        #expect(positions.contains(40), "the strategy was told")
        #expect(outcome.fills.map(\.price) == [20_000, 5_000], "the stop went along to 4,750")
    }

    @Test func `as a split backwards pays fractions out`() throws {
        let outcome = try run(
            [still(500), still(500), still(500), still(4_000)],
            .split(numerator: 1, denominator: 8), after: 2)
        let payment = try #require(outcome.of(.payment).first)
        // 10 become 1.25: a quarter at 40.00.
        #expect(payment[4] == 3 && payment[7] == 1)
        #expect(joined(low: payment[5], high: payment[6]) == 10 * 100 * cent)
        #expect(equities(outcome).last == 10_000)
    }

    @Test func `as its end closes it at the price, and nothing can be ordered then`() throws {
        let outcome = try run(
            [still(500), still(500), still(500), still(600), still(600)],
            .settlement(price: 550), after: 2, [0: [.target(10)], 3: [.target(20)]])
        #expect(outcome.fills.map(\.price) == [500, 550])
        #expect(outcome.refusals.map(\.reason) == [.closed])
        #expect(equities(outcome).last == 10_005)
    }

    @Test func `as a halt keeps orders waiting`() throws {
        let outcome = try run(
            [still(500), still(500), still(510), still(520)], .halt, after: 0)
        #expect(outcome.fills.isEmpty && outcome.of(.order).count == 1)
    }
}

@Suite struct `Several currencies in one account` {
    /// Instrument 0 is what a euro costs in dollars, instrument 1 is priced in euros.
    private func run(
        _ steps: [Int: [Intent]], rate: [Int64], cash: Int128 = 100_000
    ) throws -> SketchOutcome {
        let start = MarketSketch([still(1)]).bars[0].time_ns
        func bar(_ index: Int, _ instrument: UInt32, _ price: Int64) -> SketchBar {
            let time = start + Int64(index) * MarketSketch.minute
            return SketchBar(
                time_ns: time, openTime_ns: time - MarketSketch.minute, instrument: instrument,
                open: price, high: price, low: price, close: price)
        }
        var bars: [SketchBar] = []
        for (index, price) in rate.enumerated() {
            bars += [bar(index, 0, price), bar(index, 1, 10_000)]
        }
        var run = SketchRun(market: MarketSketch(bars: bars))
        run.instruments = [sketchCoin("EUR/USD"), sketchCoin("SHARE/EUR")]
        run.currencies = CurrencySetup(
            names: ["USD", "EUR"], ofInstrument: [0, 1],
            sources: [.init(base: 1, quote: 0, instrument: 0, decimals: 2)])
        run.accounts = [run.account([script(steps)], cash: cash)]
        let outcome = try run.execute()
        var check = BooksCheck(run)
        check.replay(outcome)
        #expect(check.faults.isEmpty, "\(check.faults)")
        return outcome
    }

    @Test func `are owed where they are spent, and count at the last rate`() throws {
        // Five shares at 100.00 euros, at 1.20 and later 1.10 dollars.
        let outcome = try run([0: [.target(5, instrument: 1)]], rate: [120, 120, 120, 110, 110])
        #expect(outcome.fills.map(\.price) == [10_000])
        #expect(equities(outcome).allSatisfy { $0 == 1000 }, "what is owed and held cancel out")
        let last = try #require(outcome.of(.equity).last { $0[2] == -1 })
        let cents = Int(joined(low: last[5], high: last[6]) / cent)
        #expect(cents == 100_000 - 55_000, "500 euros at 1.10")
    }

    @Test func `limit what can be bought at the present rate`() throws {
        for (rate, isFilled) in [(Int64(120), true), (126, false)] {
            let outcome = try run(
                [0: [.target(8, instrument: 1)]], rate: [rate, rate, rate])
            #expect(outcome.fills.isEmpty == !isFilled, "800 euros at \(rate)")
        }
    }
}
