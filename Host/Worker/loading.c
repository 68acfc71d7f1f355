// What is read beside the library while files can still be opened: the package's own libraries, and
// what an interpreter wants.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

#include "rialto/draft/loading.h"

#include "worker.h"

void load_libraries(const options_t *options) {
    for (int i = 0; i < options->load_count; i++)
        if (dlopen(options->load[i], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) == NULL)
            give_up("load", dlerror());
}

static rialto_text_t text_of(const char *path) {
    return (rialto_text_t){path, path != NULL ? strlen(path) : 0};
}

void load_interpreted(const options_t *options, const rialto_library_t *library) {
    const rialto_loading_places_t places = {
        sizeof places, 0, text_of(options->runtime), text_of(options->files)};
    for (uint32_t i = 0; i < library->plugin_count; i++) {
        const rialto_plugin_t *plugin = library->plugins[i];
        if (plugin->get_extension == NULL) continue;
        const rialto_loading_t *loading = plugin->get_extension(text_of(RIALTO_LOADING_ID));
        if (loading == NULL || loading->struct_size < sizeof *loading) continue;
        rialto_error_t error = {.struct_size = sizeof error};
        if (loading->load(&places, &error) != RIALTO_OK) give_up("import", error.text);
    }
}
