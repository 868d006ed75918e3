use std::net::SocketAddr;

use tungstenite::handshake::derive_accept_key;
use tungstenite::handshake::machine::TryParse as _;
use tungstenite::handshake::server::Request;

use super::MAX_HEAD;
use super::response::UpgradeFault;
use crate::basic_auth::BasicCredentials;
use crate::certificate::Certificate;
use crate::endpoint::Subprotocol;

/// What a charger asks of a test back office, before anything is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpgradeRequest {
    /// The path as it came, still percent-encoded.
    pub path: String,
    /// What stands behind the `?`, if anything.
    pub query: Option<String>,
    /// The charger's identity: the last segment of the path, decoded. Empty when the
    /// path ends in `/`; undecodable bytes become U+FFFD.
    pub identity: String,
    /// The login, if one was sent and is readable.
    pub credentials: Option<BasicCredentials>,
    /// The OCPP versions the charger offers, most wanted first.
    pub offered: Vec<Subprotocol>,
    /// The charger's certificates, leaf first, verified against the back office's roots;
    /// empty without client authentication.
    pub client_certificates: Vec<Certificate>,
    /// Where the charger connects from.
    pub peer: Option<SocketAddr>,
    /// Whether the request came over TLS.
    pub secure: bool,
    accept_key: String,
}

/// What a test back office answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// The WebSocket opens with this version; `None` opens it without a subprotocol, as
    /// the OCPP texts ask when there is no common one (it should then be closed).
    Accept(Option<Subprotocol>),
    /// The request is refused with this HTTP status (never 101) and body.
    Refuse(u16, String),
}

impl Decision {
    /// Refuses with a status and no body.
    pub const fn refuse(status: u16) -> Self {
        Self::Refuse(status, String::new())
    }

    /// Accepts the first of the charger's versions that the back office speaks, and
    /// otherwise none.
    pub fn negotiate(request: &UpgradeRequest, spoken: &[Subprotocol]) -> Self {
        Self::Accept(
            request
                .offered
                .iter()
                .find(|it| spoken.contains(it))
                .cloned(),
        )
    }
}

/// Reads a request, of which the first `known` bytes were looked at before: `None` while
/// it is incomplete.
pub(crate) fn read_request(
    bytes: &[u8],
    known: usize,
) -> Result<Option<UpgradeRequest>, UpgradeFault> {
    // Parsing begins at the front each time, so it waits until another line has ended.
    let new = bytes.get(known..).unwrap_or_default();
    let parsed = match known == 0 || new.contains(&b'\n') {
        true => Request::try_parse(bytes),
        false => Ok(None),
    };
    match parsed {
        Ok(Some((used, request))) if used == bytes.len() => understand(&request).map(Some),
        Ok(None) if bytes.len() < MAX_HEAD => Ok(None),
        Ok(None) => Err(UpgradeFault::HeadTooLarge),
        _ => Err(UpgradeFault::NotHttp),
    }
}

/// The bytes that carry out a decision.
pub(crate) fn answer_bytes(request: &UpgradeRequest, decision: &Decision) -> String {
    match decision {
        Decision::Accept(version) => {
            let mut head = format!(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n",
                request.accept_key
            );
            if let Some(version) = version {
                head.push_str(&format!("Sec-WebSocket-Protocol: {version}\r\n"));
            }
            head.push_str("\r\n");
            head
        }
        Decision::Refuse(status, body) => refusal(*status, body),
    }
}

/// The answer to what is no request for a WebSocket.
pub(crate) const BAD_REQUEST: &str =
    "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

