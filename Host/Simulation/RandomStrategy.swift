import RialtoEngine
import RialtoExecution
import RialtoLedger
import RialtoMatching
import RialtoRisk
import RialtoValues

/// A strategy whose every act is a function of all that it has read so far, and of nothing else.
///
/// Two runs in which it acts alike have shown it the same events in the same order.
package final class RandomStrategy {
    private var memory: UInt64
    private let instruments: UInt32
    private var nextId: UInt64 = 1
    private var lastPrice: [Int64]

    package init(seed: UInt64, instruments: Int) {
        memory = seed
        self.instruments = UInt32(instruments)
        lastPrice = Array(repeating: 0, count: instruments)
    }

    /// Reads one group and acts now and then.
    package func decide(_ group: [SeenEvent], _ sink: inout IntentSink) {
        var hasMarket = false
        for event in group {
            fold(event)
            switch event {
            case .bar(_, let instrument, _, let close):
                lastPrice[Int(instrument)] = close
                hasMarket = true
            case .trade(_, let instrument, let price):
                lastPrice[Int(instrument)] = price
                hasMarket = true
            case .quote(_, let instrument, let bid, _):
                lastPrice[Int(instrument)] = bid
                hasMarket = true
            case .delta(_, let instrument, let price, _):
                lastPrice[Int(instrument)] = price
                hasMarket = true
            default: break
            }
        }
        var random = SeededGenerator(seed: memory)
        guard Int.random(in: 0..<(hasMarket ? 6 : 9), using: &random) == 0 else { return }
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            sink.intents.append(intent(group[0].time_ns, &random))
        }
    }

    private func fold(_ event: SeenEvent) {
        switch event {
        case .bar(let time, let instrument, let open, let close):
            mix([1, time, Int64(instrument), open, close])
        case .trade(let time, let instrument, let price): mix([2, time, Int64(instrument), price])
        case .delta(let time, let instrument, let price, let quantity):
            mix([8, time, Int64(instrument), price, quantity])
        case .quote(let time, let instrument, let bid, let ask):
            mix([7, time, Int64(instrument), bid, ask])
        case .status(let time, let instrument, let status):
            mix([9, time, Int64(instrument), Int64(status.rawValue)])
        case .funding(let time, let instrument, let rate):
            mix([10, time, Int64(instrument), rate])
        case .order(let r):
            mix([
                3, r.time_ns, r.venueTime_ns, Int64(bitPattern: r.orderId), Int64(r.state.rawValue),
                Int64(r.reason.rawValue), r.price, r.quantity, r.filled,
            ])
        case .fill(let r):
            mix([
                4, r.time_ns, r.venueTime_ns, Int64(bitPattern: r.orderId), r.price, r.quantity,
                r.position,
            ])
            mix([Int64(truncatingIfNeeded: r.fee)])
        case .account(let r):
            mix([
                5, r.time_ns, Int64(truncatingIfNeeded: r.cash),
                Int64(truncatingIfNeeded: r.equity),
            ])
            mix([Int64(truncatingIfNeeded: r.capitalLeft), r.isHalted ? 1 : 0])
        case .timer(let r): mix([6, r.time_ns, Int64(bitPattern: r.id)])
        case .response(let r): mix([11, r.time_ns, Int64(bitPattern: r.id), Int64(r.status)])
        }
    }

    private func mix(_ words: [Int64]) {
        for word in words {
            memory = (memory ^ UInt64(bitPattern: word)) &* 0x9FB2_1C65_1E98_DF25
            memory ^= memory >> 29
        }
    }

    private func intent(_ time: Int64, _ random: inout SeededGenerator) -> Intent {
        let instrument = UInt32.random(in: 0..<instruments, using: &random)
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<8: return target(instrument, &random)
        case 8..<14: return order(instrument, time, &random)
        case 14..<16: return .cancel(oldId(&random), instrument: instrument)
        case 16..<18:
            let price = level(instrument, 20, &random)
            return .replace(
                oldId(&random), quantity: Int64.random(in: 0...3, using: &random), price: price,
                trigger: Int.random(in: 0..<2, using: &random) == 0 ? 0 : price,
                instrument: instrument)
        case 18:
            let delay = Int64.random(in: -30...200, using: &random) * 1_000_000_000
            return .timer(nextId, at: max(1, time + delay))
        default: return Intent(kind: .note, row: 0, instrument: 0, quantity: 0)
        }
    }

    private func target(_ instrument: UInt32, _ random: inout SeededGenerator) -> Intent {
        var intent = Intent.target(Int64.random(in: -2...4, using: &random), instrument: instrument)
        guard lastPrice[Int(instrument)] > 0 else { return intent }
        if Int.random(in: 0..<3, using: &random) == 0 {
            intent.stopPrice = level(instrument, 25, &random)
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
            intent.takeProfitPrice = level(instrument, 25, &random)
        }
        if Int.random(in: 0..<6, using: &random) == 0 {
            intent.timeStop_ns = Int64.random(in: 1...600, using: &random) * 1_000_000_000
        }
        return intent
    }

    private func order(
        _ instrument: UInt32, _ time: Int64, _ random: inout SeededGenerator
    ) -> Intent {
        let type = [OrderType.market, .limit, .limit, .stop, .stopLimit, .trailingStop][
            Int.random(in: 0..<6, using: &random)]
        let side = Int.random(in: 0..<2, using: &random) == 0 ? Side.buy : .sell
        let needsPrice = type == .limit || type == .stopLimit
        let needsTrigger = type == .stop || type == .stopLimit
        let distance = type == .trailingStop ? Int64.random(in: 1...25, using: &random) : 0
        var intent = Intent.order(
            nextId, side, type, Int64.random(in: 1...3, using: &random),
            price: needsPrice ? level(instrument, 20, &random) : distance,
            trigger: needsTrigger ? level(instrument, 20, &random) : 0, instrument: instrument)
        nextId += 1
        if Int.random(in: 0..<4, using: &random) == 0 {
            intent.timeInForce = .goodTillTime
            intent.expireTime_ns = time + Int64.random(in: 1...900, using: &random) * 1_000_000_000
        }
        switch Int.random(in: 0..<8, using: &random) {
        case 0 where type == .market || type == .limit: intent.timeInForce = .immediateOrCancel
        case 1 where type == .market || type == .limit: intent.timeInForce = .fillOrKill
        case 2, 3: intent.isPostOnly = type == .limit
        default: break
        }
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1:
            intent.link = 1
            intent.linkId = UInt64.random(in: 1...3, using: &random)
        case 2, 3:
            intent.link = UInt8.random(in: 2...3, using: &random)
            intent.linkId = oldId(&random)
        default: break
        }
        if Int.random(in: 0..<5, using: &random) == 0 {
            intent.stopPrice = level(instrument, 30, &random)
        }
        intent.isReduceOnly = Int.random(in: 0..<8, using: &random) == 0
        if Int.random(in: 0..<3, using: &random) == 0 { work(&intent, &random) }
        return intent
    }

    /// Lets an algorithm work the order; now and then one that cannot.
    private func work(_ intent: inout Intent, _ random: inout SeededGenerator) {
        intent.algorithm = UInt8.random(in: 1...6, using: &random)
        intent.quantity = Int64.random(in: 1...12, using: &random)
        intent.algorithmDuration_ns = Int64.random(in: 1...1800, using: &random) * 1_000_000_000
        intent.algorithmQuantity = Int64.random(in: 1...4, using: &random)
        intent.algorithmRate_e6 = UInt32.random(in: 1...400_000, using: &random)
        guard Int.random(in: 0..<8, using: &random) > 0 else { return }
        let price = level(intent.instrument, 20, &random)
        let isLimit = intent.algorithm == 4 || Int.random(in: 0..<3, using: &random) == 0
        intent.orderType = isLimit ? .limit : .market
        intent.price = isLimit ? price : 0
        intent.triggerPrice = 0
        if intent.timeInForce != .goodTillTime { intent.timeInForce = .goodTillCancel }
        if intent.algorithm != 4 { intent.isPostOnly = false }
    }

    private func oldId(_ random: inout SeededGenerator) -> UInt64 {
        UInt64.random(in: max(1, nextId > 4 ? nextId - 4 : 1)...nextId, using: &random)
    }

    private func level(
        _ instrument: UInt32, _ distance: Int64, _ random: inout SeededGenerator
    ) -> Int64 {
        max(
            1,
            max(lastPrice[Int(instrument)], 500)
                + Int64.random(in: -distance...distance, using: &random))
    }
}

