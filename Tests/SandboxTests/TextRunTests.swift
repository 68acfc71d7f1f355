import Foundation
import RialtoBacktest
import RialtoConfiguration
import RialtoHistory
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

/// Four hours of minutes of two coins, news about them, and plugins that read it.
private struct NewsWorld {
    let scratch: ScratchFolder
    static let start = UnixTime.parse("2021-01-01".utf8) ?? 0
    static let minute = MarketSketch.minute

    init() throws {
        scratch = try ScratchFolder()
        let folder = HistoryFolder(path: scratch.path + "/history")
        var random = SeededGenerator(seed: 11)
        for name in ["A/USD", "B/USD"] {
            var bars = try SeriesBuilder(
                SeriesDefinition(
                    instrument: sketchCoin(name), kind: .bars, interval_ns: Self.minute))
            var price: Int64 = 10_000
            for index in 1...240 as ClosedRange<Int64> {
                let next = max(100, price + .random(in: -40...40, using: &random))
                try bars.append(
                    bar: Self.start + index * Self.minute, open: price,
                    high: max(price, next), low: min(price, next), close: next, volume: 9)
                price = next
            }
            try folder.write(bars.finish())
        }
        _ = try folder.append(Self.news(using: &random), to: "wire")
        _ = try folder.append(
            [Self.item(100, "", "posts", "Everything crashes"), Self.item(999, "", "x", "late")],
            to: "posts")
        try installBuilt("sentiment", in: scratch.path + "/plugins")
    }

    private static func item(
        _ minute: Int64, _ about: String, _ id: String, _ title: String, late_ns: Int64 = 0
    ) -> TextItem {
        TextItem(
            time_ns: start + minute * Self.minute + late_ns, venue_time_ns: start,
            instrument: about,
            source: "wire", author: "", title: title, body: String(repeating: "é", count: 3000),
            id: id)
    }

    private static func news(using random: inout SeededGenerator) -> [TextItem] {
        (0..<120).map { number in
            let about = ["A/USD", "B/USD", "C/USD", ""].randomElement(using: &random) ?? ""
            let words = ["rises", "falls", "soars", "does not fall"]
            return item(
                .random(in: 0..<240, using: &random), about, "n\(number)",
                "Coin \(words.randomElement(using: &random) ?? "") \(number)",
                late_ns: .random(in: 0...1, using: &random) * 500_000_000)
        }
    }

    func backtest(
        _ tier: PluginTier = .inProcess, batchLimit: Int = 4096, texts: String = "[wire, posts]",
        model: String = "org.rialto.sentiment", to: String = "2021-01-01T04:00:00Z"
    ) throws -> Backtest {
        let text = """
            data: \(scratch.path)
            from: 2021-01-01T01:00:00Z
            to: \(to)
            batch_limit: \(batchLimit)
            record_series: true
            instruments: [{ name: A/USD, interval: 1m }, { name: B/USD, interval: 1m }]
            texts: \(texts)
            models: [{ id: news, plugin: \(model) }]
            ensemble: { loss: log }
            accounts:
              - { id: none, equity: 1000 }

            """
        let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
        return Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"]),
            tier: tier)
    }
}

/// Time, instrument and value of what was published.
private func published(_ outcome: BacktestOutcome) throws -> [[Double]] {
    let table = try RunTables(outcome)["series"]
    let times = table.integers("time_ns"), instruments = table.integers("instrument")
    let values = table.numbers("value")
    return (0..<table.count).map { [Double(times[$0]), Double(instruments[$0]), values[$0]] }
}

@Suite(.serialized) struct `News in a run` {
    @Test func `is read in both tiers, and the same for every size of batch`() throws {
        let world = try NewsWorld()
        var digests: Set<String> = []
        for limit in [1, 7, 4096] {
            for tier in [PluginTier.inProcess, .sandboxed(Walls.all.settings)] {
                let outcome = try world.backtest(tier, batchLimit: limit).execute()
                #expect(outcome.failures.isEmpty, "\(outcome.failures)")
                #expect(try published(outcome).count > 400)
                digests.insert(outcome.digest + outcome.forecastDigest)
            }
        }
        #expect(digests.count == 1)
    }

    @Test func `is never known before its time, and what comes later changes nothing`() throws {
        let world = try NewsWorld()
        let all = try published(try world.backtest().execute())
        for hours in ["02", "03"] {
            let part = try published(
                try world.backtest(to: "2021-01-01T\(hours):00:00Z").execute())
            #expect(part.count > 100 && Array(all.prefix(part.count)) == part)
        }
        // At a text's own time there is a number that answers it, and none sooner.
        let crash = Double(NewsWorld.start + 100 * NewsWorld.minute)
        let moves = { (rows: [[Double]]) in
            rows.filter { $0[0] == crash && $0[1] == 0 }.map { $0[2] }
        }
        let without = try published(try world.backtest(texts: "[wire]").execute())
        #expect(all.prefix { $0[0] < crash } == without.prefix { $0[0] < crash })
        #expect(moves(all).count == moves(without).count + 1)
        #expect((moves(all).last ?? 0) < (moves(without).last ?? 0))
    }

    @Test func `that is not there, or nobody named, is told`() throws {
        let world = try NewsWorld()
        for (texts, words) in [("[]", "needs texts"), ("[gone]", "there are no texts gone")] {
            do {
                _ = try world.backtest(texts: texts).execute()
                Issue.record("ran")
            } catch {
                #expect("\(error)".contains(words), "\(error)")
            }
        }
    }

    @Test(.enabled(if: PythonWorkshop.isThere))
    func `is read in Python as text, whole`() throws {
        let world = try NewsWorld()
        let built = try PythonWorkshop.install(
            """
            from rialto import Model, publishes

            class Letters(Model, id="t.letters"):
                count = publishes("count")

                def on_bar(self, bar, forecasts):
                    pass

                def on_text(self, text, forecasts):
                    at = text.instrument if text.instrument < 2 else 0
                    forecasts.publish(self.count, at, len(text.body) + len(text.title) / 100)
            """, name: "letters", in: world.scratch.path + "/python")
        try FileManager.default.copyItem(
            atPath: built, toPath: world.scratch.path + "/plugins/letters")
        let outcome = try world.backtest(
            .sandboxed(Walls.all.settings), texts: "[posts]", model: "t.letters"
        ).execute()
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        #expect(try published(outcome).map { $0[2] } == [3000.18])
    }
}
