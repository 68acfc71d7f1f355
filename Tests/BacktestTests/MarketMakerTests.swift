import Foundation
import RialtoBacktest
import RialtoConfiguration
import RialtoEngine
import RialtoHistory
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

private let recording: String? = {
    guard let path = shared?.path.appending("/data/l2/binance-usdm-ethusdt_20240808.raw.gz")
    else { return nil }
    return FileManager.default.fileExists(atPath: path) ? path : nil
}()

/// Six minutes of a real book, its trades and best prices, and the plugin that quotes on them.
private struct RecordedWorld {
    let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
        let path = try #require(recording)
        let scan = try StreamScan([ByteInput(path: path)], venue: nil)
        let instrument = Instrument(
            name: "ETH/USDT", venue: "binance-usdm", kind: .linear,
            priceDecimals: scan.decimals.priceDecimals,
            quantityDecimals: scan.decimals.quantityDecimals, priceStep: 1, quantityStep: 1,
            currency: "USDT", multiplier: 1)
        let work = try StreamImport(scan, instrument, rules: .strict)
        try work.read(ByteInput(path: path))
        let folder = HistoryFolder(path: scratch.path + "/history")
        for result in try work.finish().series { try folder.write(result.series) }
        try installBuilt("market-maker", in: scratch.path + "/plugins")
    }

    /// - Parameters:
    ///   - latency: Beyond ten milliseconds each way.
    ///   - clock: What of the recorded delays is a difference of clocks; nil says nothing.
    func run(
        batchLimit: Int = 4096, queue: String = "pessimistic", latency: String = "0ms",
        recorded: Bool = true, clock: String? = nil, halfSpread: Int = 2,
        tier: PluginTier = .inProcess
    ) throws -> BacktestOutcome {
        let delays = "recorded: \(recorded)" + (clock.map { ", clock_offset: \($0)" } ?? "")
        let text = """
            data: \(scratch.path)
            batch_limit: \(batchLimit)
            seed: 3
            instruments:
              - { name: ETH/USDT, kind: trades }
              - { name: ETH/USDT, kind: quotes }
              - { name: ETH/USDT, kind: book }
            venue:
              fee_bps: { maker: 2, taker: 5 }
              fill: { queue: \(queue) }
              latency: { order: 10ms, report: 10ms, jitter: \(latency), \(delays) }
            accounts:
              - id: main
                currency: USDT
                equity: 100000
                strategies:
                  - id: maker
                    plugin: org.rialto.market-maker
                    capital: 100000
                    allow_short: true
                    parameters:
                      { quantity: 0.5, inventory_max: 2, half_spread: \(halfSpread) }

            """
        let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
        return try Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"]),
            tier: tier
        ).execute()
    }
}

@Suite(.enabled(if: recording != nil, "no ../shared/data/l2/binance-usdm-ethusdt_20240808.raw.gz"))
struct `A market maker on a real book` {
    @Test func `gives the same digest in two runs and for every batch limit`() throws {
        let world = try RecordedWorld()
        for latency in ["0ms", "30ms"] {
            let outcomes = try [4096, 4096, 7, 1].map {
                try world.run(batchLimit: $0, latency: latency)
            }
            #expect(Set(outcomes.map(\.digest)).count == 1, "jitter \(latency)")
            #expect(outcomes.allSatisfy { $0.failures.isEmpty })
            #expect((try RunTables(outcomes[0]))["fills"].count > 100)
            let walled = try world.run(latency: latency, tier: .sandboxed(WorkerSettings()))
            #expect(walled.digest == outcomes[0].digest, "\(walled.failures)")
        }
    }

    @Test func `never holds more than it may, and keeps books that add up`() throws {
        let world = try RecordedWorld()
        for queue in ["pessimistic", "front"] {
            let outcome = try world.run(queue: queue, latency: "200ms")
            let positions = (try RunTables(outcome))["fills"].integers("position")
            #expect(positions.contains { $0 > 0 } && positions.contains { $0 < 0 })
            #expect(positions.allSatisfy { $0.magnitude <= 2000 }, "queue \(queue)")
            var check = BooksCheck(
                accounts: [
                    BooksCheck.Account(
                        equity: 10_000_000 * cent, instances: [(10_000_000 * cent, true)])
                ], instruments: 1)
            check.replay(
                SketchOutcome(digest: outcome.digest, words: try outcome.records.words, texts: []))
            #expect(check.faults.isEmpty, "\(check.faults.prefix(3))")
        }
    }

    @Test func `fills the more, the further in front of the queue it is taken to stand`() throws {
        let world = try RecordedWorld()
        let traded = try ["pessimistic", "proportional", "front"].map { queue in
            try RunTables(world.run(queue: queue))["fills"].integers("quantity").reduce(0, +)
        }
        #expect(traded[0] <= traded[1] && traded[1] < traded[2], "\(traded)")
    }

    @Test func `waits for jitter and for what its recording took, not for its clocks`() throws {
        let world = try RecordedWorld()
        let without = try world.run(recorded: false)
        #expect(try world.run().digest != without.digest)
        #expect(try world.run(clock: "1h").digest == without.digest)
        #expect(try world.run(latency: "500ms", recorded: false).digest != without.digest)
    }
}
