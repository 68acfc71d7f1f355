// Saved state (23, 40 to 42): what is saved goes on, in pieces too, and what is damaged is refused.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

#define STATE_MAX (8u << 20)
#define STEPS 900u

static rialto_result write_bytes(void *host, const void *bytes, uint64_t size,
                                 uint64_t *out_written) {
    state_t *state = host;
    if (bytes == NULL || out_written == NULL) return RIALTO_ERROR_ARGUMENT;
    if (size > STATE_MAX - state->size) return RIALTO_ERROR_MEMORY;
    const uint64_t count = size < state->piece ? size : state->piece;
    memcpy(state->bytes + state->size, bytes, count);
    state->size += count;
    *out_written = count;
    return RIALTO_OK;
}

static rialto_result read_bytes(void *host, void *bytes, uint64_t size, uint64_t *out_read) {
    state_t *state = host;
    const uint64_t left = state->size - state->place;
    if (bytes == NULL || out_read == NULL) return RIALTO_ERROR_ARGUMENT;
    if (left == 0) return RIALTO_END;
    uint64_t count = size < left ? size : left;
    if (count > state->piece) count = state->piece;
    memcpy(bytes, state->bytes + state->place, count);
    state->place += count;
    *out_read = count;
    return RIALTO_OK;
}

rialto_result save(instance_t *one, state_t *state) {
    rialto_state_writer_t writer = {sizeof writer, 0, state, write_bytes};
    state->size = 0;
    const rialto_result result = one->is_model ? one->model.save(one->model.self, &writer)
                                               : one->strategy.save(one->strategy.self, &writer);
    state->schema = writer.schema;
    state->venue = one->venue;
    return result;
}

rialto_result load(instance_t *one, state_t *state) {
    const rialto_state_reader_t reader = {sizeof reader, state->schema, state, read_bytes};
    state->place = 0;
    const rialto_result result = one->is_model
                                     ? one->model.load(one->model.self, &reader)
                                     : one->strategy.load(one->strategy.self, &reader);
    if (result == RIALTO_OK) one->venue = state->venue;
    return result;
}

int keeps_state(const instance_t *one) {
    return one->is_model ? one->model.save != NULL && one->model.load != NULL
                         : one->strategy.save != NULL && one->strategy.load != NULL;
}

static replay_t replay;

// The end of a time group near the middle.
static uint32_t middle(void) {
    uint32_t at = 0;
    while (at < replay.count / 2) at += group_at(&replay, at);
    return at;
}

// Runs the first half and saves.
static int save_half(const rialto_plugin_t *plugin, state_t *state) {
    instance_t one;
    drive_t before = {.to = middle()};
    if (make(&one, plugin, fitting(plugin)) != RIALTO_OK)
        return fail("%s: %.150s", name_of(plugin), one.error.text);
    if (!run(&one, &replay, &before)) return fail("%s: %s", name_of(plugin), before.wrong);
    const rialto_result result = save(&one, state);
    release(&one);
    if (result == RIALTO_ERROR_UNSUPPORTED) return skip("%s keeps no state", name_of(plugin));
    return result == RIALTO_OK ? PROBE_PASS
                               : fail("%s: save answered %d", name_of(plugin), result);
}

// Runs the first half, saves, and goes on in another instance: with what was said there.
static int goes_on(const rialto_plugin_t *plugin, state_t *state) {
    instance_t one, two;
    const uint32_t half = middle();
    drive_t before = {.to = half}, expected = {.from = half}, found = expected;
    if (make(&one, plugin, fitting(plugin)) != RIALTO_OK
        || make(&two, plugin, fitting(plugin)) != RIALTO_OK)
        return fail("%s: %.150s", name_of(plugin), one.error.text);
    if (!run(&one, &replay, &before)) return fail("%s: %s", name_of(plugin), before.wrong);
    rialto_result result = save(&one, state);
    if (result == RIALTO_ERROR_UNSUPPORTED) return skip("%s keeps no state", name_of(plugin));
    if (result != RIALTO_OK) return fail("%s: save answered %d", name_of(plugin), result);
    result = load(&two, state);
    if (result != RIALTO_OK) return fail("%s: load answered %d", name_of(plugin), result);
    if (!run(&one, &replay, &expected)) return fail("%s: %s", name_of(plugin), expected.wrong);
    if (!run(&two, &replay, &found)) return fail("%s: %s", name_of(plugin), found.wrong);
    release(&one);
    release(&two);
    if (found.digest != expected.digest)
        return fail("%s: after loading it gives %u answers, without %u, or others",
                    name_of(plugin), found.said, expected.said);
    return pass("%u answers after loading are those without it", expected.said);
}

// Loads a damaged state and goes on: an error or not, but no crash and no bad answer.
static int survives(const rialto_plugin_t *plugin, state_t *state, const char *what) {
    instance_t one;
    drive_t drive = {0};
    if (make(&one, plugin, fitting(plugin)) != RIALTO_OK)
        return fail("%.150s", one.error.text);
    const rialto_result result = load(&one, state);
    if (result == RIALTO_OK && state->size == 0)
        return fail("%s: load took an empty state for one", name_of(plugin));
    if (result != RIALTO_OK && !run(&one, &replay, &drive))
        return fail("%s: after a state that is %s: %s", name_of(plugin), what, drive.wrong);
    release(&one);
    return PROBE_PASS;
}

