//! C3 and C4: the rules, for one document and for very many.

use std::hint::black_box;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use garde::Validate as _;
use ocpp_config::{DocumentSource, validate};

use crate::inputs::{self, Format};
use crate::peers::RULES_OF_PEERS;
use crate::peers::plain::PlainDocument;
use crate::peers::{by_hand, with_schema};
use crate::{Contender, Effort, Error, Outcome, curve, ensure, measure};

pub(super) fn rules(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new("C3", "validate a document with all rules");
    sound(&mut outcome, effort)?;
    mistaken(&mut outcome, effort)?;
    outcome.note(format!(
        "Ours applies the {} rules of its catalogue that concern a document as a whole; the \
         peers as many of them as they can say, about {RULES_OF_PEERS}: attributes where there are \
         some, and functions of one's own for the rules between values, which `garde` and \
         `validator` do not derive (`peers/rules.rs`); these stop at the first broken rule. \
         JSON Schema cannot compare one profile with another (priorities, gaps, targets, mixed \
         security), nor a URL with the identity, and sees URLs as patterns only; nor can it \
         tell a profile in use from another without repeating it. None of the peers knows \
         warnings, places or advice. Syntax of URLs and character sets, which the peers check \
         here, ours has checked while reading: C4 compares both together.",
        ocpp_config::RULES
            .iter()
            .filter(|rule| rule.stage() == ocpp_config::Stage::Document)
            .count(),
    ));
    outcome.grows("documents validated", {
        let text = inputs::document(Format::Json)?;
        let source = DocumentSource::from_json("b.json", text)?;
        curve(&inputs::SIZES, effort.for_curves(), |count| {
            let source = source.clone();
            Ok(Box::new(move || {
                for _ in 0..count {
                    black_box(validate(black_box(&source)));
                }
            }))
        })?
    });
    Ok(outcome)
}

fn sound(outcome: &mut Outcome, effort: Effort) -> Result<(), Error> {
    let text = inputs::document(Format::Json)?;
    let source = DocumentSource::from_json("b.json", text.as_str())?;
    let plain: PlainDocument = serde_json::from_str(&text)?;
    let value: serde_json::Value = serde_json::from_str(&text)?;
    let schema = with_schema::validator()?;
    ensure(validate(&source).report.is_empty(), "we find something")?;
    ensure(by_hand::violations(source.document()) == 0, "the floor")?;
    ensure(plain.validate().is_ok(), "garde finds something")?;
    ensure(
        validator::Validate::validate(&plain).is_ok(),
        "validator finds something",
    )?;
    ensure(schema.is_valid(&value), "jsonschema finds something")?;
    let figures = measure(
        vec![
            Contender::new("validate", || {
                black_box(validate(black_box(&source)));
            }),
            Contender::new("floor: eight of the rules by hand", || {
                black_box(by_hand::violations(black_box(source.document())));
            }),
            Contender::new("garde", || {
                let _ = black_box(black_box(&plain).validate());
            }),
            Contender::new("validator", || {
                let _ = black_box(validator::Validate::validate(black_box(&plain)));
            }),
            Contender::new("jsonschema", || {
                black_box(schema.is_valid(black_box(&value)));
            }),
        ],
        effort,
    );
    let ours = figures.first().map_or(f64::NAN, |one| one.nanoseconds);
    let beaten: Vec<String> = figures
        .iter()
        .skip(2)
        .map(|peer| format!("{} {:.2}", peer.name, ours / peer.nanoseconds))
        .collect();
    let is_fastest = figures.iter().skip(2).all(|peer| ours < peer.nanoseconds);
    outcome.case("sound, from JSON", figures);
    outcome.target(
        "a sound document: at most 1 µs",
        format!("{:.2} µs", ours / 1e3),
        Some(ours <= 1_000.0),
    );
    outcome.held_by("allocations", "a sound document: 0 allocations");
    outcome
        .target(
            "faster than garde, validator and jsonschema with the rules they can say",
            format!("our time, divided by theirs: {}", beaten.join(", ")),
            Some(is_fastest),
        )
        .because("ours applies more rules than the faster peer can say");
    Ok(())
}

fn mistaken(outcome: &mut Outcome, effort: Effort) -> Result<(), Error> {
    let source = DocumentSource::from_toml("b.toml", inputs::with_mistakes()?)?;
    let without_text = DocumentSource::from_document("b", source.document().clone());
    let plain: PlainDocument = toml::from_str(&inputs::with_mistakes()?)?;
    let value = serde_json::to_value(toml::from_str::<toml::Value>(&inputs::with_mistakes()?)?)?;
    let schema = with_schema::validator()?;
    let found = validate(&source).report.findings().len();
    ensure(found >= 10, "fewer than ten findings")?;
    ensure(plain.validate().is_err(), "garde finds nothing")?;
    ensure(!schema.is_valid(&value), "jsonschema finds nothing")?;
    let figures = measure(
        vec![
            Contender::new("validate, without a text to point into", || {
                black_box(validate(black_box(&without_text)));
            }),
            Contender::new("garde", || {
                let _ = black_box(black_box(&plain).validate());
            }),
            Contender::new("validator", || {
                let _ = black_box(validator::Validate::validate(black_box(&plain)));
            }),
            Contender::new("jsonschema, all errors", || {
                black_box(schema.iter_errors(black_box(&value)).count());
            }),
            Contender::new("validate, with the line of each finding", || {
                black_box(validate(black_box(&source)));
            }),
        ],
        effort,
    );
    let ours = figures.first().map_or(f64::NAN, |one| one.nanoseconds);
    let with_places = figures.last().map_or(f64::NAN, |one| one.nanoseconds);
    outcome.case(format!("ten mistakes ({found} findings)"), figures);
    outcome.target(
        "ten mistakes, measured",
        format!(
            "{:.1} µs, with the line of each {:.1} µs",
            ours / 1e3,
            with_places / 1e3
        ),
        None,
    );
    outcome.note(
        "No peer knows in which line a mistake stands. Ours does, where the document came as \
         a text: it then reads the text a second time, which is most of that figure.",
    );
    Ok(())
}

