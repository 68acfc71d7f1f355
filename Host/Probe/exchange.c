// Exchange plugins (47): what they encode reads back as it was asked for, and they read any answer.
#include <stdio.h>
#include <string.h>

#include "probe.h"

#define OUTPUTS 16u
#define ROUNDS 64u

static rialto_exchange_t exchange;
static given_t given;
static rialto_services_t services;
static struct {
    rialto_output_t items[OUTPUTS];
    unsigned char after[CANARY_SIZE];
} room;
static uint64_t random_state = 5;
static char wrong[200];

#define WRONG(...) (snprintf(wrong, sizeof wrong, __VA_ARGS__), 0)

static uint64_t draw(uint64_t bound) {
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (random_state >> 24) % bound;
}

static int make_exchange(const rialto_plugin_t *plugin, rialto_error_t *error) {
    rialto_needs_t needs = {.struct_size = sizeof needs};
    *error = (rialto_error_t){.struct_size = sizeof *error};
    memset(&exchange, 0, sizeof exchange);
    exchange.struct_size = sizeof exchange;
    services = services_from(&given, creation_of(plugin, INSTRUMENTS));
    return plugin->create(plugin, &services, &exchange, &needs, error) == RIALTO_OK;
}

static rialto_outputs_t empty(void) {
    memset(room.items, 0, sizeof room.items);
    memset(room.after, 0xC5, sizeof room.after);
    return (rialto_outputs_t){sizeof(rialto_outputs_t), sizeof(rialto_output_t), OUTPUTS, 0,
                              room.items};
}

static int is_in_room(const rialto_outputs_t *outputs) {
    for (uint32_t i = 0; i < CANARY_SIZE; i++)
        if (room.after[i] != 0xC5) return WRONG("it wrote behind its outputs");
    return outputs->count <= OUTPUTS
           || WRONG("it counts %u outputs of %u", outputs->count, OUTPUTS);
}

static const rialto_endpoint_t *endpoint_at(uint32_t index) {
    const char *place = (const char *)exchange.endpoints;
    return (const rialto_endpoint_t *)(const void *)(place
                                                     + (size_t)index
                                                           * exchange.endpoints->struct_size);
}

// MARK: What it declares

static int is_declared(void) {
    if (exchange.encode == NULL || exchange.read_back == NULL || exchange.on_batch == NULL
        || exchange.destroy == NULL)
        return WRONG("encode, read_back, on_batch or destroy is missing");
    if (exchange.endpoints == NULL || exchange.endpoint_count == 0
        || exchange.endpoint_count > RIALTO_ENDPOINTS_MAX
        || exchange.endpoints->struct_size < sizeof(rialto_endpoint_t))
        return WRONG("it declares %u endpoints, allowed are 1...%u", exchange.endpoint_count,
                     RIALTO_ENDPOINTS_MAX);
    for (uint32_t i = 0; i < exchange.endpoint_count; i++) {
        const rialto_endpoint_t *one = endpoint_at(i);
        if (one->kind != RIALTO_CLASS_READ && one->kind != RIALTO_CLASS_TRADE)
            return WRONG("endpoint %u is of class %u: only reading and trading are let out", i,
                         one->kind);
        if (one->method.size == 0 || one->host.size == 0 || one->path.size == 0
            || one->path.data[0] != '/' || memchr(one->path.data, '?', one->path.size) != NULL)
            return WRONG("endpoint %u has no method, host, or path without query", i);
        if (exchange.bucket_count > 0 && one->bucket >= exchange.bucket_count)
            return WRONG("endpoint %u is of bucket %u of %u", i, one->bucket,
                         exchange.bucket_count);
    }
    return 1;
}

// MARK: Orders

static rialto_intent_t order_of(uint32_t round) {
    static const int64_t sizes[] = {1, 7, 1000000, 123456789, (int64_t)1 << 40};
    const int is_limit = round % 2;
    return (rialto_intent_t){
        .struct_size = sizeof(rialto_intent_t), .kind = RIALTO_INTENT_ORDER,
        .side = round / 2 % 2 ? RIALTO_BUY : RIALTO_SELL,
        .order_type = is_limit ? RIALTO_ORDER_LIMIT : RIALTO_ORDER_MARKET,
        .instrument = round / 4 % INSTRUMENTS, .order_id = 1000 + draw(1000000) * 64 + round,
        .quantity = sizes[draw(5)] + (int64_t)draw(3),
        .price = is_limit ? 1 + (int64_t)draw(9000000) : 0};
}

