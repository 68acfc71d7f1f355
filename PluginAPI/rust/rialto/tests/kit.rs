//! What is true of the Rust kit: callbacks, consumed counts, failures.

use rialto::test_host::TestHost;
use rialto::{
    abi, Algorithm, Bar, Forecasts, FundingEvent, Info, Intents, Link, LiquidationEvent, MarkEvent,
    Model, Need, OpenInterestEvent, OrderTerms, Protection, Setup, StatusEvent, Strategy, TextEvent,
    Trade,
};

const fn info(id: &'static str) -> Info {
    Info {
        id,
        version: "1.0.0",
        name: "Probe",
        summary: "Does as the price says.",
        author: "Tests",
        license: "Apache-2.0",
        parameters: &[],
    }
}

/// Answers each event as its price says: 1 target, 2 log, 3 timer, 4 panic, 5 a hundred targets,
/// 7 an order of each kind, 8 one for each algorithm.
struct Probe<const OPEN: bool> {
    last: i64,
}

fn act(price: i64, intents: &mut Intents) {
    match price {
        1 => intents.target(0, 1, Protection::default(), 0),
        2 => intents.log(abi::LOG_INFO, "seen"),
        3 => intents.timer(9, 1000),
        4 => panic!("the price was 4"),
        5 => (0..100).for_each(|one| intents.target(0, one, Protection::default(), 0)),
        8 => ways().into_iter().zip(1..).for_each(|(algorithm, id)| {
            let (side, none) = (abi::SELL, OrderTerms::default());
            let terms = OrderTerms { side, quantity: 12, limit: 90, ..none };
            intents.order(id, 0, OrderTerms { algorithm, ..terms }, 5)
        }),
        7 => each_kind().into_iter().zip(1..).for_each(|(one, id)| intents.order(id, 0, one, 0)),
        _ => {}
    }
}

/// Each way in which the host works an order, in the order of their numbers.
fn ways() -> [Algorithm; 6] {
    [
        Algorithm::twap(60),
        Algorithm::vwap(61),
        Algorithm::pov(100_000, 0),
        Algorithm::iceberg(3, 9, 62),
        Algorithm::shortfall(63, 10),
        Algorithm::maker_taker(64),
    ]
}

/// One of each kind of order, with ids from 1 on.
fn each_kind() -> [OrderTerms; 7] {
    let buy = OrderTerms { side: abi::BUY, quantity: 5, ..OrderTerms::default() };
    let limit = OrderTerms { limit: 90, ..buy };
    let exit = OrderTerms { side: abi::SELL, reduce_only: true, ..buy };
    [
        buy,
        OrderTerms { post_only: true, ..limit },
        OrderTerms { lifetime: abi::IMMEDIATE_OR_CANCEL, ..limit },
        OrderTerms { lifetime: abi::FILL_OR_KILL, expires_ns: 77, ..limit },
        OrderTerms { trailing: 20, link: Link::After(1), ..exit },
        OrderTerms { trigger: 80, link: Link::BracketOf(2), ..exit },
        OrderTerms { trigger: 80, limit: 79, link: Link::OneCancelsOthers(9), ..exit },
    ]
}

impl<const OPEN: bool> Strategy for Probe<OPEN> {
    const INFO: Info = info(if OPEN { "test.open" } else { "test.closed" });

