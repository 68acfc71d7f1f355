// Life cycle (21 to 25), hot path (28 to 36) and determinism (44), for one plugin of the library.
#include <stddef.h>

#include "probe.h"

#define STEPS 1200u
#define ROUNDS 1000
#define LEAK_MAX 4096 // Bytes that may stay after all rounds: caches that fill once

static replay_t replay, other;

#define MAKE(instance)                                                                             \
    do {                                                                                           \
        const rialto_result made_ = make(&(instance), plugin, fitting(plugin));                    \
        if (made_ != RIALTO_OK)                                                                    \
            return fail("%s: create answered %d: %.150s", name_of(plugin), made_,                  \
                        (instance).error.text);                                                    \
    } while (0)

// Whether the table has what the contract asks for.
static int is_complete(const instance_t *one) {
    return one->is_model ? one->model.on_batch != NULL && one->model.destroy != NULL
                         : one->strategy.on_batch != NULL && one->strategy.destroy != NULL;
}

static int check_rounds(const rialto_plugin_t *plugin) {
    int64_t before = 0;
    for (int round = 0; round < ROUNDS + 50; round++) {
        instance_t one;
        if (round == 50) before = memory_held();
        MAKE(one);
        if (!is_complete(&one)) return fail("%s has no on_batch or destroy", name_of(plugin));
        release(&one);
    }
    const int64_t grown = memory_held() - before;
    if (grown > LEAK_MAX)
        return fail("%s: %d rounds of create and destroy left %lld bytes", name_of(plugin),
                    ROUNDS, (long long)grown);
    return pass("%d rounds of create and destroy left nothing", ROUNDS);
}

static int check_failed_create(const rialto_plugin_t *plugin) {
    int64_t before = 0;
    int refused = 0;
    for (int round = 0; round < ROUNDS + 50; round++) {
        instance_t none;
        if (round == 50) before = memory_held();
        const rialto_result result = make(&none, plugin, 0);
        if (result == RIALTO_OK) {
            release(&none);
            continue;
        }
        refused++;
        if (none.error.text[0] == 0)
            return fail("%s: create answered %d without a text", name_of(plugin), result);
    }
    const int64_t grown = memory_held() - before;
    if (grown > LEAK_MAX)
        return fail("%s: %d creates without an instrument left %lld bytes", name_of(plugin),
                    ROUNDS, (long long)grown);
    instance_t one;
    MAKE(one);
    release(&one);
    return refused > 0 ? pass("refused without an instrument, and nothing is left behind")
                       : pass("an instance without an instrument is made and released");
}

// Runs a market on a fresh instance.
static int run_fresh(const rialto_plugin_t *plugin, const replay_t *market, drive_t *drive) {
    instance_t one;
    MAKE(one);
    const int is_right = run(&one, market, drive);
    release(&one);
    return is_right ? PROBE_PASS : fail("%s: %s", name_of(plugin), drive->wrong);
}

// Runs the replay in parts, between them parts of another market on another instance, if there is
// one.
static int run_in_turns(instance_t *one, instance_t *beside, drive_t *all) {
    uint32_t place = 0;
    all->digest = 0;
    for (uint32_t from = 0; from < replay.count;) {
        drive_t part = {.from = from, .to = groups_end(&replay, from, 40)};
        if (!run(one, &replay, &part)) {
            *all = part;
            return 0;
        }
        all->digest = all->digest * 31 + part.digest;
        all->said += part.said;
        from = part.to;
        if (beside == NULL || place >= other.count) continue;
        drive_t their = {.from = place, .to = groups_end(&other, place, 40)};
        if (!run(beside, &other, &their)) {
            *all = their;
            return 0;
        }
        place = their.to;
    }
    return 1;
}

static int check_alone(const rialto_plugin_t *plugin) {
    instance_t alone, one, beside;
    drive_t expected = {0}, found = {0};
    MAKE(alone);
    if (!run_in_turns(&alone, NULL, &expected))
        return fail("%s: %s", name_of(plugin), expected.wrong);
    release(&alone);
    MAKE(one);
    MAKE(beside);
    if (!run_in_turns(&one, &beside, &found)) return fail("%s: %s", name_of(plugin), found.wrong);
    release(&one);
    release(&beside);
    if (found.digest != expected.digest)
        return fail("%s: an instance answers otherwise beside another one", name_of(plugin));
    return pass("an instance answers the same alone and beside another");
}

static int check_memory(const rialto_plugin_t *plugin) {
    drive_t drive = {.groups = 8};
    if (run_fresh(plugin, &replay, &drive) != PROBE_PASS) return PROBE_FAIL;
    if (drive.taken > 0)
        return fail("%s: on_batch took memory %llu times in the second half of a replay",
                    name_of(plugin), (unsigned long long)drive.taken);
    return pass("on_batch takes no memory in the second half of a replay");
}

static int check_view(const rialto_plugin_t *plugin) {
    drive_t drive = {.groups = 40, .watches_view = 1};
    const int result = run_fresh(plugin, &replay, &drive);
    return result != PROBE_PASS ? result : pass("no batch was written to");
}

static int check_room(const rialto_plugin_t *plugin) {
    drive_t drive = {0};
    if (run_fresh(plugin, &replay, &drive) != PROBE_PASS && drive.overran) return PROBE_FAIL;
    return pass("nothing was written outside of its room");
}

