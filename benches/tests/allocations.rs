//! What costs no memory, and what costs how much. One program of its own, because the
//! counter replaces the allocator.

use std::hint::black_box;

use allocation_counter::{AllocationInfo, measure};
use benches::inputs::{self, Format};
use charger_link::gateway::codec::{
    Answer, AnswerDecoder, Command, Decoded, Expected, NodeAddress, Sequence, Shape, TypeToken,
};
use fwi_format::{Container, ContainerHasher, ContainerReader, Limits};
use ocpp_config::{DocumentSource, ObjectId, PropertyPage, validate};

/// Counts what happens the second time, when tables that are made once are there.
fn second_time(mut work: impl FnMut()) -> AllocationInfo {
    work();
    measure(work)
}

#[test]
fn f1_a_header_is_parsed_without_an_allocation() {
    let file = inputs::container(1_024).unwrap();
    let counted = second_time(|| {
        let container = Container::parse(black_box(&file)).unwrap();
        black_box(container.header().payload_length());
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn f3_streaming_and_verifying_stay_below_128_kib_whatever_the_size() {
    for payload in [600_000, 6_000_000] {
        let release = inputs::release(payload).unwrap();
        let (signature, roots) = release.opened().unwrap();
        let counted = measure(|| {
            let hasher = ContainerHasher::default();
            let reader = ContainerReader::with_hash(&*release.file, Limits::new(), hasher);
            let streamed = reader.finish().unwrap();
            black_box(signature.verify(streamed, &roots, release.now).unwrap());
        });
        assert!(
            counted.bytes_max < 128 * 1_024,
            "{} bytes at once",
            counted.bytes_max
        );
    }
}

#[test]
fn l1_a_page_costs_at_most_eight_allocations() {
    for entries in [32, 500] {
        let json = inputs::page(entries);
        let counted = second_time(|| {
            black_box(PropertyPage::parse(black_box(json.as_bytes())).unwrap());
        });
        assert!(counted.count_total <= 8, "{}", counted.count_total);
    }
}

#[test]
fn l2_short_answers_and_reads_cost_no_allocation() {
    let sequence = Sequence::new(7).unwrap();
    let node = NodeAddress::new(4).unwrap();
    let mut decoder = AnswerDecoder::new();
    for (token, line) in [
        (TypeToken::U32, &b"[7] 1600\r\n"[..]),
        (TypeToken::VisibleString, b"[7] \"NG910-60023\"\r\n"),
        (TypeToken::Domain, b"[7] TkM5MTAtNjAwMjM=\r\n"),
    ] {
        let id = ObjectId::new(0x20F0, 0x0E);
        let read = Command::Read { id, token };
        let counted = second_time(|| {
            let request = black_box(read.encode(sequence, node));
            decoder.expect(Expected::new(sequence, token.shape(), request.head()));
            decoder.push(black_box(line));
            let Some(Decoded::Answer(Answer::Value(value))) = decoder.poll() else {
                panic!("{token:?} has no value");
            };
            black_box(token.bytes_of(value).unwrap());
        });
        assert_eq!(counted.count_total, 0, "{token:?}");
    }
}

#[test]
fn l2_an_acknowledgement_costs_no_allocation() {
    let sequence = Sequence::new(7).unwrap();
    let mut decoder = AnswerDecoder::new();
    let counted = second_time(|| {
        decoder.expect(Expected::new(sequence, Shape::Acknowledgement, b""));
        decoder.push(black_box(b"[7] OK\r\n"));
        let answer = decoder.poll().unwrap();
        assert!(matches!(answer, Decoded::Answer(Answer::Acknowledged)));
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn c3_a_sound_document_is_validated_without_an_allocation() {
    for (format, name) in [(Format::Toml, "b.toml"), (Format::Json, "b.json")] {
        let text = inputs::document(format).unwrap();
        let source = match format {
            Format::Toml => DocumentSource::from_toml(name, text).unwrap(),
            _ => DocumentSource::from_json(name, text).unwrap(),
        };
        let counted = second_time(|| {
            let validation = validate(black_box(&source));
            assert!(validation.report.is_empty());
        });
        assert_eq!(counted.count_total, 0, "{name}");
    }
}

#[test]
fn the_counter_counts() {
    let counted = measure(|| {
        black_box(vec![0_u8; 100]);
    });
    assert_eq!((counted.count_total, counted.bytes_max), (1, 100));
}
