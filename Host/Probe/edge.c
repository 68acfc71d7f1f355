// Memory that ends where a page begins that nobody can touch: what is read or written behind its
// end crashes.
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "fuzz.h"

#define PAGE 4096u

static uint64_t whole(uint64_t size) { return (size + PAGE - 1) / PAGE * PAGE; }

void *edge_take(edge_t *edge, uint64_t size) {
    if (edge->start == NULL) {
        edge->room = whole(edge->most > 0 ? edge->most : 1);
        unsigned char *start = mmap(NULL, edge->room + 2 * PAGE, PROT_NONE,
                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (start == MAP_FAILED) give_up("fuzz", "no memory");
        edge->start = start + PAGE;
    }
    if (size > edge->room) give_up("fuzz", "a column is too long");
    if (mprotect(edge->start, edge->room, PROT_READ | PROT_WRITE) != 0)
        give_up_errno("fuzz");
    return edge->start + edge->room - size;
}

const void *edge_put(edge_t *edge, const void *bytes, uint64_t size) {
    void *place = edge_take(edge, size);
    memcpy(place, bytes, size);
    if (mprotect(edge->start, edge->room, PROT_READ) != 0) give_up_errno("fuzz");
    return place;
}
