//! What is true of an exchange of the Rust kit: outputs, terms, room, failures.

use rialto::exchange::{
    BookTop, Bucket, Capture, Endpoint, Exchange, FillReport, OrderIntent, OrderReport, Outputs,
    Placeholder, Print, Request, Response, SignStep, Terms, VenueInstruments,
};
use rialto::test_host::{cancel, order, replace, TestExchange, TestOutput};
use rialto::{abi, Info, Setup};

/// Encodes into `kind,client,instrument,side,quantity,price`; what it does besides depends on the
/// quantity. An answer is a word that says what to do.
struct Probe {
    instruments: VenueInstruments,
}

const BODY: abi::Range = abi::Range::whole(abi::PART_BODY);
const STEPS: &[SignStep] = &[
    SignStep {
        operation: abi::SIGN_SHA256,
        encoding: abi::ENCODE_RAW,
        ranges: &[BODY],
        key: "",
        insert: abi::Range::new(0, 0, 0),
    },
    SignStep {
        operation: abi::SIGN_HMAC_SHA512,
        encoding: abi::ENCODE_BASE64,
        ranges: &[abi::Range::whole(abi::PART_URL), abi::Range::step(0)],
        key: "main",
        insert: abi::Range::new(abi::PART_HEADERS, 3, 4),
    },
];

const PLACES: &[Placeholder] =
    &[Placeholder { name: "token", place: abi::Range::new(abi::PART_URL, 8, 3) }];

fn request<'a>(body: &'a [u8]) -> Request<'a> {
    Request {
        id: 7,
        url: "/orders?x=1",
        headers: "S: 0000",
        body,
        steps: STEPS,
        placeholders: PLACES,
        captures: &[Capture { name: "token", path: "data/token" }],
        bucket_cost: 2,
        ..Request::default()
    }
}

impl Exchange for Probe {
    const INFO: Info = Info {
        id: "test.probe",
        version: "1.0.0",
        name: "Probe",
        summary: "Does as it is told.",
        author: "Tests",
        license: "Apache-2.0",
        parameters: &[],
    };

    fn new(setup: &Setup) -> Result<Self, String> {
        let instruments = VenueInstruments::new(setup, |one| match one.name.as_str() {
            "ODD" => Err(String::from("the venue has no ODD")),
            name => Ok(name.replace('/', "")),
        })?;
        Ok(Probe { instruments })
    }

