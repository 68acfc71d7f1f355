// Rialto plugin contract, draft: what a plugin reads while files can still be read. It is for
// interpreters, which have more to load than one library; see Host/Worker/README.md.
#ifndef RIALTO_DRAFT_LOADING_H
#define RIALTO_DRAFT_LOADING_H

#include "../base.h"

// The id of the table that rialto_plugin_t.get_extension gives.
#define RIALTO_LOADING_ID "rialto.loading/0"

// Folders that can be read until `load` returns, as absolute paths. Owned by the host.
typedef struct rialto_loading_places {
    uint32_t struct_size;  // Set by the host
    uint32_t reserved;     // 0
    rialto_text_t runtime; // The standard library of the plugin's profile; empty when it has none
    rialto_text_t files;   // What the manifest lists beside the library; empty when that is none
} rialto_loading_places_t;

// What is loaded before instances are made. Lives as long as the library.
typedef struct rialto_loading {
    uint32_t struct_size; // Set by the plugin
    uint32_t reserved;    // 0

    // Called once, after the entry and before the first `create`, in a sandboxed worker only. No
    // file can be opened after it. `places` is valid for the call. A failure ends the worker.
    // [control]
    rialto_result (*load)(const rialto_loading_places_t *places, rialto_error_t *out_error);
} rialto_loading_t;

#endif
