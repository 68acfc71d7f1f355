// Instances: the contract's tables around an object of the author's class.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

typedef struct instance {
    PyObject *object; // The kit's Instance
    const rialto_services_t *services;
    rialto_need_t *needs;
} instance_t;

// Says why the instance ends, where its host keeps such lines, and returns the code that ends it.
static rialto_result fail(const instance_t *self) {
    char text[1024];
    bridge_take_error(text, sizeof text);
    self->services->log(self->services->host, RIALTO_LOG_ERROR,
                        (rialto_text_t){text, strlen(text)});
    return RIALTO_ERROR;
}

// Hands the batch over. Returns the tuple that the kit gave, or null with an exception.
static PyObject *read_batch(instance_t *self, const rialto_batch_t *batch, uint32_t capacity) {
    PyObject *rows = bridge_batch(batch);
    if (rows == NULL) return NULL;
    PyObject *answer = PyObject_CallMethod(self->object, "read", "OI", rows, capacity);
    if (answer != NULL && !bridge_batch_end(rows)) {
        PyErr_SetString(PyExc_BufferError,
                        "a view of the batch was kept beyond the call: keep a copy of it");
        Py_CLEAR(answer);
    }
    Py_DECREF(rows);
    return answer;
}

// [data]
static rialto_result read_as_strategy(void *instance, const rialto_batch_t *batch,
                                      rialto_intents_t *intents, uint32_t *out_consumed) {
    unsigned consumed;
    PyObject *list, *answer = read_batch(instance, batch, intents->capacity);
    if (answer == NULL) return fail(instance);
    const int is_good = PyArg_ParseTuple(answer, "IO!", &consumed, &PyList_Type, &list)
                        && bridge_put_intents(list, intents) == 0;
    Py_DECREF(answer);
    if (!is_good) {
        intents->count = 0;
        return fail(instance);
    }
    *out_consumed = consumed;
    return RIALTO_OK;
}

// [data]
static rialto_result read_as_model(void *instance, const rialto_batch_t *batch,
                                   rialto_forecasts_out_t *forecasts, uint32_t *out_consumed) {
    unsigned consumed;
    PyObject *list, *answer = read_batch(instance, batch, forecasts->capacity);
    if (answer == NULL) return fail(instance);
    const int is_good = PyArg_ParseTuple(answer, "IO!", &consumed, &PyList_Type, &list)
                        && bridge_put_forecasts(list, forecasts) == 0;
    Py_DECREF(answer);
    if (!is_good) {
        forecasts->count = 0;
        return fail(instance);
    }
    *out_consumed = consumed;
    return RIALTO_OK;
}

// [control]
static rialto_result save(void *instance, rialto_state_writer_t *writer) {
    const instance_t *self = instance;
    PyObject *state = PyObject_CallMethod(self->object, "save", NULL);
    char *bytes;
    Py_ssize_t size;
    if (state == NULL || PyBytes_AsStringAndSize(state, &bytes, &size) < 0) {
        Py_XDECREF(state);
        return fail(self);
    }
    rialto_result result = RIALTO_OK;
    writer->schema = 1;
    for (Py_ssize_t done = 0; done < size && result == RIALTO_OK;) {
        uint64_t written = 0;
        result = writer->write(writer->host, bytes + done, (uint64_t)(size - done), &written);
        done += (Py_ssize_t)written;
    }
    Py_DECREF(state);
    return result;
}

// All bytes of a saved state. New reference, or null with an exception.
static PyObject *read_state(const rialto_state_reader_t *reader) {
    PyObject *state = PyBytes_FromStringAndSize(NULL, 0);
    char part[1 << 14];
    for (;;) {
        uint64_t size = 0;
        const rialto_result result = reader->read(reader->host, part, sizeof part, &size);
        if (result == RIALTO_END || state == NULL) return state;
        if (result < 0) {
            Py_DECREF(state);
            return PyErr_Format(PyExc_OSError, "the saved state cannot be read");
        }
        PyBytes_ConcatAndDel(&state, PyBytes_FromStringAndSize(part, (Py_ssize_t)size));
    }
}

// [control]
static rialto_result load(void *instance, const rialto_state_reader_t *reader) {
    const instance_t *self = instance;
    if (reader->schema != 1) return RIALTO_ERROR_STATE;
    PyObject *state = read_state(reader);
    PyObject *done = state == NULL ? NULL
                                   : PyObject_CallMethod(self->object, "load", "O", state);
    Py_XDECREF(state);
    if (done == NULL) {
        fail(self);
        return RIALTO_ERROR_STATE;
    }
    Py_DECREF(done);
    return RIALTO_OK;
}

