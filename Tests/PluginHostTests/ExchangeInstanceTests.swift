import Foundation
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

private let coin = Instrument(
    name: "BTC/USD", venue: "", kind: .spot, priceDecimals: 2, quantityDecimals: 8, priceStep: 1,
    quantityStep: 1, currency: "USD", multiplier: 1)

/// The paper venue's plugin, with its source changed first.
private func paper(
    _ scratch: ScratchFolder, _ instruments: [Instrument] = [coin], isWalled: Bool = false,
    settings: WorkerSettings = WorkerSettings(), _ change: (String) -> String = { $0 }
) throws
    -> ExchangeInstance
{
    let home = repository.appendingPathComponent("Plugins/Exchanges/Paper")
    let source = try String(contentsOf: home.appendingPathComponent("paper.c"), encoding: .utf8)
    let folder = try installSource(change(source), name: "paper", in: scratch.path)
    let request = InstanceRequest(
        pluginId: "org.rialto.paper", parameters: [], instruments: instruments,
        indices: Array(instruments.indices), seed: 1)
    return isWalled
        ? try ExchangeInstance(PluginFile(folder: folder), request, settings)
        : try ExchangeInstance(PluginLibrary(folder: folder), request)
}

/// Runs code at the end of read_back: `asked` is the order as it was asked for, `b` the written
/// body, and `t` what is read back, which is set to what was asked for first.
private func liar(_ lie: String) -> (String) -> String {
    { source in
        var text = source.replacingOccurrences(
            of: "typedef struct paper {",
            with: """
                static rialto_intent_t asked;
                static void overwrite(rialto_text_t body, const char *from, const char *to) {
                    char *at = memmem(body.data, body.size, from, strlen(from));
                    if (at != NULL) memcpy(at, to, strlen(to));
                }
                typedef struct paper {
                """)
        text = text.replacingOccurrences(
            of: "#include <stdio.h>", with: "#define _GNU_SOURCE\n#include <stdio.h>")
        text = text.replacingOccurrences(
            of: "    output->steps = steps;",
            with: "    asked = *intent;\n    output->steps = steps;")
        text = text.replacingOccurrences(
            of: "    *out_terms = terms;",
            with: """
                    rialto_read_back_t *t = &terms;
                    const rialto_text_t b = body;
                    t->client_id = asked.order_id;
                    t->side = asked.side;
                    t->price = asked.price;
                    t->quantity = asked.quantity;
                    t->instrument = asked.instrument;
                    (void)b;
                    \(lie)
                    *out_terms = terms;
                """)
        #expect(text.contains("asked = *intent") && text.contains("t->price = asked"))
        return text
    }
}

private let order = OrderRequest(
    clientId: 7, instrument: 0, side: .sell, quantity: 1_050_000, price: 6_500_001)

@Suite struct `An exchange instance` {
    @Test(arguments: [false, true])
    func `lets an order pass whose bytes say what was asked for`(isWalled: Bool) throws {
        let scratch = try ScratchFolder()
        let exchange = try paper(scratch, isWalled: isWalled)
        #expect(exchange.isSandboxed == isWalled)
        #expect(exchange.refusal(of: order, at: 1) == nil)
        let market = OrderRequest(clientId: 8, instrument: 0, side: .buy, quantity: 1, price: 0)
        #expect(exchange.refusal(of: market, at: 1) == nil)
    }

    @Test(arguments: [
        (
            "rialto_decimal_write(intent->quantity,", "rialto_decimal_write(intent->quantity + 1,",
            "quantity"
        ),
        ("rialto_decimal_write(intent->price,", "rialto_decimal_write(intent->price - 1,", "price"),
        ("== RIALTO_SELL ? \"sell\"", "== RIALTO_BUY ? \"sell\"", "side"),
        ("(unsigned long long)intent->order_id", "9ull", "client id"),
    ])
    func `refuses an order whose bytes say something else`(
        from: String, to: String, term: String
    ) throws {
        for isWalled in [false, true] {
            let scratch = try ScratchFolder()
            let exchange = try paper(scratch, isWalled: isWalled) { source in
                let changed = source.replacingOccurrences(of: from, with: to)
                #expect(changed != source, "the source has changed: \(from)")
                return changed
            }
            let reason = try #require(exchange.refusal(of: order, at: 1))
            #expect(reason.hasPrefix(term), "\(reason)")
        }
    }

