use std::io;

use zeroize::Zeroizing;

use crate::Upload;

use super::{Authorization, Body, Call};

/// The most that is handed to the TLS engine at once. Every piece becomes one TLS
/// record; chargers reset connections whose records are larger than about 7 KB, and
/// clients in the field use 4,096 and 7,000 bytes.
pub(crate) const CHUNK: usize = 4096;

/// A request as bytes, of which the large part stays at its source.
pub(crate) struct Outgoing {
    front: Zeroizing<Vec<u8>>,
    content: Option<Upload>,
    back: &'static [u8],
    sent: u64,
}

impl Outgoing {
    /// `call` to the server named `host`, below the path `/api/`.
    pub(crate) fn new(call: &Call, host: &str, authorization: Option<&Authorization>) -> Self {
        let mut this = Self {
            front: Zeroizing::new(Vec::with_capacity(capacity(call, authorization))),
            content: None,
            back: b"",
            sent: 0,
        };
        this.put(&[call.method.name(), " /api/", &call.target, " HTTP/1.1\r\n"]);
        this.put(&["Host: ", host, "\r\n"]);
        // Anything narrower makes the charger reset an upload.
        this.put(&["Accept: */*\r\nUser-Agent: charger-link\r\nConnection: keep-alive\r\n"]);
        if let Some((name, value)) = authorization.and_then(Authorization::header) {
            this.put(&[name]);
            this.front.extend_from_slice(value.expose());
            this.put(&["\r\n"]);
        }
        this.put_body(&call.body);
        this
    }

    /// The number of bytes in all.
    pub(crate) fn len(&self) -> u64 {
        self.front.len() as u64 + self.content_len() + self.back.len() as u64
    }

    /// Whether all bytes are sent.
    pub(crate) fn is_sent(&self) -> bool {
        self.sent >= self.len()
    }

    /// How many bytes of the content are sent, and how many there are.
    pub(crate) fn content_progress(&self) -> Option<(u64, u64)> {
        let total = self.content.as_ref()?.len();
        let done = self.sent.saturating_sub(self.front.len() as u64);
        Some((done.min(total), total))
    }

    /// Fills `buffer` with what is to be sent next and tells how many bytes it is.
    pub(crate) fn fill(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let front = self.front.len() as u64;
        let content = self.content_len();
        if self.sent < front {
            Ok(copy(&self.front, self.sent, buffer))
        } else if self.sent < front + content {
            self.fill_content(self.sent - front, buffer)
        } else {
            Ok(copy(self.back, self.sent - front - content, buffer))
        }
    }

    /// Notes that `count` further bytes are sent.
    pub(crate) fn advance(&mut self, count: usize) {
        self.sent += count as u64;
    }

    fn fill_content(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(upload) = &self.content else {
            return Ok(0);
        };
        // A source that grew meanwhile must not push the announced length.
        let left = usize::try_from(upload.len() - offset).unwrap_or(usize::MAX);
        let room = buffer.len().min(left);
        let count = upload.read_at(offset, buffer.get_mut(..room).unwrap_or_default())?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(count.min(room))
    }

    fn put_body(&mut self, body: &Body) {
        match body {
            Body::Empty => self.put(&["Content-Length: 0\r\n\r\n"]),
            Body::Json(text) => {
                let length = text.len().to_string();
                self.put(&["Content-Type: application/json\r\nContent-Length: "]);
                self.put(&[&length, "\r\n\r\n"]);
                self.front.extend_from_slice(text.expose());
            }
            Body::Container(upload) => self.put_container(upload),
        }
    }

    fn put_container(&mut self, upload: &Upload) {
        let length = PART_HEAD.len() as u64 + upload.len() + PART_TAIL.len() as u64;
        let length = length.to_string();
        self.put(&[
            "Content-Type: multipart/form-data; boundary=",
            BOUNDARY,
            "\r\n",
        ]);
        self.put(&["Content-Length: ", &length, "\r\n\r\n", PART_HEAD]);
        self.content = Some(upload.clone());
        self.back = PART_TAIL.as_bytes();
    }

    fn put(&mut self, parts: &[&str]) {
        for part in parts {
            self.front.extend_from_slice(part.as_bytes());
        }
    }

    fn content_len(&self) -> u64 {
        self.content.as_ref().map_or(0, Upload::len)
    }
}

