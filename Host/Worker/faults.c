// What is left behind by a plugin that is stopped: which signal, where, and which system call.
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <ucontext.h>
#include <unistd.h>

#include "worker.h"

static char stack[64 << 10]; // An overflown stack has no room for a handler

static uint64_t instruction_of(const ucontext_t *context) {
#if defined(__x86_64__)
    return (uint64_t)context->uc_mcontext.gregs[REG_RIP];
#else
    return (uint64_t)context->uc_mcontext.pc;
#endif
}

// rdtsc is 0F 31 and rdtscp 0F 01 F9.
static int reads_clock(uint64_t instruction, const siginfo_t *info) {
    if (info->si_signo != SIGSEGV || info->si_code != SI_KERNEL) return 0;
    const unsigned char *bytes = (const unsigned char *)(uintptr_t)instruction;
    return bytes[0] == 0x0F && (bytes[1] == 0x31 || (bytes[1] == 0x01 && bytes[2] == 0xF9));
}

// Whether somebody else sent the signal: what a plugin brings about comes from the kernel, but for
// the one that abort() sends to itself.
static int was_sent(const siginfo_t *info) {
    return info->si_code <= 0 && !(info->si_signo == SIGABRT && info->si_code == SI_TKILL);
}

static void note(int number, siginfo_t *info, void *context) {
    rialto_fault_t *fault = &channel.answer->fault;
    const uint64_t instruction = instruction_of(context);
    fault->instruction = instruction;
    fault->address = (uint64_t)(uintptr_t)info->si_addr;
    fault->system_call = number == SIGSYS ? (uint32_t)info->si_syscall : 0;
    fault->reads_clock = (uint32_t)reads_clock(instruction, info);
    fault->signal = (uint32_t)number;
    // It would not happen again on return.
    if (was_sent(info)) _exit(RIALTO_WORKER_EXIT_SENT);
    // Going on after a call that was not allowed would be to live without it.
    if (number == SIGSYS) _exit(RIALTO_WORKER_EXIT_FILTER);
    // The first process of its namespace does not die of a signal that it sends itself.
    if (number == SIGABRT) _exit(RIALTO_WORKER_EXIT_ABORT);
    // The handler is gone: what has happened happens again, and ends the process.
}

void watch_faults(void) {
    const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};
    const stack_t place = {.ss_sp = stack, .ss_flags = 0, .ss_size = sizeof stack};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = note;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND;
    if (sigaltstack(&place, NULL) != 0) give_up_errno("signals");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (sigaction(numbers[i], &action, NULL) != 0) give_up_errno("signals");
}

void forbid_clock(void) {
#if defined(__x86_64__)
    if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, 0) == 0)
        channel.answer->layers |= RIALTO_LAYER_NO_CLOCK;
#endif
}
