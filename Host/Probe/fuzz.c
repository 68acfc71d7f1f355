// Generated calls of the whole contract (46): instances are made, driven, saved, loaded and
// destroyed in an order that depends on a seed, with every struct as a host of today or of later
// may send it. A call that goes wrong is told with its number, by which it is found again.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "rialto/draft/requests.h"

#define LIVE_MAX 3u
#define STEPS 600u
#define STEPS_MANY 4500u // More than one batch holds
#define STATE_MAX (4u << 20)
#define MARK 0xA5

// An instance that is alive.
typedef struct live {
    int is_made;
    instance_t one;
    ROOM(rialto_services_t) services; // Valid until destroy
    market_t market;
    uint32_t at; // The next event of its replay
    int is_warming;
    replay_t replay;
} live_t;

// A saved state, or what is left of one.
typedef struct stored {
    uint32_t schema;
    uint64_t size, place;
    uint64_t fails_at; // Byte at which the stream breaks
    int has_failed;
    uint64_t random;
    unsigned char *bytes;
} stored_t;

static live_t lives[LIVE_MAX];
static stored_t saved;
static const rialto_plugin_t *plugin;
static uint64_t random_state;
static uint64_t tally[SLOT_COUNT];
static char wrong[200];

#define WRONG(...) (snprintf(wrong, sizeof wrong, __VA_ARGS__), 0)
#define BELOW(bound) below(&random_state, bound)

