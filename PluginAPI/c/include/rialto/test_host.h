// A host for tests in C and C++: makes one plugin through its C table, hands it events, keeps its
// intents or forecasts, and holds it to the contract as the real host does. Needs nothing else.
//
//     rialto_test_host_t *host = rialto_test_open();
//     rialto_test_instrument(host, "BTC/USD", 2, 8);
//     rialto_test_integer(host, "fast", 2);
//     rialto_test_create(host, rialto_plugin_entry, "org.example.mine");
//     rialto_test_bar(host, 0, time_ns, 100, 110, 90, 105, 7);
//     rialto_test_run(host, RIALTO_BATCH_MAX, 0);
//     host->intents[0].quantity ...
//     rialto_test_close(host);
#ifndef RIALTO_TEST_HOST_H
#define RIALTO_TEST_HOST_H

#include <stdlib.h>

#include "rialto/test_events.h"
#include "rialto/test_tally.h"

#define RIALTO_TEST_INSTRUMENTS_MAX 16u
#define RIALTO_TEST_PARAMETERS_MAX 32u
#define RIALTO_TEST_LOG_MAX 4096u
#define RIALTO_TEST_SERIES_MAX 16u // Names of series that an instance publishes, and that it reads
#define RIALTO_TEST_TEXT_MAX 65536u
#define RIALTO_TEST_ITEM_BYTES 256u // Above the size of any item: plugins must honour item_size

typedef rialto_result (*rialto_test_entry)(const rialto_host_t *, const rialto_library_t **,
                                           rialto_error_t *);

// Everything of one instance under test. Make it with rialto_test_open.
typedef struct rialto_test_host {
    const rialto_plugin_t *plugin;
    rialto_strategy_t strategy; // A strategy's table, or a model's, which begins alike
    rialto_model_t model;
    rialto_needs_t needs;
    rialto_error_t error;       // Of create
    char failure[256];          // Why the instance ended; empty while it runs
    char log[RIALTO_TEST_LOG_MAX]; // Lines that it logged through the services
    rialto_intent_t *intents;   // All so far; text_offset and key_offset point into `text`
    int64_t *intent_time_ns;    // Time of the event that each answers
    uint32_t intent_count;
    char text[RIALTO_TEST_TEXT_MAX];
    uint32_t text_count;
    rialto_forecast_t *forecasts;
    int64_t *forecast_time_ns;
    uint32_t forecast_count;
    uint32_t calls;             // Of on_batch so far
    char published[RIALTO_TEST_SERIES_MAX][RIALTO_SERIES_NAME_MAX + 1]; // By its own numbers
    char read[RIALTO_TEST_SERIES_MAX][RIALTO_SERIES_NAME_MAX + 1];
    uint32_t published_count, read_count;
    uint32_t capacity;          // Items that one call may write, 1...RIALTO_BATCH_MAX
    uint64_t seed;
    // Its own:
    rialto_services_t services;
    rialto_instruments_t instruments;
    int64_t zeros[RIALTO_TEST_INSTRUMENTS_MAX], ones[RIALTO_TEST_INSTRUMENTS_MAX];
    uint32_t indices[RIALTO_TEST_INSTRUMENTS_MAX], revisions[RIALTO_TEST_INSTRUMENTS_MAX];
    rialto_text_t names[RIALTO_TEST_INSTRUMENTS_MAX], venues[RIALTO_TEST_INSTRUMENTS_MAX];
    rialto_text_t currencies[RIALTO_TEST_INSTRUMENTS_MAX];
    uint8_t kinds[RIALTO_TEST_INSTRUMENTS_MAX];
    uint8_t price_decimals[RIALTO_TEST_INSTRUMENTS_MAX];
    uint8_t quantity_decimals[RIALTO_TEST_INSTRUMENTS_MAX];
    const char *given_name[RIALTO_TEST_PARAMETERS_MAX];
    rialto_value_t given[RIALTO_TEST_PARAMETERS_MAX];
    uint32_t given_count;
    rialto_test_event_t *events; // Not yet handed over
    uint32_t event_count, event_room;
    uint32_t intent_room, forecast_room;
    rialto_test_batch_t *batch;
    void *items;
    char scratch[RIALTO_TEST_TEXT_MAX];
} rialto_test_host_t;

