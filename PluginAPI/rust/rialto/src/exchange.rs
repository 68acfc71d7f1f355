//! Exchange plugins: codecs without I/O, over the draft "rialto.exchange/1", which may still
//! change.
//!
//! An [`Exchange`] turns an order into the description of a request, reads the terms of a request
//! back from its final bytes, and turns answers into facts. The host sends, signs, limits and
//! records.

mod instruments;
mod outputs;
mod request;
mod table;

pub use instruments::{VenueInstrument, VenueInstruments};
pub use outputs::{BookTop, FillReport, OrderReport, Outputs, Print};
pub use request::{Capture, Placeholder, Request, SignStep};
pub(crate) use table::create_exchange;

use crate::abi;
use crate::library::{text, Info};
use crate::setup::Setup;

/// An exchange: a value that knows the protocol of one venue. It does no I/O, and its callbacks
/// must not depend on anything but their arguments and what they were told before.
pub trait Exchange: Sized + 'static {
    /// What it is.
    const INFO: Info;

    /// Makes an instance. The error says what was found and what is allowed.
    fn new(setup: &Setup) -> Result<Self, String>;

    /// Requests that it may make, at least one; the host refuses whatever is not among them.
    fn endpoints(&self) -> Vec<Endpoint>;

    /// Rate limits of the venue, by which endpoints are counted.
    fn buckets(&self) -> Vec<Bucket>;

    /// Describes the request of an order, cancel or replace: adds one request, or a rejected order
    /// ([`Outputs::reject`]) for what the venue does not offer. `nonce` rises with each call.
    /// Encoding the same intent again gives the same client id.
    fn encode(&mut self, intent: &OrderIntent, now_ns: i64, nonce: u64, outputs: &mut Outputs);

    /// Reads the terms of a trade request back from its final bytes, which may be any bytes. None
    /// when they are no trade request of this venue.
    fn read_back(&self, url: &[u8], body: &[u8]) -> Option<Terms>;

    /// An answer came. One whose outputs did not fit is handed over again.
    fn on_response(&mut self, response: &Response, outputs: &mut Outputs);

    /// A timer came that it asked for.
    fn on_timer(&mut self, _id: u64, _time_ns: i64, _outputs: &mut Outputs) {}
}

/// A request that the plugin may make, over TLS. There are none that move money off the venue.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Endpoint(pub(crate) abi::Endpoint);

impl Endpoint {
    /// One that reads. `path` is without query; `bucket` is the index of its rate limit.
    pub fn read(method: &'static str, host: &'static str, path: &'static str, bucket: u32) -> Self {
        Endpoint::new(abi::CLASS_READ, [method, host, path], bucket)
    }

