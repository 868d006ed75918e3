//! A file that comes in pieces is the same file.
#![no_main]

use fwi_format::{Container, ContainerReader, StreamParser, StreamPart};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, bytes) = input;
    let whole = Container::parse(bytes).is_ok();
    assert_eq!(
        in_pieces(bytes, usize::from(piece) + 1),
        whole.then(|| bytes.to_vec())
    );
    assert_eq!(ContainerReader::new(bytes).finish().is_ok(), whole);
});

fn in_pieces(bytes: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut parser = StreamParser::new();
    let mut out = Vec::new();
    for mut piece in bytes.chunks(length) {
        while !piece.is_empty() {
            let step = parser.push(piece).ok()?;
            assert!(step.consumed() > 0);
            match step.part() {
                Some(StreamPart::Header) => out.extend_from_slice(parser.header()?.as_bytes()),
                Some(StreamPart::Payload) => out.extend_from_slice(&piece[..step.consumed()]),
                Some(StreamPart::Trailer) => out.extend_from_slice(parser.trailer()?),
                _ => {}
            }
            piece = &piece[step.consumed()..];
        }
    }
    parser.finish().ok()?;
    Some(out)
}
