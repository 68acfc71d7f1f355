import Foundation
import RialtoBacktest
import RialtoConfiguration
import RialtoEngine
import RialtoHistory
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

/// A strategy for one instrument that notes every two hundredth bar, wants a unit more each time,
/// and fails at the two thousandth.
private let mortal = """
    #include <string.h>
    #include <stdlib.h>
    #include "rialto/rialto.h"
    #include "rialto/one_plugin.h"

    RIALTO_WRITE_NOTE("org.rialto.test.mortal", "1.0.0", "c", __VERSION__);
    #define TEXT(literal) {literal, sizeof(literal) - 1}
    static const rialto_need_t needs[] = {
        {sizeof(rialto_need_t), RIALTO_KIND_BARS, RIALTO_NONE, 0, 0},
    };

    static rialto_intent_t *add(rialto_intents_t *intents, uint8_t kind, uint32_t row) {
        char *place = (char *)intents->items + (size_t)intents->count++ * intents->item_size;
        rialto_intent_t *intent = (rialto_intent_t *)place;
        intent->struct_size = sizeof(rialto_intent_t);
        intent->kind = kind;
        intent->row = row;
        return intent;
    }

    static rialto_result on_batch(void *self, const rialto_batch_t *batch,
                                  rialto_intents_t *intents, uint32_t *out_consumed) {
        int *seen = self;
        for (uint32_t row = 0; row < batch->count; row++) {
            if (++*seen == 2000) return RIALTO_ERROR;
            if (*seen % 200) continue;
            rialto_intent_t *note = add(intents, RIALTO_INTENT_NOTE, row);
            note->text_size = 4;
            memcpy(intents->text, "more", 4);
            intents->text_count = 4;
            rialto_intent_t *target = add(intents, RIALTO_INTENT_TARGET, row);
            target->instrument = batch->bars->instrument[row];
            target->quantity = *seen / 200;
            *out_consumed = row + 1;
            return RIALTO_OK;
        }
        *out_consumed = batch->count;
        return RIALTO_OK;
    }

    static void destroy(void *self) { free(self); }

    static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                                void *out_table, rialto_needs_t *out_needs, rialto_error_t *error) {
        (void)plugin; (void)services; (void)error;
        rialto_strategy_t *table = out_table;
        table->self = calloc(1, sizeof(int));
        table->on_batch = on_batch;
        table->destroy = destroy;
        out_needs->need_count = 1;
        out_needs->needs = needs;
        return RIALTO_OK;
    }

    static const rialto_plugin_t plugin = {
        .struct_size = sizeof(rialto_plugin_t), .kind = RIALTO_PLUGIN_STRATEGY,
        .id = TEXT("org.rialto.test.mortal"), .version = TEXT("1.0.0"), .name = TEXT("Mortal"),
        .summary = TEXT("Fails in the end."), .author = TEXT("Tests"),
        .license = TEXT("Apache-2.0"), .create = create,
    };
    RIALTO_ONE_PLUGIN(plugin)
    """

