import Foundation
import RialtoBacktest
import RialtoBinding
import RialtoHistory
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

/// TA-Lib as `scripts/fetch-talib` puts it.
private let talib = repository.appendingPathComponent(".build/bindings/ta-lib").path
private let hasTALib = (try? BoundLibrary.open(folder: talib)) != nil

/// A library whose functions say of every row what they know of all rows that they are given.
private let vendor = """
    int spread(int start, int end, const double *price, int length, int *begin, int *count,
               double *wide, double *narrow) {
        const int rows = end - start + 1;
        *begin = length - 1;
        *count = rows >= length ? rows - length + 1 : 0;
        for (int i = 0; i < *count; i++) {
            wide[i] = price[rows - 1] - price[0];
            narrow[i] = price[rows - 1] - price[rows - length];
        }
        return 0;
    }
    int spread_lookback(int length) { return length - 1; }
    int falls(int start, int end, const double *price, int length, int *begin, int *count,
              double *wide, double *narrow) {
        if (end == 300) *(volatile int *)8 = 1;
        return spread(start, end, price, length, begin, count, wide, narrow);
    }
    """

private func function(_ name: String) -> String {
    """
    {"name": "\(name)", "symbol": "\(name)", "summary": "", "lookback": "spread_lookback",
     "result": {"type": "status", "success": 0}, "arguments": [
     {"pass": "start"}, {"pass": "end"}, {"pass": "input", "column": "price"},
     {"pass": "scalar", "name": "length", "type": "int32", "lowest": 1, "highest": 50,
      "initial": 3, "unit": "rows"}, {"pass": "begin"}, {"pass": "count"},
     {"pass": "output", "name": "wide", "type": "f64"},
     {"pass": "output", "name": "narrow", "type": "f64"}]}
    """
}

/// What was published of one series and instrument, by time.
private func published(
    _ outcome: BacktestOutcome, series: Int64 = 0, instrument: Int64 = 0
) throws -> [(time_ns: Int64, value: Double)] {
    let table = try RunTables(outcome)["series"]
    let (times, numbers) = (table.integers("time_ns"), table.integers("series"))
    let (instruments, values) = (table.integers("instrument"), table.numbers("value"))
    return (0..<table.count).compactMap { row in
        guard numbers[row] == series, instruments[row] == instrument else { return nil }
        return (times[row], values[row])
    }
}

/// The prices of an instrument of the world, whole.
private func closes(
    _ world: SeriesWorld, _ name: String
) throws -> (time_ns: [Int64], close: [Double]) {
    let series = try HistoryFolder(path: world.scratch.path + "/history").open(
        SeriesKey(instrument: name, kind: .bars, interval_ns: 60_000_000_000))
    let bars = try #require(series.bars)
    let scale = (0..<series.instrument.priceDecimals).reduce(1.0) { product, _ in product * 10 }
    return (
        (0..<series.count).map { series.time_ns[$0] },
        (0..<series.count).map { Double(bars.close[$0]) / scale }
    )
}

@Suite(.serialized) struct `An indicator of a bound library in a run` {
    /// From the first bar on, so that nothing comes before it.
    private let whole = "2021-01-01T00:00:00Z"..."2021-01-03T00:00:00Z"

