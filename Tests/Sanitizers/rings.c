// The question and answer protocol between two threads of one process, for ThreadSanitizer, which
// sees no further than a process: the host's side of CWorker and the whole of the worker's loop
// over the same memory. Left out is only what a thread cannot have of its own: walls.
// usage: rings PLUGIN EPISODES ROUNDS SEED
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../Host/Worker/worker.h"
#include "window.h"

#define SECOND 1000000000ll

// How an episode ends.
typedef enum ending { ASKED, VANISHED, UNOPENED, REFUSED, ENDINGS } ending_t;

_Noreturn void __real__exit(int code);
_Noreturn void __wrap__exit(int code);

static pthread_t worker_thread, main_thread;
static int exit_code; // Of the worker, read after it was joined

_Noreturn void __wrap__exit(int code) {
    if (pthread_equal(pthread_self(), main_thread)) __real__exit(code);
    exit_code = code;
    pthread_exit(NULL);
}

// It would be the test's own process that is walled in, and whose clocks stand.
void filter_for_running(void) {}
void stand_still(stillness_t what) { (void)what; }

static void *run_worker(void *path) {
    static const options_t nothing;
    channel.answer->window = (uint64_t)(uintptr_t)channel.ask;
    serve(&nothing, path);
}

static void stop(const char *what) {
    fprintf(stderr, "rings: %s\n", what);
    __real__exit(1);
}

static void wait_for_answer(rialto_ask_t *ask, uint32_t spins) {
    for (int slice = 0; slice < 2000; slice++)
        if (rialto_worker_wait(ask, channel.answer, slice == 0 ? spins : 0, SECOND / 1000)) return;
    stop("no answer within 20 seconds");
}

static rialto_result put_question(rialto_ask_t *ask, uint32_t operation, uint64_t place,
                                  uint32_t spins) {
    rialto_worker_ask(ask, channel.answer, operation, place);
    wait_for_answer(ask, spins);
    return channel.answer->result;
}

static void set_spins(rialto_ask_t *ask, uint32_t spins) {
#ifdef PLANTED // A race that must be found, or this program would find none
    *(volatile uint32_t *)&ask->spins = spins;
#else
    rialto_worker_set_spins(ask, spins);
#endif
}

// One worker from its start to its end. Returns how many questions it answered; adds its intents
// to `digest`.
static uint64_t episode(rialto_ask_t *ask, char *path, uint64_t rounds, uint64_t *random,
                        ending_t ending, uint64_t *digest) {
    int life[2];
    memset(channel.answer, 0, sizeof *channel.answer);
    memset(ask, 0, sizeof *ask);
    ask->number = 1;
    if (pipe2(life, O_CLOEXEC) != 0) stop("no pipe");
    if (dup2(life[0], RIALTO_WORKER_LIFELINE) < 0 || dup2(life[0], RIALTO_WORKER_PLUGIN) < 0)
        stop("no descriptor");
    close(life[0]);
    fcntl(RIALTO_WORKER_LIFELINE, F_SETFL, O_NONBLOCK);
    if (pthread_create(&worker_thread, NULL, run_worker, path) != 0) stop("no thread");
    wait_for_answer(ask, 0);
    uint64_t answered = 1;
    if (ending != UNOPENED) {
        if (put_question(ask, RIALTO_ASK_OPEN, 0, 0) != RIALTO_OK) stop("it was not opened");
        const window_t window = lay_out(ask, channel.answer->window);
        if (put_question(ask, RIALTO_ASK_CREATE, window.creation, 0) != RIALTO_OK)
            stop(channel.answer->error.text);
        answered += 2;
        for (uint64_t round = 0; round < rounds; round++, answered++) {
            const uint32_t spins[] = {0, 0, 50, 4000};
            const uint64_t chance = next_random(random);
            if (chance % 64 == 0) set_spins(ask, spins[chance / 64 % 4]);
            renew(&window, round + 1);
            if (put_question(ask, RIALTO_ASK_BATCH, window.batch, spins[chance / 256 % 4]) != 0)
                stop("a batch failed");
            if (channel.answer->consumed != ROWS) stop("a batch was not read whole");
            for (uint32_t i = 0; i < channel.answer->intents.count; i++)
                *digest = (*digest ^ channel.answer->intent_items[i].row) * 0x100000001B3u;
            *digest = (*digest ^ channel.answer->intents.count) * 0x100000001B3u;
        }
    }
    if (ending == VANISHED) {
        close(life[1]);
    } else if (ending == REFUSED) {
        // What is not known is refused; after the end no question is answered any more.
        exit_code = 0;
        rialto_worker_ask(ask, channel.answer, 99, 0);
        wait_for_answer(ask, 0);
        if (channel.answer->result != RIALTO_ERROR_ARGUMENT) stop("question 99 was answered");
        rialto_worker_ask(ask, channel.answer, RIALTO_ASK_END, 0);
        if (rialto_worker_wait(ask, channel.answer, 100, SECOND / 1000) != 0)
            stop("a worker that has ended answered");
    } else {
        rialto_worker_ask(ask, channel.answer, RIALTO_ASK_END, 0);
    }
    pthread_join(worker_thread, NULL);
    if (exit_code != RIALTO_WORKER_EXIT_END) stop(channel.answer->error.text);
    if (ending != VANISHED) close(life[1]);
    return answered;
}

int main(int count, char **arguments) {
    if (count != 5) stop("usage: rings PLUGIN EPISODES ROUNDS SEED");
    const uint64_t episodes = strtoull(arguments[2], NULL, 10);
    const uint64_t rounds = strtoull(arguments[3], NULL, 10);
    uint64_t random = strtoull(arguments[4], NULL, 10), answered = 0, ends[ENDINGS] = {0};
    uint64_t first = 0;
    main_thread = pthread_self();
    rialto_ask_t *ask = mmap(NULL, RIALTO_WINDOW_SIZE, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    channel.answer = mmap(NULL, sizeof *channel.answer, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ask == MAP_FAILED || channel.answer == MAP_FAILED) stop("no memory");
    channel.ask = ask;
    for (uint64_t i = 0; i < episodes; i++) {
        // A worker whose host vanished finds out within a second: one in sixteen.
        const uint64_t chance = next_random(&random) % 16;
        const ending_t ending = chance == 0 ? VANISHED : chance < 3 ? UNOPENED
                                : chance < 8 ? REFUSED : ASKED;
        uint64_t digest = 0xCBF29CE484222325u;
        answered += episode(ask, arguments[1], rounds, &random, ending, &digest);
        ends[ending]++;
        if (ending == UNOPENED) continue;
        if (first == 0) first = digest;
        if (digest != first) stop("two episodes gave different intents");
    }
    printf("%llu workers, %llu questions answered; ends: %llu asked for, %llu at a question that"
           " has no answer, %llu unopened, %llu whose host vanished; digest %016llx\n",
           (unsigned long long)episodes, (unsigned long long)answered,
           (unsigned long long)ends[ASKED], (unsigned long long)ends[REFUSED],
           (unsigned long long)ends[UNOPENED], (unsigned long long)ends[VANISHED],
           (unsigned long long)first);
    return 0;
}
