import RialtoBacktest
import RialtoConfiguration
import RialtoEngine
import RialtoHistory
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

private let start = MarketSketch.start

/// Ten minutes of quotes, a book with a gap of a minute, and a halt of another.
private struct BrokenWorld {
    let scratch: ScratchFolder
    static let second: Int64 = 1_000_000_000
    static let gap = start + 120 * second..<start + 180 * second
    static let halt = start + 300 * second..<start + 360 * second

    init() throws {
        scratch = try ScratchFolder()
        let folder = HistoryFolder(path: scratch.path + "/history"), coin = sketchCoin("A/USD")
        var random = SeededGenerator(seed: 5), middle: Int64 = 100_000
        var quotes = try SeriesBuilder(
            SeriesDefinition(instrument: coin, kind: .quotes, interval_ns: 0))
        var book = try SeriesBuilder(
            SeriesDefinition(instrument: coin, kind: .book, interval_ns: 0))
        for second in 0..<600 as Range<Int64> {
            let time = start + second * Self.second
            middle += Int64.random(in: -9...9, using: &random)
            try quotes.append(
                quote: time, venue_time_ns: time, bidPrice: middle - 2, bidQuantity: 50,
                askPrice: middle + 2, askQuantity: 50)
            if time == Self.gap.lowerBound {
                try book.append(
                    level: time, venue_time_ns: time, side: 0, flags: .all, price: 0, quantity: 0,
                    sequence: 0)
            }
            guard !Self.gap.contains(time) else { continue }
            for side in [1, 2] as [UInt8] {
                try book.append(
                    level: time, venue_time_ns: time, side: side,
                    flags: side == 1 ? .clears : .last, price: middle + (side == 1 ? -2 : 2),
                    quantity: 50, sequence: second + 1)
            }
        }
        try folder.write(quotes.finish())
        try folder.write(book.finish())
        try folder.write(
            InstrumentRecord(
                "A/USD", calendar: .always,
                actions: [
                    InstrumentAction(time_ns: Self.halt.lowerBound, .halt),
                    InstrumentAction(time_ns: Self.halt.upperBound, .resume),
                ]))
        try installBuilt("market-maker", in: scratch.path + "/plugins")
    }

    func run(batchLimit: Int = 4096) throws -> BacktestOutcome {
        let text = """
            data: \(scratch.path)
            batch_limit: \(batchLimit)
            instruments:
              - { name: A/USD, kind: quotes }
              - { name: A/USD, kind: book }
            venue:
              fee_bps: { maker: 0, taker: 0 }
              latency: { order: 10ms, report: 10ms }
            accounts:
              - id: main
                equity: 1000000
                strategies:
                  - id: a
                    plugin: org.rialto.market-maker
                    capital: 1000000
                    allow_short: true
                    parameters: { quantity: 3, inventory_max: 60, half_spread: 5 }

            """
        let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
        return try Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"])
        ).execute()
    }
}

@Suite struct `A market maker told of gaps and halts` {
    @Test func `takes its quotes back, and goes on after them`() throws {
        let outcome = try BrokenWorld().run(), tables = try RunTables(outcome)
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        let placed = tables["orders"].integers("time_ns")
        let states = tables["order_states"]
        #expect(tables["fills"].count > 10)
        for pause in [BrokenWorld.gap, BrokenWorld.halt] {
            #expect(!placed.contains { pause.contains($0) })
            let second = BrokenWorld.second
            for near in [pause.lowerBound - 20 * second, pause.upperBound] {
                #expect(placed.contains { (near...near + 20 * second).contains($0) })
            }
            // What stands is canceled a journey later, and nothing fills after that.
            let canceled = zip(states.integers("time_ns"), states.integers("state")).filter {
                pause.contains($0.0) && $0.1 == Int64(OrderState.canceled.rawValue)
            }
            #expect((1...2).contains(canceled.count))
            let filled = tables["fills"].integers("time_ns").filter {
                (pause.lowerBound + second..<pause.upperBound).contains($0)
            }
            #expect(filled.isEmpty)
        }
    }

    @Test func `gives one digest for every batch limit`() throws {
        let world = try BrokenWorld()
        let digests = try [4096, 7, 1].map { try world.run(batchLimit: $0).digest }
        #expect(Set(digests).count == 1)
    }
}

/// C text of a strategy that wants, of the instrument of each state and of each funding, what that
/// says: the state, or the rate. Its reason is how far on the next funding is expected, in minutes.
private let listener = rogueSource(
    """
    for (uint32_t entry = 0; entry < batch->count; entry++) {
        const int is_mixed = batch->order_kind != NULL;
        const uint32_t kind = is_mixed ? batch->order_kind[entry] : batch->single_kind;
        const uint32_t row = is_mixed ? batch->order_row[entry] : entry;
        rialto_intent_t *intent = put(intents, RIALTO_INTENT_TARGET);
        intent->row = entry;
        if (kind == RIALTO_KIND_STATUS) {
            intent->instrument = batch->status->instrument[row];
            intent->quantity = batch->status->status[row];
        } else {
            const rialto_funding_t *c = batch->funding;
            const int64_t next = c->next_funding_ns[row];
            intent->instrument = c->instrument[row];
            intent->quantity = c->rate_e9[row];
            intent->reason = next > 0 ? (uint32_t)((next - c->time_ns[row]) / 60000000000) : 0;
        }
    }
    """, id: "org.rialto.test.listener",
    needs: ["FUNDING", "STATUS"])

/// An hour of minutes of two instruments, of which the second is a perpetual with a history.
private struct FundedWorld {
    let scratch: ScratchFolder

    static func minute(_ index: Int64) -> Int64 { start + index * MarketSketch.minute }

