// What is true of the C++ kit's exchanges: outputs, places, failures, full buffers.
#include <cstring>
#include <stdexcept>
#include <string>

#include "rialto/kit/exchange.hpp"
#include "rialto/test_host.hpp"

namespace {

// Encodes "side instrument quantity price id" in units; a quantity of 13...16 does something wrong.
struct Line {
    static constexpr rialto::Info info{"test.line", "1.0.0", "Line", "Orders as lines.", "Tests",
                                       "Apache-2.0"};
    static constexpr rialto::Endpoint endpoints[] = {
        rialto::endpoint(RIALTO_CLASS_READ, "GET", "api.example.com", "/time", 1),
        rialto::endpoint(RIALTO_CLASS_TRADE, "POST", "api.example.com", "/orders")};
    static constexpr rialto::Bucket buckets[] = {rialto::bucket("orders", 10, 100000000),
                                                 rialto::bucket("rest", 5, 1000)};
    static constexpr rialto::Range parts[] = {rialto::in_url(), rialto::in_body(3)};
    static constexpr rialto::Range digest[] = {rialto::of_step(0)};
    static constexpr rialto::SignStep steps[] = {
        rialto::sign(RIALTO_SIGN_SHA256, RIALTO_ENCODE_RAW, parts, "", rialto::nowhere()),
        rialto::sign(RIALTO_SIGN_HMAC_SHA512, RIALTO_ENCODE_BASE64, digest, "secret",
                     rialto::in_headers(8, 4))};
    static constexpr rialto::Placeholder placeholders[] = {
        rialto::placeholder("key", rialto::in_headers(0, 3))};
    static constexpr rialto::Capture captures[] = {rialto::capture("session", "data/token")};

    explicit Line(const rialto::Setup &setup) : instruments_(setup.instruments()) {
        if (instruments_.empty()) throw rialto::Failure("no instrument was given");
    }

    bool encode(const rialto::Intent &intent, rialto::Moment moment, rialto::Outputs &outputs) {
        if (rialto::instrument_at(instruments_, intent.instrument) == nullptr) return false;
        if (intent.quantity == 13) throw std::runtime_error("the quantity was 13");
        if (intent.quantity == 14) throw 14;
        if (!rialto::is_plain_order(intent)) {
            outputs.reject(intent);
            return true;
        }
        body_.clear();
        body_.add(intent.side == RIALTO_BUY ? "B " : "S ").add_number(intent.instrument);
        body_.add(" ").add_number(static_cast<uint64_t>(intent.quantity)).add(" ");
        body_.add_number(static_cast<uint64_t>(intent.price)).add(" ").add_number(intent.order_id);
        if (intent.quantity == 15)
            for (int i = 0; i < 100; i++) body_.add("too long");
        rialto::Request request;
        request.endpoint = 1;
        request.id = moment.nonce;
        request.client_id = intent.order_id;
        request.url = "/orders";
        request.headers = "abc\nsig:0000";
        request.body = body_.view();
        request.steps = steps;
        request.placeholders = placeholders;
        request.captures = captures;
        request.bucket_cost = 3;
        outputs.request(request);
        return true;
    }

    std::optional<rialto::Terms> read_back(std::string_view url, std::string_view body) const {
        std::string_view words[5];
        size_t count = 0;
        for (size_t at = 0; at <= body.size() && count < 5;) {
            const size_t end = std::min(body.find(' ', at), body.size());
            words[count++] = body.substr(at, end - at);
            at = end + 1;
        }
        const auto instrument = rialto::read_decimal(words[1], 0);
        const auto quantity = rialto::read_decimal(words[2], 0);
        const auto price = rialto::read_decimal(words[3], 0);
        const auto id = rialto::read_decimal(words[4], 0);
        if (url != "/orders" || !instrument || !quantity || !price || !id) return std::nullopt;
        rialto::Terms terms;
        terms.side = words[0] == "B" ? RIALTO_BUY : RIALTO_SELL;
        terms.instrument = static_cast<uint32_t>(*instrument);
        terms.quantity = *quantity;
        terms.price = *price;
        terms.client_id = static_cast<uint64_t>(*id);
        terms.side_text = words[0];
        terms.instrument_text = words[1];
        terms.quantity_text = *quantity == 16 ? std::string_view("16") : words[2];
        if (*price > 0) terms.price_text = words[3];
        terms.client_id_text = words[4];
        return terms;
    }

