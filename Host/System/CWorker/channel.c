// Asking a worker and waiting for it: a number that rises on each side, looked at for a while and
// then slept on.
#define _GNU_SOURCE
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "worker_host.h"

static void wake(uint32_t *word) { syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0); }

static inline void look_again(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

void rialto_worker_ask(rialto_ask_t *ask, rialto_answer_t *answer, uint32_t operation,
                       uint64_t place) {
    ask->operation = operation;
    ask->place = place;
    __atomic_store_n(&ask->number, ask->number + 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&answer->worker_waits, __ATOMIC_SEQ_CST)) wake(&ask->number);
}

void rialto_worker_set_spins(rialto_ask_t *ask, uint32_t spins) {
    __atomic_store_n(&ask->spins, spins, __ATOMIC_RELAXED);
}

static int is_answered(const rialto_ask_t *ask, const rialto_answer_t *answer) {
    return __atomic_load_n(&answer->number, __ATOMIC_ACQUIRE) == ask->number;
}

int rialto_worker_wait(rialto_ask_t *ask, rialto_answer_t *answer, uint32_t spins,
                       int64_t timeout_ns) {
    for (uint32_t look = 0; look < spins; look++) {
        if (is_answered(ask, answer)) return 1;
        look_again();
    }
    __atomic_store_n(&ask->host_waits, 1, __ATOMIC_SEQ_CST);
    const uint32_t seen = __atomic_load_n(&answer->number, __ATOMIC_SEQ_CST);
    if (seen != ask->number) {
        const struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
        syscall(SYS_futex, &answer->number, FUTEX_WAIT, seen, &timeout, NULL, 0);
    }
    __atomic_store_n(&ask->host_waits, 0, __ATOMIC_SEQ_CST);
    return is_answered(ask, answer);
}

int rialto_worker_has_ended(int pidfd) {
    struct pollfd entry = {pidfd, POLLIN, 0};
    return poll(&entry, 1, 0) > 0;
}

int64_t rialto_worker_time_ns(pid_t pid) {
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}
