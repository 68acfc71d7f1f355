// MACD trend following: the strategy itself, apart from the library that offers it.
#ifndef MACD_TREND_HPP
#define MACD_TREND_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include "rialto/kit.hpp"

// An exponential average, seeded with the plain average of its first `length` values.
class Ema {
public:
    explicit Ema(int64_t length)
        : length_(length), gain_(2.0 / (static_cast<double>(length) + 1)) {}

    // Takes in a value. True once the average stands.
    bool add(double value) {
        if (seen_ >= length_) mean_ += gain_ * (value - mean_);
        else mean_ += value / static_cast<double>(length_);
        if (seen_ < length_) seen_++;
        return seen_ == length_;
    }

    double mean() const { return mean_; }

private:
    int64_t length_;
    int64_t seen_ = 0;
    double gain_;
    double mean_ = 0;
};

// Average true range by Wilder's smoothing, in price units.
class Atr {
public:
    explicit Atr(int64_t length) : length_(length) {}

    // Takes in a bar. True once the average stands.
    bool add(const rialto::Bar &bar) {
        const double high = static_cast<double>(bar.high), low = static_cast<double>(bar.low);
        const double close = last_close_;
        last_close_ = static_cast<double>(bar.close);
        if (seen_++ == 0) return false; // The first bar has no close before it
        const double range = std::fmax(high, close) - std::fmin(low, close);
        const double n = static_cast<double>(length_);
        mean_ += seen_ > length_ + 1 ? (range - mean_) / n : range / n;
        return seen_ > length_;
    }

    double mean() const { return mean_; }

private:
    int64_t length_;
    int64_t seen_ = 0;
    double last_close_ = 0;
    double mean_ = 0;
};

// Long while the MACD line is above its signal line; flat or short while below.
struct MacdTrend {
    enum : uint32_t {
        FAST = 1, SLOW, SIGNAL, QUANTITY, ATR_LENGTH, STOP_ATR, TAKE_PROFIT_ATR, ALLOW_SHORT,
    };
    enum : uint32_t { CROSSED_UP = 1, CROSSED_DOWN = 2 };

    static constexpr rialto::Info info{
        "org.rialto.macd-trend", "1.0.0", "MACD trend",
        "Follows the trend while the MACD line is above its signal line, with a stop by range.",
        "The Rialto authors", "Apache-2.0"};
    static constexpr rialto::Parameter parameters[] = {
        rialto::integer(FAST, "fast", "bars", "Length of the fast average", 2, 1000, 12),
        rialto::integer(SLOW, "slow", "bars", "Length of the slow average, above the fast one", 3,
                        2000, 26),
        rialto::integer(SIGNAL, "signal", "bars", "Length of the signal line", 1, 500, 9),
        rialto::decimal(QUANTITY, "quantity", "", "Position to hold, in units of the base", 1, 0),
        rialto::integer(ATR_LENGTH, "atr_length", "bars", "Length of the average true range", 1,
                        1000, 14),
        rialto::number(STOP_ATR, "stop_atr", "", "Stop this many ranges away; 0 sets none", 0, 100,
                       0),
        rialto::number(TAKE_PROFIT_ATR, "take_profit_atr", "",
                       "Take profit this many ranges away; 0 sets none", 0, 100, 0),
        rialto::boolean(ALLOW_SHORT, "allow_short", "Go short below the signal line, not flat",
                        false),
    };

    explicit MacdTrend(const rialto::Setup &setup)
        : slow_(setup.integer(SLOW)), signal_(setup.integer(SIGNAL)),
          atr_length_(setup.integer(ATR_LENGTH)), stop_atr_(setup.number(STOP_ATR)),
          take_profit_atr_(setup.number(TAKE_PROFIT_ATR)),
          allow_short_(setup.boolean(ALLOW_SHORT)) {
        const int64_t fast = setup.integer(FAST);
        if (fast >= slow_) throw rialto::Failure("fast is not below slow");
        if (setup.instruments().empty()) throw rialto::Failure("no instrument was given");
        tracks_.resize(setup.instrument_end(), Track(fast, slow_, signal_, atr_length_));
        for (const rialto::Instrument &instrument : setup.instruments()) {
            const std::optional<int64_t> quantity = instrument.quantity(setup.decimal(QUANTITY));
            if (!quantity || *quantity <= 0)
                throw rialto::Failure("quantity is below one step of an instrument, or too large");
            tracks_[instrument.index].quantity = *quantity;
            tracks_[instrument.index].price_step = instrument.price_step;
        }
    }

    // Four slow lengths let the seed of the averages fade below a thousandth.
    std::vector<rialto::Need> needs() const {
        const int64_t rows = std::max(4 * slow_ + signal_, atr_length_ + 1);
        return {rialto::bars(static_cast<uint32_t>(rows))};
    }

    bool is_open_loop() const { return true; }

    void on_bar(const rialto::Bar &bar, rialto::Intents &intents) {
        Track &track = tracks_[bar.instrument];
        const int trend = track.add(bar);
        if (trend == 0 || intents.is_warm_up()) return;
        const int wanted = trend > 0 ? 1 : allow_short_ ? -1 : 0;
        if (wanted == track.direction) return;
        track.direction = wanted;
        intents.target(bar.instrument, wanted * track.quantity,
                       protection(track, bar.close, wanted),
                       wanted > 0 ? CROSSED_UP : CROSSED_DOWN);
    }

private:
    // What is known of one instrument.
    struct Track {
        Ema fast, slow, signal;
        Atr atr;
        bool has_atr = false;
        int direction = 0; // Of the last target
        int64_t seen = 0;
        int64_t fast_from; // The fast average starts so that both stand at the same bar first
        int64_t quantity = 0;
        int64_t price_step = 1;

        Track(int64_t fast_length, int64_t slow_length, int64_t signal_length, int64_t atr_length)
            : fast(fast_length), slow(slow_length), signal(signal_length), atr(atr_length),
              fast_from(slow_length - fast_length) {}

        // Takes in a bar. 1 above the signal line, -1 below, 0 on it or not yet known.
        int add(const rialto::Bar &bar) {
            const double close = static_cast<double>(bar.close);
            has_atr = atr.add(bar);
            if (seen++ >= fast_from) fast.add(close);
            if (!slow.add(close)) return 0;
            const double line = fast.mean() - slow.mean();
            if (!signal.add(line)) return 0;
            return line > signal.mean() ? 1 : line < signal.mean() ? -1 : 0;
        }
    };

    // The price `ranges` average ranges from `close` on the side of `sign`; 0 when none is set.
    static int64_t away(const Track &track, int64_t close, double ranges, int sign) {
        if (!(ranges > 0) || !track.has_atr) return 0;
        const double step = static_cast<double>(track.price_step);
        const double price = static_cast<double>(close) + sign * ranges * track.atr.mean();
        return std::max<int64_t>(1, std::llround(price / step)) * track.price_step;
    }

    rialto::Protection protection(const Track &track, int64_t close, int wanted) const {
        rialto::Protection result;
        if (wanted == 0) return result;
        result.stop = away(track, close, stop_atr_, -wanted);
        result.take_profit = away(track, close, take_profit_atr_, wanted);
        return result;
    }

    int64_t slow_, signal_, atr_length_;
    double stop_atr_, take_profit_atr_;
    bool allow_short_;
    std::vector<Track> tracks_; // By instrument index
};

#endif
