import Foundation
import RialtoBacktest
import RialtoConfiguration
import RialtoHistory
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

/// A mean of the last three numbers of each instrument.
private let mean = """
    static double mean_of(uint32_t instrument, double value) {
        double *last = s->last[instrument];
        last[s->seen[instrument]++ % 3] = value;
        return (last[0] + last[1] + last[2]) / 3;
    }
    """
private let meanFields = "double last[16][3]; uint32_t seen[16];"
private let compares = "want((double)s->price[instrument] > average ? 10 : 0);"

/// Two days of minutes of two coins, and plugins that speak through series.
struct SeriesWorld {
    let scratch: ScratchFolder
    private static let start = UnixTime.parse("2021-01-01".utf8) ?? 0

    init(seed: UInt64) throws {
        scratch = try ScratchFolder()
        var random = SeededGenerator(seed: seed)
        for name in ["A/USD", "B/USD"] {
            var bars = try SeriesBuilder(
                SeriesDefinition(
                    instrument: sketchCoin(name), kind: .bars, interval_ns: MarketSketch.minute))
            var price: Int64 = 10_000
            for index in 1...1_440 as ClosedRange<Int64> {
                // Some minutes are missing, so that not every time has both coins.
                if Int64.random(in: 0..<5, using: &random) == 0 { continue }
                let next = max(100, price + .random(in: -40...40, using: &random))
                try bars.append(
                    bar: Self.start + index * MarketSketch.minute, open: price,
                    high: max(price, next) + 2, low: min(price, next) - 2, close: next,
                    volume: .random(in: 1...500, using: &random))
                price = next
            }
            try HistoryFolder(path: scratch.path + "/history").write(bars.finish())
        }
        try install(
            "price", seriesModel("t.price", publishes: ["close"], onBar: "say(0, (double)close);"))
        try install(
            "mean",
            seriesModel(
                "t.mean", publishes: ["mean/3"], reads: ["close"], fields: meanFields,
                top: mean,
                onSeries: """
                    const double average = mean_of(instrument, value);
                    if (s->seen[instrument] > 2) say(0, average);
                    """))
        try install(
            "reader",
            seriesStrategy(
                "t.reader", reads: ["mean/3"], history: 5, fields: "int64_t price[16];",
                onBar: "s->price[instrument] = close;",
                onSeries: "const double average = value; \(compares)"))
        try install(
            "counter",
            seriesStrategy(
                "t.counter", reads: [], history: 5, fields: "int64_t price[16];" + meanFields,
                top: mean,
                onBar: """
                    s->price[instrument] = close;
                    const double average = mean_of(instrument, (double)close);
                    if (s->seen[instrument] > 2) \(compares)
                    """))
    }

    private var plugins: String { scratch.path + "/plugins" }

    func install(_ name: String, _ source: String) throws {
        try installSource(source, name: name, in: plugins)
    }

    /// Puts a plugin in Python in the place of the one of that name.
    func installPython(_ name: String, _ text: String, lock: String = "") throws {
        let built = try PythonWorkshop.install(
            text, name: name, lock: lock, in: scratch.path + "/python")
        let place = plugins + "/" + name
        try? FileManager.default.removeItem(atPath: place)
        try FileManager.default.copyItem(atPath: built, toPath: place)
    }

    /// Runs a strategy in each of some accounts, beside models.
    func backtest(
        _ strategies: [String], _ models: [String], _ tier: PluginTier = .inProcess,
        batchLimit: Int = 256, records: Bool = false, indicators: String = "",
        days: ClosedRange<String> = "2021-01-01T06:00:00Z"..."2021-01-03T00:00:00Z"
    ) throws -> Backtest {
        let accounts = strategies.enumerated().map { index, id in
            """
              - id: account\(index)
                equity: 1000000
                strategies:
                  - { id: s\(index), plugin: \(id), capital: 1000000 }
            """
        }
        let text = """
            data: \(scratch.path)
            from: \(days.lowerBound)
            to: \(days.upperBound)
            batch_limit: \(batchLimit)
            record_series: \(records)
            instruments: [{ name: A/USD, interval: 1m }, { name: B/USD, interval: 1m }]
            models: [\(models.map { "{ id: \($0.dropFirst(2)), plugin: \($0) }" }
                .joined(separator: ", "))]
            indicators: [\(indicators)]
            accounts:
            \(accounts.joined(separator: "\n"))

            """
        let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
        return Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [plugins]), tier: tier)
    }

    func run(
        _ strategies: [String], _ models: [String], _ tier: PluginTier = .inProcess,
        batchLimit: Int = 256
    ) throws -> BacktestOutcome {
        let outcome = try backtest(strategies, models, tier, batchLimit: batchLimit).execute()
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        return outcome
    }

    /// What is said of a run that is not begun.
    func refusal(
        _ strategies: [String], _ models: [String], _ tier: PluginTier = .inProcess
    ) throws -> String {
        try backtest(strategies, models, tier).problems().map { "\($0)" }.joined(separator: "\n")
    }
}

@Suite(.serialized) struct `Named series` {
    /// Readers stand before those whom they read, so that the order of the run would be wrong.
    private let models = ["t.mean", "t.price"]

    @Test(arguments: UInt64(1)...3)
    func `lead to the same as computing them oneself, from the first row on`(
        seed: UInt64
    ) throws {
        let world = try SeriesWorld(seed: seed)
        let own = try world.run(["t.counter"], [])
        let read = try world.run(["t.reader"], models)
        #expect(try RunTables(own)["fills"].count > 100)
        #expect(read.digest == own.digest)
    }

