// What becomes of orders: they are accepted with the next time group, filled when the market
// reaches their price, the first time by half, and canceled on a wish. It is no market: only a
// source of reports that a plugin must be able to read.
#include "venue.h"

#include <string.h>

static event_t *add(venue_t *venue, uint8_t kind, uint32_t instrument) {
    if (venue->report_count == REPORTS_MAX) return NULL;
    event_t *event = &venue->reports[venue->report_count++];
    memset(event, 0, sizeof *event);
    event->kind = kind;
    event->instrument = instrument;
    return event;
}

static void report(venue_t *venue, const order_t *order, uint8_t state, uint8_t reason) {
    event_t *event = add(venue, RIALTO_KIND_OWN_ORDERS, order->instrument);
    if (event == NULL) return;
    event->id = order->id;
    event->side = order->side;
    event->state = state;
    event->reason = reason;
    event->value[0] = order->price;
    event->value[1] = order->quantity;
    event->value[2] = order->filled;
}

// One account report with all positions, behind the others of its group.
static void report_account(venue_t *venue) {
    for (uint32_t i = 0; i < venue->report_count; i++)
        if (venue->reports[i].kind == RIALTO_KIND_ACCOUNT) return;
    add(venue, RIALTO_KIND_ACCOUNT, 0);
}

static int64_t moved(int64_t position, int64_t quantity) {
    int64_t sum;
    return __builtin_add_overflow(position, quantity, &sum) ? position : sum;
}

static void fill(venue_t *venue, uint64_t id, uint32_t instrument, uint8_t side, int64_t price,
                 int64_t quantity) {
    int64_t *position = &venue->position[instrument];
    *position = moved(*position, side == RIALTO_BUY ? quantity : -quantity);
    event_t *event = add(venue, RIALTO_KIND_FILLS, instrument);
    if (event == NULL) return;
    event->id = id;
    event->side = side;
    event->state = RIALTO_LIQUIDITY_TAKER;
    event->value[0] = price;
    event->value[1] = quantity;
    event->value[2] = *position;
    report_account(venue);
}

static void forget(venue_t *venue, order_t *order) {
    venue->ended = *order;
    order->id = 0;
}

static void fill_order(venue_t *venue, order_t *order, int64_t price) {
    const int64_t left = order->quantity - order->filled;
    const int is_part = order->type == RIALTO_ORDER_LIMIT && order->filled == 0 && left > 1
                        && order->time_in_force != RIALTO_FILL_OR_KILL;
    const int64_t now = is_part ? left / 2 : left;
    order->filled += now;
    report(venue, order, is_part ? RIALTO_ORDER_PARTLY_FILLED : RIALTO_ORDER_FILLED, 0);
    fill(venue, order->id, order->instrument, order->side, price, now);
    if (!is_part) forget(venue, order);
}

static void end(venue_t *venue, order_t *order, uint8_t state, uint8_t reason) {
    report(venue, order, state, reason);
    forget(venue, order);
}

// Lowest and highest price of an instrument in a time group.
typedef struct span { int64_t low, high; } span_t;

static void widen(span_t *span, int64_t low, int64_t high) {
    if (low <= 0 || high <= 0) return;
    if (span->low == 0 || low < span->low) span->low = low;
    if (high > span->high) span->high = high;
}

static void look(venue_t *venue, const event_t *event, span_t *spans) {
    const int64_t *value = event->value;
    int64_t last = 0;
    switch (event->kind) {
    case RIALTO_KIND_TRADES: last = value[0]; break;
    case RIALTO_KIND_QUOTES: last = value[2] > 0 ? value[2] : value[0]; break;
    case RIALTO_KIND_BARS: last = value[3]; break;
    default: return;
    }
    const int is_bar = event->kind == RIALTO_KIND_BARS;
    widen(&spans[event->instrument], is_bar ? value[2] : last, is_bar ? value[1] : last);
    if (last > 0) venue->price[event->instrument] = last;
}

