// One call, made of a list of arguments.
#include <fenv.h>
#include <string.h>

#include <ffi.h>

#include "bridge.h"

// Everything that a call points to. Between begin and count lie bytes that nobody may touch.
typedef struct frame {
    ffi_type *types[RIALTO_BOUND_ARGUMENTS_MAX];
    void *values[RIALTO_BOUND_ARGUMENTS_MAX];
    union {
        int32_t narrow;
        int64_t wide;
        double number;
        const void *pointer;
    } room[RIALTO_BOUND_ARGUMENTS_MAX];
    struct {
        unsigned char before[64];
        int32_t begin;
        unsigned char between[60];
        int32_t count;
        unsigned char behind[60];
    } set;
} frame_t;

static frame_t frame;

static void put_integer(uint32_t place, int64_t value, int is_wide) {
    frame.types[place] = is_wide ? &ffi_type_sint64 : &ffi_type_sint32;
    if (is_wide) frame.room[place].wide = value;
    else frame.room[place].narrow = (int32_t)value;
}

static void put_pointer(uint32_t place, const void *value) {
    frame.types[place] = &ffi_type_pointer;
    frame.room[place].pointer = value;
}

static int put(const rialto_bound_call_t *call, uint32_t place) {
    const rialto_bound_argument_t *one = &call->arguments[place];
    const int wide = one->is_wide != 0;
    switch (one->pass) {
    case RIALTO_PASS_START: put_integer(place, 0, wide); break;
    case RIALTO_PASS_END: put_integer(place, (int64_t)call->rows - 1, wide); break;
    case RIALTO_PASS_ROWS: put_integer(place, call->rows, wide); break;
    case RIALTO_PASS_INTEGER: put_integer(place, one->integer, wide); break;
    case RIALTO_PASS_INPUT:
        put_pointer(place, (const char *)(uintptr_t)call->inputs + one->index * call->stride);
        break;
    case RIALTO_PASS_NUMBER:
        frame.types[place] = &ffi_type_double;
        frame.room[place].number = one->number;
        break;
    case RIALTO_PASS_BEGIN: put_pointer(place, &frame.set.begin); break;
    case RIALTO_PASS_COUNT: put_pointer(place, &frame.set.count); break;
    case RIALTO_PASS_REALS:
    case RIALTO_PASS_INTEGERS:
        if (one->index >= call->output_count) return 0;
        put_pointer(place, output_at(one->index));
        break;
    default: return 0;
    }
    frame.values[place] = &frame.room[place];
    return 1;
}

static int is_set_beside(void) {
    const unsigned char *bytes = frame.set.before;
    int touched = 0;
    for (size_t i = 0; i < sizeof frame.set.before; i++) touched |= bytes[i] != 0xC5;
    for (size_t i = 0; i < sizeof frame.set.between; i++)
        touched |= frame.set.between[i] != 0xC5 || frame.set.behind[i] != 0xC5;
    return touched;
}

rialto_result call_function(const rialto_bound_call_t *call) {
    void (*function)(void) = function_at(call->symbol);
    if (function == NULL || call->argument_count > RIALTO_BOUND_ARGUMENTS_MAX)
        return problem(RIALTO_BOUND_FORM, call->symbol);
    if (!make_outputs(call)) return problem(RIALTO_BOUND_MEMORY, 0);
    memset(&frame.set, 0xC5, sizeof frame.set);
    frame.set.begin = frame.set.count = -1;
    for (uint32_t i = 0; i < call->argument_count; i++)
        if (!put(call, i)) return problem(RIALTO_BOUND_FORM, i);
    ffi_cif plan;
    ffi_type *result = call->result == RIALTO_RESULT_STATUS ? &ffi_type_sint32 : &ffi_type_void;
    if (ffi_prep_cif(&plan, FFI_DEFAULT_ABI, call->argument_count, result, frame.types) != FFI_OK)
        return problem(RIALTO_BOUND_FORM, call->symbol);
    ffi_arg returned = 0;
    fesetenv(FE_DFL_ENV); // Whatever the last one has set
    for (uint32_t i = 0; i < call->repeats; i++)
        ffi_call(&plan, function, &returned, frame.values);
    rialto_bound_answer_t *said = bound_answer();
    said->status = call->result == RIALTO_RESULT_STATUS ? (int32_t)returned : 0;
    said->begin = frame.set.begin;
    said->count = frame.set.count;
    if (is_set_beside()) return problem(RIALTO_BOUND_BESIDE, 0);
    return check_outputs();
}
