import Dispatch
import Glibc
import RialtoEngine
import RialtoHistory
import RialtoLedger
import RialtoMatching
import RialtoPluginHost
import RialtoRisk
import RialtoValues
import Synchronization

/// Why a benchmark cannot run.
package enum BenchError: Error {
    case history(HistoryError)
    case plugin(PluginError)
    case engine(EngineError)
    /// The plugin answered against the contract: its id, and why.
    case answer(plugin: String, reason: String)
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
    /// Two quotes canceled and placed anew on every tenth of a million trades.
    case w5
    /// SMA cross on a thousand instruments' daily and 1-minute bars, one portfolio.
    case w7
    /// SMA cross in each of several accounts on one instrument's daily and 1-minute bars, with all
    /// records kept, on as many cores as asked for.
    case w8
    /// One trade handed over at a time, to a plugin that asks for nothing.
    case trip

    /// The plugin that does it, in C.
    package var plugin: String {
        switch self {
        case .w1, .w2, .w3, .w7, .w8: "org.rialto.sma-cross"
        case .w4, .trip: "org.rialto.ema-watch"
        case .w5: "org.rialto.requote"
        }
    }
}

/// What one run of a benchmark gave.
package struct BenchResult: Sendable {
    package var work: BenchWork
    package var events: Int
    /// Wall-clock seconds of the run alone, without loading.
    package var seconds: Double
    /// Wall-clock seconds in which the series were joined into one feed; 0 where not measured.
    package var joining = 0.0
    package var orders = 0
    package var cancels = 0
    package var fills: Int
    /// Exact, in units of 10^-18.
    package var equity: Int128
    package var checksum: String
    package var peakRSS_MiB: Int
    /// Of a sweep: parameter sets, and the best one.
    package var sets = 0
    package var best: (fast: Int, slow: Int)?
    /// Of round trips: nanoseconds of the middle one, and what one in a hundred is above.
    package var trip: (p50_ns: Int, p99_ns: Int)?
}

