//! The work whose instructions are counted: ours, and a floor or peer in the same run.
//!
//! No cryptography: valgrind's processor lacks the instructions that it lives from.

use std::hint::black_box;

use charger_link::gateway::codec::{
    Answer, AnswerDecoder, Command, Decoded, Expected, NodeAddress, Sequence, TypeToken,
};
use fwi_format::Container;
use ocpp_config::{DocumentSource, ObjectId, PlanOptions, PropertyPage, decode, plan, validate};

use crate::Error;
use crate::inputs::{self, Format};
use crate::peers::by_hand;
use crate::peers::page::Page;
use crate::peers::plain::PlainDocument;

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
        "l2_number" => answering(TypeToken::U32, b"[7] 1600\r\n")?,
        "l2_text" => answering(TypeToken::VisibleString, b"[7] \"NG910-60023\"\r\n")?,
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
            black_box(by_hand::gateway_number(black_box(b"[7] 1600\r\n"), 7));
        }),
        "l2_text" => Box::new(|| {
            let line = black_box(b"[7] \"NG910-60023\"\r\n");
            black_box(by_hand::gateway_text(line, 7));
        }),
        "l2_request" => {
            let mut buffer = Vec::with_capacity(64);
            Box::new(move || {
                by_hand::gateway_read(&mut buffer, black_box(7), 4, black_box(0x20F0), 0x0E);
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

fn addressed() -> Result<(Sequence, NodeAddress), Error> {
    let sequence = Sequence::new(7).ok_or("no sequence number")?;
    Ok((sequence, NodeAddress::new(4).ok_or("no address")?))
}

fn answering(token: TypeToken, line: &'static [u8]) -> Result<Work, Error> {
    let (sequence, node) = addressed()?;
    let read = Command::Read {
        id: ObjectId::new(0x20F0, 0x0E),
        token,
    };
    let request = read.encode(sequence, node);
    let mut decoder = AnswerDecoder::new();
    Ok(Box::new(move || {
        decoder.expect(Expected::new(sequence, token.shape(), request.head()));
        decoder.push(black_box(line));
        if let Some(Decoded::Answer(Answer::Value(value))) = decoder.poll() {
            black_box(token.bytes_of(value)).ok();
        }
    }))
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
