import Foundation
import RialtoCLI
import Testing

private let key = "sk-run-0123456789-abcdef"

/// A folder with six hours of minutes of BTC/USDT, a key in a file, and a run file.
private func arena(
    _ provider: Provider, models: [String] = ["alpha"], more: String = "", hosts: String? = nil,
    prices: String = "price_input: 1, price_output: 2", minutes: Int = 360
) throws -> Desk {
    let desk = try Desk()
    var rows = ["time,open,high,low,close,volume"], last = 4000.0
    for minute in 0..<minutes {
        let close = 4000 + 100 * sin(Double(minute) / 37) + Double(minute % 7 - 3) * 0.8
        let time = (1_546_300_800 + 60 * minute) * 1000
        let bar = [last, max(last, close) + 1.5, min(last, close) - 1.5, close]
        rows.append(
            "\(time)," + bar.map { String(format: "%.2f", $0) }.joined(separator: ",")
                + ",\(1 + minute % 5)")
        last = close
    }
    try desk.file("btc.csv", rows.joined(separator: "\n") + "\n")
    let stored = desk.run(
        "data import @btc.csv --instrument BTC/USDT --kind bars --interval 1m --bar-time open "
            + "--quantity-decimals 6")
    try #require(stored.status == .done, "\(stored.error)")
    try desk.file("key", key + "\n")
    try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: desk.path("key"))
    let accounts = models.map { model in
        """
          - id: \(model)
            equity: 10000
            currency: USDT
            strategies:
              - id: trader
                plugin: org.rialto.llm
                capital: 10000
                allow_short: true
                parameters: { model: \(model), address: "http://\(provider.place)", \
        \(prices)\(more) }
        """
    }
    try desk.file(
        "run.yaml",
        """
        name: arena
        seed: 3
        data: data
        equity_interval: 10m
        plugins: { path: [\(Desk.repository.path)/.build/plugins] }
        instruments:
          - { name: BTC/USDT, kind: bars, interval: 1m }
        venue: { fee_bps: { maker: 1, taker: 5 } }
        requests:
          recording: answers.rec
          hosts: [\(hosts ?? "\"\(provider.place)\"")]
          local: true
          secrets: \(hosts == nil ? "[{ name: llm-key, file: key, hosts: [127.0.0.1] }]" : "[]")
        accounts:
        \(accounts.joined(separator: "\n"))
        """)
    return desk
}

extension Desk {
    /// Runs the arena; `words` are further options.
    fileprivate func trade(_ words: String = "", mode: String = "replay") -> Result {
        run("backtest @run.yaml --json --set requests.mode=\(mode) \(words)")
    }

    /// Id of the latest record.
    fileprivate func latest() throws -> String {
        let listed = run("runs list --json --store \(path("data/rialto.db"))").objects
        return try #require(listed.first?["run"] as? String)
    }

    /// Everything that the latest run did: orders, opinions and standings.
    fileprivate func deeds() throws -> String {
        let id = try latest(), store = "--store \(path("data/rialto.db"))"
        return [
            "runs show \(id) --orders --json", "llm opinions \(id)",
            "llm competition \(id) --json",
        ].map { run("\($0) \(store)").out }.joined()
    }

    /// Lets the plugin run in process.
    fileprivate func grant() throws -> String {
        let plugins = Desk.repository.path + "/.build/plugins"
        let told = run("plugin info org.rialto.llm --json --plugins \(plugins)").objects
        let digest = try #require(told.first?["sha256"] as? String)
        let grants = "--grants \(path("grants.db"))"
        let granted = run(
            "plugin allow-in-process \(digest) --reason tests --plugins \(plugins) \(grants)")
        try #require(granted.status == .done, "\(granted.error)")
        return grants
    }
}

private func digest(_ result: Desk.Result) throws -> String {
    try #require(result.status == .done, "\(result.error)")
    return try #require(result.objects.last?["digest"] as? String)
}

