//! L1: a property page to typed objects.

use std::hint::black_box;

use ocpp_config::PropertyPage;

use crate::children::python;
use crate::inputs;
use crate::peers::page::Page;
use crate::{Contender, Effort, Error, Outcome, curve, ensure, measure};

pub(super) fn page(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new("L1", "a property page to typed objects");
    for entries in [32, 500] {
        let json = inputs::page(entries);
        let ours = PropertyPage::parse(json.as_bytes())?;
        let theirs: Page<'_> = serde_json::from_str(&json)?;
        ensure(
            ours.properties().len() == theirs.properties.len(),
            "the pages differ",
        )?;
        let figures = measure(
            vec![
                Contender::new("PropertyPage::parse", || {
                    let _ = black_box(PropertyPage::parse(black_box(json.as_bytes())));
                }),
                Contender::new("serde_json, derived, borrowed texts, typed ids", || {
                    let _ = black_box(serde_json::from_slice::<Page<'_>>(black_box(
                        json.as_bytes(),
                    )));
                }),
                Contender::new("serde_json::Value", || {
                    let _ = black_box(serde_json::from_slice::<serde_json::Value>(black_box(
                        json.as_bytes(),
                    )));
                }),
            ],
            effort,
        );
        let ours = figures.first().map_or(f64::NAN, |one| one.nanoseconds);
        let ratio = outcome.case(format!("{entries} entries"), figures);
        outcome.at_most(
            format!("{entries} entries, against typed serde_json"),
            ratio,
            1.1,
        );
        against_alfenctl(&mut outcome, &json, ours, effort)?;
    }
    outcome.held_by("allocations", "at most 8 allocations a page");
    outcome.note(
        "Both sides begin with bytes and both check UTF-8. Ours also reads the flat map \
         of the other firmware and keeps arrays and objects that no known type has.",
    );
    outcome.grows("properties in a page", growth(effort)?);
    Ok(outcome)
}

fn against_alfenctl(
    outcome: &mut Outcome,
    json: &str,
    ours: f64,
    effort: Effort,
) -> Result<(), Error> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("page.json");
    std::fs::write(&path, json)?;
    let path = path.to_str().ok_or("a path that is no text")?;
    let theirs = python(&["page", path], effort)?;
    outcome.target(
        "the same page: at least 9 times faster than `alfenctl`",
        theirs.map_or_else(
            || "not measured".to_owned(),
            |theirs| format!("{:.1} times ({:.1} µs)", theirs / ours, theirs / 1e3),
        ),
        theirs.map(|theirs| theirs / ours >= 9.0),
    );
    Ok(())
}

fn growth(effort: Effort) -> Result<Vec<(u64, f64)>, Error> {
    curve(&inputs::SIZES, effort.for_curves(), |entries| {
        let json = inputs::page(entries);
        Ok(Box::new(move || {
            let _ = black_box(PropertyPage::parse(black_box(json.as_bytes())));
        }))
    })
}
