// Tests of {{id}}: orders out, answers in.
#include "rialto/test_host.hpp"

int main() {
    rialto_tally_t tally = {0, 0};
    rialto::TestExchange venue;
    venue.instrument("BTC/USD", 2, 8);
    RIALTO_EXPECT(&tally, venue.create("{{id}}") == RIALTO_OK);

    // The host would send these: what was encoded is read back, and stands at its places.
    RIALTO_EXPECT(&tally, venue.order(41, 0, RIALTO_BUY, 1));
    RIALTO_EXPECT(&tally, venue.order(42, 0, RIALTO_SELL, 1050000, 6500001));
    const std::string url(venue.url()), body(venue.body());
    RIALTO_EXPECT(&tally, body
                              == "{\"client_id\":\"42\",\"nonce\":\"2\",\"instrument\":\"BTC/USD\","
                                 "\"side\":\"sell\",\"type\":\"limit\",\"lifetime\":\"gtc\","
                                 "\"quantity\":\"0.01050000\",\"price\":\"65000.01\"}");
    for (size_t size = 0; size < body.size(); size++)
        RIALTO_EXPECT(&tally, !venue.read_back(url, body.substr(0, size)));

    // What the venue does not offer is rejected here.
    rialto_intent_t stop = {};
    stop.kind = RIALTO_INTENT_ORDER;
    stop.order_type = RIALTO_ORDER_STOP;
    RIALTO_EXPECT(&tally, venue.encode(stop) == RIALTO_OK);
    RIALTO_EXPECT(&tally, venue.outputs()[0].state == RIALTO_ORDER_REJECTED);

    // An answer becomes an order and a fill; whatever is none becomes an error.
    const std::string filled =
        "{\"client_id\":\"42\",\"status\":\"partly_filled\",\"instrument\":\"BTC/USD\","
        "\"side\":\"sell\",\"quantity\":\"0.0105\",\"price\":\"65000.01\",\"filled\":\"0.01\","
        "\"fill_quantity\":\"0.01\",\"fill_price\":\"65000.5\",\"fee\":\"-0.25\"}";
    RIALTO_EXPECT(&tally, venue.answer(200, filled) == RIALTO_OK);
    const auto said = venue.outputs();
    if (RIALTO_EXPECT(&tally, said.size() == 2 && said[1].kind == RIALTO_OUTPUT_FILL)) {
        RIALTO_EXPECT(&tally, said[0].state == RIALTO_ORDER_PARTLY_FILLED);
        RIALTO_EXPECT(&tally, said[0].client_id == 42 && said[0].filled == 1000000);
        RIALTO_EXPECT(&tally, said[1].price == 6500050 && said[1].quantity == 1000000);
        RIALTO_EXPECT(&tally, said[1].fee.high == -1 && said[1].side == RIALTO_SELL);
    }
    for (size_t size = 0; size < filled.size(); size++) {
        const std::string cut = filled.substr(0, size);
        RIALTO_EXPECT(&tally, venue.answer(200, cut) == RIALTO_OK);
        RIALTO_EXPECT(&tally, venue.outputs()[0].kind == RIALTO_OUTPUT_ERROR);
    }
    RIALTO_EXPECT(&tally, venue.answer(503, filled) == RIALTO_OK);
    RIALTO_EXPECT(&tally, venue.outputs()[0].kind == RIALTO_OUTPUT_ERROR);
    return rialto_tally_end(&tally, "{{name}}");
}