@Suite struct `A run that asks a language model` {
    @Test func `is recorded once, and replays byte for byte in both tiers without the server`()
        throws
    {
        let provider = try Provider(), desk = try arena(provider)
        let recorded = try digest(desk.trade(mode: "record"))
        let deeds = try desk.deeds(), calls = try provider.calls()
        #expect(calls > 50 && deeds.contains("\"filled\""))
        let recording = try Data(contentsOf: URL(filePath: desk.path("answers.rec")))
        provider.end()
        #expect(try digest(desk.trade("--sandbox")) == recorded)
        #expect(try desk.deeds() == deeds)
        let grants = try desk.grant()
        let inProcess = desk.trade(grants)
        #expect(inProcess.objects.first?["tier"] as? String == "in process")
        #expect(try digest(inProcess) == recorded)
        #expect(try desk.deeds() == deeds)
        #expect(try Data(contentsOf: URL(filePath: desk.path("answers.rec"))) == recording)
        // What was recorded is not asked for again, also where a run records.
        #expect(try digest(desk.trade(mode: "record")) == recorded)
    }

    @Test func `asks no more once its money is spent`() throws {
        let provider = try Provider()
        let free = try arena(provider)
        _ = try digest(free.trade(mode: "record"))
        let all = try provider.calls()
        // A call may cost 0.013 at most and costs 0.003, so some thirty of them fit.
        let poor = try arena(provider, more: ", run_money: 0.1")
        _ = try digest(poor.trade(mode: "record"))
        let few = try provider.calls() - all
        #expect(few > 1 && few < all / 2)
        let standing = try #require(
            poor.run(
                "llm competition \(try poor.latest()) --json --store \(poor.path("data/rialto.db"))"
            ).objects.first)
        #expect(standing["calls"] as? Int == few)
        let cost = try #require(Double("\(standing["cost"] ?? "")"))
        #expect(cost > 0 && cost <= 0.1)
        #expect((standing["failures"] as? Int ?? 0) > 50)
        let none = try arena(provider, more: ", run_tokens: 0")
        _ = none.trade(mode: "record")
        #expect(try provider.calls() == all + few)
    }

    @Test func `ends on a request that was not recorded, or goes on without an answer`() throws {
        let provider = try Provider(), desk = try arena(provider)
        _ = try digest(desk.trade(mode: "record"))
        let calls = try provider.calls()
        let other = "--set accounts[0].strategies[0].parameters.leverage_max=3"
        let ended = desk.trade(other)
        #expect(ended.status == .failed)
        #expect(ended.error.contains("no answer was recorded for request"), "\(ended.error)")
        #expect(ended.error.contains("trader") && ended.error.contains("requests.mode: record"))
        let silent = desk.trade("\(other) --set requests.unknown=unanswered")
        _ = try digest(silent)
        #expect(try !desk.deeds().contains("\"filled\""))
        #expect(try provider.calls() == calls)
    }

    @Test func `asks nobody whom the operator did not name`() throws {
        let provider = try Provider(), desk = try arena(provider, hosts: "api.example.com")
        let run = desk.trade(mode: "record")
        _ = try digest(run)
        #expect(run.error.contains(" were refused: "), "\(run.error)")
        #expect(try provider.calls() == 0)
        let standing = try #require(
            desk.run(
                "llm competition \(try desk.latest()) --json --store \(desk.path("data/rialto.db"))"
            ).objects.first)
        #expect(standing["calls"] as? Int == 0)
        #expect((standing["refused_calls"] as? Int ?? 0) > 50)
        #expect((standing["cost"] as? String ?? "\(standing["cost"] ?? "")") == "0")
    }

    @Test func `leaves the key nowhere`() throws {
        let provider = try Provider(), desk = try arena(provider)
        let run = desk.trade(mode: "record")
        _ = try digest(run)
        let told = try desk.deeds() + run.out + run.error
        #expect(!told.contains(key))
        let files = FileManager.default.enumerator(atPath: desk.folder.path)
        var looked = 0
        for case let name as String in try #require(files) where name != "key" {
            guard let bytes = FileManager.default.contents(atPath: desk.path(name)) else {
                continue
            }
            looked += 1
            #expect(bytes.range(of: Data(key.utf8)) == nil, "\(name)")
        }
        #expect(looked > 3)
        // The provider repeats the key in an error: its placeholder is all that is kept.
        let recording = try Data(contentsOf: URL(filePath: desk.path("answers.rec")))
        #expect(recording.range(of: Data("{{llm-key}}".utf8)) != nil)
    }

    @Test(
        arguments: [
            ("requests.mode=live", "is for live trading"),
            ("requests.recording=none.rec", "record it first"),
            ("requests.secrets[0].hosts[0]=other.example", "may not be asked"),
        ])
    func `is refused with what to do next`(override: String, message: String) throws {
        let provider = try Provider(), desk = try arena(provider)
        let run = desk.run("backtest @run.yaml --set \(override)")
        #expect(run.status != .done && run.error.contains(message), "\(run.error)")
    }

    @Test func `is refused where others can read the key, or the run allows no requests`() throws {
        let provider = try Provider(), desk = try arena(provider)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: desk.path("key"))
        #expect(desk.trade(mode: "record").error.contains("chmod 600"))
        let text = try desk.text("run.yaml")
        let cut = try #require(text.range(of: "requests:"))
        let rest = try #require(text.range(of: "accounts:"))
        try desk.file(
            "run.yaml", String(text[..<cut.lowerBound]) + String(text[rest.lowerBound...]))
        let run = desk.run("backtest @run.yaml")
        #expect(run.error.contains("asks over the network, and the run has no requests"))
        #expect(try provider.calls() == 0)
    }
}

