// Rialto kit for C++: what an exchange plugin says, on the draft contract.
#ifndef RIALTO_KIT_OUTPUTS_HPP
#define RIALTO_KIT_OUTPUTS_HPP

#include <string_view>

#include "rialto/draft/exchange.h"
#include "rialto/kit/intents.hpp"
#include "rialto/kit/setup.hpp"

namespace rialto {

// What it may ask of the venue, and how often. A plugin lists them as `static constexpr
// rialto::Endpoint endpoints[]` and `rialto::Bucket buckets[]`.
using Endpoint = rialto_endpoint_t;
using Bucket = rialto_bucket_t;

// A request that the plugin may make. `kind` is RIALTO_CLASS_...; `bucket` an index into buckets.
constexpr Endpoint endpoint(uint32_t kind, std::string_view method, std::string_view host,
                            std::string_view path, uint32_t bucket = 0) {
    return {sizeof(Endpoint), kind, text(method), text(host), text(path), bucket, 0};
}

// A rate limit: `capacity` tokens, of which one comes back every `refill_ns`.
constexpr Bucket bucket(std::string_view name, uint32_t capacity, int64_t refill_ns) {
    return {sizeof(Bucket), capacity, refill_ns, text(name)};
}

// A range of bytes in a part of a request; by default all of it.
using Range = rialto_range_t;
constexpr uint32_t to_end = 0xFFFFFFFF;
constexpr Range in_method() { return {RIALTO_PART_METHOD, 0, to_end, 0}; }
constexpr Range in_url(uint32_t offset = 0, uint32_t size = to_end) {
    return {RIALTO_PART_URL, offset, size, 0};
}
constexpr Range in_headers(uint32_t offset, uint32_t size) {
    return {RIALTO_PART_HEADERS, offset, size, 0};
}
constexpr Range in_body(uint32_t offset = 0, uint32_t size = to_end) {
    return {RIALTO_PART_BODY, offset, size, 0};
}
constexpr Range of_step(uint32_t index) { return {RIALTO_PART_STEP, index, to_end, 0}; }
constexpr Range nowhere() { return {0, 0, 0, 0}; }

// Some values in a row that another owns, such as a static array.
template <class T> struct List {
    const T *first = nullptr;
    uint32_t count = 0;

    constexpr List() = default;
    template <size_t size>
    constexpr List(const T (&values)[size]) : first(values), count(static_cast<uint32_t>(size)) {}
    constexpr List(const T *values, uint32_t size) : first(values), count(size) {}
};

// A step of the recipe by which the host signs: `operation` (RIALTO_SIGN_...) over the ranges in
// their order, under the key of that name, encoded (RIALTO_ENCODE_...) and put over `insert`.
using SignStep = rialto_sign_step_t;
constexpr SignStep sign(uint32_t operation, uint32_t encoding, List<Range> ranges,
                        std::string_view key, Range insert) {
    return {sizeof(SignStep), operation, encoding, ranges.count, ranges.first, text(key), insert};
}

// A place that the host fills in: with a key, a captured value or its own order id, by name.
using Placeholder = rialto_placeholder_t;
constexpr Placeholder placeholder(std::string_view name, Range place) {
    return {sizeof(Placeholder), 0, text(name), place};
}

// A field of a JSON answer that the host keeps for placeholders; `path` is keys joined by /.
using Capture = rialto_capture_t;
constexpr Capture capture(std::string_view name, std::string_view path) {
    return {sizeof(Capture), 0, text(name), text(path)};
}

// What the host is to send. Texts and lists are the plugin's until the next call of the instance.
struct Request {
    uint32_t endpoint = 0; // Index into the declared endpoints
    uint64_t id = 0;       // By which its answer comes back, such as the nonce
    uint64_t client_id = 0;
    uint32_t instrument = 0;
    std::string_view url;     // Path and query
    std::string_view headers; // Lines of name: value
    std::string_view body;
    List<SignStep> steps;
    List<Placeholder> placeholders;
    List<Capture> captures;
    uint32_t bucket_cost = 1; // Tokens that it takes
};

// What became of an order. Prices and quantities in the instrument's own units.
struct OrderReport {
    uint64_t client_id = 0;
    uint32_t instrument = 0;
    uint8_t side = RIALTO_SIDE_UNKNOWN;
    uint8_t state = 0;   // RIALTO_ORDER_...
    uint16_t reason = 0; // RIALTO_REASON_...
    int64_t price = 0;   // 0 of market orders
    int64_t quantity = 0;
    int64_t filled = 0;
    uint64_t request_id = 0;   // 0 when it answers none
    int64_t venue_time_ns = 0; // 0 when not stated
};

// What was just filled of an order.
struct FillReport {
    uint64_t client_id = 0;
    uint32_t instrument = 0;
    uint8_t side = RIALTO_SIDE_UNKNOWN;
    int64_t price = 0;
    int64_t quantity = 0;
    rialto_cash_t fee = {0, 0}; // In the settlement currency, units of 10^-18; below 0 a rebate
    uint64_t request_id = 0;
    int64_t venue_time_ns = 0;
};

// Where an exchange writes. Valid for the callback that is given it. What does not fit is left out,
// and the host is told that something was.
class Outputs {
public:
    explicit Outputs(rialto_outputs_t &table) : table_(table) {}

