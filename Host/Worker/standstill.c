// While an interpreter starts, and beside an engine, clocks stand still at 0 and random bytes are
// always the same: they ask for both, use them for nothing that matters, and could not be started
// otherwise. These stand before the C library's own for every library of the process; afterwards
// they pass the question on, and the walls answer it. But for the clock that never falls: an
// interpreter reads it whenever it takes a lock, so it goes on to stand still.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>
#include <sys/random.h>
#include <sys/time.h>
#include <time.h>

#include "worker.h"

static stillness_t stands;

void stand_still(stillness_t what) { stands = what; }

// The C library's own function of a name. It opens nothing: the library is there.
#define OWN(name, type)                                                                            \
    type own;                                                                                      \
    void *found = dlsym(RTLD_NEXT, name);                                                          \
    memcpy(&own, &found, sizeof own)

int clock_gettime(clockid_t clock, struct timespec *out) {
    typedef int (*call_t)(clockid_t, struct timespec *);
    OWN("clock_gettime", call_t);
    if (stands == MOVES || (stands == MONOTONIC_STANDS && clock != CLOCK_MONOTONIC))
        return own(clock, out);
    memset(out, 0, sizeof *out);
    return 0;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
    typedef int (*call_t)(struct timeval *, void *);
    OWN("gettimeofday", call_t);
    if (stands != ALL_STANDS) return own(out, zone);
    memset(out, 0, sizeof *out);
    return 0;
}

ssize_t getrandom(void *out, size_t size, unsigned flags) {
    typedef ssize_t (*call_t)(void *, size_t, unsigned);
    OWN("getrandom", call_t);
    if (stands != ALL_STANDS) return own(out, size, flags);
    memset(out, 0x5A, size);
    return (ssize_t)size;
}
