// {{id}}: a codec for a venue, over the draft contract. It does no I/O: the host sends what is
// described here, and hands the answers back.
//
// It speaks the paper venue's JSON, so it takes part in a backtest: `venue: { plugin: {{id}} }`.
// To make it your venue's, change the declarations, write_order, read_back and read_answer.
// Backtests answer as the paper venue does; from then on {{snake}}_test.cpp plays your venue.
#include <vector>

#include "rialto/kit/exchange.hpp"

namespace {

uint8_t read_side(std::string_view text) {
    if (text == "buy") return RIALTO_BUY;
    return text == "sell" ? RIALTO_SELL : RIALTO_SIDE_UNKNOWN;
}

uint8_t read_state(std::string_view text) {
    if (text == "accepted") return RIALTO_ORDER_ACCEPTED;
    if (text == "partly_filled") return RIALTO_ORDER_PARTLY_FILLED;
    if (text == "filled") return RIALTO_ORDER_FILLED;
    if (text == "canceled") return RIALTO_ORDER_CANCELED;
    return text == "rejected" ? RIALTO_ORDER_REJECTED : 0;
}

// A field that may be absent, which is 0; none when it is no decimal.
std::optional<int64_t> read_amount(std::string_view text, int decimals) {
    if (text.empty()) return 0;
    return rialto::read_decimal(text, decimals);
}

struct Mine {
    static constexpr rialto::Info info{"{{id}}", "0.1.0", "{{name}}",
                                       "Speaks to a venue in the paper venue's JSON.", "Unknown",
                                       "Apache-2.0"};

    // What it may ask of the venue: here one request, 100 at once and then 100 a second.
    static constexpr std::string_view path = "/v1/orders";
    static constexpr rialto::Endpoint endpoints[] = {
        rialto::endpoint(RIALTO_CLASS_TRADE, "POST", "paper.invalid", path),
    };
    static constexpr rialto::Bucket buckets[] = {rialto::bucket("orders", 100, 10000000)};

    // How the host signs: HMAC-SHA256 of path and body under the key `paper`, over the zeros.
    static constexpr std::string_view headers =
        "Content-Type: application/json\nX-Signature: "
        "0000000000000000000000000000000000000000000000000000000000000000";
    static constexpr rialto::Range is_signed[] = {rialto::in_url(), rialto::in_body()};
    static constexpr rialto::SignStep steps[] = {
        rialto::sign(RIALTO_SIGN_HMAC_SHA256, RIALTO_ENCODE_HEX, is_signed, "paper",
                     rialto::in_headers(headers.size() - 64, 64)),
    };

    explicit Mine(const rialto::Setup &setup) : instruments_(setup.instruments()) {
        if (instruments_.empty()) throw rialto::Failure("no instrument was given");
        for (const rialto::Instrument &one : instruments_)
            if (!rialto::Json::is_plain(one.name))
                throw rialto::Failure("an instrument's name is not 1...200 bytes of plain ASCII");
    }

    // Market and limit orders; the rest is rejected here, until you add an endpoint for it. False
    // when the instrument is none of the venue.
    bool encode(const rialto::Intent &intent, rialto::Moment moment, rialto::Outputs &outputs) {
        const rialto::Instrument *instrument =
            rialto::instrument_at(instruments_, intent.instrument);
        if (instrument == nullptr) return false;
        if (!rialto::is_plain_order(intent)) {
            outputs.reject(intent);
            return true;
        }
        write_order(intent, *instrument, moment.nonce);
        rialto::Request request;
        request.endpoint = 0;
        request.id = moment.nonce;
        request.client_id = intent.order_id;
        request.instrument = intent.instrument;
        request.url = path;
        request.headers = headers;
        request.body = body_.view();
        request.steps = steps;
        outputs.request(request);
        return true;
    }

