//! Where a strategy says what it wants, and a model what it expects.

use crate::abi;

/// Intents or forecasts within one time group that the kit leaves room for.
pub(crate) const PER_GROUP: u32 = 64;

/// Terms of a target or order that the host keeps. 0 is none.
#[derive(Clone, Copy, Default)]
pub struct Protection {
    /// Price of a protective stop.
    pub stop: i64,
    /// Price at which the position is closed with a profit.
    pub take_profit: i64,
    /// Closes the position this long after it opened.
    pub time_stop_ns: i64,
}

/// Terms of an order. 0 is none.
#[derive(Clone, Copy, Default)]
pub struct OrderTerms {
    /// `abi::BUY` or `abi::SELL`.
    pub side: u32,
    /// Above 0.
    pub quantity: i64,
    /// Limit price; 0 for a market order or a plain stop.
    pub limit: i64,
    /// Price that sets it off; 0 when it works at once.
    pub trigger: i64,
    /// What the host keeps for the position that it opens.
    pub protection: Protection,
    /// Only orders that make the position smaller.
    pub reduce_only: bool,
    /// Ends rather than take; for limit orders.
    pub post_only: bool,
    /// `abi::GOOD_TILL_CANCEL`, `abi::IMMEDIATE_OR_CANCEL` or `abi::FILL_OR_KILL`; an expiry makes
    /// it good till that time.
    pub lifetime: u32,
    /// When it lapses, Unix nanoseconds UTC.
    pub expires_ns: i64,
    /// Distance of a trailing stop in price units, which has neither limit nor trigger.
    pub trailing: i64,
    /// How the host works it in parts; then it is market or limit, and of the links has only
    /// `Link::After`.
    pub algorithm: Algorithm,
    /// What it has to do with other orders of its own.
    pub link: Link,
}

impl OrderTerms {
    fn order_type(&self) -> u32 {
        match (self.trailing > 0, self.trigger > 0, self.limit > 0) {
            (true, _, _) => abi::ORDER_TRAILING_STOP,
            (false, true, true) => abi::ORDER_STOP_LIMIT,
            (false, true, false) => abi::ORDER_STOP,
            (false, false, true) => abi::ORDER_LIMIT,
            (false, false, false) => abi::ORDER_MARKET,
        }
    }

    fn order_flags(&self) -> u32 {
        let reduces = if self.reduce_only { abi::ORDER_REDUCE_ONLY } else { 0 };
        let posts = if self.post_only { abi::ORDER_POST_ONLY } else { 0 };
        reduces | posts
    }
}

/// How the host is to work an order in parts; durations in nanoseconds, above 0. The order's limit,
/// where it has one, is a price that no part goes beyond. The default sends the order whole.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Algorithm {
    number: u32,
    duration_ns: i64,
    quantity: i64,
    rate_e6: u32,
}

impl Algorithm {
    const fn new(number: u32, duration_ns: i64, quantity: i64, rate_e6: u32) -> Self {
        Algorithm { number, duration_ns, quantity, rate_e6 }
    }

    /// Equal parts over the duration; the rest goes to the market at its end.
    pub const fn twap(duration_ns: i64) -> Self {
        Self::new(abi::ALGORITHM_TWAP, duration_ns, 0, 0)
    }

    /// Parts as large as the volume that past sessions let expect; the rest goes to the market.
    pub const fn vwap(duration_ns: i64) -> Self {
        Self::new(abi::ALGORITHM_VWAP, duration_ns, 0, 0)
    }

    /// A share of the volume in 10^-6, 1...999999; where the duration is not 0 it ends then.
    pub const fn pov(rate_e6: u32, duration_ns: i64) -> Self {
        Self::new(abi::ALGORITHM_POV, duration_ns, 0, rate_e6)
    }

    /// Shows a quantity, varied by up to `jitter_e6` of 10^-6, 0...500000, and more up to
    /// `delay_ns` after that has filled. Needs a limit.
    pub const fn iceberg(quantity: i64, jitter_e6: u32, delay_ns: i64) -> Self {
        Self::new(abi::ALGORITHM_ICEBERG, delay_ns, quantity, jitter_e6)
    }

    /// Least cost by Almgren and Chriss; the aversion in 10^-6 per unit of money, 0 for equal
    /// parts.
    pub const fn shortfall(duration_ns: i64, aversion_e6: u32) -> Self {
        Self::new(abi::ALGORITHM_SHORTFALL, duration_ns, 0, aversion_e6)
    }

    /// Waits in the book at the best price of its side, then takes.
    pub const fn maker_taker(duration_ns: i64) -> Self {
        Self::new(abi::ALGORITHM_MAKER_TAKER, duration_ns, 0, 0)
    }
}

/// What an order has to do with others of the strategy's own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Link {
    /// Nothing.
    #[default]
    None,
    /// Orders with the same number above 0 cancel each other when one fills.
    OneCancelsOthers(u64),
    /// It is sent once the order of this id has filled.
    After(u64),
    /// As `After`, and the orders of one bracket cancel each other.
    BracketOf(u64),
}

