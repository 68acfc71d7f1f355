// A host for tests of exchange plugins in C and C++, on the draft contract: makes one plugin
// through its C table, lets it encode orders, hands it answers, and holds it to the contract as the
// real host does.
//
//     rialto_test_exchange_t *venue = rialto_test_exchange_open();
//     rialto_test_instrument(venue->host, "BTC/USD", 2, 8);
//     rialto_test_exchange_create(venue, rialto_plugin_entry, "org.example.mine");
//     rialto_test_order(venue, 42, 0, RIALTO_SELL, 1050000, 6500001); // venue->outputs[0].body ...
//     rialto_test_answer(venue, 200, rialto_test_text("{...}"));      // venue->outputs, ->count
//     rialto_test_exchange_close(venue);
#ifndef RIALTO_TEST_EXCHANGE_H
#define RIALTO_TEST_EXCHANGE_H

#include "rialto/codec.h"
#include "rialto/test_host.h"

#define RIALTO_TEST_OUTPUTS_MAX 64u

// Everything of one exchange under test. Make it with rialto_test_exchange_open.
typedef struct rialto_test_exchange {
    rialto_test_host_t *host; // Its instruments, parameters, needs, error and log
    rialto_exchange_t table;
    rialto_output_t outputs[RIALTO_TEST_OUTPUTS_MAX]; // Of the latest call
    uint32_t count;
    uint32_t capacity; // Outputs that one call may write, 1...RIALTO_TEST_OUTPUTS_MAX
    uint64_t nonce;    // Of the latest request, and id of the answers
    int64_t now_ns;    // Rises with each call
    rialto_read_back_t terms; // As they were last read back
} rialto_test_exchange_t;

// A new host, without instruments. Close it with rialto_test_exchange_close; null when out of
// memory.
static inline rialto_test_exchange_t *rialto_test_exchange_open(void) {
    rialto_test_exchange_t *venue =
        (rialto_test_exchange_t *)calloc(1, sizeof(rialto_test_exchange_t));
    if (venue == NULL) return NULL;
    venue->host = rialto_test_open();
    venue->capacity = RIALTO_TEST_OUTPUTS_MAX;
    if (venue->host != NULL) return venue;
    free(venue);
    return NULL;
}

// Says in host->failure what broke the contract.
static inline rialto_result rialto_test_exchange_fail(rialto_test_exchange_t *venue,
                                                      const char *text) {
    return rialto_test_fail(venue->host, RIALTO_ERROR, text);
}

// Makes the exchange `id` of the library behind `entry`. The result is its own.
static inline rialto_result rialto_test_exchange_create(rialto_test_exchange_t *venue,
                                                        rialto_test_entry entry, const char *id) {
    rialto_test_host_t *host = venue->host;
    rialto_exchange_t *table = &venue->table;
    rialto_result result = rialto_test_enter(host, entry, id);
    if (result != RIALTO_OK) return result;
    if (host->plugin->kind != RIALTO_PLUGIN_EXCHANGE)
        return rialto_test_exchange_fail(venue, "this plugin is no exchange");
    table->struct_size = sizeof *table;
    result = host->plugin->create(host->plugin, &host->services, table, &host->needs, &host->error);
    if (result != RIALTO_OK) return rialto_test_fail(host, result, "create refused");
    if (table->encode == NULL || table->read_back == NULL || table->on_batch == NULL
        || table->destroy == NULL || table->endpoint_count == 0 || table->endpoints == NULL)
        return rialto_test_exchange_fail(venue, "the table is incomplete");
    return RIALTO_OK;
}

// Releases the instance and the host.
static inline void rialto_test_exchange_close(rialto_test_exchange_t *venue) {
    if (venue->table.destroy != NULL) venue->table.destroy(venue->table.self);
    rialto_test_close(venue->host);
    free(venue);
}

// An empty buffer for one call, its items further apart than this header's.
static inline rialto_outputs_t rialto_test_outputs(rialto_test_exchange_t *venue) {
    const rialto_outputs_t outputs = {sizeof(rialto_outputs_t), RIALTO_TEST_ITEM_BYTES,
                                      venue->capacity, 0, venue->host->items};
    memset(venue->host->items, 0, (size_t)RIALTO_TEST_OUTPUTS_MAX * RIALTO_TEST_ITEM_BYTES);
    venue->now_ns++;
    return outputs;
}