// [control]
static void destroy(void *instance) {
    instance_t *self = instance;
    Py_XDECREF(self->object);
    free(self->needs);
    free(self);
}

static PyObject *value_of(const rialto_value_t *value) {
    switch (value->type) {
    case RIALTO_VALUE_NUMBER: return PyFloat_FromDouble(value->number);
    case RIALTO_VALUE_BOOLEAN: return PyBool_FromLong(value->integer != 0);
    case RIALTO_VALUE_DECIMAL: return Py_BuildValue("Li", value->integer, (int)value->decimals);
    case RIALTO_VALUE_TEXT:
        return PyUnicode_FromStringAndSize(value->text.data, (Py_ssize_t)value->text.size);
    default: return PyLong_FromLongLong(value->integer);
    }
}

// Values of all parameters by id.
static PyObject *parameters_of(const rialto_plugin_t *plugin, const rialto_services_t *services) {
    PyObject *all = PyDict_New();
    for (uint32_t i = 0; all != NULL && i < plugin->parameter_count; i++) {
        rialto_value_t value = {.struct_size = sizeof value};
        if (services->parameter(services->host, plugin->parameters[i].id, &value) != RIALTO_OK)
            continue;
        PyObject *id = PyLong_FromUnsignedLong(plugin->parameters[i].id), *is = value_of(&value);
        if (id == NULL || is == NULL || PyDict_SetItem(all, id, is) < 0) Py_CLEAR(all);
        Py_XDECREF(id);
        Py_XDECREF(is);
    }
    return all;
}

#define TEXT(text) (text).data, (Py_ssize_t)(text).size

// The instruments as tuples, in the order of the kit's Instrument.
static PyObject *instruments_of(const rialto_services_t *services) {
    const rialto_instruments_t *c = NULL;
    PyObject *all = PyList_New(0);
    if (services->instruments(services->host, &c) != RIALTO_OK || c == NULL) return all;
    for (uint32_t i = 0; all != NULL && i < c->count; i++) {
        PyObject *one = Py_BuildValue(
            "Is#s#s#iiiLLLL", c->instrument[i], TEXT(c->name[i]), TEXT(c->venue[i]),
            TEXT(c->currency[i]), (int)c->kind[i], (int)c->price_decimals[i],
            (int)c->quantity_decimals[i], c->price_step[i], c->quantity_step[i], c->multiplier[i],
            c->expiry_ns[i]);
        if (one == NULL || PyList_Append(all, one) < 0) Py_CLEAR(all);
        Py_XDECREF(one);
    }
    return all;
}

// ask(name, is_published): the number of a series, or the contract's result, which is below 0.
static PyObject *ask_series(PyObject *capsule, PyObject *arguments) {
    const rialto_text_t id = {RIALTO_SERIES_EXTENSION, sizeof RIALTO_SERIES_EXTENSION - 1};
    const rialto_services_t *services = PyCapsule_GetPointer(capsule, NULL);
    const char *name;
    Py_ssize_t size;
    int is_published;
    if (services == NULL || !PyArg_ParseTuple(arguments, "s#p", &name, &size, &is_published))
        return NULL;
    const rialto_series_services_t *series = services->get_extension(services->host, id);
    if (series == NULL) return PyLong_FromLong(RIALTO_ERROR_ABI);
    const rialto_text_t text = {name, (uint64_t)size};
    uint32_t number = 0;
    const rialto_result result =
        (is_published ? series->publish : series->read)(services->host, text, &number);
    return PyLong_FromLong(result == RIALTO_OK ? (long)number : (long)result);
}

// The function `ask` of an instance.
static PyObject *asker(const rialto_services_t *services) {
    static PyMethodDef method = {"ask", ask_series, METH_VARARGS, NULL};
    PyObject *capsule = PyCapsule_New((void *)(uintptr_t)services, NULL, NULL);
    PyObject *ask = capsule == NULL ? NULL : PyCFunction_New(&method, capsule);
    Py_XDECREF(capsule);
    return ask;
}

