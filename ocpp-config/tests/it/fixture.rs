//! A real charger's property list, line by line.

use ocpp_config::{
    DictionaryEntry, Object, Property, PropertyPage, Snapshot, Value, decode_bytes, encode_bytes,
};

const DUMP: &str = include_str!("../../testdata/charger-ng910-7.0.0.jsonl");

pub(crate) fn objects() -> Vec<Object> {
    DUMP.lines()
        .map(|line| Property::parse(line.as_bytes()).unwrap().to_object())
        .collect()
}

#[test]
fn every_line_parses_and_encodes_to_the_same_value() {
    for line in DUMP.lines() {
        let property = Property::parse(line.as_bytes()).unwrap();
        let object = property.to_object();
        assert!(object.value.check_type(object.data_type).is_ok(), "{line}");
        let json = Property::from(&object).to_json().unwrap();
        let again = Property::parse(json.as_bytes()).unwrap().to_object();
        assert_eq!(again, object);
        // The dump prints whole reals both as 16 and as 16.0.
        if !matches!(object.value, Value::Real(_)) {
            assert_eq!(json, line, "order and spelling are the charger's as well");
        }
    }
}

#[test]
fn every_value_has_bytes_that_decode_to_it() {
    for object in objects() {
        let bytes = encode_bytes(object.data_type, &object.value).unwrap();
        assert_eq!(
            decode_bytes(object.data_type, &bytes).unwrap(),
            object.value
        );
    }
}

#[test]
fn a_page_of_all_lines_reads_as_the_lines_do() {
    let lines: Vec<_> = DUMP.lines().collect();
    let total = lines.len();
    let json = format!(
        r#"{{"version":2,"properties":[{}],"offset":0,"total":{total}}}"#,
        lines.join(",")
    );
    let page = PropertyPage::parse(json.as_bytes()).unwrap();
    assert_eq!(page.to_objects(), objects());
    assert_eq!(page.total(), u32::try_from(total).ok());
    let again = page.to_json().unwrap();
    assert_eq!(
        PropertyPage::parse(again.as_bytes()).unwrap().to_objects(),
        objects()
    );
}

#[test]
fn the_dictionary_agrees_with_the_charger() {
    let snapshot: Snapshot = objects().into_iter().collect();
    for entry in DictionaryEntry::all().filter(DictionaryEntry::is_observed) {
        let object = snapshot.get(entry.id()).unwrap();
        assert_eq!(object.data_type, entry.data_type(), "{}", entry.id());
        assert_eq!(Some(object.length), entry.length(), "{}", entry.id());
        assert_eq!(object.access, entry.access(), "{}", entry.id());
        assert_eq!(object.category, entry.category(), "{}", entry.id());
    }
}