    fn endpoints(&self) -> Vec<Endpoint> {
        vec![
            Endpoint::trade("POST", "probe.invalid", "/orders", 0),
            Endpoint::read("GET", "probe.invalid", "/time", 0),
        ]
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::new("all", 10, 1_000_000)]
    }

    fn encode(&mut self, intent: &OrderIntent, _: i64, _: u64, outputs: &mut Outputs) {
        let name = self.instruments.at(intent.instrument).map_or("none", |one| &one.name);
        let off = i64::from(intent.quantity == 13);
        let body = format!(
            "{},{},{},{},{},{}",
            intent.kind, intent.client_id, name, intent.side, intent.quantity + off, intent.price
        );
        match intent.quantity {
            66 => outputs.reject(intent, abi::REASON_UNSUPPORTED),
            67 => panic!("the quantity was 67"),
            68 => {
                let plain = Request { placeholders: &[], ..request(b"") };
                outputs.request(&Request { endpoint: 1, url: "/time", ..plain })
            }
            69 => outputs.request(&Request { url: "/elsewhere", ..request(b"") }),
            70 => {}
            71 => outputs.request(&Request { body: &[b'x'; 1 << 19], ..request(b"") }),
            72 => (0..65).for_each(|_| outputs.request(&request(body.as_bytes()))),
            _ => {
                let bucket_cost = 2 - u32::from(intent.is_plain_order());
                outputs.request(&Request { bucket_cost, ..request(body.as_bytes()) })
            }
        }
    }

    fn read_back(&self, url: &[u8], body: &[u8]) -> Option<Terms> {
        if !url.starts_with(b"/orders") {
            return None;
        }
        let text = std::str::from_utf8(body).ok()?;
        let words: Vec<&str> = text.split(',').collect();
        let number = |index: usize| words.get(index)?.parse::<i64>().ok();
        let name = words.get(2)?;
        let instrument = self.instruments.named(name)?.instrument.index;
        let place = |index: usize| {
            let word = words.get(index).map_or("", |word| *word);
            abi::Range::of(word.as_bytes(), abi::PART_BODY, body)
        };
        assert!(text != "1,1,BTCUSD,1,1,1", "a panic while reading back");
        Some(Terms {
            kind: number(0)? as u32,
            client_id: number(1)? as u64,
            instrument,
            side: number(3)? as u32,
            quantity: number(4)?,
            price: number(5)?,
            client_id_place: place(1),
            instrument_place: place(2),
            side_place: place(if text.contains(",15,") { 1 } else { 3 }),
            quantity_place: place(if text.contains(",14,") { 3 } else { 4 }),
            price_place: if number(5)? > 0 || number(4)? == 16 { place(5) } else { place(9) },
        })
    }

    fn on_response(&mut self, response: &Response, outputs: &mut Outputs) {
        let id = response.request_id;
        match response.body {
            b"panic" => panic!("the answer was panic"),
            b"two" => (0..2).for_each(|_| outputs.timer(id, 5)),
            b"many" => (0..65).for_each(|_| outputs.timer(id, 5)),
            b"all" => say_all(outputs),
            _ if response.is_success() => outputs.timer(id, response.time_ns),
            body => outputs.error(id, abi::REASON_VENUE, &String::from_utf8_lossy(body)),
        }
    }

    fn on_timer(&mut self, id: u64, time_ns: i64, outputs: &mut Outputs) {
        outputs.timer(id + 1, time_ns + 1);
    }
}

/// One output of every kind but requests.
fn say_all(outputs: &mut Outputs) {
    outputs.open_socket(1, "wss://probe.invalid/feed");
    outputs.send(1, b"hello");
    outputs.close_socket(1);
    outputs.trade(&Print { price: 5, quantity: 6, taker_side: abi::SELL, ..Print::default() });
    outputs.quote(&BookTop { bid_price: 1, bid_quantity: 2, ask_price: 3, ..BookTop::default() });
    let (client_id, side) = (9, abi::BUY);
    let state = abi::ORDER_PARTLY_FILLED;
    let report = OrderReport { client_id, side, state, quantity: 4, ..OrderReport::default() };
    outputs.order(&OrderReport { filled: 1, price: 3, venue_time_ns: 8, ..report });
    let fee = -(1_i128 << 100);
    outputs.fill(&FillReport { client_id, side, price: 3, quantity: 1, fee, ..Default::default() });
    outputs.balance("USD", 1 << 90, 7);
    outputs.instrument(0, "BTCUSD", 10, 100);
}

rialto::export!("test.probe", "1.0.0", rialto::exchange::<Probe>());

fn host() -> TestExchange {
    let mut host = TestExchange::new();
    host.instrument("ETH/USD", 2, 4);
    host.instrument("BTC/USD", 2, 8);
    assert_eq!(host.create(rialto_plugin_entry, 0), Ok(()));
    host
}

