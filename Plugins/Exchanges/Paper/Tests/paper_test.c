// What is true of the paper venue's codec, through its C table.
#include "rialto/test_exchange.h"

static rialto_test_exchange_t *open_desk(void) {
    rialto_test_exchange_t *desk = rialto_test_exchange_open();
    if (desk == NULL) abort();
    rialto_test_instrument(desk->host, "ETH/USD", 2, 3);
    rialto_test_instrument(desk->host, "BTC/USD", 2, 8);
    if (rialto_test_exchange_create(desk, rialto_plugin_entry, "org.rialto.paper") != RIALTO_OK)
        abort();
    return desk;
}

static void encodes_as_documented(rialto_tally_t *tally, rialto_test_exchange_t *desk) {
    rialto_intent_t intent = {0};
    intent.kind = RIALTO_INTENT_ORDER;
    intent.side = RIALTO_SELL;
    intent.order_type = RIALTO_ORDER_LIMIT;
    intent.instrument = 1;
    intent.order_id = 42;
    intent.quantity = 1050000;
    intent.price = 6500001;
    RIALTO_EXPECT(tally, rialto_test_encode(desk, &intent) == RIALTO_OK && desk->count == 1);
    RIALTO_EXPECT(tally, rialto_text_is(desk->outputs[0].url, "/v1/orders"));
    RIALTO_EXPECT(tally, rialto_text_is(desk->outputs[0].body,
                            "{\"client_id\":\"42\",\"nonce\":\"1\",\"instrument\":\"BTC/USD\","
                            "\"side\":\"sell\",\"type\":\"limit\",\"lifetime\":\"gtc\","
                            "\"quantity\":\"0.01050000\",\"price\":\"65000.01\"}"));
    const rialto_sign_step_t *step = desk->outputs[0].steps;
    RIALTO_EXPECT(tally, step->insert.offset + step->insert.size == desk->outputs[0].headers.size);
    RIALTO_EXPECT(tally, desk->outputs[0].headers.data[step->insert.offset - 1] == ' ');
    intent.kind = RIALTO_INTENT_CANCEL;
    RIALTO_EXPECT(tally, rialto_test_encode(desk, &intent) == RIALTO_OK);
    RIALTO_EXPECT(tally, rialto_text_is(desk->outputs[0].body,
                                        "{\"client_id\":\"42\",\"nonce\":\"2\","
                                        "\"instrument\":\"BTC/USD\"}"));
    intent.kind = RIALTO_INTENT_ORDER;
    intent.order_type = RIALTO_ORDER_STOP;
    RIALTO_EXPECT(tally, rialto_test_encode(desk, &intent) == RIALTO_OK);
    RIALTO_EXPECT(tally, desk->outputs[0].kind == RIALTO_OUTPUT_ORDER
                             && desk->outputs[0].reason == RIALTO_REASON_UNSUPPORTED);
    intent.instrument = 9;
    RIALTO_EXPECT(tally, rialto_test_encode(desk, &intent) == RIALTO_NOT_FOUND);
}

static uint64_t random_next(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 20;
}

// Each order stands at the places that it names, as a decimal of its instrument.
static void says_where_its_terms_stand(rialto_tally_t *tally, rialto_test_exchange_t *desk) {
    for (uint8_t side = RIALTO_BUY; side <= RIALTO_SELL; side++) {
        RIALTO_EXPECT(tally, rialto_test_order(desk, 5, 0, side, 1500, 0) == RIALTO_OK);
        RIALTO_EXPECT(tally, rialto_test_order(desk, 6, 1, side, 1, 9) == RIALTO_OK);
        const rialto_text_t text = rialto_test_place(&desk->outputs[0], desk->terms.price_place);
        RIALTO_EXPECT(tally, rialto_text_is(text, "0.09"));
    }
}

// What is encoded is read back; a body that was changed never reads as the same terms elsewhere.
static void reads_back_what_it_encodes(rialto_tally_t *tally, rialto_test_exchange_t *desk) {
    for (uint64_t seed = 1; seed <= 500; seed++) {
        uint64_t random = seed;
        rialto_intent_t intent = {0};
        intent.kind = (uint8_t)(RIALTO_INTENT_ORDER + random_next(&random) % 3);
        const int is_cancel = intent.kind == RIALTO_INTENT_CANCEL;
        const int is_order = intent.kind == RIALTO_INTENT_ORDER;
        const int is_limit = random_next(&random) % 2 == 0;
        intent.side = is_order ? (uint8_t)(1 + random_next(&random) % 2) : 0;
        intent.order_type = is_limit ? RIALTO_ORDER_LIMIT : RIALTO_ORDER_MARKET;
        intent.instrument = (uint32_t)(random_next(&random) % 2);
        intent.order_id = 1 + random_next(&random);
        intent.quantity = is_cancel ? 0 : (int64_t)(1 + random_next(&random));
        intent.price = is_cancel || !is_limit ? 0 : (int64_t)(1 + random_next(&random) % 100000000);
        const rialto_read_back_t *terms = &desk->terms;
        RIALTO_EXPECT(tally, rialto_test_encode(desk, &intent) == RIALTO_OK);
        const rialto_text_t url = desk->outputs[0].url, body = desk->outputs[0].body;
        const int is_read =
            rialto_test_read_back(desk, url, body) == RIALTO_OK;
        RIALTO_EXPECT(tally, is_read && terms->kind == intent.kind && terms->side == intent.side
                                 && terms->instrument == intent.instrument
                                 && terms->client_id == intent.order_id
                                 && terms->price == intent.price
                                 && terms->quantity == intent.quantity);
        for (uint64_t size = 0; size < body.size; size++) {
            const rialto_text_t cut = {body.data, size};
            if (rialto_test_read_back(desk, url, cut) == RIALTO_OK)
                RIALTO_EXPECT(tally, !"a cut body was read");
        }
    }
}

