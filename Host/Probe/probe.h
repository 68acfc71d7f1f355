// A worker that tries a plugin out: the same walls, other questions. Each question is the number of
// a check; the answer's result says how it ended, and the error's text what was found.
#ifndef RIALTO_PROBE_H
#define RIALTO_PROBE_H

#include "../Worker/worker.h"
#include "rialto/draft/requests.h"
#include "venue.h"

#define PROBE_LOAD 1000u // dlopen and the first call of the entry; comes before every check

#define PROBE_PASS 0
#define PROBE_FAIL 1
#define PROBE_SKIP 2

// Says what was found and returns how the check ended.
int pass(const char *format, ...) __attribute__((format(printf, 1, 2)));
int fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
int skip(const char *format, ...) __attribute__((format(printf, 1, 2)));

extern const rialto_library_t *library; // After PROBE_LOAD                        library.c
int load_library(const options_t *options, const char *path);
void (*entry_function(void))(void);
int check_entry(uint32_t number);       // 13...20 and 38: what the library says of itself

#define EVENTS_MAX 8192u

typedef struct replay {
    uint32_t count;
    event_t events[EVENTS_MAX];
} replay_t;

// What kind of market a replay shows.
typedef enum market { CALM, RAGGED, EXTREME } market_t;

typedef struct instance {
    const rialto_plugin_t *plugin;
    int is_model;
    uint32_t instruments; // It was given
    given_t given;              // Of the services
    rialto_services_t services; // Valid until destroy
    venue_t venue;              // That knows its orders
    rialto_strategy_t strategy;
    rialto_model_t model;
    rialto_needs_t needs;
    rialto_error_t error;
} instance_t;

// What a plugin is made with: its parameters' defaults, and so many instruments. Valid for ever, as
// long as nothing else is made with as many.                                    instance.c
const rialto_creation_t *creation_of(const rialto_plugin_t *plugin, uint32_t instruments);
// Makes an instance with its parameters' defaults.
rialto_result make(instance_t *instance, const rialto_plugin_t *plugin, uint32_t instruments);
// Makes an instance with parameters of one's own. It stays where it is until release.
rialto_result make_with(instance_t *instance, const rialto_plugin_t *plugin,
                        const rialto_creation_t *creation);
// As many instruments as the plugin takes: two or one.
uint32_t fitting(const rialto_plugin_t *plugin);
void release(instance_t *instance);
// Why no instance can be tried; null when one can.
const char *cannot_try(const rialto_plugin_t *plugin);
// The id as C text, for findings. Valid until the next call.
const char *name_of(const rialto_plugin_t *plugin);

// Fills a replay with `steps` time groups of what the instance needs. Returns 0 where it needs
// nothing that the probe can make.                                                replay.c
int make_replay(replay_t *replay, const instance_t *instance, uint32_t steps, market_t market,
                uint64_t seed);
// Number of entries of the time group that begins at `from`.
uint32_t group_at(const replay_t *replay, uint32_t from);
// The batch of `count` events from `from` on. Its memory may be written; valid until the next.
const rialto_batch_t *batch_of(const replay_t *replay, uint32_t from, uint32_t count);
// Digest of the last batch's memory.
uint64_t batch_digest(void);
// Kinds of events that the instance needs, a bit by kind.
uint32_t wanted_kinds(const instance_t *instance);

// How a replay is cut and what is looked at.
typedef struct drive {
    uint32_t groups;       // Of one batch; 0 is as many as fit
    uint64_t cut_seed;     // Not 0: a random number of groups, up to `groups`
    int watches_view;      // Whether the batch is compared with what it was
    uint32_t from, to;     // Events; to 0 is all
    uint32_t instruments;  // Set by run
    int sends_stale;       // Reports on orders that are not its own, or have ended, are sent too
    int by_time;           // The digest tells answers by their time, not by their event
    // Answers; those of a drive that has begun are added to:
    uint64_t digest;       // Of every intent or forecast with the event that it answers
    uint32_t said;         // Intents or forecasts
    uint64_t taken;        // How often memory was taken in the second half
    int overran;           // It wrote outside of its room
    rialto_result result;  // Of the last call
    char wrong[160];       // What broke the contract; empty
} drive_t;

// Hands a replay over, batch by batch, with what its venue makes of its orders. Returns whether
// every answer was as the contract says.
int run(instance_t *instance, const replay_t *replay, drive_t *drive);          // drive.c
// Hands over a batch without entries: whatever it answers, nothing may be said or read.
int run_empty(instance_t *instance, drive_t *drive);
// Looks at an answer in room of other strides: intents of a strategy or forecasts of a model; the
// other is null. Returns whether it is as the contract says.
int check_strided(const instance_t *instance, const replay_t *replay, uint32_t from,
                  uint32_t consumed, const rialto_intents_t *intents,
                  const rialto_forecasts_out_t *forecasts, drive_t *drive);
// Bytes at the end of what a plugin may write, which it must not touch.
#define CANARY_SIZE 4096u

uint64_t times_memory_was_taken(void);                                         // memory.c

int check_instance(uint32_t number, const rialto_plugin_t *plugin);            // checks.c
int check_life(uint32_t number, const rialto_plugin_t *plugin);                // life.c
// Bytes that are taken and not given back.
int64_t memory_held(void);
// Where the part of `market` ends that begins at `from` and has so many time groups.
uint32_t groups_end(const replay_t *market, uint32_t from, uint32_t groups);
int check_soak(void);                                                          // soak.c
int check_exchange(const rialto_plugin_t *plugin);                             // exchange.c

// Saved state on its way from one process to another (37, 43).                   handover.c
#define PROBE_HAND_OUT 1001u // Drives and saves all plugins of the library; `state_size` bytes
#define PROBE_FETCH 1002u    // Copies from byte `place` on; `consumed` is how much
int hand_out(void);
int fetch(uint64_t from);
int check_handover(uint32_t number, const void *given);

// What check 46 is given; it lies where the question says.
typedef struct fuzz_given {
    uint64_t seed;
    uint64_t calls;
} fuzz_given_t;

int check_calls(const rialto_plugin_t *plugin, const fuzz_given_t *given);     // fuzz.c
int check_state(uint32_t number, const rialto_plugin_t *plugin);               // saved.c

// A state in memory, read in pieces of `piece` bytes.
typedef struct state {
    uint32_t schema;
    uint64_t size, place, piece;
    unsigned char *bytes;
    venue_t venue; // As it was then
} state_t;

// Room for a state; null without memory.
state_t *state_room(void);
rialto_result save(instance_t *one, state_t *state);
rialto_result load(instance_t *one, state_t *state);
int keeps_state(const instance_t *one);
// Runs a replay on instances that follow each other: each is saved at a random batch, and the next
// loads it. Returns whether all was right.
int run_restored(const rialto_plugin_t *plugin, const replay_t *market, drive_t *drive);

#endif
