// Rialto plugin contract: a running strategy. One instance per account that enables it.
#ifndef RIALTO_STRATEGY_H
#define RIALTO_STRATEGY_H

#include "batch.h"
#include "intents.h"
#include "needs.h"
#include "services.h"
#include "state.h"

// The functions of one instance, filled in by `create`.
typedef struct rialto_strategy {
    uint32_t struct_size; // Set by the host before create; the plugin fills in no more than that
    uint32_t reserved;    // 0
    void *self;           // Owned by the plugin; passed back untouched

    // Read `batch` from the front and add intents. After the time group in which a target, order,
    // cancel, replace or timer was added, stop, unless the instance is open loop; a timer stops an
    // open loop too. `out_consumed` is the number of entries read, > 0: all when nothing stopped
    // it.
    // A negative result ends the instance and the host reports it.
    // [data]
    rialto_result (*on_batch)(void *self, const rialto_batch_t *batch, rialto_intents_t *intents,
                              uint32_t *out_consumed);

    // Write the whole state, so that `load` in a new instance goes on with the same intents.
    // May be null: the instance then starts from history alone. Called between two batches.
    // [control]
    rialto_result (*save)(void *self, rialto_state_writer_t *writer);

    // Take over a saved state; RIALTO_ERROR_STATE leaves the instance as created.
    // [control]
    rialto_result (*load)(void *self, const rialto_state_reader_t *reader);

    // Release everything the plugin holds. No call follows this one.
    // [control]
    void (*destroy)(void *self);
} rialto_strategy_t;

#endif
