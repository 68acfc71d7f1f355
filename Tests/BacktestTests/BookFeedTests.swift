import Foundation
import RialtoBacktest
import RialtoConfiguration
import RialtoEngine
import RialtoHistory
import RialtoMatching
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

/// A stored book of prices 1...40 with messages of several rows, whole books, gaps and equal times.
func randomBook(
    _ name: String, messages: Int, using random: inout SeededGenerator
) throws -> Series {
    var builder = try SeriesBuilder(
        SeriesDefinition(instrument: sketchCoin(name), kind: .book, interval_ns: 0))
    var time = MarketSketch.start
    for message in 1...Int64(messages) {
        time += Int64.random(in: 0...2, using: &random)
        let what = Int.random(in: 0..<12, using: &random)
        if what == 0 {
            try builder.append(
                level: time, venue_time_ns: time - 5, side: 0, flags: .all, price: 0, quantity: 0,
                sequence: 0)
            continue
        }
        let count = Int.random(in: 1...4, using: &random)
        for row in 1...count {
            var flags: BookFlags = row == count ? .last : []
            if what == 1, row == 1 { flags.insert(.clears) }
            let side = UInt8.random(in: 1...2, using: &random)
            try builder.append(
                level: time, venue_time_ns: time - 5, side: side, flags: flags,
                price: .random(in: 1...20, using: &random) + (side == 2 ? 20 : 0),
                quantity: .random(in: 0...3, using: &random), sequence: message)
        }
    }
    return builder.finish()
}

private func randomTrades(
    _ name: String, count: Int, using random: inout SeededGenerator
) throws -> Series {
    var builder = try SeriesBuilder(
        SeriesDefinition(instrument: sketchCoin(name), kind: .trades, interval_ns: 0))
    var time = MarketSketch.start
    for _ in 0..<count {
        time += Int64.random(in: 0...4, using: &random)
        try builder.append(
            trade: time, venue_time_ns: time, price: 20, quantity: 1, takerSide: 1)
    }
    return builder.finish()
}

extension Series {
    /// The book after every row at or before a time.
    fileprivate func book(at time: Int64) -> OrderBook {
        var book = OrderBook()
        for index in 0..<count where time_ns[index] <= time {
            let row = row(index)
            if row[3] & 2 != 0 { book.clear() }
            if row[2] != 0 {
                book.set(row[2] == 1 ? .buy : .sell, price: row[4], quantity: row[5])
            }
        }
        return book
    }
}

/// Books as someone keeps them who is handed a feed.
private struct Follower {
    var books: [Int: OrderBook] = [:]

    mutating func take(_ feed: Feed, _ entry: Int) {
        let kind = feed.kind.map { $0[entry] } ?? feed.singleKind?.rawValue
        let row = feed.row.map { Int($0[entry]) } ?? entry
        let instrument = feed.instrument(entry)
        if kind == EventKind.books.rawValue, let books = feed.books {
            var book = OrderBook()
            let first = Int(books.firstLevel[row]), bids = Int(books.bidCount[row])
            for level in first..<first + bids + Int(books.askCount[row]) {
                book.set(
                    level < first + bids ? .buy : .sell, price: books.levelPrice[level],
                    quantity: books.levelQuantity[level])
            }
            self.books[instrument] = book
        } else if kind == EventKind.bookDeltas.rawValue, let deltas = feed.bookDeltas {
            books[instrument, default: OrderBook()].set(
                deltas.side[row] == 1 ? .buy : .sell, price: deltas.price[row],
                quantity: deltas.quantity[row])
        }
    }
}

@Suite struct `A feed of books` {
    @Test(arguments: [nil, 37, 100] as [Int64?])
    func `gives the stored book at the end of every time, however it is merged`(
        from: Int64?
    ) throws {
        let start = from.map { MarketSketch.start + $0 }
        for seed in UInt64(0)..<30 {
            var random = SeededGenerator(seed: seed)
            let first = try randomBook("A/USD", messages: 120, using: &random)
            let second = try randomBook("B/USD", messages: 60, using: &random)
            let trades = try randomTrades("A/USD", count: 50, using: &random)
            let all = [
                FeedSource(series: first, instrument: 0), FeedSource(series: second, instrument: 1),
                FeedSource(series: trades, instrument: 0),
            ]
            for sources in [all, [all[0]], [all[0], all[2]], [all[0], all[1]]] {
                try expectFollows(sources, from: start, seed)
            }
        }
    }

