// Rialto plugin contract: forecasts, as a model writes them and as a strategy reads them.
#ifndef RIALTO_FORECASTS_H
#define RIALTO_FORECASTS_H

#include "base.h"

// value: probability 0...1 that the price is higher at the horizon
#define RIALTO_FORECAST_PROBABILITY_UP 1u
// value, deviation: of the return over the horizon, as fractions
#define RIALTO_FORECAST_MEAN_DEVIATION 2u
// quantile_level, quantile_value: of the return, levels rising
#define RIALTO_FORECAST_QUANTILES 3u
#define RIALTO_FORECAST_TARGET 4u // value: wanted position -1...1 of the capital
// value: a finite number of any meaning, published under the name of `series`: no opinion, so
// horizon and confidence are 0. Warm-up rows are answered too. See series.h.
#define RIALTO_FORECAST_SERIES 5u

#define RIALTO_QUANTILES_MAX 8u

// One opinion of a model. Written by the plugin into rialto_forecasts_out_t.
typedef struct rialto_forecast {
    uint32_t struct_size;   // Set by the plugin
    uint32_t row;           // Entry of the batch's order column that it answers
    uint32_t instrument;
    uint8_t kind;           // RIALTO_FORECAST_...
    uint8_t quantile_count; // 0...RIALTO_QUANTILES_MAX
    uint16_t reserved;      // 0
    int64_t horizon_ns;     // > 0 but of SERIES; outcome known at the row's time + horizon_ns
    int64_t valid_ns;       // Stale this long after the row's time; 0 means horizon_ns
    double confidence;      // 0...1; 0 is asleep
    double value;
    double deviation;       // >= 0
    double quantile_level[RIALTO_QUANTILES_MAX];
    double quantile_value[RIALTO_QUANTILES_MAX];
    uint32_t series;        // Of SERIES: as `publish` gave it. Since 0.2
    uint32_t reserved_series; // 0
} rialto_forecast_t;

// Where a model writes. Allocated by the host; the plugin writes items[0] ... and `count`.
typedef struct rialto_forecasts_out {
    uint32_t struct_size; // Set by the host
    uint32_t item_size;   // Set by the host: bytes from one item to the next
    uint32_t capacity;    // Set by the host, in items
    uint32_t count;       // 0 before the call; set by the plugin
    void *items;          // rialto_forecast_t at every item_size bytes, all zero before the call
} rialto_forecasts_out_t;

// Forecasts as events, for strategies. The rules of market.h hold.
typedef struct rialto_forecast_events {
    uint32_t struct_size; // Set by the host
    uint32_t count;
    const int64_t *time_ns;       // When it was issued
    const uint32_t *model;        // Index of the model in the run; RIALTO_NONE is the ensemble
    const uint32_t *instrument;
    const uint8_t *kind;          // RIALTO_FORECAST_...
    const int64_t *horizon_ns;
    const int64_t *valid_until_ns;
    const double *confidence;
    const double *value;
    const double *deviation;
    const double *weight;         // The model's weight then, 0...1; 1 for the ensemble
} rialto_forecast_events_t;

#endif
