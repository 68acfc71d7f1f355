// Where the parts of a bridge's answer lie: in the room that a plugin's intents and forecasts have.
#include "bridge_host.h"

const rialto_bound_answer_t *rialto_answer_bound(const rialto_answer_t *answer) {
    return (const rialto_bound_answer_t *)(const void *)answer->intent_items;
}

const void *rialto_answer_piece(const rialto_answer_t *answer) { return answer->forecast_items; }

uint64_t rialto_answer_piece_size(void) { return sizeof(((rialto_answer_t *)0)->forecast_items); }

void rialto_bound_set(rialto_bound_call_t *call, uint32_t place,
                      const rialto_bound_argument_t *argument) {
    call->arguments[place] = *argument;
}
