// Columns of a batch as buffers that Python reads in place: read only, and for one call only.
#include <string.h>

#include "bridge.h"

// Where a struct of columns has one of them.
typedef struct place {
    const char *name;
    uint32_t offset; // Of the pointer
    uint32_t size;   // Of one value, in bytes
    const char *format;
} place_t;

#define OVER "the batch is over: its columns cannot be read any more"

#define PLACE(type, field, bytes, letter) {#field, offsetof(type, field), bytes, letter}
#define I64(type, field) PLACE(type, field, 8, "q")
#define U64(type, field) PLACE(type, field, 8, "Q")
#define F64(type, field) PLACE(type, field, 8, "d")
#define U32(type, field) PLACE(type, field, 4, "I")
#define U16(type, field) PLACE(type, field, 2, "H")
#define U8(type, field) PLACE(type, field, 1, "B")
#define CASH(type, field) PLACE(type, field, 16, "B")
#define TEXT(type, field) PLACE(type, field, sizeof(rialto_text_t), "T")
#define TIMES(type) I64(type, time_ns), I64(type, venue_time_ns)
#define END {NULL, 0, 0, NULL}

static const place_t status[] = {
    TIMES(rialto_status_t), U32(rialto_status_t, instrument), U8(rialto_status_t, status), END};
static const place_t own_orders[] = {
    TIMES(rialto_own_orders_t), U64(rialto_own_orders_t, order_id),
    U32(rialto_own_orders_t, instrument), U8(rialto_own_orders_t, state),
    U8(rialto_own_orders_t, side), U16(rialto_own_orders_t, reason),
    I64(rialto_own_orders_t, price), I64(rialto_own_orders_t, quantity),
    I64(rialto_own_orders_t, filled), END};
static const place_t fills[] = {
    TIMES(rialto_fills_t), U64(rialto_fills_t, order_id), U32(rialto_fills_t, instrument),
    U8(rialto_fills_t, side), U8(rialto_fills_t, liquidity), I64(rialto_fills_t, price),
    I64(rialto_fills_t, quantity), I64(rialto_fills_t, position), CASH(rialto_fills_t, fee), END};
static const place_t account[] = {
    I64(rialto_account_t, time_ns), CASH(rialto_account_t, cash), CASH(rialto_account_t, equity),
    CASH(rialto_account_t, margin), CASH(rialto_account_t, capital_left),
    U8(rialto_account_t, halted), U32(rialto_account_t, first_position),
    U32(rialto_account_t, position_count), U32(rialto_account_t, position_instrument),
    I64(rialto_account_t, position_quantity), END};
static const place_t trades[] = {
    TIMES(rialto_trades_t), U32(rialto_trades_t, instrument), I64(rialto_trades_t, price),
    I64(rialto_trades_t, quantity), U8(rialto_trades_t, taker_side), END};
static const place_t quotes[] = {
    TIMES(rialto_quotes_t), U32(rialto_quotes_t, instrument), I64(rialto_quotes_t, bid_price),
    I64(rialto_quotes_t, bid_quantity), I64(rialto_quotes_t, ask_price),
    I64(rialto_quotes_t, ask_quantity), END};
static const place_t books[] = {
    TIMES(rialto_books_t), U32(rialto_books_t, instrument), U32(rialto_books_t, first_level),
    U32(rialto_books_t, bid_count), U32(rialto_books_t, ask_count),
    I64(rialto_books_t, level_price), I64(rialto_books_t, level_quantity), END};
static const place_t book_deltas[] = {
    TIMES(rialto_book_deltas_t), U32(rialto_book_deltas_t, instrument),
    U8(rialto_book_deltas_t, side), U8(rialto_book_deltas_t, last),
    I64(rialto_book_deltas_t, price), I64(rialto_book_deltas_t, quantity),
    U64(rialto_book_deltas_t, sequence), END};
