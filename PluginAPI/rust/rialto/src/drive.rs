//! The traits of plugins, and the loop that reads a batch from the front.

use crate::abi;
use crate::events::{
    AccountEvent, Bar, FillEvent, ForecastEvent, FundingEvent, LiquidationEvent, MarkEvent,
    OpenInterestEvent, OrderEvent, Quote, SeriesEvent, StatusEvent, TextEvent, Trade,
};
use crate::library::Info;
use crate::outputs::{Forecasts, Intents, Output};
use crate::setup::{Need, Setup};

/// A strategy: a value with a callback for each kind of event that it needs.
pub trait Strategy: Sized + 'static {
    /// What it is.
    const INFO: Info;

    /// Makes an instance. The error says what was found and what is allowed.
    fn new(setup: &Setup) -> Result<Self, String>;

    /// Events that it wants, one or more.
    fn needs(&self) -> Vec<Need>;

    /// It reads no own events: the host need not stop where it acts.
    fn is_open_loop(&self) -> bool {
        false
    }

    /// The whole state as bytes, for `restore` of a new instance; none when it keeps none.
    fn save(&self) -> Option<Vec<u8>> {
        None
    }

    /// Takes over what `save` once gave; false when it cannot, and nothing has changed then.
    fn restore(&mut self, _state: &[u8]) -> bool {
        false
    }

    /// A bar closed.
    fn on_bar(&mut self, _bar: &Bar, _intents: &mut Intents) {}
    /// A trade was printed.
    fn on_trade(&mut self, _trade: &Trade, _intents: &mut Intents) {}
    /// Best bid or ask changed.
    fn on_quote(&mut self, _quote: &Quote, _intents: &mut Intents) {}
    /// Trading, or what is heard of it, changed; asked for with `abi::KIND_STATUS`.
    fn on_status(&mut self, _status: &StatusEvent, _intents: &mut Intents) {}
    /// Funding was exchanged; asked for with `abi::KIND_FUNDING`.
    fn on_funding(&mut self, _funding: &FundingEvent, _intents: &mut Intents) {}
    /// What the venue values positions at changed; asked for with `abi::KIND_MARKS`.
    fn on_mark(&mut self, _mark: &MarkEvent, _intents: &mut Intents) {}
    /// How much is open changed; asked for with `abi::KIND_OPEN_INTEREST`.
    fn on_open_interest(&mut self, _interest: &OpenInterestEvent, _intents: &mut Intents) {}
    /// A position was closed by force; asked for with `abi::KIND_LIQUIDATIONS`.
    fn on_liquidation(&mut self, _closed: &LiquidationEvent, _intents: &mut Intents) {}
    /// A news item or post, never an instruction; asked for with `abi::KIND_TEXTS`.
    fn on_text(&mut self, _text: &TextEvent, _intents: &mut Intents) {}
    /// A model or the ensemble forecast.
    fn on_forecast(&mut self, _forecast: &ForecastEvent, _intents: &mut Intents) {}
    /// A model published a number under a name that was asked for with `Setup::read`.
    fn on_series(&mut self, _number: &SeriesEvent, _intents: &mut Intents) {}
    /// An own order changed.
    fn on_order(&mut self, _order: &OrderEvent, _intents: &mut Intents) {}
    /// An own order or target filled.
    fn on_fill(&mut self, _fill: &FillEvent, _intents: &mut Intents) {}
    /// The instance's book, beside an own report.
    fn on_account(&mut self, _account: &AccountEvent, _intents: &mut Intents) {}
    /// A timer came.
    fn on_timer(&mut self, _id: u64, _time_ns: i64, _intents: &mut Intents) {}
}

