// Rialto plugin contract: numbers that a model publishes under a name, and whoever reads them.
//
// A model says at `create` under which names it publishes; models and strategies say then which
// names they read. The host refuses a run with a name that nobody or more than one publishes, or
// whose models wait for each other in a circle. What is published at a row is read at that row's
// time, after the market events and forecasts of that time, however batches are cut.
#ifndef RIALTO_SERIES_H
#define RIALTO_SERIES_H

#include "base.h"

// The id for rialto_services_t.get_extension. Since 0.2.
#define RIALTO_SERIES_EXTENSION "rialto.series/1"

#define RIALTO_SERIES_NAME_MAX 64u // Bytes of a name: UTF-8 without control characters
#define RIALTO_SERIES_MAX 256u     // Names that one instance publishes, and that it reads

// What get_extension answers. Call it during `create` only, with the `host` of the services.
typedef struct rialto_series_services {
    uint32_t struct_size; // Set by the host
    uint32_t reserved;    // 0

    // Says that this model publishes under `name`. `out_series` is the number for
    // rialto_forecast_t.series; the same name gives the same number.
    // RIALTO_ERROR_ARGUMENT when it is no name, RIALTO_ERROR_MEMORY beyond RIALTO_SERIES_MAX,
    // RIALTO_ERROR_UNSUPPORTED when this is no model.
    // [control]
    rialto_result (*publish)(void *host, rialto_text_t name, uint32_t *out_series);

    // Asks for what is published under `name`, of the instruments that this instance may use.
    // `out_series` is the number in rialto_series_t.series. Results as of `publish`.
    // [control]
    rialto_result (*read)(void *host, rialto_text_t name, uint32_t *out_series);
} rialto_series_services_t;

// Published numbers as events: RIALTO_KIND_SERIES. Within one time they come in the order of the
// models in the run, each model's as it wrote them. The rules of market.h hold.
typedef struct rialto_series {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;     // Of the row that was answered
    const uint32_t *series;     // As `read` gave it
    const uint32_t *instrument;
    const double *value;        // Finite
} rialto_series_t;

#endif
