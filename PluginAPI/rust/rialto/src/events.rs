//! Events as values, read out of the columns of a batch.

use crate::abi;

macro_rules! event {
    ($(#[$meta:meta])* $name:ident of $columns:ident {
        $($(#[$doc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy)]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
        }

        impl $name {
            /// # Safety
            /// `columns` has more than `row` rows.
            #[inline(always)]
            pub(crate) unsafe fn at(columns: *const abi::$columns, row: usize) -> Self {
                let c = &*columns;
                $name { $($field: *c.$field.add(row),)* }
            }
        }
    };
}

event! {
    /// A closed interval; prices and volume in the instrument's own unit.
    Bar of Bars {
        /// Delivery, Unix nanoseconds UTC.
        time_ns: i64,
        /// Index of the instrument.
        instrument: u32,
        /// Nominal length.
        interval_ns: i64,
        /// First price.
        open: i64,
        /// Highest price.
        high: i64,
        /// Lowest price.
        low: i64,
        /// Last price.
        close: i64,
        /// Traded quantity.
        volume: i64,
    }
}

event! {
    /// A trade printed on a venue.
    Trade of Trades {
        /// When the host could know it, Unix nanoseconds UTC.
        time_ns: i64,
        /// Index of the instrument.
        instrument: u32,
        /// Price, above 0.
        price: i64,
        /// Quantity, above 0.
        quantity: i64,
        /// `abi::BUY`, `abi::SELL` or `abi::SIDE_UNKNOWN`.
        taker_side: u8,
    }
}

event! {
    /// Best bid and ask; a price of 0 is an empty side.
    Quote of Quotes {
        /// When the host could know it, Unix nanoseconds UTC.
        time_ns: i64,
        /// Index of the instrument.
        instrument: u32,
        /// Best bid.
        bid_price: i64,
        /// Quantity at the best bid.
        bid_quantity: i64,
        /// Best ask.
        ask_price: i64,
        /// Quantity at the best ask.
        ask_quantity: i64,
    }
}

event! {
    /// What trading in an instrument, or its feed, has come to.
    StatusEvent of Status {
        /// When the host could know it, Unix nanoseconds UTC.
        time_ns: i64,
        /// Index of the instrument.
        instrument: u32,
        /// `abi::STATUS_...`.
        status: u8,
    }
}

event! {
    /// Funding of a perpetual contract, as it is exchanged.
    FundingEvent of Funding {
        /// When it was exchanged, Unix nanoseconds UTC.
        time_ns: i64,
        /// Index of the instrument.
        instrument: u32,
        /// Of the position's value, in 10^-9; above 0 the long side pays.
        rate_e9: i64,
        /// When it is expected next, Unix nanoseconds UTC; 0 when that is not known.
        next_funding_ns: i64,
    }
}

event! {
    /// What a venue values positions in a contract at.
    MarkEvent of Marks {
        /// When the host could know it, Unix nanoseconds UTC.
        time_ns: i64,
        /// Index of the instrument.
        instrument: u32,
        /// Above 0.
        mark_price: i64,
        /// What the asset itself costs elsewhere; 0 when not stated.
        index_price: i64,
    }
}

event! {
    /// How much of a contract is open on a venue.
    OpenInterestEvent of OpenInterest {
        /// When the host could know it, Unix nanoseconds UTC.
        time_ns: i64,
        /// Index of the instrument.
        instrument: u32,
        /// 0 or more.
        quantity: i64,
    }
}

event! {
    /// A position that a venue closed by force.
    LiquidationEvent of Liquidations {
        /// When the host could know it, Unix nanoseconds UTC.
        time_ns: i64,
        /// Index of the instrument.
        instrument: u32,
        /// Of the closing order: `abi::BUY` closed a short; or `abi::SELL`, `abi::SIDE_UNKNOWN`.
        side: u8,
        /// Above 0.
        price: i64,
        /// Above 0.
        quantity: i64,
    }
}

event! {
    /// A forecast of a model or of the ensemble.
    ForecastEvent of ForecastEvents {
        /// When it was issued, Unix nanoseconds UTC.
        time_ns: i64,
        /// Index of the model; `abi::NONE` is the ensemble.
        model: u32,
        /// Index of the instrument.
        instrument: u32,
        /// `abi::FORECAST_...`.
        kind: u8,
        /// How far it looks ahead.
        horizon_ns: i64,
        /// When it goes stale, Unix nanoseconds UTC.
        valid_until_ns: i64,
        /// 0...1; 0 is asleep.
        confidence: f64,
        /// As its kind says.
        value: f64,
        /// Of the return, for means.
        deviation: f64,
        /// The model's weight then, 0...1.
        weight: f64,
    }
}

event! {
    /// A number that a model has published under a name that this instance reads.
    SeriesEvent of Series {
        /// Of the row that was answered, Unix nanoseconds UTC.
        time_ns: i64,
        /// As `Setup::read` gave it.
        series: u32,
        /// Index of the instrument.
        instrument: u32,
        /// Finite.
        value: f64,
    }
}

event! {
    /// What became of an order of this instance.
    OrderEvent of OwnOrders {
        /// When the host knew it, Unix nanoseconds UTC.
        time_ns: i64,
        /// The id that the order was given.
        order_id: u64,
        /// Index of the instrument.
        instrument: u32,
        /// `abi::ORDER_...`, submitted to unknown.
        state: u8,
        /// `abi::BUY` or `abi::SELL`.
        side: u8,
        /// `abi::REASON_...`.
        reason: u16,
        /// 0 for market orders.
        price: i64,
        /// As ordered.
        quantity: i64,
        /// So far.
        filled: i64,
    }
}

event! {
    /// A fill of this instance.
    FillEvent of Fills {
        /// When the host knew it, Unix nanoseconds UTC.
        time_ns: i64,
        /// 0 when it serves a target.
        order_id: u64,
        /// Index of the instrument.
        instrument: u32,
        /// `abi::BUY` or `abi::SELL`.
        side: u8,
        /// `abi::LIQUIDITY_...`.
        liquidity: u8,
        /// Price of the fill.
        price: i64,
        /// Above 0.
        quantity: i64,
        /// The instance's position after the fill.
        position: i64,
        /// In units of 10^-18.
        fee: abi::Cash,
    }
}

event! {
    /// The instance's book, beside an own report. Money in units of 10^-18.
    AccountEvent of Account {
        /// When the host knew it, Unix nanoseconds UTC.
        time_ns: i64,
        /// Money in the book.
        cash: abi::Cash,
        /// Cash and what the positions are worth.
        equity: abi::Cash,
        /// May still be used.
        capital_left: abi::Cash,
        /// 1 when only orders that reduce are accepted.
        halted: u8,
    }
}

impl abi::Cash {
    /// The amount in units of 10^-18.
    pub fn units(self) -> i128 {
        i128::from(self.high) << 64 | i128::from(self.low)
    }

    /// `units` of 10^-18.
    pub fn from_units(units: i128) -> Self {
        abi::Cash { low: units as u64, high: (units >> 64) as i64 }
    }
}

/// A news item or a post. Strangers wrote it: it is text to be read, never an instruction.
#[derive(Clone, Copy)]
pub struct TextEvent<'a> {
    /// When the host could know it, Unix nanoseconds UTC.
    pub time_ns: i64,
    /// When it says it was published, Unix nanoseconds UTC.
    pub published_ns: i64,
    /// Index of the instrument; `abi::NONE` when it is about none in particular.
    pub instrument: u32,
    /// Name of the feed.
    pub source: &'a str,
    /// Who wrote it.
    pub author: &'a str,
    /// Its heading; may be empty.
    pub title: &'a str,
    /// The text itself, at most 8 KiB; may be empty.
    pub body: &'a str,
}

impl TextEvent<'_> {
    /// # Safety
    /// `columns` has more than `row` rows, and the result does not outlive the batch.
    pub(crate) unsafe fn at(columns: *const abi::Texts, row: usize) -> Self {
        let c = &*columns;
        TextEvent {
            time_ns: *c.time_ns.add(row),
            published_ns: *c.venue_time_ns.add(row),
            instrument: *c.instrument.add(row),
            source: words(&*c.source.add(row)),
            author: words(&*c.author.add(row)),
            title: words(&*c.title.add(row)),
            body: words(&*c.body.add(row)),
        }
    }
}

/// # Safety
/// The text is the host's, and the result does not outlive the batch.
unsafe fn words<'a>(text: &abi::Text) -> &'a str {
    if text.data.is_null() || text.size == 0 {
        return "";
    }
    let bytes = std::slice::from_raw_parts(text.data as *const u8, text.size as usize);
    std::str::from_utf8(bytes).unwrap_or_default()
}
