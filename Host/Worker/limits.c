// What a plugin may use up: memory, no file, no further process, no core dump.
#define _GNU_SOURCE
#include <sys/resource.h>

#include "worker.h"

#define STACK_SIZE (8u << 20)
#define DESCRIPTORS 16 // dlopen opens the library and nothing else
#define DESCRIPTORS_OF_DEBUGPY 64

static void limit(int resource, uint64_t most) {
    const struct rlimit limit = {most, most};
    if (setrlimit(resource, &limit) != 0) give_up_errno("limits");
}

void limit_resources(const options_t *options) {
    uint64_t shared = RIALTO_WINDOW_SIZE;
    for (uint32_t i = 0; i < options->region_count; i++) shared += options->regions[i];
    limit(RLIMIT_AS, options->memory + shared);
    // Address space of what is shared, given back, is no memory to be taken instead.
    limit(RLIMIT_DATA, options->memory);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, options->debugpy ? DESCRIPTORS_OF_DEBUGPY : DESCRIPTORS);
    // Threads count as processes of the user; the filter lets no other be started.
    if (!options->threads && !options->debugpy) limit(RLIMIT_NPROC, 0);
    limit(RLIMIT_MEMLOCK, 0);
    limit(RLIMIT_MSGQUEUE, 0);
    limit(RLIMIT_STACK, STACK_SIZE);
    channel.answer->layers |= RIALTO_LAYER_LIMITS;
}