static inline rialto_text_t rialto_test_text(const char *text) {
    const rialto_text_t result = {text, strlen(text)};
    return result;
}

static inline const rialto_parameter_t *rialto_test_parameter(const rialto_plugin_t *plugin,
                                                              uint32_t index) {
    const char *first = (const char *)plugin->parameters;
    return (const rialto_parameter_t *)(first + (size_t)index * plugin->parameters->struct_size);
}

static inline void rialto_test_service_log(void *context, uint32_t level, rialto_text_t text) {
    rialto_test_host_t *host = (rialto_test_host_t *)context;
    const size_t used = strlen(host->log);
    snprintf(host->log + used, sizeof host->log - used, "%u %.*s\n", level, (int)text.size,
             text.data);
}

static inline rialto_result rialto_test_service_random(void *context, uint64_t *out_value) {
    rialto_test_host_t *host = (rialto_test_host_t *)context;
    host->seed = host->seed * 6364136223846793005u + 1442695040888963407u;
    *out_value = host->seed;
    return RIALTO_OK;
}

static inline rialto_result rialto_test_service_parameter(void *context, uint32_t id,
                                                          rialto_value_t *out_value) {
    rialto_test_host_t *host = (rialto_test_host_t *)context;
    for (uint32_t i = 0; i < host->plugin->parameter_count; i++) {
        const rialto_parameter_t *p = rialto_test_parameter(host->plugin, i);
        if (p->id != id) continue;
        *out_value = p->initial;
        for (uint32_t g = 0; g < host->given_count; g++)
            if (strlen(host->given_name[g]) == p->name.size
                && memcmp(host->given_name[g], p->name.data, p->name.size) == 0)
                *out_value = host->given[g];
        out_value->type = p->type;
        return RIALTO_OK;
    }
    return RIALTO_NOT_FOUND;
}

static inline rialto_result rialto_test_service_instruments(void *context,
                                                            const rialto_instruments_t **out) {
    *out = &((rialto_test_host_t *)context)->instruments;
    return RIALTO_OK;
}

static inline rialto_result rialto_test_service_text(void *context, rialto_text_t key,
                                                     rialto_text_t *out_value) {
    (void)context, (void)key, (void)out_value;
    return RIALTO_NOT_FOUND;
}

// Numbers a name of a series in a list; does not look whether it is text.
static inline rialto_result rialto_test_number_series(
    char (*list)[RIALTO_SERIES_NAME_MAX + 1], uint32_t *count, rialto_text_t name,
    uint32_t *out_series) {
    if (out_series == NULL || name.size < 1 || name.size > RIALTO_SERIES_NAME_MAX)
        return RIALTO_ERROR_ARGUMENT;
    for (uint32_t i = 0; i < *count; i++) {
        if (strlen(list[i]) != name.size || memcmp(list[i], name.data, name.size) != 0) continue;
        *out_series = i;
        return RIALTO_OK;
    }
    if (*count == RIALTO_TEST_SERIES_MAX) return RIALTO_ERROR_MEMORY;
    memcpy(list[*count], name.data, name.size);
    list[*count][name.size] = 0;
    *out_series = (*count)++;
    return RIALTO_OK;
}

static inline rialto_result rialto_test_service_publish(void *context, rialto_text_t name,
                                                        uint32_t *out_series) {
    rialto_test_host_t *host = (rialto_test_host_t *)context;
    if (host->plugin->kind != RIALTO_PLUGIN_MODEL) return RIALTO_ERROR_UNSUPPORTED;
    return rialto_test_number_series(host->published, &host->published_count, name, out_series);
}

