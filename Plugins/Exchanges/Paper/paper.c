// The paper venue's codec: orders become documented JSON requests, its documented JSON answers
// become order reports and fills. See README.md for both.
#include <stdio.h>
#include <stdlib.h>

#include "rialto/codec.h"
#include "rialto/rialto.h"

RIALTO_WRITE_NOTE("org.rialto.paper", "1.0.0", "c", __VERSION__);

#define TEXT(literal) {literal, sizeof(literal) - 1}
#define BODY_MAX 1024u
#define FIELDS_MAX 16u // Of a message
#define SIGNATURE "0000000000000000000000000000000000000000000000000000000000000000"
#define HEADERS "Content-Type: application/json\nX-Signature: " SIGNATURE

// In the order of the intents: order, cancel, replace.
static const rialto_endpoint_t endpoints[] = {
    {sizeof(rialto_endpoint_t), RIALTO_CLASS_TRADE, TEXT("POST"), TEXT("paper.invalid"),
     TEXT("/v1/orders"), 0, 0},
    {sizeof(rialto_endpoint_t), RIALTO_CLASS_TRADE, TEXT("POST"), TEXT("paper.invalid"),
     TEXT("/v1/cancels"), 0, 0},
    {sizeof(rialto_endpoint_t), RIALTO_CLASS_TRADE, TEXT("POST"), TEXT("paper.invalid"),
     TEXT("/v1/replacements"), 0, 0},
};

static const rialto_bucket_t buckets[] = {
    {sizeof(rialto_bucket_t), 100, 10000000, TEXT("orders")},
};

// The signature covers path and body, and goes into its header.
static const rialto_range_t signed_ranges[] = {{RIALTO_PART_URL, 0, RIALTO_TO_END, 0},
                                               {RIALTO_PART_BODY, 0, RIALTO_TO_END, 0}};
static const rialto_sign_step_t steps[] = {
    {sizeof(rialto_sign_step_t), RIALTO_SIGN_HMAC_SHA256, RIALTO_ENCODE_HEX, 2, signed_ranges,
     TEXT("paper"),
     {RIALTO_PART_HEADERS, sizeof(HEADERS) - sizeof(SIGNATURE), sizeof(SIGNATURE) - 1, 0}},
};

typedef struct paper {
    const rialto_instruments_t *instruments; // The host's until destroy
    rialto_need_t needs[1];
    char body[BODY_MAX];
} paper_t;

// Writes the body of the request. Returns its size; 0 when it does not fit.
static uint32_t write_body(paper_t *self, const rialto_intent_t *intent, uint32_t row,
                           uint64_t nonce) {
    static const char *const lifetimes[] = {"gtc", "ioc", "fok"};
    const rialto_instruments_t *c = self->instruments;
    const int name_size = (int)c->name[row].size;
    char quantity[RIALTO_DECIMAL_TEXT_MAX], price[RIALTO_DECIMAL_TEXT_MAX], terms[128] = "";
    rialto_decimal_write(intent->quantity, c->quantity_decimals[row], quantity);
    rialto_decimal_write(intent->price, c->price_decimals[row], price);
    const char *side = intent->side == RIALTO_SELL ? "sell" : "buy";
    const int is_market = intent->order_type == RIALTO_ORDER_MARKET;
    if (intent->kind == RIALTO_INTENT_ORDER)
        snprintf(terms, sizeof terms, ",\"side\":\"%s\",\"type\":\"%s\",\"lifetime\":\"%s\"", side,
                 is_market ? "market" : "limit", lifetimes[intent->time_in_force]);
    int size = snprintf(self->body, BODY_MAX,
                        "{\"client_id\":\"%llu\",\"nonce\":\"%llu\",\"instrument\":\"%.*s\"%s",
                        (unsigned long long)intent->order_id, (unsigned long long)nonce, name_size,
                        c->name[row].data, terms);
    if (intent->kind != RIALTO_INTENT_CANCEL && intent->quantity > 0)
        size += snprintf(self->body + size, BODY_MAX - (size_t)size, ",\"quantity\":\"%s\"",
                         quantity);
    if (intent->kind != RIALTO_INTENT_CANCEL && intent->price > 0)
        size += snprintf(self->body + size, BODY_MAX - (size_t)size, ",\"price\":\"%s\"", price);
    size += snprintf(self->body + size, BODY_MAX - (size_t)size, "}");
    return (uint32_t)size;
}

