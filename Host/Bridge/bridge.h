// A worker that calls the functions of an unmodified C library by the signatures of a table. The
// walls are the worker's; only the questions differ.
#ifndef RIALTO_BRIDGE_H
#define RIALTO_BRIDGE_H

#include "../Worker/worker.h"
#include "bridge_channel.h"

// Where the answer to a question lies.
rialto_bound_answer_t *bound_answer(void);
// Sets the answer's problem and returns the result of a question that failed.
rialto_result problem(uint32_t what, uint32_t index);

void open_bound(const char *path);                        // library.c
// Finds every function of a binding, in the library itself and nowhere else.
rialto_result bind_functions(const rialto_binding_t *binding);
// The function of a symbol's number; null when it is not bound.
void (*function_at(uint32_t symbol))(void);

rialto_result call_function(const rialto_bound_call_t *call); // call.c

// Room for the outputs of a call: rows between bytes that nobody may touch, between pages that
// nobody can touch.                                                                  outputs.c
int make_outputs(const rialto_bound_call_t *call);
void *output_at(uint32_t index);
// Looks at the bytes around every output. Returns RIALTO_OK or sets the problem.
rialto_result check_outputs(void);
rialto_result copy_output(const rialto_bound_piece_t *piece);

#endif
