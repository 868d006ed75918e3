use serde::de::DeserializeOwned;

/// Reads JSON, forgiving commas before a closing bracket: the charger's firmware
/// endpoint sends them.
pub(super) fn parse_tolerant<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    serde_json::from_slice(text)
        .or_else(|_| serde_json::from_slice(&without_trailing_commas(text)))
        .ok()
}

/// Blanks commas that are followed by nothing but white space and a closing bracket.
fn without_trailing_commas(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut in_string = false;
    let mut escaped = false;
    let mut comma = None;
    for &byte in text {
        match byte {
            _ if in_string => {
                in_string = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
            }
            b'"' => (in_string, comma) = (true, None),
            b',' => comma = Some(out.len()),
            b'}' | b']' => {
                if let Some(place) = comma.take().and_then(|at: usize| out.get_mut(at)) {
                    *place = b' ';
                }
            }
            byte if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        out.push(byte);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn trailing_commas_are_forgiven_outside_strings() {
        for (text, same_as) in [
            (
                r#"{"a":"false","b":{"value":0},}"#,
                r#"{"a":"false","b":{"value":0}}"#,
            ),
            ("[1,2, ]", "[1,2]"),
            (r#"{"a":",}",}"#, r#"{"a":",}"}"#),
            (r#"{"a":"\",}",}"#, r#"{"a":"\",}"}"#),
        ] {
            let value: Value = parse_tolerant(text.as_bytes()).unwrap();
            assert_eq!(
                value,
                serde_json::from_str::<Value>(same_as).unwrap(),
                "{text}"
            );
        }
        assert_eq!(parse_tolerant::<Value>(b"{,,}"), None);
        assert_eq!(parse_tolerant::<Value>(b"{\"a\":1,,}"), None);
    }

    proptest! {
        #[test]
        fn valid_json_is_read_unchanged(text: String, number: i32) {
            let value = serde_json::json!({ "a": [text.clone(), number], "b": { text: null } });
            prop_assert_eq!(parse_tolerant::<Value>(value.to_string().as_bytes()), Some(value.clone()));
            let blanked = without_trailing_commas(value.to_string().as_bytes());
            prop_assert_eq!(serde_json::from_slice::<Value>(&blanked).unwrap(), value);
        }
    }
}
