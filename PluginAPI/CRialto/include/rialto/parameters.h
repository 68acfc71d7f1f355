// Rialto plugin contract: parameters. One definition feeds run files, optimiser and forms.
#ifndef RIALTO_PARAMETERS_H
#define RIALTO_PARAMETERS_H

#include "base.h"

#define RIALTO_VALUE_INTEGER 1u // integer
#define RIALTO_VALUE_NUMBER 2u  // number, finite
#define RIALTO_VALUE_DECIMAL 3u // integer * 10^-decimals, exact: prices, quantities, money
#define RIALTO_VALUE_BOOLEAN 4u // integer, 0 or 1
#define RIALTO_VALUE_TEXT 5u    // text
#define RIALTO_VALUE_DURATION 6u // integer, nanoseconds

// One value. Only the fields that its type names mean anything; the others are 0.
typedef struct rialto_value {
    uint32_t struct_size; // Set by whoever fills it
    uint16_t type;        // RIALTO_VALUE_...
    uint16_t decimals;    // Of RIALTO_VALUE_DECIMAL, 0...18
    int64_t integer;
    double number;
    rialto_text_t text;
} rialto_value_t;

#define RIALTO_PARAMETER_LIVE 1u        // May change while the instance runs; arrives as an event
#define RIALTO_PARAMETER_OPTIMISABLE 2u // An optimiser may search it
#define RIALTO_PARAMETER_REQUIRED 4u    // Has no default; the run file must give it

// What a parameter is. Lives as long as the library.
typedef struct rialto_parameter {
    uint32_t struct_size; // Set by the plugin; also the stride of the array that holds it
    uint32_t id;          // Stable for the life of the plugin id, 1 or more, never reused
    uint16_t type;        // RIALTO_VALUE_...
    uint16_t reserved;    // 0
    uint32_t flags;       // RIALTO_PARAMETER_...
    rialto_text_t name;   // As in run files: lower case, words joined by _
    rialto_text_t unit;   // For people: "bars", "USD", "bps"; may be empty
    rialto_text_t summary; // One sentence: what it does
    rialto_text_t choices; // Of texts: the allowed ones, joined by |; empty allows any
    rialto_value_t lowest; // Inclusive; of the parameter's type; not read for texts and booleans
    rialto_value_t highest; // Inclusive
    rialto_value_t step;   // Distance between values an optimiser should try; 0 means any
    rialto_value_t initial; // The default; not read when required
} rialto_parameter_t;

#endif
