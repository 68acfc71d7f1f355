// Generated calls of the whole contract (check 46).
#ifndef RIALTO_FUZZ_H
#define RIALTO_FUZZ_H

#include "slots.h"

// Memory between two pages that nobody can touch.                                 edge.c
typedef struct edge {
    uint64_t most; // Bytes that it will ever hold; set before the first use
    unsigned char *start;
    uint64_t room;
} edge_t;

// Room of `size` bytes that ends where the guard begins, to be written.
void *edge_take(edge_t *edge, uint64_t size);
// The same with a copy of `bytes`, to be read only.
const void *edge_put(edge_t *edge, const void *bytes, uint64_t size);

// A sequence of numbers that depends on its seed alone.
uint64_t next_number(uint64_t *random);
static inline uint64_t below(uint64_t *random, uint64_t bound) {
    return next_number(random) % bound;
}
// Bytes that a struct of a newer host has behind the fields that are known: 0...256, by eights.
uint32_t beyond(uint64_t *random);
// Fills bytes with what is no address and no zero.
void fill_garbage(void *bytes, size_t size, uint64_t *random);

// The batch again, every struct and column of it read only and ended by a guard, every struct as
// a newer host might send it.                                               fuzz_batch.c
const rialto_batch_t *edged_batch(const rialto_batch_t *batch, uint64_t *random);

// One out-struct of the contract with bytes behind it that must stay.             fuzz.c
#define ROOM(type)                                                                                 \
    struct {                                                                                       \
        type known;                                                                                \
        unsigned char beyond[256];                                                                 \
    }

#endif
