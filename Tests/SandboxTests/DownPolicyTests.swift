import RialtoBacktest
import RialtoConfiguration
import RialtoHistory
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

/// C text of a strategy that wants ten with a stop at 80, then bids for five more at 90 and offers
/// its ten at 120, and then touches what is not its own.
private let crasher = rogueSource(
    """
    for (uint32_t row = 0; row < batch->count; row++) {
        seen++;
        rialto_intent_t *intent;
        if (seen == 1) {
            intent = put(intents, RIALTO_INTENT_TARGET);
            intent->quantity = 10;
            intent->stop_price = 80;
        } else if (seen == 3) {
            intent = put(intents, RIALTO_INTENT_ORDER);
            intent->order_id = 2;
            intent->side = RIALTO_BUY;
            intent->quantity = 5;
            intent->price = 90;
            intent->order_type = RIALTO_ORDER_LIMIT;
            intent = put(intents, RIALTO_INTENT_ORDER);
            intent->order_id = 3;
            intent->side = RIALTO_SELL;
            intent->quantity = 10;
            intent->price = 120;
            intent->order_type = RIALTO_ORDER_LIMIT;
        } else if (seen == 5) {
            *(volatile int *)16 = 1;
        } else {
            continue;
        }
        for (uint32_t i = 0; i < intents->count; i++)
            ((rialto_intent_t *)((char *)intents->items + (size_t)i * intents->item_size))->row =
                row;
        *out_consumed = row + 1;
        return RIALTO_OK;
    }
    """, id: "org.rialto.test.crasher", extra: "out_needs->flags = 0;",
    top: "static uint32_t seen;")

/// C text of a strategy that buys ten slowly, to be sold at 120 as far as it has them, and crashes
/// before it has all.
private let linker = rogueSource(
    """
    for (uint32_t row = 0; row < batch->count; row++) {
        seen++;
        if (seen == 5) *(volatile int *)16 = 1;
        if (seen != 3) continue;
        for (uint32_t order = 2; order < 4; order++) {
            rialto_intent_t *intent = put(intents, RIALTO_INTENT_ORDER);
            intent->row = row;
            intent->order_id = order;
            intent->side = order == 2 ? RIALTO_BUY : RIALTO_SELL;
            intent->quantity = 10;
            intent->price = order == 2 ? 101 : 120;
            intent->order_type = RIALTO_ORDER_LIMIT;
            intent->link = order == 2 ? RIALTO_LINK_NONE : RIALTO_LINK_OTO;
            intent->link_id = order == 2 ? 0 : 2;
        }
        *out_consumed = row + 1;
        return RIALTO_OK;
    }
    """, id: "org.rialto.test.crasher", extra: "out_needs->flags = 0;",
    top: "static uint32_t seen;")

/// Prices are 100 until the plugin has gone, then reach 85, 125 and 75.
private struct FallenWorld {
    let scratch: ScratchFolder

    /// - Parameter source: Of the plugin.
    init(_ source: String = crasher) throws {
        scratch = try ScratchFolder()
        var bars = try SeriesBuilder(
            SeriesDefinition(
                instrument: sketchCoin("A/USD"), kind: .bars, interval_ns: MarketSketch.minute))
        for index in 1...40 as ClosedRange<Int64> {
            let low: Int64 = index == 12 ? 85 : index == 24 ? 75 : 100
            try bars.append(
                bar: MarketSketch.start + index * MarketSketch.minute, open: 100,
                high: index == 18 ? 125 : 100, low: low, close: 100, volume: 1000)
        }
        try HistoryFolder(path: scratch.path + "/history").write(bars.finish())
        try installSource(source, name: "crasher", in: scratch.path + "/plugins")
        try installBuilt("sma-cross-swift", in: scratch.path + "/plugins")
    }

    func run(
        _ policy: String, venue: String = "{}", seed: Int = 5, floor: Bool = false
    ) throws -> BacktestOutcome {
        let text = """
            data: \(scratch.path)
            batch_limit: 1
            seed: \(seed)
            instruments: [{ name: A/USD, interval: 1m }]
            venue: \(venue)
            accounts:
              - id: main
                equity: 100000
                \(policy.isEmpty ? "" : "when_down: \(policy)")
                strategies:
                  - { id: a, plugin: org.rialto.test.crasher, capital: 50000 }
                  - { id: b, plugin: org.rialto.sma-cross-swift, capital: 50000 }

            """
        var settings = WorkerSettings()
        settings.usesNamespaces = !floor
        let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
        return try Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"]),
            tier: .sandboxed(settings)
        ).execute()
    }
}

/// By how much each fill of the first strategy changed its position, with the price.
private func fills(_ outcome: BacktestOutcome) throws -> [[Int64]] {
    let fills = (try RunTables(outcome))["fills"]
    var position: Int64 = 0, list: [[Int64]] = []
    for (after, price) in zip(fills.integers("position"), fills.integers("price")) {
        list.append([after - position, price])
        position = after
    }
    return list
}

@Suite struct `Orders of a plugin that crashes twice at one place` {
    @Test(
        arguments: [
            ("keep", [[10, 100], [5, 90], [-10, 120], [-5, 80]]),
            ("cancel-opening", [[10, 100], [-10, 120]]), ("", [[10, 100], [-10, 120]]),
            ("cancel-all", [[10, 100]]), ("flatten", [[10, 100], [-10, 100]]),
        ] as [(String, [[Int64]])], [false, true])
    func `follow their account's policy, with all walls and at the floor`(
        policy: (String, [[Int64]]), floor: Bool
    ) throws {
        let outcome = try FallenWorld().run(policy.0, floor: floor)
        #expect(outcome.failures.map(\.id).count == 1)
        let reason = outcome.failures.first?.reason ?? ""
        #expect(reason.contains("SIGSEGV") && reason.contains("twice"), "\(reason)")
        let found = try fills(outcome)
        #expect(found == policy.1, "\(found)")
    }

    @Test(
        arguments: [
            ("cancel-opening", [[3, 100], [3, 100], [-3, 120]]),
            ("cancel-all", [[3, 100], [3, 100]]),
        ] as [(String, [[Int64]])])
    func `close what an opening order had bought, and no policy less`(
        policy: (String, [[Int64]])
    ) throws {
        let world = try FallenWorld(linker)
        let outcome = try world.run(policy.0, venue: "{ fill: { volume_share: 0.003 } }")
        let found = try fills(outcome)
        #expect(outcome.failures.count == 1 && found == policy.1, "\(found)")
    }

    @Test func `leave nothing behind where positions are closed over a bad line`() throws {
        let world = try FallenWorld()
        var closed = 0
        for seed in 1...12 {
            let outcome = try world.run(
                "flatten",
                venue: "{ latency: { order: 10s, report: 5s }, refusals: 0.3, faults: "
                    + "{ lost: 0.2, doubled: 0.1, late: 0.2, delay: 90s, patience: 2m } }",
                seed: seed)
            let all = try fills(outcome)
            #expect(all.reduce(0) { $0 + $1[0] } == 0, "seed \(seed): \(all)")
            if !all.isEmpty { closed += 1 }
        }
        #expect(closed > 4)
    }
}
