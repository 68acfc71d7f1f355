// Keeps a bid and an ask at a fixed distance from the last trade and renews both on every n-th
// trade: the traffic of a market maker without its opinion, used to measure orders and cancels.
#include <stdlib.h>

#include "rialto/one_plugin.h"
#include "rialto/rialto.h"

RIALTO_WRITE_NOTE("org.rialto.requote", "1.0.0", "c", __VERSION__);

#define TEXT(literal) {literal, sizeof(literal) - 1}
#define INTEGER(value) {sizeof(rialto_value_t), RIALTO_VALUE_INTEGER, 0, value, 0, {0, 0}}
#define NONE {0, 0, 0, 0, 0, {0, 0}}

enum { EVERY = 1, DISTANCE = 2, QUANTITY = 3 };
enum { BID = 0, ASK = 1 };

#define WHOLE(id, name, about, low, high, first)                                                  \
    {sizeof(rialto_parameter_t), id, RIALTO_VALUE_INTEGER, 0, 0, TEXT(name), TEXT(""),            \
     TEXT(about), TEXT(""), INTEGER(low), INTEGER(high), NONE, INTEGER(first)}

static const rialto_parameter_t parameters[] = {
    WHOLE(EVERY, "every", "Trades from one renewal to the next", 1, 1000000, 10),
    WHOLE(DISTANCE, "distance", "From the last price, in price units", 1, 1000000000, 5),
    WHOLE(QUANTITY, "quantity", "Of each quote, in quantity units", 1, 1000000000000, 1),
};

typedef struct requote {
    int64_t every, distance, quantity;
    int64_t seen;      // Trades since the last renewal
    uint64_t next_id;
    uint64_t quote[2]; // Ids of the working bid and ask; 0 none
} requote_t;

static const rialto_need_t needs[] = {
    {sizeof(rialto_need_t), RIALTO_KIND_TRADES, RIALTO_NONE, 0, 0},
    {sizeof(rialto_need_t), RIALTO_KIND_FILLS, RIALTO_NONE, 0, 0},
};

static rialto_intent_t *next_intent(rialto_intents_t *intents, uint32_t kind, uint32_t row) {
    char *place = (char *)intents->items + (size_t)intents->count++ * intents->item_size;
    rialto_intent_t *intent = (rialto_intent_t *)place;
    intent->struct_size = sizeof(rialto_intent_t);
    intent->kind = (uint8_t)kind;
    intent->row = row;
    return intent;
}

// Takes the old quotes back and places new ones around `price`: at most four intents.
static void renew(requote_t *self, rialto_intents_t *intents, uint32_t row, uint32_t instrument,
                  int64_t price) {
    for (int i = BID; i <= ASK; i++) {
        if (self->quote[i] == 0) continue;
        rialto_intent_t *cancel = next_intent(intents, RIALTO_INTENT_CANCEL, row);
        cancel->instrument = instrument;
        cancel->order_id = self->quote[i];
    }
    for (int i = BID; i <= ASK; i++) {
        const int64_t level = i == BID ? price - self->distance : price + self->distance;
        self->quote[i] = 0;
        if (level <= 0) continue;
        rialto_intent_t *order = next_intent(intents, RIALTO_INTENT_ORDER, row);
        order->instrument = instrument;
        order->order_type = RIALTO_ORDER_LIMIT;
        order->order_flags = RIALTO_ORDER_POST_ONLY;
        order->side = i == BID ? RIALTO_BUY : RIALTO_SELL;
        order->quantity = self->quantity;
        order->price = level;
        order->order_id = self->quote[i] = ++self->next_id;
    }
}

// A quote that has filled is not there to be canceled.
static void forget(requote_t *self, uint64_t id) {
    for (int i = BID; i <= ASK; i++)
        if (self->quote[i] == id) self->quote[i] = 0;
}

