// What is true of the paper venue's codec, through its C table.
#include "rialto/draft/exchange.h"
#include "rialto/test_host.h"

#define ROOM 8

typedef struct desk {
    rialto_test_host_t *host;
    rialto_exchange_t exchange;
    rialto_output_t items[ROOM];
    rialto_outputs_t outputs;
} desk_t;

static void open_desk(desk_t *desk) {
    const rialto_host_t caller = {sizeof caller, 0, 0, 1, 0, {"t", 1}, {"0", 1}};
    const rialto_library_t *library = NULL;
    rialto_error_t error = {sizeof error, 0, {0}};
    rialto_needs_t needs = {sizeof needs, 0, 0, 0, NULL};
    memset(desk, 0, sizeof *desk);
    desk->host = rialto_test_open();
    if (desk->host == NULL) abort();
    rialto_test_instrument(desk->host, "ETH/USD", 2, 3);
    rialto_test_instrument(desk->host, "BTC/USD", 2, 8);
    rialto_plugin_entry(&caller, &library, &error);
    const rialto_plugin_t *plugin = library->plugins[0];
    desk->exchange.struct_size = sizeof desk->exchange;
    if (plugin->create(plugin, &desk->host->services, &desk->exchange, &needs, &error) != RIALTO_OK)
        abort();
}

static void clear(desk_t *desk) {
    memset(desk->items, 0, sizeof desk->items);
    desk->outputs = (rialto_outputs_t){sizeof(rialto_outputs_t), sizeof(rialto_output_t), ROOM, 0,
                                       desk->items};
}

static void close_desk(desk_t *desk) {
    desk->exchange.destroy(desk->exchange.self);
    rialto_test_close(desk->host);
}

static rialto_result encode(desk_t *desk, const rialto_intent_t *intent) {
    clear(desk);
    return desk->exchange.encode(desk->exchange.self, intent, 0, 7, &desk->outputs);
}

static rialto_result answer(desk_t *desk, int32_t status, const char *text, uint64_t size) {
    const int64_t time_ns = 5;
    const uint64_t id = 7;
    const rialto_text_t body = {text, size}, headers = {"", 0};
    const rialto_responses_t responses = {sizeof responses, 1, &time_ns, &id, &status, &headers,
                                          &body};
    rialto_batch_t batch = {0};
    uint32_t consumed = 0;
    clear(desk);
    batch.struct_size = sizeof batch;
    batch.count = 1;
    batch.single_kind = RIALTO_KIND_RESPONSES;
    batch.responses = &responses;
    const rialto_result result =
        desk->exchange.on_batch(desk->exchange.self, &batch, &desk->outputs, &consumed);
    return result == RIALTO_OK && consumed != 1 ? RIALTO_ERROR : result;
}

static int is(rialto_text_t text, const char *expected) {
    return text.size == strlen(expected) && memcmp(text.data, expected, text.size) == 0;
}

static void encodes_as_documented(rialto_tally_t *tally, desk_t *desk) {
    rialto_intent_t intent = {0};
    intent.kind = RIALTO_INTENT_ORDER;
    intent.side = RIALTO_SELL;
    intent.order_type = RIALTO_ORDER_LIMIT;
    intent.instrument = 1;
    intent.order_id = 42;
    intent.quantity = 1050000;
    intent.price = 6500001;
    RIALTO_EXPECT(tally, encode(desk, &intent) == RIALTO_OK && desk->outputs.count == 1);
    RIALTO_EXPECT(tally, is(desk->items[0].url, "/v1/orders"));
    RIALTO_EXPECT(tally, is(desk->items[0].body,
                            "{\"client_id\":\"42\",\"nonce\":\"7\",\"instrument\":\"BTC/USD\","
                            "\"side\":\"sell\",\"type\":\"limit\",\"lifetime\":\"gtc\","
                            "\"quantity\":\"0.01050000\",\"price\":\"65000.01\"}"));
    const rialto_sign_step_t *step = desk->items[0].steps;
    RIALTO_EXPECT(tally, step->insert.offset + step->insert.size == desk->items[0].headers.size);
    RIALTO_EXPECT(tally, desk->items[0].headers.data[step->insert.offset - 1] == ' ');
    intent.kind = RIALTO_INTENT_CANCEL;
    RIALTO_EXPECT(tally, encode(desk, &intent) == RIALTO_OK);
    RIALTO_EXPECT(tally, is(desk->items[0].body, "{\"client_id\":\"42\",\"nonce\":\"7\","
                                                 "\"instrument\":\"BTC/USD\"}"));
    intent.kind = RIALTO_INTENT_ORDER;
    intent.order_type = RIALTO_ORDER_STOP;
    RIALTO_EXPECT(tally, encode(desk, &intent) == RIALTO_OK);
    RIALTO_EXPECT(tally, desk->items[0].kind == RIALTO_OUTPUT_ORDER
                             && desk->items[0].reason == RIALTO_REASON_UNSUPPORTED);
    intent.instrument = 9;
    RIALTO_EXPECT(tally, encode(desk, &intent) == RIALTO_NOT_FOUND);
}

