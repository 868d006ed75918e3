//! Whatever a charger replies over HTTP, and in whatever pieces: a response that fits the
//! request, or an error; never a wait that does not end.
#![no_main]

use std::io::{self, Read, Write};
use std::time::Duration;

use charger_link::https::{
    Address, ConnectLimit, Connection, Connector, Credentials, HttpsLink, HttpsSettings,
};
use charger_link::{Context, Link, LinkError, Request, Response};
use libfuzzer_sys::fuzz_target;
use ocpp_config::Secret;

fuzz_target!(|input: (u8, u8, Vec<u8>)| {
    let (choice, piece, replies) = input;
    let address = Address::new("charger.invalid");
    let settings = HttpsSettings::new(address, Credentials::new("admin", Secret::from("x")))
        .with_attempts(1)
        .with_reconnect_gap(Duration::ZERO);
    let piece = usize::from(piece).max(1);
    let mut link = HttpsLink::with_connector(settings, Replies { replies, piece });
    let id = ocpp_config::objects::SERIAL_NUMBER;
    let (request, fits): (_, fn(&Response) -> bool) = match choice % 5 {
        0 => (Request::Identify, |it| matches!(it, Response::Identity(_))),
        1 => (Request::Read(vec![id]), |it| {
            matches!(it, Response::Objects(_))
        }),
        2 => (Request::UploadStatus, |it| {
            matches!(it, Response::UploadStatus(_))
        }),
        3 => (Request::ReadLog { offset: 0 }, |it| {
            matches!(it, Response::Log(_))
        }),
        _ => (Request::Restart, |it| matches!(it, Response::Done)),
    };
    if let Ok(response) = link.exchange(&request, &mut Context::new(Duration::from_millis(500))) {
        assert!(fits(&response), "{response:?}");
    }
});

/// Every connection sends the same bytes.
struct Replies {
    replies: Vec<u8>,
    piece: usize,
}

impl Connector for Replies {
    type Connection = Wire;

    fn connect(&mut self, _: &HttpsSettings, _: &ConnectLimit<'_>) -> Result<Wire, LinkError> {
        let replies = io::Cursor::new(self.replies.clone());
        let piece = self.piece;
        Ok(Wire {
            replies,
            piece,
            patience: Duration::ZERO,
            asked: false,
        })
    }
}

struct Wire {
    replies: io::Cursor<Vec<u8>>,
    piece: usize,
    patience: Duration,
    asked: bool,
}

impl Connection for Wire {
    fn set_patience(&mut self, patience: Duration) -> io::Result<()> {
        self.patience = patience;
        Ok(())
    }
}

impl Read for Wire {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // Before anything was asked the line is quiet; afterwards it ends, and never waits.
        if !self.asked {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let most = into.len().min(self.piece);
        self.replies.read(&mut into[..most])
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.asked = true;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
