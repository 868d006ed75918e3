use ocpp_config::{Object, ObjectId, PropertyPage, Secret};

use super::conversation::{Conversation, Next};
use crate::https::wire::Call;
use crate::{LinkErrorKind, Progress, Response};

/// The most ids in one request: no reply was ever seen with more entries.
const MOST_IDS: usize = 32;

/// `GET prop?ids=…`, in as many requests as the ids need.
pub(super) struct ReadObjects {
    batches: Vec<Vec<ObjectId>>,
    asked: usize,
    found: Vec<Object>,
}

impl ReadObjects {
    pub(super) fn new(ids: &[ObjectId]) -> Self {
        Self {
            batches: ids.chunks(MOST_IDS).map(<[ObjectId]>::to_vec).collect(),
            asked: 0,
            found: Vec::new(),
        }
    }
}

impl Conversation for ReadObjects {
    fn next(&mut self) -> Next {
        match self.batches.get(self.asked) {
            Some(ids) => Next::Call(Call::get(ids_target(ids), "reading objects")),
            None => Next::Finished(Response::Objects(std::mem::take(&mut self.found))),
        }
    }

    fn answered(&mut self, body: &Secret) -> Result<(), LinkErrorKind> {
        let objects = parse_page(body)?.to_objects();
        let asked = self.batches.get(self.asked).map_or(&[][..], Vec::as_slice);
        // The answer to an earlier request, or one that a fault made up.
        if objects.iter().any(|object| !asked.contains(&object.id)) {
            return Err(LinkErrorKind::Malformed {
                what: "objects that were not asked for",
            });
        }
        self.found.extend(objects);
        self.asked += 1;
        Ok(())
    }

    fn progress(&self) -> Option<Progress> {
        (self.batches.len() > 1).then(|| Progress::new(self.found.len() as u64, None))
    }
}

/// Commas stay literal: the charger does not decode `%2C`.
pub(super) fn ids_target(ids: &[ObjectId]) -> String {
    let ids: Vec<String> = ids.iter().map(ObjectId::to_string).collect();
    format!("prop?ids={}", ids.join(","))
}

pub(super) fn parse_page(body: &Secret) -> Result<PropertyPage<'_>, LinkErrorKind> {
    PropertyPage::parse(body.expose()).map_err(|_| LinkErrorKind::Malformed {
        what: "not a page of properties",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_ids_are_asked_for_in_batches() {
        let ids: Vec<ObjectId> = (0..70).map(|sub| ObjectId::new(0x20F0, sub)).collect();
        let mut read = ReadObjects::new(&ids);
        let mut asked = Vec::new();
        while let Next::Call(call) = read.next() {
            asked.push(call.target.matches('_').count());
            read.answered(&Secret::from("{}")).unwrap();
        }
        assert_eq!(asked, [32, 32, 6]);
    }

    #[test]
    fn an_answer_to_another_question_is_not_taken() {
        let mut read = ReadObjects::new(&[ObjectId::new(0x2053, 0)]);
        let error = read.answered(&Secret::from(r#"{"2056_0":7}"#)).unwrap_err();
        assert_eq!(
            error,
            LinkErrorKind::Malformed {
                what: "objects that were not asked for"
            }
        );
        let Next::Call(call) = read.next() else {
            panic!("the question must be asked again");
        };
        assert_eq!(call.target, "prop?ids=2053_0");
    }
}
