//! Small questions to values, whatever integer type the charger reports them in.

use ocpp_config::{ObjectId, Snapshot, Value};

/// The number a value holds, if it holds one that fits.
pub(crate) fn number(value: &Value) -> Option<i128> {
    match value {
        Value::Unsigned(number) => Some(i128::from(*number)),
        Value::Signed(number) => Some(i128::from(*number)),
        Value::Boolean(yes) => Some(i128::from(*yes)),
        _ => None,
    }
}

/// The number that an object of `snapshot` holds.
pub(crate) fn unsigned(snapshot: &Snapshot, id: ObjectId) -> Option<u64> {
    number(snapshot.value(id)?).and_then(|number| u64::try_from(number).ok())
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
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}
