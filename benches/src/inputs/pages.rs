//! Property pages, in the shape of a published dump of a charger.

use std::fmt::Write as _;

use ocpp_config::{Object, PropertyPage};

use crate::Error;

/// The properties of a real charger (single-socket NG910, firmware 7.0.0), one a line.
const DUMP: &str = include_str!("../../../ocpp-config/testdata/charger-ng910-7.0.0.jsonl");

/// The answer to `GET prop` with so many entries. Beyond the length of the dump its
/// entries come again under other indices.
pub fn page(entries: usize) -> String {
    let mut json = String::from(r#"{"version":2,"properties":["#);
    let dump: Vec<&str> = DUMP.lines().collect();
    for (number, line) in dump.iter().cycle().take(entries).enumerate() {
        let separator = if number == 0 { "" } else { "," };
        json.push_str(separator);
        let round = number / dump.len().max(1);
        if round == 0 {
            json.push_str(line);
        } else {
            // Another first digit of the index, after `{"id":"`.
            let (head, rest) = line.split_at_checked(7).unwrap_or((line, ""));
            let digit = 3 + round % 7;
            let _ = write!(json, "{head}{digit}{}", rest.get(1..).unwrap_or_default());
        }
    }
    let _ = write!(json, r#"],"offset":0,"total":{entries}}}"#);
    json
}

/// The same as owned objects, each under an id of its own.
///
/// # Errors
/// The dump is damaged.
pub fn page_objects(entries: usize) -> Result<Vec<Object>, Error> {
    let json = page(entries);
    let mut objects = PropertyPage::parse(json.as_bytes())?.to_objects();
    let dump = DUMP.lines().count();
    for (number, object) in objects.iter_mut().enumerate().skip(dump) {
        let index = 0x4000 + u16::try_from(number / 200)?;
        object.id = ocpp_config::ObjectId::new(index, u8::try_from(number % 200)?);
    }
    Ok(objects)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_the_length_that_is_asked_for() {
        for entries in [1, 32, 500, 1_000] {
            let json = page(entries);
            let page = PropertyPage::parse(json.as_bytes()).unwrap();
            assert_eq!(page.properties().len(), entries);
        }
    }

    #[test]
    fn objects_have_ids_of_their_own() {
        let objects = page_objects(1_000).unwrap();
        let ids: std::collections::BTreeSet<_> = objects.iter().map(|object| object.id).collect();
        assert_eq!(ids.len(), objects.len());
    }
}
