// Rialto plugin contract: a batch, the span of events that one hot call reads.
#ifndef RIALTO_BATCH_H
#define RIALTO_BATCH_H

#include "forecasts.h"
#include "market.h"
#include "own.h"
#include "series.h"

// Kinds of events. Within one time, events come in the order of these numbers, then by instrument,
// then by arrival.
#define RIALTO_KIND_INSTRUMENTS 1u
#define RIALTO_KIND_STATUS 2u
#define RIALTO_KIND_PARAMETERS 3u
#define RIALTO_KIND_OWN_ORDERS 4u
#define RIALTO_KIND_FILLS 5u
#define RIALTO_KIND_ACCOUNT 6u
#define RIALTO_KIND_TRADES 7u
#define RIALTO_KIND_QUOTES 8u
#define RIALTO_KIND_BOOKS 9u
#define RIALTO_KIND_BOOK_DELTAS 10u
#define RIALTO_KIND_BARS 11u
#define RIALTO_KIND_MARKS 12u
#define RIALTO_KIND_FUNDING 13u
#define RIALTO_KIND_OPEN_INTEREST 14u
#define RIALTO_KIND_LIQUIDATIONS 15u
#define RIALTO_KIND_TEXTS 16u
#define RIALTO_KIND_FORECASTS 17u
#define RIALTO_KIND_TIMERS 18u
#define RIALTO_KIND_RESPONSES 19u
#define RIALTO_KIND_SERIES 20u // Asked for by name, see series.h: no need has to ask for it

#define RIALTO_BATCH_WARM_UP 1u // History before the run: learn; an intent ends the instance
#define RIALTO_BATCH_MORE_FOLLOWS 2u // The last time group goes on in the next batch

// Events of one span of time. Entry i of the order column is row order_row[i] of the columns of
// kind order_kind[i]. When all entries are of one kind, order_kind and order_row are null and
// entry i is row i of the columns of `single_kind`. A pointer to columns is null when the batch has
// none of them. Events with equal time_ns form a group. Read only, valid for the call.
typedef struct rialto_batch {
    uint32_t struct_size; // Set by the host
    uint32_t flags;       // RIALTO_BATCH_...
    uint32_t count;       // Entries, 1...RIALTO_BATCH_MAX
    uint32_t single_kind; // RIALTO_KIND_... or 0 when there is an order column
    const uint8_t *order_kind;
    const uint32_t *order_row;
    const rialto_instruments_t *instruments;
    const rialto_status_t *status;
    const rialto_parameter_changes_t *parameters;
    const rialto_own_orders_t *own_orders;
    const rialto_fills_t *fills;
    const rialto_account_t *account;
    const rialto_trades_t *trades;
    const rialto_quotes_t *quotes;
    const rialto_books_t *books;
    const rialto_book_deltas_t *book_deltas;
    const rialto_bars_t *bars;
    const rialto_marks_t *marks;
    const rialto_funding_t *funding;
    const rialto_open_interest_t *open_interest;
    const rialto_liquidations_t *liquidations;
    const rialto_texts_t *texts;
    const rialto_forecast_events_t *forecasts;
    const rialto_timers_t *timers;
    const rialto_responses_t *responses;
    const rialto_series_t *series; // Since 0.2
} rialto_batch_t;

#endif