    @Test(arguments: UInt64(1)...3)
    func `are the same for every size of batch and number of accounts, and behind walls`(
        seed: UInt64
    ) throws {
        let world = try SeriesWorld(seed: seed)
        let whole = try world.run(["t.reader"], models)
        #expect(!whole.forecastDigest.isEmpty)
        for limit in [1, 2, 7, 4096] {
            for tier in [PluginTier.inProcess, .sandboxed(Walls.all.settings)] {
                let cut = try world.run(["t.reader"], models, tier, batchLimit: limit)
                #expect(cut.digest == whole.digest, "\(limit)")
                #expect(cut.forecastDigest == whole.forecastDigest, "\(limit)")
            }
        }
        let several = try world.run(["t.reader", "t.counter", "t.reader"], models)
        #expect(several.parts.count == 3)
        for part in several.parts { #expect(part.digest == whole.digest) }
        #expect(several.forecastDigest == whole.forecastDigest)
    }

    @Test func `depend on what is published`() throws {
        let world = try SeriesWorld(seed: 1)
        let whole = try world.run(["t.reader"], models)
        try world.install(
            "price",
            seriesModel("t.price", publishes: ["close"], onBar: "say(0, (double)close + 1);"))
        let other = try world.run(["t.reader"], models)
        #expect(other.digest != whole.digest && other.forecastDigest != whole.forecastDigest)
    }

    @Test func `are recorded where the run file asks for it, and change nothing by it`() throws {
        let world = try SeriesWorld(seed: 2)
        let plain = try world.backtest(["t.reader"], models).execute()
        let kept = try world.backtest(["t.reader"], models, records: true).execute()
        #expect(kept.digest == plain.digest && kept.forecastDigest == plain.forecastDigest)
        #expect(try RunTables(plain)["series"].count == 0)
        // Of each bar its close, and of all but the first of each coin a mean.
        let table = try RunTables(kept)["series"]
        #expect(table.count > 3_000)
    }

    @Test func `are refused when nobody publishes them, or two do`() throws {
        let world = try SeriesWorld(seed: 1)
        let unknown = try world.refusal(["t.reader"], ["t.price"])
        #expect(unknown.contains("s0 reads series mean/3, which no model publishes"))
        #expect(unknown.contains("close"), "\(unknown)")
        #expect(try world.refusal(["t.reader"], []).contains("no model publishes any"))
        try world.install("twin", seriesModel("t.twin", publishes: ["close"]))
        let doubled = try world.refusal(["t.reader"], models + ["t.twin"])
        #expect(doubled.contains("series close is published by price and by twin"), "\(doubled)")
    }

    @Test func `are refused in a circle, whose path is told`() throws {
        let world = try SeriesWorld(seed: 1)
        try world.install("a", seriesModel("t.a", publishes: ["x"], reads: ["y"]))
        try world.install("b", seriesModel("t.b", publishes: ["y"], reads: ["z", "close"]))
        try world.install("c", seriesModel("t.c", publishes: ["z"], reads: ["x"]))
        let text = try world.refusal(["t.reader"], models + ["t.a", "t.b", "t.c"])
        #expect(text.contains("a reads y of b reads z of c reads x of a"), "\(text)")
        try world.install("own", seriesModel("t.own", publishes: ["o"], reads: ["o"]))
        let own = try world.refusal(["t.reader"], models + ["t.own"])
        #expect(own.contains("own reads o of own"), "\(own)")
    }

    @Test(arguments: [
        ("say(1, 0);", "is of series 1, and 1 were announced"),
        ("say(0, NAN);", "which is not finite"), ("say(0, INFINITY);", "which is not finite"),
        ("rialto_publish(forecasts, row, 0, 9, 1);", "breaks the rules"),
    ])
    func `end a model that publishes what it may not`(_ body: String, _ reason: String) throws {
        let world = try SeriesWorld(seed: 1)
        try world.install("price", seriesModel("t.price", publishes: ["close"], onBar: body))
        for tier in [PluginTier.inProcess, .sandboxed(Walls.all.settings)] {
            let outcome = try world.backtest(["t.counter"], ["t.price"], tier).execute()
            #expect(outcome.failures.map(\.id) == ["price"])
            #expect(
                outcome.failures.allSatisfy { $0.reason.contains(reason) }, "\(outcome.failures)")
        }
    }

    @Test(arguments: [
        "", String(repeating: "n", count: 65), "tab\\t", "\\xC0\\x80", "\\xED\\xA0\\x80",
        "\\xC2\\x85",
        "\\xF4\\x90\\x80\\x80", "\\xE2\\x82",
    ])
    func `have names of 1 to 64 bytes of text`(_ name: String) throws {
        let world = try SeriesWorld(seed: 1)
        for (id, good) in [
            ("t.good", "é/\u{20AC} 5"), ("t.full", String(repeating: "n", count: 64)),
        ] {
            try world.install(id, seriesModel(id, publishes: [good]))
        }
        try world.install("bad", seriesModel("t.bad", publishes: [name]))
        for tier in [PluginTier.inProcess, .sandboxed(Walls.all.settings)] {
            let good = try world.backtest(["t.counter"], ["t.good", "t.full"], tier).problems()
            #expect(good.isEmpty, "\(good)")
            let bad = try world.backtest(["t.counter"], ["t.bad"], tier).problems()
            #expect(bad.map { "\($0)" }.joined().contains("no series"), "\(bad)")
        }
    }
}
