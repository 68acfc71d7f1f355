//! What is true of exact decimals and flat JSON, whatever the bytes.

use rialto::decimal;
use rialto::json::{Object, Value, Writer};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Of any size.
    fn wide(&mut self) -> i128 {
        let all = i128::from(self.next() as i64) << 64 | i128::from(self.next());
        all >> self.below(128)
    }
}

#[test]
fn a_decimal_reads_back_as_it_was_written() {
    let mut random = Random(1);
    for round in 0..20_000 {
        let (units, decimals) = (random.wide(), random.below(39) as u16);
        let text = decimal::text(units, decimals);
        assert_eq!(decimal::read(&text, decimals), Some(units), "round {} {}", round, text);
        let after = text.split_once('.').map_or(0, |parts| parts.1.len());
        assert_eq!(after, usize::from(decimals), "round {} {}", round, text);
        let without: String = text.chars().filter(|one| *one != '.').collect();
        assert_eq!(without.parse(), Ok(units), "round {} {}", round, text);
    }
}

#[test]
fn the_ends_of_the_range_are_read_and_what_lies_beyond_is_not() {
    for edge in [i128::MAX, i128::MIN] {
        let text = decimal::text(edge, 18);
        assert_eq!(decimal::read(&text, 18), Some(edge));
        let beyond = decimal::text(edge, 0).to_string() + "0";
        assert_eq!(decimal::read(&beyond, 0), None);
        assert_eq!(decimal::read(&text, 19), None);
    }
    let just_beyond = "170141183460469231731687303715884105728";
    assert_eq!(decimal::read(just_beyond, 0), None);
    assert_eq!(decimal::read_units("9223372036854775807", 0), Some(i64::MAX));
    assert_eq!(decimal::read_units("9223372036854775808", 0), None);
    assert_eq!(decimal::read_id("18446744073709551615"), Some(u64::MAX));
}

#[test]
fn a_decimal_is_exact_or_refused() {
    for (text, decimals, units) in [
        ("65000.01", 2, 6_500_001),
        ("-0.5", 1, -5),
        ("1.500", 1, 15),
        ("007", 0, 7),
        ("0.000", 0, 0),
        ("-0", 4, 0),
    ] {
        assert_eq!(decimal::read(text, decimals), Some(units), "{}", text);
    }
    for text in [
        "", "-", ".", "1.", ".5", "+1", "1e3", " 1", "1 ", "1.2.3", "--1", "1.001", "0x1", "١",
        "1,5", "NaN", "-.5", "1.-5",
    ] {
        assert_eq!(decimal::read(text, 2), None, "{}", text);
    }
    for text in ["", "0", "-1", "+1", "1.0", "18446744073709551616"] {
        assert_eq!(decimal::read_id(text), None, "{}", text);
    }
}

/// Texts, numbers and booleans under distinct keys, and the object that holds them.
fn message(random: &mut Random) -> (Vec<u8>, Vec<(String, String)>) {
    let letters = ['a', '"', '\\', '\n', 'é', '}', ',', ':', '\u{1}', '😀', '0'];
    let mut writer = Writer::default();
    let mut fields = vec![];
    writer.begin();
    for index in 0..random.below(33) {
        let key = format!("k{}", index);
        let value: String =
            (0..random.below(5)).map(|_| letters[random.below(11) as usize]).collect();
        match random.below(3) {
            0 => writer.number(&key, &decimal::text(random.wide(), 4)),
            1 => writer.boolean(&key, value.is_empty()),
            _ => writer.text(&key, &value),
        };
        fields.push((key, value));
    }
    (writer.end().to_vec(), fields)
}

#[test]
fn what_was_written_reads_back() {
    let mut random = Random(2);
    for round in 0..2000 {
        let (bytes, fields) = message(&mut random);
        let object = Object::read(&bytes).expect("it was written as an object");
        let keys: Vec<&str> = object.fields().iter().map(|field| field.0).collect();
        let expected: Vec<&str> = fields.iter().map(|field| field.0.as_str()).collect();
        assert_eq!(keys, expected, "round {}", round);
        for (key, value) in &fields {
            if let Some(Value::Text(text)) = object.get(key) {
                assert_eq!(text, value, "round {}", round);
            }
        }
    }
}

#[test]
fn a_message_cut_flipped_or_of_any_bytes_is_an_object_or_nothing() {
    let mut random = Random(3);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let mut bytes = message(&mut random).0;
        let at = random.below(bytes.len() as u64) as usize;
        match random.below(4) {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << random.below(8),
            2 => bytes.extend_from_within(at..),
            _ => {
                let letters = b"{}\":,\\u09ae-.\x80\n";
                let count = letters.len() as u64;
                bytes = (0..at).map(|_| letters[random.below(count) as usize]).collect();
            }
        }
        match Object::read(&bytes) {
            None => refused += 1,
            Some(object) => {
                read += 1;
                for (key, value) in object.fields() {
                    assert_eq!(object.get(key), Some(*value));
                    let inner = value.word().unwrap_or_default();
                    assert!(!inner.contains('"') && !inner.contains('\\'));
                }
            }
        }
    }
    assert!(read > 100 && refused > 100, "{} and {}", read, refused);
}

#[test]
fn every_part_of_a_cut_object_is_refused() {
    let whole = br#" {"a":"b", "c":-1.5e3,"d":true,"e":null,"f":"\u00e9"} "#;
    let end = whole.len() - 1;
    assert!(Object::read(whole).is_some() && Object::read(&whole[..end]).is_some());
    for size in 0..end {
        assert!(Object::read(&whole[..size]).is_none(), "{} bytes", size);
    }
}

#[test]
fn only_one_flat_object_is_read() {
    for text in [
        "", "[]", "{}{}", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":{}}", "{\"a\":[]}",
        "{\"a\":01}", "{\"a\":+1}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e}", "{\"a\":tru}",
        "{\"a\":1,\"a\":2}", "{\"\\u0061\":1}", "{\"a\":\"\\x\"}", "{\"a\":\"\n\"}", "{'a':1}",
        "{\"a\":\"\\u00g0\"}", "{\"a\":1 2}", "{a:1}", "{\"a\":-}",
    ] {
        assert!(Object::read(text.as_bytes()).is_none(), "{}", text);
    }
    let many: Vec<String> = (0..33).map(|index| format!("\"k{}\":1", index)).collect();
    assert!(Object::read(format!("{{{}}}", many[..32].join(",")).as_bytes()).is_some());
    assert!(Object::read(format!("{{{}}}", many.join(",")).as_bytes()).is_none());
    assert!(Object::read(b"{\"a\":\"\xff\"}").is_none());
    assert_eq!(Object::read(b"{ }").map(|object| object.fields().len()), Some(0));
}

#[test]
fn values_are_given_exactly() {
    let bytes = br#"{"id":"42","price":65000.01,"fee":"-0.5","none":null,"odd":"a\"b"}"#;
    let object = Object::read(bytes).expect("it is an object");
    assert_eq!((object.id("id"), object.id("fee")), (Some(42), None));
    assert_eq!(object.units("price", 2), Some(6_500_001));
    assert_eq!((object.units("price", 1), object.units("gone", 1)), (None, None));
    assert_eq!(object.units_or_zero("gone", 1), Some(0));
    assert_eq!((object.units_or_zero("none", 1), object.units_or_zero("odd", 1)), (Some(0), None));
    assert_eq!(object.cash_or_zero("fee"), Some(-500_000_000_000_000_000));
    assert_eq!((object.word("odd"), object.get("odd")), (None, Some(Value::Escaped("a\\\"b"))));
}
