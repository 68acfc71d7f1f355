import Foundation
import RialtoCLI
import Testing

/// A desk with the prices of IBM stored and a run file that trades them.
private func desk(parameters: String = "{ fast: 10, slow: 30, quantity: 10 }") throws -> Desk {
    let desk = Desk.repository
    let work = try Desk()
    let prices = try Data(contentsOf: desk.appending(path: "Host/Examples/data/IBM-1d.csv"))
    try work.file("ibm.csv", prices)
    let imported = work.run(
        "data import @ibm.csv --instrument IBM/USD --kind bars --interval 1d --bar-time open")
    #expect(imported.status == .done, "\(imported.error)")
    try work.file(
        "run.yaml",
        """
        name: one strategy
        data: data
        plugins: { path: [\(desk.path)/.build/plugins] }
        instruments:
          - { name: IBM/USD, kind: bars, interval: 1d }
        venue: { fee_bps: { maker: 1, taker: 2 } }
        accounts:
          - id: main
            equity: 10000
            strategies:
              - { id: c, plugin: org.rialto.sma-cross, capital: 10000, parameters: \(parameters) }
        """)
    return work
}

extension Desk {
    /// Root of the repository.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().standardizedFileURL
}

@Suite struct `rialto backtest` {
    @Test func `runs, keeps the record, and explains a fill from it`() throws {
        let desk = try desk()
        let run = desk.run("backtest @run.yaml --report @run.html --json")
        #expect(run.status == .done, "\(run.error)")
        let facts = try #require(run.objects.last)
        #expect(facts["books_add_up"] as? Bool == true)
        #expect(facts["determinism"] as? String == "exact")
        #expect((facts["digest"] as? String)?.count == 32)
        #expect(try desk.text("run.html").contains("one strategy"))
        let store = desk.path("data/rialto.db")
        let nowhere = desk.run("runs list --store \(store)x.db")
        #expect(nowhere.error.contains("x.db does not exist") && nowhere.error.contains("--store"))
        let listed = desk.run("runs list --store \(store) --json")
        #expect(listed.objects.count == 1)
        let id = try #require(listed.objects.first?["run"] as? String)
        let why = desk.run("why \(id) 0 --store \(store)")
        #expect(why.out.contains("bought 10 IBM/USD"))
        #expect(why.out.contains("org.rialto.sma-cross 1.0.0 (c), sha256"))
        #expect(desk.run("runs show \(id) --store \(store)").out.contains("org.rialto.sma-cross"))
        let orders = desk.run("runs show \(id) --orders --json --store \(store)").objects
        let filled = orders.filter { $0["state"] as? String == "filled" }
        #expect(!filled.isEmpty && filled.allSatisfy { $0["ord_status"] as? String == "2" })
        #expect(orders.first?["instrument"] as? String == "IBM/USD")
        #expect(orders.first?["filled"] as? String == orders.first?["quantity"] as? String)
        #expect(why.out.contains("OrdStatus 2"))
        #expect(try desk.text("run.html").contains("FIX OrdStatus"))
        #expect(desk.run("runs delete \(id) --store \(store)").status == .done)
        #expect(desk.run("runs list --store \(store) --json").objects.isEmpty)
    }

    @Test func `runs each plugin in a sandbox, and in process what an operator granted`() throws {
        let desk = try desk(), grants = desk.path("grants.db")
        func run(_ more: String) throws -> (tier: String, digest: String) {
            let run = desk.run("backtest @run.yaml --no-record --json --grants \(grants) \(more)")
            #expect(run.status == .done, "\(run.error)")
            return (
                try #require(run.objects.first?["tier"] as? String),
                try #require(run.objects.last?["digest"] as? String)
            )
        }
        let first = try run("")
        #expect(first.tier == "sandboxed")
        let plugins = Desk.repository.path + "/.build/plugins"
        let described = desk.run("plugin info org.rialto.sma-cross --json --plugins \(plugins)")
        let digest = try #require(described.objects.first?["sha256"] as? String)
        let more = "--plugins \(plugins) --grants \(grants)"
        let granted = desk.run("plugin allow-in-process \(digest) --reason tests \(more) --json")
        #expect(granted.status == .done, "\(granted.error)")
        #expect(granted.objects.first?["plugins"] as? String == "org.rialto.sma-cross")
        #expect((granted.objects.first?["who"] as? String)?.isEmpty == false)
        #expect(try run("") == ("in process", first.digest))
        #expect(try run("--sandbox") == first)
        let back = desk.run("plugin forbid-in-process \(digest) --reason enough \(more)")
        #expect(back.status == .done, "\(back.error)")
        #expect(try run("") == first)
        let told = desk.run("plugin grants --all --json --grants \(grants)").objects
        #expect(told.map { $0["in_process"] as? Bool } == [true, false])
        #expect(told.map { $0["reason"] as? String } == ["tests", "enough"])
        #expect(desk.run("plugin grants --json --grants \(grants)").objects.isEmpty)
    }

