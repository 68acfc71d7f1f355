import RialtoKit
import RialtoTestHost
import Testing

/// Works one order after another, each another way.
private struct Worker: Strategy {
    static let info = PluginInfo(
        id: "org.example.worker", version: "1.0.0", name: "Worker", summary: "Works orders.",
        author: "A. Tester", license: "Apache-2.0", parameters: [])

    private var next: UInt64 = 0

    init(_ setup: Setup) throws(PluginFailure) {}

    var needs: [Need] { [.bars(), .ownOrders] }

    static let ways: [Algorithm] = [
        .twap(duration_ns: 60), .vwap(duration_ns: 61),
        .participation(rate_e6: 100_000, duration_ns: 0),
        .iceberg(quantity: 3, jitter_e6: 9, delay_ns: 62),
        .shortfall(duration_ns: 63, aversion_e6: 10), .makerTaker(duration_ns: 64),
    ]

    mutating func onBar(_ bar: Bar, _ intents: inout Intents) {
        next += 1
        let way = Self.ways[Int(next - 1) % Self.ways.count]
        var limit: Int64 = 0, expires: Int64 = 0
        if case .iceberg = way { (limit, expires) = (bar.close, 99) }
        intents.execute(
            id: next, bar.instrument, side: RIALTO_SELL, quantity: 12, way, limit: limit,
            reduceOnly: true, expires_ns: expires, reason: 5)
    }
}

@Suite struct `An order that a strategy leaves to an algorithm` {
    @Test func `says which, and what that needs`() throws {
        let host = try TestHost(.strategy(Worker.self))
        let intents = try host.push(bars([1, 2, 3, 4, 5, 6]))
        #expect(intents.map(\.algorithm) == [1, 2, 3, 4, 5, 6])
        #expect(intents.map(\.algorithmDuration_ns) == [60, 61, 0, 62, 63, 64])
        #expect(intents.map(\.algorithmQuantity) == [0, 0, 0, 3, 0, 0])
        #expect(intents.map(\.algorithmRate_e6) == [0, 0, 100_000, 9, 10, 0])
        #expect(intents.map(\.orderId) == [1, 2, 3, 4, 5, 6])
        let plain = intents.filter { $0.algorithm != RIALTO_ALGORITHM_ICEBERG }
        #expect(plain.allSatisfy { $0.orderType == RIALTO_ORDER_MARKET && $0.price == 0 })
        #expect(intents[3].orderType == RIALTO_ORDER_LIMIT && intents[3].price == 4)
        #expect(intents[3].timeInForce == RIALTO_GOOD_TILL_TIME && intents[3].expires_ns == 99)
        #expect(intents.allSatisfy { $0.orderFlags == RIALTO_ORDER_REDUCE_ONLY && $0.reason == 5 })
    }
}
