// Rialto plugin contract: a running model. One instance per host, shared by all accounts.
#ifndef RIALTO_MODEL_H
#define RIALTO_MODEL_H

#include "batch.h"
#include "needs.h"
#include "services.h"
#include "state.h"

// The functions of one instance, filled in by `create`.
typedef struct rialto_model {
    uint32_t struct_size; // Set by the host before create; the plugin fills in no more than that
    uint32_t reserved;    // 0
    void *self;           // Owned by the plugin; passed back untouched

    // Read the whole of `batch` and add forecasts, in the order of their rows. Stop early only when
    // `forecasts` is full: at the end of the last whole time group that fitted.
    // `out_consumed` is the number of entries read, > 0.
    // [data]
    rialto_result (*on_batch)(void *self, const rialto_batch_t *batch,
                              rialto_forecasts_out_t *forecasts, uint32_t *out_consumed);

    // As rialto_strategy_t.save.
    // [control]
    rialto_result (*save)(void *self, rialto_state_writer_t *writer);

    // As rialto_strategy_t.load.
    // [control]
    rialto_result (*load)(void *self, const rialto_state_reader_t *reader);

    // Release everything the plugin holds. No call follows this one.
    // [control]
    void (*destroy)(void *self);
} rialto_model_t;

#endif
