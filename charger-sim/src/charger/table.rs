//! What objects a firmware line has: read once from the fixture, shared by all chargers.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use ocpp_config::{Access, DataType, Object, ObjectId, Property, Value};

use super::FirmwareLine;
use super::ids::{self, profile};

/// The objects of a firmware line, in the order in which a charger lists them.
#[derive(Debug)]
pub(crate) struct Table {
    objects: Vec<Object>,
    places: HashMap<ObjectId, usize>,
    categories: Vec<String>,
}

impl Table {
    /// The table of a firmware line and one or two sockets.
    pub(crate) fn of(line: FirmwareLine, sockets: u8) -> Arc<Self> {
        static TABLES: [OnceLock<Arc<Table>>; 8] = [const { OnceLock::new() }; 8];
        let two = sockets > 1;
        let place = match line {
            FirmwareLine::V5 => 0,
            FirmwareLine::V6Short => 2,
            FirmwareLine::V6_6 => 4,
            FirmwareLine::V7 => 6,
        } + usize::from(two);
        let build = || Arc::new(Self::build(line, two));
        match TABLES.get(place) {
            Some(slot) => slot.get_or_init(build).clone(),
            None => build(),
        }
    }

    /// The object with this id, holding what it holds when nobody has changed it.
    pub(crate) fn get(&self, id: ObjectId) -> Option<&Object> {
        self.objects.get(*self.places.get(&id)?)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter()
    }

    pub(crate) fn categories(&self) -> &[String] {
        &self.categories
    }

    fn build(line: FirmwareLine, two_sockets: bool) -> Self {
        let mut objects: Vec<Object> = FIXTURE.lines().filter_map(object).collect();
        objects.extend(additions());
        if !line.has_profiles() {
            objects.retain(|object| !(0x20F0..=0x20F4).contains(&object.id.index()));
            objects.extend(before_profiles());
        }
        if line == FirmwareLine::V6Short {
            objects.retain(|object| !is_long_slot(object.id));
        }
        if two_sockets {
            let second: Vec<Object> = objects.iter().filter_map(second_socket).collect();
            objects.extend(second);
        }
        Self::indexed(objects)
    }

    fn indexed(objects: Vec<Object>) -> Self {
        let mut table = Self {
            objects: Vec::with_capacity(objects.len()),
            places: HashMap::with_capacity(objects.len()),
            categories: Vec::new(),
        };
        for object in objects {
            if table.places.contains_key(&object.id) {
                continue;
            }
            if !object.category.is_empty() && !table.categories.contains(&object.category) {
                table.categories.push(object.category.clone());
            }
            table.places.insert(object.id, table.objects.len());
            table.objects.push(object);
        }
        table
    }
}

fn is_long_slot(id: ObjectId) -> bool {
    (0x20F0..=0x20F3).contains(&id.index())
        && matches!(id.sub(), profile::APN_USER_LONG | profile::SIM_PIN_LONG)
}

/// The second socket's states and meter lie one step higher than the first one's.
fn second_socket(object: &Object) -> Option<Object> {
    let (offset, category) = match (object.category.as_str(), object.id.index()) {
        ("states", 0x2501) => (0x1, "states"),
        ("meter1", _) => (0x1000, "meter2"),
        _ => return None,
    };
    let index = object.id.index().checked_add(offset)?;
    let mut second = object.clone();
    second.id = ObjectId::new(index, object.id.sub());
    category.clone_into(&mut second.category);
    Some(second)
}

/// Objects that are known to exist but that the published dump does not show.
fn additions() -> Vec<Object> {
    let cpo_name = Object::new(
        ids::CPO_NAME,
        Access::READ_WRITE,
        DataType::VISIBLE_STRING,
        51,
        text(""),
    );
    let mut objects = vec![cpo_name.with_category("ocpp")];
    for (id, access, data_type, length, category, number) in ADDED_NUMBERS {
        let value = Value::Unsigned(number);
        objects.push(Object::new(id, access, data_type, length, value).with_category(category));
    }
    objects
}

#[rustfmt::skip]
const ADDED_NUMBERS: [(ObjectId, Access, DataType, u32, &str, u64); 6] = [
    (ids::HEARTBEAT_WANTED, Access::READ_WRITE, DataType::UNSIGNED32, 0, "generic", 900),
    (ids::PING_INTERVAL, Access::READ_WRITE, DataType::UNSIGNED32, 0, "generic", 0),
    (ids::LAST_CHANGE, Access::READ_ONLY, DataType::UNSIGNED64, 0, "generic", 0),
    (ids::UPLOAD_CHECKSUM, Access::READ_ONLY, DataType::UNSIGNED32, 0, "generic", 0),
    (ids::SECURITY_PROFILE, Access::READ_WRITE, DataType::UNSIGNED8, 3, "ocpp", 0),
    (ids::ACTIVE_PROFILE, Access::READ_ONLY, DataType::UNSIGNED8, 4, "states", 0),
];

/// What names the back office below firmware 6.0.
fn before_profiles() -> Vec<Object> {
    let string = |index, sub, length, value: &str| {
        let id = ObjectId::new(index, sub);
        Object::new(
            id,
            Access::new(0),
            DataType::VISIBLE_STRING,
            length,
            text(value),
        )
        .with_category("comm")
    };
    let method = ObjectId::new(0x2077, 0);
    vec![
        string(0x2071, 1, 64, "csms.example.net:80"),
        string(0x2071, 2, 64, "/services/ocppj"),
        string(0x2078, 1, 64, "csms.example.net:80"),
        string(0x2078, 2, 64, "/services/ocppj"),
        Object::new(
            method,
            Access::new(0),
            DataType::UNSIGNED8,
            99,
            Value::Unsigned(1),
        )
        .with_category("comm"),
        string(0x2082, 0, 5, "1.6"),
        string(0x2100, 0, 64, "apn.example.net"),
        string(0x2101, 0, 21, ""),
        string(0x2102, 0, 21, ""),
        string(0x2103, 0, 5, ""),
    ]
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

/// A line of the fixture; `None` for one that is not a property.
fn object(line: &str) -> Option<Object> {
    Property::parse(line.as_bytes())
        .ok()
        .map(|property| property.to_object())
}

const FIXTURE: &str = include_str!("../../data/charger-ng910-7.0.0.jsonl");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_fixture_is_an_object() {
        assert_eq!(
            FIXTURE.lines().filter_map(object).count(),
            FIXTURE.lines().count()
        );
    }

    #[test]
    fn firmware_lines_differ_in_what_a_changeover_touches() {
        let has = |line, index, sub| Table::of(line, 1).get(ObjectId::new(index, sub)).is_some();
        assert!(has(FirmwareLine::V7, 0x20F0, 0x10));
        assert!(has(FirmwareLine::V6_6, 0x20F0, 0xF));
        assert!(!has(FirmwareLine::V6Short, 0x20F0, 0xF));
        assert!(has(FirmwareLine::V6Short, 0x20F0, 0xA));
        assert!(!has(FirmwareLine::V5, 0x20F0, 0x3));
        assert!(has(FirmwareLine::V5, 0x2071, 1));
    }

    #[test]
    fn two_sockets_have_two_meters() {
        let table = Table::of(FirmwareLine::V7, 2);
        assert!(table.get(ObjectId::new(0x3221, 0x3)).is_some());
        assert!(table.categories().contains(&"meter2".to_owned()));
    }
}
