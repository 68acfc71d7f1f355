import RialtoTestHost
import Testing

@testable import {{module}}

@Suite struct `The exchange` {
    @Test func `sends an order as documented, and reads its answer`() throws {
        let host = try TestExchange(
            entry: entry, instruments: [.test("BTC/USD", quantityDecimals: 8)])

        // The test host also reads the order back from the bytes, as the real one does.
        let request = try host.encode(
            .order(id: 42, 0, side: RIALTO_SELL, quantity: 1_050_000, limit: 6_500_001))
        #expect(request.url == "/v1/orders")
        #expect(
            request.body == """
                {"client_id":"42","nonce":"1","instrument":"BTC/USD","side":"sell","type":"limit",\
                "lifetime":"gtc","quantity":"0.01050000","price":"65000.01"}
                """)
        #expect(try host.encode(.cancel(id: 42, 0)).url == "/v1/cancels")

        let said = try host.respond(
            """
            {"client_id":"42","status":"filled","instrument":"BTC/USD","side":"sell",
             "quantity":"0.0105","filled":"0.0105","fill_quantity":"0.0105",
             "fill_price":"65000.02","fee":"0.25"}
            """)
        #expect(said.map(\.kind) == [.order, .fill])
        #expect(said[0].state == RIALTO_ORDER_FILLED && said[0].filled == 1_050_000)
        #expect(said[1].clientId == 42 && said[1].price == 6_500_002)
        #expect(said[1].fee == 250_000_000_000_000_000)

        #expect(try host.respond("{}").map(\.kind) == [.error])
    }
}
