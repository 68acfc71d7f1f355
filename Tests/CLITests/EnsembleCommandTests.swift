import CSQLite
import Foundation
import RialtoCLI
import Testing

/// A desk with the prices of IBM, a run file of three models that a rule weighs, and its records.
private func desk() throws -> Desk {
    let work = try Desk()
    let prices = try Data(
        contentsOf: Desk.repository.appending(path: "Host/Examples/data/IBM-1d.csv"))
    try work.file("ibm.csv", prices)
    let imported = work.run(
        "data import @ibm.csv --instrument IBM/USD --kind bars --interval 1d --bar-time open")
    #expect(imported.status == .done, "\(imported.error)")
    try work.file(
        "run.yaml",
        """
        name: three models
        data: data
        plugins: { path: [\(Desk.repository.path)/.build/plugins] }
        instruments: [{ name: IBM/USD, kind: bars, interval: 1d }]
        venue: { fee_bps: { taker: 2 }, fill: { slippage_bps: 1 } }
        models:
          - { id: slow, plugin: org.rialto.technical, parameters: { horizon: 1d } }
          - { id: bold, plugin: org.rialto.technical,
              parameters: { horizon: 1d, fast: 3, slow: 9, reach: 0.4 } }
          - { id: learner, plugin: org.rialto.online-logistic, parameters: { horizon: 1d } }
        ensemble: { rule: specialists, probation: 30 }
        accounts: [{ id: main, equity: 1000 }]
        """)
    return work
}

@Suite struct `rialto ensemble` {
    @Test func `rebuilds a run's weights from the store bit for bit, and says why they changed`()
        throws
    {
        let desk = try desk(), store = desk.path("data/rialto.db")
        let run = desk.run("backtest @run.yaml --set ensemble.alpha=0.05 --report @run.html --json")
        #expect(run.status == .done, "\(run.error)")
        let id = try #require(run.objects.last?["run"] as? String)
        let weights = desk.run("ensemble weights \(id) --store \(store) --parts 20 --json")
        #expect(weights.status == .done, "\(weights.error)")
        #expect(weights.objects.last?["rebuilt"] as? Bool == true)
        #expect((weights.objects.last?["scored"] as? Int ?? 0) > 1_000)
        let told = weights.objects.dropLast()
        #expect(told.count > 10)
        #expect(told.allSatisfy { ($0["why"] as? String)?.contains("0.") == true })
        #expect(told.contains { ($0["why"] as? String)?.contains("IBM/USD erred in ") == true })
        #expect(try desk.text("run.html").contains("Weights, and why they changed"))

        let why = desk.run("ensemble why \(id) bold --store \(store) --parts 20 --json")
        #expect(!why.objects.isEmpty)
        #expect(why.objects.allSatisfy { $0["model"] as? String == "bold" })
        let unknown = desk.run("ensemble why \(id) bald --store \(store)")
        #expect(unknown.status == .failed && unknown.error.contains("did you mean \"bold\"?"))

        // One changed bit of the ledger, or another rule, and they are not the same any more.
        var handle: OpaquePointer?
        #expect(sqlite3_open(store, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        let forged = """
            UPDATE columns SET data = zeroblob(length(data)) WHERE name = 'loss'
                AND series = (SELECT position FROM series WHERE name = 'ledger')
            """
        #expect(sqlite3_exec(handle, forged, nil, nil, nil) == SQLITE_CONSTRAINT)
        #expect(
            sqlite3_exec(handle, "DROP TRIGGER columns_are_not_changed; " + forged, nil, nil, nil)
                == SQLITE_OK)
        let after = desk.run("ensemble weights \(id) --store \(store) --json")
        #expect(after.objects.last?["rebuilt"] as? Bool == false)
    }

    @Test func `reports what weighing was worth, in numbers and in words`() throws {
        let desk = try desk()
        let report = desk.run("ensemble report @run.yaml --report @page.html --json")
        #expect(report.status == .done, "\(report.error)")
        let who = report.objects.compactMap { $0["who"] as? String }
        #expect(who == ["ensemble", "uniform", "majority vote", "slow", "bold", "learner"])
        let widths = report.objects.compactMap { $0["width"] as? Double }
        #expect(widths.count == 6 && widths.allSatisfy { $0 >= 0 })
        let words = try #require(report.objects.last?["words"] as? [String])
        #expect(words.contains { $0.contains("edge") } && words.contains { $0.contains("width") })
        let again = desk.run("ensemble report @run.yaml --json")
        #expect(again.out == report.out)
        #expect(try desk.text("page.html").contains("Differences"))
        let people = desk.run("ensemble report @run.yaml")
        #expect(words.allSatisfy { people.out.contains($0) })
    }

    @Test func `tells of the model that is made of the others as of any`() throws {
        let desk = try desk(), store = desk.path("data/rialto.db")
        let text = try desk.text("run.yaml").replacing(
            "probation: 30", with: "probation: 30, stacking: { lambda: 0.1, purge: 1d }")
        try desk.file("stacked.yaml", text)
        let run = desk.run("backtest @stacked.yaml --json")
        #expect(run.status == .done, "\(run.error)")
        let id = try #require(run.objects.last?["run"] as? String)
        let weights = desk.run("ensemble weights \(id) --store \(store) --parts 20 --json")
        #expect(weights.objects.last?["rebuilt"] as? Bool == true, "\(weights.error)")
        #expect(weights.objects.contains { $0["model"] as? String == "stacking" })
        let why = desk.run("ensemble why \(id) stacking --store \(store) --parts 20 --json")
        #expect(!why.objects.isEmpty, "\(why.error)")
        let report = desk.run("ensemble report @stacked.yaml --json")
        let who = report.objects.compactMap { $0["who"] as? String }
        #expect(who.suffix(4) == ["slow", "bold", "learner", "stacking"])
        let own = report.objects.first { $0["who"] as? String == "stacking" }
        #expect((own?["rounds"] as? Int ?? 0) > 1_000)
        try desk.file("named.yaml", text.replacing("id: bold", with: "id: stacking"))
        let refused = desk.run("check @named.yaml")
        #expect(refused.status == .failed)
        #expect(refused.error.contains("models[1].id was \"stacking\""), "\(refused.error)")
    }

    @Test func `refuses a run without models, and one without a ledger`() throws {
        let desk = try desk()
        let none = desk.run("ensemble report @run.yaml --set models=[]")
        #expect(none.status == .failed && none.error.contains("the run has no models to weigh"))
        let run = desk.run("backtest @run.yaml --set models=[] --json")
        let id = try #require(run.objects.last?["run"] as? String)
        let weights = desk.run("ensemble weights \(id) --store \(desk.path("data/rialto.db"))")
        #expect(weights.status == .failed && weights.error.contains("has no ledger of forecasts"))
    }

    @Test func `plays markets in which the good model changes`() throws {
        let desk = try Desk()
        let trial = desk.run("ensemble trial --seeds 20 --seed 7 --all --json")
        #expect(trial.status == .done)
        #expect(trial.objects.count == 21 && trial.objects.last?["seeds"] as? Int == 20)
        #expect((trial.objects.last?["beats_both"] as? Int ?? 0) >= 19)
        #expect(desk.run("ensemble trial --seeds 20 --seed 7 --all --json").out == trial.out)
    }
}
