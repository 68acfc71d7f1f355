//! The C contract, mirrored. The headers in `PluginAPI/CRialto/include/rialto` say what each
//! struct, field and constant means; names lose their prefix, and a name that Rust reserves gains
//! a `_`.
#![allow(missing_docs)]

use std::os::raw::{c_char, c_void};

/// What a call answers: `OK`, above it soft, below it the end of the instance.
pub type ResultCode = i32;

/// A struct of the contract, whose layout can be listed.
trait CStruct: Sized {
    /// Lines of the golden layout file.
    fn lines() -> Vec<String>;
}

macro_rules! c_struct {
    ($name:ident = $c:literal { $($field:ident: $type:ty,)* }) => {
        #[repr(C)]
        #[derive(Clone, Copy)]
        pub struct $name {
            $(pub $field: $type,)*
        }

        impl $name {
            /// All fields zero, which always means absent or default.
            pub fn zero() -> Self {
                // Every field is an integer, a double, an array or struct of these, a pointer, or
                // an optional function: zero is a value of each.
                unsafe { std::mem::MaybeUninit::zeroed().assume_init() }
            }
        }

        impl CStruct for $name {
            fn lines() -> Vec<String> {
                let place = std::mem::MaybeUninit::<Self>::uninit();
                let start = place.as_ptr();
                let (size, align) = (std::mem::size_of::<Self>(), std::mem::align_of::<Self>());
                let mut lines = vec![format!("struct {} size {} align {}", $c, size, align)];
                $(
                    // Only the address is taken: nothing is read.
                    let offset = unsafe { std::ptr::addr_of!((*start).$field) } as usize;
                    lines.push(format!(
                        "field {}.{} offset {} size {}",
                        $c,
                        stringify!($field).trim_end_matches('_'),
                        offset - start as usize,
                        std::mem::size_of::<$type>()
                    ));
                )*
                lines
            }
        }
    };
}

macro_rules! layout_list {
    ($($name:ident),* $(,)?) => {
        /// The layout of every struct and the value of every constant, as lines of the golden file.
        pub fn layout() -> Vec<String> {
            let mut lines = constants();
            $(lines.extend($name::lines());)*
            lines
        }
    };
}

macro_rules! c_constants {
    ($($name:ident: $type:ty = $value:expr;)*) => {
        $(pub const $name: $type = $value;)*

        fn constants() -> Vec<String> {
            vec![$(format!("constant RIALTO_{} {}", stringify!($name), $name)),*]
        }
    };
}

c_struct! {
    Text = "rialto_text_t" {
        data: *const c_char,
        size: u64,
    }
}

c_struct! {
    Cash = "rialto_cash_t" {
        low: u64,
        high: i64,
    }
}

c_struct! {
    Error = "rialto_error_t" {
        struct_size: u32,
        code: i32,
        text: [c_char; 248],
    }
}

c_struct! {
    Value = "rialto_value_t" {
        struct_size: u32,
        type_: u16,
        decimals: u16,
        integer: i64,
        number: f64,
        text: Text,
    }
}

c_struct! {
    Parameter = "rialto_parameter_t" {
        struct_size: u32,
        id: u32,
        type_: u16,
        reserved: u16,
        flags: u32,
        name: Text,
        unit: Text,
        summary: Text,
        choices: Text,
        lowest: Value,
        highest: Value,
        step: Value,
        initial: Value,
    }
}

c_struct! {
    Instruments = "rialto_instruments_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        instrument: *const u32,
        revision: *const u32,
        name: *const Text,
        venue: *const Text,
        currency: *const Text,
        kind: *const u8,
        price_decimals: *const u8,
        quantity_decimals: *const u8,
        price_step: *const i64,
        quantity_step: *const i64,
        multiplier: *const i64,
        expiry_ns: *const i64,
    }
}

c_struct! {
    Status = "rialto_status_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        venue_time_ns: *const i64,
        instrument: *const u32,
        status: *const u8,
    }
}

c_struct! {
    Trades = "rialto_trades_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        venue_time_ns: *const i64,
        instrument: *const u32,
        price: *const i64,
        quantity: *const i64,
        taker_side: *const u8,
    }
}

c_struct! {
    Quotes = "rialto_quotes_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        venue_time_ns: *const i64,
        instrument: *const u32,
        bid_price: *const i64,
        bid_quantity: *const i64,
        ask_price: *const i64,
        ask_quantity: *const i64,
    }
}

