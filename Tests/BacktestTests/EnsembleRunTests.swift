import Foundation
import RialtoBacktest
import RialtoConfiguration
import RialtoEnsemble
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

/// Two days of minutes of a coin, and three models that look at it.
private struct ModelWorld {
    let scratch: ScratchFolder

    init() throws { scratch = try minutesOfACoin(2_880, seed: 5, plugin: "technical") }

    func file(_ ensemble: String, slowLatency: String = "0s") throws -> RunFile {
        let text = """
            data: \(scratch.path)
            equity_interval: 1h
            instruments: [{ name: A/USD, interval: 1m }]
            venue: { fee_bps: { taker: 1 }, fill: { slippage_bps: 1 } }
            models:
              - { id: slow, plugin: org.rialto.technical, parameters: { horizon: 5m },
                  latency: \(slowLatency) }
              - { id: fast, plugin: org.rialto.technical,
                  parameters: { horizon: 5m, fast: 3, slow: 9, reach: 0.3 } }
              - { id: other, plugin: org.rialto.technical,
                  parameters: { horizon: 5m, reach: 0.45, weight_trend: -0.4 } }
            ensemble: \(ensemble)
            accounts: [{ id: main, equity: 1000 }]

            """
        return try RunFile.read(
            try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml"))
    }

    func run(
        _ ensemble: String, slowLatency: String = "0s"
    ) throws -> BacktestOutcome {
        try Backtest(
            try file(ensemble, slowLatency: slowLatency),
            folders: PluginFolders(paths: [scratch.path + "/plugins"])
        ).execute()
    }
}

/// Each scored round of a run's ledger: the losses of the models and how much each counted, 0 of
/// those that were silent.
private func rounds(
    _ tables: RunTables, models: Int
) -> [(losses: [Double], evidence: [Double])] {
    let ledger = tables["ledger"]
    let rounds = ledger.integers("round"), model = ledger.integers("model")
    let loss = ledger.numbers("loss"), evidence = ledger.numbers("evidence")
    let silent = Array(repeating: 0.0, count: models)
    var result: [(losses: [Double], evidence: [Double])] = []
    for row in 0..<ledger.count {
        while result.count <= Int(rounds[row]) {
            result.append((silent, silent))
        }
        result[Int(rounds[row])].losses[Int(model[row])] = loss[row]
        result[Int(rounds[row])].evidence[Int(model[row])] = evidence[row]
    }
    return result
}

@Suite struct `The ensemble of a run` {
    static let rules: [(String, AggregationRule)] = [
        ("hedge, eta: 0.3", .hedge(eta: 0.3)), ("adahedge", .adaHedge), ("uniform", .uniform),
        ("fixed-share, eta: 0.5, alpha: 0.05", .fixedShare(eta: 0.5, alpha: 0.05)),
        ("ewa, eta: 0.7", .ewa(eta: 0.7)),
        ("ewa-share, eta: 0.7, alpha: 0.02", .ewaShare(eta: 0.7, alpha: 0.02)), ("boa", .boa),
        ("boa, eta: 0.1", .boaFixed(eta: 0.1)), ("ml-poly", .mlPoly(.paper)),
        ("ml-poly, form: opera", .mlPoly(.opera)), ("ml-prod, form: opera", .mlProd(.opera)),
        ("ml-ewa", .mlEwa), ("squint", .squint(.improper)),
        ("squint, prior: uniform", .squint(.uniform)),
        ("specialists, alpha: 0.03", .specialists(alpha: 0.03)),
        (
            "layers, paying: mix, top: { rule: hedge, eta: 1 }, "
                + "layers: [{ rule: specialists }, { rule: boa }]",
            .layers([.specialists(alpha: 0.01), .boa], top: .hedge(eta: 1), paying: .mix)
        ),
    ]

    @Test func `counts overlapping forecasts in full where its file says so`() throws {
        let world = try ModelWorld()
        func evidence(_ overlap: String) throws -> [Double] {
            let tables = try RunTables(try world.run("{ overlap: \(overlap), probation: 0 }"))
            return Array(tables["ledger"].numbers("evidence"))
        }
        #expect(try evidence("full").allSatisfy { $0 == 1 })
        let shared = try evidence("shared")
        #expect(shared.allSatisfy { $0 > 0 && $0 <= 1 } && shared.contains { $0 < 1 })
    }

