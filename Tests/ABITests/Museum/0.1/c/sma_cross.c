// Simple moving average cross: long while the fast average is above the slow one, flat while below.
// The averages are compared exactly, as integer sums: an equal pair changes nothing.
#include <stdlib.h>

#include "rialto/one_plugin.h"
#include "rialto/rialto.h"

RIALTO_WRITE_NOTE("org.rialto.sma-cross", "1.0.0", "c", __VERSION__);

#define LENGTH_MAX 4096u
#define INSTRUMENTS_MAX 1024u // Each may want one intent in a time group, and 1024 is the most
#define TEXT(literal) {literal, sizeof(literal) - 1}
#define INTEGER(value) {sizeof(rialto_value_t), RIALTO_VALUE_INTEGER, 0, value, 0, {0, 0}}
#define DECIMAL(value, digits) \
    {sizeof(rialto_value_t), RIALTO_VALUE_DECIMAL, digits, value, 0, {0, 0}}
#define NONE {0, 0, 0, 0, 0, {0, 0}}

enum { FAST = 1, SLOW = 2, QUANTITY = 3 };

static const rialto_parameter_t parameters[] = {
    {sizeof(rialto_parameter_t), FAST, RIALTO_VALUE_INTEGER, 0, RIALTO_PARAMETER_OPTIMISABLE,
     TEXT("fast"), TEXT("bars"), TEXT("Length of the fast average"), TEXT(""), INTEGER(1),
     INTEGER(LENGTH_MAX - 1), INTEGER(1), INTEGER(10)},
    {sizeof(rialto_parameter_t), SLOW, RIALTO_VALUE_INTEGER, 0, RIALTO_PARAMETER_OPTIMISABLE,
     TEXT("slow"), TEXT("bars"), TEXT("Length of the slow average, above the fast one"), TEXT(""),
     INTEGER(2), INTEGER(LENGTH_MAX), INTEGER(1), INTEGER(30)},
    {sizeof(rialto_parameter_t), QUANTITY, RIALTO_VALUE_DECIMAL, 0, 0, TEXT("quantity"), TEXT(""),
     TEXT("Position to hold while long, in units of the base"), TEXT(""), DECIMAL(1, 18),
     DECIMAL(1000000000000, 0), NONE, DECIMAL(1, 0)},
};

// One instrument's window of closes, as a ring that starts with zeros.
typedef struct window {
    int64_t *closes; // `slow` of them
    int64_t lead; // Sum of the fast window * slow - sum of the slow window * fast
    uint32_t seen; // Up to `slow`
    uint32_t next; // Where the next close goes: it leaves the slow window
    uint32_t leaving; // Where the close lies that leaves the fast window
    int32_t is_long;
    int64_t quantity; // In the instrument's unit
} window_t;

typedef struct sma_cross {
    uint32_t fast;
    uint32_t slow;
    uint32_t window_count;
    uint32_t instrument_count;
    window_t *windows; // By instrument index
    rialto_need_t need;
} sma_cross_t;

// How far the fast average moves away from the slow one with a close, in units of `lead`.
static inline int64_t moved(int64_t fast, int64_t slow, int64_t close, int64_t leaves_fast,
                            int64_t leaves_slow) {
    return slow * (close - leaves_fast) - fast * (close - leaves_slow);
}

// Takes in a close. Returns whether it says to change sides: never before the window is full.
static inline int step(const sma_cross_t *self, window_t *w, int64_t close) {
    w->lead += moved(self->fast, self->slow, close, w->closes[w->leaving], w->closes[w->next]);
    w->closes[w->next] = close;
    if (++w->next == self->slow) w->next = 0;
    if (++w->leaving == self->slow) w->leaving = 0;
    if (w->seen < self->slow && ++w->seen < self->slow) return 0;
    return w->is_long ? w->lead < 0 : w->lead > 0;
}

// Asks for the position of a window's side. Returns whether there was room for it.
static int add_target(rialto_intents_t *intents, uint32_t row, uint32_t instrument,
                      const window_t *w) {
    if (intents->count == intents->capacity) return 0;
    char *place = (char *)intents->items + (size_t)intents->count++ * intents->item_size;
    rialto_intent_t *intent = (rialto_intent_t *)place;
    intent->struct_size = sizeof(rialto_intent_t);
    intent->kind = RIALTO_INTENT_TARGET;
    intent->row = row;
    intent->instrument = instrument;
    intent->quantity = w->is_long ? w->quantity : 0;
    return 1;
}