static int is_reached(const order_t *order, const span_t *span) {
    const int buys = order->side == RIALTO_BUY;
    switch (order->type) {
    case RIALTO_ORDER_MARKET: return 1;
    case RIALTO_ORDER_LIMIT: return buys ? span->low <= order->price : span->high >= order->price;
    case RIALTO_ORDER_STOP:
    case RIALTO_ORDER_STOP_LIMIT:
        return buys ? span->high >= order->trigger_price : span->low <= order->trigger_price;
    default: return 0; // A trailing stop waits until it is canceled
    }
}

static int64_t fill_price(const venue_t *venue, const order_t *order) {
    return order->type == RIALTO_ORDER_LIMIT || order->type == RIALTO_ORDER_STOP_LIMIT
               ? order->price
               : venue->price[order->instrument];
}

static void meet(venue_t *venue, order_t *order, const span_t *span, int64_t now_ns) {
    const int waits = order->time_in_force == RIALTO_GOOD_TILL_CANCEL
                      || order->time_in_force == RIALTO_GOOD_TILL_TIME;
    if (order->time_in_force == RIALTO_GOOD_TILL_TIME && order->expire_time_ns <= now_ns) {
        end(venue, order, RIALTO_ORDER_EXPIRED, 0);
    } else if (span->low > 0 && is_reached(order, span)) {
        fill_order(venue, order, fill_price(venue, order));
    } else if (!waits) {
        end(venue, order, RIALTO_ORDER_CANCELED, RIALTO_REASON_UNFILLED);
    }
}

void venue_meets(venue_t *venue, const event_t *events, uint32_t count) {
    span_t spans[INSTRUMENTS] = {{0}};
    for (uint32_t i = 0; i < count; i++) look(venue, &events[i], spans);
    for (uint32_t i = 0; i < ORDERS_MAX; i++) {
        order_t *order = &venue->orders[i];
        if (order->id == 0) continue;
        meet(venue, order, &spans[order->instrument], events[0].time_ns);
    }
}

static order_t *order_of(venue_t *venue, uint64_t id) {
    for (uint32_t i = 0; i < ORDERS_MAX; i++)
        if (venue->orders[i].id == id) return &venue->orders[i];
    return NULL;
}

static void take_order(venue_t *venue, const rialto_intent_t *intent) {
    const order_t asked = {
        .id = intent->order_id, .instrument = intent->instrument, .side = intent->side,
        .type = intent->order_type, .time_in_force = intent->time_in_force,
        .price = intent->price, .trigger_price = intent->trigger_price,
        .quantity = intent->quantity, .expire_time_ns = intent->expire_time_ns};
    order_t *place = order_of(venue, 0);
    if (order_of(venue, asked.id) != NULL) {
        report(venue, &asked, RIALTO_ORDER_REJECTED, RIALTO_REASON_DUPLICATE);
    } else if (place == NULL) {
        report(venue, &asked, RIALTO_ORDER_REJECTED, RIALTO_REASON_VENUE);
    } else {
        *place = asked;
        report(venue, place, RIALTO_ORDER_ACCEPTED, 0);
    }
}

static void take_target(venue_t *venue, const rialto_intent_t *intent) {
    const uint32_t one = intent->instrument;
    int64_t change;
    if (venue->price[one] == 0
        || __builtin_sub_overflow(intent->quantity, venue->position[one], &change) || change == 0
        || change == INT64_MIN)
        return;
    fill(venue, 0, one, change > 0 ? RIALTO_BUY : RIALTO_SELL, venue->price[one],
         change > 0 ? change : -change);
}

static void replace(venue_t *venue, const rialto_intent_t *intent) {
    order_t *order = order_of(venue, intent->order_id);
    if (order == NULL) return;
    if (intent->price > 0) order->price = intent->price;
    if (intent->trigger_price > 0) order->trigger_price = intent->trigger_price;
    if (intent->quantity > order->filled) order->quantity = intent->quantity;
    report(venue, order, RIALTO_ORDER_ACCEPTED, 0);
}

