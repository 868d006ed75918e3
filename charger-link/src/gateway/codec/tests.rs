//! What the decoder promises about any bytes, as properties.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

const OURS: Sequence = match Sequence::new(1_000) {
    Some(sequence) => sequence,
    None => panic!("not a sequence number"),
};
const SENTINEL: Sequence = match Sequence::new(1_001) {
    Some(sequence) => sequence,
    None => panic!("not a sequence number"),
};

/// The two layouts of a base64 value.
#[derive(Debug, Clone, Copy)]
enum Layout {
    OneLine,
    Lines,
}

impl Layout {
    /// The lines of the answer, each with its end.
    fn answer(self, value: &[u8]) -> Vec<Vec<u8>> {
        let text = STANDARD.encode(value);
        let whole = format!("[{OURS}] {text}\r\n");
        match self {
            Self::OneLine => vec![whole.into_bytes()],
            Self::Lines => {
                let mut lines: Vec<Vec<u8>> = text
                    .as_bytes()
                    .chunks(76)
                    .map(|chunk| [chunk, b"\r\n"].concat())
                    .collect();
                match lines.first_mut() {
                    Some(first) => {
                        first.splice(0..0, format!("[{OURS}] ").into_bytes());
                    }
                    None => lines.push(whole.into_bytes()),
                }
                lines
            }
        }
    }
}

fn layout() -> impl Strategy<Value = Layout> {
    prop_oneof![Just(Layout::OneLine), Just(Layout::Lines)]
}

/// A line that cannot be taken for ours: noise, logs, events, prompts, stale answers.
fn junk() -> impl Strategy<Value = Vec<u8>> {
    let event = prop_oneof![
        Just("1 4 SDOr 889"),
        Just("1 4 BOOT_UP"),
        Just("# 12 notifications lost"),
        Just("> "),
        Just("ERROR 300"),
        Just("[999] OK"),
        Just("[999] ERROR:101 #Syntax error."),
        Just("[-1] 0x00"),
        Just("2026-11-22 07:20:32: CANopen device running ..."),
        Just(""),
    ]
    .prop_map(|line| line.as_bytes().to_vec());
    let noise = vec(0x80_u8.., 1..40).prop_map(|mut noise| {
        noise.retain(|byte| *byte != b'\n');
        noise.push(0xFF);
        noise
    });
    prop_oneof![event, noise].prop_map(|line| [&line[..], b"\r\n"].concat())
}

fn expecting(shape: Shape) -> AnswerDecoder {
    let mut decoder = AnswerDecoder::new();
    decoder.expect(Expected::new(OURS, shape, b"[1000] 4 r 0x20F0 3 d"));
    decoder
}

/// Everything that is found, the sentinel sent where the end is open.
fn decode<'a>(decoder: &mut AnswerDecoder, pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Decoded> {
    let mut found = Vec::new();
    for piece in pieces {
        decoder.push(piece);
        found.extend(std::iter::from_fn(|| decoder.poll()));
    }
    if decoder.is_open_ended() {
        let line = Command::SetNode.encode(SENTINEL, NodeAddress::new(4).unwrap());
        decoder.expect_sentinel(SENTINEL, &line);
        decoder.push(line.bytes());
        decoder.push(format!("[{SENTINEL}] OK\r\n").as_bytes());
        found.extend(std::iter::from_fn(|| decoder.poll()));
    }
    found
}

fn answers(found: Vec<Decoded>) -> Vec<Decoded> {
    found
        .into_iter()
        .filter(|found| matches!(found, Decoded::Answer(_) | Decoded::Malformed(_)))
        .collect()
}

/// Would take minutes if every line were a reason to look at all the lines before it.
#[test]
fn a_string_of_very_many_lines_is_read() {
    let text = "\n".repeat(500_000);
    let mut decoder = AnswerDecoder::new();
    decoder.expect(Expected::new(OURS, Shape::Text(Quoting::Literal), b""));
    decoder.push(format!("[{OURS}] \"a").as_bytes());
    decoder.push(text.as_bytes());
    assert!(decoder.has_begun());
    decoder.push(b"\"\"\"\r\n");
    let Some(Decoded::Answer(Answer::Value(value))) = decoder.poll() else {
        panic!("no value");
    };
    assert_eq!(value, format!("a{text}\""));
}

#[test]
fn a_string_that_is_broken_off_is_a_refusal() {
    let mut decoder = AnswerDecoder::new();
    decoder.expect(Expected::new(OURS, Shape::Text(Quoting::Literal), b""));
    decoder.push(format!("[{OURS}] \"a\nb\n...ERROR:0x05040000 #x\r\n").as_bytes());
    let refusal = Refusal::Aborted(AbortCode::TIME_OUT);
    assert_eq!(
        decoder.poll(),
        Some(Decoded::Answer(Answer::Refused(refusal)))
    );
}

