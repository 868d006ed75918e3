use std::collections::VecDeque;

use ocpp_config::{Object, PropertyPage, Secret};
use serde::Deserialize;

use super::conversation::{Conversation, Next};
use super::objects::parse_page;
use crate::https::wire::Call;
use crate::{LinkErrorKind, Progress, Response};

/// What clients ask for at most; an NG910 sends 32 whatever is asked for.
const PAGE_LIMIT: u32 = 500;
/// More than ten times what chargers have: a charger that never stops is cut off.
const MOST_OBJECTS: usize = 16_384;
const MOST_CATEGORIES: usize = 64;

/// `GET prop?cat=…` page by page, for one category or all of them.
pub(super) struct ReadPages {
    /// `None` until the charger told its categories.
    categories: Option<VecDeque<String>>,
    offset: u32,
    found: Vec<Object>,
}

impl ReadPages {
    pub(super) fn category(name: &str) -> Result<Self, LinkErrorKind> {
        if !is_category(name) {
            return Err(LinkErrorKind::NotOnThisLink {
                what: "read a category of this name",
            });
        }
        Ok(Self::of(Some(VecDeque::from([name.to_owned()]))))
    }

    pub(super) const fn all() -> Self {
        Self::of(None)
    }

    const fn of(categories: Option<VecDeque<String>>) -> Self {
        Self {
            categories,
            offset: 0,
            found: Vec::new(),
        }
    }

    /// Advances by what came back; an empty page or the total ends the category.
    fn take_page(&mut self, page: &PropertyPage<'_>) -> Result<(), LinkErrorKind> {
        self.check(page)?;
        let count = u32::try_from(page.properties().len()).unwrap_or(u32::MAX);
        self.found.extend(page.to_objects());
        if self.found.len() > MOST_OBJECTS {
            return Err(LinkErrorKind::NotACharger);
        }
        self.offset = self.offset.saturating_add(count);
        if count == 0 || page.total().is_none_or(|total| self.offset >= total) {
            self.categories.get_or_insert_default().pop_front();
            self.offset = 0;
        }
        Ok(())
    }

    /// Sorts out the late answer to an earlier question.
    fn check(&self, page: &PropertyPage<'_>) -> Result<(), LinkErrorKind> {
        let asked = self.categories.iter().flatten().next();
        let other_category = page.properties().iter().any(|property| {
            !property.category().is_empty()
                && asked.is_some_and(|asked| property.category() != asked)
        });
        let other_offset = page.total().is_some() && page.offset() != self.offset;
        match other_category || other_offset {
            true => Err(LinkErrorKind::Malformed {
                what: "a page that was not asked for",
            }),
            false => Ok(()),
        }
    }
}

impl Conversation for ReadPages {
    fn next(&mut self) -> Next {
        match &self.categories {
            None => Next::Call(Call::get("categories", "reading the categories")),
            Some(categories) => match categories.front() {
                // The charger matches this query literally: the order matters.
                Some(name) => Next::Call(Call::get(
                    format!("prop?cat={name}&limit={PAGE_LIMIT}&offset={}", self.offset),
                    "reading a category",
                )),
                None => Next::Finished(Response::Objects(std::mem::take(&mut self.found))),
            },
        }
    }

    fn answered(&mut self, body: &Secret) -> Result<(), LinkErrorKind> {
        if self.categories.is_none() {
            self.categories = Some(parse_categories(body.expose())?);
            return Ok(());
        }
        self.take_page(&parse_page(body)?)
    }

    fn progress(&self) -> Option<Progress> {
        Some(Progress::new(self.found.len() as u64, None))
    }
}

#[derive(Deserialize)]
struct Categories {
    categories: Vec<String>,
}

fn parse_categories(body: &[u8]) -> Result<VecDeque<String>, LinkErrorKind> {
    let malformed = LinkErrorKind::Malformed {
        what: "not a list of categories",
    };
    let list: Categories = super::json::parse_tolerant(body).ok_or_else(|| malformed.clone())?;
    let sane = list.categories.len() <= MOST_CATEGORIES
        && list.categories.iter().all(|name| is_category(name));
    match sane {
        true => Ok(list.categories.into()),
        false => Err(malformed),
    }
}

fn is_category(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_any_size_are_followed_to_the_total() {
        let mut read = ReadPages::category("ocpp").unwrap();
        for (target, count) in [
            ("prop?cat=ocpp&limit=500&offset=0", 32),
            ("prop?cat=ocpp&limit=500&offset=32", 3),
            ("prop?cat=ocpp&limit=500&offset=35", 5),
        ] {
            let Next::Call(call) = read.next() else {
                panic!("finished before {target}");
            };
            assert_eq!(call.target, target);
            read.answered(&page(read.offset, count, 40)).unwrap();
        }
        let Next::Finished(Response::Objects(objects)) = read.next() else {
            panic!("not finished");
        };
        assert_eq!(objects.len(), 40);
    }

    #[test]
    fn an_empty_page_ends_a_category_whatever_the_total_says() {
        let mut read = ReadPages::category("ocpp").unwrap();
        read.answered(&page(0, 0, 40)).unwrap();
        assert!(matches!(read.next(), Next::Finished(_)));
    }

    #[test]
    fn a_page_of_another_place_is_not_taken() {
        let mut read = ReadPages::category("ocpp").unwrap();
        assert!(read.answered(&page(32, 3, 40)).is_err());
        assert!(read.answered(&Secret::from(r#"{"properties":[{"id":"1_0","access":0,"type":5,"cat":"comm","value":1}],"offset":0,"total":1}"#)).is_err());
        assert_eq!(read.offset, 0);
    }

    #[test]
    fn every_category_that_the_charger_names_is_read() {
        let mut read = ReadPages::all();
        read.answered(&Secret::from(r#"{"categories":["generic","comm"]}"#))
            .unwrap();
        let mut targets = Vec::new();
        while let Next::Call(call) = read.next() {
            targets.push(call.target);
            read.answered(&page(0, 0, 0)).unwrap();
        }
        assert_eq!(targets.len(), 2);
        assert!(targets[1].starts_with("prop?cat=comm&"), "{targets:?}");
    }

    #[test]
    fn a_category_cannot_smuggle_parameters() {
        for name in ["", "a&limit=1", "a b", "a\r\nX: y", "ä"] {
            assert!(ReadPages::category(name).is_err(), "{name}");
            let body = serde_json::json!({ "categories": [name] }).to_string();
            assert!(parse_categories(body.as_bytes()).is_err(), "{name}");
        }
    }

    fn page(offset: u32, count: u32, total: u32) -> Secret {
        let entry = |number: u32| serde_json::json!({"id": format!("20F0_{:X}", number % 256), "access": 0, "type": 5, "len": 0, "cat": "ocpp", "value": 1});
        let properties: Vec<_> = (offset..offset + count).map(entry).collect();
        let page = serde_json::json!({"version": 2, "properties": properties, "offset": offset, "total": total});
        Secret::from(page.to_string())
    }
}