fn refusal(status: u16, body: &str) -> String {
    let reason = http::StatusCode::from_u16(status)
        .ok()
        .and_then(|it| it.canonical_reason())
        .unwrap_or("Refused");
    let challenge = if status == 401 {
        "WWW-Authenticate: Basic realm=\"ocpp\"\r\n"
    } else {
        ""
    };
    format!(
        "HTTP/1.1 {status} {reason}\r\n{challenge}Content-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn understand(request: &Request) -> Result<UpgradeRequest, UpgradeFault> {
    let text = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let lists = |name: &str, token: &str| {
        text(name)
            .unwrap_or_default()
            .split(',')
            .any(|it| it.trim().eq_ignore_ascii_case(token))
    };
    if !lists("upgrade", "websocket") {
        return Err(UpgradeFault::UpgradeHeader);
    }
    if !lists("connection", "upgrade") {
        return Err(UpgradeFault::ConnectionHeader);
    }
    let key = text("sec-websocket-key").ok_or(UpgradeFault::AcceptHeader)?;
    let path = request.uri().path().to_owned();
    Ok(UpgradeRequest {
        identity: decoded(path.rsplit('/').next().unwrap_or_default()),
        query: request.uri().query().map(str::to_owned),
        credentials: text("authorization").and_then(BasicCredentials::from_header),
        offered: offered(text("sec-websocket-protocol").unwrap_or_default()),
        client_certificates: Vec::new(),
        peer: None,
        secure: false,
        accept_key: derive_accept_key(key.as_bytes()),
        path,
    })
}

fn offered(list: &str) -> Vec<Subprotocol> {
    list.split(',')
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(Subprotocol::new)
        .collect()
}

/// Percent-decodes a path segment.
fn decoded(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        let digit = |at: usize| {
            let byte = tail.get(at)?;
            u8::try_from(char::from(*byte).to_digit(16)?).ok()
        };
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                plain.push(high << 4 | low);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                plain.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "GET /steve/RDAM%20123?x=1 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ocpp1.6, ocpp1.5\r\nAuthorization: Basic UkRBTSAxMjM6cHc=\r\n";

    fn request(text: &str) -> Result<Option<UpgradeRequest>, UpgradeFault> {
        read_request(format!("{text}\r\n").as_bytes(), 0)
    }

    #[test]
    fn identity_login_and_versions_are_read() {
        let request = request(HEAD).expect("http").expect("complete");
        assert_eq!(request.identity, "RDAM 123");
        assert_eq!(request.path, "/steve/RDAM%20123");
        assert_eq!(request.query.as_deref(), Some("x=1"));
        assert_eq!(
            request.offered,
            [Subprotocol::OCPP16, Subprotocol::new("ocpp1.5")]
        );
        let credentials = request.credentials.expect("login");
        assert_eq!(
            (credentials.user(), credentials.password().expose()),
            ("RDAM 123", &b"pw"[..])
        );
    }

    #[test]
    fn an_accepted_request_gets_the_key_of_the_rfc() {
        let request = request(HEAD).expect("http").expect("complete");
        let decision = Decision::negotiate(&request, &[Subprotocol::OCPP16]);
        // The example of RFC 6455 section 1.3.
        assert_eq!(
            answer_bytes(&request, &decision),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
        );
        let none = Decision::negotiate(&request, &[Subprotocol::OCPP21]);
        assert!(!answer_bytes(&request, &none).contains("Protocol:"));
    }

    #[test]
    fn a_refusal_has_its_status_and_length() {
        let request = request(HEAD).expect("http").expect("complete");
        let text = answer_bytes(&request, &Decision::Refuse(404, "who?".to_owned()));
        assert!(text.starts_with("HTTP/1.1 404 Not Found\r\n"), "{text}");
        assert!(
            text.ends_with("Content-Length: 4\r\nConnection: close\r\n\r\nwho?"),
            "{text}"
        );
        let text = answer_bytes(&request, &Decision::refuse(401));
        assert!(
            text.contains("\r\nWWW-Authenticate: Basic realm=\"ocpp\"\r\n"),
            "{text}"
        );
    }

    #[test]
    fn requests_that_are_none_are_named() {
        assert_eq!(
            request("GET / HTTP/1.1\r\n"),
            Err(UpgradeFault::UpgradeHeader)
        );
        assert_eq!(request("\x16\x03\x01"), Err(UpgradeFault::NotHttp));
        assert_eq!(read_request(b"GET / HTTP/1.1\r\n", 0), Ok(None));
    }

    #[test]
    fn a_request_may_come_in_pieces_of_any_size() {
        let text = format!("{HEAD}\r\n");
        for size in 1..=text.len() {
            let mut whole = Vec::new();
            let mut requests = Vec::new();
            for piece in text.as_bytes().chunks(size) {
                let known = whole.len();
                whole.extend_from_slice(piece);
                requests.extend(read_request(&whole, known).expect("http"));
            }
            assert_eq!(requests.len(), 1, "{size}");
        }
    }

    #[test]
    fn broken_percent_signs_stay_as_they_are() {
        for (encoded, plain) in [
            ("a%20b", "a b"),
            ("%", "%"),
            ("%4", "%4"),
            ("%zz", "%zz"),
            ("%C3%A9", "é"),
        ] {
            assert_eq!(decoded(encoded), plain);
        }
    }
}
