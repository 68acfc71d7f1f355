// A long run (34): the same instances read one replay after the other, question by question; the
// host takes the time meanwhile. What is held must not grow once they are warm.
#include <stdlib.h>

#include "probe.h"

#define STEPS 1200u
#define WARM_ROUNDS 12u
#define GROWTH_MAX (64 << 10) // Bytes

// One instance that is kept from question to question.
typedef struct soaked {
    int is_made;
    instance_t one;
} soaked_t;

static soaked_t *all;
static replay_t replay;
static uint32_t rounds;
static int64_t warm;

static int begin(void) {
    int count = 0;
    all = calloc(library->plugin_count, sizeof *all);
    if (all == NULL) return fail("no memory for instances");
    for (uint32_t i = 0; i < library->plugin_count; i++) {
        const rialto_plugin_t *plugin = library->plugins[i];
        if (cannot_try(plugin) != NULL) continue;
        all[i].is_made = make(&all[i].one, plugin, fitting(plugin)) == RIALTO_OK;
        count += all[i].is_made;
    }
    return count > 0 ? PROBE_PASS : skip("no instance could be made, see V21");
}

// The market of this round comes after that of the last one.
static int read_on(instance_t *one) {
    drive_t drive = {0};
    if (!make_replay(&replay, one, STEPS, CALM, 5 + rounds)) return PROBE_SKIP;
    const int64_t first = replay.events[0].time_ns;
    const int64_t later = (replay.events[replay.count - 1].time_ns - first) * rounds;
    for (uint32_t i = 0; i < replay.count; i++) {
        replay.events[i].time_ns += later;
        replay.events[i].venue_time_ns += later;
    }
    return run(one, &replay, &drive)
               ? PROBE_PASS
               : fail("%s: in round %u: %s", name_of(one->plugin), rounds + 1, drive.wrong);
}

int check_soak(void) {
    int has_read = 0;
    if (all == NULL) {
        const int begun = begin();
        if (begun != PROBE_PASS) return begun;
    }
    for (uint32_t i = 0; i < library->plugin_count; i++) {
        const int result = all[i].is_made ? read_on(&all[i].one) : PROBE_SKIP;
        if (result == PROBE_FAIL) return result;
        has_read |= result == PROBE_PASS;
    }
    if (!has_read) return skip("it needs no trades, quotes, bars or forecasts");
    if (++rounds == WARM_ROUNDS) warm = memory_held();
    const int64_t grown = rounds > WARM_ROUNDS ? memory_held() - warm : 0;
    return grown <= GROWTH_MAX ? pass("no growth in %u rounds", rounds)
                               : fail("what it holds grew by %lld bytes in %u rounds",
                                      (long long)grown, rounds - WARM_ROUNDS);
}