static int is_place(const rialto_output_t *output, rialto_range_t place, const char *term) {
    const rialto_text_t part = place.part == RIALTO_PART_BODY ? output->body : output->url;
    if (place.part != RIALTO_PART_BODY && place.part != RIALTO_PART_URL)
        return WRONG("the %s lies in part %u, which is neither body nor url", term, place.part);
    if (place.size == 0 || place.size > 256 || place.offset > part.size
        || place.size > part.size - place.offset)
        return WRONG("the place of the %s lies outside of its part", term);
    return 1;
}

static int reads_back(const rialto_intent_t *asked, const rialto_output_t *output,
                      rialto_read_back_t *terms) {
    *terms = (rialto_read_back_t){.struct_size = sizeof *terms};
    const rialto_result result =
        exchange.read_back(exchange.self, output->url, output->body, terms);
    if (result != RIALTO_OK) return WRONG("its own request cannot be read back (%d)", result);
    const struct { const char *name; int64_t found, asked; } all[] = {
        {"kind", terms->kind, asked->kind}, {"instrument", terms->instrument, asked->instrument},
        {"side", terms->side, asked->side}, {"quantity", terms->quantity, asked->quantity},
        {"price", terms->price, asked->price},
        {"client id", (int64_t)terms->client_id, (int64_t)asked->order_id}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].found != all[i].asked)
            return WRONG("%s %lld was asked for, and reads back as %lld", all[i].name,
                         (long long)all[i].asked, (long long)all[i].found);
    return is_place(output, terms->instrument_place, "instrument")
           && is_place(output, terms->side_place, "side")
           && is_place(output, terms->quantity_place, "quantity")
           && is_place(output, terms->client_id_place, "client id")
           && (asked->price == 0 || is_place(output, terms->price_place, "price"));
}

static int is_request(const rialto_output_t *output) {
    if (output->endpoint >= exchange.endpoint_count)
        return WRONG("endpoint %u was never declared", output->endpoint);
    const rialto_endpoint_t *endpoint = endpoint_at(output->endpoint);
    if (endpoint->kind != RIALTO_CLASS_TRADE)
        return WRONG("an order goes to endpoint %u, which is not for trading", output->endpoint);
    const char *query = memchr(output->url.data, '?', output->url.size);
    const uint64_t size = query != NULL ? (uint64_t)(query - output->url.data) : output->url.size;
    return (size == endpoint->path.size && memcmp(output->url.data, endpoint->path.data, size) == 0)
           || WRONG("a request's path is not that of its endpoint");
}

// Another digit in the bytes is another quantity: who reads it back as before never looked.
static int reads_bytes(const rialto_output_t *output, const rialto_read_back_t *before) {
    static char body[65536], url[65536];
    const rialto_range_t place = before->quantity_place;
    if (output->body.size > sizeof body || output->url.size > sizeof url) return 1;
    memcpy(body, output->body.data, output->body.size);
    memcpy(url, output->url.data, output->url.size);
    char *digit = (place.part == RIALTO_PART_BODY ? body : url) + place.offset;
    while (*digit < '1' || *digit > '8') {
        if (++digit == (place.part == RIALTO_PART_BODY ? body : url) + place.offset + place.size)
            return 1;
    }
    ++*digit;
    rialto_read_back_t terms = {.struct_size = sizeof terms};
    const rialto_result result =
        exchange.read_back(exchange.self, (rialto_text_t){url, output->url.size},
                           (rialto_text_t){body, output->body.size}, &terms);
    return result != RIALTO_OK || terms.quantity != before->quantity
           || WRONG("with another quantity in its bytes a request reads back as before");
}

static int tries_order(uint32_t round) {
    const rialto_intent_t asked = order_of(round);
    rialto_read_back_t terms;
    for (uint64_t again = 0; again < 2; again++) {
        rialto_outputs_t outputs = empty();
        const rialto_result result = exchange.encode(
            exchange.self, &asked, 1704067200000000000, round * 2 + again, &outputs);
        if (!is_in_room(&outputs)) return 0;
        if (result == RIALTO_NOT_FOUND) return 1; // None of the venue
        if (result != RIALTO_OK) return WRONG("encode answered %d", result);
        if (outputs.count != 1)
            return WRONG("encode gave %u outputs, expected is 1", outputs.count);
        const rialto_output_t output = room.items[0];
        if (output.kind == RIALTO_OUTPUT_ORDER)
            return (output.state == RIALTO_ORDER_REJECTED && output.client_id == asked.order_id)
                   || WRONG("encode says state %u of order %llu, which it was not asked for",
                            output.state, (unsigned long long)output.client_id);
        if (output.kind != RIALTO_OUTPUT_REQUEST)
            return WRONG("encode gave an output of kind %u", output.kind);
        if (!is_request(&output) || !reads_back(&asked, &output, &terms)
            || !reads_bytes(&output, &terms))
            return 0;
    }
    return 1;
}