fn answer(time_ns: i64, body: &'static [u8]) -> Response<'static> {
    Response { time_ns, request_id: 1 + time_ns as u64, status: 200, headers: b"", body }
}

fn ids(outputs: &[TestOutput]) -> Vec<u64> {
    outputs.iter().map(|one| one.id).collect()
}

#[test]
fn a_request_is_described_whole() {
    let output = host().encode(&order(42, 1, abi::SELL, 5, 9)).unwrap();
    assert_eq!((output.body.as_str(), output.client_id), ("2,42,BTCUSD,2,5,9", 42));
    assert_eq!((output.id, output.instrument, output.bucket_cost), (7, 1, 1));
    assert_eq!((output.url.as_str(), output.headers.as_str()), ("/orders?x=1", "S: 0000"));
    let operations: Vec<u32> = output.steps.iter().map(|step| step.operation).collect();
    assert_eq!(operations, [abi::SIGN_SHA256, abi::SIGN_HMAC_SHA512]);
    assert_eq!((output.steps[1].key.as_str(), output.steps[1].ranges.len()), ("main", 2));
    assert_eq!(output.steps[1].ranges[1], abi::Range::step(0));
    assert_eq!(output.placeholders, [("token".into(), abi::Range::new(abi::PART_URL, 8, 3))]);
    assert_eq!(output.captures, [("token".into(), "data/token".into())]);
}

#[test]
fn orders_cancels_and_replaces_are_encoded_and_read_back() {
    let mut host = host();
    for intent in [order(1, 0, abi::BUY, 5, 0), cancel(2, 1), replace(3, 1, 0, 8)] {
        assert_eq!(host.encode(&intent).map(|one| one.client_id), Ok(intent.order_id));
    }
    let terms = host.read_back(b"/orders", b"2,42,BTCUSD,2,5,9").unwrap().unwrap();
    assert_eq!(terms.instrument_place, abi::Range::new(abi::PART_BODY, 5, 6));
    for (url, body) in [("/other", "2,42,BTCUSD,2,5,9"), ("/orders", "2,42,XRP,2,5,9")] {
        assert_eq!(host.read_back(url.as_bytes(), body.as_bytes()), Ok(None));
    }
}

#[test]
fn a_plain_order_has_a_lifetime_and_nothing_more() {
    let plain = |change: fn(&mut abi::Intent)| {
        let mut intent = order(1, 0, abi::BUY, 5, 9);
        change(&mut intent);
        host().encode(&intent).map(|one| one.bucket_cost) == Ok(1)
    };
    assert!(plain(|_| {}) && plain(|one| one.time_in_force = abi::FILL_OR_KILL as u8));
    assert!(!plain(|one| one.time_in_force = abi::GOOD_TILL_TIME as u8));
    assert!(!plain(|one| one.order_flags = abi::ORDER_POST_ONLY as u16));
    assert!(!plain(|one| one.order_type = abi::ORDER_STOP as u8));
    assert!(!plain(|one| one.link = abi::LINK_OCO as u8));
    assert!(!plain(|one| one.algorithm = abi::ALGORITHM_TWAP as u8));
    assert!(!plain(|one| one.kind = abi::INTENT_REPLACE as u8));
}

#[test]
fn a_rejected_order_keeps_its_terms() {
    let output = host().encode(&order(4, 1, abi::BUY, 66, 3)).unwrap();
    assert_eq!((output.kind, output.state), (abi::OUTPUT_ORDER, abi::ORDER_REJECTED));
    assert_eq!((output.client_id, output.quantity, output.reason), (4, 66, 12));
}

#[test]
fn the_test_host_finds_out_what_the_real_one_would_refuse() {
    let mut host = host();
    for (quantity, why) in [
        (13, "read back is"),
        (15, "the place of the client id is also another's"),
        (14, "the quantity is not what stands at its place: 1"),
        (68, "endpoint 1 is not declared for trading"),
        (69, "a field is out of range"),
        (70, "encode gives one output"),
    ] {
        let refused = host.encode(&order(1, 0, abi::BUY, quantity, 9)).unwrap_err();
        assert!(refused.starts_with(why), "{}: {}", quantity, refused);
    }
}

#[test]
fn a_market_order_names_no_place_of_a_price() {
    assert!(host().encode(&order(1, 0, abi::BUY, 5, 0)).is_ok());
    let refused = host().encode(&order(1, 0, abi::BUY, 16, 0));
    assert_eq!(refused, Err("the price of a market order has a place".into()));
}

#[test]
fn an_intent_that_no_venue_could_be_sent_does_not_reach_the_plugin() {
    let mut host = host();
    assert_eq!(host.encode(&order(1, 2, abi::BUY, 67, 9)), Err("encode answered 1".into()));
    let mut target = order(1, 0, abi::BUY, 67, 9);
    target.kind = abi::INTENT_TARGET as u8;
    let no_side = order(1, 0, 0, 67, 9);
    for intent in [target, no_side, order(0, 0, abi::BUY, 67, 9), order(1, 0, abi::BUY, 0, 9)] {
        let mut host = self::host();
        assert_eq!(host.encode(&intent), Err(format!("encode answered {}", abi::ERROR_ARGUMENT)));
    }
}

#[test]
fn a_request_that_does_not_fit_is_none() {
    for quantity in [71, 72] {
        let mut host = host();
        let result = host.encode(&order(1, 0, abi::BUY, quantity, 9));
        assert_eq!(result, Err(format!("encode answered {}", abi::TRUNCATED)));
        assert!(host.encode(&order(1, 0, abi::BUY, 5, 9)).is_ok());
    }
}

#[test]
fn every_kind_of_output_arrives_as_it_was_said() {
    let all = host().respond(200, b"all").unwrap();
    let kinds: Vec<u32> = all.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [2, 3, 4, 6, 7, 8, 9, 10, 11]);
    assert_eq!((all[0].url.as_str(), all[1].body.as_str()), ("wss://probe.invalid/feed", "hello"));
    assert_eq!((all[3].price, all[3].quantity, all[3].side), (5, 6, abi::SELL));
    assert_eq!((all[4].price, all[4].quantity, all[4].price_2, all[4].quantity_2), (1, 2, 3, 0));
    assert_eq!((all[5].client_id, all[5].filled, all[5].venue_time_ns), (9, 1, 8));
    assert_eq!((all[6].fee, all[6].quantity), (-(1_i128 << 100), 1));
    assert_eq!((all[7].body.as_str(), all[7].amount, all[7].held), ("USD", 1 << 90, 7));
    assert_eq!((all[8].body.as_str(), all[8].price_2, all[8].quantity_2), ("BTCUSD", 10, 100));
}

