// Rialto plugin contract: events of one instance, as columns. The rules of market.h hold.
#ifndef RIALTO_OWN_H
#define RIALTO_OWN_H

#include "base.h"
#include "parameters.h"

// Changes of parameters. Rows with the same `set` take effect together.
typedef struct rialto_parameter_changes {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const uint32_t *parameter;   // Its id
    const uint32_t *set;
    const rialto_value_t *value; // Stride sizeof(rialto_value_t) as the plugin's ABI minor had it
} rialto_parameter_changes_t;

#define RIALTO_ORDER_SUBMITTED 1u // Left the host, not yet heard of
#define RIALTO_ORDER_ACCEPTED 2u  // Works on the venue
#define RIALTO_ORDER_PARTLY_FILLED 3u
#define RIALTO_ORDER_FILLED 4u
#define RIALTO_ORDER_CANCELED 5u
#define RIALTO_ORDER_REJECTED 6u  // By the host's checks or by the venue; see reason
#define RIALTO_ORDER_EXPIRED 7u
#define RIALTO_ORDER_UNKNOWN 8u   // The outcome is not known; its capital stays reserved

#define RIALTO_REASON_NONE 0u
#define RIALTO_REASON_SIZE 1u      // Order quantity above the limit, or not a multiple of the step
#define RIALTO_REASON_NOTIONAL 2u  // Order value above the limit
#define RIALTO_REASON_BAND 3u      // Price too far from the market
#define RIALTO_REASON_POSITION 4u  // Position would pass its limit
#define RIALTO_REASON_DRAWDOWN 5u  // The account is halted: only orders that reduce are accepted
#define RIALTO_REASON_CAPITAL 6u   // The instance's capital does not cover it
#define RIALTO_REASON_SHORT 7u     // A short of a spot asset without a grant
#define RIALTO_REASON_NO_PRICE 8u  // No price is known for the instrument yet
#define RIALTO_REASON_UNKNOWN_ORDER 9u // Cancel or replace of an order that does not work
#define RIALTO_REASON_VENUE 10u    // The venue refused it
#define RIALTO_REASON_LINKED 11u   // Its linked order filled
#define RIALTO_REASON_UNSUPPORTED 12u // This venue or host does not offer the order's terms
#define RIALTO_REASON_DUPLICATE 13u // The plugin's order id is still in use
#define RIALTO_REASON_OVERFLOW 14u // The order's value does not fit the exact numbers
#define RIALTO_REASON_TAKES 15u    // Post-only, and it would have filled at once
#define RIALTO_REASON_UNFILLED 16u // Immediate or cancel, fill or kill: not enough to take
#define RIALTO_REASON_SELF_TRADE 17u // It would have met an order of the same account
#define RIALTO_REASON_LIQUIDATED 18u // The margin no longer covered the position
#define RIALTO_REASON_CLOSED 19u   // The market is closed, or the instrument is gone
#define RIALTO_REASON_LOST 20u     // It never reached the venue, and will not any more
#define RIALTO_REASON_MINIMUM 21u  // Order value below the venue's minimum

// Reports on the instance's orders.
typedef struct rialto_own_orders {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const int64_t *venue_time_ns;
    const uint64_t *order_id;  // The plugin's own id
    const uint32_t *instrument;
    const uint8_t *state;      // RIALTO_ORDER_...
    const uint8_t *side;
    const uint16_t *reason;    // RIALTO_REASON_...
    const int64_t *price;      // 0 for market orders
    const int64_t *quantity;   // As ordered
    const int64_t *filled;     // So far
} rialto_own_orders_t;

#define RIALTO_LIQUIDITY_MAKER 1u
#define RIALTO_LIQUIDITY_TAKER 2u
#define RIALTO_LIQUIDITY_INTERNAL 3u // Crossed with another instance of the account, free of fee

// The instance's fills, or its share of an order that nets several instances.
typedef struct rialto_fills {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const int64_t *venue_time_ns;
    const uint64_t *order_id;   // The plugin's own id; 0 when the fill serves a target
    const uint32_t *instrument;
    const uint8_t *side;
    const uint8_t *liquidity;   // RIALTO_LIQUIDITY_...
    const int64_t *price;
    const int64_t *quantity;    // > 0
    const int64_t *position;    // The instance's position after the fill
    const rialto_cash_t *fee;   // In the settlement currency; below 0 is a rebate
} rialto_fills_t;

// The instance's virtual book. Arrives only beside an own report.
// Row r owns rows first_position[r] ... + position_count[r] - 1 of the position columns.
typedef struct rialto_account {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const rialto_cash_t *cash;
    const rialto_cash_t *equity;
    const rialto_cash_t *margin;       // Bound by open positions; 0 for spot
    const rialto_cash_t *capital_left; // May still be used
    const uint8_t *halted;             // 1 when only orders that reduce are accepted
    const uint32_t *first_position;
    const uint32_t *position_count;
    const uint32_t *position_instrument;
    const int64_t *position_quantity;  // Signed, in quantity units
} rialto_account_t;

// Timers that the instance asked for.
typedef struct rialto_timers {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const uint64_t *timer_id; // As the intent gave it
} rialto_timers_t;

// Answers to requests that an exchange or LLM plugin described.
typedef struct rialto_responses {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;
    const uint64_t *request_id;   // As the output gave it
    const int32_t *status;        // HTTP status; -1 refused by the host, -2 no answer, -3 timeout
    const rialto_text_t *headers; // Lines of name: value
    const rialto_text_t *body;
} rialto_responses_t;

#endif
