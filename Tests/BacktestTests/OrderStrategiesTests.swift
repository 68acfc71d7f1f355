import Foundation
import RialtoBacktest
import RialtoConfiguration
import RialtoEngine
import RialtoHistory
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

/// One millisecond.
private let ms: Int64 = 1_000_000

/// Two instruments in a history folder, quotes and bars of each, the second some steps behind.
private struct TwinWorld {
    let scratch: ScratchFolder
    static let steps = 6000

    /// - Parameters:
    ///   - lag: Steps of 100 ms by which the second follows the first.
    ///   - noise: Ticks by which the second strays.
    init(seed: UInt64, lag: Int, noise: Int64) throws {
        scratch = try ScratchFolder()
        var random = SeededGenerator(seed: seed)
        var past: [Int64] = [], price: Int64 = 100_000
        for _ in 0..<Self.steps {
            price += Int64.random(in: -20...20, using: &random)
            if Int.random(in: 0..<40, using: &random) == 0 {
                price += Int64.random(in: -150...150, using: &random)
            }
            past.append(price)
        }
        let follower = past.indices.map { index in
            past[max(0, index - lag)] + Int64.random(in: -noise...noise, using: &random)
        }
        for (name, middles) in [("A/USD", past), ("B/USD", follower)] {
            try write(name, middles)
        }
        for name in [
            "market-maker", "breakout", "pairs", "cross-venue-arbitrage", "time-arbitrage",
        ] {
            try installBuilt(name, in: scratch.path + "/plugins")
        }
    }

    private func write(_ name: String, _ middles: [Int64]) throws {
        let folder = HistoryFolder(path: scratch.path + "/history"), coin = sketchCoin(name)
        var quotes = try SeriesBuilder(
            SeriesDefinition(instrument: coin, kind: .quotes, interval_ns: 0))
        var bars = try SeriesBuilder(
            SeriesDefinition(instrument: coin, kind: .bars, interval_ns: 1000 * ms))
        for (index, middle) in middles.enumerated() {
            let time = MarketSketch.start + Int64(index + 1) * 100 * ms
            try quotes.append(
                quote: time, venue_time_ns: time, bidPrice: middle - 2, bidQuantity: 50,
                askPrice: middle + 2, askQuantity: 50)
            guard (index + 1) % 10 == 0 else { continue }
            let range = middles[(index - 9)...index]
            try bars.append(
                bar: time, open: range.first ?? middle, high: range.max() ?? middle,
                low: range.min() ?? middle, close: middle, volume: 40)
        }
        try folder.write(quotes.finish())
        try folder.write(bars.finish())
    }

    func run(
        _ plugin: String, _ parameters: String, onBars: Bool = false, single: Bool = false,
        batchLimit: Int = 4096, venue: String = ""
    ) throws -> BacktestOutcome {
        let kind = onBars ? "kind: bars, interval: 1s" : "kind: quotes"
        let names = single ? ["A/USD"] : ["A/USD", "B/USD"]
        let text = """
            data: \(scratch.path)
            batch_limit: \(batchLimit)
            seed: 5
            instruments:
            \(names.map { "  - { name: \($0), \(kind) }" }.joined(separator: "\n"))
            venue:
              fee_bps: { maker: 0, taker: 0 }
              \(venue)
            accounts:
              - id: main
                equity: 1000000
                strategies:
                  - id: a
                    plugin: org.rialto.\(plugin)
                    capital: 1000000
                    allow_short: true
                    parameters: { \(parameters) }

            """
        let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
        return try Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"])
        ).execute()
    }
}

/// A bundled strategy, how the tests run it, and the largest position that it may have.
private struct Case: CustomTestStringConvertible {
    let plugin: String
    let parameters: String
    var onBars = false
    var single = false
    let most: Int64

    var testDescription: String { plugin }

