// Calls of the contract's functions through libffi, by the list in slots.def.
#ifndef RIALTO_SLOTS_H
#define RIALTO_SLOTS_H

#include "probe.h"

typedef enum slot {
    SLOT_entry, // The exported function, which is no member of a struct
#define SLOT1(name, type, member, result, a) SLOT_##name,
#define SLOT2(name, type, member, result, a, b) SLOT_##name,
#define SLOT4(name, type, member, result, a, b, c, d) SLOT_##name,
#define SLOT5(name, type, member, result, a, b, c, d, e) SLOT_##name,
#include "slots.def"
#undef SLOT1
#undef SLOT2
#undef SLOT4
#undef SLOT5
    SLOT_COUNT
} slot_t;

// The slot's name, such as `strategy_on_batch`.
const char *slot_name(slot_t slot);
// Calls `function` with `values`, which point to its arguments. Returns what it returned: 0 for
// nothing, a pointer as a number.
int64_t call_slot(slot_t slot, void (*function)(void), void **values);

#endif
