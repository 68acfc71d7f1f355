// {{id}}: a codec for a venue, over the draft contract. It does no I/O: the host sends what is
// described here, and hands the answers back.
//
// It speaks the paper venue's JSON, so it takes part in a backtest: `venue: { plugin: {{id}} }`.
// To make it your venue's, change the declarations, write_order, read_back and read_answer.
// Backtests answer as the paper venue does; from then on {{snake}}_test.c plays your venue.
#include <stdio.h>
#include <stdlib.h>

#include "rialto/codec.h"
#include "rialto/rialto.h"

RIALTO_WRITE_NOTE("{{id}}", "0.1.0", "c", __VERSION__);

#define TEXT(literal) {literal, sizeof(literal) - 1}
#define BODY_MAX 1024u

// What it may ask of the venue: here one request, and a rate limit of 100 at once, 100 a second.
static const rialto_endpoint_t endpoints[] = {
    {sizeof(rialto_endpoint_t), RIALTO_CLASS_TRADE, TEXT("POST"), TEXT("paper.invalid"),
     TEXT("/v1/orders"), 0, 0},
};
static const rialto_bucket_t buckets[] = {
    {sizeof(rialto_bucket_t), 100, 10000000, TEXT("orders")},
};

// How the host signs: HMAC-SHA256 of path and body under the key `paper`, over the zeros below.
#define SIGNATURE "0000000000000000000000000000000000000000000000000000000000000000"
#define HEADERS "Content-Type: application/json\nX-Signature: " SIGNATURE
static const rialto_range_t signed_ranges[] = {
    {RIALTO_PART_URL, 0, RIALTO_TO_END, 0},
    {RIALTO_PART_BODY, 0, RIALTO_TO_END, 0},
};
static const rialto_sign_step_t steps[] = {
    {sizeof(rialto_sign_step_t), RIALTO_SIGN_HMAC_SHA256, RIALTO_ENCODE_HEX, 2, signed_ranges,
     TEXT("paper"),
     {RIALTO_PART_HEADERS, sizeof(HEADERS) - sizeof(SIGNATURE), sizeof(SIGNATURE) - 1, 0}},
};

static const rialto_need_t need = {sizeof(rialto_need_t), RIALTO_KIND_RESPONSES, RIALTO_NONE, 0,
                                   0};

typedef struct self {
    const rialto_instruments_t *instruments; // The host's until destroy
    char body[BODY_MAX];                     // Of the latest request
} self_t;

// Writes the body of an order. Returns its size.
static uint64_t write_order(self_t *self, const rialto_intent_t *order, uint32_t row,
                            uint64_t nonce) {
    static const char *const lifetimes[] = {"gtc", "ioc", "fok"};
    const rialto_instruments_t *c = self->instruments;
    const int is_limit = order->order_type == RIALTO_ORDER_LIMIT;
    char quantity[RIALTO_DECIMAL_TEXT_MAX], price[RIALTO_DECIMAL_TEXT_MAX], limit[64] = "";
    rialto_decimal_write(order->quantity, c->quantity_decimals[row], quantity);
    rialto_decimal_write(order->price, c->price_decimals[row], price);
    if (is_limit) snprintf(limit, sizeof limit, ",\"price\":\"%s\"", price);
    return (uint64_t)snprintf(
        self->body, BODY_MAX,
        "{\"client_id\":\"%llu\",\"nonce\":\"%llu\",\"instrument\":\"%.*s\",\"side\":\"%s\","
        "\"type\":\"%s\",\"lifetime\":\"%s\",\"quantity\":\"%s\"%s}",
        (unsigned long long)order->order_id, (unsigned long long)nonce, (int)c->name[row].size,
        c->name[row].data, order->side == RIALTO_BUY ? "buy" : "sell",
        is_limit ? "limit" : "market", lifetimes[order->time_in_force], quantity, limit);
}

// Market and limit orders; the rest is rejected here, until you add an endpoint for it.
// [data]
static rialto_result encode(void *instance, const rialto_intent_t *intent, int64_t now_ns,
                            uint64_t nonce, rialto_outputs_t *outputs) {
    self_t *self = instance;
    const uint32_t row = rialto_instrument_row(self->instruments, intent->instrument);
    (void)now_ns;
    if (row == RIALTO_NONE) return RIALTO_NOT_FOUND;
    if (!rialto_intent_is_plain_order(intent)) return rialto_output_reject(outputs, intent);
    rialto_output_t *request = rialto_output_add(outputs, RIALTO_OUTPUT_REQUEST, 0);
    if (request == NULL) return RIALTO_TRUNCATED;
    request->id = nonce;
    request->endpoint = 0;
    request->client_id = intent->order_id;
    request->instrument = intent->instrument;
    request->url = endpoints[0].path;
    request->headers = (rialto_text_t)TEXT(HEADERS);
    request->body = (rialto_text_t){self->body, write_order(self, intent, row, nonce)};
    request->steps = steps;
    request->step_count = 1;
    request->bucket_cost = 1;
    return RIALTO_OK;
}

