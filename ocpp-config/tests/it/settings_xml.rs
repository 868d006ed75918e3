//! The vendor tool's settings files.

use ocpp_config::settings_xml::{
    ChargerBound, MAX_FILE_BYTES, Refusal, SettingsFile, SettingsXmlError,
};
use ocpp_config::{Access, DataType, Object, ObjectId, Snapshot, Value, objects};
use proptest::prelude::*;

use crate::golden::assert_golden;
use crate::setup::{charger, id, set};

fn file(properties: &str) -> SettingsFile {
    let xml = format!("<Settings><Properties>{properties}</Properties></Settings>");
    SettingsFile::parse(xml.as_bytes()).unwrap()
}

#[test]
fn what_is_exported_reads_back_and_changes_nothing_on_the_same_charger() {
    let charger = charger();
    let file = SettingsFile::from_snapshot(&charger, "2026-11-23T12:00:00");
    let xml = file.to_xml();
    assert_golden("settings.xml", &xml);
    let again = SettingsFile::parse(xml.as_bytes()).unwrap();
    assert_eq!(again, file);
    let import = again.import(&charger, ChargerBound::Refuse);
    assert!(import.plan().is_empty(), "{}", import.plan());
    assert_eq!(import.refused(), []);
}

#[test]
fn secrets_are_not_exported() {
    let mut charger = charger();
    set(&mut charger, id("20F1_10"), "7351");
    set(&mut charger, id("20F1_9"), "hunter2");
    let xml = SettingsFile::from_snapshot(&charger, "").to_xml();
    assert!(!xml.contains("7351") && !xml.contains("hunter2"));
    assert!(!xml.contains("20F1_10") && !xml.contains("20F1_09"));
}

#[test]
fn settings_of_another_charger_are_refused_unless_forced() {
    let mut other = charger();
    set(&mut other, objects::CHARGE_BOX_IDENTITY, "ACE0999002");
    set(&mut other, objects::CONNECTION_ATTEMPTS, Value::Unsigned(5));
    let file = SettingsFile::from_snapshot(&other, "");

    let import = file.import(&charger(), ChargerBound::Refuse);
    let [refused] = import.refused() else {
        panic!("{import:?}");
    };
    assert_eq!(refused.id, objects::CHARGE_BOX_IDENTITY);
    assert_eq!(refused.refusal, Refusal::ChargerBound);
    let ids: Vec<_> = import
        .plan()
        .writes()
        .iter()
        .map(|write| write.id())
        .collect();
    assert_eq!(ids, [objects::CONNECTION_ATTEMPTS]);

    let forced = file.import(&charger(), ChargerBound::Force);
    assert_eq!(forced.refused(), []);
    assert_eq!(forced.plan().writes().len(), 2);
}

#[test]
fn what_the_charger_cannot_take_is_refused_with_its_reason() {
    let long = "x".repeat(21);
    let file = file(&format!(
        r#"<Property Id="9999_00" Value="1"/>
        <Property Id="100A_00" Value="6.0"/>
        <Property Id="20F0_0E" Value="first"/>
        <Property Id="20F0_0E" Value="256"/>
        <Property Id="2063_00" Value="{long}"/>
        <Property Id="2127_00" Value="1"/>
        <Property Id="213E_00" Value="0"/>"#
    ));
    let import = file.import(&charger(), ChargerBound::Refuse);
    let refusals: Vec<_> = import
        .refused()
        .iter()
        .map(|refused| refused.refusal)
        .collect();
    assert_eq!(
        refusals,
        [
            Refusal::NotOnCharger,
            Refusal::ReadOnly,
            Refusal::WrongValue,
            Refusal::WrongValue,
            Refusal::TooLong,
            Refusal::UndefinedOfflineAction,
            Refusal::UndefinedOfflineAction,
        ]
    );
    assert!(import.plan().is_empty());
}

