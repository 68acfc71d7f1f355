//! Outputs of an exchange as values, held to the contract.

use crate::abi;

/// What an exchange said. Fields that its kind does not name are 0 or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestOutput {
    /// `abi::OUTPUT_...`.
    pub kind: u32,
    /// Row of the batch that it answers.
    pub row: u32,
    /// Of requests: index into the declared endpoints.
    pub endpoint: u32,
    /// Of the request, socket or timer.
    pub id: u64,
    /// Of requests: path and query.
    pub url: String,
    /// Of requests: lines of `name: value`.
    pub headers: String,
    /// Content, currency, name, or a text for people.
    pub body: String,
    /// How a request is signed.
    pub steps: Vec<TestStep>,
    /// Names of what the host fills in, and where.
    pub placeholders: Vec<(String, abi::Range)>,
    /// Names and paths of what the host keeps of the answer.
    pub captures: Vec<(String, String)>,
    /// Tokens that a request takes.
    pub bucket_cost: u32,
    /// Of timers, Unix nanoseconds UTC.
    pub time_ns: i64,
    /// 0 when not stated.
    pub venue_time_ns: i64,
    /// The host's id of the order.
    pub client_id: u64,
    /// Index of the instrument.
    pub instrument: u32,
    /// `abi::BUY`, `abi::SELL` or `abi::SIDE_UNKNOWN`.
    pub side: u32,
    /// `abi::ORDER_SUBMITTED` and so on.
    pub state: u32,
    /// `abi::REASON_...`.
    pub reason: u32,
    /// Price, or the best bid.
    pub price: i64,
    /// Quantity, or that at the best bid.
    pub quantity: i64,
    /// So far.
    pub filled: i64,
    /// Best ask, or the step of prices.
    pub price_2: i64,
    /// Quantity at the best ask, or the step of quantities.
    pub quantity_2: i64,
    /// In units of 10^-18.
    pub fee: i128,
    /// In units of 10^-18.
    pub amount: i128,
    /// In units of 10^-18.
    pub held: i128,
}

/// One step of a signing recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestStep {
    /// `abi::SIGN_...`.
    pub operation: u32,
    /// `abi::ENCODE_...`.
    pub encoding: u32,
    /// Name of the key; empty for digests.
    pub key: String,
    /// What is signed.
    pub ranges: Vec<abi::Range>,
    /// Where the result goes.
    pub insert: abi::Range,
}

/// A written item, and the endpoints that its instance declared.
pub(super) struct Views<'a>(pub(super) &'a abi::Output, pub(super) &'a [abi::Endpoint]);

