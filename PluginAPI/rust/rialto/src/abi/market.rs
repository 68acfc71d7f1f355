//! Columns of what happens on a venue.

use super::{CStruct, Text};

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
