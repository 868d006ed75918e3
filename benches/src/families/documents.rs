//! C1, C2 and C5: reading the document, planning from it, and the way back.

use std::hint::black_box;

use ocpp_config::{DocumentFormat, DocumentSource, PlanOptions, Snapshot, decode, ocpp201, plan};

use crate::inputs::{self, Format};
use crate::peers::plain::PlainDocument;
use crate::{Contender, Effort, Error, Outcome, curve, ensure, measure};

pub(super) fn toml(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new("C1", "a document with four profiles from TOML");
    let text = inputs::document(Format::Toml)?;
    let theirs: PlainDocument = toml::from_str(&text)?;
    ensure(theirs.network_profile.len() == 4, "not four profiles")?;
    let size = inputs::Size::of(&serde_json::to_value(toml::from_str::<toml::Value>(
        &text,
    )?)?);
    ensure(size.values() >= 85, "fewer than 85 values")?;
    let figures = measure(
        vec![
            Contender::new("DocumentSource::from_toml", || {
                let _ = black_box(DocumentSource::from_toml("b.toml", black_box(&*text)));
            }),
            Contender::new("toml::from_str to a plain struct", || {
                let _ = black_box(toml::from_str::<PlainDocument>(black_box(&text)));
            }),
        ],
        effort,
    );
    let ratio = outcome.case(format!("{size}, {} bytes", text.len()), figures);
    outcome.at_most("against `toml` to a plain struct", ratio, 1.3);
    outcome.note(
        "A sound text is read once, straight into checked types; places are found in a \
         second reading that only a finding asks for. Ours keeps the text, and checks every \
         value (URLs, lengths, character sets, unknown keys) while it reads.",
    );
    outcome.note(
        "Values are counted as JSON and TOML count them: a table is one. The document says \
         everything that goes together without a finding; the fullest that reads at all has \
         76 scalars.",
    );
    mistaken(&mut outcome, effort)?;
    outcome.grows("documents in TOML", {
        let text = &text;
        curve(&inputs::SIZES, effort.for_curves(), |count| {
            Ok(Box::new(move || {
                for _ in 0..count {
                    let _ = black_box(DocumentSource::from_toml("b.toml", black_box(&**text)));
                }
            }))
        })?
    });
    Ok(outcome)
}

/// What places cost, where they are needed.
fn mistaken(outcome: &mut Outcome, effort: Effort) -> Result<(), Error> {
    let sound = inputs::document(Format::Toml)?;
    let broken = sound.replacen("connection-attempts = 3", "connection-attempts = 'many'", 1);
    ensure(broken != sound, "nothing was broken")?;
    let figures = measure(
        vec![
            Contender::new("one value that does not read, with its place", || {
                let _ = black_box(DocumentSource::from_toml("b.toml", black_box(&*broken)));
            }),
            Contender::new("the sound document", || {
                let _ = black_box(DocumentSource::from_toml("b.toml", black_box(&*sound)));
            }),
        ],
        effort,
    );
    let ratio = outcome.case("what places cost", figures);
    outcome.target(
        "the cost of places, measured",
        format!("a text with a mistake takes {ratio:.1} times as long"),
        None,
    );
    Ok(())
}

pub(super) fn json(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new("C2", "the same document from JSON");
    let text = inputs::document(Format::Json)?;
    let theirs: PlainDocument = serde_json::from_str(&text)?;
    ensure(theirs.network_profile.len() == 4, "not four profiles")?;
    let size = inputs::Size::of(&serde_json::from_str(&text)?);
    let figures = measure(
        vec![
            Contender::new("DocumentSource::from_json", || {
                let _ = black_box(DocumentSource::from_json("b.json", black_box(&*text)));
            }),
            Contender::new("serde_json to a plain struct", || {
                let _ = black_box(serde_json::from_str::<PlainDocument>(black_box(&text)));
            }),
        ],
        effort,
    );
    let ratio = outcome.case(format!("{size}, {} bytes", text.len()), figures);
    outcome.at_most("against `serde_json` to a plain struct", ratio, 1.5);
    outcome.grows("documents in JSON", {
        let text = &text;
        curve(&inputs::SIZES, effort.for_curves(), |count| {
            Ok(Box::new(move || {
                for _ in 0..count {
                    let _ = black_box(DocumentSource::from_json("b.json", black_box(&**text)));
                }
            }))
        })?
    });
    outcome.grows(
        "bytes of a document, up to its limit",
        padded(&text, effort)?,
    );
    Ok(outcome)
}

