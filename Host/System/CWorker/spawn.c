// Starting a worker: a child that shares nothing with the host but the descriptors it is given.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker_host.h"

#define OWN_NAMESPACES                                                                             \
    (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)
#define CHILD_STACK (256u << 10)
#define SAFE_DESCRIPTORS 128 // Above every number that a worker is started with

// One worker to be started, and what became of it.
typedef struct request {
    const rialto_worker_start_t *start;
    pid_t pid;
    int pidfd;
    int namespaces;
    uid_t user; // The host's, as it is outside of the child's namespaces
    gid_t group;
    int error;
    int is_done;
} request_t;

static int write_file(const char *path, const char *text) {
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return 0;
    const size_t size = strlen(text);
    const ssize_t written = write(file, text, size);
    close(file);
    return written == (ssize_t)size;
}

// Makes the host's user the only one of a user namespace. Done before exec: what is not yet the
// namespace's root loses there what it takes.
static int map_host(const request_t *request) {
    char map[64];
    snprintf(map, sizeof map, "0 %u 1", (unsigned)request->user);
    if (!write_file("/proc/self/uid_map", map)) return 0;
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", (unsigned)request->group);
    return write_file("/proc/self/gid_map", map);
}

// The child, in the host's memory but on its own stack: only system calls, nothing that locks.
static int run(void *context) {
    request_t *request = context;
    const rialto_worker_start_t *start = request->start;
    int moved[RIALTO_WORKER_DESCRIPTORS + 1], regions[RIALTO_REGIONS_MAX];
    if (request->namespaces && request->user != 0 && !map_host(request)) goto failed;
    // The host looks whether it worked: without a group it is a worker all the same.
    if (start->group >= 0 && write(start->group, "0", 1) != 1) errno = 0;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    personality(ADDR_NO_RANDOMIZE);
    setsid();
    for (int i = 0; i <= RIALTO_WORKER_DESCRIPTORS; i++) {
        const int from = i < RIALTO_WORKER_DESCRIPTORS ? start->descriptors[i] : start->output;
        moved[i] = fcntl(from, F_DUPFD, SAFE_DESCRIPTORS);
        if (moved[i] < 0) goto failed;
    }
    for (uint32_t i = 0; i < start->region_count; i++) {
        regions[i] = fcntl(start->regions[i], F_DUPFD, SAFE_DESCRIPTORS);
        if (regions[i] < 0) goto failed;
    }
    const int none = open("/dev/null", O_RDONLY);
    if (none < 0 || dup2(none, 0) < 0) goto failed;
    if (dup2(moved[RIALTO_WORKER_DESCRIPTORS], 1) < 0) goto failed;
    if (dup2(moved[RIALTO_WORKER_DESCRIPTORS], 2) < 0) goto failed;
    for (int i = 0; i < RIALTO_WORKER_DESCRIPTORS; i++)
        if (dup2(moved[i], RIALTO_WORKER_WINDOW + i) < 0) goto failed;
    for (uint32_t i = 0; i < start->region_count; i++)
        if (dup2(regions[i], RIALTO_WORKER_REGIONS + (int)i) < 0) goto failed;
    if (syscall(SYS_close_range, RIALTO_WORKER_REGIONS + start->region_count, ~0u, 0) != 0)
        goto failed;
    sigset_t none_blocked;
    sigemptyset(&none_blocked);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none_blocked, NULL);
    const char *const *arguments = request->namespaces ? start->arguments : start->bare;
    execve(start->path, (char *const *)arguments, (char *const *)start->environment);
failed:
    request->error = errno;
    _exit(127);
}

// Starts the child of a request with the namespaces of `flags`. Returns 0 or an errno.
static int start_with(request_t *request, int flags) {
    char *stack = mmap(NULL, CHILD_STACK, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return errno;
    request->error = 0;
    request->pid = clone(run, stack + CHILD_STACK,
                         CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD | flags, request,
                         &request->pidfd);
    int error = request->pid < 0 ? errno : request->error;
    munmap(stack, CHILD_STACK);
    if (request->pid >= 0 && error != 0) {
        rialto_worker_reap(request->pidfd);
        close(request->pidfd);
    }
    return error;
}

static void serve(request_t *request) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = EPERM;
    if (request->start->namespaces) {
        const int flags = OWN_NAMESPACES | (request->user == 0 ? 0 : CLONE_NEWUSER);
        request->namespaces = 1;
        error = start_with(request, flags);
    }
    if (error == EPERM || error == EINVAL || error == ENOSPC || error == EUSERS) {
        request->namespaces = 0;
        error = start_with(request, 0);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) request->pid = -error;
}

// A worker dies with the thread that started it, so one thread that never ends starts them all.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static request_t *waiting;

static void *start_all(void *unused) {
    (void)unused;
    pthread_mutex_lock(&lock);
    for (;;) {
        while (waiting == NULL || waiting->is_done) pthread_cond_wait(&changed, &lock);
        serve(waiting);
        waiting->is_done = 1;
        pthread_cond_broadcast(&changed);
    }
    return NULL;
}

static int starter_error;

static void make_starter(void) {
    pthread_t thread;
    starter_error = pthread_create(&thread, NULL, start_all, NULL);
    if (starter_error == 0) pthread_detach(thread);
}

pid_t rialto_worker_start(const rialto_worker_start_t *start, int *out_pidfd,
                          int *out_namespaces) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_starter);
    if (starter_error != 0) return -starter_error;
    request_t request = {.start = start, .pid = -1, .pidfd = -1, .user = geteuid(),
                         .group = getegid()};
    pthread_mutex_lock(&lock);
    while (waiting != NULL) pthread_cond_wait(&changed, &lock);
    waiting = &request;
    pthread_cond_broadcast(&changed);
    while (!request.is_done) pthread_cond_wait(&changed, &lock);
    waiting = NULL;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    *out_pidfd = request.pidfd;
    *out_namespaces = request.namespaces;
    return request.pid;
}

void rialto_worker_send(int pidfd, int signal) {
    syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

void rialto_worker_kill(int pidfd) { rialto_worker_send(pidfd, SIGKILL); }

int rialto_worker_has_stopped(int pidfd) {
    siginfo_t info = {0};
    return waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0
           && info.si_pid != 0;
}

int rialto_worker_reap(int pidfd) {
    siginfo_t info = {0};
    while (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED) != 0)
        if (errno != EINTR) return -1;
    return info.si_code == CLD_EXITED ? info.si_status : 1000 + info.si_status;
}

int rialto_worker_memory(const char *name, uint64_t size, const void *bytes) {
    const int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) return -errno;
    int seals = F_SEAL_SHRINK | F_SEAL_GROW;
    if (ftruncate(file, (off_t)size) != 0) goto failed;
    for (uint64_t done = 0; bytes != NULL && done < size;) {
        const ssize_t count = pwrite(file, (const char *)bytes + done, size - done, (off_t)done);
        if (count <= 0) goto failed;
        done += (uint64_t)count;
    }
    if (bytes != NULL) seals |= F_SEAL_WRITE | F_SEAL_SEAL;
    // Busy: the system holds on to one of its pages, which is soon over.
    for (int tries = 0; fcntl(file, F_ADD_SEALS, seals) != 0; tries++)
        if (errno != EBUSY || tries == 5) goto failed;
    return file;
failed:;
    const int error = errno;
    close(file);
    return -error;
}

int rialto_worker_seal(int memory) {
    return fcntl(memory, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SEAL) == 0 ? 0 : -errno;
}