static const place_t bars[] = {
    I64(rialto_bars_t, time_ns), I64(rialto_bars_t, open_time_ns),
    I64(rialto_bars_t, close_time_ns), U32(rialto_bars_t, instrument),
    I64(rialto_bars_t, interval_ns), I64(rialto_bars_t, open), I64(rialto_bars_t, high),
    I64(rialto_bars_t, low), I64(rialto_bars_t, close), I64(rialto_bars_t, volume),
    U8(rialto_bars_t, final), END};
static const place_t marks[] = {
    TIMES(rialto_marks_t), U32(rialto_marks_t, instrument), I64(rialto_marks_t, mark_price),
    I64(rialto_marks_t, index_price), END};
static const place_t funding[] = {
    TIMES(rialto_funding_t), U32(rialto_funding_t, instrument), I64(rialto_funding_t, rate_e9),
    I64(rialto_funding_t, next_funding_ns), END};
static const place_t open_interest[] = {
    TIMES(rialto_open_interest_t), U32(rialto_open_interest_t, instrument),
    I64(rialto_open_interest_t, quantity), END};
static const place_t liquidations[] = {
    TIMES(rialto_liquidations_t), U32(rialto_liquidations_t, instrument),
    U8(rialto_liquidations_t, side), I64(rialto_liquidations_t, price),
    I64(rialto_liquidations_t, quantity), END};
static const place_t texts[] = {
    TIMES(rialto_texts_t), U32(rialto_texts_t, instrument), TEXT(rialto_texts_t, source),
    TEXT(rialto_texts_t, author), TEXT(rialto_texts_t, title), TEXT(rialto_texts_t, body), END};
static const place_t forecasts[] = {
    I64(rialto_forecast_events_t, time_ns), U32(rialto_forecast_events_t, model),
    U32(rialto_forecast_events_t, instrument), U8(rialto_forecast_events_t, kind),
    I64(rialto_forecast_events_t, horizon_ns), I64(rialto_forecast_events_t, valid_until_ns),
    F64(rialto_forecast_events_t, confidence), F64(rialto_forecast_events_t, value),
    F64(rialto_forecast_events_t, deviation), F64(rialto_forecast_events_t, weight), END};
static const place_t series[] = {
    I64(rialto_series_t, time_ns), U32(rialto_series_t, series), U32(rialto_series_t, instrument),
    F64(rialto_series_t, value), END};
static const place_t timers[] = {
    I64(rialto_timers_t, time_ns), U64(rialto_timers_t, timer_id), END};

// Columns of a kind and where a batch points at them.
typedef struct kind {
    uint32_t number;
    uint32_t offset;
    const place_t *places;
} kind_t;

#define KIND(number, field) {number, offsetof(rialto_batch_t, field), field}

static const kind_t kinds[] = {
    KIND(RIALTO_KIND_STATUS, status), KIND(RIALTO_KIND_OWN_ORDERS, own_orders),
    KIND(RIALTO_KIND_FILLS, fills), KIND(RIALTO_KIND_ACCOUNT, account),
    KIND(RIALTO_KIND_TRADES, trades), KIND(RIALTO_KIND_QUOTES, quotes),
    KIND(RIALTO_KIND_BOOKS, books), KIND(RIALTO_KIND_BOOK_DELTAS, book_deltas),
    KIND(RIALTO_KIND_BARS, bars), KIND(RIALTO_KIND_MARKS, marks),
    KIND(RIALTO_KIND_FUNDING, funding), KIND(RIALTO_KIND_OPEN_INTEREST, open_interest),
    KIND(RIALTO_KIND_LIQUIDATIONS, liquidations), KIND(RIALTO_KIND_FORECASTS, forecasts),
    KIND(RIALTO_KIND_TEXTS, texts), KIND(RIALTO_KIND_TIMERS, timers),
    KIND(RIALTO_KIND_SERIES, series),
};

// A batch while it is read. `batch` is null afterwards.
typedef struct batch_object {
    PyObject_HEAD
    const rialto_batch_t *batch;
    Py_ssize_t views; // That somebody holds
} batch_object_t;

// A column of a batch: whoever wants its values asks for its buffer.
typedef struct column_object {
    PyObject_HEAD
    batch_object_t *owner;
    const void *values;
    Py_ssize_t rows;
    const place_t *place;
} column_object_t;