c_struct! {
    Books = "rialto_books_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        venue_time_ns: *const i64,
        instrument: *const u32,
        first_level: *const u32,
        bid_count: *const u32,
        ask_count: *const u32,
        level_price: *const i64,
        level_quantity: *const i64,
    }
}

c_struct! {
    BookDeltas = "rialto_book_deltas_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        venue_time_ns: *const i64,
        instrument: *const u32,
        side: *const u8,
        last: *const u8,
        price: *const i64,
        quantity: *const i64,
        sequence: *const u64,
    }
}

c_struct! {
    Bars = "rialto_bars_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        open_time_ns: *const i64,
        close_time_ns: *const i64,
        instrument: *const u32,
        interval_ns: *const i64,
        open: *const i64,
        high: *const i64,
        low: *const i64,
        close: *const i64,
        volume: *const i64,
        final_: *const u8,
    }
}

c_struct! {
    Marks = "rialto_marks_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        venue_time_ns: *const i64,
        instrument: *const u32,
        mark_price: *const i64,
        index_price: *const i64,
    }
}

c_struct! {
    Funding = "rialto_funding_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        venue_time_ns: *const i64,
        instrument: *const u32,
        rate_e9: *const i64,
        next_funding_ns: *const i64,
    }
}

c_struct! {
    OpenInterest = "rialto_open_interest_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        venue_time_ns: *const i64,
        instrument: *const u32,
        quantity: *const i64,
    }
}

c_struct! {
    Liquidations = "rialto_liquidations_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        venue_time_ns: *const i64,
        instrument: *const u32,
        side: *const u8,
        price: *const i64,
        quantity: *const i64,
    }
}

c_struct! {
    Texts = "rialto_texts_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        venue_time_ns: *const i64,
        instrument: *const u32,
        source: *const Text,
        author: *const Text,
        title: *const Text,
        body: *const Text,
    }
}

c_struct! {
    ParameterChanges = "rialto_parameter_changes_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        parameter: *const u32,
        set: *const u32,
        value: *const Value,
    }
}

c_struct! {
    OwnOrders = "rialto_own_orders_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        venue_time_ns: *const i64,
        order_id: *const u64,
        instrument: *const u32,
        state: *const u8,
        side: *const u8,
        reason: *const u16,
        price: *const i64,
        quantity: *const i64,
        filled: *const i64,
    }
}

c_struct! {
    Fills = "rialto_fills_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        venue_time_ns: *const i64,
        order_id: *const u64,
        instrument: *const u32,
        side: *const u8,
        liquidity: *const u8,
        price: *const i64,
        quantity: *const i64,
        position: *const i64,
        fee: *const Cash,
    }
}

c_struct! {
    Account = "rialto_account_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        cash: *const Cash,
        equity: *const Cash,
        margin: *const Cash,
        capital_left: *const Cash,
        halted: *const u8,
        first_position: *const u32,
        position_count: *const u32,
        position_instrument: *const u32,
        position_quantity: *const i64,
    }
}

c_struct! {
    Timers = "rialto_timers_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        timer_id: *const u64,
    }
}

c_struct! {
    Responses = "rialto_responses_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        request_id: *const u64,
        status: *const i32,
        headers: *const Text,
        body: *const Text,
    }
}

c_struct! {
    Forecast = "rialto_forecast_t" {
        struct_size: u32,
        row: u32,
        instrument: u32,
        kind: u8,
        quantile_count: u8,
        reserved: u16,
        horizon_ns: i64,
        valid_ns: i64,
        confidence: f64,
        value: f64,
        deviation: f64,
        quantile_level: [f64; QUANTILES_MAX as usize],
        quantile_value: [f64; QUANTILES_MAX as usize],
    }
}

c_struct! {
    ForecastsOut = "rialto_forecasts_out_t" {
        struct_size: u32,
        item_size: u32,
        capacity: u32,
        count: u32,
        items: *mut c_void,
    }
}

c_struct! {
    ForecastEvents = "rialto_forecast_events_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        model: *const u32,
        instrument: *const u32,
        kind: *const u8,
        horizon_ns: *const i64,
        valid_until_ns: *const i64,
        confidence: *const f64,
        value: *const f64,
        deviation: *const f64,
        weight: *const f64,
    }
}

