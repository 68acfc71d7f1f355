// Drives every plugin of a library with each struct and each column at the end of a page behind
// which nothing can be touched: who reads or writes behind a struct_size, or past a column, dies.
// usage: guarded LIBRARY EXTRA
//        EXTRA: bytes by which this host's structs are longer than those of ABI 0.1; of 8
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "rialto/rialto.h"

#define PAGE 4096u
#define ROWS 700u // Of a batch; a column of int64 takes more than a page
#define BATCHES 4u
#define ITEMS 1024u

static uint32_t extra;
static uint64_t digest = 0xCBF29CE484222325u;
static uint64_t answers;

static void stop(const char *what) {
    printf("guarded: %s\n", what);
    exit(1);
}

static void hear(uint64_t word) {
    digest = (digest ^ word) * 0x100000001B3u;
    digest ^= digest >> 29;
}

// `size` bytes, all zero, that end where a page does. What a later host adds is not zero.
static void *guarded(size_t size) {
    const size_t room = (size + PAGE - 1) / PAGE * PAGE;
    char *pages = mmap(NULL, room + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + PAGE, room, PROT_READ | PROT_WRITE) != 0)
        stop("no memory");
    return pages + PAGE + room - size;
}

// A struct of the contract with its size set, as a host with `extra` more bytes has it.
static void *structure(size_t size) {
    char *place = guarded(size + extra);
    memset(place + size, 0xA5, extra);
    *(uint32_t *)(void *)place = (uint32_t)size + extra;
    return place;
}

#define NEW(type) ((type *)structure(sizeof(type)))

static rialto_text_t text(const char *words) {
    const size_t size = strlen(words);
    return (rialto_text_t){memcpy(guarded(size), words, size), size};
}

// Columns of one value, or of ROWS.
static int64_t *wide(uint32_t count, int64_t value) {
    int64_t *column = guarded(count * sizeof *column);
    for (uint32_t i = 0; i < count; i++) column[i] = value;
    return column;
}

static uint32_t *narrow(uint32_t count, uint32_t value) {
    uint32_t *column = guarded(count * sizeof *column);
    for (uint32_t i = 0; i < count; i++) column[i] = value;
    return column;
}

static uint8_t *bytes(uint32_t count, uint8_t value) {
    return memset(guarded(count), value, count);
}

// The host's side of an instance.
static const rialto_plugin_t *asked; // The plugin whose parameters are read
static rialto_instruments_t *market;
static uint64_t seed;

static void log_line(void *host, uint32_t level, rialto_text_t line) {
    (void)host;
    hear(level);
    for (uint64_t i = 0; i < line.size; i++) hear((uint8_t)line.data[i]);
}

static rialto_result random_number(void *host, uint64_t *out_value) {
    (void)host;
    *out_value = seed += 0x9E3779B97F4A7C15u;
    return RIALTO_OK;
}

static const rialto_parameter_t *parameter_at(uint32_t index) {
    const char *first = (const char *)asked->parameters;
    return (const rialto_parameter_t *)(const void *)(first
                                                      + index * asked->parameters[0].struct_size);
}

static rialto_result parameter(void *host, uint32_t id, rialto_value_t *out_value) {
    (void)host;
    for (uint32_t i = 0; i < asked->parameter_count; i++) {
        const rialto_parameter_t *each = parameter_at(i);
        if (each->id != id) continue;
        const int is_required = (each->flags & RIALTO_PARAMETER_REQUIRED) != 0;
        *out_value = is_required ? each->lowest : each->initial;
        return RIALTO_OK;
    }
    return RIALTO_NOT_FOUND;
}

static rialto_result instruments(void *host, const rialto_instruments_t **out_instruments) {
    (void)host;
    *out_instruments = market;
    return RIALTO_OK;
}

static rialto_result nothing(void *host, rialto_text_t name, rialto_text_t *out) {
    (void)host, (void)name, (void)out;
    return RIALTO_NOT_FOUND;
}

static const void *get_extension(void *host, rialto_text_t id) {
    (void)host, (void)id;
    return NULL;
}

