import RialtoEngine
import RialtoSimulation
import RialtoValues
import Testing

/// Ten minutes of one price.
private let still = (0..<10).map { _ in (Int64(100), Int64(100), Int64(100), Int64(100)) }

private func minute(_ index: Int64) -> Int64 {
    MarketSketch.start + index * MarketSketch.minute
}

/// The bars of ten quiet minutes, and what is told beside them.
private func market(_ notices: [SketchNotice]) -> MarketSketch {
    MarketSketch(bars: MarketSketch(still).bars, notices: notices)
}

extension SeenEvent {
    /// What it is, in a word.
    fileprivate var word: String {
        switch self {
        case .bar: "bar"
        case .response: "response"
        case .trade: "trade"
        case .quote: "quote"
        case .delta: "delta"
        case .status(_, _, let status): "\(status)"
        case .funding(_, _, let rate): "funding \(rate)"
        case .order: "order"
        case .fill: "fill"
        case .account: "account"
        case .timer: "timer"
        }
    }
}

@Suite struct `States and funding in a run` {
    @Test func `come in the order of kinds, states before own events of their time`() throws {
        for limit in [4096, 1] {
            var run = SketchRun(
                market: market([
                    SketchNotice(time_ns: minute(2), .funding(rate_e9: 5)),
                    SketchNotice(time_ns: minute(2), .status(.gap)),
                    SketchNotice(time_ns: minute(2), .status(.reconnect)),
                ]))
            var words: [String] = []
            run.batchLimit = limit
            let port = script([0: [.target(1)]]) { event in
                if event.time_ns == minute(2) { words.append(event.word) }
            }
            run.accounts = [run.account([port])]
            #expect(try run.execute().fills.count == 1)
            #expect(
                words.prefix(2) == ["gap", "reconnect"]
                    && words.suffix(2) == ["bar", "funding 5"], "\(words)")
            #expect(words.dropFirst(2).dropLast(2) == ["fill", "account"])
        }
    }

    @Test func `are read before an intent of their time takes effect`() throws {
        var run = SketchRun(
            market: market([SketchNotice(time_ns: minute(3) + 5, .status(.halted))]))
        run.events = [InstrumentEvent(time_ns: minute(3) + 5, instrument: 0, change: .halt)]
        let port = closedLoop { group, sink in
            for case .status(_, _, .halted) in group { sink.intents.append(.target(1)) }
        }
        run.accounts = [run.account([port])]
        let outcome = try run.execute()
        #expect(outcome.of(.intent).map { $0[0] } == [minute(3) + 5])
        #expect(outcome.fills.isEmpty, "trading is halted")
    }

    @Test func `leave the run of who does not ask for them as it is`() throws {
        for seed in UInt64(0)..<20 {
            let quiet = try randomRun(seed: seed).execute()
            var run = randomRun(seed: seed)
            let other = randomRun(seed: seed, hasNotices: true)
            // The venue's feed tells them; the instances read their own, without them.
            let start = run.market.feed.time_ns[run.start]
            run.kept.append(run.market)
            run.market = other.market
            run.start = other.market.feed.firstEntry(from: 0, notBefore: start)
            let told = try run.execute()
            #expect(
                quiet.of(.fill) == told.of(.fill) && quiet.of(.intent) == told.of(.intent),
                "seed \(seed)")
        }
    }

    @Test func `are no rows of the history that was asked for`() throws {
        var run = SketchRun(
            market: market(
                (1...6).map { SketchNotice(time_ns: minute($0), .funding(rate_e9: $0)) }))
        run.start = run.market.feed.firstEntry(from: 0, notBefore: minute(6))
        var bars = 0, rates: [Int64] = []
        let port = StrategyPort(
            kinds: [EventKinds(.bars), EventKinds(.funding)], isOpenLoop: true, historyRows: 3
        ) { batch, _ in
            for index in 0..<batch.count where batch.isWarmUp {
                switch batch.seen(index) {
                case .bar: bars += 1
                case .funding(_, _, let rate): rates.append(rate)
                default: break
                }
            }
            return .consumed(batch.count)
        }
        run.accounts = [run.account([port])]
        _ = try run.execute()
        #expect(bars == 3 && rates == [3, 4, 5])
    }
}
