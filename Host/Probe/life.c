// Instances that come and go (22), run at one time (26), hear of orders that are not theirs (35),
// or are made with other parameters (39).
#define _GNU_SOURCE
#include <malloc.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "probe.h"

#define STEPS 1200u
#define LEAK_MAX 4096 // Bytes that may stay: caches that fill once

static replay_t replay, other;

static uint64_t next(uint64_t *random) {
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return *random >> 33;
}

int64_t memory_held(void) {
    const struct mallinfo2 info = mallinfo2();
    return (int64_t)(info.uordblks + info.hblkhd);
}

uint32_t groups_end(const replay_t *market, uint32_t from, uint32_t groups) {
    for (uint32_t i = 0; i < groups && from < market->count; i++) from += group_at(market, from);
    return from;
}

#define MAKE(instance)                                                                             \
    do {                                                                                           \
        const rialto_result made_ = make(&(instance), plugin, fitting(plugin));                    \
        if (made_ != RIALTO_OK)                                                                    \
            return fail("%s: create answered %d: %.150s", name_of(plugin), made_,                  \
                        (instance).error.text);                                                    \
    } while (0)

// MARK: Coming and going (22)

#define LIVES 6u

typedef struct life {
    int is_made;
    uint32_t at;
    instance_t one;
} life_t;

static life_t lives[LIVES];

// Makes one, drives it on, or ends it. Returns whether its answers were right.
static int live_on(const rialto_plugin_t *plugin, life_t *life, uint64_t choice, drive_t *drive) {
    if (!life->is_made) {
        life->at = 0;
        life->is_made = make(&life->one, plugin, fitting(plugin)) == RIALTO_OK;
        return life->is_made;
    }
    if (choice % 4 == 0 || life->at >= other.count) {
        release(&life->one);
        life->is_made = 0;
        return 1;
    }
    *drive = (drive_t){.from = life->at, .to = groups_end(&other, life->at, 30)};
    life->at = drive->to;
    return run(&life->one, &other, drive);
}

// Drives `watched` through the replay while others come and go.
static int run_among(const rialto_plugin_t *plugin, instance_t *watched, drive_t *all) {
    uint64_t random = 9;
    for (uint32_t from = 0; from < replay.count; from = all->to) {
        drive_t their = {0};
        for (int i = 0; i < 8; i++)
            if (!live_on(plugin, &lives[next(&random) % LIVES], next(&random), &their))
                return memcpy(all->wrong, their.wrong, sizeof all->wrong), 0;
        all->from = from;
        all->to = groups_end(&replay, from, 40);
        if (!run(watched, &replay, all)) return 0;
    }
    for (uint32_t i = 0; i < LIVES; i++) {
        if (lives[i].is_made) release(&lives[i].one);
        lives[i].is_made = 0;
    }
    return 1;
}

static int check_turnover(const rialto_plugin_t *plugin) {
    static instance_t watched;
    int64_t before = 0;
    uint64_t expected = 0;
    for (int round = 0; round < 4; round++) {
        drive_t drive = {.to = 0};
        MAKE(watched);
        if (round == 0) { // Alone
            for (uint32_t from = 0; from < replay.count; from = drive.to) {
                drive.from = from;
                drive.to = groups_end(&replay, from, 40);
                if (!run(&watched, &replay, &drive))
                    return fail("%s: %s", name_of(plugin), drive.wrong);
            }
            expected = drive.digest;
        } else if (!run_among(plugin, &watched, &drive)) {
            return fail("%s: while others are made and destroyed: %s", name_of(plugin),
                        drive.wrong[0] != 0 ? drive.wrong : "create refused what it took before");
        }
        release(&watched);
        if (drive.digest != expected)
            return fail("%s: it answers otherwise while others are made and destroyed",
                        name_of(plugin));
        if (round == 1) before = memory_held();
    }
    const int64_t grown = memory_held() - before;
    return grown <= LEAK_MAX
               ? pass("others that are made and destroyed in between change nothing")
               : fail("%s: instances made and destroyed in turns left %lld bytes",
                      name_of(plugin), (long long)grown);
}

// MARK: At one time (26)

#define ROUNDS 12

typedef struct lane {
    pthread_barrier_t *start;
    instance_t *one;
    const replay_t *market;
    drive_t drive;
    int is_right;
} lane_t;

// The host's log is no place for two threads.
static void log_nothing(void *host, uint32_t level, rialto_text_t text) {
    (void)host, (void)level, (void)text;
}

static void *drive_lane(void *given) {
    lane_t *lane = given;
    pthread_barrier_wait(lane->start);
    lane->is_right = run(lane->one, lane->market, &lane->drive);
    return NULL;
}

