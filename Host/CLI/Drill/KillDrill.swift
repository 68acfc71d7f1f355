import RialtoBacktest
import RialtoEngine
import RialtoPluginHost
import RialtoSimulation
import RialtoValues

/// Runs of sandboxed plugins whose workers are killed at random points, each beside the same run in
/// process where nothing happens.
package struct KillDrill {
    /// A plugin and what it is shown.
    package struct Subject: Sendable {
        package let id: String
        let parameters: [(name: String, value: String)]
        let readsTrades: Bool
    }

    /// What became of the runs of one plugin.
    package struct Tally: Equatable, Sendable {
        package var runs = 0
        package var batches = 0
        package var kills = 0
        package var replacements = 0
        package var orders = 0
        /// Orders and answers that the venue did not have, and had too often.
        package var lost = 0
        package var doubled = 0
        /// Runs whose record or last state was not that of the undisturbed one.
        package var different = 0
        /// From a signal until the replacement was where the dead worker had been, in nanoseconds.
        package var times_ns: [Int64] = []
        /// Why runs ended early.
        package var failures: [String] = []

        package init() {}

        package static func += (all: inout Tally, one: Tally) {
            all.runs += one.runs
            all.batches += one.batches
            all.kills += one.kills
            all.replacements += one.replacements
            all.orders += one.orders
            all.lost += one.lost
            all.doubled += one.doubled
            all.different += one.different
            all.times_ns += one.times_ns
            all.failures += one.failures
        }

        /// Whether every run was as if nothing had happened.
        package var holds: Bool {
            lost == 0 && doubled == 0 && different == 0 && failures.isEmpty
        }

        /// - Parameter share: 0...1.
        package func time_ns(at share: Double) -> Int64? {
            let sorted = times_ns.sorted()
            guard !sorted.isEmpty else { return nil }
            return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
        }
    }

    /// In C and in Swift, with a saved state and without, in a closed loop and in an open one.
    package static let subjects = [
        Subject(
            id: "org.rialto.sma-cross", parameters: [("fast", "3"), ("slow", "8")],
            readsTrades: false),
        Subject(id: "org.rialto.requote", parameters: [("every", "3")], readsTrades: true),
        Subject(id: "org.rialto.grid", parameters: [], readsTrades: false),
        Subject(id: "org.rialto.ema-watch-swift", parameters: [], readsTrades: true),
    ]

    private let folders: PluginFolders
    private let settings: WorkerSettings
    private let killEvery: Int

    /// - Parameter killEvery: Batches from one signal to the next, on average; 1 or more.
    package init(_ folders: PluginFolders, killEvery: Int) {
        self.folders = folders
        self.killEvery = killEvery
        var settings = WorkerSettings()
        settings.replacementsMax = .max
        settings.snapshotBatches = 100
        self.settings = settings
    }

    /// Rows of each run, and most rows of a batch.
    private static let rows = 1500
    private static let batchLimit = 8

    /// Runs one plugin over one market after the other.
    ///
    /// - Parameter batches: So many at least, unless a run ends early.
    package func execute(
        _ subject: Subject, batches: Int, seed: UInt64
    ) throws -> Tally {
        let file = try PluginFile(folder: try folders.folder(of: subject.id))
        let library = try PluginLibrary(file)
        var all = Tally()
        while all.batches < batches, all.failures.isEmpty {
            all += try execute(subject, file, library, seed: seed &+ UInt64(all.runs))
        }
        return all
    }

    private func execute(
        _ subject: Subject, _ file: PluginFile, _ library: PluginLibrary, seed: UInt64
    ) throws -> Tally {
        let market = Self.market(subject, seed: seed)
        let open = try StrategyInstance(library, Self.request(subject))
        let walled = try SandboxedStrategy(file, Self.request(subject), settings)
        let killer = Killer(walled.target, every: killEvery, seed: seed)
        var tally = Tally()
        let truth = VenueLog(), log = VenueLog()
        let expected = try Self.run(open.port, market, truth)
        let found = try Self.run(
            Self.watched(walled.port) {
                tally.batches += 1
                killer.beforeBatch()
            }, market, log)
        let sent = killer.finish()
        tally.runs = 1
        tally.kills = sent.count
        tally.orders = log.orderCount
        tally.lost = log.lost(of: truth)
        tally.doubled = log.doubled(beside: truth)
        let isSame = expected.digest == found.digest && open.saved() == walled.saved()
        tally.different = isSame ? 0 : 1
        tally.replacements = walled.replacements.count
        tally.times_ns = Self.times(walled.replacements, sent)
        if !walled.failure.isEmpty { tally.failures = ["seed \(seed): \(walled.failure)"] }
        return tally
    }

    /// From the first signal after one replacement was there until the next one was.
    private static func times(_ replacements: [Replacement], _ sent: [Int64]) -> [Int64] {
        var before = Int64.min
        return replacements.compactMap { replacement in
            defer { before = replacement.done_ns }
            return sent.first { $0 > before && $0 < replacement.done_ns }
                .map { replacement.done_ns - $0 }
        }
    }

    private static func market(_ subject: Subject, seed: UInt64) -> MarketSketch {
        var random = SeededGenerator(seed: seed)
        guard subject.readsTrades else {
            return MarketSketch(
                bars: MarketSketch.randomBars(rows, instrument: 0, offset_ns: 0, using: &random))
        }
        // No two at one time: who renews quotes does so once in a time group.
        var trades = MarketSketch.randomTrades(rows, instrument: 0, using: &random)
        for index in trades.indices { trades[index].time_ns += Int64(index) }
        return MarketSketch(bars: [], trades: trades)
    }

    private static func request(_ subject: Subject) -> InstanceRequest {
        InstanceRequest(
            pluginId: subject.id, parameters: subject.parameters, instruments: [sketchCoin()],
            indices: [0], seed: 1)
    }

    private static func run(
        _ port: StrategyPort, _ market: MarketSketch, _ log: VenueLog
    ) throws -> SketchOutcome {
        var run = SketchRun(market: market)
        run.batchLimit = batchLimit
        run.exchange = log.port
        run.accounts = [run.account([port], allowsShort: true)]
        return try run.execute()
    }

    private static func watched(
        _ port: StrategyPort, before: @escaping () -> Void
    ) -> StrategyPort {
        StrategyPort(
            kinds: port.kinds, isOpenLoop: port.isOpenLoop, historyRows: port.historyRows,
            onBatch: { batch, sink in
                before()
                return port.onBatch(batch, &sink)
            })
    }
}