static void take_timer(venue_t *venue, const rialto_intent_t *intent, int64_t now_ns) {
    if (venue->timer_count == TIMERS_MAX) return;
    const int64_t time_ns = intent->expire_time_ns;
    venue->timers[venue->timer_count].id = intent->order_id;
    venue->timers[venue->timer_count++].time_ns = time_ns > now_ns ? time_ns : now_ns + 1;
}

void venue_takes(venue_t *venue, const rialto_intent_t *intent, int64_t now_ns) {
    order_t *order;
    switch (intent->kind) {
    case RIALTO_INTENT_TARGET: take_target(venue, intent); break;
    case RIALTO_INTENT_ORDER: take_order(venue, intent); break;
    case RIALTO_INTENT_CANCEL:
        order = order_of(venue, intent->order_id);
        if (order != NULL) end(venue, order, RIALTO_ORDER_CANCELED, 0);
        break;
    case RIALTO_INTENT_REPLACE: replace(venue, intent); break;
    case RIALTO_INTENT_TIMER: take_timer(venue, intent, now_ns); break;
    default: break;
    }
}

// The last value of an account's row is how many positions it has.
static void put_positions(const venue_t *venue, event_t *event) {
    memcpy(event->value, venue->position, sizeof venue->position);
    event->value[4] = venue->instruments;
}

uint32_t venue_stale(const venue_t *venue, int64_t now_ns, event_t *out) {
    const order_t stranger = {.id = UINT64_MAX / 3, .side = RIALTO_BUY, .price = 1, .quantity = 1};
    const order_t *orders[] = {&stranger, &venue->past};
    uint32_t count = 0;
    for (uint32_t i = 0; i < 2; i++) {
        if (orders[i]->id == 0 || orders[i]->instrument != 0) continue;
        out[count++] = (event_t){
            .time_ns = now_ns, .venue_time_ns = now_ns, .kind = RIALTO_KIND_OWN_ORDERS,
            .id = orders[i]->id, .side = orders[i]->side, .state = RIALTO_ORDER_CANCELED,
            .value = {orders[i]->price, orders[i]->quantity, orders[i]->filled}};
    }
    return count;
}

uint32_t venue_reports(venue_t *venue, int64_t now_ns, uint32_t wanted, event_t *out,
                       uint32_t most) {
    uint32_t count = 0;
    for (uint8_t kind = RIALTO_KIND_OWN_ORDERS; kind <= RIALTO_KIND_ACCOUNT; kind++) {
        if (!(wanted & 1u << kind)) continue;
        for (uint32_t instrument = 0; instrument < INSTRUMENTS; instrument++)
            for (uint32_t i = 0; i < venue->report_count && count < most; i++) {
                if (venue->reports[i].kind != kind || venue->reports[i].instrument != instrument)
                    continue;
                out[count] = venue->reports[i];
                out[count].time_ns = out[count].venue_time_ns = now_ns;
                if (kind == RIALTO_KIND_ACCOUNT) put_positions(venue, &out[count]);
                count++;
            }
    }
    venue->report_count = 0;
    venue->past = venue->ended;
    return count;
}

uint32_t venue_timers(venue_t *venue, int64_t now_ns, event_t *out, uint32_t most) {
    uint32_t count = 0, kept = 0;
    for (uint32_t i = 0; i < venue->timer_count; i++) {
        if (venue->timers[i].time_ns > now_ns || count == most) {
            venue->timers[kept++] = venue->timers[i];
            continue;
        }
        out[count++] = (event_t){.time_ns = now_ns, .kind = RIALTO_KIND_TIMERS,
                                 .id = venue->timers[i].id};
    }
    venue->timer_count = kept;
    return count;
}