    // Says what an order's bytes mean and where; the host compares both with what was asked for.
    // They may be any bytes: trust none.
    std::optional<rialto::Terms> read_back(std::string_view url, std::string_view body) const {
        const auto json = rialto::Json::read(body);
        if (url != path || !json) return std::nullopt;
        rialto::Terms terms;
        terms.instrument_text = (*json)["instrument"];
        terms.side_text = (*json)["side"];
        terms.price_text = (*json)["price"];
        terms.quantity_text = (*json)["quantity"];
        terms.client_id_text = (*json)["client_id"];
        const rialto::Instrument *instrument =
            rialto::instrument_named(instruments_, terms.instrument_text);
        if (instrument == nullptr) return std::nullopt;
        const auto quantity =
            rialto::read_decimal(terms.quantity_text, instrument->quantity_decimals);
        const auto price = read_amount(terms.price_text, instrument->price_decimals);
        const auto id = rialto::read_decimal(terms.client_id_text, 0);
        terms.side = read_side(terms.side_text);
        if (!quantity || !price || !id || terms.side == 0) return std::nullopt;
        if ((*json)["type"] != (*price == 0 ? "market" : "limit")) return std::nullopt;
        terms.instrument = instrument->index;
        terms.quantity = *quantity;
        terms.price = *price;
        terms.client_id = static_cast<uint64_t>(*id);
        return terms;
    }

    void on_response(const rialto::Response &response, rialto::Outputs &outputs) {
        rialto::OrderReport order;
        rialto::FillReport fill;
        if (!response.is_success() || !read_answer(response.body, order, fill))
            return outputs.error(response.request_id, RIALTO_REASON_VENUE,
                                 "the answer is none that the venue documents");
        order.request_id = fill.request_id = response.request_id;
        outputs.order(order);
        if (fill.quantity > 0) outputs.fill(fill);
    }

private:
    void write_order(const rialto::Intent &order, const rialto::Instrument &instrument,
                     uint64_t nonce) {
        static constexpr std::string_view lifetimes[] = {"gtc", "ioc", "fok"};
        body_.clear();
        body_.add("{\"client_id\":\"").add_number(order.order_id);
        body_.add("\",\"nonce\":\"").add_number(nonce);
        body_.add("\",\"instrument\":\"").add(instrument.name);
        body_.add("\",\"side\":\"").add(order.side == RIALTO_BUY ? "buy" : "sell");
        body_.add("\",\"type\":\"").add(order.price > 0 ? "limit" : "market");
        body_.add("\",\"lifetime\":\"").add(lifetimes[order.time_in_force]);
        body_.add("\",\"quantity\":\"")
            .add_decimal(order.quantity, instrument.quantity_decimals);
        if (order.price > 0)
            body_.add("\",\"price\":\"").add_decimal(order.price, instrument.price_decimals);
        body_.add("\"}");
    }

    // Reads an answer: what became of the order, and what was just filled of it (quantity 0 when
    // nothing was). False when it is none that the venue documents.
    bool read_answer(std::string_view body, rialto::OrderReport &order,
                     rialto::FillReport &fill) const {
        const auto json = rialto::Json::read(body);
        if (!json) return false;
        const rialto::Instrument *instrument =
            rialto::instrument_named(instruments_, (*json)["instrument"]);
        if (instrument == nullptr) return false;
        const int decimals = instrument->quantity_decimals;
        const int price_decimals = instrument->price_decimals;
        const std::string_view fee = (*json)["fee"];
        const auto id = rialto::read_decimal((*json)["client_id"], 0);
        const auto quantity = read_amount((*json)["quantity"], decimals);
        const auto price = read_amount((*json)["price"], price_decimals);
        const auto filled = read_amount((*json)["filled"], decimals);
        const auto fill_quantity = read_amount((*json)["fill_quantity"], decimals);
        const auto fill_price = read_amount((*json)["fill_price"], price_decimals);
        const auto cash = rialto::read_cash(fee.empty() ? "0" : fee);
        if (!id || !quantity || !price || !filled || !fill_quantity || !fill_price || !cash)
            return false;
        order.state = read_state((*json)["status"]);
        order.reason = order.state == RIALTO_ORDER_REJECTED ? RIALTO_REASON_VENUE : 0;
        order.client_id = fill.client_id = static_cast<uint64_t>(*id);
        order.instrument = fill.instrument = instrument->index;
        order.side = fill.side = read_side((*json)["side"]);
        order.quantity = *quantity;
        order.price = *price;
        order.filled = *filled;
        fill.quantity = *fill_quantity;
        fill.price = *fill_price;
        fill.fee = *cash;
        return order.state > 0 && order.side > 0 && order.client_id > 0
            && order.filled <= order.quantity && fill.quantity <= order.filled
            && (fill.quantity > 0) == (fill.price > 0);
    }

    std::vector<rialto::Instrument> instruments_;
    rialto::Buffer<1024> body_; // Of the latest request
};

} // namespace

RIALTO_PLUGIN("{{id}}", "0.1.0", rialto::Exchange<Mine>);
