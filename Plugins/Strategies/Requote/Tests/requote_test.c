// What is true of requote, through its C table.
#include "rialto/test_host.h"

#define ID "org.rialto.requote"

static rialto_test_host_t *make(int64_t every) {
    rialto_test_host_t *host = rialto_test_open();
    if (host == NULL) abort();
    rialto_test_instrument(host, "BTC/USD", 2, 0);
    rialto_test_integer(host, "every", every);
    rialto_test_integer(host, "distance", 5);
    return host;
}

static int is_order(const rialto_intent_t *intent, uint32_t side, int64_t price, uint64_t id) {
    return intent->kind == RIALTO_INTENT_ORDER && intent->side == side && intent->price == price
        && intent->order_id == id && intent->quantity == 1
        && intent->order_flags == RIALTO_ORDER_POST_ONLY;
}

static int is_cancel(const rialto_intent_t *intent, uint64_t id) {
    return intent->kind == RIALTO_INTENT_CANCEL && intent->order_id == id;
}

// Whatever the size of a batch.
static void renews_both_on_every_third_trade(rialto_tally_t *tally) {
    for (uint32_t rows = 1; rows <= 10; rows++) {
        rialto_test_host_t *host = make(3);
        RIALTO_EXPECT(tally, rialto_test_create(host, rialto_plugin_entry, ID) == RIALTO_OK);
        for (int i = 1; i <= 8; i++) rialto_test_trade(host, 0, i * 1000, 100 + i, 1, RIALTO_BUY);
        RIALTO_EXPECT(tally, rialto_test_run(host, rows, 0) == RIALTO_OK);
        RIALTO_EXPECT(tally, host->intent_count == 6);
        const rialto_intent_t *i = host->intents;
        RIALTO_EXPECT(tally, is_order(&i[0], RIALTO_BUY, 98, 1));
        RIALTO_EXPECT(tally, is_order(&i[1], RIALTO_SELL, 108, 2));
        RIALTO_EXPECT(tally, is_cancel(&i[2], 1) && is_cancel(&i[3], 2));
        RIALTO_EXPECT(tally, is_order(&i[4], RIALTO_BUY, 101, 3));
        RIALTO_EXPECT(tally, is_order(&i[5], RIALTO_SELL, 111, 4));
        RIALTO_EXPECT(tally, host->intent_time_ns[2] == 6000);
        rialto_test_close(host);
    }
}

static void leaves_a_quote_alone_that_has_filled(rialto_tally_t *tally) {
    rialto_test_host_t *host = make(1);
    RIALTO_EXPECT(tally, rialto_test_create(host, rialto_plugin_entry, ID) == RIALTO_OK);
    rialto_test_trade(host, 0, 1000, 100, 1, RIALTO_BUY);
    rialto_test_own_fill(host, 0, 2000, 1, RIALTO_BUY, 95, 1, 1);
    rialto_test_trade(host, 0, 2000, 94, 1, RIALTO_SELL);
    RIALTO_EXPECT(tally, rialto_test_run(host, 8, 0) == RIALTO_OK);
    RIALTO_EXPECT(tally, host->intent_count == 5);
    RIALTO_EXPECT(tally, is_cancel(&host->intents[2], 2));
    RIALTO_EXPECT(tally, is_order(&host->intents[3], RIALTO_BUY, 89, 3));
    rialto_test_close(host);
}

static void places_no_quote_below_zero(rialto_tally_t *tally) {
    rialto_test_host_t *host = make(1);
    RIALTO_EXPECT(tally, rialto_test_create(host, rialto_plugin_entry, ID) == RIALTO_OK);
    rialto_test_trade(host, 0, 1000, 5, 1, RIALTO_BUY);
    RIALTO_EXPECT(tally, rialto_test_run(host, 8, 0) == RIALTO_OK);
    RIALTO_EXPECT(tally, host->intent_count == 1);
    RIALTO_EXPECT(tally, is_order(&host->intents[0], RIALTO_SELL, 10, 1));
    rialto_test_close(host);
}

static void refuses_two_instruments(rialto_tally_t *tally) {
    rialto_test_host_t *host = make(1);
    rialto_test_instrument(host, "ETH/USD", 2, 0);
    RIALTO_EXPECT(tally, rialto_test_create(host, rialto_plugin_entry, ID) != RIALTO_OK);
    rialto_test_close(host);
}

int main(void) {
    rialto_tally_t tally = {0, 0};
    renews_both_on_every_third_trade(&tally);
    leaves_a_quote_alone_that_has_filled(&tally);
    places_no_quote_below_zero(&tally);
    refuses_two_instruments(&tally);
    return rialto_tally_end(&tally, "requote");
}