static const char filled[] = "{\"client_id\":\"42\",\"status\":\"partly_filled\",\"instrument\":"
                             "\"BTC/USD\",\"side\":\"buy\",\"quantity\":\"2\",\"price\":\"100.5\","
                             "\"filled\":\"0.5\",\"fill_quantity\":\"0.5\",\"fill_price\":"
                             "\"100.25\",\"fee\":\"0.05\"}";

static rialto_result answer(rialto_test_exchange_t *desk, int32_t status, const char *text,
                            uint64_t size) {
    const rialto_text_t body = {text, size};
    return rialto_test_answer(desk, status, body);
}

static void decodes_the_documented_answers(rialto_tally_t *tally, rialto_test_exchange_t *desk) {
    RIALTO_EXPECT(tally, answer(desk, 200, filled, sizeof filled - 1) == RIALTO_OK);
    const rialto_output_t *order = &desk->outputs[0], *fill = &desk->outputs[1];
    RIALTO_EXPECT(tally, desk->count == 2 && order->kind == RIALTO_OUTPUT_ORDER);
    RIALTO_EXPECT(tally, order->state == RIALTO_ORDER_PARTLY_FILLED && order->client_id == 42
                             && order->quantity == 200000000 && order->filled == 50000000);
    RIALTO_EXPECT(tally, fill->kind == RIALTO_OUTPUT_FILL && fill->price == 10025
                             && fill->quantity == 50000000 && fill->fee.low == 50000000000000000u);
    static const char *const words[] = {"accepted", "canceled", "rejected"};
    const uint8_t states[] = {RIALTO_ORDER_ACCEPTED, RIALTO_ORDER_CANCELED, RIALTO_ORDER_REJECTED};
    for (int i = 0; i < 3; i++) {
        char text[256];
        const int size = snprintf(text, sizeof text,
                                  "{ \"client_id\" : \"7\", \"status\":\"%s\", \"instrument\":"
                                  "\"ETH/USD\", \"side\":\"sell\", \"quantity\":\"1.5\","
                                  "\"filled\":\"0\" }\n", words[i]);
        RIALTO_EXPECT(tally, answer(desk, 201, text, (uint64_t)size) == RIALTO_OK);
        RIALTO_EXPECT(tally, desk->count == 1 && desk->outputs[0].state == states[i]);
        RIALTO_EXPECT(tally, desk->outputs[0].instrument == 0 && desk->outputs[0].quantity == 1500);
    }
}

// Whatever comes, it answers with reports that hold together, or with an error; never outside.
static void bears_any_answer(rialto_tally_t *tally, rialto_test_exchange_t *desk) {
    const uint64_t size = sizeof filled - 1;
    uint64_t random = 3;
    int is_sound = 1, errors = 0;
    for (uint64_t cut = 0; cut < size; cut++) {
        char *copy = malloc(cut + 1); // Its own block: a read past the end is seen by sanitizers
        if (copy == NULL) abort();
        memcpy(copy, filled, cut);
        is_sound = is_sound && answer(desk, 200, copy, cut) == RIALTO_OK
            && desk->count == 1 && desk->outputs[0].kind == RIALTO_OUTPUT_ERROR;
        free(copy);
    }
    RIALTO_EXPECT(tally, is_sound);
    for (int round = 0; round < 20000; round++) {
        char copy[sizeof filled];
        memcpy(copy, filled, sizeof filled);
        for (uint64_t flips = 1 + random_next(&random) % 3; flips > 0; flips--)
            copy[random_next(&random) % size] ^= (char)(1 << random_next(&random) % 8);
        is_sound = is_sound && answer(desk, 200, copy, size) == RIALTO_OK
            && desk->count >= 1;
        errors += desk->outputs[0].kind == RIALTO_OUTPUT_ERROR;
        if (desk->outputs[0].kind == RIALTO_OUTPUT_ORDER)
            is_sound = is_sound && desk->outputs[0].quantity >= desk->outputs[0].filled
                && desk->outputs[1].quantity <= desk->outputs[0].filled;
    }
    RIALTO_EXPECT(tally, is_sound && errors > 10000);
    RIALTO_EXPECT(tally, answer(desk, 500, filled, size) == RIALTO_OK
                             && desk->outputs[0].kind == RIALTO_OUTPUT_ERROR);
    RIALTO_EXPECT(tally, answer(desk, -3, NULL, 0) == RIALTO_OK
                             && desk->outputs[0].id == desk->nonce);
}

int main(void) {
    rialto_tally_t tally = {0, 0};
    rialto_test_exchange_t *desk = open_desk();
    encodes_as_documented(&tally, desk);
    says_where_its_terms_stand(&tally, desk);
    reads_back_what_it_encodes(&tally, desk);
    decodes_the_documented_answers(&tally, desk);
    bears_any_answer(&tally, desk);
    rialto_test_exchange_close(desk);
    return rialto_tally_end(&tally, "paper");
}
