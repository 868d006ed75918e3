use super::MAX_FLIGHT;
use super::reader::Reader;
use crate::certificate::Certificate;
use crate::tls::{CipherSuite, TlsVersion};

/// What a server says before anything is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerFlight {
    /// The version it chose.
    pub(crate) version: TlsVersion,
    /// The suite it chose.
    pub(crate) suite: CipherSuite,
    /// The certificates it shows to such a client, as they came.
    pub(crate) chain: Vec<Certificate>,
    /// The length of the whole Certificate message, bytes.
    pub(crate) certificate_message: usize,
    /// Whether it wants a client certificate.
    pub(crate) asks_certificate: bool,
}

/// How far the bytes reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// More has to be read.
    Incomplete,
    /// The flight, up to ServerHelloDone.
    Complete(ServerFlight),
    /// The server refused with this alert number.
    Refused(u8),
}

/// Why bytes are no flight of a TLS server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FlightError {
    #[error("the answer is not TLS")]
    NotTls,
    #[error("the answer breaks the rules of TLS")]
    Malformed,
    #[error("the answer is larger than {MAX_FLIGHT} bytes")]
    TooLarge,
}

/// Reads what a server has sent so far. Total on any bytes; memory is bounded by
/// [`MAX_FLIGHT`], beyond which it is an error.
pub(crate) fn read_flight(bytes: &[u8]) -> Result<Progress, FlightError> {
    if bytes.len() > MAX_FLIGHT {
        return Err(FlightError::TooLarge);
    }
    let mut records = Reader::new(bytes);
    let mut handshake = Vec::new();
    while let Some(record) = next_record(&mut records)? {
        match record {
            Record::Handshake(part) => handshake.extend_from_slice(part),
            Record::Alert(alert) => return Ok(Progress::Refused(alert)),
            Record::Warning => {}
        }
        if let Some(flight) = read_messages(&handshake)? {
            return Ok(Progress::Complete(flight));
        }
    }
    Ok(Progress::Incomplete)
}

enum Record<'a> {
    Handshake(&'a [u8]),
    Alert(u8),
    /// An alert that does not end the handshake, such as `unrecognized_name`.
    Warning,
}

/// `None` while the next record is incomplete.
fn next_record<'a>(records: &mut Reader<'a>) -> Result<Option<Record<'a>>, FlightError> {
    let mut ahead = *records;
    let Some(kind) = ahead.number(1) else {
        return Ok(None);
    };
    if kind != HANDSHAKE_RECORD && kind != ALERT_RECORD {
        return Err(FlightError::NotTls);
    }
    match ahead.number(1) {
        None => return Ok(None),
        Some(3) => {}
        Some(_) => return Err(FlightError::NotTls),
    }
    let _minor = ahead.number(1);
    let Some(content) = ahead.vector(2) else {
        return Ok(None);
    };
    *records = ahead;
    match (kind, content) {
        (HANDSHAKE_RECORD, part) => Ok(Some(Record::Handshake(part))),
        (_, [FATAL, alert]) | (_, [_, alert @ CLOSE_NOTIFY]) => Ok(Some(Record::Alert(*alert))),
        (_, [_, _]) => Ok(Some(Record::Warning)),
        _ => Err(FlightError::Malformed),
    }
}

/// `None` while ServerHelloDone has not come.
fn read_messages(handshake: &[u8]) -> Result<Option<ServerFlight>, FlightError> {
    let mut messages = Reader::new(handshake);
    let mut flight: Option<ServerFlight> = None;
    while let (Some(kind), Some(body)) = (messages.number(1), messages.vector(3)) {
        match (kind, &mut flight) {
            (SERVER_HELLO, None) => flight = Some(server_hello(body)?),
            (CERTIFICATE, Some(flight)) => {
                flight.certificate_message = body.len() + HEADER;
                flight.chain = certificates(body)?;
            }
            (CERTIFICATE_REQUEST, Some(flight)) => flight.asks_certificate = true,
            (SERVER_KEY_EXCHANGE | CERTIFICATE_STATUS, Some(_)) => {}
            (SERVER_HELLO_DONE, Some(_)) => return Ok(flight),
            _ => return Err(FlightError::Malformed),
        }
    }
    Ok(None)
}