/// A scenario that follows from a seed: market, venue, latency, accounts and random strategies.
///
/// - Parameter hasNotices: Whether states and funding are told beside the market.
package func randomRun(
    seed: UInt64, bars: Int = 160, closedOnly: Bool = false, hasNotices: Bool = false
) -> SketchRun {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...3, using: &random)
    let isEqual = Int.random(in: 0..<2, using: &random) == 0
    var drawn: [SketchBar] = [], printed: [SketchTrade] = [], quoted: [SketchQuote] = []
    var changed: [SketchDelta] = []
    for index in 0..<count {
        let offset = isEqual ? 0 : Int64.random(in: 0...5, using: &random) * 10_000_000_000
        if Int.random(in: 0..<3, using: &random) == 0 {
            let drawn = MarketSketch.randomQuotes(
                bars, instrument: UInt32(index), using: &random)
            quoted += drawn.quotes
            printed += drawn.trades
        } else if Int.random(in: 0..<4, using: &random) == 0 {
            let drawn = MarketSketch.randomBook(bars, instrument: UInt32(index), using: &random)
            changed += drawn.deltas
            printed += drawn.trades
        } else if Int.random(in: 0..<3, using: &random) == 0 {
            printed += MarketSketch.randomTrades(bars, instrument: UInt32(index), using: &random)
        } else {
            drawn += MarketSketch.randomBars(
                bars, instrument: UInt32(index), offset_ns: offset, using: &random)
        }
    }
    let times =
        drawn.map(\.time_ns) + printed.map(\.time_ns) + quoted.map(\.time_ns)
        + changed.map(\.time_ns)
    var run = SketchRun(
        market: MarketSketch(
            bars: drawn, trades: printed, quotes: quoted, deltas: changed,
            notices: hasNotices ? randomNotices(times, instruments: count, seed: seed) : []))
    run.instruments = (0..<count).map { sketchCoin("COIN\($0)/USD") }
    run.venue.path = BarPath.allCases[Int.random(in: 0..<3, using: &random)]
    run.venue.limitRule = LimitRule.allCases[Int.random(in: 0..<2, using: &random)]
    run.venue.fees = FeeSchedule(
        maker: Rate(e9: Int64.random(in: -1...1, using: &random) * 300_001),
        taker: Rate(e9: Int64.random(in: 0...2, using: &random) * 700_001))
    run.venue.queue =
        [.pessimistic, .power(1), .power(3), .front].randomElement(using: &random)
        ?? .front
    if Int.random(in: 0..<4, using: &random) == 0 { run.venue.volumeShare_e9 = 20_000_000 }
    run.venue.selfTrade = SelfTradeRule.allCases.randomElement(using: &random) ?? .allow
    if Int.random(in: 0..<4, using: &random) == 0 { run.venue.refusals_e9 = 100_000_000 }
    run.venue.slippage = Rate(e9: Int64.random(in: 0...1, using: &random) * 1_000_000)
    let delays: [Int64] = [0, 0, 1, 20_000_000, 60_000_000_000, 95_000_000_000]
    run.latency = LatencyModel(
        order_ns: delays.randomElement(using: &random) ?? 0,
        report_ns: delays.randomElement(using: &random) ?? 0,
        jitter_ns: Int.random(in: 0..<4, using: &random) == 0 ? 45_000_000_000 : 0,
        isRecorded: Int.random(in: 0..<5, using: &random) == 0, seed: seed)
    run.crossing = [CrossingPrice.none, .open, .close].randomElement(using: &random) ?? .close
    run.sampling_ns = Int64.random(in: 1...90, using: &random) * 60_000_000_000
    run.start = Int.random(in: 0..<2, using: &random) * 20
    while run.start > 0,
        run.market.feed.time_ns[run.start - 1] == run.market.feed.time_ns[run.start]
    {
        run.start -= 1
    }
    for index in 0..<Int.random(in: 1...2, using: &random) {
        run.accounts.append(randomAccount(index, &run, closedOnly: closedOnly, &random))
    }
    if Int.random(in: 0..<3, using: &random) == 0 {
        run.venue.faults = randomFaults(run.latency, &random)
        run.venue.seed = seed
    }
    return run
}

