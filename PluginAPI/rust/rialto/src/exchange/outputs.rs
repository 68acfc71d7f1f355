//! Where an exchange plugin writes what it wants sent and what it has learnt.

use super::request::{Request, Scratch};
use super::OrderIntent;
use crate::abi;

/// What became of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderReport {
    /// The host's id of the order.
    pub client_id: u64,
    /// Index of the instrument.
    pub instrument: u32,
    /// `abi::BUY` or `abi::SELL`.
    pub side: u32,
    /// `abi::ORDER_SUBMITTED` to `abi::ORDER_UNKNOWN`.
    pub state: u32,
    /// `abi::REASON_...`; 0 none.
    pub reason: u32,
    /// Limit price; 0 of market orders.
    pub price: i64,
    /// As ordered, above 0.
    pub quantity: i64,
    /// So far.
    pub filled: i64,
    /// As the venue states it, Unix nanoseconds UTC; 0 when it does not.
    pub venue_time_ns: i64,
}

/// An execution of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FillReport {
    /// The host's id of the order.
    pub client_id: u64,
    /// Index of the instrument.
    pub instrument: u32,
    /// `abi::BUY` or `abi::SELL`.
    pub side: u32,
    /// Above 0.
    pub price: i64,
    /// Above 0.
    pub quantity: i64,
    /// In the settlement currency, units of 10^-18; below 0 is a rebate.
    pub fee: i128,
    /// As the venue states it, Unix nanoseconds UTC; 0 when it does not.
    pub venue_time_ns: i64,
}

/// A trade printed on the venue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Print {
    /// Index of the instrument.
    pub instrument: u32,
    /// As the venue states it, Unix nanoseconds UTC; 0 when it does not.
    pub venue_time_ns: i64,
    /// Above 0.
    pub price: i64,
    /// Above 0.
    pub quantity: i64,
    /// `abi::BUY`, `abi::SELL` or `abi::SIDE_UNKNOWN`.
    pub taker_side: u32,
}

/// Best bid and ask; a price of 0 is an empty side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BookTop {
    /// Index of the instrument.
    pub instrument: u32,
    /// As the venue states it, Unix nanoseconds UTC; 0 when it does not.
    pub venue_time_ns: i64,
    /// Best bid.
    pub bid_price: i64,
    /// Quantity at the best bid.
    pub bid_quantity: i64,
    /// Best ask.
    pub ask_price: i64,
    /// Quantity at the best ask.
    pub ask_quantity: i64,
}

/// Where an exchange plugin writes. Valid for the callback that is given it.
pub struct Outputs<'a> {
    table: &'a mut abi::Outputs,
    scratch: &'a mut Scratch,
    /// Entry of the batch that is being answered.
    row: u32,
    /// Outputs before it.
    kept: u32,
    /// Of the order that is being encoded.
    client_id: u64,
    instrument: u32,
    pub(crate) has_overflowed: bool,
}

impl<'a> Outputs<'a> {
    pub(crate) fn new(table: &'a mut abi::Outputs, scratch: &'a mut Scratch) -> Self {
        scratch.clear();
        let (client_id, instrument, has_overflowed) = (0, 0, false);
        Outputs { table, scratch, row: 0, kept: 0, client_id, instrument, has_overflowed }
    }

    pub(crate) fn begin_order(&mut self, intent: &OrderIntent) {
        self.client_id = intent.client_id;
        self.instrument = intent.instrument;
    }

    pub(crate) fn begin_row(&mut self, row: u32) {
        self.row = row;
        self.kept = self.table.count;
    }

    /// Takes back what the present row has added.
    pub(crate) fn take_back(&mut self) {
        while self.table.count > self.kept {
            self.table.count -= 1;
            let count = self.table.count;
            *self.item(count) = abi::Output::zero();
        }
    }

    /// Whether the run of rows ends after the present time group.
    pub(crate) fn is_half_full(&self) -> bool {
        self.table.count > self.table.capacity / 2
    }

    fn item(&mut self, index: u32) -> &mut abi::Output {
        let offset = index as usize * self.table.item_size as usize;
        // The host gives `capacity` items of `item_size` bytes, aligned and large enough.
        unsafe { &mut *((self.table.items as *mut u8).add(offset) as *mut abi::Output) }
    }

    fn add(&mut self, kind: u32, output: abi::Output) {
        if self.table.count >= self.table.capacity {
            self.has_overflowed = true;
            return;
        }
        let (index, row) = (self.table.count, self.row);
        self.table.count += 1;
        let struct_size = std::mem::size_of::<abi::Output>() as u32;
        *self.item(index) = abi::Output { struct_size, kind, row, ..output };
    }

    /// Adds an output whose body is `body`.
    fn add_with(&mut self, kind: u32, body: &[u8], output: abi::Output) {
        match self.scratch.text(body) {
            Some(body) => self.add(kind, abi::Output { body, ..output }),
            None => self.has_overflowed = true,
        }
    }

