use tungstenite::handshake::client::{Response, generate_key};
use tungstenite::handshake::derive_accept_key;
use tungstenite::handshake::machine::TryParse as _;
use zeroize::Zeroizing;

use super::{MAX_BODY, MAX_HEAD};
use crate::endpoint::{Endpoint, Subprotocol};

/// The client's half of one opening handshake.
pub(crate) struct ClientUpgrade {
    key: String,
}

impl ClientUpgrade {
    pub(crate) fn new() -> Self {
        Self {
            key: generate_key(),
        }
    }

    /// The request, password included: zeroed when dropped.
    pub(crate) fn request(&self, endpoint: &Endpoint) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(1024));
        let mut line = |parts: &[&str]| {
            for part in parts {
                text.push_str(part);
            }
            text.push_str("\r\n");
        };
        line(&["GET ", &endpoint.target(), " HTTP/1.1"]);
        line(&["Host: ", &endpoint.authority()]);
        line(&["Connection: Upgrade"]);
        line(&["Upgrade: websocket"]);
        line(&["Sec-WebSocket-Version: 13"]);
        line(&["Sec-WebSocket-Key: ", &self.key]);
        let offered: Vec<&str> = endpoint.offered().iter().map(Subprotocol::as_str).collect();
        if !offered.is_empty() {
            line(&["Sec-WebSocket-Protocol: ", &offered.join(", ")]);
        }
        if let Some(credentials) = endpoint.credentials() {
            line(&["Authorization: ", &credentials.header()]);
        }
        line(&[]);
        text
    }

    /// Reads the head of an answer: `None` while it is incomplete, else the answer and
    /// how many bytes it took.
    pub(crate) fn read(&self, bytes: &[u8]) -> Result<Option<(HttpAnswer, usize)>, UpgradeFault> {
        if !b"HTTP/".starts_with(bytes.get(..5.min(bytes.len())).unwrap_or_default()) {
            return Err(UpgradeFault::NotHttp);
        }
        match Response::try_parse(bytes) {
            Ok(Some((used, response))) => Ok(Some((HttpAnswer::of(&response), used))),
            Ok(None) if bytes.len() >= MAX_HEAD => Err(UpgradeFault::HeadTooLarge),
            Ok(None) => Ok(None),
            Err(_) => Err(UpgradeFault::NotHttp),
        }
    }

    fn accept_key(&self) -> String {
        derive_accept_key(self.key.as_bytes())
    }
}

/// Judges a `101` answer: the subprotocol it picked, if any.
pub(crate) fn judge_answer(
    upgrade: &ClientUpgrade,
    answer: &HttpAnswer,
    offered: &[Subprotocol],
) -> Result<Option<Subprotocol>, UpgradeFault> {
    if !answer.has_token("upgrade", "websocket") {
        return Err(UpgradeFault::UpgradeHeader);
    }
    if !answer.has_token("connection", "upgrade") {
        return Err(UpgradeFault::ConnectionHeader);
    }
    if answer.header("sec-websocket-accept") != Some(upgrade.accept_key().as_str()) {
        return Err(UpgradeFault::AcceptHeader);
    }
    if answer.header("sec-websocket-extensions").is_some() {
        return Err(UpgradeFault::Extension);
    }
    match answer.header("sec-websocket-protocol") {
        None => Ok(None),
        Some(chosen) => match offered.iter().find(|it| it.as_str() == chosen) {
            Some(chosen) => Ok(Some(chosen.clone())),
            None => Err(UpgradeFault::SubprotocolNotOffered(chosen.to_owned())),
        },
    }
}

/// What a server answered to the request for a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The header fields in order, names in lower case. What is not text is left out.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body as text, at most 4 KiB.
    pub body: String,
}

impl HttpAnswer {
    fn of(response: &Response) -> Self {
        let headers = response.headers().iter();
        Self {
            status: response.status().as_u16(),
            headers: headers
                .filter_map(|(name, value)| {
                    Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
                })
                .collect(),
            body: String::new(),
        }
    }

    /// The first field with this name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(it, _)| it == name)
            .map(|(_, value)| value.trim())
    }

    /// How much of the body is worth reading.
    pub(crate) fn body_length(&self) -> usize {
        self.header("content-length")
            .and_then(|it| it.parse::<usize>().ok())
            .unwrap_or(MAX_BODY)
            .min(MAX_BODY)
    }

    /// Whether any field of this name lists the token.
    fn has_token(&self, name: &str, token: &str) -> bool {
        self.headers
            .iter()
            .filter(|(it, _)| it == name)
            .flat_map(|(_, value)| value.split(','))
            .any(|it| it.trim().eq_ignore_ascii_case(token))
    }
}