    init() throws {
        scratch = try ScratchFolder()
        let folder = HistoryFolder(path: scratch.path + "/history")
        for name in ["CALM/USD", "PERP/USD"] {
            var bars = try SeriesBuilder(
                SeriesDefinition(
                    instrument: sketchCoin(name), kind: .bars, interval_ns: MarketSketch.minute))
            for index in 1...60 as ClosedRange<Int64> {
                try bars.append(
                    bar: Self.minute(index), open: 100, high: 101, low: 99, close: 100, volume: 9)
            }
            try folder.write(bars.finish())
        }
        func action(_ index: Int64, _ change: InstrumentAction.Change) -> InstrumentAction {
            InstrumentAction(time_ns: Self.minute(index), change)
        }
        try folder.write(
            InstrumentRecord(
                "PERP/USD", calendar: .always,
                actions: [
                    action(8, .funding(rate_e9: 3)), action(16, .funding(rate_e9: -2)),
                    action(18, .halt), action(22, .resume), action(24, .funding(rate_e9: 4)),
                    action(64, .funding(rate_e9: 7)),
                ]))
        try installSource(listener, name: "listener", in: scratch.path + "/plugins")
    }

    func run(
        from: String = "", batchLimit: Int = 4096, tier: PluginTier = .inProcess
    ) throws -> BacktestOutcome {
        let text = """
            data: \(scratch.path)
            batch_limit: \(batchLimit)
            \(from)
            instruments:
              - { name: CALM/USD, interval: 1m }
              - { name: PERP/USD, interval: 1m }
            accounts:
              - id: main
                equity: 100000
                strategies:
                  - id: a
                    plugin: org.rialto.test.listener
                    capital: 100000
                    allow_short: true

            """
        let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
        return try Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"]),
            tier: tier
        ).execute()
    }

    /// What the strategy wanted: minute, instrument, quantity and reason.
    func wanted(_ outcome: BacktestOutcome) throws -> [[Int64]] {
        let intents = (try RunTables(outcome))["intents"]
        let columns = ["time_ns", "instrument", "quantity", "reason"].map { intents.integers($0) }
        return (0..<intents.count).map { row in
            let values = columns.map { $0[row] }
            return [(values[0] - start) / MarketSketch.minute] + values.dropFirst()
        }
    }
}

@Suite struct `A plugin that asks for states and funding` {
    @Test func `is told them at their times, and no later than the market goes on`() throws {
        let world = try FundedWorld(), outcome = try world.run()
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        #expect(
            try world.wanted(outcome) == [
                [8, 1, 3, 0], [16, 1, -2, 8], [18, 1, 3, 0], [22, 1, 1, 0], [24, 1, 4, 8],
            ])
        #expect(outcome.lastTime_ns == FundedWorld.minute(60))
        for limit in [2, 1] { #expect(try world.run(batchLimit: limit).digest == outcome.digest) }
        #expect(try world.run(tier: .sandboxed(WorkerSettings())).digest == outcome.digest)
    }

    @Test func `is told first what holds when the run begins`() throws {
        let world = try FundedWorld(), from = UnixTime.text(FundedWorld.minute(20))
        let outcome = try world.run(from: "from: \(from)")
        #expect(
            try world.wanted(outcome) == [[20, 1, 3, 0], [22, 1, 1, 0], [24, 1, 4, 8]])
    }
}

/// Trades of an hour, one a minute, but for a quarter of an hour; some were missed at the fortieth.
private func quietRun(staleAfter: String, gaps: Bool) throws -> [[Int64]] {
    let scratch = try ScratchFolder()
    let folder = HistoryFolder(path: scratch.path + "/history")
    var trades = try SeriesBuilder(
        SeriesDefinition(instrument: sketchCoin("A/USD"), kind: .trades, interval_ns: 0))
    var missed = try SeriesBuilder(
        SeriesDefinition(instrument: sketchCoin("A/USD"), kind: .gaps, interval_ns: 0))
    for index in (1...60 as ClosedRange<Int64>) where !(21...35).contains(index) {
        let time = FundedWorld.minute(index)
        try trades.append(
            trade: time, venue_time_ns: time, price: 100, quantity: 9, takerSide: 1)
    }
    let time = FundedWorld.minute(40)
    try missed.append(gap: time, venue_time_ns: time, in: .trades, missed: 3)
    try folder.write(trades.finish())
    if gaps { try folder.write(missed.finish()) }
    try installSource(listener, name: "listener", in: scratch.path + "/plugins")
    let text = """
        data: \(scratch.path)
        instruments: [{ name: A/USD, kind: trades\(staleAfter) }]
        accounts:
          - id: main
            equity: 100000
            strategies:
              - { id: a, plugin: org.rialto.test.listener, capital: 100000, allow_short: true }

        """
    let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
    let outcome = try Backtest(
        try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"])
    ).execute()
    #expect(outcome.failures.isEmpty, "\(outcome.failures)")
    let intents = (try RunTables(outcome))["intents"]
    return zip(intents.integers("time_ns"), intents.integers("quantity")).map {
        [($0 - start) / MarketSketch.minute, $1]
    }
}

@Suite struct `A plugin whose stream falls silent` {
    @Test func `is told that it is stale, and live with the next trade`() throws {
        let wanted = try quietRun(staleAfter: ", stale_after: 5m", gaps: false)
        #expect(wanted == [[25, 5], [36, 7]])
    }

    @Test func `is told where trades were missed, whatever the run file asks for`() throws {
        #expect(try quietRun(staleAfter: "", gaps: true) == [[40, 4], [40, 6]])
        #expect(try quietRun(staleAfter: "", gaps: false).isEmpty)
    }
}