/// Two days of minutes of two coins, and four accounts that share nothing at the venue.
private struct AccountWorld {
    let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
        let folder = HistoryFolder(path: scratch.path + "/history")
        var random = SeededGenerator(seed: 11)
        for (index, name) in ["A/USD", "B/USD"].enumerated() {
            var bars = try SeriesBuilder(
                SeriesDefinition(
                    instrument: sketchCoin(name), kind: .bars, interval_ns: MarketSketch.minute))
            for bar in MarketSketch.randomBars(
                2_880, instrument: UInt32(index), offset_ns: 0, using: &random)
            {
                try bars.append(
                    bar: bar.time_ns, open: bar.open, high: bar.high, low: bar.low,
                    close: bar.close, volume: bar.volume)
            }
            try folder.write(bars.finish())
        }
        let plugins = scratch.path + "/plugins"
        try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: plugins)
        try installSource(mortal, name: "mortal", in: plugins)
        for name in ["technical", "ensemble-follow"] { try installBuilt(name, in: plugins) }
    }

    /// Each account's part of the run file, in the order of the run.
    static let accounts = [
        """
          - id: crossing
            equity: 200000
            strategies:
              - { id: a, plugin: org.rialto.sma-cross, capital: 100000,
                  parameters: { fast: 3, slow: 9, quantity: 7 } }
              - { id: b, plugin: org.rialto.sma-cross, capital: 100000,
                  parameters: { fast: 4, slow: 11, quantity: 5 } }
        """,
        """
          - id: mortal
            equity: 200000
            strategies:
              - { id: c, plugin: org.rialto.sma-cross, capital: 100000, instruments: [B/USD],
                  parameters: { fast: 5, slow: 20, quantity: 3 } }
              - { id: d, plugin: org.rialto.test.mortal, capital: 100000, instruments: [A/USD] }
        """,
        """
          - id: paced
            equity: 100000
            execution: { algorithm: twap, duration: 5m }
            strategies:
              - { id: e, plugin: org.rialto.sma-cross, capital: 100000,
                  parameters: { fast: 5, slow: 20, quantity: 40 } }
        """,
        """
          - id: follower
            equity: 100000
            strategies:
              - { id: f, plugin: org.rialto.ensemble-follow, capital: 99000,
                  parameters: { position_max: 20, dead_band: 0.001, hysteresis: 0.001,
                    full: 0.01 } }
              - { id: g, plugin: org.rialto.test.mortal, capital: 1000, instruments: [B/USD] }
        """,
    ]

    func run(
        cores: Int?, batchLimit: Int = 4096, _ chosen: [String] = AccountWorld.accounts,
        venue: String = "", models: Bool = true
    ) throws -> BacktestOutcome {
        let model =
            models
            ? """
            models:
              - { id: technical, plugin: org.rialto.technical, parameters: { horizon: 1h } }
            ensemble: { rule: hedge, eta: 0.5, loss: log, probation: 5 }
            """ : ""
        let text = """
            data: \(scratch.path)
            batch_limit: \(batchLimit)
            equity_interval: 1h
            instruments:
              - { name: A/USD, interval: 1m }
              - { name: B/USD, interval: 1m }
            venue:
              fee_bps: { maker: 1, taker: 2 }
              latency: { order: 700ms, report: 700ms }
              \(venue)
            \(model)
            accounts:
            \(chosen.joined(separator: "\n"))

            """
        let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
        return try Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"]),
            cores: cores
        ).execute()
    }
}

/// Everything that is kept of a run, as text by table and column.
private func content(_ outcome: BacktestOutcome) throws -> [String: String] {
    var all: [String: String] = [:]
    for table in try RunTables(outcome).tables {
        for (name, values) in table.columns {
            let text: String =
                switch values {
                case .integers(let values): "\(Array(values))"
                case .wide(let values): "\(Array(values))"
                case .numbers(let values): "\(values.map(\.bitPattern))"
                case .texts(let values): "\(values)"
                }
            all["\(table.name).\(name)"] = text
        }
    }
    return all
}

@Suite struct `A run with several accounts` {
    @Test func `gives the same digests, records and tables on one core and on several`() throws {
        let world = try AccountWorld()
        let serial = try world.run(cores: 1)
        let kept = try content(serial), words = try serial.records.words
        #expect(serial.parts.map(\.accounts) == [[0], [1], [2], [3]])
        #expect(Set(serial.parts.map(\.digest)).count == 4)
        #expect(serial.digest != serial.parts[0].digest)
        for cores in [2, 3, 4, nil] as [Int?] {
            let other = try world.run(cores: cores)
            #expect(other.digest == serial.digest)
            #expect(other.forecastDigest == serial.forecastDigest)
            #expect(try other.records.words == words)
            #expect(other.texts == serial.texts)
            let tables = try content(other)
            #expect(tables.count == kept.count)
            let differing = tables.keys.filter { tables[$0] != kept[$0] }
            #expect(differing.isEmpty, "with \(String(describing: cores)) cores")
        }
    }

    @Test func `gives the same for every size of a batch`() throws {
        let world = try AccountWorld(),
            apart = [AccountWorld.accounts[0], AccountWorld.accounts[2]]
        let whole = try world.run(cores: 1, apart)
        #expect(whole.failures.isEmpty && whole.parts.count == 2)
        for limit in [1, 7, 64] {
            let cut = try world.run(cores: 2, batchLimit: limit, apart)
            #expect(cut.digest == whole.digest && cut.forecastDigest == whole.forecastDigest)
        }
    }

    @Test func `does for each of them what a run of it alone does`() throws {
        let world = try AccountWorld(), whole = try world.run(cores: 2)
        for (index, account) in AccountWorld.accounts.enumerated() {
            let alone = try world.run(cores: 2, [account])
            #expect(alone.digest == whole.parts[index].digest, "account \(index)")
            #expect(alone.forecastDigest == whole.forecastDigest)
        }
    }

