// {{id}}: long after `length` rises in a row, flat after a fall.
#include <stdlib.h>

#include "rialto/one_plugin.h"
#include "rialto/rialto.h"

RIALTO_WRITE_NOTE("{{id}}", "0.1.0", "c", __VERSION__);

#define TEXT(literal) {literal, sizeof(literal) - 1}
#define WHOLE(value) {sizeof(rialto_value_t), RIALTO_VALUE_INTEGER, 0, value, 0, {0, 0}}

enum { LENGTH = 1 };

static const rialto_parameter_t parameters[] = {
    {sizeof(rialto_parameter_t), LENGTH, RIALTO_VALUE_INTEGER, 0, RIALTO_PARAMETER_OPTIMISABLE,
     TEXT("length"), TEXT("bars"), TEXT("Rises in a row before it buys"), TEXT(""), WHOLE(1),
     WHOLE(100), WHOLE(1), WHOLE(3)},
};

// What is known of one instrument.
typedef struct track {
    int64_t step;  // Quantity to hold
    int64_t close; // 0 before the first bar
    int64_t rises;
    int is_long;
} track_t;

typedef struct self {
    int64_t length;
    uint32_t count;
    track_t *tracks; // By index of the instrument
} self_t;

static const rialto_need_t need = {sizeof(rialto_need_t), RIALTO_KIND_BARS, RIALTO_NONE, 0, 0};

static rialto_result want(rialto_intents_t *intents, uint32_t row, uint32_t instrument,
                          int64_t quantity) {
    if (intents->count == intents->capacity) return RIALTO_ERROR_MEMORY;
    char *place = (char *)intents->items + (size_t)intents->count++ * intents->item_size;
    rialto_intent_t *intent = (rialto_intent_t *)place;
    intent->struct_size = sizeof *intent;
    intent->kind = RIALTO_INTENT_TARGET;
    intent->row = row;
    intent->instrument = instrument;
    intent->quantity = quantity;
    return RIALTO_OK;
}

// It declares an open loop, so it reads on where it acts; only a nearly full output stops it.
// [data]
static rialto_result on_batch(void *instance, const rialto_batch_t *batch,
                              rialto_intents_t *intents, uint32_t *out_consumed) {
    self_t *self = instance;
    const rialto_bars_t *bars = batch->bars;
    if (batch->single_kind != RIALTO_KIND_BARS || bars == NULL) return RIALTO_ERROR_UNSUPPORTED;
    uint32_t row = 0;
    for (; row < batch->count; row++) {
        const int is_new_group = row > 0 && bars->time_ns[row] != bars->time_ns[row - 1];
        if (is_new_group && intents->count + self->count > intents->capacity) break;
        const uint32_t instrument = bars->instrument[row];
        track_t *track = &self->tracks[instrument];
        const int64_t close = bars->close[row];
        track->rises = track->close > 0 && close > track->close ? track->rises + 1 : 0;
        const int is_fall = track->close > 0 && close < track->close;
        track->close = close;
        if (batch->flags & RIALTO_BATCH_WARM_UP) continue;
        const int is_long = track->is_long ? !is_fall : track->rises >= self->length;
        if (is_long == track->is_long) continue;
        track->is_long = is_long;
        const int64_t quantity = is_long ? track->step : 0;
        const rialto_result result = want(intents, row, instrument, quantity);
        if (result != RIALTO_OK) return result;
    }
    *out_consumed = row;
    return RIALTO_OK;
}

// [control]
static void destroy(void *instance) {
    self_t *self = instance;
    free(self->tracks);
    free(self);
}

static void prepare(self_t *self, const rialto_instruments_t *instruments) {
    for (uint32_t i = 0; i < instruments->count; i++)
        self->tracks[instruments->instrument[i]].step = instruments->quantity_step[i];
}

// [control]
static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs,
                            rialto_error_t *out_error) {
    rialto_value_t length = {0};
    const rialto_instruments_t *instruments = NULL;
    (void)plugin;
    services->parameter(services->host, LENGTH, &length);
    services->instruments(services->host, &instruments);
    if (instruments == NULL || instruments->count == 0)
        return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER, "no instrument was given");
    self_t *self = calloc(1, sizeof *self);
    if (self == NULL) return rialto_refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    self->length = length.integer;
    for (uint32_t i = 0; i < instruments->count; i++)
        if (instruments->instrument[i] >= self->count)
            self->count = instruments->instrument[i] + 1;
    self->tracks = calloc(self->count, sizeof *self->tracks);
    if (self->tracks == NULL) {
        free(self);
        return rialto_refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    }
    prepare(self, instruments);
    out_needs->flags = RIALTO_NEEDS_OPEN_LOOP;
    out_needs->need_count = 1;
    out_needs->needs = &need;
    rialto_strategy_t *table = out_table;
    table->self = self;
    table->on_batch = on_batch;
    table->destroy = destroy;
    return RIALTO_OK;
}

static const rialto_plugin_t plugin = {
    .struct_size = sizeof(rialto_plugin_t),
    .kind = RIALTO_PLUGIN_STRATEGY,
    .id = TEXT("{{id}}"),
    .version = TEXT("0.1.0"),
    .name = TEXT("{{name}}"),
    .summary = TEXT("Long after some rises in a row, flat after a fall."),
    .author = TEXT("Unknown"),
    .license = TEXT("Apache-2.0"),
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof parameters[0],
    .create = create,
};

RIALTO_ONE_PLUGIN(plugin)
