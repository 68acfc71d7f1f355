import Glibc
import RialtoEngine
import RialtoHistory
import RialtoLedger
import RialtoMatching
import RialtoPluginHost
import RialtoRisk
import RialtoValues

/// Why a benchmark cannot run.
package enum BenchError: Error {
    case history(HistoryError)
    case plugin(PluginError)
    case engine(EngineError)
}

/// The work that the peers are measured on: same data, same strategy, real engine, real plugin.
package enum BenchWork: String, CaseIterable, Sendable {
    /// SMA cross on one instrument's bars.
    case w1
    /// SMA cross on twenty instruments' bars, one portfolio.
    case w2
    /// A hundred parameter sets of the SMA cross, on all cores.
    case w3
    /// An EMA on every trade, no orders.
    case w4
}

/// What one run of a benchmark gave.
package struct BenchResult: Sendable {
    package var work: BenchWork
    package var events: Int
    /// Wall-clock seconds of the run alone, without loading.
    package var seconds: Double
    package var fills: Int
    /// Exact, in units of 10^-18.
    package var equity: Int128
    package var checksum: String
    package var peakRSS_MiB: Int
    /// Of a sweep: parameter sets, and the best one.
    package var sets = 0
    package var best: (fast: Int, slow: Int)?
}

/// Runs the benchmarks.
package struct Bench {
    private let folders: PluginFolders
    private let data: String
    private let batchLimit: Int

    /// - Parameters:
    ///   - data: Folder of `w1.npy`, `w2.npy`, `w3.npy`, `w4_trades.npy`.
    ///   - batchLimit: 1...4096.
    package init(folders: PluginFolders, data: String, batchLimit: Int = 4096) {
        self.folders = folders
        self.data = data
        self.batchLimit = batchLimit
    }

    private static let cash: Int128 = 10_000_000 * 1_000_000_000_000_000_000

    private func instrument(_ name: String) -> Instrument {
        Instrument(
            name: name, venue: "", kind: .spot, priceDecimals: 2, quantityDecimals: 0, priceStep: 1,
            quantityStep: 1, currency: "USD", multiplier: 1)
    }

    /// Runs `work` with plugin `plugin` once; the sweep with each of its sets.
    package func run(_ work: BenchWork, plugin: String) throws(BenchError) -> BenchResult {
        let loaded = try load(work)
        let library = try library(plugin)
        switch work {
        case .w1, .w2: return try sma(work, loaded, library, plugin, fast: 10, slow: 30)
        case .w3: return try sweep(loaded, library, plugin)
        case .w4: return try trades(loaded, library, plugin)
        }
    }

    private struct Loaded {
        let memory: FeedMemory
        let instruments: [Instrument]
    }

    private func load(_ work: BenchWork) throws(BenchError) -> Loaded {
        let minute: Int64 = 60_000_000_000
        let file = data + "/" + (work == .w4 ? "w4_trades" : work.rawValue) + ".npy"
        let names = work == .w2 ? (0..<20).map { "SYM\($0 < 10 ? "0" : "")\($0)" } : ["SYM"]
        let instruments = names.map(instrument)
        do throws(HistoryError) {
            let importer =
                work == .w4
                ? Importer.trades(rules: .strict)
                : Importer.bars(interval_ns: minute, time: .close, rules: .strict)
            let fields = work == .w4 ? ["quantity": "size"] : [:]
            let imported = try importer.numpy(
                ByteInput(path: file), instruments,
                format: NumpyFormat(fields: fields, timeUnit: .nanoseconds))
            let sources = imported.enumerated().map {
                FeedSource(series: $0.element.series, instrument: $0.offset)
            }
            return Loaded(
                memory: FeedBuilder.build(sources, before: nil), instruments: instruments)
        } catch { throw .history(error) }
    }

    private func library(_ id: String) throws(BenchError) -> PluginLibrary {
        do throws(PluginError) {
            return try PluginLibrary(folder: try folders.folder(of: id))
        } catch {
            throw .plugin(error)
        }
    }

    private func instance(
        _ library: PluginLibrary, _ id: String, _ instruments: [Instrument],
        _ parameters: [(name: String, value: String)]
    ) throws(BenchError) -> StrategyInstance {
        do throws(PluginError) {
            return try StrategyInstance(
                library,
                InstanceRequest(
                    pluginId: id, parameters: parameters, instruments: instruments,
                    indices: Array(instruments.indices), seed: 1))
        } catch { throw .plugin(error) }
    }

    private func setup(_ loaded: Loaded, _ instance: StrategyInstance) -> EngineSetup {
        EngineSetup(
            instruments: loaded.instruments,
            venue: VenueModel(
                path: .nearestExtreme, limitRule: .through, maker: Rate(e9: 1_000_000),
                taker: Rate(e9: 1_000_000), slippage: Rate(e9: 0)),
            latency: LatencyModel(order_ns: 0, report_ns: 0), crossing: .close,
            feed: loaded.memory.feed,
            start: 0,
            accounts: [
                AccountSetup(
                    id: "bench", equity: Bench.cash,
                    limits: RiskLimits(instruments: loaded.instruments.count),
                    instances: [
                        InstanceSetup(
                            id: "strategy", capital: Bench.cash, allowsShort: false,
                            port: instance.port, feed: loaded.memory.feed, start: 0,
                            instruments: Array(loaded.instruments.indices))
                    ])
            ],
            batchLimit: batchLimit, sampling_ns: 86_400_000_000_000)
    }

    private func execute(
        _ work: BenchWork, _ loaded: Loaded, _ instance: StrategyInstance
    )
        throws(BenchError) -> BenchResult
    {
        do throws(EngineError) {
            var engine = try Engine(setup(loaded, instance), forecaster: nil, keepsRecords: false)
            let start = Bench.now()
            try engine.run()
            let seconds = Bench.now() - start
            return BenchResult(
                work: work, events: loaded.memory.feed.count, seconds: seconds,
                fills: engine.fillsSoFar, equity: engine.equity(account: 0),
                checksum: engine.digest(), peakRSS_MiB: Bench.peakRSS())
        } catch { throw .engine(error) }
    }

    private func sma(
        _ work: BenchWork, _ loaded: Loaded, _ library: PluginLibrary, _ plugin: String, fast: Int,
        slow: Int
    ) throws(BenchError) -> BenchResult {
        let strategy = try instance(
            library, plugin, loaded.instruments,
            [
                ("fast", String(fast)), ("slow", String(slow)), ("quantity", "100"),
            ])
        return try execute(work, loaded, strategy)
    }

    private func trades(
        _ loaded: Loaded, _ library: PluginLibrary, _ plugin: String
    )
        throws(BenchError) -> BenchResult
    {
        let strategy = try instance(library, plugin, loaded.instruments, [])
        var result = try execute(.w4, loaded, strategy)
        result.checksum = Bench.number(strategy.saved())
        return result
    }

    private func sweep(
        _ loaded: Loaded, _ library: PluginLibrary, _ plugin: String
    )
        throws(BenchError) -> BenchResult
    {
        var total: BenchResult?
        let sets = (5..<15).flatMap { fast in stride(from: 20, to: 70, by: 5).map { (fast, $0) } }
        for (fast, slow) in sets {
            let one = try sma(.w3, loaded, library, plugin, fast: fast, slow: slow)
            guard var sum = total else {
                total = one
                total?.sets = 1
                total?.best = (fast, slow)
                continue
            }
            sum.events += one.events
            sum.seconds += one.seconds
            sum.fills += one.fills
            sum.sets += 1
            if one.equity > sum.equity {
                sum.equity = one.equity
                sum.best = (fast, slow)
                sum.checksum = one.checksum
            }
            sum.peakRSS_MiB = one.peakRSS_MiB
            total = sum
        }
        guard let total else { preconditionFailure("a sweep has sets") }
        return total
    }

    /// The number that an EMA keeps as its whole state.
    private static func number(_ state: [UInt8]?) -> String {
        guard let state, state.count >= 8 else { return "" }
        let value = state.withUnsafeBytes { $0.loadUnaligned(as: Double.self) }
        return String(value)
    }

    /// Monotonic seconds.
    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func peakRSS() -> Int {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }
}
