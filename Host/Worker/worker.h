// The steps of the launcher, in the order in which `main` takes them. Each either works, says that
// the system has no such layer, or ends the process with the reason in the answer.
#ifndef RIALTO_WORKER_H
#define RIALTO_WORKER_H

#include "worker_channel.h"

#define PRELOADS_MAX 32
#define ENGINES_MAX 8

// What the host asked for on the command line.
typedef struct options {
    int namespaces;       // It was started in its own
    int probe;            // Put the walls up and end
    const char *debug;    // Leave away what keeps a debugger out, and open the library at this path
    const char *debugpy;  // Folder of debugpy, for a plugin in Python; null none
    const char *source;   // Folder of the author's source; null not known
    uint16_t port;        // Where debugpy's adapter listens on this machine
    uint64_t memory;      // Most bytes of address space that the plugin may take
    uint32_t user;        // Of a root host: whom to become. Otherwise the host's own
    uint32_t group;       // The host's own
    int threads;          // It may have threads: only to try a plugin out
    const char *preload[PRELOADS_MAX]; // Libraries of the runtime, loaded before the walls are up
    int preload_count;
    const char *load[PRELOADS_MAX]; // Libraries of the package, by path, loaded behind the walls
    int load_count;
    const char *engines[ENGINES_MAX]; // name:version:path, loaded before the walls are up
    int engine_count;
    int interprets;       // The profile of interpreters: more while loading
    const char *runtime;  // Folder of its standard library; null none
    const char *files;    // Folder of the package's files; null none
    uint64_t regions[RIALTO_REGIONS_MAX]; // Bytes of each
    uint8_t resident[RIALTO_REGIONS_MAX]; // Whether all of it is in memory already
    uint32_t region_count;
} options_t;

// Which clocks and random bytes are always the same, for interpreters and engines.
typedef enum stillness { MOVES, MONOTONIC_STANDS, ALL_STANDS } stillness_t;

// What the services of an instance are answered from.
typedef struct given {
    const rialto_creation_t *creation;
    uint64_t random;
} given_t;

// What the worker shares with the host.
typedef struct channel {
    const rialto_ask_t *ask;
    rialto_answer_t *answer;
} channel_t;

extern channel_t channel; // Set once, before anything else

// Ends the process and tells the host what failed: "step: reason".
_Noreturn void give_up(const char *step, const char *reason);
_Noreturn void give_up_errno(const char *step);
_Noreturn void give_up_path(const char *step, const char *path);

// Puts every wall up. Sets the library's path in its own root; null means the descriptor.
options_t confine(int count, char **arguments, const char **out_path); // confine.c
options_t read_options(int count, char **arguments); // options.c

void open_channel(void);                        // channel.c
uint32_t wait_for_question(uint32_t last);      // Returns its number
void answer(uint32_t number);

void check_descriptors(void);                   // descriptors.c
void map_regions(const options_t *options);     // regions.c
void check_environment(void);                   // environment.c
void limit_resources(const options_t *options); // limits.c
void find_user(const options_t *options);       // identity.c
void leave_user(const options_t *options);
void preload(const options_t *options);         // runtime.c
void load_engines(const options_t *options);    // engines.c
const void *engines_table(void);                // As `draft/engines.h` says
void stand_still(stillness_t what);             // standstill.c
// The plugin's path in a root of its own; null where there is none.
const char *enter_private_root(const options_t *options); // root.c
void drop_capabilities(void);                   // capabilities.c
void allow_debugger(void);                      // debugger.c
void call_debugpy(const options_t *options);
void forbid_files(const options_t *options, const char *plugin); // landlock.c
void watch_faults(void);                        // faults.c
void forbid_clock(void);
void filter_for_loading(const options_t *options); // filter.c
void filter_for_running(void);

void open_library(const options_t *options, const char *path); // plugin.c; null: the descriptor
void load_libraries(const options_t *options);  // loading.c
// Lets an interpreter read what it needs. Ends the process where it cannot.
void load_interpreted(const options_t *options, const rialto_library_t *library);
// Sets the plugin of a creation. Otherwise the answer says who refused, and `error` why.
rialto_result find_plugin(const rialto_creation_t *creation, const rialto_plugin_t **out_plugin,
                          rialto_error_t *error);
const rialto_services_t *services_of(const rialto_creation_t *creation); // services.c
void begin_log(void); // Starts the log anew where the host has read all of it
// Services of an instance of its own; `given` stays where it is until destroy.
rialto_services_t services_from(given_t *given, const rialto_creation_t *creation);
// Keeps what `save` writes, at most RIALTO_WORKER_STATE_MAX bytes.               state.c
rialto_result save_state(void *self, rialto_result (*save)(void *, rialto_state_writer_t *));
uint32_t copy_state(uint64_t from, char *to, uint32_t most);
rialto_result load_state(void *self, rialto_result (*load)(void *, const rialto_state_reader_t *),
                         const rialto_given_state_t *state);
void *exchange_table(void);                     // exchange.c
rialto_result say_endpoints(void);
rialto_result encode_order(const rialto_given_order_t *order);
rialto_result read_request_back(const rialto_given_request_t *request);
rialto_result read_as_exchange(const rialto_batch_t *batch, uint32_t *out_consumed);
void end_exchange(void);
_Noreturn void serve(const options_t *options, const char *path); // serve.c

#endif