static inline rialto_result rialto_test_service_read(void *context, rialto_text_t name,
                                                     uint32_t *out_series) {
    rialto_test_host_t *host = (rialto_test_host_t *)context;
    return rialto_test_number_series(host->read, &host->read_count, name, out_series);
}

static inline const void *rialto_test_service_extension(void *context, rialto_text_t id) {
    static const rialto_series_services_t series = {
        sizeof(rialto_series_services_t), 0, rialto_test_service_publish,
        rialto_test_service_read};
    static const char known[] = RIALTO_SERIES_EXTENSION;
    (void)context;
    return id.size == sizeof known - 1 && memcmp(id.data, known, id.size) == 0 ? &series : NULL;
}

static inline void rialto_test_point_instruments(rialto_test_host_t *host) {
    rialto_instruments_t *c = &host->instruments;
    c->struct_size = sizeof *c;
    c->time_ns = host->zeros;
    c->instrument = host->indices;
    c->revision = host->revisions;
    c->name = host->names;
    c->venue = host->venues;
    c->currency = host->currencies;
    c->kind = host->kinds;
    c->price_decimals = host->price_decimals;
    c->quantity_decimals = host->quantity_decimals;
    c->price_step = host->ones;
    c->quantity_step = host->ones;
    c->multiplier = host->ones;
    c->expiry_ns = host->zeros;
}

// A new host, without instruments. Free it with rialto_test_close; null when out of memory.
static inline rialto_test_host_t *rialto_test_open(void) {
    rialto_test_host_t *host = (rialto_test_host_t *)calloc(1, sizeof(rialto_test_host_t));
    if (host == NULL) return NULL;
    host->batch = (rialto_test_batch_t *)calloc(1, sizeof(rialto_test_batch_t));
    host->items = calloc(RIALTO_BATCH_MAX, RIALTO_TEST_ITEM_BYTES);
    host->capacity = 1024;
    host->seed = 1;
    const rialto_services_t services = {
        sizeof(rialto_services_t),        0,
        host,                             rialto_test_service_log,
        rialto_test_service_random,       rialto_test_service_parameter,
        rialto_test_service_instruments,  rialto_test_service_text,
        rialto_test_service_text,         rialto_test_service_extension};
    host->services = services;
    rialto_test_point_instruments(host);
    return host;
}

// Adds an instrument with steps of one unit and returns its index. `name` must outlive the host.
static inline uint32_t rialto_test_instrument(rialto_test_host_t *host, const char *name,
                                              uint8_t price_decimals, uint8_t quantity_decimals) {
    const uint32_t index = host->instruments.count;
    if (index == RIALTO_TEST_INSTRUMENTS_MAX) return RIALTO_NONE;
    host->instruments.count++;
    host->indices[index] = index;
    host->names[index] = rialto_test_text(name);
    host->venues[index] = rialto_test_text("test");
    host->currencies[index] = rialto_test_text("USD");
    host->kinds[index] = RIALTO_SPOT;
    host->price_decimals[index] = price_decimals;
    host->quantity_decimals[index] = quantity_decimals;
    host->ones[index] = 1;
    return index;
}

static inline void rialto_test_give(rialto_test_host_t *host, const char *name, int64_t integer,
                                    uint16_t decimals, double number, rialto_text_t text) {
    if (host->given_count == RIALTO_TEST_PARAMETERS_MAX) return;
    const rialto_value_t value = {sizeof(rialto_value_t), 0, decimals, integer, number, text};
    host->given_name[host->given_count] = name;
    host->given[host->given_count++] = value;
}

// Gives an integer, boolean or duration (nanoseconds) before create.
static inline void rialto_test_integer(rialto_test_host_t *host, const char *name, int64_t value) {
    rialto_test_give(host, name, value, 0, 0, rialto_test_text(""));
}

// Gives an exact decimal, units * 10^-decimals, before create.
static inline void rialto_test_decimal(rialto_test_host_t *host, const char *name, int64_t units,
                                       uint16_t decimals) {
    rialto_test_give(host, name, units, decimals, 0, rialto_test_text(""));
}

