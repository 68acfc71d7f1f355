// Rialto kit for C++: where a strategy says what it wants, and a model what it expects.
#ifndef RIALTO_KIT_INTENTS_HPP
#define RIALTO_KIT_INTENTS_HPP

#include <cstring>
#include <string_view>

#include "rialto/rialto.h"

namespace rialto {

// Intents or forecasts within one time group that the kit leaves room for.
constexpr uint32_t per_group = 64;

// Terms of a target beside its quantity. 0 is none.
struct Protection {
    int64_t stop = 0;         // Price of a protective stop that the host keeps
    int64_t take_profit = 0;  // Price at which the position is closed with a profit
    int64_t time_stop_ns = 0; // Closes the position this long after it opened
};

// How the host is to work an order in parts; durations in nanoseconds, above 0. The order's limit,
// where it has one, is a price that no part goes beyond.
struct Algorithm {
    uint32_t number = RIALTO_ALGORITHM_NONE; // RIALTO_ALGORITHM_...
    int64_t duration_ns = 0;
    int64_t quantity = 0;
    uint32_t rate_e6 = 0;

    // Equal parts over the duration; the rest goes to the market at its end.
    static constexpr Algorithm twap(int64_t duration_ns) {
        return {RIALTO_ALGORITHM_TWAP, duration_ns, 0, 0};
    }
    // Parts as large as the volume that past sessions let expect; the rest goes to the market.
    static constexpr Algorithm vwap(int64_t duration_ns) {
        return {RIALTO_ALGORITHM_VWAP, duration_ns, 0, 0};
    }
    // A share of the volume in 10^-6, 1...999999; with a duration it ends then.
    static constexpr Algorithm pov(uint32_t rate_e6, int64_t duration_ns = 0) {
        return {RIALTO_ALGORITHM_POV, duration_ns, 0, rate_e6};
    }
    // Shows `quantity`, varied by up to `jitter_e6` of 10^-6, 0...500000, and more up to `delay_ns`
    // after that has filled. Needs a limit.
    static constexpr Algorithm iceberg(int64_t quantity, uint32_t jitter_e6 = 0,
                                       int64_t delay_ns = 0) {
        return {RIALTO_ALGORITHM_ICEBERG, delay_ns, quantity, jitter_e6};
    }
    // Least cost by Almgren and Chriss; the aversion in 10^-6 per unit of money, 0 for equal parts.
    static constexpr Algorithm shortfall(int64_t duration_ns, uint32_t aversion_e6) {
        return {RIALTO_ALGORITHM_SHORTFALL, duration_ns, 0, aversion_e6};
    }
    // Waits in the book at the best price of its side, then takes.
    static constexpr Algorithm maker_taker(int64_t duration_ns) {
        return {RIALTO_ALGORITHM_MAKER_TAKER, duration_ns, 0, 0};
    }
};

// Terms of an order. 0 is none.
struct OrderTerms {
    uint32_t side = RIALTO_BUY; // RIALTO_BUY or RIALTO_SELL
    int64_t quantity = 0;       // > 0
    int64_t limit = 0;          // Limit price; 0 for a market order or a plain stop
    int64_t trigger = 0;        // Price that sets it off; 0 when it works at once
    Protection protection = {};
    bool reduce_only = false;
    bool post_only = false;
    int64_t expires_ns = 0;
    uint64_t one_cancels_others = 0; // Orders with the same number: one fills, the others go
    // RIALTO_IMMEDIATE_OR_CANCEL, RIALTO_FILL_OR_KILL; an expiry makes it good till that time
    uint32_t lifetime = RIALTO_GOOD_TILL_CANCEL;
    int64_t trailing = 0;    // Distance of a trailing stop, which has neither limit nor trigger
    uint64_t after = 0;      // Id of an order of its own that must fill first
    uint64_t bracket_of = 0; // As `after`, and the orders of one bracket cancel each other
    // Worked in parts by the host; then market or limit, and of the links only `after`
    Algorithm algorithm = {};
};

// Where a strategy writes. Valid for the callback that is given it.
class Intents {
public:
    Intents(rialto_intents_t &table, uint32_t flags, bool is_open_loop)
        : table_(table), flags_(flags), is_open_loop_(is_open_loop) {}

    // History before the run: learn from it, but want nothing.
    bool is_warm_up() const { return (flags_ & RIALTO_BATCH_WARM_UP) != 0; }

    // Wants a position of `quantity` (signed); holds until replaced. `reason` is shown in
    // explanations.
    void target(uint32_t instrument, int64_t quantity, const Protection &protection = {},
                uint32_t reason = 0) {
        rialto_intent_t *item = add(RIALTO_INTENT_TARGET, instrument, reason);
        if (item == nullptr) return;
        item->quantity = quantity;
        protect(*item, protection);
    }