    fn new(_: &Setup) -> Result<Self, String> {
        Ok(Probe { last: 0 })
    }
    fn needs(&self) -> Vec<Need> {
        vec![Need::bars(7)]
    }
    fn is_open_loop(&self) -> bool {
        OPEN
    }
    fn save(&self) -> Option<Vec<u8>> {
        assert!(self.last != 6, "the last close was 6");
        Some(vec![7; self.last as usize]).filter(|_| !OPEN)
    }
    fn restore(&mut self, state: &[u8]) -> bool {
        self.last = state.len() as i64;
        state.iter().all(|byte| *byte == 7)
    }
    fn on_bar(&mut self, bar: &Bar, intents: &mut Intents) {
        self.last = bar.close;
        act(bar.close, intents);
    }
    fn on_trade(&mut self, trade: &Trade, intents: &mut Intents) {
        act(trade.price, intents);
    }
    fn on_status(&mut self, status: &StatusEvent, intents: &mut Intents) {
        let protection = Protection::default();
        intents.target(status.instrument, i64::from(status.status), protection, 0);
    }
    fn on_funding(&mut self, funding: &FundingEvent, intents: &mut Intents) {
        let protection = Protection { stop: funding.next_funding_ns, ..Protection::default() };
        intents.target(funding.instrument, funding.rate_e9, protection, 0);
    }
    fn on_mark(&mut self, mark: &MarkEvent, intents: &mut Intents) {
        let protection = Protection { stop: mark.index_price, ..Protection::default() };
        intents.target(mark.instrument, mark.mark_price, protection, 0);
    }
    fn on_open_interest(&mut self, open: &OpenInterestEvent, intents: &mut Intents) {
        intents.target(open.instrument, open.quantity, Protection::default(), 0);
    }
    fn on_liquidation(&mut self, closed: &LiquidationEvent, intents: &mut Intents) {
        let protection = Protection { stop: closed.price, ..Protection::default() };
        let quantity = closed.quantity * if closed.side == abi::BUY as u8 { 1 } else { -1 };
        intents.target(closed.instrument, quantity, protection, 0);
    }
    fn on_text(&mut self, text: &TextEvent, intents: &mut Intents) {
        if text.instrument == abi::NONE {
            intents.log(abi::LOG_INFO, text.title);
        } else {
            let stop = text.published_ns;
            let protection = Protection { stop, ..Protection::default() };
            intents.target(text.instrument, text.body.len() as i64, protection, 0);
        }
    }
}

/// Forecasts how many bars it has seen.
#[derive(Default)]
struct Oracle {
    seen: u64,
}

impl Model for Oracle {
    const INFO: Info = info("test.oracle");

    fn new(setup: &Setup) -> Result<Self, String> {
        if setup.instruments.is_empty() {
            return Err(String::from("no instrument was given"));
        }
        Ok(Oracle::default())
    }
    fn needs(&self) -> Vec<Need> {
        vec![Need::bars(0)]
    }
    fn save(&self) -> Option<Vec<u8>> {
        Some(self.seen.to_le_bytes().to_vec())
    }
    fn restore(&mut self, state: &[u8]) -> bool {
        match state.try_into() {
            Ok(bytes) => self.seen = u64::from_le_bytes(bytes),
            Err(_) => return false,
        }
        true
    }
    fn on_bar(&mut self, bar: &Bar, forecasts: &mut Forecasts) {
        self.seen += 1;
        forecasts.mean_deviation(bar.instrument, self.seen as f64, 0.25, bar.interval_ns);
    }
}

rialto::export!(
    "test.closed",
    "1.0.0",
    rialto::strategy::<Probe<false>>(),
    rialto::strategy::<Probe<true>>(),
    rialto::model::<Oracle>(),
);

fn host(index: usize) -> TestHost {
    let mut host = TestHost::new();
    host.instrument("BTC/USD", 2, 3);
    assert_eq!(host.create(rialto_plugin_entry, index), Ok(()));
    host
}

#[test]
fn a_closed_loop_stops_after_the_group_in_which_it_acts() {
    let mut host = host(0);
    for (time, close) in [(1, 2), (1, 1), (1, 2), (2, 2), (2, 2), (3, 3)] {
        host.bar(0, time, [9, 9, 1, close], 1);
    }
    assert_eq!(host.run(4096, 0), Ok(()));
    assert_eq!((host.calls, host.intents.len()), (2, 6));
    assert_eq!((host.intents[1].1.row, host.intents[3].1.row), (1, 0));
    assert_eq!(host.needs()[0].history_rows, 7);
}

#[test]
fn an_open_loop_stops_for_a_timer_only() {
    let mut host = host(1);
    for (time, price) in [1, 2, 1, 3, 2, 1].into_iter().enumerate() {
        host.trade(0, time as i64, price, 1);
    }
    assert_eq!(host.run(4096, 0), Ok(()));
    assert_eq!((host.calls, host.intents.len()), (2, 6));
}

#[test]
fn bars_and_trades_come_in_their_order() {
    let mut host = host(1);
    host.trade(0, 1, 1, 1);
    host.bar(0, 1, [1, 1, 1, 2], 1);
    host.trade(0, 2, 2, 1);
    assert_eq!(host.run(4096, 0), Ok(()));
    let kinds: Vec<u8> = host.intents.iter().map(|one| one.1.kind).collect();
    assert_eq!(kinds, [abi::INTENT_TARGET as u8, abi::INTENT_LOG as u8, abi::INTENT_LOG as u8]);
}

