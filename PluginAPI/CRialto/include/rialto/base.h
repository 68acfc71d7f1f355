// Rialto plugin contract: results, text, cash, limits. Read rialto.h first.
#ifndef RIALTO_BASE_H
#define RIALTO_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define RIALTO_EXTERN_C extern "C"
#else
#define RIALTO_EXTERN_C
#endif

#if defined(__GNUC__) || defined(__clang__)
#define RIALTO_EXPORT RIALTO_EXTERN_C __attribute__((visibility("default")))
#else
#define RIALTO_EXPORT RIALTO_EXTERN_C
#endif

// The version of these headers. Major 0 may still change; from 1 on the contract only grows.
#define RIALTO_ABI_MAJOR 0u
#define RIALTO_ABI_MINOR 2u

// What a call answers: 0 fine, above 0 soft (the instance goes on), below 0 ends the instance.
typedef int32_t rialto_result;

#define RIALTO_OK 0
#define RIALTO_NOT_FOUND 1      // The thing asked for does not exist; out_ values are untouched
#define RIALTO_TRUNCATED 2      // Not everything fitted; what fitted is valid
#define RIALTO_END 3            // A stream has no more bytes
#define RIALTO_ERROR (-1)       // Any failure without a better name
#define RIALTO_ERROR_ARGUMENT (-2)    // An argument is outside what the comment allows
#define RIALTO_ERROR_MEMORY (-3)      // Memory could not be had
#define RIALTO_ERROR_UNSUPPORTED (-4) // The host or the plugin lacks what is asked
#define RIALTO_ERROR_STATE (-5)       // Saved state is damaged, or of a schema that cannot be read
#define RIALTO_ERROR_PARAMETER (-6)   // A parameter is out of range or contradicts another
#define RIALTO_ERROR_ABI (-7)         // No ABI major in common

// Most rows of one batch, over all kinds.
#define RIALTO_BATCH_MAX 4096u
// Says "none" or "any" where an index of an instrument, model or row stands.
#define RIALTO_NONE 0xFFFFFFFFu

// UTF-8 text or bytes by length, not ended by 0. Frozen: these two fields for ever.
// Whoever passes it owns the bytes; they are valid for the call unless the field says otherwise.
typedef struct rialto_text {
    const char *data; // May be null when size is 0
    uint64_t size;    // Bytes
} rialto_text_t;

// An exact amount of money in units of 10^-18, as a two's complement 128-bit integer.
// Frozen: these two fields for ever.
typedef struct rialto_cash {
    uint64_t low; // The lower 64 bits
    int64_t high; // The upper 64 bits, with the sign
} rialto_cash_t;

// Why a call failed, for people. Allocated by the caller, filled by whoever fails.
typedef struct rialto_error {
    uint32_t struct_size; // Set by the caller
    int32_t code;         // The rialto_result that is returned
    char text[248];       // UTF-8, ended by 0, lower case first, no full stop: what, found, allowed
} rialto_error_t;

#define RIALTO_SIDE_UNKNOWN 0u
#define RIALTO_BUY 1u
#define RIALTO_SELL 2u

#endif
