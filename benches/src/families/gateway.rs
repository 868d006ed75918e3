//! L2: lines of a CiA 309-3 gateway.

use std::hint::black_box;

use charger_link::gateway::codec::{
    Answer, AnswerDecoder, Command, Decoded, Expected, NodeAddress, Sequence, Shape, TypeToken,
    ValueBytes,
};
use ocpp_config::ObjectId;

use crate::inputs;
use crate::peers::by_hand;
use crate::{Contender, Effort, Error, Outcome, curve, ensure, measure};

const NUMBER: &[u8] = b"[7] 1600\r\n";
const TEXT: &[u8] = b"[7] \"NG910-60023\"\r\n";

pub(super) fn line(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new("L2", "a gateway's line to an answer, a request to bytes");
    let sequence = Sequence::new(7).ok_or("no sequence number")?;
    let node = NodeAddress::new(4).ok_or("no address")?;
    ensure(
        answer(&mut AnswerDecoder::new(), sequence, Shape::Number, NUMBER)
            == Some(
                by_hand::gateway_number(NUMBER, 7)
                    .map_or(Vec::new(), |number| number.to_string().into_bytes())
                    .into(),
            ),
        "the answers differ",
    )?;
    let mut decoder = AnswerDecoder::new();
    let figures = measure(
        vec![
            Contender::new("AnswerDecoder", || {
                black_box(answer(
                    &mut decoder,
                    sequence,
                    Shape::Number,
                    black_box(NUMBER),
                ));
            }),
            Contender::new("floor by hand", || {
                black_box(by_hand::gateway_number(black_box(NUMBER), black_box(7)));
            }),
        ],
        effort,
    );
    let ratio = outcome.case("answer with a number", figures);
    outcome
        .at_most("answer with a number, against the floor", ratio, 2.0)
        .because(DECODER);

    let mut decoder = AnswerDecoder::new();
    let quoted = Shape::Text(charger_link::gateway::codec::Quoting::Literal);
    let figures = measure(
        vec![
            Contender::new("AnswerDecoder", || {
                black_box(answer(&mut decoder, sequence, quoted, black_box(TEXT)));
            }),
            Contender::new("floor by hand", || {
                black_box(by_hand::gateway_text(black_box(TEXT), black_box(7)));
            }),
        ],
        effort,
    );
    let ratio = outcome.case("answer with a short text", figures);
    outcome
        .at_most("answer with a short text, against the floor", ratio, 2.0)
        .because(DECODER);

    let read = Command::Read {
        id: ObjectId::new(0x20F0, 0x0E),
        token: TypeToken::U32,
    };
    let mut buffer = Vec::with_capacity(64);
    by_hand::gateway_read(&mut buffer, 7, 4, 0x20F0, 0x0E);
    ensure(
        read.encode(sequence, node).bytes() == buffer,
        "the requests differ",
    )?;
    let figures = measure(
        vec![
            Contender::new("Command::encode", || {
                black_box(black_box(&read).encode(sequence, node));
            }),
            Contender::new("floor by hand, into a buffer that is kept", || {
                by_hand::gateway_read(&mut buffer, black_box(7), 4, black_box(0x20F0), 0x0E);
                black_box(&buffer);
            }),
        ],
        effort,
    );
    let ratio = outcome.case("request to bytes", figures);
    outcome.at_most("request to bytes, against the floor", ratio, 2.0);
    outcome.held_by("allocations", "short answers and reads: 0 allocations");
    outcome.note(
        "The floor takes one whole line and knows neither refusals, events, echoes, noise, \
         prompts, stale answers nor lines in pieces. A line with a long value is on the heap \
         and is overwritten when dropped, for it may carry a secret. Such a line takes more than a \
         millisecond on a wire with 115,200 baud.",
    );
    outcome.grows("bytes of a base64 answer", growth(sequence, effort)?);
    Ok(outcome)
}

/// Why the decoder takes longer than its floor.
const DECODER: &str = "the decoder also looks for echoes, refusals, prompts and stale numbers, \
                       and queues what it finds, since several lines may come at once";

fn answer(
    decoder: &mut AnswerDecoder,
    sequence: Sequence,
    shape: Shape,
    line: &[u8],
) -> Option<ValueBytes> {
    decoder.expect(Expected::new(sequence, shape, b""));
    decoder.push(line);
    match decoder.poll()? {
        Decoded::Answer(Answer::Value(value)) => Some(value),
        _ => None,
    }
}

fn growth(sequence: Sequence, effort: Effort) -> Result<Vec<(u64, f64)>, Error> {
    use base64::Engine as _;
    curve(&inputs::SIZES, effort.for_curves(), |size| {
        let value = base64::engine::general_purpose::STANDARD.encode(inputs::bytes(size));
        let line = format!("[7] {value}\r\n");
        let mut decoder = AnswerDecoder::new();
        Ok(Box::new(move || {
            let line = black_box(line.as_bytes());
            black_box(answer(&mut decoder, sequence, Shape::Base64, line));
        }))
    })
}
