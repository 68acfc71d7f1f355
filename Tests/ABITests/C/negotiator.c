// A strategy whose tables are what the test asks for, each at the end of a page behind which
// nothing can be read.
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "rialto/rialto.h"

#ifndef NOTE_MAJOR
#define NOTE_MAJOR 0u // What the note says
#endif
#ifndef SPEAKS
#define SPEAKS NOTE_MAJOR // What the code speaks, and asks the host for
#endif
#ifndef TABLE_MAJOR
#define TABLE_MAJOR SPEAKS
#endif
#ifndef NOTE_MINOR
#define NOTE_MINOR 1u // That it needs
#endif
#ifndef MINOR
#define MINOR NOTE_MINOR // That it was built with
#endif
#ifndef LIBRARY_SIZE
#define LIBRARY_SIZE sizeof(rialto_library_t)
#endif
#ifndef PLUGIN_SIZE
#define PLUGIN_SIZE sizeof(rialto_plugin_t)
#endif
#ifndef PARAMETER_SIZE
#define PARAMETER_SIZE sizeof(rialto_parameter_t)
#endif
#ifndef NEED_SIZE
#define NEED_SIZE sizeof(rialto_need_t)
#endif

#undef RIALTO_ABI_MAJOR
#undef RIALTO_ABI_MINOR
#define RIALTO_ABI_MAJOR NOTE_MAJOR
#define RIALTO_ABI_MINOR NOTE_MINOR
RIALTO_WRITE_NOTE("org.rialto.test.negotiator", "1.0.0", "c", __VERSION__);
#undef RIALTO_ABI_MAJOR
#define RIALTO_ABI_MAJOR SPEAKS

#define TEXT(literal) ((rialto_text_t){literal, sizeof(literal) - 1})
#define PAGE 4096u
#define PARAMETERS 3u

// `count` structs of `size` bytes at the end of pages, each begun with `known` bytes of `from`.
// More than two pages of one are not there at all: such a size is a lie.
static void *at_the_end(const void *from, size_t known, uint32_t size, uint32_t count) {
    const size_t one = size < 2 * PAGE ? size : known;
    const size_t room = (one * count + PAGE - 1) / PAGE * PAGE;
    char *pages = mmap(NULL, room + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                       0);
    if (pages == MAP_FAILED || mprotect(pages + room, PAGE, PROT_NONE) != 0) return NULL;
    char *place = pages + room - one * count;
    for (uint32_t i = 0; i < count; i++)
        memcpy(place + i * one, from, one < known ? one : known);
    return place;
}

static rialto_result on_batch(void *self, const rialto_batch_t *batch, rialto_intents_t *intents,
                              uint32_t *out_consumed) {
    (void)self, (void)intents;
#ifdef READS_BEHIND
    if (*((const volatile char *)batch + batch->struct_size) != 0) return RIALTO_ERROR;
#endif
    *out_consumed = batch->count;
    return RIALTO_OK;
}

static void destroy(void *self) { (void)self; }

static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs, rialto_error_t *out_error) {
    (void)plugin, (void)services, (void)out_error;
    const rialto_need_t need = {(uint32_t)NEED_SIZE, RIALTO_KIND_BARS, RIALTO_NONE, 7, 0};
    rialto_strategy_t *table = out_table;
    table->on_batch = on_batch;
    table->destroy = destroy;
    out_needs->need_count = 2;
    out_needs->needs = at_the_end(&need, sizeof need, (uint32_t)NEED_SIZE, 2);
    return RIALTO_OK;
}

static const rialto_parameter_t *parameters(void) {
    const rialto_value_t one = {sizeof one, RIALTO_VALUE_INTEGER, 0, 1, 0, {0, 0}};
    const rialto_parameter_t parameter = {
        (uint32_t)PARAMETER_SIZE, 1, RIALTO_VALUE_INTEGER, 0, 0, TEXT("length"), TEXT("bars"),
        TEXT("Length"), TEXT(""), one, one, one, one};
    char *all = at_the_end(&parameter, sizeof parameter, (uint32_t)PARAMETER_SIZE, PARAMETERS);
    static const rialto_text_t names[] = {{"first", 5}, {"second", 6}, {"third", 5}};
    for (uint32_t i = 0; all != NULL && PARAMETER_SIZE < 2 * PAGE && i < PARAMETERS; i++) {
        rialto_parameter_t *each = (rialto_parameter_t *)(all + i * PARAMETER_SIZE);
        if (PARAMETER_SIZE < sizeof *each) break;
        each->id = i + 1;
        each->name = names[i];
    }
    return (const rialto_parameter_t *)all;
}

RIALTO_EXPORT rialto_result rialto_plugin_entry(const rialto_host_t *host,
                                                const rialto_library_t **out_library,
                                                rialto_error_t *out_error) {
    static const rialto_plugin_t *plugins[1];
    if (!RIALTO_HOST_SPEAKS(host)) {
        strcpy(out_error->text, "this plugin speaks another major");
        return RIALTO_ERROR_ABI;
    }
    const rialto_plugin_t plugin = {
        .struct_size = (uint32_t)PLUGIN_SIZE, .kind = RIALTO_PLUGIN_STRATEGY,
        .id = TEXT("org.rialto.test.negotiator"), .version = TEXT("1.0.0"),
        .name = TEXT("Negotiator"), .summary = TEXT("Has tables of many sizes."),
        .author = TEXT("Tests"), .license = TEXT("Apache-2.0"), .parameters = parameters(),
        .parameter_count = PARAMETERS, .create = create};
    plugins[0] = at_the_end(&plugin, sizeof plugin, (uint32_t)PLUGIN_SIZE, 1);
    const rialto_library_t library = {(uint32_t)LIBRARY_SIZE, TABLE_MAJOR, MINOR, 1, plugins};
#ifdef NOTHING
    (void)library;
    *out_library = NULL;
#else
    *out_library = at_the_end(&library, sizeof library, (uint32_t)LIBRARY_SIZE, 1);
#endif
    return RIALTO_OK;
}
