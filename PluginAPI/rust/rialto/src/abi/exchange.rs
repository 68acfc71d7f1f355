//! The draft "rialto.exchange/1": its layout may still change.

use std::os::raw::c_void;

use super::*;

c_struct! {
    Range = "rialto_range_t" {
        part: u32,
        offset: u32,
        size: u32,
        reserved: u32,
    }
}

c_struct! {
    SignStep = "rialto_sign_step_t" {
        struct_size: u32,
        operation: u32,
        encoding: u32,
        range_count: u32,
        ranges: *const Range,
        key: Text,
        insert: Range,
    }
}

c_struct! {
    Placeholder = "rialto_placeholder_t" {
        struct_size: u32,
        reserved: u32,
        name: Text,
        place: Range,
    }
}

c_struct! {
    Capture = "rialto_capture_t" {
        struct_size: u32,
        reserved: u32,
        name: Text,
        path: Text,
    }
}

c_struct! {
    Output = "rialto_output_t" {
        struct_size: u32,
        kind: u32,
        row: u32,
        endpoint: u32,
        id: u64,
        url: Text,
        headers: Text,
        body: Text,
        steps: *const SignStep,
        placeholders: *const Placeholder,
        captures: *const Capture,
        step_count: u32,
        placeholder_count: u32,
        capture_count: u32,
        bucket_cost: u32,
        time_ns: i64,
        venue_time_ns: i64,
        client_id: u64,
        instrument: u32,
        side: u8,
        state: u8,
        reason: u16,
        price: i64,
        quantity: i64,
        filled: i64,
        price_2: i64,
        quantity_2: i64,
        fee: Cash,
        amount: Cash,
        held: Cash,
    }
}

c_struct! {
    Outputs = "rialto_outputs_t" {
        struct_size: u32,
        item_size: u32,
        capacity: u32,
        count: u32,
        items: *mut c_void,
    }
}

c_struct! {
    Endpoint = "rialto_endpoint_t" {
        struct_size: u32,
        kind: u32,
        method: Text,
        host: Text,
        path: Text,
        bucket: u32,
        reserved: u32,
    }
}

c_struct! {
    Bucket = "rialto_bucket_t" {
        struct_size: u32,
        capacity: u32,
        refill_ns: i64,
        name: Text,
    }
}

c_struct! {
    ReadBack = "rialto_read_back_t" {
        struct_size: u32,
        instrument: u32,
        kind: u8,
        side: u8,
        reserved: u16,
        reserved_2: u32,
        client_id: u64,
        price: i64,
        quantity: i64,
        instrument_place: Range,
        side_place: Range,
        price_place: Range,
        quantity_place: Range,
        client_id_place: Range,
    }
}

c_struct! {
    Exchange = "rialto_exchange_t" {
        struct_size: u32,
        endpoint_count: u32,
        self_: *mut c_void,
        endpoints: *const Endpoint,
        buckets: *const Bucket,
        bucket_count: u32,
        reserved: u32,
        encode: Option<
            unsafe extern "C" fn(
                *mut c_void,
                *const Intent,
                i64,
                u64,
                *mut Outputs,
            ) -> ResultCode,
        >,
        read_back: Option<
            unsafe extern "C" fn(*mut c_void, Text, Text, *mut ReadBack) -> ResultCode,
        >,
        on_batch: Option<
            unsafe extern "C" fn(
                *mut c_void,
                *const Batch,
                *mut Outputs,
                *mut u32,
            ) -> ResultCode,
        >,
        destroy: Option<unsafe extern "C" fn(*mut c_void)>,
    }
}

c_constants! {
    OUTPUT_REQUEST: u32 = 1;
    OUTPUT_SOCKET_OPEN: u32 = 2;
    OUTPUT_SOCKET_SEND: u32 = 3;
    OUTPUT_SOCKET_CLOSE: u32 = 4;
    OUTPUT_TIMER: u32 = 5;
    OUTPUT_TRADE: u32 = 6;
    OUTPUT_QUOTE: u32 = 7;
    OUTPUT_ORDER: u32 = 8;
    OUTPUT_FILL: u32 = 9;
    OUTPUT_BALANCE: u32 = 10;
    OUTPUT_INSTRUMENT: u32 = 11;
    OUTPUT_ERROR: u32 = 12;
    CLASS_READ: u32 = 1;
    CLASS_TRADE: u32 = 2;
    CLASS_TRANSFER: u32 = 3;
    SIGN_HMAC_SHA256: u32 = 1;
    SIGN_HMAC_SHA512: u32 = 2;
    SIGN_ED25519: u32 = 3;
    SIGN_SECP256K1: u32 = 4;
    SIGN_SHA256: u32 = 5;
    SIGN_SHA512: u32 = 6;
    ENCODE_RAW: u32 = 0;
    ENCODE_HEX: u32 = 1;
    ENCODE_BASE64: u32 = 2;
    PART_METHOD: u32 = 1;
    PART_URL: u32 = 2;
    PART_HEADERS: u32 = 3;
    PART_BODY: u32 = 4;
    PART_STEP: u32 = 5;
}