    @Test func `gives the weights of the rule that its file names, fed with its own losses`() throws
    {
        let world = try ModelWorld()
        var seen: Set<[Double]> = []
        for (text, rule) in Self.rules {
            let tables = try RunTables(
                try world.run("{ rule: \(text), loss: brier, probation: 0 }"))
            var state = rule.start()
            for model in 0..<3 {
                state.addSlot()
                state.admit(model, share: 1 / Double(model + 1))
            }
            let rounds = rounds(tables, models: 3)
            #expect(rounds.count > 2_000)
            for round in rounds {
                state.learn(round.losses, mixture: nil, awake: round.evidence)
            }
            let ends = Array(tables["scores"].numbers("weight_end"))
            for (end, mass) in zip(ends, state.masses) {
                #expect(abs(end - mass) < 1e-9, "\(text)")
            }
            seen.insert(ends)
        }
        // Rules differ: nearly every one has led to weights of its own.
        #expect(seen.count >= Self.rules.count - 1)
    }

    @Test func `keeps a ledger that gives its weights again, bit for bit`() throws {
        let world = try ModelWorld()
        for ensemble in [
            "{ rule: specialists, probation: 20 }",
            "{ rule: boa, loss: net-utility, probation: 10, confidence: true, cap: 0.5 }",
            "{ rule: adahedge, loss: pinball, regimes: volatility, "
                + "drift: { detector: page-hinkley, threshold: 0.2 }, probation: 7 }",
            "{ rule: specialists, positions: { rule: squint }, regimes: volatility, "
                + "cap: 0.6, probation: 11 }",
        ] {
            let tables = try RunTables(try world.run(ensemble))
            let ledger = try #require(RunLedger(tables))
            let weights = ledger.weights(try world.file(ensemble).ensembleConfiguration)
            let ends = Array(tables["scores"].numbers("weight_end"))
            #expect(weights.all.map(\.bitPattern) == ends.map(\.bitPattern), "\(ensemble)")
            let positions = Array(tables["scores"].numbers("position_weight_end"))
            #expect(
                (weights.positions ?? []).map(\.bitPattern) == positions.map(\.bitPattern),
                "\(ensemble)")
            // With another rule they are others: the ledger alone does not hold them.
            let other = ledger.weights(
                try world.file("{ rule: hedge, eta: 3 }").ensembleConfiguration)
            #expect(other.all != weights.all)
        }
    }

    @Test func `keeps the latency of each forecast, which comes so much later`() throws {
        let world = try ModelWorld()
        let file = try world.file("{ probation: 0 }")
        let tables = try RunTables(try world.run("{ probation: 0 }", slowLatency: "20s"))
        let ledger = tables["ledger"], late = ledger.integers("latency_ns")
        let models = ledger.integers("model"), issued = ledger.integers("issued_ns")
        #expect(file.models.allSatisfy { $0.latency == 0 } && ledger.count > 4_000)
        for row in 0..<ledger.count {
            #expect(late[row] == (models[row] == 0 ? 20_000_000_000 : 0))
            #expect(issued[row] % MarketSketch.minute == late[row])
        }
    }

    @Test func `charges what the venue charges unless told otherwise`() throws {
        let world = try ModelWorld()
        #expect(try world.file("{ loss: net-utility }").ensembleConfiguration.cost_bps == 2)
        #expect(
            try world.file("{ loss: log, cost_bps: 7 }").ensembleConfiguration.cost_bps == 7)
        let costs = try RunTables(try world.run("{ probation: 0 }"))["ledger"].numbers("cost")
        let free = try RunTables(
            try world.run("{ probation: 0, cost_bps: 0 }"))["ledger"].numbers("cost")
        #expect(costs.contains { $0 > 0 } && costs.allSatisfy { $0 >= 0 && $0 <= 4e-4 })
        #expect(free.count == costs.count && free.allSatisfy { $0 == 0 })
    }
}