    // Asks the host to send this.
    void request(const Request &r) {
        rialto_output_t *item = add(RIALTO_OUTPUT_REQUEST, r.instrument);
        if (item == nullptr) return;
        item->endpoint = r.endpoint;
        item->id = r.id;
        item->client_id = r.client_id;
        item->url = text(r.url);
        item->headers = text(r.headers);
        item->body = text(r.body);
        item->steps = r.steps.first;
        item->step_count = r.steps.count;
        item->placeholders = r.placeholders.first;
        item->placeholder_count = r.placeholders.count;
        item->captures = r.captures.first;
        item->capture_count = r.captures.count;
        item->bucket_cost = r.bucket_cost;
    }

    // Says what became of an order.
    void order(const OrderReport &r) {
        rialto_output_t *item = add(RIALTO_OUTPUT_ORDER, r.instrument);
        if (item == nullptr) return;
        item->id = r.request_id;
        item->client_id = r.client_id;
        item->side = r.side;
        item->state = r.state;
        item->reason = r.reason;
        item->price = r.price;
        item->quantity = r.quantity;
        item->filled = r.filled;
        item->venue_time_ns = r.venue_time_ns;
    }

    // Says what was just filled.
    void fill(const FillReport &r) {
        rialto_output_t *item = add(RIALTO_OUTPUT_FILL, r.instrument);
        if (item == nullptr) return;
        item->id = r.request_id;
        item->client_id = r.client_id;
        item->side = r.side;
        item->price = r.price;
        item->quantity = r.quantity;
        item->fee = r.fee;
        item->venue_time_ns = r.venue_time_ns;
    }

    // Answers an intent that the venue does not offer, from `encode`.
    void reject(const rialto_intent_t &intent, uint16_t reason = RIALTO_REASON_UNSUPPORTED) {
        OrderReport report;
        report.client_id = intent.order_id;
        report.instrument = intent.instrument;
        report.side = intent.side;
        report.state = RIALTO_ORDER_REJECTED;
        report.reason = reason;
        report.price = intent.price;
        report.quantity = intent.quantity;
        order(report);
    }

    // A trade printed on the venue; `taker_side` is RIALTO_BUY, RIALTO_SELL or RIALTO_SIDE_UNKNOWN.
    void trade(uint32_t instrument, int64_t price, int64_t quantity, uint8_t taker_side,
               int64_t venue_time_ns = 0) {
        rialto_output_t *item = add(RIALTO_OUTPUT_TRADE, instrument);
        if (item == nullptr) return;
        item->price = price;
        item->quantity = quantity;
        item->side = taker_side;
        item->venue_time_ns = venue_time_ns;
    }

