//! A host for tests: makes one plugin through its C table, hands it bars and trades, keeps its
//! intents or forecasts, and holds it to the contract as the real host does.

use std::os::raw::{c_char, c_void};

use crate::abi::{self, ResultCode};
use crate::library::{text, Entry};

/// One event, as a test pushes it.
#[derive(Clone, Copy)]
enum Event {
    /// time, instrument, then open, high, low, close and volume
    Bar(i64, u32, [i64; 5]),
    /// time, instrument, price, quantity
    Trade(i64, u32, i64, i64),
}

impl Event {
    fn time_ns(&self) -> i64 {
        match *self {
            Event::Bar(time, ..) | Event::Trade(time, ..) => time,
        }
    }
}

/// What the services point to.
struct Given {
    plugin: *const abi::Plugin,
    values: Vec<(&'static str, abi::Value)>,
    names: Vec<abi::Text>,
    empty: Vec<abi::Text>,
    indices: Vec<u32>,
    zeros: Vec<i64>,
    ones: Vec<i64>,
    revisions: Vec<u32>,
    kinds: Vec<u8>,
    price_decimals: Vec<u8>,
    quantity_decimals: Vec<u8>,
    columns: abi::Instruments,
    log: Vec<String>,
    state: u64,
}

/// A host of one instance.
pub struct TestHost {
    given: Box<Given>,
    services: Box<abi::Services>,
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

unsafe extern "C" fn log(host: *mut c_void, _: u32, line: abi::Text) {
    let bytes = std::slice::from_raw_parts(line.data as *const u8, line.size as usize);
    (*(host as *mut Given)).log.push(String::from_utf8_lossy(bytes).into_owned());
}

unsafe extern "C" fn random(host: *mut c_void, out: *mut u64) -> ResultCode {
    let given = &mut *(host as *mut Given);
    given.state = given.state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    *out = given.state;
    abi::OK
}

unsafe extern "C" fn parameter(host: *mut c_void, id: u32, out: *mut abi::Value) -> ResultCode {
    let given = &*(host as *mut Given);
    let plugin = &*given.plugin;
    let list = std::slice::from_raw_parts(plugin.parameters, plugin.parameter_count as usize);
    let definition = match list.iter().find(|one| one.id == id) {
        Some(definition) => definition,
        None => return abi::NOT_FOUND,
    };
    let name = std::slice::from_raw_parts(
        definition.name.data as *const u8,
        definition.name.size as usize,
    );
    let found = given.values.iter().find(|one| one.0.as_bytes() == name);
    *out = found.map_or(definition.initial, |one| one.1);
    (*out).type_ = definition.type_;
    abi::OK
}

unsafe extern "C" fn instruments(host: *mut c_void, out: *mut *const abi::Instruments)
    -> ResultCode {
    *out = &(*(host as *mut Given)).columns;
    abi::OK
}

unsafe extern "C" fn nothing(_: *mut c_void, _: abi::Text, _: *mut abi::Text) -> ResultCode {
    abi::NOT_FOUND
}

unsafe extern "C" fn no_extension(_: *mut c_void, _: abi::Text) -> *const c_void {
    std::ptr::null()
}

impl Default for TestHost {
    fn default() -> Self {
        TestHost::new()
    }
}

impl TestHost {
    /// A host without instruments.
    pub fn new() -> Self {
        let mut given = Box::new(Given {
            plugin: std::ptr::null(),
            values: vec![],
            names: vec![],
            empty: vec![],
            indices: vec![],
            zeros: vec![],
            ones: vec![],
            revisions: vec![],
            kinds: vec![],
            price_decimals: vec![],
            quantity_decimals: vec![],
            columns: abi::Instruments::zero(),
            log: vec![],
            state: 1,
        });
        let services = Box::new(abi::Services {
            struct_size: std::mem::size_of::<abi::Services>() as u32,
            reserved: 0,
            host: &mut *given as *mut Given as *mut c_void,
            log: Some(log),
            random: Some(random),
            parameter: Some(parameter),
            instruments: Some(instruments),
            get_value: Some(nothing),
            resource: Some(nothing),
            get_extension: Some(no_extension),
        });
        TestHost {
            given,
            services,
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
        let given = &mut *self.given;
        let index = given.indices.len() as u32;
        given.indices.push(index);
        given.names.push(text(name));
        given.empty.push(text(""));
        given.zeros.push(0);
        given.ones.push(1);
        given.revisions.push(0);
        given.kinds.push(abi::SPOT as u8);
        given.price_decimals.push(price_decimals);
        given.quantity_decimals.push(quantity_decimals);
        index
    }

    /// Gives an integer, boolean or duration (nanoseconds) before `create`.
    pub fn integer(&mut self, name: &'static str, integer: i64) {
        self.given.values.push((name, abi::Value { integer, ..abi::Value::zero() }));
    }

    /// Gives a number before `create`.
    pub fn number(&mut self, name: &'static str, number: f64) {
        self.given.values.push((name, abi::Value { number, ..abi::Value::zero() }));
    }

    /// Gives an exact decimal before `create`.
    pub fn decimal(&mut self, name: &'static str, integer: i64, decimals: u16) {
        self.given.values.push((name, abi::Value { integer, decimals, ..abi::Value::zero() }));
    }

    fn point(&mut self) {
        let given = &mut *self.given;
        given.columns = abi::Instruments {
            struct_size: std::mem::size_of::<abi::Instruments>() as u32,
            count: given.indices.len() as u32,
            time_ns: given.zeros.as_ptr(),
            instrument: given.indices.as_ptr(),
            revision: given.revisions.as_ptr(),
            name: given.names.as_ptr(),
            venue: given.empty.as_ptr(),
            currency: given.empty.as_ptr(),
            kind: given.kinds.as_ptr(),
            price_decimals: given.price_decimals.as_ptr(),
            quantity_decimals: given.quantity_decimals.as_ptr(),
            price_step: given.ones.as_ptr(),
            quantity_step: given.ones.as_ptr(),
            multiplier: given.ones.as_ptr(),
            expiry_ns: given.zeros.as_ptr(),
        };
    }

    /// Makes plugin number `index` of the library behind `entry`. The error is the plugin's own.
    pub fn create(&mut self, entry: Entry, index: usize) -> Result<(), String> {
        self.point();
        let mut host = abi::Host::zero();
        host.struct_size = std::mem::size_of::<abi::Host>() as u32;
        host.abi_minor = abi::ABI_MINOR;
        let mut library: *const abi::Library = std::ptr::null();
        let mut error = abi::Error::zero();
        // The library's pointers are constants of the program.
        let result = unsafe {
            let mut result = entry(&host, &mut library, &mut error);
            if result == abi::OK {
                self.given.plugin = *(*library).plugins.add(index);
                result = self.make(&mut error);
            }
            result
        };
        if result == abi::OK {
            return Ok(());
        }
        let bytes: Vec<u8> = error.text.iter().map(|one| *one as u8).collect();
        let end = bytes.iter().position(|one| *one == 0).unwrap_or(bytes.len());
        Err(String::from_utf8_lossy(&bytes[..end]).into_owned())
    }

    unsafe fn make(&mut self, error: &mut abi::Error) -> ResultCode {
        let plugin = self.given.plugin;
        self.strategy.struct_size = std::mem::size_of::<abi::Strategy>() as u32;
        self.model.struct_size = std::mem::size_of::<abi::Model>() as u32;
        let table = if (*plugin).kind == abi::PLUGIN_MODEL {
            &mut self.model as *mut abi::Model as *mut c_void
        } else {
            &mut self.strategy as *mut abi::Strategy as *mut c_void
        };
        match (*plugin).create {
            Some(create) => create(plugin, &*self.services, table, &mut self.needs, error),
            None => abi::ERROR_UNSUPPORTED,
        }
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
                    let lines = self.given.log.join("; ");
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
        let batch = columns.batch(&bars, &trades, flags);
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

/// The columns of one batch.
struct Columns {
    count: u32,
    kind: Vec<u8>,
    row: Vec<u32>,
    time: [Vec<i64>; 2],
    instrument: [Vec<u32>; 2],
    /// open or price, high or quantity, low, close, volume, interval, open time
    number: [Vec<i64>; 7],
    code: Vec<u8>,
    trade: [Vec<i64>; 2],
}

impl Columns {
    fn new(events: &[Event]) -> Columns {
        let mut c = Columns {
            count: events.len() as u32,
            kind: vec![],
            row: vec![],
            time: Default::default(),
            instrument: Default::default(),
            number: Default::default(),
            code: vec![1; events.len()],
            trade: Default::default(),
        };
        for event in events {
            match *event {
                Event::Bar(time, instrument, prices) => {
                    c.row.push(c.time[0].len() as u32);
                    c.kind.push(abi::KIND_BARS as u8);
                    c.time[0].push(time);
                    c.instrument[0].push(instrument);
                    let minute = 60_000_000_000;
                    let [open, high, low, close, volume] = prices;
                    let row = [open, high, low, close, volume, minute, time - minute];
                    c.number.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
                }
                Event::Trade(time, instrument, price, quantity) => {
                    c.row.push(c.time[1].len() as u32);
                    c.kind.push(abi::KIND_TRADES as u8);
                    c.time[1].push(time);
                    c.instrument[1].push(instrument);
                    c.trade[0].push(price);
                    c.trade[1].push(quantity);
                }
            }
        }
        c
    }

    fn bars(&self) -> abi::Bars {
        abi::Bars {
            struct_size: std::mem::size_of::<abi::Bars>() as u32,
            count: self.time[0].len() as u32,
            time_ns: self.time[0].as_ptr(),
            open_time_ns: self.number[6].as_ptr(),
            close_time_ns: self.time[0].as_ptr(),
            instrument: self.instrument[0].as_ptr(),
            interval_ns: self.number[5].as_ptr(),
            open: self.number[0].as_ptr(),
            high: self.number[1].as_ptr(),
            low: self.number[2].as_ptr(),
            close: self.number[3].as_ptr(),
            volume: self.number[4].as_ptr(),
            final_: self.code.as_ptr(),
        }
    }

    fn trades(&self) -> abi::Trades {
        abi::Trades {
            struct_size: std::mem::size_of::<abi::Trades>() as u32,
            count: self.time[1].len() as u32,
            time_ns: self.time[1].as_ptr(),
            venue_time_ns: self.time[1].as_ptr(),
            instrument: self.instrument[1].as_ptr(),
            price: self.trade[0].as_ptr(),
            quantity: self.trade[1].as_ptr(),
            taker_side: self.code.as_ptr(),
        }
    }

    fn batch(&self, bars: &abi::Bars, trades: &abi::Trades, flags: u32) -> abi::Batch {
        let is_mixed = self.kind.iter().any(|kind| *kind != self.kind[0]);
        let mut batch = abi::Batch::zero();
        batch.struct_size = std::mem::size_of::<abi::Batch>() as u32;
        batch.flags = flags;
        batch.count = self.count;
        if is_mixed {
            batch.order_kind = self.kind.as_ptr();
            batch.order_row = self.row.as_ptr();
        } else {
            batch.single_kind = u32::from(self.kind[0]);
        }
        batch.bars = if bars.count > 0 { bars } else { std::ptr::null() };
        batch.trades = if trades.count > 0 { trades } else { std::ptr::null() };
        batch
    }
}