    private func expectFollows(_ sources: [FeedSource], from start: Int64?, _ seed: UInt64) throws {
        let memory = try FeedBuilder.build(
            sources, from: start, before: nil,
            in: testScratch())
        let feed = memory.feed
        var follower = Follower()
        for entry in memory.start(at: start)..<feed.count {
            follower.take(feed, entry)
            if entry > 0 { #expect(order(feed, entry - 1) <= order(feed, entry), "seed \(seed)") }
            guard entry + 1 == feed.count || feed.time_ns[entry + 1] > feed.time_ns[entry] else {
                continue
            }
            for source in sources where source.series.kind == .book {
                let stored = source.series.book(at: feed.time_ns[entry])
                let followed = follower.books[source.instrument] ?? OrderBook()
                #expect(followed == stored, "seed \(seed), entry \(entry)")
            }
        }
    }

    /// Time, kind and instrument as one number that can be compared.
    private func order(_ feed: Feed, _ entry: Int) -> Int64 {
        let kind = feed.kind.map { $0[entry] } ?? feed.singleKind?.rawValue ?? 0
        let time = feed.time_ns[entry] - MarketSketch.start
        return (time * 100 + Int64(kind)) * 100 + Int64(feed.instrument(entry))
    }

    @Test func `holds only the kind of event that was asked for`() throws {
        var random = SeededGenerator(seed: 1)
        let series = try randomBook("A/USD", messages: 100, using: &random)
        let whole = try FeedBuilder.build(
            [FeedSource(series: series, instrument: 0, bookKinds: EventKinds(.books))], before: nil,
            in: testScratch())
        #expect(whole.feed.singleKind == .books && whole.feed.bookDeltas == nil)
        let changes = try FeedBuilder.build(
            [FeedSource(series: series, instrument: 0, bookKinds: EventKinds(.bookDeltas))],
            before: nil,
            in: testScratch())
        #expect(changes.feed.singleKind == .bookDeltas && changes.feed.oneInstrument == 0)
        let both = try FeedBuilder.build(
            [FeedSource(series: series, instrument: 0)], before: nil,
            in: testScratch())
        #expect(both.feed.count == whole.feed.count + changes.feed.count)
    }
}

/// A strategy in C that keeps a book of prices 1...40, and notes best bid and ask after each
/// message, with the number of trades so far.
private let noter = """
    #include <stdio.h>
    #include <string.h>
    #include "rialto/rialto.h"

    RIALTO_WRITE_NOTE("org.rialto.test.noter", "1.0.0", "c", __VERSION__);
    #define TEXT(literal) {literal, sizeof(literal) - 1}
    static const rialto_need_t needs[] = {
        {sizeof(rialto_need_t), RIALTO_KIND_TRADES, RIALTO_NONE, 0, 0},
        {sizeof(rialto_need_t), RIALTO_KIND_BOOKS, RIALTO_NONE, 0, 0},
        {sizeof(rialto_need_t), RIALTO_KIND_BOOK_DELTAS, RIALTO_NONE, 0, 0},
    };
    static struct { int64_t level[3][64]; int trades; } state;

    static void note(rialto_intents_t *intents, uint32_t row) {
        int bid = 0, ask = 0;
        for (int price = 1; price <= 40; price++) {
            if (state.level[1][price]) bid = price;
            if (!ask && state.level[2][price]) ask = price;
        }
        char *place = (char *)intents->items + (size_t)intents->count++ * intents->item_size;
        rialto_intent_t *intent = (rialto_intent_t *)place;
        memset(intent, 0, intents->item_size);
        intent->struct_size = sizeof(rialto_intent_t);
        intent->kind = RIALTO_INTENT_NOTE;
        intent->row = row;
        intent->text_offset = intents->text_count;
        intent->text_size = (uint32_t)snprintf(intents->text + intents->text_count, 40,
                                               "%d %d %d", bid, ask, state.trades);
        intents->text_count += intent->text_size;
    }

    static int64_t time_of(const rialto_batch_t *batch, uint32_t entry) {
        uint32_t kind = batch->order_kind ? batch->order_kind[entry] : batch->single_kind;
        uint32_t row = batch->order_kind ? batch->order_row[entry] : entry;
        if (kind == RIALTO_KIND_TRADES) return batch->trades->time_ns[row];
        if (kind == RIALTO_KIND_BOOKS) return batch->books->time_ns[row];
        return batch->book_deltas->time_ns[row];
    }

    static rialto_result on_batch(void *self, const rialto_batch_t *batch,
                                  rialto_intents_t *intents, uint32_t *out_consumed) {
        (void)self;
        uint32_t entry = 0;
        while (entry < batch->count) {
            if (intents->count > 500 && time_of(batch, entry) != time_of(batch, entry - 1)) break;
            uint32_t kind = batch->order_kind ? batch->order_kind[entry] : batch->single_kind;
            uint32_t row = batch->order_kind ? batch->order_row[entry] : entry;
            if (kind == RIALTO_KIND_TRADES) state.trades++;
            if (kind == RIALTO_KIND_BOOKS) {
                const rialto_books_t *books = batch->books;
                const uint32_t first = books->first_level[row], bids = books->bid_count[row];
                memset(state.level, 0, sizeof state.level);
                for (uint32_t i = 0; i < bids + books->ask_count[row]; i++)
                    state.level[i < bids ? 1 : 2][books->level_price[first + i]] =
                        books->level_quantity[first + i];
                note(intents, entry);
            }
            if (kind == RIALTO_KIND_BOOK_DELTAS) {
                const rialto_book_deltas_t *deltas = batch->book_deltas;
                state.level[deltas->side[row]][deltas->price[row]] = deltas->quantity[row];
                if (deltas->last[row]) note(intents, entry);
            }
            entry++;
        }
        *out_consumed = entry;
        return RIALTO_OK;
    }

    static void destroy(void *self) { (void)self; }

    static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                                void *out_table, rialto_needs_t *out_needs, rialto_error_t *error) {
        (void)plugin; (void)services; (void)error;
        memset(&state, 0, sizeof state);
        rialto_strategy_t *table = out_table;
        table->on_batch = on_batch;
        table->destroy = destroy;
        out_needs->need_count = 3;
        out_needs->needs = needs;
        out_needs->flags = RIALTO_NEEDS_OPEN_LOOP;
        return RIALTO_OK;
    }

    static const rialto_plugin_t plugin = {
        .struct_size = sizeof(rialto_plugin_t), .kind = RIALTO_PLUGIN_STRATEGY,
        .id = TEXT("org.rialto.test.noter"), .version = TEXT("1.0.0"), .name = TEXT("Noter"),
        .summary = TEXT("Notes the best bid and ask."), .author = TEXT("Tests"),
        .license = TEXT("Apache-2.0"), .create = create,
    };
    static const rialto_plugin_t *const plugins[] = {&plugin};
    static const rialto_library_t library = {sizeof(rialto_library_t), RIALTO_ABI_MAJOR,
                                             RIALTO_ABI_MINOR, 1, plugins};

    rialto_result rialto_plugin_entry(const rialto_host_t *host,
                                      const rialto_library_t **out_library,
                                      rialto_error_t *out_error) {
        (void)host; (void)out_error;
        *out_library = &library;
        return RIALTO_OK;
    }
    """

@Suite struct `A run over a book` {
    @Test func `hands a plugin its whole books and changes, whatever the size of batches`() throws {
        let scratch = try ScratchFolder()
        try installSource(noter, name: "noter", in: scratch.path + "/plugins")
        var random = SeededGenerator(seed: 7)
        let book = try randomBook("A/USD", messages: 1_500, using: &random)
        let trades = try randomTrades("A/USD", count: 300, using: &random)
        let folder = HistoryFolder(path: scratch.path + "/history")
        for series in [book, trades] { try folder.write(series) }
        let feed = try FeedBuilder.build(
            [
                FeedSource(series: book, instrument: 0), FeedSource(series: trades, instrument: 0),
            ], before: nil,
            in: testScratch())
        let expected = notes(feed.feed)
        #expect(expected.count > 1_000)
        for limit in [4096, 1, 13] {
            let outcome = try run(scratch, batchLimit: limit)
            #expect(outcome.failures.isEmpty)
            #expect(outcome.texts.map(\.text) == expected, "batch limit \(limit)")
        }
    }