// Two instances, two threads, one after the other where `at_once` is 0. Digests of what they say.
static int run_lanes(const rialto_plugin_t *plugin, int at_once, uint64_t digests[2]) {
    static instance_t ones[2];
    lane_t lanes[2];
    pthread_t threads[2];
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, at_once ? 2 : 1);
    for (int i = 0; i < 2; i++) {
        MAKE(ones[i]);
        ones[i].services.log = log_nothing;
        lanes[i] = (lane_t){&start, &ones[i], i == 0 ? &replay : &other, {.groups = 16}, 0};
    }
    for (int i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], NULL, drive_lane, &lanes[i]) != 0)
            return skip("no thread could be started");
        if (!at_once) pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < 2 && at_once; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 2; i++) {
        digests[i] = lanes[i].drive.digest;
        release(&ones[i]);
    }
    pthread_barrier_destroy(&start);
    for (int i = 0; i < 2; i++)
        if (!lanes[i].is_right)
            return fail("%s: on a thread of its own: %s", name_of(plugin), lanes[i].drive.wrong);
    return PROBE_PASS;
}

static int check_lanes(const rialto_plugin_t *plugin) {
    uint64_t expected[2], found[2];
    int result = run_lanes(plugin, 0, expected);
    for (int round = 0; round < ROUNDS && result == PROBE_PASS; round++) {
        result = run_lanes(plugin, 1, found);
        if (result == PROBE_PASS && (found[0] != expected[0] || found[1] != expected[1]))
            return fail("%s: two instances on two threads answer otherwise than in turns, round %d",
                        name_of(plugin), round + 1);
    }
    return result != PROBE_PASS
               ? result
               : pass("two instances on two threads answer as in turns, %d times", ROUNDS);
}

// MARK: Orders that are not its own (35)

static int check_stale(const rialto_plugin_t *plugin) {
    instance_t one, two;
    drive_t expected = {.by_time = 1}, found = {.by_time = 1, .sends_stale = 1};
    MAKE(one);
    MAKE(two);
    if (!(wanted_kinds(&one) & 1u << RIALTO_KIND_OWN_ORDERS)) {
        release(&one);
        release(&two);
        return pass("it reads no reports on orders");
    }
    if (!run(&one, &replay, &expected)) return fail("%s: %s", name_of(plugin), expected.wrong);
    if (!run(&two, &replay, &found))
        return fail("%s: hearing of orders that are not its own: %s", name_of(plugin), found.wrong);
    release(&one);
    release(&two);
    return found.digest == expected.digest
               ? pass("reports on foreign and ended orders change nothing")
               : fail("%s: reports on orders that are not its own, or have ended, change what it "
                      "says: %u answers, without them %u", name_of(plugin), found.said,
                      expected.said);
}

// MARK: Other parameters (39)

#define PARAMETERS_MAX 256u
#define DRAWS 32u

static const rialto_parameter_t *parameter_at(const rialto_plugin_t *plugin, uint32_t index) {
    const char *place = (const char *)plugin->parameters;
    return (const rialto_parameter_t *)(const void *)(place
                                                      + (size_t)index
                                                            * plugin->parameters[0].struct_size);
}

typedef enum choice { INITIAL, LOWEST, HIGHEST, ANY } choice_t;

static int64_t whole(int64_t low, int64_t high, int64_t step, choice_t choice, uint64_t *random) {
    if (choice == LOWEST || high <= low) return low;
    if (choice == HIGHEST) return high;
    const uint64_t span = (uint64_t)high - (uint64_t)low, width = step > 0 ? (uint64_t)step : 1;
    const uint64_t steps = span / width;
    const uint64_t wide = next(random) << 31 | next(random);
    const uint64_t drawn = steps < UINT64_MAX ? wide % (steps + 1) : wide;
    return (int64_t)((uint64_t)low + drawn * width);
}

static double number(const rialto_parameter_t *one, choice_t choice, uint64_t *random) {
    const double low = one->lowest.number, high = one->highest.number;
    if (choice == LOWEST || choice == HIGHEST) return choice == LOWEST ? low : high;
    const double share = (double)(next(random) % 1000001) / 1000000;
    const double drawn = low * (1 - share) + high * share;
    return isfinite(drawn) ? drawn : one->initial.number;
}

// One of the allowed words.
static rialto_text_t word(const rialto_parameter_t *one, uint64_t *random) {
    const rialto_text_t all = one->choices;
    uint64_t count = 1, from = 0, to = 0;
    if (all.size == 0) return one->initial.text;
    for (uint64_t i = 0; i < all.size; i++) count += all.data[i] == '|';
    for (uint64_t left = next(random) % count;; left--) {
        for (to = from; to < all.size && all.data[to] != '|';) to++;
        if (left == 0) return (rialto_text_t){all.data + from, to - from};
        from = to + 1;
    }
}