static rialto_instruments_t *make_market(uint32_t count) {
    rialto_instruments_t *all = NEW(rialto_instruments_t);
    rialto_text_t *names = guarded(count * sizeof *names);
    rialto_text_t *venues = guarded(count * sizeof *venues);
    rialto_text_t *currencies = guarded(count * sizeof *currencies);
    uint32_t *index = narrow(count, 0);
    for (uint32_t i = 0; i < count; i++) {
        index[i] = i;
        names[i] = text(i == 0 ? "BTC/USD" : "ETH/USD");
        venues[i] = text(i == 0 ? "one" : "two");
        currencies[i] = text("USD");
    }
    all->count = count;
    all->time_ns = wide(count, 0), all->instrument = index, all->revision = narrow(count, 0);
    all->name = names, all->venue = venues, all->currency = currencies;
    all->kind = bytes(count, RIALTO_SPOT), all->price_decimals = bytes(count, 2);
    all->quantity_decimals = bytes(count, 3), all->price_step = wide(count, 1);
    all->quantity_step = wide(count, 1), all->multiplier = wide(count, 1);
    all->expiry_ns = wide(count, 0);
    return all;
}

static int64_t walk(int64_t *price) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    *price += (int64_t)(seed >> 33) % 401 - 200;
    return *price = *price < 5000 ? 5000 : *price;
}

// A batch of one kind.
static rialto_batch_t *make_batch(uint32_t kind, uint32_t number, int64_t interval) {
    rialto_batch_t *batch = NEW(rialto_batch_t);
    int64_t *times = wide(ROWS, 0), *first = wide(ROWS, 0), *second = wide(ROWS, 0);
    int64_t price = 20000;
    for (uint32_t row = 0; row < ROWS; row++) {
        times[row] = (int64_t)(number * ROWS + row + 1) * interval;
        first[row] = walk(&price);
        second[row] = first[row] + 3;
    }
    batch->count = ROWS;
    batch->single_kind = kind;
    if (kind == RIALTO_KIND_BARS) {
        rialto_bars_t *bars = NEW(rialto_bars_t);
        bars->count = ROWS;
        bars->time_ns = times, bars->open_time_ns = times, bars->close_time_ns = times;
        bars->instrument = narrow(ROWS, 0), bars->interval_ns = wide(ROWS, interval);
        bars->open = first, bars->high = second, bars->low = first, bars->close = first;
        bars->volume = wide(ROWS, 500), bars->final = bytes(ROWS, 1);
        batch->bars = bars;
    } else if (kind == RIALTO_KIND_QUOTES) {
        rialto_quotes_t *quotes = NEW(rialto_quotes_t);
        quotes->count = ROWS;
        quotes->time_ns = times, quotes->venue_time_ns = times;
        quotes->instrument = narrow(ROWS, 0);
        quotes->bid_price = first, quotes->bid_quantity = wide(ROWS, 5000);
        quotes->ask_price = second, quotes->ask_quantity = wide(ROWS, 5000);
        batch->quotes = quotes;
    } else {
        rialto_trades_t *trades = NEW(rialto_trades_t);
        trades->count = ROWS;
        trades->time_ns = times, trades->venue_time_ns = times;
        trades->instrument = narrow(ROWS, 0), trades->price = first;
        trades->quantity = wide(ROWS, 100), trades->taker_side = bytes(ROWS, RIALTO_BUY);
        batch->trades = trades;
    }
    return batch;
}

// The one kind of market data that an instance is given here; 0 when it needs none of these.
static uint32_t kind_of(const rialto_needs_t *needs) {
    const char *place = (const char *)needs->needs;
    for (uint32_t i = 0; i < needs->need_count; i++) {
        const rialto_need_t *need =
            (const rialto_need_t *)(const void *)(place + i * needs->needs[0].struct_size);
        if (need->kind == RIALTO_KIND_BARS || need->kind == RIALTO_KIND_QUOTES
            || need->kind == RIALTO_KIND_TRADES)
            return need->kind;
    }
    return 0;
}

