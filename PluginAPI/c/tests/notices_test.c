// What is true of states, funding and contracts in the test host: C reads them as it reads others.
#include "rialto/one_plugin.h"
#include "rialto/test_host.h"

static const rialto_need_t wishes[] = {
    {sizeof(rialto_need_t), RIALTO_KIND_STATUS, RIALTO_NONE, 0, 0},
    {sizeof(rialto_need_t), RIALTO_KIND_FUNDING, RIALTO_NONE, 0, 0},
    {sizeof(rialto_need_t), RIALTO_KIND_TRADES, RIALTO_NONE, 0, 0},
    {sizeof(rialto_need_t), RIALTO_KIND_MARKS, RIALTO_NONE, 0, 0},
    {sizeof(rialto_need_t), RIALTO_KIND_OPEN_INTEREST, RIALTO_NONE, 0, 0},
    {sizeof(rialto_need_t), RIALTO_KIND_LIQUIDATIONS, RIALTO_NONE, 0, 0},
    {sizeof(rialto_need_t), RIALTO_KIND_TEXTS, RIALTO_NONE, 0, 0},
};

// Wants what the entry of a kind says: a state, a rate, a price, or sums of what has several.
static int64_t wish(const rialto_batch_t *batch, uint32_t kind, uint32_t row) {
    if (kind == RIALTO_KIND_STATUS) return batch->status->status[row];
    if (kind == RIALTO_KIND_FUNDING)
        return batch->funding->rate_e9[row] + batch->funding->next_funding_ns[row];
    if (kind == RIALTO_KIND_MARKS)
        return batch->marks->mark_price[row] + batch->marks->index_price[row];
    if (kind == RIALTO_KIND_OPEN_INTEREST) return batch->open_interest->quantity[row];
    if (kind == RIALTO_KIND_TEXTS) {
        const rialto_texts_t *t = batch->texts;
        return (int64_t)(t->title[row].size * 100 + t->body[row].size)
               + (t->instrument[row] == RIALTO_NONE ? 10000 : 0) + (t->source[row].data != NULL);
    }
    if (kind == RIALTO_KIND_LIQUIDATIONS) {
        const rialto_liquidations_t *c = batch->liquidations;
        return c->side[row] + c->price[row] * c->quantity[row];
    }
    return batch->trades->price[row];
}

static rialto_result on_batch(void *self, const rialto_batch_t *batch, rialto_intents_t *intents,
                              uint32_t *out_consumed) {
    (void)self;
    for (uint32_t entry = 0; entry < batch->count; entry++) {
        const int is_mixed = batch->order_kind != NULL;
        const uint32_t kind = is_mixed ? batch->order_kind[entry] : batch->single_kind;
        char *place = (char *)intents->items + (size_t)entry * intents->item_size;
        rialto_intent_t *intent = (rialto_intent_t *)(void *)place;
        intent->kind = RIALTO_INTENT_TARGET;
        intent->row = entry;
        intent->quantity = wish(batch, kind, is_mixed ? batch->order_row[entry] : entry);
        intents->count++;
    }
    *out_consumed = batch->count;
    return RIALTO_OK;
}

static void destroy(void *self) { (void)self; }

static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs, rialto_error_t *out_error) {
    (void)plugin, (void)services, (void)out_error;
    rialto_strategy_t *table = (rialto_strategy_t *)out_table;
    table->on_batch = on_batch;
    table->destroy = destroy;
    out_needs->flags = RIALTO_NEEDS_OPEN_LOOP;
    out_needs->need_count = 7;
    out_needs->needs = wishes;
    return RIALTO_OK;
}

#define TEXT(words) {words, sizeof words - 1}

static const rialto_plugin_t plugin = {
    .struct_size = sizeof(rialto_plugin_t),
    .kind = RIALTO_PLUGIN_STRATEGY,
    .id = TEXT("test.notices"),
    .version = TEXT("1.0.0"),
    .name = TEXT("Notices"),
    .summary = TEXT("Wants what it is told."),
    .author = TEXT("Tests"),
    .license = TEXT("Apache-2.0"),
    .create = create,
};

RIALTO_ONE_PLUGIN(plugin)

static void states_and_funding_come_in_their_order(rialto_tally_t *tally, uint32_t limit) {
    rialto_test_host_t *host = rialto_test_open();
    if (!RIALTO_EXPECT(tally, host != NULL)) return;
    rialto_test_instrument(host, "ETH/USDT", 2, 3);
    const char *const id = "test.notices";
    RIALTO_EXPECT(tally, rialto_test_create(host, rialto_plugin_entry, id) == RIALTO_OK);
    rialto_test_status(host, 0, 1, RIALTO_STATUS_GAP);
    rialto_test_trade(host, 0, 2, 77, 1, RIALTO_BUY);
    rialto_test_funding(host, 0, 2, -250, 28800);
    rialto_test_status(host, 0, 3, RIALTO_STATUS_RECONNECT);
    rialto_test_funding(host, 0, 4, 100, 0);
    RIALTO_EXPECT(tally, rialto_test_run(host, limit, 0) == RIALTO_OK);
    const int64_t expected[] = {RIALTO_STATUS_GAP, 77, 28550, RIALTO_STATUS_RECONNECT, 100};
    RIALTO_EXPECT(tally, host->intent_count == 5);
    for (uint32_t i = 0; i < host->intent_count; i++)
        RIALTO_EXPECT(tally, host->intents[i].quantity == expected[i]);
    rialto_test_close(host);
}

static void what_is_said_of_contracts_comes_in_its_order(rialto_tally_t *tally, uint32_t limit) {
    rialto_test_host_t *host = rialto_test_open();
    if (!RIALTO_EXPECT(tally, host != NULL)) return;
    rialto_test_instrument(host, "ETH/USDT", 2, 3);
    const char *const id = "test.notices";
    RIALTO_EXPECT(tally, rialto_test_create(host, rialto_plugin_entry, id) == RIALTO_OK);
    rialto_test_mark(host, 0, 1, 700, 50);
    rialto_test_open_interest(host, 0, 1, 123);
    rialto_test_liquidation(host, 0, 1, RIALTO_SELL, 10, 7);
    rialto_test_posted(host, 0, 1, "abc", NULL);
    rialto_test_posted(host, RIALTO_NONE, 1, "", "four");
    rialto_test_mark(host, 0, 2, 710, 0);
    RIALTO_EXPECT(tally, rialto_test_run(host, limit, 0) == RIALTO_OK);
    const int64_t expected[] = {750, 123, 72, 300, 10004, 710};
    RIALTO_EXPECT(tally, host->intent_count == 6);
    for (uint32_t i = 0; i < host->intent_count; i++)
        RIALTO_EXPECT(tally, host->intents[i].quantity == expected[i]);
    rialto_test_close(host);
}

int main(void) {
    rialto_tally_t tally = {0};
    states_and_funding_come_in_their_order(&tally, RIALTO_BATCH_MAX);
    states_and_funding_come_in_their_order(&tally, 2);
    what_is_said_of_contracts_comes_in_its_order(&tally, RIALTO_BATCH_MAX);
    what_is_said_of_contracts_comes_in_its_order(&tally, 1);
    return rialto_tally_end(&tally, "C states and funding");
}
