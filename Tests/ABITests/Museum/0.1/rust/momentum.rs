//! Time-series momentum: the probability that the price is higher after the horizon, from the past
//! return scaled by volatility. It calls no transcendental function, so that the bits do not depend
//! on the machine's library.

use rialto::{Bar, Forecasts, Info, Model, Need, Parameter, Setup};

const LENGTH: u32 = 1;
const HORIZON: u32 = 2;
const STRENGTH: u32 = 3;

const HOUR_NS: i64 = 3_600_000_000_000;

/// What is known of one instrument.
#[derive(Clone)]
struct Track {
    /// The last `length` + 1 closes, as a ring.
    closes: Vec<f64>,
    next: usize,
    seen: usize,
    last: f64,
    /// Exponential mean of squared one-bar returns.
    variance: f64,
}

/// The model.
struct Momentum {
    length: usize,
    horizon_ns: i64,
    strength: f64,
    tracks: Vec<Track>,
}

impl Track {
    fn new(length: usize) -> Track {
        Track { closes: vec![0.0; length + 1], next: 0, seen: 0, last: 0.0, variance: 0.0 }
    }

    /// Takes in a close. Returns the return over the window in units of its volatility, once the
    /// window is full and the price has moved.
    fn add(&mut self, close: f64) -> Option<f64> {
        let length = self.closes.len() - 1;
        if self.seen > 0 {
            let change = close / self.last - 1.0;
            // The plain mean until the window is full, then an exponential one of like age.
            let gain = (2.0 / (length as f64 + 1.0)).max(1.0 / self.seen as f64);
            self.variance += gain * (change * change - self.variance);
        }
        self.last = close;
        self.closes[self.next] = close;
        self.next = if self.next == length { 0 } else { self.next + 1 };
        self.seen += 1;
        if self.seen <= length || self.variance <= 0.0 {
            return None;
        }
        // The ring is full: its next place holds the oldest close.
        let past = close / self.closes[self.next] - 1.0;
        Some(past / (self.variance * length as f64).sqrt())
    }
}

impl Model for Momentum {
    const INFO: Info = Info {
        id: "org.rialto.momentum",
        version: "1.0.0",
        name: "Momentum",
        summary: "Probability of a rise from the past return, scaled by volatility.",
        author: "The Rialto authors",
        license: "Apache-2.0",
        parameters: &[
            Parameter::integer(
                LENGTH,
                ["length", "bars", "Bars of the past return and of the volatility"],
                [2, 100_000, 60],
            ),
            Parameter::duration(
                HORIZON,
                ["horizon", "", "How far ahead it looks"],
                [1_000_000_000, 366 * 24 * HOUR_NS, HOUR_NS],
            ),
            Parameter::number(
                STRENGTH,
                ["strength", "", "Farthest from one half; below 0 bets on reversal"],
                [-0.49, 0.49, 0.1],
            ),
        ],
    };

    fn new(setup: &Setup) -> Result<Self, String> {
        if setup.instruments.is_empty() {
            return Err(String::from("no instrument was given"));
        }
        let length = setup.integer(LENGTH) as usize;
        Ok(Momentum {
            length,
            horizon_ns: setup.integer(HORIZON),
            strength: setup.number(STRENGTH),
            tracks: vec![Track::new(length); setup.instrument_end()],
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::bars(self.length as u32 * 3)]
    }

    fn on_bar(&mut self, bar: &Bar, forecasts: &mut Forecasts) {
        let score = match self.tracks[bar.instrument as usize].add(bar.close as f64) {
            Some(score) if !forecasts.is_warm_up() => score,
            _ => return,
        };
        let probability = 0.5 + self.strength * score / (1.0 + score * score).sqrt();
        forecasts.probability_up(bar.instrument, probability, self.horizon_ns, 1.0);
    }
}

rialto::export!("org.rialto.momentum", "1.0.0", rialto::model::<Momentum>());

#[cfg(test)]
mod tests {
    use super::*;
    use rialto::abi;
    use rialto::test_host::TestHost;

    const MINUTE_NS: i64 = 60_000_000_000;

    fn host(length: i64, strength: f64) -> TestHost {
        let mut host = TestHost::new();
        host.instrument("BTC/USD", 2, 8);
        host.integer("length", length);
        host.number("strength", strength);
        assert_eq!(host.create(rialto_plugin_entry, 0), Ok(()));
        host
    }

    fn feed(host: &mut TestHost, closes: &[i64], from: usize) {
        for (index, close) in closes.iter().enumerate().skip(from) {
            host.bar(0, (index as i64 + 1) * MINUTE_NS, [*close; 4], 1);
        }
    }

    fn walk(seed: u64, count: usize) -> Vec<i64> {
        let (mut state, mut price) = (seed, 100_000);
        let step = |_| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            price += (state >> 33) as i64 % 201 - 100;
            price
        };
        (0..count).map(step).collect()
    }

    fn values(host: &TestHost) -> Vec<f64> {
        host.forecasts.iter().map(|one| one.1.value).collect()
    }

    #[test]
    fn follows_its_definition() {
        let closes = walk(3, 200);
        let mut host = host(10, 0.2);
        feed(&mut host, &closes, 0);
        assert_eq!(host.run(4096, 0), Ok(()));
        assert_eq!(host.forecasts.len(), 190);
        let mut variance = 0.0;
        for end in 1..200 {
            let change = closes[end] as f64 / closes[end - 1] as f64 - 1.0;
            let gain = (1.0 / end as f64).max(2.0 / 11.0);
            variance = variance * (1.0 - gain) + change * change * gain;
            if end < 10 {
                continue;
            }
            let past = closes[end] as f64 / closes[end - 10] as f64 - 1.0;
            let score = past / (10.0 * variance).sqrt();
            let expected = 0.5 + 0.2 * score / (1.0 + score * score).sqrt();
            let (time, forecast) = host.forecasts[end - 10];
            assert!((forecast.value - expected).abs() < 1e-12, "bar {}", end);
            assert_eq!(time, (end as i64 + 1) * MINUTE_NS);
            assert_eq!(forecast.horizon_ns, HOUR_NS);
        }
    }

    #[test]
    fn stays_within_its_strength() {
        for seed in 0..100 {
            let mut host = host(5, 0.1);
            feed(&mut host, &walk(seed, 300), 0);
            assert_eq!(host.run(4096, 0), Ok(()));
            assert!(values(&host).iter().all(|one| (0.4..=0.6).contains(one)), "seed {}", seed);
        }
    }

    #[test]
    fn answers_alike_for_every_batch_limit_and_warm_up() {
        let closes = walk(9, 300);
        let mut whole = host(20, 0.1);
        feed(&mut whole, &closes, 0);
        assert_eq!(whole.run(4096, 0), Ok(()));
        for limit in [1, 7, 100] {
            let mut parts = host(20, 0.1);
            feed(&mut parts, &closes[..100], 0);
            assert_eq!(parts.run(limit, abi::BATCH_WARM_UP), Ok(()));
            assert!(parts.forecasts.is_empty());
            feed(&mut parts, &closes, 100);
            assert_eq!(parts.run(limit, 0), Ok(()));
            assert_eq!(values(&parts), values(&whole)[80..]);
        }
    }

    #[test]
    fn says_nothing_while_the_price_stands_still() {
        let mut host = host(5, 0.1);
        feed(&mut host, &[100; 50], 0);
        assert_eq!(host.run(4096, 0), Ok(()));
        assert!(host.forecasts.is_empty());
    }
}
