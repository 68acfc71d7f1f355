import RialtoBacktest
import RialtoConfiguration
import RialtoHistory
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

private let start = MarketSketch.start

/// C text of a strategy that wants what it is told of a contract; its reason is the kind.
private let hearer = rogueSource(
    """
    for (uint32_t entry = 0; entry < batch->count; entry++) {
        const int is_mixed = batch->order_kind != NULL;
        const uint32_t kind = is_mixed ? batch->order_kind[entry] : batch->single_kind;
        const uint32_t row = is_mixed ? batch->order_row[entry] : entry;
        rialto_intent_t *intent = put(intents, RIALTO_INTENT_TARGET);
        intent->row = entry;
        intent->reason = kind;
        if (kind == RIALTO_KIND_MARKS) {
            if ((batch->marks->struct_size) < sizeof(rialto_marks_t)) return -1;
            intent->instrument = batch->marks->instrument[row];
            intent->quantity = batch->marks->mark_price[row] - batch->marks->index_price[row];
        } else if (kind == RIALTO_KIND_OPEN_INTEREST) {
            intent->instrument = batch->open_interest->instrument[row];
            intent->quantity = batch->open_interest->quantity[row];
        } else {
            const rialto_liquidations_t *c = batch->liquidations;
            intent->instrument = c->instrument[row];
            const int64_t quantity = c->quantity[row];
            intent->quantity = c->side[row] == RIALTO_BUY ? quantity : -quantity;
        }
    }
    """, id: "org.rialto.test.hearer",
    needs: ["MARKS", "OPEN_INTEREST", "LIQUIDATIONS"])

private func minute(_ index: Int64) -> Int64 { start + index * MarketSketch.minute }

/// Two contracts with an hour of minutes, of which each has marks, and the second the rest.
private struct ToldWorld {
    let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
        let folder = HistoryFolder(path: scratch.path + "/history")
        func builder(
            _ name: String, _ kind: RialtoHistory.SeriesKind, interval_ns: Int64 = 0
        ) throws -> SeriesBuilder {
            try SeriesBuilder(
                SeriesDefinition(
                    instrument: sketchCoin(name), kind: kind, interval_ns: interval_ns))
        }
        for (place, name) in ["A/USD", "B/USD"].enumerated() {
            var bars = try builder(name, .bars, interval_ns: MarketSketch.minute)
            var marks = try builder(name, .marks)
            for index in 1...60 as ClosedRange<Int64> {
                try bars.append(
                    bar: minute(index), open: 100, high: 101, low: 99, close: 100, volume: 9)
            }
            for index in [4, 9] as [Int64] {
                try marks.append(
                    mark: minute(index), venue_time_ns: minute(index) - 5,
                    markPrice: 100 + index, indexPrice: 100 - Int64(place))
            }
            try folder.write(bars.finish())
            try folder.write(marks.finish())
        }
        var open = try builder("B/USD", .openInterest)
        var closed = try builder("B/USD", .liquidations)
        for index in [9, 12] as [Int64] {
            try open.append(
                openInterest: minute(index), venue_time_ns: minute(index), quantity: index * 10)
            try closed.append(
                liquidation: minute(index), venue_time_ns: minute(index),
                side: index == 9 ? 1 : 2, price: 100, quantity: index)
        }
        try folder.write(open.finish())
        try folder.write(closed.finish())
        try installSource(hearer, name: "hearer", in: scratch.path + "/plugins")
    }

    func backtest(
        _ series: [String], instruments: String, batchLimit: Int = 4096,
        tier: PluginTier = .inProcess
    ) throws
        -> Backtest
    {
        let text = """
            data: \(scratch.path)
            batch_limit: \(batchLimit)
            instruments:
              - { name: A/USD, interval: 1m }
              - { name: B/USD, interval: 1m }
            \(series.map { "  - { \($0) }" }.joined(separator: "\n"))
            accounts:
              - id: main
                equity: 100000
                strategies:
                  - id: a
                    plugin: org.rialto.test.hearer
                    instruments: [\(instruments)]
                    capital: 100000
                    allow_short: true

            """
        let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
        return Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"]),
            tier: tier)
    }

    static let all = [
        "name: B/USD, kind: marks", "name: B/USD, kind: open-interest",
        "name: B/USD, kind: liquidations",
    ]
}

