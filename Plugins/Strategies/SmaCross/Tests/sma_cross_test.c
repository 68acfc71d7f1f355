// What is true of sma-cross, through its C table.
#include "rialto/test_host.h"

#define ID "org.rialto.sma-cross"
#define MINUTE 60000000000
#define ROWS 500

static uint64_t random_next(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static rialto_test_host_t *make(int64_t fast, int64_t slow, int instruments) {
    rialto_test_host_t *host = rialto_test_open();
    if (host == NULL) abort();
    rialto_test_instrument(host, "BTC/USD", 2, 3);
    if (instruments == 2) rialto_test_instrument(host, "ETH/USD", 2, 3);
    rialto_test_integer(host, "fast", fast);
    rialto_test_integer(host, "slow", slow);
    return host;
}

static void walk(int64_t *closes, uint64_t seed) {
    int64_t price = 10000;
    for (int i = 0; i < ROWS; i++)
        closes[i] = price += (int64_t)(random_next(&seed) % 41) - 20;
}

// A bar of each instrument in each group; the second one mirrors the first.
static void feed(rialto_test_host_t *host, const int64_t *closes, int instruments) {
    for (int i = 0; i < ROWS; i++) {
        const int64_t close = closes[i], other = 20000 - closes[i], time = (i + 1) * MINUTE;
        rialto_test_bar(host, 0, time, close, close, close, close, 1);
        if (instruments == 2) rialto_test_bar(host, 1, time, other, other, other, other, 1);
    }
}

static int64_t sum(const int64_t *closes, int end, int length) {
    int64_t total = 0;
    for (int i = end - length; i < end; i++) total += closes[i];
    return total;
}

static void follows_the_definition(rialto_tally_t *tally) {
    for (uint64_t seed = 1; seed <= 200; seed++) {
        const int instruments = 1 + (int)(seed % 2);
        const int fast = 1 + (int)(seed * 7 % 60), slow = fast + 1 + (int)(seed * 5 % 130);
        int64_t closes[ROWS];
        rialto_test_host_t *host = make(fast, slow, instruments);
        walk(closes, seed);
        RIALTO_EXPECT(tally, rialto_test_create(host, rialto_plugin_entry, ID) == RIALTO_OK);
        feed(host, closes, instruments);
        const uint32_t limit = 1 + (uint32_t)(seed * seed % 211);
        RIALTO_EXPECT(tally, rialto_test_run(host, limit, 0) == RIALTO_OK);
        uint32_t next = 0;
        int is_long = 0, is_right = 1;
        for (int i = slow; i <= ROWS; i++) {
            const int64_t a = sum(closes, i, fast) * slow, b = sum(closes, i, slow) * fast;
            const int wanted = a > b ? 1 : a < b ? 0 : is_long;
            if (wanted == is_long) continue;
            is_long = wanted;
            while (next < host->intent_count && host->intents[next].instrument != 0) next++;
            is_right = is_right && next < host->intent_count
                && host->intent_time_ns[next] == i * MINUTE
                && host->intents[next].quantity == wanted * 1000;
            next++;
        }
        while (next < host->intent_count && host->intents[next].instrument != 0) next++;
        RIALTO_EXPECT(tally, is_right && next == host->intent_count);
        rialto_test_close(host);
    }
}

static void is_silent_in_warm_up(rialto_tally_t *tally) {
    int64_t closes[ROWS];
    rialto_test_host_t *host = make(3, 9, 2);
    walk(closes, 7);
    rialto_test_create(host, rialto_plugin_entry, ID);
    feed(host, closes, 2);
    RIALTO_EXPECT(tally, rialto_test_run(host, 64, RIALTO_BATCH_WARM_UP) == RIALTO_OK);
    RIALTO_EXPECT(tally, host->intent_count == 0);
    feed(host, closes, 2);
    RIALTO_EXPECT(tally, rialto_test_run(host, 64, 0) == RIALTO_OK && host->intent_count > 0);
    rialto_test_close(host);
}

static void stops_before_a_full_buffer(rialto_tally_t *tally) {
    int64_t closes[ROWS];
    walk(closes, 11);
    uint32_t counts[2] = {0, 0};
    for (uint32_t small = 0; small < 2; small++) {
        rialto_test_host_t *host = make(2, 3, 2);
        rialto_test_create(host, rialto_plugin_entry, ID);
        if (small) host->capacity = 2;
        feed(host, closes, 2);
        RIALTO_EXPECT(tally, rialto_test_run(host, RIALTO_BATCH_MAX, 0) == RIALTO_OK);
        RIALTO_EXPECT(tally, small ? host->calls > 10 : host->calls == 1);
        counts[small] = host->intent_count;
        rialto_test_close(host);
    }
    RIALTO_EXPECT(tally, counts[0] == counts[1] && counts[0] > 50);
}

static void stops_at_the_group_that_fills_the_buffer(rialto_tally_t *tally) {
    int64_t closes[ROWS];
    walk(closes, 13);
    uint32_t counts[2] = {0, 0};
    for (uint32_t small = 0; small < 2; small++) {
        rialto_test_host_t *host = make(2, 7, 1);
        rialto_test_create(host, rialto_plugin_entry, ID);
        if (small) host->capacity = 3;
        feed(host, closes, 1);
        RIALTO_EXPECT(tally, rialto_test_run(host, 50, 0) == RIALTO_OK);
        RIALTO_EXPECT(tally, small ? host->calls > 10 : host->calls == 10);
        counts[small] = host->intent_count;
        rialto_test_close(host);
    }
    RIALTO_EXPECT(tally, counts[0] == counts[1] && counts[0] > 50);
}

static void refuses_what_contradicts(rialto_tally_t *tally) {
    rialto_test_host_t *host = make(9, 9, 2);
    RIALTO_EXPECT(tally, rialto_test_create(host, rialto_plugin_entry, ID) < 0);
    RIALTO_EXPECT(tally, strcmp(host->error.text, "fast is not below slow") == 0);
    rialto_test_close(host);
    host = make(2, 9, 2);
    rialto_test_decimal(host, "quantity", 1, 9);
    RIALTO_EXPECT(tally, rialto_test_create(host, rialto_plugin_entry, ID) < 0);
    rialto_test_close(host);
    host = make(2, 9, 2);
    rialto_test_instrument(host, "SHIB/USD", 2, 18);
    rialto_test_decimal(host, "quantity", 1000000000000, 0);
    RIALTO_EXPECT(tally, rialto_test_create(host, rialto_plugin_entry, ID) < 0);
    rialto_test_close(host);
}

static void refuses_another_abi(rialto_tally_t *tally) {
    rialto_host_t caller = {sizeof caller, 1, 2, 0, 0, {"old", 3}, {"0", 1}};
    const rialto_library_t *library = NULL;
    rialto_error_t error = {sizeof error, 0, {0}};
    RIALTO_EXPECT(tally, rialto_plugin_entry(&caller, &library, &error) == RIALTO_ERROR_ABI);
    RIALTO_EXPECT(tally, library == NULL);
}

int main(void) {
    rialto_tally_t tally = {0, 0};
    follows_the_definition(&tally);
    is_silent_in_warm_up(&tally);
    stops_before_a_full_buffer(&tally);
    stops_at_the_group_that_fills_the_buffer(&tally);
    refuses_what_contradicts(&tally);
    refuses_another_abi(&tally);
    return rialto_tally_end(&tally, "sma-cross");
}