    @Test(
        arguments: [
            ("allow-in-process org.rialto.sma-cross --reason x", "a grant is for one digest"),
            ("allow-in-process 12ab --reason x", "is no SHA-256"),
            ("allow-in-process DIGEST", "a grant needs a reason"),
            ("forbid-in-process DIGEST --reason x", "is not granted"),
        ])
    func `refuses a grant that says too little`(words: String, message: String) throws {
        let desk = try Desk(), digest = String(repeating: "ab", count: 32)
        let words = words.replacing("DIGEST", with: digest)
        let answer = desk.run(
            "plugin \(words) --grants \(desk.path("grants.db")) "
                + "--plugins \(Desk.repository.path)/.build/plugins")
        #expect(answer.status == .failed && answer.error.contains(message), "\(answer.error)")
        #expect(desk.run("plugin grants --json --grants \(desk.path("grants.db"))").objects.isEmpty)
    }

    @Test func `takes no grant from a file that others may write to`() throws {
        let desk = try desk(), grants = desk.path("grants.db")
        let digest = String(repeating: "ab", count: 32)
        #expect(
            desk.run("plugin allow-in-process \(digest) --reason x --grants \(grants)").status
                == .done)
        #expect(chmod(grants, 0o666) == 0)
        let run = desk.run("backtest @run.yaml --no-record --grants \(grants)")
        #expect(run.status == .failed && run.error.contains("others may write"), "\(run.error)")
    }

    @Test func `gives the same digest again, and another one for another parameter`() throws {
        let desk = try desk()
        func digest(_ more: String) -> String? {
            let run = desk.run("backtest @run.yaml --no-record --json \(more)")
            return run.objects.last?["digest"] as? String
        }
        let first = try #require(digest(""))
        #expect(digest("") == first)
        #expect(digest("--set batch_limit=1") == first)
        #expect(digest("--cores 1") == first && digest("--cores 64") == first)
        let none = desk.run("backtest @run.yaml --no-record --cores 0")
        #expect(none.status == .calledWrongly && none.error.contains("1...4096"), "\(none.error)")
        #expect(digest("--set accounts[0].strategies[0].parameters.fast=9") != first)
    }

    @Test func `says what executing cost, in parts that are the whole, here and in the record`()
        throws
    {
        let desk = try desk()
        let run = desk.run("backtest @run.yaml --report @run.html --json")
        let costs = try #require(run.objects.first { $0["cost_of"] as? String == "c" })
        #expect(costs["way"] as? String == "targets" && (costs["orders"] as? Int ?? 0) > 10)
        let parts = try ["slippage", "spread", "fee", "opportunity", "shortfall"].map {
            try #require(Decimal(string: costs[$0] as? String ?? "-"))
        }
        #expect(parts[0] + parts[1] + parts[2] + parts[3] == parts[4] && parts[2] > 0)
        #expect(try desk.text("run.html").contains("Cost of execution"))
        let shown = desk.run("runs show \(run.objects.last?["run"] ?? "") --store @data/rialto.db")
        #expect(shown.out.contains("costs of"), "\(shown.error)")
    }

    @Test func `works targets in parts where the account asks for it`() throws {
        let desk = try desk()
        func run(_ more: String) -> Desk.Result {
            desk.run("backtest @run.yaml --no-record --json \(more)")
        }
        let set = "--set accounts[0].execution.algorithm=twap "
        let worked = run(set + "--set accounts[0].execution.duration=5d")
        let costs = worked.objects.first { $0["cost_of"] as? String == "c" }
        #expect(costs?["way"] as? String == "twap", "\(worked.error)")
        #expect(worked.objects.contains { $0["parent_of"] as? String == "c" })
        let small = run(set + "--set accounts[0].execution.duration=5d --set batch_limit=1")
        #expect(
            small.objects.last?["digest"] as? String != run("").objects.last?["digest"] as? String)
        #expect(
            small.objects.last?["digest"] as? String == worked.objects.last?["digest"] as? String)
        let wrong = run(set)
        #expect(wrong.status == .failed && wrong.error.contains("duration"), "\(wrong.error)")
    }

    @Test func `refuses a parameter out of range, on its line, with what is allowed`() throws {
        let desk = try desk(parameters: "{ fast: 0, slow: 30, quantity: 10 }")
        let run = desk.run("backtest @run.yaml")
        #expect(run.status == .failed)
        #expect(run.error.contains("run.yaml:11:"))
        #expect(run.error.contains("parameter fast was 0, allowed is 1...4095 bars"))
        #expect(desk.run("check @run.yaml").status == .failed)
    }

    @Test func `says what is stored when data are missing`() throws {
        let desk = try desk()
        let run = desk.run("backtest @run.yaml --set instruments[0].interval=1h")
        #expect(run.status == .failed)
        #expect(run.error.contains("IBM/USD bars 1d"))
    }

    @Test func `says how many fills there are when asked for one that is not`() throws {
        let desk = try desk()
        desk.run("backtest @run.yaml")
        let store = desk.path("data/rialto.db")
        let listed = desk.run("runs list --store \(store) --json")
        let id = try #require(listed.objects.first?["run"] as? String)
        let why = desk.run("why \(id) 100000 --store \(store)")
        #expect(why.status == .failed)
        #expect(why.error.contains("has no fill 100000"))
    }
}
