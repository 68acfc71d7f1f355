// What is true of online-logistic, through its C table.
#include <math.h>

#include "rialto/test_host.h"

#define ID "org.rialto.online-logistic"
#define MINUTE 60000000000
#define ROWS 3000

static uint64_t random_next(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static rialto_test_host_t *make(int64_t horizon_ns) {
    rialto_test_host_t *host = rialto_test_open();
    if (host == NULL) abort();
    rialto_test_instrument(host, "BTC/USD", 2, 8);
    rialto_test_integer(host, "horizon", horizon_ns);
    rialto_test_integer(host, "samples", 100);
    rialto_test_number(host, "rate", 0.05);
    if (rialto_test_create(host, rialto_plugin_entry, ID) != RIALTO_OK) abort();
    return host;
}

// A walk whose steps turn back with probability `turn` of 100.
static void walk(int64_t *closes, uint64_t seed, uint64_t turn) {
    int64_t price = 1000000, step = 50;
    for (int i = 0; i < ROWS; i++) {
        if (random_next(&seed) % 100 < turn) step = -step;
        closes[i] = price += step + (int64_t)(random_next(&seed) % 21) - 10;
    }
}

static void feed(rialto_test_host_t *host, const int64_t *closes, int from, int to) {
    for (int i = from; i < to; i++)
        rialto_test_bar(host, 0, (i + 1) * MINUTE, closes[i], closes[i], closes[i], closes[i], 1);
}

// Mean log loss of the forecasts after the first thousand, one bar ahead.
static double loss(const rialto_test_host_t *host, const int64_t *closes) {
    double sum = 0;
    int count = 0;
    for (uint32_t i = 0; i < host->forecast_count; i++) {
        const int row = (int)(host->forecast_time_ns[i] / MINUTE) - 1;
        if (row < 1000 || row + 1 >= ROWS) continue;
        const double p = host->forecasts[i].value;
        sum -= log(closes[row + 1] > closes[row] ? p : 1 - p);
        count++;
    }
    return count > 0 ? sum / count : 9;
}

static void learns_what_there_is(rialto_tally_t *tally) {
    static int64_t closes[ROWS];
    const uint64_t turns[] = {90, 10};
    for (int i = 0; i < 2; i++) { // Reversal, then trend: both by learning alone
        rialto_test_host_t *host = make(MINUTE);
        walk(closes, 5, turns[i]);
        feed(host, closes, 0, ROWS);
        RIALTO_EXPECT(tally, rialto_test_run(host, RIALTO_BATCH_MAX, 0) == RIALTO_OK);
        RIALTO_EXPECT(tally, host->forecast_count > 2500);
        RIALTO_EXPECT(tally, loss(host, closes) < 0.5);
        rialto_test_close(host);
    }
}

static void claims_little_on_a_fair_coin(rialto_tally_t *tally) {
    static int64_t closes[ROWS];
    rialto_test_host_t *host = make(MINUTE);
    walk(closes, 6, 50);
    feed(host, closes, 0, ROWS);
    RIALTO_EXPECT(tally, rialto_test_run(host, RIALTO_BATCH_MAX, 0) == RIALTO_OK);
    RIALTO_EXPECT(tally, fabs(loss(host, closes) - log(2)) < 0.03);
    rialto_test_close(host);
}

// A forecast at bar t is the same whatever comes after t.
static void does_not_know_the_future(rialto_tally_t *tally) {
    static int64_t closes[ROWS], other[ROWS];
    const int64_t horizons[] = {MINUTE, 7 * MINUTE, 90 * MINUTE + 1};
    walk(closes, 7, 70);
    memcpy(other, closes, sizeof other);
    for (int i = 2000; i < ROWS; i++) other[i] = 3000000 - closes[i];
    for (int h = 0; h < 3; h++) {
        rialto_test_host_t *a = make(horizons[h]), *b = make(horizons[h]);
        feed(a, closes, 0, ROWS);
        feed(b, other, 0, ROWS);
        RIALTO_EXPECT(tally, rialto_test_run(a, RIALTO_BATCH_MAX, 0) == RIALTO_OK);
        RIALTO_EXPECT(tally, rialto_test_run(b, 7, 0) == RIALTO_OK);
        RIALTO_EXPECT(tally, a->forecast_count == b->forecast_count);
        int same = 1, differs = 0;
        for (uint32_t i = 0; i < a->forecast_count; i++) {
            const int is_past = a->forecast_time_ns[i] <= 2000 * MINUTE;
            const int equal = a->forecasts[i].value == b->forecasts[i].value;
            same = same && (!is_past || equal);
            differs = differs || !equal;
        }
        RIALTO_EXPECT(tally, same && differs);
        rialto_test_close(a);
        rialto_test_close(b);
    }
}

// It speaks only after `samples` lessons, and none is learned before its horizon has passed.
static void waits_for_its_lessons(rialto_tally_t *tally) {
    static int64_t closes[ROWS];
    rialto_test_host_t *host = make(30 * MINUTE);
    walk(closes, 8, 50);
    feed(host, closes, 0, ROWS);
    RIALTO_EXPECT(tally, rialto_test_run(host, RIALTO_BATCH_MAX, 0) == RIALTO_OK);
    // The first lesson is bar 14 (14 bars lie before it); the hundredth is due 30 bars after 113.
    RIALTO_EXPECT(tally, host->forecast_time_ns[0] == (113 + 30 + 1) * MINUTE);
    RIALTO_EXPECT(tally, host->forecasts[0].horizon_ns == 30 * MINUTE);
    rialto_test_close(host);
}

static void learns_in_warm_up_and_is_silent(rialto_tally_t *tally) {
    static int64_t closes[ROWS];
    rialto_test_host_t *cut = make(MINUTE), *whole = make(MINUTE);
    walk(closes, 9, 80);
    feed(cut, closes, 0, 1500);
    RIALTO_EXPECT(tally, rialto_test_run(cut, 64, RIALTO_BATCH_WARM_UP) == RIALTO_OK);
    RIALTO_EXPECT(tally, cut->forecast_count == 0);
    feed(cut, closes, 1500, ROWS);
    feed(whole, closes, 0, ROWS);
    RIALTO_EXPECT(tally, rialto_test_run(cut, 64, 0) == RIALTO_OK);
    RIALTO_EXPECT(tally, rialto_test_run(whole, RIALTO_BATCH_MAX, 0) == RIALTO_OK);
    const uint32_t skipped = whole->forecast_count - cut->forecast_count;
    int same = cut->forecast_count == 1500;
    for (uint32_t i = 0; same && i < cut->forecast_count; i++)
        same = cut->forecasts[i].value == whole->forecasts[i + skipped].value;
    RIALTO_EXPECT(tally, same);
    rialto_test_close(cut);
    rialto_test_close(whole);
}

int main(void) {
    rialto_tally_t tally = {0, 0};
    learns_what_there_is(&tally);
    claims_little_on_a_fair_coin(&tally);
    does_not_know_the_future(&tally);
    waits_for_its_lessons(&tally);
    learns_in_warm_up_and_is_silent(&tally);
    return rialto_tally_end(&tally, "online-logistic");
}
