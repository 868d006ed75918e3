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
    ]
}
