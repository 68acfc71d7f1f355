//! {{id}}: long after `length` rises in a row, flat after a fall.

use rialto::{Bar, Info, Intents, Need, Parameter, Protection, Setup, Strategy};

const LENGTH: u32 = 1;

/// What is known of one instrument.
#[derive(Clone, Default)]
struct Track {
    /// Quantity to hold.
    step: i64,
    /// 0 before the first bar.
    close: i64,
    rises: i64,
    is_long: bool,
}

/// The strategy.
struct Mine {
    length: i64,
    tracks: Vec<Track>,
}

impl Strategy for Mine {
    const INFO: Info = Info {
        id: "{{id}}",
        version: "0.1.0",
        name: "{{name}}",
        summary: "Long after some rises in a row, flat after a fall.",
        author: "Unknown",
        license: "Apache-2.0",
        parameters: &[Parameter::integer(
            LENGTH,
            ["length", "bars", "Rises in a row before it buys"],
            [1, 100, 3],
        )],
    };

    fn new(setup: &Setup) -> Result<Self, String> {
        if setup.instruments.is_empty() {
            return Err(String::from("no instrument was given"));
        }
        let mut tracks = vec![Track::default(); setup.instrument_end()];
        for instrument in &setup.instruments {
            tracks[instrument.index as usize].step = instrument.quantity_step;
        }
        Ok(Mine { length: setup.integer(LENGTH), tracks })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::bars(0)]
    }

    /// It reads no orders or fills of its own, so the host need not stop where it acts.
    fn is_open_loop(&self) -> bool {
        true
    }

    fn on_bar(&mut self, bar: &Bar, intents: &mut Intents) {
        let track = &mut self.tracks[bar.instrument as usize];
        let before = track.close;
        track.close = bar.close;
        track.rises = if before > 0 && bar.close > before { track.rises + 1 } else { 0 };
        if intents.is_warm_up() {
            return;
        }
        let is_long =
            if track.is_long { bar.close >= before } else { track.rises >= self.length };
        if is_long != track.is_long {
            track.is_long = is_long;
            let quantity = if is_long { track.step } else { 0 };
            intents.target(bar.instrument, quantity, Protection::default(), 0);
        }
    }
}

rialto::export!("{{id}}", "0.1.0", rialto::strategy::<Mine>());

#[cfg(test)]
mod tests {
    use super::*;
    use rialto::test_host::TestHost;

    #[test]
    fn buys_after_rises_and_sells_after_a_fall() {
        let mut host = TestHost::new();
        host.instrument("BTC/USD", 2, 4);
        host.integer("length", 2);
        assert_eq!(host.create(rialto_plugin_entry, 0), Ok(()));
        for (index, close) in [100, 101, 102, 103, 104, 90, 91].iter().enumerate() {
            host.bar(0, index as i64 + 1, [*close; 4], 1);
        }
        assert_eq!(host.run(4096, 0), Ok(()));
        let wanted: Vec<_> = host.intents.iter().map(|(time, i)| (*time, i.quantity)).collect();
        assert_eq!(wanted, [(3, 1), (6, 0)]);
    }
}