/// A document has no parts without number; what grows is its white space and nothing
/// else, up to the limit of 1 MiB.
fn padded(text: &str, effort: Effort) -> Result<Vec<(u64, f64)>, Error> {
    let sizes = [1_u32, 4, 16, 64, 256].map(|times| {
        let most = DocumentFormat::MAX_BYTES / 256;
        most * times as usize
    });
    curve(&sizes, effort.for_curves(), |bytes| {
        let padded = format!("{}{text}", " ".repeat(bytes.saturating_sub(text.len())));
        Ok(Box::new(move || {
            let _ = black_box(DocumentSource::from_json("b.json", black_box(&*padded)));
        }))
    })
}

pub(super) fn plan_and_back(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new("C5", "plan, decode, and OCPP 2.0.1 messages");
    let document = inputs::resolved()?;
    let snapshot = inputs::snapshot(307)?;
    let options = PlanOptions::new();
    let planned = plan(&document, &snapshot, &options)?;
    ensure(!planned.to_string().is_empty(), "nothing to do")?;
    for (name, figures) in [
        (
            "plan: document against a snapshot of 307 objects",
            measure(
                vec![Contender::new("plan", || {
                    let _ = black_box(plan(black_box(&document), &snapshot, &options));
                })],
                effort,
            ),
        ),
        (
            "decode: the same snapshot to a document",
            measure(
                vec![Contender::new("decode", || {
                    black_box(decode(black_box(&snapshot)));
                })],
                effort,
            ),
        ),
        (
            "SetNetworkProfile for four profiles",
            measure(
                vec![Contender::new("ocpp201::set_network_profiles", || {
                    let _ = black_box(ocpp201::set_network_profiles(black_box(&document)));
                })],
                effort,
            ),
        ),
    ] {
        outcome.case(name, figures);
    }
    linear(&mut outcome, effort)?;
    Ok(outcome)
}

fn linear(outcome: &mut Outcome, effort: Effort) -> Result<(), Error> {
    let document = inputs::resolved()?;
    let options = PlanOptions::new();
    let (mut planned, mut decoded, mut collected) = (Vec::new(), Vec::new(), Vec::new());
    let sizes = if effort.is_smoke() {
        &inputs::SIZES[..3]
    } else {
        &inputs::SIZES[..]
    };
    for &size in sizes {
        let objects = inputs::page_objects(size)?;
        let snapshot: Snapshot = objects.iter().cloned().collect();
        let figures = measure(
            vec![
                Contender::new("plan", || {
                    let _ = black_box(plan(&document, black_box(&snapshot), &options));
                }),
                Contender::new("decode", || {
                    black_box(decode(black_box(&snapshot)));
                }),
                Contender::new("collect", || {
                    black_box(Snapshot::from_iter(black_box(&objects).iter().cloned()));
                }),
            ],
            effort.for_curves(),
        );
        let curves = [&mut planned, &mut decoded, &mut collected];
        for (curve, figure) in curves.into_iter().zip(figures) {
            curve.push((size as u64, figure.nanoseconds));
        }
    }
    outcome.grows("objects in the snapshot (plan)", planned);
    outcome.grows("objects in the snapshot (decode)", decoded);
    outcome.grows("objects in the snapshot (collecting it)", collected);
    outcome.note(
        "Plan and decode look up the objects they know, so that their cost hardly grows \
         with the rest. Below 307 objects the snapshot lacks network profiles, and plan \
         ends with that.",
    );
    Ok(())
}
