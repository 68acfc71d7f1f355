//! The C table of an exchange plugin.

use std::any::Any;
use std::os::raw::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};

use super::request::Scratch;
use super::{Bucket, Endpoint, Exchange, OrderIntent, Outputs, Response, Terms};
use crate::abi::{self, ResultCode};
use crate::drive::{place, time};
use crate::library::{create, destroy, said, Instance};
use crate::setup::{Need, Setup};

/// An exchange, and what its table points to.
struct Codec<X> {
    exchange: X,
    endpoints: Vec<Endpoint>,
    buckets: Vec<Bucket>,
    /// Indices of its instruments, rising.
    instruments: Vec<u32>,
    scratch: Scratch,
}

impl<X: Exchange> Codec<X> {
    fn new(setup: &Setup) -> Result<Self, String> {
        let exchange = X::new(setup)?;
        let (endpoints, buckets) = (exchange.endpoints(), exchange.buckets());
        if endpoints.is_empty() {
            return Err(String::from("no endpoint was declared"));
        }
        if let Some(one) = endpoints.iter().find(|one| one.0.bucket as usize >= buckets.len()) {
            let (index, count) = (one.0.bucket, buckets.len());
            return Err(format!("an endpoint names bucket {} of {}", index, count));
        }
        if buckets.iter().any(|one| one.0.refill_ns <= 0 || one.0.capacity == 0) {
            return Err(String::from("a bucket's capacity and refill must be above 0"));
        }
        let mut instruments: Vec<u32> = setup.instruments.iter().map(|one| one.index).collect();
        instruments.sort_unstable();
        Ok(Codec { exchange, endpoints, buckets, instruments, scratch: Scratch::new() })
    }
}

pub(crate) unsafe extern "C" fn create_exchange<X: Exchange>(
    _: *const abi::Plugin,
    services: *const abi::Services,
    out_table: *mut c_void,
    out_needs: *mut abi::Needs,
    out_error: *mut abi::Error,
) -> ResultCode {
    let made = create(services, out_needs, out_error, |setup| {
        let events = [abi::KIND_RESPONSES, abi::KIND_TIMERS];
        let needs = events.iter().map(|kind| Need::events(*kind, 0)).collect();
        Ok((Codec::<X>::new(setup)?, needs, false))
    });
    match made {
        Err(code) => code,
        Ok(instance) => {
            let codec = &(*(instance as *const Instance<Codec<X>>)).plugin;
            let table = &mut *(out_table as *mut abi::Exchange);
            table.self_ = instance;
            table.endpoint_count = codec.endpoints.len() as u32;
            table.endpoints = codec.endpoints.as_ptr() as *const abi::Endpoint;
            table.bucket_count = codec.buckets.len() as u32;
            table.buckets = codec.buckets.as_ptr() as *const abi::Bucket;
            table.encode = Some(encode::<X>);
            table.read_back = Some(read_back::<X>);
            table.on_batch = Some(on_batch::<X>);
            table.destroy = Some(destroy::<Codec<X>>);
            abi::OK
        }
    }
}

/// Whether an intent is one that a venue could be sent.
fn is_sound(intent: &abi::Intent) -> bool {
    let (kind, side) = (u32::from(intent.kind), u32::from(intent.side));
    let is_order = kind == abi::INTENT_ORDER;
    (is_order || kind == abi::INTENT_CANCEL || kind == abi::INTENT_REPLACE)
        && intent.order_id > 0
        && intent.quantity >= i64::from(is_order)
        && intent.price >= 0
        && (!is_order || side == abi::BUY || side == abi::SELL)
}

/// Whether the items of a table are as long as the kit's own.
fn is_known(table: &abi::Outputs) -> bool {
    table.item_size as usize >= std::mem::size_of::<abi::Output>()
}

fn fail(failure: &mut String, panic: Box<dyn Any + Send>) -> ResultCode {
    *failure = said(panic);
    abi::ERROR
}

unsafe extern "C" fn encode<X: Exchange>(
    instance: *mut c_void,
    intent: *const abi::Intent,
    now_ns: i64,
    nonce: u64,
    table: *mut abi::Outputs,
) -> ResultCode {
    let Instance { plugin: codec, failure, .. } = &mut *(instance as *mut Instance<Codec<X>>);
    let intent = &*intent;
    if !is_sound(intent) {
        return abi::ERROR_ARGUMENT;
    }
    if !is_known(&*table) {
        return abi::ERROR_UNSUPPORTED;
    }
    if codec.instruments.binary_search(&intent.instrument).is_err() {
        return abi::NOT_FOUND;
    }
    let (exchange, scratch) = (&mut codec.exchange, &mut codec.scratch);
    let mut outputs = Outputs::new(&mut *table, scratch);
    let intent = OrderIntent::new(intent);
    outputs.begin_order(&intent);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        exchange.encode(&intent, now_ns, nonce, &mut outputs);
    }));
    match outcome {
        Ok(()) if !outputs.has_overflowed => abi::OK,
        Ok(()) => {
            outputs.take_back(); // Half a request is none
            abi::TRUNCATED
        }
        Err(panic) => {
            outputs.take_back();
            fail(failure, panic)
        }
    }
}

