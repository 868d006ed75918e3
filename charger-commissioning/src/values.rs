//! Small questions to values, whatever integer type the charger reports them in.

use ocpp_config::{ObjectId, Snapshot, Value};

/// The number that an object of `snapshot` holds.
pub(crate) fn unsigned(snapshot: &Snapshot, id: ObjectId) -> Option<u64> {
    let number = snapshot.value(id)?.as_number()?;
    u64::try_from(number).ok()
}

/// The text that an object of `snapshot` holds, empty if there is none.
pub(crate) fn text(snapshot: &Snapshot, id: ObjectId) -> &str {
    match snapshot.value(id) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}

/// Whether two values mean the same: the charger may report an integer in another
/// type than the one it was written in.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left.as_number(), right.as_number()) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}
