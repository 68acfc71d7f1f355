// Real workers, started by several threads at once, asked, ended and killed at random points, also
// by a thread that is not theirs. Built with ThreadSanitizer or with AddressSanitizer it watches
// the host's side; the launcher it starts may be sanitized too: a finding there ends it with 99.
// usage: launch LAUNCHER PLUGIN THREADS WORKERS ROUNDS SEED      (WORKERS: of each thread)
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "window.h"

#define MILLISECOND 1000000ll
#define THREADS_MAX 16

typedef enum ending { ASKED, KILLED, KILLED_BY_ANOTHER, VANISHED, ENDINGS } ending_t;
static const int expected[ENDINGS] = {0, 1009, 1009, 0};

typedef struct host {
    pthread_t thread;
    uint64_t random, answered, ended[ENDINGS], layers;
} host_t;

static const char *launcher;
static char *library;
static uint64_t library_size, workers, rounds;

// What the killer is to kill: -1 nothing. It lets go before the owner reaps.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int victims[THREADS_MAX];
static int is_over;

static void stop(const char *what) {
    fprintf(stderr, "launch: %s\n", what);
    exit(1);
}

static void set_victim(int index, int pidfd) {
    pthread_mutex_lock(&lock);
    victims[index] = pidfd;
    pthread_mutex_unlock(&lock);
}

static void *kill_some(void *seed) {
    uint64_t random = (uint64_t)(uintptr_t)seed;
    for (int over = 0; !over;) {
        pthread_mutex_lock(&lock);
        const uint64_t index = next_random(&random) % THREADS_MAX;
        if (victims[index] >= 0) rialto_worker_kill(victims[index]);
        over = is_over;
        pthread_mutex_unlock(&lock);
        usleep((useconds_t)(next_random(&random) % 1500));
    }
    return NULL;
}

typedef struct pair {
    rialto_ask_t *ask;
    rialto_answer_t *answer;
    int pidfd, life, output;
    pid_t pid;
} pair_t;

static pair_t start(int namespaces) {
    char memory[] = "536870912", user[] = "2000000001", group[16];
    const char *const walled[] = {launcher, "--namespaces", "--memory", memory, "--user", user,
                                  "--group", group, NULL};
    const char *const bare[] = {launcher, "--memory", memory, "--user", user, "--group", group,
                                NULL};
    const char *const environment[] = {"LANG=C", "TZ=UTC", NULL};
    int life[2], words[2], has_namespaces = 0;
    pair_t pair = {0};
    snprintf(group, sizeof group, "%u", (unsigned)getegid());
    const int window = rialto_worker_memory("window", RIALTO_WINDOW_SIZE, NULL);
    const int said = rialto_worker_memory("answer", sizeof(rialto_answer_t), NULL);
    const int plugin = rialto_worker_memory("plugin", library_size, library);
    if (window < 0 || said < 0 || plugin < 0) stop("no memory");
    if (rialto_worker_pipe(&life[0], &life[1]) != 0 || rialto_worker_pipe(&words[0], &words[1]))
        stop("no pipe");
    pair.ask = mmap(NULL, RIALTO_WINDOW_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, window, 0);
    pair.answer = mmap(NULL, sizeof(rialto_answer_t), PROT_READ | PROT_WRITE, MAP_SHARED, said, 0);
    if (pair.ask == MAP_FAILED || pair.answer == MAP_FAILED) stop("no address space");
    if (rialto_worker_seal(window) != 0) stop("it cannot be sealed");
    pair.ask->number = 1;
    const rialto_worker_start_t order = {
        .path = launcher, .arguments = walled, .bare = bare, .environment = environment,
        .descriptors = {window, said, plugin, life[0]}, .output = words[1],
        .group = -1, .namespaces = namespaces};
    pair.pid = rialto_worker_start(&order, &pair.pidfd, &has_namespaces);
    if (pair.pid <= 0) stop(strerror(-pair.pid));
    close(window), close(said), close(plugin), close(life[0]), close(words[1]);
    fcntl(words[0], F_SETFL, O_NONBLOCK);
    pair.life = life[1];
    pair.output = words[0];
    return pair;
}

// Waits for the answer. Returns 0 when the worker has ended instead.
static int wait_for_answer(const pair_t *pair, uint32_t spins) {
    for (int slice = 0; slice < 60000; slice++) {
        if (rialto_worker_wait(pair->ask, pair->answer, slice == 0 ? spins : 0, MILLISECOND))
            return 1;
        if (rialto_worker_has_ended(pair->pidfd)) return 0;
        rialto_worker_has_stopped(pair->pidfd);
        rialto_worker_time_ns(pair->pid);
    }
    stop("no answer within a minute");
    return 0;
}

static int put(const pair_t *pair, uint32_t operation, uint64_t place, uint32_t spins) {
    rialto_worker_ask(pair->ask, pair->answer, operation, place);
    return wait_for_answer(pair, spins);
}

