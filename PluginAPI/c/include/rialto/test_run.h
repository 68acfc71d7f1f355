// Rialto tests in C and C++: queueing events, handing them over, and the contract's checks.
// Included by test_host.h.
#ifndef RIALTO_TEST_RUN_H
#define RIALTO_TEST_RUN_H

#include "rialto/test_host.h"

// Makes room for one more element of `size` bytes. Returns the array, or null when out of memory.
static inline void *rialto_test_room(void *array, uint32_t count, uint32_t *room, size_t size) {
    if (count < *room) return array;
    *room = *room == 0 ? 64 : *room * 2;
    return realloc(array, *room * size);
}

// Queues an event; times must not fall.
static inline void rialto_test_event(rialto_test_host_t *host, rialto_test_event_t event) {
    host->events = (rialto_test_event_t *)rialto_test_room(host->events, host->event_count,
                                                           &host->event_room, sizeof event);
    if (host->events != NULL) host->events[host->event_count++] = event;
}

static inline rialto_test_event_t rialto_test_blank(uint32_t kind, uint32_t instrument,
                                                    int64_t time_ns) {
    rialto_test_event_t event;
    memset(&event, 0, sizeof event);
    event.kind = kind;
    event.instrument = instrument;
    event.time_ns = time_ns;
    return event;
}

// Queues a one-minute bar, delivered at `time_ns`.
static inline void rialto_test_bar(rialto_test_host_t *host, uint32_t instrument, int64_t time_ns,
                                   int64_t open, int64_t high, int64_t low, int64_t close,
                                   int64_t volume) {
    rialto_test_event_t e = rialto_test_blank(RIALTO_KIND_BARS, instrument, time_ns);
    const int64_t minute = 60000000000;
    const int64_t number[7] = {open, high, low, close, volume, minute, time_ns - minute};
    memcpy(e.number, number, sizeof number);
    e.code[0] = 1;
    rialto_test_event(host, e);
}

// Queues a trade. `side` is RIALTO_BUY, RIALTO_SELL or RIALTO_SIDE_UNKNOWN.
static inline void rialto_test_trade(rialto_test_host_t *host, uint32_t instrument,
                                     int64_t time_ns, int64_t price, int64_t quantity,
                                     uint8_t side) {
    rialto_test_event_t e = rialto_test_blank(RIALTO_KIND_TRADES, instrument, time_ns);
    e.number[0] = price;
    e.number[1] = quantity;
    e.code[0] = side;
    rialto_test_event(host, e);
}

// Queues what trading or a feed has come to, RIALTO_STATUS_...
static inline void rialto_test_status(rialto_test_host_t *host, uint32_t instrument,
                                      int64_t time_ns, uint8_t status) {
    rialto_test_event_t e = rialto_test_blank(RIALTO_KIND_STATUS, instrument, time_ns);
    e.code[0] = status;
    rialto_test_event(host, e);
}

// Queues funding of `rate_e9` (10^-9 of the position's value), which is expected again at
// `next_ns`; 0 when that is not known.
static inline void rialto_test_funding(rialto_test_host_t *host, uint32_t instrument,
                                       int64_t time_ns, int64_t rate_e9, int64_t next_ns) {
    rialto_test_event_t e = rialto_test_blank(RIALTO_KIND_FUNDING, instrument, time_ns);
    e.number[0] = rate_e9;
    e.number[1] = next_ns;
    rialto_test_event(host, e);
}

// Queues what positions are valued at, and an index price; 0 when that is not stated.
static inline void rialto_test_mark(rialto_test_host_t *host, uint32_t instrument, int64_t time_ns,
                                    int64_t mark_price, int64_t index_price) {
    rialto_test_event_t e = rialto_test_blank(RIALTO_KIND_MARKS, instrument, time_ns);
    e.number[0] = mark_price;
    e.number[1] = index_price;
    rialto_test_event(host, e);
}

// Queues a published number; `series` is as the plugin's `read` was answered, see host->read.
static inline void rialto_test_published(rialto_test_host_t *host, uint32_t series,
                                         uint32_t instrument, int64_t time_ns, double value) {
    rialto_test_event_t e = rialto_test_blank(RIALTO_KIND_SERIES, instrument, time_ns);
    e.model = series;
    e.real[0] = value;
    rialto_test_event(host, e);
}

// Queues how much of a contract is open.
static inline void rialto_test_open_interest(rialto_test_host_t *host, uint32_t instrument,
                                             int64_t time_ns, int64_t quantity) {
    rialto_test_event_t e = rialto_test_blank(RIALTO_KIND_OPEN_INTEREST, instrument, time_ns);
    e.number[0] = quantity;
    rialto_test_event(host, e);
}

