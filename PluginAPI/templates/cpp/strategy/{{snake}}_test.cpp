// Tests of {{id}}.
#include "rialto/test_host.hpp"

int main() {
    rialto_tally_t tally = {0, 0};
    rialto::TestHost host;
    host.instrument("BTC/USD", 2, 4);
    host.integer("length", 2);
    RIALTO_EXPECT(&tally, host.create("{{id}}") == RIALTO_OK);
    int64_t time_ns = 0;
    for (const int64_t close : {100, 101, 102, 103, 104, 90, 91})
        host.bar(0, ++time_ns, close, close, close, close);
    RIALTO_EXPECT(&tally, host.run());
    const auto intents = host.intents();
    if (RIALTO_EXPECT(&tally, intents.size() == 2)) {
        RIALTO_EXPECT(&tally, intents[0].quantity == 1 && host.time_ns(0) == 3);
        RIALTO_EXPECT(&tally, intents[1].quantity == 0 && host.time_ns(1) == 6);
    }
    return rialto_tally_end(&tally, "{{name}}");
}
