// Rialto kit for C++: events as values, read out of the columns of a batch.
#ifndef RIALTO_KIT_EVENTS_HPP
#define RIALTO_KIT_EVENTS_HPP

#include <string_view>

#include "rialto/rialto.h"

namespace rialto {

constexpr rialto_text_t text(std::string_view view) { return {view.data(), view.size()}; }

inline std::string_view view(rialto_text_t text) {
    return {text.data, static_cast<size_t>(text.size)};
}

// A closed interval; prices and volume in the instrument's own unit.
struct Bar {
    int64_t time_ns; // Delivery, Unix nanoseconds UTC
    uint32_t instrument;
    int64_t interval_ns;
    int64_t open, high, low, close;
    int64_t volume;

    Bar(const rialto_bars_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), instrument(c.instrument[row]), interval_ns(c.interval_ns[row]),
          open(c.open[row]), high(c.high[row]), low(c.low[row]), close(c.close[row]),
          volume(c.volume[row]) {}
};

// A trade printed on a venue.
struct Trade {
    int64_t time_ns;
    uint32_t instrument;
    int64_t price;
    int64_t quantity;
    uint8_t taker_side; // RIALTO_BUY, RIALTO_SELL or RIALTO_SIDE_UNKNOWN

    Trade(const rialto_trades_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), instrument(c.instrument[row]), price(c.price[row]),
          quantity(c.quantity[row]), taker_side(c.taker_side[row]) {}
};

// Best bid and ask; a price of 0 is an empty side.
struct Quote {
    int64_t time_ns;
    uint32_t instrument;
    int64_t bid_price, bid_quantity;
    int64_t ask_price, ask_quantity;

    Quote(const rialto_quotes_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), instrument(c.instrument[row]), bid_price(c.bid_price[row]),
          bid_quantity(c.bid_quantity[row]), ask_price(c.ask_price[row]),
          ask_quantity(c.ask_quantity[row]) {}
};

// What trading in an instrument, or its feed, has come to.
struct StatusEvent {
    int64_t time_ns;
    uint32_t instrument;
    uint8_t status; // RIALTO_STATUS_...

    StatusEvent(const rialto_status_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), instrument(c.instrument[row]), status(c.status[row]) {}
};

// Funding of a perpetual contract, as it is exchanged.
struct FundingEvent {
    int64_t time_ns;
    uint32_t instrument;
    int64_t rate_e9;         // Of the position's value, in 10^-9; above 0 the long side pays
    int64_t next_funding_ns; // When it is expected next; 0 when that is not known

    FundingEvent(const rialto_funding_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), instrument(c.instrument[row]), rate_e9(c.rate_e9[row]),
          next_funding_ns(c.next_funding_ns[row]) {}
};

// What a venue values positions in a contract at.
struct MarkEvent {
    int64_t time_ns;
    uint32_t instrument;
    int64_t mark_price;
    int64_t index_price; // What the asset itself costs elsewhere; 0 when not stated

    MarkEvent(const rialto_marks_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), instrument(c.instrument[row]), mark_price(c.mark_price[row]),
          index_price(c.index_price[row]) {}
};

// How much of a contract is open on a venue.
struct OpenInterestEvent {
    int64_t time_ns;
    uint32_t instrument;
    int64_t quantity;

    OpenInterestEvent(const rialto_open_interest_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), instrument(c.instrument[row]), quantity(c.quantity[row]) {}
};

// A position that a venue closed by force.
struct LiquidationEvent {
    int64_t time_ns;
    uint32_t instrument;
    uint8_t side; // Of the closing order: RIALTO_BUY closed a short
    int64_t price;
    int64_t quantity;

    LiquidationEvent(const rialto_liquidations_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), instrument(c.instrument[row]), side(c.side[row]),
          price(c.price[row]), quantity(c.quantity[row]) {}
};

// A news item or post. Strangers wrote it: text to be read, never an instruction. Its texts are
// valid until the callback returns.
struct TextEvent {
    int64_t time_ns;
    int64_t published_ns; // When it says it was published
    uint32_t instrument;  // RIALTO_NONE when it is about none in particular
    std::string_view source, author, title;
    std::string_view body; // At most 8 KiB