static void hear_intents(const rialto_intents_t *intents) {
    for (uint32_t i = 0; i < intents->count; i++, answers++) {
        const rialto_intent_t *intent = (const rialto_intent_t *)(const void *)(
            (const char *)intents->items + (size_t)i * intents->item_size);
        if (intent->struct_size < sizeof *intent || intent->struct_size > intents->item_size)
            stop("an intent has another size");
        hear(intent->row), hear(intent->kind), hear(intent->instrument);
        hear((uint64_t)intent->quantity), hear((uint64_t)intent->price);
    }
}

static void drive_strategy(rialto_strategy_t *table, uint32_t kind, uint32_t number) {
    rialto_batch_t *batch = make_batch(kind, number, 60000000000);
    rialto_intents_t *intents = NEW(rialto_intents_t);
    uint32_t *consumed = narrow(1, 0);
    intents->item_size = sizeof(rialto_intent_t) + extra;
    intents->capacity = ITEMS;
    intents->items = guarded((size_t)ITEMS * intents->item_size);
    intents->text = guarded(1000);
    intents->text_capacity = 1000;
    hear((uint64_t)table->on_batch(table->self, batch, intents, consumed));
    hear(*consumed);
    hear_intents(intents);
}

static void drive_model(rialto_model_t *table, uint32_t kind, uint32_t number) {
    rialto_batch_t *batch = make_batch(kind, number, 60000000000);
    rialto_forecasts_out_t *out = NEW(rialto_forecasts_out_t);
    uint32_t *consumed = narrow(1, 0);
    out->item_size = sizeof(rialto_forecast_t) + extra;
    out->capacity = ITEMS;
    out->items = guarded((size_t)ITEMS * out->item_size);
    hear((uint64_t)table->on_batch(table->self, batch, out, consumed));
    hear(*consumed);
    for (uint32_t i = 0; i < out->count; i++, answers++) {
        const rialto_forecast_t *forecast = (const rialto_forecast_t *)(const void *)(
            (const char *)out->items + (size_t)i * out->item_size);
        if (forecast->struct_size < sizeof *forecast || forecast->struct_size > out->item_size)
            stop("a forecast has another size");
        uint64_t value;
        memcpy(&value, &forecast->value, sizeof value);
        hear(forecast->row), hear(forecast->kind);
        hear((uint64_t)forecast->horizon_ns), hear(value);
    }
}

// What an instance saves goes through these, in small pieces.
static char saved[1 << 20];
static uint64_t saved_size, read_size;

static rialto_result write_piece(void *host, const void *from, uint64_t size, uint64_t *out) {
    (void)host;
    *out = size < 13 ? size : 13;
    if (saved_size + *out > sizeof saved) return RIALTO_ERROR_MEMORY;
    memcpy(saved + saved_size, from, *out);
    saved_size += *out;
    return RIALTO_OK;
}

static rialto_result read_piece(void *host, void *to, uint64_t size, uint64_t *out) {
    (void)host;
    const uint64_t left = saved_size - read_size;
    if (left == 0) return RIALTO_END;
    *out = size < 7 ? size : 7;
    if (*out > left) *out = left;
    memcpy(to, saved + read_size, *out);
    read_size += *out;
    return RIALTO_OK;
}

// Saves an instance into memory and loads it back into the same.
static void save_and_load(void *self, rialto_result (*save)(void *, rialto_state_writer_t *),
                          rialto_result (*load)(void *, const rialto_state_reader_t *)) {
    if (save == NULL || load == NULL) return;
    rialto_state_writer_t *writer = NEW(rialto_state_writer_t);
    rialto_state_reader_t *reader = NEW(rialto_state_reader_t);
    saved_size = read_size = 0;
    writer->write = write_piece;
    const rialto_result result = save(self, writer);
    if (result == RIALTO_ERROR_UNSUPPORTED) return; // It keeps none
    if (result != RIALTO_OK) stop("it cannot be saved");
    reader->schema = writer->schema;
    reader->read = read_piece;
    if (load(self, reader) != RIALTO_OK) stop("it cannot be loaded");
    hear(saved_size);
}