/// States and funding, at times of the market and between them.
private func randomNotices(_ times: [Int64], instruments: Int, seed: UInt64) -> [SketchNotice] {
    // Of its own, so that the rest of the scenario is the same without them.
    var random = SeededGenerator(seed: ~seed)
    return (0..<times.count / 4).compactMap { _ in
        guard let time = times.randomElement(using: &random) else { return nil }
        let isBetween = Int.random(in: 0..<3, using: &random) == 0
        let status = MarketStatus.allCases.randomElement(using: &random) ?? .gap
        return SketchNotice(
            time_ns: time + (isBetween ? Int64.random(in: 1...9, using: &random) : 0),
            instrument: UInt32.random(in: 0..<UInt32(instruments), using: &random),
            Bool.random(using: &random)
                ? .status(status) : .funding(rate_e9: .random(in: -9...9, using: &random)))
    }
}

/// A line that loses, doubles and delays; its patience is longer than most messages take.
private func randomFaults(
    _ latency: LatencyModel, _ random: inout SeededGenerator
) -> ConnectionFaults {
    let shares: [Int64] = [0, 20_000_000, 100_000_000, 300_000_000]
    return ConnectionFaults(
        lost_e9: shares.randomElement(using: &random) ?? 0,
        doubled_e9: shares.randomElement(using: &random) ?? 0,
        late_e9: shares.randomElement(using: &random) ?? 0,
        lateMax_ns: Int64.random(in: 1...120, using: &random) * 1_000_000_000,
        patience_ns: latency.order_ns + latency.jitter_ns
            + Int64.random(in: 10...300, using: &random) * 1_000_000_000)
}