// Trades alone, the usual case: reads on to the end of the time group in which it renews.
static uint32_t read_trades(requote_t *self, const rialto_trades_t *trades, uint32_t count,
                            rialto_intents_t *intents) {
    const int64_t *times = trades->time_ns, *prices = trades->price;
    uint32_t row = 0;
    while (row < count) {
        const int64_t left = self->every - self->seen;
        if (left > (int64_t)(count - row)) {
            self->seen += count - row;
            return count;
        }
        row += (uint32_t)left;
        self->seen = 0;
        renew(self, intents, row - 1, trades->instrument[row - 1], prices[row - 1]);
        if (row == count || times[row] != times[row - 1]) return row;
    }
    return row;
}

// Trades and fills together.
static uint32_t read_mixed(requote_t *self, const rialto_batch_t *batch,
                           rialto_intents_t *intents) {
    int64_t time = 0;
    for (uint32_t entry = 0; entry < batch->count; entry++) {
        const uint32_t kind = batch->order_kind != NULL ? batch->order_kind[entry]
                                                        : batch->single_kind;
        const uint32_t row = batch->order_row != NULL ? batch->order_row[entry] : entry;
        const int64_t now =
            kind == RIALTO_KIND_FILLS ? batch->fills->time_ns[row] : batch->trades->time_ns[row];
        if (intents->count > 0 && now != time) return entry;
        time = now;
        if (kind == RIALTO_KIND_FILLS) {
            forget(self, batch->fills->order_id[row]);
        } else if (++self->seen == self->every) {
            self->seen = 0;
            renew(self, intents, entry, batch->trades->instrument[row],
                  batch->trades->price[row]);
        }
    }
    return batch->count;
}

// [data]
static rialto_result on_batch(void *instance, const rialto_batch_t *batch,
                              rialto_intents_t *intents, uint32_t *out_consumed) {
    requote_t *self = instance;
    if (batch->single_kind == RIALTO_KIND_TRADES && batch->trades != NULL) {
        *out_consumed = read_trades(self, batch->trades, batch->count, intents);
        return RIALTO_OK;
    }
    if (batch->order_kind == NULL && batch->single_kind != RIALTO_KIND_FILLS)
        return RIALTO_ERROR_UNSUPPORTED;
    *out_consumed = read_mixed(self, batch, intents);
    return RIALTO_OK;
}

// [control]
static void destroy(void *instance) { free(instance); }

static int64_t whole(const rialto_services_t *services, uint32_t id) {
    rialto_value_t value = {0};
    services->parameter(services->host, id, &value);
    return value.integer;
}

// [control]
static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs, rialto_error_t *out_error) {
    const rialto_instruments_t *instruments = NULL;
    (void)plugin;
    services->instruments(services->host, &instruments);
    if (instruments == NULL || instruments->count != 1)
        return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER,
                             "it quotes one instrument: give it one");
    requote_t *self = calloc(1, sizeof(requote_t));
    if (self == NULL) return rialto_refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    self->every = whole(services, EVERY);
    self->distance = whole(services, DISTANCE);
    self->quantity = whole(services, QUANTITY);
    out_needs->need_count = sizeof needs / sizeof needs[0];
    out_needs->needs = needs;
    rialto_strategy_t *table = out_table;
    table->self = self;
    table->on_batch = on_batch;
    table->destroy = destroy;
    return RIALTO_OK;
}

static const rialto_plugin_t plugin = {
    .struct_size = sizeof(rialto_plugin_t),
    .kind = RIALTO_PLUGIN_STRATEGY,
    .id = TEXT("org.rialto.requote"),
    .version = TEXT("1.0.0"),
    .name = TEXT("Requote"),
    .summary = TEXT("Renews a bid and an ask around the last trade, on every n-th trade."),
    .author = TEXT("The Rialto authors"),
    .license = TEXT("Apache-2.0"),
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof parameters[0],
    .create = create,
};

RIALTO_ONE_PLUGIN(plugin)
