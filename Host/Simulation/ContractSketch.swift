import RialtoEngine
import RialtoLedger
import RialtoMatching
import RialtoRisk
import RialtoValues

/// As ``randomRun(seed:bars:closedOnly:)``, with contracts on margin, several currencies, and
/// events of instruments.
package func randomContractRun(seed: UInt64, bars: Int = 120) -> SketchRun {
    var run = randomRun(seed: seed, bars: bars)
    var random = SeededGenerator(seed: seed ^ 0x5DEE_CE66_D1CE_4E5B)
    let kinds: [InstrumentKind] = [.spot, .linear, .linear, .inverse]
    run.instruments = run.instruments.map { instrument in
        let kind = kinds.randomElement(using: &random) ?? .linear
        return Instrument(
            name: instrument.name, venue: "", kind: kind, priceDecimals: instrument.priceDecimals,
            quantityDecimals: 0, priceStep: 1, quantityStep: 1, currency: "USD",
            multiplier: kind == .inverse ? Int64.random(in: 20...2_000, using: &random) : 1)
    }
    if Int.random(in: 0..<3, using: &random) == 0 { addCurrencies(&run, &random) }
    for index in run.accounts.indices where Int.random(in: 0..<5, using: &random) > 0 {
        run.accounts[index].margin = randomMargin(run.instruments, &random)
    }
    run.events = randomEvents(run, &random)
    return run
}

private func addCurrencies(_ run: inout SketchRun, _ random: inout SeededGenerator) {
    let count = run.instruments.count
    run.currencies = CurrencySetup(
        names: ["USD", "EUR"],
        ofInstrument: (0..<count).map { $0 == 0 ? 0 : Int.random(in: 0...1, using: &random) },
        sources: [.init(base: 1, quote: 0, instrument: 0, decimals: 1)])
    for index in run.accounts.indices where Bool.random(using: &random) {
        run.accounts[index].balances = [(1, 5_000 * cent)]
    }
}

private func randomMargin(
    _ instruments: [Instrument], _ random: inout SeededGenerator
) -> MarginModel {
    let second = Int128.random(in: 1_000...50_000, using: &random) * cent
    let tiers = [
        MarginTier(from: 0, leverage_e6: 50_000_000, maintenance: Rate(e9: 10_000_000)),
        MarginTier(from: second, leverage_e6: 20_000_000, maintenance: Rate(e9: 25_000_000)),
    ]
    let schedule = try? MarginSchedule(tiers: tiers)
    return MarginModel(
        mode: Int.random(in: 0..<3, using: &random) == 0 ? .isolated : .cross,
        sides: Int.random(in: 0..<3, using: &random) == 0 ? .hedge : .oneWay,
        leverage_e6: Int64.random(in: 1...40, using: &random) * 1_000_000,
        liquidationFee: Rate(e9: Int64.random(in: 0...1, using: &random) * 2_000_000),
        schedules: instruments.map { $0.kind == .spot ? nil : schedule })
}

private func randomEvents(
    _ run: SketchRun, _ random: inout SeededGenerator
) -> [InstrumentEvent] {
    let feed = run.market.feed
    let first = feed.time_ns[run.start], last = feed.time_ns[feed.count - 1]
    guard last > first else { return [] }
    let events = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        let changes: [InstrumentEvent.Change] = [
            .funding(Rate(e9: Int64.random(in: -300_000...300_000, using: &random))),
            .funding(Rate(e9: Int64.random(in: -300_000...300_000, using: &random))),
            .dividend(perUnit: Int128.random(in: 0...3, using: &random) * cent),
            .split(
                numerator: Int64.random(in: 1...4, using: &random),
                denominator: Int64.random(in: 1...3, using: &random)),
            .settlement(price: Int64.random(in: 0...1, using: &random) * 10_100), .halt, .resume,
        ]
        // Now and then at the very time of a market event.
        let entry = Int.random(in: run.start..<feed.count, using: &random)
        let time = Bool.random(using: &random) ? feed.time_ns[entry] : feed.time_ns[entry] + 7
        return InstrumentEvent(
            time_ns: time,
            instrument: Int.random(in: 0..<run.instruments.count, using: &random),
            change: changes.randomElement(using: &random) ?? .halt)
    }
    return events.sorted { $0.time_ns < $1.time_ns }
}