    // Sends an order of its own. `id` is the strategy's own, rising, above 0.
    void order(uint64_t id, uint32_t instrument, const OrderTerms &terms, uint32_t reason = 0) {
        rialto_intent_t *item = add(RIALTO_INTENT_ORDER, instrument, reason);
        if (item == nullptr) return;
        item->order_id = id;
        item->side = static_cast<uint8_t>(terms.side);
        item->order_type = static_cast<uint8_t>(type(terms));
        item->quantity = terms.quantity;
        item->price = terms.trailing > 0 ? terms.trailing : terms.limit;
        item->trigger_price = terms.trigger;
        protect(*item, terms.protection);
        item->order_flags = static_cast<uint16_t>((terms.reduce_only ? RIALTO_ORDER_REDUCE_ONLY : 0)
                                                  | (terms.post_only ? RIALTO_ORDER_POST_ONLY : 0));
        item->expire_time_ns = terms.expires_ns;
        item->time_in_force = static_cast<uint8_t>(
            terms.expires_ns > 0 ? RIALTO_GOOD_TILL_TIME : terms.lifetime);
        link(*item, terms);
        item->algorithm = static_cast<uint8_t>(terms.algorithm.number);
        item->algorithm_duration_ns = terms.algorithm.duration_ns;
        item->algorithm_quantity = terms.algorithm.quantity;
        item->algorithm_rate_e6 = terms.algorithm.rate_e6;
    }

    // Takes an order back.
    void cancel(uint64_t id, uint32_t instrument) {
        if (rialto_intent_t *item = add(RIALTO_INTENT_CANCEL, instrument, 0)) item->order_id = id;
    }

    // Changes an order; a 0 leaves that term as it is.
    void replace(uint64_t id, uint32_t instrument, int64_t limit, int64_t trigger,
                 int64_t quantity) {
        rialto_intent_t *item = add(RIALTO_INTENT_REPLACE, instrument, 0);
        if (item == nullptr) return;
        item->order_id = id;
        item->price = limit;
        item->trigger_price = trigger;
        item->quantity = quantity;
    }

    // Asks to be called at `time_ns`, Unix nanoseconds.
    void timer(uint64_t id, int64_t time_ns) {
        rialto_intent_t *item = add(RIALTO_INTENT_TIMER, 0, 0);
        if (item == nullptr) return;
        item->order_id = id;
        item->expire_time_ns = time_ns;
    }

    // Writes a line to the instance's log. `level` is RIALTO_LOG_...; what does not fit is cut.
    void log(std::string_view text, uint32_t level = RIALTO_LOG_INFO) {
        rialto_intent_t *item = add(RIALTO_INTENT_LOG, 0, level);
        if (item != nullptr) put(text, item->text_offset, item->text_size);
    }

    // Says why, for people; kept beside the intents of the same time.
    void note(uint32_t instrument, std::string_view text) {
        rialto_intent_t *item = add(RIALTO_INTENT_NOTE, instrument, 0);
        if (item != nullptr) put(text, item->text_offset, item->text_size);
    }

    // Stores a value that Setup::value gives back next time.
    void set(std::string_view key, std::string_view value) {
        rialto_intent_t *item = add(RIALTO_INTENT_SET, 0, 0);
        if (item == nullptr) return;
        put(key, item->key_offset, item->key_size);
        put(value, item->text_offset, item->text_size);
    }

    // For the kit: the entry that is being answered, and whether the run of events ends after its
    // time group.
    void begin(uint32_t row) { row_ = row; }
    bool must_stop() const {
        if (table_.count == 0) return false;
        const bool is_full = table_.count + per_group > table_.capacity
            || table_.text_count > table_.text_capacity / 2;
        return is_full || (is_open_loop_ ? has_timer_ : has_stop_);
    }
    bool has_overflowed() const { return has_overflowed_; }

private:
    rialto_intent_t *add(uint32_t kind, uint32_t instrument, uint32_t reason) {
        if (table_.count == table_.capacity) {
            has_overflowed_ = true;
            return nullptr;
        }
        char *place = static_cast<char *>(table_.items) + size_t{table_.count} * table_.item_size;
        rialto_intent_t *item = reinterpret_cast<rialto_intent_t *>(place);
        table_.count++;
        has_stop_ |= kind <= RIALTO_INTENT_TIMER;
        has_timer_ |= kind == RIALTO_INTENT_TIMER;
        item->struct_size = sizeof(rialto_intent_t);
        item->kind = static_cast<uint8_t>(kind);
        item->row = row_;
        item->instrument = instrument;
        item->reason = reason;
        return item;
    }

