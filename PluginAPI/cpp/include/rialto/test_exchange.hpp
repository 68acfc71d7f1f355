// A host for tests of exchanges in C++: rialto/test_exchange.h with an owner, and outputs as a
// vector. rialto/test_host.hpp includes it.
#ifndef RIALTO_TEST_EXCHANGE_HPP
#define RIALTO_TEST_EXCHANGE_HPP

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/test_exchange.h"

namespace rialto {

// Makes one exchange of the library under test, lets it encode orders and hands it answers.
class TestExchange {
public:
    TestExchange() : venue_(rialto_test_exchange_open(), rialto_test_exchange_close) {}

    // Adds an instrument and returns its index. `name` must outlive the host.
    uint32_t instrument(const char *name, int price_decimals, int quantity_decimals) {
        return rialto_test_instrument(venue_->host, name, static_cast<uint8_t>(price_decimals),
                                      static_cast<uint8_t>(quantity_decimals));
    }

    // Parameters by name, before create; names must outlive the host.
    void integer(const char *name, int64_t value) {
        rialto_test_integer(venue_->host, name, value);
    }

    // Makes the plugin `id`. The answer is its own; failure() says why not.
    rialto_result create(const char *id) {
        return rialto_test_exchange_create(venue_.get(), rialto_plugin_entry, id);
    }

    // Encodes a market order (price 0) or a limit order, and holds the request to what the host
    // asks of it. False when the host would not send it; failure() says why.
    bool order(uint64_t client_id, uint32_t instrument, uint32_t side, int64_t quantity,
               int64_t price = 0) {
        return rialto_test_order(venue_.get(), client_id, instrument, static_cast<uint8_t>(side),
                                 quantity, price)
            == RIALTO_OK;
    }

    // Encodes any intent. The answer is the plugin's own.
    rialto_result encode(const rialto_intent_t &intent) {
        return rialto_test_encode(venue_.get(), &intent);
    }

    // The terms that the plugin finds in any bytes; none when it finds no request of its own.
    std::optional<rialto_read_back_t> read_back(std::string_view url, std::string_view body) {
        const rialto_result result = rialto_test_read_back(
            venue_.get(), {url.data(), url.size()}, {body.data(), body.size()});
        if (result != RIALTO_OK) return std::nullopt;
        return venue_->terms;
    }

    // Hands over an answer to the latest request, of any bytes; they outlive the use of outputs.
    rialto_result answer(int32_t status, std::string_view body) {
        return rialto_test_answer(venue_.get(), status, {body.data(), body.size()});
    }
    rialto_result timer(uint64_t id, int64_t time_ns) {
        return rialto_test_timer(venue_.get(), id, time_ns);
    }

    // Room for outputs in one call.
    void capacity(uint32_t outputs) { venue_->capacity = outputs; }

    // What the latest call said. Texts are the plugin's until the next call.
    std::vector<rialto_output_t> outputs() const {
        return {venue_->outputs, venue_->outputs + venue_->count};
    }

    // Url and body of the first output, and its bytes at a place of the terms.
    std::string_view url() const { return text(venue_->outputs[0].url); }
    std::string_view body() const { return text(venue_->outputs[0].body); }
    std::string_view at(rialto_range_t place) const {
        return text(rialto_test_place(&venue_->outputs[0], place));
    }

    const rialto_exchange_t &table() const { return venue_->table; }
    const rialto_needs_t &needs() const { return venue_->host->needs; }
    uint64_t nonce() const { return venue_->nonce; }

    // Releases the instance, which may log then; nothing may be asked of it afterwards.
    void destroy() {
        if (venue_->table.destroy != nullptr) venue_->table.destroy(venue_->table.self);
        venue_->table = {};
    }

    // What broke the contract or why it could not be made, with what it logged itself.
    std::string failure() const {
        return std::string(venue_->host->failure) + ": " + venue_->host->error.text
            + venue_->host->log;
    }

private:
    static std::string_view text(rialto_text_t text) {
        return {text.data, static_cast<size_t>(text.size)};
    }

    std::unique_ptr<rialto_test_exchange_t, void (*)(rialto_test_exchange_t *)> venue_;
};

} // namespace rialto

#endif
