// See window.h. Everything lies behind the question itself, at RIALTO_WINDOW_FIRST.
#include "window.h"

#include <string.h>

typedef struct layout {
    rialto_creation_t creation;
    rialto_given_parameter_t parameters[3];
    rialto_instruments_t instruments;
    rialto_batch_t batch;
    rialto_bars_t bars;
    int64_t zero, one;
    uint32_t none;
    uint8_t kind, price_decimals, quantity_decimals;
    rialto_text_t name;
    char text[64];
    int64_t times[ROWS], intervals[ROWS], prices[ROWS];
    uint32_t of[ROWS];
    uint8_t final[ROWS];
} layout_t;

uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint64_t place_of(const window_t *window, const void *host_address) {
    return (uint64_t)(uintptr_t)host_address + window->shift;
}

#define AT(field) ((void *)(uintptr_t)place_of(&window, &layout->field))

static rialto_value_t value(uint16_t type, int64_t integer) {
    return (rialto_value_t){sizeof(rialto_value_t), type, 0, integer, 0, {0, 0}};
}

window_t lay_out(rialto_ask_t *ask, uint64_t worker_window) {
    layout_t *layout = (layout_t *)((char *)ask + RIALTO_WINDOW_FIRST);
    window_t window = {.ask = ask, .shift = worker_window - (uint64_t)(uintptr_t)ask};
    static const char id[] = "org.rialto.sma-cross";
    memset(layout, 0, sizeof *layout);
    memcpy(layout->text, id, sizeof id);
    const rialto_text_t text = {AT(text), sizeof id - 1};
    layout->parameters[0] = (rialto_given_parameter_t){1, 0, value(RIALTO_VALUE_INTEGER, 3)};
    layout->parameters[1] = (rialto_given_parameter_t){2, 0, value(RIALTO_VALUE_INTEGER, 8)};
    layout->parameters[2] = (rialto_given_parameter_t){3, 0, value(RIALTO_VALUE_DECIMAL, 1)};
    layout->one = 1;
    layout->name = text;
    layout->instruments = (rialto_instruments_t){
        .struct_size = sizeof(rialto_instruments_t), .count = 1, .time_ns = AT(zero),
        .instrument = AT(none), .revision = AT(none), .name = AT(name), .venue = AT(name),
        .currency = AT(name), .kind = AT(kind), .price_decimals = AT(price_decimals),
        .quantity_decimals = AT(quantity_decimals), .price_step = AT(one),
        .quantity_step = AT(one), .multiplier = AT(one), .expiry_ns = AT(zero)};
    layout->creation = (rialto_creation_t){
        .kind = RIALTO_PLUGIN_STRATEGY, .parameter_count = 3, .abi_major_min = RIALTO_ABI_MAJOR,
        .abi_major_max = RIALTO_ABI_MAJOR, .abi_minor = RIALTO_ABI_MINOR, .host_version = text,
        .plugin_id = text, .parameters = AT(parameters), .instruments = AT(instruments)};
    for (uint32_t row = 0; row < ROWS; row++) {
        layout->times[row] = (int64_t)(row + 1) * 60000000000;
        layout->intervals[row] = 60000000000;
        layout->final[row] = 1;
    }
    layout->bars = (rialto_bars_t){
        .struct_size = sizeof(rialto_bars_t), .count = ROWS, .time_ns = AT(times),
        .open_time_ns = AT(times), .close_time_ns = AT(times), .instrument = AT(of),
        .interval_ns = AT(intervals), .open = AT(prices), .high = AT(prices), .low = AT(prices),
        .close = AT(prices), .volume = AT(prices), .final = AT(final)};
    layout->batch = (rialto_batch_t){
        .struct_size = sizeof(rialto_batch_t), .count = ROWS, .single_kind = RIALTO_KIND_BARS,
        .bars = AT(bars)};
    window.creation = place_of(&window, &layout->creation);
    window.batch = place_of(&window, &layout->batch);
    window.host_batch = &layout->batch;
    return window;
}

void renew(const window_t *window, uint64_t seed) {
    layout_t *layout = (layout_t *)((char *)window->ask + RIALTO_WINDOW_FIRST);
    int64_t price = 10000;
    for (uint32_t row = 0; row < ROWS; row++) {
        price += (int64_t)(next_random(&seed) % 201) - 100;
        layout->prices[row] = price < 100 ? 100 : price;
    }
}
