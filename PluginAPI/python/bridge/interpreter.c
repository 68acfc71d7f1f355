// The interpreter: isolated, without site, user folder or signal handlers, and with nothing on its
// path but the standard library and the package's own files.
#include <stdio.h>
#include <string.h>

#include "bridge.h"

#include <marshal.h>

static PyObject *glue; // The kit's module for this bridge

PyObject *bridge_glue(const char *name) {
    return glue == NULL ? NULL : PyDict_GetItemString(PyModule_GetDict(glue), name);
}

static void copy(char *out_text, size_t size, const char *text) {
    snprintf(out_text, size, "%s", text != NULL ? text : "an exception without a text");
}

void bridge_take_error(char *out_text, size_t size) {
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    PyErr_NormalizeException(&type, &value, &trace);
    if (trace != NULL && value != NULL) PyException_SetTraceback(value, trace);
    PyObject *describe = bridge_glue("describe"), *line = NULL;
    if (describe != NULL && value != NULL)
        line = PyObject_CallOneArg(describe, value);
    else if (value != NULL)
        line = PyObject_Str(value);
    copy(out_text, size, line != NULL ? PyUnicode_AsUTF8(line) : NULL);
    Py_XDECREF(line);
    PyErr_Clear();
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(trace);
}

static rialto_result give_up(rialto_error_t *error, const char *text) {
    error->code = RIALTO_ERROR;
    copy(error->text, sizeof error->text, text);
    return RIALTO_ERROR;
}

// Adds a folder below a place that the host gave.
static PyStatus add_path(PyConfig *config, rialto_text_t place, const char *below) {
    char text[4096];
    if (place.size == 0) return PyStatus_Ok();
    snprintf(text, sizeof text, "%.*s%s", (int)place.size, place.data, below);
    wchar_t *path = Py_DecodeLocale(text, NULL);
    if (path == NULL) return PyStatus_NoMemory();
    const PyStatus status = PyWideStringList_Append(&config->module_search_paths, path);
    PyMem_RawFree(path);
    return status;
}

static PyStatus set_place(PyConfig *config, wchar_t **field, rialto_text_t place) {
    char text[4096];
    snprintf(text, sizeof text, "%.*s", (int)place.size, place.data);
    return PyConfig_SetBytesString(config, field, text);
}

#define DO(step)                                                                                   \
    do {                                                                                           \
        const PyStatus done_ = (step);                                                             \
        if (PyStatus_Exception(done_)) {                                                           \
            PyConfig_Clear(&config);                                                               \
            return give_up(error, done_.err_msg);                                                  \
        }                                                                                          \
    } while (0)

static rialto_result start(const rialto_loading_places_t *places, rialto_error_t *error) {
    PyPreConfig before;
    PyPreConfig_InitIsolatedConfig(&before);
    before.utf8_mode = 1; // Whatever the locale
    const PyStatus ready = Py_PreInitialize(&before);
    if (PyStatus_Exception(ready)) return give_up(error, ready.err_msg);
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.write_bytecode = 0;
    config.use_hash_seed = 1;
    config.hash_seed = 0;
    config.install_signal_handlers = 0;
    config.pathconfig_warnings = 0;
    config.parse_argv = 0;
    config.module_search_paths_set = 1;
    const rialto_text_t program = {"/plugin", 7};
    DO(add_path(&config, places->runtime, ""));
    DO(add_path(&config, places->runtime, "/lib-dynload"));
    DO(add_path(&config, places->files, "/site"));
    DO(set_place(&config, &config.stdlib_dir, places->runtime));
    // Given, so that nobody looks for them.
    DO(set_place(&config, &config.executable, program));
    DO(set_place(&config, &config.base_executable, program));
    DO(set_place(&config, &config.prefix, places->runtime));
    DO(set_place(&config, &config.base_prefix, places->runtime));
    DO(set_place(&config, &config.exec_prefix, places->runtime));
    DO(set_place(&config, &config.base_exec_prefix, places->runtime));
    DO(Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    return RIALTO_OK;
}

// A module that is part of the library; null where there is none of that name.
static const bridge_source_t *source(const char *name) {
    for (uint32_t i = 0; i < bridge_source_count; i++)
        if (strcmp(bridge_sources[i].name, name) == 0) return &bridge_sources[i];
    return NULL;
}

// Every module's code by its name, as (path, code).
static PyObject *all_sources(void) {
    PyObject *all = PyDict_New();
    for (uint32_t i = 0; all != NULL && i < bridge_source_count; i++) {
        const bridge_source_t *one = &bridge_sources[i];
        PyObject *entry = Py_BuildValue("sy#", one->path, one->code, (Py_ssize_t)one->size);
        if (entry == NULL || PyDict_SetItemString(all, one->name, entry) < 0) Py_CLEAR(all);
        Py_XDECREF(entry);
    }
    return all;
}

// The importer of embedded modules comes first, and lets the kit's glue be imported like any other.
static int import_all(void) {
    const bridge_source_t *importer = source("rialto._embedded");
    if (importer == NULL || bridge_columns_ready() < 0) return -1;
    PyObject *code = PyMarshal_ReadObjectFromString(importer->code, (Py_ssize_t)importer->size);
    PyObject *module = code == NULL ? NULL : PyImport_ExecCodeModule("rialto_embedded", code);
    PyObject *sources = module == NULL ? NULL : all_sources();
    PyObject *done = sources == NULL ? NULL
                                     : PyObject_CallMethod(module, "install", "O", sources);
    Py_XDECREF(code);
    Py_XDECREF(module);
    Py_XDECREF(sources);
    if (done == NULL) return -1;
    Py_DECREF(done);
    glue = PyImport_ImportModule("rialto._bridge");
    if (glue == NULL) return -1;
    PyObject *loaded = PyObject_CallMethod(glue, "load", "s", bridge_module);
    Py_XDECREF(loaded);
    return loaded == NULL ? -1 : 0;
}

rialto_result bridge_load(const rialto_loading_places_t *places, rialto_error_t *error) {
    if (glue != NULL) return RIALTO_OK;
    if (places->runtime.size == 0) return give_up(error, "its profile names no Python");
    const rialto_result started = start(places, error);
    if (started != RIALTO_OK) return started;
    if (import_all() == 0) return RIALTO_OK;
    error->code = RIALTO_ERROR;
    bridge_take_error(error->text, sizeof error->text);
    return RIALTO_ERROR;
}