// Bytes that are no request of it: read back as none, or as what has no form, but nothing breaks.
static int reads_anything_back(void) {
    char bytes[256];
    for (uint32_t round = 0; round < 512; round++) {
        const uint64_t size = draw(sizeof bytes), url = draw(size + 1);
        for (uint64_t i = 0; i < size; i++)
            bytes[i] = round % 2 ? (char)draw(256) : "{}[]\":,0123456789abc/?=&"[draw(24)];
        rialto_read_back_t terms = {.struct_size = sizeof terms};
        const rialto_result result =
            exchange.read_back(exchange.self, (rialto_text_t){bytes, url},
                               (rialto_text_t){bytes + url, size - url}, &terms);
        if (result == RIALTO_OK) return WRONG("it reads an order back from random bytes");
    }
    return 1;
}

// MARK: Answers

static int reads_answer(int32_t status, rialto_text_t body) {
    const int64_t time = 1704067200000000000;
    const uint64_t request = 1;
    const rialto_text_t headers = {"", 0};
    const rialto_responses_t responses = {sizeof responses, 1, &time, &request, &status, &headers,
                                          &body};
    const rialto_batch_t batch = {.struct_size = sizeof batch, .count = 1,
                                  .single_kind = RIALTO_KIND_RESPONSES, .responses = &responses};
    rialto_outputs_t outputs = empty();
    uint32_t consumed = 0;
    const rialto_result result = exchange.on_batch(exchange.self, &batch, &outputs, &consumed);
    if (!is_in_room(&outputs)) return 0;
    if (result < 0) return WRONG("an answer of status %d ends it (%d)", status, result);
    if (consumed != 1) return WRONG("it says that it read %u of 1 answer", consumed);
    for (uint32_t i = 0; i < outputs.count; i++) {
        const rialto_output_t *one = &room.items[i];
        if (one->kind < RIALTO_OUTPUT_REQUEST || one->kind > RIALTO_OUTPUT_ERROR || one->row != 0)
            return WRONG("an output is of kind %u for row %u", one->kind, one->row);
        if (one->kind == RIALTO_OUTPUT_REQUEST && one->endpoint >= exchange.endpoint_count)
            return WRONG("endpoint %u was never declared", one->endpoint);
        if (one->kind == RIALTO_OUTPUT_FILL && (one->quantity <= 0 || one->price <= 0))
            return WRONG("a fill has a price or quantity of 0 or less");
    }
    return 1;
}

static int reads_any_answer(void) {
    static const int32_t statuses[] = {200, 200, 200, 400, 429, 500, -1, -2, -3};
    static const char *const words[] = {
        "", "{}", "[]", "null", "{\"error\":\"no\"}", "{\"status\":\"filled\"}", "<html>", "{\"",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":[[[[[[[[", "{\"price\":-1,\"quantity\":1e400}"};
    char bytes[256];
    for (uint32_t round = 0; round < 256; round++) {
        const char *word = words[draw(sizeof words / sizeof words[0])];
        rialto_text_t body = {word, strlen(word)};
        if (round % 2) {
            body = (rialto_text_t){bytes, draw(sizeof bytes)};
            for (uint64_t i = 0; i < body.size; i++) bytes[i] = (char)draw(256);
        }
        if (!reads_answer(statuses[draw(9)], body)) return 0;
    }
    return 1;
}

int check_exchange(const rialto_plugin_t *plugin) {
    rialto_error_t error;
    if (plugin->kind != RIALTO_PLUGIN_EXCHANGE) return skip("it is no exchange plugin");
    int64_t before = 0;
    uint32_t orders = 0;
    for (uint32_t life = 0; life < 12; life++) {
        if (!make_exchange(plugin, &error))
            return fail("%s: create: %.150s", name_of(plugin), error.text);
        int is_right = is_declared();
        for (uint32_t round = 0; is_right && round < ROUNDS; round++, orders++)
            is_right = tries_order(round);
        is_right = is_right && reads_anything_back() && reads_any_answer();
        exchange.destroy(exchange.self);
        if (!is_right) return fail("%s: %.150s", name_of(plugin), wrong);
        if (life == 1) before = memory_held();
    }
    const int64_t grown = memory_held() - before;
    return grown <= 4096 ? pass("%u orders read back as they were asked for, any answer is read",
                                orders)
                         : fail("%s: 10 instances left %lld bytes", name_of(plugin),
                                (long long)grown);
}