// The first row after `row` with another time, or `count`.
static uint32_t group_end(const int64_t *times, uint32_t row, uint32_t count) {
    const int64_t time = times[row];
    while (row < count && times[row] == time) row++;
    return row;
}

// Takes the closes of a batch into a ring that has not seen them.
static void remember(const sma_cross_t *self, window_t *w, const int64_t *closes, uint32_t count) {
    const uint32_t slow = self->slow, kept = count < slow ? count : slow;
    uint32_t place = (w->next + (count - kept) % slow) % slow;
    for (uint32_t row = count - kept; row < count; row++) {
        w->closes[place] = closes[row];
        if (++place == slow) place = 0;
    }
    w->next = (w->next + count % slow) % slow;
    w->leaving = (w->leaving + count % slow) % slow;
}

// Where the closes lie that leave a window of `length` from `row` on: in the ring at first, then
// in the batch itself. Lowers `end` to the first row that finds them elsewhere.
static const int64_t *leavers(const window_t *w, uint32_t ring, uint32_t place, uint32_t length,
                              const int64_t *closes, uint32_t row, uint32_t *end) {
    if (row >= length) return closes + row - length;
    const uint32_t at = (place + row) % ring, wraps = row + (ring - at);
    if (*end > wraps) *end = wraps;
    if (*end > length) *end = length;
    return w->closes + at;
}

// The first row from `row` on at which a full window says to change sides, or `count`.
static uint32_t next_change(const sma_cross_t *self, window_t *w, const int64_t *closes,
                            uint32_t row, uint32_t count) {
    const int64_t side = w->is_long ? -1 : 1, fast = side * self->fast, slow = side * self->slow;
    int64_t lead = side * w->lead;
    while (row < count && lead <= 0) {
        uint32_t end = count;
        const int64_t *fasts = leavers(w, self->slow, w->leaving, self->fast, closes, row, &end);
        const int64_t *slows = leavers(w, self->slow, w->next, self->slow, closes, row, &end);
        while (row < end && lead <= 0) lead += moved(fast, slow, closes[row++], *fasts++, *slows++);
    }
    w->lead = side * lead;
    return lead > 0 ? row - 1 : count;
}

// Bars of one instrument whose window is full: what leaves is read from the batch, and the ring is
// written once. Returns the rows read, or 0 when there is no room for an intent.
static uint32_t read_one(const sma_cross_t *self, const rialto_bars_t *bars, uint32_t count,
                         rialto_intents_t *intents) {
    window_t *w = &self->windows[bars->instrument[0]];
    uint32_t row = next_change(self, w, bars->close, 0, count);
    while (row < count) {
        w->is_long = !w->is_long;
        if (!add_target(intents, row, bars->instrument[row], w)) return 0;
        // A full buffer ends with the time group that filled it.
        if (intents->count == intents->capacity)
            count = group_end(bars->time_ns, row, count);
        row = next_change(self, w, bars->close, row + 1, count);
    }
    remember(self, w, bars->close, count);
    return count;
}

// Bars of any instruments, one after the other. Returns the rows read, or 0 when there is no room
// for an intent.
static uint32_t read_all(const sma_cross_t *self, const rialto_bars_t *bars, uint32_t count,
                         int is_warm_up, rialto_intents_t *intents) {
    // Stop between groups as soon as one intent for each instrument may not fit.
    const uint32_t enough = intents->capacity - self->instrument_count;
    uint32_t row = 0;
    for (; row < count; row++) {
        if (intents->count > enough && bars->time_ns[row] != bars->time_ns[row - 1]) break;
        window_t *w = &self->windows[bars->instrument[row]];
        if (!step(self, w, bars->close[row]) || is_warm_up) continue;
        w->is_long = !w->is_long;
        if (!add_target(intents, row, bars->instrument[row], w)) return 0;
    }
    return row;
}

// [data]
static rialto_result on_batch(void *instance, const rialto_batch_t *batch,
                              rialto_intents_t *intents, uint32_t *out_consumed) {
    const sma_cross_t *self = instance;
    const rialto_bars_t *bars = batch->bars;
    const int is_warm_up = (batch->flags & RIALTO_BATCH_WARM_UP) != 0;
    if (batch->single_kind != RIALTO_KIND_BARS || bars == NULL) return RIALTO_ERROR_UNSUPPORTED;
    if (self->instrument_count > intents->capacity) return RIALTO_ERROR_UNSUPPORTED;
    const int is_one = self->instrument_count == 1 && !is_warm_up
                       && self->windows[bars->instrument[0]].seen == self->slow;
    *out_consumed = is_one ? read_one(self, bars, batch->count, intents)
                           : read_all(self, bars, batch->count, is_warm_up, intents);
    return *out_consumed > 0 ? RIALTO_OK : RIALTO_ERROR_MEMORY;
}

