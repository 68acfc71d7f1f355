// Rialto plugin contract: the one exported function, and what a library says of itself.
#ifndef RIALTO_ENTRY_H
#define RIALTO_ENTRY_H

#include "model.h"
#include "strategy.h"

#define RIALTO_PLUGIN_STRATEGY 1u
#define RIALTO_PLUGIN_MODEL 2u
#define RIALTO_PLUGIN_EXCHANGE 3u // draft/exchange.h

// Who calls. Valid for the call.
typedef struct rialto_host {
    uint32_t struct_size;    // Set by the host
    uint32_t abi_major_min;  // Oldest major that the host still speaks
    uint32_t abi_major_max;
    uint32_t abi_minor;      // Of the highest major
    uint64_t features;       // Bits that later minors define; 0
    rialto_text_t name;
    rialto_text_t version;
} rialto_host_t;

// Whether `host` speaks the major of these headers (unsigned differences: also below the range).
#define RIALTO_HOST_SPEAKS(host)                                                                   \
    (RIALTO_ABI_MAJOR - (host)->abi_major_min <= (host)->abi_major_max - (host)->abi_major_min)

// One plugin of a library. Lives as long as the library.
typedef struct rialto_plugin {
    uint32_t struct_size;  // Set by the plugin
    uint32_t kind;         // RIALTO_PLUGIN_...
    rialto_text_t id;      // Reverse domain name: lower case, digits, . and -; never changes
    rialto_text_t version; // Semantic version
    rialto_text_t name;    // For people
    rialto_text_t summary; // One sentence
    rialto_text_t author;
    rialto_text_t license; // SPDX expression
    const rialto_parameter_t *parameters; // Stride parameters[0].struct_size
    uint32_t parameter_count;
    uint32_t reserved;     // 0
    const void *context;   // The plugin's own; the host does not touch it

    // Make an instance of `plugin`, which is this struct. `out_table` is a rialto_strategy_t,
    // rialto_model_t or rialto_exchange_t by kind: its struct_size says how much the host knows,
    // the rest is zero. Fill in `out_needs`.
    // On failure describe it in `out_error` and leave nothing behind.
    // [control]
    rialto_result (*create)(const struct rialto_plugin *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs, rialto_error_t *out_error);

    // A further table of this plugin by id and revision; null when unknown. May itself be null.
    // [control]
    const void *(*get_extension)(rialto_text_t id);
} rialto_plugin_t;

// What a library holds. Lives as long as the library.
typedef struct rialto_library {
    uint32_t struct_size;   // Set by the plugin
    uint32_t abi_major;     // Chosen from the host's range
    uint32_t abi_minor;     // That the library was built with
    uint32_t plugin_count;  // 1 or more
    const rialto_plugin_t *const *plugins;
} rialto_library_t;

// The only function that a library exports. It does no I/O and starts nothing; calling it again
// gives the same answer. RIALTO_ERROR_ABI when no major is in common.
// [any]
RIALTO_EXPORT rialto_result rialto_plugin_entry(const rialto_host_t *host,
                                                const rialto_library_t **out_library,
                                                rialto_error_t *out_error);

#endif
