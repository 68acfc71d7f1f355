// Made-up markets, and the columns that a batch of them has.
#include <string.h>

#include "probe.h"

#define BASE_NS 1704067200000000000 // 2024-01-01
#define MINUTE_NS 60000000000
#define INTERVALS_MAX 8u

// Splitmix64 (Steele, Lea and Flood 2014).
static uint64_t next(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

typedef struct wanted {
    uint32_t kinds; // Bit by kind
    uint32_t interval_count;
    int64_t intervals[INTERVALS_MAX];
} wanted_t;

static void add_interval(wanted_t *wanted, int64_t interval) {
    if (interval <= 0) interval = MINUTE_NS;
    for (uint32_t i = 0; i < wanted->interval_count; i++)
        if (wanted->intervals[i] == interval) return;
    if (wanted->interval_count < INTERVALS_MAX)
        wanted->intervals[wanted->interval_count++] = interval;
}

uint32_t wanted_kinds(const instance_t *instance) {
    const rialto_needs_t *needs = &instance->needs;
    const char *place = (const char *)needs->needs;
    uint32_t kinds = 0;
    for (uint32_t i = 0; place != NULL && i < needs->need_count && i < RIALTO_NEEDS_MAX; i++) {
        const rialto_need_t *need = (const rialto_need_t *)(const void *)place;
        if (need->kind < 32) kinds |= 1u << need->kind;
        place += needs->needs[0].struct_size;
    }
    return kinds;
}

static wanted_t wanted_by(const instance_t *instance) {
    wanted_t wanted = {.kinds = wanted_kinds(instance)};
    const rialto_needs_t *needs = &instance->needs;
    if (needs->needs == NULL) return wanted;
    const char *place = (const char *)needs->needs;
    for (uint32_t i = 0; i < needs->need_count && i < RIALTO_NEEDS_MAX; i++) {
        const rialto_need_t *need = (const rialto_need_t *)(const void *)place;
        if (need->kind == RIALTO_KIND_BARS) add_interval(&wanted, need->interval_ns);
        place += needs->needs[0].struct_size;
    }
    return wanted;
}

typedef struct maker {
    replay_t *replay;
    uint64_t random;
    market_t market;
    uint32_t instruments;
    int64_t time_ns;
    int64_t price[INSTRUMENTS];
    int64_t distance; // Of the second from where it follows
} maker_t;

static event_t *add(maker_t *maker, uint8_t kind, uint32_t instrument) {
    event_t *event = &maker->replay->events[maker->replay->count++];
    memset(event, 0, sizeof *event);
    event->time_ns = maker->time_ns;
    event->venue_time_ns = maker->time_ns;
    // What the venue says may fall.
    if (maker->market == RAGGED) event->venue_time_ns -= (int64_t)(next(&maker->random) % 9999999);
    event->instrument = instrument;
    event->kind = kind;
    return event;
}

static int64_t amount(maker_t *maker) {
    if (maker->market == EXTREME && next(&maker->random) % 4 == 0) return (int64_t)1 << 53;
    return 1 + (int64_t)(next(&maker->random) % 1000000);
}

// The second instrument follows the first at a distance that comes back.
static void follow(maker_t *maker) {
    const int64_t span = maker->price[0] / 1600 + 2;
    maker->distance -= maker->distance / 8;
    maker->distance += (int64_t)(next(&maker->random) % (uint64_t)(2 * span + 1)) - span;
    maker->price[1] = maker->price[0] / 16 + maker->distance;
    if (maker->price[1] < 1) maker->price[1] = 1;
}

static void move_price(maker_t *maker, uint32_t instrument) {
    int64_t *price = &maker->price[instrument];
    if (instrument == 1 && maker->market == CALM) {
        follow(maker);
        return;
    }
    const int64_t span = *price / 200 + 2;
    *price += (int64_t)(next(&maker->random) % (uint64_t)(2 * span + 1)) - span;
    if (maker->market == EXTREME && next(&maker->random) % 8 == 0) {
        const int64_t extremes[] = {1, 2, 100, (int64_t)1 << 40, (int64_t)1 << 53};
        *price = extremes[next(&maker->random) % 5];
    }
    if (*price < 1) *price = 1;
}

static void add_bar(maker_t *maker, uint32_t instrument, int64_t interval, int64_t open) {
    event_t *event = add(maker, RIALTO_KIND_BARS, instrument);
    const int64_t close = maker->price[instrument];
    const int64_t high = open > close ? open : close, low = open > close ? close : open;
    event->interval_ns = interval;
    event->value[0] = open;
    event->value[1] = high + (int64_t)(next(&maker->random) % 50);
    event->value[2] = low > 50 ? low - (int64_t)(next(&maker->random) % 50) : low;
    event->value[3] = close;
    event->value[4] = maker->market == RAGGED && next(&maker->random) % 3 == 0 ? 0 : amount(maker);
}

static void add_row(maker_t *maker, uint8_t kind, uint32_t instrument) {
    event_t *event = add(maker, kind, instrument);
    const int64_t price = maker->price[instrument];
    const int is_empty = maker->market == RAGGED && next(&maker->random) % 16 == 0;
    switch (kind) {
    case RIALTO_KIND_TRADES:
        event->value[0] = price;
        event->value[1] = amount(maker);
        event->value[2] = (int64_t)(next(&maker->random) % 3);
        break;
    case RIALTO_KIND_QUOTES:
        if (is_empty) break; // Both sides
        event->value[0] = price > 1 ? price - 1 : 1;
        event->value[1] = amount(maker);
        event->value[2] = event->value[0] + 1 + (int64_t)(next(&maker->random) % 20);
        event->value[3] = amount(maker);
        break;
    case RIALTO_KIND_FORECASTS: event->value[0] = (int64_t)(next(&maker->random) % 1001); break;
    default: break;
    }
}

// One time group: kinds in order, then instruments, then intervals.
static void add_group(maker_t *maker, const wanted_t *wanted, uint32_t step) {
    const uint8_t plain[] = {RIALTO_KIND_TRADES, RIALTO_KIND_QUOTES};
    int64_t open[INSTRUMENTS];
    for (uint32_t i = 0; i < maker->instruments; i++) {
        open[i] = maker->price[i];
        move_price(maker, i);
    }
    for (size_t k = 0; k < 2; k++) {
        if (!(wanted->kinds & 1u << plain[k])) continue;
        for (uint32_t i = 0; i < maker->instruments; i++) {
            add_row(maker, plain[k], i);
            if (maker->market == RAGGED && next(&maker->random) % 8 == 0)
                add_row(maker, plain[k], i); // Twice at one time
        }
    }
    for (uint32_t i = 0; i < maker->instruments; i++)
        for (uint32_t n = 0; n < wanted->interval_count; n++)
            if ((step + 1) % (uint32_t)(1 + n * 4) == 0)
                add_bar(maker, i, wanted->intervals[n], open[i]);
    if (wanted->kinds & 1u << RIALTO_KIND_FORECASTS)
        for (uint32_t i = 0; i < maker->instruments; i++) add_row(maker, RIALTO_KIND_FORECASTS, i);
}

int make_replay(replay_t *replay, const instance_t *instance, uint32_t steps, market_t market,
                uint64_t seed) {
    const wanted_t wanted = wanted_by(instance);
    const uint32_t made = 1u << RIALTO_KIND_TRADES | 1u << RIALTO_KIND_QUOTES
                          | 1u << RIALTO_KIND_BARS | 1u << RIALTO_KIND_FORECASTS;
    maker_t maker = {replay, seed, market, instance->instruments, BASE_NS, {4000000, 250000}, 0};
    replay->count = 0;
    if (!(wanted.kinds & made)) return 0;
    const int64_t step_ns = wanted.interval_count > 0 ? wanted.intervals[0] : 1000000000;
    for (uint32_t step = 0; step < steps; step++) {
        // A gap of up to a week, or a jump of ten years.
        if (market == RAGGED && next(&maker.random) % 32 == 0)
            maker.time_ns += step_ns * (int64_t)(next(&maker.random) % 10080);
        if (market == RAGGED && step == steps / 2) maker.time_ns += 315360000000000000;
        maker.time_ns += step_ns;
        if (replay->count + 64 > EVENTS_MAX) break;
        add_group(&maker, &wanted, step);
    }
    return 1;
}

uint32_t group_at(const replay_t *replay, uint32_t from) {
    uint32_t to = from + 1;
    while (to < replay->count && replay->events[to].time_ns == replay->events[from].time_ns) to++;
    return to - from;
}

enum { TRADES, QUOTES, BARS, FORECASTS, OWN_ORDERS, FILLS, ACCOUNT, TIMERS, SETS };
#define OWN_SETS (SETS - OWN_ORDERS)

// The memory of a batch: every column that a replay can have. Each thread has its own.
static _Thread_local struct columns {
    rialto_batch_t batch;
    rialto_own_orders_t own_orders;
    rialto_fills_t fills;
    rialto_account_t account;
    rialto_timers_t timers;
    rialto_trades_t trades;
    rialto_quotes_t quotes;
    rialto_bars_t bars;
    rialto_forecast_events_t forecasts;
    uint8_t order_kind[RIALTO_BATCH_MAX];
    uint32_t order_row[RIALTO_BATCH_MAX];
    int64_t time_ns[SETS][RIALTO_BATCH_MAX];
    int64_t venue_time_ns[SETS][RIALTO_BATCH_MAX];
    uint32_t instrument[SETS][RIALTO_BATCH_MAX];
    int64_t value[SETS][5][RIALTO_BATCH_MAX];
    uint64_t id[OWN_SETS][RIALTO_BATCH_MAX];
    uint8_t state[OWN_SETS][RIALTO_BATCH_MAX];
    uint8_t side[OWN_SETS][RIALTO_BATCH_MAX];
    uint16_t reason[RIALTO_BATCH_MAX];
    rialto_cash_t cash[2][RIALTO_BATCH_MAX];
    uint32_t positions[2][RIALTO_BATCH_MAX];
    uint32_t position_instrument[RIALTO_BATCH_MAX];
    int64_t position[RIALTO_BATCH_MAX];
    int64_t open_time_ns[RIALTO_BATCH_MAX];
    int64_t interval_ns[RIALTO_BATCH_MAX];
    uint8_t bytes[2][RIALTO_BATCH_MAX];
    uint32_t model[RIALTO_BATCH_MAX];
    double number[4][RIALTO_BATCH_MAX];
} columns;

static uint32_t set_of(uint8_t kind) {
    switch (kind) {
    case RIALTO_KIND_TRADES: return TRADES;
    case RIALTO_KIND_QUOTES: return QUOTES;
    case RIALTO_KIND_BARS: return BARS;
    case RIALTO_KIND_OWN_ORDERS: return OWN_ORDERS;
    case RIALTO_KIND_FILLS: return FILLS;
    case RIALTO_KIND_ACCOUNT: return ACCOUNT;
    case RIALTO_KIND_TIMERS: return TIMERS;
    default: return FORECASTS;
    }
}

#define CASH 1000000u // Units of money that the account has

// A row of what only the instance is told. One account row has a position for each instrument.
static void take_own(const event_t *event, uint32_t set, uint32_t row) {
    columns.id[set - OWN_ORDERS][row] = event->id;
    columns.state[set - OWN_ORDERS][row] = event->state;
    columns.side[set - OWN_ORDERS][row] = event->side;
    if (set == OWN_ORDERS) columns.reason[row] = event->reason;
    if (set != ACCOUNT) return;
    const __int128 cash = (__int128)CASH * 1000000000000000000;
    columns.cash[0][row] = (rialto_cash_t){(uint64_t)cash, (int64_t)(cash >> 64)};
    columns.positions[0][row] = row * INSTRUMENTS;
    columns.positions[1][row] = (uint32_t)event->value[4];
    for (uint32_t i = 0; i < INSTRUMENTS && row * INSTRUMENTS + i < RIALTO_BATCH_MAX; i++) {
        columns.position_instrument[row * INSTRUMENTS + i] = i;
        columns.position[row * INSTRUMENTS + i] = event->value[i];
    }
}

static void take(const event_t *event, uint32_t entry, uint32_t *counts) {
    const uint32_t set = set_of(event->kind), row = counts[set]++;
    columns.order_kind[entry] = event->kind;
    columns.order_row[entry] = row;
    columns.time_ns[set][row] = event->time_ns;
    columns.venue_time_ns[set][row] = event->venue_time_ns;
    columns.instrument[set][row] = event->instrument;
    for (uint32_t i = 0; i < 5; i++) columns.value[set][i][row] = event->value[i];
    if (set >= OWN_ORDERS) take_own(event, set, row);
    if (set == TRADES) columns.bytes[0][row] = (uint8_t)event->value[2];
    if (set == BARS) {
        columns.bytes[1][row] = 1;
        columns.interval_ns[row] = event->interval_ns;
        columns.open_time_ns[row] = event->time_ns - event->interval_ns;
    }
    if (set == FORECASTS) {
        columns.model[row] = RIALTO_NONE;
        columns.value[set][1][row] = 60 * MINUTE_NS;
        columns.value[set][2][row] = event->time_ns + 60 * MINUTE_NS;
        columns.number[0][row] = 0.75;
        columns.number[1][row] = (double)event->value[0] / 1000;
        columns.number[2][row] = 0;
        columns.number[3][row] = 1;
    }
}

static _Thread_local uint8_t forecast_kind[RIALTO_BATCH_MAX];

static void fill_tables(const uint32_t *counts) {
    struct columns *c = &columns;
    int64_t (*v)[5][RIALTO_BATCH_MAX] = c->value;
    c->trades = (rialto_trades_t){
        sizeof c->trades, counts[TRADES], c->time_ns[TRADES], c->venue_time_ns[TRADES],
        c->instrument[TRADES], v[TRADES][0], v[TRADES][1], c->bytes[0]};
    c->quotes = (rialto_quotes_t){
        sizeof c->quotes, counts[QUOTES], c->time_ns[QUOTES], c->venue_time_ns[QUOTES],
        c->instrument[QUOTES], v[QUOTES][0], v[QUOTES][1], v[QUOTES][2], v[QUOTES][3]};
    c->bars = (rialto_bars_t){
        sizeof c->bars, counts[BARS], c->time_ns[BARS], c->open_time_ns, c->time_ns[BARS],
        c->instrument[BARS], c->interval_ns, v[BARS][0], v[BARS][1], v[BARS][2], v[BARS][3],
        v[BARS][4], c->bytes[1]};
    memset(forecast_kind, RIALTO_FORECAST_PROBABILITY_UP, sizeof forecast_kind);
    c->forecasts = (rialto_forecast_events_t){
        sizeof c->forecasts, counts[FORECASTS], c->time_ns[FORECASTS], c->model,
        c->instrument[FORECASTS], forecast_kind, v[FORECASTS][1], v[FORECASTS][2], c->number[0],
        c->number[1], c->number[2], c->number[3]};
}

// Fees, margins and halts are zero: those columns are never written.
static void fill_own_tables(const uint32_t *counts) {
    struct columns *c = &columns;
    int64_t (*v)[5][RIALTO_BATCH_MAX] = c->value;
    c->own_orders = (rialto_own_orders_t){
        sizeof c->own_orders, counts[OWN_ORDERS], c->time_ns[OWN_ORDERS],
        c->venue_time_ns[OWN_ORDERS], c->id[0], c->instrument[OWN_ORDERS], c->state[0], c->side[0],
        c->reason, v[OWN_ORDERS][0], v[OWN_ORDERS][1], v[OWN_ORDERS][2]};
    c->fills = (rialto_fills_t){
        sizeof c->fills, counts[FILLS], c->time_ns[FILLS], c->venue_time_ns[FILLS], c->id[1],
        c->instrument[FILLS], c->side[1], c->state[1], v[FILLS][0], v[FILLS][1], v[FILLS][2],
        c->cash[1]};
    c->account = (rialto_account_t){
        sizeof c->account, counts[ACCOUNT], c->time_ns[ACCOUNT], c->cash[0], c->cash[0],
        c->cash[1], c->cash[0], c->state[ACCOUNT - OWN_ORDERS], c->positions[0], c->positions[1],
        c->position_instrument, c->position};
    c->timers = (rialto_timers_t){sizeof c->timers, counts[TIMERS], c->time_ns[TIMERS],
                                  c->id[TIMERS - OWN_ORDERS]};
}

const rialto_batch_t *batch_of(const replay_t *replay, uint32_t from, uint32_t count) {
    uint32_t counts[SETS] = {0}, kinds = 0;
    struct columns *c = &columns;
    for (uint32_t i = 0; i < count; i++) {
        take(&replay->events[from + i], i, counts);
        kinds |= 1u << replay->events[from + i].kind;
    }
    fill_tables(counts);
    fill_own_tables(counts);
    const int is_single = count > 0 && (kinds & (kinds - 1)) == 0;
    c->batch = (rialto_batch_t){
        .struct_size = sizeof c->batch, .count = count,
        .single_kind = is_single ? replay->events[from].kind : 0,
        .order_kind = is_single ? NULL : c->order_kind,
        .order_row = is_single ? NULL : c->order_row,
        .own_orders = counts[OWN_ORDERS] > 0 ? &c->own_orders : NULL,
        .fills = counts[FILLS] > 0 ? &c->fills : NULL,
        .account = counts[ACCOUNT] > 0 ? &c->account : NULL,
        .timers = counts[TIMERS] > 0 ? &c->timers : NULL,
        .trades = counts[TRADES] > 0 ? &c->trades : NULL,
        .quotes = counts[QUOTES] > 0 ? &c->quotes : NULL,
        .bars = counts[BARS] > 0 ? &c->bars : NULL,
        .forecasts = counts[FORECASTS] > 0 ? &c->forecasts : NULL};
    return &c->batch;
}

uint64_t batch_digest(void) {
    const unsigned char *bytes = (const unsigned char *)&columns;
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i + 8 <= sizeof columns; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, 8);
        hash = (hash ^ word) * 1099511628211u;
    }
    return hash;
}
