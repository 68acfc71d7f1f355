// Tests of {{id}}.
#include "rialto/draft/exchange.h"
#include "rialto/test_host.h"

int main(void) {
    const rialto_host_t caller = {sizeof caller, 0, 0, 1, 0, {"t", 1}, {"0", 1}};
    const rialto_library_t *library = NULL;
    rialto_tally_t tally = {0, 0};
    rialto_error_t error = {sizeof error, 0, {0}};
    rialto_needs_t needs = {sizeof needs, 0, 0, 0, NULL};
    rialto_exchange_t venue = {0};
    rialto_output_t items[4] = {0};
    rialto_outputs_t outputs = {sizeof outputs, sizeof items[0], 4, 0, items};
    rialto_read_back_t terms = {0};
    rialto_intent_t intent = {0};
    rialto_test_host_t *host = rialto_test_open();
    if (host == NULL) return 1;
    venue.struct_size = sizeof venue;
    terms.struct_size = sizeof terms;
    RIALTO_EXPECT(&tally, rialto_plugin_entry(&caller, &library, &error) == RIALTO_OK);
    const rialto_plugin_t *plugin = library->plugins[0];
    RIALTO_EXPECT(&tally, plugin->create(plugin, &host->services, &venue, &needs, &error) == 0);
    intent.kind = RIALTO_INTENT_ORDER;
    intent.order_type = RIALTO_ORDER_LIMIT;
    intent.side = RIALTO_SELL;
    intent.order_id = 42;
    intent.quantity = 1000;
    intent.price = 6500001;
    RIALTO_EXPECT(&tally, venue.encode(venue.self, &intent, 0, 7, &outputs) == RIALTO_OK);
    RIALTO_EXPECT(&tally, outputs.count == 1 && items[0].kind == RIALTO_OUTPUT_REQUEST);
    // What was encoded must be read back, term by term.
    const rialto_text_t body = items[0].body;
    RIALTO_EXPECT(&tally, venue.read_back(venue.self, items[0].url, body, &terms) == RIALTO_OK);
    RIALTO_EXPECT(&tally, terms.client_id == 42 && terms.side == RIALTO_SELL);
    RIALTO_EXPECT(&tally, terms.quantity == 1000 && terms.price == 6500001);
    const rialto_text_t cut = {body.data, body.size - 8};
    RIALTO_EXPECT(&tally, venue.read_back(venue.self, items[0].url, cut, &terms) != RIALTO_OK);
    intent.order_type = RIALTO_ORDER_STOP;
    RIALTO_EXPECT(&tally, venue.encode(venue.self, &intent, 0, 8, &outputs) == RIALTO_OK);
    RIALTO_EXPECT(&tally, items[1].state == RIALTO_ORDER_REJECTED);
    venue.destroy(venue.self);
    rialto_test_close(host);
    return rialto_tally_end(&tally, "{{name}}");
}
