// Tests of {{id}}.
#include "rialto/test_host.h"

int main(void) {
    static const int64_t closes[] = {100, 101, 102, 103, 104, 90, 91};
    rialto_tally_t tally = {0, 0};
    rialto_test_host_t *host = rialto_test_open();
    if (host == NULL) return 1;
    rialto_test_instrument(host, "BTC/USD", 2, 4);
    rialto_test_integer(host, "length", 2);
    RIALTO_EXPECT(&tally, rialto_test_create(host, rialto_plugin_entry, "{{id}}") == RIALTO_OK);
    for (int64_t i = 0; i < 7; i++)
        rialto_test_bar(host, 0, i + 1, closes[i], closes[i], closes[i], closes[i], 1);
    RIALTO_EXPECT(&tally, rialto_test_run(host, RIALTO_BATCH_MAX, 0) == RIALTO_OK);
    if (RIALTO_EXPECT(&tally, host->intent_count == 2)) {
        RIALTO_EXPECT(&tally, host->intents[0].quantity == 1 && host->intent_time_ns[0] == 3);
        RIALTO_EXPECT(&tally, host->intents[1].quantity == 0 && host->intent_time_ns[1] == 6);
    }
    rialto_test_close(host);
    return rialto_tally_end(&tally, "{{name}}");
}
