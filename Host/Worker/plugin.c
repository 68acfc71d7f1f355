// The plugin's library and what it offers.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "worker.h"
#include "worker_tables.h"

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

static rialto_result refuse(uint32_t by, rialto_result result) {
    channel.answer->refused = by;
    return result;
}

// Sets what the library holds. Otherwise the answer says who refused, and `error` why.
static rialto_result ask_library(rialto_host_t host, const rialto_library_t **out_library,
                                 rialto_error_t *error) {
    const rialto_library_t *library = NULL;
    rialto_result result = entry(&host, &library, error);
    if (result != RIALTO_OK) return refuse(RIALTO_REFUSED_BY_ENTRY, result);
    result = rialto_library_check(library, host.abi_major_min, host.abi_major_max, error);
    if (result == RIALTO_ERROR_ABI) return refuse(RIALTO_REFUSED_MAJOR, error->code);
    if (result != RIALTO_OK) return refuse(RIALTO_REFUSED_TABLE, result);
    *out_library = library;
    return RIALTO_OK;
}

static void interpret(const options_t *options) {
    rialto_error_t error = {.struct_size = sizeof error};
    const rialto_host_t host = {
        .struct_size = sizeof host, .abi_major_min = RIALTO_ABI_MAJOR,
        .abi_major_max = RIALTO_ABI_MAJOR, .abi_minor = RIALTO_ABI_MINOR, .name = {"Rialto", 6},
        .version = {"", 0}};
    const rialto_library_t *library = NULL;
    if (ask_library(host, &library, &error) != RIALTO_OK) give_up("load", error.text);
    load_interpreted(options, library);
}

void open_library(const options_t *options, const char *path) {
    load_libraries(options);
    entry = load(path != NULL ? path : "/proc/self/fd/5");
    close(RIALTO_WORKER_PLUGIN);
    if (options->interprets) interpret(options);
    channel.answer->stage = RIALTO_STAGE_LOADED;
}

static int is_asked_for(const rialto_plugin_t *plugin, const rialto_creation_t *creation) {
    return plugin->id.size == creation->plugin_id.size && plugin->kind == creation->kind
           && memcmp(plugin->id.data, creation->plugin_id.data, plugin->id.size) == 0;
}

rialto_result find_plugin(const rialto_creation_t *creation, const rialto_plugin_t **out_plugin,
                          rialto_error_t *error) {
    const rialto_host_t host = {
        .struct_size = sizeof host, .abi_major_min = creation->abi_major_min,
        .abi_major_max = creation->abi_major_max, .abi_minor = creation->abi_minor,
        .name = {"Rialto", 6}, .version = creation->host_version};
    const rialto_library_t *library = NULL;
    const rialto_result result = ask_library(host, &library, error);
    if (result != RIALTO_OK) return result;
    for (uint32_t i = 0; i < library->plugin_count; i++) {
        if (!is_asked_for(library->plugins[i], creation)) continue;
        *out_plugin = library->plugins[i];
        return RIALTO_OK;
    }
    snprintf(error->text, sizeof error->text, "the plugin of the manifest is not in it");
    return refuse(RIALTO_REFUSED_TABLE, RIALTO_ERROR_ARGUMENT);
}
