// A plugin of the contract whose code is Python: the parts of the bridge, and what the build writes
// for each plugin. One interpreter per process, on one thread.
#ifndef RIALTO_PYTHON_BRIDGE_H
#define RIALTO_PYTHON_BRIDGE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "rialto/draft/loading.h"
#include "rialto/rialto.h"

// One module whose code is part of the library. Lives for ever.
typedef struct bridge_source {
    const char *name; // As it is imported: "rialto.events"
    const char *path; // As tracebacks name it
    const char *code; // As `marshal` writes it
    uint64_t size;    // Bytes
} bridge_source_t;

// Written by `rialto.build`.
extern const bridge_source_t bridge_sources[];
extern const uint32_t bridge_source_count;
extern const char *const bridge_module; // The author's module

// Starts the interpreter and imports the author's module. Returns RIALTO_OK, or describes what
// went wrong.                                                               interpreter.c
rialto_result bridge_load(const rialto_loading_places_t *places, rialto_error_t *error);
// The function `name` of the kit's glue, borrowed; null before `bridge_load`.
PyObject *bridge_glue(const char *name);
// Takes the exception that is raised: its last line and its place, as "KeyError: 3 (mine.py:12)".
void bridge_take_error(char *out_text, size_t size);

// The rows of a batch as Python sees them. Steals nothing. New reference, or null with an
// exception.                                                                   columns.c
PyObject *bridge_batch(const rialto_batch_t *batch);
// Ends the batch's life. Returns whether nobody holds a view of it any more.
int bridge_batch_end(PyObject *batch);
// Makes the types ready. Returns 0, or -1 with an exception.
int bridge_columns_ready(void);

// Writes what Python wants, a list of tuples. Returns 0, or -1 with an exception.  answers.c
int bridge_put_intents(PyObject *list, rialto_intents_t *out);
int bridge_put_forecasts(PyObject *list, rialto_forecasts_out_t *out);

// Makes an instance of the author's class: the contract's `create`.              instance.c
rialto_result bridge_create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs,
                            rialto_error_t *out_error);
// The contract's `get_extension`.
const void *bridge_extension(rialto_text_t id);

#endif