@Suite struct `A plugin that asks for marks, open interest and liquidations` {
    @Test func `is told them at their times, in the order of kinds`() throws {
        let world = try ToldWorld()
        let outcome = try world.backtest(ToldWorld.all, instruments: "B/USD").execute()
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        let intents = (try RunTables(outcome))["intents"]
        let columns = ["time_ns", "reason", "quantity", "instrument"].map { intents.integers($0) }
        let wanted = (0..<intents.count).map { row -> [Int64] in
            let values = columns.map { $0[row] }
            return [(values[0] - start) / MarketSketch.minute] + values.dropFirst()
        }
        #expect(
            wanted == [
                [4, 12, 5, 1], [9, 12, 10, 1], [9, 14, 90, 1], [9, 15, 9, 1],
                [12, 14, 120, 1], [12, 15, -12, 1],
            ])
        for limit in [2, 1] {
            let again = try world.backtest(
                ToldWorld.all, instruments: "B/USD", batchLimit: limit
            ).execute()
            #expect(again.digest == outcome.digest)
        }
        let walled = try world.backtest(
            ToldWorld.all, instruments: "B/USD", tier: .sandboxed(WorkerSettings())
        ).execute()
        #expect(walled.digest == outcome.digest, "\(walled.failures)")
    }

    @Test func `is refused where the run has none of them`() throws {
        let world = try ToldWorld()
        let run = try world.backtest(
            ToldWorld.all + ["name: A/USD, kind: marks"], instruments: "A/USD")
        let error = #expect(throws: BacktestError.self) { try run.execute() }
        let text = (error?.messages ?? []).flatMap(\.lines).joined(separator: "\n")
        #expect(text.contains("needs open-interest of A/USD, and the run has none"), "\(text)")
    }
}

private let hour: Int64 = 3_600_000_000_000

/// Forty hours of a contract: first rising, so that averages cross; from the thirtieth on its price
/// and its mark go as told, in hundredths of what they were.
private func margined(
    price: Int64, mark: Int64?, batchLimit: Int = 4096
) throws -> BacktestOutcome {
    let scratch = try ScratchFolder()
    try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path + "/plugins")
    let folder = HistoryFolder(path: scratch.path + "/history")
    let contract = Instrument(
        name: "P/USD", venue: "", kind: .linear, priceDecimals: 2, quantityDecimals: 0,
        priceStep: 1, quantityStep: 1, currency: "USD", multiplier: 1)
    var bars = try SeriesBuilder(
        SeriesDefinition(instrument: contract, kind: .bars, interval_ns: hour))
    var marks = try SeriesBuilder(
        SeriesDefinition(instrument: contract, kind: .marks, interval_ns: 0))
    for index in 1...40 as ClosedRange<Int64> {
        let time = start + index * hour
        let rising: Int64 = index < 10 ? 10_000 - index : 10_000 + index
        let traded = index < 30 ? rising : rising * price / 100
        try bars.append(
            bar: time, open: traded, high: traded, low: traded, close: traded, volume: 10)
        let valued = index < 30 ? rising : rising * (mark ?? price) / 100
        try marks.append(
            mark: time + 1, venue_time_ns: time, markPrice: valued, indexPrice: valued)
    }
    try folder.write(bars.finish())
    try folder.write(marks.finish())
    let series = mark == nil ? "" : ", { name: P/USD, kind: marks }"
    let text = """
        data: \(scratch.path)
        batch_limit: \(batchLimit)
        instruments: [{ name: P/USD, interval: 1h }\(series)]
        venue:
          margin_tiers: [{ from: 0, leverage: 20, maintenance: 0.02 }]
        accounts:
          - id: main
            equity: 1000
            margin: { mode: cross, leverage: 10 }
            strategies:
              - { id: a, plugin: org.rialto.sma-cross, capital: 1000,
                  parameters: { fast: 2, slow: 5, quantity: 50 } }

        """
    let document = try ConfigDocument(Array(text.utf8), file: "run.yaml")
    return try Backtest(
        try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"])
    ).execute()
}

/// Purpose (5 is a liquidation) and price of each fill.
private func fills(_ outcome: BacktestOutcome) throws -> [(purpose: Int64, price: Int64)] {
    let tables = try RunTables(outcome)
    let purposes = tables["orders"].integers("purpose"), prices = tables["fills"].integers("price")
    return Array(zip(purposes, prices)).map { (purpose: $0, price: $1) }
}

@Suite struct `A position on margin` {
    @Test func `is not liquidated by a fall of the price that the mark does not follow`() throws {
        let alone = try fills(try margined(price: 79, mark: nil))
        #expect(alone.map(\.purpose).prefix(2) == [1, 5])
        let marked = try fills(try margined(price: 79, mark: 99))
        #expect(!marked.contains { $0.purpose == 5 }, "\(marked)")
    }

    @Test func `is liquidated when its mark falls, at the last price`() throws {
        let marked = try fills(try margined(price: 100, mark: 79))
        #expect(marked.map(\.purpose).prefix(2) == [1, 5])
        #expect(marked.count > 1 && marked[1].price == 10_030)
    }

    @Test func `goes the same way for every batch limit`() throws {
        let digests = try [4096, 3, 1].map {
            try margined(price: 100, mark: 79, batchLimit: $0).digest
        }
        #expect(Set(digests).count == 1)
    }
}
