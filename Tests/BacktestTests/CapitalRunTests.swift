import RialtoBacktest
import RialtoConfiguration
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

/// Four days of minutes of a coin, and two strategies of one account that trade it.
private struct CapitalWorld {
    let scratch: ScratchFolder

    init() throws { scratch = try minutesOfACoin(5_760, seed: 12, plugin: "sma-cross-swift") }

    func file(_ allocation: String) throws -> RunFile {
        let text = """
            data: \(scratch.path)
            equity_interval: 1h
            instruments: [{ name: A/USD, interval: 1m }]
            venue: { fee_bps: { taker: 1 }, fill: { slippage_bps: 1 } }
            accounts:
              - id: main
                equity: 100000
                \(allocation)
                strategies:
                  - { id: fast, plugin: org.rialto.sma-cross-swift, capital: 40000,
                      parameters: { fast: 3, slow: 9, quantity: 20 } }
                  - { id: slow, plugin: org.rialto.sma-cross-swift, capital: 40000,
                      parameters: { fast: 60, slow: 240, quantity: 20 } }

            """
        return try RunFile.read(
            try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml"))
    }

    func tables(_ file: RunFile) throws -> RunTables {
        try RunTables(
            try Backtest(file, folders: PluginFolders(paths: [scratch.path + "/plugins"]))
                .execute())
    }
}

@Suite struct `The capital of a run` {
    @Test func `moves, adds up, and says why in a sentence`() throws {
        let world = try CapitalWorld()
        let file = try world.file("allocation: { every: 2h, probation: 3, cost_bps: 0.1 }")
        let tables = try world.tables(file)
        let summary = RunSummary(tables)
        #expect(summary.addsUp)
        #expect(summary.instances.map(\.moved).reduce(0, +) == 0)
        #expect(summary.instances.contains { $0.moved != 0 })
        let story = try #require(CapitalStory(tables))
        #expect(story.count == 48)
        let lines = story.lines
        for strategy in ["fast", "slow"] {
            let sum = lines.filter { $0.strategy == strategy }.reduce(Int128(0)) { $0 + $1.amount }
            #expect(sum == summary.instances.first { $0.id == strategy }?.moved)
        }
        let first = try #require(lines.first)
        #expect(first.why.hasPrefix("fast gave capital: since the move before it earned -"))
        #expect(first.amount < 0 && first.after < first.before)
        #expect(
            story.isRebuilt(
                { file.capitalConfiguration(account: $0) },
                capital: { file.accounts[$0].strategies.map(\.capital) }))
        // Another rule would have wanted other parts: the results alone do not hold them.
        let other = try world.file("allocation: { every: 2h, rule: newton-step }")
        #expect(
            !story.isRebuilt(
                { other.capitalConfiguration(account: $0) },
                capital: { other.accounts[$0].strategies.map(\.capital) }))
    }

    @Test func `leaves the return of who has nothing any more where it stood`() throws {
        let world = try CapitalWorld()
        let file = try world.file(
            "allocation: { every: 2h, probation: 0, cost_bps: 0, rule: newton-step, eta: 1000 }")
        let summary = RunSummary(try world.tables(file))
        let emptied = try #require(summary.instances.first { $0.end == 0 }).performance
        let earned = try #require(emptied.totalReturn), fall = try #require(emptied.drawdown)
        #expect(earned > -0.5 && fall.depth > -0.5)
    }

    @Test func `does not count as a gain or a loss of the strategies`() throws {
        let world = try CapitalWorld()
        // Targets stay what they were, so that both runs trade alike.
        let moved = try world.tables(
            try world.file(
                "allocation: { every: 2h, probation: 3, cost_bps: 0, floor: 0.4, "
                    + "scale_targets: false }"))
        let still = try world.tables(try world.file(""))
        #expect(CapitalStory(still) == nil)
        let (a, b) = (RunSummary(moved), RunSummary(still))
        for (one, other) in zip(a.instances, b.instances) {
            #expect(one.end - one.start - one.moved == other.end - other.start)
            #expect(one.trading.fills == other.trading.fills)
            let growth = try #require(one.performance.totalReturn)
            let before = try #require(other.performance.totalReturn)
            // The same money was earned on other capital, of 0.4...0.6 of all.
            #expect(abs(growth - before) < abs(before) * 0.35, "\(growth) and \(before)")
        }
        #expect(a.accounts[0].end == b.accounts[0].end)
    }
}