    /// A world with the library in it, and a strategy that buys above 0.
    private func world(reads name: String = "spread/narrow") throws -> SeriesWorld {
        let world = try SeriesWorld(seed: 1), folder = world.scratch.path + "/vendor"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try world.scratch.write(vendor, to: "vendor/vendor.c")
        let built = try runProgram([
            "cc", "-O2", "-fPIC", "-shared", folder + "/vendor.c", "-o", folder + "/libvendor.so",
        ])
        try #require(built.status == 0, "\(built.output)")
        let digest = SHA256.hex(
            Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/libvendor.so"))))
        try world.scratch.write(
            """
            {"binding": 1, "id": "org.example.vendor", "name": "Vendor", "version": "1.0",
             "license": "MIT", "summary": "", "library": {"file": "libvendor.so",
             "sha256": "\(digest)"}, "functions": [\(function("spread")), \(function("falls"))]}
            """, to: "vendor/binding.json")
        try world.install(
            "buyer",
            seriesStrategy(
                "t.buyer", reads: [name], history: 5, onSeries: "want(value > 0 ? 10 : 0);"))
        return world
    }

    private func entry(_ more: String = "", function: String = "spread") -> String {
        "{ id: spread, binding: vendor, function: \(function)\(more) }"
    }

    @Test func `is told with its bar, the same for every size of batch, and behind walls`() throws {
        let world = try world()
        var digests: Set<String> = []
        for limit in [1, 7, 4096] {
            for tier in [PluginTier.inProcess, .sandboxed(Walls.all.settings)] {
                let outcome = try world.backtest(
                    ["t.buyer"], [], tier, batchLimit: limit, indicators: entry()
                ).execute()
                #expect(outcome.failures.isEmpty, "\(outcome.failures)")
                #expect(try RunTables(outcome)["fills"].count > 100)
                #expect(outcome.models.map(\.isSandboxed) == [true])
                digests.insert(outcome.digest + outcome.forecastDigest)
            }
        }
        #expect(digests.count == 1)
    }

    @Test
    func `knows nothing of later bars, even where its function looks at all that it is given`()
        throws
    {
        let world = try world()
        let run = { (until: String) in
            try world.backtest(
                ["t.buyer"], [], records: true,
                indicators: entry(", input: high, window: 40, parameters: { length: 5 }"),
                days: whole.lowerBound...until
            ).execute()
        }
        let half = try run("2021-01-01T09:00:00Z"), all = try run(whole.upperBound)
        for (series, instrument) in [(0, 0), (0, 1), (1, 0), (1, 1)] as [(Int64, Int64)] {
            let early = try published(half, series: series, instrument: instrument)
            let late = try published(all, series: series, instrument: instrument)
            #expect(early.count > 300 && late.count > early.count + 300)
            #expect(zip(early, late).allSatisfy { $0 == $1 })
        }
    }

    @Test func `sees this bar and those before it, as many as its window holds`() throws {
        let world = try world()
        let outcome = try world.backtest(
            ["t.buyer"], [], records: true,
            indicators: entry(", window: 40, parameters: { length: 5 }"), days: whole
        ).execute()
        let (times, close) = try closes(world, "B/USD")
        let wide = try published(outcome, series: 0, instrument: 1)
        #expect(wide.map(\.time_ns) == Array(times.dropFirst(4)))
        for (place, told) in wide.enumerated() {
            let row = place + 4
            #expect(told.value == close[row] - close[max(0, row - 39)], "row \(row)")
        }
    }

    @Test(.enabled(if: hasTALib, "skipped: TA-Lib is not here; scripts/fetch-talib puts it there"))
    func `equals what rialto indicator run computes over all bars`() throws {
        let world = try world(reads: "rsi14")
        let outcome = try world.backtest(
            ["t.buyer"], [], records: true,
            indicators: "{ id: rsi14, binding: \(talib), function: RSI, window: 500 }, "
                + "{ id: bands, binding: \(talib), function: BBANDS, "
                + "parameters: { timeperiod: 20 } }",
            days: whole
        ).execute()
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        let (binding, bytes) = try BoundLibrary.open(folder: talib)
        let numbers = [("RSI", 0, [:], 1), ("BBANDS", 1, ["timeperiod": 20.0], 3)]
        for (name, first, set, outputs) in numbers as [(String, Int, [String: Double], Int)] {
            for instrument in [0, 1] {
                let (times, close) = try closes(world, instrument == 0 ? "A/USD" : "B/USD")
                let library = BoundLibrary(
                    binding, bytes, data: BoundData([.close: close, .price: close]),
                    settings: try BridgeProcess.standardSettings())
                let columns = try library.run(try #require(binding.function(name)), set: set)
                #expect(columns.count == outputs)
                for (number, column) in columns.enumerated() {
                    let told = try published(
                        outcome, series: Int64(first + number), instrument: Int64(instrument))
                    #expect(told.map(\.time_ns) == column.written.map { times[$0] })
                    let isNear = zip(told, column.written).allSatisfy {
                        abs($0.value - column.values[$1]) < 1e-9 * max(1, abs(column.values[$1]))
                    }
                    #expect(isNear && told.count > 1_000, "\(name) \(column.name)")
                }
            }
        }
    }

    @Test(arguments: [
        ("binding: nowhere, function: spread", "nowhere"),
        ("binding: vendor, function: RSI", "there is no function RSI"),
        (
            "binding: vendor, function: spread, parameters: { size: 3 }",
            "spread has no scalar size; known: length"
        ),
        (
            "binding: vendor, function: spread, parameters: { length: 51 }",
            "length was 51, allowed is 1...50 rows"
        ),
        (
            "binding: vendor, function: spread, parameters: { length: 2.5 }",
            "length was 2.5, which is no whole number"
        ),
        (
            "binding: vendor, function: spread, window: 2",
            "spread has a value after 2 rows, the window has 2"
        ),
        ("binding: vendor, function: spread, input: middle", "open | high | low | close | volume"),
    ])
    func `is refused with what was found and what is allowed`(
        _ entry: String, _ reason: String
    ) throws {
        #expect(try refusal("{ id: x, \(entry) }").contains(reason))
    }

    @Test func `has an id that no model has`() throws {
        let said = try refusal("{ id: price, binding: vendor, function: spread }")
        #expect(said.contains("already") && said.contains("give it another id"), "\(said)")
    }

    /// What is said of a run with an indicator that is not begun.
    private func refusal(_ entry: String) throws -> String {
        let world = try world()
        do {
            return try world.backtest(["t.counter"], ["t.price"], indicators: entry).problems()
                .map { "\($0.summary) \($0.help)" }.joined(separator: "\n")
        } catch { return "\(error)" }
    }

    @Test func `is ended where its function crashes, and the run goes on`() throws {
        let world = try world()
        let outcome = try world.backtest(
            ["t.buyer"], [], indicators: entry(function: "falls"), days: whole
        ).execute()
        #expect(outcome.failures.map(\.id) == ["spread"])
        #expect(outcome.failures.first?.reason.contains("crashed with SIGSEGV") == true)
        #expect(try RunTables(outcome)["fills"].count > 10)
    }
}
