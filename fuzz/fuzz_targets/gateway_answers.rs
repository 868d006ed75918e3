//! Whatever a gateway sends, in whatever pieces: the same findings, and one answer at
//! most.
#![no_main]

use charger_link::gateway::codec::{AnswerDecoder, Decoded, Expected, Quoting, Sequence, Shape};
use libfuzzer_sys::fuzz_target;

const SHAPES: [Shape; 5] = [
    Shape::Acknowledgement,
    Shape::Number,
    Shape::Base64,
    Shape::Text(Quoting::Literal),
    Shape::Text(Quoting::CEscapes),
];

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (choice, size, bytes) = input;
    let whole = findings(choice, [bytes].into_iter());
    let pieces = findings(choice, bytes.chunks(usize::from(size).max(1)));
    // Of more findings than 256 at once only the newest are kept.
    if bytes.iter().filter(|byte| **byte == b'\n').count() <= 200 {
        assert_eq!(whole, pieces);
    }
    let answers = |found: &&Decoded| matches!(found, Decoded::Answer(_) | Decoded::Malformed(_));
    assert!(whole.iter().filter(answers).count() <= 1);
});

fn findings<'a>(choice: u8, pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Decoded> {
    let prompts = choice & 0x80 != 0;
    let shape = SHAPES[usize::from(choice) % SHAPES.len()];
    let mut decoder = AnswerDecoder::new().with_prompts(prompts);
    let sequence = Sequence::new(7).expect("7 is a sequence number");
    decoder.expect(Expected::new(sequence, shape, b"[7] 4 r 0x2053 0 d"));
    let mut found = Vec::new();
    for piece in pieces {
        decoder.push(piece);
        found.extend(std::iter::from_fn(|| decoder.poll()));
    }
    found
}