#[test]
fn debug_output_of_a_decoder_tells_nothing_of_what_came() {
    let mut decoder = AnswerDecoder::new();
    decoder.expect(Expected::new(OURS, Shape::Text(Quoting::Literal), b""));
    decoder.push(format!("[{OURS}] \"canary\ncanary").as_bytes());
    assert!(decoder.has_begun());
    let shown = format!("{decoder:?}");
    assert!(!shown.contains("canary"), "{shown}");
    // c, a, n: as derived `Debug` shows bytes.
    assert!(!shown.contains("99, 97, 110"), "{shown}");
}

proptest! {
    #[test]
    fn a_value_comes_through_any_junk(
        value in vec(any::<u8>(), 0..400),
        layout in layout(),
        junk in vec(vec(junk(), 0..3), 8),
    ) {
        let mut lines = Vec::new();
        let mut junk = junk.into_iter();
        for line in layout.answer(&value) {
            lines.extend(junk.next().unwrap_or_default());
            lines.push(line);
        }
        lines.extend(junk.flatten());
        let mut decoder = expecting(Shape::Base64);
        let found = decode(&mut decoder, lines.iter().map(Vec::as_slice));
        prop_assert_eq!(answers(found), [Decoded::Answer(Answer::Value(value.into()))]);
    }

    #[test]
    fn multiples_of_57_bytes_end_where_the_sentinel_says(
        count in 1_usize..8,
        layout in layout(),
    ) {
        let value: Vec<u8> = (0..57 * count).map(|byte| byte as u8).collect();
        let answer = layout.answer(&value).concat();
        let mut decoder = expecting(Shape::Base64);
        let found = decode(&mut decoder, std::iter::once(&answer[..]));
        prop_assert_eq!(answers(found), [Decoded::Answer(Answer::Value(value.into()))]);
    }

    #[test]
    fn every_split_gives_the_same_findings(
        value in vec(any::<u8>(), 0..300),
        layout in layout(),
        before in vec(junk(), 0..4),
        cuts in vec(any::<Index>(), 0..12),
    ) {
        let mut stream = before.concat();
        stream.extend(layout.answer(&value).concat());
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len())).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|cut| &stream[cut[0]..cut[1]]);
        let whole = decode(&mut expecting(Shape::Base64), std::iter::once(&stream[..]));
        prop_assert_eq!(decode(&mut expecting(Shape::Base64), pieces), whole);
    }

    #[test]
    fn any_bytes_are_harmless(
        pieces in vec(vec(any::<u8>(), 0..64), 0..32),
        shape in prop_oneof![
            Just(Shape::Acknowledgement), Just(Shape::Number), Just(Shape::Base64),
            Just(Shape::Text(Quoting::Literal)), Just(Shape::Text(Quoting::CEscapes)),
        ],
        prompts in any::<bool>(),
    ) {
        let mut decoder = AnswerDecoder::new().with_prompts(prompts);
        decoder.expect(Expected::new(OURS, shape, b""));
        let found = decode(&mut decoder, pieces.iter().map(Vec::as_slice));
        prop_assert!(answers(found).len() <= 1);
    }

    #[test]
    fn lines_that_almost_answer_are_harmless(
        text in "(\\[1000\\] )?(ERROR:? ?|\\.\\.\\.ERROR:)?(0x)?[0-9A-Za-z+/=\"\\\\ ]{0,90}(\r?\n){1,2}",
    ) {
        for shape in [Shape::Number, Shape::Base64, Shape::Text(Quoting::CEscapes)] {
            let found = decode(&mut expecting(shape), std::iter::once(text.as_bytes()));
            prop_assert!(answers(found).len() <= 1);
        }
    }
}

#[test]
fn a_string_goes_on_over_bare_line_feeds() {
    let mut decoder = expecting(Shape::Text(Quoting::Literal));
    decoder.push(b"[1000] \"line one\nline \"\"two\"\"\nthree\"\r\n");
    assert_eq!(
        decoder.poll(),
        Some(Decoded::Answer(Answer::Value(
            b"line one\nline \"two\"\nthree"[..].into()
        )))
    );
}

#[test]
fn a_value_that_breaks_off_is_a_refusal() {
    let refused = Decoded::Answer(Answer::Refused(Refusal::Aborted(AbortCode::TIME_OUT)));
    for (shape, begun) in [
        (Shape::Base64, "I9W3ZQj6a"),
        (Shape::Text(Quoting::Literal), "\"wss://ba"),
    ] {
        let mut decoder = expecting(shape);
        let answer = format!("[{OURS}] {begun}\n...ERROR:0x05040000 #SDO protocol timed out.\r\n");
        decoder.push(answer.as_bytes());
        assert_eq!(decoder.poll(), Some(refused.clone()), "{begun}");
    }
}

