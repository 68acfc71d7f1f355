//! What the host reads for itself at the places that an exchange names.

use super::outputs::TestOutput;
use crate::exchange::Terms;
use crate::{abi, decimal};

/// Most bytes of a term.
const SIZE_MAX: usize = 256;

/// Checks that the terms of an order stand where they are said to stand. `decimals` are the
/// instrument's, of prices and of quantities.
pub(super) fn check(
    terms: &Terms,
    output: &TestOutput,
    decimals: [u16; 2],
) -> Result<(), String> {
    // Of each term what may not stand beside its place, besides letters and digits.
    let places = [
        ("instrument", terms.instrument_place, "-_\\%"),
        ("side", terms.side_place, "\\%"),
        ("client id", terms.client_id_place, ".\\%"),
        ("quantity", terms.quantity_place, ".+-_\\%"),
        ("price", terms.price_place, ".+-_\\%"),
    ];
    let is_market = terms.price == 0;
    if is_market && terms.price_place.size > 0 {
        return Err(String::from("the price of a market order has a place"));
    }
    let places = if is_market { &places[..4] } else { &places[..] };
    for (index, (name, place, joining)) in places.iter().enumerate() {
        let text = written(place, output).ok_or(format!("the {} has no place", name))?;
        let is_right = match *name {
            "client id" => text.parse() == Ok(terms.client_id),
            "quantity" => is_number(text, terms.quantity, decimals[1]),
            "price" => is_number(text, terms.price, decimals[0]),
            _ => true,
        };
        if !is_right || !is_whole(name, place, joining, output) {
            return Err(format!("the {} is not what stands at its place: {}", name, text));
        }
        if places[..index].iter().any(|other| overlap(&other.1, place)) {
            return Err(format!("the place of the {} is also another's", name));
        }
    }
    Ok(())
}

fn part<'a>(place: &abi::Range, output: &'a TestOutput) -> Option<&'a str> {
    match place.part {
        abi::PART_URL => Some(&output.url),
        abi::PART_BODY => Some(&output.body),
        _ => None,
    }
}

fn written<'a>(place: &abi::Range, output: &'a TestOutput) -> Option<&'a str> {
    let (start, size) = (place.offset as usize, place.size as usize);
    if size == 0 || size > SIZE_MAX {
        return None;
    }
    part(place, output)?.get(start..start.checked_add(size)?)
}

/// Digits with at most one point: the decimal, or the count of units.
fn is_number(text: &str, units: i64, decimals: u16) -> bool {
    let is_unsigned = !text.starts_with('-');
    let is_units = decimal::read_units(text, 0) == Some(units);
    is_unsigned && (is_units || decimal::read_units(text, decimals) == Some(units))
}

/// Whether a place is no piece of a longer number or word. Letters may surround a client id.
fn is_whole(name: &str, place: &abi::Range, joining: &str, output: &TestOutput) -> bool {
    let bytes = part(place, output).unwrap_or_default().as_bytes();
    let before = (place.offset as usize).checked_sub(1).and_then(|index| bytes.get(index));
    let after = bytes.get(place.offset as usize + place.size as usize);
    let joins = |byte: Option<&u8>| {
        byte.map_or(false, |one| {
            one.is_ascii_digit()
                || joining.as_bytes().contains(one)
                || (one.is_ascii_alphabetic() && name != "client id")
        })
    };
    !joins(before) && !joins(after)
}

fn overlap(a: &abi::Range, b: &abi::Range) -> bool {
    let end = |range: &abi::Range| u64::from(range.offset) + u64::from(range.size);
    a.part == b.part && u64::from(a.offset) < end(b) && u64::from(b.offset) < end(a)
}
