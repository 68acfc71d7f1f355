// What Python wants, written as the contract has it. Numbers that do not fit are errors with the
// name of the field.
#include <string.h>

#include "bridge.h"

// A field of an intent, in the order of the kit's tuples.
typedef struct field {
    const char *name;
    uint32_t offset;
    uint32_t size; // In bytes
    int is_signed;
} field_t;

#define FIELD(name, is_signed)                                                                     \
    {#name, offsetof(rialto_intent_t, name), sizeof(((rialto_intent_t *)0)->name), is_signed}

static const field_t fields[] = {
    FIELD(kind, 0), FIELD(side, 0), FIELD(order_type, 0), FIELD(time_in_force, 0), FIELD(row, 0),
    FIELD(instrument, 0), FIELD(order_flags, 0), FIELD(link, 0), FIELD(algorithm, 0),
    FIELD(reason, 0), FIELD(order_id, 0), FIELD(link_id, 0), FIELD(quantity, 1), FIELD(price, 1),
    FIELD(trigger_price, 1), FIELD(stop_price, 1), FIELD(take_profit_price, 1),
    FIELD(time_stop_ns, 1), FIELD(expire_time_ns, 1), FIELD(algorithm_duration_ns, 1),
    FIELD(algorithm_quantity, 1), FIELD(algorithm_rate_e6, 0), FIELD(leverage_e2, 0),
};

#define FIELD_COUNT ((Py_ssize_t)(sizeof fields / sizeof fields[0]))

static int refuse(const field_t *field, PyObject *value) {
    PyErr_Format(PyExc_ValueError, "%s was %R, allowed is a whole number%s of %u bits", field->name,
                 value, field->is_signed ? "" : " from 0 on", field->size * 8);
    return -1;
}

// Writes a whole number into its field: any object that says that it is one.
static int put_number(char *item, const field_t *field, PyObject *value) {
    PyObject *whole = PyNumber_Index(value);
    if (whole == NULL) return refuse(field, value);
    unsigned long long bits = 0;
    if (field->is_signed) {
        bits = (unsigned long long)PyLong_AsLongLong(whole);
    } else {
        bits = PyLong_AsUnsignedLongLong(whole);
    }
    Py_DECREF(whole);
    if (PyErr_Occurred()) return refuse(field, value);
    if (field->size < 8 && bits >> (field->size * 8) != 0) return refuse(field, value);
    memcpy(item + field->offset, &bits, field->size); // Little endian, as every machine it runs on
    return 0;
}

static int put_text(PyObject *value, rialto_intents_t *out, uint32_t *offset, uint32_t *size) {
    if (value == Py_None) return 0;
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(value, &length);
    if (text == NULL) return -1;
    if ((uint64_t)length > out->text_capacity - out->text_count) {
        PyErr_Format(PyExc_ValueError, "texts of one batch are longer than %u bytes",
                     out->text_capacity);
        return -1;
    }
    memcpy(out->text + out->text_count, text, (size_t)length);
    *offset = out->text_count;
    *size = (uint32_t)length;
    out->text_count += (uint32_t)length;
    return 0;
}

static int put_intent(PyObject *tuple, rialto_intents_t *out) {
    if (!PyTuple_Check(tuple) || PyTuple_GET_SIZE(tuple) != FIELD_COUNT + 2) {
        PyErr_SetString(PyExc_TypeError, "an intent is none that the kit made");
        return -1;
    }
    if (out->count == out->capacity) {
        PyErr_Format(PyExc_ValueError, "more than %u intents in one batch", out->capacity);
        return -1;
    }
    rialto_intent_t intent;
    memset(&intent, 0, sizeof intent);
    intent.struct_size = sizeof intent;
    for (Py_ssize_t i = 0; i < FIELD_COUNT; i++)
        if (put_number((char *)&intent, &fields[i], PyTuple_GET_ITEM(tuple, i)) < 0) return -1;
    if (put_text(PyTuple_GET_ITEM(tuple, FIELD_COUNT), out, &intent.text_offset,
                 &intent.text_size) < 0
        || put_text(PyTuple_GET_ITEM(tuple, FIELD_COUNT + 1), out, &intent.key_offset,
                    &intent.key_size) < 0)
        return -1;
    const size_t size = out->item_size < sizeof intent ? out->item_size : sizeof intent;
    memcpy((char *)out->items + (size_t)out->count++ * out->item_size, &intent, size);
    return 0;
}

int bridge_put_intents(PyObject *list, rialto_intents_t *out) {
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++)
        if (put_intent(PyList_GET_ITEM(list, i), out) < 0) return -1;
    return 0;
}

// Numbers of a sequence of at most RIALTO_QUANTILES_MAX. Returns how many, or -1.
static Py_ssize_t put_numbers(PyObject *values, double *out) {
    PyObject *fast = PySequence_Fast(values, "quantiles are no sequence");
    if (fast == NULL) return -1;
    const Py_ssize_t count = PySequence_Fast_GET_SIZE(fast);
    if (count > (Py_ssize_t)RIALTO_QUANTILES_MAX)
        PyErr_Format(PyExc_ValueError, "%zd quantiles, allowed are %u", count,
                     RIALTO_QUANTILES_MAX);
    for (Py_ssize_t i = 0; i < count && !PyErr_Occurred(); i++)
        out[i] = PyFloat_AsDouble(PySequence_Fast_GET_ITEM(fast, i));
    Py_DECREF(fast);
    return PyErr_Occurred() ? -1 : count;
}

static int put_forecast(PyObject *tuple, rialto_forecasts_out_t *out) {
    rialto_forecast_t forecast;
    PyObject *levels, *values;
    long long row, instrument;
    int kind;
    memset(&forecast, 0, sizeof forecast);
    forecast.struct_size = sizeof forecast;
    if (!PyArg_ParseTuple(tuple, "LLiLLdddOOI", &row, &instrument, &kind, &forecast.horizon_ns,
                          &forecast.valid_ns, &forecast.confidence, &forecast.value,
                          &forecast.deviation, &levels, &values, &forecast.series))
        return -1;
    if (row < 0 || row >= RIALTO_BATCH_MAX || instrument < 0 || instrument >= RIALTO_NONE) {
        PyErr_Format(PyExc_ValueError, "row %lld or instrument %lld is none that was given", row,
                     instrument);
        return -1;
    }
    forecast.row = (uint32_t)row;
    forecast.instrument = (uint32_t)instrument;
    forecast.kind = (uint8_t)kind;
    const Py_ssize_t count = put_numbers(levels, forecast.quantile_level);
    if (count < 0 || put_numbers(values, forecast.quantile_value) != count) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_ValueError, "each quantile has a level and a value");
        return -1;
    }
    forecast.quantile_count = (uint8_t)count;
    if (out->count == out->capacity) {
        PyErr_Format(PyExc_ValueError, "more than %u forecasts in one batch", out->capacity);
        return -1;
    }
    const size_t size = out->item_size < sizeof forecast ? out->item_size : sizeof forecast;
    memcpy((char *)out->items + (size_t)out->count++ * out->item_size, &forecast, size);
    return 0;
}

int bridge_put_forecasts(PyObject *list, rialto_forecasts_out_t *out) {
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++)
        if (put_forecast(PyList_GET_ITEM(list, i), out) < 0) return -1;
    return 0;
}
