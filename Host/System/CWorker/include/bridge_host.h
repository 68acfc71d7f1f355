// The host's side of a bridge's answers.
#ifndef RIALTO_BRIDGE_HOST_H
#define RIALTO_BRIDGE_HOST_H

#include "bridge_channel.h"

// Where the answer to a call lies.
const rialto_bound_answer_t *rialto_answer_bound(const rialto_answer_t *answer);

// Where a part of an output lies, and the most bytes that it has.
const void *rialto_answer_piece(const rialto_answer_t *answer);
uint64_t rialto_answer_piece_size(void);

// Sets argument `place` of a call.
void rialto_bound_set(rialto_bound_call_t *call, uint32_t place,
                      const rialto_bound_argument_t *argument);

#endif
