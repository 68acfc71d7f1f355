//! Texts, money, values and parameters.

use std::os::raw::c_char;

use super::CStruct;

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
