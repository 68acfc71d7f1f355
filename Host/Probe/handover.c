// Saved state that goes on in another process: after a stop of the first (37), and from one version
// of a plugin to the next (43).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

#define STEPS 900u
#define STOPS 3u
#define HANDOVER_MAX (12u << 20)

// One instance that was stopped; its state follows, rounded up to 8 bytes. All that is handed over
// is a row of these, ended by one whose plugin is 0.
typedef struct stopped {
    uint64_t plugin; // Digest of its id; never 0
    uint64_t expected; // Of what it said after the state was saved
    int64_t time_ns; // Of the last event before
    uint64_t size;   // Of the state; 0 when it keeps none
    uint32_t schema;
    uint32_t said;
    venue_t venue;
} stopped_t;

static unsigned char *bytes;
static uint64_t used;
static replay_t replay;

static uint64_t digest_of(rialto_text_t id) {
    uint64_t hash = 14695981039346656037u;
    for (uint64_t i = 0; i < id.size; i++)
        hash = (hash ^ (unsigned char)id.data[i]) * 1099511628211u;
    return hash | 1;
}

static int put(const void *from, uint64_t size) {
    const uint64_t rounded = (size + 7) / 8 * 8;
    if (rounded > HANDOVER_MAX - used) return 0;
    memcpy(bytes + used, from, size);
    memset(bytes + used + size, 0, rounded - size);
    used += rounded;
    return 1;
}

// Runs on from `at` until the end, as nobody had stopped it, and writes down what it said.
static int put_stopped(instance_t *one, const state_t *state, int keeps, uint32_t at) {
    drive_t after = {.from = at, .groups = 32};
    if (at < replay.count && !run(one, &replay, &after))
        return fail("%s: %s", name_of(one->plugin), after.wrong);
    const stopped_t stopped = {
        .plugin = digest_of(one->plugin->id), .expected = after.digest,
        .time_ns = at > 0 ? replay.events[at - 1].time_ns : INT64_MIN,
        .size = keeps ? state->size : 0, .schema = keeps ? state->schema : 0, .said = after.said,
        .venue = keeps ? state->venue : (venue_t){0}};
    if (!put(&stopped, sizeof stopped) || (keeps && !put(state->bytes, state->size)))
        return skip("%s: its state is too long to be handed over", name_of(one->plugin));
    return PROBE_PASS;
}

// Stopped behind a random batch; one that keeps no state is told all from the beginning.
static int stop_once(const rialto_plugin_t *plugin, uint32_t stop) {
    static instance_t one;
    state_t *state = state_room();
    drive_t before = {.groups = 32};
    if (state == NULL || make(&one, plugin, fitting(plugin)) != RIALTO_OK)
        return skip("%s: no instance could be made, see V21", name_of(plugin));
    if (!make_replay(&replay, &one, STEPS, CALM, 5)) return PROBE_PASS;
    uint32_t at = groups_end(&replay, 0, 150 + stop * 251);
    int keeps = keeps_state(&one);
    if (keeps) {
        before.to = at;
        if (!run(&one, &replay, &before)) return fail("%s: %s", name_of(plugin), before.wrong);
        const rialto_result result = save(&one, state);
        keeps = result != RIALTO_ERROR_UNSUPPORTED;
        if (keeps && result != RIALTO_OK)
            return fail("%s: save answered %d", name_of(plugin), result);
        if (!keeps) { // It said so only now: from the beginning
            release(&one);
            if (make(&one, plugin, fitting(plugin)) != RIALTO_OK) return PROBE_PASS;
        }
    }
    if (!keeps) at = 0;
    const int result = put_stopped(&one, state, keeps, at);
    release(&one);
    return result;
}

