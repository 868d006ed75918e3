//! L2: lines of a CiA 309-3 gateway.

use std::hint::black_box;

use charger_link::gateway::codec::{AnswerDecoder, Command, Expected, Shape, TypeToken};
use ocpp_config::ObjectId;

use crate::guarded::{self, NUMBER, TEXT, addressed, typed_answer};
use crate::inputs;
use crate::peers::by_hand;
use crate::{Contender, Effort, Error, Figure, Outcome, curve, ensure, layouts, measure};

/// The name under which the guard counts a case, what it is, and who does it.
const CASES: [(&str, &str, [&str; 2]); 3] = [
    (
        "l2_number",
        "answer with a number",
        ["AnswerDecoder and TypeToken", "floor by hand"],
    ),
    (
        "l2_text",
        "answer with a short text",
        ["AnswerDecoder and TypeToken", "floor by hand"],
    ),
    (
        "l2_request",
        "request to bytes",
        [
            "Command::encode",
            "floor by hand, into a buffer that is kept",
        ],
    ),
];

pub(super) fn line(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new("L2", "a gateway's line to an answer, a request to bytes");
    contenders_agree()?;
    let mut found = CASES
        .iter()
        .map(|(work, _, who)| Ok(vec![in_turns(work, *who, effort)?]))
        .collect::<Result<Vec<_>, Error>>()?;
    let layouts = layouts::elsewhere(outcome.id, effort)?;
    for layout in &layouts {
        for (found, figures) in found.iter_mut().zip(layout) {
            found.push(layouts::renamed(figures, &found[0])?);
        }
    }
    for ((_, name, _), found) in CASES.iter().zip(found) {
        let spread = layouts::spread(&found);
        let ratio = outcome.case(*name, layouts::middle(found));
        outcome
            .at_most(format!("{name}, against the floor"), ratio, 2.0)
            .in_detail(spread)
            .because(DECODER);
    }
    outcome.held_by("allocations", "short answers and reads: 0 allocations");
    notes(&mut outcome, layouts.len());
    outcome.grows("bytes of a base64 answer", growth(effort)?);
    Ok(outcome)
}

/// Why the decoder takes longer than its floor.
const DECODER: &str = "the decoder also looks for echoes, refusals, prompts and stale numbers, \
                       and queues what it finds, since several lines may come at once";

fn in_turns(work: &str, who: [&'static str; 2], effort: Effort) -> Result<Vec<Figure>, Error> {
    let [ours, floor] = who;
    Ok(measure(
        vec![
            Contender::new(ours, guarded::ours(work)?),
            Contender::new(floor, guarded::floor(work)?),
        ],
        effort,
    ))
}

fn notes(outcome: &mut Outcome, others: usize) {
    outcome.note(
        "Ours is told what to expect, as a session tells it, with the head of its command, and \
         turns the answer into the bytes of an object of the type that was asked for. The floor \
         checks what that very line must hold: its end, UTF-8, the brackets, the sequence \
         number, quotes that enclose it all, digits and the range of the number. It takes one \
         whole line and knows neither refusals, events, echoes, noise, prompts, stale answers \
         nor lines in pieces.",
    );
    outcome.note(
        "A line with a long value is on the heap and is overwritten when dropped, for it may \
         carry a secret. Such a line takes more than a millisecond on a wire with 115,200 baud.",
    );
    outcome.note(if others == 0 {
        "Measured in one program, as the linker has laid it out.".to_owned()
    } else {
        format!(
            "Work this small depends on where the linker puts its functions: the program was \
             linked {others} more times with its functions shuffled, and of all {} programs the \
             one with the median ratio counts.",
            others + 1
        )
    });
}

fn contenders_agree() -> Result<(), Error> {
    let (sequence, node) = addressed()?;
    let answer = |token: TypeToken, line| {
        let expected = Expected::new(sequence, token.shape(), b"");
        typed_answer(&mut AnswerDecoder::new(), expected, token, line)
    };
    let number = by_hand::gateway_number(NUMBER, 7).ok_or("the floor reads no number")?;
    ensure(
        answer(TypeToken::U32, NUMBER).is_ok_and(|bytes| bytes == number.to_le_bytes()),
        "the numbers differ",
    )?;
    let (text, length) = by_hand::gateway_text(TEXT, 7).ok_or("the floor reads no text")?;
    ensure(
        answer(TypeToken::VisibleString, TEXT).is_ok_and(|bytes| *bytes == text[..length]),
        "the texts differ",
    )?;
    let id = ObjectId::new(0x20F0, 0x0E);
    let token = TypeToken::U32;
    let mut buffer = Vec::new();
    by_hand::gateway_read(&mut buffer, 7, 4, id.index(), id.sub());
    let line = Command::Read { id, token }.encode(sequence, node);
    ensure(line.bytes() == buffer, "the requests differ")
}

fn growth(effort: Effort) -> Result<Vec<(u64, f64)>, Error> {
    use base64::Engine as _;
    let (sequence, node) = addressed()?;
    let (id, token) = (ObjectId::new(0x2700, 1), TypeToken::Domain);
    let request = Command::Read { id, token }.encode(sequence, node);
    let head = request.head();
    curve(&inputs::SIZES, effort.for_curves(), |size| {
        let value = base64::engine::general_purpose::STANDARD.encode(inputs::bytes(size));
        let line = format!("[7] {value}\r\n");
        let mut decoder = AnswerDecoder::new();
        Ok(Box::new(move || {
            let line = black_box(line.as_bytes());
            let expected = Expected::new(sequence, Shape::Base64, head);
            let _ = black_box(typed_answer(&mut decoder, expected, token, line));
        }))
    })
}