// [data]
static rialto_result encode(void *instance, const rialto_intent_t *intent, int64_t now_ns,
                            uint64_t nonce, rialto_outputs_t *outputs) {
    paper_t *self = instance;
    const uint32_t row = rialto_instrument_row(self->instruments, intent->instrument);
    (void)now_ns;
    if (row == RIALTO_NONE) return RIALTO_NOT_FOUND;
    if (intent->kind < RIALTO_INTENT_ORDER || intent->kind > RIALTO_INTENT_REPLACE)
        return RIALTO_ERROR_ARGUMENT;
    if (intent->quantity < 0 || intent->price < 0) return RIALTO_ERROR_ARGUMENT;
    if (intent->kind == RIALTO_INTENT_ORDER && !rialto_intent_is_plain_order(intent))
        return rialto_output_reject(outputs, intent);
    rialto_output_t *output = rialto_output_add(outputs, RIALTO_OUTPUT_REQUEST, 0);
    if (output == NULL) return RIALTO_TRUNCATED;
    output->endpoint = intent->kind - RIALTO_INTENT_ORDER;
    output->id = nonce;
    output->client_id = intent->order_id;
    output->instrument = intent->instrument;
    output->url = endpoints[output->endpoint].path;
    output->headers = (rialto_text_t)TEXT(HEADERS);
    output->body = (rialto_text_t){self->body, write_body(self, intent, row, nonce)};
    output->steps = steps;
    output->step_count = 1;
    output->bucket_cost = 1;
    return RIALTO_OK;
}

// Reads a message of the venue: its values are all texts.
static int read_object(rialto_text_t body, rialto_json_t *out) {
    return rialto_json_read(body, out) && out->numbers == 0 && out->count <= FIELDS_MAX;
}

static int read_side(rialto_text_t text, uint8_t *out) {
    *out = 0;
    if (rialto_text_is(text, "buy")) *out = RIALTO_BUY;
    if (rialto_text_is(text, "sell")) *out = RIALTO_SELL;
    return *out != 0;
}

static int read_id(rialto_text_t text, uint64_t *out) {
    int64_t value = 0;
    if (!rialto_decimal_read(text, 0, &value) || value <= 0) return 0;
    *out = (uint64_t)value;
    return 1;
}

// An optional decimal above 0; 0 when it is absent.
static int read_amount(rialto_text_t text, int decimals, int64_t *out) {
    *out = 0;
    return text.size == 0 || (rialto_decimal_read(text, decimals, out) && *out > 0);
}

// [data]
static rialto_result read_back(void *instance, rialto_text_t url, rialto_text_t body,
                               rialto_read_back_t *out_terms) {
    const paper_t *self = instance;
    rialto_read_back_t terms = {0};
    rialto_json_t object;
    for (uint8_t i = 0; i < 3; i++)
        if (rialto_text_equals(url, endpoints[i].path))
            terms.kind = (uint8_t)(RIALTO_INTENT_ORDER + i);
    if (terms.kind == 0 || !read_object(body, &object)) return RIALTO_NOT_FOUND;
    const rialto_text_t name = rialto_json_get(&object, "instrument");
    const rialto_text_t side = rialto_json_get(&object, "side");
    const rialto_text_t price = rialto_json_get(&object, "price");
    const rialto_text_t id = rialto_json_get(&object, "client_id");
    const rialto_text_t quantity = rialto_json_get(&object, "quantity");
    const uint32_t row = rialto_instrument_named(self->instruments, name);
    const int is_order = terms.kind == RIALTO_INTENT_ORDER;
    if (row == RIALTO_NONE || !read_id(id, &terms.client_id)) return RIALTO_NOT_FOUND;
    if (read_side(side, &terms.side) != is_order) return RIALTO_NOT_FOUND;
    if (!read_amount(price, self->instruments->price_decimals[row], &terms.price)
        || !read_amount(quantity, self->instruments->quantity_decimals[row], &terms.quantity))
        return RIALTO_NOT_FOUND;
    const int is_market = rialto_text_is(rialto_json_get(&object, "type"), "market");
    if (is_order && (terms.quantity == 0 || is_market != (terms.price == 0)))
        return RIALTO_NOT_FOUND;
    if (terms.kind == RIALTO_INTENT_CANCEL && terms.price + terms.quantity > 0)
        return RIALTO_NOT_FOUND;
    terms.struct_size = sizeof terms;
    terms.instrument = self->instruments->instrument[row];
    terms.instrument_place = rialto_place_in(RIALTO_PART_BODY, body, name);
    terms.side_place = rialto_place_in(RIALTO_PART_BODY, body, side);
    terms.price_place = rialto_place_in(RIALTO_PART_BODY, body, price);
    terms.quantity_place = rialto_place_in(RIALTO_PART_BODY, body, quantity);
    terms.client_id_place = rialto_place_in(RIALTO_PART_BODY, body, id);
    *out_terms = terms;
    return RIALTO_OK;
}