static int converse(const pair_t *pair, host_t *host, ending_t ending) {
    if (!wait_for_answer(pair, 0)) return 0;
    host->layers |= pair->answer->layers;
    rialto_worker_set_spins(pair->ask, 100);
    if (!put(pair, RIALTO_ASK_OPEN, 0, 100)) return 0;
    const window_t window = lay_out(pair->ask, pair->answer->window);
    if (!put(pair, RIALTO_ASK_CREATE, window.creation, 100)) return 0;
    if (pair->answer->result != RIALTO_OK) stop(pair->answer->error.text);
    const uint64_t end = ending == KILLED ? next_random(&host->random) % (rounds + 1) : rounds;
    for (uint64_t round = 0; round < end || ending == KILLED_BY_ANOTHER; round++) {
        renew(&window, next_random(&host->random));
        if (!put(pair, RIALTO_ASK_BATCH, window.batch, round % 3 * 100)) return 0;
        if (pair->answer->result != 0 || pair->answer->consumed != ROWS) stop("a batch failed");
        host->answered++;
    }
    return 1;
}

static void one_worker(host_t *host, int index, ending_t ending) {
    char words[4096] = {0};
    const pair_t pair = start((int)(next_random(&host->random) % 2));
    if (ending == KILLED_BY_ANOTHER) set_victim(index, pair.pidfd);
    const int lives = converse(&pair, host, ending);
    set_victim(index, -1);
    if (lives && ending == ASKED) rialto_worker_ask(pair.ask, pair.answer, RIALTO_ASK_END, 0);
    if (lives && ending == KILLED) {
        // In the middle of a batch.
        if (next_random(&host->random) % 2)
            rialto_worker_ask(pair.ask, pair.answer, RIALTO_ASK_STATE, 0);
        rialto_worker_kill(pair.pidfd);
    }
    if (ending == VANISHED) close(pair.life);
    const int code = rialto_worker_reap(pair.pidfd);
    if (code != expected[ending]) {
        if (read(pair.output, words, sizeof words - 1) < 0) words[0] = 0;
        const rialto_fault_t fault = pair.answer->fault;
        fprintf(stderr, "launch: a worker ended with %d, its ending was %d, stage %u, signal %u at"
                " %llx, call %u: %s\n%s\n", code, ending, pair.answer->stage, fault.signal,
                (unsigned long long)fault.instruction, fault.system_call,
                pair.answer->error.text, words);
        exit(1);
    }
    host->ended[ending]++;
    if (ending != VANISHED) close(pair.life);
    close(pair.output), close(pair.pidfd);
    munmap(pair.ask, RIALTO_WINDOW_SIZE);
    munmap(pair.answer, sizeof(rialto_answer_t));
}

static host_t hosts[THREADS_MAX];

static void *run_host(void *context) {
    host_t *host = context;
    for (uint64_t i = 0; i < workers; i++) {
        const uint64_t chance = next_random(&host->random) % 16;
        const ending_t ending = chance < 6   ? ASKED
                                : chance < 10 ? KILLED
                                : chance < 15 ? KILLED_BY_ANOTHER
                                              : VANISHED;
        one_worker(host, (int)(host - hosts), ending);
    }
    return NULL;
}

static void read_library(const char *path) {
    struct stat status;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0) stop("the plugin cannot be read");
    library_size = (uint64_t)status.st_size;
    library = malloc(library_size);
    if (library == NULL || read(file, library, library_size) != status.st_size)
        stop("the plugin cannot be read");
    close(file);
}

int main(int count, char **arguments) {
    if (count != 7) stop("usage: launch LAUNCHER PLUGIN THREADS WORKERS ROUNDS SEED");
    const uint64_t threads = strtoull(arguments[3], NULL, 10);
    const uint64_t seed = strtoull(arguments[6], NULL, 10);
    if (threads < 1 || threads > THREADS_MAX) stop("threads are 1 to 16");
    launcher = arguments[1];
    workers = strtoull(arguments[4], NULL, 10);
    rounds = strtoull(arguments[5], NULL, 10);
    read_library(arguments[2]);
    for (int i = 0; i < THREADS_MAX; i++) victims[i] = -1;
    pthread_t killer;
    if (pthread_create(&killer, NULL, kill_some, (void *)(uintptr_t)seed) != 0) stop("no thread");
    for (uint64_t i = 0; i < threads; i++) {
        hosts[i].random = seed * THREADS_MAX + i;
        if (pthread_create(&hosts[i].thread, NULL, run_host, &hosts[i]) != 0) stop("no thread");
    }
    host_t sum = {0};
    for (uint64_t i = 0; i < threads; i++) {
        pthread_join(hosts[i].thread, NULL);
        sum.answered += hosts[i].answered;
        sum.layers |= hosts[i].layers;
        for (int e = 0; e < ENDINGS; e++) sum.ended[e] += hosts[i].ended[e];
    }
    pthread_mutex_lock(&lock);
    is_over = 1;
    pthread_mutex_unlock(&lock);
    pthread_join(killer, NULL);
    free(library);
    printf("%llu workers of %llu threads, %llu batches answered; ends: %llu asked for, %llu killed,"
           " %llu killed by another thread, %llu whose host vanished; layers %llu\n",
           (unsigned long long)(threads * workers), (unsigned long long)threads,
           (unsigned long long)sum.answered, (unsigned long long)sum.ended[ASKED],
           (unsigned long long)sum.ended[KILLED], (unsigned long long)sum.ended[KILLED_BY_ANOTHER],
           (unsigned long long)sum.ended[VANISHED], (unsigned long long)sum.layers);
    return 0;
}
