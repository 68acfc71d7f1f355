//! Columns of the events that a test pushes.

use crate::abi;

/// One event, as a test pushes it.
#[derive(Clone, Copy)]
pub(super) enum Event {
    /// time, instrument, then open, high, low, close and volume
    Bar(i64, u32, [i64; 5]),
    /// time, instrument, price, quantity
    Trade(i64, u32, i64, i64),
    /// time, instrument, status
    Status(i64, u32, u8),
    /// time, instrument, rate, next time
    Funding(i64, u32, i64, i64),
    /// time, instrument, mark price, index price
    Mark(i64, u32, i64, i64),
    /// time, instrument, quantity
    OpenInterest(i64, u32, i64),
    /// time, instrument, side, price, quantity
    Liquidation(i64, u32, u8, i64, i64),
    /// time, instrument, title, body
    Text(i64, u32, &'static str, &'static str),
}

/// The tables of what a venue of contracts says beside its trades, and of what is written.
pub(super) struct Contracts {
    marks: abi::Marks,
    open_interest: abi::OpenInterest,
    liquidations: abi::Liquidations,
    texts: abi::Texts,
}

impl Event {
    pub(super) fn time_ns(&self) -> i64 {
        match *self {
            Event::Bar(time, ..) | Event::Trade(time, ..) => time,
            Event::Status(time, ..) | Event::Funding(time, ..) => time,
            Event::Mark(time, ..) | Event::OpenInterest(time, ..) => time,
            Event::Liquidation(time, ..) | Event::Text(time, ..) => time,
        }
    }
}

/// The columns of one batch.
pub(super) struct Columns {
    count: u32,
    kind: Vec<u8>,
    row: Vec<u32>,
    /// Of bars, trades, states, funding, marks, open interest, liquidations and texts.
    time: [Vec<i64>; 8],
    instrument: [Vec<u32>; 8],
    /// open or price, high or quantity, low, close, volume, interval, open time
    number: [Vec<i64>; 7],
    code: Vec<u8>,
    trade: [Vec<i64>; 2],
    status: Vec<u8>,
    /// rate, next time
    funding: [Vec<i64>; 2],
    /// mark, index, open interest, price and quantity of liquidations
    contract: [Vec<i64>; 5],
    /// Of the orders that closed positions.
    side: Vec<u8>,
    /// Empty, title and body.
    words: [Vec<abi::Text>; 3],
}

impl Columns {
    pub(super) fn new(events: &[Event]) -> Columns {
        let mut c = Columns {
            count: events.len() as u32,
            kind: vec![],
            row: vec![],
            time: Default::default(),
            instrument: Default::default(),
            number: Default::default(),
            code: vec![1; events.len()],
            trade: Default::default(),
            status: vec![],
            funding: Default::default(),
            contract: Default::default(),
            side: vec![],
            words: Default::default(),
        };
        for event in events {
            match *event {
                Event::Bar(time, instrument, prices) => {
                    c.entry(0, abi::KIND_BARS, time, instrument);
                    let minute = 60_000_000_000;
                    let [open, high, low, close, volume] = prices;
                    let row = [open, high, low, close, volume, minute, time - minute];
                    c.number.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
                }
                Event::Trade(time, instrument, price, quantity) => {
                    c.entry(1, abi::KIND_TRADES, time, instrument);
                    c.trade[0].push(price);
                    c.trade[1].push(quantity);
                }
                Event::Status(time, instrument, status) => {
                    c.entry(2, abi::KIND_STATUS, time, instrument);
                    c.status.push(status);
                }
                Event::Funding(time, instrument, rate, next) => {
                    c.entry(3, abi::KIND_FUNDING, time, instrument);
                    c.funding[0].push(rate);
                    c.funding[1].push(next);
                }
                Event::Mark(time, instrument, mark, index) => {
                    c.entry(4, abi::KIND_MARKS, time, instrument);
                    c.contract[0].push(mark);
                    c.contract[1].push(index);
                }
                Event::OpenInterest(time, instrument, quantity) => {
                    c.entry(5, abi::KIND_OPEN_INTEREST, time, instrument);
                    c.contract[2].push(quantity);
                }
                Event::Liquidation(time, instrument, side, price, quantity) => {
                    c.entry(6, abi::KIND_LIQUIDATIONS, time, instrument);
                    c.side.push(side);
                    c.contract[3].push(price);
                    c.contract[4].push(quantity);
                }
                Event::Text(time, instrument, title, body) => {
                    c.entry(7, abi::KIND_TEXTS, time, instrument);
                    for (column, text) in c.words.iter_mut().zip(["", title, body]) {
                        column.push(crate::library::text(text));
                    }
                }
            }
        }
        c
    }