/// Looks at every sample of a run whether what is held on margin is covered.
package enum MarginCheck {
    /// What is not as it should be, in words. Accounts with cross margin in one currency only: the
    /// records of the others do not say what stands behind each position. What is halted, and what
    /// has shown no price since, may be left uncovered; whatever else is held may not.
    package static func faults(_ run: SketchRun, _ outcome: SketchOutcome) -> [String] {
        guard run.currencies == nil else { return [] }
        var held: [Int64: [Int: Int64]] = [:], prices: [Int: Int64] = [:], faults: [String] = []
        var owners: [Int64: Int] = [:], orders: [Int64: Int] = [:], fills: [Int64: Int] = [:]
        let pauses = pauses(run)
        var next: Int64 = 0
        for (index, account) in run.accounts.enumerated() {
            for _ in account.instances {
                owners[next] = index
                next += 1
            }
        }
        for (kind, r) in outcome.records {
            switch kind {
            case .order: orders[r[1]] = Int(r[5])
            case .fill: fills[r[2]] = orders[r[3]]
            case .share: if let what = fills[r[0]] { held[r[1], default: [:]][what] = r[5] }
            case .crossing: held[r[4], default: [:]][Int(r[3])] = r[7]
            case .payment: held[r[2], default: [:]][Int(r[3])] = r[7]
            case .price: prices[Int(r[1])] = r[2]
            case .equity where r[2] >= 0:
                guard let owner = owners[r[2]], let margin = run.accounts[owner].margin,
                    margin.mode == .cross
                else { continue }
                let needed = maintenance(held[r[2]] ?? [:], prices, margin, run)
                let trades = (held[r[2]] ?? [:]).contains { instrument, quantity in
                    quantity != 0 && margin.schedules[instrument] != nil
                        && !pauses[instrument].contains { $0.contains(r[0]) }
                }
                if needed > 0, trades, joined(low: r[3], high: r[4]) <= needed {
                    faults.append("instance \(r[2]) is not covered at \(r[0])")
                }
            default: break
            }
        }
        return faults
    }

    /// When nothing of each instrument could be closed: from a halt until the first market event
    /// after it.
    private static func pauses(_ run: SketchRun) -> [[Range<Int64>]] {
        let market = run.market
        return run.instruments.indices.map { instrument in
            let of = UInt32(instrument)
            let times =
                market.bars.filter { $0.instrument == of }.map(\.time_ns)
                + market.trades.filter { $0.instrument == of }.map(\.time_ns)
                + market.quotes.filter { $0.instrument == of }.map(\.time_ns)
                + market.deltas.filter { $0.instrument == of }.map(\.time_ns)
            var pauses: [Range<Int64>] = [], from: Int64?
            for event in run.events where event.instrument == instrument {
                if case .halt = event.change { from = from ?? event.time_ns }
                guard case .resume = event.change, let begin = from else { continue }
                let end = times.filter { $0 > event.time_ns }.min() ?? .max
                pauses.append(begin..<max(begin, end))
                from = nil
            }
            return from.map { pauses + [$0..<Int64.max] } ?? pauses
        }
    }

    private static func maintenance(
        _ held: [Int: Int64], _ prices: [Int: Int64], _ margin: MarginModel, _ run: SketchRun
    ) -> Int128 {
        held.reduce(0) { sum, entry in
            guard let schedule = margin.schedules[entry.key], let price = prices[entry.key],
                entry.value != 0,
                let size = try? Valuation(run.instruments[entry.key])
                    .notional(price: price, quantity: entry.value)
            else { return sum }
            return sum + ((try? schedule.maintenance(size)) ?? 0)
        }
    }
}