    // Each plugin reads back what was asked for, whatever stands in its bytes.
    @Test(arguments: [
        ("overwrite(b, \"0.0105\", \"9.0105\");", "quantity is written as 9.01050000"),
        ("overwrite(b, \"65000.01\", \"65000.02\");", "price is written as 65000.02"),
        ("overwrite(b, \"id\\\":\\\"7\", \"id\\\":\\\"8\");", "client id is written as 8"),
        ("overwrite(b, \"sell\", \"bid \"); t->side_place.size = 3;", "side is written as bid"),
        ("t->quantity_place.offset++;", "quantity has a place that holds .01050000"),
        ("t->price_place.size -= 3;", "price has a place that holds 65000,"),
        ("t->price_place.size = 0;", "price has a place of 0 bytes"),
        ("t->quantity_place = t->price_place;", "places of two terms overlap"),
        ("t->side_place.part = RIALTO_PART_HEADERS;", "side has no place"),
        ("t->client_id_place.offset = 4000000000u;", "client id has a place at 4000000000"),
        ("t->client_id_place.size = 0xFFFFFFFFu;", "places of two terms overlap"),
        ("t->instrument_place.size = 0;", "instrument has a place of 0 bytes"),
        ("t->instrument_place.size -= 1;", "instrument has a place that holds BTC/US,"),
    ])
    func `refuses a plugin that lies twice, in its bytes and in what it reads back`(
        lie: String, reason: String
    ) throws {
        let scratch = try ScratchFolder()
        let exchange = try paper(scratch, [coin], liar(lie))
        let found = try #require(exchange.refusal(of: order, at: 1))
        #expect(found.hasPrefix(reason), "\(found)")
    }

    @Test func `leaves a record when it crashes, with what it wrote, and refuses from then on`()
        throws
    {
        let scratch = try ScratchFolder()
        let shelf = CrashShelf(scratch.path + "/crashes")
        var settings = WorkerSettings()
        settings.crashes = shelf
        let exchange = try paper(scratch, isWalled: true, settings: settings) { source in
            source.replacingOccurrences(
                of: "    output->steps = steps;",
                with: """
                        output->steps = steps;
                        printf("order %llu\\n", (unsigned long long)intent->order_id);
                        fflush(stdout);
                        if (intent->order_id == 8) *(volatile int *)16 = 1;
                    """)
        }
        #expect(exchange.refusal(of: order, at: 1) == nil && shelf.names.isEmpty)
        let next = OrderRequest(clientId: 8, instrument: 0, side: .buy, quantity: 1, price: 5)
        let refused = try #require(exchange.refusal(of: next, at: 1_700_000_000_000_000_000))
        #expect(refused.contains("SEGV"), "\(refused)")
        let record = try #require(shelf.list().first)
        #expect(record.plugin == "org.rialto.paper" && record.signal == "SIGSEGV")
        // Each order is written once and read back once.
        #expect(record.batches == 2 && record.kept == 0)
        #expect(record.lost == "the calls of an exchange are not kept")
        #expect(record.lines.map(\.text) == ["order 7", "order 8"])
        #expect(exchange.refusal(of: order, at: 1) == refused)
        #expect(shelf.names.count == 1)
    }

    @Test func `lets the same plugin pass while it does not lie`() throws {
        let scratch = try ScratchFolder()
        let exchange = try paper(scratch, [coin], liar(""))
        #expect(exchange.refusal(of: order, at: 1) == nil)
    }

