// Loading, and what the library says of itself (checks 13 to 20, and 38).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fenv.h>
#include <link.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe.h"

typedef rialto_result (*entry_t)(const rialto_host_t *, const rialto_library_t **,
                                 rialto_error_t *);

const rialto_library_t *library;
static entry_t entry;
static rialto_result first_result;
static char changed[160]; // By loading; empty when nothing was

#define PAGE 4096u
#define CHANGED(...) snprintf(changed, sizeof changed, __VA_ARGS__)

// What of a process a plugin could change for all others.
typedef struct surroundings {
    char environment[4096];
    char locale[128];
    int rounding;
    unsigned control; // Of floating point: denormals, traps
    uint32_t descriptors;
} surroundings_t;

static surroundings_t look_around(void) {
    extern char **environ;
    surroundings_t around;
    memset(&around, 0, sizeof around);
    size_t used = 0;
    for (char **one = environ; *one != NULL && used + 1 < sizeof around.environment; one++)
        used += (size_t)snprintf(around.environment + used, sizeof around.environment - used,
                                 "%s\n", *one);
    const char *name = setlocale(LC_ALL, NULL);
    snprintf(around.locale, sizeof around.locale, "%s", name != NULL ? name : "");
    around.rounding = fegetround();
#if defined(__x86_64__)
    around.control = __builtin_ia32_stmxcsr() & 0xFFC0u; // Without the sticky flags
#endif
    for (int number = 0; number < 32; number++) {
        struct stat status;
        if (fstat(number, &status) == 0) around.descriptors |= 1u << number;
    }
    return around;
}

static void compare(const surroundings_t *before, const surroundings_t *after) {
    if (strcmp(before->environment, after->environment) != 0) CHANGED("the environment");
    if (strcmp(before->locale, after->locale) != 0) CHANGED("the locale to %s", after->locale);
    if (before->rounding != after->rounding) CHANGED("the rounding mode");
    if (before->control != after->control)
        CHANGED("the floating-point control word from %x to %x", before->control, after->control);
    const uint32_t own = 1u << RIALTO_WORKER_PLUGIN; // Closed once the library is loaded
    if ((before->descriptors | own) != (after->descriptors | own))
        CHANGED("the open descriptors from %x to %x", before->descriptors, after->descriptors);
}

static rialto_host_t host_of(uint32_t major_min, uint32_t major_max, uint32_t minor) {
    return (rialto_host_t){.struct_size = sizeof(rialto_host_t), .abi_major_min = major_min,
                           .abi_major_max = major_max, .abi_minor = minor,
                           .name = {"Rialto", 6}, .version = {"0.1.0", 5}};
}

static void take_place(void *handle) {
    struct link_map *map = NULL;
    dlinfo(handle, RTLD_DI_LINKMAP, &map);
    channel.answer->library = map != NULL ? map->l_addr : 0;
    channel.answer->library_size = 64u << 20;
}

int load_library(const options_t *options, const char *path) {
    const surroundings_t before = look_around();
    load_libraries(options);
    void *handle = dlopen(path != NULL ? path : "/proc/self/fd/5",
                          RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == NULL) return fail("dlopen: %.200s", dlerror());
    take_place(handle);
    void *symbol = dlsym(handle, "rialto_plugin_entry");
    if (symbol == NULL) return fail("there is no rialto_plugin_entry");
    memcpy(&entry, &symbol, sizeof entry);
    const rialto_host_t host = host_of(RIALTO_ABI_MAJOR, RIALTO_ABI_MAJOR, RIALTO_ABI_MINOR);
    rialto_error_t error = {.struct_size = sizeof error};
    const rialto_library_t *found = NULL;
    first_result = entry(&host, &found, &error);
    const int is_known = first_result == RIALTO_OK && found != NULL && found->plugins != NULL;
    if (options->interprets && is_known) load_interpreted(options, found);
    if (options->interprets) stand_still(MONOTONIC_STANDS);
    const surroundings_t after = look_around();
    compare(&before, &after);
    close(RIALTO_WORKER_PLUGIN);
    filter_for_running();
    if (first_result != RIALTO_OK)
        return fail("its entry answered %d: %.180s", first_result, error.text);
    if (found == NULL) return fail("its entry answered 0 and gave no library");
    if (found->struct_size < sizeof(rialto_library_t) || found->plugin_count == 0
        || found->plugin_count > 1024 || found->plugins == NULL)
        return fail("its library has struct_size %u and %u plugins", found->struct_size,
                    found->plugin_count);
    for (uint32_t i = 0; i < found->plugin_count; i++)
        if (found->plugins[i] == NULL || found->plugins[i]->struct_size < 136
            || found->plugins[i]->create == NULL)
            return fail("plugin %u has no create or a struct_size below 136", i);
    library = found;
    return pass("loaded, %u %s", found->plugin_count,
                found->plugin_count == 1 ? "plugin" : "plugins");
}

