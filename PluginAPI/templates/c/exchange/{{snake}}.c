// {{id}}: a codec for a venue, over the draft contract. It does no I/O: the host sends what is
// described here, and hands the answers back.
//
// This venue takes POST /orders with the body "client instrument side quantity price" in units.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rialto/draft/exchange.h"
#include "rialto/rialto.h"

RIALTO_WRITE_NOTE("{{id}}", "0.1.0", "c", __VERSION__);

#define TEXT(literal) {literal, sizeof(literal) - 1}
#define BODY_MAX 128

typedef struct self {
    char body[BODY_MAX]; // Of the latest request
} self_t;

static const rialto_endpoint_t endpoints[] = {
    {sizeof(rialto_endpoint_t), RIALTO_CLASS_TRADE, TEXT("POST"), TEXT("api.example.com"),
     TEXT("/orders"), 0, 0},
};
static const rialto_bucket_t buckets[] = {
    {sizeof(rialto_bucket_t), 10, 100000000, TEXT("orders")},
};
static const rialto_need_t need = {sizeof(rialto_need_t), RIALTO_KIND_RESPONSES, RIALTO_NONE, 0,
                                   0};

static rialto_output_t *add(rialto_outputs_t *outputs, uint32_t kind) {
    if (outputs->count == outputs->capacity) return NULL;
    char *place = (char *)outputs->items + (size_t)outputs->count++ * outputs->item_size;
    rialto_output_t *output = (rialto_output_t *)place;
    output->struct_size = sizeof *output;
    output->kind = kind;
    return output;
}

// What this venue does not offer is answered with a rejected order.
static rialto_result reject(const rialto_intent_t *intent, rialto_outputs_t *outputs) {
    rialto_output_t *output = add(outputs, RIALTO_OUTPUT_ORDER);
    if (output == NULL) return RIALTO_TRUNCATED;
    output->client_id = intent->order_id;
    output->instrument = intent->instrument;
    output->state = RIALTO_ORDER_REJECTED;
    output->reason = RIALTO_REASON_UNSUPPORTED;
    return RIALTO_OK;
}

// [data]
static rialto_result encode(void *instance, const rialto_intent_t *intent, int64_t now_ns,
                            uint64_t nonce, rialto_outputs_t *outputs) {
    self_t *self = instance;
    (void)now_ns;
    if (intent->kind != RIALTO_INTENT_ORDER || intent->order_type != RIALTO_ORDER_LIMIT)
        return reject(intent, outputs);
    rialto_output_t *output = add(outputs, RIALTO_OUTPUT_REQUEST);
    if (output == NULL) return RIALTO_TRUNCATED;
    const int size = snprintf(self->body, sizeof self->body, "%llu %u %u %lld %lld",
                              (unsigned long long)intent->order_id, intent->instrument,
                              intent->side, (long long)intent->quantity,
                              (long long)intent->price);
    output->id = nonce;
    output->client_id = intent->order_id;
    output->url = (rialto_text_t)TEXT("/orders");
    output->body = (rialto_text_t){self->body, (uint64_t)size};
    output->bucket_cost = 1;
    return RIALTO_OK;
}

// Where the next number stands; returns 0 when there is none, or when it ends wrongly.
static int number(rialto_text_t body, uint32_t *at, char end, int64_t *out, rialto_range_t *place) {
    const uint32_t start = *at;
    int64_t value = 0;
    while (*at < body.size && body.data[*at] >= '0' && body.data[*at] <= '9') {
        const int digit = body.data[*at] - '0';
        if (value > (INT64_MAX - digit) / 10) return 0;
        value = value * 10 + digit;
        (*at)++;
    }
    const int is_end = *at == body.size ? end == 0 : body.data[*at] == end;
    if (*at == start || !is_end) return 0;
    *place = (rialto_range_t){RIALTO_PART_BODY, start, *at - start, 0};
    if (end != 0) (*at)++;
    *out = value;
    return 1;
}