    /// One that sends, changes or cancels an order.
    pub fn trade(method: &'static str, host: &'static str, path: &'static str, bucket: u32)
        -> Self {
        Endpoint::new(abi::CLASS_TRADE, [method, host, path], bucket)
    }

    fn new(kind: u32, words: [&'static str; 3], bucket: u32) -> Self {
        Endpoint(abi::Endpoint {
            struct_size: std::mem::size_of::<abi::Endpoint>() as u32,
            kind,
            method: text(words[0]),
            host: text(words[1]),
            path: text(words[2]),
            bucket,
            reserved: 0,
        })
    }
}

/// A rate limit: a bucket of tokens.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Bucket(pub(crate) abi::Bucket);

impl Bucket {
    /// `capacity` tokens; one comes back every `refill_ns`, above 0.
    pub fn new(name: &'static str, capacity: u32, refill_ns: i64) -> Self {
        Bucket(abi::Bucket {
            struct_size: std::mem::size_of::<abi::Bucket>() as u32,
            capacity,
            refill_ns,
            name: text(name),
        })
    }
}

/// An order, cancel or replace that is to be sent. What its kind does not name is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderIntent {
    /// `abi::INTENT_ORDER`, `abi::INTENT_CANCEL` or `abi::INTENT_REPLACE`.
    pub kind: u32,
    /// The host's id of the order, above 0.
    pub client_id: u64,
    /// Index of the instrument, one of the instance's.
    pub instrument: u32,
    /// Of orders: `abi::BUY` or `abi::SELL`.
    pub side: u32,
    /// Of orders: `abi::ORDER_MARKET` and so on.
    pub order_type: u32,
    /// `abi::GOOD_TILL_CANCEL` and so on.
    pub time_in_force: u32,
    /// Of orders above 0; of replaces 0 leaves it as it is.
    pub quantity: i64,
    /// Limit price; of replaces 0 leaves it as it is.
    pub price: i64,
    /// Price that sets a stop off.
    pub trigger_price: i64,
    /// Of orders that are good till a time, Unix nanoseconds UTC.
    pub expire_time_ns: i64,
    /// `abi::ORDER_POST_ONLY`, `abi::ORDER_REDUCE_ONLY`.
    pub order_flags: u32,
    /// `abi::LINK_...`.
    pub link: u32,
    /// The order or group that it is linked with.
    pub link_id: u64,
    /// `abi::ALGORITHM_...`.
    pub algorithm: u32,
    /// Hundredths; 0 leaves the account's setting.
    pub leverage_e2: u32,
}

impl OrderIntent {
    fn new(intent: &abi::Intent) -> Self {
        OrderIntent {
            kind: u32::from(intent.kind),
            client_id: intent.order_id,
            instrument: intent.instrument,
            side: u32::from(intent.side),
            order_type: u32::from(intent.order_type),
            time_in_force: u32::from(intent.time_in_force),
            quantity: intent.quantity,
            price: intent.price,
            trigger_price: intent.trigger_price,
            expire_time_ns: intent.expire_time_ns,
            order_flags: u32::from(intent.order_flags),
            link: u32::from(intent.link),
            link_id: intent.link_id,
            algorithm: u32::from(intent.algorithm),
            leverage_e2: intent.leverage_e2,
        }
    }

    /// Whether it is a market or limit order with nothing but a lifetime of `abi::FILL_OR_KILL` or
    /// before: no time, flag, link, algorithm or leverage.
    pub fn is_plain_order(&self) -> bool {
        let is_type = self.order_type == abi::ORDER_MARKET || self.order_type == abi::ORDER_LIMIT;
        let has_more = self.order_flags | self.link | self.algorithm | self.leverage_e2 != 0;
        let is_brief = self.time_in_force <= abi::FILL_OR_KILL;
        self.kind == abi::INTENT_ORDER && is_type && is_brief && !has_more
    }
}

/// The terms of a trade request, as they stand in its final bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// `abi::INTENT_ORDER`, `abi::INTENT_CANCEL` or `abi::INTENT_REPLACE`.
    pub kind: u32,
    /// The host's id of the order.
    pub client_id: u64,
    /// Index of the instrument.
    pub instrument: u32,
    /// `abi::BUY` or `abi::SELL`; 0 of a cancel.
    pub side: u32,
    /// 0 of market orders and cancels.
    pub price: i64,
    /// 0 of a cancel.
    pub quantity: i64,
    /// Where the instrument was found: in body or url, see [`abi::Range::of`]. The host reads the
    /// bytes at each place for itself; `draft/exchange.h` says what they may be.
    pub instrument_place: abi::Range,
    /// Where the side was found.
    pub side_place: abi::Range,
    /// Where the price was found; the default range of a market order.
    pub price_place: abi::Range,
    /// Where the quantity was found.
    pub quantity_place: abi::Range,
    /// Where the client id was found.
    pub client_id_place: abi::Range,
}

/// An answer to a request. Its bytes may be any bytes.
#[derive(Clone, Copy)]
pub struct Response<'a> {
    /// When the host had it, Unix nanoseconds UTC.
    pub time_ns: i64,
    /// As the request gave it.
    pub request_id: u64,
    /// HTTP status; -1 refused by the host, -2 no answer, -3 timeout.
    pub status: i32,
    /// Lines of `name: value`.
    pub headers: &'a [u8],
    /// The content.
    pub body: &'a [u8],
}

impl Response<'_> {
    /// Whether the status is 200...299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