    @Test func `is told in order of time, and counted through`() throws {
        let outcome = try AccountWorld().run(cores: 2), tables = try RunTables(outcome)
        for name in [
            "intents", "orders", "order_states", "fills", "crossings", "equity", "parents",
        ] {
            let times = Array(tables[name].integers("time_ns"))
            #expect(times.count > 10, "\(name)")
            #expect(times == times.sorted(), "\(name)")
        }
        for (name, number) in [("orders", "order"), ("fills", "fill")] {
            let numbers = Array(tables[name].integers(number))
            #expect(numbers == (0..<numbers.count).map(Int64.init), "\(name)")
        }
        #expect(Set(tables["orders"].integers("account")) == [0, 1, 2, 3])
        #expect(Set(tables["intents"].integers("instance")) == Set(0...6))
        let prices = tables["prices"], times = prices.integers("time_ns")
        let marks = zip(times, prices.integers("instrument")).map { "\($0) \($1)" }
        #expect(Set(marks).count == marks.count, "every price is there once")
        var check = BooksCheck(accounts: books, instruments: 2)
        check.replay(
            SketchOutcome(digest: outcome.digest, words: try outcome.records.words, texts: []))
        #expect(check.faults.isEmpty, "\(check.faults.prefix(3))")
        #expect(RunSummary(tables).addsUp)
    }

    private var books: [BooksCheck.Account] {
        let thousand = 100_000 * cent
        return [[100, 100], [100, 100], [100], [99, 1]].map { capital in
            BooksCheck.Account(
                equity: capital.reduce(0, +) * thousand,
                instances: capital.map { ($0 * thousand, false) })
        }
    }

    @Test func `goes on for the others when a plugin fails in two of them`() throws {
        let world = try AccountWorld()
        let outcomes = try [1, 2].map { try world.run(cores: $0) }
        for outcome in outcomes {
            #expect(outcome.failures.map(\.id) == ["d", "g"])
            let tables = try RunTables(outcome), fills = tables["fills"]
            let last = try #require(tables["events"].integers("time_ns").last)
            let after = zip(fills.integers("time_ns"), fills.integers("account"))
                .filter { $0.0 > last }
            #expect(Set(after.map(\.1)) == [0, 1, 2, 3])
            #expect(outcome.texts.count == 18 && outcome.texts.allSatisfy { $0.text == "more" })
            let intents = tables["intents"].integers("text").filter { $0 >= 0 }
            #expect(Set(intents) == Set(0..<18))
        }
    }

    @Test func `ends with the first account's error, whoever meets one first`() throws {
        let world = try AccountWorld()
        let home = repository.appendingPathComponent("Plugins/Exchanges/Paper")
        let source = try String(contentsOf: home.appendingPathComponent("paper.c"), encoding: .utf8)
        let venue = "plugin: org.rialto.paper"
        try installSource(source, name: "paper", in: world.scratch.path + "/plugins")
        let honest = try [1, 2].map { try world.run(cores: $0, venue: venue) }
        #expect(honest[0].parts.count == 4 && honest[0].digest == honest[1].digest)
        #expect(try honest[0].digest == world.run(cores: 2).digest)
        // It reads the price of every fill where there is none.
        let other = try AccountWorld()
        try installSource(
            source.replacing("\"fill_price\"", with: "\"fill_prise\""), name: "paper",
            in: other.scratch.path + "/plugins")
        var errors: [String] = []
        for (cores, chosen) in [(1, 0..<4), (2, 0..<4), (4, 0..<4), (1, 0..<1)] {
            do {
                _ = try other.run(
                    cores: cores, Array(AccountWorld.accounts[chosen]), venue: venue)
            } catch { errors.append("\(error)") }
        }
        #expect(errors.count == 4 && Set(errors).count == 1)
    }

    @Test func `stays together where accounts could take each other's liquidity`() throws {
        let world = try AccountWorld()
        for venue in ["fill: { volume_share: 0.01 }", "refusals: 0.1"] {
            let joint = try [1, 2].map { try world.run(cores: $0, venue: venue) }
            #expect(joint[0].parts.map(\.accounts) == [[0, 1, 2, 3]])
            #expect(
                joint[0].digest == joint[1].digest && joint[0].digest == joint[0].parts[0].digest)
        }
        let chosen = [("A", 1), ("B", 2), ("A", 3)].map { coin, fast in
            """
              - id: account-\(fast)
                equity: 1000
                strategies:
                  - { id: s\(fast), plugin: org.rialto.sma-cross, capital: 1000,
                      instruments: [\(coin)/USD], parameters: { fast: \(fast), slow: 9 } }
            """
        }
        let pairs = try world.run(cores: 2, chosen, venue: "fill: { volume_share: 0.01 }")
        #expect(pairs.parts.map(\.accounts) == [[0, 2], [1]])
        #expect(Set(try RunTables(pairs)["fills"].integers("account")) == [0, 1, 2])
    }
}