// Reads any bytes, and trusts none.
// [data]
static rialto_result read_back(void *instance, rialto_text_t url, rialto_text_t body,
                               rialto_read_back_t *out_terms) {
    rialto_read_back_t t = {0};
    int64_t client = 0, instrument = 0, side = 0;
    uint32_t at = 0;
    (void)instance;
    if (url.size != 7 || memcmp(url.data, "/orders", 7) != 0) return RIALTO_NOT_FOUND;
    if (body.size > BODY_MAX || !number(body, &at, ' ', &client, &t.client_id_place)
        || !number(body, &at, ' ', &instrument, &t.instrument_place)
        || !number(body, &at, ' ', &side, &t.side_place)
        || !number(body, &at, ' ', &t.quantity, &t.quantity_place)
        || !number(body, &at, 0, &t.price, &t.price_place))
        return RIALTO_NOT_FOUND;
    if (instrument >= RIALTO_NONE || (side != RIALTO_BUY && side != RIALTO_SELL))
        return RIALTO_NOT_FOUND;
    t.struct_size = out_terms->struct_size;
    t.kind = RIALTO_INTENT_ORDER;
    t.side = (uint8_t)side;
    t.instrument = (uint32_t)instrument;
    t.client_id = (uint64_t)client;
    *out_terms = t;
    return RIALTO_OK;
}

// An answer other than 2xx is an error of its request; 2xx needs no word here, fills do.
// [data]
static rialto_result on_batch(void *instance, const rialto_batch_t *batch,
                              rialto_outputs_t *outputs, uint32_t *out_consumed) {
    const rialto_responses_t *responses = batch->responses;
    (void)instance;
    if (batch->single_kind != RIALTO_KIND_RESPONSES || responses == NULL)
        return RIALTO_ERROR_UNSUPPORTED;
    for (uint32_t row = 0; row < batch->count; row++) {
        if (responses->status[row] >= 200 && responses->status[row] < 300) continue;
        rialto_output_t *output = add(outputs, RIALTO_OUTPUT_ERROR);
        if (output == NULL) return RIALTO_ERROR_MEMORY;
        output->row = row;
        output->id = responses->request_id[row];
        output->reason = RIALTO_REASON_VENUE;
        output->body = responses->body[row];
    }
    *out_consumed = batch->count;
    return RIALTO_OK;
}

// [control]
static void destroy(void *instance) { free(instance); }

static rialto_result refuse(rialto_error_t *error, rialto_result code, const char *text) {
    error->code = code;
    strncpy(error->text, text, sizeof error->text - 1);
    return code;
}

// [control]
static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs,
                            rialto_error_t *out_error) {
    (void)plugin, (void)services;
    self_t *self = calloc(1, sizeof *self);
    if (self == NULL) return refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    out_needs->need_count = 1;
    out_needs->needs = &need;
    rialto_exchange_t *table = out_table;
    table->self = self;
    table->endpoints = endpoints;
    table->endpoint_count = 1;
    table->buckets = buckets;
    table->bucket_count = 1;
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
    .summary = TEXT("Speaks to a venue with orders as lines of text."),
    .author = TEXT("Unknown"),
    .license = TEXT("Apache-2.0"),
    .create = create,
};

static const rialto_plugin_t *const plugins[] = {&plugin};

static const rialto_library_t library = {sizeof(rialto_library_t), RIALTO_ABI_MAJOR,
                                         RIALTO_ABI_MINOR, 1, plugins};

// [any]
rialto_result rialto_plugin_entry(const rialto_host_t *host, const rialto_library_t **out_library,
                                  rialto_error_t *out_error) {
    if (!RIALTO_HOST_SPEAKS(host))
        return refuse(out_error, RIALTO_ERROR_ABI, "this plugin speaks another ABI major");
    *out_library = &library;
    return RIALTO_OK;
}
