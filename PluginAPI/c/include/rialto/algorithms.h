// Rialto helpers in C and C++ for orders that the host works in parts: fill an order intent as
// usual, then say how it is to be worked. Its price, where it has one, is a limit that no part goes
// beyond. See RIALTO_ALGORITHM_... for what each way needs.
#ifndef RIALTO_ALGORITHMS_H
#define RIALTO_ALGORITHMS_H

#include "rialto/intents.h"

// Says how an order is worked; what the way does not use is 0.
// [any]
static inline void rialto_work(rialto_intent_t *order, uint32_t algorithm, int64_t duration_ns,
                               int64_t quantity, uint32_t rate_e6) {
    order->algorithm = (uint8_t)algorithm;
    order->algorithm_duration_ns = duration_ns;
    order->algorithm_quantity = quantity;
    order->algorithm_rate_e6 = rate_e6;
}

// Equal parts over the duration, above 0; the rest goes to the market at its end.
// [any]
static inline void rialto_work_twap(rialto_intent_t *order, int64_t duration_ns) {
    rialto_work(order, RIALTO_ALGORITHM_TWAP, duration_ns, 0, 0);
}

// Parts as large as the volume that past sessions let expect for their time; the rest goes to the
// market at the end of the duration, above 0.
// [any]
static inline void rialto_work_vwap(rialto_intent_t *order, int64_t duration_ns) {
    rialto_work(order, RIALTO_ALGORITHM_VWAP, duration_ns, 0, 0);
}

// A share of the others' volume in 10^-6, 1...999999, until it is filled or, where the duration is
// not 0, until its end.
// [any]
static inline void rialto_work_pov(rialto_intent_t *order, uint32_t rate_e6, int64_t duration_ns) {
    rialto_work(order, RIALTO_ALGORITHM_POV, duration_ns, 0, rate_e6);
}

// Shows `quantity`, above 0, in the book, and more when that has filled. The order needs a limit.
// What is shown varies by up to `jitter_e6` of 10^-6, 0...500000, and comes up to `delay_ns` later.
// [any]
static inline void rialto_work_iceberg(rialto_intent_t *order, int64_t quantity,
                                       uint32_t jitter_e6, int64_t delay_ns) {
    rialto_work(order, RIALTO_ALGORITHM_ICEBERG, delay_ns, quantity, jitter_e6);
}

// The schedule of least cost of Almgren and Chriss over the duration, above 0; the aversion in
// 10^-6 per unit of money, 0 for equal parts. The rest goes to the market at its end.
// [any]
static inline void rialto_work_shortfall(rialto_intent_t *order, int64_t duration_ns,
                                         uint32_t aversion_e6) {
    rialto_work(order, RIALTO_ALGORITHM_SHORTFALL, duration_ns, 0, aversion_e6);
}

// Waits in the book at the best price of its side for the duration, above 0, then takes.
// [any]
static inline void rialto_work_maker_taker(rialto_intent_t *order, int64_t duration_ns) {
    rialto_work(order, RIALTO_ALGORITHM_MAKER_TAKER, duration_ns, 0, 0);
}

#endif
