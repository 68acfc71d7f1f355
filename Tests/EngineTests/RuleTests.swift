import RialtoEngine
import RialtoLedger
import RialtoMatching
import RialtoRisk
import RialtoTestSupport
import RialtoValues
import Testing

private func still(_ price: Int64) -> (Int64, Int64, Int64, Int64) { (price, price, price, price) }

private func run(
    _ bars: [(Int64, Int64, Int64, Int64)], _ change: (inout SketchRun) -> Void
) -> SketchRun {
    var run = SketchRun(market: MarketSketch(bars))
    change(&run)
    return run
}

@Suite struct `Netting` {
    @Test func `of one up and a half down buys a half and crosses a half at the close`() throws {
        let out = try run([(100, 105, 95, 102), still(103), still(103)]) {
            $0.accounts = [
                $0.account(
                    [script([0: [.target(10)]]), script([0: [.target(-5)]])], allowsShort: true)
            ]
        }.execute()
        #expect(out.fills.map { [$0.side.sign * $0.quantity, $0.price] } == [[5, 103]])
        #expect(out.of(.crossing).map { [$0[4], $0[5], $0[6]] } == [[0, 5, 102], [1, -5, 102]])
        #expect(out.of(.share).map { [$0[1], $0[2], $0[5]] } == [[0, 5, 10]])
    }

    @Test func `crosses nothing where there is no price to cross at`() throws {
        let out = try run([still(100), still(101), still(102)]) {
            $0.crossing = .none
            $0.accounts = [
                $0.account(
                    [script([0: [.target(10)]]), script([0: [.target(-5)]])], allowsShort: true)
            ]
        }.execute()
        #expect(out.of(.crossing).isEmpty)
        #expect(out.fills.map { $0.side.sign * $0.quantity } == [10, -5])
    }

    @Test func `joins claims on one side into one order and splits its fill`() throws {
        let out = try run([still(100), still(101), still(102)]) {
            $0.venue.fees = FeeSchedule(maker: Rate(e9: 0), taker: Rate(e9: 1_000_000))
            $0.accounts = [$0.account([script([0: [.target(10)]]), script([0: [.target(5)]])])]
        }.execute()
        #expect(out.fills.map(\.quantity) == [15])
        #expect(out.of(.share).map { $0[2] } == [10, 5])
    }
}

@Suite struct `A refusal` {
    private func reasons(
        _ steps: [Int: [Intent]], _ change: (inout SketchRun) -> Void = { _ in }
    )
        throws -> [OrderReason]
    {
        try run(Array(repeating: still(100), count: 5)) {
            $0.accounts = [$0.account([script(steps)], cash: 250)]
            change(&$0)
        }.execute().refusals.map(\.reason)
    }