impl Views<'_> {
    /// Copies the item. The error says what is against the contract.
    ///
    /// # Safety
    /// The item points to memory of the plugin that is still valid.
    pub(super) unsafe fn output(&self, rows: u32) -> Result<TestOutput, String> {
        let item = self.0;
        let output = TestOutput {
            kind: item.kind,
            row: item.row,
            endpoint: item.endpoint,
            id: item.id,
            url: string(item.url)?,
            headers: string(item.headers)?,
            body: string(item.body)?,
            steps: self.steps()?,
            placeholders: self.placeholders()?,
            captures: self.captures()?,
            bucket_cost: item.bucket_cost,
            time_ns: item.time_ns,
            venue_time_ns: item.venue_time_ns,
            client_id: item.client_id,
            instrument: item.instrument,
            side: u32::from(item.side),
            state: u32::from(item.state),
            reason: u32::from(item.reason),
            price: item.price,
            quantity: item.quantity,
            filled: item.filled,
            price_2: item.price_2,
            quantity_2: item.quantity_2,
            fee: item.fee.units(),
            amount: item.amount.units(),
            held: item.held.units(),
        };
        if item.struct_size > 0 && item.row < rows && self.is_sound(&output) {
            return Ok(output);
        }
        Err(format!("a field is out of range: {:?}", output))
    }

    /// Whether the fields that its kind names are in range.
    fn is_sound(&self, output: &TestOutput) -> bool {
        let is_priced = output.price > 0 && output.quantity > 0;
        match output.kind {
            abi::OUTPUT_REQUEST => self.is_declared(output),
            abi::OUTPUT_SOCKET_OPEN => output.id > 0 && !output.url.is_empty(),
            abi::OUTPUT_SOCKET_SEND | abi::OUTPUT_SOCKET_CLOSE => output.id > 0,
            abi::OUTPUT_TIMER => output.id > 0 && output.time_ns > 0,
            abi::OUTPUT_TRADE => is_priced && output.side <= abi::SELL,
            abi::OUTPUT_QUOTE => {
                let all = [output.price, output.quantity, output.price_2, output.quantity_2];
                all.iter().all(|one| *one >= 0)
            }
            abi::OUTPUT_ORDER => {
                let is_state = (abi::ORDER_SUBMITTED..=abi::ORDER_UNKNOWN).contains(&output.state);
                output.client_id > 0 && is_state && (0..=output.quantity).contains(&output.filled)
            }
            abi::OUTPUT_FILL => {
                let is_side = output.side == abi::BUY || output.side == abi::SELL;
                output.client_id > 0 && is_priced && is_side
            }
            abi::OUTPUT_BALANCE => !output.body.is_empty(),
            abi::OUTPUT_INSTRUMENT => {
                !output.body.is_empty() && output.price_2 > 0 && output.quantity_2 > 0
            }
            abi::OUTPUT_ERROR => !output.body.is_empty(),
            _ => false,
        }
    }

    /// Whether a request is of a declared endpoint, and its ranges lie within it.
    fn is_declared(&self, output: &TestOutput) -> bool {
        let endpoint = match self.1.get(output.endpoint as usize) {
            Some(endpoint) => endpoint,
            None => return false,
        };
        // The endpoint's texts are the plugin's until destroy.
        let path = unsafe { string(endpoint.path) }.unwrap_or_default();
        let is_path = output.url.split('?').next() == Some(path.as_str());
        let are_steps = output.steps.iter().enumerate().all(|(index, step)| {
            let is_known = (abi::SIGN_HMAC_SHA256..=abi::SIGN_SHA512).contains(&step.operation)
                && step.encoding <= abi::ENCODE_BASE64;
            let is_read = step.ranges.iter().all(|range| self.holds(output, range, index));
            let is_put = step.insert == abi::Range::default()
                || (step.insert.part != abi::PART_STEP && self.holds(output, &step.insert, 0));
            is_known && !step.ranges.is_empty() && is_read && is_put
        });
        let places = &output.placeholders;
        is_path && are_steps && places.iter().all(|one| self.holds(output, &one.1, 0))
    }

    /// Whether a range lies within its part; of steps, `step` have been made before.
    fn holds(&self, output: &TestOutput, range: &abi::Range, step: usize) -> bool {
        let size = match range.part {
            abi::PART_METHOD => self.1[output.endpoint as usize].method.size,
            abi::PART_URL => output.url.len() as u64,
            abi::PART_HEADERS => output.headers.len() as u64,
            abi::PART_BODY => output.body.len() as u64,
            abi::PART_STEP => return (range.offset as usize) < step,
            _ => return false,
        };
        let end = u64::from(range.offset) + u64::from(range.size);
        u64::from(range.offset) <= size && (range.size == u32::MAX || end <= size)
    }

    unsafe fn steps(&self) -> Result<Vec<TestStep>, String> {
        let mut steps = vec![];
        for step in list(self.0.steps, self.0.step_count) {
            steps.push(TestStep {
                operation: step.operation,
                encoding: step.encoding,
                key: string(step.key)?,
                ranges: list(step.ranges, step.range_count).to_vec(),
                insert: step.insert,
            });
        }
        Ok(steps)
    }

    unsafe fn placeholders(&self) -> Result<Vec<(String, abi::Range)>, String> {
        let all = list(self.0.placeholders, self.0.placeholder_count);
        all.iter().map(|one| Ok((string(one.name)?, one.place))).collect()
    }

    unsafe fn captures(&self) -> Result<Vec<(String, String)>, String> {
        let all = list(self.0.captures, self.0.capture_count);
        all.iter().map(|one| Ok((string(one.name)?, string(one.path)?))).collect()
    }
}

unsafe fn list<'a, T>(first: *const T, count: u32) -> &'a [T] {
    if count == 0 {
        return &[];
    }
    std::slice::from_raw_parts(first, count as usize)
}

unsafe fn string(text: abi::Text) -> Result<String, String> {
    let bytes = list(text.data as *const u8, text.size as u32).to_vec();
    String::from_utf8(bytes).map_err(|_| String::from("a text is no UTF-8"))
}
