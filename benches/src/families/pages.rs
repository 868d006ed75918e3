//! L1: a property page to typed objects.

use std::hint::black_box;

use ocpp_config::PropertyPage;

use crate::inputs;
use crate::peers::page::Page;
use crate::{Contender, Effort, Error, Outcome, ensure, measure};

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
        let ratio = outcome.case(format!("{entries} entries"), figures);
        outcome.at_most(
            format!("{entries} entries, against typed serde_json"),
            ratio,
            1.1,
        );
    }
    outcome.note(
        "Both sides begin with bytes and both check UTF-8. Ours also reads the flat map \
         of the other firmware and keeps arrays and objects that no known type has.",
    );
    outcome.grows("properties in a page", growth(effort));
    Ok(outcome)
}

fn growth(effort: Effort) -> Vec<(u64, f64)> {
    let points = inputs::SIZES.map(|entries| {
        let json = inputs::page(entries);
        let contender = Contender::new("", || {
            let _ = black_box(PropertyPage::parse(black_box(json.as_bytes())));
        });
        let figures = measure(vec![contender], effort);
        figures
            .first()
            .map(|figure| (entries as u64, figure.nanoseconds))
    });
    points.into_iter().flatten().collect()
}
