// An instance of an exchange: what it says lies in its own memory, and is copied into the answer.
#define _GNU_SOURCE
#include <string.h>

#include "worker.h"

static rialto_exchange_t exchange = {.struct_size = sizeof exchange};
static rialto_output_t items[RIALTO_OUTPUTS_MAX];

void *exchange_table(void) { return &exchange; }

// Copies a text behind those that are there. Returns whether it fits.
static int say(rialto_text_t text, rialto_said_text_t *said) {
    rialto_answer_t *answer = channel.answer;
    const uint32_t used = answer->text_count;
    if (used > RIALTO_INTENT_TEXT_MAX || text.size > RIALTO_INTENT_TEXT_MAX - used) return 0;
    if (text.size > 0) memcpy(answer->intent_text + used, text.data, text.size);
    *said = (rialto_said_text_t){used, (uint32_t)text.size};
    answer->text_count = used + (uint32_t)text.size;
    return 1;
}

rialto_result say_endpoints(void) {
    rialto_answer_t *answer = channel.answer;
    const uint32_t count = exchange.endpoint_count;
    if (exchange.encode == NULL || exchange.read_back == NULL || exchange.on_batch == NULL
        || exchange.destroy == NULL || exchange.endpoints == NULL || count == 0
        || count > RIALTO_ENDPOINTS_MAX)
        return RIALTO_ERROR_UNSUPPORTED;
    const uint32_t stride = exchange.endpoints->struct_size;
    if (stride < sizeof(rialto_endpoint_t)) return RIALTO_ERROR_UNSUPPORTED;
    const char *place = (const char *)exchange.endpoints;
    answer->text_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        rialto_endpoint_t endpoint;
        memcpy(&endpoint, place + (size_t)i * stride, sizeof endpoint);
        answer->endpoints[i].kind = endpoint.kind;
        if (!say(endpoint.path, &answer->endpoints[i].path)) return RIALTO_TRUNCATED;
    }
    answer->endpoint_count = count;
    return RIALTO_OK;
}

// Copies what an exchange wrote where its outputs point.
static rialto_result say_outputs(rialto_result result, uint32_t count) {
    rialto_answer_t *answer = channel.answer;
    answer->output_count = count;
    answer->text_count = 0;
    for (uint32_t i = 0; i < count && i < RIALTO_OUTPUTS_MAX; i++) {
        rialto_said_output_t *said = &answer->outputs[i];
        said->fields = items[i];
        if (!say(items[i].url, &said->url) || !say(items[i].headers, &said->headers)
            || !say(items[i].body, &said->body))
            return RIALTO_TRUNCATED;
    }
    return result;
}

static rialto_outputs_t empty_outputs(void) {
    memset(items, 0, sizeof items);
    return (rialto_outputs_t){sizeof(rialto_outputs_t), sizeof(rialto_output_t),
                              RIALTO_OUTPUTS_MAX, 0, items};
}

rialto_result encode_order(const rialto_given_order_t *order) {
    rialto_outputs_t outputs = empty_outputs();
    const rialto_result result =
        exchange.encode(exchange.self, &order->intent, order->now_ns, order->nonce, &outputs);
    return say_outputs(result, outputs.count);
}

rialto_result read_request_back(const rialto_given_request_t *request) {
    rialto_read_back_t terms = {.struct_size = sizeof terms};
    const rialto_result result =
        exchange.read_back(exchange.self, request->url, request->body, &terms);
    channel.answer->terms = terms;
    return result;
}

rialto_result read_as_exchange(const rialto_batch_t *batch, uint32_t *out_consumed) {
    rialto_outputs_t outputs = empty_outputs();
    const rialto_result result = exchange.on_batch(exchange.self, batch, &outputs, out_consumed);
    return say_outputs(result, outputs.count);
}

void end_exchange(void) {
    if (exchange.destroy != NULL) exchange.destroy(exchange.self);
}
