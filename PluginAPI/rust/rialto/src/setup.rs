//! What the host offers while an instance is made.

use std::ffi::c_void;

use crate::abi;
use crate::library::text;

/// An exact decimal number: `units` * 10^-`decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// Count of 10^-`decimals`.
    pub units: i64,
    /// 0...18.
    pub decimals: u16,
}

impl Decimal {
    /// The count of 10^-`target`, cut toward zero; none when it does not fit.
    pub fn rescaled(self, target: u16) -> Option<i64> {
        let mut value = self.units;
        for _ in self.decimals..target {
            value = value.checked_mul(10)?;
        }
        for _ in target..self.decimals {
            value /= 10;
        }
        Some(value)
    }
}

/// An instrument that the instance may use.
#[derive(Clone, Debug)]
pub struct Instrument {
    /// Index by which events and intents name it; stable for one run.
    pub index: u32,
    /// Such as BTC/USD.
    pub name: String,
    /// May be empty.
    pub venue: String,
    /// Profit and fees settle in it.
    pub currency: String,
    /// Prices count 10^-`price_decimals`.
    pub price_decimals: u16,
    /// Quantities count 10^-`quantity_decimals`.
    pub quantity_decimals: u16,
    /// Smallest change of a price, above 0.
    pub price_step: i64,
    /// Smallest change of a quantity, above 0.
    pub quantity_step: i64,
    /// Units of the base per contract, above 0.
    pub multiplier: i64,
}

impl Instrument {
    /// `value` in this instrument's quantity unit, cut to whole steps; none when it does not fit.
    pub fn quantity(&self, value: Decimal) -> Option<i64> {
        let units = value.rescaled(self.quantity_decimals)?;
        Some(units - units % self.quantity_step)
    }
}

/// One wish for events.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Need(pub(crate) abi::Need);

impl Need {
    /// Bars of every instrument at the run's own interval, with `history` bars of warm-up for each.
    pub const fn bars(history: u32) -> Need {
        Need::events(abi::KIND_BARS, history)
    }

    /// Events of a kind, `abi::KIND_...`, of every instrument.
    pub const fn events(kind: u32, history: u32) -> Need {
        Need(abi::Need {
            struct_size: std::mem::size_of::<abi::Need>() as u32,
            kind,
            instrument: abi::NONE,
            history_rows: history,
            interval_ns: 0,
        })
    }
}

type AskForSeries = unsafe extern "C" fn(*mut c_void, abi::Text, *mut u32) -> abi::ResultCode;

/// The host's services; use them in `new` only.
pub struct Setup {
    services: *const abi::Services,
    /// The instruments that the instance may use.
    pub instruments: Vec<Instrument>,
}

/// # Safety
/// `text` points to its bytes.
unsafe fn string(text: abi::Text) -> String {
    if text.size == 0 {
        return String::new();
    }
    let bytes = std::slice::from_raw_parts(text.data as *const u8, text.size as usize);
    String::from_utf8_lossy(bytes).into_owned()
}

impl Setup {
    /// # Safety
    /// `services` is the host's table and outlives the result.
    pub(crate) unsafe fn new(services: *const abi::Services) -> Setup {
        let mut columns: *const abi::Instruments = std::ptr::null();
        let mut instruments = Vec::new();
        if let Some(get) = (*services).instruments {
            get((*services).host, &mut columns);
        }
        if !columns.is_null() {
            let c = &*columns;
            for row in 0..c.count as usize {
                instruments.push(Instrument {
                    index: *c.instrument.add(row),
                    name: string(*c.name.add(row)),
                    venue: string(*c.venue.add(row)),
                    currency: string(*c.currency.add(row)),
                    price_decimals: u16::from(*c.price_decimals.add(row)),
                    quantity_decimals: u16::from(*c.quantity_decimals.add(row)),
                    price_step: *c.price_step.add(row),
                    quantity_step: *c.quantity_step.add(row),
                    multiplier: *c.multiplier.add(row),
                });
            }
        }
        Setup { services, instruments }
    }

    /// One more than the highest index of an instrument: the length of a table by index.
    pub fn instrument_end(&self) -> usize {
        self.instruments.iter().map(|one| one.index as usize + 1).max().unwrap_or(0)
    }

    fn parameter(&self, id: u32) -> abi::Value {
        let mut value = abi::Value::zero();
        // The table is valid while a Setup exists.
        unsafe {
            if let Some(get) = (*self.services).parameter {
                get((*self.services).host, id, &mut value);
            }
        }
        value
    }

    /// An integer or duration; 0 when the plugin has no parameter of that id.
    pub fn integer(&self, id: u32) -> i64 {
        self.parameter(id).integer
    }

    /// A number.
    pub fn number(&self, id: u32) -> f64 {
        self.parameter(id).number
    }

    /// A boolean.
    pub fn boolean(&self, id: u32) -> bool {
        self.parameter(id).integer != 0
    }

    /// A text.
    pub fn word(&self, id: u32) -> String {
        unsafe { string(self.parameter(id).text) }
    }

    /// A decimal, exact.
    pub fn decimal(&self, id: u32) -> Decimal {
        let value = self.parameter(id);
        Decimal { units: value.integer, decimals: value.decimals }
    }

    /// The next number of the instance's seeded sequence.
    pub fn random(&self) -> u64 {
        let mut value = 0;
        unsafe {
            if let Some(next) = (*self.services).random {
                next((*self.services).host, &mut value);
            }
        }
        value
    }

    /// Announces that this model publishes under a name of 1...64 bytes. The number is for
    /// `Forecasts::publish`; the error says why the host refuses.
    pub fn publish(&self, name: &str) -> Result<u32, String> {
        self.series(name, |table| table.publish)
    }

    /// Asks for what a model publishes under a name; it comes to `on_series`. As `publish`.
    pub fn read(&self, name: &str) -> Result<u32, String> {
        self.series(name, |table| table.read)
    }

    fn series(
        &self,
        name: &str,
        pick: fn(&abi::SeriesServices) -> Option<AskForSeries>,
    ) -> Result<u32, String> {
        let mut number = 0;
        // The tables are valid while a Setup exists, the texts for the calls.
        let result = unsafe {
            let services = &*self.services;
            let id = text("rialto.series/1");
            let table = services.get_extension.map(|get| get(services.host, id));
            let table = table.unwrap_or(std::ptr::null()) as *const abi::SeriesServices;
            let name = abi::Text { data: name.as_ptr() as *const _, size: name.len() as u64 };
            match table.as_ref().and_then(pick) {
                Some(ask) => ask(services.host, name, &mut number),
                None => {
                    return Err("the host carries no series; it takes 0.2 or later".to_string())
                }
            }
        };
        match result {
            abi::OK => Ok(number),
            abi::ERROR_MEMORY => Err(format!("series {name} is one too many, allowed are 256")),
            abi::ERROR_UNSUPPORTED => Err(format!("series {name}: only models publish")),
            _ => Err(format!("{name:?} names no series; allowed are 1...64 bytes of text")),
        }
    }

    /// Writes a line to the instance's log. `level` is `abi::LOG_...`.
    pub fn log(&self, level: u32, line: &'static str) {
        unsafe {
            if let Some(log) = (*self.services).log {
                log((*self.services).host, level, text(line));
            }
        }
    }
}
