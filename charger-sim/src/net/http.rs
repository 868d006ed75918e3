//! As much of an HTTP/1.1 server as an embedded charger has: one request after the
//! other, bodies with a length only.

use std::io::{self, Read, Write};

/// The head of a request; its target is kept as it came, since chargers match it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) target: String,
    headers: Vec<(String, String)>,
}

/// An answer. Its body is sent with a length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) cookie: Option<String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) const fn json(body: String) -> Self {
        Self {
            status: 200,
            content_type: "alfen/json; charset=utf-8",
            cookie: None,
            body,
        }
    }

    pub(crate) const fn empty(status: u16) -> Self {
        Self {
            status,
            content_type: "text/plain",
            cookie: None,
            body: String::new(),
        }
    }

    pub(crate) const fn text(body: String) -> Self {
        Self {
            status: 200,
            content_type: "text/plain; charset=utf-8",
            cookie: None,
            body,
        }
    }

    pub(crate) fn write_to(&self, stream: &mut impl Write) -> io::Result<()> {
        self.write(stream, "keep-alive")
    }

    /// As [`write_to`](Self::write_to), with a word that nothing follows.
    pub(crate) fn write_closing_to(&self, stream: &mut impl Write) -> io::Result<()> {
        self.write(stream, "close")
    }

    fn write(&self, stream: &mut impl Write, connection: &str) -> io::Result<()> {
        let (status, reason) = (self.status, reason(self.status));
        let mut head = format!("HTTP/1.1 {status} {reason}\r\n");
        head.push_str(&format!("Content-Type: {}\r\n", self.content_type));
        head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        if let Some(cookie) = &self.cookie {
            head.push_str(&format!("Set-Cookie: {cookie}\r\n"));
        }
        head.push_str(&format!("Connection: {connection}\r\n\r\n"));
        head.push_str(&self.body);
        stream.write_all(head.as_bytes())?;
        stream.flush()
    }
}

impl Head {
    /// A header's value; names are compared without regard to case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The length of the body; `None` if it is not a plain length.
    pub(crate) fn body_length(&self) -> Option<usize> {
        if self.header("transfer-encoding").is_some() {
            return None;
        }
        self.header("content-length")
            .map_or(Some(0), |length| length.trim().parse().ok())
    }

    pub(crate) fn wants_close(&self) -> bool {
        self.header("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    /// Reads a head and what came with it of the body; `None` = the client is gone.
    pub(crate) fn read(stream: &mut impl Read) -> io::Result<Option<(Self, Vec<u8>)>> {
        let mut bytes = Vec::new();
        let mut piece = [0; 2048];
        loop {
            if let Some((head, used)) = Self::parse(&bytes)? {
                return Ok(Some((head, bytes.split_off(used))));
            }
            if bytes.len() > LONGEST_HEAD {
                return Err(invalid("the head of the request is too long"));
            }
            let count = stream.read(&mut piece)?;
            if count == 0 {
                return Ok(None);
            }
            bytes.extend_from_slice(piece.get(..count).unwrap_or_default());
        }
    }

    /// A head and its length, `None` = there is more to come.
    pub(crate) fn parse(bytes: &[u8]) -> io::Result<Option<(Self, usize)>> {
        let mut headers = [httparse::EMPTY_HEADER; 48];
        let mut request = httparse::Request::new(&mut headers);
        let status = request
            .parse(bytes)
            .map_err(|_| invalid("not an HTTP request"))?;
        let httparse::Status::Complete(used) = status else {
            return Ok(None);
        };
        let headers = request
            .headers
            .iter()
            .map(|header| {
                let value = String::from_utf8_lossy(header.value).into_owned();
                (header.name.to_owned(), value)
            })
            .collect();
        let head = Self {
            method: request.method.unwrap_or_default().to_owned(),
            target: request.path.unwrap_or_default().to_owned(),
            headers,
        };
        Ok(Some((head, used)))
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        411 => "Length Required",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    }
}

const LONGEST_HEAD: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_however_it_is_cut() {
        let text = b"POST /api/prop?ids=2053_0,20F0_3 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
        for cut in 1..text.len() {
            let mut stream = text[..cut].chain(&text[cut..]);
            let (head, mut rest) = Head::read(&mut stream).unwrap().unwrap();
            stream.read_to_end(&mut rest).unwrap();
            assert_eq!(head.target, "/api/prop?ids=2053_0,20F0_3");
            assert_eq!(head.body_length(), Some(4));
            assert_eq!(rest, b"body", "cut at {cut}");
        }
    }

    #[test]
    fn garbage_and_endless_heads_are_errors() {
        assert!(Head::read(&mut b"\x16\x03\x01\x02\x00".as_slice()).is_err());
        let endless = std::io::repeat(b'a');
        let mut stream = b"GET / HTTP/1.1\r\nX: ".as_slice().chain(endless);
        assert!(Head::read(&mut stream).is_err());
        assert!(Head::read(&mut b"GET / HT".as_slice()).unwrap().is_none());
    }
}
