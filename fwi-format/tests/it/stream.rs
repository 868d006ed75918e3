//! Containers that arrive in pieces.

use std::io::{self, Read};

use fwi_format::{
    Chunk, Container, ContainerBuilder, ContainerReader, ForeignFile, Limits, ParseError,
    StreamError, StreamParser, StreamPart,
};
use proptest::prelude::*;

use crate::container::{patched, sample};

/// What a parser says about `bytes` that come in pieces of these lengths, over and over.
fn parse_in_pieces(bytes: &[u8], pieces: &[usize]) -> Result<Vec<u8>, ParseError> {
    let mut parser = StreamParser::new();
    let mut out = Vec::new();
    let mut rest = bytes;
    let mut lengths = pieces.iter().cycle();
    while !rest.is_empty() {
        let length = (*lengths.next().unwrap()).clamp(1, rest.len());
        let step = parser.push(&rest[..length])?;
        assert!(
            (1..=length).contains(&step.consumed()),
            "it goes on, but not too far"
        );
        match step.part() {
            Some(StreamPart::Header) => out.extend(parser.header().unwrap().as_bytes()),
            Some(StreamPart::Payload) => out.extend(&rest[..step.consumed()]),
            Some(StreamPart::Trailer) => out.extend(parser.trailer().unwrap()),
            _ => {}
        }
        rest = &rest[step.consumed()..];
    }
    parser.finish().map(|()| out)
}

/// Gives a few bytes at a time, with an interruption before each.
struct Trickle<'a> {
    rest: &'a [u8],
    interrupted: bool,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = buffer.len().min(97);
        self.rest.read(&mut buffer[..length])
    }
}

#[test]
fn a_trickling_source_gives_the_same_container() {
    let file = sample();
    let mut reader = ContainerReader::new(Trickle {
        rest: &file,
        interrupted: false,
    });
    let mut copy = Vec::new();
    while let Some(chunk) = reader.next_chunk().unwrap() {
        copy.extend_from_slice(chunk.as_bytes());
    }
    assert!(
        reader.next_chunk().unwrap().is_none(),
        "the end stays the end"
    );
    let container = reader.finish().unwrap();
    assert_eq!(copy, file);
    assert_eq!(container.length(), file.len() as u64);
    assert_eq!(container.trailer().unwrap(), &[0xFF; 256]);
}

#[test]
fn nothing_of_a_payload_passes_before_its_header_is_right() {
    let mut file = sample();
    file[0x20] ^= 1;
    let mut reader = ContainerReader::new(file.as_slice());
    for _ in 0..2 {
        let error = reader.next_chunk().unwrap_err();
        assert!(
            matches!(error, StreamError::Format(ParseError::Checksum { .. })),
            "{error:?}"
        );
    }
}

#[test]
fn memory_does_not_grow_with_the_payload() {
    let file = ContainerBuilder::firmware_image(vec![1; 3_000_000])
        .build()
        .unwrap();
    let mut reader = ContainerReader::new(file.as_bytes());
    let mut chunks = 0;
    while let Some(chunk) = reader.next_chunk().unwrap() {
        assert!(chunk.as_bytes().len() <= 64 * 1024);
        chunks += 1;
    }
    assert!(chunks >= 3_000_000 / (64 * 1024));
}

#[test]
fn finishing_reads_the_rest() {
    let file = sample();
    let mut reader = ContainerReader::new(file.as_slice());
    assert!(matches!(
        reader.next_chunk().unwrap(),
        Some(Chunk::Header(_))
    ));
    assert_eq!(reader.finish().unwrap().length(), file.len() as u64);
}

#[test]
fn a_failing_source_is_told_from_a_bad_container() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let error = ContainerReader::new(sample()[..500].chain(Broken))
        .finish()
        .unwrap_err();
    assert!(matches!(error, StreamError::Source(e) if e.kind() == io::ErrorKind::ConnectionReset));
}

#[test]
fn limits_hold_for_streams() {
    let file = sample();
    let limits = Limits::new().with_max_payload(999);
    let error = ContainerReader::with_limits(file.as_slice(), limits)
        .finish()
        .unwrap_err();
    assert!(
        matches!(
            error,
            StreamError::Format(ParseError::PayloadTooLarge { .. })
        ),
        "{error:?}"
    );
}

#[test]
fn what_is_no_container_is_named_here_too() {
    for (bytes, expected) in [
        (b"".as_slice(), ForeignFile::Empty),
        (b"PK\x03\x04", ForeignFile::Zip),
    ] {
        let error = parse_in_pieces(bytes, &[1]).unwrap_err();
        assert!(matches!(error, ParseError::Foreign { file, .. } if file == expected));
    }
}

#[test]
fn more_than_a_trailer_is_an_error_at_once() {
    let mut file = sample();
    file.push(0);
    let error = parse_in_pieces(&file, &[100]).unwrap_err();
    assert!(
        matches!(error, ParseError::Trailer { found: 257, .. }),
        "{error:?}"
    );
}

#[cfg(feature = "tokio")]
#[test]
fn the_asynchronous_reader_says_the_same() {
    use fwi_format::AsyncContainerReader;

    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let file = sample();
        let mut reader = AsyncContainerReader::new(file.as_slice());
        let mut copy = Vec::new();
        while let Some(chunk) = reader.next_chunk().await.unwrap() {
            copy.extend_from_slice(chunk.as_bytes());
        }
        assert_eq!(copy, file);
        assert_eq!(reader.finish().await.unwrap().length(), file.len() as u64);
        for length in [0, 159, 160, 500, file.len() - 1] {
            let reader = AsyncContainerReader::new(&file[..length]);
            assert!(reader.finish().await.is_err(), "{length}");
        }
    });
}

proptest! {
    #[test]
    fn pieces_of_any_length_make_the_same_container(
        payload in 0usize..700, trailer: bool,
        pieces in prop::collection::vec(1usize..300, 1..6),
    ) {
        let mut builder = ContainerBuilder::preset(vec![3; payload]);
        if !trailer { builder = builder.without_trailer(); }
        let file = builder.build().unwrap().into_bytes();
        prop_assert_eq!(parse_in_pieces(&file, &pieces).unwrap(), file);
    }

    #[test]
    fn stream_and_slice_agree_about_any_length_and_any_field(
        length in 0usize..1500, at in 0usize..160, byte: u8, repaired: bool,
        pieces in prop::collection::vec(1usize..600, 1..6),
    ) {
        let mut file = sample();
        file[at] = byte;
        if repaired { file = patched(file, 0x70, &[0xFF]); }
        file.resize(length, 0xEE);
        let slice = Container::parse(&file).map(|_| ());
        let stream = parse_in_pieces(&file, &pieces).map(|_| ());
        prop_assert_eq!(slice.is_ok(), stream.is_ok(), "{:?} {:?}", slice, stream);
    }
}
