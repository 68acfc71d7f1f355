// See worker_tables.h.
#include "worker_tables.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static rialto_result bad(rialto_error_t *out_error,
                                                               const char *format, ...) {
    va_list values;
    va_start(values, format);
    vsnprintf(out_error->text, sizeof out_error->text, format, values);
    va_end(values);
    return out_error->code = RIALTO_ERROR_ARGUMENT;
}

// Whether a size can be one of the contract's; `is_stride` where structs follow one another.
static int is_size(uint32_t size, uint32_t least, int is_stride) {
    return size >= least && size <= RIALTO_STRUCT_SIZE_MAX && (!is_stride || size % 8 == 0);
}

// The size that a struct states first. Where it lies is the plugin's word, and may be any address.
static uint32_t stated_size(const void *table) {
    uint32_t size;
    memcpy(&size, table, sizeof size);
    return size;
}

// Whether a struct of the contract can lie at an address.
static int is_placed(const void *table) { return (uintptr_t)table % 8 == 0; }

static rialto_result check_plugin(const rialto_plugin_t *plugin, uint32_t index,
                                  rialto_error_t *out_error) {
    if (plugin == NULL || !is_placed(plugin)
        || !is_size(plugin->struct_size, RIALTO_PLUGIN_SIZE_MIN, 0)
        || plugin->create == NULL || plugin->kind < 1 || plugin->kind > 3)
        return bad(out_error, "plugin %u is incomplete", index);
    if (plugin->parameter_count == 0) return RIALTO_OK;
    if (plugin->parameters == NULL || plugin->parameter_count > RIALTO_PLUGIN_PARAMETERS_MAX)
        return bad(out_error, "plugin %u has no parameters at its pointer", index);
    const uint32_t stride = stated_size(plugin->parameters);
    if (!is_size(stride, RIALTO_PARAMETER_SIZE_MIN, 1))
        return bad(out_error, "struct_size of a parameter of plugin %u is %u, allowed is %u...%u",
                   index, stride, RIALTO_PARAMETER_SIZE_MIN, RIALTO_STRUCT_SIZE_MAX);
    if (!is_placed(plugin->parameters))
        return bad(out_error, "the parameters of plugin %u lie at no multiple of 8", index);
    return RIALTO_OK;
}

rialto_result rialto_library_check(const rialto_library_t *library, uint32_t major_min,
                                   uint32_t major_max, rialto_error_t *out_error) {
    if (library == NULL) return bad(out_error, "no library was given");
    if (!is_placed(library)) return bad(out_error, "its library lies at no multiple of 8");
    if (!is_size(library->struct_size, RIALTO_LIBRARY_SIZE_MIN, 0))
        return bad(out_error, "struct_size of the library is %u, allowed is %u...%u",
                   library->struct_size, RIALTO_LIBRARY_SIZE_MIN, RIALTO_STRUCT_SIZE_MAX);
    if (library->abi_major < major_min || library->abi_major > major_max) {
        bad(out_error, "its library speaks ABI major %u", library->abi_major);
        out_error->code = (int32_t)library->abi_major;
        return RIALTO_ERROR_ABI;
    }
    if (library->plugin_count < 1 || library->plugin_count > RIALTO_LIBRARY_PLUGINS_MAX
        || library->plugins == NULL)
        return bad(out_error, "%u plugins", library->plugin_count);
    for (uint32_t i = 0; i < library->plugin_count; i++) {
        const rialto_result result = check_plugin(library->plugins[i], i, out_error);
        if (result != RIALTO_OK) return result;
    }
    return RIALTO_OK;
}

rialto_plugin_t rialto_plugin_read(const rialto_library_t *library, uint32_t index) {
    const rialto_plugin_t *plugin = library->plugins[index];
    rialto_plugin_t known;
    memset(&known, 0, sizeof known);
    memcpy(&known, plugin, plugin->struct_size < sizeof known ? plugin->struct_size : sizeof known);
    return known;
}

rialto_result rialto_needs_check(const rialto_needs_t *needs, uint32_t most,
                                 rialto_error_t *out_error) {
    if (needs->need_count < 1 || needs->need_count > most || needs->needs == NULL)
        return bad(out_error, "%u needs, allowed is 1...%u", needs->need_count, most);
    const uint32_t stride = stated_size(needs->needs);
    if (!is_size(stride, RIALTO_NEED_SIZE_MIN, 1))
        return bad(out_error, "struct_size of a need is %u, allowed is %u...%u", stride,
                   RIALTO_NEED_SIZE_MIN, RIALTO_STRUCT_SIZE_MAX);
    if (!is_placed(needs->needs)) return bad(out_error, "its needs lie at no multiple of 8");
    return RIALTO_OK;
}

// Bytes of the UTF-8 character at `at`, of `left` that there are; 0 when it is none, or a control.
static uint64_t character(const unsigned char *at, uint64_t left) {
    const unsigned char first = at[0];
    if (first < 0x80) return first >= 0x20 && first != 0x7F;
    const uint64_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || size > left) return 0;
    for (uint64_t i = 1; i < size; i++)
        if ((at[i] & 0xC0) != 0x80) return 0;
    const int is_overlong = (first == 0xE0 && at[1] < 0xA0) || (first == 0xF0 && at[1] < 0x90);
    const int is_surrogate = first == 0xED && at[1] >= 0xA0;
    const int is_beyond = first == 0xF4 && at[1] >= 0x90;
    const int is_control = first == 0xC2 && at[1] < 0xA0;
    return is_overlong || is_surrogate || is_beyond || is_control ? 0 : size;
}

int rialto_is_series_name(rialto_text_t name) {
    if (name.data == NULL || name.size < 1 || name.size > RIALTO_SERIES_NAME_MAX) return 0;
    const unsigned char *bytes = (const unsigned char *)name.data;
    for (uint64_t at = 0; at < name.size;) {
        const uint64_t size = character(bytes + at, name.size - at);
        if (size == 0) return 0;
        at += size;
    }
    return 1;
}