    // Best bid and ask; a price of 0 is an empty side.
    void quote(uint32_t instrument, int64_t bid_price, int64_t bid_quantity, int64_t ask_price,
               int64_t ask_quantity, int64_t venue_time_ns = 0) {
        rialto_output_t *item = add(RIALTO_OUTPUT_QUOTE, instrument);
        if (item == nullptr) return;
        item->price = bid_price;
        item->quantity = bid_quantity;
        item->price_2 = ask_price;
        item->quantity_2 = ask_quantity;
        item->venue_time_ns = venue_time_ns;
    }

    // What the account has of a currency, and how much of it orders hold; in units of 10^-18.
    void balance(std::string_view currency, rialto_cash_t amount, rialto_cash_t held) {
        rialto_output_t *item = add(RIALTO_OUTPUT_BALANCE, 0);
        if (item == nullptr) return;
        item->body = text(currency);
        item->amount = amount;
        item->held = held;
    }

    // An instrument's name on the venue, and its steps in its own units.
    void instrument(uint32_t index, std::string_view name, int64_t price_step,
                    int64_t quantity_step) {
        rialto_output_t *item = add(RIALTO_OUTPUT_INSTRUMENT, index);
        if (item == nullptr) return;
        item->body = text(name);
        item->price_2 = price_step;
        item->quantity_2 = quantity_step;
    }

    // Something failed: a request (or 0), why (RIALTO_REASON_...), and a text for people that is
    // the plugin's or the batch's.
    void error(uint64_t request_id, uint16_t reason, std::string_view why) {
        rialto_output_t *item = add(RIALTO_OUTPUT_ERROR, 0);
        if (item == nullptr) return;
        item->id = request_id;
        item->reason = reason;
        item->body = text(why);
    }

    // Sockets, by an id of the plugin's own.
    void socket_open(uint64_t id, std::string_view url) {
        rialto_output_t *item = add(RIALTO_OUTPUT_SOCKET_OPEN, 0);
        if (item == nullptr) return;
        item->id = id;
        item->url = text(url);
    }
    void socket_send(uint64_t id, std::string_view body) {
        rialto_output_t *item = add(RIALTO_OUTPUT_SOCKET_SEND, 0);
        if (item == nullptr) return;
        item->id = id;
        item->body = text(body);
    }
    void socket_close(uint64_t id) {
        if (rialto_output_t *item = add(RIALTO_OUTPUT_SOCKET_CLOSE, 0)) item->id = id;
    }

    // Asks to be called at `time_ns`, Unix nanoseconds.
    void timer(uint64_t id, int64_t time_ns) {
        rialto_output_t *item = add(RIALTO_OUTPUT_TIMER, 0);
        if (item == nullptr) return;
        item->id = id;
        item->time_ns = time_ns;
    }

    // For the kit, as in Intents.
    void begin(uint32_t row) { row_ = row; }
    bool must_stop() const {
        return table_.count > 0 && table_.count + per_group > table_.capacity;
    }
    bool has_overflowed() const { return has_overflowed_; }

private:
    rialto_output_t *add(uint32_t kind, uint32_t instrument) {
        if (table_.count == table_.capacity) {
            has_overflowed_ = true;
            return nullptr;
        }
        char *place = static_cast<char *>(table_.items) + size_t{table_.count} * table_.item_size;
        rialto_output_t *item = reinterpret_cast<rialto_output_t *>(place);
        table_.count++;
        item->struct_size = sizeof(rialto_output_t);
        item->kind = kind;
        item->row = row_;
        item->instrument = instrument;
        return item;
    }

    rialto_outputs_t &table_;
    uint32_t row_ = 0;
    bool has_overflowed_ = false;
};

} // namespace rialto

#endif
