// Engines: large libraries of others, loaded while files can still be opened, asked by plugins for
// functions by name. They get ready here, too: what they want of the system is not to be had later.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

#include "rialto/draft/engines.h"

#include "worker.h"

typedef struct engine {
    rialto_text_t name, version;
    void *handle;
} engine_t;

static engine_t engines[RIALTO_ENGINES_MAX];
static uint32_t engine_count;

static int is_same_text(rialto_text_t a, rialto_text_t b) {
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

static engine_t *find_engine(rialto_text_t name) {
    for (uint32_t i = 0; i < engine_count; i++)
        if (is_same_text(engines[i].name, name)) return &engines[i];
    return NULL;
}

// ONNX Runtime looks at the machine's processors when its first environment is made: slot 3 of its
// table makes one, of which there is one in a process; a later one is the same.
static void get_ready(const engine_t *engine) {
    typedef struct base {
        const void *const *(*get_table)(uint32_t version);
        const char *(*get_version)(void);
    } base_t;
    typedef const base_t *(*get_base_t)(void);
    typedef void *(*create_t)(int level, const char *name, void **out_environment);
    void *symbol = dlsym(engine->handle, "OrtGetApiBase");
    if (symbol == NULL) return;
    get_base_t get_base;
    memcpy(&get_base, &symbol, sizeof get_base);
    const void *const *table = get_base()->get_table(19);
    if (table == NULL) return;
    create_t create;
    memcpy(&create, &table[3], sizeof create);
    void *environment = NULL;
    if (create(3, "rialto", &environment) != NULL) give_up("engine", "onnxruntime does not start");
}

// `option` is name:version:path.
static void load_engine(const char *option) {
    const char *version = strchr(option, ':');
    const char *path = version != NULL ? strchr(version + 1, ':') : NULL;
    if (path == NULL) give_up("options", option);
    engine_t *engine = &engines[engine_count];
    engine->name = (rialto_text_t){option, (uint64_t)(version - option)};
    engine->version = (rialto_text_t){version + 1, (uint64_t)(path - version - 1)};
    engine->handle = dlopen(path + 1, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (engine->handle == NULL) give_up("engine", dlerror());
    engine_count++;
    get_ready(engine);
}

void load_engines(const options_t *options) {
    // They ask for the time of everything that they do, and use it for nothing.
    if (options->engine_count > 0) stand_still(ALL_STANDS);
    for (int i = 0; i < options->engine_count; i++) load_engine(options->engines[i]);
}

static rialto_result engine_version(void *host, rialto_text_t name, rialto_text_t *out_version) {
    (void)host;
    if (out_version == NULL || name.data == NULL) return RIALTO_ERROR_ARGUMENT;
    const engine_t *engine = find_engine(name);
    if (engine == NULL) return RIALTO_NOT_FOUND;
    *out_version = engine->version;
    return RIALTO_OK;
}

static rialto_result engine_symbol(void *host, rialto_text_t name, rialto_text_t function,
                                   void **out_address) {
    (void)host;
    char text[256];
    if (out_address == NULL || name.data == NULL || function.data == NULL
        || function.size >= sizeof text)
        return RIALTO_ERROR_ARGUMENT;
    const engine_t *engine = find_engine(name);
    if (engine == NULL) return RIALTO_NOT_FOUND;
    memcpy(text, function.data, function.size);
    text[function.size] = 0;
    void *address = dlsym(engine->handle, text);
    if (address == NULL) return RIALTO_NOT_FOUND;
    *out_address = address;
    return RIALTO_OK;
}

const void *engines_table(void) {
    static const rialto_engines_t table = {sizeof table, 0, engine_version, engine_symbol};
    return &table;
}
