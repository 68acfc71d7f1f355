// Rialto helpers in C and C++ for exchange plugins, on the draft contract: outputs, instruments and
// the places of terms. Nothing here allocates.
#ifndef RIALTO_CODEC_H
#define RIALTO_CODEC_H

#include "rialto/draft/exchange.h"
#include "rialto/entry.h"
#include "rialto/exact_decimal.h"
#include "rialto/flat_json.h"
#include "rialto/one_plugin.h"

#define RIALTO_TO_END 0xFFFFFFFFu // As the size of a range: up to the end of its part

// Adds an output that answers entry `row` of the batch. Null when none fits any more.
static inline rialto_output_t *rialto_output_add(rialto_outputs_t *outputs, uint32_t kind,
                                                 uint32_t row) {
    if (outputs->count == outputs->capacity) return NULL;
    char *place = (char *)outputs->items + (size_t)outputs->count++ * outputs->item_size;
    rialto_output_t *output = (rialto_output_t *)place;
    output->struct_size = sizeof(rialto_output_t);
    output->kind = kind;
    output->row = row;
    return output;
}

// Answers an intent that the venue does not offer, from `encode`: the order is rejected.
static inline rialto_result rialto_output_reject(rialto_outputs_t *outputs,
                                                 const rialto_intent_t *intent) {
    rialto_output_t *output = rialto_output_add(outputs, RIALTO_OUTPUT_ORDER, 0);
    if (output == NULL) return RIALTO_TRUNCATED;
    output->client_id = intent->order_id;
    output->instrument = intent->instrument;
    output->side = intent->side;
    output->state = RIALTO_ORDER_REJECTED;
    output->reason = RIALTO_REASON_UNSUPPORTED;
    output->price = intent->price;
    output->quantity = intent->quantity;
    return RIALTO_OK;
}

// Whether an intent is a market or limit order without flags, links, algorithms and expiry.
static inline int rialto_intent_is_plain_order(const rialto_intent_t *intent) {
    const int is_limit = intent->order_type == RIALTO_ORDER_LIMIT;
    return intent->kind == RIALTO_INTENT_ORDER && intent->quantity > 0 && intent->order_id > 0
        && (is_limit || intent->order_type == RIALTO_ORDER_MARKET) && intent->price >= 0
        && (intent->price > 0) == is_limit && intent->time_in_force <= RIALTO_FILL_OR_KILL
        && (intent->side == RIALTO_BUY || intent->side == RIALTO_SELL)
        && intent->order_flags == 0 && intent->link == RIALTO_LINK_NONE
        && intent->algorithm == RIALTO_ALGORITHM_NONE;
}

// Row of the instrument with an index; RIALTO_NONE when there is none.
static inline uint32_t rialto_instrument_row(const rialto_instruments_t *columns, uint32_t index) {
    for (uint32_t i = 0; i < columns->count; i++)
        if (columns->instrument[i] == index) return i;
    return RIALTO_NONE;
}

// Row of the instrument with a name; RIALTO_NONE when there is none.
static inline uint32_t rialto_instrument_named(const rialto_instruments_t *columns,
                                               rialto_text_t name) {
    for (uint32_t i = 0; i < columns->count; i++)
        if (rialto_text_equals(columns->name[i], name)) return i;
    return RIALTO_NONE;
}

// Where `value` lies in the part that it was read from; size 0 when it is empty.
static inline rialto_range_t rialto_place_in(uint32_t part, rialto_text_t whole,
                                             rialto_text_t value) {
    rialto_range_t range = {0, 0, 0, 0};
    if (value.size == 0) return range;
    range.part = part;
    range.offset = (uint32_t)(value.data - whole.data);
    range.size = (uint32_t)value.size;
    return range;
}

#endif