impl Link {
    /// The kind of the link, and the number that goes with it.
    fn parts(self) -> (u32, u64) {
        match self {
            Link::None => (abi::LINK_NONE, 0),
            Link::OneCancelsOthers(number) => (abi::LINK_OCO, number),
            Link::After(id) => (abi::LINK_OTO, id),
            Link::BracketOf(id) => (abi::LINK_BRACKET, id),
        }
    }
}

/// Where a strategy writes. Valid for the callback that is given it.
pub struct Intents<'a> {
    table: &'a mut abi::Intents,
    flags: u32,
    is_open_loop: bool,
    pub(crate) row: u32,
    has_stop: bool,
    has_timer: bool,
    pub(crate) has_overflowed: bool,
}

impl<'a> Intents<'a> {
    pub(crate) fn new(table: &'a mut abi::Intents, flags: u32, is_open_loop: bool) -> Self {
        Intents {
            table,
            flags,
            is_open_loop,
            row: 0,
            has_stop: false,
            has_timer: false,
            has_overflowed: false,
        }
    }

    /// History before the run: learn from it, but want nothing.
    pub fn is_warm_up(&self) -> bool {
        self.flags & abi::BATCH_WARM_UP != 0
    }

    #[inline]
    fn add(&mut self, kind: u32, instrument: u32, reason: u32) -> Option<&mut abi::Intent> {
        if self.table.count >= self.table.capacity {
            self.has_overflowed = true;
            return None;
        }
        let offset = self.table.count as usize * self.table.item_size as usize;
        self.table.count += 1;
        self.has_stop |= kind <= abi::INTENT_TIMER;
        self.has_timer |= kind == abi::INTENT_TIMER;
        // The host gives `capacity` items of `item_size` bytes, aligned for an intent.
        let item = unsafe { &mut *((self.table.items as *mut u8).add(offset) as *mut abi::Intent) };
        item.struct_size = std::mem::size_of::<abi::Intent>() as u32;
        item.kind = kind as u8;
        item.row = self.row;
        item.instrument = instrument;
        item.reason = reason;
        Some(item)
    }

    /// Wants a position of `quantity` (signed); holds until replaced. `reason` is shown in
    /// explanations.
    pub fn target(&mut self, instrument: u32, quantity: i64, kept: Protection, reason: u32) {
        if let Some(item) = self.add(abi::INTENT_TARGET, instrument, reason) {
            item.quantity = quantity;
            protect(item, kept);
        }
    }

    /// Sends an order of its own. `id` is the strategy's own, rising, above 0.
    pub fn order(&mut self, id: u64, instrument: u32, terms: OrderTerms, reason: u32) {
        let lifetime = if terms.expires_ns > 0 { abi::GOOD_TILL_TIME } else { terms.lifetime };
        let (link, link_id) = terms.link.parts();
        if let Some(item) = self.add(abi::INTENT_ORDER, instrument, reason) {
            item.order_id = id;
            item.side = terms.side as u8;
            item.order_type = terms.order_type() as u8;
            item.quantity = terms.quantity;
            item.price = if terms.trailing > 0 { terms.trailing } else { terms.limit };
            item.trigger_price = terms.trigger;
            item.order_flags = terms.order_flags() as u16;
            item.expire_time_ns = terms.expires_ns;
            item.time_in_force = lifetime as u8;
            item.link = link as u8;
            item.link_id = link_id;
            item.algorithm = terms.algorithm.number as u8;
            item.algorithm_duration_ns = terms.algorithm.duration_ns;
            item.algorithm_quantity = terms.algorithm.quantity;
            item.algorithm_rate_e6 = terms.algorithm.rate_e6;
            protect(item, terms.protection);
        }
    }

    /// Takes an order back.
    pub fn cancel(&mut self, id: u64, instrument: u32) {
        if let Some(item) = self.add(abi::INTENT_CANCEL, instrument, 0) {
            item.order_id = id;
        }
    }

    /// Changes an order; a 0 leaves that term as it is.
    pub fn replace(&mut self, id: u64, instrument: u32, limit: i64, trigger: i64, quantity: i64) {
        if let Some(item) = self.add(abi::INTENT_REPLACE, instrument, 0) {
            item.order_id = id;
            item.price = limit;
            item.trigger_price = trigger;
            item.quantity = quantity;
        }
    }

    /// Asks to be called at `time_ns`, Unix nanoseconds UTC.
    pub fn timer(&mut self, id: u64, time_ns: i64) {
        if let Some(item) = self.add(abi::INTENT_TIMER, 0, 0) {
            item.order_id = id;
            item.expire_time_ns = time_ns;
        }
    }

    /// Writes a line to the instance's log. `level` is `abi::LOG_...`; what does not fit is cut.
    pub fn log(&mut self, level: u32, line: &str) {
        let (offset, size) = self.put(line);
        if let Some(item) = self.add(abi::INTENT_LOG, 0, level) {
            item.text_offset = offset;
            item.text_size = size;
        }
    }

