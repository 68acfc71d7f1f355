//! The instruments of an instance, found by index or by the name that the venue gives them.

use crate::setup::{Instrument, Setup};

/// One instrument, and the venue's name of it.
#[derive(Clone, Debug)]
pub struct VenueInstrument {
    /// As it stands in the venue's messages.
    pub name: String,
    /// The host's definition.
    pub instrument: Instrument,
}

/// The instruments of an instance.
pub struct VenueInstruments {
    /// In the order of their names.
    list: Vec<VenueInstrument>,
    /// Row of `list` by index.
    rows: Vec<Option<usize>>,
}

impl VenueInstruments {
    /// Names every instrument of `setup` as the venue does; `name` may refuse one. The error also
    /// says when there is none, or when two have one name.
    pub fn new(
        setup: &Setup,
        name: impl Fn(&Instrument) -> Result<String, String>,
    ) -> Result<Self, String> {
        let mut list = Vec::new();
        for instrument in &setup.instruments {
            list.push(VenueInstrument { name: name(instrument)?, instrument: instrument.clone() });
        }
        list.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(two) = list.windows(2).find(|two| two[0].name == two[1].name) {
            return Err(format!("two instruments have the venue's name {}", two[0].name));
        }
        if list.is_empty() {
            return Err(String::from("no instrument was given"));
        }
        let mut rows = vec![None; setup.instrument_end()];
        for (row, one) in list.iter().enumerate() {
            rows[one.instrument.index as usize] = Some(row);
        }
        Ok(VenueInstruments { list, rows })
    }

    /// The instrument of an index.
    pub fn at(&self, index: u32) -> Option<&VenueInstrument> {
        let row = *self.rows.get(index as usize)?;
        self.list.get(row?)
    }

    /// The instrument that the venue calls so.
    pub fn named(&self, name: &str) -> Option<&VenueInstrument> {
        let row = self.list.binary_search_by(|one| one.name.as_str().cmp(name)).ok()?;
        self.list.get(row)
    }
}
