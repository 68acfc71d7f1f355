import Glibc
import RialtoBacktest
import RialtoEngine
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

/// A plugin and the market that it is shown.
private struct Case {
    let id: String
    let folder: String
    let parameters: [(name: String, value: String)]
    let market: @Sendable (UInt64) -> MarketSketch

    func strategy(_ settings: WorkerSettings) throws -> SandboxedStrategy {
        try SandboxedStrategy(
            try PluginFile(folder: folder),
            InstanceRequest(
                pluginId: id, parameters: parameters, instruments: [sketchCoin()], indices: [0],
                seed: 1), settings)
    }
}

private func bars(_ seed: UInt64) -> MarketSketch {
    var random = SeededGenerator(seed: seed)
    return MarketSketch(
        bars: MarketSketch.randomBars(900, instrument: 0, offset_ns: 0, using: &random))
}

private func trades(_ seed: UInt64) -> MarketSketch {
    var random = SeededGenerator(seed: seed)
    var trades = MarketSketch.randomTrades(900, instrument: 0, using: &random)
    for index in trades.indices { trades[index].time_ns += Int64(index) }
    return MarketSketch(bars: [], trades: trades)
}

/// C of a strategy whose intents follow from all that it has seen, and that can be saved; `load`
/// is the body of that function.
private func rememberingSource(load: String) -> String {
    rogueSource(
        """
        for (uint32_t row = 0; row < batch->count; row++) {
            state.sum += batch->bars->close[row];
            state.count++;
            if (state.sum % 7 != 0) continue;
            rialto_intent_t *intent = put(intents, RIALTO_INTENT_TARGET);
            intent->row = row;
            intent->quantity = state.count % 5;
        }
        """,
        extra: "table->save = save; table->load = load;",
        top: """
            static struct { int64_t sum, count; } state;
            static rialto_result save(void *self, rialto_state_writer_t *writer) {
                uint64_t written = 0;
                (void)self;
                writer->schema = 3;
                return writer->write(writer->host, &state, sizeof state, &written);
            }
            static rialto_result load(void *self, const rialto_state_reader_t *reader) {
                uint64_t read = 0;
                (void)self; (void)reader; (void)read;
                \(load)
                return RIALTO_OK;
            }
            """)
}

private let loads = """
    if (reader->schema != 3) return RIALTO_ERROR_STATE;
    if (reader->read(reader->host, &state, sizeof state, &read) != RIALTO_OK
        || read != sizeof state)
        return RIALTO_ERROR_STATE;
    """

private func cases(in folder: String) throws -> [Case] {
    let remembering = try installSource(
        rememberingSource(load: loads), name: "remembering", in: folder)
    let sma = try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: folder)
    try installBuilt("requote-swift", in: folder)
    try installBuilt("grid", in: folder)
    return [
        Case(id: "org.rialto.test.rogue", folder: remembering, parameters: [], market: bars),
        Case(
            id: "org.rialto.sma-cross", folder: sma, parameters: [("fast", "3"), ("slow", "8")],
            market: bars),
        Case(
            id: "org.rialto.requote-swift", folder: folder + "/requote-swift",
            parameters: [("every", "3")], market: trades),
        Case(id: "org.rialto.grid", folder: folder + "/grid", parameters: [], market: bars),
    ]
}

private func settings() -> WorkerSettings {
    var settings = Walls.all.settings
    settings.snapshotBatches = 20
    return settings
}

/// Runs a strategy, and does something before each batch. Returns the digest of the run.
private func run(
    _ strategy: SandboxedStrategy, _ market: MarketSketch, batchLimit: Int = 8,
    before: @escaping (_ batch: Int) -> Void = { _ in }
) throws -> String {
    let port = strategy.port
    var batches = 0
    let watched = StrategyPort(
        kinds: port.kinds, isOpenLoop: port.isOpenLoop, historyRows: port.historyRows,
        onBatch: { batch, sink in
            before(batches)
            batches += 1
            return port.onBatch(batch, &sink)
        })
    var run = SketchRun(market: market)
    run.batchLimit = batchLimit
    run.accounts = [run.account([watched], allowsShort: true)]
    return try run.execute().digest
}

@Suite(.serialized) struct `A sandboxed strategy whose worker dies` {
    @Test(arguments: [SIGKILL, SIGSEGV, SIGSTOP, SIGABRT])
    func `goes on in another, and nothing of the run is different`(_ signal: Int32) throws {
        let scratch = try ScratchFolder()
        for plugin in try cases(in: scratch.path) {
            for seed in UInt64(0)..<2 {
                let undisturbed = try run(
                    try plugin.strategy(settings()), plugin.market(seed))
                let strategy = try plugin.strategy(settings())
                let target = strategy.target
                var random = SeededGenerator(seed: seed), kills = 0
                let digest = try run(strategy, plugin.market(seed)) { batch in
                    guard batch == 1 || Int.random(in: 0..<30, using: &random) == 0 else { return }
                    target.send(signal)
                    kills += 1
                }
                #expect(digest == undisturbed, "\(plugin.id) \(seed): \(strategy.failure)")
                #expect(strategy.failure == "", "\(plugin.id) \(seed)")
                #expect(strategy.replacements.count == kills, "\(plugin.id) \(seed)")
                for replacement in strategy.replacements {
                    guard case .killed = replacement.cause else {
                        Issue.record("\(plugin.id): \(replacement.cause)")
                        continue
                    }
                }
            }
        }
    }

