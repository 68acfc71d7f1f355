// What a plugin may use up: memory, no file, no further process, no core dump.
#define _GNU_SOURCE
#include <sys/resource.h>

#include "worker.h"

#define STACK_SIZE (8u << 20)
#define DESCRIPTORS 16 // dlopen opens the library and nothing else

static void limit(int resource, uint64_t most) {
    const struct rlimit limit = {most, most};
    if (setrlimit(resource, &limit) != 0) give_up_errno("limits");
}

void limit_resources(const options_t *options) {
    limit(RLIMIT_AS, options->memory + RIALTO_WINDOW_SIZE);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, DESCRIPTORS);
    limit(RLIMIT_NPROC, 0);
    limit(RLIMIT_MEMLOCK, 0);
    limit(RLIMIT_MSGQUEUE, 0);
    limit(RLIMIT_STACK, STACK_SIZE);
    channel.answer->layers |= RIALTO_LAYER_LIMITS;
}