void (*entry_function(void))(void) { return (void (*)(void))entry; }

static int check_twice(void) {
    const rialto_host_t host = host_of(RIALTO_ABI_MAJOR, RIALTO_ABI_MAJOR, RIALTO_ABI_MINOR);
    for (int i = 0; i < 100; i++) {
        rialto_error_t error = {.struct_size = sizeof error};
        const rialto_library_t *found = NULL;
        const rialto_result result = entry(&host, &found, &error);
        if (result != RIALTO_OK) return fail("call %d answered %d", i + 2, result);
        if (found != library) return fail("call %d gave another library", i + 2);
    }
    return pass("101 calls gave one answer");
}

static int check_wrong_major(void) {
    const rialto_host_t host = host_of(900, 901, 0);
    rialto_error_t error = {.struct_size = sizeof error};
    const rialto_library_t *found = NULL;
    const rialto_result result = entry(&host, &found, &error);
    if (result != RIALTO_ERROR_ABI)
        return fail("a host of major 900 was answered %d, expected is %d (RIALTO_ERROR_ABI)",
                    result, RIALTO_ERROR_ABI);
    if (found != NULL) return fail("it refused a host of major 900 and gave a library too");
    if (error.text[0] == 0) return fail("it refused a host of major 900 without a text");
    return pass("refused: %.150s", error.text);
}

static int check_minors(void) {
    const struct { uint32_t low, high, minor; } hosts[] = {
        {RIALTO_ABI_MAJOR, RIALTO_ABI_MAJOR, RIALTO_ABI_MINOR + 99},
        {RIALTO_ABI_MAJOR, RIALTO_ABI_MAJOR + 5, 0},
    };
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        const rialto_host_t host = host_of(hosts[i].low, hosts[i].high, hosts[i].minor);
        rialto_error_t error = {.struct_size = sizeof error};
        const rialto_library_t *found = NULL;
        const rialto_result result = entry(&host, &found, &error);
        if (result != RIALTO_OK || found != library)
            return fail("a host of majors %u-%u, minor %u was answered %d", hosts[i].low,
                        hosts[i].high, hosts[i].minor, result);
        if (found->abi_major < hosts[i].low || found->abi_major > hosts[i].high)
            return fail("it chose major %u of %u-%u", found->abi_major, hosts[i].low,
                        hosts[i].high);
    }
    return pass("newer minors and wider ranges are met");
}