/// Runs the benchmarks.
package struct Bench {
    let folders: PluginFolders
    private let data: String
    private let batchLimit: Int
    private let queue: QueueModel?
    private let market: SyntheticMarket
    let tier: PluginTier
    private let accounts: Int
    private let cores: Int
    /// Whether the SMA cross of w1 waits for each target.
    package var waits = false

    /// - Parameters:
    ///   - data: Folder of `w1.npy`, `w2.npy`, `w3.npy`, `w4_trades.npy`; those of w7 and w8 are
    ///     made in it.
    ///   - batchLimit: 1...4096.
    ///   - queue: With it, w5 has the best bid and ask beside the trades, as its peer does, and
    ///     quotes wait in the queue.
    ///   - market: How large w7 and w8 are.
    ///   - accounts: Of w8, 1 or more.
    ///   - cores: On which w8 may run, 1 or more; nil for all.
    ///   - tier: Where the plugin lives.
    package init(
        folders: PluginFolders, data: String, batchLimit: Int = 4096, queue: QueueModel? = nil,
        market: SyntheticMarket = SyntheticMarket(), accounts: Int = 1, cores: Int? = nil,
        tier: PluginTier = .inProcess
    ) {
        self.tier = tier
        self.market = market
        self.accounts = accounts
        self.cores = cores ?? AccountRuns.coresOnline
        self.queue = queue
        self.folders = folders
        self.data = data
        self.batchLimit = batchLimit
    }

    private static let cash: Int128 = 10_000_000 * 1_000_000_000_000_000_000

    private func instrument(_ name: String, _ work: BenchWork) -> Instrument {
        Instrument(
            name: name, venue: "", kind: work == .w5 ? .linear : .spot, priceDecimals: 2,
            quantityDecimals: 0, priceStep: 1,
            quantityStep: 1, currency: "USD", multiplier: 1)
    }

    /// Loads the data once, runs `work` with plugin `plugin` so often and returns the fastest run;
    /// the sweep with each of its sets.
    ///
    /// - Parameter rounds: 1 or more.
    package func run(
        _ work: BenchWork, plugin: String, rounds: Int
    ) throws(BenchError) -> BenchResult {
        if work == .trip { return try roundTrips(plugin) }
        let loaded = try load(work)
        var shelf = PluginShelf(folders, tier: tier)
        shelf.market = loaded.publication.market
        var best = try run(work, plugin, loaded, &shelf)
        for _ in 1..<max(1, rounds) {
            let result = try run(work, plugin, loaded, &shelf)
            if result.seconds < best.seconds { best = result }
        }
        return best
    }

    private func run(
        _ work: BenchWork, _ plugin: String, _ loaded: Loaded, _ shelf: inout PluginShelf
    ) throws(BenchError) -> BenchResult {
        switch work {
        case .w1, .w2: return try sma(work, loaded, &shelf, plugin, fast: 10, slow: 30)
        case .w3: return try sweep(loaded, &shelf, plugin)
        case .w7:
            let wanted = [("fast", "10"), ("slow", "30"), ("quantity", "10")]
            let strategy = try instance(
                &shelf, plugin, loaded.instruments, wanted.map { (name: $0.0, value: $0.1) })
            var result = try execute(.w7, loaded, strategy)
            result.joining = loaded.joining
            return result
        case .w8: return try accountRuns(loaded, &shelf, plugin)
        case .w4, .trip: return try trades(loaded, &shelf, plugin)
        case .w5:
            let quotes = try instance(&shelf, plugin, loaded.instruments, [])
            return try execute(.w5, loaded, quotes)
        }
    }

    private struct Loaded {
        /// What the venue sees, and what the strategy is given.
        let memory: FeedMemory
        let given: FeedMemory
        let instruments: [Instrument]
        let publication: MarketPublication
        /// Seconds that joining the series took.
        var joining = 0.0
    }

    /// Whether workers see rows before they are due.
    private var isAhead: Bool {
        if case .sandboxed(let settings, _) = tier { settings.publishes == .ahead } else { false }
    }

    private func loadMarket() throws(BenchError) -> Loaded {
        do throws(HistoryError) {
            let (instruments, sources) = try market.open(in: data)
            let start = Bench.now()
            let scratch = ScratchMemory(besides: data, isShareable: isAhead)
            let publication = MarketPublication(
                sources.count == 1 ? sources.map(\.series) : [], scratch, isAhead: isAhead)
            let memory = try FeedBuilder.build(sources, before: nil, in: scratch)
            let joining = Bench.now() - start
            publication.publish()
            return Loaded(
                memory: memory, given: memory, instruments: instruments, publication: publication,
                joining: joining)
        } catch { throw .history(error) }
    }

    private func load(_ work: BenchWork) throws(BenchError) -> Loaded {
        if work == .w7 || work == .w8 { return try loadMarket() }
        let minute: Int64 = 60_000_000_000
        let isTrades = work == .w4 || work == .w5
        let file = data + "/" + (isTrades ? "w4_trades" : work.rawValue) + ".npy"
        let names = work == .w2 ? (0..<20).map { "SYM\($0 < 10 ? "0" : "")\($0)" } : ["SYM"]
        let instruments = names.map { instrument($0, work) }
        do throws(HistoryError) {
            let importer =
                isTrades
                ? Importer.trades(rules: .strict)
                : Importer.bars(interval_ns: minute, time: .close, rules: .strict)
            let fields = isTrades ? ["quantity": "size"] : [:]
            let imported = try importer.numpy(
                ByteInput(path: file), instruments,
                format: NumpyFormat(fields: fields, timeUnit: .nanoseconds))
            var sources = imported.enumerated().map {
                FeedSource(
                    series: isAhead ? $0.element.series.shareable() : $0.element.series,
                    instrument: $0.offset)
            }
            var end: Int64?
            if work == .w5, let trades = sources[0].series.trades {
                if sources[0].series.count > Bench.w5Trades {
                    end = trades.time_ns[Bench.w5Trades]
                }
                if queue != nil {
                    let quotes = try bestPrices(sources[0].series, instruments[0])
                    sources.append(FeedSource(series: quotes, instrument: 0))
                }
            }
            let scratch = ScratchMemory(besides: data, isShareable: isAhead)
            let publication = MarketPublication(
                sources.map(\.series), scratch, isAhead: isAhead)
            let given = try FeedBuilder.build(
                sources.filter { $0.series.kind != .quotes }, before: end, in: scratch)
            let memory =
                queue != nil && work == .w5
                ? try FeedBuilder.build(sources, before: end, in: scratch) : given
            publication.publish()
            return Loaded(
                memory: memory, given: given, instruments: instruments, publication: publication)
        } catch { throw .history(error) }
    }

    /// Trades of w5.
    private static let w5Trades = 1_000_000

    /// The peer's market of w5: a thousand units one step below and above each new price.
    private func bestPrices(
        _ trades: Series, _ instrument: Instrument
    ) throws(HistoryError) -> Series {
        var quotes = try SeriesBuilder(
            SeriesDefinition(instrument: instrument, kind: .quotes, interval_ns: 0))
        var last: Int64 = 0
        guard let columns = trades.trades else { return quotes.finish() }
        for row in 0..<min(trades.count, Bench.w5Trades) where columns.price[row] != last {
            last = columns.price[row]
            let time = columns.time_ns[row] - (row > 0 ? 1 : 0)
            try quotes.append([time, time, last - 1, 1000, last + 1, 1000, 0])
        }
        return quotes.finish()
    }

    func instance(
        _ shelf: inout PluginShelf, _ id: String, _ instruments: [Instrument],
        _ parameters: [(name: String, value: String)]
    ) throws(BenchError) -> any RunningStrategy {
        do throws(PluginError) {
            return try shelf.strategy(
                InstanceRequest(
                    pluginId: id, parameters: parameters, instruments: instruments,
                    indices: Array(instruments.indices), seed: 1)
            ).instance
        } catch { throw .plugin(error) }
    }

    private func venue(_ work: BenchWork) -> VenueModel {
        let fee = Rate(e9: work == .w5 ? 0 : 1_000_000)
        var venue = VenueModel(
            path: .nearestExtreme, limitRule: .through, maker: fee, taker: fee,
            slippage: Rate(e9: 0))
        venue.queue = queue ?? .pessimistic
        return venue
    }

    private func setup(
        _ work: BenchWork, _ loaded: Loaded, _ instances: [any RunningStrategy]
    ) -> EngineSetup {
        EngineSetup(
            instruments: loaded.instruments, venue: venue(work),
            levels: loaded.memory.levels(instruments: loaded.instruments.count),
            latency: LatencyModel(order_ns: 0, report_ns: 0), crossing: .close,
            feed: loaded.memory.feed,
            start: 0,
            accounts: instances.enumerated().map { index, instance in
                AccountSetup(
                    id: "bench \(index)", equity: Bench.cash,
                    limits: RiskLimits(instruments: loaded.instruments.count),
                    instances: [
                        InstanceSetup(
                            id: "strategy", capital: Bench.cash, allowsShort: work == .w5,
                            port: instance.port, feed: loaded.given.feed, start: 0,
                            instruments: Array(loaded.instruments.indices))
                    ])
            },
            batchLimit: batchLimit, sampling_ns: 86_400_000_000_000)
    }

    /// - Parameter isAlone: Whether no other run reads the same feeds at the same time.
    private func execute(
        _ work: BenchWork, _ loaded: Loaded, _ instance: any RunningStrategy, isAlone: Bool = true
    )
        throws(BenchError) -> BenchResult
    {
        do throws(EngineError) {
            var engine = try Engine(
                setup(work, loaded, [instance]), forecaster: nil, records: nil)
            let start = Bench.now()
            try engine.run(passed: { time in
                guard isAlone else { return }
                loaded.memory.release(before: time)
                loaded.given.release(before: time)
            })
            let seconds = Bench.now() - start
            return BenchResult(
                work: work, events: loaded.memory.feed.count, seconds: seconds,
                orders: engine.ordersSoFar, cancels: engine.cancelsSoFar, fills: engine.fillsSoFar,
                equity: engine.equity(account: 0),
                checksum: engine.digest(), peakRSS_MiB: Bench.peakRSS())
        } catch { throw .engine(error) }
    }

    /// An account for each pair of lengths, all on the same columns.
    private func accountRuns(
        _ loaded: Loaded, _ shelf: inout PluginShelf, _ plugin: String
    ) throws(BenchError) -> BenchResult {
        var instances: [any RunningStrategy] = []
        for index in 0..<accounts {
            instances.append(
                try instance(
                    &shelf, plugin, loaded.instruments,
                    [
                        ("fast", String(10 + index)), ("slow", String(30 + 2 * index)),
                        ("quantity", "10"),
                    ]))
        }
        let setup = setup(.w8, loaded, instances)
        let parts = setup.independentAccounts.map { accounts in
            RunPart(
                accounts: accounts, instances: accounts, setup: setup.part(accounts),
                forecaster: nil,
                records: KeptRecords(
                    in: ScratchMemory(
                        besides: data, memoryMax: ScratchMemory.memoryMax / self.accounts)))
        }
        let start = Bench.now()
        do throws(EngineError) {
            let ends = try AccountRuns(parts: parts, cores: cores)
                .outcomes(progress: { _ in }, wake: FeedWake(loaded.memory.tracks))
            let seconds = Bench.now() - start
            func count(_ kind: RecordKind) -> Int {
                parts.reduce(0) { $0 + ($1.records?.count(of: kind) ?? 0) }
            }
            return BenchResult(
                work: .w8, events: loaded.memory.feed.count * accounts, seconds: seconds,
                orders: count(.order), fills: count(.fill),
                equity: parts.reduce(0) { $0 + ($1.records?.lastEquity ?? 0) },
                checksum: RunLog.joint(ends.map(\.digest)), peakRSS_MiB: Bench.peakRSS())
        } catch { throw .engine(error) }
    }

    private func sma(
        _ work: BenchWork, _ loaded: Loaded, _ shelf: inout PluginShelf, _ plugin: String,
        fast: Int, slow: Int
    ) throws(BenchError) -> BenchResult {
        let parameters = [
            (name: "fast", value: String(fast)), (name: "slow", value: String(slow)),
            (name: "quantity", value: "100"),
        ]
        let strategy = try instance(
            &shelf, plugin, loaded.instruments,
            parameters + (waits ? [(name: "waits", value: "true")] : []))
        return try execute(work, loaded, strategy)
    }

    private func trades(
        _ loaded: Loaded, _ shelf: inout PluginShelf, _ plugin: String
    )
        throws(BenchError) -> BenchResult
    {
        let strategy = try instance(&shelf, plugin, loaded.instruments, [])
        var result = try execute(.w4, loaded, strategy)
        result.checksum = Bench.number(strategy.saved())
        return result
    }

    /// Runs every set on as many threads as there are cores; each set has an engine and an
    /// instance of its own, and shares only the data and the plugin's code.
    private func sweep(
        _ loaded: Loaded, _ shelf: inout PluginShelf, _ plugin: String
    )
        throws(BenchError) -> BenchResult
    {
        let sets = (5..<15).flatMap { fast in stride(from: 20, to: 70, by: 5).map { (fast, $0) } }
        var instances: [any RunningStrategy] = []
        for (fast, slow) in sets {
            let parameters = [
                ("fast", String(fast)), ("slow", String(slow)), ("quantity", "100"),
            ]
            instances.append(
                try instance(
                    &shelf, plugin, loaded.instruments,
                    parameters.map { (name: $0.0, value: $0.1) }))
        }
        let start = Bench.now()
        let results = spread(loaded, instances)
        let seconds = Bench.now() - start
        var total: BenchResult?
        for (set, outcome) in zip(sets, results) {
            let one: BenchResult
            switch outcome {
            case .success(let result): one = result
            case .failure(let error): throw error
            }
            guard var sum = total else {
                total = one
                total?.best = set
                continue
            }
            sum.events += one.events
            sum.orders += one.orders
            sum.fills += one.fills
            if one.equity > sum.equity {
                sum.equity = one.equity
                sum.best = set
                sum.checksum = one.checksum
            }
            total = sum
        }
        guard var total else { preconditionFailure("a sweep has sets") }
        total.seconds = seconds
        total.sets = sets.count
        total.peakRSS_MiB = Bench.peakRSS()
        return total
    }

    /// One run for each instance, on all cores, in the order of `instances`.
    private func spread(
        _ loaded: Loaded, _ instances: [any RunningStrategy]
    ) -> [Result<BenchResult, BenchError>] {
        let next = Atomic(0)
        let place = UnsafeMutableBufferPointer<Result<BenchResult, BenchError>?>.allocate(
            capacity: instances.count)
        place.initialize(repeating: nil)
        defer {
            place.deinitialize()
            place.deallocate()
        }
        let bench = self
        // Proof: each index is taken by exactly one thread, which alone touches that instance and
        // that place; the data behind `loaded` do not change while a feed is read.
        nonisolated(unsafe) let (data, jobs, results) = (loaded, instances, place)
        let threads = min(instances.count, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < jobs.count else { return }
                do throws(BenchError) {
                    results[index] = .success(
                        try bench.execute(.w3, data, jobs[index], isAlone: false))
                } catch { results[index] = .failure(error) }
            }
        }
        return place.map { result in
            guard let result else { preconditionFailure("every set has run") }
            return result
        }
    }

    /// The number that an EMA keeps as its whole state.
    static func number(_ state: [UInt8]?) -> String {
        guard let state, state.count >= 8 else { return "" }
        let value = state.withUnsafeBytes { $0.loadUnaligned(as: Double.self) }
        return String(value)
    }

    /// Monotonic seconds.
    package static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func now_ns() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    static func peakRSS() -> Int {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }
}

extension KeptRecords {
    /// The last equity of the one account that they are of, in units of 10^-18.
    fileprivate var lastEquity: Int128 {
        var last: Int128 = 0
        forEach { kind, words in
            if kind == .equity, words[2] == -1 { last = joined(low: words[3], high: words[4]) }
        }
        return last
    }
}
