// org.rialto.mean-cpp: expects the last move to go on, and publishes the mean of two closes.
#include <vector>

#include "rialto/kit.hpp"

namespace {

struct Mine {
    enum : uint32_t { HORIZON = 1 };

    static constexpr rialto::Info info{"org.rialto.mean-cpp", "0.1.0", "mean-cpp",
                                       "Expects the last move to go on; publishes means.",
                                       "Unknown", "Apache-2.0"};
    static constexpr rialto::Parameter parameters[] = {
        rialto::duration(HORIZON, "horizon", "Time until the outcome of a forecast", 1000000000,
                         31536000000000000, 3600000000000),
    };

    explicit Mine(const rialto::Setup &setup)
        : horizon_ns_(setup.integer(HORIZON)), closes_(setup.instrument_end(), 0),
          mean_(setup.publish("mean/2")) {}

    std::vector<rialto::Need> needs() const { return {rialto::bars()}; }

    void on_bar(const rialto::Bar &bar, rialto::Forecasts &forecasts) {
        const int64_t before = closes_[bar.instrument];
        closes_[bar.instrument] = bar.close;
        if (before != 0)
            forecasts.publish(mean_, bar.instrument,
                              static_cast<double>(bar.close + before) / 2);
        if (before == 0 || bar.close == before || forecasts.is_warm_up()) return;
        forecasts.probability_up(bar.instrument, bar.close > before ? 0.52 : 0.48, horizon_ns_);
    }

private:
    int64_t horizon_ns_;
    std::vector<int64_t> closes_; // By index of the instrument; 0 before its first bar
    uint32_t mean_;
};

} // namespace

RIALTO_PLUGIN("org.rialto.mean-cpp", "0.1.0", rialto::Model<Mine>);
