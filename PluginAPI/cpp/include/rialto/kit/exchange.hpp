// Rialto kit for C++: an exchange is a struct that encodes orders, reads them back from their bytes
// and decodes answers. It does no I/O: the host sends, signs, limits and records. Not part of
// kit.hpp: the contract under it is a draft.
//
//     struct Mine {
//         static constexpr rialto::Info info{...};
//         static constexpr rialto::Endpoint endpoints[] = {
//             rialto::endpoint(RIALTO_CLASS_TRADE, "POST", "api.example.com", "/orders")};
//         static constexpr rialto::Bucket buckets[] = {rialto::bucket("orders", 10, 100000000)};
//         explicit Mine(const rialto::Setup &setup);
//         bool encode(const rialto::Intent &intent, rialto::Moment moment, rialto::Outputs &out);
//         std::optional<rialto::Terms> read_back(std::string_view url, std::string_view body);
//         void on_response(const rialto::Response &response, rialto::Outputs &out);
//         void on_timer(const rialto::TimerEvent &timer, rialto::Outputs &out); // Optional
//     };
//     RIALTO_PLUGIN("org.example.mine", "1.0.0", rialto::Exchange<Mine>);
//
// Needs are the answers, and timers where there is on_timer, unless `needs()` says otherwise.
#ifndef RIALTO_KIT_EXCHANGE_HPP
#define RIALTO_KIT_EXCHANGE_HPP

#include "rialto/kit.hpp"
#include "rialto/kit/codec.hpp"
#include "rialto/kit/outputs.hpp"