    @Test func `holds a plugin to one word for each side`() throws {
        let scratch = try ScratchFolder()
        // Writes "sold" for both sides, and from order 9 on another word.
        let lie = liar("overwrite(b, \"sell\", asked.order_id > 8 ? \"SELL\" : \"sold\");")
        let exchange = try paper(scratch, [coin]) { source in
            lie(source).replacingOccurrences(of: "\"sell\" : \"buy\"", with: "\"sell\" : \"sell\"")
        }
        func order(_ id: UInt64, _ side: Side) -> OrderRequest {
            OrderRequest(clientId: id, instrument: 0, side: side, quantity: 1_050_000, price: 100)
        }
        #expect(exchange.refusal(of: order(7, .sell), at: 1) == nil)
        #expect(
            exchange.refusal(of: order(8, .buy), at: 1)?.contains("another side") == true)
        #expect(exchange.refusal(of: order(8, .sell), at: 1) == nil)
        #expect(
            exchange.refusal(of: order(9, .sell), at: 1)
                == "side is written as SELL in the request, and so far as sold")
    }

    @Test func `refuses the name of another instrument, and a word for two`() throws {
        let other = Instrument(
            name: "ETC/USD", venue: "", kind: .spot, priceDecimals: 2, quantityDecimals: 8,
            priceStep: 1, quantityStep: 1, currency: "USD", multiplier: 1)
        func order(_ instrument: UInt32) -> OrderRequest {
            OrderRequest(clientId: 7, instrument: instrument, side: .buy, quantity: 1, price: 100)
        }
        let scratch = try ScratchFolder(), second = try ScratchFolder()
        let swapped = try paper(
            scratch, [coin, other], liar("overwrite(b, \"BTC/USD\", \"ETC/USD\");"))
        #expect(swapped.refusal(of: order(0), at: 1)?.hasPrefix("instrument is written as") == true)
        #expect(swapped.refusal(of: order(1), at: 1) == nil)
        let merged = try paper(
            second, [coin, other],
            liar("overwrite(b, \"BTC/USD\", \"XXX/USD\"); overwrite(b, \"ETC/\", \"XXX/\");"))
        #expect(merged.refusal(of: order(0), at: 1) == nil)
        let found = try #require(merged.refusal(of: order(1), at: 1))
        #expect(found.contains("another instrument"), "\(found)")
    }

    @Test func `takes counts of units, though not beside decimals`() throws {
        let scratch = try ScratchFolder()
        // From order 9 on it writes units where decimals stood before.
        let exchange = try paper(
            scratch, [coin],
            liar(
                """
                if (asked.order_id > 8) {
                    overwrite(b, "0.01050000", "0001050000");
                    overwrite(b, "65000.01", "06500001");
                }
                """))
        func order(_ id: UInt64) -> OrderRequest {
            OrderRequest(
                clientId: id, instrument: 0, side: .sell, quantity: 1_050_000, price: 6_500_001)
        }
        let found: [String?] = [9, 9, 8].map { exchange.refusal(of: order($0), at: 1) }
        #expect(found[0] == nil && found[1] == nil)
        #expect(found[2]?.hasPrefix("quantity is written as 0.01050000") == true)
    }

    @Test(arguments: [false, true])
    func `refuses an instrument that is none of the venue's`(isWalled: Bool) throws {
        let scratch = try ScratchFolder()
        let exchange = try paper(scratch, isWalled: isWalled)
        let other = OrderRequest(clientId: 1, instrument: 5, side: .buy, quantity: 1, price: 0)
        #expect(exchange.refusal(of: other, at: 1) == "encode answered 1")
    }

    @Test(arguments: ["12.5", "-0.000000000000000001", "92233720368.547758080000000000"])
    func `decodes a fill with its exact fee`(fee: String) throws {
        let scratch = try ScratchFolder(), isWalled = fee == "12.5"
        let exchange = try paper(scratch, isWalled: isWalled)
        let body = """
            {"client_id":"7","status":"filled","instrument":"BTC/USD","side":"sell",\
            "quantity":"0.5","filled":"0.5","fill_quantity":"0.5","fill_price":"100.25",\
            "fee":"\(fee)"}
            """
        let report = exchange.decode(Array(body.utf8), at: 3)
        let exact = try ExactDecimal.units128(fee.utf8, decimals: 18)
        #expect(
            report
                == DecodedReport(
                    clientId: 7, state: .filled, filled: 50_000_000, fillPrice: 10_025,
                    fillQuantity: 50_000_000, fee: exact))
    }

    @Test(arguments: [false, true])
    func `understands nothing in bytes that are cut, flipped or repeated`(isWalled: Bool) throws {
        let scratch = try ScratchFolder()
        let exchange = try paper(scratch, isWalled: isWalled)
        let whole = Array(
            """
            {"client_id":"7","status":"accepted","instrument":"BTC/USD","side":"sell",\
            "quantity":"0.5","filled":"0"}
            """.utf8)
        #expect(exchange.decode(whole, at: 1)?.state == .accepted)
        for length in 0..<whole.count {
            #expect(exchange.decode(Array(whole.prefix(length)), at: 1) == nil)
        }
        var random = SeededGenerator(seed: 17)
        for _ in 0..<2_000 {
            var bytes = whole
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8(
                1 << Int.random(in: 0..<8, using: &random))
            _ = exchange.decode(bytes, at: 1)
        }
    }

    @Test func `costs its orders alone when it crashes behind its walls`() throws {
        let scratch = try ScratchFolder()
        // The body that is read back lies where it cannot be written to.
        let exchange = try paper(scratch, isWalled: true, liar("*(char *)b.data = 'x';"))
        let first = try #require(exchange.refusal(of: order, at: 1))
        #expect(first.hasPrefix("the exchange plugin was ended: "), "\(first)")
        #expect(first.contains("SIGSEGV"), "\(first)")
        #expect(exchange.refusal(of: order, at: 2) == first)
        #expect(exchange.decode([], at: 3) == nil)
    }

    @Test func `cannot say more than fits behind its walls`() throws {
        let scratch = try ScratchFolder()
        let exchange = try paper(scratch, isWalled: true) { source in
            source.replacingOccurrences(
                of: "    output->steps = steps;",
                with: "    output->steps = steps; output->body.size = 1 << 20;")
        }
        #expect(exchange.refusal(of: order, at: 1) == "encode answered 2")
    }
}
