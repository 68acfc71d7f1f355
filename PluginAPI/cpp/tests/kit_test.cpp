// What is true of the C++ kit: callbacks, consumed counts, failures.
#include <stdexcept>
#include <string>

#include "rialto/kit.hpp"
#include "rialto/test_host.hpp"

namespace {

// Answers each event as its price says: 1 target, 2 log, 3 timer, 4 throw, 5 a hundred targets,
// 6 an order of each kind, 7 one for each algorithm.
template <bool is_open> struct Probe {
    static constexpr rialto::Info info{is_open ? "test.open" : "test.closed", "1.0.0", "Probe",
                                       "Does as the price says.", "Tests", "Apache-2.0"};

    explicit Probe(const rialto::Setup &) {}
    std::vector<rialto::Need> needs() const { return {rialto::bars()}; }
    bool is_open_loop() const { return is_open; }

    void on_bar(const rialto::Bar &bar, rialto::Intents &intents) { act(bar.close, intents); }
    void on_trade(const rialto::Trade &trade, rialto::Intents &intents) {
        act(trade.price, intents);
    }
    void on_quote(const rialto::Quote &quote, rialto::Intents &intents) {
        intents.log("quote " + std::to_string(quote.bid_price));
    }
    void on_status(const rialto::StatusEvent &status, rialto::Intents &intents) {
        intents.log("status " + std::to_string(status.status));
    }
    void on_funding(const rialto::FundingEvent &funding, rialto::Intents &intents) {
        intents.log("funding " + std::to_string(funding.rate_e9) + " until "
                    + std::to_string(funding.next_funding_ns));
    }
    void on_mark(const rialto::MarkEvent &mark, rialto::Intents &intents) {
        intents.log("mark " + std::to_string(mark.mark_price) + " index "
                    + std::to_string(mark.index_price));
    }
    void on_open_interest(const rialto::OpenInterestEvent &open, rialto::Intents &intents) {
        intents.log("open " + std::to_string(open.quantity));
    }
    void on_liquidation(const rialto::LiquidationEvent &closed, rialto::Intents &intents) {
        intents.log("closed " + std::to_string(closed.side) + " " + std::to_string(closed.price)
                    + " " + std::to_string(closed.quantity));
    }
    void on_text(const rialto::TextEvent &text, rialto::Intents &intents) {
        const bool is_market = text.instrument == RIALTO_NONE && text.source.empty();
        intents.log(std::string(text.title) + "/" + std::string(text.body)
                    + (is_market ? "/market" : ""));
    }
    void on_forecast(const rialto::ForecastEvent &f, rialto::Intents &intents) {
        intents.log(f.is_ensemble() && f.weight > 0 ? "forecast" : "wrong");
    }
    void on_order(const rialto::OrderEvent &order, rialto::Intents &intents) {
        intents.log(order.state == RIALTO_ORDER_FILLED ? "order" : "wrong");
    }
    void on_fill(const rialto::FillEvent &fill, rialto::Intents &intents) {
        intents.log(fill.position == 3 ? "fill" : "wrong");
    }
    void on_account(const rialto::AccountEvent &account, rialto::Intents &intents) {
        intents.log(account.cash.low == 5 ? "account" : "wrong");
    }
    void on_timer(const rialto::TimerEvent &timer, rialto::Intents &intents) {
        intents.log(timer.timer_id == 9 ? "timer" : "wrong");
    }

    static void send_each_kind(rialto::Intents &intents) {
        rialto::OrderTerms terms;
        terms.quantity = 5;
        intents.order(1, 0, terms);
        terms.limit = 90;
        terms.post_only = true;
        intents.order(2, 0, terms);
        terms.post_only = false;
        terms.lifetime = RIALTO_IMMEDIATE_OR_CANCEL;
        intents.order(3, 0, terms);
        terms.lifetime = RIALTO_FILL_OR_KILL;
        terms.expires_ns = 77;
        intents.order(4, 0, terms);
        rialto::OrderTerms exit;
        exit.side = RIALTO_SELL;
        exit.quantity = 5;
        exit.reduce_only = true;
        exit.trailing = 20;
        exit.after = 1;
        intents.order(5, 0, exit);
        exit.trailing = 0;
        exit.trigger = 80;
        exit.after = 0;
        exit.bracket_of = 2;
        intents.order(6, 0, exit);
        exit.limit = 79;
        exit.bracket_of = 0;
        exit.one_cancels_others = 9;
        intents.order(7, 0, exit);
    }

    static void leave_to_each_algorithm(rialto::Intents &intents) {
        using rialto::Algorithm;
        const Algorithm ways[] = {Algorithm::twap(60),          Algorithm::vwap(61),
                                  Algorithm::pov(100000),       Algorithm::iceberg(3, 9, 62),
                                  Algorithm::shortfall(63, 10), Algorithm::maker_taker(64)};
        rialto::OrderTerms terms;
        terms.side = RIALTO_SELL;
        terms.quantity = 12;
        terms.limit = 90;
        uint64_t id = 0;
        for (const Algorithm &way : ways) {
            terms.algorithm = way;
            intents.order(++id, 0, terms, 5);
        }
    }

    void act(int64_t price, rialto::Intents &intents) {
        if (price == 7) leave_to_each_algorithm(intents);
        if (price == 1) intents.target(0, 1);
        if (price == 2) intents.log("seen");
        if (price == 3) intents.timer(9, 1000);
        if (price == 4) throw std::runtime_error("the price was 4");
        if (price == 6) send_each_kind(intents);
        for (int i = 0; price == 5 && i < 100; i++) intents.target(0, i);
    }
};

// Has one callback and no parameters; cannot be made without an instrument.
struct Oracle {
    static constexpr rialto::Info info{"test.oracle", "1.0.0", "Oracle", "Forecasts.", "Tests",
                                       "Apache-2.0"};
    explicit Oracle(const rialto::Setup &setup) {
        if (setup.instruments().empty()) throw rialto::Failure("no instrument was given");
    }
    std::vector<rialto::Need> needs() const { return {rialto::events(RIALTO_KIND_TRADES, 10)}; }
    void on_trade(const rialto::Trade &trade, rialto::Forecasts &forecasts) {
        forecasts.mean_deviation(trade.instrument, 0.5, 0.25, 60);
    }
};

// Publishes twice what it reads, and thrice each price.
struct Publisher {
    static constexpr rialto::Info info{"test.publisher", "1.0.0", "Publisher", "Publishes.",
                                       "Tests", "Apache-2.0"};
    explicit Publisher(const rialto::Setup &setup)
        : thrice_(setup.publish("thrice")), twice_(setup.publish("twice")) {
        if (setup.read("y") != 0 || setup.publish("thrice") != thrice_)
            throw rialto::Failure("series are numbered wrongly");
    }
    std::vector<rialto::Need> needs() const { return {rialto::events(RIALTO_KIND_TRADES)}; }
    void on_trade(const rialto::Trade &trade, rialto::Forecasts &forecasts) {
        forecasts.publish(thrice_, trade.instrument, 3.0 * static_cast<double>(trade.price));
    }
    void on_series(const rialto::SeriesEvent &number, rialto::Forecasts &forecasts) {
        forecasts.publish(twice_, number.instrument, 2 * number.value);
    }

private:
    uint32_t thrice_, twice_;
};

// A strategy that would publish, which only models may.
struct Talker {
    static constexpr rialto::Info info{"test.talker", "1.0.0", "Talker", "Talks.", "Tests",
                                       "Apache-2.0"};
    explicit Talker(const rialto::Setup &setup) { setup.publish("words"); }
    std::vector<rialto::Need> needs() const { return {rialto::bars()}; }
};

void make(rialto::TestHost &host, rialto_tally_t *tally, const char *id) {
    host.instrument("BTC/USD", 2, 3);
    RIALTO_EXPECT(tally, host.create(id) == RIALTO_OK);
}

void closed_loop_stops_after_its_group(rialto_tally_t *tally) {
    rialto::TestHost grouped;
    make(grouped, tally, "test.closed");
    const int64_t times[] = {1, 1, 1, 2, 2, 3}, prices[] = {2, 1, 2, 2, 2, 3};
    for (int i = 0; i < 6; i++) grouped.bar(0, times[i], 9, 9, 1, prices[i]);
    RIALTO_EXPECT(tally, grouped.run());
    RIALTO_EXPECT(tally, grouped.calls() == 2 && grouped.intents().size() == 6);
    RIALTO_EXPECT(tally, grouped.intents()[1].row == 1 && grouped.intents()[3].row == 0);
}

void open_loop_stops_for_a_timer_only(rialto_tally_t *tally) {
    rialto::TestHost host;
    make(host, tally, "test.open");
    const int64_t prices[] = {1, 2, 1, 3, 2, 1};
    for (int i = 0; i < 6; i++) host.trade(0, i + 1, prices[i], 1);
    RIALTO_EXPECT(tally, host.run());
    RIALTO_EXPECT(tally, host.calls() == 2 && host.intents().size() == 6);
    rialto::TestHost full;
    make(full, tally, "test.open");
    full.capacity(66);
    for (int i = 0; i < 30; i++) full.trade(0, i / 3, 1, 1);
    RIALTO_EXPECT(tally, full.run());
    RIALTO_EXPECT(tally, full.calls() == 10 && full.intents().size() == 30);
}

void every_callback_is_called_in_order(rialto_tally_t *tally) {
    rialto::TestHost host;
    make(host, tally, "test.closed");
    const uint32_t kinds[] = {RIALTO_KIND_OWN_ORDERS, RIALTO_KIND_FILLS,     RIALTO_KIND_ACCOUNT,
                              RIALTO_KIND_QUOTES,     RIALTO_KIND_FORECASTS, RIALTO_KIND_TIMERS};
    for (const uint32_t kind : kinds) {
        rialto_test_event_t event = rialto_test_blank(kind, 0, 1);
        event.code[0] = RIALTO_ORDER_FILLED;
        event.id = 9;
        event.model = RIALTO_NONE;
        for (double &real : event.real) real = 1;
        event.number[0] = kind == RIALTO_KIND_ACCOUNT ? 5 : 77;
        event.number[2] = 3;
        host.event(event);
    }
    RIALTO_EXPECT(tally, host.run());
    const auto intents = host.intents();
    RIALTO_EXPECT(tally, intents.size() == 6);
    const char *const expected[] = {"order", "fill", "account", "quote 77", "forecast", "timer"};
    for (size_t i = 0; i < intents.size(); i++)
        RIALTO_EXPECT(tally, host.text(intents[i]) == expected[i] && intents[i].row == i);
}

void states_and_funding_come_in_their_order(rialto_tally_t *tally) {
    rialto::TestHost host;
    make(host, tally, "test.closed");
    host.status(0, 1, RIALTO_STATUS_GAP);
    host.trade(0, 1, 2, 1);
    host.funding(0, 1, -250, 28800);
    host.status(0, 2, RIALTO_STATUS_RECONNECT);
    RIALTO_EXPECT(tally, host.run());
    const auto intents = host.intents();
    RIALTO_EXPECT(tally, intents.size() == 4);
    const char *const expected[] = {"status 4", "seen", "funding -250 until 28800", "status 6"};
    for (size_t i = 0; i < intents.size(); i++)
        RIALTO_EXPECT(tally, host.text(intents[i]) == expected[i] && intents[i].row == i);
}

void what_is_said_of_contracts_comes_in_its_order(rialto_tally_t *tally) {
    rialto::TestHost host;
    make(host, tally, "test.closed");
    host.trade(0, 1, 2, 1);
    host.mark(0, 1, 700, 699);
    host.open_interest(0, 1, 123);
    host.liquidation(0, 2, RIALTO_SELL, 680, 5);
    RIALTO_EXPECT(tally, host.run());
    const auto intents = host.intents();
    RIALTO_EXPECT(tally, intents.size() == 4);
    const char *const expected[] = {"seen", "mark 700 index 699", "open 123", "closed 2 680 5"};
    for (size_t i = 0; i < intents.size(); i++)
        RIALTO_EXPECT(tally, host.text(intents[i]) == expected[i] && intents[i].row == i);
}

void a_text_comes_after_the_market_of_its_time(rialto_tally_t *tally) {
    rialto::TestHost host;
    make(host, tally, "test.closed");
    host.trade(0, 1, 2, 1);
    host.text(RIALTO_NONE, 1, "BTC soars", "naïve");
    host.text(0, 2, nullptr, "post");
    RIALTO_EXPECT(tally, host.run());
    const auto intents = host.intents();
    RIALTO_EXPECT(tally, intents.size() == 3);
    const char *const expected[] = {"seen", "BTC soars/naïve/market", "/post"};
    for (size_t i = 0; i < intents.size(); i++)
        RIALTO_EXPECT(tally, host.text(intents[i]) == expected[i] && intents[i].row == i);
}

// Type, lifetime, flags, link, link id, price and trigger of an order.
struct Written {
    uint32_t type, lifetime, flags, link;
    uint64_t link_id;
    int64_t price, trigger;
};

void every_kind_of_order_is_written_with_its_terms(rialto_tally_t *tally) {
    rialto::TestHost host;
    make(host, tally, "test.closed");
    host.trade(0, 1, 6, 1);
    RIALTO_EXPECT(tally, host.run());
    const uint32_t reduces = RIALTO_ORDER_REDUCE_ONLY, kept = RIALTO_GOOD_TILL_CANCEL;
    const Written expected[] = {
        {RIALTO_ORDER_MARKET, kept, 0, RIALTO_LINK_NONE, 0, 0, 0},
        {RIALTO_ORDER_LIMIT, kept, RIALTO_ORDER_POST_ONLY, RIALTO_LINK_NONE, 0, 90, 0},
        {RIALTO_ORDER_LIMIT, RIALTO_IMMEDIATE_OR_CANCEL, 0, RIALTO_LINK_NONE, 0, 90, 0},
        {RIALTO_ORDER_LIMIT, RIALTO_GOOD_TILL_TIME, 0, RIALTO_LINK_NONE, 0, 90, 0},
        {RIALTO_ORDER_TRAILING_STOP, kept, reduces, RIALTO_LINK_OTO, 1, 20, 0},
        {RIALTO_ORDER_STOP, kept, reduces, RIALTO_LINK_BRACKET, 2, 0, 80},
        {RIALTO_ORDER_STOP_LIMIT, kept, reduces, RIALTO_LINK_OCO, 9, 79, 80},
    };
    const auto intents = host.intents();
    RIALTO_EXPECT(tally, intents.size() == 7);
    for (size_t i = 0; i < intents.size(); i++) {
        const rialto_intent_t &intent = intents[i];
        RIALTO_EXPECT(tally, intent.order_id == i + 1 && intent.quantity == 5);
        RIALTO_EXPECT(tally, intent.side == (i < 4 ? RIALTO_BUY : RIALTO_SELL));
        RIALTO_EXPECT(tally, intent.order_type == expected[i].type);
        RIALTO_EXPECT(tally, intent.time_in_force == expected[i].lifetime);
        RIALTO_EXPECT(tally, intent.order_flags == expected[i].flags);
        RIALTO_EXPECT(tally, intent.link == expected[i].link);
        RIALTO_EXPECT(tally, intent.link_id == expected[i].link_id);
        RIALTO_EXPECT(tally, intent.price == expected[i].price);
        RIALTO_EXPECT(tally, intent.trigger_price == expected[i].trigger);
        RIALTO_EXPECT(tally, intent.expire_time_ns == (i == 3 ? 77 : 0));
    }
}

void an_algorithm_says_what_it_needs(rialto_tally_t *tally) {
    rialto::TestHost host;
    make(host, tally, "test.closed");
    host.trade(0, 1, 7, 1);
    RIALTO_EXPECT(tally, host.run());
    const int64_t durations[] = {60, 61, 0, 62, 63, 64}, quantities[] = {0, 0, 0, 3, 0, 0};
    const uint32_t rates[] = {0, 0, 100000, 9, 10, 0};
    const auto intents = host.intents();
    RIALTO_EXPECT(tally, intents.size() == 6);
    for (size_t i = 0; i < intents.size(); i++) {
        RIALTO_EXPECT(tally, intents[i].algorithm == i + 1);
        RIALTO_EXPECT(tally, intents[i].algorithm_duration_ns == durations[i]);
        RIALTO_EXPECT(tally, intents[i].algorithm_quantity == quantities[i]);
        RIALTO_EXPECT(tally, intents[i].algorithm_rate_e6 == rates[i]);
        RIALTO_EXPECT(tally, intents[i].order_type == RIALTO_ORDER_LIMIT);
        RIALTO_EXPECT(tally, intents[i].price == 90 && intents[i].quantity == 12);
    }
}

void what_is_thrown_ends_the_instance_with_its_text(rialto_tally_t *tally) {
    rialto::TestHost host;
    make(host, tally, "test.closed");
    host.trade(0, 1, 4, 1);
    RIALTO_EXPECT(tally, !host.run());
    RIALTO_EXPECT(tally, host.failure().find("the price was 4") != std::string::npos);
    rialto::TestHost over;
    make(over, tally, "test.closed");
    over.capacity(80);
    over.trade(0, 1, 5, 1);
    RIALTO_EXPECT(tally, !over.run());
    RIALTO_EXPECT(tally, over.failure().find("more than fits") != std::string::npos);
    rialto::TestHost empty;
    RIALTO_EXPECT(tally, empty.create("test.oracle") == RIALTO_ERROR_PARAMETER);
    RIALTO_EXPECT(tally, empty.failure().find("no instrument was given") != std::string::npos);
}

void a_model_answers_every_row(rialto_tally_t *tally) {
    rialto::TestHost host;
    make(host, tally, "test.oracle");
    host.capacity(66);
    for (int i = 0; i < 100; i++) host.trade(0, i, 1, 1);
    RIALTO_EXPECT(tally, host.run() && host.forecasts().size() == 100);
    RIALTO_EXPECT(tally, host.forecasts()[0].deviation == 0.25 && host.calls() > 1);
    RIALTO_EXPECT(tally, host.needs().needs[0].history_rows == 10);
}

void series_are_published_and_read(rialto_tally_t *tally) {
    rialto::TestHost host;
    make(host, tally, "test.publisher");
    RIALTO_EXPECT(tally, host.publishes() == (std::vector<std::string_view>{"thrice", "twice"}));
    RIALTO_EXPECT(tally, host.reads() == std::vector<std::string_view>{"y"});
    host.trade(0, 10, 7, 1);
    host.published(0, 0, 10, 2.5);
    host.trade(0, 20, 8, 1);
    RIALTO_EXPECT(tally, host.run());
    const std::vector<rialto_forecast_t> said = host.forecasts();
    RIALTO_EXPECT(tally, said.size() == 3 && said[0].series == 0 && said[0].value == 21);
    RIALTO_EXPECT(tally, said.size() == 3 && said[1].series == 1 && said[1].value == 5);
    RIALTO_EXPECT(tally, said.size() == 3 && said[2].kind == RIALTO_FORECAST_SERIES);
}

void only_models_publish(rialto_tally_t *tally) {
    rialto::TestHost host;
    host.instrument("BTC/USD", 2, 3);
    RIALTO_EXPECT(tally, host.create("test.talker") != RIALTO_OK);
}

} // namespace

RIALTO_PLUGIN("test.closed", "1.0.0", rialto::Strategy<Probe<false>>,
              rialto::Strategy<Probe<true>>, rialto::Model<Oracle>, rialto::Model<Publisher>,
              rialto::Strategy<Talker>);

int main() {
    rialto_tally_t tally = {};
    closed_loop_stops_after_its_group(&tally);
    open_loop_stops_for_a_timer_only(&tally);
    every_callback_is_called_in_order(&tally);
    states_and_funding_come_in_their_order(&tally);
    what_is_said_of_contracts_comes_in_its_order(&tally);
    a_text_comes_after_the_market_of_its_time(&tally);
    every_kind_of_order_is_written_with_its_terms(&tally);
    an_algorithm_says_what_it_needs(&tally);
    what_is_thrown_ends_the_instance_with_its_text(&tally);
    a_model_answers_every_row(&tally);
    series_are_published_and_read(&tally);
    only_models_publish(&tally);
    return rialto_tally_end(&tally, "C++ kit");
}
