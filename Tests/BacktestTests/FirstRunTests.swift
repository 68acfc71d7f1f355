import Foundation
import RialtoBacktest
import RialtoConfiguration
import RialtoHistory
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

/// Where `scripts/test` has placed every bundled plugin.
private let bundled = repository.path + "/.build/plugins"

/// The first run of the examples, on the sample prices, with every bundled plugin.
private struct FirstRun {
    let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
        for name in ["IBM", "MSFT"] {
            let file = repository.path + "/Host/Examples/data/\(name)-1d.csv"
            let instrument = Instrument(
                name: "\(name)/USD", venue: "", kind: .spot, priceDecimals: 4, quantityDecimals: 0,
                priceStep: 1, quantityStep: 1, currency: "USD", multiplier: 1)
            let day: Int64 = 86_400_000_000_000
            let result = try Importer.bars(interval_ns: day, time: .open, rules: .strict)
                .csv(ByteInput(path: file), instrument, format: CSVFormat())
            try HistoryFolder(path: scratch.path + "/history").write(result.series)
        }
    }

    private static let file = repository.path + "/Host/Examples/first-run.yaml"

    func outcome(_ overrides: String...) throws -> BacktestOutcome {
        try outcome(FirstRun.file, overrides)
    }

    func outcome(cores: Int) throws -> BacktestOutcome {
        try outcome(FirstRun.file, [], cores: cores)
    }

    /// The same run, but for the line that names the exchange plugin.
    func withoutExchange(_ overrides: String...) throws -> BacktestOutcome {
        let text = try String(contentsOfFile: FirstRun.file, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let kept = lines.filter { !$0.contains("org.rialto.paper") }
        #expect(kept.count == lines.count - 1)
        try scratch.write(kept.joined(separator: "\n"), to: "plain.yaml")
        let outcome = try outcome(scratch.path + "/plain.yaml", overrides)
        #expect(outcome.exchanges.isEmpty)
        return outcome
    }

    private func outcome(
        _ file: String, _ overrides: [String], cores: Int? = nil
    ) throws -> BacktestOutcome {
        let run = try RunFile.load(file, overrides: ["data=\(scratch.path)"] + overrides)
        return try Backtest(run, folders: PluginFolders(paths: [bundled]), cores: cores).execute()
    }
}

@Suite(.enabled(if: FileManager.default.fileExists(atPath: bundled), "scripts/test builds them"))
struct `The first run with every bundled plugin` {
    @Test func `gives the same intents, books and forecasts for every batch limit`() throws {
        let run = try FirstRun()
        let whole = try run.outcome()
        #expect(whole.failures.isEmpty, "\(whole.failures)")
        #expect(whole.models.count == 3 && whole.instances.count == 7)
        for limit in [1, 7, 256] {
            let cut = try run.outcome("batch_limit=\(limit)")
            #expect(cut.digest == whole.digest, "limit \(limit)")
            #expect(cut.forecastDigest == whole.forecastDigest, "limit \(limit)")
        }
    }

    @Test func `gives the same on one core and on two, explanations too`() throws {
        let run = try FirstRun()
        let one = try run.outcome(cores: 1), two = try run.outcome(cores: 2)
        #expect(one.parts.map(\.accounts) == [[0], [1]])
        #expect(one.digest == two.digest && one.forecastDigest == two.forecastDigest)
        #expect(try one.records.words == two.records.words)
        let tables = (try RunTables(one), try RunTables(two)), fills = tables.0["fills"].count
        #expect(fills > 100)
        for fill in stride(from: 0, to: fills, by: 17) {
            let lines = Explanation(fill: fill, of: tables.0)?.lines ?? []
            #expect(lines.count > 5)
            #expect(
                lines.map { "\($0)" }
                    == Explanation(fill: fill, of: tables.1)?.lines.map { "\($0)" })
        }
    }

    @Test func `does so with latency and from the middle of the data, after warm-up`() throws {
        let run = try FirstRun()
        let late = ["from=2009-03-01", "venue.latency.order=40m", "venue.latency.report=1h"]
        let whole = try run.outcome(late[0], late[1], late[2])
        #expect(whole.failures.isEmpty, "\(whole.failures)")
        let cut = try run.outcome(late[0], late[1], late[2], "batch_limit=3")
        #expect(cut.digest == whole.digest)
        #expect(try run.outcome(late[0]).digest != whole.digest)
    }

    @Test func `forecasts, weights and trades the same until a day, whatever comes after`() throws {
        let run = try FirstRun()
        let whole = try run.outcome(), short = try run.outcome("to=2010-01-01")
        let forecasts = short.forecastRecords.words
        #expect(forecasts.count > 10_000)
        #expect(whole.forecastRecords.words.prefix(forecasts.count).elementsEqual(forecasts))
        let fills = (try RunTables(short)["fills"], try RunTables(whole)["fills"])
        for column in ["time_ns", "order", "price", "quantity", "position"] {
            let early = fills.0.integers(column)
            #expect(!early.isEmpty)
            #expect(fills.1.integers(column).prefix(early.count).elementsEqual(early), "\(column)")
        }
    }

    @Test func `is the same without the paper venue that every order goes through`() throws {
        let run = try FirstRun()
        let paper = try run.outcome()
        #expect(paper.exchanges.map(\.id) == ["org.rialto.paper"])
        #expect(try run.withoutExchange().digest == paper.digest)
        let rebate = "venue.fee_bps.taker=-1"
        #expect(try run.withoutExchange(rebate).digest == run.outcome(rebate).digest)
    }

    @Test func `keeps every account equal to the sum of its books at every sample`() throws {
        let outcome = try FirstRun().outcome()
        #expect(RunSummary(try RunTables(outcome)).addsUp)
        let equity = try RunTables(outcome)["equity"]
        let times = equity.integers("time_ns"), accounts = equity.integers("account")
        let owners = equity.integers("instance"), cash = equity.wide("cash")
        var sums: [[Int64]: Int128] = [:], totals: [[Int64]: Int128] = [:]
        for row in 0..<equity.count {
            let key = [times[row], accounts[row]]
            if owners[row] < 0 {
                totals[key] = cash[row]
            } else {
                sums[key, default: 0] += cash[row]
            }
        }
        let unused: [Int64: Int128] = [0: 20_000, 1: 10_000].mapValues {
            $0 * 1_000_000_000_000_000_000
        }
        for (key, total) in totals {
            #expect(total == (sums[key] ?? 0) + (unused[key[1]] ?? 0))
        }
        #expect(totals.count > 3_000)
    }
}