    /// Adds an entry of a kind whose columns stand at `place`.
    fn entry(&mut self, place: usize, kind: u32, time_ns: i64, instrument: u32) {
        self.row.push(self.time[place].len() as u32);
        self.kind.push(kind as u8);
        self.time[place].push(time_ns);
        self.instrument[place].push(instrument);
    }

    pub(super) fn bars(&self) -> abi::Bars {
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

    pub(super) fn trades(&self) -> abi::Trades {
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

    pub(super) fn status(&self) -> abi::Status {
        abi::Status {
            struct_size: std::mem::size_of::<abi::Status>() as u32,
            count: self.time[2].len() as u32,
            time_ns: self.time[2].as_ptr(),
            venue_time_ns: self.time[2].as_ptr(),
            instrument: self.instrument[2].as_ptr(),
            status: self.status.as_ptr(),
        }
    }

    pub(super) fn funding(&self) -> abi::Funding {
        abi::Funding {
            struct_size: std::mem::size_of::<abi::Funding>() as u32,
            count: self.time[3].len() as u32,
            time_ns: self.time[3].as_ptr(),
            venue_time_ns: self.time[3].as_ptr(),
            instrument: self.instrument[3].as_ptr(),
            rate_e9: self.funding[0].as_ptr(),
            next_funding_ns: self.funding[1].as_ptr(),
        }
    }

    pub(super) fn contracts(&self) -> Contracts {
        let count = |place: usize| self.time[place].len() as u32;
        Contracts {
            marks: abi::Marks {
                struct_size: std::mem::size_of::<abi::Marks>() as u32,
                count: count(4),
                time_ns: self.time[4].as_ptr(),
                venue_time_ns: self.time[4].as_ptr(),
                instrument: self.instrument[4].as_ptr(),
                mark_price: self.contract[0].as_ptr(),
                index_price: self.contract[1].as_ptr(),
            },
            open_interest: abi::OpenInterest {
                struct_size: std::mem::size_of::<abi::OpenInterest>() as u32,
                count: count(5),
                time_ns: self.time[5].as_ptr(),
                venue_time_ns: self.time[5].as_ptr(),
                instrument: self.instrument[5].as_ptr(),
                quantity: self.contract[2].as_ptr(),
            },
            liquidations: abi::Liquidations {
                struct_size: std::mem::size_of::<abi::Liquidations>() as u32,
                count: count(6),
                time_ns: self.time[6].as_ptr(),
                venue_time_ns: self.time[6].as_ptr(),
                instrument: self.instrument[6].as_ptr(),
                side: self.side.as_ptr(),
                price: self.contract[3].as_ptr(),
                quantity: self.contract[4].as_ptr(),
            },
            texts: abi::Texts {
                struct_size: std::mem::size_of::<abi::Texts>() as u32,
                count: count(7),
                time_ns: self.time[7].as_ptr(),
                venue_time_ns: self.time[7].as_ptr(),
                instrument: self.instrument[7].as_ptr(),
                source: self.words[0].as_ptr(),
                author: self.words[0].as_ptr(),
                title: self.words[1].as_ptr(),
                body: self.words[2].as_ptr(),
            },
        }
    }

    pub(super) fn batch(
        &self,
        bars: &abi::Bars,
        trades: &abi::Trades,
        status: &abi::Status,
        funding: &abi::Funding,
        contracts: &Contracts,
        flags: u32,
    ) -> abi::Batch {
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
        batch.status = if status.count > 0 { status } else { std::ptr::null() };
        batch.funding = if funding.count > 0 { funding } else { std::ptr::null() };
        let Contracts { marks, open_interest, liquidations, texts } = contracts;
        batch.marks = if marks.count > 0 { marks } else { std::ptr::null() };
        if open_interest.count > 0 {
            batch.open_interest = open_interest;
        }
        if liquidations.count > 0 {
            batch.liquidations = liquidations;
        }
        if texts.count > 0 {
            batch.texts = texts;
        }
        batch
    }
}
