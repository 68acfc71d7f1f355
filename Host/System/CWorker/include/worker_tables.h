// What a host reads of a plugin's tables, in whichever process: no byte behind a struct_size, and
// nothing that the table itself does not vouch for.
#ifndef RIALTO_WORKER_TABLES_H
#define RIALTO_WORKER_TABLES_H

#include "rialto/rialto.h"

// Sizes as of ABI 0.1, in bytes: what is smaller is no such struct. Never changed within a major.
#define RIALTO_LIBRARY_SIZE_MIN 24u
#define RIALTO_PLUGIN_SIZE_MIN 136u // Up to `create`
#define RIALTO_PARAMETER_SIZE_MIN 240u
#define RIALTO_NEED_SIZE_MIN 24u

// No struct of the contract is ever larger: more is no size but garbage.
#define RIALTO_STRUCT_SIZE_MAX 65536u
#define RIALTO_LIBRARY_PLUGINS_MAX 1024u
#define RIALTO_PLUGIN_PARAMETERS_MAX 4096u

// Looks at a library that an entry gave, for a host that speaks majors min...max. Returns
// RIALTO_OK; RIALTO_ERROR_ABI, with the library's major in `out_error->code`, when it speaks
// another; or RIALTO_ERROR_ARGUMENT with the reason in the text.
// Any thread.
rialto_result rialto_library_check(const rialto_library_t *library, uint32_t major_min,
                                   uint32_t major_max, rialto_error_t *out_error);

// What a plugin's table holds, with zeros where it is shorter than this host's. The library was
// checked and `index` is below its count.
// Any thread.
rialto_plugin_t rialto_plugin_read(const rialto_library_t *library, uint32_t index);

// As rialto_library_check, of an instance's needs; `most` is how many there may be.
// Any thread.
rialto_result rialto_needs_check(const rialto_needs_t *needs, uint32_t most,
                                 rialto_error_t *out_error);

// Whether a text is a name for a series: see RIALTO_SERIES_NAME_MAX.
// Any thread.
int rialto_is_series_name(rialto_text_t name);

#endif