    static let all = [
        Case(
            plugin: "market-maker", parameters: "quantity: 3, inventory_max: 7, half_spread: 5",
            single: true, most: 7),
        Case(
            plugin: "breakout",
            parameters: "quantity: 9, length: 8, exit_length: 4, target_atr: 3, allow_short: true",
            onBars: true, single: true, most: 9),
        Case(
            plugin: "breakout",
            parameters: "quantity: 9, length: 8, trailing: true, stop_atr: 1, allow_short: true",
            onBars: true, single: true, most: 9),
        Case(
            plugin: "pairs", parameters: "value: 5000, length: 20, entry: 1.5, stop: 3, pause: 2",
            onBars: true, most: 8),
        Case(
            plugin: "cross-venue-arbitrage",
            parameters: "quantity: 3, inventory_max: 9, edge: 1, fee_first: 0, fee_second: 0",
            most: 9),
        Case(
            plugin: "time-arbitrage",
            parameters: "quantity: 4, window: 500ms, edge: 1, fee: 0, hold: 2s, pause: 200ms",
            most: 4),
    ]
}

@Suite struct `A bundled strategy with orders of its own` {
    /// What a venue may do to it: late, unsteady, refusing, and with little volume.
    private static let hard =
        "latency: { order: 130ms, report: 170ms, jitter: 400ms }\n  refusals: 0.1\n"
        + "  fill: { volume_share: 0.05 }"

    /// The same over a line that loses, doubles and delays what it says and hears.
    private static let deaf =
        "latency: { order: 130ms, report: 170ms, jitter: 400ms }\n"
        + "  faults: { lost: 0.1, doubled: 0.1, late: 0.2, delay: 3s, patience: 4s }"

    @Test(arguments: Case.all, [hard, deaf])
    fileprivate func `keeps its bounds on a bad venue, with one digest for every batch limit`(
        of one: Case, venue: String
    ) throws {
        let world = try TwinWorld(seed: 11, lag: 5, noise: 15)
        let outcomes = try [4096, 7, 1].map {
            try world.run(
                one.plugin, one.parameters, onBars: one.onBars, single: one.single,
                batchLimit: $0, venue: venue)
        }
        let first = outcomes[0], fills = (try RunTables(first))["fills"]
        #expect(outcomes.allSatisfy { $0.failures.isEmpty }, "\(first.failures)")
        #expect(Set(outcomes.map(\.digest)).count == 1)
        // Two legs in doubt are traded more seldom.
        #expect(fills.count > (venue == Self.deaf ? 10 : 20))
        #expect(fills.integers("position").allSatisfy { $0.magnitude <= one.most })
        var check = BooksCheck(
            accounts: [
                BooksCheck.Account(
                    equity: 100_000_000 * cent, instances: [(100_000_000 * cent, true)])
            ], instruments: one.single ? 1 : 2)
        check.replay(SketchOutcome(digest: first.digest, words: try first.records.words, texts: []))
        #expect(check.faults.isEmpty, "\(check.faults.prefix(3))")
    }

    @Test func `earns by time where one market follows the other, and not where none does`() throws
    {
        let terms = "quantity: 4, window: 300ms, edge: 1, fee: 0, hold: 2s, pause: 0s"
        let lagging = try gain(TwinWorld(seed: 3, lag: 5, noise: 0).run("time-arbitrage", terms))
        #expect(lagging > 0)
        let together = try gain(TwinWorld(seed: 3, lag: 0, noise: 0).run("time-arbitrage", terms))
        #expect(together <= 0)
    }

    @Test func `earns by place what two venues differ`() throws {
        let terms = "quantity: 3, inventory_max: 9, edge: 2, fee_first: 0, fee_second: 0"
        let world = try TwinWorld(seed: 4, lag: 0, noise: 60)
        #expect(try gain(world.run("cross-venue-arbitrage", terms)) > 0)
    }

    /// What the account has made in the end.
    private func gain(_ outcome: BacktestOutcome) throws -> Int128 {
        let equity = (try RunTables(outcome))["equity"].wide("equity")
        return (equity.last ?? 0) - 100_000_000 * cent
    }
}
