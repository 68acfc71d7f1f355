// An instance's state: gathered whole, then handed over piece by piece; or read back.
#include <stdlib.h>
#include <string.h>

#include "worker.h"

static char *bytes;
static uint64_t size, room;

static rialto_result write_state(void *host, const void *from, uint64_t count,
                                 uint64_t *out_written) {
    (void)host;
    if (from == NULL || out_written == NULL) return RIALTO_ERROR_ARGUMENT;
    if (count > RIALTO_WORKER_STATE_MAX - size) return RIALTO_ERROR_MEMORY;
    while (size + count > room) {
        const uint64_t wider = room > 0 ? room * 2 : 1u << 16;
        char *moved = realloc(bytes, wider);
        if (moved == NULL) return RIALTO_ERROR_MEMORY;
        bytes = moved;
        room = wider;
    }
    memcpy(bytes + size, from, count);
    size += count;
    *out_written = count;
    return RIALTO_OK;
}

rialto_result save_state(void *self, rialto_result (*save)(void *, rialto_state_writer_t *)) {
    rialto_state_writer_t writer = {sizeof writer, 0, NULL, write_state};
    if (save == NULL) return RIALTO_ERROR_UNSUPPORTED;
    size = 0;
    const rialto_result result = save(self, &writer);
    channel.answer->state_schema = writer.schema;
    channel.answer->state_size = size;
    return result;
}

uint32_t copy_state(uint64_t from, char *to, uint32_t most) {
    if (from >= size) return 0;
    const uint32_t count = size - from < most ? (uint32_t)(size - from) : most;
    memcpy(to, bytes + from, count);
    return count;
}

// What of a given state was read.
typedef struct reading {
    const rialto_given_state_t *state;
    uint64_t done;
} reading_t;

static rialto_result read_state(void *host, void *to, uint64_t count, uint64_t *out_read) {
    reading_t *reading = host;
    const uint64_t left = reading->state->bytes.size - reading->done;
    if (to == NULL || out_read == NULL) return RIALTO_ERROR_ARGUMENT;
    if (left == 0) return RIALTO_END;
    *out_read = count < left ? count : left;
    memcpy(to, reading->state->bytes.data + reading->done, *out_read);
    reading->done += *out_read;
    return RIALTO_OK;
}

rialto_result load_state(void *self, rialto_result (*load)(void *, const rialto_state_reader_t *),
                         const rialto_given_state_t *state) {
    reading_t reading = {state, 0};
    const rialto_state_reader_t reader = {sizeof reader, state->schema, &reading, read_state};
    return load == NULL ? RIALTO_ERROR_UNSUPPORTED : load(self, &reader);
}