    private func run(_ scratch: ScratchFolder, batchLimit: Int) throws -> BacktestOutcome {
        let text = """
            data: \(scratch.path)
            batch_limit: \(batchLimit)
            instruments:
              - { name: A/USD, kind: trades }
              - { name: A/USD, kind: book }
            accounts:
              - id: main
                equity: 1000
                strategies:
                  - { id: a, plugin: org.rialto.test.noter, capital: 1000 }

            """
        let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
        return try Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"])
        ).execute()
    }

    /// What the plugin notes, from the feed that it is given.
    private func notes(_ feed: Feed) -> [String] {
        var follower = Follower(), trades = 0
        return (0..<feed.count).compactMap { entry in
            follower.take(feed, entry)
            let kind = feed.kind.map { $0[entry] } ?? 0
            let row = feed.row.map { Int($0[entry]) } ?? entry
            if kind == EventKind.trades.rawValue { trades += 1 }
            let isWhole = kind == EventKind.books.rawValue
            let isLast =
                kind == EventKind.bookDeltas.rawValue && feed.bookDeltas?.last[row] == 1
            guard isWhole || isLast else { return nil }
            let book = follower.books[0] ?? OrderBook()
            let bid = book.best(.buy)?.price ?? 0, ask = book.best(.sell)?.price ?? 0
            return "\(bid) \(ask) \(trades)"
        }
    }
}
