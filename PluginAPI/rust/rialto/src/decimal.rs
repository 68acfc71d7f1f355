//! Exact decimals as text: counts of 10^-decimals, read and written without floating point.

use std::fmt;
use std::ops::Deref;

/// Most decimals that a text is written with.
pub const DECIMALS_MAX: u16 = 38;

/// Reads a decimal as a count of 10^-`decimals`.
///
/// The text is an optional `-`, digits, and perhaps a point with digits on both sides. None when it
/// is anything else (a plus sign, an exponent, spaces), needs more decimals, or does not fit.
/// Zeros at its end are no decimals: `1.500` needs one.
pub fn read(text: &str, decimals: u16) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (digits, ""),
    };
    if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let missing = usize::from(decimals).checked_sub(fraction.len())?;
    let mut value: u128 = 0;
    let padding = std::iter::repeat(b'0').take(missing);
    for digit in whole.bytes().chain(fraction.bytes()).chain(padding) {
        value = value.checked_mul(10)?.checked_add(u128::from(digit - b'0'))?;
    }
    signed(value, digits.len() < text.len())
}

/// Reads a decimal that fits a price or a quantity.
pub fn read_units(text: &str, decimals: u16) -> Option<i64> {
    i64::try_from(read(text, decimals)?).ok()
}

/// Reads an id: digits only, above 0.
pub fn read_id(text: &str) -> Option<u64> {
    let id = if are_digits(text) { text.parse().ok()? } else { 0 };
    if id > 0 {
        Some(id)
    } else {
        None
    }
}

fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn signed(value: u128, is_negative: bool) -> Option<i128> {
    if is_negative && value == 1 << 127 {
        return Some(i128::MIN);
    }
    let value = i128::try_from(value).ok()?;
    Some(if is_negative { -value } else { value })
}

/// `units` * 10^-`decimals` as text, with exactly `decimals` digits after the point.
///
/// `decimals` is 0...[`DECIMALS_MAX`]; more is a bug of the caller and panics.
pub fn text(units: i128, decimals: u16) -> DecimalText {
    assert!(decimals <= DECIMALS_MAX, "at most {} decimals", DECIMALS_MAX);
    let mut result = DecimalText { bytes: [0; DecimalText::SIZE], start: DecimalText::SIZE };
    let mut rest = units.unsigned_abs();
    let mut written = 0;
    while rest > 0 || written <= decimals {
        if written == decimals && decimals > 0 {
            result.put(b'.');
        }
        result.put(b'0' + (rest % 10) as u8);
        rest /= 10;
        written += 1;
    }
    if units < 0 {
        result.put(b'-');
    }
    result
}

/// A decimal number as text, in place; it reads as a `str`.
#[derive(Clone, Copy)]
pub struct DecimalText {
    bytes: [u8; DecimalText::SIZE],
    start: usize,
}

impl DecimalText {
    /// 39 digits, a sign and a point fit.
    const SIZE: usize = 48;

    /// Puts a byte before what is there.
    fn put(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }
}

impl Deref for DecimalText {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(&self.bytes[self.start..]).unwrap_or_default()
    }
}

impl fmt::Display for DecimalText {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str(self)
    }
}
