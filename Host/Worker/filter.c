// Which system calls there are: a few while the library is loaded, fewer while it runs.
#define _GNU_SOURCE
#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <seccomp.h>

#include "worker.h"

#define ANY 0, NULL
// Memory that is shared, or that grows as a stack, is outside of the limit for data.
#define MAP_KIND (MAP_TYPE | MAP_GROWSDOWN)

typedef struct allowance {
    int call;
    unsigned conditions;
    const struct scmp_arg_cmp *arguments;
} allowance_t;

static void allow(scmp_filter_ctx filter, const allowance_t *all, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const int error = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, all[i].call,
                                                 all[i].conditions, all[i].arguments);
        if (error != 0) give_up("filter", strerror(-error));
    }
}

#define ALLOW(filter, list) allow(filter, list, sizeof(list) / sizeof(list)[0])

// Memory that is no code, waiting, ending, and a few words on the output: all that a plugin needs.
static void allow_running(scmp_filter_ctx filter) {
    const struct scmp_arg_cmp no_code[] = {SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)};
    const struct scmp_arg_cmp anonymous[] = {
        SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
        SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS | MAP_KIND, MAP_ANONYMOUS | MAP_PRIVATE)};
    const struct scmp_arg_cmp output[] = {SCMP_A0(SCMP_CMP_EQ, 1)};
    const struct scmp_arg_cmp errors[] = {SCMP_A0(SCMP_CMP_EQ, 2)};
    const struct scmp_arg_cmp lifeline[] = {SCMP_A0(SCMP_CMP_EQ, RIALTO_WORKER_LIFELINE)};
    const struct scmp_arg_cmp own_abort[] = {
        SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()), SCMP_A2(SCMP_CMP_EQ, SIGABRT)};
    const allowance_t list[] = {
        {SCMP_SYS(mmap), 2, anonymous}, {SCMP_SYS(mprotect), 1, no_code},
        {SCMP_SYS(munmap), ANY}, {SCMP_SYS(mremap), ANY}, {SCMP_SYS(madvise), ANY},
        {SCMP_SYS(brk), ANY}, {SCMP_SYS(futex), ANY},
        {SCMP_SYS(exit_group), ANY}, {SCMP_SYS(exit), ANY},
        {SCMP_SYS(rt_sigreturn), ANY},
        {SCMP_SYS(write), 1, output}, {SCMP_SYS(write), 1, errors},
        {SCMP_SYS(writev), 1, output}, {SCMP_SYS(writev), 1, errors},
        {SCMP_SYS(newfstatat), 1, output}, {SCMP_SYS(newfstatat), 1, errors},
        {SCMP_SYS(fstat), 1, output}, {SCMP_SYS(fstat), 1, errors},
        {SCMP_SYS(lseek), 1, output}, {SCMP_SYS(lseek), 1, errors},
        {SCMP_SYS(read), 1, lifeline},
        // abort(): it blocks signals, asks who it is, and sends itself the signal.
        {SCMP_SYS(rt_sigprocmask), ANY}, {SCMP_SYS(getpid), ANY}, {SCMP_SYS(gettid), ANY},
        {SCMP_SYS(tgkill), 2, own_abort},
    };
    ALLOW(filter, list);
}

// What dlopen does beside: it opens, reads and maps the library, code too.
static void allow_loading(scmp_filter_ctx filter) {
    const struct scmp_arg_cmp reading[] = {
        SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, 0)};
    const struct scmp_arg_cmp own[] = {SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_KIND, MAP_PRIVATE)};
    const allowance_t list[] = {
        {SCMP_SYS(openat), 1, reading}, {SCMP_SYS(read), ANY}, {SCMP_SYS(pread64), ANY},
        {SCMP_SYS(newfstatat), ANY}, {SCMP_SYS(fstat), ANY}, {SCMP_SYS(lseek), ANY},
        {SCMP_SYS(mmap), 1, own}, {SCMP_SYS(mprotect), ANY}, {SCMP_SYS(close), ANY},
        {SCMP_SYS(seccomp), ANY},
    };
    ALLOW(filter, list);
}

// What an interpreter does beside that while it starts and imports: it lists folders, looks whether
// its output is a terminal, and asks for the machine's name.
static void allow_interpreting(scmp_filter_ctx filter) {
    const struct scmp_arg_cmp is_open[] = {SCMP_A1(SCMP_CMP_EQ, F_GETFD)};
    const struct scmp_arg_cmp is_terminal[] = {SCMP_A1(SCMP_CMP_EQ, TCGETS)};
    const struct scmp_arg_cmp is_look[] = {SCMP_A1(SCMP_CMP_EQ, 0)}; // Which handler there is
    // Python's `signal` takes this one when it is imported; the host never sends it.
    const struct scmp_arg_cmp is_interrupt[] = {SCMP_A0(SCMP_CMP_EQ, SIGINT)};
    const allowance_t list[] = {
        {SCMP_SYS(rt_sigaction), 1, is_look}, {SCMP_SYS(rt_sigaction), 1, is_interrupt},
        {SCMP_SYS(getdents64), ANY},
        {SCMP_SYS(uname), ANY}, {SCMP_SYS(fcntl), 1, is_open}, {SCMP_SYS(ioctl), 1, is_terminal},
    };
    ALLOW(filter, list);
    // It can do without an answer to these.
    const int refused[] = {SCMP_SYS(getcwd), SCMP_SYS(readlink), SCMP_SYS(sysinfo),
                           SCMP_SYS(sched_getaffinity), SCMP_SYS(epoll_create1),
                           SCMP_SYS(poll)};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const int error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
        if (error != 0) give_up("filter", strerror(-error));
    }
}

