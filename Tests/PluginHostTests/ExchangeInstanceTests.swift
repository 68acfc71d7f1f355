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
    _ scratch: ScratchFolder, _ change: (String) -> String = { $0 }
) throws
    -> ExchangeInstance
{
    let home = repository.appendingPathComponent("Plugins/Exchanges/Paper")
    let source = try String(contentsOf: home.appendingPathComponent("paper.c"), encoding: .utf8)
    let folder = try installSource(change(source), name: "paper", in: scratch.path)
    return try ExchangeInstance(
        PluginLibrary(folder: folder),
        InstanceRequest(
            pluginId: "org.rialto.paper", parameters: [], instruments: [coin], indices: [0],
            seed: 1))
}

private let order = OrderRequest(
    clientId: 7, instrument: 0, side: .sell, quantity: 1_050_000, price: 6_500_001)

@Suite struct `An exchange instance` {
    @Test func `lets an order pass whose bytes say what was asked for`() throws {
        let scratch = try ScratchFolder()
        let exchange = try paper(scratch)
        #expect(exchange.refusal(of: order, at: 1) == nil)
        let market = OrderRequest(clientId: 8, instrument: 0, side: .buy, quantity: 1, price: 0)
        #expect(exchange.refusal(of: market, at: 1) == nil)
    }

    @Test(arguments: [
        ("rialto_decimal_write(intent->quantity,", "rialto_decimal_write(intent->quantity + 1,", "quantity"),
        ("rialto_decimal_write(intent->price,", "rialto_decimal_write(intent->price - 1,", "price"),
        ("== RIALTO_SELL ? \"sell\"", "== RIALTO_BUY ? \"sell\"", "side"),
        ("(unsigned long long)intent->order_id", "9ull", "client id"),
    ])
    func `refuses an order whose bytes say something else`(
        from: String, to: String, term: String
    ) throws {
        let scratch = try ScratchFolder()
        let exchange = try paper(scratch) { source in
            let changed = source.replacingOccurrences(of: from, with: to)
            #expect(changed != source, "the source has changed: \(from)")
            return changed
        }
        let reason = try #require(exchange.refusal(of: order, at: 1))
        #expect(reason.hasPrefix(term), "\(reason)")
    }

    @Test func `refuses an instrument that is none of the venue's`() throws {
        let scratch = try ScratchFolder()
        let exchange = try paper(scratch)
        let other = OrderRequest(clientId: 1, instrument: 5, side: .buy, quantity: 1, price: 0)
        #expect(exchange.refusal(of: other, at: 1) == "encode answered 1")
    }

    @Test(arguments: ["12.5", "-0.000000000000000001", "92233720368.547758080000000000"])
    func `decodes a fill with its exact fee`(fee: String) throws {
        let scratch = try ScratchFolder()
        let exchange = try paper(scratch)
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

    @Test func `understands nothing in bytes that are cut, flipped or repeated`() throws {
        let scratch = try ScratchFolder()
        let exchange = try paper(scratch)
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
}
