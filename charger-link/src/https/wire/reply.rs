use std::time::Duration;

use httparse::{EMPTY_HEADER, Header, Status};
use ocpp_config::Secret;

use super::unread::Unread;
use crate::secret_buffer::SecretBuffer;

/// The largest head that is read. Chargers send a few hundred bytes.
const MAX_HEAD: usize = 16 * KIB;
/// The largest body that is read: a page of 500 properties with the longest strings
/// is about 300 KiB.
const MAX_BODY: usize = 2 * MIB;
const MAX_HEADERS: usize = 64;
const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// A complete reply.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Secret,
    /// Whether the connection cannot be used any more.
    pub(crate) closes: bool,
    /// The `name=value` of the first cookie.
    pub(crate) cookie: Option<Secret>,
    /// How long the server asks to be left alone.
    pub(crate) retry_after: Option<Duration>,
    /// Whether more bytes came than belong to the reply.
    pub(crate) surplus: bool,
}

/// What is wrong with the bytes of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WireError(pub(crate) &'static str);

/// Puts a reply together from bytes in pieces of any size.
///
/// Never holds more than 16 KiB of head and 2 MiB of body, whatever the peer
/// announces, and refuses what servers and intermediaries could read in two ways
/// (several lengths, a length beside chunks).
#[derive(Default)]
pub(crate) struct ReplyReader {
    unread: Unread,
    head: Option<Head>,
    decoded: SecretBuffer,
}

impl ReplyReader {
    /// Takes the next bytes; returns the reply when it is complete.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<Option<Reply>, WireError> {
        if self.unread.rest().len() + bytes.len() > MAX_HEAD + 2 * MAX_BODY {
            return Err(WireError("a reply beyond the limit"));
        }
        let is_first = self.unread.rest().is_empty();
        self.unread.push(bytes);
        if self.head.is_none() && !self.parse_head(is_first)? {
            return Ok(None);
        }
        match self.take_body()? {
            true => Ok(Some(self.complete(false))),
            false => Ok(None),
        }
    }

    /// The peer closed the connection: returns the reply if that is how it ends.
    pub(crate) fn closed(&mut self) -> Option<Reply> {
        let until_close = matches!(self.head.as_ref()?.framing, Framing::UntilClose);
        until_close.then(|| {
            self.decoded = self.unread.take_all();
            self.complete(true)
        })
    }

    fn complete(&mut self, closed: bool) -> Reply {
        let head = self.head.take().unwrap_or_default();
        Reply {
            status: head.status,
            body: Secret::new(self.decoded.take()),
            closes: head.closes || closed,
            cookie: head.cookie,
            retry_after: head.retry_after,
            surplus: !self.unread.rest().is_empty(),
        }
    }

    /// Parses the head once it is complete, skipping interim (1xx) ones.
    ///
    /// Looks at the first bytes, and again only when another line has ended, of which
    /// there are no more than [`MAX_HEADERS`] and a few, so that a peer that sends byte by
    /// byte costs little.
    fn parse_head(&mut self, is_first: bool) -> Result<bool, WireError> {
        let mut worth_it = self.unread.has_new_line() || is_first;
        loop {
            self.unread.skip_blank_lines();
            let mut headers = [EMPTY_HEADER; MAX_HEADERS];
            let mut response = httparse::Response::new(&mut headers);
            let parsed = match worth_it {
                true => response.parse(self.unread.rest()).map_err(not_http)?,
                false => Status::Partial,
            };
            let Status::Complete(used) = parsed else {
                return match self.unread.rest().len() > MAX_HEAD {
                    true => Err(WireError("a head beyond the limit")),
                    false => Ok(false),
                };
            };
            let status = response.code.unwrap_or_default();
            let head = (status >= 200)
                .then(|| Head::new(status, response.version == Some(0), response.headers))
                .transpose()?;
            self.unread.skip(used);
            if let Some(head) = head {
                self.head = Some(head);
                return Ok(true);
            }
            worth_it = true;
        }
    }

    /// Moves what belongs to the body; true when it is complete.
    fn take_body(&mut self) -> Result<bool, WireError> {
        let Some(head) = &mut self.head else {
            return Ok(false);
        };
        match &mut head.framing {
            Framing::Length(length) => {
                let length = *length;
                let Some(body) = self.unread.rest().get(..length) else {
                    return Ok(false);
                };
                self.decoded = body.into();
                self.unread.skip(length);
                Ok(true)
            }
            Framing::UntilClose if self.unread.rest().len() > MAX_BODY => {
                Err(WireError("a body beyond the limit"))
            }
            Framing::UntilClose => Ok(false),
            Framing::Chunked(state) => {
                let state = std::mem::take(state);
                self.take_chunks(state)
            }
        }
    }

    fn take_chunks(&mut self, mut state: Chunks) -> Result<bool, WireError> {
        loop {
            state = match state.step(&mut self.unread, &mut self.decoded)? {
                Step::On(next) => next,
                Step::Wait(state) => {
                    if let Some(head) = &mut self.head {
                        head.framing = Framing::Chunked(state);
                    }
                    return Ok(false);
                }
                Step::End => return Ok(true),
            }
        }
    }
}

