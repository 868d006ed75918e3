//! Seeds from the property dump that the crate tests with.

use super::Seeds;

const DUMP: &str = include_str!("../../../ocpp-config/testdata/charger-ng910-7.0.0.jsonl");

pub(crate) fn seeds() -> Vec<Seeds> {
    let lines: Vec<_> = DUMP.lines().collect();
    let pages = lines.chunks(32).enumerate().map(|(number, lines)| {
        let entries = lines.join(",");
        let json = format!(r#"{{"version":2,"properties":[{entries}],"offset":0,"total":32}}"#);
        (format!("page-{number}"), json.into_bytes())
    });
    let flat = br#"{"2053_0":"CP1","20F0_E":1,"2059_0":1772614717592}"#;
    let flat = ("flat".to_owned(), flat.to_vec());
    let xml = br#"<?xml version="1.0" encoding="utf-8"?><Settings><Model>NG910-60023</Model>
<NumberOfSockets>1</NumberOfSockets><Device><Identity>CP1</Identity></Device><Properties>
<Property Id="20F0_0E" Value="1"/><Property Id="2053_00" Value="a&amp;b"/></Properties></Settings>"#;
    vec![
        ("property_page", pages.chain([flat]).collect()),
        ("settings_xml", vec![("file".to_owned(), xml.to_vec())]),
        ("property_writes", writes()),
        ("object_bytes", objects()),
    ]
}

/// One body for each kind of value.
fn writes() -> Vec<(String, Vec<u8>)> {
    let bodies = [
        (
            TEXT,
            r#"{"20F0_3":{"id":"20F0_3","value":"wss://csms.example/ocpp"}}"#,
        ),
        (BOOLEAN, r#"{"2064_0":{"id":"2064_0","value":"True"}}"#),
        (
            UNSIGNED8,
            r#"{"20F0_E":{"id":"20F0_E","value":1},"20F1_E":{"id":"20F1_E","value":0}}"#,
        ),
        (REAL32, r#"{"2068_0":{"id":"2068_0","value":16.5}}"#),
        (BYTES, r#"{"2052_0":{"id":"2052_0","value":"0A,FF"}}"#),
    ];
    let seed = |(code, body): (u16, &str)| (format!("type-{code}"), typed(code, body.as_bytes()));
    bodies.map(seed).into()
}

/// A value of each kind, as an SDO transfer carries it.
fn objects() -> Vec<(String, Vec<u8>)> {
    let values: [(u16, &[u8]); 6] = [
        (TEXT, b"ACE0999001"),
        (BOOLEAN, &[1]),
        (UNSIGNED8, &[3]),
        (UNSIGNED64, &1_772_614_717_592_u64.to_le_bytes()),
        (REAL32, &16.5_f32.to_le_bytes()),
        (BYTES, &[0x0A, 0xFF]),
    ];
    let seed = |(code, bytes)| (format!("type-{code}"), typed(code, bytes));
    values.map(seed).into()
}

/// Both targets take the code of a type first.
fn typed(code: u16, bytes: &[u8]) -> Vec<u8> {
    [code.to_le_bytes().as_slice(), bytes].concat()
}

/// The codes of some types (CiA 301; the last one is the vendor's).
const BOOLEAN: u16 = 1;
const UNSIGNED8: u16 = 5;
const REAL32: u16 = 8;
const TEXT: u16 = 9;
const UNSIGNED64: u16 = 27;
const BYTES: u16 = 64;