#[test]
fn answers_and_timers_are_read_whatever_their_status() {
    let mut host = host();
    let error = host.respond(-3, b"late").unwrap();
    assert_eq!((error[0].kind, error[0].body.as_str()), (abi::OUTPUT_ERROR, "late"));
    assert_eq!(ids(&host.timer(4, 10).unwrap()), [5]);
    assert_eq!(host.responses(&[]), Ok(vec![]));
}

#[test]
fn a_batch_is_cut_where_its_outputs_do_not_fit_and_nothing_is_lost_or_doubled() {
    let batch: Vec<Response> = (0..40).map(|index| answer(index / 3, b"two")).collect();
    let whole = host().responses(&batch).unwrap();
    assert_eq!(whole.len(), 80);
    for capacity in [2, 3, 5, 8, 64, 200] {
        let mut host = host();
        host.capacity = capacity;
        assert_eq!(ids(&host.responses(&batch).unwrap()), ids(&whole), "room for {}", capacity);
        assert_eq!(host.calls > 1, capacity < 200);
    }
}

#[test]
fn an_answer_whose_outputs_never_fit_is_found_out() {
    let refused = host().responses(&[answer(1, b"many")]);
    assert_eq!(refused, Err("the outputs of one answer do not fit".into()));
}

#[test]
fn a_panic_in_any_callback_ends_the_instance_with_its_text() {
    let encode = host().encode(&order(1, 0, abi::BUY, 67, 9));
    assert_eq!(encode, Err("panic: the quantity was 67".into()));
    assert_eq!(host().respond(200, b"panic"), Err("panic: the answer was panic".into()));
    let read_back = host().read_back(b"/orders", b"1,1,BTCUSD,1,1,1");
    assert_eq!(read_back, Err("panic: a panic while reading back".into()));
}

#[test]
fn instruments_are_found_by_index_and_by_the_name_of_the_venue_or_refused() {
    for (names, why) in [
        (&[][..], "no instrument was given"),
        (&["ODD"][..], "the venue has no ODD"),
        (&["A/B", "AB"][..], "two instruments have the venue's name AB"),
    ] {
        let mut host = TestExchange::new();
        for name in names {
            host.instrument(name, 2, 2);
        }
        assert_eq!(host.create(rialto_plugin_entry, 0), Err(why.into()));
    }
}