pub(super) fn many(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new(
        "C4",
        "100,000 JSON documents parsed and validated on both cores",
    );
    let texts = inputs::many_json(if effort.is_smoke() { 10 } else { 1_000 })?;
    let mut next = texts.iter().cycle();
    let mut after = texts.iter().cycle();
    let mut third = texts.iter().cycle();
    let schema = with_schema::validator()?;
    let figures = measure(
        vec![
            Contender::new("from_json and validate", || {
                black_box(next.next().map(|text| is_sound(text)));
            }),
            Contender::new("serde_json to a plain struct and garde", || {
                black_box(after.next().map(|text| is_sound_to_garde(text)));
            }),
            Contender::new("serde_json::Value and jsonschema", || {
                black_box(third.next().map(|text| {
                    serde_json::from_str(text).is_ok_and(|value| schema.is_valid(&value))
                }));
            }),
        ],
        effort,
    );
    let ours = figures.first().map_or(f64::NAN, |one| one.nanoseconds);
    let peers = figures.iter().skip(1).map(|peer| ours / peer.nanoseconds);
    let ratio = peers.fold(0.0, f64::max);
    outcome.case("one document, one core", figures);
    outcome
        .target(
            "ahead of the best peer doing the same rules",
            format!("{ratio:.2} times the time of the faster one"),
            Some(ratio < 1.0),
        )
        .because(
            "ours keeps the text for places, checks every value while reading and applies \
             some 25 rules more",
        );
    both_cores(&mut outcome, &texts, ours, effort)?;
    outcome.note(
        "Both sides read the same compact JSON and apply the rules of C3, ours all of them. The \
         rate by the clock depends on what else the machine does; the one by CPU time does \
         not.",
    );
    outcome.grows("documents parsed and validated", {
        let texts = &texts;
        curve(&inputs::SIZES, effort.for_curves(), |count| {
            Ok(Box::new(move || {
                for text in texts.iter().cycle().take(count) {
                    black_box(is_sound(text));
                }
            }))
        })?
    });
    Ok(outcome)
}

fn is_sound(text: &str) -> bool {
    DocumentSource::from_json("b.json", text)
        .is_ok_and(|source| validate(&source).checked.is_some())
}

fn is_sound_to_garde(text: &str) -> bool {
    serde_json::from_str::<PlainDocument>(text).is_ok_and(|document| document.validate().is_ok())
}

/// By the clock, ours and the peer in turns; of several rounds the best counts, since
/// noise only ever slows down.
fn both_cores(
    outcome: &mut Outcome,
    texts: &[String],
    nanoseconds: f64,
    effort: Effort,
) -> Result<(), Error> {
    let cores = thread::available_parallelism()?.get();
    let total = if effort.is_smoke() { 100 } else { 100_000 };
    let (mut ours, mut garde) = (0.0_f64, 0.0_f64);
    for _ in 0..effort.rounds {
        ours = ours.max(rate(texts, total, cores, is_sound)?);
        garde = garde.max(rate(texts, total, cores, is_sound_to_garde)?);
    }
    let by_cpu = cores as f64 * 1e9 / nanoseconds;
    outcome
        .target(
            "at least 300,000 a second",
            format!(
                "{ours:.0} a second by the clock on {cores} cores, garde {garde:.0}; \
                 {by_cpu:.0} by CPU time"
            ),
            Some(ours >= 300_000.0),
        )
        .because(format!(
            "by CPU time it is {by_cpu:.0} a second; by the clock the cores were shared with \
             other work, or clock lower when both are busy"
        ));
    Ok(())
}

/// Documents a second, by the clock.
fn rate(
    texts: &[String],
    total: usize,
    cores: usize,
    is_sound: fn(&str) -> bool,
) -> Result<f64, Error> {
    // Handed out in portions, so that the cores work and do not wait for each other.
    const PORTION: usize = 10;
    let portions = Mutex::new(texts.chunks(PORTION).cycle().take(total / PORTION));
    let next = || {
        portions
            .lock()
            .ok()
            .and_then(|mut portions| portions.next())
    };
    let work = || {
        let portions = std::iter::from_fn(next).flatten();
        portions.filter(|text| is_sound(text)).count()
    };
    let start = Instant::now();
    let sound: usize = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let sound = workers.into_iter().filter_map(|worker| worker.join().ok());
        sound.sum()
    });
    let wall = start.elapsed().as_secs_f64();
    ensure(sound == total, "not all of the documents are sound")?;
    Ok(total as f64 / wall)
}