#[test]
fn states_and_funding_come_in_their_order() {
    let mut host = host(1);
    host.status(0, 1, abi::STATUS_GAP);
    host.trade(0, 1, 2, 1);
    host.funding(0, 1, -250, 28_800);
    host.status(0, 2, abi::STATUS_RECONNECT);
    assert_eq!(host.run(4096, 0), Ok(()));
    let found: Vec<_> = host
        .intents
        .iter()
        .map(|(time, one)| (*time, u32::from(one.kind), one.quantity, one.stop_price))
        .collect();
    let (target, log) = (abi::INTENT_TARGET, abi::INTENT_LOG);
    let expected =
        [(1, target, 4, 0), (1, log, 0, 0), (1, target, -250, 28_800), (2, target, 6, 0)];
    assert_eq!(found, expected);
    assert_eq!(host.calls, 1);
}

#[test]
fn what_is_said_of_contracts_comes_in_its_order() {
    let mut host = host(1);
    host.mark(0, 1, 700, 699);
    host.open_interest(0, 1, 123);
    host.liquidation(0, 1, abi::SELL, 680, 5);
    host.liquidation(0, 2, abi::BUY, 720, 6);
    assert_eq!(host.run(4096, 0), Ok(()));
    let found: Vec<_> =
        host.intents.iter().map(|(time, one)| (*time, one.quantity, one.stop_price)).collect();
    assert_eq!(found, [(1, 700, 699), (1, 123, 0), (1, -5, 680), (2, 6, 720)]);
    assert_eq!(host.calls, 1);
}

#[test]
fn texts_come_with_their_words() {
    let mut host = host(1);
    host.trade(0, 1, 2, 1);
    host.text(abi::NONE, 1, "naïve", "");
    host.text(0, 2, "", "比特币");
    assert_eq!(host.run(4096, 0), Ok(()));
    let found: Vec<_> =
        host.intents.iter().map(|(time, one)| (*time, one.quantity, one.stop_price)).collect();
    assert_eq!(found, [(1, 0, 0), (1, 0, 0), (2, 9, 2)]);
    assert_eq!(host.calls, 1);
}

#[test]
fn a_closed_loop_stops_after_a_state_on_which_it_acts() {
    let mut host = host(0);
    host.status(0, 1, abi::STATUS_HALTED);
    host.status(0, 2, abi::STATUS_OPEN);
    host.funding(0, 3, 1, 0);
    assert_eq!(host.run(4096, 0), Ok(()));
    assert_eq!((host.calls, host.intents.len()), (3, 3));
}

#[test]
fn every_kind_of_order_is_written_with_its_terms() {
    let mut host = host(0);
    host.trade(0, 1, 7, 1);
    assert_eq!(host.run(4096, 0), Ok(()));
    let (reduces, kept) = (abi::ORDER_REDUCE_ONLY, abi::GOOD_TILL_CANCEL);
    let (now, till) = (abi::IMMEDIATE_OR_CANCEL, abi::GOOD_TILL_TIME);
    // Type, lifetime, flags, link, link id, price, trigger, expiry.
    let expected = [
        (abi::ORDER_MARKET, kept, 0, abi::LINK_NONE, 0, 0, 0, 0),
        (abi::ORDER_LIMIT, kept, abi::ORDER_POST_ONLY, abi::LINK_NONE, 0, 90, 0, 0),
        (abi::ORDER_LIMIT, now, 0, abi::LINK_NONE, 0, 90, 0, 0),
        (abi::ORDER_LIMIT, till, 0, abi::LINK_NONE, 0, 90, 0, 77),
        (abi::ORDER_TRAILING_STOP, kept, reduces, abi::LINK_OTO, 1, 20, 0, 0),
        (abi::ORDER_STOP, kept, reduces, abi::LINK_BRACKET, 2, 0, 80, 0),
        (abi::ORDER_STOP_LIMIT, kept, reduces, abi::LINK_OCO, 9, 79, 80, 0),
    ];
    assert_eq!(host.intents.len(), expected.len());
    for (index, (one, wanted)) in host.intents.iter().map(|one| &one.1).zip(expected).enumerate() {
        let terms = (
            u32::from(one.order_type),
            u32::from(one.time_in_force),
            u32::from(one.order_flags),
            u32::from(one.link),
            one.link_id,
            one.price,
            one.trigger_price,
            one.expire_time_ns,
        );
        assert_eq!(terms, wanted, "order {}", index + 1);
        assert_eq!((one.order_id, one.quantity), (index as u64 + 1, 5));
        assert_eq!(u32::from(one.side), if index < 4 { abi::BUY } else { abi::SELL });
    }
}