// Queues a news item or post, published when it is known; `instrument` may be RIALTO_NONE. The
// texts end with a zero byte and stay valid until it was handed over.
static inline void rialto_test_posted(rialto_test_host_t *host, uint32_t instrument,
                                      int64_t time_ns, const char *title, const char *body) {
    rialto_test_event_t e = rialto_test_blank(RIALTO_KIND_TEXTS, instrument, time_ns);
    e.number[0] = time_ns;
    e.words[2] = title;
    e.words[3] = body;
    rialto_test_event(host, e);
}

// Queues a position closed by force, by an order of `side`.
static inline void rialto_test_liquidation(rialto_test_host_t *host, uint32_t instrument,
                                           int64_t time_ns, uint8_t side, int64_t price,
                                           int64_t quantity) {
    rialto_test_event_t e = rialto_test_blank(RIALTO_KIND_LIQUIDATIONS, instrument, time_ns);
    e.number[0] = price;
    e.number[1] = quantity;
    e.code[0] = side;
    rialto_test_event(host, e);
}

// Queues a fill of the plugin's own order `order_id`, after which it holds `position`.
static inline void rialto_test_own_fill(rialto_test_host_t *host, uint32_t instrument,
                                        int64_t time_ns, uint64_t order_id, uint8_t side,
                                        int64_t price, int64_t quantity, int64_t position) {
    rialto_test_event_t e = rialto_test_blank(RIALTO_KIND_FILLS, instrument, time_ns);
    const int64_t number[3] = {price, quantity, position};
    memcpy(e.number, number, sizeof number);
    e.id = order_id;
    e.code[0] = side;
    e.code[1] = RIALTO_LIQUIDITY_MAKER;
    rialto_test_event(host, e);
}

static inline int rialto_test_keep_intent(rialto_test_host_t *host, const rialto_intent_t *intent,
                                          int64_t time_ns, uint32_t text_base) {
    uint32_t room = host->intent_room;
    host->intents = (rialto_intent_t *)rialto_test_room(
        host->intents, host->intent_count, &host->intent_room, sizeof(rialto_intent_t));
    host->intent_time_ns = (int64_t *)rialto_test_room(host->intent_time_ns, host->intent_count,
                                                       &room, sizeof(int64_t));
    if (host->intents == NULL || host->intent_time_ns == NULL) return 0;
    rialto_intent_t *kept = &host->intents[host->intent_count];
    *kept = *intent;
    kept->text_offset += text_base;
    kept->key_offset += text_base;
    host->intent_time_ns[host->intent_count++] = time_ns;
    return 1;
}

// Takes the intents of one call. Returns 1 to stop after this time group, 0 not, -1 when one breaks
// the contract.
static inline int rialto_test_take_intents(rialto_test_host_t *host, const rialto_intents_t *out,
                                           const rialto_test_event_t *events, uint32_t consumed,
                                           uint32_t flags) {
    const int is_open = (host->needs.flags & RIALTO_NEEDS_OPEN_LOOP) != 0;
    const uint32_t base = host->text_count;
    uint32_t row = 0;
    int stops = 0;
    for (uint32_t i = 0; i < out->count; i++) {
        const char *place = (const char *)out->items + (size_t)i * out->item_size;
        const rialto_intent_t *intent = (const rialto_intent_t *)place;
        const int is_stop = intent->kind <= RIALTO_INTENT_TIMER;
        if (intent->kind == 0 || intent->kind > RIALTO_INTENT_SET) return -1;
        if (intent->row < row || intent->row >= consumed) return -1;
        if (intent->instrument >= host->instruments.count && is_stop) return -1;
        if (is_stop && (flags & RIALTO_BATCH_WARM_UP)) return -1;
        row = intent->row;
        if (is_stop && !is_open && events[row].time_ns != events[consumed - 1].time_ns) return -1;
        if (is_stop && (!is_open || intent->kind == RIALTO_INTENT_TIMER)) stops = 1;
        if (!rialto_test_keep_intent(host, intent, events[row].time_ns, base)) return -1;
    }
    if (host->text_count + out->text_count > sizeof host->text) return -1;
    memcpy(host->text + base, out->text, out->text_count);
    host->text_count += out->text_count;
    return stops;
}