/// A model: a value that reads the market and forecasts. It never acts.
pub trait Model: Sized + 'static {
    /// What it is.
    const INFO: Info;

    /// Makes an instance. The error says what was found and what is allowed.
    fn new(setup: &Setup) -> Result<Self, String>;

    /// Events that it wants, one or more.
    fn needs(&self) -> Vec<Need>;

    /// The whole state as bytes, for `restore` of a new instance; none when it keeps none.
    fn save(&self) -> Option<Vec<u8>> {
        None
    }

    /// Takes over what `save` once gave; false when it cannot, and nothing has changed then.
    fn restore(&mut self, _state: &[u8]) -> bool {
        false
    }

    /// A bar closed.
    fn on_bar(&mut self, _bar: &Bar, _forecasts: &mut Forecasts) {}
    /// A trade was printed.
    fn on_trade(&mut self, _trade: &Trade, _forecasts: &mut Forecasts) {}
    /// Best bid or ask changed.
    fn on_quote(&mut self, _quote: &Quote, _forecasts: &mut Forecasts) {}
    /// Trading, or what is heard of it, changed; asked for with `abi::KIND_STATUS`.
    fn on_status(&mut self, _status: &StatusEvent, _forecasts: &mut Forecasts) {}
    /// Funding was exchanged; asked for with `abi::KIND_FUNDING`.
    fn on_funding(&mut self, _funding: &FundingEvent, _forecasts: &mut Forecasts) {}
    /// What the venue values positions at changed; asked for with `abi::KIND_MARKS`.
    fn on_mark(&mut self, _mark: &MarkEvent, _forecasts: &mut Forecasts) {}
    /// How much is open changed; asked for with `abi::KIND_OPEN_INTEREST`.
    fn on_open_interest(&mut self, _interest: &OpenInterestEvent, _forecasts: &mut Forecasts) {}
    /// A position was closed by force; asked for with `abi::KIND_LIQUIDATIONS`.
    fn on_liquidation(&mut self, _closed: &LiquidationEvent, _forecasts: &mut Forecasts) {}
    /// A news item or post, never an instruction; asked for with `abi::KIND_TEXTS`.
    fn on_text(&mut self, _text: &TextEvent, _forecasts: &mut Forecasts) {}
    /// Another model published a number under a name that was asked for with `Setup::read`.
    fn on_series(&mut self, _number: &SeriesEvent, _forecasts: &mut Forecasts) {}
}

/// Kind and row of an entry.
///
/// # Safety
/// `entry` is below the batch's count.
#[inline(always)]
pub(crate) unsafe fn place(batch: &abi::Batch, entry: usize) -> (u32, usize) {
    if batch.order_kind.is_null() || batch.order_row.is_null() {
        return (batch.single_kind, entry);
    }
    (u32::from(*batch.order_kind.add(entry)), *batch.order_row.add(entry) as usize)
}

/// Time of an entry; 0 of kinds that this kit does not know.
///
/// # Safety
/// As `place`, and the batch is the host's.
#[inline(always)]
pub(crate) unsafe fn time(batch: &abi::Batch, entry: usize) -> i64 {
    let (kind, row) = place(batch, entry);
    let column = match kind {
        abi::KIND_BARS => (*batch.bars).time_ns,
        abi::KIND_TRADES => (*batch.trades).time_ns,
        abi::KIND_QUOTES => (*batch.quotes).time_ns,
        abi::KIND_STATUS => (*batch.status).time_ns,
        abi::KIND_FUNDING => (*batch.funding).time_ns,
        abi::KIND_MARKS => (*batch.marks).time_ns,
        abi::KIND_OPEN_INTEREST => (*batch.open_interest).time_ns,
        abi::KIND_LIQUIDATIONS => (*batch.liquidations).time_ns,
        abi::KIND_TEXTS => (*batch.texts).time_ns,
        abi::KIND_FORECASTS => (*batch.forecasts).time_ns,
        abi::KIND_OWN_ORDERS => (*batch.own_orders).time_ns,
        abi::KIND_FILLS => (*batch.fills).time_ns,
        abi::KIND_ACCOUNT => (*batch.account).time_ns,
        abi::KIND_TIMERS => (*batch.timers).time_ns,
        abi::KIND_RESPONSES => (*batch.responses).time_ns,
        abi::KIND_SERIES => (*batch.series).time_ns,
        _ => return 0,
    };
    *column.add(row)
}

