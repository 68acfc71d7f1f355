//! What an instance is made with, what it writes, and its tables.

use std::os::raw::{c_char, c_void};

use super::*;

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
        series: u32,
        reserved_series: u32,
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
    SeriesServices = "rialto_series_services_t" {
        struct_size: u32,
        reserved: u32,
        publish: Option<unsafe extern "C" fn(*mut c_void, Text, *mut u32) -> ResultCode>,
        read: Option<unsafe extern "C" fn(*mut c_void, Text, *mut u32) -> ResultCode>,
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