c_struct! {
    Batch = "rialto_batch_t" {
        struct_size: u32,
        flags: u32,
        count: u32,
        single_kind: u32,
        order_kind: *const u8,
        order_row: *const u32,
        instruments: *const Instruments,
        status: *const Status,
        parameters: *const ParameterChanges,
        own_orders: *const OwnOrders,
        fills: *const Fills,
        account: *const Account,
        trades: *const Trades,
        quotes: *const Quotes,
        books: *const Books,
        book_deltas: *const BookDeltas,
        bars: *const Bars,
        marks: *const Marks,
        funding: *const Funding,
        open_interest: *const OpenInterest,
        liquidations: *const Liquidations,
        texts: *const Texts,
        forecasts: *const ForecastEvents,
        timers: *const Timers,
        responses: *const Responses,
    }
}

c_struct! {
    Need = "rialto_need_t" {
        struct_size: u32,
        kind: u32,
        instrument: u32,
        history_rows: u32,
        interval_ns: i64,
    }
}

c_struct! {
    Needs = "rialto_needs_t" {
        struct_size: u32,
        flags: u32,
        need_count: u32,
        intents_per_group: u32,
        needs: *const Need,
    }
}

c_struct! {
    Services = "rialto_services_t" {
        struct_size: u32,
        reserved: u32,
        host: *mut c_void,
        log: Option<unsafe extern "C" fn(*mut c_void, u32, Text)>,
        random: Option<unsafe extern "C" fn(*mut c_void, *mut u64) -> ResultCode>,
        parameter: Option<unsafe extern "C" fn(*mut c_void, u32, *mut Value) -> ResultCode>,
        instruments: Option<
            unsafe extern "C" fn(
                *mut c_void,
                *mut *const Instruments,
            ) -> ResultCode,
        >,
        get_value: Option<unsafe extern "C" fn(*mut c_void, Text, *mut Text) -> ResultCode>,
        resource: Option<unsafe extern "C" fn(*mut c_void, Text, *mut Text) -> ResultCode>,
        get_extension: Option<unsafe extern "C" fn(*mut c_void, Text) -> *const c_void>,
    }
}

c_struct! {
    StateWriter = "rialto_state_writer_t" {
        struct_size: u32,
        schema: u32,
        host: *mut c_void,
        write: Option<
            unsafe extern "C" fn(
                *mut c_void,
                *const c_void,
                u64,
                *mut u64,
            ) -> ResultCode,
        >,
    }
}

c_struct! {
    StateReader = "rialto_state_reader_t" {
        struct_size: u32,
        schema: u32,
        host: *mut c_void,
        read: Option<unsafe extern "C" fn(*mut c_void, *mut c_void, u64, *mut u64) -> ResultCode>,
    }
}

c_struct! {
    Intent = "rialto_intent_t" {
        struct_size: u32,
        kind: u8,
        side: u8,
        order_type: u8,
        time_in_force: u8,
        row: u32,
        instrument: u32,
        order_flags: u16,
        link: u8,
        algorithm: u8,
        reason: u32,
        order_id: u64,
        link_id: u64,
        quantity: i64,
        price: i64,
        trigger_price: i64,
        stop_price: i64,
        take_profit_price: i64,
        time_stop_ns: i64,
        expire_time_ns: i64,
        algorithm_duration_ns: i64,
        algorithm_quantity: i64,
        algorithm_rate_e6: u32,
        leverage_e2: u32,
        text_offset: u32,
        text_size: u32,
        key_offset: u32,
        key_size: u32,
    }
}

c_struct! {
    Intents = "rialto_intents_t" {
        struct_size: u32,
        item_size: u32,
        capacity: u32,
        count: u32,
        items: *mut c_void,
        text: *mut c_char,
        text_capacity: u32,
        text_count: u32,
    }
}

c_struct! {
    Strategy = "rialto_strategy_t" {
        struct_size: u32,
        reserved: u32,
        self_: *mut c_void,
        on_batch: Option<
            unsafe extern "C" fn(
                *mut c_void,
                *const Batch,
                *mut Intents,
                *mut u32,
            ) -> ResultCode,
        >,
        save: Option<unsafe extern "C" fn(*mut c_void, *mut StateWriter) -> ResultCode>,
        load: Option<unsafe extern "C" fn(*mut c_void, *const StateReader) -> ResultCode>,
        destroy: Option<unsafe extern "C" fn(*mut c_void)>,
    }
}

c_struct! {
    Model = "rialto_model_t" {
        struct_size: u32,
        reserved: u32,
        self_: *mut c_void,
        on_batch: Option<
            unsafe extern "C" fn(
                *mut c_void,
                *const Batch,
                *mut ForecastsOut,
                *mut u32,
            ) -> ResultCode,
        >,
        save: Option<unsafe extern "C" fn(*mut c_void, *mut StateWriter) -> ResultCode>,
        load: Option<unsafe extern "C" fn(*mut c_void, *const StateReader) -> ResultCode>,
        destroy: Option<unsafe extern "C" fn(*mut c_void)>,
    }
}