static uint8_t read_side(rialto_text_t text) {
    if (rialto_text_is(text, "buy")) return RIALTO_BUY;
    return rialto_text_is(text, "sell") ? RIALTO_SELL : 0;
}

// The host's client id; 0 when it is none.
static uint64_t read_id(rialto_text_t text) {
    int64_t id = 0;
    return rialto_decimal_read(text, 0, &id) ? (uint64_t)id : 0;
}

// A field that may be absent, which is 0. Returns 0 when it is no decimal.
static int read_amount(rialto_text_t text, int decimals, int64_t *out) {
    *out = 0;
    return text.size == 0 || rialto_decimal_read(text, decimals, out);
}

// Says what an order's bytes mean and where; the host compares both with what was asked for. They
// may be any bytes: trust none.
// [data]
static rialto_result read_back(void *instance, rialto_text_t url, rialto_text_t body,
                               rialto_read_back_t *out_terms) {
    const rialto_instruments_t *c = ((const self_t *)instance)->instruments;
    rialto_json_t object;
    if (!rialto_text_equals(url, endpoints[0].path) || !rialto_json_read(body, &object))
        return RIALTO_NOT_FOUND;
    const rialto_text_t name = rialto_json_get(&object, "instrument");
    const rialto_text_t side = rialto_json_get(&object, "side");
    const rialto_text_t price = rialto_json_get(&object, "price");
    const rialto_text_t quantity = rialto_json_get(&object, "quantity");
    const rialto_text_t id = rialto_json_get(&object, "client_id");
    const uint32_t row = rialto_instrument_named(c, name);
    if (row == RIALTO_NONE) return RIALTO_NOT_FOUND;
    rialto_read_back_t terms = {.struct_size = sizeof terms,
                                .instrument = c->instrument[row],
                                .kind = RIALTO_INTENT_ORDER,
                                .side = read_side(side),
                                .client_id = read_id(id)};
    const int is_market = rialto_text_is(rialto_json_get(&object, "type"), "market");
    if (!read_amount(price, c->price_decimals[row], &terms.price)
        || !read_amount(quantity, c->quantity_decimals[row], &terms.quantity) || terms.side == 0
        || terms.client_id == 0 || terms.quantity == 0 || is_market != (terms.price == 0))
        return RIALTO_NOT_FOUND;
    terms.instrument_place = rialto_place_in(RIALTO_PART_BODY, body, name);
    terms.side_place = rialto_place_in(RIALTO_PART_BODY, body, side);
    terms.price_place = rialto_place_in(RIALTO_PART_BODY, body, price);
    terms.quantity_place = rialto_place_in(RIALTO_PART_BODY, body, quantity);
    terms.client_id_place = rialto_place_in(RIALTO_PART_BODY, body, id);
    *out_terms = terms;
    return RIALTO_OK;
}

static uint8_t read_state(rialto_text_t text) {
    static const char *const words[] = {"accepted", "partly_filled", "filled", "canceled",
                                        "rejected"};
    for (uint8_t i = 0; i < 5; i++)
        if (rialto_text_is(text, words[i])) return (uint8_t)(RIALTO_ORDER_ACCEPTED + i);
    return 0;
}

// Reads an answer: what became of the order, and what was just filled of it (quantity 0 when
// nothing was). Returns 0 when it is none that the venue documents.
static int read_answer(const self_t *self, rialto_text_t body, rialto_output_t *order,
                       rialto_output_t *fill) {
    const rialto_instruments_t *c = self->instruments;
    rialto_json_t object;
    if (!rialto_json_read(body, &object)) return 0;
    const uint32_t row = rialto_instrument_named(c, rialto_json_get(&object, "instrument"));
    if (row == RIALTO_NONE) return 0;
    const int decimals = c->quantity_decimals[row], price_decimals = c->price_decimals[row];
    const rialto_text_t fee = rialto_json_get(&object, "fee");
    order->state = read_state(rialto_json_get(&object, "status"));
    order->reason = order->state == RIALTO_ORDER_REJECTED ? RIALTO_REASON_VENUE : 0;
    order->client_id = fill->client_id = read_id(rialto_json_get(&object, "client_id"));
    order->side = fill->side = read_side(rialto_json_get(&object, "side"));
    order->instrument = fill->instrument = c->instrument[row];
    return order->state > 0 && order->client_id > 0 && order->side > 0
        && read_amount(rialto_json_get(&object, "quantity"), decimals, &order->quantity)
        && read_amount(rialto_json_get(&object, "price"), price_decimals, &order->price)
        && read_amount(rialto_json_get(&object, "filled"), decimals, &order->filled)
        && read_amount(rialto_json_get(&object, "fill_quantity"), decimals, &fill->quantity)
        && read_amount(rialto_json_get(&object, "fill_price"), price_decimals, &fill->price)
        && (fee.size == 0 || rialto_cash_read(fee, &fill->fee))
        && order->filled <= order->quantity && fill->quantity <= order->filled
        && (fill->quantity > 0) == (fill->price > 0);
}

