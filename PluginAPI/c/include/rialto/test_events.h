// Rialto tests in C and C++: events in rows, and the columns that a batch makes of them.
#ifndef RIALTO_TEST_EVENTS_H
#define RIALTO_TEST_EVENTS_H

#include <string.h>

#include "rialto/rialto.h"

// One event of any kind; number, real and code hold its fields as rialto_test_point names them.
typedef struct rialto_test_event {
    uint32_t kind; // RIALTO_KIND_...
    uint32_t instrument;
    int64_t time_ns;
    int64_t number[7];
    double real[4];
    uint64_t id;    // Order or timer
    uint32_t model; // Of forecasts; the series of published numbers
    uint16_t reason;
    uint8_t code[2];
    const char *words[4]; // Of texts: source, author, title, body; null is empty
} rialto_test_event_t;

// The columns of one kind.
typedef struct rialto_test_columns {
    uint32_t count;
    int64_t time_ns[RIALTO_BATCH_MAX];
    uint32_t instrument[RIALTO_BATCH_MAX];
    int64_t number[7][RIALTO_BATCH_MAX];
    double real[4][RIALTO_BATCH_MAX];
    uint64_t id[RIALTO_BATCH_MAX];
    uint32_t model[RIALTO_BATCH_MAX];
    uint16_t reason[RIALTO_BATCH_MAX];
    uint8_t code[2][RIALTO_BATCH_MAX];
    rialto_text_t words[4][RIALTO_BATCH_MAX];
    rialto_cash_t cash[4][RIALTO_BATCH_MAX];
    uint32_t zero[RIALTO_BATCH_MAX]; // Stays 0
} rialto_test_columns_t;

#define RIALTO_TEST_KINDS 21u

// A batch and all that it points to.
typedef struct rialto_test_batch {
    rialto_batch_t batch;
    uint8_t order_kind[RIALTO_BATCH_MAX];
    uint32_t order_row[RIALTO_BATCH_MAX];
    rialto_test_columns_t columns[RIALTO_TEST_KINDS]; // By kind
    rialto_bars_t bars;
    rialto_trades_t trades;
    rialto_quotes_t quotes;
    rialto_status_t status;
    rialto_funding_t funding;
    rialto_marks_t marks;
    rialto_open_interest_t open_interest;
    rialto_liquidations_t liquidations;
    rialto_texts_t texts;
    rialto_forecast_events_t forecasts;
    rialto_series_t series;
    rialto_own_orders_t own_orders;
    rialto_fills_t fills;
    rialto_account_t account;
    rialto_timers_t timers;
} rialto_test_batch_t;

static inline void rialto_test_put(rialto_test_columns_t *c, const rialto_test_event_t *event) {
    const uint32_t row = c->count++;
    c->time_ns[row] = event->time_ns;
    c->instrument[row] = event->instrument;
    for (int i = 0; i < 7; i++) c->number[i][row] = event->number[i];
    for (int i = 0; i < 4; i++) c->real[i][row] = event->real[i];
    for (int i = 0; i < 4; i++) {
        c->cash[i][row].low = (uint64_t)event->number[i];
        c->cash[i][row].high = event->number[i] < 0 ? -1 : 0;
    }
    c->id[row] = event->id;
    c->model[row] = event->model;
    c->reason[row] = event->reason;
    for (int i = 0; i < 2; i++) c->code[i][row] = event->code[i];
    for (int i = 0; i < 4; i++) {
        c->words[i][row].data = event->words[i];
        c->words[i][row].size = event->words[i] == NULL ? 0 : strlen(event->words[i]);
    }
}

static inline void rialto_test_point_market(rialto_test_batch_t *b) {
    const rialto_test_columns_t *c = &b->columns[RIALTO_KIND_BARS];
    const rialto_bars_t bars = {sizeof(rialto_bars_t), c->count, c->time_ns, c->number[6],
                                c->time_ns, c->instrument, c->number[5], c->number[0],
                                c->number[1], c->number[2], c->number[3], c->number[4],
                                c->code[0]};
    b->bars = bars;
    b->batch.bars = c->count > 0 ? &b->bars : NULL;
    c = &b->columns[RIALTO_KIND_TRADES];
    const rialto_trades_t trades = {sizeof(rialto_trades_t), c->count, c->time_ns, c->time_ns,
                                    c->instrument, c->number[0], c->number[1], c->code[0]};
    b->trades = trades;
    b->batch.trades = c->count > 0 ? &b->trades : NULL;
    c = &b->columns[RIALTO_KIND_QUOTES];
    const rialto_quotes_t quotes = {sizeof(rialto_quotes_t), c->count, c->time_ns, c->time_ns,
                                    c->instrument, c->number[0], c->number[1], c->number[2],
                                    c->number[3]};
    b->quotes = quotes;
    b->batch.quotes = c->count > 0 ? &b->quotes : NULL;
    c = &b->columns[RIALTO_KIND_FORECASTS];
    const rialto_forecast_events_t forecasts = {
        sizeof(rialto_forecast_events_t), c->count, c->time_ns, c->model, c->instrument,
        c->code[0], c->number[0], c->number[1], c->real[0], c->real[1], c->real[2], c->real[3]};
    b->forecasts = forecasts;
    b->batch.forecasts = c->count > 0 ? &b->forecasts : NULL;
    c = &b->columns[RIALTO_KIND_SERIES];
    const rialto_series_t series = {sizeof(rialto_series_t), c->count, c->time_ns, c->model,
                                    c->instrument, c->real[0]};
    b->series = series;
    b->batch.series = c->count > 0 ? &b->series : NULL;
}

