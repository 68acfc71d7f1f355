// Rialto plugin contract, draft: large libraries of others that a plugin computes with, such as
// LightGBM or ONNX Runtime. The operator installs them (scripts/fetch-engines), the host loads them
// before a worker's walls are up, and the plugin asks for functions by name. It opens nothing.
#ifndef RIALTO_DRAFT_ENGINES_H
#define RIALTO_DRAFT_ENGINES_H

#include "../base.h"

// The id of both tables: of rialto_plugin_t.get_extension, and of rialto_services_t.get_extension.
#define RIALTO_ENGINES_ID "rialto.engines/1"

#define RIALTO_ENGINES_MAX 8u // Engines that one library may name

// What a plugin names. Its manifest repeats the names; what that does not name is not loaded.
// Lives as long as the library.
typedef struct rialto_engine_names {
    uint32_t struct_size;        // Set by the plugin
    uint32_t count;              // 1...RIALTO_ENGINES_MAX
    const rialto_text_t *names;  // Lower case letters and digits, such as "lightgbm"
} rialto_engine_names_t;

// What the host offers. Call it during `create` only, with the `host` of the services. What it
// gives stays valid until the process ends.
typedef struct rialto_engines {
    uint32_t struct_size; // Set by the host
    uint32_t reserved;    // 0

    // The version of an engine, such as "4.7.0". RIALTO_NOT_FOUND when it is not there.
    // [control]
    rialto_result (*version)(void *host, rialto_text_t engine, rialto_text_t *out_version);

    // The address of a function of an engine.
    // RIALTO_NOT_FOUND when the engine is not there or has no such function.
    // [control]
    rialto_result (*symbol)(void *host, rialto_text_t engine, rialto_text_t function,
                            void **out_address);
} rialto_engines_t;

#endif