/// # Safety
/// `text` points to its bytes, which outlive the result.
unsafe fn bytes<'a>(text: abi::Text) -> &'a [u8] {
    if text.size == 0 {
        return &[];
    }
    std::slice::from_raw_parts(text.data as *const u8, text.size as usize)
}

unsafe extern "C" fn read_back<X: Exchange>(
    instance: *mut c_void,
    url: abi::Text,
    body: abi::Text,
    out_terms: *mut abi::ReadBack,
) -> ResultCode {
    let Instance { plugin: codec, failure, .. } = &mut *(instance as *mut Instance<Codec<X>>);
    let struct_size = (*out_terms).struct_size;
    if (struct_size as usize) < std::mem::size_of::<abi::ReadBack>() {
        return abi::ERROR_UNSUPPORTED;
    }
    let exchange = &codec.exchange;
    match catch_unwind(AssertUnwindSafe(|| exchange.read_back(bytes(url), bytes(body)))) {
        Ok(Some(terms)) => {
            *out_terms = mirror(&terms, struct_size);
            abi::OK
        }
        Ok(None) => abi::NOT_FOUND,
        Err(panic) => fail(failure, panic),
    }
}

fn mirror(terms: &Terms, struct_size: u32) -> abi::ReadBack {
    abi::ReadBack {
        struct_size,
        instrument: terms.instrument,
        kind: terms.kind as u8,
        side: terms.side as u8,
        reserved: 0,
        reserved_2: 0,
        client_id: terms.client_id,
        price: terms.price,
        quantity: terms.quantity,
        instrument_place: terms.instrument_place,
        side_place: terms.side_place,
        price_place: terms.price_place,
        quantity_place: terms.quantity_place,
        client_id_place: terms.client_id_place,
    }
}

/// # Safety
/// The batch is the host's and lives for the call.
unsafe fn response<'a>(batch: &'a abi::Batch, row: usize) -> Response<'a> {
    let c = &*batch.responses;
    Response {
        time_ns: *c.time_ns.add(row),
        request_id: *c.request_id.add(row),
        status: *c.status.add(row),
        headers: bytes(*c.headers.add(row)),
        body: bytes(*c.body.add(row)),
    }
}

/// Reads a batch from the front. Returns the rows read, and whether all their outputs fitted; a row
/// whose outputs do not is not read.
///
/// # Safety
/// The batch is the host's.
unsafe fn drive<X: Exchange>(exchange: &mut X, batch: &abi::Batch, outputs: &mut Outputs)
    -> (u32, bool) {
    for entry in 0..batch.count as usize {
        if entry > 0 && outputs.is_half_full() && time(batch, entry) != time(batch, entry - 1) {
            return (entry as u32, true);
        }
        let (kind, row) = place(batch, entry);
        outputs.begin_row(entry as u32);
        match kind {
            abi::KIND_RESPONSES => exchange.on_response(&response(batch, row), outputs),
            abi::KIND_TIMERS => {
                let timers = &*batch.timers;
                exchange.on_timer(*timers.timer_id.add(row), *timers.time_ns.add(row), outputs);
            }
            _ => {}
        }
        if outputs.has_overflowed {
            outputs.take_back();
            return (entry as u32, false);
        }
    }
    (batch.count, true)
}

unsafe extern "C" fn on_batch<X: Exchange>(
    instance: *mut c_void,
    batch: *const abi::Batch,
    table: *mut abi::Outputs,
    out_consumed: *mut u32,
) -> ResultCode {
    let Instance { plugin: codec, failure, .. } = &mut *(instance as *mut Instance<Codec<X>>);
    if !is_known(&*table) {
        return abi::ERROR_UNSUPPORTED;
    }
    let (exchange, scratch) = (&mut codec.exchange, &mut codec.scratch);
    let mut outputs = Outputs::new(&mut *table, scratch);
    match catch_unwind(AssertUnwindSafe(|| drive(exchange, &*batch, &mut outputs))) {
        Ok((consumed, is_whole)) => {
            *out_consumed = consumed;
            if is_whole {
                abi::OK
            } else {
                abi::TRUNCATED
            }
        }
        Err(panic) => fail(failure, panic),
    }
}
