//! Columns of what concerns one instance, and the batch.

use super::*;

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
    Series = "rialto_series_t" {
        struct_size: u32,
        count: u32,
        time_ns: *const i64,
        series: *const u32,
        instrument: *const u32,
        value: *const f64,
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
        series: *const Series,
    }
}
