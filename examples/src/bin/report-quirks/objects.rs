use std::collections::BTreeMap;

use ocpp_config::{DictionaryEntry, Object, Snapshot};
use serde::Serialize;

/// The charger's objects beside the dictionary of this project. No value of any object.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ObjectsSeen {
    /// How many there are in each category.
    pub(crate) categories: BTreeMap<String, usize>,
    /// Those that the dictionary does not know.
    pub(crate) unknown: Vec<Shape>,
    /// Those that are not as the dictionary says.
    pub(crate) different: Vec<Difference>,
    /// Those that the dictionary knows as readable, and the charger does not have.
    pub(crate) missing: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Shape {
    pub(crate) id: String,
    pub(crate) data_type: u16,
    pub(crate) access: u8,
    pub(crate) length: u32,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Difference {
    pub(crate) id: String,
    pub(crate) what: &'static str,
    pub(crate) expected: String,
    pub(crate) found: String,
}

pub(crate) fn compare(snapshot: &Snapshot) -> ObjectsSeen {
    let mut seen = ObjectsSeen {
        categories: BTreeMap::new(),
        unknown: Vec::new(),
        different: Vec::new(),
        missing: Vec::new(),
    };
    for object in snapshot.iter() {
        *seen.categories.entry(object.category.clone()).or_default() += 1;
        match DictionaryEntry::of(object.id) {
            Some(entry) => seen.different.extend(differences(object, entry)),
            None => seen.unknown.push(shape(object)),
        }
    }
    seen.missing = DictionaryEntry::all()
        .filter(|entry| !entry.is_write_only() && snapshot.get(entry.id()).is_none())
        .map(|entry| entry.id().to_string())
        .collect();
    seen
}

fn shape(object: &Object) -> Shape {
    Shape {
        id: object.id.to_string(),
        data_type: object.data_type.number(),
        access: object.access.number(),
        length: object.length,
    }
}

fn differences(object: &Object, entry: DictionaryEntry) -> Vec<Difference> {
    let difference = |what, expected: String, found: String| Difference {
        id: object.id.to_string(),
        what,
        expected,
        found,
    };
    let mut found = Vec::new();
    if object.data_type != entry.data_type() {
        let (expected, got) = (entry.data_type().number(), object.data_type.number());
        found.push(difference("type", expected.to_string(), got.to_string()));
    }
    if object.access.is_read_only() != entry.access().is_read_only() {
        let (expected, got) = (entry.access().number(), object.access.number());
        found.push(difference("access", expected.to_string(), got.to_string()));
    }
    match entry.length() {
        Some(length) if object.data_type.is_text() && length != object.length => {
            found.push(difference(
                "length",
                length.to_string(),
                object.length.to_string(),
            ));
        }
        _ => {}
    }
    found
}
