// Rialto plugin contract: the ELF note, metadata that the host reads without running any code.
#ifndef RIALTO_NOTE_H
#define RIALTO_NOTE_H

#include "base.h"

// Section ".note.rialto", owner "Rialto", this type.
#define RIALTO_NOTE_TYPE 0x52494131u // "RIA1"

// The note as it lies in the file. Frozen: later versions add a second note.
typedef struct rialto_note {
    uint32_t name_size;   // 7: owner "Rialto" and its zero
    uint32_t data_size;   // sizeof(rialto_note_t) - 20
    uint32_t type;        // RIALTO_NOTE_TYPE
    char owner[8];        // "Rialto"
    uint32_t abi_major_min;
    uint32_t abi_major_max;
    uint32_t abi_minor;   // Needed at least
    char id[64];          // Of the package: the id of its first plugin; padded with 0
    char version[32];     // Semantic version; padded with 0
    char language[32];    // Such as "c", "c++", "rust", "swift"
    char compiler[160];   // Its __VERSION__; in process a Swift plugin's must equal the host's
} rialto_note_t;

// The minor that the library needs. Define it lower, before the first header, to say that nothing
// later than that is used: the library then loads in older hosts too.
#ifndef RIALTO_NOTE_MINOR
#define RIALTO_NOTE_MINOR RIALTO_ABI_MINOR
#endif

// Writes the note from C and C++, once per library, with text literals.
#if defined(__GNUC__) || defined(__clang__)
#define RIALTO_WRITE_NOTE(id_text, version_text, language_text, compiler_text)                    \
    __attribute__((section(".note.rialto"), used, aligned(4))) static const rialto_note_t         \
        rialto_note_ = {7u,                                                                       \
                        (uint32_t)sizeof(rialto_note_t) - 20u,                                    \
                        RIALTO_NOTE_TYPE,                                                         \
                        "Rialto",                                                                 \
                        RIALTO_ABI_MAJOR,                                                         \
                        RIALTO_ABI_MAJOR,                                                         \
                        RIALTO_NOTE_MINOR,                                                        \
                        id_text,                                                                  \
                        version_text,                                                             \
                        language_text,                                                            \
                        compiler_text}
#endif

#endif