#[test]
fn the_first_line_with_our_number_counts() {
    let mut decoder = expecting(Shape::Number);
    decoder.push(b"[1000] ERROR: 06070010 (length)\r\n[1000] 0xe200\r\n");
    assert_eq!(
        decoder.poll(),
        Some(Decoded::Answer(Answer::Refused(Refusal::Aborted(
            AbortCode::LENGTH
        ))))
    );
    let sequence = Some(OURS);
    assert_eq!(decoder.poll(), Some(Decoded::Stale { sequence }));
}

#[test]
fn an_echo_is_not_an_answer() {
    let mut decoder = expecting(Shape::Base64);
    decoder.push(b"> [1000] 4 r 0x20F0 3 d\r\r\n[1000] 4 r 0x20F0 3 d\r\n[1000] QQ==\r\n");
    assert_eq!(
        decoder.poll(),
        Some(Decoded::Answer(Answer::Value(b"A"[..].into())))
    );
    assert_eq!(decoder.poll(), None);
}

#[test]
fn a_prompt_hides_an_answer_unless_it_is_looked_for() {
    let line = b"gw> [1000] OK\r\n";
    let mut decoder = expecting(Shape::Acknowledgement);
    decoder.push(line);
    assert!(matches!(
        decoder.poll(),
        Some(Decoded::Event(Event::Log(_)))
    ));

    let mut decoder = AnswerDecoder::new().with_prompts(true);
    decoder.expect(Expected::new(OURS, Shape::Acknowledgement, b""));
    decoder.push(line);
    assert_eq!(decoder.poll(), Some(Decoded::Answer(Answer::Acknowledged)));
}

#[test]
fn an_endless_line_is_dropped_and_the_next_one_read() {
    let mut decoder = expecting(Shape::Number);
    for _ in 0..20 {
        decoder.push(&[b'x'; 100_000]);
    }
    decoder.push(b"\n[1000] 12\n");
    assert_eq!(decoder.poll(), Some(Decoded::Noise(2_000_000)));
    assert_eq!(
        decoder.poll(),
        Some(Decoded::Answer(Answer::Value(b"12"[..].into())))
    );
}

#[test]
fn an_answer_that_is_too_long_fails_instead_of_being_cut() {
    let mut decoder = expecting(Shape::Base64);
    decoder.push(b"[1000] ");
    decoder.push(&vec![b'A'; MAX_VALUE]);
    decoder.push(b"\r\n");
    assert_eq!(decoder.poll(), Some(Decoded::Malformed("it is too long")));

    let mut decoder = expecting(Shape::Base64);
    decoder.push(b"[1000] ");
    for _ in 0..=MAX_VALUE / 76 {
        decoder.push(&[b'A'; 76]);
        decoder.push(b"\r\n");
    }
    assert_eq!(decoder.poll(), Some(Decoded::Malformed("it is too long")));
}

#[test]
fn bare_line_feeds_end_values_once_the_server_is_known_to_send_them() {
    let mut decoder = expecting(Shape::Acknowledgement);
    decoder.push(b"[1000] OK\n");
    assert_eq!(decoder.poll(), Some(Decoded::Answer(Answer::Acknowledged)));
    decoder.expect(Expected::new(OURS, Shape::Base64, b""));
    decoder.push(b"[1000] QQ==\n");
    assert_eq!(
        decoder.poll(),
        Some(Decoded::Answer(Answer::Value(b"A"[..].into())))
    );
}

#[test]
fn sequence_numbers_end_instead_of_beginning_again() {
    let last = Sequence::MAX;
    let mut sequences = Sequences::starting_at(last);
    assert_eq!(sequences.take(), Some(last));
    assert_eq!(sequences.take(), None);
    assert_eq!(sequences.take(), None);
}

#[test]
fn a_request_line_hides_its_value() {
    let write = Command::Write {
        id: ocpp_config::ObjectId::new(0x2053, 0),
        token: TypeToken::Domain,
        value: ocpp_config::Secret::from("c2VjcmV0"),
    };
    let line = write.encode(OURS, NodeAddress::new(4).unwrap().with_net(1));
    assert_eq!(line.bytes(), b"[1000] 1 4 w 0x2053 0 d c2VjcmV0\r\n");
    assert_eq!(line.head(), b"[1000] 1 4 w 0x2053 0 d ");
    assert!(!format!("{write:?}{line:?}").contains("c2VjcmV0"));
}