c_struct! {
    Host = "rialto_host_t" {
        struct_size: u32,
        abi_major_min: u32,
        abi_major_max: u32,
        abi_minor: u32,
        features: u64,
        name: Text,
        version: Text,
    }
}

c_struct! {
    Plugin = "rialto_plugin_t" {
        struct_size: u32,
        kind: u32,
        id: Text,
        version: Text,
        name: Text,
        summary: Text,
        author: Text,
        license: Text,
        parameters: *const Parameter,
        parameter_count: u32,
        reserved: u32,
        context: *const c_void,
        create: Option<
            unsafe extern "C" fn(
                *const Plugin,
                *const Services,
                *mut c_void,
                *mut Needs,
                *mut Error,
            ) -> ResultCode,
        >,
        get_extension: Option<unsafe extern "C" fn(Text) -> *const c_void>,
    }
}

c_struct! {
    Library = "rialto_library_t" {
        struct_size: u32,
        abi_major: u32,
        abi_minor: u32,
        plugin_count: u32,
        plugins: *const *const Plugin,
    }
}

c_struct! {
    Note = "rialto_note_t" {
        name_size: u32,
        data_size: u32,
        type_: u32,
        owner: [c_char; 8],
        abi_major_min: u32,
        abi_major_max: u32,
        abi_minor: u32,
        id: [c_char; 64],
        version: [c_char; 32],
        language: [c_char; 32],
        compiler: [c_char; 160],
    }
}

layout_list! {
    Text, Cash, Error, Value, Parameter, Instruments, Status, Trades, Quotes, Books,
    BookDeltas, Bars, Marks, Funding, OpenInterest, Liquidations, Texts, ParameterChanges,
    OwnOrders, Fills, Account, Timers, Responses, Forecast, ForecastsOut, ForecastEvents,
    Batch, Need, Needs, Services, StateWriter, StateReader, Intent, Intents, Strategy,
    Model, Host, Plugin, Library, Note
}

