//! Rialto plugins in Rust: a strategy, a model or an exchange is a type with the callbacks that it
//! needs.
//!
//! ```ignore
//! use rialto::{Bar, Forecasts, Info, Model, Need, Setup};
//!
//! struct Mine;
//!
//! impl Model for Mine {
//!     const INFO: Info = Info {
//!         id: "org.example.mine", version: "1.0.0", name: "Mine", summary: "Says even odds.",
//!         author: "Me", license: "Apache-2.0", parameters: &[],
//!     };
//!     fn new(_: &Setup) -> Result<Self, String> { Ok(Mine) }
//!     fn needs(&self) -> Vec<Need> { vec![Need::bars(0)] }
//!     fn on_bar(&mut self, bar: &Bar, forecasts: &mut Forecasts) {
//!         forecasts.probability_up(bar.instrument, 0.5, bar.interval_ns, 1.0);
//!     }
//! }
//!
//! rialto::export!("org.example.mine", "1.0.0", rialto::model::<Mine>());
//! ```
//!
//! Callbacks must not allocate. The kit alone sets the consumed count. A panic is caught at the
//! border and ends the instance; its text is logged when the host destroys it.
#![deny(missing_docs)]

pub mod abi;
pub mod decimal;
mod drive;
mod events;
pub mod exchange;
pub mod json;
mod library;
mod outputs;
mod parameter;
mod setup;
mod state;
pub mod test_host;

pub use drive::{Model, Strategy};
pub use events::{
    AccountEvent, Bar, FillEvent, ForecastEvent, FundingEvent, LiquidationEvent, MarkEvent,
    OpenInterestEvent, OrderEvent, Quote, SeriesEvent, StatusEvent, TextEvent, Trade,
};
pub use library::{exchange, model, note_text, strategy, Entry, Info, Library, Plugin};
pub use outputs::{Algorithm, Forecasts, Intents, Link, OrderTerms, Protection};
pub use parameter::Parameter;
pub use setup::{Decimal, Instrument, Need, Setup};
