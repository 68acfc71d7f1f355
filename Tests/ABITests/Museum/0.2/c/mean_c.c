// org.rialto.mean-c: expects the last move to go on, and publishes the mean of two closes.
#include <stdlib.h>

#include "rialto/one_plugin.h"
#include "rialto/publishing.h"
#include "rialto/rialto.h"

RIALTO_WRITE_NOTE("org.rialto.mean-c", "0.1.0", "c", __VERSION__);

#define TEXT(literal) {literal, sizeof(literal) - 1}
#define TIME(value) {sizeof(rialto_value_t), RIALTO_VALUE_DURATION, 0, value, 0, {0, 0}}

enum { HORIZON = 1 };

static const rialto_parameter_t parameters[] = {
    {sizeof(rialto_parameter_t), HORIZON, RIALTO_VALUE_DURATION, 0, 0, TEXT("horizon"), TEXT(""),
     TEXT("Time until the outcome of a forecast"), TEXT(""), TIME(1000000000),
     TIME(31536000000000000), TIME(1), TIME(3600000000000)},
};

typedef struct self {
    int64_t horizon_ns;
    uint32_t count;
    uint32_t mean; // Number of the series
    int64_t *closes; // By index of the instrument; 0 before its first bar
} self_t;

static const rialto_need_t need = {sizeof(rialto_need_t), RIALTO_KIND_BARS, RIALTO_NONE, 0, 0};

static rialto_result say(rialto_forecasts_out_t *out, uint32_t row, uint32_t instrument,
                         double probability, int64_t horizon_ns) {
    if (out->count == out->capacity) return RIALTO_ERROR_MEMORY;
    char *place = (char *)out->items + (size_t)out->count++ * out->item_size;
    rialto_forecast_t *forecast = (rialto_forecast_t *)place;
    forecast->struct_size = sizeof *forecast;
    forecast->row = row;
    forecast->instrument = instrument;
    forecast->kind = RIALTO_FORECAST_PROBABILITY_UP;
    forecast->horizon_ns = horizon_ns;
    forecast->confidence = 1;
    forecast->value = probability;
    return RIALTO_OK;
}

// Reads on to the end, unless its output is nearly full.
// [data]
static rialto_result on_batch(void *instance, const rialto_batch_t *batch,
                              rialto_forecasts_out_t *out, uint32_t *out_consumed) {
    self_t *self = instance;
    const rialto_bars_t *bars = batch->bars;
    if (batch->single_kind != RIALTO_KIND_BARS || bars == NULL) return RIALTO_ERROR_UNSUPPORTED;
    uint32_t row = 0;
    for (; row < batch->count; row++) {
        const int is_new_group = row > 0 && bars->time_ns[row] != bars->time_ns[row - 1];
        if (is_new_group && out->count + 2 * self->count > out->capacity) break;
        const uint32_t instrument = bars->instrument[row];
        const int64_t before = self->closes[instrument], close = bars->close[row];
        self->closes[instrument] = close;
        if (before != 0
            && !rialto_publish(out, row, self->mean, instrument,
                               (double)(close + before) / 2))
            return RIALTO_ERROR_MEMORY;
        if (before == 0 || close == before || (batch->flags & RIALTO_BATCH_WARM_UP)) continue;
        const double probability = close > before ? 0.52 : 0.48;
        const rialto_result result = say(out, row, instrument, probability, self->horizon_ns);
        if (result != RIALTO_OK) return result;
    }
    *out_consumed = row;
    return RIALTO_OK;
}

// [control]
static void destroy(void *instance) {
    self_t *self = instance;
    free(self->closes);
    free(self);
}

// [control]
static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs,
                            rialto_error_t *out_error) {
    rialto_value_t horizon = {0};
    const rialto_instruments_t *instruments = NULL;
    (void)plugin;
    services->parameter(services->host, HORIZON, &horizon);
    services->instruments(services->host, &instruments);
    if (instruments == NULL || instruments->count == 0)
        return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER, "no instrument was given");
    self_t *self = calloc(1, sizeof *self);
    if (self == NULL) return rialto_refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    self->horizon_ns = horizon.integer;
    if (rialto_publishes(services, "mean/2", &self->mean) != RIALTO_OK) {
        free(self);
        return rialto_refuse(out_error, RIALTO_ERROR_UNSUPPORTED, "the host has no series");
    }
    for (uint32_t i = 0; i < instruments->count; i++)
        if (instruments->instrument[i] >= self->count)
            self->count = instruments->instrument[i] + 1;
    self->closes = calloc(self->count, sizeof *self->closes);
    if (self->closes == NULL) {
        free(self);
        return rialto_refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    }
    out_needs->need_count = 1;
    out_needs->needs = &need;
    rialto_model_t *table = out_table;
    table->self = self;
    table->on_batch = on_batch;
    table->destroy = destroy;
    return RIALTO_OK;
}

static const rialto_plugin_t plugin = {
    .struct_size = sizeof(rialto_plugin_t),
    .kind = RIALTO_PLUGIN_MODEL,
    .id = TEXT("org.rialto.mean-c"),
    .version = TEXT("0.1.0"),
    .name = TEXT("mean-c"),
    .summary = TEXT("Expects the last move to go on; publishes means."),
    .author = TEXT("Unknown"),
    .license = TEXT("Apache-2.0"),
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof parameters[0],
    .create = create,
};

RIALTO_ONE_PLUGIN(plugin)