private func randomAccount(
    _ index: Int, _ run: inout SketchRun, closedOnly: Bool, _ random: inout SeededGenerator
) -> AccountSetup {
    var limits = RiskLimits(instruments: run.instruments.count)
    if Int.random(in: 0..<3, using: &random) == 0 { limits.drawdownMax_e9 = 2_000_000 }
    if Int.random(in: 0..<3, using: &random) == 0 { limits.priceBand_e9 = 12_000_000 }
    if Int.random(in: 0..<3, using: &random) == 0 {
        limits.positionMax = limits.positionMax.map { _ in 3 }
    }
    let cash: Int128 = Int.random(in: 0..<3, using: &random) == 0 ? 6_000 : 1_000_000
    let ports = (0..<Int.random(in: 1...4, using: &random)).map { _ in
        let readsOwn = closedOnly || Int.random(in: 0..<3, using: &random) > 0
        let strategy = RandomStrategy(seed: random.next(), instruments: run.instruments.count)
        let history = Int.random(in: 0..<2, using: &random) * 5
        return readsOwn
            ? closedLoop(historyRows: history, strategy.decide)
            : openLoop(historyRows: history, strategy.decide)
    }
    let account = run.account(
        ports, id: "a\(index)", cash: cash * Int128(ports.count), limits: limits,
        allowsShort: Int.random(in: 0..<2, using: &random) == 0)
    return AccountSetup(
        id: account.id, equity: account.equity, limits: limits,
        instances: account.instances.map {
            narrowed($0, &run, randomRule(&random), &random)
        },
        execution: randomExecution(&random))
}

/// Now and then an account's targets are worked in parts.
private func randomExecution(_ random: inout SeededGenerator) -> Algorithm? {
    let duration_ns = Int64.random(in: 1...1200, using: &random) * 1_000_000_000
    let ways: [Algorithm?] = [
        .twap(duration_ns: duration_ns), .vwap(duration_ns: duration_ns),
        .shortfall(duration_ns: duration_ns, aversion_e6: 1_000_000), nil, nil, nil,
    ]
    return ways.randomElement(using: &random) ?? nil
}

/// Now and then the operator guards an instance's positions.
private func randomRule(_ random: inout SeededGenerator) -> ProtectionRule? {
    guard Int.random(in: 0..<4, using: &random) == 0 else { return nil }
    let share = ProtectionRule.Distance.share(
        e9: Int64.random(in: 1...20, using: &random) * 1_000_000)
    let range = ProtectionRule.Distance.range(
        multiple_e6: Int64.random(in: 1...4, using: &random) * 500_000,
        length: Int.random(in: 1...9, using: &random))
    return ProtectionRule(
        distance: Bool.random(using: &random) ? share : range,
        course: Bool.random(using: &random) ? .fixed : .trailing,
        lock_e6: Int64.random(in: 0...2, using: &random) * 700_000,
        time_ns: Int64.random(in: 0...1, using: &random) * 900_000_000_000)
}

/// Now and then an instance sees one instrument only, or bars that the venue does not know.
private func narrowed(
    _ instance: InstanceSetup, _ run: inout SketchRun, _ rule: ProtectionRule?,
    _ random: inout SeededGenerator
) -> InstanceSetup {
    let shape = Int.random(in: 0..<6, using: &random)
    guard shape < 2 else {
        return InstanceSetup(
            id: instance.id, capital: instance.capital, allowsShort: instance.allowsShort,
            port: instance.port, feed: instance.feed, start: instance.start,
            instruments: instance.instruments, protection: rule)
    }
    let chosen = UInt32.random(in: 0..<UInt32(run.instruments.count), using: &random)
    var own = run.market.only(chosen)
    if shape == 1 {
        own = MarketSketch(
            bars: MarketSketch.randomBars(
                40, instrument: chosen, offset_ns: 7_000_000_000, using: &random))
    }
    run.kept.append(own)
    let first = run.start < run.market.feed.count ? run.market.feed.time_ns[run.start] : .max
    let feed = own.feed
    return InstanceSetup(
        id: instance.id, capital: instance.capital, allowsShort: instance.allowsShort,
        port: instance.port, feed: feed, start: feed.firstEntry(from: 0, notBefore: first),
        instruments: [Int(chosen)], protection: rule)
}