fn server_hello(body: &[u8]) -> Result<ServerFlight, FlightError> {
    let mut fields = Reader::new(body);
    let mut read = || {
        let version = TlsVersion::new(fields.u16()?);
        let _random = fields.take(32)?;
        let _session = fields.vector(1)?;
        let suite = CipherSuite::new(fields.u16()?);
        Some(ServerFlight {
            version,
            suite,
            chain: Vec::new(),
            certificate_message: 0,
            asks_certificate: false,
        })
    };
    read().ok_or(FlightError::Malformed)
}

fn certificates(body: &[u8]) -> Result<Vec<Certificate>, FlightError> {
    let mut fields = Reader::new(body);
    let list = fields.vector(3).ok_or(FlightError::Malformed)?;
    let mut rest = Reader::new(list);
    let mut chain = Vec::new();
    while !rest.is_empty() {
        let der = rest.vector(3).ok_or(FlightError::Malformed)?;
        chain.push(Certificate::as_presented(der));
    }
    Ok(chain)
}

const ALERT_RECORD: usize = 21;
const HANDSHAKE_RECORD: usize = 22;
const SERVER_HELLO: usize = 2;
const CERTIFICATE: usize = 11;
const SERVER_KEY_EXCHANGE: usize = 12;
const CERTIFICATE_REQUEST: usize = 13;
const SERVER_HELLO_DONE: usize = 14;
const CERTIFICATE_STATUS: usize = 22;
const FATAL: u8 = 2;
const CLOSE_NOTIFY: u8 = 0;
/// The header of a handshake message: type and length.
const HEADER: usize = 4;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind], &length[1..], body].concat()
    }

    fn record(kind: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[kind, 3, 3], length.as_slice(), content].concat()
    }

    fn flight() -> Vec<u8> {
        let hello = [&[3, 3], [7; 32].as_slice(), &[0, 0x00, 0x9C, 0, 0, 0]].concat();
        let certificates = [0, 0, 10, 0, 0, 4, 1, 2, 3, 4, 0, 0, 0];
        let handshake = [
            message(2, &hello),
            message(11, &certificates),
            message(13, &[1, 1, 0, 0]),
            message(14, &[]),
        ];
        handshake.concat()
    }

    #[test]
    fn a_flight_is_read_however_it_is_cut_into_records() {
        let flight = flight();
        for size in [1, 3, 7, flight.len()] {
            let bytes: Vec<u8> = flight.chunks(size).flat_map(|it| record(22, it)).collect();
            let Ok(Progress::Complete(read)) = read_flight(&bytes) else {
                panic!("complete in records of {size}");
            };
            assert_eq!(read.version, TlsVersion::TLS1_2);
            assert_eq!(read.suite, CipherSuite::RSA_AES128_GCM);
            assert_eq!(read.chain.len(), 2);
            assert_eq!(read.chain[0].der(), [1, 2, 3, 4]);
            assert_eq!(read.certificate_message, 17);
            assert!(read.asks_certificate);
            for cut in 0..bytes.len() {
                assert_eq!(read_flight(&bytes[..cut]), Ok(Progress::Incomplete));
            }
        }
    }

    #[test]
    fn alerts_and_other_protocols_are_told_apart() {
        for (bytes, expected) in [
            (record(21, &[2, 40]), Ok(Progress::Refused(40))),
            (record(21, &[1, 112]), Ok(Progress::Incomplete)),
            (record(21, &[1, 0]), Ok(Progress::Refused(0))),
            (b"HTTP/1.1 400".to_vec(), Err(FlightError::NotTls)),
            (b"SSH-2.0".to_vec(), Err(FlightError::NotTls)),
            (record(22, &message(14, &[])), Err(FlightError::Malformed)),
            (record(21, &[2]), Err(FlightError::Malformed)),
            (vec![22; MAX_FLIGHT + 1], Err(FlightError::TooLarge)),
        ] {
            assert_eq!(read_flight(&bytes), expected, "{:?}", bytes.get(..12));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = read_flight(&bytes);
            let _ = read_flight(&record(22, &bytes));
        }

        #[test]
        fn a_damaged_flight_never_reads_as_another_chain(at in 0usize..80, byte: u8) {
            let mut damaged = record(22, &flight());
            let position = at % damaged.len();
            damaged[position] = byte;
            if let Ok(Progress::Complete(read)) = read_flight(&damaged) {
                prop_assert!(read.chain.iter().map(|it| it.der().len()).sum::<usize>() <= 10);
            }
        }
    }
}
