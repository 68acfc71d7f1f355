import RialtoBacktest
import RialtoEngine
import RialtoMatching
import RialtoLedger
import RialtoTestSupport
import RialtoValues
import Testing

/// The tables of a sketched run, as a backtest would keep them, with the costs of its orders.
private func tables(_ run: SketchRun, _ outcome: SketchOutcome) throws -> RunTables {
    let finals = finalPrices(run, outcome)
    let instruments = RunTables.instruments(
        run.instruments, prices: finals.map { (first: 0, last: $0) })
    let ids = run.accounts.flatMap { account in account.instances.map(\.id) }
    let plain = RunTables(
        [
            instruments, RunTable("accounts", [("id", .texts(run.accounts.map(\.id)))]),
            RunTable("instances", [("id", .texts(ids))]),
        ] + (try RunTables.decode(outcome.words)))
    return RunTables(plain.tables + [RunCosts.table(plain)])
}

/// The last known price of each instrument.
private func finalPrices(_ run: SketchRun, _ outcome: SketchOutcome) -> [Int64] {
    var prices = Array(repeating: Int64(0), count: run.instruments.count)
    for r in outcome.of(.price) { prices[Int(r[1])] = r[2] }
    return prices
}

/// What an account gained from first to last sample.
private func gain(_ account: Int, _ outcome: SketchOutcome) -> Int128 {
    let equity = outcome.of(.equity).filter { $0[1] == account && $0[2] == -1 }
        .map { joined(low: $0[3], high: $0[4]) }
    return (equity.last ?? 0) - (equity.first ?? 0)
}

@Suite struct `The costs of a run` {
    @Test func `are what its accounts fell short of their decisions, to the unit`() throws {
        var parents = 0, conditional = 0
        for seed in UInt64(0)..<300 {
            let run = randomRun(seed: seed), outcome = try run.execute()
            let tables = try tables(run, outcome), costs = tables["costs"]
            let finals = finalPrices(run, outcome)
            let values = try run.instruments.map { try Valuation($0) }
            let sides = costs.integers("side"), what = costs.integers("instrument")
            let filled = costs.integers("filled"), arrivals = costs.integers("arrival")
            var paper = Array(repeating: Int128(0), count: run.accounts.count), real = paper
            for row in 0..<costs.count {
                let k = Int(what[row]), account = Int(costs.integers("account")[row])
                let sign: Int128 = sides[row] == 1 ? 1 : -1
                paper[account] +=
                    sign * (try values[k].value(price: finals[k], quantity: filled[row]))
                    - sign * (try values[k].value(price: arrivals[row], quantity: filled[row]))
                real[account] +=
                    costs.wide("slippage")[row] + costs.wide("spread")[row]
                    + costs.wide("fee")[row]
                let sum =
                    costs.wide("slippage")[row] + costs.wide("spread")[row]
                    + costs.wide("fee")[row] + costs.wide("opportunity")[row]
                #expect(sum == costs.wide("shortfall")[row], "seed \(seed)")
                #expect(filled[row] <= costs.integers("quantity")[row], "seed \(seed)")
                parents += costs.integers("algorithm")[row] > 0 ? 1 : 0
                conditional += costs.integers("purpose")[row] == 3 ? 1 : 0
            }
            for account in run.accounts.indices {
                #expect(
                    gain(account, outcome) == paper[account] - real[account],
                    "seed \(seed), account \(account)")
            }
            let done = tables["fills"].integers("quantity").reduce(0, +)
            #expect(filled.reduce(0, +) == done, "seed \(seed): every fill counts once")
            let sums = CostSummary.sums(tables)
            #expect(sums.allSatisfy { $0.addsUp }, "seed \(seed)")
            let all = sums.reduce(Int128(0)) { $0 + $1.shortfall }
            #expect(all == costs.wide("shortfall").reduce(0, +), "seed \(seed)")
        }
        #expect(parents > 300 && conditional > 300, "\(parents) \(conditional)")
    }

    private func costs(
        _ prices: [Int64], _ intents: [Int: [Intent]],
        _ change: (inout SketchRun) -> Void = { _ in }
    ) throws -> RunTable {
        var run = SketchRun(market: MarketSketch(prices.map { ($0, $0, $0, $0) }))
        run.accounts = [run.account([script(intents)])]
        change(&run)
        return try tables(run, try run.execute())["costs"]
    }

    @Test func `name the gap to the next open, the slippage of a taker and the fee`() throws {
        // Decided at 100, the market opened at 110 and one per cent of slippage made that 112.
        let costs = try costs([100, 110, 130], [0: [.target(10)]]) {
            $0.venue = VenueModel(
                path: .nearestExtreme, limitRule: .through, maker: Rate(e9: 0),
                taker: Rate(e9: 10_000_000), slippage: Rate(e9: 10_000_000))
        }
        #expect(
            Array(costs.wide("slippage")) == [100 * cent]
                && Array(costs.wide("spread")) == [20 * cent])
        #expect(
            Array(costs.wide("fee")) == [cent * 1120 / 100]
                && Array(costs.wide("opportunity")) == [0])
        #expect(Array(costs.wide("shortfall")) == [cent * 120 + cent * 1120 / 100])
    }

    @Test func `charge what was never bought with the way it went`() throws {
        let order = Intent.order(1, .buy, .limit, 10, price: 90)
        let open = try costs([100, 110, 130], [0: [order]])
        #expect(
            Array(open.wide("opportunity")) == [300 * cent] && Array(open.integers("filled")) == [0]
        )
        let canceled = try costs([100, 110, 130], [0: [order], 1: [.cancel(1)]])
        #expect(Array(canceled.wide("opportunity")) == [100 * cent] && canceled.count == 1)
    }

    @Test func `count a parent once, from its own decision, and leave out stops that never went`()
        throws
    {
        let stop = Intent.order(2, .sell, .stop, 5, trigger: 50)
        let work = Intent.order(1, .buy, .market, 2).with {
            $0.algorithm = 1
            $0.algorithmDuration_ns = 2 * MarketSketch.minute
        }
        let costs = try costs([100, 110, 120, 120, 120], [0: [work], 3: [stop]])
        #expect(costs.count == 1 && Array(costs.integers("algorithm")) == [1])
        #expect(
            Array(costs.integers("filled")) == [2] && Array(costs.wide("slippage")) == [30 * cent])
    }
}
