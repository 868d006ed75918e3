//! Containers, and what may happen to them on the way.

use super::*;

/// A charger whose upload objects work as [`UploadCommands::ASSUMED`] says, with
/// `damage` done to the data on its way.
fn uploading(damage: fn(&mut Vec<u8>)) -> Gateway {
    let mut status = -1_i8;
    let mut buffer = Vec::new();
    Gateway::new(&[]).twisted(move |command| {
        let words: Vec<&str> = command.split(' ').collect();
        Some(match words[..] {
            ["4", "r", "0x2911", "0", "i8"] => {
                let answer = status.to_string();
                status = match status {
                    1 => 3,
                    11 => 12,
                    other => other,
                };
                answer
            }
            ["4", "w", "0x2910", "0", "u8", number] => {
                status = match number {
                    "1" => 1,
                    "2" => 11,
                    _ => 5,
                };
                "OK".to_owned()
            }
            ["4", "w", "0x2912", "0", "d", data] => {
                buffer = STANDARD.decode(data).unwrap();
                damage(&mut buffer);
                "OK".to_owned()
            }
            ["4", "r", "0x2915", "0", "d"] => {
                STANDARD.encode(crc32fast::hash(&buffer).to_le_bytes())
            }
            _ => return None,
        })
    })
}

pub(super) fn container() -> Request {
    let bytes: Vec<u8> = (0..20_000_u32).flat_map(u32::to_le_bytes).collect();
    Request::Upload(Upload::new(Bytes::from(bytes)))
}

#[test]
fn an_upload_is_applied_once_its_checksum_is_right() {
    let mut bench = Bench::new(uploading(|_| ()));
    assert_eq!(bench.ask(&container()).unwrap(), Response::Done);
    let begun = |part: &str| {
        let lines = &bench.gateway.lines;
        lines.iter().position(|line| line.contains(part)).unwrap()
    };
    assert!(begun("set sdo_block 1") < begun("w 0x2912"));
    assert!(begun("w 0x2912") < begun("r 0x2915"));
    assert!(begun("r 0x2915") < begun("w 0x2910 0 u8 3"));
    assert_eq!(
        bench.engine.take_progress(),
        Some(Progress::new(80_000, Some(80_000)))
    );
}

#[test]
fn an_upload_that_arrived_damaged_is_never_applied() {
    // What a line discipline in between does to a long line.
    let mut bench = Bench::new(uploading(|data| data.truncate(3_056)));
    let error = bench.ask(&container()).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::UploadDamaged);
    assert!(!error.may_have_taken_effect());
    assert_eq!(bench.gateway.sent("w 0x2910 0 u8 3"), 0);
}

#[test]
fn a_charger_that_gives_the_upload_up_says_why() {
    let mut erased = false;
    let gateway = Gateway::new(&[]).twisted(move |command| {
        if command.contains("w 0x2910 0 u8 1") {
            erased = true;
        }
        let status = if erased { "-2" } else { "10" };
        command.contains("r 0x2911").then(|| status.to_owned())
    });
    let error = Bench::new(gateway).ask(&container()).unwrap_err();
    let state = UploadState::UPDATE_ERROR;
    assert_eq!(*error.kind(), LinkErrorKind::UploadFailed { state });
}

#[test]
fn a_gateway_that_knows_its_version_is_not_asked_for_blocks() {
    let mut inner = uploading(|_| ()).twist;
    let gateway = Gateway::new(&[]).twisted(move |command| match command {
        "info version" => Some("864 2 3.1 4 3 2.0 2.1".to_owned()),
        _ => inner(command),
    });
    let mut bench = Bench::new(gateway);
    assert_eq!(bench.ask(&container()).unwrap(), Response::Done);
    assert_eq!(bench.gateway.sent("sdo_block"), 0);
}