#[test]
fn an_algorithm_says_what_it_needs() {
    let mut host = host(0);
    host.trade(0, 1, 8, 1);
    assert_eq!(host.run(4096, 0), Ok(()));
    let found: Vec<_> = host
        .intents
        .iter()
        .map(|(_, one)| {
            assert_eq!((u32::from(one.order_type), one.price), (abi::ORDER_LIMIT, 90));
            let (duration, shown) = (one.algorithm_duration_ns, one.algorithm_quantity);
            (one.algorithm, duration, shown, one.algorithm_rate_e6)
        })
        .collect();
    let expected = [
        (1, 60, 0, 0),
        (2, 61, 0, 0),
        (3, 0, 0, 100_000),
        (4, 62, 3, 9),
        (5, 63, 0, 10),
        (6, 64, 0, 0),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_panic_ends_the_instance_with_its_text() {
    let mut host = host(0);
    host.trade(0, 1, 4, 1);
    assert_eq!(host.run(4096, 0), Err(String::from("panic: the price was 4")));
}

#[test]
fn more_than_fits_ends_the_instance() {
    let mut host = host(0);
    host.capacity = 80;
    host.trade(0, 1, 5, 1);
    assert_eq!(host.run(4096, 0), Err(String::from("one time group wants more than fits")));
}

#[test]
fn a_model_answers_every_row_and_stops_when_nearly_full() {
    let mut host = host(2);
    host.capacity = 66;
    (0..100).for_each(|time| host.bar(0, time, [1; 4], 1));
    assert_eq!(host.run(4096, 0), Ok(()));
    assert_eq!(host.forecasts.len(), 100);
    assert!(host.calls > 1 && host.forecasts[0].1.deviation == 0.25);
}

#[test]
fn a_refusal_says_why() {
    let mut host = TestHost::new();
    let refused = host.create(rialto_plugin_entry, 2);
    assert_eq!(refused, Err(String::from("no instrument was given")));
}

#[test]
fn a_model_goes_on_from_a_saved_state() {
    for piece in [1, 3, 8, 100] {
        let mut first = host(2);
        (0..300).for_each(|time| first.bar(0, time, [1; 4], 1));
        assert_eq!(first.run(4096, 0), Ok(()));
        let state = first.save(piece).unwrap().unwrap();
        let mut second = host(2);
        assert_eq!(second.restore(&state, piece), Ok(()));
        second.bar(0, 300, [1; 4], 1);
        assert_eq!(second.run(4096, 0), Ok(()));
        assert_eq!(second.forecasts[0].1.value, 301.0);
        assert_eq!(second.restore(&state[1..], piece), Err("load answered -5".into()));
    }
}

#[test]
fn a_strategy_saves_what_it_keeps_in_pieces() {
    for (size, piece) in [(0, 1), (1, 1), (5, 2), (200_000, 65_536), (200_000, 1_000_000)] {
        let mut first = host(0);
        first.bar(0, 1, [1, 1, 1, size], 1);
        assert_eq!(first.run(4096, 0), Ok(()));
        let state = first.save(piece).unwrap().unwrap();
        assert_eq!(state.len() as i64, size);
        let mut second = host(0);
        assert_eq!(second.restore(&state, piece), Ok(()));
        assert_eq!(second.save(piece), Ok(Some(state)));
    }
    assert_eq!(host(1).save(1), Ok(None));
}

#[test]
fn a_panic_while_saving_does_not_cross() {
    let mut host = host(0);
    host.bar(0, 1, [1, 1, 1, 6], 1);
    assert_eq!(host.run(4096, 0), Ok(()));
    assert_eq!(host.save(1), Err("save answered -1".into()));
}