// Adds `said` as an output that answers `row`. Returns 0 when it does not fit.
static int say(rialto_outputs_t *outputs, uint32_t kind, uint32_t row, rialto_output_t said) {
    rialto_output_t *output = rialto_output_add(outputs, kind, row);
    if (output == NULL) return 0;
    said.struct_size = output->struct_size;
    said.kind = kind;
    said.row = row;
    *output = said;
    return 1;
}

// Adds what one answer says: an order and perhaps a fill, or an error. Returns 0 when it does not
// fit.
static int add_answer(const self_t *self, const rialto_responses_t *responses, uint32_t row,
                      rialto_outputs_t *outputs) {
    rialto_output_t order = {.id = responses->request_id[row]}, fill = order, error = order;
    const int32_t status = responses->status[row];
    const int is_success = status >= 200 && status < 300;
    if (is_success && read_answer(self, responses->body[row], &order, &fill))
        return say(outputs, RIALTO_OUTPUT_ORDER, row, order)
            && (fill.quantity == 0 || say(outputs, RIALTO_OUTPUT_FILL, row, fill));
    error.reason = RIALTO_REASON_VENUE;
    error.body = (rialto_text_t)TEXT("the answer is none that the venue documents");
    return say(outputs, RIALTO_OUTPUT_ERROR, row, error);
}

// [data]
static rialto_result on_batch(void *instance, const rialto_batch_t *batch,
                              rialto_outputs_t *outputs, uint32_t *out_consumed) {
    const rialto_responses_t *responses = batch->responses;
    if (batch->single_kind != RIALTO_KIND_RESPONSES || responses == NULL)
        return RIALTO_ERROR_UNSUPPORTED;
    for (uint32_t row = 0; row < batch->count; row++) {
        const int is_later = row > 0 && responses->time_ns[row] != responses->time_ns[row - 1];
        if (is_later && outputs->count > outputs->capacity / 2) return RIALTO_OK; // The rest later
        *out_consumed = row + 1;
        if (!add_answer(instance, responses, row, outputs)) return RIALTO_TRUNCATED;
    }
    return RIALTO_OK;
}

// [control]
static void destroy(void *instance) { free(instance); }

// [control]
static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs,
                            rialto_error_t *out_error) {
    const rialto_instruments_t *instruments = NULL;
    (void)plugin;
    services->instruments(services->host, &instruments);
    if (instruments == NULL || instruments->count == 0)
        return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER, "no instrument was given");
    for (uint32_t i = 0; i < instruments->count; i++)
        if (!rialto_json_is_plain(instruments->name[i]))
            return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER,
                                 "an instrument's name is not 1...200 bytes of plain ASCII");
    self_t *self = calloc(1, sizeof *self);
    if (self == NULL) return rialto_refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    self->instruments = instruments;
    out_needs->need_count = 1;
    out_needs->needs = &need;
    rialto_exchange_t *table = out_table;
    table->self = self;
    table->endpoints = endpoints;
    table->endpoint_count = sizeof endpoints / sizeof endpoints[0];
    table->buckets = buckets;
    table->bucket_count = sizeof buckets / sizeof buckets[0];
    table->encode = encode;
    table->read_back = read_back;
    table->on_batch = on_batch;
    table->destroy = destroy;
    return RIALTO_OK;
}

static const rialto_plugin_t plugin = {
    .struct_size = sizeof(rialto_plugin_t),
    .kind = RIALTO_PLUGIN_EXCHANGE,
    .id = TEXT("{{id}}"),
    .version = TEXT("0.1.0"),
    .name = TEXT("{{name}}"),
    .summary = TEXT("Speaks to a venue in the paper venue's JSON."),
    .author = TEXT("Unknown"),
    .license = TEXT("Apache-2.0"),
    .create = create,
};

RIALTO_ONE_PLUGIN(plugin)