static int column_get(PyObject *object, Py_buffer *view, int flags) {
    column_object_t *self = (column_object_t *)object;
    if (self->owner->batch == NULL) {
        PyErr_SetString(PyExc_BufferError, OVER);
        return -1;
    }
    if (flags & PyBUF_WRITABLE) {
        PyErr_SetString(PyExc_BufferError, "columns of a batch are read only");
        return -1;
    }
    const Py_ssize_t size = self->place->format[0] == 'B' ? 1 : (Py_ssize_t)self->place->size;
    memset(view, 0, sizeof *view);
    view->obj = Py_NewRef(object);
    view->buf = (void *)(uintptr_t)self->values;
    view->len = self->rows * (Py_ssize_t)self->place->size;
    view->itemsize = size;
    view->readonly = 1;
    view->ndim = 1;
    view->format = flags & PyBUF_FORMAT ? (char *)(uintptr_t)self->place->format : NULL;
    view->internal = (void *)(view->len / size);
    view->shape = flags & PyBUF_ND ? (Py_ssize_t *)&view->internal : NULL;
    view->strides = flags & PyBUF_STRIDES ? &view->itemsize : NULL;
    self->owner->views++;
    return 0;
}

static void column_release(PyObject *object, Py_buffer *view) {
    (void)view;
    ((column_object_t *)object)->owner->views--;
}

static void column_free(PyObject *object) {
    Py_DECREF(((column_object_t *)object)->owner);
    PyObject_Free(object);
}

static PyBufferProcs column_buffer = {column_get, column_release};

static PyTypeObject column_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "rialto.Column",
    .tp_basicsize = sizeof(column_object_t), .tp_dealloc = column_free,
    .tp_as_buffer = &column_buffer, .tp_flags = Py_TPFLAGS_DEFAULT};

static PyObject *new_column(batch_object_t *owner, const void *values, Py_ssize_t rows,
                            const place_t *place) {
    column_object_t *self = PyObject_New(column_object_t, &column_type);
    if (self == NULL) return NULL;
    self->owner = (batch_object_t *)Py_NewRef((PyObject *)owner);
    self->values = values;
    self->rows = rows;
    self->place = place;
    return (PyObject *)self;
}

// Where the columns of a kind begin: their struct, or null where the batch has none.
static const char *columns_of(const rialto_batch_t *batch, uint32_t number, const kind_t **out) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].number != number) continue;
        *out = &kinds[i];
        const char *columns;
        if (kinds[i].offset + sizeof columns > batch->struct_size) return NULL; // An older host
        memcpy(&columns, (const char *)batch + kinds[i].offset, sizeof columns);
        return columns;
    }
    return NULL;
}

// Rows of the columns that others point into: as far as the last row of those reaches.
static Py_ssize_t reach(uint32_t number, const char *columns, const place_t *place) {
    Py_ssize_t most = 0;
    if (number == RIALTO_KIND_BOOKS && strncmp(place->name, "level_", 6) == 0) {
        const rialto_books_t *b = (const rialto_books_t *)columns;
        for (uint32_t row = 0; row < b->count; row++) {
            const Py_ssize_t end = (Py_ssize_t)b->first_level[row] + b->bid_count[row]
                                   + b->ask_count[row];
            if (end > most) most = end;
        }
        return most;
    }
    if (number == RIALTO_KIND_ACCOUNT && strncmp(place->name, "position_", 9) == 0
        && strcmp(place->name, "position_count") != 0) {
        const rialto_account_t *a = (const rialto_account_t *)columns;
        for (uint32_t row = 0; row < a->count; row++) {
            const Py_ssize_t end = (Py_ssize_t)a->first_position[row] + a->position_count[row];
            if (end > most) most = end;
        }
        return most;
    }
    uint32_t count;
    memcpy(&count, columns + offsetof(rialto_bars_t, count), sizeof count);
    return count;
}

