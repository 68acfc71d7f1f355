// Rialto helpers in C and C++ for libraries that hold one plugin: the exported entry, and the way
// to refuse to be made.
#ifndef RIALTO_ONE_PLUGIN_H
#define RIALTO_ONE_PLUGIN_H

#include <string.h>

#include "rialto/entry.h"

// Says why the plugin cannot be made, and returns `code`.
// [any]
static inline rialto_result rialto_refuse(rialto_error_t *error, rialto_result code,
                                          const char *text) {
    const size_t size = strlen(text), room = sizeof error->text - 1;
    error->code = code;
    memcpy(error->text, text, size < room ? size : room);
    error->text[size < room ? size : room] = 0;
    return code;
}

// Writes the entry of a library whose only plugin is `plugin`, a static const rialto_plugin_t.
#define RIALTO_ONE_PLUGIN(plugin)                                                                  \
    static const rialto_plugin_t *const rialto_plugins[] = {&plugin};                              \
    static const rialto_library_t rialto_library = {sizeof(rialto_library_t), RIALTO_ABI_MAJOR,    \
                                                    RIALTO_ABI_MINOR, 1, rialto_plugins};          \
    rialto_result rialto_plugin_entry(const rialto_host_t *host,                                   \
                                      const rialto_library_t **out_library,                        \
                                      rialto_error_t *out_error) {                                 \
        if (!RIALTO_HOST_SPEAKS(host))                                                             \
            return rialto_refuse(out_error, RIALTO_ERROR_ABI,                                      \
                                 "this plugin speaks another major of the ABI");                   \
        *out_library = &rialto_library;                                                            \
        return RIALTO_OK;                                                                          \
    }

#endif
