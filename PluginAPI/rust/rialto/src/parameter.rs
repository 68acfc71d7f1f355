//! Parameters of a plugin.

use crate::abi;
use crate::library::text;

/// A parameter; its id is stable and never reused.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Parameter(pub(crate) abi::Parameter);

// The texts that it points to are constants of the program.
unsafe impl Sync for Parameter {}

const fn value(kind: u32, integer: i64, decimals: u16, number: f64) -> abi::Value {
    abi::Value {
        struct_size: std::mem::size_of::<abi::Value>() as u32,
        type_: kind as u16,
        decimals,
        integer,
        number,
        text: text(""),
    }
}

impl Parameter {
    const fn new(id: u32, kind: u32, words: [&'static str; 3], values: [abi::Value; 4]) -> Self {
        Parameter(abi::Parameter {
            struct_size: std::mem::size_of::<abi::Parameter>() as u32,
            id,
            type_: kind as u16,
            reserved: 0,
            flags: abi::PARAMETER_OPTIMISABLE,
            name: text(words[0]),
            unit: text(words[1]),
            summary: text(words[2]),
            choices: text(""),
            lowest: values[0],
            highest: values[1],
            step: values[2],
            initial: values[3],
        })
    }

    const fn counted(id: u32, kind: u32, words: [&'static str; 3], range: [i64; 3]) -> Self {
        let values = [
            value(kind, range[0], 0, 0.0),
            value(kind, range[1], 0, 0.0),
            value(kind, 1, 0, 0.0),
            value(kind, range[2], 0, 0.0),
        ];
        Parameter::new(id, kind, words, values)
    }

    /// A whole number. `words` are name, unit and summary; `range` is lowest, highest, initial.
    pub const fn integer(id: u32, words: [&'static str; 3], range: [i64; 3]) -> Self {
        Parameter::counted(id, abi::VALUE_INTEGER, words, range)
    }

    /// A length of time in nanoseconds, given as `integer`.
    pub const fn duration(id: u32, words: [&'static str; 3], range: [i64; 3]) -> Self {
        Parameter::counted(id, abi::VALUE_DURATION, words, range)
    }

    /// Yes or no.
    pub const fn boolean(id: u32, words: [&'static str; 3], initial: bool) -> Self {
        Parameter::counted(id, abi::VALUE_BOOLEAN, words, [0, 1, initial as i64])
    }

    /// A finite number, given as `integer`.
    pub const fn number(id: u32, words: [&'static str; 3], range: [f64; 3]) -> Self {
        let kind = abi::VALUE_NUMBER;
        let values = [
            value(kind, 0, 0, range[0]),
            value(kind, 0, 0, range[1]),
            value(kind, 0, 0, 0.0),
            value(kind, 0, 0, range[2]),
        ];
        Parameter::new(id, kind, words, values)
    }

    /// An exact decimal above 0, up to 10^12. `initial` is units and decimals.
    pub const fn decimal(id: u32, words: [&'static str; 3], initial: (i64, u16)) -> Self {
        let kind = abi::VALUE_DECIMAL;
        let values = [
            value(kind, 1, 18, 0.0),
            value(kind, 1_000_000_000_000, 0, 0.0),
            value(kind, 0, 0, 0.0),
            value(kind, initial.0, initial.1, 0.0),
        ];
        Parameter::new(id, kind, words, values)
    }
}