// Takes the forecasts of one call. Returns 0, or -1 when one breaks the contract.
static inline int rialto_test_take_forecasts(rialto_test_host_t *host,
                                             const rialto_forecasts_out_t *out,
                                             const rialto_test_event_t *events,
                                             uint32_t consumed) {
    uint32_t row = 0;
    for (uint32_t i = 0; i < out->count; i++) {
        const char *place = (const char *)out->items + (size_t)i * out->item_size;
        const rialto_forecast_t *f = (const rialto_forecast_t *)place;
        const int is_number = f->kind == RIALTO_FORECAST_SERIES;
        if (f->kind == 0 || f->kind > RIALTO_FORECAST_SERIES) return -1;
        if (is_number ? f->series >= host->published_count : f->horizon_ns <= 0) return -1;
        if (!(f->value - f->value == 0)) return -1; // Not finite
        if (f->row < row || f->row >= consumed) return -1;
        if (f->instrument >= host->instruments.count) return -1;
        if (!(f->confidence >= 0 && f->confidence <= 1) || f->valid_ns < 0) return -1;
        row = f->row;
        uint32_t room = host->forecast_room;
        host->forecasts = (rialto_forecast_t *)rialto_test_room(
            host->forecasts, host->forecast_count, &host->forecast_room, sizeof *f);
        host->forecast_time_ns = (int64_t *)rialto_test_room(
            host->forecast_time_ns, host->forecast_count, &room, sizeof(int64_t));
        if (host->forecasts == NULL || host->forecast_time_ns == NULL) return -1;
        host->forecast_time_ns[host->forecast_count] = events[row].time_ns;
        host->forecasts[host->forecast_count++] = *f;
    }
    return 0;
}

// Calls on_batch with `count` events. Returns the entries read, or 0 when that ended the instance.
static inline uint32_t rialto_test_call(rialto_test_host_t *host, const rialto_test_event_t *events,
                                        uint32_t count, uint32_t flags) {
    uint32_t consumed = 0;
    int kept = 0;
    rialto_result result;
    host->calls++;
    memset(host->items, 0, (size_t)RIALTO_BATCH_MAX * RIALTO_TEST_ITEM_BYTES);
    rialto_test_fill(host->batch, events, count, flags);
    if (host->plugin->kind == RIALTO_PLUGIN_MODEL) {
        rialto_forecasts_out_t out = {sizeof out, RIALTO_TEST_ITEM_BYTES, host->capacity, 0,
                                      host->items};
        result = host->model.on_batch(host->model.self, &host->batch->batch, &out, &consumed);
        if (result >= 0) kept = rialto_test_take_forecasts(host, &out, events, consumed);
    } else {
        rialto_intents_t out = {sizeof out, RIALTO_TEST_ITEM_BYTES, host->capacity, 0,
                                host->items, host->scratch, sizeof host->scratch, 0};
        result = host->strategy.on_batch(host->strategy.self, &host->batch->batch, &out,
                                         &consumed);
        if (result >= 0 && consumed <= count)
            kept = rialto_test_take_intents(host, &out, events, consumed, flags);
    }
    if (result < 0) rialto_test_fail(host, result, "on_batch failed");
    else if (consumed == 0 || consumed > count)
        rialto_test_fail(host, RIALTO_ERROR, "on_batch read nothing, or more than there was");
    else if (consumed < count && events[consumed].time_ns == events[consumed - 1].time_ns)
        rialto_test_fail(host, RIALTO_ERROR, "on_batch stopped inside a time group");
    else if (kept < 0)
        rialto_test_fail(host, RIALTO_ERROR, "an intent or forecast breaks the contract");
    else return consumed;
    rialto_test_destroy(host);
    return 0;
}

// Hands over all queued events, at most `limit` (1...RIALTO_BATCH_MAX) a call. `flags` may be
// RIALTO_BATCH_WARM_UP. Answers RIALTO_ERROR with the reason in `failure`.
static inline rialto_result rialto_test_run(rialto_test_host_t *host, uint32_t limit,
                                            uint32_t flags) {
    uint32_t at = 0;
    const uint32_t all = host->event_count;
    while (at < all && host->failure[0] == 0) {
        const uint32_t count = all - at < limit ? all - at : limit;
        const rialto_test_event_t *events = host->events + at;
        const int goes_on = at + count < all
            && events[count].time_ns == events[count - 1].time_ns;
        at += rialto_test_call(host, events, count,
                               flags | (goes_on ? RIALTO_BATCH_MORE_FOLLOWS : 0));
    }
    host->event_count = 0;
    return host->failure[0] == 0 ? RIALTO_OK : RIALTO_ERROR;
}

#endif
