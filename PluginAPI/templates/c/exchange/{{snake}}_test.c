// Tests of {{id}}: orders out, answers in.
#include "rialto/test_exchange.h"

static const char filled[] =
    "{\"client_id\":\"42\",\"status\":\"partly_filled\",\"instrument\":\"BTC/USD\","
    "\"side\":\"sell\",\"quantity\":\"0.0105\",\"price\":\"65000.01\",\"filled\":\"0.01\","
    "\"fill_quantity\":\"0.01\",\"fill_price\":\"65000.5\",\"fee\":\"-0.25\"}";

int main(void) {
    rialto_tally_t tally = {0, 0};
    rialto_test_exchange_t *venue = rialto_test_exchange_open();
    if (venue == NULL) return 1;
    rialto_test_instrument(venue->host, "BTC/USD", 2, 8);
    RIALTO_EXPECT(&tally,
                  rialto_test_exchange_create(venue, rialto_plugin_entry, "{{id}}") == RIALTO_OK);

    // The host would send these: what was encoded is read back, and stands at its places.
    RIALTO_EXPECT(&tally, rialto_test_order(venue, 41, 0, RIALTO_BUY, 1, 0) == RIALTO_OK);
    RIALTO_EXPECT(&tally, rialto_test_order(venue, 42, 0, RIALTO_SELL, 1050000, 6500001) == 0);
    const rialto_text_t url = venue->outputs[0].url, body = venue->outputs[0].body;
    RIALTO_EXPECT(&tally, rialto_text_is(body, "{\"client_id\":\"42\",\"nonce\":\"2\","
                                               "\"instrument\":\"BTC/USD\",\"side\":\"sell\","
                                               "\"type\":\"limit\",\"lifetime\":\"gtc\","
                                               "\"quantity\":\"0.01050000\","
                                               "\"price\":\"65000.01\"}"));
    for (uint64_t size = 0; size < body.size; size++) {
        const rialto_text_t cut = {body.data, size};
        RIALTO_EXPECT(&tally, rialto_test_read_back(venue, url, cut) == RIALTO_NOT_FOUND);
    }

    // What the venue does not offer is rejected here.
    rialto_intent_t stop = {.kind = RIALTO_INTENT_ORDER, .order_type = RIALTO_ORDER_STOP};
    RIALTO_EXPECT(&tally, rialto_test_encode(venue, &stop) == RIALTO_OK);
    RIALTO_EXPECT(&tally, venue->outputs[0].state == RIALTO_ORDER_REJECTED);

    // An answer becomes an order and a fill; whatever is none becomes an error.
    RIALTO_EXPECT(&tally, rialto_test_answer(venue, 200, rialto_test_text(filled)) == RIALTO_OK);
    const rialto_output_t *order = &venue->outputs[0], *fill = &venue->outputs[1];
    if (RIALTO_EXPECT(&tally, venue->count == 2 && fill->kind == RIALTO_OUTPUT_FILL)) {
        RIALTO_EXPECT(&tally, order->state == RIALTO_ORDER_PARTLY_FILLED);
        RIALTO_EXPECT(&tally, order->client_id == 42 && order->filled == 1000000);
        RIALTO_EXPECT(&tally, fill->price == 6500050 && fill->quantity == 1000000);
        RIALTO_EXPECT(&tally, fill->fee.high == -1 && fill->side == RIALTO_SELL);
    }
    for (uint64_t size = 0; size + 1 < sizeof filled; size++) {
        const rialto_text_t cut = {filled, size};
        RIALTO_EXPECT(&tally, rialto_test_answer(venue, 200, cut) == RIALTO_OK);
        RIALTO_EXPECT(&tally, venue->outputs[0].kind == RIALTO_OUTPUT_ERROR);
    }
    RIALTO_EXPECT(&tally, rialto_test_answer(venue, 503, rialto_test_text(filled)) == RIALTO_OK);
    RIALTO_EXPECT(&tally, venue->outputs[0].kind == RIALTO_OUTPUT_ERROR);
    rialto_test_exchange_close(venue);
    return rialto_tally_end(&tally, "{{name}}");
}