c_constants! {
    ABI_MAJOR: u32 = 0;
    ABI_MINOR: u32 = 1;
    OK: i32 = 0;
    NOT_FOUND: i32 = 1;
    TRUNCATED: i32 = 2;
    END: i32 = 3;
    ERROR: i32 = -1;
    ERROR_ARGUMENT: i32 = -2;
    ERROR_MEMORY: i32 = -3;
    ERROR_UNSUPPORTED: i32 = -4;
    ERROR_STATE: i32 = -5;
    ERROR_PARAMETER: i32 = -6;
    ERROR_ABI: i32 = -7;
    BATCH_MAX: u32 = 4096;
    NONE: u32 = 0xFFFFFFFF;
    SIDE_UNKNOWN: u32 = 0;
    BUY: u32 = 1;
    SELL: u32 = 2;
    VALUE_INTEGER: u32 = 1;
    VALUE_NUMBER: u32 = 2;
    VALUE_DECIMAL: u32 = 3;
    VALUE_BOOLEAN: u32 = 4;
    VALUE_TEXT: u32 = 5;
    VALUE_DURATION: u32 = 6;
    PARAMETER_LIVE: u32 = 1;
    PARAMETER_OPTIMISABLE: u32 = 2;
    PARAMETER_REQUIRED: u32 = 4;
    SPOT: u32 = 1;
    LINEAR: u32 = 2;
    INVERSE: u32 = 3;
    STATUS_OPEN: u32 = 1;
    STATUS_CLOSED: u32 = 2;
    STATUS_HALTED: u32 = 3;
    STATUS_GAP: u32 = 4;
    STATUS_STALE: u32 = 5;
    STATUS_RECONNECT: u32 = 6;
    ORDER_SUBMITTED: u32 = 1;
    ORDER_ACCEPTED: u32 = 2;
    ORDER_PARTLY_FILLED: u32 = 3;
    ORDER_FILLED: u32 = 4;
    ORDER_CANCELED: u32 = 5;
    ORDER_REJECTED: u32 = 6;
    ORDER_EXPIRED: u32 = 7;
    ORDER_UNKNOWN: u32 = 8;
    REASON_NONE: u32 = 0;
    REASON_SIZE: u32 = 1;
    REASON_NOTIONAL: u32 = 2;
    REASON_BAND: u32 = 3;
    REASON_POSITION: u32 = 4;
    REASON_DRAWDOWN: u32 = 5;
    REASON_CAPITAL: u32 = 6;
    REASON_SHORT: u32 = 7;
    REASON_NO_PRICE: u32 = 8;
    REASON_UNKNOWN_ORDER: u32 = 9;
    REASON_VENUE: u32 = 10;
    REASON_LINKED: u32 = 11;
    REASON_UNSUPPORTED: u32 = 12;
    REASON_DUPLICATE: u32 = 13;
    REASON_OVERFLOW: u32 = 14;
    REASON_TAKES: u32 = 15;
    REASON_UNFILLED: u32 = 16;
    REASON_SELF_TRADE: u32 = 17;
    REASON_LIQUIDATED: u32 = 18;
    REASON_CLOSED: u32 = 19;
    LIQUIDITY_MAKER: u32 = 1;
    LIQUIDITY_TAKER: u32 = 2;
    LIQUIDITY_INTERNAL: u32 = 3;
    FORECAST_PROBABILITY_UP: u32 = 1;
    FORECAST_MEAN_DEVIATION: u32 = 2;
    FORECAST_QUANTILES: u32 = 3;
    FORECAST_TARGET: u32 = 4;
    QUANTILES_MAX: u32 = 8;
    KIND_INSTRUMENTS: u32 = 1;
    KIND_STATUS: u32 = 2;
    KIND_PARAMETERS: u32 = 3;
    KIND_OWN_ORDERS: u32 = 4;
    KIND_FILLS: u32 = 5;
    KIND_ACCOUNT: u32 = 6;
    KIND_TRADES: u32 = 7;
    KIND_QUOTES: u32 = 8;
    KIND_BOOKS: u32 = 9;
    KIND_BOOK_DELTAS: u32 = 10;
    KIND_BARS: u32 = 11;
    KIND_MARKS: u32 = 12;
    KIND_FUNDING: u32 = 13;
    KIND_OPEN_INTEREST: u32 = 14;
    KIND_LIQUIDATIONS: u32 = 15;
    KIND_TEXTS: u32 = 16;
    KIND_FORECASTS: u32 = 17;
    KIND_TIMERS: u32 = 18;
    KIND_RESPONSES: u32 = 19;
    BATCH_WARM_UP: u32 = 1;
    BATCH_MORE_FOLLOWS: u32 = 2;
    NEEDS_OPEN_LOOP: u32 = 1;
    NEEDS_PER_ACCOUNT: u32 = 2;
    LOG_ERROR: u32 = 1;
    LOG_WARNING: u32 = 2;
    LOG_INFO: u32 = 3;
    LOG_DEBUG: u32 = 4;
    INTENT_TARGET: u32 = 1;
    INTENT_ORDER: u32 = 2;
    INTENT_CANCEL: u32 = 3;
    INTENT_REPLACE: u32 = 4;
    INTENT_TIMER: u32 = 5;
    INTENT_LOG: u32 = 6;
    INTENT_NOTE: u32 = 7;
    INTENT_SET: u32 = 8;
    ORDER_MARKET: u32 = 1;
    ORDER_LIMIT: u32 = 2;
    ORDER_STOP: u32 = 3;
    ORDER_STOP_LIMIT: u32 = 4;
    ORDER_TRAILING_STOP: u32 = 5;
    GOOD_TILL_CANCEL: u32 = 0;
    IMMEDIATE_OR_CANCEL: u32 = 1;
    FILL_OR_KILL: u32 = 2;
    GOOD_TILL_TIME: u32 = 3;
    ORDER_POST_ONLY: u32 = 1;
    ORDER_REDUCE_ONLY: u32 = 2;
    LINK_NONE: u32 = 0;
    LINK_OCO: u32 = 1;
    LINK_OTO: u32 = 2;
    LINK_BRACKET: u32 = 3;
    ALGORITHM_NONE: u32 = 0;
    ALGORITHM_TWAP: u32 = 1;
    ALGORITHM_VWAP: u32 = 2;
    ALGORITHM_POV: u32 = 3;
    ALGORITHM_ICEBERG: u32 = 4;
    ALGORITHM_SHORTFALL: u32 = 5;
    ALGORITHM_MAKER_TAKER: u32 = 6;
    PLUGIN_STRATEGY: u32 = 1;
    PLUGIN_MODEL: u32 = 2;
    PLUGIN_EXCHANGE: u32 = 3;
    NOTE_TYPE: u32 = 0x52494131;
}