    /// Says why, for people; kept beside the intents of the same time.
    pub fn note(&mut self, instrument: u32, line: &str) {
        let (offset, size) = self.put(line);
        if let Some(item) = self.add(abi::INTENT_NOTE, instrument, 0) {
            item.text_offset = offset;
            item.text_size = size;
        }
    }

    fn put(&mut self, line: &str) -> (u32, u32) {
        let offset = self.table.text_count;
        let room = self.table.text_capacity.saturating_sub(offset) as usize;
        let size = line.len().min(room);
        // The host gives `text_capacity` bytes.
        unsafe {
            let place = self.table.text.add(offset as usize) as *mut u8;
            std::ptr::copy_nonoverlapping(line.as_ptr(), place, size);
        }
        self.table.text_count += size as u32;
        (offset, size as u32)
    }
}

fn protect(item: &mut abi::Intent, kept: Protection) {
    item.stop_price = kept.stop;
    item.take_profit_price = kept.take_profit;
    item.time_stop_ns = kept.time_stop_ns;
}

/// Where a model writes. Valid for the callback that is given it.
pub struct Forecasts<'a> {
    table: &'a mut abi::ForecastsOut,
    flags: u32,
    pub(crate) row: u32,
    pub(crate) has_overflowed: bool,
}

impl<'a> Forecasts<'a> {
    pub(crate) fn new(table: &'a mut abi::ForecastsOut, flags: u32) -> Self {
        Forecasts { table, flags, row: 0, has_overflowed: false }
    }

    /// History before the run: learn from it; forecasts of then are of no use, what
    /// is published is.
    pub fn is_warm_up(&self) -> bool {
        self.flags & abi::BATCH_WARM_UP != 0
    }

    fn add(&mut self, kind: u32, instrument: u32, value: f64, horizon_ns: i64, confidence: f64)
        -> Option<&mut abi::Forecast> {
        if self.table.count >= self.table.capacity {
            self.has_overflowed = true;
            return None;
        }
        let offset = self.table.count as usize * self.table.item_size as usize;
        self.table.count += 1;
        // The host gives `capacity` items of `item_size` bytes, aligned for a forecast.
        let item =
            unsafe { &mut *((self.table.items as *mut u8).add(offset) as *mut abi::Forecast) };
        item.struct_size = std::mem::size_of::<abi::Forecast>() as u32;
        item.row = self.row;
        item.instrument = instrument;
        item.kind = kind as u8;
        item.horizon_ns = horizon_ns;
        item.confidence = confidence;
        item.value = value;
        Some(item)
    }

    /// The price is higher after `horizon_ns` with this probability, 0...1.
    pub fn probability_up(&mut self, instrument: u32, odds: f64, horizon_ns: i64, confidence: f64) {
        self.add(abi::FORECAST_PROBABILITY_UP, instrument, odds, horizon_ns, confidence);
    }

    /// The return over `horizon_ns` has this mean and deviation, as fractions.
    pub fn mean_deviation(&mut self, instrument: u32, mean: f64, deviation: f64, horizon_ns: i64) {
        let kind = abi::FORECAST_MEAN_DEVIATION;
        if let Some(item) = self.add(kind, instrument, mean, horizon_ns, 1.0) {
            item.deviation = deviation;
        }
    }

    /// The wanted position is this share of the capital, -1...1.
    pub fn target(&mut self, instrument: u32, position: f64, horizon_ns: i64, confidence: f64) {
        self.add(abi::FORECAST_TARGET, instrument, position, horizon_ns, confidence);
    }

    /// Publishes a finite number; `series` is as `Setup::publish` gave it. Those who read it are
    /// told after the market events of this time, in warm-up too.
    pub fn publish(&mut self, series: u32, instrument: u32, value: f64) {
        if let Some(item) = self.add(abi::FORECAST_SERIES, instrument, value, 0, 0.0) {
            item.series = series;
        }
    }
}

/// What the loop over a batch asks of an output.
pub(crate) trait Output {
    fn begin(&mut self, row: u32);
    /// Whether the run of events ends after the present time group.
    fn must_stop(&self) -> bool;
}

impl Output for Intents<'_> {
    fn begin(&mut self, row: u32) {
        self.row = row;
    }

    fn must_stop(&self) -> bool {
        let is_full = self.table.count + PER_GROUP > self.table.capacity
            || self.table.text_count > self.table.text_capacity / 2;
        let stops = if self.is_open_loop { self.has_timer } else { self.has_stop };
        self.table.count > 0 && (is_full || stops)
    }
}

impl Output for Forecasts<'_> {
    fn begin(&mut self, row: u32) {
        self.row = row;
    }

    fn must_stop(&self) -> bool {
        self.table.count > 0 && self.table.count + PER_GROUP > self.table.capacity
    }
}
