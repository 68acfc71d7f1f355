// The plugin's library and what it offers.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#include "worker.h"

typedef rialto_result (*entry_t)(const rialto_host_t *, const rialto_library_t **,
                                 rialto_error_t *);

typedef struct place {
    uint64_t base, size;
} place_t;

// Where the object lies that holds `context`'s base.
static int measure(struct dl_phdr_info *info, size_t size, void *context) {
    place_t *place = context;
    (void)size;
    if (info->dlpi_addr != place->base) return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type == PT_LOAD && header->p_vaddr + header->p_memsz > place->size)
            place->size = header->p_vaddr + header->p_memsz;
    }
    return 1;
}

static entry_t load(const char *path) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == NULL) give_up("load", dlerror());
    struct link_map *map = NULL;
    dlinfo(handle, RTLD_DI_LINKMAP, &map);
    place_t place = {map != NULL ? map->l_addr : 0, 0};
    dl_iterate_phdr(measure, &place);
    channel.answer->library = place.base;
    channel.answer->library_size = place.size;
    void *entry = dlsym(handle, "rialto_plugin_entry");
    if (entry == NULL) give_up("load", "there is no rialto_plugin_entry");
    entry_t function;
    memcpy(&function, &entry, sizeof function);
    return function;
}

static entry_t entry;

// What the library holds; null, with the reason in `error`, where it refuses.
static const rialto_library_t *ask_library(uint32_t major_min, uint32_t major_max, uint32_t minor,
                                           rialto_text_t version, rialto_error_t *error) {
    const rialto_host_t host = {
        .struct_size = sizeof host, .abi_major_min = major_min, .abi_major_max = major_max,
        .abi_minor = minor, .name = {"Rialto", 6}, .version = version};
    const rialto_library_t *library = NULL;
    return entry(&host, &library, error) == RIALTO_OK ? library : NULL;
}

static void interpret(const options_t *options) {
    rialto_error_t error = {.struct_size = sizeof error};
    const rialto_text_t version = {"", 0};
    const rialto_library_t *library = ask_library(RIALTO_ABI_MAJOR, RIALTO_ABI_MAJOR,
                                                  RIALTO_ABI_MINOR, version, &error);
    if (library == NULL) give_up("load", error.text);
    load_interpreted(options, library);
}

void open_library(const options_t *options, const char *path) {
    load_libraries(options);
    entry = load(path != NULL ? path : "/proc/self/fd/5");
    close(RIALTO_WORKER_PLUGIN);
    if (options->interprets) interpret(options);
    channel.answer->stage = RIALTO_STAGE_LOADED;
}

const rialto_plugin_t *find_plugin(const rialto_creation_t *creation, rialto_error_t *error) {
    const rialto_library_t *library =
        ask_library(creation->abi_major_min, creation->abi_major_max, creation->abi_minor,
                    creation->host_version, error);
    if (library == NULL) return NULL;
    for (uint32_t i = 0; i < library->plugin_count; i++) {
        const rialto_plugin_t *plugin = library->plugins[i];
        if (plugin->id.size == creation->plugin_id.size && plugin->kind == creation->kind
            && memcmp(plugin->id.data, creation->plugin_id.data, plugin->id.size) == 0)
            return plugin;
    }
    return NULL;
}
