// Unnamed files in memory.
#define _GNU_SOURCE
#include "chost.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL)

// Another descriptor of the same file, which can only read.
static int reading(int file) {
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return open(path, O_RDONLY | O_CLOEXEC);
}

int rialto_memory_file(uint64_t size, void **out_start) {
    const int file = memfd_create("columns", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) return -errno;
    void *start = MAP_FAILED;
    int result = -1;
    if (ftruncate(file, (off_t)size) == 0)
        start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (start != MAP_FAILED && fcntl(file, F_ADD_SEALS, SEALS) == 0) result = reading(file);
    const int error = errno;
    close(file);
    if (result >= 0) {
        madvise(start, size, MADV_HUGEPAGE);
        *out_start = start;
        return result;
    }
    if (start != MAP_FAILED) munmap(start, size);
    return -error;
}
