import RialtoBacktest
import RialtoConfiguration
import RialtoEnsemble
import RialtoPluginHost
import RialtoTestSupport
import Testing

/// Two days of minutes of a coin, three models that speak of it, one of them a minute and a half
/// late, and a strategy that follows what is made of them.
private struct StackingWorld {
    let scratch: ScratchFolder

    init() throws {
        scratch = try minutesOfACoin(2_880, seed: 8, plugin: "technical")
        try installBuilt("ensemble-follow", in: scratch.path + "/plugins")
    }

    func file(_ stacking: String, batchLimit: Int = 4_096) throws -> RunFile {
        let text = """
            data: \(scratch.path)
            equity_interval: 1h
            batch_limit: \(batchLimit)
            instruments: [{ name: A/USD, interval: 1m }]
            venue: { fee_bps: { taker: 1 } }
            models:
              - { id: slow, plugin: org.rialto.technical, parameters: { horizon: 5m } }
              - { id: fast, plugin: org.rialto.technical,
                  parameters: { horizon: 5m, fast: 3, slow: 9, reach: 0.45 } }
              - { id: late, plugin: org.rialto.technical, latency: 90s,
                  parameters: { horizon: 5m, reach: 0.45, weight_trend: -0.4 } }
            ensemble: { rule: fixed-share, eta: 0.05, alpha: 0.001, probation: 20\(stacking) }
            accounts:
              - id: main
                equity: 100000
                strategies:
                  - { id: f, plugin: org.rialto.ensemble-follow, capital: 99000,
                      parameters: { position_max: 20, dead_band: 0.001, hysteresis: 0.001,
                        full: 0.01 } }

            """
        return try RunFile.read(
            try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml"))
    }

    func run(
        _ stacking: String, batchLimit: Int = 4_096, tier: PluginTier = .inProcess
    ) throws -> BacktestOutcome {
        let outcome = try Backtest(
            try file(stacking, batchLimit: batchLimit),
            folders: PluginFolders(paths: [scratch.path + "/plugins"]), tier: tier
        ).execute()
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        return outcome
    }
}

@Suite struct `The stacked forecast of a run` {
    private static let settings = ", stacking: { rule: ridge, lambda: 0.01, purge: 2m, refit: 7 }"

    @Test func `is the same however its market is cut, and wherever its plugins live`() throws {
        let world = try StackingWorld()
        let whole = try world.run(Self.settings)
        let boxed = try world.run(Self.settings, tier: .sandboxed(WorkerSettings()))
        for cut in try [1, 64].map({ try world.run(Self.settings, batchLimit: $0) }) + [boxed] {
            #expect(cut.digest == whole.digest && cut.forecastDigest == whole.forecastDigest)
            #expect(
                cut.ensemble?.models.map(\.weightEnd) == whole.ensemble?.models.map(\.weightEnd))
        }
        // Who follows the ensemble follows another one than without it.
        let plain = try world.run("")
        #expect(plain.forecastDigest != whole.forecastDigest && plain.digest != whole.digest)
        let other = try world.run(", stacking: {}")
        #expect(other.forecastDigest != whole.forecastDigest)
    }

    @Test func `is kept, weighed and told of as that of any model`() throws {
        let world = try StackingWorld()
        let tables = try RunTables(try world.run(Self.settings))
        #expect(Array(tables["scores"].texts("model")) == ["slow", "fast", "late", "stacking"])
        let ledger = try #require(RunLedger(tables))
        let weights = ledger.weights(try world.file(Self.settings).ensembleConfiguration)
        let ends = Array(tables["scores"].numbers("weight_end"))
        #expect(weights.all.map(\.bitPattern) == ends.map(\.bitPattern))
        #expect(ends[3] > 0 && abs(ends.reduce(0, +) - 1) < 1e-12)
        var own: [LedgerLine] = []
        ledger.forEach(change: { _ in }, round: { own += $0.filter { $0.model == 3 } })
        #expect(own.count > 4_000 && own.contains { $0.probabilityUp != 0.5 })
        #expect(own.allSatisfy { (0.01...0.99).contains($0.probabilityUp) })
        let tale = try #require(WeightTale(tables)).lines(parts: 10, least: 0)
        #expect(tale.contains { $0.model == "stacking" && $0.sentence.contains("its forecasts") })
    }
}
