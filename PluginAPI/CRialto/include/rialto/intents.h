// Rialto plugin contract: intents, what a strategy wants. The host journals, checks and acts.
#ifndef RIALTO_INTENTS_H
#define RIALTO_INTENTS_H

#include "base.h"

// Stop the instance at the end of its time group:
#define RIALTO_INTENT_TARGET 1u  // Desired position of one instrument; holds until it is replaced
#define RIALTO_INTENT_ORDER 2u   // An order of its own on the venue
#define RIALTO_INTENT_CANCEL 3u  // order_id
#define RIALTO_INTENT_REPLACE 4u // order_id; new price, quantity, trigger_price where not 0
#define RIALTO_INTENT_TIMER 5u   // order_id is the timer's id, expire_time_ns when it should come
// Do not stop it:
#define RIALTO_INTENT_LOG 6u     // text; `reason` is the level, RIALTO_LOG_...
#define RIALTO_INTENT_NOTE 7u    // text for people, kept beside the intents of the same time group
#define RIALTO_INTENT_SET 8u     // key, text: state that services.get_value gives back next time

#define RIALTO_ORDER_MARKET 1u
#define RIALTO_ORDER_LIMIT 2u      // price
#define RIALTO_ORDER_STOP 3u       // trigger_price, then market
#define RIALTO_ORDER_STOP_LIMIT 4u // trigger_price, then limit at price
// A stop that follows the best price since it works at the distance `price`, then market;
// trigger_price is where it starts, 0 at that distance from the last price.
#define RIALTO_ORDER_TRAILING_STOP 5u

#define RIALTO_GOOD_TILL_CANCEL 0u
#define RIALTO_IMMEDIATE_OR_CANCEL 1u
#define RIALTO_FILL_OR_KILL 2u
#define RIALTO_GOOD_TILL_TIME 3u // expire_time_ns

#define RIALTO_ORDER_POST_ONLY 1u
#define RIALTO_ORDER_REDUCE_ONLY 2u

#define RIALTO_LINK_NONE 0u
#define RIALTO_LINK_OCO 1u // One fills, the others with the same link_id are canceled
#define RIALTO_LINK_OTO 2u // Works once the order whose id is link_id has filled
#define RIALTO_LINK_BRACKET 3u // As OTO; when one of a bracket fills, the others are canceled

// An order with an algorithm is worked in parts by the host and is one order to its owner, market
// or limit; no part goes beyond its price. It has no link but RIALTO_LINK_OTO, and good till cancel
// or time. At the end of its duration the rest goes to the market, of POV it ends.
#define RIALTO_ALGORITHM_NONE 0u
#define RIALTO_ALGORITHM_TWAP 1u // algorithm_duration_ns
#define RIALTO_ALGORITHM_VWAP 2u // algorithm_duration_ns
// algorithm_rate_e6: share of the volume, 1...999999; algorithm_duration_ns, 0 until it is filled
#define RIALTO_ALGORITHM_POV 3u
// algorithm_quantity: shown; algorithm_rate_e6: how far that varies, 0...500000;
// algorithm_duration_ns: longest pause before more is shown. Has a price, may be post-only.
#define RIALTO_ALGORITHM_ICEBERG 4u
// algorithm_duration_ns; algorithm_rate_e6: risk aversion in 10^-6 per unit of money
#define RIALTO_ALGORITHM_SHORTFALL 5u
#define RIALTO_ALGORITHM_MAKER_TAKER 6u // Waits algorithm_duration_ns in the book, then takes

// One wish. Fields that its kind does not name are 0.
typedef struct rialto_intent {
    uint32_t struct_size;  // Set by the plugin
    uint8_t kind;          // RIALTO_INTENT_...
    uint8_t side;          // Of orders: RIALTO_BUY or RIALTO_SELL
    uint8_t order_type;    // RIALTO_ORDER_MARKET...
    uint8_t time_in_force; // RIALTO_GOOD_TILL_CANCEL...
    uint32_t row;          // Entry of the batch's order column that it answers
    uint32_t instrument;
    uint16_t order_flags;  // RIALTO_ORDER_POST_ONLY, RIALTO_ORDER_REDUCE_ONLY
    uint8_t link;          // RIALTO_LINK_...
    uint8_t algorithm;     // RIALTO_ALGORITHM_...
    uint32_t reason;       // The plugin's own code, shown in explanations
    uint64_t order_id;     // The plugin's own id, rising, > 0
    uint64_t link_id;
    int64_t quantity;      // Target: signed position. Order: > 0. In quantity units
    int64_t price;         // In price units, > 0 where it is used
    int64_t trigger_price;
    int64_t stop_price;    // Protective stop of what this intent opens, kept by the host; 0 none
    int64_t take_profit_price; // 0 none
    int64_t time_stop_ns;  // Close this long after the first fill; 0 none
    int64_t expire_time_ns;
    int64_t algorithm_duration_ns;
    int64_t algorithm_quantity;
    uint32_t algorithm_rate_e6;
    uint32_t leverage_e2;  // Hundredths: 250 is 2.5 times; 0 leaves the account's setting
    uint32_t text_offset;  // Into rialto_intents_t.text
    uint32_t text_size;
    uint32_t key_offset;
    uint32_t key_size;
} rialto_intent_t;

// Where a strategy writes. Allocated by the host. When `count` reaches `capacity`, or the text is
// full, stop at the end of the last whole time group that fitted.
typedef struct rialto_intents {
    uint32_t struct_size;   // Set by the host
    uint32_t item_size;     // Set by the host: bytes from one item to the next
    uint32_t capacity;      // Set by the host, in items
    uint32_t count;         // 0 before the call; set by the plugin
    void *items;            // rialto_intent_t at every item_size bytes, all zero before the call
    char *text;             // Bytes for log, note and set
    uint32_t text_capacity; // Set by the host
    uint32_t text_count;    // 0 before the call; set by the plugin
} rialto_intents_t;

#endif
