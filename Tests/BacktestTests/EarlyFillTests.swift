import RialtoBacktest
import RialtoEngine
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

@Suite struct `A plugin that is shown each bar one bar early` {
    @Test func `does not pass for one that is shown it in time`() throws {
        let scratch = try ScratchFolder()
        let folder = try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path)
        for seed in UInt64(0)..<5 {
            var random = SeededGenerator(seed: seed)
            let bars = MarketSketch.randomBars(2000, instrument: 0, offset_ns: 0, using: &random)
            let early = bars.map { bar in
                var moved = bar
                moved.time_ns -= MarketSketch.minute
                return moved
            }
            let honest = try run(folder, bars, seen: bars),
                cheat = try run(folder, bars, seen: early)
            #expect(honest.fills.count > 20 && honest.fills != cheat.fills, "seed \(seed)")
            #expect(honest.digest != cheat.digest, "seed \(seed)")
        }
    }

    private func run(
        _ folder: String, _ bars: [SketchBar], seen: [SketchBar]
    ) throws -> SketchOutcome {
        let instance = try StrategyInstance(
            try PluginLibrary(folder: folder),
            InstanceRequest(
                pluginId: "org.rialto.sma-cross", parameters: [("fast", "3"), ("slow", "8")],
                instruments: [sketchCoin()], indices: [0], seed: 1))
        var run = SketchRun(market: MarketSketch(bars: bars))
        let shown = MarketSketch(bars: seen)
        run.kept = [shown]
        let account = run.account([instance.port])
        run.accounts = [
            AccountSetup(
                id: account.id, equity: account.equity, limits: account.limits,
                instances: [
                    InstanceSetup(
                        id: "a", capital: account.equity, allowsShort: false, port: instance.port,
                        feed: shown.feed, start: 0, instruments: [0])
                ])
        ]
        return try run.execute()
    }
}
