use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::Upload;

/// How many bytes of a container are spelled at a time: a multiple of three, so that
/// the pieces join into one base64 value.
const PIECE: usize = 768;

/// The largest piece given out for one write: between two of them the gateway is
/// listened to, since it may break a long write off at any time.
const CHUNK: usize = 1024;

/// What is on its way to the gateway.
#[derive(Default)]
pub(super) struct Outgoing {
    buffer: Zeroizing<Vec<u8>>,
    given: usize,
    stream: Option<Stream>,
}

struct Stream {
    upload: Upload,
    offset: u64,
}

impl Outgoing {
    pub(super) fn line(bytes: &[u8]) -> Self {
        Self {
            buffer: Zeroizing::new(bytes.to_vec()),
            given: 0,
            stream: None,
        }
    }

    /// A line that ends in the base64 of a container, on one line: a server takes a
    /// line break for the end, and says OK.
    pub(super) fn stream(head: &[u8], upload: Upload) -> Self {
        Self {
            stream: Some(Stream { upload, offset: 0 }),
            ..Self::line(head)
        }
    }

    /// What it takes to end the line that was interrupted: the rest of a short one,
    /// because a gateway would carry out half a number as well; for a container
    /// nothing, since half of one is never applied. Then an empty line.
    pub(super) fn end_of_line(&self) -> Self {
        let rest = match self.stream {
            Some(_) => &[],
            None => self.pending(),
        };
        let mut buffer = Zeroizing::new(Vec::with_capacity(rest.len() + 2));
        buffer.extend_from_slice(rest);
        buffer.extend_from_slice(b"\r\n");
        Self {
            buffer,
            ..Self::default()
        }
    }

    /// Spells more of the container when everything so far was given out.
    ///
    /// # Errors
    /// What the source of the container reports, or its early end.
    pub(super) fn refill(&mut self) -> io::Result<()> {
        if !self.pending().is_empty() {
            return Ok(());
        }
        let Some(stream) = &mut self.stream else {
            return Ok(());
        };
        let mut piece = [0; PIECE];
        let filled = stream.fill(&mut piece)?;
        let mut text = Zeroizing::new(Vec::with_capacity(CHUNK + 2));
        text.extend_from_slice(STANDARD.encode(filled).as_bytes());
        if stream.offset >= stream.upload.len() {
            text.extend_from_slice(b"\r\n");
            self.stream = None;
        }
        self.buffer = text;
        self.given = 0;
        Ok(())
    }

    /// The next bytes to send.
    pub(super) fn chunk(&self) -> &[u8] {
        let pending = self.pending();
        pending.get(..CHUNK).unwrap_or(pending)
    }

    pub(super) fn advance(&mut self, count: usize) {
        self.given = self.given.saturating_add(count).min(self.buffer.len());
    }

    pub(super) fn is_done(&self) -> bool {
        self.pending().is_empty() && self.stream.is_none()
    }

    /// How many bytes of the container were given out for sending, about.
    pub(super) fn streamed(&self) -> Option<u64> {
        self.stream.as_ref().map(|stream| stream.offset)
    }

    fn pending(&self) -> &[u8] {
        self.buffer.get(self.given..).unwrap_or_default()
    }
}

impl Stream {
    fn fill<'a>(&mut self, piece: &'a mut [u8; PIECE]) -> io::Result<&'a [u8]> {
        let left = usize::try_from(self.upload.len().saturating_sub(self.offset));
        let wanted = left.unwrap_or(PIECE).min(PIECE);
        let mut filled = 0;
        while filled < wanted {
            let room = piece.get_mut(filled..wanted).unwrap_or_default();
            match self.upload.read_at(self.offset, room)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => {
                    let count = count.min(wanted - filled);
                    filled += count;
                    self.offset += count as u64;
                }
            }
        }
        Ok(piece.get(..filled).unwrap_or_default())
    }
}
