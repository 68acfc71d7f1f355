// Rialto tests in C and C++: counts of what held and what did not, printed as one line.
#ifndef RIALTO_TEST_TALLY_H
#define RIALTO_TEST_TALLY_H

#include <stdio.h>

// What a test program has found so far. Start it as zeros.
typedef struct rialto_tally {
    unsigned held;
    unsigned failed;
} rialto_tally_t;

// Counts one expectation and says on stderr where it failed.
static inline int rialto_expect(rialto_tally_t *tally, int holds, const char *text,
                                const char *file, int line) {
    if (holds) tally->held++;
    else tally->failed++;
    if (!holds) fprintf(stderr, "%s:%d: not true: %s\n", file, line, text);
    return holds;
}

// Expects `condition`; goes on either way. Its value is whether it held.
#define RIALTO_EXPECT(tally, condition) \
    rialto_expect((tally), (condition) ? 1 : 0, #condition, __FILE__, __LINE__)

// Prints the one line of a test program and returns its exit status.
static inline int rialto_tally_end(const rialto_tally_t *tally, const char *subject) {
    if (tally->failed > 0)
        printf("%s: %u of %u expectations failed\n", subject, tally->failed,
               tally->failed + tally->held);
    else printf("%s: %u expectations held\n", subject, tally->held);
    return tally->failed > 0 ? 1 : 0;
}

#endif
