// Rialto plugin contract: saved state, as chunked streams.
#ifndef RIALTO_STATE_H
#define RIALTO_STATE_H

#include "base.h"

// Bytes that an instance hands to the host. The host adds id, schema version and digest.
typedef struct rialto_state_writer {
    uint32_t struct_size; // Set by the host
    uint32_t schema;      // Set by the plugin before the first write: version of its own layout
    void *host;

    // Write up to `size` bytes; `out_written` may be less. RIALTO_ERROR_MEMORY past the bound.
    // [control]
    rialto_result (*write)(void *host, const void *bytes, uint64_t size, uint64_t *out_written);
} rialto_state_writer_t;

// Bytes that an instance once saved, with digest already checked.
typedef struct rialto_state_reader {
    uint32_t struct_size; // Set by the host
    uint32_t schema;      // Version of the layout that wrote it
    void *host;

    // Read up to `size` bytes; `out_read` may be less. RIALTO_END when there are no more.
    // [control]
    rialto_result (*read)(void *host, void *bytes, uint64_t size, uint64_t *out_read);
} rialto_state_reader_t;

#endif
