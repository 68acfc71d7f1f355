// What a host lays out in the window for a moving-average cross over one instrument.
#ifndef RIALTO_TEST_WINDOW_H
#define RIALTO_TEST_WINDOW_H

#include "worker_host.h"

#define ROWS 512u

// The window's memory, as both sides know it. `shift` is the worker's address less the host's.
typedef struct window {
    rialto_ask_t *ask;
    uint64_t shift;
    uint64_t creation; // Places, in the worker's addresses
    uint64_t batch;
    rialto_batch_t *host_batch; // The host's own view of the same batch
} window_t;

// Lays out a creation and a batch of ROWS bars. The worker has said where its window is.
window_t lay_out(rialto_ask_t *ask, uint64_t worker_window);

// Writes new closes, as a host does before each batch.
void renew(const window_t *window, uint64_t seed);

// A place of the window in the worker's addresses.
uint64_t place_of(const window_t *window, const void *host_address);

// The next number of a sequence.
uint64_t next_random(uint64_t *state);

#endif
