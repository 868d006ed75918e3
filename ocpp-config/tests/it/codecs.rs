//! Round trips over generated values, and hostile input.

use ocpp_config::{
    Access, DataType, Object, ObjectId, ObjectWrite, Property, PropertyPage, Value, decode_bytes,
    encode_bytes, encode_writes, parse_writes,
};
use proptest::prelude::*;

/// A type with a value that fits it.
fn typed_value() -> impl Strategy<Value = (DataType, Value)> {
    let text = "[^\0]{0,40}";
    prop_oneof![
        any::<bool>().prop_map(|flag| (DataType::BOOLEAN, Value::Boolean(flag))),
        any::<u8>().prop_map(|n| (DataType::UNSIGNED8, Value::Unsigned(n.into()))),
        any::<u16>().prop_map(|n| (DataType::UNSIGNED16, Value::Unsigned(n.into()))),
        any::<u32>().prop_map(|n| (DataType::UNSIGNED32, Value::Unsigned(n.into()))),
        any::<u64>().prop_map(|n| (DataType::UNSIGNED64, Value::Unsigned(n))),
        any::<i8>().prop_map(|n| (DataType::INTEGER8, Value::Signed(n.into()))),
        any::<i16>().prop_map(|n| (DataType::INTEGER16, Value::Signed(n.into()))),
        any::<i32>().prop_map(|n| (DataType::INTEGER32, Value::Signed(n.into()))),
        any::<i64>().prop_map(|n| (DataType::INTEGER64, Value::Signed(n))),
        any::<f32>().prop_filter_map("finite", |n| {
            let shortest: f64 = n.to_string().parse().ok()?;
            n.is_finite()
                .then_some((DataType::REAL32, Value::Real(shortest)))
        }),
        any::<f64>().prop_filter_map("finite", |n| {
            n.is_finite().then_some((DataType::REAL64, Value::Real(n)))
        }),
        text.prop_map(|text| (DataType::VISIBLE_STRING, Value::Text(text))),
        text.prop_map(|text| (DataType::UNICODE_STRING, Value::Text(text))),
        any::<Vec<u8>>().prop_map(|bytes| (DataType::OCTET_STRING, Value::Bytes(bytes))),
        any::<Vec<u8>>().prop_map(|bytes| (DataType::DOMAIN, Value::Bytes(bytes))),
        any::<Vec<u8>>().prop_map(|bytes| (DataType::BYTE_ARRAY, Value::Bytes(bytes))),
        any::<Vec<u16>>().prop_map(|words| (DataType::WORD_ARRAY, Value::Words(words))),
    ]
}

proptest! {
    #[test]
    fn the_bytes_of_a_value_decode_to_it((data_type, value) in typed_value()) {
        let bytes = encode_bytes(data_type, &value).unwrap();
        prop_assert_eq!(decode_bytes(data_type, &bytes).unwrap(), value);
    }

    #[test]
    fn a_listed_object_reads_back(
        (data_type, value) in typed_value(),
        index: u16,
        sub: u8,
        access: u8,
        length: u32,
        category in ".{0,10}",
    ) {
        let id = ObjectId::new(index, sub);
        let object = Object::new(id, Access::new(access), data_type, length, value)
            .with_category(category);
        let json = Property::from(&object).to_json().unwrap();
        prop_assert_eq!(Property::parse(json.as_bytes()).unwrap().to_object(), object);
    }

    #[test]
    fn a_posted_write_reads_back((data_type, value) in typed_value(), index: u16, sub: u8) {
        let write = ObjectWrite::new(ObjectId::new(index, sub), data_type, value);
        let body = encode_writes(std::slice::from_ref(&write)).unwrap();
        let posted = parse_writes(body.expose()).unwrap();
        prop_assert_eq!(posted.len(), 1);
        prop_assert_eq!(posted[0].id(), write.id);
        prop_assert_eq!(&posted[0].value(data_type), &write.value);
    }

    #[test]
    fn an_id_reads_back_in_both_spellings(index: u16, sub: u8) {
        let id = ObjectId::new(index, sub);
        prop_assert_eq!(id.to_string().parse(), Ok(id));
        prop_assert_eq!(id.padded().parse(), Ok(id));
    }

    #[test]
    fn no_bytes_panic_a_decoder(code: u16, bytes: Vec<u8>) {
        if let Ok(value) = decode_bytes(DataType::new(code), &bytes) {
            prop_assert!(value.check_type(DataType::new(code)).is_ok());
        }
    }

    #[test]
    fn no_text_panics_a_parser(text in ".{0,200}") {
        let answers = (
            PropertyPage::parse(text.as_bytes()).is_ok(),
            Property::parse(text.as_bytes()).is_ok(),
            parse_writes(text.as_bytes()).is_ok(),
        );
        prop_assert!(!answers.1, "no random text is a property");
    }

    #[test]
    fn a_damaged_page_is_refused_or_read(
        position in 0usize..120,
        byte: u8,
    ) {
        let mut json = br#"{"version":2,"properties":[{"id":"20F0_3","access":0,"type":9,"len":513,"cat":"ocpp","value":"x"}],"offset":0,"total":1}"#.to_vec();
        if let Some(target) = json.get_mut(position) {
            *target = byte;
        }
        if let Ok(page) = PropertyPage::parse(&json) {
            prop_assert!(page.properties().len() <= 1);
            prop_assert!(page.to_json().is_ok());
        }
    }
}
