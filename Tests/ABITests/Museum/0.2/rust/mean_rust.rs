//! org.rialto.mean-rust: expects the last move to go on, and publishes the mean of two closes.

use rialto::{Bar, Forecasts, Info, Model, Need, Parameter, Setup};

const HORIZON: u32 = 1;

/// The model.
struct Mine {
    horizon_ns: i64,
    /// By index of the instrument; 0 before its first bar.
    closes: Vec<i64>,
    /// Number of the series.
    mean: u32,
}

impl Model for Mine {
    const INFO: Info = Info {
        id: "org.rialto.mean-rust",
        version: "0.1.0",
        name: "mean-rust",
        summary: "Expects the last move to go on; publishes means.",
        author: "Unknown",
        license: "Apache-2.0",
        parameters: &[Parameter::duration(
            HORIZON,
            ["horizon", "", "Time until the outcome of a forecast"],
            [1_000_000_000, 31_536_000_000_000_000, 3_600_000_000_000],
        )],
    };

    fn new(setup: &Setup) -> Result<Self, String> {
        Ok(Mine {
            horizon_ns: setup.integer(HORIZON),
            closes: vec![0; setup.instrument_end()],
            mean: setup.publish("mean/2")?,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::bars(0)]
    }

    fn on_bar(&mut self, bar: &Bar, forecasts: &mut Forecasts) {
        let before = self.closes[bar.instrument as usize];
        self.closes[bar.instrument as usize] = bar.close;
        if before != 0 {
            forecasts.publish(self.mean, bar.instrument, (bar.close + before) as f64 / 2.0);
        }
        if before == 0 || bar.close == before || forecasts.is_warm_up() {
            return;
        }
        let probability = if bar.close > before { 0.52 } else { 0.48 };
        forecasts.probability_up(bar.instrument, probability, self.horizon_ns, 1.0);
    }
}

rialto::export!("org.rialto.mean-rust", "0.1.0", rialto::model::<Mine>());

#[cfg(test)]
mod tests {
    use super::*;
    use rialto::test_host::TestHost;

    #[test]
    fn expects_the_last_move_to_go_on() {
        let mut host = TestHost::new();
        host.instrument("BTC/USD", 2, 4);
        host.integer("horizon", 60_000_000_000);
        assert_eq!(host.create(rialto_plugin_entry, 0), Ok(()));
        for (index, close) in [100, 101, 101, 90].iter().enumerate() {
            host.bar(0, index as i64 + 1, [*close; 4], 1);
        }
        assert_eq!(host.run(4096, 0), Ok(()));
        let said: Vec<_> = host.forecasts.iter().map(|(time, f)| (*time, f.value)).collect();
        assert_eq!(said, [(2, 0.52), (4, 0.48)]);
    }
}