@Suite struct `A competition of language models` {
    @Test func `gives each its own account, calls and costs, and ranks them`() throws {
        let provider = try Provider(), desk = try arena(provider, models: ["alpha", "beta"])
        let recorded = try digest(desk.trade(mode: "record"))
        let store = "--store \(desk.path("data/rialto.db"))"
        let table = desk.run("llm competition \(try desk.latest()) --json \(store)").objects
        #expect(table.map { $0["rank"] as? Int } == [1, 2])
        #expect(Set(table.compactMap { $0["account"] as? String }) == ["alpha", "beta"])
        let calls = table.compactMap { $0["calls"] as? Int }
        #expect(calls.reduce(0, +) == (try provider.calls()))
        #expect(table.allSatisfy { ($0["refused"] as? Int ?? 0) > 0 })
        let returns = table.compactMap { $0["return"] as? Double }
        #expect(returns.count == 2 && returns[0] >= returns[1])
        provider.end()
        #expect(try digest(desk.trade("--cores 1")) == recorded)
        #expect(try digest(desk.trade("--cores 2")) == recorded)
    }

    @Test func `shows what roles said before and after a debate, for the ensemble to score`() throws
    {
        let provider = try Provider()
        let desk = try arena(
            provider, more: ", roles: debate, interval: 15m, knowledge_until: 2018-12-31")
        _ = try digest(desk.trade(mode: "record"))
        let store = "--store \(desk.path("data/rialto.db"))"
        let id = try desk.latest()
        let said = desk.run("llm opinions \(id) --to \(desk.path("said.jsonl")) \(store)")
        #expect(said.status == .done, "\(said.error)")
        let lines = try desk.text("said.jsonl").split(separator: "\n")
        #expect(lines.count(where: { $0.contains("\"role\":\"analyst\"") }) > 20)
        let models = ["first", "last"].map { when in
            """
              - id: analyst-\(when)
                plugin: org.rialto.llm-opinions
                files: { said: said.jsonl }
                parameters: { opinions: said, who: analyst, when: \(when) }
            """
        }
        let text = try desk.text("run.yaml")
        try desk.file(
            "run.yaml",
            text.replacing(
                "accounts:", with: "models:\n\(models.joined(separator: "\n"))\naccounts:"))
        let weighed = desk.trade()
        _ = try digest(weighed)
        let shown = desk.run("runs show \(try desk.latest()) --json \(store)").objects
        let scored = shown.filter { ($0["model"] as? String)?.hasPrefix("analyst") == true }
        #expect(scored.count == 2, "\(shown)")
        #expect(scored.allSatisfy { ($0["rounds"] as? Int ?? 0) > 5 }, "\(scored)")
    }
}

extension Desk {
    private var store: String { "--store \(path("data/rialto.db"))" }

    /// What `rialto llm` says about runs, for people and for programs.
    fileprivate func llm(_ words: String) -> Result { run("llm \(words) \(store)") }

    /// Runs it once more, with changes, and returns the id of its record.
    fileprivate func record(_ words: String = "") throws -> String {
        _ = try digest(trade(words, mode: "record"))
        return try latest()
    }
}