// [control]
static void destroy(void *instance) {
    sma_cross_t *self = instance;
    for (uint32_t i = 0; self->windows != NULL && i < self->window_count; i++)
        free(self->windows[i].closes);
    free(self->windows);
    free(self);
}

// The exact decimal as a count of 10^-decimals, cut toward zero; 0 when it does not fit.
static int64_t rescale(int64_t value, int from, int to) {
    for (; from < to; from++)
        if (__builtin_mul_overflow(value, (int64_t)10, &value)) return 0;
    for (; from > to; from--) value /= 10;
    return value;
}

static rialto_result prepare(sma_cross_t *self, const rialto_instruments_t *instruments,
                             const rialto_value_t *quantity) {
    for (uint32_t i = 0; i < instruments->count; i++)
        if (instruments->instrument[i] >= self->window_count)
            self->window_count = instruments->instrument[i] + 1;
    if (instruments->count > INSTRUMENTS_MAX) return RIALTO_ERROR_UNSUPPORTED;
    self->windows = calloc(self->window_count, sizeof(window_t));
    if (self->windows == NULL) return RIALTO_ERROR_MEMORY;
    self->instrument_count = instruments->count;
    for (uint32_t i = 0; i < instruments->count; i++) {
        window_t *w = &self->windows[instruments->instrument[i]];
        const int64_t units =
            rescale(quantity->integer, quantity->decimals, instruments->quantity_decimals[i]);
        w->quantity = units - units % instruments->quantity_step[i];
        w->closes = calloc(self->slow, sizeof(int64_t));
        w->leaving = self->slow - self->fast;
        if (w->closes == NULL) return RIALTO_ERROR_MEMORY;
        if (w->quantity <= 0) return RIALTO_ERROR_PARAMETER;
    }
    return RIALTO_OK;
}

// [control]
static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs, rialto_error_t *out_error) {
    rialto_value_t fast = {0}, slow = {0}, quantity = {0};
    const rialto_instruments_t *instruments = NULL;
    (void)plugin;
    services->parameter(services->host, FAST, &fast);
    services->parameter(services->host, SLOW, &slow);
    services->parameter(services->host, QUANTITY, &quantity);
    services->instruments(services->host, &instruments);
    if (fast.integer >= slow.integer)
        return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER, "fast is not below slow");
    if (instruments == NULL || instruments->count == 0)
        return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER, "no instrument was given");
    sma_cross_t *self = calloc(1, sizeof(sma_cross_t));
    if (self == NULL) return rialto_refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    self->fast = (uint32_t)fast.integer;
    self->slow = (uint32_t)slow.integer;
    const rialto_result ready = prepare(self, instruments, &quantity);
    if (ready != RIALTO_OK) {
        destroy(self);
        return rialto_refuse(out_error, ready,
                      ready == RIALTO_ERROR_MEMORY        ? "out of memory"
                      : ready == RIALTO_ERROR_UNSUPPORTED ? "more than 1024 instruments"
                      : "quantity is below one step of an instrument, or too large");
    }
    self->need = (rialto_need_t){
        sizeof(rialto_need_t), RIALTO_KIND_BARS, RIALTO_NONE, self->slow, 0};
    out_needs->flags = RIALTO_NEEDS_OPEN_LOOP;
    out_needs->need_count = 1;
    out_needs->intents_per_group = self->instrument_count;
    out_needs->needs = &self->need;
    rialto_strategy_t *table = out_table;
    table->self = self;
    table->on_batch = on_batch;
    table->destroy = destroy;
    return RIALTO_OK;
}

static const rialto_plugin_t plugin = {
    .struct_size = sizeof(rialto_plugin_t),
    .kind = RIALTO_PLUGIN_STRATEGY,
    .id = TEXT("org.rialto.sma-cross"),
    .version = TEXT("1.0.0"),
    .name = TEXT("SMA cross"),
    .summary = TEXT("Long while the fast moving average is above the slow one, else flat."),
    .author = TEXT("The Rialto authors"),
    .license = TEXT("Apache-2.0"),
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof parameters[0],
    .create = create,
};

RIALTO_ONE_PLUGIN(plugin)
