// Questions to rialto-bridge beside those of worker_channel.h: functions of a library that knows
// nothing of Rialto, called by the signatures that a table gives. Addresses are the bridge's.
#ifndef RIALTO_BRIDGE_CHANNEL_H
#define RIALTO_BRIDGE_CHANNEL_H

#include "worker_channel.h"

#define RIALTO_ASK_BIND 32u   // `place` is a rialto_binding_t: find the functions
#define RIALTO_ASK_CALL 33u   // `place` is a rialto_bound_call_t
#define RIALTO_ASK_COLUMN 34u // `place` is a rialto_bound_piece_t: copy a part of an output

#define RIALTO_BOUND_SYMBOLS_MAX 4096u
#define RIALTO_BOUND_ARGUMENTS_MAX 64u
#define RIALTO_BOUND_OUTPUTS_MAX 16u

// What stands at one place of an argument list.
#define RIALTO_PASS_START 1u     // Integer: the first row, 0
#define RIALTO_PASS_END 2u       // Integer: the last row
#define RIALTO_PASS_ROWS 3u      // Integer: how many rows there are
#define RIALTO_PASS_INPUT 4u     // const double *: input column `index`
#define RIALTO_PASS_INTEGER 5u   // Integer: `integer`
#define RIALTO_PASS_NUMBER 6u    // double: `number`
#define RIALTO_PASS_BEGIN 7u     // int32_t *: the function sets the row of its first value
#define RIALTO_PASS_COUNT 8u     // int32_t *: the function sets how many values it wrote
#define RIALTO_PASS_REALS 9u     // double *: output `index`
#define RIALTO_PASS_INTEGERS 10u // int32_t *: output `index`

#define RIALTO_RESULT_NONE 0u
#define RIALTO_RESULT_STATUS 1u // int32_t

// Why a question could not be answered.
#define RIALTO_BOUND_FINE 0u
#define RIALTO_BOUND_MISSING 1u // There is no symbol `index`
#define RIALTO_BOUND_FOREIGN 2u // Symbol `index` is no function of the library's own
#define RIALTO_BOUND_BEFORE 3u  // It wrote in front of output `index`
#define RIALTO_BOUND_BEHIND 4u  // It wrote behind output `index`
#define RIALTO_BOUND_BESIDE 5u  // It wrote beside begin or count
#define RIALTO_BOUND_MEMORY 6u  // No memory for the outputs
#define RIALTO_BOUND_FORM 7u    // The question is out of range

// Every row of an output before the call: what is still there was not written.
#define RIALTO_BOUND_UNWRITTEN 0x7FF4C5C5C5C5C5C5ull
#define RIALTO_BOUND_UNWRITTEN_INTEGER 0xC5C5C5C5u

// The functions of a table, by name.
typedef struct rialto_binding {
    uint32_t count; // 1...RIALTO_BOUND_SYMBOLS_MAX
    uint32_t reserved;
    const char *const *names; // Each ended by 0
} rialto_binding_t;

// One argument.
typedef struct rialto_bound_argument {
    uint32_t pass;  // RIALTO_PASS_...
    uint32_t index; // Of an input column or an output
    uint32_t is_wide; // Integers: 64 bits instead of 32
    uint32_t reserved;
    int64_t integer;
    double number;
} rialto_bound_argument_t;

// One call.
typedef struct rialto_bound_call {
    uint32_t symbol; // Index in the binding's names
    uint32_t result; // RIALTO_RESULT_...
    uint32_t argument_count;
    uint32_t output_count;
    uint32_t rows;
    uint32_t repeats; // How often it is called, 1 or more; the outputs are made ready once
    uint64_t inputs;  // Where the first input column lies
    uint64_t stride;  // Bytes from one input column to the next
    rialto_bound_argument_t arguments[RIALTO_BOUND_ARGUMENTS_MAX];
} rialto_bound_call_t;

// A part of an output.
typedef struct rialto_bound_piece {
    uint32_t output;
    uint32_t reserved;
    uint64_t offset; // In bytes
    uint64_t size;   // At most rialto_answer_piece_size()
} rialto_bound_piece_t;

// What a call came to. It lies where a plugin's intents would: a bridge has none.
typedef struct rialto_bound_answer {
    uint32_t problem; // RIALTO_BOUND_...
    uint32_t index;
    int32_t status; // What the function returned
    int32_t begin;  // What it set; -1 where it set nothing
    int32_t count;
    uint32_t reserved;
} rialto_bound_answer_t;

#endif
