// Tests of {{id}}.
#include "rialto/test_host.h"

int main(void) {
    static const int64_t closes[] = {100, 101, 101, 90};
    rialto_tally_t tally = {0, 0};
    rialto_test_host_t *host = rialto_test_open();
    if (host == NULL) return 1;
    rialto_test_instrument(host, "BTC/USD", 2, 4);
    rialto_test_integer(host, "horizon", 60000000000);
    RIALTO_EXPECT(&tally, rialto_test_create(host, rialto_plugin_entry, "{{id}}") == RIALTO_OK);
    for (int64_t i = 0; i < 4; i++)
        rialto_test_bar(host, 0, i + 1, closes[i], closes[i], closes[i], closes[i], 1);
    RIALTO_EXPECT(&tally, rialto_test_run(host, RIALTO_BATCH_MAX, 0) == RIALTO_OK);
    if (RIALTO_EXPECT(&tally, host->forecast_count == 2)) {
        RIALTO_EXPECT(&tally, host->forecasts[0].value > 0.5 && host->forecast_time_ns[0] == 2);
        RIALTO_EXPECT(&tally, host->forecasts[1].value < 0.5 && host->forecast_time_ns[1] == 4);
    }
    rialto_test_close(host);
    return rialto_tally_end(&tally, "{{name}}");
}
