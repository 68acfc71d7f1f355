// What the host needs of the compiler and the system that Swift cannot ask for.
#ifndef RIALTO_CHOST_H
#define RIALTO_CHOST_H

#include <stdint.h>

// The toolchain's version text, as a Swift plugin's note carries it. Lives for ever.
const char *rialto_host_compiler(void);

// Makes an unnamed file of `size` bytes in memory and maps it, to be filled. From then on only
// that map can write to it. Returns a descriptor that can only read, which no other program
// inherits, or a negative errno; the map is set in `out_start` and stays until it is taken down.
// Any thread.
int rialto_memory_file(uint64_t size, void **out_start);

#endif