// Keeps the outputs of a call. Their texts are the plugin's until its next call.
static inline void rialto_test_keep_outputs(rialto_test_exchange_t *venue,
                                            const rialto_outputs_t *outputs) {
    memset(venue->outputs, 0, sizeof venue->outputs);
    venue->count = outputs->count <= venue->capacity ? outputs->count : 0;
    for (uint32_t i = 0; i < venue->count; i++)
        memcpy(&venue->outputs[i], (const char *)outputs->items + i * RIALTO_TEST_ITEM_BYTES,
               sizeof(rialto_output_t));
}

// Lets the plugin encode an intent. The result is its own; the outputs are in `outputs`.
static inline rialto_result rialto_test_encode(rialto_test_exchange_t *venue,
                                               const rialto_intent_t *intent) {
    rialto_outputs_t outputs = rialto_test_outputs(venue);
    const rialto_result result = venue->table.encode(venue->table.self, intent, venue->now_ns,
                                                     ++venue->nonce, &outputs);
    rialto_test_keep_outputs(venue, &outputs);
    return result;
}

// Reads the terms of any bytes back into `terms`. The result is the plugin's own.
static inline rialto_result rialto_test_read_back(rialto_test_exchange_t *venue, rialto_text_t url,
                                                  rialto_text_t body) {
    memset(&venue->terms, 0, sizeof venue->terms);
    venue->terms.struct_size = sizeof venue->terms;
    return venue->table.read_back(venue->table.self, url, body, &venue->terms);
}

// The bytes of a place in a request; size 0 when it lies outside.
static inline rialto_text_t rialto_test_place(const rialto_output_t *output, rialto_range_t place) {
    const rialto_text_t none = {NULL, 0};
    const rialto_text_t part = place.part == RIALTO_PART_BODY ? output->body
        : place.part == RIALTO_PART_URL ? output->url : none;
    if (place.offset >= part.size) return none;
    const uint64_t room = part.size - place.offset;
    const rialto_text_t text = {part.data + place.offset,
                                place.size == RIALTO_TO_END ? room : place.size};
    return text.size <= room ? text : none;
}

// Whether a text is a number of units, or the decimal that these units are.
static inline int rialto_test_denotes(rialto_text_t text, int64_t units, int decimals) {
    int64_t found = 0;
    return (rialto_decimal_read(text, decimals, &found) && found == units)
        || (rialto_decimal_read(text, 0, &found) && found == units);
}

// Whether the places of `terms` hold what the intent asks for; the host looks closer still.
static inline int rialto_test_places_hold(const rialto_test_exchange_t *venue,
                                          const rialto_intent_t *intent) {
    const rialto_output_t *o = &venue->outputs[0];
    const rialto_read_back_t *t = &venue->terms;
    const rialto_instruments_t *c = &venue->host->instruments;
    const rialto_text_t price = rialto_test_place(o, t->price_place);
    const int is_priced = intent->price > 0;
    return rialto_test_denotes(rialto_test_place(o, t->quantity_place), intent->quantity,
                               c->quantity_decimals[intent->instrument])
        && rialto_test_denotes(rialto_test_place(o, t->client_id_place), (int64_t)intent->order_id,
                               0)
        && (is_priced ? rialto_test_denotes(price, intent->price,
                                            c->price_decimals[intent->instrument])
                      : t->price_place.size == 0)
        && rialto_test_place(o, t->side_place).size > 0
        && rialto_test_place(o, t->instrument_place).size > 0;
}

