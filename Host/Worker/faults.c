// What is left behind by a plugin that is stopped: which signal, where, and which system call.
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
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

static uint64_t frame_of(const ucontext_t *context, uint64_t *out_stack) {
#if defined(__x86_64__)
    *out_stack = (uint64_t)context->uc_mcontext.gregs[REG_RSP];
    return (uint64_t)context->uc_mcontext.gregs[REG_RBP];
#else
    *out_stack = (uint64_t)context->uc_mcontext.sp;
    return (uint64_t)context->uc_mcontext.regs[29];
#endif
}

static uint64_t stack_end; // No frame of the plugin's lies at it or above

// Whether a page is there, asked without touching it: advice on nothing is refused.
static int is_mapped(uint64_t address) {
    const uint64_t page = address & ~4095ull;
    return madvise((void *)(uintptr_t)page, 4096, MADV_NORMAL) == 0;
}

// Follows frame pointers: each lies above the last one, on the stack, or the list ends. Code that
// was built without them gives a short list, or one that the host finds to be outside.
static void note_callers(rialto_fault_t *fault, const ucontext_t *context) {
    uint64_t low, checked = 0;
    uint64_t frame = frame_of(context, &low);
    uint32_t count = 0;
    while (count < RIALTO_FRAMES_MAX && frame % 8 == 0 && frame >= low && frame < stack_end
           && stack_end - frame >= 16) {
        // Two words, on one page or on two.
        for (uint64_t at = frame; at <= frame + 8; at += 8) {
            if ((at & ~4095ull) == checked) continue;
            if (!is_mapped(at)) return;
            checked = at & ~4095ull;
        }
        const uint64_t *words = (const uint64_t *)(uintptr_t)frame;
        if (words[1] == 0) return;
        fault->frames[count++] = words[1];
        fault->frame_count = count;
        low = frame + 16;
        frame = words[0];
    }
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
    fault->frame_count = 0;
    fault->signal = (uint32_t)number;
    if (!was_sent(info)) note_callers(fault, context);
    // It would not happen again on return.
    if (was_sent(info)) _exit(RIALTO_WORKER_EXIT_SENT);
    // Going on after a call that was not allowed would be to live without it.
    if (number == SIGSYS) _exit(RIALTO_WORKER_EXIT_FILTER);
    // The first process of its namespace does not die of a signal that it sends itself.
    if (number == SIGABRT) _exit(RIALTO_WORKER_EXIT_ABORT);
    // The handler is gone: what has happened happens again, and ends the process.
}

void watch_faults(void) {
    // What is above belongs to the launcher: main, and what the system put there.
    stack_end = (uint64_t)(uintptr_t)__builtin_frame_address(0);
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