    @Test func `names its reason`() throws {
        #expect(try reasons([0: [.target(3)]]) == [.capital])
        #expect(try reasons([0: [.target(-1)]]) == [.short])
        #expect(
            try reasons([0: [.order(1, .buy, .market, 1).with { $0.isPostOnly = true }]])
                == [.unsupported])
        #expect(try reasons([0: [.cancel(4)]]) == [.unknownOrder])
        let twice = Intent.order(1, .buy, .limit, 1, price: 50)
        #expect(try reasons([0: [twice], 1: [twice]]) == [.duplicate])
        let reduce = Intent.order(1, .sell, .market, 1).with { $0.isReduceOnly = true }
        #expect(try reasons([0: [reduce]]) == [.position])
    }

    @Test func `names the step, the band and the limits`() throws {
        let steps = [0: [Intent.target(1)]]
        #expect(try reasons(steps) { $0.instruments = [sketchCoin(step: 2)] } == [.size])
        var limits = RiskLimits(instruments: 1)
        limits.orderNotionalMax = 99 * cent
        #expect(
            try reasons(steps) { $0.accounts = [$0.account([script(steps)], limits: limits)] } == [
                .notional
            ])
        limits = RiskLimits(instruments: 1)
        limits.priceBand_e9 = 50_000_000
        let far = [0: [Intent.order(1, .buy, .limit, 1, price: 94)]]
        #expect(
            try reasons(far) { $0.accounts = [$0.account([script(far)], limits: limits)] } == [
                .band
            ])
    }

    @Test func `names the venue's minimum, which what only reduces need not reach`() throws {
        func least(_ run: inout SketchRun) { run.venue.notionalMin = 150 * cent }
        #expect(try reasons([0: [.target(1)]], least) == [.minimum])
        #expect(try reasons([0: [.order(1, .buy, .limit, 2, price: 70)]], least) == [.minimum])
        #expect(try reasons([0: [.target(2)], 2: [.target(1)], 3: [.target(0)]], least) == [])
        let reduce = Intent.order(1, .sell, .limit, 1, price: 101).with { $0.isReduceOnly = true }
        #expect(try reasons([0: [.target(2, stop: 90)], 2: [reduce]], least) == [])
    }

    @Test func `is the venue's where an order is worth too little once it is there`() throws {
        var world = run([still(100), still(70), still(70), still(70)]) {
            $0.accounts = [$0.account([script([0: [.order(1, .buy, .market, 2)]])])]
        }
        world.venue.notionalMin = 150 * cent
        world.latency = LatencyModel(order_ns: 90_000_000_000, report_ns: 0)
        let outcome = try world.execute()
        #expect(outcome.refusals.isEmpty && outcome.fills.isEmpty)
        #expect(outcome.of(.orderState).map { $0[3] } == [Int64(OrderReason.minimum.rawValue)])
    }

    @Test func `comes where no price is known yet`() throws {
        var run = SketchRun(market: MarketSketch([still(100), still(100)]))
        run.instruments = [sketchCoin(), sketchCoin("ETH/USD")]
        run.accounts = [run.account([script([0: [.target(1, instrument: 1)]])])]
        #expect(try run.execute().refusals.map(\.reason) == [.noPrice])
    }

    @Test func `meets a halted account that wants more, and lets it have less`() throws {
        var limits = RiskLimits(instruments: 1)
        limits.drawdownMax_e9 = 10_000_000
        let steps = [0: [Intent.target(10)], 3: [.target(12)], 4: [.target(4)]]
        let out = try run([still(100), still(100), still(90), still(90), still(90), still(90)]) {
            $0.sampling_ns = MarketSketch.minute
            $0.accounts = [$0.account([script(steps)], cash: 2000, limits: limits)]
        }.execute()
        #expect(out.of(.event).map { $0[3] } == [2])
        #expect(out.refusals.map(\.reason) == [.drawdown])
        #expect(out.fills.map { $0.side.sign * $0.quantity } == [10, -6])
    }
}

@Suite struct `Rounds of reports` {
    @Test func `within one time come to an end or end the run`() throws {
        var id: UInt64 = 0
        let restless = closedLoop { _, sink in
            id += 1
            sink.intents.append(.order(id, .buy, .limit, 1, price: 1))
        }
        let bars = run([still(100), still(100)]) { $0.accounts = [$0.account([restless])] }
        #expect(
            throws: EngineError.roundsWithoutEnd(
                time_ns: MarketSketch.start + MarketSketch.minute, rounds: 17)
        ) { try bars.execute() }
    }
}

@Suite struct `An instance that breaks the contract` {
    private static let kinds = EventKinds([EventKinds(.bars)])

    private static func port(
        historyRows: Int = 0,
        _ body: @escaping (borrowing EventBatch, inout IntentSink) -> BatchAnswer
    ) -> StrategyPort {
        StrategyPort(kinds: kinds, isOpenLoop: false, historyRows: historyRows, onBatch: body)
    }

    private func codes(_ rogue: StrategyPort, start: Int = 0) throws -> [Int64] {
        let bars = Array(repeating: still(100), count: 6)
        let pair = MarketSketch(
            bars: MarketSketch(bars).bars + MarketSketch(bars, instrument: 1).bars)
        var run = SketchRun(market: pair)
        run.instruments = [sketchCoin(), sketchCoin("ETH/USD")]
        run.start = start
        run.accounts = [run.account([rogue, script([2: [.target(1)]])])]
        let out = try run.execute()
        #expect(out.fills.count == 1, "the run goes on for the others")
        return out.of(.event).map { $0[3] }
    }

    @Test func `by reading nothing, or more than there is, is ended`() throws {
        #expect(try codes(Self.port { _, _ in .consumed(0) }) == [3])
        #expect(try codes(Self.port { batch, _ in .consumed(batch.count + 1) }) == [3])
        #expect(try codes(Self.port { _, _ in .failed("it would rather not") }) == [1])
    }

    @Test func `by stopping within a group, or acting and reading on, is ended`() throws {
        #expect(try codes(Self.port { batch, _ in .consumed(1) }) == [3])
        #expect(
            try codes(
                Self.port { batch, sink in
                    sink.intents.append(.target(1))
                    return .consumed(batch.count)
                }) == [3])
    }

    @Test func `by an intent in its warm-up is ended`() throws {
        let eager = Self.port(historyRows: 2) { batch, sink in
            if batch.isWarmUp { sink.intents.append(.target(1)) }
            return .consumed(batch.count)
        }
        #expect(try codes(eager, start: 6) == [3])
    }
}
