// A small model of a venue: what becomes of an instance's orders, targets and timers.
#ifndef RIALTO_VENUE_H
#define RIALTO_VENUE_H

#include <stdint.h>

#include "rialto/rialto.h"

#define INSTRUMENTS 2u // Most that an instance is given
#define ORDERS_MAX 64u // That work at one time; more are rejected
#define TIMERS_MAX 16u
#define REPORTS_MAX 128u // Of one time group; more are not made

// One event of a replay, before it becomes a row of its columns.
typedef struct event {
    int64_t time_ns;
    int64_t venue_time_ns;
    int64_t interval_ns; // Of bars
    uint32_t instrument;
    uint8_t kind;
    uint8_t side, state, reason; // Of own orders and fills
    uint64_t id;                 // Of orders and timers; the digest of others
    int64_t value[5]; // By kind: open high low close volume; price quantity side; and so on
} event_t;

typedef struct order {
    uint64_t id; // 0 is a free place
    uint32_t instrument;
    uint8_t side, type, time_in_force;
    int64_t price, trigger_price, quantity, filled, expire_time_ns;
} order_t;

typedef struct venue {
    int64_t price[INSTRUMENTS]; // The last; 0 before the first
    int64_t position[INSTRUMENTS];
    uint32_t instruments; // Of its instance
    uint32_t report_count, timer_count;
    order_t ended; // The last that ended; id 0 none
    order_t past;  // The last whose end was reported
    order_t orders[ORDERS_MAX];
    event_t reports[REPORTS_MAX]; // Due with the next time group, without a time
    struct { uint64_t id; int64_t time_ns; } timers[TIMERS_MAX];
} venue_t;

// Moves the market of one time group past the orders: what fills is reported with the next.
void venue_meets(venue_t *venue, const event_t *events, uint32_t count);
// Takes one intent of the time group at `now_ns`.
void venue_takes(venue_t *venue, const rialto_intent_t *intent, int64_t now_ns);
// Writes what is due at `now_ns` and `wanted` (a bit by kind), before the market's rows or behind
// them, and forgets it. Returns how many, at most `most`.
uint32_t venue_reports(venue_t *venue, int64_t now_ns, uint32_t wanted, event_t *out,
                       uint32_t most);
// Writes reports that a plugin must ignore: on an order that it never gave, and once more on the
// last whose end was reported. Returns how many: two at most.
uint32_t venue_stale(const venue_t *venue, int64_t now_ns, event_t *out);
uint32_t venue_timers(venue_t *venue, int64_t now_ns, event_t *out, uint32_t most);

#endif
