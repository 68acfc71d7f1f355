// Market data that lie in the host's memory or in files, mapped to be read before any of the
// plugin's code is there.
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#include "worker.h"

void map_regions(const options_t *options) {
    for (uint32_t i = 0; i < options->region_count; i++) {
        const int file = RIALTO_WORKER_REGIONS + (int)i;
        const int flags = MAP_SHARED | (options->resident[i] ? MAP_POPULATE : 0);
        void *place = mmap(NULL, options->regions[i], PROT_READ, flags, file, 0);
        // The map stays and cannot be made writable: the descriptor was opened to be read. What
        // is not mapped the host copies.
        close(file);
        if (place == MAP_FAILED) continue;
        madvise(place, options->regions[i], MADV_HUGEPAGE); // Where the system allows
        channel.answer->regions[i] = (uint64_t)(uintptr_t)place;
    }
}
