// Rialto helpers in C and C++ for named series: asking for them in `create`, publishing numbers in
// a model's `on_batch`, and finding kind and row of an entry.
#ifndef RIALTO_PUBLISHING_H
#define RIALTO_PUBLISHING_H

#include <string.h>

#include "rialto/batch.h"
#include "rialto/services.h"

// The host's table of series; null when the host is older than 0.2.
// [control]
static inline const rialto_series_services_t *rialto_series_of(const rialto_services_t *services) {
    const rialto_text_t id = {RIALTO_SERIES_EXTENSION, sizeof(RIALTO_SERIES_EXTENSION) - 1};
    return (const rialto_series_services_t *)services->get_extension(services->host, id);
}

// Announces that this model publishes under `name`, which ends by 0: 1...RIALTO_SERIES_NAME_MAX
// bytes. RIALTO_ERROR_UNSUPPORTED when the host carries no series; else as `publish`.
// [control]
static inline rialto_result rialto_publishes(const rialto_services_t *services, const char *name,
                                             uint32_t *out_series) {
    const rialto_series_services_t *series = rialto_series_of(services);
    const rialto_text_t text = {name, strlen(name)};
    if (series == NULL) return RIALTO_ERROR_UNSUPPORTED;
    return series->publish(services->host, text, out_series);
}

// Asks for what a model publishes under `name`, as of rialto_publishes.
// [control]
static inline rialto_result rialto_reads(const rialto_services_t *services, const char *name,
                                         uint32_t *out_series) {
    const rialto_series_services_t *series = rialto_series_of(services);
    const rialto_text_t text = {name, strlen(name)};
    if (series == NULL) return RIALTO_ERROR_UNSUPPORTED;
    return series->read(services->host, text, out_series);
}

// Publishes a finite number in answer to entry `row`. Returns whether there was room.
// [data]
static inline int rialto_publish(rialto_forecasts_out_t *forecasts, uint32_t row, uint32_t series,
                                 uint32_t instrument, double value) {
    if (forecasts->count >= forecasts->capacity) return 0;
    char *place = (char *)forecasts->items + (size_t)forecasts->count++ * forecasts->item_size;
    rialto_forecast_t *item = (rialto_forecast_t *)(void *)place;
    item->struct_size = sizeof(rialto_forecast_t);
    item->kind = RIALTO_FORECAST_SERIES;
    item->row = row;
    item->instrument = instrument;
    item->value = value;
    item->series = series;
    return 1;
}

// Kind of entry `entry` of a batch, and its row in the columns of that kind.
// [any]
static inline uint32_t rialto_entry(const rialto_batch_t *batch, uint32_t entry,
                                    uint32_t *out_row) {
    *out_row = batch->order_row == NULL ? entry : batch->order_row[entry];
    return batch->order_kind == NULL ? batch->single_kind : batch->order_kind[entry];
}

#endif