// Threads of this process, for the probe; no process of its own.
static void allow_threads(scmp_filter_ctx filter) {
    const struct scmp_arg_cmp thread[] = {
        SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM)};
    const allowance_t list[] = {
        {SCMP_SYS(clone), 1, thread}, {SCMP_SYS(set_robust_list), ANY}, {SCMP_SYS(rseq), ANY},
        {SCMP_SYS(rt_sigaction), ANY}}; // The C library's own, with the first thread
    ALLOW(filter, list);
    // Its flags lie in memory, where they cannot be looked at: the C library then takes `clone`.
    const int error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    if (error != 0) give_up("filter", strerror(-error));
}

// What debugpy does beside: its threads wait, talk over the connection that they were given, and
// look at the lines of the source. Anything else is answered with EPERM. Nothing can be opened to
// write, connected, listened to or started.
static void allow_debugpy(scmp_filter_ctx filter) {
    const int calls[] = {
        SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(shutdown), SCMP_SYS(getsockname),
        SCMP_SYS(getpeername), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(poll),
        SCMP_SYS(ppoll), SCMP_SYS(pselect6), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
        SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(sched_yield),
        SCMP_SYS(getrandom), SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(readlink),
        SCMP_SYS(uname), SCMP_SYS(fcntl), SCMP_SYS(ioctl),
        SCMP_SYS(sigaltstack), SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
        SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(select), SCMP_SYS(stat), SCMP_SYS(lstat)};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        allow(filter, &(allowance_t){calls[i], ANY}, 1);
    allow_threads(filter);
}

static void refuse(scmp_filter_ctx filter, const allowance_t *all, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const int error = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(ENOENT), all[i].call,
                                                 all[i].conditions, all[i].arguments);
        if (error != 0) give_up("filter", strerror(-error));
    }
}

// Engines look at the machine now and then, and can do without: they find nothing. A plugin beside
// them is told the same where it would else be stopped.
static void refuse_engines(scmp_filter_ctx filter, int is_loading) {
    const struct scmp_arg_cmp by_path[] = {
        SCMP_A0(SCMP_CMP_MASKED_EQ, UINT32_MAX, (uint32_t)AT_FDCWD)};
    const allowance_t files[] = {
        {SCMP_SYS(openat), 1, by_path}, {SCMP_SYS(newfstatat), 1, by_path}};
    const allowance_t others[] = {
        {SCMP_SYS(access), ANY}, {SCMP_SYS(readlink), ANY}, {SCMP_SYS(getcwd), ANY},
        {SCMP_SYS(sched_getaffinity), ANY}, {SCMP_SYS(sysinfo), ANY}, {SCMP_SYS(uname), ANY}};
    if (!is_loading) refuse(filter, files, sizeof files / sizeof files[0]);
    refuse(filter, others, sizeof others / sizeof others[0]);
}

static int lets_threads; // As was asked for when the first filter was put up

// A wait that a debugger's stop has interrupted goes on by a call of its own.
static int is_debugged;
static int has_engines;
static int has_debugpy; // It reads and imports while it runs: what it has stays as it was loaded

static void allow_stopping(scmp_filter_ctx filter) {
    const allowance_t list[] = {{SCMP_SYS(restart_syscall), ANY}};
    ALLOW(filter, list);
}

static void put_up(int is_loading, int interprets) {
    const uint32_t otherwise = has_debugpy ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_TRAP;
    scmp_filter_ctx filter = seccomp_init(otherwise);
    if (filter == NULL) give_up("filter", "no memory");
    // Calls of another machine's numbering are no calls.
    seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    // No new privileges are set already; prctl itself is not to be had, while loading neither.
    seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);
    allow_running(filter);
    if (is_debugged) allow_stopping(filter);
    if (is_loading) allow_loading(filter);
    if (has_engines) refuse_engines(filter, is_loading);
    if (is_loading && interprets && !has_debugpy) allow_interpreting(filter);
    if (has_debugpy) allow_debugpy(filter);
    if (lets_threads) allow_threads(filter);
    const int error = seccomp_load(filter);
    if (error != 0) give_up("filter", strerror(-error));
    seccomp_release(filter);
}

void filter_for_loading(const options_t *options) {
    lets_threads = options->threads;
    is_debugged = options->debug != NULL;
    has_engines = options->engine_count > 0;
    has_debugpy = options->debugpy != NULL;
    put_up(1, options->interprets);
    channel.answer->layers |= RIALTO_LAYER_FILTER;
    channel.answer->stage = RIALTO_STAGE_CONFINED;
}

void filter_for_running(void) {
    if (!has_debugpy) put_up(0, 0);
}
