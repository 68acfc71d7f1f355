import RialtoBacktest
import RialtoConfiguration
import RialtoHistory
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

/// Notes what every batch says in all of its columns, as one number.
private let reader = """
    #include <stdio.h>
    #define MIX(value) hash = (hash ^ (uint64_t)(value)) * 1099511628211u
    static void tell(rialto_intents_t *intents, uint32_t row, uint64_t number) {
        char *place = (char *)intents->items + (size_t)intents->count++ * intents->item_size;
        rialto_intent_t *intent = (rialto_intent_t *)place;
        intent->struct_size = sizeof(rialto_intent_t);
        intent->kind = RIALTO_INTENT_NOTE;
        intent->row = row;
        intent->text_size = (uint32_t)sprintf(intents->text, "%lu", (unsigned long)number);
        intents->text_count = intent->text_size;
    }
    """

private let readsBars = """
    uint64_t hash = 14695981039346656037u;
    const rialto_bars_t *b = batch->bars;
    for (uint32_t row = 0; row < b->count; row++) {
        MIX(b->time_ns[row]); MIX(b->open_time_ns[row]); MIX(b->close_time_ns[row]);
        MIX(b->instrument[row]); MIX(b->interval_ns[row]); MIX(b->open[row]);
        MIX(b->high[row]); MIX(b->low[row]); MIX(b->close[row]); MIX(b->volume[row]);
        MIX(b->final[row]);
    }
    tell(intents, batch->count - 1, hash);
    """

/// Notes what all batches so far said, which only a replacement that was told all of them can.
private let remembers = """
    static uint64_t hash = 14695981039346656037u;
    const rialto_bars_t *b = batch->bars;
    for (uint32_t row = 0; row < b->count; row++) {
        MIX(b->time_ns[row]); MIX(b->instrument[row]); MIX(b->open[row]); MIX(b->high[row]);
        MIX(b->low[row]); MIX(b->close[row]); MIX(b->volume[row]); MIX(b->final[row]);
    }
    tell(intents, batch->count - 1, hash);
    """

private let readsMarks = """
    uint64_t hash = 14695981039346656037u;
    const rialto_marks_t *m = batch->marks;
    for (uint32_t row = 0; row < m->count; row++) {
        MIX(m->time_ns[row]); MIX(m->venue_time_ns[row]); MIX(m->instrument[row]);
        MIX(m->mark_price[row]); MIX(m->index_price[row]);
    }
    tell(intents, batch->count - 1, hash);
    """

/// Notes how many of the four rows after the last one of each batch are those that come next.
private let peeks = """
    const int64_t *time = batch->bars->time_ns;
    const uint32_t end = batch->bars->count;
    uint64_t seen = 0;
    for (uint32_t row = end; row < end + 4; row++)
        if (time[row] == time[end - 1] + (row - end + 1) * 60000000000) seen++;
    tell(intents, batch->count - 1, seen);
    """

/// Notes which of several ways there are to write to what it reads.
private let alters = """
    char *page = (char *)((uintptr_t)batch->bars->close & ~4095ul);
    char *own = (char *)((uintptr_t)batch & ~4095ul);
    uint64_t ways = 0;
    if (mprotect(page, 4096, PROT_READ | PROT_WRITE) == 0) ways |= 1;
    if (mprotect(own, 4096, PROT_READ | PROT_WRITE) == 0) ways |= 2;
    if (madvise(page, 4096, MADV_REMOVE) == 0) ways |= 4;
    if (madvise(own, 4096, MADV_REMOVE) == 0) ways |= 8;
    tell(intents, batch->count - 1, ways);
    """

/// Three days of minutes of two coins, one of them a contract with mark prices.
private struct PublishedWorld {
    let scratch: ScratchFolder
    private static let start = UnixTime.parse("2021-01-01".utf8) ?? 0

    init() throws {
        scratch = try ScratchFolder()
        let folder = HistoryFolder(path: scratch.path + "/history")
        var random = SeededGenerator(seed: 3)
        for (name, kind) in [("A/USD", InstrumentKind.spot), ("P/USD", .linear)] {
            let coin = sketchCoin(name, kind: kind)
            var bars = try SeriesBuilder(
                SeriesDefinition(instrument: coin, kind: .bars, interval_ns: MarketSketch.minute))
            var marks = try SeriesBuilder(
                SeriesDefinition(instrument: coin, kind: .marks, interval_ns: 0))
            var price: Int64 = 10_000
            for index in 1...4_320 as ClosedRange<Int64> {
                let time = Self.start + index * MarketSketch.minute
                let next = max(100, price + .random(in: -40...40, using: &random))
                try bars.append(
                    bar: time, open: price, high: max(price, next) + 2,
                    low: min(price, next) - 2, close: next,
                    volume: .random(in: 1...500, using: &random))
                try marks.append(
                    mark: time, venue_time_ns: time - 5, markPrice: next + 1, indexPrice: next)
                price = next
            }
            try folder.write(bars.finish())
            if kind == .linear { try folder.write(marks.finish()) }
        }
        try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: plugins)
    }

    private var plugins: String { scratch.path + "/plugins" }

    /// Installs a strategy whose `on_batch` is `body`.
    func install(_ body: String, extra: String = "") throws {
        let top = "#include <sys/mman.h>\n" + reader
        try installSource(
            rogueSource(body, extra: "(void)tell;" + extra, top: top), name: "rogue", in: plugins)
    }

    /// Runs a strategy on some of the coins.
    func run(
        _ strategy: String, _ names: [String], _ tier: PluginTier, batchLimit: Int = 64
    ) throws -> BacktestOutcome {
        let bars = names.map { "{ name: \($0), interval: 1m }" }
        let marks = names.contains("P/USD") ? ["{ name: P/USD, kind: marks }"] : []
        let text = """
            data: \(scratch.path)
            batch_limit: \(batchLimit)
            instruments: [\((bars + marks).joined(separator: ", "))]
            accounts:
              - id: main
                equity: 1000000
                strategies:
                  - { id: a, plugin: \(strategy), capital: 1000000 }

            """
        let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
        let outcome = try Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [plugins]), tier: tier
        ).execute()
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        return outcome
    }
}