int hand_out(void) {
    const stopped_t end = {0};
    int result = PROBE_PASS;
    if (bytes == NULL) bytes = malloc(HANDOVER_MAX + sizeof end);
    if (bytes == NULL) return fail("no memory to hand state over");
    used = 0;
    for (uint32_t i = 0; i < library->plugin_count; i++)
        for (uint32_t stop = 0; stop < STOPS && result == PROBE_PASS; stop++)
            if (cannot_try(library->plugins[i]) == NULL)
                result = stop_once(library->plugins[i], stop);
    if (result != PROBE_PASS) return result;
    if (used == 0) return skip("no instance could be driven");
    memcpy(bytes + used, &end, sizeof end);
    used += sizeof end;
    channel.answer->state_size = used;
    return PROBE_PASS;
}

int fetch(uint64_t from) {
    rialto_answer_t *answer = channel.answer;
    const uint64_t left = from < used ? used - from : 0;
    answer->consumed = left < RIALTO_INTENT_TEXT_MAX ? (uint32_t)left : RIALTO_INTENT_TEXT_MAX;
    memcpy(answer->intent_text, bytes + from, answer->consumed);
    return PROBE_PASS;
}

// MARK: In another process

static const rialto_plugin_t *plugin_of(uint64_t digest) {
    for (uint32_t i = 0; i < library->plugin_count; i++)
        if (digest_of(library->plugins[i]->id) == digest) return library->plugins[i];
    return NULL;
}

// The first event after a time.
static uint32_t after(int64_t time_ns) {
    uint32_t at = 0;
    while (at < replay.count && replay.events[at].time_ns <= time_ns) at++;
    return at;
}

// Loads a state and goes on. A former version's may be refused; then it is as created.
static int go_on(uint32_t number, const rialto_plugin_t *plugin, const stopped_t *stopped,
                 const unsigned char *from) {
    static instance_t one;
    state_t state = {.schema = stopped->schema, .size = stopped->size, .piece = UINT64_MAX,
                     .bytes = (unsigned char *)(uintptr_t)from, .venue = stopped->venue};
    drive_t drive = {.groups = 32};
    if (make(&one, plugin, fitting(plugin)) != RIALTO_OK)
        return fail("%s: %.150s", name_of(plugin), one.error.text);
    if (!make_replay(&replay, &one, STEPS, CALM, 5)) return PROBE_SKIP;
    const int loads = stopped->size > 0 && keeps_state(&one);
    const rialto_result result = loads ? load(&one, &state) : RIALTO_OK;
    if (result != RIALTO_OK && (number == 37 || result != RIALTO_ERROR_STATE))
        return fail("%s: load answered %d%s", name_of(plugin), result,
                    number == 37 ? " in another process"
                                 : ", expected is 0 or -5 (RIALTO_ERROR_STATE)");
    drive.from = loads && result == RIALTO_OK ? after(stopped->time_ns) : 0;
    if (drive.from < replay.count && !run(&one, &replay, &drive))
        return fail("%s: %s", name_of(plugin), drive.wrong);
    release(&one);
    if (number == 43 || drive.digest == stopped->expected) return PROBE_PASS;
    return fail("%s: in another process it goes on with %u answers, without a stop it gave %u, or "
                "others", name_of(plugin), drive.said, stopped->said);
}

int check_handover(uint32_t number, const void *given) {
    const unsigned char *place = given;
    uint32_t stops = 0;
    for (;;) {
        stopped_t stopped;
        memcpy(&stopped, place, sizeof stopped);
        place += sizeof stopped;
        if (stopped.plugin == 0) break;
        const rialto_plugin_t *plugin = plugin_of(stopped.plugin);
        const unsigned char *state = place;
        place += (stopped.size + 7) / 8 * 8;
        if (plugin == NULL || (number == 43 && stopped.size == 0)) continue;
        snprintf(channel.answer->error.text, 200, "%s: from a state of %llu bytes",
                 name_of(plugin), (unsigned long long)stopped.size);
        const int result = go_on(number, plugin, &stopped, state);
        if (result == PROBE_FAIL) return result;
        stops += result == PROBE_PASS;
    }
    if (stops == 0)
        return number == 43 ? pass("no state of it is left to be loaded")
                            : skip("it needs no trades, quotes, bars or forecasts");
    return number == 43 ? pass("%u states of it are loaded, or refused cleanly", stops)
                        : pass("another process goes on after %u stops as if none had been", stops);
}