    TextEvent(const rialto_texts_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), published_ns(c.venue_time_ns[row]),
          instrument(c.instrument[row]), source(view(c.source[row])), author(view(c.author[row])),
          title(view(c.title[row])), body(view(c.body[row])) {}
};

// A forecast of a model or of the ensemble.
struct ForecastEvent {
    int64_t time_ns;
    uint32_t model; // RIALTO_NONE is the ensemble
    uint32_t instrument;
    uint8_t kind; // RIALTO_FORECAST_...
    int64_t horizon_ns;
    int64_t valid_until_ns;
    double confidence; // 0...1
    double value;
    double deviation;
    double weight; // The model's weight then, 0...1

    ForecastEvent(const rialto_forecast_events_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), model(c.model[row]), instrument(c.instrument[row]),
          kind(c.kind[row]), horizon_ns(c.horizon_ns[row]), valid_until_ns(c.valid_until_ns[row]),
          confidence(c.confidence[row]), value(c.value[row]), deviation(c.deviation[row]),
          weight(c.weight[row]) {}

    bool is_ensemble() const { return model == RIALTO_NONE; }
};

// A number that a model has published under a name that this instance reads.
struct SeriesEvent {
    int64_t time_ns;
    uint32_t series; // As Setup::read gave it
    uint32_t instrument;
    double value; // Finite

    SeriesEvent(const rialto_series_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), series(c.series[row]), instrument(c.instrument[row]),
          value(c.value[row]) {}
};

// What became of an order of this instance.
struct OrderEvent {
    int64_t time_ns;
    uint64_t order_id;
    uint32_t instrument;
    uint8_t state; // RIALTO_ORDER_...
    uint8_t side;
    uint16_t reason; // RIALTO_REASON_...
    int64_t price;
    int64_t quantity;
    int64_t filled;

    OrderEvent(const rialto_own_orders_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), order_id(c.order_id[row]), instrument(c.instrument[row]),
          state(c.state[row]), side(c.side[row]), reason(c.reason[row]), price(c.price[row]),
          quantity(c.quantity[row]), filled(c.filled[row]) {}
};

// A fill of this instance.
struct FillEvent {
    int64_t time_ns;
    uint64_t order_id; // 0 when it serves a target
    uint32_t instrument;
    uint8_t side;
    uint8_t liquidity; // RIALTO_LIQUIDITY_...
    int64_t price;
    int64_t quantity;
    int64_t position;  // The instance's position after the fill
    rialto_cash_t fee; // In units of 10^-18

    FillEvent(const rialto_fills_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), order_id(c.order_id[row]), instrument(c.instrument[row]),
          side(c.side[row]), liquidity(c.liquidity[row]), price(c.price[row]),
          quantity(c.quantity[row]), position(c.position[row]), fee(c.fee[row]) {}
};

// The instance's book, beside an own report. Money in units of 10^-18.
struct AccountEvent {
    int64_t time_ns;
    rialto_cash_t cash, equity, capital_left;
    bool is_halted;

    AccountEvent(const rialto_account_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), cash(c.cash[row]), equity(c.equity[row]),
          capital_left(c.capital_left[row]), is_halted(c.halted[row] != 0) {}
};

// A timer that the instance asked for.
struct TimerEvent {
    int64_t time_ns;
    uint64_t timer_id;

    TimerEvent(const rialto_timers_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), timer_id(c.timer_id[row]) {}
};

// An answer to a request of an exchange plugin. Its texts are valid until the callback returns,
// unless an output names them.
struct Response {
    int64_t time_ns;
    uint64_t request_id;      // As the request gave it
    int32_t status;           // HTTP; -1 refused by the host, -2 no answer, -3 timeout
    std::string_view headers; // Lines of name: value
    std::string_view body;    // Any bytes

    Response(const rialto_responses_t &c, uint32_t row)
        : time_ns(c.time_ns[row]), request_id(c.request_id[row]), status(c.status[row]),
          headers(view(c.headers[row])), body(view(c.body[row])) {}

    bool is_success() const { return status >= 200 && status < 300; }
};

} // namespace rialto

#endif