#[derive(Default)]
struct Head {
    status: u16,
    framing: Framing,
    closes: bool,
    cookie: Option<Secret>,
    retry_after: Option<Duration>,
}

impl Head {
    fn new(status: u16, is_http10: bool, headers: &[Header<'_>]) -> Result<Self, WireError> {
        let connection = find(headers, "connection");
        let closes = match connection {
            Some(value) => {
                !is_http10 && has_token(value, "close")
                    || is_http10 && !has_token(value, "keep-alive")
            }
            None => is_http10,
        };
        Ok(Self {
            status,
            framing: Framing::new(status, headers)?,
            closes,
            cookie: find(headers, "set-cookie").and_then(cookie_pair),
            retry_after: find(headers, "retry-after").and_then(seconds),
        })
    }
}

#[derive(Default)]
enum Framing {
    Length(usize),
    Chunked(Chunks),
    #[default]
    UntilClose,
}

impl Framing {
    fn new(status: u16, headers: &[Header<'_>]) -> Result<Self, WireError> {
        if status == 204 || status == 304 {
            return Ok(Self::Length(0));
        }
        let coding = find(headers, "transfer-encoding");
        let length = content_length(headers)?;
        match (coding, length) {
            (Some(_), Some(_)) => Err(WireError("both a length and chunks")),
            (Some(value), None) if value.eq_ignore_ascii_case(b"chunked") => {
                Ok(Self::Chunked(Chunks::default()))
            }
            (Some(_), None) => Err(WireError("an unknown transfer coding")),
            (None, Some(length)) if length > MAX_BODY => Err(WireError("a body beyond the limit")),
            (None, Some(length)) => Ok(Self::Length(length)),
            (None, None) => Ok(Self::UntilClose),
        }
    }
}

/// Where in a chunked body the reader is.
#[derive(Default)]
enum Chunks {
    #[default]
    Size,
    Data(usize),
    DataEnd,
    Trailer,
}

enum Step {
    On(Chunks),
    Wait(Chunks),
    End,
}

impl Chunks {
    fn step(self, unread: &mut Unread, decoded: &mut SecretBuffer) -> Result<Step, WireError> {
        match self {
            Self::Size => chunk_size(unread, decoded.len()),
            Self::Data(left) => {
                let rest = unread.rest();
                let piece = rest.get(..left).unwrap_or(rest);
                decoded.extend_from_slice(piece);
                let count = piece.len();
                unread.skip(count);
                Ok(match left - count {
                    0 => Step::On(Self::DataEnd),
                    left => Step::Wait(Self::Data(left)),
                })
            }
            Self::DataEnd => match unread.rest() {
                [b'\r', b'\n', ..] => {
                    unread.skip(2);
                    Ok(Step::On(Self::Size))
                }
                [] | [_] => Ok(Step::Wait(Self::DataEnd)),
                _ => Err(WireError("a chunk without its end")),
            },
            Self::Trailer => trailer_line(unread),
        }
    }
}

fn chunk_size(unread: &mut Unread, so_far: usize) -> Result<Step, WireError> {
    let Some(line) = unread.line() else {
        return match unread.rest().len() > MAX_HEAD {
            true => Err(WireError("a chunk size beyond the limit")),
            false => Ok(Step::Wait(Chunks::Size)),
        };
    };
    let used = line.len();
    let Ok(Status::Complete((_, size))) = httparse::parse_chunk_size(line) else {
        return Err(WireError("a chunk size that is not a number"));
    };
    let size = usize::try_from(size)
        .ok()
        .filter(|size| *size <= MAX_BODY.saturating_sub(so_far))
        .ok_or(WireError("a body beyond the limit"))?;
    unread.skip(used);
    Ok(Step::On(match size {
        0 => Chunks::Trailer,
        size => Chunks::Data(size),
    }))
}

/// Skips one line of the trailer; the empty one ends the body.
fn trailer_line(unread: &mut Unread) -> Result<Step, WireError> {
    let Some(line) = unread.line() else {
        return match unread.rest().len() > MAX_HEAD {
            true => Err(WireError("a trailer beyond the limit")),
            false => Ok(Step::Wait(Chunks::Trailer)),
        };
    };
    let step = match line {
        b"\r\n" => Step::End,
        [.., b'\r', b'\n'] => Step::On(Chunks::Trailer),
        _ => return Err(WireError("a trailer line without its end")),
    };
    let used = line.len();
    unread.skip(used);
    Ok(step)
}

fn content_length(headers: &[Header<'_>]) -> Result<Option<usize>, WireError> {
    let mut found = None;
    for header in headers {
        if !header.name.eq_ignore_ascii_case("content-length") {
            continue;
        }
        let length = std::str::from_utf8(header.value)
            .ok()
            .map(str::trim)
            .filter(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|digits| digits.parse::<usize>().ok())
            .ok_or(WireError("a length that is not a number"))?;
        if found.is_some_and(|earlier| earlier != length) {
            return Err(WireError("two lengths"));
        }
        found = Some(length);
    }
    Ok(found)
}

fn find<'a>(headers: &[Header<'a>], name: &str) -> Option<&'a [u8]> {
    headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case(name))
        .map(|header| header.value.trim_ascii())
}

