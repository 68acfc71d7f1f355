// Tests of {{id}}.
#include "rialto/test_host.hpp"

int main() {
    rialto_tally_t tally = {0, 0};
    rialto::TestHost host;
    host.instrument("BTC/USD", 2, 4);
    host.integer("horizon", 60000000000);
    RIALTO_EXPECT(&tally, host.create("{{id}}") == RIALTO_OK);
    int64_t time_ns = 0;
    for (const int64_t close : {100, 101, 101, 90})
        host.bar(0, ++time_ns, close, close, close, close);
    RIALTO_EXPECT(&tally, host.run());
    const auto forecasts = host.forecasts();
    if (RIALTO_EXPECT(&tally, forecasts.size() == 2)) {
        RIALTO_EXPECT(&tally, forecasts[0].value > 0.5 && forecasts[0].horizon_ns == 60000000000);
        RIALTO_EXPECT(&tally, forecasts[1].value < 0.5);
    }
    return rialto_tally_end(&tally, "{{name}}");
}
