// What a launcher built with AddressSanitizer runs with. It may be told nothing by its environment,
// which the launcher refuses, so it is told here.
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/resource.h>

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
int __real_setrlimit(int resource, const struct rlimit *limit);
int __wrap_setrlimit(int resource, const struct rlimit *limit);
void __wrap___asan_handle_no_return(void);

// A finding ends the process with code 99. Signals stay the launcher's own, a leak is looked for by
// no tracer (there is no ptrace here), and a report names addresses, as no file can be opened.
const char *__asan_default_options(void) {
    return "exitcode=99:detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigill=0"
           ":handle_sigfpe=0:use_sigaltstack=0:symbolize=0:allocator_may_return_null=1"
           ":detect_stack_use_after_return=0:allocator_release_to_os_interval_ms=-1:color=never";
}

const char *__ubsan_default_options(void) {
    return "halt_on_error=1:exitcode=99:symbolize=0:print_stacktrace=1";
}

// The two walls that the sanitizer's own shadow of the address space, 16 TiB, does not fit into.
// Every other limit is set.
int __wrap_setrlimit(int resource, const struct rlimit *limit) {
    if (resource == RLIMIT_AS || resource == RLIMIT_DATA) return 0;
    return __real_setrlimit(resource, limit);
}

// It asks for the signal stack, which the filter has no call for, to clean stacks that are left by
// longjmp. Here only the end of the process does not return.
void __wrap___asan_handle_no_return(void) {}

// The allocator asks for a random number with the first memory of each size, which it cannot do
// behind the walls.
__attribute__((constructor)) static void take_every_size(void) {
    for (size_t size = 1; size <= 1u << 18; size += size < 1024 ? 16 : size / 16) {
        char *volatile memory = malloc(size);
        free(memory);
    }
}
