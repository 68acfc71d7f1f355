// Where a bound function writes.
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "bridge.h"

#define PAGE 4096u
#define CANARY 0xC5

// guard page | page of canaries | rows | canaries to the end of a further page | guard page
typedef struct output {
    unsigned char *start;
    uint64_t mapped;
    uint64_t size; // Of the rows
} output_t;

static output_t outputs[RIALTO_BOUND_OUTPUTS_MAX];
static uint32_t output_count;

static uint64_t inner(uint64_t size) { return (size + PAGE - 1) / PAGE * PAGE + 2 * PAGE; }
static unsigned char *rows_of(const output_t *one) { return one->start + 2 * PAGE; }

// Memory of the right size, kept from the last call where that had as many rows.
static int take(output_t *one, uint64_t size) {
    const uint64_t mapped = inner(size) + 2 * PAGE;
    if (one->mapped == mapped) {
        one->size = size;
        return 1;
    }
    if (one->mapped != 0) munmap(one->start, one->mapped);
    one->mapped = 0;
    void *start = mmap(NULL, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return 0;
    *one = (output_t){start, mapped, size};
    return mprotect(one->start + PAGE, inner(size), PROT_READ | PROT_WRITE) == 0;
}

static void make_ready(const output_t *one, int is_real) {
    memset(one->start + PAGE, CANARY, inner(one->size));
    if (!is_real) return;
    const uint64_t unwritten = RIALTO_BOUND_UNWRITTEN;
    unsigned char *rows = rows_of(one);
    for (uint64_t i = 0; i < one->size; i += 8) memcpy(rows + i, &unwritten, 8);
}

int make_outputs(const rialto_bound_call_t *call) {
    if (call->output_count == 0) return 1; // Those of the last call stay as they are
    output_count = 0;
    for (uint32_t i = 0; i < call->argument_count; i++) {
        const rialto_bound_argument_t *one = &call->arguments[i];
        const int is_real = one->pass == RIALTO_PASS_REALS;
        if (!is_real && one->pass != RIALTO_PASS_INTEGERS) continue;
        if (one->index != output_count || output_count == RIALTO_BOUND_OUTPUTS_MAX) return 0;
        if (!take(&outputs[output_count], (uint64_t)call->rows * (is_real ? 8 : 4))) return 0;
        make_ready(&outputs[output_count++], is_real);
    }
    return output_count == call->output_count;
}

void *output_at(uint32_t index) { return rows_of(&outputs[index]); }

static int is_untouched(const unsigned char *from, const unsigned char *end) {
    for (; from < end; from++)
        if (*from != CANARY) return 0;
    return 1;
}

rialto_result check_outputs(void) {
    for (uint32_t i = 0; i < output_count; i++) {
        const output_t *one = &outputs[i];
        const unsigned char *rows = rows_of(one);
        if (!is_untouched(one->start + PAGE, rows)) return problem(RIALTO_BOUND_BEFORE, i);
        if (!is_untouched(rows + one->size, one->start + PAGE + inner(one->size)))
            return problem(RIALTO_BOUND_BEHIND, i);
    }
    return RIALTO_OK;
}

rialto_result copy_output(const rialto_bound_piece_t *piece) {
    if (piece->output >= output_count || piece->size > sizeof channel.answer->forecast_items
        || piece->offset > outputs[piece->output].size
        || piece->size > outputs[piece->output].size - piece->offset)
        return problem(RIALTO_BOUND_FORM, piece->output);
    memcpy(channel.answer->forecast_items, rows_of(&outputs[piece->output]) + piece->offset,
           piece->size);
    return RIALTO_OK;
}
