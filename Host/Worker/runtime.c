// The runtime that a package needs, loaded while its files can still be opened: dlopen then finds
// what the plugin asks for among what is there.
#include <dlfcn.h>

#include "worker.h"

void preload(const options_t *options) {
    for (int i = 0; i < options->preload_count; i++)
        if (dlopen(options->preload[i], RTLD_NOW | RTLD_GLOBAL) == NULL)
            give_up("preload", dlerror());
}
