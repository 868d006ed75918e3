use ocpp_config::{MAX_WRITES_PER_REQUEST, ObjectWrite, Secret, encode_writes};

use super::conversation::{Conversation, Next};
use crate::https::wire::{Body, Call};
use crate::{LinkErrorKind, Progress, Response};

/// `POST prop` in batches.
pub(super) struct WriteObjects {
    batches: Vec<(Secret, u64)>,
    sent: usize,
}

impl WriteObjects {
    /// Encodes everything first, so that a value that cannot be said stops the whole
    /// set and not half of it.
    pub(super) fn new(writes: &[ObjectWrite]) -> Result<Self, LinkErrorKind> {
        let batches = batches(writes)
            .map(|batch| Ok((encode(batch)?, batch.len() as u64)))
            .collect::<Result<_, _>>()?;
        Ok(Self { batches, sent: 0 })
    }
}

impl Conversation for WriteObjects {
    fn next(&mut self) -> Next {
        match self.batches.get(self.sent) {
            Some((body, _)) => {
                let body = Body::Json(body.clone());
                Next::Call(Call::post("prop", body, "writing objects"))
            }
            None => Next::Finished(Response::Done),
        }
    }

    fn answered(&mut self, _: &Secret) -> Result<(), LinkErrorKind> {
        self.sent += 1;
        Ok(())
    }

    fn progress(&self) -> Option<Progress> {
        let count = |batches: &[(Secret, u64)]| batches.iter().map(|(_, count)| count).sum();
        let done = self.batches.get(..self.sent).map_or(0, count);
        Some(Progress::new(done, Some(count(&self.batches))))
    }
}

/// The longest runs that fit into one request and write no object twice.
fn batches(writes: &[ObjectWrite]) -> impl Iterator<Item = &[ObjectWrite]> {
    let mut rest = writes;
    std::iter::from_fn(move || {
        let repeated = |(at, write): (usize, &ObjectWrite)| {
            let earlier = rest.get(..at).unwrap_or_default();
            let again = earlier.iter().any(|other| other.id == write.id);
            again.then_some(at)
        };
        let end = rest
            .iter()
            .enumerate()
            .find_map(repeated)
            .unwrap_or(rest.len());
        let (batch, after) = rest.split_at_checked(end.min(MAX_WRITES_PER_REQUEST))?;
        rest = after;
        (!batch.is_empty()).then_some(batch)
    })
}

fn encode(batch: &[ObjectWrite]) -> Result<Secret, LinkErrorKind> {
    encode_writes(batch).map_err(|_| {
        let unfit = |write: &&ObjectWrite| encode_writes(std::slice::from_ref(*write)).is_err();
        match batch.iter().find(unfit) {
            Some(write) => LinkErrorKind::ValueOutOfRange { id: write.id },
            None => LinkErrorKind::NotOnThisLink {
                what: "write these values",
            },
        }
    })
}

#[cfg(test)]
mod tests {
    use ocpp_config::{DataType, ObjectId, Value};

    use super::*;

    #[test]
    fn at_most_fifteen_objects_go_into_one_request() {
        let writes: Vec<ObjectWrite> = (0..40).map(|sub| write(sub, 1)).collect();
        let mut conversation = WriteObjects::new(&writes).unwrap();
        let mut sizes = Vec::new();
        while let Next::Call(call) = conversation.next() {
            let Body::Json(body) = call.body else {
                panic!("no body");
            };
            let json: serde_json::Value = serde_json::from_slice(body.expose()).unwrap();
            sizes.push(json.as_object().unwrap().len());
            conversation.answered(&Secret::from("")).unwrap();
        }
        assert_eq!(sizes, [15, 15, 10]);
        assert_eq!(conversation.progress(), Some(Progress::new(40, Some(40))));
    }

    #[test]
    fn an_object_written_twice_goes_into_two_requests() {
        let writes = [write(1, 1), write(2, 1), write(1, 2)];
        assert_eq!(batches(&writes).map(<[_]>::len).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn one_value_that_cannot_be_said_stops_the_whole_set() {
        let id = ObjectId::new(0x2062, 0);
        let real = ObjectWrite::new(id, DataType::REAL32, Value::Real(f64::NAN));
        let error = WriteObjects::new(&[write(1, 1), real]).err();
        assert_eq!(error, Some(LinkErrorKind::ValueOutOfRange { id }));
    }

    fn write(sub: u8, value: u64) -> ObjectWrite {
        ObjectWrite::new(
            ObjectId::new(0x20F0, sub),
            DataType::UNSIGNED8,
            Value::Unsigned(value),
        )
    }
}
