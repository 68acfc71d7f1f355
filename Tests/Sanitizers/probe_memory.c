// Counts who takes memory where AddressSanitizer stands before the C library: in place of the
// probe's own memory.c.
#include "../../Host/Probe/probe.h"

void __sanitizer_malloc_hook(const volatile void *memory, size_t size);
void __sanitizer_free_hook(const volatile void *memory);

static uint64_t taken;

uint64_t times_memory_was_taken(void) { return taken; }

void __sanitizer_malloc_hook(const volatile void *memory, size_t size) {
    (void)memory, (void)size;
    taken++;
}

void __sanitizer_free_hook(const volatile void *memory) { (void)memory; }
