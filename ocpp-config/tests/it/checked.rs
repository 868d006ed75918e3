//! What a checked document tells the code behind it, and how its secrets are loaded.

use std::error::Error;

use ocpp_config::{
    RULES, Secret, SecretError, SecretErrorKind, SecretMap, SecretReference, SecretSource, Slot,
};

use crate::sound::{checked, resolved, secrets, sound_with};

#[test]
fn every_slot_is_either_in_use_or_declared_unused_or_not_spoken_of() {
    let document = checked(&sound_with(&[]));
    let slot = |number| Slot::new(number).expect("a slot");

    let mobile = document.profile(slot(2)).expect("in use");
    assert_eq!(mobile.slot(), slot(2));
    let apn = &mobile.settings().apn;
    assert_eq!(
        apn.name.as_ref().map(ToString::to_string).as_deref(),
        Some("internet.example")
    );

    assert!(document.profile(slot(3)).is_none());
    assert!(document.profile(slot(4)).is_none());
    assert_eq!(document.unused_slots().collect::<Vec<_>>(), [slot(3)]);
}

#[test]
fn the_line_end_of_a_secret_file_is_not_part_of_the_secret() {
    let key = "security.authorization-key = { file = 'key', encoding = 'text' }";
    for (written, meant) in [
        ("Xq4rT8vLm2Zp7WcKd9Hn", "Xq4rT8vLm2Zp7WcKd9Hn"),
        ("Xq4rT8vLm2Zp7WcKd9Hn\n", "Xq4rT8vLm2Zp7WcKd9Hn"),
        ("Xq4rT8vLm2Zp7WcKd9Hn\r\n", "Xq4rT8vLm2Zp7WcKd9Hn"),
    ] {
        let secrets = secrets().with_file("key", written.into());
        let document = resolved(&sound_with(&[key]), &secrets).expect("no finding");
        let key = document.authorization_key().expect("a key");
        assert_eq!(key.bytes().expose(), meant.as_bytes(), "{written:?}");
    }
}

#[test]
fn an_inline_secret_is_taken_only_where_the_source_allows_it() {
    struct Plain;
    impl SecretSource for Plain {
        fn resolve(&self, _: &SecretReference) -> Result<Secret, SecretError> {
            Err(SecretError::new(SecretErrorKind::NotFound))
        }
    }
    assert!(!Plain.allows_inline(), "the default of the trait");
    assert!(!(&Plain as &dyn SecretSource).allows_inline());
    let allowing = SecretMap::new().with_inline_secrets(true);
    assert!(<&SecretMap as SecretSource>::allows_inline(&&allowing));
    let strict = SecretMap::new();
    assert!(!<&SecretMap as SecretSource>::allows_inline(&&strict));
}

#[test]
fn a_secret_that_cannot_be_loaded_says_why_and_keeps_its_cause() {
    for (kind, text) in [
        (SecretErrorKind::NotFound, "not found"),
        (SecretErrorKind::NotAllowed, "may not be read"),
        (SecretErrorKind::Unusable, "cannot be used"),
        (SecretErrorKind::Other, "cannot be loaded"),
    ] {
        let bare = SecretError::new(kind);
        assert_eq!((bare.to_string().as_str(), bare.kind()), (text, kind));
        assert!(bare.source().is_none());
        let caused = SecretError::new(kind).with_source("no such device");
        let cause = caused.source().map(ToString::to_string);
        assert_eq!(cause.as_deref(), Some("no such device"));
    }
}

#[test]
fn a_rule_explains_itself() {
    let rule = RULES.iter().next().expect("rules");
    let text = rule.to_string();
    for part in [
        rule.code().as_str(),
        rule.summary(),
        rule.reason(),
        rule.advice().as_str(),
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}

#[test]
fn a_code_compares_with_its_text() {
    let code = RULES.iter().next().expect("rules").code();
    assert!(code == *code.as_str() && code == code.as_str());
    assert!(code != *"NO-SUCH-CODE" && code != "NO-SUCH-CODE");
}
