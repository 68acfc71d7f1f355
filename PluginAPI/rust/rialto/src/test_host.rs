//! Hosts for tests: each makes one plugin through its C table and holds it to the contract as the
//! real host does. [`TestHost`] hands a strategy or model bars, trades, states and funding and
//! keeps its intents or forecasts; [`TestExchange`] has an exchange encode orders and decode
//! answers.

mod columns;
mod exchange;
mod outputs;
mod places;
mod services;
mod state;

use std::os::raw::{c_char, c_void};

pub use exchange::{cancel, order, replace, TestExchange};
pub use outputs::{TestOutput, TestStep};

use crate::abi::{self, ResultCode};
use crate::library::Entry;
use columns::{Columns, Event};
use services::TestServices;

/// A host of one instance.
pub struct TestHost {
    services: TestServices,
    strategy: abi::Strategy,
    model: abi::Model,
    needs: abi::Needs,
    events: Vec<Event>,
    /// Items that one call may write.
    pub capacity: u32,
    /// Calls of `on_batch` so far.
    pub calls: u32,
    /// Intents so far, each with the time of the event that it answers.
    pub intents: Vec<(i64, abi::Intent)>,
    /// Forecasts so far, each with the time of the event that it answers.
    pub forecasts: Vec<(i64, abi::Forecast)>,
}

impl Default for TestHost {
    fn default() -> Self {
        TestHost::new()
    }
}

impl TestHost {
    /// A host without instruments.
    pub fn new() -> Self {
        TestHost {
            services: TestServices::new(),
            strategy: abi::Strategy::zero(),
            model: abi::Model::zero(),
            needs: abi::Needs::zero(),
            events: vec![],
            capacity: 1024,
            calls: 0,
            intents: vec![],
            forecasts: vec![],
        }
    }