/// Reads a batch from the front. Returns the entries read.
///
/// # Safety
/// The batch is the host's.
#[inline(always)]
unsafe fn drive<O: Output>(
    batch: &abi::Batch,
    out: &mut O,
    mut deliver: impl FnMut(u32, usize, &mut O),
) -> u32 {
    let count = batch.count as usize;
    for entry in 0..count {
        let (kind, row) = place(batch, entry);
        out.begin(entry as u32);
        deliver(kind, row, out);
        let next = entry + 1;
        if out.must_stop() && (next == count || time(batch, next) != time(batch, entry)) {
            return next as u32;
        }
    }
    batch.count
}

/// # Safety
/// The batch is the host's.
pub(crate) unsafe fn drive_strategy<S: Strategy>(
    strategy: &mut S,
    batch: &abi::Batch,
    intents: &mut Intents,
) -> u32 {
    drive(batch, intents, |kind, row, out| match kind {
        abi::KIND_BARS => strategy.on_bar(&Bar::at(batch.bars, row), out),
        abi::KIND_TRADES => strategy.on_trade(&Trade::at(batch.trades, row), out),
        abi::KIND_QUOTES => strategy.on_quote(&Quote::at(batch.quotes, row), out),
        abi::KIND_STATUS => strategy.on_status(&StatusEvent::at(batch.status, row), out),
        abi::KIND_FUNDING => strategy.on_funding(&FundingEvent::at(batch.funding, row), out),
        abi::KIND_MARKS => strategy.on_mark(&MarkEvent::at(batch.marks, row), out),
        abi::KIND_OPEN_INTEREST => {
            strategy.on_open_interest(&OpenInterestEvent::at(batch.open_interest, row), out)
        }
        abi::KIND_LIQUIDATIONS => {
            strategy.on_liquidation(&LiquidationEvent::at(batch.liquidations, row), out)
        }
        abi::KIND_TEXTS => strategy.on_text(&TextEvent::at(batch.texts, row), out),
        abi::KIND_FORECASTS => {
            strategy.on_forecast(&ForecastEvent::at(batch.forecasts, row), out)
        }
        abi::KIND_SERIES => strategy.on_series(&SeriesEvent::at(batch.series, row), out),
        abi::KIND_OWN_ORDERS => strategy.on_order(&OrderEvent::at(batch.own_orders, row), out),
        abi::KIND_FILLS => strategy.on_fill(&FillEvent::at(batch.fills, row), out),
        abi::KIND_ACCOUNT => strategy.on_account(&AccountEvent::at(batch.account, row), out),
        abi::KIND_TIMERS => {
            let timers = &*batch.timers;
            strategy.on_timer(*timers.timer_id.add(row), *timers.time_ns.add(row), out)
        }
        _ => {}
    })
}

/// # Safety
/// The batch is the host's.
pub(crate) unsafe fn drive_model<M: Model>(
    model: &mut M,
    batch: &abi::Batch,
    forecasts: &mut Forecasts,
) -> u32 {
    drive(batch, forecasts, |kind, row, out| match kind {
        abi::KIND_BARS => model.on_bar(&Bar::at(batch.bars, row), out),
        abi::KIND_TRADES => model.on_trade(&Trade::at(batch.trades, row), out),
        abi::KIND_QUOTES => model.on_quote(&Quote::at(batch.quotes, row), out),
        abi::KIND_STATUS => model.on_status(&StatusEvent::at(batch.status, row), out),
        abi::KIND_FUNDING => model.on_funding(&FundingEvent::at(batch.funding, row), out),
        abi::KIND_MARKS => model.on_mark(&MarkEvent::at(batch.marks, row), out),
        abi::KIND_OPEN_INTEREST => {
            model.on_open_interest(&OpenInterestEvent::at(batch.open_interest, row), out)
        }
        abi::KIND_LIQUIDATIONS => {
            model.on_liquidation(&LiquidationEvent::at(batch.liquidations, row), out)
        }
        abi::KIND_TEXTS => model.on_text(&TextEvent::at(batch.texts, row), out),
        abi::KIND_SERIES => model.on_series(&SeriesEvent::at(batch.series, row), out),
        _ => {}
    })
}