namespace rialto {

// An order, cancel or replace intent whose order_id is the host's client id. See rialto_intent_t.
using Intent = rialto_intent_t;

// When a request is encoded, and a number that rises with each.
struct Moment {
    int64_t now_ns; // Unix nanoseconds UTC
    uint64_t nonce;
};

// Whether an intent is a market or limit order without flags, links and algorithms.
inline bool is_plain_order(const Intent &intent) {
    const bool is_limit = intent.order_type == RIALTO_ORDER_LIMIT;
    return intent.kind == RIALTO_INTENT_ORDER && intent.order_id > 0 && intent.quantity > 0
        && (is_limit ? intent.price > 0
                     : intent.order_type == RIALTO_ORDER_MARKET && intent.price == 0)
        && (intent.side == RIALTO_BUY || intent.side == RIALTO_SELL)
        && intent.time_in_force <= RIALTO_FILL_OR_KILL && intent.order_flags == 0
        && intent.link == RIALTO_LINK_NONE && intent.algorithm == RIALTO_ALGORITHM_NONE;
}

// The terms of a request as they stand in its bytes. The texts are parts of its url or body, at the
// places where the terms were found: the host reads them there for itself.
struct Terms {
    uint8_t kind = RIALTO_INTENT_ORDER; // Or RIALTO_INTENT_CANCEL, RIALTO_INTENT_REPLACE
    uint32_t instrument = 0;
    uint8_t side = 0; // 0 of a cancel
    uint64_t client_id = 0;
    int64_t price = 0;    // 0 of market orders and cancels
    int64_t quantity = 0; // 0 of a cancel
    std::string_view instrument_text, side_text, client_id_text;
    std::string_view price_text, quantity_text; // Empty where there is none
};

// The instrument of an index, or of a name; null when it is none of these.
inline const Instrument *instrument_at(const std::vector<Instrument> &all, uint32_t index) {
    for (const Instrument &one : all)
        if (one.index == index) return &one;
    return nullptr;
}
inline const Instrument *instrument_named(const std::vector<Instrument> &all,
                                          std::string_view name) {
    for (const Instrument &one : all)
        if (one.name == name) return &one;
    return nullptr;
}

namespace detail {

// Where `part` lies in `whole`; none when it lies elsewhere.
inline std::optional<Range> place_in(uint32_t name, std::string_view whole, std::string_view part) {
    const auto start = reinterpret_cast<uintptr_t>(whole.data());
    const auto at = reinterpret_cast<uintptr_t>(part.data());
    if (at < start || at - start > whole.size() || part.size() > whole.size() - (at - start))
        return std::nullopt;
    return Range{name, static_cast<uint32_t>(at - start), static_cast<uint32_t>(part.size()), 0};
}

inline Range place_of(std::string_view url, std::string_view body, std::string_view part) {
    if (part.empty()) return nowhere();
    if (const auto place = place_in(RIALTO_PART_BODY, body, part)) return *place;
    if (const auto place = place_in(RIALTO_PART_URL, url, part)) return *place;
    throw Failure("a text of the terms is no part of the request");
}

inline void write_terms(const Terms &terms, std::string_view url, std::string_view body,
                        rialto_read_back_t &out) {
    rialto_read_back_t c = {};
    c.struct_size = out.struct_size;
    c.instrument = terms.instrument;
    c.kind = terms.kind;
    c.side = terms.side;
    c.client_id = terms.client_id;
    c.price = terms.price;
    c.quantity = terms.quantity;
    c.instrument_place = place_of(url, body, terms.instrument_text);
    c.side_place = place_of(url, body, terms.side_text);
    c.price_place = place_of(url, body, terms.price_text);
    c.quantity_place = place_of(url, body, terms.quantity_text);
    c.client_id_place = place_of(url, body, terms.client_id_text);
    out = c;
}

} // namespace detail

// Offers X as an exchange of a library.
template <class X> struct Exchange {
    static constexpr const Info &info = X::info;

    // [data]
    static rialto_result encode(void *self, const rialto_intent_t *intent, int64_t now_ns,
                                uint64_t nonce, rialto_outputs_t *outputs) noexcept {
        return guard(self, [&](X &plugin) -> rialto_result {
            Outputs out(*outputs);
            if (!plugin.encode(*intent, Moment{now_ns, nonce}, out)) return RIALTO_NOT_FOUND;
            return out.has_overflowed() ? RIALTO_TRUNCATED : RIALTO_OK;
        });
    }

    // [data]
    static rialto_result read_back(void *self, rialto_text_t url, rialto_text_t body,
                                   rialto_read_back_t *out_terms) noexcept {
        return guard(self, [&](X &plugin) -> rialto_result {
            if (out_terms->struct_size < sizeof *out_terms) return RIALTO_ERROR_ARGUMENT;
            const std::optional<Terms> terms = plugin.read_back(view(url), view(body));
            if (!terms) return RIALTO_NOT_FOUND;
            detail::write_terms(*terms, view(url), view(body), *out_terms);
            return RIALTO_OK;
        });
    }

    // [data]
    static rialto_result on_batch(void *self, const rialto_batch_t *batch,
                                  rialto_outputs_t *outputs, uint32_t *out_consumed) noexcept {
        return guard(self, [&](X &plugin) -> rialto_result {
            Outputs out(*outputs);
            *out_consumed = detail::drive(plugin, *batch, out);
            return out.has_overflowed() ? RIALTO_TRUNCATED : RIALTO_OK;
        });
    }

    // [control]
    static rialto_result create(const rialto_plugin_t *, const rialto_services_t *services,
                                void *out_table, rialto_needs_t *out_needs,
                                rialto_error_t *out_error) {
        return detail::create<X>(services, out_needs, out_error, 0, [&](detail::Box<X> *box) {
            auto *table = static_cast<rialto_exchange_t *>(out_table);
            table->self = box;
            table->endpoints = X::endpoints;
            table->endpoint_count = static_cast<uint32_t>(std::size(X::endpoints));
            table->buckets = X::buckets;
            table->bucket_count = static_cast<uint32_t>(std::size(X::buckets));
            table->encode = encode;
            table->read_back = read_back;
            table->on_batch = on_batch;
            table->destroy = detail::destroy<X>;
        });
    }

    static constexpr rialto_plugin_t table =
        detail::describe(RIALTO_PLUGIN_EXCHANGE, X::info, detail::Parameters<X>::list,
                         detail::Parameters<X>::count, create);

private:
    // Runs `body` on the plugin; what it throws becomes a negative result, told on destroy.
    template <class Body> static rialto_result guard(void *self, Body body) noexcept {
        detail::Box<X> &box = *static_cast<detail::Box<X> *>(self);
        return detail::guarded(
            [&] { return body(box.plugin); },
            [&](rialto_result code, std::string_view why) { return box.fail(code, why); });
    }
};

} // namespace rialto

#endif
