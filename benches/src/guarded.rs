//! The work whose instructions are counted: ours, and a floor or peer in the same run.
//!
//! No cryptography: valgrind's processor lacks the instructions that it lives from.

use std::hint::black_box;

use charger_link::gateway::codec::{
    Answer, AnswerDecoder, Command, Decoded, Expected, NodeAddress, Sequence, SpellingError,
    TypeToken, ValueBytes,
};
use fwi_format::Container;
use ocpp_config::{DocumentSource, ObjectId, PlanOptions, PropertyPage, decode, plan, validate};

use crate::Error;
use crate::inputs::{self, Format};
use crate::peers::by_hand;
use crate::peers::page::Page;
use crate::peers::plain::PlainDocument;

/// An answer with a number, as one of the servers prints it.
pub(crate) const NUMBER: &[u8] = b"[7] 1600\r\n";
/// An answer with a text.
pub(crate) const TEXT: &[u8] = b"[7] \"NG910-60023\"\r\n";

/// A piece of work that can be repeated.
pub type Work = Box<dyn FnMut()>;

/// What is counted, by the name under which the guard knows it.
pub const GUARDED: &[&str] = &[
    "f1_header",
    "l1_page",
    "l2_number",
    "l2_text",
    "l2_request",
    "c1_toml",
    "c2_json",
    "c3_sound",
    "c3_mistakes",
    "c5_plan",
    "c5_decode",
];

/// Our way of doing it, ready to be run.
///
/// # Errors
/// There is no such work, or its input cannot be made.
pub fn ours(name: &str) -> Result<Work, Error> {
    Ok(match name {
        "f1_header" => {
            let file = inputs::container(1_024)?;
            Box::new(move || {
                let container = Container::parse(black_box(&file));
                black_box(container.map(|it| it.header().payload_length())).ok();
            })
        }
        "l1_page" => {
            let json = inputs::page(32);
            Box::new(move || {
                let _ = black_box(PropertyPage::parse(black_box(json.as_bytes())));
            })
        }
        "l2_number" => answering(TypeToken::U32, NUMBER)?,
        "l2_text" => answering(TypeToken::VisibleString, TEXT)?,
        "l2_request" => {
            let (sequence, node) = addressed()?;
            let read = Command::Read {
                id: ObjectId::new(0x20F0, 0x0E),
                token: TypeToken::U32,
            };
            Box::new(move || {
                black_box(black_box(&read).encode(sequence, node));
            })
        }
        "c1_toml" => {
            let text = inputs::document(Format::Toml)?;
            Box::new(move || {
                let _ = black_box(DocumentSource::from_toml("b.toml", black_box(&*text)));
            })
        }
        "c2_json" => {
            let text = inputs::document(Format::Json)?;
            Box::new(move || {
                let _ = black_box(DocumentSource::from_json("b.json", black_box(&*text)));
            })
        }
        "c3_sound" => validating(inputs::document(Format::Toml)?)?,
        "c3_mistakes" => validating(inputs::with_mistakes()?)?,
        "c5_plan" => {
            let (document, snapshot) = (inputs::resolved()?, inputs::snapshot(307)?);
            Box::new(move || {
                let options = PlanOptions::new();
                let _ = black_box(plan(black_box(&document), &snapshot, &options));
            })
        }
        "c5_decode" => {
            let snapshot = inputs::snapshot(307)?;
            Box::new(move || {
                black_box(decode(black_box(&snapshot)));
            })
        }
        other => return Err(format!("nothing is guarded under {other}").into()),
    })
}

/// The least work imaginable for the same, or the peer one would reach for.
///
/// # Errors
/// As [`ours`].
pub fn floor(name: &str) -> Result<Work, Error> {
    Ok(match name {
        "f1_header" => {
            let file = inputs::container(1_024)?;
            Box::new(move || {
                black_box(by_hand::header(black_box(&file)));
            })
        }
        "l1_page" => {
            let json = inputs::page(32);
            Box::new(move || {
                let _ = black_box(serde_json::from_slice::<Page<'_>>(black_box(
                    json.as_bytes(),
                )));
            })
        }
        "l2_number" => Box::new(|| {
            black_box(by_hand::gateway_number(black_box(NUMBER), black_box(7)));
        }),
        "l2_text" => Box::new(|| {
            black_box(by_hand::gateway_text(black_box(TEXT), black_box(7)));
        }),
        "l2_request" => {
            let mut buffer = Vec::with_capacity(64);
            Box::new(move || {
                by_hand::gateway_read(&mut buffer, black_box(7), 4, black_box(0x20F0), 0x0E);
                black_box(&buffer);
            })
        }
        "c1_toml" => {
            let text = inputs::document(Format::Toml)?;
            Box::new(move || {
                let _ = black_box(toml::from_str::<PlainDocument>(black_box(&text)));
            })
        }
        "c2_json" => {
            let text = inputs::document(Format::Json)?;
            Box::new(move || {
                let _ = black_box(serde_json::from_str::<PlainDocument>(black_box(&text)));
            })
        }
        "c3_sound" => violating(inputs::document(Format::Toml)?)?,
        "c3_mistakes" => violating(inputs::with_mistakes()?)?,
        "c5_plan" | "c5_decode" => {
            let snapshot = inputs::snapshot(307)?;
            Box::new(move || {
                black_box(by_hand::lookups(black_box(&snapshot)));
            })
        }
        other => return Err(format!("nothing is guarded under {other}").into()),
    })
}

pub(crate) fn addressed() -> Result<(Sequence, NodeAddress), Error> {
    let sequence = Sequence::new(7).ok_or("no sequence number")?;
    Ok((sequence, NodeAddress::new(4).ok_or("no address")?))
}

/// A line to a typed answer: the decoder is told what to expect, as a session tells it, and
/// what it finds becomes the bytes of an object of the type that was asked for.
fn answering(token: TypeToken, line: &'static [u8]) -> Result<Work, Error> {
    let (sequence, node) = addressed()?;
    let id = ObjectId::new(0x20F0, 0x0E);
    let request = Command::Read { id, token }.encode(sequence, node);
    let mut decoder = AnswerDecoder::new();
    Ok(Box::new(move || {
        let expected = Expected::new(sequence, token.shape(), request.head());
        black_box(&typed_answer(
            &mut decoder,
            expected,
            token,
            black_box(line),
        ));
    }))
}

/// The bytes of the object in the answer that a line holds.
pub(crate) fn typed_answer(
    decoder: &mut AnswerDecoder,
    expected: Expected<'_>,
    token: TypeToken,
    line: &[u8],
) -> Result<ValueBytes, SpellingError> {
    decoder.expect(expected);
    decoder.push(line);
    match decoder.poll() {
        Some(Decoded::Answer(Answer::Value(value))) => token.bytes_of(value),
        _ => Err(SpellingError::Malformed),
    }
}

fn validating(text: String) -> Result<Work, Error> {
    let source = DocumentSource::from_toml("b.toml", text)?;
    Ok(Box::new(move || {
        black_box(validate(black_box(&source)));
    }))
}

fn violating(text: String) -> Result<Work, Error> {
    let source = DocumentSource::from_toml("b.toml", text)?;
    Ok(Box::new(move || {
        black_box(by_hand::violations(black_box(source.document())));
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_guarded_can_be_done_in_both_ways() {
        for name in GUARDED {
            for work in [ours(name), floor(name)] {
                let mut work = work.unwrap_or_else(|error| panic!("{name}: {error}"));
                work();
                work();
            }
        }
        assert!(ours("nothing").is_err());
    }
}
