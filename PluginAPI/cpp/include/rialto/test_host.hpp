// A host for tests in C++: rialto/test_host.h with an owner, and answers as vectors. TestHost makes
// strategies and models, TestExchange exchanges.
#ifndef RIALTO_TEST_HOST_HPP
#define RIALTO_TEST_HOST_HPP

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/test_exchange.hpp"
#include "rialto/test_host.h"

namespace rialto {

// Makes one plugin of the library under test, hands it events and keeps its answers.
class TestHost {
public:
    TestHost() : host_(rialto_test_open(), rialto_test_close) {}

    // Adds an instrument and returns its index. `name` must outlive the host.
    uint32_t instrument(const char *name, int price_decimals, int quantity_decimals) {
        return rialto_test_instrument(host_.get(), name, static_cast<uint8_t>(price_decimals),
                                      static_cast<uint8_t>(quantity_decimals));
    }

    // Parameters by name, before create; names must outlive the host.
    void integer(const char *name, int64_t value) { rialto_test_integer(host_.get(), name, value); }
    void number(const char *name, double value) { rialto_test_number(host_.get(), name, value); }
    void decimal(const char *name, int64_t units, int decimals) {
        rialto_test_decimal(host_.get(), name, units, static_cast<uint16_t>(decimals));
    }

    // Makes the plugin `id`. The answer is its own; failure() says why not.
    rialto_result create(const char *id) {
        return rialto_test_create(host_.get(), rialto_plugin_entry, id);
    }

    // Queues a one-minute bar that opened and closed at the given prices.
    void bar(uint32_t instrument, int64_t time_ns, int64_t open, int64_t high, int64_t low,
             int64_t close, int64_t volume = 1) {
        rialto_test_bar(host_.get(), instrument, time_ns, open, high, low, close, volume);
    }
    void trade(uint32_t instrument, int64_t time_ns, int64_t price, int64_t quantity) {
        rialto_test_trade(host_.get(), instrument, time_ns, price, quantity, RIALTO_SIDE_UNKNOWN);
    }
    // A number published under a name that the plugin reads, by its own number of the name.
    void published(uint32_t series, uint32_t instrument, int64_t time_ns, double value) {
        rialto_test_published(host_.get(), series, instrument, time_ns, value);
    }
    void status(uint32_t instrument, int64_t time_ns, uint8_t status) {
        rialto_test_status(host_.get(), instrument, time_ns, status);
    }
    void funding(uint32_t instrument, int64_t time_ns, int64_t rate_e9, int64_t next_ns) {
        rialto_test_funding(host_.get(), instrument, time_ns, rate_e9, next_ns);
    }
    void mark(uint32_t instrument, int64_t time_ns, int64_t mark_price, int64_t index_price) {
        rialto_test_mark(host_.get(), instrument, time_ns, mark_price, index_price);
    }
    void open_interest(uint32_t instrument, int64_t time_ns, int64_t quantity) {
        rialto_test_open_interest(host_.get(), instrument, time_ns, quantity);
    }
    void liquidation(uint32_t instrument, int64_t time_ns, uint8_t side, int64_t price,
                     int64_t quantity) {
        rialto_test_liquidation(host_.get(), instrument, time_ns, side, price, quantity);
    }
    // The texts stay valid until they were handed over.
    void text(uint32_t instrument, int64_t time_ns, const char *title, const char *body) {
        rialto_test_posted(host_.get(), instrument, time_ns, title, body);
    }
    void event(const rialto_test_event_t &event) { rialto_test_event(host_.get(), event); }

    // Hands over what was queued. False when the instance ended; failure() says why.
    bool run(uint32_t limit = RIALTO_BATCH_MAX, uint32_t flags = 0) {
        return rialto_test_run(host_.get(), limit, flags) == RIALTO_OK;
    }

    // Room for items in one call, before run.
    void capacity(uint32_t items) { host_->capacity = items; }

    // Everything so far, in order.
    std::vector<rialto_intent_t> intents() const {
        return {host_->intents, host_->intents + host_->intent_count};
    }
    std::vector<rialto_forecast_t> forecasts() const {
        return {host_->forecasts, host_->forecasts + host_->forecast_count};
    }
    // Names of series, by the plugin's own numbers.
    std::vector<std::string_view> publishes() const {
        return {host_->published, host_->published + host_->published_count};
    }
    std::vector<std::string_view> reads() const {
        return {host_->read, host_->read + host_->read_count};
    }
    std::string_view text(const rialto_intent_t &intent) const {
        return {host_->text + intent.text_offset, intent.text_size};
    }
    int64_t time_ns(size_t intent) const { return host_->intent_time_ns[intent]; }
    uint32_t calls() const { return host_->calls; }
    const rialto_needs_t &needs() const { return host_->needs; }

    // Why the instance ended, with what it said itself; empty while it runs.
    std::string failure() const {
        if (host_->failure[0] == 0) return "";
        return std::string(host_->failure) + ": " + host_->error.text + host_->log;
    }

private:
    std::unique_ptr<rialto_test_host_t, void (*)(rialto_test_host_t *)> host_;
};

} // namespace rialto

#endif