static int check_sizes(const rialto_plugin_t *plugin) {
    instance_t one;
    drive_t empty = {0}, single = {.groups = 1}, full = {0};
    MAKE(one);
    const int is_right = run_empty(&one, &empty);
    release(&one);
    if (!is_right) return fail("%s: %s", name_of(plugin), empty.wrong);
    if (run_fresh(plugin, &replay, &single) != PROBE_PASS) return PROBE_FAIL;
    if (run_fresh(plugin, &replay, &full) != PROBE_PASS) return PROBE_FAIL;
    return pass("batches of none, one time group and up to %u rows are read", RIALTO_BATCH_MAX);
}

static int check_ragged(const rialto_plugin_t *plugin) {
    instance_t one;
    MAKE(one);
    const int is_known = make_replay(&other, &one, STEPS, RAGGED, 7);
    release(&one);
    if (!is_known) return skip("it needs no market data");
    drive_t drive = {.groups = 40};
    const int result = run_fresh(plugin, &other, &drive);
    return result != PROBE_PASS ? result
                                : pass("gaps, doubles, empty sides and jumps of time are read");
}

static int check_extreme(const rialto_plugin_t *plugin) {
    instance_t one;
    MAKE(one);
    const int is_known = make_replay(&other, &one, STEPS, EXTREME, 11);
    drive_t drive = {.groups = 40};
    const int is_right = is_known && run(&one, &other, &drive);
    release(&one);
    if (!is_known) return skip("it needs no market data");
    if (!is_right && drive.result < 0)
        return pass("it refuses extreme prices in an orderly way: %d", drive.result);
    return is_right ? pass("prices from 1 to 2^53 give answers in range")
                    : fail("%s: %s", name_of(plugin), drive.wrong);
}

static int check_cuts(const rialto_plugin_t *plugin) {
    drive_t whole = {0};
    if (run_fresh(plugin, &replay, &whole) != PROBE_PASS) return PROBE_FAIL;
    for (uint64_t seed = 0; seed < 4; seed++) {
        drive_t cut = {.groups = seed == 0 ? 1 : 64, .cut_seed = seed};
        if (run_fresh(plugin, &replay, &cut) != PROBE_PASS) return PROBE_FAIL;
        if (cut.digest != whole.digest || cut.said != whole.said)
            return fail("%s: %u answers in whole batches, %u in %s, or others", name_of(plugin),
                        whole.said, cut.said, seed == 0 ? "single time groups" : "random parts");
    }
    return pass("%u answers, however the batches are cut", whole.said);
}

static int check_form(const rialto_plugin_t *plugin) {
    drive_t drive = {0};
    const int result = run_fresh(plugin, &replay, &drive);
    return result != PROBE_PASS ? result : pass("%u answers, all as the contract says", drive.said);
}

// The digest, for comparison with another process. With saved state it comes out too.
static int check_replay(const rialto_plugin_t *plugin) {
    instance_t one;
    drive_t drive = {.groups = 64, .cut_seed = 3}, restored = {0};
    if (run_fresh(plugin, &replay, &drive) != PROBE_PASS) return PROBE_FAIL;
    MAKE(one);
    state_t *state = state_room();
    const int keeps = keeps_state(&one) && state != NULL
                      && save(&one, state) != RIALTO_ERROR_UNSUPPORTED;
    release(&one);
    if (keeps && !run_restored(plugin, &replay, &restored))
        return fail("%s: loading its own states on the way: %s", name_of(plugin), restored.wrong);
    if (keeps && restored.digest != drive.digest)
        return fail("%s: answers differ when it is saved and loaded at random batches",
                    name_of(plugin));
    return pass("%u answers%s, digest %016llx", drive.said,
                keeps ? ", saved and loaded on the way too" : "",
                (unsigned long long)drive.digest);
}

// Two markets of what the plugin needs; 0 where it needs none.
static int make_markets(const rialto_plugin_t *plugin) {
    instance_t one;
    if (make(&one, plugin, fitting(plugin)) != RIALTO_OK)
        return skip("%s: no instance could be made, see V21", name_of(plugin));
    const int is_known = make_replay(&replay, &one, STEPS, CALM, 5);
    make_replay(&other, &one, STEPS, CALM, 6);
    release(&one);
    return is_known ? PROBE_PASS : skip("it needs no trades, quotes, bars or forecasts");
}

static int check_run(uint32_t number, const rialto_plugin_t *plugin) {
    const int made = make_markets(plugin);
    if (made != PROBE_PASS) return made;
    switch (number) {
    case 24: return check_alone(plugin);
    case 27: return check_memory(plugin);
    case 28: return check_view(plugin);
    case 29: return check_room(plugin);
    case 30: return check_sizes(plugin);
    case 31: return check_ragged(plugin);
    case 32: return check_extreme(plugin);
    case 33: return check_cuts(plugin);
    case 36: return check_form(plugin);
    case 44: return check_replay(plugin);
    default: return skip("the probe does not know check %u", number);
    }
}

int check_instance(uint32_t number, const rialto_plugin_t *plugin) {
    const char *why = cannot_try(plugin);
    if (why != NULL) return skip("%s: %s", name_of(plugin), why);
    switch (number) {
    case 21: return check_rounds(plugin);
    case 25: return check_failed_create(plugin);
    default: return check_run(number, plugin);
    }
}
