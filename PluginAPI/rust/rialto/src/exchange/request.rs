//! Descriptions of requests, and the memory that holds them until the next call.

use std::os::raw::c_char;

use crate::abi;

impl abi::Range {
    /// `size` bytes of a part, `abi::PART_...`, from `offset` on.
    pub const fn new(part: u32, offset: u32, size: u32) -> Self {
        abi::Range { part, offset, size, reserved: 0 }
    }

    /// The whole of a part.
    pub const fn whole(part: u32) -> Self {
        abi::Range::new(part, 0, u32::MAX)
    }

    /// What step `index` of the recipe gave.
    pub const fn step(index: u32) -> Self {
        abi::Range::new(abi::PART_STEP, index, u32::MAX)
    }

    /// Where `value` lies in the bytes of a part, such as `abi::PART_BODY`; the empty range when it
    /// is empty or no piece of them.
    pub fn of(value: &[u8], part: u32, bytes: &[u8]) -> Self {
        let offset = (value.as_ptr() as usize).wrapping_sub(bytes.as_ptr() as usize);
        let is_within = offset.checked_add(value.len()).map_or(false, |end| end <= bytes.len());
        match (u32::try_from(offset), u32::try_from(value.len())) {
            (Ok(offset), Ok(size)) if is_within && size > 0 => {
                abi::Range::new(part, offset, size)
            }
            _ => abi::Range::default(),
        }
    }

    fn terms(&self) -> (u32, u32, u32) {
        (self.part, self.offset, self.size)
    }
}

impl Default for abi::Range {
    /// Nowhere.
    fn default() -> Self {
        abi::Range::new(0, 0, 0)
    }
}

impl PartialEq for abi::Range {
    fn eq(&self, other: &Self) -> bool {
        self.terms() == other.terms()
    }
}

impl Eq for abi::Range {}

impl std::fmt::Debug for abi::Range {
    fn fmt(&self, out: &mut std::fmt::Formatter) -> std::fmt::Result {
        out.debug_tuple("Range").field(&self.terms()).finish()
    }
}

/// One step of a signing recipe: an operation over ranges, joined in their order. The host knows
/// the keys, and the plugin their names alone.
#[derive(Clone, Copy)]
pub struct SignStep<'a> {
    /// `abi::SIGN_...`.
    pub operation: u32,
    /// `abi::ENCODE_...`.
    pub encoding: u32,
    /// What is signed, one or more.
    pub ranges: &'a [abi::Range],
    /// Name of a key of this venue; empty for digests.
    pub key: &'a str,
    /// Replaced by the encoded result; the default range inserts nowhere.
    pub insert: abi::Range,
}

/// A place where the host fills in a secret, or a value that it captured.
#[derive(Clone, Copy)]
pub struct Placeholder<'a> {
    /// Of a key or of a capture of this venue.
    pub name: &'a str,
    /// The bytes that are replaced.
    pub place: abi::Range,
}

/// A field of a JSON answer that the host keeps: the plugin only ever sees its name.
#[derive(Clone, Copy)]
pub struct Capture<'a> {
    /// For placeholders.
    pub name: &'a str,
    /// Keys joined by /, such as data/token.
    pub path: &'a str,
}

/// A request, as a plugin describes it. The kit copies all that it points to.
#[derive(Clone, Copy, Default)]
pub struct Request<'a> {
    /// Comes back with the answer.
    pub id: u64,
    /// Index into the declared endpoints.
    pub endpoint: u32,
    /// Path and query.
    pub url: &'a str,
    /// Lines of `name: value`.
    pub headers: &'a str,
    /// The content.
    pub body: &'a [u8],
    /// How it is signed.
    pub steps: &'a [SignStep<'a>],
    /// Where the host fills something in.
    pub placeholders: &'a [Placeholder<'a>],
    /// What the host keeps of the answer.
    pub captures: &'a [Capture<'a>],
    /// Tokens that it takes from the endpoint's bucket.
    pub bucket_cost: u32,
}

/// Bytes of text that the outputs of one call may hold.
const TEXT_MAX: usize = 1 << 18;
/// Ranges, steps, placeholders and captures, of each, that the outputs of one call may hold.
const LIST_MAX: usize = 1024;