    /// Asks for a request. The one of an order gets its client id and instrument by itself.
    pub fn request(&mut self, request: &Request) {
        let (client_id, instrument) = (self.client_id, self.instrument);
        match self.scratch.request(request) {
            Some(output) => {
                self.add(abi::OUTPUT_REQUEST, abi::Output { client_id, instrument, ..output })
            }
            None => self.has_overflowed = true,
        }
    }

    /// Says that the venue does not offer an order: rejected, for `reason`, `abi::REASON_...`.
    pub fn reject(&mut self, intent: &OrderIntent, reason: u32) {
        self.order(&OrderReport {
            client_id: intent.client_id,
            instrument: intent.instrument,
            side: intent.side,
            state: abi::ORDER_REJECTED,
            reason,
            price: intent.price,
            quantity: intent.quantity,
            ..OrderReport::default()
        });
    }

    /// Says what became of an order.
    pub fn order(&mut self, report: &OrderReport) {
        let output = abi::Output {
            client_id: report.client_id,
            instrument: report.instrument,
            side: report.side as u8,
            state: report.state as u8,
            reason: report.reason as u16,
            price: report.price,
            quantity: report.quantity,
            filled: report.filled,
            venue_time_ns: report.venue_time_ns,
            ..abi::Output::zero()
        };
        self.add(abi::OUTPUT_ORDER, output);
    }

    /// Says that an order was executed, whole or in part.
    pub fn fill(&mut self, report: &FillReport) {
        let output = abi::Output {
            client_id: report.client_id,
            instrument: report.instrument,
            side: report.side as u8,
            price: report.price,
            quantity: report.quantity,
            fee: abi::Cash::from_units(report.fee),
            venue_time_ns: report.venue_time_ns,
            ..abi::Output::zero()
        };
        self.add(abi::OUTPUT_FILL, output);
    }

    /// Says that a trade was printed.
    pub fn trade(&mut self, print: &Print) {
        let output = abi::Output {
            instrument: print.instrument,
            venue_time_ns: print.venue_time_ns,
            price: print.price,
            quantity: print.quantity,
            side: print.taker_side as u8,
            ..abi::Output::zero()
        };
        self.add(abi::OUTPUT_TRADE, output);
    }

    /// Says what the best bid and ask are.
    pub fn quote(&mut self, top: &BookTop) {
        let output = abi::Output {
            instrument: top.instrument,
            venue_time_ns: top.venue_time_ns,
            price: top.bid_price,
            quantity: top.bid_quantity,
            price_2: top.ask_price,
            quantity_2: top.ask_quantity,
            ..abi::Output::zero()
        };
        self.add(abi::OUTPUT_QUOTE, output);
    }

    /// Says what the account holds of a currency, and how much of it orders bind, in 10^-18.
    pub fn balance(&mut self, currency: &str, amount: i128, held: i128) {
        let (amount, held) = (abi::Cash::from_units(amount), abi::Cash::from_units(held));
        let output = abi::Output { amount, held, ..abi::Output::zero() };
        self.add_with(abi::OUTPUT_BALANCE, currency.as_bytes(), output);
    }

    /// Names an instrument of the venue and its steps, both above 0 and in the host's units.
    pub fn instrument(&mut self, index: u32, name: &str, price_step: i64, quantity_step: i64) {
        let output = abi::Output {
            instrument: index,
            price_2: price_step,
            quantity_2: quantity_step,
            ..abi::Output::zero()
        };
        self.add_with(abi::OUTPUT_INSTRUMENT, name.as_bytes(), output);
    }

    /// Reports what went wrong, for people. `id` is the request's, or 0; `reason` is
    /// `abi::REASON_...`.
    pub fn error(&mut self, id: u64, reason: u32, line: &str) {
        let output = abi::Output { id, reason: reason as u16, ..abi::Output::zero() };
        self.add_with(abi::OUTPUT_ERROR, line.as_bytes(), output);
    }

    /// Asks for a socket, by an id of the plugin's own.
    pub fn open_socket(&mut self, id: u64, url: &str) {
        match self.scratch.text(url.as_bytes()) {
            Some(url) => {
                self.add(abi::OUTPUT_SOCKET_OPEN, abi::Output { id, url, ..abi::Output::zero() })
            }
            None => self.has_overflowed = true,
        }
    }

    /// Sends a message over a socket.
    pub fn send(&mut self, id: u64, body: &[u8]) {
        self.add_with(abi::OUTPUT_SOCKET_SEND, body, abi::Output { id, ..abi::Output::zero() });
    }

    /// Closes a socket.
    pub fn close_socket(&mut self, id: u64) {
        self.add(abi::OUTPUT_SOCKET_CLOSE, abi::Output { id, ..abi::Output::zero() });
    }

    /// Asks to be called at `time_ns`, Unix nanoseconds UTC.
    pub fn timer(&mut self, id: u64, time_ns: i64) {
        self.add(abi::OUTPUT_TIMER, abi::Output { id, time_ns, ..abi::Output::zero() });
    }
}