static uint64_t random_next(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 20;
}

// What is encoded is read back; a body that was changed never reads as the same terms elsewhere.
static void reads_back_what_it_encodes(rialto_tally_t *tally, desk_t *desk) {
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
        rialto_read_back_t terms = {0};
        RIALTO_EXPECT(tally, encode(desk, &intent) == RIALTO_OK);
        const rialto_text_t url = desk->items[0].url, body = desk->items[0].body;
        const int is_read =
            desk->exchange.read_back(desk->exchange.self, url, body, &terms) == RIALTO_OK;
        RIALTO_EXPECT(tally, is_read && terms.kind == intent.kind && terms.side == intent.side
                                 && terms.instrument == intent.instrument
                                 && terms.client_id == intent.order_id
                                 && terms.price == intent.price
                                 && terms.quantity == intent.quantity);
        for (uint64_t size = 0; size < body.size; size++) {
            const rialto_text_t cut = {body.data, size};
            if (desk->exchange.read_back(desk->exchange.self, url, cut, &terms) == RIALTO_OK)
                RIALTO_EXPECT(tally, !"a cut body was read");
        }
    }
}

static const char filled[] = "{\"client_id\":\"42\",\"status\":\"partly_filled\",\"instrument\":"
                             "\"BTC/USD\",\"side\":\"buy\",\"quantity\":\"2\",\"price\":\"100.5\","
                             "\"filled\":\"0.5\",\"fill_quantity\":\"0.5\",\"fill_price\":"
                             "\"100.25\",\"fee\":\"0.05\"}";

static void decodes_the_documented_answers(rialto_tally_t *tally, desk_t *desk) {
    RIALTO_EXPECT(tally, answer(desk, 200, filled, sizeof filled - 1) == RIALTO_OK);
    const rialto_output_t *order = &desk->items[0], *fill = &desk->items[1];
    RIALTO_EXPECT(tally, desk->outputs.count == 2 && order->kind == RIALTO_OUTPUT_ORDER);
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
        RIALTO_EXPECT(tally, desk->outputs.count == 1 && desk->items[0].state == states[i]);
        RIALTO_EXPECT(tally, desk->items[0].instrument == 0 && desk->items[0].quantity == 1500);
    }
}

// Whatever comes, it answers with reports that hold together, or with an error; never outside.
static void bears_any_answer(rialto_tally_t *tally, desk_t *desk) {
    const uint64_t size = sizeof filled - 1;
    uint64_t random = 3;
    int is_sound = 1, errors = 0;
    for (uint64_t cut = 0; cut < size; cut++) {
        char *copy = malloc(cut + 1); // Its own block: a read past the end is seen by sanitizers
        if (copy == NULL) abort();
        memcpy(copy, filled, cut);
        is_sound = is_sound && answer(desk, 200, copy, cut) == RIALTO_OK
            && desk->outputs.count == 1 && desk->items[0].kind == RIALTO_OUTPUT_ERROR;
        free(copy);
    }
    RIALTO_EXPECT(tally, is_sound);
    for (int round = 0; round < 20000; round++) {
        char copy[sizeof filled];
        memcpy(copy, filled, sizeof filled);
        for (uint64_t flips = 1 + random_next(&random) % 3; flips > 0; flips--)
            copy[random_next(&random) % size] ^= (char)(1 << random_next(&random) % 8);
        is_sound = is_sound && answer(desk, 200, copy, size) == RIALTO_OK
            && desk->outputs.count >= 1;
        errors += desk->items[0].kind == RIALTO_OUTPUT_ERROR;
        if (desk->items[0].kind == RIALTO_OUTPUT_ORDER)
            is_sound = is_sound && desk->items[0].quantity >= desk->items[0].filled
                && desk->items[1].quantity <= desk->items[0].filled;
    }
    RIALTO_EXPECT(tally, is_sound && errors > 10000);
    RIALTO_EXPECT(tally, answer(desk, 500, filled, size) == RIALTO_OK
                             && desk->items[0].kind == RIALTO_OUTPUT_ERROR);
    RIALTO_EXPECT(tally, answer(desk, -3, NULL, 0) == RIALTO_OK && desk->items[0].id == 7);
}

int main(void) {
    rialto_tally_t tally = {0, 0};
    desk_t desk;
    open_desk(&desk);
    encodes_as_documented(&tally, &desk);
    reads_back_what_it_encodes(&tally, &desk);
    decodes_the_documented_answers(&tally, &desk);
    bears_any_answer(&tally, &desk);
    close_desk(&desk);
    return rialto_tally_end(&tally, "paper");
}