/// What is wrong with a server's answer to the request for a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UpgradeFault {
    /// The answer is not HTTP/1.1.
    #[error("the answer is not HTTP")]
    NotHttp,
    /// The head of the answer is larger than 16 KiB.
    #[error("the head of the answer is too large")]
    HeadTooLarge,
    /// `Upgrade: websocket` is missing, as behind a proxy that does not forward it.
    #[error("the answer lacks `Upgrade: websocket`")]
    UpgradeHeader,
    /// `Connection: Upgrade` is missing.
    #[error("the answer lacks `Connection: Upgrade`")]
    ConnectionHeader,
    /// `Sec-WebSocket-Accept` is missing or wrong.
    #[error("`Sec-WebSocket-Accept` is missing or wrong")]
    AcceptHeader,
    /// An extension was chosen that was not offered.
    #[error("the server chose a WebSocket extension that was not offered")]
    Extension,
    /// A subprotocol was chosen that was not offered.
    #[error("the server chose the subprotocol {0:?}, which was not offered")]
    SubprotocolNotOffered(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint() -> Endpoint {
        Endpoint::new("ws://h:8080/ocpp", "CP 1", Subprotocol::OCPP16)
            .expect("endpoint")
            .with_versions([Subprotocol::OCPP201, Subprotocol::OCPP16])
    }

    fn answer(upgrade: &ClientUpgrade, change: impl Fn(String) -> String) -> HttpAnswer {
        let text = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: {}\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n",
            upgrade.accept_key()
        );
        let text = change(text);
        let (answer, used) = upgrade
            .read(text.as_bytes())
            .expect("http")
            .expect("complete");
        assert_eq!(used, text.len());
        answer
    }

    #[test]
    fn the_request_has_exactly_these_lines() {
        let upgrade = ClientUpgrade::new();
        let endpoint = endpoint()
            .with_key(
                &ocpp_config::Secret::from("secret"),
                crate::PasswordForm::Verbatim,
            )
            .expect("key");
        let expected = format!(
            "GET /ocpp/CP%201 HTTP/1.1\r\nHost: h:8080\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\nSec-WebSocket-Protocol: ocpp2.0.1, ocpp1.6\r\nAuthorization: Basic Q1AgMTpzZWNyZXQ=\r\n\r\n",
            upgrade.key
        );
        assert_eq!(*upgrade.request(&endpoint), expected);
    }

    #[test]
    fn a_good_answer_tells_the_chosen_version() {
        let upgrade = ClientUpgrade::new();
        let answer = answer(&upgrade, |it| it);
        let chosen = judge_answer(&upgrade, &answer, endpoint().offered());
        assert_eq!(chosen, Ok(Some(Subprotocol::OCPP16)));
    }

    #[test]
    fn every_defect_of_an_answer_has_its_name() {
        type Change = fn(String) -> String;
        let cases: [(Change, Result<Option<Subprotocol>, UpgradeFault>); 6] = [
            (
                |it| it.replace("Upgrade: WebSocket\r\n", ""),
                Err(UpgradeFault::UpgradeHeader),
            ),
            (
                |it| it.replace("keep-alive, Upgrade", "close"),
                Err(UpgradeFault::ConnectionHeader),
            ),
            (
                |it| it.replace("Accept: ", "Accept: x"),
                Err(UpgradeFault::AcceptHeader),
            ),
            (
                |it| {
                    it.replace(
                        "\r\n\r\n",
                        "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
                    )
                },
                Err(UpgradeFault::Extension),
            ),
            (
                |it| it.replace("Sec-WebSocket-Protocol: ocpp1.6\r\n", ""),
                Ok(None),
            ),
            (
                |it| it.replace("ocpp1.6", "ocpp1.5"),
                Err(UpgradeFault::SubprotocolNotOffered("ocpp1.5".to_owned())),
            ),
        ];
        for (change, expected) in cases {
            let upgrade = ClientUpgrade::new();
            let answer = answer(&upgrade, change);
            assert_eq!(
                judge_answer(&upgrade, &answer, endpoint().offered()),
                expected
            );
        }
    }

    #[test]
    fn what_is_not_http_is_told_at_once() {
        let upgrade = ClientUpgrade::new();
        assert_eq!(upgrade.read(b"SSH-2.0"), Err(UpgradeFault::NotHttp));
        assert_eq!(upgrade.read(b"HT"), Ok(None));
        assert_eq!(upgrade.read(b""), Ok(None));
        let endless = [b"HTTP/1.1 200 OK\r\nX: ".as_slice(), &[b'a'; MAX_HEAD]].concat();
        assert_eq!(upgrade.read(&endless), Err(UpgradeFault::HeadTooLarge));
    }
}