// Why the host would not send the request of an order that was just encoded, or null.
static inline const char *rialto_test_refusal(rialto_test_exchange_t *venue,
                                              const rialto_intent_t *intent) {
    const rialto_output_t *o = &venue->outputs[0];
    const rialto_read_back_t *t = &venue->terms;
    if (venue->count != 1 || o->kind != RIALTO_OUTPUT_REQUEST) return "encode gave no request";
    if (o->endpoint >= venue->table.endpoint_count) return "the endpoint was never declared";
    const rialto_endpoint_t *endpoint =
        (const rialto_endpoint_t *)((const char *)venue->table.endpoints
                                    + (size_t)o->endpoint * venue->table.endpoints->struct_size);
    if (endpoint->kind != RIALTO_CLASS_TRADE) return "the endpoint is not declared for trading";
    if (o->url.size < endpoint->path.size
        || memcmp(o->url.data, endpoint->path.data, endpoint->path.size) != 0)
        return "the path is not that of the endpoint";
    if (rialto_test_read_back(venue, o->url, o->body) != RIALTO_OK)
        return "its own request cannot be read back";
    if (t->kind != RIALTO_INTENT_ORDER || t->instrument != intent->instrument
        || t->side != intent->side || t->quantity != intent->quantity || t->price != intent->price
        || t->client_id != intent->order_id)
        return "the terms read back differ from the intent";
    return rialto_test_places_hold(venue, intent) ? NULL : "a place does not hold its term";
}

// Encodes a market order (price 0) or a limit order and holds the request to what the host asks of
// it. RIALTO_ERROR, with the reason in host->failure, when the host would not send it.
static inline rialto_result rialto_test_order(rialto_test_exchange_t *venue, uint64_t client_id,
                                              uint32_t instrument, uint8_t side, int64_t quantity,
                                              int64_t price) {
    rialto_intent_t intent;
    memset(&intent, 0, sizeof intent);
    intent.struct_size = sizeof intent;
    intent.kind = RIALTO_INTENT_ORDER;
    intent.side = side;
    intent.order_type = price > 0 ? RIALTO_ORDER_LIMIT : RIALTO_ORDER_MARKET;
    intent.instrument = instrument;
    intent.order_id = client_id;
    intent.quantity = quantity;
    intent.price = price;
    const rialto_result result = rialto_test_encode(venue, &intent);
    if (result != RIALTO_OK) return rialto_test_fail(venue->host, result, "encode failed");
    const char *refusal = rialto_test_refusal(venue, &intent);
    return refusal == NULL ? RIALTO_OK : rialto_test_exchange_fail(venue, refusal);
}

// Hands a batch of one event over. The result is the plugin's own, or an error when it broke the
// contract.
static inline rialto_result rialto_test_hand_over(rialto_test_exchange_t *venue,
                                                  rialto_batch_t batch) {
    uint32_t consumed = 0;
    rialto_outputs_t outputs = rialto_test_outputs(venue);
    batch.struct_size = sizeof batch;
    batch.count = 1;
    const rialto_result result =
        venue->table.on_batch(venue->table.self, &batch, &outputs, &consumed);
    rialto_test_keep_outputs(venue, &outputs);
    if (outputs.count > venue->capacity)
        return rialto_test_exchange_fail(venue, "on_batch wrote more outputs than fit");
    if (result == RIALTO_OK && consumed != 1)
        return rialto_test_exchange_fail(venue, "on_batch did not read the whole batch");
    for (uint32_t i = 0; i < venue->count; i++)
        if (venue->outputs[i].kind == 0 || venue->outputs[i].kind > RIALTO_OUTPUT_ERROR
            || venue->outputs[i].row != 0)
            return rialto_test_exchange_fail(venue, "an output is of no kind, or of no row");
    return result;
}

// Hands over an answer to the latest request. `status` is HTTP's, or below 0 as in
// rialto_responses_t; `body` may be any bytes and is kept by the caller while outputs are read.
static inline rialto_result rialto_test_answer(rialto_test_exchange_t *venue, int32_t status,
                                               rialto_text_t body) {
    const rialto_text_t headers = {"", 0};
    const rialto_responses_t responses = {sizeof responses, 1,        &venue->now_ns,
                                          &venue->nonce,    &status,  &headers, &body};
    rialto_batch_t batch;
    memset(&batch, 0, sizeof batch);
    batch.single_kind = RIALTO_KIND_RESPONSES;
    batch.responses = &responses;
    return rialto_test_hand_over(venue, batch);
}

// Hands over a timer.
static inline rialto_result rialto_test_timer(rialto_test_exchange_t *venue, uint64_t id,
                                              int64_t time_ns) {
    const rialto_timers_t timers = {sizeof timers, 1, &time_ns, &id};
    rialto_batch_t batch;
    memset(&batch, 0, sizeof batch);
    batch.single_kind = RIALTO_KIND_TIMERS;
    batch.timers = &timers;
    return rialto_test_hand_over(venue, batch);
}

#endif
