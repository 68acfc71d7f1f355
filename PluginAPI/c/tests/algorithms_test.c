// What is true of orders that are left to an algorithm.
#include "rialto/algorithms.h"

#include "rialto/test_tally.h"

// Whether an order says this way and nothing else of it.
static int says(const rialto_intent_t *order, uint32_t algorithm, int64_t duration_ns,
                int64_t quantity, uint32_t rate_e6) {
    return order->algorithm == algorithm && order->algorithm_duration_ns == duration_ns
        && order->algorithm_quantity == quantity && order->algorithm_rate_e6 == rate_e6;
}

static void each_way_says_what_it_needs_and_nothing_else(rialto_tally_t *tally) {
    rialto_intent_t order = {0};
    order.quantity = 12;
    order.price = 90;
    rialto_work_iceberg(&order, 3, 9, 62);
    RIALTO_EXPECT(tally, says(&order, RIALTO_ALGORITHM_ICEBERG, 62, 3, 9));
    rialto_work_twap(&order, 60);
    RIALTO_EXPECT(tally, says(&order, RIALTO_ALGORITHM_TWAP, 60, 0, 0));
    rialto_work_pov(&order, 100000, 0);
    RIALTO_EXPECT(tally, says(&order, RIALTO_ALGORITHM_POV, 0, 0, 100000));
    rialto_work_vwap(&order, 61);
    RIALTO_EXPECT(tally, says(&order, RIALTO_ALGORITHM_VWAP, 61, 0, 0));
    rialto_work_shortfall(&order, 63, 10);
    RIALTO_EXPECT(tally, says(&order, RIALTO_ALGORITHM_SHORTFALL, 63, 0, 10));
    rialto_work_maker_taker(&order, 64);
    RIALTO_EXPECT(tally, says(&order, RIALTO_ALGORITHM_MAKER_TAKER, 64, 0, 0));
    RIALTO_EXPECT(tally, order.quantity == 12 && order.price == 90);
}

int main(void) {
    rialto_tally_t tally = {0};
    each_way_says_what_it_needs_and_nothing_else(&tally);
    return rialto_tally_end(&tally, "C algorithms");
}