static rialto_value_t value_of(const rialto_parameter_t *one, choice_t choice, uint64_t *random) {
    rialto_value_t value = one->initial;
    const rialto_value_t *low = &one->lowest, *high = &one->highest;
    value.struct_size = sizeof value;
    value.type = one->type;
    if (choice == INITIAL) return value;
    switch (one->type) {
    case RIALTO_VALUE_NUMBER: value.number = number(one, choice, random); break;
    case RIALTO_VALUE_BOOLEAN: value.integer = (int64_t)(next(random) % 2); break;
    case RIALTO_VALUE_TEXT: value.text = word(one, random); break;
    case RIALTO_VALUE_DECIMAL:
        if (low->decimals != high->decimals) break;
        value.decimals = low->decimals;
        value.integer = whole(low->integer, high->integer, 0, choice, random);
        break;
    default:
        value.integer = whole(low->integer, high->integer, one->step.integer, choice, random);
    }
    return value;
}

// How parameter `index` is chosen in `round`: all lowest, all highest, each for itself, then any.
static choice_t choice_in(uint32_t round, uint32_t index, uint32_t count) {
    if (round < 2) return round == 0 ? LOWEST : HIGHEST;
    round -= 2;
    if (round >= 2 * count) return ANY;
    return round / 2 != index ? INITIAL : round % 2 == 0 ? LOWEST : HIGHEST;
}

// Says of a round which parameters it has: the first that is not at its default.
static void say_round(const rialto_plugin_t *plugin, uint32_t round, char *text, size_t size) {
    const uint32_t count = plugin->parameter_count;
    if (round < 2 || round - 2 >= 2 * count) {
        snprintf(text, size, "%s", round == 0 ? "every parameter at its lowest"
                                   : round == 1 ? "every parameter at its highest"
                                                : "parameters drawn from their ranges");
        return;
    }
    const rialto_parameter_t *one = parameter_at(plugin, (round - 2) / 2);
    snprintf(text, size, "%.*s at its %s", (int)(one->name.size < 40 ? one->name.size : 40),
             one->name.data, round % 2 == 0 ? "lowest" : "highest");
}

static int try_parameters(const rialto_plugin_t *plugin, uint32_t round, uint64_t *random,
                          uint32_t *refused) {
    static rialto_given_parameter_t given[PARAMETERS_MAX];
    static instance_t one;
    char what[80];
    drive_t drive = {0};
    say_round(plugin, round, what, sizeof what);
    for (uint32_t i = 0; i < plugin->parameter_count; i++) {
        const rialto_parameter_t *parameter = parameter_at(plugin, i);
        const choice_t choice = choice_in(round, i, plugin->parameter_count);
        given[i] = (rialto_given_parameter_t){parameter->id, 0,
                                              value_of(parameter, choice, random)};
    }
    rialto_creation_t creation = *creation_of(plugin, fitting(plugin));
    creation.parameters = given;
    creation.parameter_count = plugin->parameter_count;
    snprintf(channel.answer->error.text, 200, "%s: %s", name_of(plugin), what);
    const rialto_result result = make_with(&one, plugin, &creation);
    if (result != RIALTO_OK) {
        ++*refused;
        return one.error.text[0] != 0
                   ? PROBE_PASS
                   : fail("%s: %s: create answered %d without a text", name_of(plugin), what,
                          result);
    }
    const int is_known = make_replay(&replay, &one, 200, CALM, 5);
    const int is_right = !is_known || run(&one, &replay, &drive);
    release(&one);
    return is_right ? PROBE_PASS : fail("%s: %s: %s", name_of(plugin), what, drive.wrong);
}

static int check_parameters(const rialto_plugin_t *plugin) {
    const uint32_t count = plugin->parameter_count;
    uint32_t refused = 0;
    uint64_t random = 17;
    if (count == 0) return pass("it has no parameters");
    if (count > PARAMETERS_MAX) return fail("%s has %u parameters", name_of(plugin), count);
    const uint32_t rounds = 2 + 2 * count + DRAWS;
    for (uint32_t round = 0; round < rounds; round++)
        if (try_parameters(plugin, round, &random, &refused) != PROBE_PASS) return PROBE_FAIL;
    return refused < rounds
               ? pass("%u sets at and between the bounds, %u of them refused with a text", rounds,
                      refused)
               : fail("%s: create refused all of %u sets within the bounds", name_of(plugin),
                      rounds);
}

int check_life(uint32_t number, const rialto_plugin_t *plugin) {
    static instance_t one;
    const char *why = cannot_try(plugin);
    if (why != NULL) return skip("%s: %s", name_of(plugin), why);
    if (make(&one, plugin, fitting(plugin)) != RIALTO_OK)
        return skip("%s: no instance could be made, see V21", name_of(plugin));
    const int is_known = make_replay(&replay, &one, STEPS, CALM, 5);
    make_replay(&other, &one, STEPS, CALM, 6);
    release(&one);
    if (number == 39) return check_parameters(plugin);
    if (!is_known) return skip("it needs no trades, quotes, bars or forecasts");
    switch (number) {
    case 22: return check_turnover(plugin);
    case 26: return check_lanes(plugin);
    default: return check_stale(plugin);
    }
}
