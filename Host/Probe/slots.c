// One call plan for each slot, made from slots.def and compared with the headers by the compiler.
#include <ffi.h>

#include "slots.h"

// What each word of slots.def is in C.
#define C_RESULT rialto_result
#define C_TABLE_FOUND const void *
#define C_NOTHING void
#define C_PLUGIN const rialto_plugin_t *
#define C_SERVICES const rialto_services_t *
#define C_TABLE void *
#define C_NEEDS rialto_needs_t *
#define C_ERROR rialto_error_t *
#define C_TEXT rialto_text_t
#define C_SELF void *
#define C_BATCH const rialto_batch_t *
#define C_INTENTS rialto_intents_t *
#define C_FORECASTS rialto_forecasts_out_t *
#define C_COUNT uint32_t *
#define C_WRITER rialto_state_writer_t *
#define C_READER const rialto_state_reader_t *

#define SAME(type, member, ...)                                                                    \
    _Static_assert(                                                                                \
        __builtin_types_compatible_p(__typeof__(((type *)0)->member), __VA_ARGS__), #member);
#define SLOT1(name, type, member, result, a) SAME(type, member, C_##result (*)(C_##a))
#define SLOT2(name, type, member, result, a, b)                                                    \
    SAME(type, member, C_##result (*)(C_##a, C_##b))
#define SLOT4(name, type, member, result, a, b, c, d)                                              \
    SAME(type, member, C_##result (*)(C_##a, C_##b, C_##c, C_##d))
#define SLOT5(name, type, member, result, a, b, c, d, e)                                           \
    SAME(type, member, C_##result (*)(C_##a, C_##b, C_##c, C_##d, C_##e))
#include "slots.def"
#undef SLOT1
#undef SLOT2
#undef SLOT4
#undef SLOT5

// And in libffi: everything is a pointer but a text, which is passed by value.
static ffi_type *text_parts[] = {&ffi_type_pointer, &ffi_type_uint64, NULL};
static ffi_type text_type = {0, 0, FFI_TYPE_STRUCT, text_parts};

#define F_RESULT &ffi_type_sint32
#define F_TABLE_FOUND &ffi_type_pointer
#define F_NOTHING &ffi_type_void
#define F_TEXT &text_type
#define F_PLUGIN &ffi_type_pointer
#define F_SERVICES &ffi_type_pointer
#define F_TABLE &ffi_type_pointer
#define F_NEEDS &ffi_type_pointer
#define F_ERROR &ffi_type_pointer
#define F_SELF &ffi_type_pointer
#define F_BATCH &ffi_type_pointer
#define F_INTENTS &ffi_type_pointer
#define F_FORECASTS &ffi_type_pointer
#define F_COUNT &ffi_type_pointer
#define F_WRITER &ffi_type_pointer
#define F_READER &ffi_type_pointer

typedef struct entry {
    const char *name;
    ffi_type *result;
    unsigned count;
    ffi_type *arguments[5];
    ffi_cif plan;
    int is_ready;
} entry_t;

#define SLOT1(name, type, member, result, a) {#name, F_##result, 1, {F_##a}, {0}, 0},
#define SLOT2(name, type, member, result, a, b) {#name, F_##result, 2, {F_##a, F_##b}, {0}, 0},
#define SLOT4(name, type, member, result, a, b, c, d)                                              \
    {#name, F_##result, 4, {F_##a, F_##b, F_##c, F_##d}, {0}, 0},
#define SLOT5(name, type, member, result, a, b, c, d, e)                                           \
    {#name, F_##result, 5, {F_##a, F_##b, F_##c, F_##d, F_##e}, {0}, 0},
static entry_t slots[] = {
    {"entry", &ffi_type_sint32, 3,
     {&ffi_type_pointer, &ffi_type_pointer, &ffi_type_pointer}, {0}, 0},
#include "slots.def"
};
_Static_assert(sizeof slots / sizeof slots[0] == SLOT_COUNT, "one plan for each slot");

const char *slot_name(slot_t slot) { return slots[slot].name; }

int64_t call_slot(slot_t slot, void (*function)(void), void **values) {
    entry_t *one = &slots[slot];
    if (!one->is_ready
        && ffi_prep_cif(&one->plan, FFI_DEFAULT_ABI, one->count, one->result, one->arguments)
               != FFI_OK)
        give_up("slots", one->name);
    one->is_ready = 1;
    ffi_arg returned = 0;
    ffi_call(&one->plan, function, &returned, values);
    if (one->result == &ffi_type_void) return 0;
    return one->result == &ffi_type_sint32 ? (int32_t)returned : (int64_t)returned;
}
