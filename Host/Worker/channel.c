// The memory shared with the host, and taking turns in it.
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "worker.h"

channel_t channel;

// Where the window lies where nothing else does, whatever the size of this program: what an
// instance was told once can be told again in a worker that was built later.
#define WINDOW_PLACE ((void *)0x2000000000)

void open_channel(void) {
    channel.answer = mmap(NULL, sizeof(rialto_answer_t), PROT_READ | PROT_WRITE, MAP_SHARED,
                          RIALTO_WORKER_ANSWER, 0);
    if (channel.answer == MAP_FAILED) _exit(RIALTO_WORKER_EXIT_STEP);
    channel.ask = mmap(WINDOW_PLACE, RIALTO_WINDOW_SIZE, PROT_READ, MAP_SHARED,
                       RIALTO_WORKER_WINDOW, 0);
    if (channel.ask == MAP_FAILED) give_up_errno("window");
    channel.answer->window = (uint64_t)(uintptr_t)channel.ask;
    channel.answer->stage = RIALTO_STAGE_STARTED;
    // The maps stay; the descriptors would let a plugin map them anew.
    close(RIALTO_WORKER_WINDOW);
    close(RIALTO_WORKER_ANSWER);
}

void give_up(const char *step, const char *reason) {
    rialto_error_t *error = &channel.answer->error;
    snprintf(error->text, sizeof error->text, "%s: %s", step, reason);
    _exit(RIALTO_WORKER_EXIT_STEP);
}

void give_up_path(const char *step, const char *path) {
    char reason[200];
    snprintf(reason, sizeof reason, "%.150s: %s", path, strerror(errno));
    give_up(step, reason);
}

void give_up_errno(const char *step) { give_up(step, strerror(errno)); }

// A host that is gone has closed its end of the lifeline.
static void end_without_host(void) {
    char byte;
    if (read(RIALTO_WORKER_LIFELINE, &byte, 1) == 0) _exit(RIALTO_WORKER_EXIT_END);
}

static inline void look_again(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

uint32_t wait_for_question(uint32_t last) {
    const uint32_t *number = &channel.ask->number;
    uint32_t *waits = &channel.answer->worker_waits;
    const uint32_t spins = __atomic_load_n(&channel.ask->spins, __ATOMIC_RELAXED);
    for (uint32_t look = 0; look < spins; look++) {
        const uint32_t found = __atomic_load_n(number, __ATOMIC_ACQUIRE);
        if (found != last) return found;
        look_again();
    }
    for (;;) {
        __atomic_store_n(waits, 1, __ATOMIC_SEQ_CST);
        const uint32_t found = __atomic_load_n(number, __ATOMIC_SEQ_CST);
        if (found == last) {
            const struct timespec second = {1, 0};
            syscall(SYS_futex, number, FUTEX_WAIT, last, &second, NULL, 0);
        }
        __atomic_store_n(waits, 0, __ATOMIC_SEQ_CST);
        if (found != last) return found;
        end_without_host();
    }
}

void answer(uint32_t number) {
    __atomic_store_n(&channel.answer->number, number, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&channel.ask->host_waits, __ATOMIC_SEQ_CST))
        syscall(SYS_futex, &channel.answer->number, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}