/// What the outputs of a call point to. Its lists never grow past what they were made with, so
/// that nothing moves.
pub(crate) struct Scratch {
    text: Vec<u8>,
    ranges: Vec<abi::Range>,
    steps: Vec<abi::SignStep>,
    placeholders: Vec<abi::Placeholder>,
    captures: Vec<abi::Capture>,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Scratch {
            text: Vec::with_capacity(TEXT_MAX),
            ranges: Vec::with_capacity(LIST_MAX),
            steps: Vec::with_capacity(LIST_MAX),
            placeholders: Vec::with_capacity(LIST_MAX),
            captures: Vec::with_capacity(LIST_MAX),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ranges.clear();
        self.steps.clear();
        self.placeholders.clear();
        self.captures.clear();
    }

    /// Keeps bytes until the next call; none when they do not fit.
    pub(crate) fn text(&mut self, bytes: &[u8]) -> Option<abi::Text> {
        let data = put(&mut self.text, bytes.iter().copied())?;
        Some(abi::Text { data: data as *const c_char, size: bytes.len() as u64 })
    }

    /// Keeps all that a request points to; none when it does not fit.
    pub(crate) fn request(&mut self, request: &Request) -> Option<abi::Output> {
        let mut output = abi::Output::zero();
        output.id = request.id;
        output.endpoint = request.endpoint;
        output.bucket_cost = request.bucket_cost;
        output.url = self.text(request.url.as_bytes())?;
        output.headers = self.text(request.headers.as_bytes())?;
        output.body = self.text(request.body)?;
        output.steps = self.steps(request.steps)?;
        output.step_count = request.steps.len() as u32;
        output.placeholders = self.placeholders(request.placeholders)?;
        output.placeholder_count = request.placeholders.len() as u32;
        output.captures = self.captures(request.captures)?;
        output.capture_count = request.captures.len() as u32;
        Some(output)
    }

    fn steps(&mut self, steps: &[SignStep]) -> Option<*const abi::SignStep> {
        let start = self.steps.len();
        for step in steps {
            let kept = abi::SignStep {
                struct_size: std::mem::size_of::<abi::SignStep>() as u32,
                operation: step.operation,
                encoding: step.encoding,
                range_count: step.ranges.len() as u32,
                ranges: put(&mut self.ranges, step.ranges.iter().copied())?,
                key: self.text(step.key.as_bytes())?,
                insert: step.insert,
            };
            put(&mut self.steps, std::iter::once(kept))?;
        }
        Some(from(&self.steps, start))
    }

    fn placeholders(&mut self, list: &[Placeholder]) -> Option<*const abi::Placeholder> {
        let start = self.placeholders.len();
        for one in list {
            let kept = abi::Placeholder {
                struct_size: std::mem::size_of::<abi::Placeholder>() as u32,
                reserved: 0,
                name: self.text(one.name.as_bytes())?,
                place: one.place,
            };
            put(&mut self.placeholders, std::iter::once(kept))?;
        }
        Some(from(&self.placeholders, start))
    }

    fn captures(&mut self, list: &[Capture]) -> Option<*const abi::Capture> {
        let start = self.captures.len();
        for one in list {
            let kept = abi::Capture {
                struct_size: std::mem::size_of::<abi::Capture>() as u32,
                reserved: 0,
                name: self.text(one.name.as_bytes())?,
                path: self.text(one.path.as_bytes())?,
            };
            put(&mut self.captures, std::iter::once(kept))?;
        }
        Some(from(&self.captures, start))
    }
}

/// Adds items at the end of a list; none when they do not fit. Returns where they lie, null when
/// there are none.
fn put<T>(list: &mut Vec<T>, items: impl ExactSizeIterator<Item = T>) -> Option<*const T> {
    if items.len() > list.capacity() - list.len() {
        return None;
    }
    let start = list.len();
    list.extend(items);
    Some(from(list, start))
}

/// Where the items from `start` on lie, null when there are none.
fn from<T>(list: &[T], start: usize) -> *const T {
    if start == list.len() {
        std::ptr::null()
    } else {
        list[start..].as_ptr()
    }
}
