// A batch as hosts of today and of later send it, in memory that ends where it must not be read.
#include <string.h>

#include "fuzz.h"

#define TABLES 4u
#define COLUMNS_MAX 11u

// A struct of columns: struct_size, count, then pointers to columns of these widths in bytes.
typedef struct form {
    size_t offset; // Of the pointer to it in a batch
    size_t size;
    const char *widths;
} form_t;

static const form_t forms[TABLES] = {
    {offsetof(rialto_batch_t, trades), sizeof(rialto_trades_t), "884881"},
    {offsetof(rialto_batch_t, quotes), sizeof(rialto_quotes_t), "8848888"},
    {offsetof(rialto_batch_t, bars), sizeof(rialto_bars_t), "88848888881"},
    {offsetof(rialto_batch_t, forecasts), sizeof(rialto_forecast_events_t), "8441888888"},
};
#define FITS(type, widths) _Static_assert(sizeof(type) == 8 + 8 * (sizeof(widths) - 1), #type)
FITS(rialto_trades_t, "884881");
FITS(rialto_quotes_t, "8848888");
FITS(rialto_bars_t, "88848888881");
FITS(rialto_forecast_events_t, "8441888888");

static edge_t columns[TABLES][COLUMNS_MAX], tables[TABLES], order[2], whole;

static const void *put(edge_t *edge, const void *bytes, uint64_t size, uint64_t most) {
    edge->most = most;
    return edge_put(edge, bytes, size);
}

// A struct with what a newer host knows behind it: no zero, and no address.
static const void *put_longer(edge_t *edge, void *bytes, size_t size, uint64_t *random) {
    unsigned char longer[512];
    const uint32_t more = beyond(random);
    memcpy(longer, bytes, size);
    const uint32_t struct_size = (uint32_t)size + more;
    memcpy(longer, &struct_size, sizeof struct_size);
    fill_garbage(longer + size, more, random);
    return put(edge, longer, size + more, sizeof longer);
}

static const void *put_table(uint32_t number, const void *from, uint64_t *random) {
    const form_t *form = &forms[number];
    unsigned char table[256];
    uint32_t count;
    memcpy(table, from, form->size);
    memcpy(&count, table + 4, sizeof count);
    for (uint32_t i = 0; form->widths[i] != 0; i++) {
        const uint64_t width = (uint64_t)(form->widths[i] - '0');
        const void *column;
        memcpy(&column, table + 8 + 8 * i, sizeof column);
        column = put(&columns[number][i], column, count * width, RIALTO_BATCH_MAX * width);
        memcpy(table + 8 + 8 * i, &column, sizeof column);
    }
    return put_longer(&tables[number], table, form->size, random);
}

const rialto_batch_t *edged_batch(const rialto_batch_t *batch, uint64_t *random) {
    rialto_batch_t copy = *batch;
    for (uint32_t i = 0; i < TABLES; i++) {
        const void *table;
        memcpy(&table, (char *)&copy + forms[i].offset, sizeof table);
        if (table == NULL) continue;
        table = put_table(i, table, random);
        memcpy((char *)&copy + forms[i].offset, &table, sizeof table);
    }
    if (copy.order_kind != NULL)
        copy.order_kind = put(&order[0], copy.order_kind, copy.count, RIALTO_BATCH_MAX);
    if (copy.order_row != NULL)
        copy.order_row = put(&order[1], copy.order_row, copy.count * 4ull, RIALTO_BATCH_MAX * 4);
    return put_longer(&whole, &copy, sizeof copy, random);
}
