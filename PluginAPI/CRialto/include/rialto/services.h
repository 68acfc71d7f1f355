// Rialto plugin contract: what the host offers to `create`, all deterministic under replay.
#ifndef RIALTO_SERVICES_H
#define RIALTO_SERVICES_H

#include "market.h"
#include "parameters.h"

#define RIALTO_LOG_ERROR 1u
#define RIALTO_LOG_WARNING 2u
#define RIALTO_LOG_INFO 3u
#define RIALTO_LOG_DEBUG 4u

// The host's side of one instance. Valid until `destroy` returns; call it on the control lane only.
typedef struct rialto_services {
    uint32_t struct_size; // Set by the host
    uint32_t reserved;    // 0
    void *host;           // Owned by the host; pass it back untouched

    // Write one line to the instance's log. Lines beyond the host's rate are counted, not kept.
    // [control]
    void (*log)(void *host, uint32_t level, rialto_text_t text);

    // The next number of the instance's own seeded sequence.
    // [control]
    rialto_result (*random)(void *host, uint64_t *out_value);

    // The value of a parameter: as configured, or its default.
    // RIALTO_NOT_FOUND when the plugin has no parameter of that id.
    // [control]
    rialto_result (*parameter)(void *host, uint32_t id, rialto_value_t *out_value);

    // The instruments that the instance may use, as columns that are valid until destroy.
    // [control]
    rialto_result (*instruments)(void *host, const rialto_instruments_t **out_instruments);

    // The stored value of a key, as the last `set` intent left it. Valid until the next call.
    // RIALTO_NOT_FOUND when it was never set.
    // [control]
    rialto_result (*get_value)(void *host, rialto_text_t key, rialto_text_t *out_value);

    // A file that the operator gives the instance, read only, by the name that the run file lists
    // under `files`. Valid until destroy. RIALTO_NOT_FOUND when the run file has no such name.
    // [control]
    rialto_result (*resource)(void *host, rialto_text_t name, rialto_text_t *out_bytes);

    // A further table of services by id and revision, such as "rialto.series/1"; null when unknown.
    // [control]
    const void *(*get_extension)(void *host, rialto_text_t id);
} rialto_services_t;

#endif