// Splitmix64 (Steele, Lea and Flood 2014).
uint64_t next_number(uint64_t *random) {
    uint64_t z = *random += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint32_t beyond(uint64_t *random) {
    const uint32_t sizes[] = {0, 0, 8, 16, 24, 64, 128, 256};
    return sizes[below(random, 8)];
}

void fill_garbage(void *bytes, size_t size, uint64_t *random) {
    unsigned char *to = bytes;
    for (size_t i = 0; i < size; i++) to[i] = (unsigned char)(0x80 | next_number(random));
}

static int64_t call(slot_t slot, void (*function)(void), void **values) {
    tally[slot]++;
    return call_slot(slot, function, values);
}

// Whether the bytes behind what is known of a struct are what they were: `zeros` of them 0.
static int is_kept(const unsigned char *bytes, uint32_t zeros) {
    for (uint32_t i = 0; i < 256; i++)
        if (bytes[i] != (i < zeros ? 0 : MARK)) return 0;
    return 1;
}

// Bytes behind a struct that the host says to have `more` of.
static void mark(unsigned char *bytes, uint32_t more) {
    memset(bytes, MARK, 256);
    memset(bytes, 0, more);
}

typedef ROOM(rialto_error_t) error_room_t;

// Text that was never set ends nowhere.
static void make_error(error_room_t *error) {
    memset(error, MARK, sizeof *error);
    error->known.struct_size = sizeof error->known + beyond(&random_state);
}

static int is_error_good(const error_room_t *error, int64_t result) {
    for (uint32_t i = 0; i < 256; i++)
        if (error->beyond[i] != MARK) return WRONG("it wrote behind the text of its error");
    if (result == RIALTO_OK) return 1;
    if (memchr(error->known.text, 0, sizeof error->known.text) == NULL)
        return WRONG("it answered %lld with a text that does not end", (long long)result);
    return error->known.text[0] != 0 || WRONG("it answered %lld without a text", (long long)result);
}

// MARK: The library

static edge_t host_name = {.most = 64};

static int try_entry(void) {
    ROOM(rialto_host_t) host;
    error_room_t error;
    const int speaks = BELOW(4) != 0;
    const uint32_t major = speaks ? RIALTO_ABI_MAJOR : RIALTO_ABI_MAJOR + 1 + (uint32_t)BELOW(9);
    fill_garbage(&host, sizeof host, &random_state);
    host.known = (rialto_host_t){
        .struct_size = (uint32_t)sizeof host.known + beyond(&random_state),
        .abi_major_min = major, .abi_major_max = major + (uint32_t)BELOW(3),
        .abi_minor = (uint32_t)BELOW(100)};
    host.known.name.size = BELOW(2) * 6;
    // Nobody reads what has no bytes.
    host.known.name.data = host.known.name.size > 0 ? edge_put(&host_name, "Rialto", 6) : NULL;
    host.known.version = (rialto_text_t){(const char *)(uintptr_t)1, 0};
    make_error(&error);
    const rialto_library_t *const untouched = (const rialto_library_t *)(uintptr_t)0xA5A5A5A5u;
    const rialto_library_t *found = untouched;
    const void *from = &host;
    void *out = &found, *said = &error;
    const int64_t result =
        call(SLOT_entry, entry_function(), (void *[]){&from, &out, &said});
    if (!is_error_good(&error, result)) return 0;
    if (speaks)
        return (result == RIALTO_OK && found == library)
               || WRONG("a host of its major was answered %lld", (long long)result);
    if (result != RIALTO_ERROR_ABI)
        return WRONG("a host of major %u was answered %lld", major, (long long)result);
    return found == untouched || WRONG("it refused a host and set out_library all the same");
}

static edge_t extension_id = {.most = 64};

static int try_extension(void) {
    if (plugin->get_extension == NULL) return 1;
    char name[24];
    const uint64_t size = BELOW(sizeof name);
    for (uint64_t i = 0; i < size; i++) name[i] = (char)(BELOW(2) ? 'a' + BELOW(26) : BELOW(256));
    rialto_text_t id = {NULL, size};
    if (size > 0) id.data = edge_put(&extension_id, name, size);
    const int64_t found =
        call(SLOT_get_extension, (void (*)(void))plugin->get_extension, (void *[]){&id});
    return found == 0 || WRONG("it gave a table for an id that nobody knows");
}

// MARK: Life

static int is_services_kept(const live_t *live, const rialto_services_t *services) {
    rialto_services_t known = live->services.known;
    known.struct_size = services->struct_size;
    return memcmp(&known, services, sizeof known) == 0;
}

// Nobody is given a warm-up who has not asked for history.
static int wants_history(const rialto_needs_t *needs) {
    const char *place = (const char *)needs->needs;
    for (uint32_t i = 0; i < needs->need_count && i < RIALTO_NEEDS_MAX; i++) {
        if (((const rialto_need_t *)(const void *)place)->history_rows > 0) return 1;
        place += needs->needs[0].struct_size;
    }
    return 0;
}

static int take_made(live_t *live, uint32_t instruments) {
    const int is_model = plugin->kind == RIALTO_PLUGIN_MODEL;
    const rialto_strategy_t *strategy = &live->one.strategy;
    const rialto_model_t *model = &live->one.model;
    live->is_made = 1;
    live->one.instruments = instruments;
    live->at = 0;
    live->market = (market_t)BELOW(3);
    if (is_model ? model->on_batch == NULL || model->destroy == NULL
                 : strategy->on_batch == NULL || strategy->destroy == NULL)
        return WRONG("create left on_batch or destroy out");
    if (live->one.needs.need_count == 0 || live->one.needs.needs == NULL)
        return WRONG("create says that it needs nothing");
    live->is_warming = wants_history(&live->one.needs) && BELOW(2) == 0;
    live->replay.count = 0;
    if (instruments > 0)
        make_replay(&live->replay, &live->one, BELOW(4) == 0 ? STEPS_MANY : STEPS, live->market,
                    next_number(&random_state));
    return 1;
}

static int try_create(live_t *live) {
    union {
        ROOM(rialto_strategy_t) strategy;
        ROOM(rialto_model_t) model;
    } table;
    ROOM(rialto_needs_t) needs;
    error_room_t error;
    const uint32_t instruments = BELOW(8) == 0 ? 0 : fitting(plugin);
    const rialto_services_t *services = services_of(creation_of(plugin, instruments));
    const int is_model = plugin->kind == RIALTO_PLUGIN_MODEL;
    const uint32_t more = beyond(&random_state), more_needs = beyond(&random_state);
    memset(live, 0, offsetof(live_t, replay));
    fill_garbage(&live->services, sizeof live->services, &random_state);
    live->services.known = *services;
    live->services.known.struct_size = (uint32_t)sizeof *services + beyond(&random_state);
    memset(&table, 0, sizeof table);
    mark(is_model ? table.model.beyond : table.strategy.beyond, more);
    table.strategy.known.struct_size =
        (uint32_t)(is_model ? sizeof table.model.known : sizeof table.strategy.known) + more;
    memset(&needs, 0, sizeof needs);
    mark(needs.beyond, more_needs);
    needs.known.struct_size = (uint32_t)sizeof needs.known + more_needs;
    make_error(&error);
    void *values[] = {&plugin, NULL, NULL, NULL, NULL};
    void *given = &live->services, *out = &table, *wants = &needs, *said = &error;
    values[1] = &given, values[2] = &out, values[3] = &wants, values[4] = &said;
    const int64_t result = call(SLOT_create, (void (*)(void))plugin->create, values);
    if (!is_kept(is_model ? table.model.beyond : table.strategy.beyond, more))
        return WRONG("create wrote behind the fields of its table");
    if (!is_kept(needs.beyond, more_needs)) return WRONG("create wrote behind the needs");
    if (!is_services_kept(live, services)) return WRONG("create wrote into the services");
    if (!is_error_good(&error, result)) return 0;
    if (result != RIALTO_OK)
        return instruments == 0 || WRONG("create answered %lld: %.100s", (long long)result,
                                         error.known.text);
    live->one.plugin = plugin;
    live->one.is_model = is_model;
    live->one.needs = needs.known;
    if (is_model) live->one.model = table.model.known;
    else live->one.strategy = table.strategy.known;
    return take_made(live, instruments);
}

static int try_destroy(live_t *live) {
    const int is_model = live->one.is_model;
    void *self = is_model ? live->one.model.self : live->one.strategy.self;
    live->is_made = 0;
    if (is_model)
        call(SLOT_model_destroy, (void (*)(void))live->one.model.destroy, (void *[]){&self});
    else
        call(SLOT_strategy_destroy, (void (*)(void))live->one.strategy.destroy,
             (void *[]){&self});
    return 1;
}

// MARK: Batches

static edge_t items = {.most = 4096u * (sizeof(rialto_forecast_t) + 64)};
static edge_t text = {.most = 65536};

// Whole time groups, from one to as many as fit.
static uint32_t some_groups(const live_t *live) {
    const uint64_t most = BELOW(3) == 0 ? 1 : BELOW(2) == 0 ? 1 + BELOW(40) : RIALTO_BATCH_MAX;
    uint32_t count = 0;
    for (uint64_t i = 0; i < most && live->at + count < live->replay.count; i++) {
        const uint32_t group = group_at(&live->replay, live->at + count);
        if (count + group > RIALTO_BATCH_MAX) break;
        count += group;
    }
    return count;
}

// Whether nothing was written between the items, and behind the last that is counted.
static int are_gaps_empty(const unsigned char *from, uint32_t item_size, uint32_t known,
                          uint32_t count, uint32_t capacity) {
    for (uint32_t i = 0; i < count && i < capacity; i++)
        for (uint32_t k = known; k < item_size; k++)
            if (from[(size_t)i * item_size + k] != 0)
                return WRONG("it wrote behind the fields of an item, into the next");
    return count <= capacity || WRONG("it counts %u items of %u", count, capacity);
}

typedef ROOM(rialto_intents_t) intents_room_t;
typedef ROOM(rialto_forecasts_out_t) forecasts_room_t;

static int64_t read_as_strategy(live_t *live, const rialto_batch_t *batch, intents_room_t *out,
                                uint32_t *consumed) {
    const uint32_t group = live->one.needs.intents_per_group;
    const uint32_t most = group > 0 && group <= 1024 ? group : 64;
    const uint32_t size = (uint32_t)(sizeof(rialto_intent_t) + 8 * BELOW(5));
    const uint32_t capacity = BELOW(2) ? 1024 : most;
    memset(out->beyond, MARK, sizeof out->beyond);
    out->known = (rialto_intents_t){
        .struct_size = (uint32_t)sizeof out->known + beyond(&random_state), .item_size = size,
        .capacity = capacity, .items = edge_take(&items, (uint64_t)capacity * size),
        .text = edge_take(&text, 65536), .text_capacity = 65536};
    memset(out->known.items, 0, (size_t)capacity * size);
    void *self = live->one.strategy.self, *room = out;
    return call(SLOT_strategy_on_batch, (void (*)(void))live->one.strategy.on_batch,
                (void *[]){&self, &batch, &room, &consumed});
}

static int64_t read_as_model(live_t *live, const rialto_batch_t *batch, forecasts_room_t *out,
                             uint32_t *consumed) {
    const uint32_t size = (uint32_t)(sizeof(rialto_forecast_t) + 8 * BELOW(5));
    const uint32_t capacities[] = {256, 1024, 4096};
    const uint32_t capacity = capacities[BELOW(3)];
    memset(out->beyond, MARK, sizeof out->beyond);
    out->known = (rialto_forecasts_out_t){
        .struct_size = (uint32_t)sizeof out->known + beyond(&random_state), .item_size = size,
        .capacity = capacity, .items = edge_take(&items, (uint64_t)capacity * size)};
    memset(out->known.items, 0, (size_t)capacity * size);
    void *self = live->one.model.self, *room = out;
    return call(SLOT_model_on_batch, (void (*)(void))live->one.model.on_batch,
                (void *[]){&self, &batch, &room, &consumed});
}

// Whether the answer to a batch is as the contract says.
static int is_answer_good(live_t *live, uint32_t count, uint32_t consumed,
                          const intents_room_t *intents, const forecasts_room_t *forecasts) {
    const int is_model = live->one.is_model;
    if (!is_kept(is_model ? forecasts->beyond : intents->beyond, 0))
        return WRONG("it wrote behind the fields of its output");
    if (is_model ? !are_gaps_empty(forecasts->known.items, forecasts->known.item_size,
                                   sizeof(rialto_forecast_t), forecasts->known.count,
                                   forecasts->known.capacity)
                 : !are_gaps_empty(intents->known.items, intents->known.item_size,
                                   sizeof(rialto_intent_t), intents->known.count,
                                   intents->known.capacity))
        return 0;
    if (count == 0)
        return (consumed == 0 && intents->known.count == 0 && forecasts->known.count == 0)
               || WRONG("it answers an empty batch, or reads it");
    if (consumed == 0 || consumed > count)
        return WRONG("it says that it read %u of %u rows", consumed, count);
    drive_t drive = {.instruments = live->one.instruments};
    if (check_strided(&live->one, &live->replay, live->at, consumed,
                      is_model ? NULL : &intents->known, is_model ? &forecasts->known : NULL,
                      &drive))
        return 1;
    return WRONG("%s", drive.wrong);
}

// What is asked for in a warm-up is not accepted, and ends the instance.
static int asks_for_something(const rialto_intents_t *intents) {
    for (uint32_t i = 0; i < intents->count; i++) {
        const char *place = (const char *)intents->items + (size_t)i * intents->item_size;
        const uint8_t kind = ((const rialto_intent_t *)(const void *)place)->kind;
        if (kind <= RIALTO_INTENT_TIMER || kind == RIALTO_INTENT_REQUEST) return 1;
    }
    return 0;
}

static int try_batch(live_t *live) {
    static intents_room_t intents;
    static forecasts_room_t forecasts;
    intents.known.count = forecasts.known.count = 0;
    const uint32_t count = BELOW(24) == 0 ? 0 : some_groups(live);
    rialto_batch_t batch = *batch_of(&live->replay, live->at, count);
    if (live->is_warming) {
        batch.flags = RIALTO_BATCH_WARM_UP;
        live->is_warming = BELOW(4) != 0;
    }
    const rialto_batch_t *given = edged_batch(&batch, &random_state);
    uint32_t consumed = 0;
    const int64_t result = live->one.is_model
                               ? read_as_model(live, given, &forecasts, &consumed)
                               : read_as_strategy(live, given, &intents, &consumed);
    if (result < 0) { // The instance is over
        if (live->market == EXTREME || count == 0) return try_destroy(live);
        return WRONG("on_batch answered %lld", (long long)result);
    }
    if (!is_answer_good(live, count, consumed, &intents, &forecasts)) return 0;
    if (batch.flags != 0 && !live->one.is_model && asks_for_something(&intents.known))
        return WRONG("it asks for something in a warm-up");
    live->at += consumed;
    return 1;
}

// MARK: State

static rialto_result write_some(void *host, const void *bytes, uint64_t size,
                                uint64_t *out_written) {
    stored_t *state = host;
    uint64_t count = size == 0 ? 0 : 1 + below(&state->random, size);
    if (state->size + size > STATE_MAX || state->size >= state->fails_at) {
        state->has_failed = 1;
        return RIALTO_ERROR_MEMORY;
    }
    memcpy(state->bytes + state->size, bytes, count);
    state->size += count;
    *out_written = count;
    return RIALTO_OK;
}

static rialto_result read_some(void *host, void *bytes, uint64_t size, uint64_t *out_read) {
    stored_t *state = host;
    const uint64_t left = state->size - state->place;
    if (state->place >= state->fails_at) {
        state->has_failed = 1;
        return RIALTO_ERROR;
    }
    if (left == 0) return RIALTO_END;
    uint64_t count = size < left ? size : left;
    if (count > 0) count = 1 + below(&state->random, count);
    memcpy(bytes, state->bytes + state->place, count);
    state->place += count;
    *out_read = count;
    return RIALTO_OK;
}

static int try_save(live_t *live) {
    const int is_model = live->one.is_model;
    void (*function)(void) = is_model ? (void (*)(void))live->one.model.save
                                      : (void (*)(void))live->one.strategy.save;
    if (function == NULL) return 1;
    ROOM(rialto_state_writer_t) writer;
    const uint64_t fails_at = BELOW(4) == 0 ? BELOW(200) : UINT64_MAX;
    saved = (stored_t){.random = next_number(&random_state), .bytes = saved.bytes,
                      .fails_at = fails_at};
    memset(&writer, MARK, sizeof writer);
    writer.known = (rialto_state_writer_t){
        (uint32_t)sizeof writer.known + beyond(&random_state), 0, &saved, write_some};
    void *self = is_model ? live->one.model.self : live->one.strategy.self, *to = &writer;
    const int64_t result = call(is_model ? SLOT_model_save : SLOT_strategy_save, function,
                                (void *[]){&self, &to});
    if (!is_kept(writer.beyond, 0)) return WRONG("save wrote behind the fields of its writer");
    saved.schema = writer.known.schema;
    if (saved.has_failed) {
        saved.size = 0;
        return result < 0 || WRONG("save answered %lld after a write had failed",
                                   (long long)result);
    }
    if (result != RIALTO_OK) saved.size = 0;
    return result == RIALTO_OK || result == RIALTO_ERROR_UNSUPPORTED
           || WRONG("save answered %lld", (long long)result);
}

// What is done to a state before it is loaded.
typedef enum harm { WHOLE, CUT, BROKEN, FLIPPED, FOREIGN } harm_t;

static void do_harm(stored_t *state, harm_t harm) {
    if (harm == CUT) state->size = BELOW(state->size);
    if (harm == BROKEN) state->fails_at = BELOW(state->size);
    if (harm == FOREIGN) state->schema += 1 + (uint32_t)BELOW(1000);
    if (harm != FLIPPED) return;
    for (uint64_t i = 0, most = 1 + BELOW(8); i < most; i++)
        state->bytes[BELOW(state->size)] ^= (unsigned char)(1u << BELOW(8));
}

static int try_load(live_t *live) {
    static unsigned char *bytes;
    const int is_model = live->one.is_model;
    void (*function)(void) = is_model ? (void (*)(void))live->one.model.load
                                      : (void (*)(void))live->one.strategy.load;
    if (function == NULL || saved.size == 0) return 1;
    if (bytes == NULL) bytes = malloc(STATE_MAX);
    if (bytes == NULL) return WRONG("there is no memory for a state");
    ROOM(rialto_state_reader_t) reader;
    stored_t given = saved;
    given.bytes = bytes;
    given.place = 0;
    given.fails_at = UINT64_MAX;
    memcpy(bytes, saved.bytes, saved.size);
    const harm_t harm = BELOW(2) ? WHOLE : (harm_t)BELOW(5);
    do_harm(&given, harm);
    fill_garbage(&reader, sizeof reader, &random_state);
    reader.known = (rialto_state_reader_t){
        (uint32_t)sizeof reader.known + beyond(&random_state), given.schema, &given, read_some};
    const void *from = &reader;
    void *self = is_model ? live->one.model.self : live->one.strategy.self;
    const int64_t result = call(is_model ? SLOT_model_load : SLOT_strategy_load, function,
                                (void *[]){&self, &from});
    if (harm == WHOLE && result != RIALTO_OK)
        return WRONG("load refused with %lld what save had written", (long long)result);
    if (given.has_failed && result == RIALTO_OK)
        return WRONG("load answered 0 after a read had failed");
    // Another's time may be later than this one's replay, and what was damaged may say anything.
    return try_destroy(live);
}

// MARK: The run

static void note(const char *what, uint64_t number, uint64_t seed) {
    snprintf(channel.answer->error.text, sizeof channel.answer->error.text,
             "%s: %s, call %llu of seed %llu", name_of(plugin), what, (unsigned long long)number,
             (unsigned long long)seed);
}

static int step(uint64_t number, uint64_t seed) {
    live_t *live = &lives[BELOW(LIVE_MAX)];
    const uint64_t choice = BELOW(32);
    if (choice == 0) return note("the entry", number, seed), try_entry();
    if (choice == 1) return note("get_extension", number, seed), try_extension();
    if (!live->is_made) return note("create", number, seed), try_create(live);
    if (choice == 2 || live->at >= live->replay.count)
        return note("destroy", number, seed), try_destroy(live);
    if (choice <= 5) return note("save", number, seed), try_save(live);
    if (choice <= 7) return note("load", number, seed), try_load(live);
    return note("on_batch", number, seed), try_batch(live);
}

int check_calls(const rialto_plugin_t *one, const fuzz_given_t *given) {
    plugin = one;
    random_state = given->seed;
    if (saved.bytes == NULL) saved.bytes = malloc(STATE_MAX);
    if (saved.bytes == NULL) return fail("no memory for a state");
    saved.size = 0;
    memset(tally, 0, sizeof tally);
    for (uint64_t number = 0; number < given->calls; number++) {
        if (step(number, given->seed)) continue;
        char where[200];
        snprintf(where, sizeof where, "%.190s", channel.answer->error.text);
        return fail("%.150s: %.90s", where, wrong);
    }
    for (uint32_t i = 0; i < LIVE_MAX; i++)
        if (lives[i].is_made) note("destroy", given->calls, given->seed), try_destroy(&lives[i]);
    return pass("%llu calls of seed %llu, %llu of them batches, keep to the contract",
                (unsigned long long)given->calls, (unsigned long long)given->seed,
                (unsigned long long)(tally[SLOT_strategy_on_batch] + tally[SLOT_model_on_batch]));
}
