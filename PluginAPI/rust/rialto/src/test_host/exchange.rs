//! A host for the test of an exchange plugin.

use std::os::raw::{c_char, c_void};

use super::outputs::{TestOutput, Views};
use super::places;
use super::services::TestServices;
use crate::abi;
use crate::exchange::{Response, Terms};
use crate::library::Entry;

/// An order of a client id, for [`TestExchange::encode`]; a `limit` of 0 is a market order.
pub fn order(client_id: u64, instrument: u32, side: u32, quantity: i64, limit: i64) -> abi::Intent {
    let order_type = if limit > 0 { abi::ORDER_LIMIT } else { abi::ORDER_MARKET };
    abi::Intent {
        side: side as u8,
        order_type: order_type as u8,
        quantity,
        price: limit,
        ..cancel(client_id, instrument)
    }
    .of_kind(abi::INTENT_ORDER)
}

/// The cancel of an order.
pub fn cancel(client_id: u64, instrument: u32) -> abi::Intent {
    abi::Intent { order_id: client_id, instrument, ..abi::Intent::zero() }
        .of_kind(abi::INTENT_CANCEL)
}

/// A change of an order; a 0 leaves that term as it is.
pub fn replace(client_id: u64, instrument: u32, quantity: i64, limit: i64) -> abi::Intent {
    abi::Intent { quantity, price: limit, ..cancel(client_id, instrument) }
        .of_kind(abi::INTENT_REPLACE)
}

impl abi::Intent {
    fn of_kind(mut self, kind: u32) -> Self {
        self.struct_size = std::mem::size_of::<abi::Intent>() as u32;
        self.kind = kind as u8;
        self
    }
}

/// A host of one exchange.
pub struct TestExchange {
    services: TestServices,
    table: abi::Exchange,
    needs: abi::Needs,
    nonce: u64,
    /// Outputs that one call may write.
    pub capacity: u32,
    /// Calls of `on_batch` so far.
    pub calls: u32,
}

impl Default for TestExchange {
    fn default() -> Self {
        TestExchange::new()
    }
}