static int take_needs(instance_t *self, PyObject *list, rialto_needs_t *out) {
    const Py_ssize_t count = PyList_GET_SIZE(list);
    self->needs = calloc((size_t)count + 1, sizeof(rialto_need_t));
    for (Py_ssize_t i = 0; self->needs != NULL && i < count; i++) {
        rialto_need_t *need = &self->needs[i];
        need->struct_size = sizeof *need;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(list, i), "IIIL", &need->kind, &need->instrument,
                              &need->history_rows, &need->interval_ns))
            return -1;
    }
    if (self->needs == NULL) return -1;
    out->need_count = (uint32_t)count;
    out->needs = self->needs;
    return 0;
}

// Lets the kit make the object, and takes over what it says of itself.
static int make(instance_t *self, const rialto_plugin_t *plugin, rialto_needs_t *needs,
                int *keeps_state) {
    const rialto_services_t *services = self->services;
    uint64_t seed = 0;
    unsigned flags, room;
    services->random(services->host, &seed);
    PyObject *parameters = parameters_of(plugin, services);
    PyObject *instruments = parameters == NULL ? NULL : instruments_of(services);
    PyObject *ask = instruments == NULL ? NULL : asker(services);
    PyObject *create = bridge_glue("create"), *list;
    if (ask != NULL)
        self->object = PyObject_CallFunction(create, "OOKO", parameters, instruments, seed, ask);
    Py_XDECREF(ask);
    Py_XDECREF(parameters);
    Py_XDECREF(instruments);
    PyObject *facts =
        self->object == NULL ? NULL : PyObject_CallMethod(self->object, "facts", NULL);
    if (facts == NULL) return -1;
    const int is_good =
        PyArg_ParseTuple(facts, "O!IIp", &PyList_Type, &list, &flags, &room, keeps_state)
        && take_needs(self, list, needs) == 0;
    Py_DECREF(facts);
    needs->flags = flags;
    needs->intents_per_group = room;
    return is_good ? 0 : -1;
}

// Lines that the author's `start` printed.
static void log_lines(const instance_t *self) {
    PyObject *lines = PyObject_CallMethod(self->object, "lines", NULL);
    const Py_ssize_t count = lines != NULL && PyList_Check(lines) ? PyList_GET_SIZE(lines) : 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t size;
        const char *text = PyUnicode_AsUTF8AndSize(PyList_GET_ITEM(lines, i), &size);
        if (text != NULL)
            self->services->log(self->services->host, RIALTO_LOG_INFO,
                                (rialto_text_t){text, (uint64_t)size});
    }
    Py_XDECREF(lines);
    PyErr_Clear();
}

static rialto_result refuse(rialto_error_t *error, rialto_result code, const char *text) {
    error->code = code;
    snprintf(error->text, sizeof error->text, "%s", text);
    return code;
}

rialto_result bridge_create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs,
                            rialto_error_t *out_error) {
    if (bridge_glue("create") == NULL)
        return refuse(out_error, RIALTO_ERROR_UNSUPPORTED,
                      "a Python plugin runs in a sandboxed worker, which starts its interpreter");
    instance_t *self = calloc(1, sizeof *self);
    if (self == NULL) return refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    self->services = services;
    int keeps_state = 0;
    if (make(self, plugin, out_needs, &keeps_state) < 0) {
        out_error->code = RIALTO_ERROR_PARAMETER;
        bridge_take_error(out_error->text, sizeof out_error->text);
        destroy(self);
        return RIALTO_ERROR_PARAMETER;
    }
    log_lines(self);
    if (plugin->kind == RIALTO_PLUGIN_MODEL) {
        rialto_model_t *table = out_table;
        table->self = self;
        table->on_batch = read_as_model;
        table->save = keeps_state ? save : NULL;
        table->load = keeps_state ? load : NULL;
        table->destroy = destroy;
    } else {
        rialto_strategy_t *table = out_table;
        table->self = self;
        table->on_batch = read_as_strategy;
        table->save = keeps_state ? save : NULL;
        table->load = keeps_state ? load : NULL;
        table->destroy = destroy;
    }
    return RIALTO_OK;
}

const void *bridge_extension(rialto_text_t id) {
    static const rialto_loading_t loading = {sizeof loading, 0, bridge_load};
    const size_t size = sizeof RIALTO_LOADING_ID - 1;
    return id.size == size && memcmp(id.data, RIALTO_LOADING_ID, size) == 0 ? &loading : NULL;
}