    static uint32_t type(const OrderTerms &terms) {
        if (terms.trailing > 0) return RIALTO_ORDER_TRAILING_STOP;
        const bool has_limit = terms.limit > 0;
        if (terms.trigger > 0) return has_limit ? RIALTO_ORDER_STOP_LIMIT : RIALTO_ORDER_STOP;
        return has_limit ? RIALTO_ORDER_LIMIT : RIALTO_ORDER_MARKET;
    }

    static void link(rialto_intent_t &item, const OrderTerms &terms) {
        const uint64_t others = terms.one_cancels_others;
        if (others > 0) return link(item, RIALTO_LINK_OCO, others);
        if (terms.after > 0) return link(item, RIALTO_LINK_OTO, terms.after);
        if (terms.bracket_of > 0) return link(item, RIALTO_LINK_BRACKET, terms.bracket_of);
        link(item, RIALTO_LINK_NONE, 0);
    }

    static void link(rialto_intent_t &item, uint32_t kind, uint64_t id) {
        item.link = static_cast<uint8_t>(kind);
        item.link_id = id;
    }

    static void protect(rialto_intent_t &item, const Protection &protection) {
        item.stop_price = protection.stop;
        item.take_profit_price = protection.take_profit;
        item.time_stop_ns = protection.time_stop_ns;
    }

    void put(std::string_view text, uint32_t &out_offset, uint32_t &out_size) {
        const uint32_t room = table_.text_capacity - table_.text_count;
        out_offset = table_.text_count;
        out_size = text.size() < room ? static_cast<uint32_t>(text.size()) : room;
        if (out_size > 0) std::memcpy(table_.text + out_offset, text.data(), out_size);
        table_.text_count += out_size;
    }

    rialto_intents_t &table_;
    uint32_t flags_;
    uint32_t row_ = 0;
    bool is_open_loop_;
    bool has_stop_ = false;
    bool has_timer_ = false;
    bool has_overflowed_ = false;
};

// Where a model writes. Valid for the callback that is given it.
class Forecasts {
public:
    Forecasts(rialto_forecasts_out_t &table, uint32_t flags) : table_(table), flags_(flags) {}

    // History before the run: learn from it; forecasts of then are of no use, what is
    // published is.
    bool is_warm_up() const { return (flags_ & RIALTO_BATCH_WARM_UP) != 0; }

    // The price is higher after `horizon_ns` with this probability, 0...1.
    void probability_up(uint32_t instrument, double probability, int64_t horizon_ns,
                        double confidence = 1) {
        add(RIALTO_FORECAST_PROBABILITY_UP, instrument, probability, horizon_ns, confidence);
    }

    // The return over `horizon_ns` has this mean and deviation, as fractions.
    void mean_deviation(uint32_t instrument, double mean, double deviation, int64_t horizon_ns,
                        double confidence = 1) {
        rialto_forecast_t *item =
            add(RIALTO_FORECAST_MEAN_DEVIATION, instrument, mean, horizon_ns, confidence);
        if (item != nullptr) item->deviation = deviation;
    }

    // The wanted position is this share of the capital, -1...1.
    void target(uint32_t instrument, double position, int64_t horizon_ns, double confidence = 1) {
        add(RIALTO_FORECAST_TARGET, instrument, position, horizon_ns, confidence);
    }

    // Publishes a finite number under a name; `series` is as Setup::publish gave it. Those who read
    // it are told after the market events of this time, in warm-up too.
    void publish(uint32_t series, uint32_t instrument, double value) {
        rialto_forecast_t *item = add(RIALTO_FORECAST_SERIES, instrument, value, 0, 0);
        if (item != nullptr) item->series = series;
    }

    // For the kit, as in Intents.
    void begin(uint32_t row) { row_ = row; }
    bool must_stop() const {
        return table_.count > 0 && table_.count + per_group > table_.capacity;
    }
    bool has_overflowed() const { return has_overflowed_; }

private:
    rialto_forecast_t *add(uint32_t kind, uint32_t instrument, double value, int64_t horizon_ns,
                           double confidence) {
        if (table_.count == table_.capacity) {
            has_overflowed_ = true;
            return nullptr;
        }
        char *place = static_cast<char *>(table_.items) + size_t{table_.count} * table_.item_size;
        rialto_forecast_t *item = reinterpret_cast<rialto_forecast_t *>(place);
        table_.count++;
        item->struct_size = sizeof(rialto_forecast_t);
        item->row = row_;
        item->instrument = instrument;
        item->kind = static_cast<uint8_t>(kind);
        item->horizon_ns = horizon_ns;
        item->confidence = confidence;
        item->value = value;
        return item;
    }

    rialto_forecasts_out_t &table_;
    uint32_t flags_;
    uint32_t row_ = 0;
    bool has_overflowed_ = false;
};

} // namespace rialto

#endif