static uint8_t read_state(rialto_text_t text) {
    static const struct {
        const char *word;
        uint8_t state;
    } states[] = {{"accepted", RIALTO_ORDER_ACCEPTED},
                  {"partly_filled", RIALTO_ORDER_PARTLY_FILLED},
                  {"filled", RIALTO_ORDER_FILLED},
                  {"canceled", RIALTO_ORDER_CANCELED},
                  {"rejected", RIALTO_ORDER_REJECTED}};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (rialto_text_is(text, states[i].word)) return states[i].state;
    return 0;
}

// The fee of a fill; an absent one is 0.
static int read_fee(rialto_text_t text, rialto_cash_t *out) {
    *out = (rialto_cash_t){0, 0};
    return text.size == 0 || rialto_cash_read(text, out);
}

// The terms of an answer, as an order report and, when there is one, a fill.
typedef struct answer {
    rialto_output_t order, fill;
} answer_t;

// Reads an answer. Returns 0 when it is not the documented JSON, or contradicts itself.
static int read_answer(const paper_t *self, rialto_text_t body, answer_t *out) {
    rialto_json_t object;
    rialto_output_t *order = &out->order, *fill = &out->fill;
    memset(out, 0, sizeof *out);
    if (!read_object(body, &object)) return 0;
    const rialto_text_t name = rialto_json_get(&object, "instrument");
    const uint32_t row = rialto_instrument_named(self->instruments, name);
    if (row == RIALTO_NONE) return 0;
    const int price_decimals = self->instruments->price_decimals[row];
    const int decimals = self->instruments->quantity_decimals[row];
    order->state = read_state(rialto_json_get(&object, "status"));
    order->instrument = fill->instrument = self->instruments->instrument[row];
    order->reason = order->state == RIALTO_ORDER_REJECTED ? RIALTO_REASON_VENUE : 0;
    if (order->state == 0 || !read_id(rialto_json_get(&object, "client_id"), &order->client_id)
        || !read_side(rialto_json_get(&object, "side"), &order->side)
        || !read_amount(rialto_json_get(&object, "quantity"), decimals, &order->quantity)
        || !read_amount(rialto_json_get(&object, "price"), price_decimals, &order->price)
        || !rialto_decimal_read(rialto_json_get(&object, "filled"), decimals, &order->filled)
        || !read_amount(rialto_json_get(&object, "fill_quantity"), decimals, &fill->quantity)
        || !read_amount(rialto_json_get(&object, "fill_price"), price_decimals, &fill->price)
        || !read_fee(rialto_json_get(&object, "fee"), &fill->fee))
        return 0;
    fill->client_id = order->client_id;
    fill->side = order->side;
    const int is_fill = order->state == RIALTO_ORDER_FILLED
        || order->state == RIALTO_ORDER_PARTLY_FILLED;
    const int is_whole = order->filled == order->quantity;
    return order->quantity > 0 && order->filled <= order->quantity
        && (fill->quantity > 0) == is_fill && (fill->price > 0) == is_fill
        && fill->quantity <= order->filled
        && is_whole == (order->state == RIALTO_ORDER_FILLED);
}