/// An override of a parameter of the only trader.
private func parameter(_ name: String, _ value: String) -> String {
    "--set accounts[0].strategies[0].parameters.\(name)=\(value)"
}

@Suite struct `The end of a language model's training` {
    @Test func `stands in every note, and parts what proves something from what does not`() throws {
        let provider = try Provider()
        let desk = try arena(
            provider, more: ", interval: 9m, knowledge_until: \"2019-01-01T02:30:00Z\"")
        let told = desk.run("backtest @run.yaml --set requests.mode=record")
        #expect(
            told.out.contains(
                "alpha/trader: contaminated: the model may have read the first 3 of 6 hours; "
                    + "results of those hours prove nothing"), "\(told.out)\(told.error)")
        let id = try desk.latest(), row = desk.llm("competition \(id) --json").objects.first
        #expect(row?["rank"] as? Int == 1)
        #expect((row?["honesty"] as? String)?.hasPrefix("contaminated") == true)
        #expect(row?["knowledge_until"] as? String == "2019-01-01T02:30:00Z")
        let share = try #require(row?["contaminated"] as? Double)
        #expect(abs(share - 2.5 / 6) < 0.01)
        let whole = try #require(row?["return"] as? Double)
        let after = try #require(row?["clean_return"] as? Double)
        #expect(whole != after)
        #expect(desk.llm("competition \(id)").out.contains("return % after"))
        let said = desk.llm("opinions \(id)")
        #expect(said.error.contains("the first 3 of 6 hours"))
        let lines = said.out.split(separator: "\n")
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { $0.contains("\"knowledge_until_ns\":1546309800000000000") })
    }

    @Test(
        arguments: [
            ("", "unknown cut-off: whole run may have been read"),
            (", knowledge_until: 2018-12-31", "clean: the model's training ended 2019-01-01T00:00"),
            (", knowledge_until: 2019-01-01", "the model may have read the whole run"),
        ])
    func `is told for what it is worth`(more: String, words: String) throws {
        let provider = try Provider()
        let desk = try arena(provider, more: more + ", interval: 30m")
        let told = desk.trade(mode: "record")
        _ = try digest(told)
        let row = try #require(told.objects.first { $0["honesty"] != nil })
        #expect((row["honesty"] as? String)?.contains(words) == true, "\(row)")
        #expect(row["clean_return"] is Double == words.hasPrefix("clean"))
    }

    @Test func `that is no date is refused with what to write`() throws {
        let provider = try Provider()
        let desk = try arena(provider, more: ", knowledge_until: 2019-02-30")
        let refused = desk.trade(mode: "record")
        #expect(refused.status != .done && refused.error.contains("such as 2024-07-31"))
        #expect(try provider.calls() == 0)
    }

    @Test func `has the ensemble refuse what was said of a past that may have been read`() throws {
        let provider = try Provider(), desk = try arena(provider, more: ", interval: 30m")
        let text = try desk.text("run.yaml")
        func weighed(_ until: String, _ more: String = "") throws -> Desk.Result {
            try desk.file("run.yaml", text)
            let id = try desk.record(until.isEmpty ? "" : parameter("knowledge_until", until))
            let said = desk.llm("opinions \(id) --to \(desk.path("said.jsonl"))")
            try #require(said.status == .done, "\(said.error)")
            let model = """
                models:
                  - id: said
                    plugin: org.rialto.llm-opinions
                    files: { said: said.jsonl }
                    parameters: { opinions: said\(more) }
                accounts:
                """
            try desk.file("run.yaml", text.replacing("accounts:", with: model))
            return desk.trade()
        }
        let read = try weighed("2019-01-01T02:00:00Z")
        #expect(read.error.contains("until 2019-01-01T02:00:00Z, and the run begins at 2019-01-01"))
        #expect(read.error.contains("begin the run later with from, or say in_sample: true"))
        let unknown = try weighed("")
        #expect(unknown.error.contains("nobody knows what the language model had read"))
        #expect(unknown.error.contains("knowledge_until"))
        _ = try digest(weighed("2018-12-31"))
        let open = try weighed("", ", in_sample: true")
        _ = try digest(open)
        #expect(open.out.contains("in sample: "), "\(open.out)")
    }
}