// Structs of a newer host are longer: what a plugin does not know it leaves alone.
static int check_longer_structs(void) {
    struct { rialto_host_t host; unsigned char more[256]; } host;
    struct { rialto_error_t error; unsigned char more[256]; } error;
    memset(&host, 0xA5, sizeof host);
    memset(&error, 0xA5, sizeof error);
    host.host = host_of(900, 900, 0);
    host.host.struct_size = sizeof host;
    error.error = (rialto_error_t){.struct_size = sizeof error};
    const rialto_library_t *found = NULL;
    const rialto_result refused = entry(&host.host, &found, &error.error);
    host.host = host_of(RIALTO_ABI_MAJOR, RIALTO_ABI_MAJOR, RIALTO_ABI_MINOR);
    host.host.struct_size = sizeof host;
    found = NULL;
    const rialto_result result = entry(&host.host, &found, &error.error);
    if (result != RIALTO_OK || found != library)
        return fail("a host struct of %zu bytes was answered %d", sizeof host, result);
    for (size_t i = 0; i < sizeof error.more; i++)
        if (error.more[i] != 0xA5 || host.more[i] != 0xA5)
            return fail("it wrote behind the fields that it knows (refused with %d)", refused);
    return pass("longer structs are read as far as they are known");
}

// Text that ends where readable memory ends: whoever looks for a zero byte crashes.
static rialto_text_t at_the_edge(const char *text) {
    const size_t size = strlen(text);
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return (rialto_text_t){text, size};
    mprotect(pages + PAGE, PAGE, PROT_NONE);
    memcpy(pages + PAGE - size, text, size);
    return (rialto_text_t){pages + PAGE - size, size};
}

static int check_extensions(const char *id) {
    int offers = 0;
    for (uint32_t i = 0; i < library->plugin_count; i++) {
        const rialto_plugin_t *plugin = library->plugins[i];
        if (plugin->get_extension == NULL) continue;
        offers = 1;
        if (plugin->get_extension(at_the_edge(id)) != NULL)
            return fail("%s gave a table for %s", name_of(plugin), id);
    }
    return offers ? pass("unknown ids are answered with null")
                  : pass("get_extension is null: none is offered");
}

static int is_text(rialto_text_t text) {
    const unsigned char *bytes = (const unsigned char *)text.data;
    for (uint64_t i = 0; i < text.size;) {
        const unsigned lead = bytes[i];
        const unsigned more = lead < 0x80 ? 0 : lead < 0xC2 ? 9 : lead < 0xE0 ? 1
                              : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : 9;
        if (more > 3 || i + more >= text.size + (more == 0)) return 0;
        for (unsigned k = 1; k <= more; k++)
            if ((bytes[i + k] & 0xC0) != 0x80) return 0;
        i += more + 1;
    }
    return 1;
}

static int is_id(rialto_text_t id) {
    int dots = 0;
    for (uint64_t i = 0; i < id.size; i++) {
        const char c = id.data[i];
        if (c == '.') dots++;
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-')) return 0;
    }
    return dots > 0 && id.size < 64;
}

static int is_version(rialto_text_t text) {
    int numbers = 0;
    uint64_t i = 0;
    while (numbers < 3) {
        const uint64_t from = i;
        while (i < text.size && text.data[i] >= '0' && text.data[i] <= '9') i++;
        if (i == from || (text.data[from] == '0' && i > from + 1)) return 0;
        if (++numbers < 3 && (i >= text.size || text.data[i++] != '.')) return 0;
    }
    return i == text.size || text.data[i] == '-' || text.data[i] == '+';
}

static const rialto_parameter_t *parameter_at(const rialto_plugin_t *plugin, uint32_t index) {
    const char *first = (const char *)plugin->parameters;
    return (const rialto_parameter_t *)(const void *)(first
                                                      + (size_t)index
                                                            * plugin->parameters[0].struct_size);
}

static int check_parameters_named(const rialto_plugin_t *plugin) {
    for (uint32_t i = 0; i < plugin->parameter_count; i++) {
        const rialto_parameter_t *one = parameter_at(plugin, i);
        if (one->id == 0 || one->name.size == 0 || !is_text(one->name) || !is_text(one->summary)
            || !is_text(one->unit) || !is_text(one->choices))
            return fail("%s: parameter %u has no id, or a text that is not UTF-8",
                        name_of(plugin), i);
        if (one->type < RIALTO_VALUE_INTEGER || one->type > RIALTO_VALUE_DURATION)
            return fail("%s: parameter %u is of type %u", name_of(plugin), i, one->type);
        for (uint32_t k = 0; k < i; k++) {
            const rialto_parameter_t *other = parameter_at(plugin, k);
            if (other->id == one->id
                || (other->name.size == one->name.size
                    && memcmp(other->name.data, one->name.data, one->name.size) == 0))
                return fail("%s: parameters %u and %u have one id or one name",
                            name_of(plugin), k, i);
        }
    }
    return PROBE_PASS;
}