// Gives a number before create.
static inline void rialto_test_number(rialto_test_host_t *host, const char *name, double value) {
    rialto_test_give(host, name, 0, 0, value, rialto_test_text(""));
}

// Gives a text before create; it must outlive the host.
static inline void rialto_test_word(rialto_test_host_t *host, const char *name, const char *value) {
    rialto_test_give(host, name, 0, 0, 0, rialto_test_text(value));
}

static inline rialto_result rialto_test_fail(rialto_test_host_t *host, rialto_result code,
                                             const char *text) {
    snprintf(host->failure, sizeof host->failure, "%s (%d)", text, (int)code);
    return code;
}

// Releases the instance, not the host: what it logs then is kept.
static inline void rialto_test_destroy(rialto_test_host_t *host) {
    if (host->strategy.destroy != NULL) host->strategy.destroy(host->strategy.self);
    if (host->model.destroy != NULL) host->model.destroy(host->model.self);
    memset(&host->strategy, 0, sizeof host->strategy);
    memset(&host->model, 0, sizeof host->model);
}

static inline const rialto_plugin_t *rialto_test_find(const rialto_library_t *library,
                                                      const char *id) {
    for (uint32_t i = 0; i < library->plugin_count; i++) {
        const rialto_plugin_t *plugin = library->plugins[i];
        if (plugin->id.size == strlen(id) && memcmp(plugin->id.data, id, plugin->id.size) == 0)
            return plugin;
    }
    return NULL;
}

// Finds the plugin `id` of the library behind `entry`, for the services too.
static inline rialto_result rialto_test_enter(rialto_test_host_t *host, rialto_test_entry entry,
                                              const char *id) {
    const rialto_host_t caller = {sizeof(rialto_host_t), RIALTO_ABI_MAJOR, RIALTO_ABI_MAJOR,
                                  RIALTO_ABI_MINOR, 0, rialto_test_text("test"),
                                  rialto_test_text("0")};
    const rialto_library_t *library = NULL;
    memset(&host->error, 0, sizeof host->error);
    host->error.struct_size = sizeof host->error;
    const rialto_result result = entry(&caller, &library, &host->error);
    if (result != RIALTO_OK) return rialto_test_fail(host, result, "the entry refused");
    host->plugin = rialto_test_find(library, id);
    if (host->plugin == NULL) return rialto_test_fail(host, RIALTO_NOT_FOUND, "no such plugin");
    host->needs.struct_size = sizeof host->needs;
    return RIALTO_OK;
}

// Makes the strategy or model `id` of the library behind `entry`; rialto/test_exchange.h makes
// exchanges. The result is its own; `error` says why.
static inline rialto_result rialto_test_create(rialto_test_host_t *host, rialto_test_entry entry,
                                               const char *id) {
    rialto_result result = rialto_test_enter(host, entry, id);
    if (result != RIALTO_OK) return result;
    if (host->plugin->kind == RIALTO_PLUGIN_EXCHANGE)
        return rialto_test_fail(host, RIALTO_ERROR_UNSUPPORTED, "make it by test_exchange.h");
    host->strategy.struct_size = sizeof host->strategy;
    host->model.struct_size = sizeof host->model;
    void *table = host->plugin->kind == RIALTO_PLUGIN_MODEL ? (void *)&host->model
                                                            : (void *)&host->strategy;
    result = host->plugin->create(host->plugin, &host->services, table, &host->needs,
                                  &host->error);
    return result == RIALTO_OK ? result : rialto_test_fail(host, result, "create refused");
}

// Releases the instance and the host.
static inline void rialto_test_close(rialto_test_host_t *host) {
    rialto_test_destroy(host);
    free(host->events);
    free(host->intents);
    free(host->intent_time_ns);
    free(host->forecasts);
    free(host->forecast_time_ns);
    free(host->batch);
    free(host->items);
    free(host);
}

#include "rialto/test_run.h"

#endif