    /// Adds an instrument with steps of one unit. Returns its index.
    pub fn instrument(&mut self, name: &'static str, price_decimals: u8, quantity_decimals: u8)
        -> u32 {
        self.services.instrument(name, [price_decimals, quantity_decimals])
    }

    /// Gives an integer, boolean or duration (nanoseconds) before `create`.
    pub fn integer(&mut self, name: &'static str, integer: i64) {
        self.services.value(name, abi::Value { integer, ..abi::Value::zero() });
    }

    /// Gives a number before `create`.
    pub fn number(&mut self, name: &'static str, number: f64) {
        self.services.value(name, abi::Value { number, ..abi::Value::zero() });
    }

    /// Gives an exact decimal before `create`.
    pub fn decimal(&mut self, name: &'static str, integer: i64, decimals: u16) {
        self.services.value(name, abi::Value { integer, decimals, ..abi::Value::zero() });
    }

    /// Makes plugin number `index` of the library behind `entry`. The error is the plugin's own.
    pub fn create(&mut self, entry: Entry, index: usize) -> Result<(), String> {
        let (strategy, model) = (&mut self.strategy, &mut self.model);
        strategy.struct_size = std::mem::size_of::<abi::Strategy>() as u32;
        model.struct_size = std::mem::size_of::<abi::Model>() as u32;
        self.services.create(entry, index, &mut self.needs, |kind| match kind {
            abi::PLUGIN_STRATEGY => strategy as *mut abi::Strategy as *mut c_void,
            abi::PLUGIN_MODEL => model as *mut abi::Model as *mut c_void,
            _ => std::ptr::null_mut(),
        })
    }

    /// The needs that the instance stated.
    pub fn needs(&self) -> Vec<abi::Need> {
        // The array is the plugin's until destroy.
        unsafe {
            std::slice::from_raw_parts(self.needs.needs, self.needs.need_count as usize).to_vec()
        }
    }

    /// Queues a one-minute bar; `prices` are open, high, low, close.
    pub fn bar(&mut self, instrument: u32, time_ns: i64, prices: [i64; 4], volume: i64) {
        let [open, high, low, close] = prices;
        self.events.push(Event::Bar(time_ns, instrument, [open, high, low, close, volume]));
    }

    /// Queues a trade.
    pub fn trade(&mut self, instrument: u32, time_ns: i64, price: i64, quantity: i64) {
        self.events.push(Event::Trade(time_ns, instrument, price, quantity));
    }

    /// Queues what trading or a feed has come to, `abi::STATUS_...`.
    pub fn status(&mut self, instrument: u32, time_ns: i64, status: u32) {
        self.events.push(Event::Status(time_ns, instrument, status as u8));
    }

    /// Queues funding of `rate_e9`, in 10^-9 of the position's value, which is expected again at
    /// `next_ns`; 0 when that is not known.
    pub fn funding(&mut self, instrument: u32, time_ns: i64, rate_e9: i64, next_ns: i64) {
        self.events.push(Event::Funding(time_ns, instrument, rate_e9, next_ns));
    }

    /// Queues what positions are valued at, and an index price; 0 when that is not stated.
    pub fn mark(&mut self, instrument: u32, time_ns: i64, mark_price: i64, index_price: i64) {
        self.events.push(Event::Mark(time_ns, instrument, mark_price, index_price));
    }

    /// Queues how much of a contract is open.
    pub fn open_interest(&mut self, instrument: u32, time_ns: i64, quantity: i64) {
        self.events.push(Event::OpenInterest(time_ns, instrument, quantity));
    }

    /// Queues a position closed by force, by an order of `side`.
    pub fn liquidation(
        &mut self,
        instrument: u32,
        time_ns: i64,
        side: u32,
        price: i64,
        quantity: i64,
    ) {
        let event = Event::Liquidation(time_ns, instrument, side as u8, price, quantity);
        self.events.push(event);
    }

    /// Queues a news item or post, published when it is known; `instrument` may be `abi::NONE`.
    pub fn text(
        &mut self,
        instrument: u32,
        time_ns: i64,
        title: &'static str,
        body: &'static str,
    ) {
        self.events.push(Event::Text(time_ns, instrument, title, body));
    }

    /// Hands over what was queued, at most `limit` events a call. `flags` may be
    /// `abi::BATCH_WARM_UP`. The error says how the instance failed or broke the contract.
    pub fn run(&mut self, limit: usize, flags: u32) -> Result<(), String> {
        let events = std::mem::take(&mut self.events);
        let mut at = 0;
        while at < events.len() {
            let end = events.len().min(at + limit);
            let goes_on = end < events.len() && events[end].time_ns() == events[end - 1].time_ns();
            let more = if goes_on { abi::BATCH_MORE_FOLLOWS } else { 0 };
            let consumed = self.call(&events[at..end], flags | more);
            match consumed {
                Ok(consumed) => at += consumed,
                Err(why) => {
                    self.destroy();
                    let lines = self.services.log();
                    return Err(if lines.is_empty() { why } else { lines });
                }
            }
        }
        Ok(())
    }

    fn call(&mut self, events: &[Event], flags: u32) -> Result<usize, String> {
        self.calls += 1;
        let columns = Columns::new(events);
        let (bars, trades) = (columns.bars(), columns.trades());
        let (status, funding) = (columns.status(), columns.funding());
        let contracts = columns.contracts();
        let batch = columns.batch(&bars, &trades, &status, &funding, &contracts, flags);
        let mut consumed = 0;
        // Tables and columns live until the call has returned.
        let result = unsafe {
            match (self.strategy.on_batch, self.model.on_batch) {
                (Some(on_batch), _) => self.run_strategy(on_batch, &batch, events, &mut consumed),
                (_, Some(on_batch)) => self.run_model(on_batch, &batch, events, &mut consumed),
                _ => Err(String::from("there is no instance")),
            }
        };
        result?;
        let count = consumed as usize;
        if count == 0 || count > events.len() {
            return Err(format!("on_batch read {} of {} entries", count, events.len()));
        }
        if count < events.len() && events[count].time_ns() == events[count - 1].time_ns() {
            return Err(String::from("on_batch stopped inside a time group"));
        }
        Ok(count)
    }

    unsafe fn run_strategy(
        &mut self,
        on_batch: unsafe extern "C" fn(
            *mut c_void,
            *const abi::Batch,
            *mut abi::Intents,
            *mut u32,
        ) -> ResultCode,
        batch: &abi::Batch,
        events: &[Event],
        consumed: &mut u32,
    ) -> Result<(), String> {
        let mut items = vec![abi::Intent::zero(); self.capacity as usize];
        let mut space: Vec<c_char> = vec![0; 1 << 16];
        let mut table = abi::Intents {
            struct_size: std::mem::size_of::<abi::Intents>() as u32,
            item_size: std::mem::size_of::<abi::Intent>() as u32,
            capacity: self.capacity,
            count: 0,
            items: items.as_mut_ptr() as *mut c_void,
            text: space.as_mut_ptr(),
            text_capacity: space.len() as u32,
            text_count: 0,
        };
        let result = on_batch(self.strategy.self_, batch, &mut table, consumed);
        if result < 0 {
            return Err(format!("on_batch answered {}", result));
        }
        let is_open = self.needs.flags & abi::NEEDS_OPEN_LOOP != 0;
        let is_warm_up = batch.flags & abi::BATCH_WARM_UP != 0;
        let mut row = 0;
        for item in &items[..table.count as usize] {
            let stops = u32::from(item.kind) <= abi::INTENT_TIMER;
            let time = events.get(item.row as usize).map_or(0, Event::time_ns);
            let last = events.get((*consumed as usize).wrapping_sub(1)).map_or(0, Event::time_ns);
            if item.row < row || item.row >= *consumed || (stops && is_warm_up)
                || (stops && !is_open && time != last)
            {
                return Err(String::from("an intent breaks the contract"));
            }
            row = item.row;
            self.intents.push((time, *item));
        }
        Ok(())
    }

    unsafe fn run_model(
        &mut self,
        on_batch: unsafe extern "C" fn(
            *mut c_void,
            *const abi::Batch,
            *mut abi::ForecastsOut,
            *mut u32,
        ) -> ResultCode,
        batch: &abi::Batch,
        events: &[Event],
        consumed: &mut u32,
    ) -> Result<(), String> {
        let mut items = vec![abi::Forecast::zero(); self.capacity as usize];
        let mut table = abi::ForecastsOut {
            struct_size: std::mem::size_of::<abi::ForecastsOut>() as u32,
            item_size: std::mem::size_of::<abi::Forecast>() as u32,
            capacity: self.capacity,
            count: 0,
            items: items.as_mut_ptr() as *mut c_void,
        };
        let result = on_batch(self.model.self_, batch, &mut table, consumed);
        if result < 0 {
            return Err(format!("on_batch answered {}", result));
        }
        let mut row = 0;
        for item in &items[..table.count as usize] {
            let is_sound = item.horizon_ns > 0 && (0.0..=1.0).contains(&item.confidence);
            if item.row < row || item.row >= *consumed || !is_sound {
                return Err(String::from("a forecast breaks the contract"));
            }
            row = item.row;
            self.forecasts.push((events[item.row as usize].time_ns(), *item));
        }
        Ok(())
    }

    fn destroy(&mut self) {
        // The plugin's own functions and instance; no call follows.
        unsafe {
            if let Some(destroy) = self.strategy.destroy.take() {
                destroy(self.strategy.self_);
            }
            if let Some(destroy) = self.model.destroy.take() {
                destroy(self.model.self_);
            }
        }
        self.strategy.on_batch = None;
        self.model.on_batch = None;
    }
}

impl Drop for TestHost {
    fn drop(&mut self) {
        self.destroy();
    }
}
