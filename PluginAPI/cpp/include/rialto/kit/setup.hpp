// Rialto kit for C++: what the host offers while an instance is made.
#ifndef RIALTO_KIT_SETUP_HPP
#define RIALTO_KIT_SETUP_HPP

#include <cmath>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rialto/kit/events.hpp"

namespace rialto {

// Why a plugin cannot be created, for people: what was found and what is allowed.
class Failure : public std::exception {
public:
    explicit Failure(std::string text) : text_(std::move(text)) {}
    const char *what() const noexcept override { return text_.c_str(); }

private:
    std::string text_;
};

// An exact decimal number: units * 10^-decimals.
struct Decimal {
    int64_t units = 0;
    int decimals = 0;

    // The count of 10^-target, cut toward zero; none when it does not fit.
    std::optional<int64_t> rescaled(int target) const {
        int64_t value = units;
        for (int i = decimals; i < target; i++)
            if (__builtin_mul_overflow(value, 10, &value)) return std::nullopt;
        for (int i = target; i < decimals; i++) value /= 10;
        return value;
    }
};

// An instrument that the instance may use. Its texts live as long as the instance.
struct Instrument {
    uint32_t index; // By which events and intents name it; stable for one run
    std::string_view name, venue, currency;
    int price_decimals;
    int quantity_decimals;
    int64_t price_step;
    int64_t quantity_step;
    int64_t multiplier;

    // `value` in this instrument's quantity unit, cut to whole steps; none when it does not fit.
    std::optional<int64_t> quantity(Decimal value) const {
        const std::optional<int64_t> units = value.rescaled(quantity_decimals);
        if (!units) return std::nullopt;
        return *units - *units % quantity_step;
    }

    // The price of whole steps nearest to `value`, which is in this instrument's price unit.
    int64_t price(double value) const {
        return std::llround(value / static_cast<double>(price_step)) * price_step;
    }
};

// One wish for events.
using Need = rialto_need_t;

// Bars of every instrument. interval_ns 0 is the run's own; `history` is bars of warm-up for each.
constexpr Need bars(uint32_t history = 0, int64_t interval_ns = 0) {
    return {sizeof(Need), RIALTO_KIND_BARS, RIALTO_NONE, history, interval_ns};
}

// Events of another kind, RIALTO_KIND_..., of every instrument.
constexpr Need events(uint32_t kind, uint32_t history = 0) {
    return {sizeof(Need), kind, RIALTO_NONE, history, 0};
}

// The host's services. Use it in the constructor only.
class Setup {
public:
    explicit Setup(const rialto_services_t &services) : services_(services) {
        const rialto_instruments_t *c = nullptr;
        if (services.instruments(services.host, &c) != RIALTO_OK || c == nullptr) return;
        for (uint32_t i = 0; i < c->count; i++)
            instruments_.push_back({c->instrument[i], view(c->name[i]), view(c->venue[i]),
                                    view(c->currency[i]), c->price_decimals[i],
                                    c->quantity_decimals[i], c->price_step[i],
                                    c->quantity_step[i], c->multiplier[i]});
    }

    const std::vector<Instrument> &instruments() const { return instruments_; }

    // One more than the highest index of an instrument: the length of a table by index.
    uint32_t instrument_end() const {
        uint32_t end = 0;
        for (const Instrument &one : instruments_) end = one.index < end ? end : one.index + 1;
        return end;
    }

    // Values of parameters by id, as configured or their default.
    int64_t integer(uint32_t id) const { return parameter(id).integer; }
    double number(uint32_t id) const { return parameter(id).number; }
    bool boolean(uint32_t id) const { return parameter(id).integer != 0; }
    std::string_view word(uint32_t id) const { return view(parameter(id).text); }
    Decimal decimal(uint32_t id) const {
        const rialto_value_t value = parameter(id);
        return {value.integer, value.decimals};
    }

    // The next number of the instance's seeded sequence.
    uint64_t random() const {
        uint64_t value = 0;
        services_.random(services_.host, &value);
        return value;
    }

    // Writes a line to the instance's log. `level` is RIALTO_LOG_...
    void log(std::string_view line, uint32_t level = RIALTO_LOG_INFO) const {
        services_.log(services_.host, level, text(line));
    }

    // The stored value of a key, as the last Intents::set left it. Valid until the next call.
    std::optional<std::string_view> value(std::string_view key) const {
        rialto_text_t found = {};
        if (services_.get_value(services_.host, text(key), &found) != RIALTO_OK) return {};
        return view(found);
    }

    // A file that the manifest lists, read only; none when it lists none of that name.
    std::optional<std::string_view> resource(std::string_view name) const {
        rialto_text_t found = {};
        if (services_.resource(services_.host, text(name), &found) != RIALTO_OK) return {};
        return view(found);
    }

    // Announces that this model publishes under a name of 1...64 bytes. Returns the number for
    // Forecasts::publish. Throws Failure when the host refuses it or is older than 0.2.
    uint32_t publish(std::string_view name) const {
        const rialto_series_services_t *table = series();
        return number(name, table == nullptr ? nullptr : table->publish);
    }

    // Asks for what a model publishes under a name; it comes to on_series. As of publish.
    uint32_t read(std::string_view name) const {
        const rialto_series_services_t *table = series();
        return number(name, table == nullptr ? nullptr : table->read);
    }

private:
    using Ask = rialto_result (*)(void *, rialto_text_t, uint32_t *);

    const rialto_series_services_t *series() const {
        return static_cast<const rialto_series_services_t *>(
            services_.get_extension(services_.host, text(RIALTO_SERIES_EXTENSION)));
    }

    uint32_t number(std::string_view name, Ask ask) const {
        if (ask == nullptr) throw Failure("the host carries no series; it takes 0.2 or later");
        uint32_t found = 0;
        const rialto_result result = ask(services_.host, text(name), &found);
        if (result == RIALTO_ERROR_MEMORY)
            throw Failure("series " + std::string(name) + " is one too many, allowed are 256");
        if (result == RIALTO_ERROR_UNSUPPORTED)
            throw Failure("series " + std::string(name) + ": only models publish");
        if (result != RIALTO_OK)
            throw Failure("\"" + std::string(name)
                          + "\" names no series; allowed are 1...64 bytes of UTF-8");
        return found;
    }

    rialto_value_t parameter(uint32_t id) const {
        rialto_value_t value = {};
        value.struct_size = sizeof value;
        services_.parameter(services_.host, id, &value);
        return value;
    }

    const rialto_services_t &services_;
    std::vector<Instrument> instruments_;
};

} // namespace rialto

#endif