fn has_token(value: &[u8], token: &str) -> bool {
    value
        .split(|byte| *byte == b',')
        .any(|part| part.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
}

/// What comes before the attributes, if it can be sent back as it is.
fn cookie_pair(value: &[u8]) -> Option<Secret> {
    let pair = value.split(|byte| *byte == b';').next()?.trim_ascii();
    let plain = pair.contains(&b'=') && pair.iter().all(|byte| (0x21..0x7F).contains(byte));
    plain.then(|| Secret::new(pair.to_vec()))
}

/// Only the form in seconds; a date would need a clock.
fn seconds(value: &[u8]) -> Option<Duration> {
    let seconds: u64 = std::str::from_utf8(value).ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds.min(3600)))
}

fn not_http(error: httparse::Error) -> WireError {
    match error {
        httparse::Error::Version | httparse::Error::Status => WireError("it is not HTTP"),
        httparse::Error::TooManyHeaders => WireError("too many headers"),
        _ => WireError("a damaged head"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bodies_of_each_framing_are_read() {
        for (bytes, closes) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nA: b\r\n\r\n",
                false,
            ),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello",
                true,
            ),
            ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", true),
        ] {
            let reply = ReplyReader::default()
                .push(bytes.as_bytes())
                .unwrap()
                .unwrap();
            assert_eq!(
                (reply.status, reply.body.expose()),
                (200, &b"hello"[..]),
                "{bytes}"
            );
            assert_eq!((reply.closes, reply.surplus), (closes, false), "{bytes}");
        }
    }

    #[test]
    fn a_body_may_end_with_the_connection() {
        let mut reader = ReplyReader::default();
        assert!(
            reader
                .push(b"HTTP/1.1 200 OK\r\n\r\nhel")
                .unwrap()
                .is_none()
        );
        assert!(reader.push(b"lo").unwrap().is_none());
        let reply = reader.closed().unwrap();
        assert_eq!((reply.body.expose(), reply.closes), (&b"hello"[..], true));
    }

    #[test]
    fn a_truncated_reply_is_none() {
        let mut reader = ReplyReader::default();
        let half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello";
        assert!(reader.push(half).unwrap().is_none());
        assert!(reader.closed().is_none());
    }

    #[test]
    fn a_second_reply_in_the_same_bytes_is_surplus() {
        let twice = "HTTP/1.1 204 No Content\r\n\r\n".repeat(2);
        let reply = ReplyReader::default()
            .push(twice.as_bytes())
            .unwrap()
            .unwrap();
        assert!(reply.surplus);
    }

    #[test]
    fn ambiguous_and_oversized_replies_are_refused() {
        for (bytes, what) in [
            ("SSH-2.0-x\r\n", "it is not HTTP"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                "two lengths",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "both a length and chunks",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                "a length that is not a number",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
                "a body beyond the limit",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFF\r\n",
                "a body beyond the limit",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
                "a chunk without its end",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a\nb\r\n",
                "a chunk size that is not a number",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\n\r\n",
                "a trailer line without its end",
            ),
        ] {
            let error = ReplyReader::default().push(bytes.as_bytes()).unwrap_err();
            assert_eq!(error, WireError(what), "{bytes}");
        }
        let endless = vec![b'a'; MAX_HEAD + 1];
        let mut head = b"HTTP/1.1 200 OK\r\nX: ".to_vec();
        head.extend(endless);
        let error = ReplyReader::default().push(&head).unwrap_err();
        assert_eq!(error, WireError("a head beyond the limit"));
    }

    #[test]
    fn cookies_lose_their_attributes_and_cannot_smuggle_lines() {
        let text = "HTTP/1.1 200 OK\r\nSet-Cookie: session=abc; Path=/; HttpOnly\r\nContent-Length: 0\r\n\r\n";
        let reply = ReplyReader::default()
            .push(text.as_bytes())
            .unwrap()
            .unwrap();
        assert_eq!(reply.cookie.unwrap().expose(), b"session=abc");
        assert_eq!(cookie_pair(b"a=b c"), None);
        assert_eq!(cookie_pair(b"nothing"), None);
    }

    #[test]
    fn a_head_is_not_parsed_again_before_another_line_has_ended() {
        let mut reader = ReplyReader::default();
        assert!(reader.push(b"\r\n\n").unwrap().is_none());
        assert!(reader.unread.rest().is_empty());
        assert!(reader.push(b"HTTP/1.1 20").unwrap().is_none());
        // Damage is not noticed before its line has ended; nor is it searched for.
        assert!(reader.push(b"x").unwrap().is_none());
        let error = reader.push(b"\r\n").unwrap_err();
        assert_eq!(error, WireError("it is not HTTP"));
    }

    #[test]
    fn what_is_not_http_is_noticed_at_once() {
        let error = ReplyReader::default().push(b"SSH-2").unwrap_err();
        assert_eq!(error, WireError("it is not HTTP"));
    }

    #[test]
    fn interim_heads_are_skipped_however_they_come() {
        let text = "HTTP/1.1 100 Continue\r\n\r\n".repeat(3)
            + "\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nhi\r\n0\r\nA: b\r\n\r\n";
        for size in 1..=text.len() {
            let mut reader = ReplyReader::default();
            let replies: Vec<_> = text
                .as_bytes()
                .chunks(size)
                .filter_map(|piece| reader.push(piece).unwrap())
                .collect();
            let [reply] = &*replies else {
                panic!("{size}: {replies:?}");
            };
            assert_eq!(reply.body.expose(), b"hi", "{size}");
        }
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_reply(body in proptest::collection::vec(any::<u8>(), 0..200), piece in 1_usize..40, chunked: bool) {
            let mut bytes = b"HTTP/1.1 200 OK\r\n".to_vec();
            if chunked {
                bytes.extend(b"Transfer-Encoding: chunked\r\n\r\n");
                for part in body.chunks(7) {
                    bytes.extend(format!("{:x}\r\n", part.len()).bytes());
                    bytes.extend(part);
                    bytes.extend(b"\r\n");
                }
                bytes.extend(b"0\r\n\r\n");
            } else {
                bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
                bytes.extend(&body);
            }
            let mut reader = ReplyReader::default();
            let mut reply = None;
            for part in bytes.chunks(piece) {
                prop_assert!(reply.is_none());
                reply = reader.push(part).unwrap();
            }
            let reply = reply.unwrap();
            prop_assert_eq!(reply.body.expose(), &body[..]);
        }

        #[test]
        fn hostile_bytes_never_panic(bytes: Vec<u8>, chunked: bool) {
            let mut reader = ReplyReader::default();
            if chunked {
                let _ = reader.push(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            }
            let _ = reader.push(&bytes);
            let _ = reader.closed();
        }
    }
}
