// What is true of macd-trend, through its C table.
#include <cmath>
#include <vector>

#include "rialto/test_host.hpp"

namespace {

constexpr int64_t minute = 60000000000;
const char *const id = "org.rialto.macd-trend";

// A price that swings: long enough for several crosses.
std::vector<int64_t> swing(int count) {
    std::vector<int64_t> prices;
    for (int i = 0; i < count; i++)
        prices.push_back(10000 + (i / 60 % 2 == 0 ? i % 60 : 60 - i % 60) * 20);
    return prices;
}

void feed(rialto::TestHost &host, const std::vector<int64_t> &prices, size_t from = 0) {
    for (size_t i = from; i < prices.size(); i++)
        host.bar(0, static_cast<int64_t>(i + 1) * minute, prices[i], prices[i] + 10,
                 prices[i] - 10, prices[i]);
}

// MACD by its definition, each average computed anew from the whole series.
std::vector<int> reference(const std::vector<int64_t> &prices) {
    const auto ema = [](const std::vector<double> &values, size_t length) {
        std::vector<double> result;
        double mean = 0;
        for (size_t i = 0; i < length; i++) mean += values[i] / static_cast<double>(length);
        result.push_back(mean);
        for (size_t i = length; i < values.size(); i++)
            result.push_back(mean += (values[i] - mean) * 2 / (static_cast<double>(length) + 1));
        return result;
    };
    const std::vector<double> close(prices.begin(), prices.end());
    const std::vector<double> fast = ema({close.begin() + 14, close.end()}, 12);
    const std::vector<double> slow = ema(close, 26);
    std::vector<double> line;
    for (size_t i = 0; i < slow.size(); i++) line.push_back(fast[i] - slow[i]);
    const std::vector<double> signal = ema(line, 9);
    std::vector<int> trend(33, 0);
    for (size_t i = 0; i < signal.size(); i++) trend.push_back(line[i + 8] > signal[i] ? 1 : -1);
    return trend;
}

void follows_the_definition(rialto_tally_t *tally) {
    rialto::TestHost host;
    const std::vector<int64_t> prices = swing(600);
    const std::vector<int> trend = reference(prices);
    host.instrument("BTC/USD", 2, 3);
    RIALTO_EXPECT(tally, host.create(id) == RIALTO_OK);
    RIALTO_EXPECT(tally, (host.needs().flags & RIALTO_NEEDS_OPEN_LOOP) != 0);
    feed(host, prices);
    RIALTO_EXPECT(tally, host.run());
    size_t next = 0;
    int held = 0;
    const auto intents = host.intents();
    for (size_t i = 0; i < prices.size(); i++) {
        const int wanted = trend[i] > 0 ? 1 : trend[i] < 0 ? 0 : held;
        if (wanted == held) continue;
        held = wanted;
        RIALTO_EXPECT(tally, next < intents.size());
        if (next >= intents.size()) return;
        RIALTO_EXPECT(tally, host.time_ns(next) == static_cast<int64_t>(i + 1) * minute);
        RIALTO_EXPECT(tally, intents[next++].quantity == wanted * 1000);
    }
    RIALTO_EXPECT(tally, next == intents.size() && next >= 6);
    RIALTO_EXPECT(tally, host.calls() == 1); // An open loop is read in one go
}

void answers_alike_for_every_batch_limit(rialto_tally_t *tally) {
    std::vector<int64_t> first;
    for (const uint32_t limit : {1u, 7u, 4096u}) {
        rialto::TestHost host;
        host.instrument("BTC/USD", 2, 3);
        host.create(id);
        feed(host, swing(600));
        RIALTO_EXPECT(tally, host.run(limit));
        std::vector<int64_t> times;
        for (size_t i = 0; i < host.intents().size(); i++) times.push_back(host.time_ns(i));
        if (first.empty()) first = times;
        RIALTO_EXPECT(tally, times == first && !times.empty());
    }
}

void sets_stop_and_profit_by_range(rialto_tally_t *tally) {
    rialto::TestHost host;
    host.instrument("BTC/USD", 2, 3);
    host.number("stop_atr", 2);
    host.number("take_profit_atr", 3);
    host.integer("allow_short", 1);
    host.create(id);
    feed(host, swing(300));
    RIALTO_EXPECT(tally, host.run());
    bool has_short = false, has_long = false;
    for (const rialto_intent_t &intent : host.intents()) {
        // The true range of the swing is 30, from the close before to the far end.
        const int64_t up = intent.quantity > 0 ? intent.take_profit_price : intent.stop_price;
        const int64_t down = intent.quantity > 0 ? intent.stop_price : intent.take_profit_price;
        (intent.quantity > 0 ? has_long : has_short) = true;
        RIALTO_EXPECT(tally, up > down && down > 0);
        RIALTO_EXPECT(tally, std::llabs(up - down - 5 * 30) <= 5);
    }
    RIALTO_EXPECT(tally, has_short && has_long);
}

void learns_silently_in_warm_up(rialto_tally_t *tally) {
    const std::vector<int64_t> prices = swing(200);
    rialto::TestHost host;
    host.instrument("BTC/USD", 2, 3);
    host.create(id);
    feed(host, {prices.begin(), prices.begin() + 130});
    RIALTO_EXPECT(tally, host.run(4096, RIALTO_BATCH_WARM_UP) && host.intents().empty());
    feed(host, prices, 130);
    RIALTO_EXPECT(tally, host.run() && !host.intents().empty());
}

void refuses_what_contradicts(rialto_tally_t *tally) {
    rialto::TestHost crossed;
    crossed.instrument("BTC/USD", 2, 3);
    crossed.integer("fast", 26);
    RIALTO_EXPECT(tally, crossed.create(id) == RIALTO_ERROR_PARAMETER);
    RIALTO_EXPECT(tally, crossed.failure().find("fast is not below slow") != std::string::npos);
    rialto::TestHost small;
    small.instrument("BTC/USD", 2, 0);
    small.decimal("quantity", 5, 1);
    RIALTO_EXPECT(tally, small.create(id) == RIALTO_ERROR_PARAMETER);
    rialto::TestHost large;
    large.instrument("BTC/USD", 2, 18);
    large.decimal("quantity", 1000000000000, 0);
    RIALTO_EXPECT(tally, large.create(id) == RIALTO_ERROR_PARAMETER);
    rialto::TestHost none;
    RIALTO_EXPECT(tally, none.create(id) == RIALTO_ERROR_PARAMETER);
}

} // namespace

int main() {
    rialto_tally_t tally = {};
    follows_the_definition(&tally);
    answers_alike_for_every_batch_limit(&tally);
    sets_stop_and_profit_by_range(&tally);
    learns_silently_in_warm_up(&tally);
    refuses_what_contradicts(&tally);
    return rialto_tally_end(&tally, "macd-trend");
}
