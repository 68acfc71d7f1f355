// Follows an exponential moving average of every trade's price and never trades: the lightest
// plugin there is, used to measure the host.
#include <stdlib.h>

#include "rialto/one_plugin.h"
#include "rialto/rialto.h"

RIALTO_WRITE_NOTE("org.rialto.ema-watch", "1.0.0", "c", __VERSION__);

#define TEXT(literal) {literal, sizeof(literal) - 1}
#define NUMBER(value) {sizeof(rialto_value_t), RIALTO_VALUE_NUMBER, 0, 0, value, {0, 0}}
#define NONE {0, 0, 0, 0, 0, {0, 0}}

enum { WEIGHT = 1 };

static const rialto_parameter_t parameters[] = {
    {sizeof(rialto_parameter_t), WEIGHT, RIALTO_VALUE_NUMBER, 0, 0, TEXT("weight"), TEXT(""),
     TEXT("Weight of the newest price"), TEXT(""), NUMBER(0.000001), NUMBER(1), NONE, NUMBER(0.1)},
};

typedef struct ema_watch {
    double weight;
    double unit; // 10^price_decimals
    double ema;
} ema_watch_t;

static const rialto_need_t need = {sizeof(rialto_need_t), RIALTO_KIND_TRADES, RIALTO_NONE, 0, 0};

// [data]
static rialto_result on_batch(void *instance, const rialto_batch_t *batch,
                              rialto_intents_t *intents, uint32_t *out_consumed) {
    ema_watch_t *self = instance;
    (void)intents;
    if (batch->single_kind != RIALTO_KIND_TRADES) return RIALTO_ERROR_UNSUPPORTED;
    const int64_t *prices = batch->trades->price;
    const double weight = self->weight, unit = self->unit;
    double ema = self->ema;
    for (uint32_t row = 0; row < batch->count; row++)
        ema += weight * ((double)prices[row] / unit - ema);
    self->ema = ema;
    *out_consumed = batch->count;
    return RIALTO_OK;
}

// [control]
static rialto_result save(void *instance, rialto_state_writer_t *writer) {
    const ema_watch_t *self = instance;
    const char *bytes = (const char *)&self->ema;
    uint64_t done = 0;
    writer->schema = 1;
    while (done < sizeof self->ema) {
        uint64_t written = 0;
        const rialto_result result =
            writer->write(writer->host, bytes + done, sizeof self->ema - done, &written);
        if (result != RIALTO_OK) return result;
        done += written;
    }
    return RIALTO_OK;
}

// [control]
static rialto_result load(void *instance, const rialto_state_reader_t *reader) {
    ema_watch_t *self = instance;
    double ema = 0;
    uint64_t done = 0;
    if (reader->schema != 1) return RIALTO_ERROR_STATE;
    while (done < sizeof ema) {
        uint64_t read = 0;
        if (reader->read(reader->host, (char *)&ema + done, sizeof ema - done, &read) != RIALTO_OK)
            return RIALTO_ERROR_STATE;
        done += read;
    }
    self->ema = ema;
    return RIALTO_OK;
}

// [control]
static void destroy(void *instance) { free(instance); }

// [control]
static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs, rialto_error_t *out_error) {
    rialto_value_t weight = {0};
    const rialto_instruments_t *instruments = NULL;
    (void)plugin;
    services->parameter(services->host, WEIGHT, &weight);
    services->instruments(services->host, &instruments);
    if (instruments == NULL || instruments->count == 0)
        return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER, "no instrument was given");
    ema_watch_t *self = calloc(1, sizeof(ema_watch_t));
    if (self == NULL) return rialto_refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    self->weight = weight.number;
    self->unit = 1;
    for (uint8_t i = 0; i < instruments->price_decimals[0]; i++) self->unit *= 10;
    out_needs->flags = RIALTO_NEEDS_OPEN_LOOP;
    out_needs->need_count = 1;
    out_needs->needs = &need;
    rialto_strategy_t *table = out_table;
    table->self = self;
    table->on_batch = on_batch;
    table->save = save;
    table->load = load;
    table->destroy = destroy;
    return RIALTO_OK;
}

static const rialto_plugin_t plugin = {
    .struct_size = sizeof(rialto_plugin_t),
    .kind = RIALTO_PLUGIN_STRATEGY,
    .id = TEXT("org.rialto.ema-watch"),
    .version = TEXT("1.0.0"),
    .name = TEXT("EMA watch"),
    .summary = TEXT("Follows an exponential moving average of every trade and never trades."),
    .author = TEXT("The Rialto authors"),
    .license = TEXT("Apache-2.0"),
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof parameters[0],
    .create = create,
};

RIALTO_ONE_PLUGIN(plugin)