impl TestExchange {
    /// A host without instruments.
    pub fn new() -> Self {
        TestExchange {
            services: TestServices::new(),
            table: abi::Exchange::zero(),
            needs: abi::Needs::zero(),
            nonce: 0,
            capacity: 64,
            calls: 0,
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

    /// Makes plugin number `index` of the library behind `entry`. The error is the plugin's own.
    pub fn create(&mut self, entry: Entry, index: usize) -> Result<(), String> {
        let table = &mut self.table;
        table.struct_size = std::mem::size_of::<abi::Exchange>() as u32;
        self.services.create(entry, index, &mut self.needs, |kind| match kind {
            abi::PLUGIN_EXCHANGE => table as *mut abi::Exchange as *mut c_void,
            _ => std::ptr::null_mut(),
        })
    }

    /// The endpoints that the instance declared.
    pub fn endpoints(&self) -> Vec<abi::Endpoint> {
        if self.table.endpoints.is_null() {
            return vec![];
        }
        // The array is the plugin's until destroy.
        unsafe {
            let count = self.table.endpoint_count as usize;
            std::slice::from_raw_parts(self.table.endpoints, count).to_vec()
        }
    }

    /// Has an intent encoded, and reads a request back from its final bytes as the host does.
    /// Returns the request, or the rejected order; the error says what is against the contract.
    pub fn encode(&mut self, intent: &abi::Intent) -> Result<TestOutput, String> {
        let encode = self.table.encode.ok_or("there is no instance")?;
        self.nonce += 1;
        let (instance, nonce) = (self.table.self_, self.nonce);
        let (result, mut outputs) = self.write(1, |table| {
            // The intent and the table live until the call has returned.
            unsafe { encode(instance, intent, nonce as i64, nonce, table) }
        })?;
        if result != abi::OK {
            return Err(self.reason("encode", result));
        }
        let output = match (outputs.pop(), outputs.pop()) {
            (Some(output), None) => output,
            _ => return Err(String::from("encode gives one output")),
        };
        match output.kind {
            abi::OUTPUT_REQUEST => self.check_terms(intent, &output)?,
            abi::OUTPUT_ORDER if output.state == abi::ORDER_REJECTED => {}
            kind => return Err(format!("encode gave an output of kind {}", kind)),
        }
        Ok(output)
    }

    fn check_terms(&mut self, intent: &abi::Intent, output: &TestOutput) -> Result<(), String> {
        let endpoint = self.endpoints()[output.endpoint as usize];
        if endpoint.kind != abi::CLASS_TRADE {
            return Err(format!("endpoint {} is not declared for trading", output.endpoint));
        }
        let terms = self.read_back(output.url.as_bytes(), output.body.as_bytes())?;
        let terms = terms.ok_or("its own request cannot be read back")?;
        let asked = Terms {
            kind: u32::from(intent.kind),
            client_id: intent.order_id,
            instrument: intent.instrument,
            side: u32::from(intent.side),
            price: intent.price,
            quantity: intent.quantity,
            ..terms
        };
        if terms != asked {
            return Err(format!("read back is {:?}, and {:?} was asked for", terms, asked));
        }
        if terms.kind != abi::INTENT_ORDER {
            return Ok(());
        }
        places::check(&terms, output, self.services.decimals(terms.instrument))
    }

    /// The terms that the plugin reads back from the bytes of a request, which may be any.
    pub fn read_back(&mut self, url: &[u8], body: &[u8]) -> Result<Option<Terms>, String> {
        let read_back = self.table.read_back.ok_or("there is no instance")?;
        let mut out = abi::ReadBack::zero();
        out.struct_size = std::mem::size_of::<abi::ReadBack>() as u32;
        // The bytes live until the call has returned.
        let result = unsafe { read_back(self.table.self_, view(url), view(body), &mut out) };
        let terms = Terms {
            kind: u32::from(out.kind),
            client_id: out.client_id,
            instrument: out.instrument,
            side: u32::from(out.side),
            price: out.price,
            quantity: out.quantity,
            instrument_place: out.instrument_place,
            side_place: out.side_place,
            price_place: out.price_place,
            quantity_place: out.quantity_place,
            client_id_place: out.client_id_place,
        };
        let places = [
            &terms.instrument_place, &terms.side_place, &terms.price_place, &terms.quantity_place,
            &terms.client_id_place,
        ];
        let is_within = places.iter().all(|place| {
            let bytes = if place.part == abi::PART_URL { url } else { body };
            u64::from(place.offset) + u64::from(place.size) <= bytes.len() as u64
        });
        match result {
            abi::OK if is_within => Ok(Some(terms)),
            abi::OK => Err(String::from("a term was found outside the request")),
            abi::NOT_FOUND => Ok(None),
            code => Err(self.reason("read_back", code)),
        }
    }

    /// Hands over one answer to the last request.
    pub fn respond(&mut self, status: i32, body: &[u8]) -> Result<Vec<TestOutput>, String> {
        let time_ns = self.nonce as i64;
        self.responses(&[Response { time_ns, request_id: self.nonce, status, headers: b"", body }])
    }

    /// Hands over answers whose times never fall, as often as it takes to have all of them read.
    pub fn responses(&mut self, all: &[Response]) -> Result<Vec<TestOutput>, String> {
        let time: Vec<i64> = all.iter().map(|one| one.time_ns).collect();
        let id: Vec<u64> = all.iter().map(|one| one.request_id).collect();
        let status: Vec<i32> = all.iter().map(|one| one.status).collect();
        let headers: Vec<abi::Text> = all.iter().map(|one| view(one.headers)).collect();
        let body: Vec<abi::Text> = all.iter().map(|one| view(one.body)).collect();
        let mut said = vec![];
        let mut at = 0;
        while at < all.len() {
            let columns = abi::Responses {
                struct_size: std::mem::size_of::<abi::Responses>() as u32,
                count: (all.len() - at) as u32,
                time_ns: time[at..].as_ptr(),
                request_id: id[at..].as_ptr(),
                status: status[at..].as_ptr(),
                headers: headers[at..].as_ptr(),
                body: body[at..].as_ptr(),
            };
            let mut batch = abi::Batch::zero();
            batch.single_kind = abi::KIND_RESPONSES;
            batch.count = columns.count;
            batch.responses = &columns;
            let (read, outputs) = self.hand(batch)?;
            if read == 0 {
                return Err(String::from("the outputs of one answer do not fit"));
            }
            said.extend(outputs);
            at += read;
        }
        Ok(said)
    }

    /// Hands over a timer.
    pub fn timer(&mut self, id: u64, time_ns: i64) -> Result<Vec<TestOutput>, String> {
        let columns = abi::Timers {
            struct_size: std::mem::size_of::<abi::Timers>() as u32,
            count: 1,
            time_ns: &time_ns,
            timer_id: &id,
        };
        let mut batch = abi::Batch::zero();
        batch.single_kind = abi::KIND_TIMERS;
        batch.count = 1;
        batch.timers = &columns;
        self.hand(batch).map(|(_, outputs)| outputs)
    }

    /// Makes one call of `on_batch`. Returns the rows read and what was said of them.
    fn hand(&mut self, mut batch: abi::Batch) -> Result<(usize, Vec<TestOutput>), String> {
        let on_batch = self.table.on_batch.ok_or("there is no instance")?;
        batch.struct_size = std::mem::size_of::<abi::Batch>() as u32;
        self.calls += 1;
        let instance = self.table.self_;
        let mut read = 0;
        let (result, outputs) = self.write(batch.count, |table| {
            // The batch, its columns and the table live until the call has returned.
            unsafe { on_batch(instance, &batch, table, &mut read) }
        })?;
        if result != abi::OK && result != abi::TRUNCATED {
            return Err(self.reason("on_batch", result));
        }
        let is_read = outputs.iter().all(|output| output.row < read);
        if read > batch.count || !is_read || (result == abi::OK && read == 0) {
            return Err(format!("on_batch read {} of {} rows", read, batch.count));
        }
        Ok((read as usize, outputs))
    }

    /// Calls with room for outputs, and takes over what was written when it did not fail.
    fn write(&self, rows: u32, call: impl FnOnce(*mut abi::Outputs) -> abi::ResultCode)
        -> Result<(abi::ResultCode, Vec<TestOutput>), String> {
        let mut items = vec![abi::Output::zero(); self.capacity as usize];
        let mut table = abi::Outputs {
            struct_size: std::mem::size_of::<abi::Outputs>() as u32,
            item_size: std::mem::size_of::<abi::Output>() as u32,
            capacity: self.capacity,
            count: 0,
            items: items.as_mut_ptr() as *mut c_void,
        };
        let result = call(&mut table);
        if result < 0 {
            return Ok((result, vec![]));
        }
        if table.count > self.capacity {
            return Err(format!("{} outputs in room for {}", table.count, self.capacity));
        }
        let (used, rest) = items.split_at(table.count as usize);
        if rest.iter().any(|one| one.struct_size != 0 || one.kind != 0) {
            return Err(String::from("items past the count were written"));
        }
        let endpoints = self.endpoints();
        // What the items point to is the plugin's until its next call.
        let outputs: Result<Vec<_>, String> =
            used.iter().map(|one| unsafe { Views(one, &endpoints).output(rows) }).collect();
        Ok((result, outputs?))
    }

    /// Why a call failed; a failed instance is destroyed, and then says more in its log.
    fn reason(&mut self, call: &str, result: abi::ResultCode) -> String {
        if result < 0 {
            self.destroy();
        }
        match self.services.log() {
            lines if lines.is_empty() => format!("{} answered {}", call, result),
            lines => lines,
        }
    }

    fn destroy(&mut self) {
        // The plugin's own function and instance; no call follows.
        if let Some(destroy) = self.table.destroy.take() {
            unsafe { destroy(self.table.self_) }
        }
        self.table = abi::Exchange::zero();
    }
}

impl Drop for TestExchange {
    fn drop(&mut self) {
        self.destroy();
    }
}

fn view(bytes: &[u8]) -> abi::Text {
    abi::Text { data: bytes.as_ptr() as *const c_char, size: bytes.len() as u64 }
}