    // Says as many trades as the status says.
    void on_response(const rialto::Response &response, rialto::Outputs &outputs) {
        if (response.body == "throw") throw std::runtime_error("the body said so");
        for (int i = 0; i < response.status; i++) outputs.trade(0, i + 1, 1, RIALTO_BUY);
    }

    // Says one of each.
    void on_timer(const rialto::TimerEvent &timer, rialto::Outputs &outputs) {
        rialto::OrderReport order;
        order.client_id = 4;
        order.state = RIALTO_ORDER_ACCEPTED;
        order.quantity = 9;
        rialto::FillReport fill;
        fill.client_id = 4;
        fill.price = 11;
        fill.fee = {5, 0};
        outputs.order(order);
        outputs.fill(fill);
        outputs.trade(1, 10, 20, RIALTO_SELL, 30);
        outputs.quote(1, 10, 1, 12, 2, 30);
        outputs.balance("USD", {100, 0}, {40, 0});
        outputs.instrument(1, "ETH/USD", 5, 10);
        outputs.error(7, RIALTO_REASON_VENUE, "closed");
        outputs.socket_open(1, "wss://api.example.com/");
        outputs.socket_send(1, "hello");
        outputs.socket_close(1);
        outputs.timer(timer.timer_id + 1, timer.time_ns + 50);
    }

private:
    std::vector<rialto::Instrument> instruments_;
    rialto::Buffer<256> body_;
};

// Hears of answers only; says what it needs itself.
struct Deaf {
    static constexpr rialto::Info info{"test.deaf", "1.0.0", "Deaf", "Says nothing.", "Tests",
                                       "Apache-2.0"};
    static constexpr rialto::Endpoint endpoints[] = {
        rialto::endpoint(RIALTO_CLASS_TRADE, "POST", "api.example.com", "/orders")};
    static constexpr rialto::Bucket buckets[] = {rialto::bucket("orders", 10, 100000000)};
    explicit Deaf(const rialto::Setup &) {}
    bool encode(const rialto::Intent &, rialto::Moment, rialto::Outputs &) { return true; }
    std::optional<rialto::Terms> read_back(std::string_view, std::string_view) { return {}; }
};

void make(rialto::TestExchange &venue, rialto_tally_t *tally, const char *id = "test.line") {
    venue.instrument("BTC/USD", 2, 3);
    venue.instrument("ETH/USD", 2, 3);
    RIALTO_EXPECT(tally, venue.create(id) == RIALTO_OK);
}

std::string_view view(rialto_text_t text) {
    return {text.data, static_cast<size_t>(text.size)};
}

void declares_what_it_may_ask(rialto_tally_t *tally) {
    rialto::TestExchange venue, deaf;
    make(venue, tally);
    make(deaf, tally, "test.deaf");
    const rialto_exchange_t &table = venue.table();
    RIALTO_EXPECT(tally, table.endpoint_count == 2 && table.bucket_count == 2);
    RIALTO_EXPECT(tally, table.endpoints[0].bucket == 1
                             && table.endpoints[1].kind == RIALTO_CLASS_TRADE
                             && view(table.endpoints[1].path) == "/orders");
    RIALTO_EXPECT(tally, table.buckets[1].capacity == 5 && table.buckets[1].refill_ns == 1000);
    RIALTO_EXPECT(tally, venue.needs().need_count == 2
                             && venue.needs().needs[0].kind == RIALTO_KIND_RESPONSES
                             && venue.needs().needs[1].kind == RIALTO_KIND_TIMERS);
    RIALTO_EXPECT(tally, deaf.needs().need_count == 1);
    rialto::TestExchange empty;
    RIALTO_EXPECT(tally, empty.create("test.line") == RIALTO_ERROR_PARAMETER);
    RIALTO_EXPECT(tally, empty.failure().find("no instrument was given") != std::string::npos);
}

void a_request_carries_all_that_was_given(rialto_tally_t *tally) {
    rialto::TestExchange venue;
    make(venue, tally);
    RIALTO_EXPECT(tally, venue.order(42, 1, RIALTO_SELL, 1050, 99));
    RIALTO_EXPECT(tally, venue.body() == "S 1 1050 99 42" && venue.url() == "/orders");
    const rialto_output_t request = venue.outputs()[0];
    RIALTO_EXPECT(tally, request.id == venue.nonce() && request.client_id == 42);
    RIALTO_EXPECT(tally, request.endpoint == 1 && request.bucket_cost == 3 && request.row == 0);
    RIALTO_EXPECT(tally, view(request.headers) == "abc\nsig:0000");
    if (!RIALTO_EXPECT(tally, request.step_count == 2)) return;
    const rialto_sign_step_t &first = request.steps[0], &second = request.steps[1];
    RIALTO_EXPECT(tally, first.operation == RIALTO_SIGN_SHA256 && first.range_count == 2
                             && first.ranges[1].offset == 3 && first.insert.part == 0);
    RIALTO_EXPECT(tally, second.encoding == RIALTO_ENCODE_BASE64 && view(second.key) == "secret"
                             && second.ranges[0].part == RIALTO_PART_STEP
                             && second.insert.offset == 8 && second.insert.size == 4);
    RIALTO_EXPECT(tally, request.placeholder_count == 1
                             && view(request.placeholders[0].name) == "key");
    RIALTO_EXPECT(tally, request.capture_count == 1
                             && view(request.captures[0].path) == "data/token");
}

void terms_are_read_back_with_their_places(rialto_tally_t *tally) {
    rialto::TestExchange venue;
    make(venue, tally);
    RIALTO_EXPECT(tally, venue.order(7, 0, RIALTO_BUY, 5));
    const auto market = venue.read_back("/orders", venue.body());
    RIALTO_EXPECT(tally, market && market->price == 0 && market->price_place.size == 0);
    RIALTO_EXPECT(tally, market && market->client_id_place.offset == 8
                             && venue.at(market->client_id_place) == "7");
    RIALTO_EXPECT(tally, !venue.read_back("/time", "B 0 5 0 7"));
    RIALTO_EXPECT(tally, !venue.read_back("/orders", "") && !venue.read_back("", "B 0"));
    // A place that is not in the request is the plugin's own mistake.
    RIALTO_EXPECT(tally, !venue.order(8, 0, RIALTO_BUY, 16));
    venue.destroy();
    RIALTO_EXPECT(tally, venue.failure().find("no part of the request") != std::string::npos);
}

void what_is_not_offered_is_rejected(rialto_tally_t *tally) {
    rialto::TestExchange venue;
    make(venue, tally);
    rialto_intent_t intent = {};
    intent.kind = RIALTO_INTENT_ORDER;
    intent.order_type = RIALTO_ORDER_STOP;
    intent.order_id = 3;
    RIALTO_EXPECT(tally, venue.encode(intent) == RIALTO_OK && venue.outputs().size() == 1);
    RIALTO_EXPECT(tally, venue.outputs()[0].kind == RIALTO_OUTPUT_ORDER
                             && venue.outputs()[0].client_id == 3
                             && venue.outputs()[0].reason == RIALTO_REASON_UNSUPPORTED);
    intent.instrument = 9;
    RIALTO_EXPECT(tally, venue.encode(intent) == RIALTO_NOT_FOUND && venue.outputs().empty());
}

void every_output_keeps_its_fields(rialto_tally_t *tally) {
    rialto::TestExchange venue;
    make(venue, tally);
    RIALTO_EXPECT(tally, venue.timer(20, 1000) == RIALTO_OK);
    const auto said = venue.outputs();
    const uint32_t kinds[] = {RIALTO_OUTPUT_ORDER,       RIALTO_OUTPUT_FILL,
                              RIALTO_OUTPUT_TRADE,       RIALTO_OUTPUT_QUOTE,
                              RIALTO_OUTPUT_BALANCE,     RIALTO_OUTPUT_INSTRUMENT,
                              RIALTO_OUTPUT_ERROR,       RIALTO_OUTPUT_SOCKET_OPEN,
                              RIALTO_OUTPUT_SOCKET_SEND, RIALTO_OUTPUT_SOCKET_CLOSE,
                              RIALTO_OUTPUT_TIMER};
    if (!RIALTO_EXPECT(tally, said.size() == std::size(kinds))) return;
    for (size_t i = 0; i < said.size(); i++)
        RIALTO_EXPECT(tally, said[i].kind == kinds[i]
                                 && said[i].struct_size == sizeof(rialto_output_t));
    RIALTO_EXPECT(tally, said[0].client_id == 4 && said[0].quantity == 9);
    RIALTO_EXPECT(tally, said[1].price == 11 && said[1].fee.low == 5);
    RIALTO_EXPECT(tally, said[2].side == RIALTO_SELL && said[2].venue_time_ns == 30);
    RIALTO_EXPECT(tally, said[3].price == 10 && said[3].price_2 == 12 && said[3].quantity_2 == 2);
    RIALTO_EXPECT(tally, view(said[4].body) == "USD" && said[4].held.low == 40);
    RIALTO_EXPECT(tally, view(said[5].body) == "ETH/USD" && said[5].quantity_2 == 10);
    RIALTO_EXPECT(tally, said[6].id == 7 && view(said[6].body) == "closed");
    RIALTO_EXPECT(tally, view(said[7].url) == "wss://api.example.com/");
    RIALTO_EXPECT(tally, view(said[8].body) == "hello" && said[9].id == 1);
    RIALTO_EXPECT(tally, said[10].id == 21 && said[10].time_ns == 1050);
}

void a_full_buffer_is_told(rialto_tally_t *tally) {
    rialto::TestExchange venue;
    make(venue, tally);
    RIALTO_EXPECT(tally, venue.answer(64, "") == RIALTO_OK && venue.outputs().size() == 64);
    RIALTO_EXPECT(tally, venue.answer(65, "") == RIALTO_TRUNCATED);
    RIALTO_EXPECT(tally, venue.outputs().size() == 64 && venue.outputs()[63].price == 64);
    RIALTO_EXPECT(tally, venue.answer(1, "") == RIALTO_OK && venue.outputs().size() == 1);
    venue.capacity(0);
    rialto_intent_t intent = {};
    intent.kind = RIALTO_INTENT_ORDER;
    RIALTO_EXPECT(tally, venue.encode(intent) == RIALTO_TRUNCATED);
}

void nothing_is_thrown_across(rialto_tally_t *tally) {
    const struct {
        int64_t quantity;
        const char *why;
    } cases[] = {{13, "the quantity was 13"},
                 {14, "an exception of an unknown type"},
                 {15, "a text is longer than its buffer"}};
    for (const auto &one : cases) {
        rialto::TestExchange venue;
        make(venue, tally);
        RIALTO_EXPECT(tally, !venue.order(1, 0, RIALTO_BUY, one.quantity));
        venue.destroy();
        RIALTO_EXPECT(tally, venue.failure().find(one.why) != std::string::npos);
    }
    rialto::TestExchange venue;
    make(venue, tally);
    RIALTO_EXPECT(tally, venue.answer(0, "throw") == RIALTO_ERROR);
}

void numbers_are_written_exactly(rialto_tally_t *tally) {
    rialto::Buffer<24> buffer;
    RIALTO_EXPECT(tally, buffer.add_number(UINT64_MAX).view() == "18446744073709551615");
    buffer.clear();
    RIALTO_EXPECT(tally, buffer.add_number(0).add_decimal(-105, 2).view() == "0-1.05");
    RIALTO_EXPECT(tally, rialto::read_decimal("1.05", 2) == 105 && !rialto::read_decimal("1.", 2));
    RIALTO_EXPECT(tally, rialto::read_cash("-1")->high == -1 && !rialto::read_cash("1e3"));
    const auto json = rialto::Json::read("{\"a\":\"b\"}");
    RIALTO_EXPECT(tally, json && (*json)["a"] == "b" && (*json)["b"].empty());
    RIALTO_EXPECT(tally, !rialto::Json::read("{\"a\":[]}"));
}

} // namespace

RIALTO_PLUGIN("test.line", "1.0.0", rialto::Exchange<Line>, rialto::Exchange<Deaf>);

int main() {
    rialto_tally_t tally = {};
    declares_what_it_may_ask(&tally);
    a_request_carries_all_that_was_given(&tally);
    terms_are_read_back_with_their_places(&tally);
    what_is_not_offered_is_rejected(&tally);
    every_output_keeps_its_fields(&tally);
    a_full_buffer_is_told(&tally);
    nothing_is_thrown_across(&tally);
    numbers_are_written_exactly(&tally);
    return rialto_tally_end(&tally, "C++ kit's exchanges");
}