static inline void rialto_test_point_notices(rialto_test_batch_t *b) {
    const rialto_test_columns_t *c = &b->columns[RIALTO_KIND_STATUS];
    const rialto_status_t status = {sizeof(rialto_status_t), c->count, c->time_ns, c->time_ns,
                                    c->instrument, c->code[0]};
    b->status = status;
    b->batch.status = c->count > 0 ? &b->status : NULL;
    c = &b->columns[RIALTO_KIND_FUNDING];
    const rialto_funding_t funding = {sizeof(rialto_funding_t), c->count, c->time_ns, c->time_ns,
                                      c->instrument, c->number[0], c->number[1]};
    b->funding = funding;
    b->batch.funding = c->count > 0 ? &b->funding : NULL;
    c = &b->columns[RIALTO_KIND_TEXTS];
    const rialto_texts_t texts = {sizeof(rialto_texts_t), c->count, c->time_ns, c->number[0],
                                  c->instrument, c->words[0], c->words[1], c->words[2],
                                  c->words[3]};
    b->texts = texts;
    b->batch.texts = c->count > 0 ? &b->texts : NULL;
}

static inline void rialto_test_point_contracts(rialto_test_batch_t *b) {
    const rialto_test_columns_t *c = &b->columns[RIALTO_KIND_MARKS];
    const rialto_marks_t marks = {sizeof(rialto_marks_t), c->count, c->time_ns, c->time_ns,
                                  c->instrument, c->number[0], c->number[1]};
    b->marks = marks;
    b->batch.marks = c->count > 0 ? &b->marks : NULL;
    c = &b->columns[RIALTO_KIND_OPEN_INTEREST];
    const rialto_open_interest_t open_interest = {sizeof(rialto_open_interest_t), c->count,
                                                  c->time_ns, c->time_ns, c->instrument,
                                                  c->number[0]};
    b->open_interest = open_interest;
    b->batch.open_interest = c->count > 0 ? &b->open_interest : NULL;
    c = &b->columns[RIALTO_KIND_LIQUIDATIONS];
    const rialto_liquidations_t liquidations = {sizeof(rialto_liquidations_t), c->count,
                                                c->time_ns, c->time_ns, c->instrument, c->code[0],
                                                c->number[0], c->number[1]};
    b->liquidations = liquidations;
    b->batch.liquidations = c->count > 0 ? &b->liquidations : NULL;
}

static inline void rialto_test_point_own(rialto_test_batch_t *b) {
    const rialto_test_columns_t *c = &b->columns[RIALTO_KIND_OWN_ORDERS];
    const rialto_own_orders_t own_orders = {
        sizeof(rialto_own_orders_t), c->count, c->time_ns, c->time_ns, c->id, c->instrument,
        c->code[0], c->code[1], c->reason, c->number[0], c->number[1], c->number[2]};
    b->own_orders = own_orders;
    b->batch.own_orders = c->count > 0 ? &b->own_orders : NULL;
    c = &b->columns[RIALTO_KIND_FILLS];
    const rialto_fills_t fills = {sizeof(rialto_fills_t), c->count, c->time_ns, c->time_ns, c->id,
                                  c->instrument, c->code[0], c->code[1], c->number[0],
                                  c->number[1], c->number[2], c->cash[3]};
    b->fills = fills;
    b->batch.fills = c->count > 0 ? &b->fills : NULL;
    c = &b->columns[RIALTO_KIND_ACCOUNT];
    const rialto_account_t account = {sizeof(rialto_account_t), c->count, c->time_ns, c->cash[0],
                                      c->cash[1], c->cash[2], c->cash[3], c->code[0], c->zero,
                                      c->zero, c->zero, c->number[5]};
    b->account = account;
    b->batch.account = c->count > 0 ? &b->account : NULL;
    c = &b->columns[RIALTO_KIND_TIMERS];
    const rialto_timers_t timers = {sizeof(rialto_timers_t), c->count, c->time_ns, c->id};
    b->timers = timers;
    b->batch.timers = c->count > 0 ? &b->timers : NULL;
}

// Makes the batch of `count` events, 1...RIALTO_BATCH_MAX. Valid until the next call.
static inline void rialto_test_fill(rialto_test_batch_t *b, const rialto_test_event_t *events,
                                    uint32_t count, uint32_t flags) {
    int is_mixed = 0;
    memset(&b->batch, 0, sizeof b->batch);
    for (uint32_t kind = 0; kind < RIALTO_TEST_KINDS; kind++) b->columns[kind].count = 0;
    for (uint32_t i = 0; i < count; i++) {
        is_mixed |= events[i].kind != events[0].kind;
        b->order_kind[i] = (uint8_t)events[i].kind;
        b->order_row[i] = b->columns[events[i].kind].count;
        rialto_test_put(&b->columns[events[i].kind], &events[i]);
    }
    b->batch.struct_size = sizeof(rialto_batch_t);
    b->batch.flags = flags;
    b->batch.count = count;
    b->batch.single_kind = is_mixed ? 0 : events[0].kind;
    b->batch.order_kind = is_mixed ? b->order_kind : NULL;
    b->batch.order_row = is_mixed ? b->order_row : NULL;
    rialto_test_point_market(b);
    rialto_test_point_notices(b);
    rialto_test_point_contracts(b);
    rialto_test_point_own(b);
}

#endif