/// Enough that the front never moves: a moved secret leaves a copy behind.
fn capacity(call: &Call, authorization: Option<&Authorization>) -> usize {
    let body = match &call.body {
        Body::Json(text) => text.len(),
        Body::Empty | Body::Container(_) => 0,
    };
    let secret = authorization
        .and_then(Authorization::header)
        .map_or(0, |(name, value)| name.len() + value.len());
    1024 + call.target.len() + secret + body
}

fn copy(from: &[u8], offset: u64, to: &mut [u8]) -> usize {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let rest = from.get(start..).unwrap_or_default();
    let count = rest.len().min(to.len());
    if let (Some(to), Some(from)) = (to.get_mut(..count), rest.get(..count)) {
        to.copy_from_slice(from);
    }
    count
}

// A container that holds the boundary cuts itself short, and then fails the charger's
// signature check like any damaged one.
macro_rules! boundary {
    () => {
        "charger-link-5c1d7f0e9a3b4862"
    };
}
const BOUNDARY: &str = boundary!();
const PART_HEAD: &str = concat!(
    "--",
    boundary!(),
    "\r\nContent-Disposition: form-data; name=\"firmwarefile\"; filename=\"filename\"\r\n",
    "Content-Type: application/octet-stream\r\n\r\n"
);
const PART_TAIL: &str = concat!("\r\n--", boundary!(), "--\r\n");

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use ocpp_config::Secret;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_read_keeps_commas_and_the_order_of_its_parameters() {
        let call = Call::get("prop?ids=2053_0,20F0_3", "reading");
        let bearer = Authorization::Bearer(Secret::from("token"));
        let text = bytes_of(&mut Outgoing::new(&call, "charger", Some(&bearer)), 7);
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "GET /api/prop?ids=2053_0,20F0_3 HTTP/1.1\r\nHost: charger\r\nAccept: */*\r\n\
             User-Agent: charger-link\r\nConnection: keep-alive\r\n\
             Authorization: Bearer token\r\nContent-Length: 0\r\n\r\n"
        );
    }

    #[test]
    fn an_upload_is_one_part_of_the_announced_length() {
        let upload = Upload::new(Bytes::from_static(b"CONTENT"));
        let call = Call::post("firmware", Body::Container(upload), "uploading");
        let text = bytes_of(&mut Outgoing::new(&call, "charger", None), CHUNK);
        let text = String::from_utf8(text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Accept: */*"));
        assert!(head.contains(&format!("Content-Length: {}", body.len())));
        assert!(!head.contains("chunked"));
        assert_eq!(
            body,
            "--charger-link-5c1d7f0e9a3b4862\r\n\
             Content-Disposition: form-data; name=\"firmwarefile\"; filename=\"filename\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n\
             CONTENT\r\n--charger-link-5c1d7f0e9a3b4862--\r\n"
        );
    }

    #[test]
    fn a_source_that_ends_early_is_an_error() {
        struct Short;
        impl crate::UploadSource for Short {
            fn len(&self) -> u64 {
                10
            }
            fn read_at(&self, _: u64, _: &mut [u8]) -> io::Result<usize> {
                Ok(0)
            }
        }
        let call = Call::post("firmware", Body::Container(Upload::new(Short)), "uploading");
        let mut outgoing = Outgoing::new(&call, "charger", None);
        outgoing.advance(outgoing.front.len());
        let error = outgoing.fill(&mut [0; 16]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    proptest! {
        #[test]
        fn pieces_of_any_size_add_up(content: Vec<u8>, piece in 1_usize..300) {
            let upload = Upload::new(Bytes::from(content.clone()));
            let call = Call::post("firmware", Body::Container(upload), "uploading");
            let mut outgoing = Outgoing::new(&call, "charger", None);
            let sent = bytes_of(&mut outgoing, piece);
            prop_assert_eq!(sent.len() as u64, outgoing.len());
            let start = outgoing.front.len();
            prop_assert_eq!(&sent[start..start + content.len()], &content[..]);
        }
    }

    fn bytes_of(outgoing: &mut Outgoing, piece: usize) -> Vec<u8> {
        let mut all = Vec::new();
        let mut buffer = vec![0; piece];
        while !outgoing.is_sent() {
            let count = outgoing.fill(&mut buffer).unwrap();
            all.extend_from_slice(&buffer[..count]);
            outgoing.advance(count);
        }
        all
    }
}
