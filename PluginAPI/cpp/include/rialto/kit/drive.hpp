// Rialto kit for C++: reads a batch from the front and decides where to stop.
#ifndef RIALTO_KIT_DRIVE_HPP
#define RIALTO_KIT_DRIVE_HPP

#include <type_traits>

#include "rialto/kit/events.hpp"
#include "rialto/kit/intents.hpp"

namespace rialto::detail {

// Declares Calls_name<S, Out>: whether S has the callback. A callback of that name with other
// arguments does not compile, so that a slip is not taken for its absence.
#define RIALTO_KIT_CALLBACK(name, Event)                                                           \
    template <class S, class = void> struct Names_##name : std::false_type {};                     \
    template <class S>                                                                             \
    struct Names_##name<S, std::void_t<decltype(&S::name)>> : std::true_type {};                   \
    template <class S, class Out, class = void> struct Calls_##name : std::false_type {};          \
    template <class S, class Out>                                                                  \
    struct Calls_##name<S, Out,                                                                    \
                        std::void_t<decltype(std::declval<S &>().name(                             \
                            std::declval<const Event &>(), std::declval<Out &>()))>>               \
        : std::true_type {};                                                                       \
    template <class S, class Out, class Columns>                                                   \
    inline void call_##name(S &plugin, const Columns *columns, uint32_t row, Out &out) {           \
        if constexpr (Calls_##name<S, Out>::value) plugin.name(Event(*columns, row), out);         \
        else                                                                                       \
            static_assert(!Names_##name<S>::value,                                                 \
                          #name " takes (const rialto::" #Event " &, and what it writes to &)");   \
    }

RIALTO_KIT_CALLBACK(on_bar, Bar)
RIALTO_KIT_CALLBACK(on_trade, Trade)
RIALTO_KIT_CALLBACK(on_quote, Quote)
RIALTO_KIT_CALLBACK(on_status, StatusEvent)
RIALTO_KIT_CALLBACK(on_funding, FundingEvent)
RIALTO_KIT_CALLBACK(on_mark, MarkEvent)
RIALTO_KIT_CALLBACK(on_open_interest, OpenInterestEvent)
RIALTO_KIT_CALLBACK(on_liquidation, LiquidationEvent)
RIALTO_KIT_CALLBACK(on_text, TextEvent)
RIALTO_KIT_CALLBACK(on_forecast, ForecastEvent)
RIALTO_KIT_CALLBACK(on_series, SeriesEvent)
RIALTO_KIT_CALLBACK(on_order, OrderEvent)
RIALTO_KIT_CALLBACK(on_fill, FillEvent)
RIALTO_KIT_CALLBACK(on_account, AccountEvent)
RIALTO_KIT_CALLBACK(on_timer, TimerEvent)
RIALTO_KIT_CALLBACK(on_response, Response)
#undef RIALTO_KIT_CALLBACK

// Time column of a kind that a kit delivers; null of any other.
inline const int64_t *times(const rialto_batch_t &batch, uint32_t kind) {
    switch (kind) {
    case RIALTO_KIND_INSTRUMENTS: return batch.instruments->time_ns;
    case RIALTO_KIND_STATUS: return batch.status->time_ns;
    case RIALTO_KIND_PARAMETERS: return batch.parameters->time_ns;
    case RIALTO_KIND_OWN_ORDERS: return batch.own_orders->time_ns;
    case RIALTO_KIND_FILLS: return batch.fills->time_ns;
    case RIALTO_KIND_ACCOUNT: return batch.account->time_ns;
    case RIALTO_KIND_TRADES: return batch.trades->time_ns;
    case RIALTO_KIND_QUOTES: return batch.quotes->time_ns;
    case RIALTO_KIND_BOOKS: return batch.books->time_ns;
    case RIALTO_KIND_BOOK_DELTAS: return batch.book_deltas->time_ns;
    case RIALTO_KIND_BARS: return batch.bars->time_ns;
    case RIALTO_KIND_MARKS: return batch.marks->time_ns;
    case RIALTO_KIND_FUNDING: return batch.funding->time_ns;
    case RIALTO_KIND_OPEN_INTEREST: return batch.open_interest->time_ns;
    case RIALTO_KIND_LIQUIDATIONS: return batch.liquidations->time_ns;
    case RIALTO_KIND_TEXTS: return batch.texts->time_ns;
    case RIALTO_KIND_FORECASTS: return batch.forecasts->time_ns;
    case RIALTO_KIND_TIMERS: return batch.timers->time_ns;
    case RIALTO_KIND_RESPONSES: return batch.responses->time_ns;
    case RIALTO_KIND_SERIES: return batch.series->time_ns;
    default: return nullptr;
    }
}

// Calls the callback of one event.
template <class S, class Out>
inline void deliver(S &plugin, const rialto_batch_t &batch, uint32_t kind, uint32_t row, Out &out) {
    switch (kind) {
    case RIALTO_KIND_BARS: return call_on_bar(plugin, batch.bars, row, out);
    case RIALTO_KIND_TRADES: return call_on_trade(plugin, batch.trades, row, out);
    case RIALTO_KIND_QUOTES: return call_on_quote(plugin, batch.quotes, row, out);
    case RIALTO_KIND_STATUS: return call_on_status(plugin, batch.status, row, out);
    case RIALTO_KIND_FUNDING: return call_on_funding(plugin, batch.funding, row, out);
    case RIALTO_KIND_MARKS: return call_on_mark(plugin, batch.marks, row, out);
    case RIALTO_KIND_OPEN_INTEREST:
        return call_on_open_interest(plugin, batch.open_interest, row, out);
    case RIALTO_KIND_LIQUIDATIONS:
        return call_on_liquidation(plugin, batch.liquidations, row, out);
    case RIALTO_KIND_TEXTS: return call_on_text(plugin, batch.texts, row, out);
    case RIALTO_KIND_FORECASTS: return call_on_forecast(plugin, batch.forecasts, row, out);
    case RIALTO_KIND_SERIES: return call_on_series(plugin, batch.series, row, out);
    case RIALTO_KIND_OWN_ORDERS: return call_on_order(plugin, batch.own_orders, row, out);
    case RIALTO_KIND_FILLS: return call_on_fill(plugin, batch.fills, row, out);
    case RIALTO_KIND_ACCOUNT: return call_on_account(plugin, batch.account, row, out);
    case RIALTO_KIND_TIMERS: return call_on_timer(plugin, batch.timers, row, out);
    case RIALTO_KIND_RESPONSES: return call_on_response(plugin, batch.responses, row, out);
    default: return;
    }
}

// Reads rows of one kind, which the compiler knows. Returns the entries read.
template <uint32_t kind, class S, class Out>
inline uint32_t drive_one(S &plugin, const rialto_batch_t &batch, Out &out) {
    const int64_t *time_ns = times(batch, kind);
    const uint32_t count = batch.count;
    for (uint32_t row = 0; row < count; row++) {
        out.begin(row);
        deliver(plugin, batch, kind, row, out);
        if (out.must_stop() && (row + 1 == count || time_ns[row + 1] != time_ns[row]))
            return row + 1;
    }
    return count;
}

// Reads entries of any kind through the order column. Returns the entries read.
template <class S, class Out>
inline uint32_t drive_mixed(S &plugin, const rialto_batch_t &batch, Out &out) {
    const auto kind_of = [&](uint32_t entry) -> uint32_t {
        return batch.order_kind != nullptr ? batch.order_kind[entry] : batch.single_kind;
    };
    const auto row_of = [&](uint32_t entry) {
        return batch.order_row != nullptr ? batch.order_row[entry] : entry;
    };
    const auto time_of = [&](uint32_t entry) {
        const int64_t *time_ns = times(batch, kind_of(entry));
        return time_ns != nullptr ? time_ns[row_of(entry)] : 0;
    };
    const uint32_t count = batch.count;
    for (uint32_t entry = 0; entry < count; entry++) {
        out.begin(entry);
        deliver(plugin, batch, kind_of(entry), row_of(entry), out);
        if (out.must_stop() && (entry + 1 == count || time_of(entry + 1) != time_of(entry)))
            return entry + 1;
    }
    return count;
}

// Reads a batch from the front. Returns the entries read.
template <class S, class Out>
inline uint32_t drive(S &plugin, const rialto_batch_t &batch, Out &out) {
    switch (batch.single_kind) {
    case RIALTO_KIND_BARS: return drive_one<RIALTO_KIND_BARS>(plugin, batch, out);
    case RIALTO_KIND_TRADES: return drive_one<RIALTO_KIND_TRADES>(plugin, batch, out);
    default: return drive_mixed(plugin, batch, out);
    }
}

} // namespace rialto::detail

#endif
