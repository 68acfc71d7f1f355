// The bound library, and its functions by name.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#include "bridge.h"

typedef void (*function_t)(void);

static void *library;
static function_t functions[RIALTO_BOUND_SYMBOLS_MAX];
static uint32_t function_count;

// Sets how far the object reaches whose base is the answer's.
static int measure(struct dl_phdr_info *info, size_t size, void *context) {
    uint64_t *end = context;
    (void)size;
    if (info->dlpi_addr != channel.answer->library) return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type == PT_LOAD && header->p_vaddr + header->p_memsz > *end)
            *end = header->p_vaddr + header->p_memsz;
    }
    return 1;
}

void open_bound(const char *path) {
    library = dlopen(path != NULL ? path : "/proc/self/fd/5",
                     RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == NULL) give_up("load", dlerror());
    struct link_map *map = NULL;
    dlinfo(library, RTLD_DI_LINKMAP, &map);
    uint64_t size = 0;
    channel.answer->library = map != NULL ? map->l_addr : 0;
    dl_iterate_phdr(measure, &size);
    channel.answer->library_size = size;
    close(RIALTO_WORKER_PLUGIN);
    channel.answer->stage = RIALTO_STAGE_LOADED;
}

// A name is also looked for in what the library needs: `system` would be found in libc.
static int is_own_function(void *address) {
    Dl_info info;
    const ElfW(Sym) *symbol = NULL;
    const uint64_t distance = (uint64_t)(uintptr_t)address - channel.answer->library;
    if (distance >= channel.answer->library_size) return 0;
    if (dladdr1(address, &info, (void **)&symbol, RTLD_DL_SYMENT) == 0) return 0;
    return symbol == NULL || ELF64_ST_TYPE(symbol->st_info) == STT_FUNC;
}

rialto_result bind_functions(const rialto_binding_t *binding) {
    function_count = 0;
    if (binding->count == 0 || binding->count > RIALTO_BOUND_SYMBOLS_MAX)
        return problem(RIALTO_BOUND_FORM, binding->count);
    for (uint32_t i = 0; i < binding->count; i++) {
        void *address = dlsym(library, binding->names[i]);
        if (address == NULL) return problem(RIALTO_BOUND_MISSING, i);
        if (!is_own_function(address)) return problem(RIALTO_BOUND_FOREIGN, i);
        memcpy(&functions[i], &address, sizeof address);
    }
    function_count = binding->count;
    return RIALTO_OK;
}

void (*function_at(uint32_t symbol))(void) {
    return symbol < function_count ? functions[symbol] : NULL;
}