static int check_described(void) {
    for (uint32_t i = 0; i < library->plugin_count; i++) {
        const rialto_plugin_t *plugin = library->plugins[i];
        const rialto_text_t texts[] = {plugin->name, plugin->summary, plugin->author,
                                       plugin->license};
        if (!is_id(plugin->id)) return fail("plugin %u has no id of the form com.example.name", i);
        if (!is_version(plugin->version))
            return fail("%s: its version is not a semantic one", name_of(plugin));
        if (plugin->kind < RIALTO_PLUGIN_STRATEGY || plugin->kind > RIALTO_PLUGIN_EXCHANGE)
            return fail("%s is of kind %u", name_of(plugin), plugin->kind);
        for (size_t k = 0; k < 4; k++)
            if (texts[k].size == 0 || !is_text(texts[k]))
                return fail("%s: name, summary, author or license is empty or no UTF-8",
                            name_of(plugin));
        for (uint32_t k = 0; k < i; k++)
            if (library->plugins[k]->id.size == plugin->id.size
                && memcmp(library->plugins[k]->id.data, plugin->id.data, plugin->id.size) == 0)
                return fail("two plugins have the id %s", name_of(plugin));
        if (plugin->parameter_count > 0
            && (plugin->parameters == NULL
                || plugin->parameters[0].struct_size < sizeof(rialto_parameter_t)))
            return fail("%s: its parameters are not at their place", name_of(plugin));
        if (check_parameters_named(plugin) != PROBE_PASS) return PROBE_FAIL;
    }
    return pass("ids, versions and texts are well formed");
}

static int is_in_range(const rialto_parameter_t *one) {
    const rialto_value_t *low = &one->lowest, *high = &one->highest, *initial = &one->initial;
    switch (one->type) {
    case RIALTO_VALUE_NUMBER:
        return isfinite(initial->number) && initial->number >= low->number
               && initial->number <= high->number;
    case RIALTO_VALUE_BOOLEAN: return initial->integer == 0 || initial->integer == 1;
    case RIALTO_VALUE_TEXT: return is_text(initial->text);
    case RIALTO_VALUE_DECIMAL:
        return initial->decimals != low->decimals || initial->decimals != high->decimals
               || (initial->integer >= low->integer && initial->integer <= high->integer);
    default: return initial->integer >= low->integer && initial->integer <= high->integer;
    }
}

static int check_defaults(void) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < library->plugin_count; i++) {
        const rialto_plugin_t *plugin = library->plugins[i];
        for (uint32_t k = 0; k < plugin->parameter_count; k++) {
            const rialto_parameter_t *one = parameter_at(plugin, k);
            if (one->flags & RIALTO_PARAMETER_REQUIRED) continue;
            count++;
            if (!is_in_range(one))
                return fail("%s: the default of %.*s is out of its range", name_of(plugin),
                            (int)one->name.size, one->name.data);
        }
    }
    return pass("%u defaults are in range", count);
}

int check_entry(uint32_t number) {
    switch (number) {
    case 13:
        return changed[0] == 0 ? pass("loading changed nothing around it")
                               : fail("loading changed %s", changed);
    case 14: return check_twice();
    case 15: return check_wrong_major();
    case 16: return check_minors();
    case 17: return check_longer_structs();
    case 18: return check_extensions("org.example.unheard-of/1");
    case 19: return check_extensions("rialto.series/1\x7Fgarbage");
    case 20: return check_described();
    case 38: return check_defaults();
    default: return skip("the probe does not know check %u", number);
    }
}
