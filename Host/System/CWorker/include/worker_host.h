// The host's side of a worker process: starting one, asking it, and hearing how it ended.
#ifndef RIALTO_WORKER_HOST_H
#define RIALTO_WORKER_HOST_H

#include <sys/types.h>

#include "worker_channel.h"

// How a worker is started. Nothing of it is kept.
typedef struct rialto_worker_start {
    const char *path;               // Of the launcher
    const char *const *arguments;   // Ended by null; with its own namespaces
    const char *const *bare;        // The same without
    const char *const *environment; // All of it, ended by null
    int descriptors[RIALTO_WORKER_DESCRIPTORS]; // Become 3, 4, ... in the worker
    const int *regions;             // Become 7, 8, ... in the worker; it can only read them
    uint32_t region_count;          // 0...RIALTO_REGIONS_MAX
    int output;                     // Becomes the worker's standard output and error
    int group;                      // `cgroup.procs` of the group that it joins; -1 for none
    int namespaces;                 // Whether it gets its own, as far as the system allows
} rialto_worker_start_t;

// Starts a worker. It dies with the host. Returns its process id and sets `out_pidfd`, or a
// negative errno. Whether it got its own namespaces is set in `out_namespaces`.
// Any thread.
pid_t rialto_worker_start(const rialto_worker_start_t *start, int *out_pidfd, int *out_namespaces);

// Asks, and wakes the worker where it sleeps. Serial per worker.
void rialto_worker_ask(rialto_ask_t *ask, rialto_answer_t *answer, uint32_t operation,
                       uint64_t place);

// Says how often the worker looks for a question before it sleeps; it may be looking. Any thread.
void rialto_worker_set_spins(rialto_ask_t *ask, uint32_t spins);

// Waits for the answer to the last question: looks `spins` times, then sleeps for at most
// `timeout_ns`. Returns whether it is there. Serial per worker.
int rialto_worker_wait(rialto_ask_t *ask, rialto_answer_t *answer, uint32_t spins,
                       int64_t timeout_ns);

// Whether the process has ended. Any thread.
int rialto_worker_has_ended(int pidfd);

// Whether the process was stopped and does not go on. Any thread.
int rialto_worker_has_stopped(int pidfd);

// Kills the process. Any thread.
void rialto_worker_kill(int pidfd);

// Sends the process a signal. Any thread.
void rialto_worker_send(int pidfd, int signal);

// Waits until a process that was killed or is ending has gone, and takes its place in the process
// table back. Returns its exit code, or 1000 + the signal that ended it; -1 when it was no child.
int rialto_worker_reap(int pidfd);

// Processor time that a process has used, in nanoseconds; 0 once it is gone.
int64_t rialto_worker_time_ns(pid_t pid);

// Memory for a channel: an unnamed file of `size` bytes. With `bytes` it holds them and can never
// change again. Returns its descriptor or a negative errno.
int rialto_worker_memory(const char *name, uint64_t size, const void *bytes);

// Lets nobody write to such memory any more but through the maps that there are. Returns 0, or a
// negative errno.
int rialto_worker_seal(int memory);

// A pipe whose ends no other program inherits. Returns 0, or a negative errno.
int rialto_worker_pipe(int *out_reading, int *out_writing);

// Short name of a signal, such as SEGV; null when it has none. Lives for ever.
const char *rialto_worker_signal(int number);

// Path of the file that a symbol was loaded from, and of the one that holds this code. Returns
// whether it is known and fits.
int rialto_worker_file_of_symbol(const char *name, char *out_path, uint64_t size);
int rialto_worker_own_file(char *out_path, uint64_t size);

// Where the long parts of an answer lie.
const void *rialto_answer_intents(const rialto_answer_t *answer);
const void *rialto_answer_text(const rialto_answer_t *answer);
const void *rialto_answer_forecasts(const rialto_answer_t *answer);
const void *rialto_answer_log(const rialto_answer_t *answer);

// One series that the instance asked for, copied; `index` is below its most.
rialto_said_series_t rialto_answer_series(const rialto_answer_t *answer, uint32_t index);

// One output or endpoint of an exchange, copied; `index` is below its most.
rialto_said_output_t rialto_answer_output(const rialto_answer_t *answer, uint32_t index);
rialto_said_endpoint_t rialto_answer_endpoint(const rialto_answer_t *answer, uint32_t index);

#endif
