// {{id}}: long after `length` rises in a row, flat after a fall.
#include <vector>

#include "rialto/kit.hpp"

namespace {

// What is known of one instrument.
struct Track {
    int64_t step = 0;  // Quantity to hold
    int64_t close = 0; // 0 before the first bar
    int64_t rises = 0;
    bool is_long = false;
};

struct Mine {
    enum : uint32_t { LENGTH = 1 };

    static constexpr rialto::Info info{"{{id}}", "0.1.0", "{{name}}",
                                       "Long after some rises in a row, flat after a fall.",
                                       "Unknown", "Apache-2.0"};
    static constexpr rialto::Parameter parameters[] = {
        rialto::integer(LENGTH, "length", "bars", "Rises in a row before it buys", 1, 100, 3),
    };

    explicit Mine(const rialto::Setup &setup) : length_(setup.integer(LENGTH)) {
        if (setup.instruments().empty()) throw rialto::Failure("no instrument was given");
        tracks_.resize(setup.instrument_end());
        for (const rialto::Instrument &instrument : setup.instruments())
            tracks_[instrument.index].step = instrument.quantity_step;
    }

    std::vector<rialto::Need> needs() const { return {rialto::bars()}; }

    // It reads no orders or fills of its own, so the host need not stop where it acts.
    bool is_open_loop() const { return true; }

    void on_bar(const rialto::Bar &bar, rialto::Intents &intents) {
        Track &track = tracks_[bar.instrument];
        const bool is_first = track.close == 0;
        const bool is_fall = !is_first && bar.close < track.close;
        track.rises = !is_first && bar.close > track.close ? track.rises + 1 : 0;
        track.close = bar.close;
        if (intents.is_warm_up()) return;
        const bool is_long = track.is_long ? !is_fall : track.rises >= length_;
        if (is_long == track.is_long) return;
        track.is_long = is_long;
        intents.target(bar.instrument, is_long ? track.step : 0);
    }

private:
    int64_t length_;
    std::vector<Track> tracks_; // By index of the instrument
};

} // namespace

RIALTO_PLUGIN("{{id}}", "0.1.0", rialto::Strategy<Mine>);
