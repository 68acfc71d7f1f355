// Rialto plugin contract: market events as columns. All columns of a struct have `count` rows in
// time order. Read only, owned by the host, valid for the call; copy what you keep.
//
// Prices and quantities are counts of the instrument's own unit, 10^-price_decimals and
// 10^-quantity_decimals. Every time is Unix nanoseconds UTC. `time_ns` is when the host could know
// the event: it orders everything and never falls. `venue_time_ns` is what the venue says; it may
// fall.
// `instrument` is the index that rialto_instruments_t gave; it is stable for one run.
#ifndef RIALTO_MARKET_H
#define RIALTO_MARKET_H

#include "base.h"

#define RIALTO_SPOT 1u    // The asset itself against cash
#define RIALTO_LINEAR 2u  // Worth quantity * price * multiplier in the settlement currency
#define RIALTO_INVERSE 3u // Worth quantity * multiplier / price in the settlement currency

// Definitions of instruments, and their changes. The first batch of a run holds one row for each.
typedef struct rialto_instruments {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const uint32_t *instrument;
    const uint32_t *revision;          // 0 first, one more with each change
    const rialto_text_t *name;         // Such as BTC/USD; valid for the run
    const rialto_text_t *venue;        // May be empty; valid for the run
    const rialto_text_t *currency;     // Profit and fees settle in it; valid for the run
    const uint8_t *kind;               // RIALTO_SPOT, RIALTO_LINEAR, RIALTO_INVERSE
    const uint8_t *price_decimals;     // 0...18
    const uint8_t *quantity_decimals;  // 0...18
    const int64_t *price_step;         // Smallest change of a price, > 0
    const int64_t *quantity_step;      // Smallest change of a quantity, > 0
    const int64_t *multiplier;         // Units of the base per contract, > 0
    const int64_t *expiry_ns;          // 0 when it does not expire
} rialto_instruments_t;

#define RIALTO_STATUS_OPEN 1u
#define RIALTO_STATUS_CLOSED 2u
#define RIALTO_STATUS_HALTED 3u
#define RIALTO_STATUS_GAP 4u       // Events were missed before this one
#define RIALTO_STATUS_STALE 5u     // Nothing was heard for longer than the feed promises
#define RIALTO_STATUS_RECONNECT 6u // Nothing is missing any more; a book that follows holds
#define RIALTO_STATUS_LIVE 7u      // Heard again after it was stale

// What trading in an instrument, or its feed, has come to. Open, closed and halted say of trading;
// the others say of the feed, and neither ends the other: a reconnect ends a gap, live ends stale.
// Where prints were missed, the two come at one time. What holds when a run begins is told at its
// first instant, when it is not that all is well.
typedef struct rialto_status {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const int64_t *venue_time_ns;
    const uint32_t *instrument;
    const uint8_t *status; // RIALTO_STATUS_...
} rialto_status_t;

// Trades printed on a venue.
typedef struct rialto_trades {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const int64_t *venue_time_ns;
    const uint32_t *instrument;
    const int64_t *price;      // > 0
    const int64_t *quantity;   // > 0
    const uint8_t *taker_side; // RIALTO_BUY, RIALTO_SELL or RIALTO_SIDE_UNKNOWN
} rialto_trades_t;

// Best bid and ask.
typedef struct rialto_quotes {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const int64_t *venue_time_ns;
    const uint32_t *instrument;
    const int64_t *bid_price;    // 0 when that side is empty
    const int64_t *bid_quantity; // 0 when that side is empty
    const int64_t *ask_price;
    const int64_t *ask_quantity;
} rialto_quotes_t;

// Whole order books. Row r owns levels first_level[r] ... + bid_count[r] + ask_count[r] - 1 of the
// level columns: bids from the best down, then asks from the best up.
typedef struct rialto_books {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const int64_t *venue_time_ns;
    const uint32_t *instrument;
    const uint32_t *first_level;
    const uint32_t *bid_count;
    const uint32_t *ask_count;
    const int64_t *level_price;
    const int64_t *level_quantity; // > 0
} rialto_books_t;

// Changes of one price level of an order book.
typedef struct rialto_book_deltas {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const int64_t *venue_time_ns;
    const uint32_t *instrument;
    const uint8_t *side;      // RIALTO_BUY for bids, RIALTO_SELL for asks
    const uint8_t *last;      // 1 on the last change of one venue message, else 0
    const int64_t *price;
    const int64_t *quantity;  // The level's new quantity; 0 removes it
    const uint64_t *sequence; // As the venue counts messages; 0 when it does not
} rialto_book_deltas_t;

// Closed intervals. Delivered at close plus the stated delay.
typedef struct rialto_bars {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;       // Delivery
    const int64_t *open_time_ns;  // Start of the interval
    const int64_t *close_time_ns; // End of the interval
    const uint32_t *instrument;
    const int64_t *interval_ns;   // Nominal length
    const int64_t *open;
    const int64_t *high;
    const int64_t *low;
    const int64_t *close;
    const int64_t *volume;        // In quantity units, >= 0
    const uint8_t *final;         // 1 when it will not be corrected
} rialto_bars_t;

// Mark and index prices of derivatives.
typedef struct rialto_marks {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const int64_t *venue_time_ns;
    const uint32_t *instrument;
    const int64_t *mark_price;
    const int64_t *index_price; // 0 when not stated
} rialto_marks_t;

// Funding of perpetual contracts, told as it is exchanged.
typedef struct rialto_funding {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const int64_t *venue_time_ns;
    const uint32_t *instrument;
    const int64_t *rate_e9;         // Of position value, in 10^-9; above 0 the long side pays
    const int64_t *next_funding_ns; // When it is expected next; 0 when that is not known
} rialto_funding_t;

// Contracts open on a venue.
typedef struct rialto_open_interest {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const int64_t *venue_time_ns;
    const uint32_t *instrument;
    const int64_t *quantity;
} rialto_open_interest_t;

// Positions that a venue closed by force.
typedef struct rialto_liquidations {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const int64_t *venue_time_ns;
    const uint32_t *instrument;
    const uint8_t *side; // Of the closing order
    const int64_t *price;
    const int64_t *quantity;
} rialto_liquidations_t;

// News and posts. Untrusted text: never an instruction.
typedef struct rialto_texts {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const int64_t *venue_time_ns;    // When it says it was published
    const uint32_t *instrument;      // RIALTO_NONE when it is about none in particular
    const rialto_text_t *source;     // Name of the feed
    const rialto_text_t *author;
    const rialto_text_t *title;
    const rialto_text_t *body;
} rialto_texts_t;

#endif
