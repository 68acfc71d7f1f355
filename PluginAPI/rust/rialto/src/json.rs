//! Flat JSON: one object of texts, numbers, booleans and nulls, read in place and written without
//! allocation once its memory has grown.

use crate::decimal;

/// Most fields of an object that is read.
pub const FIELDS_MAX: usize = 32;

/// What stands at a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A text without escapes.
    Text(&'a str),
    /// A text with escapes, as it stands between its quotes.
    Escaped(&'a str),
    /// As it stands.
    Number(&'a str),
    /// True or false.
    Boolean(bool),
    /// Nothing.
    Null,
}

impl<'a> Value<'a> {
    /// The characters of a text without escapes, or of a number.
    pub fn word(self) -> Option<&'a str> {
        match self {
            Value::Text(word) | Value::Number(word) => Some(word),
            _ => None,
        }
    }
}

/// A flat object whose keys and values lie in the message that it was read from.
#[derive(Clone, Copy)]
pub struct Object<'a> {
    fields: [(&'a str, Value<'a>); FIELDS_MAX],
    count: usize,
}

impl<'a> Object<'a> {
    /// Reads a whole message, which may be any bytes. None when it is anything but one flat object
    /// in UTF-8, of at most [`FIELDS_MAX`] distinct keys without escapes.
    pub fn read(message: &'a [u8]) -> Option<Object<'a>> {
        let mut reader = Reader { text: std::str::from_utf8(message).ok()?, at: 0 };
        let mut object = Object { fields: [("", Value::Null); FIELDS_MAX], count: 0 };
        reader.take(b'{')?;
        if reader.take(b'}').is_none() {
            loop {
                let field = reader.field()?;
                if object.count == FIELDS_MAX || object.get(field.0).is_some() {
                    return None;
                }
                object.fields[object.count] = field;
                object.count += 1;
                if reader.take(b',').is_none() {
                    break;
                }
            }
            reader.take(b'}')?;
        }
        reader.skip_space();
        if reader.at == message.len() {
            Some(object)
        } else {
            None
        }
    }

    /// Keys and values, in their order.
    pub fn fields(&self) -> &[(&'a str, Value<'a>)] {
        &self.fields[..self.count]
    }

    /// What stands at a key; none when it is absent.
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        self.fields().iter().find(|field| field.0 == key).map(|field| field.1)
    }

    /// The characters at a key; none when it is absent, has escapes, or is no text or number.
    pub fn word(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.word()
    }

    /// The id at a key, above 0.
    pub fn id(&self, key: &str) -> Option<u64> {
        decimal::read_id(self.word(key)?)
    }

    /// The decimal at a key as a count of 10^-`decimals`; none when it is absent or none.
    pub fn units(&self, key: &str, decimals: u16) -> Option<i64> {
        decimal::read_units(self.word(key)?, decimals)
    }

    /// As `units`, but 0 when the key is absent or null.
    pub fn units_or_zero(&self, key: &str, decimals: u16) -> Option<i64> {
        match self.get(key) {
            None | Some(Value::Null) => Some(0),
            Some(value) => decimal::read_units(value.word()?, decimals),
        }
    }

    /// The amount of money at a key in units of 10^-18; 0 when the key is absent or null.
    pub fn cash_or_zero(&self, key: &str) -> Option<i128> {
        match self.get(key) {
            None | Some(Value::Null) => Some(0),
            Some(value) => decimal::read(value.word()?, 18),
        }
    }
}

/// A place in a message.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Reads one character after space, when it is `wanted`.
    fn take(&mut self, wanted: u8) -> Option<()> {
        self.skip_space();
        if self.peek()? != wanted {
            return None;
        }
        self.at += 1;
        Some(())
    }

    fn field(&mut self) -> Option<(&'a str, Value<'a>)> {
        let key = match self.string()? {
            Value::Text(key) => key,
            _ => return None,
        };
        self.take(b':')?;
        self.skip_space();
        let value = match self.peek()? {
            b'"' => self.string()?,
            b't' => self.literal("true", Value::Boolean(true))?,
            b'f' => self.literal("false", Value::Boolean(false))?,
            b'n' => self.literal("null", Value::Null)?,
            _ => self.number()?,
        };
        Some((key, value))
    }

    fn literal(&mut self, word: &str, value: Value<'a>) -> Option<Value<'a>> {
        if !self.text[self.at..].starts_with(word) {
            return None;
        }
        self.at += word.len();
        Some(value)
    }

    fn string(&mut self) -> Option<Value<'a>> {
        self.take(b'"')?;
        let start = self.at;
        let mut has_escapes = false;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    has_escapes = true;
                    self.at += 1;
                    self.escape()?;
                }
                0..=0x1F => return None,
                _ => self.at += 1,
            }
        }
        let inner = &self.text[start..self.at];
        self.at += 1;
        Some(if has_escapes { Value::Escaped(inner) } else { Value::Text(inner) })
    }

    /// Reads what follows a backslash.
    fn escape(&mut self) -> Option<()> {
        let digits = match self.peek()? {
            b'u' => 4,
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 0,
            _ => return None,
        };
        self.at += 1;
        for _ in 0..digits {
            if !self.peek()?.is_ascii_hexdigit() {
                return None;
            }
            self.at += 1;
        }
        Some(())
    }

    fn number(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.digits();
        if whole == 0 || (whole > 1 && self.text.as_bytes()[self.at - whole] == b'0') {
            return None;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return None;
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return None;
            }
        }
        Some(Value::Number(&self.text[start..self.at]))
    }

    /// Reads digits. Returns how many there were.
    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }
}

/// Writes flat objects, one at a time, into memory that it keeps for the next.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Starts an object; the one before is gone.
    pub fn begin(&mut self) -> &mut Self {
        self.bytes.clear();
        self.bytes.push(b'{');
        self
    }

    /// Adds a text, with escapes where it needs them.
    pub fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.key(key);
        self.quoted(value);
        self
    }

    /// Adds a number as it stands, such as a [`decimal::text`].
    pub fn number(&mut self, key: &str, digits: &str) -> &mut Self {
        self.key(key);
        self.bytes.extend_from_slice(digits.as_bytes());
        self
    }

    /// Adds true or false.
    pub fn boolean(&mut self, key: &str, value: bool) -> &mut Self {
        self.number(key, if value { "true" } else { "false" })
    }

    /// Ends the object. Returns its bytes.
    pub fn end(&mut self) -> &[u8] {
        self.bytes.push(b'}');
        &self.bytes
    }

    fn key(&mut self, key: &str) {
        if self.bytes.len() > 1 {
            self.bytes.push(b',');
        }
        self.quoted(key);
        self.bytes.push(b':');
    }

    fn quoted(&mut self, text: &str) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        self.bytes.push(b'"');
        for byte in text.bytes() {
            match byte {
                b'"' | b'\\' => self.bytes.extend_from_slice(&[b'\\', byte]),
                0..=0x1F => {
                    let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
                    self.bytes.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
                }
                _ => self.bytes.push(byte),
            }
        }
        self.bytes.push(b'"');
    }
}