private func sandbox(_ walls: Walls, _ publishes: Publishing) -> PluginTier {
    var settings = walls.settings
    settings.publishes = publishes
    return .sandboxed(settings)
}

@Suite(.serialized) struct `Market data in a sandbox` {
    @Test(arguments: Walls.allCases, Publishing.allCases)
    func `are the same in every column as in process`(
        _ walls: Walls, _ publishes: Publishing
    ) throws {
        let world = try PublishedWorld()
        try world.install(readsBars)
        for names in [["A/USD"], ["A/USD", "P/USD"]] {
            for id in ["org.rialto.sma-cross", "org.rialto.test.rogue"] {
                for limit in [1, 64, 4096] {
                    let open = try world.run(id, names, .inProcess, batchLimit: limit)
                    let walled = try world.run(
                        id, names, sandbox(walls, publishes), batchLimit: limit)
                    #expect(walled.digest == open.digest, "\(id) \(names) \(limit)")
                    #expect(walled.texts == open.texts, "\(id) \(names) \(limit)")
                }
            }
        }
    }

    @Test(arguments: Publishing.allCases)
    func `hold what is said of contracts`(_ publishes: Publishing) throws {
        let world = try PublishedWorld()
        try world.install(readsMarks, extra: "needs[0].kind = RIALTO_KIND_MARKS;")
        let open = try world.run("org.rialto.test.rogue", ["P/USD"], .inProcess)
        let walled = try world.run("org.rialto.test.rogue", ["P/USD"], sandbox(.all, publishes))
        #expect(open.texts.count > 50)
        #expect(walled.texts == open.texts && walled.digest == open.digest)
    }

    @Test(arguments: Walls.allCases)
    func `end with the batch, unless they are published ahead`(_ walls: Walls) throws {
        let world = try PublishedWorld()
        try world.install(peeks)
        func seen(_ tier: PluginTier) throws -> [String] {
            try world.run("org.rialto.test.rogue", ["A/USD"], tier).texts.map(\.text)
        }
        let due = try seen(sandbox(walls, .justInTime))
        #expect(due.count > 50 && Set(due) == ["0"])
        // The check can tell: ahead, and in process, the next rows are there.
        #expect(try seen(sandbox(walls, .ahead)).filter { $0 == "4" }.count > 50)
        #expect(try seen(.inProcess).filter { $0 == "4" }.count > 50)
    }

    @Test(arguments: [["A/USD"], ["A/USD", "P/USD"]], Publishing.allCases)
    func `are told again from where the host has them, not from a second copy`(
        _ names: [String], _ publishes: Publishing
    ) throws {
        let world = try PublishedWorld()
        try world.install(remembers)
        let watch = WorkerWatch(strike: .init(instance: 0, batch: 16))
        var settings = Walls.all.settings
        settings.publishes = publishes
        settings.watch = watch
        // What 15 batches say in full has no room in it.
        settings.replayMemory = 64 << 10
        settings.replayMax = 0
        func run(_ tier: PluginTier) throws -> BacktestOutcome {
            try world.run("org.rialto.test.rogue", names, tier, batchLimit: 256)
        }
        let undisturbed = try run(sandbox(.all, publishes)), killed = try run(.sandboxed(settings))
        #expect(killed.digest == undisturbed.digest && killed.texts == undisturbed.texts)
        #expect(undisturbed.texts.count >= 17)
        #expect(watch.replacements.map(\.batches) == [15])
    }

    @Test(arguments: Walls.allCases, Publishing.allCases)
    func `can be altered in no way by who reads them`(
        _ walls: Walls, _ publishes: Publishing
    ) throws {
        let world = try PublishedWorld()
        try world.install(alters)
        for names in [["A/USD"], ["A/USD", "P/USD"]] {
            let ways = try world.run("org.rialto.test.rogue", names, sandbox(walls, publishes))
            #expect(Set(ways.texts.map(\.text)) == ["0"])
        }
    }
}