// A column of texts as a tuple of strings: they are copied, and outlive the call.
static PyObject *text_column(const rialto_text_t *values, Py_ssize_t rows) {
    PyObject *found = PyTuple_New(rows);
    if (found == NULL) return NULL;
    for (Py_ssize_t row = 0; row < rows; row++) {
        const char *data = values[row].data == NULL ? "" : values[row].data;
        PyObject *text = PyUnicode_DecodeUTF8(data, (Py_ssize_t)values[row].size, "replace");
        if (text == NULL) {
            Py_DECREF(found);
            return NULL;
        }
        PyTuple_SET_ITEM(found, row, text);
    }
    return found;
}

// batch.column(kind, name): the column, or None where the batch has none of that kind.
static PyObject *batch_column(PyObject *object, PyObject *arguments) {
    batch_object_t *self = (batch_object_t *)object;
    unsigned number;
    const char *name;
    if (!PyArg_ParseTuple(arguments, "Is", &number, &name)) return NULL;
    if (self->batch == NULL) {
        PyErr_SetString(PyExc_BufferError, OVER);
        return NULL;
    }
    const kind_t *kind = NULL;
    const char *columns = columns_of(self->batch, number, &kind);
    if (columns == NULL) Py_RETURN_NONE;
    for (const place_t *place = kind->places; place->name != NULL; place++) {
        if (strcmp(place->name, name) != 0) continue;
        const void *values;
        memcpy(&values, columns + place->offset, sizeof values);
        if (values == NULL) Py_RETURN_NONE;
        if (place->format[0] == 'T') return text_column(values, reach(number, columns, place));
        return new_column(self, values, reach(number, columns, place), place);
    }
    return PyErr_Format(PyExc_AttributeError, "there is no column %s", name);
}

static const place_t order_kind = {"order_kind", 0, 1, "B"};
static const place_t order_row = {"order_row", 0, 4, "I"};

// batch.order(): kind and row of each entry, or None where all are of the single kind.
static PyObject *batch_order(PyObject *object, PyObject *unused) {
    batch_object_t *self = (batch_object_t *)object;
    (void)unused;
    if (self->batch == NULL || self->batch->order_kind == NULL) Py_RETURN_NONE;
    PyObject *kind = new_column(self, self->batch->order_kind, self->batch->count, &order_kind);
    PyObject *row = new_column(self, self->batch->order_row, self->batch->count, &order_row);
    if (kind != NULL && row != NULL) return Py_BuildValue("NN", kind, row);
    Py_XDECREF(kind);
    Py_XDECREF(row);
    return NULL;
}

// batch.facts(): flags, entries and the single kind.
static PyObject *batch_facts(PyObject *object, PyObject *unused) {
    const rialto_batch_t *batch = ((batch_object_t *)object)->batch;
    (void)unused;
    if (batch == NULL) return Py_BuildValue("III", 0u, 0u, 0u);
    return Py_BuildValue("III", batch->flags, batch->count, batch->single_kind);
}

static PyMethodDef batch_methods[] = {
    {"column", batch_column, METH_VARARGS, NULL},
    {"order", batch_order, METH_NOARGS, NULL},
    {"facts", batch_facts, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}};

static void batch_free(PyObject *object) { PyObject_Free(object); }

static PyTypeObject batch_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "rialto.Rows",
    .tp_basicsize = sizeof(batch_object_t), .tp_dealloc = batch_free,
    .tp_methods = batch_methods, .tp_flags = Py_TPFLAGS_DEFAULT};

int bridge_columns_ready(void) {
    return PyType_Ready(&column_type) < 0 || PyType_Ready(&batch_type) < 0 ? -1 : 0;
}

PyObject *bridge_batch(const rialto_batch_t *batch) {
    batch_object_t *self = PyObject_New(batch_object_t, &batch_type);
    if (self == NULL) return NULL;
    self->batch = batch;
    self->views = 0;
    return (PyObject *)self;
}

int bridge_batch_end(PyObject *batch) {
    batch_object_t *self = (batch_object_t *)batch;
    self->batch = NULL;
    if (self->views != 0) PyGC_Collect(); // What nobody can reach any more holds nothing
    return self->views == 0;
}