@Suite struct `A masked run of a language model` {
    @Test func `trades the same market, and its recording names neither coin nor date`() throws {
        let provider = try Provider()
        let desk = try arena(provider, more: ", mask: both")
        let recorded = try digest(desk.trade(mode: "record"))
        let deeds = try desk.deeds()
        #expect(deeds.contains("\"filled\"") && deeds.contains("\"BTC/USDT\""))
        let bytes = try Data(contentsOf: URL(filePath: desk.path("answers.rec")))
        for word in ["BTC", "USDT", "2019-"] {
            #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word)")
        }
        #expect(bytes.range(of: Data("ASSET-1".utf8)) != nil)
        provider.end()
        #expect(try digest(desk.trade("--sandbox")) == recorded)
        let row = desk.llm("competition \(try desk.latest()) --json").objects.first
        #expect(row?["mask"] as? String == "both")
    }

    @Test func `beside the same run with names shows what a model has recalled`() throws {
        let provider = try Provider(), desk = try arena(provider, models: ["knower"])
        let named = try desk.record(), masked = try desk.record(parameter("mask", "both"))
        let told = desk.llm("leakage \(named) \(masked) --json")
        let words = try #require(told.objects.last, "\(told.error)")
        #expect(words["helped"] as? Bool == true, "\(words)")
        #expect((words["words"] as? String)?.contains("names and dates helped its chances") == true)
        #expect(words["judged"] as? Int ?? 0 > 80 && words["blocks"] as? Int ?? 0 >= 8)
        let loss = try #require(told.objects.first { $0["measure"] as? String == "log loss" })
        let coin = try #require(loss["masked"] as? Double)
        #expect(abs(coin - 0.693147) < 1e-5)
        #expect(loss["named"] as? Double ?? 1 < 0.3 && loss["low"] as? Double ?? 0 > 0.3)
        #expect(desk.llm("leakage \(named) \(masked)").out.contains("no evidence"))
    }

    @Test func `of a model that recalls nothing shows that nothing can be told`() throws {
        let provider = try Provider(), desk = try arena(provider)
        let named = try desk.record(), masked = try desk.record(parameter("mask", "symbols"))
        let told = desk.llm("leakage \(named) \(masked) --json")
        let words = try #require(told.objects.last, "\(told.error)")
        #expect(words["helped"] is NSNull, "\(words)")
        #expect((words["words"] as? String)?.contains("it cannot be told") == true)
        #expect(words["paired"] as? Int ?? 0 > 50)
    }

    @Test func `is compared with nothing but its twin`() throws {
        let provider = try Provider(), desk = try arena(provider, more: ", interval: 30m")
        let named = try desk.record(), masked = try desk.record(parameter("mask", "dates"))
        let seed = try desk.record("\(parameter("mask", "dates")) --set seed=4")
        let capital = try desk.record(
            "\(parameter("mask", "dates")) --set accounts[0].strategies[0].capital=9000")
        for (first, second, message) in [
            (named, seed, "seed is 3, and 4"),
            (named, capital, "accounts[0].strategies[0].capital is 10000, and 9000"),
            (masked, named, "run \(masked) hides dates"),
            (named, named, "run it with mask: symbols, dates or both"),
        ] {
            let told = desk.llm("leakage \(first) \(second)")
            #expect(told.status == .failed && told.error.contains(message), "\(told.error)")
        }
        #expect(desk.llm("leakage \(named) \(masked)").status == .done)
    }
}

@Suite struct `A killed worker of a language model` {
    @Test func `goes on from its saved state, to the same digest`() throws {
        let provider = try Provider()
        // Long enough for a state to be saved before the worker is killed in the middle.
        let desk = try arena(provider, more: ", mask: both, interval: 20m", minutes: 2160)
        let recorded = try digest(desk.trade(mode: "record"))
        provider.end()
        let drill = desk.run(
            "drill @run.yaml --json --plugins \(Desk.repository.path)/.build/plugins")
        let found = try #require(drill.objects.last, "\(drill.error)")
        #expect(found["digest"] as? String == recorded)
        #expect(found["undisturbed"] as? String == recorded)
        let again = try #require(found["batches_told_again"] as? Int)
        let batch = try #require(found["batch"] as? Int)
        #expect(again < batch, "it began with a saved state")
    }
}