#[test]
fn both_paddings_entities_and_unknown_elements_are_read() {
    let xml = "\u{FEFF}<?xml version=\"1.0\"?><!-- made by hand --><Settings><Model>A&amp;B &#x43;</Model>\
        <Extra><Deep/></Extra><Properties><Property Id=\"20F0_E\" Value='&lt;&quot;&#10;'></Property>\
        <Property Value=\"2\" Id=\"20f0_0e\" Other=\"x\"/></Properties></Settings>";
    let file = SettingsFile::parse(xml.as_bytes()).unwrap();
    assert_eq!(file.model(), Some("A&B C"));
    let values: Vec<_> = file
        .properties()
        .iter()
        .map(|property| property.value())
        .collect();
    assert_eq!(values, ["<\"\n", "2"]);
    assert!(
        file.properties()
            .iter()
            .all(|property| property.id() == id("20F0_E"))
    );
}

#[test]
fn what_is_no_settings_file_is_refused() {
    let parse = |xml: &str| SettingsFile::parse(xml.as_bytes());
    assert!(matches!(parse(""), Err(SettingsXmlError::NotSettings)));
    assert!(matches!(
        parse("<Other/>"),
        Err(SettingsXmlError::NotSettings)
    ));
    assert!(matches!(
        parse("<Settings/><Settings/>"),
        Err(SettingsXmlError::NotSettings)
    ));
    assert!(matches!(
        parse("<Settings>"),
        Err(SettingsXmlError::Malformed(_))
    ));
    assert!(matches!(
        parse("<Settings></Other>"),
        Err(SettingsXmlError::Malformed(_))
    ));
    assert!(matches!(
        parse("<Settings>&unknown;</Settings>"),
        Err(SettingsXmlError::Malformed(_))
    ));
    let doctype = "<!DOCTYPE Settings [<!ENTITY a \"aaaa\">]><Settings/>";
    assert!(matches!(
        parse(doctype),
        Err(SettingsXmlError::DocumentType)
    ));
    for property in [
        "<Property Id=\"20F0_E\"/>",
        "<Property Value=\"1\"/>",
        "<Property Id=\"x\" Value=\"1\"/>",
    ] {
        let xml = format!("<Settings><Properties>{property}</Properties></Settings>");
        assert!(
            matches!(parse(&xml), Err(SettingsXmlError::Property { number: 1 })),
            "{xml}"
        );
    }
    assert!(matches!(
        SettingsFile::parse(b"<Settings>\xFF</Settings>"),
        Err(SettingsXmlError::NotUtf8)
    ));
}

#[test]
fn hostile_sizes_are_refused() {
    let large = vec![b' '; MAX_FILE_BYTES + 1];
    assert!(matches!(
        SettingsFile::parse(&large),
        Err(SettingsXmlError::TooLarge)
    ));
    let deep = format!("<Settings>{}", "<a>".repeat(100_000));
    assert!(matches!(
        SettingsFile::parse(deep.as_bytes()),
        Err(SettingsXmlError::TooLarge)
    ));
    let many = "<Property Id=\"20F0_E\" Value=\"1\"/>".repeat(20_001);
    let many = format!("<Settings><Properties>{many}</Properties></Settings>");
    assert!(matches!(
        SettingsFile::parse(many.as_bytes()),
        Err(SettingsXmlError::TooLarge)
    ));
}

#[test]
fn secrets_of_a_file_do_not_show_in_debug_output() {
    let file = file("<Property Id=\"20F0_09\" Value=\"hunter2\"/>");
    assert!(!format!("{file:?}").contains("hunter2"));
}

proptest! {
    #[test]
    fn no_text_panics_the_parser(text in "[<>&;\"'/A-Za-z =#!\\[\\]?-]{0,200}") {
        let plain = SettingsFile::parse(text.as_bytes()).is_ok();
        let inside = SettingsFile::parse(format!("<Settings>{text}</Settings>").as_bytes());
        prop_assert!(!plain || text.contains("Settings"));
        if let Ok(file) = inside {
            prop_assert!(file.properties().is_empty());
        }
    }

    #[test]
    fn any_text_that_xml_can_carry_survives(text in "[\t\n\r -\u{D7FF}\u{E000}-\u{FFFD}]{0,40}") {
        let object = Object::new(
            ObjectId::new(0x2063, 0),
            Access::READ_WRITE,
            DataType::VISIBLE_STRING,
            0,
            Value::Text(text.clone()),
        );
        let file = SettingsFile::from_snapshot(&Snapshot::from_iter([object]), "");
        let again = SettingsFile::parse(file.to_xml().as_bytes()).unwrap();
        prop_assert_eq!(again.properties()[0].value(), text);
    }
}
