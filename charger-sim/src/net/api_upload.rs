//! `POST firmware`: the pace, and what makes a charger reset the connection.

use std::io::{self, Read};
use std::time::Duration;

use super::http::Head;
use super::record::RecordMeter;

/// Whether the head alone makes the charger hang up.
pub(crate) fn is_abhorred(head: &Head) -> bool {
    let accept = head.header("accept").unwrap_or("*/*");
    accept.contains("application/json")
}

/// Reads at least `length` bytes of a body at the charger's pace. `meter` tells the size of
/// the largest record so far; one that is too large ends the upload.
pub(crate) fn read_body<S: Read>(
    stream: &mut S,
    have: Vec<u8>,
    length: usize,
    pace: Pace,
    meter: impl Fn(&S) -> usize,
) -> io::Result<Vec<u8>> {
    let mut body = have;
    let mut piece = vec![0; 4096];
    while body.len() < length {
        if meter(stream) > pace.largest_record + RECORD_OVERHEAD {
            return Err(io::Error::from(io::ErrorKind::ConnectionReset));
        }
        let count = stream.read(&mut piece)?;
        if count == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        body.extend_from_slice(piece.get(..count).unwrap_or_default());
        std::thread::sleep(pace.time_for(count));
    }
    Ok(body)
}

/// How fast a charger reads, and in what pieces.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) bytes_per_second: u32,
    pub(crate) largest_record: usize,
}

impl Pace {
    fn time_for(self, count: usize) -> Duration {
        Duration::from_secs_f64(count as f64 / f64::from(self.bytes_per_second.max(1)))
    }
}

/// The largest record that has arrived.
pub(crate) const fn largest<S>(meter: &RecordMeter<S>) -> usize {
    meter.largest()
}

/// What TLS 1.2 and 1.3 add to the content of a record, at most.
const RECORD_OVERHEAD: usize = 64;