    @Test func `begins with its last saved state, where it can be saved`() throws {
        let scratch = try ScratchFolder()
        for plugin in try cases(in: scratch.path) {
            let strategy = try plugin.strategy(settings())
            let target = strategy.target
            _ = try run(strategy, plugin.market(1)) { if $0 == 50 { target.send(SIGKILL) } }
            let replacement = try #require(strategy.replacements.first)
            let keepsState = plugin.id == "org.rialto.test.rogue"
            #expect(replacement.usedState == keepsState)
            #expect(replacement.batches == (keepsState ? 10 : 50), "\(plugin.id)")
        }
    }

    @Test func `ends when its replacement answers otherwise`() throws {
        let scratch = try ScratchFolder()
        let folder = try installSource(
            rememberingSource(load: ""), name: "forgetful", in: scratch.path)
        let plugin = Case(
            id: "org.rialto.test.rogue", folder: folder, parameters: [], market: bars)
        let strategy = try plugin.strategy(settings())
        let target = strategy.target
        _ = try run(strategy, plugin.market(1)) { if $0 == 59 { target.send(SIGKILL) } }
        #expect(strategy.failure.contains("not deterministic"), "\(strategy.failure)")
        #expect(strategy.replacements.isEmpty)
    }

    @Test func `by the same crash of its plugin twice is quarantined`() throws {
        let scratch = try ScratchFolder()
        let folder = try installSource(
            rogueSource(
                "if (++batches == 9) *(volatile int *)8 = 1;", top: "static int batches;"),
            name: "rogue", in: scratch.path)
        let plugin = Case(
            id: "org.rialto.test.rogue", folder: folder, parameters: [], market: bars)
        let strategy = try plugin.strategy(settings())
        _ = try run(strategy, plugin.market(1))
        #expect(strategy.failure.contains("twice: it is quarantined"), "\(strategy.failure)")
        #expect(strategy.replacements.count == 1)
    }

    @Test(arguments: [
        "socket(2, 1, 0);", "_exit(3);", "(void)__builtin_ia32_rdtsc();",
        "for (volatile int i = 0;; i++) {}",
    ])
    func `by a violation is not replaced`(_ body: String) throws {
        let scratch = try ScratchFolder()
        let folder = try installSource(
            rogueSource(body, top: "#include <sys/socket.h>\n#include <unistd.h>"), name: "rogue",
            in: scratch.path)
        let plugin = Case(
            id: "org.rialto.test.rogue", folder: folder, parameters: [], market: bars)
        let strategy = try plugin.strategy(settings())
        _ = try run(strategy, plugin.market(1))
        #expect(!strategy.failure.isEmpty)
        #expect(strategy.replacements.isEmpty)
    }

    @Test func `has what it was told on disk when that is much, and ends when it is too much`()
        throws
    {
        let scratch = try ScratchFolder()
        let folder = try installSource(
            rogueSource(
                """
                for (uint32_t row = 0; row < batch->count; row++) {
                    sum += batch->bars->close[row];
                    if (sum % 997 != 0) continue;
                    rialto_intent_t *intent = put(intents, RIALTO_INTENT_TARGET);
                    intent->row = row;
                    intent->quantity = sum % 5;
                }
                """, top: "static int64_t sum;"), name: "rogue", in: scratch.path)
        let plugin = Case(
            id: "org.rialto.test.rogue", folder: folder, parameters: [], market: longBars)
        var large = settings()
        large.replayMemory = 4 << 20
        var batches = 0
        let undisturbed = try run(
            try plugin.strategy(settings()), plugin.market(1), batchLimit: 4096
        ) { batches = $0 }
        func disturbed(_ settings: WorkerSettings) throws -> (String, SandboxedStrategy) {
            let strategy = try plugin.strategy(settings)
            let target = strategy.target, late = batches * 9 / 10
            let digest = try run(strategy, plugin.market(1), batchLimit: 4096) {
                if $0 == late { target.send(SIGKILL) }
            }
            return (digest, strategy)
        }
        let (kept, strategy) = try disturbed(large)
        #expect(kept == undisturbed && strategy.failure == "", "\(strategy.failure)")
        #expect(strategy.replacements.first?.batches == batches * 9 / 10)
        var small = large
        small.replayMax = 1 << 20
        let (_, lost) = try disturbed(small)
        #expect(lost.failure.contains("more than 1 MiB"), "\(lost.failure)")
        #expect(lost.replacements.isEmpty)
    }
}

private func longBars(_ seed: UInt64) -> MarketSketch {
    var random = SeededGenerator(seed: seed)
    return MarketSketch(
        bars: MarketSketch.randomBars(200_000, instrument: 0, offset_ns: 0, using: &random))
}