static rialto_services_t *make_services(void) {
    rialto_services_t *services = NEW(rialto_services_t);
    services->log = log_line, services->random = random_number, services->parameter = parameter;
    services->instruments = instruments, services->get_value = nothing;
    services->resource = nothing, services->get_extension = get_extension;
    return services;
}

static int is_asking(const rialto_plugin_t *plugin) {
    const char *place = (const char *)plugin->parameters;
    for (uint32_t i = 0; i < plugin->parameter_count; i++) {
        if (((const rialto_parameter_t *)(const void *)place)->flags & RIALTO_PARAMETER_REQUIRED)
            return 1;
        place += plugin->parameters[0].struct_size;
    }
    return 0;
}

static void drive(const rialto_plugin_t *plugin) {
    rialto_needs_t *needs = NEW(rialto_needs_t);
    rialto_error_t *error = NEW(rialto_error_t);
    const int is_model = plugin->kind == RIALTO_PLUGIN_MODEL;
    const size_t size = is_model ? sizeof(rialto_model_t) : sizeof(rialto_strategy_t);
    void *table = guarded(size + extra);
    rialto_result result = RIALTO_ERROR;
    asked = plugin;
    // Some trade one instrument, some two.
    for (uint32_t count = 1; count <= 2 && result != RIALTO_OK; count++) {
        market = make_market(count);
        memset(table, 0, size + extra);
        *(uint32_t *)table = (uint32_t)size + extra;
        result = plugin->create(plugin, make_services(), table, needs, error);
    }
    // What asks for more than its defaults may refuse: nothing was written where it may not be.
    if (result != RIALTO_OK && is_asking(plugin)) return;
    if (result != RIALTO_OK) stop(error->text);
    const uint32_t kind = kind_of(needs);
    for (uint32_t number = 0; number < BATCHES && kind != 0; number++) {
        if (is_model) drive_model(table, kind, number);
        else drive_strategy(table, kind, number);
        rialto_strategy_t *as_strategy = table;
        rialto_model_t *as_model = table;
        if (is_model) save_and_load(as_model->self, as_model->save, as_model->load);
        else save_and_load(as_strategy->self, as_strategy->save, as_strategy->load);
    }
    if (is_model) ((rialto_model_t *)table)->destroy(((rialto_model_t *)table)->self);
    else ((rialto_strategy_t *)table)->destroy(((rialto_strategy_t *)table)->self);
}

int main(int count, char **arguments) {
    if (count != 3) stop("usage: guarded LIBRARY EXTRA");
    extra = (uint32_t)strtoul(arguments[2], NULL, 10);
    void *handle = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) stop(dlerror());
    void *symbol = dlsym(handle, "rialto_plugin_entry");
    rialto_result (*entry)(const rialto_host_t *, const rialto_library_t **, rialto_error_t *);
    if (symbol == NULL) stop("there is no entry");
    memcpy(&entry, &symbol, sizeof entry);
    rialto_host_t *host = NEW(rialto_host_t);
    rialto_error_t *error = NEW(rialto_error_t);
    const rialto_library_t **library = guarded(sizeof *library);
    host->abi_minor = RIALTO_ABI_MINOR + (extra != 0);
    host->name = text("Rialto");
    host->version = text("0.1.0");
    // Another major first: it is refused, and nothing is written past the error.
    host->abi_major_min = host->abi_major_max = 77;
    if (entry(host, library, error) != RIALTO_ERROR_ABI || *library != NULL)
        stop("another major was not refused");
    host->abi_major_min = host->abi_major_max = RIALTO_ABI_MAJOR;
    if (entry(host, library, error) != RIALTO_OK) stop(error->text);
    for (uint32_t i = 0; i < (*library)->plugin_count; i++)
        if ((*library)->plugins[i]->kind != RIALTO_PLUGIN_EXCHANGE) drive((*library)->plugins[i]);
    printf("%llu answers %016llx\n", (unsigned long long)answers, (unsigned long long)digest);
    return 0;
}
