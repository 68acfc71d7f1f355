//! The C contract, mirrored. The headers in `PluginAPI/CRialto/include/rialto` say what each
//! struct, field and constant means; names lose their prefix, and a name that Rust reserves gains
//! a `_`.
#![allow(missing_docs)]

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
    ($function:ident: $constants:path; $($name:ident),* $(,)?) => {
        /// The layout of every struct and the value of every constant, as lines of a golden file.
        pub fn $function() -> Vec<String> {
            let mut lines = $constants();
            $(lines.extend($name::lines());)*
            lines
        }
    };
}

macro_rules! c_constants {
    ($($name:ident: $type:ty = $value:expr;)*) => {
        $(pub const $name: $type = $value;)*

        pub(super) fn list() -> Vec<String> {
            vec![$(format!("constant RIALTO_{} {}", stringify!($name), $name)),*]
        }
    };
}

mod base;
mod constants;
mod exchange;
mod market;
mod own;
mod plugin;

pub use base::*;
pub use constants::*;
pub use exchange::*;
pub use market::*;
pub use own::*;
pub use plugin::*;

layout_list! {
    layout: constants::list;
    Text, Cash, Error, Value, Parameter, Instruments, Status, Trades, Quotes, Books,
    BookDeltas, Bars, Marks, Funding, OpenInterest, Liquidations, Texts, ParameterChanges,
    OwnOrders, Fills, Account, Timers, Responses, Forecast, ForecastsOut, ForecastEvents,
    Series, Batch, Need, Needs, Services, SeriesServices, StateWriter, StateReader, Intent, Intents,
    Strategy, Model, Host, Plugin, Library, Note
}

layout_list! {
    draft_exchange_layout: exchange::list;
    Range, SignStep, Placeholder, Capture, Output, Outputs, Endpoint, Bucket, ReadBack, Exchange
}
