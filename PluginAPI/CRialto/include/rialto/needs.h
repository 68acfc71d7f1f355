// Rialto plugin contract: what an instance wants to be given.
#ifndef RIALTO_NEEDS_H
#define RIALTO_NEEDS_H

#include "base.h"

// One wish for events.
typedef struct rialto_need {
    uint32_t struct_size;  // Set by the plugin; also the stride of the array that holds it
    uint32_t kind;         // RIALTO_KIND_...
    uint32_t instrument;   // RIALTO_NONE means every instrument of the instance
    uint32_t history_rows; // Rows of warm-up wanted before the run, per instrument
    int64_t interval_ns;   // Of bars; 0 for the run's own interval, and for other kinds
} rialto_need_t;

// The instance reads no own events (orders, fills, account): it does not stop where it acts, its
// intents carry their row and the host applies them in order.
#define RIALTO_NEEDS_OPEN_LOOP 1u
// A model that wants the account of each account it serves: one instance per account.
#define RIALTO_NEEDS_PER_ACCOUNT 2u

// All wishes of an instance. Filled in by `create`; the array is the plugin's until destroy.
typedef struct rialto_needs {
    uint32_t struct_size;       // Set by the host before, at most that much is written
    uint32_t flags;             // RIALTO_NEEDS_...
    uint32_t need_count;        // 1 or more
    uint32_t intents_per_group; // Most of one time group, 1...1024; 0 means 64
    const rialto_need_t *needs;
} rialto_needs_t;

#endif