static int check_damaged(const rialto_plugin_t *plugin, state_t *state) {
    const uint64_t size = state->size;
    const uint32_t schema = state->schema;
    uint64_t random = 1;
    state->size = 0;
    if (size > 0 && survives(plugin, state, "empty") != PROBE_PASS) return PROBE_FAIL;
    for (int i = 1; i < 8; i++) {
        state->size = size * (uint64_t)i / 8;
        if (state->size == 0 || state->size == size) continue;
        if (survives(plugin, state, "cut") != PROBE_PASS) return PROBE_FAIL;
    }
    state->size = size;
    state->schema = schema + 12345;
    if (survives(plugin, state, "of another schema") != PROBE_PASS) return PROBE_FAIL;
    state->schema = schema;
    for (int round = 0; round < 16; round++) {
        for (uint64_t i = 0; i < size; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            state->bytes[i] = (unsigned char)(random >> 56);
        }
        if (survives(plugin, state, "random") != PROBE_PASS) return PROBE_FAIL;
    }
    return pass("empty, cut, foreign and random states crash nothing");
}

// Saves before the first batch, loads into an instance that has run, and runs again: the end is as
// if nothing had been.
static int check_order_of_calls(const rialto_plugin_t *plugin, state_t *state) {
    instance_t one, fresh;
    drive_t before = {0}, again = {0}, expected = {0};
    if (make(&one, plugin, fitting(plugin)) != RIALTO_OK
        || make(&fresh, plugin, fitting(plugin)) != RIALTO_OK)
        return fail("%s: %.150s", name_of(plugin), one.error.text);
    const rialto_result saved = save(&one, state);
    if (saved == RIALTO_ERROR_UNSUPPORTED) return skip("%s keeps no state", name_of(plugin));
    if (saved != RIALTO_OK)
        return fail("%s: save before the first batch answered %d", name_of(plugin), saved);
    if (!run(&one, &replay, &before)) return fail("%s: %s", name_of(plugin), before.wrong);
    const rialto_result loaded = load(&one, state);
    if (loaded != RIALTO_OK)
        return fail("%s: load after batches answered %d", name_of(plugin), loaded);
    if (!run(&one, &replay, &again)) return fail("%s: %s", name_of(plugin), again.wrong);
    if (!run(&fresh, &replay, &expected)) return fail("%s: %s", name_of(plugin), expected.wrong);
    release(&one);
    release(&fresh);
    if (again.digest != expected.digest)
        return fail("%s: a state loaded over another does not take its place", name_of(plugin));
    return pass("save before any batch and load over another state are met");
}

state_t *state_room(void) {
    static state_t state = {.piece = STATE_MAX};
    if (state.bytes == NULL) state.bytes = malloc(STATE_MAX);
    return state.bytes != NULL ? &state : NULL;
}

int run_restored(const rialto_plugin_t *plugin, const replay_t *market, drive_t *drive) {
    static instance_t ones[2];
    state_t *state = state_room();
    uint64_t random = 21;
    uint32_t now = 0;
    if (state == NULL || make(&ones[0], plugin, fitting(plugin)) != RIALTO_OK) return 0;
    for (uint32_t from = 0; from < market->count; from = drive->to) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        drive->from = from;
        drive->to = groups_end(market, from, 1 + (uint32_t)((random >> 33) % 200));
        if (!run(&ones[now], market, drive)) return 0;
        if (make(&ones[!now], plugin, fitting(plugin)) != RIALTO_OK
            || save(&ones[now], state) != RIALTO_OK || load(&ones[!now], state) != RIALTO_OK) {
            snprintf(drive->wrong, sizeof drive->wrong, "its state could not be taken on");
            return 0;
        }
        release(&ones[now]);
        now = !now;
    }
    release(&ones[now]);
    return 1;
}

int check_state(uint32_t number, const rialto_plugin_t *plugin) {
    instance_t one;
    const char *why = cannot_try(plugin);
    if (why != NULL) return skip("%s: %s", name_of(plugin), why);
    if (make(&one, plugin, fitting(plugin)) != RIALTO_OK)
        return skip("%s: no instance could be made, see V21", name_of(plugin));
    const int is_known = make_replay(&replay, &one, STEPS, CALM, 5), keeps = keeps_state(&one);
    release(&one);
    if (!keeps) return skip("%s keeps no state", name_of(plugin));
    if (!is_known) return skip("it needs no trades, quotes, bars or forecasts");
    state_t *state = state_room();
    if (state == NULL) return fail("no memory for a state");
    state->piece = number == 41 ? 7 : STATE_MAX;
    if (number == 23) return check_order_of_calls(plugin, state);
    if (number != 42) return goes_on(plugin, state);
    const int result = save_half(plugin, state);
    return result == PROBE_PASS ? check_damaged(plugin, state) : result;
}