// Adds what one answer says. Returns 0 when it does not fit.
static int add_answer(const paper_t *self, const rialto_responses_t *c, uint32_t row,
                      rialto_outputs_t *outputs) {
    answer_t answer;
    const int is_read = c->status[row] >= 200 && c->status[row] < 300
        && read_answer(self, c->body[row], &answer);
    rialto_output_t *output =
        rialto_output_add(outputs, is_read ? RIALTO_OUTPUT_ORDER : RIALTO_OUTPUT_ERROR, row);
    if (output == NULL) return 0;
    if (!is_read) {
        output->id = c->request_id[row];
        output->reason = RIALTO_REASON_VENUE;
        output->body = (rialto_text_t)TEXT("the answer is none that the paper venue documents");
        return 1;
    }
    const uint32_t kinds[] = {RIALTO_OUTPUT_ORDER, RIALTO_OUTPUT_FILL};
    const rialto_output_t *const said[] = {&answer.order, &answer.fill};
    for (int i = 0; i < (answer.fill.quantity > 0 ? 2 : 1); i++) {
        if (i > 0 && (output = rialto_output_add(outputs, kinds[i], row)) == NULL) return 0;
        *output = *said[i];
        output->struct_size = sizeof(rialto_output_t);
        output->kind = kinds[i];
        output->row = row;
        output->id = c->request_id[row];
    }
    return 1;
}

// [data]
static rialto_result on_batch(void *instance, const rialto_batch_t *batch,
                              rialto_outputs_t *outputs, uint32_t *out_consumed) {
    const paper_t *self = instance;
    const rialto_responses_t *responses = batch->responses;
    if (batch->single_kind != RIALTO_KIND_RESPONSES || responses == NULL)
        return RIALTO_ERROR_UNSUPPORTED;
    for (uint32_t row = 0; row < batch->count; row++) {
        const int is_later = row > 0 && responses->time_ns[row] != responses->time_ns[row - 1];
        if (is_later && outputs->count > outputs->capacity / 2) return RIALTO_OK; // The rest later
        *out_consumed = row + 1;
        if (!add_answer(self, responses, row, outputs)) return RIALTO_TRUNCATED;
    }
    return RIALTO_OK;
}

// [control]
static void destroy(void *instance) { free(instance); }

// [control]
static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs, rialto_error_t *out_error) {
    const rialto_instruments_t *instruments = NULL;
    (void)plugin;
    services->instruments(services->host, &instruments);
    if (instruments == NULL || instruments->count == 0)
        return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER, "no instrument was given");
    for (uint32_t i = 0; i < instruments->count; i++)
        if (!rialto_json_is_plain(instruments->name[i]))
            return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER,
                          "an instrument's name is not 1...200 bytes of ASCII without a quote");
    paper_t *self = calloc(1, sizeof(paper_t));
    if (self == NULL) return rialto_refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    self->instruments = instruments;
    self->needs[0] =
        (rialto_need_t){sizeof(rialto_need_t), RIALTO_KIND_RESPONSES, RIALTO_NONE, 0, 0};
    out_needs->need_count = 1;
    out_needs->needs = self->needs;
    rialto_exchange_t *table = out_table;
    table->self = self;
    table->endpoint_count = sizeof endpoints / sizeof endpoints[0];
    table->endpoints = endpoints;
    table->bucket_count = 1;
    table->buckets = buckets;
    table->encode = encode;
    table->read_back = read_back;
    table->on_batch = on_batch;
    table->destroy = destroy;
    return RIALTO_OK;
}

static const rialto_plugin_t plugin = {
    .struct_size = sizeof(rialto_plugin_t),
    .kind = RIALTO_PLUGIN_EXCHANGE,
    .id = TEXT("org.rialto.paper"),
    .version = TEXT("1.0.0"),
    .name = TEXT("Paper venue"),
    .summary = TEXT("Encodes orders for the paper venue and decodes its answers."),
    .author = TEXT("The Rialto authors"),
    .license = TEXT("Apache-2.0"),
    .create = create,
};

RIALTO_ONE_PLUGIN(plugin)
