//! A small HTTPS client that sends exactly what a test says, right or wrong.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use charger_sim::SimulatedCharger;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};

pub(crate) struct ApiClient {
    stream: StreamOwned<ClientConnection, TcpStream>,
    token: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl ApiClient {
    /// Connects; TLS records hold at most `fragment` bytes.
    pub(crate) fn connect(charger: &SimulatedCharger, fragment: Option<usize>) -> Self {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from(charger.certificate().to_vec()))
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.max_fragment_size = fragment;
        let name = ServerName::try_from("alfen-ace0999001.local").unwrap();
        let tls = ClientConnection::new(Arc::new(config), name).unwrap();
        let tcp = TcpStream::connect(charger.address()).unwrap();
        tcp.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self {
            stream: StreamOwned::new(tls, tcp),
            token: None,
        }
    }

    /// Connects and logs in.
    pub(crate) fn logged_in(charger: &SimulatedCharger) -> Self {
        let mut client = Self::connect(charger, Some(4096));
        let reply = client.log_in("admin", "test-password").unwrap();
        assert_eq!(reply.status, 200, "{reply:?}");
        client
    }

    pub(crate) fn log_in(&mut self, user: &str, password: &str) -> io::Result<Reply> {
        let body = json!({"username": user, "password": password, "displayname": "test"});
        let reply = self.post("login", &body.to_string())?;
        if let Ok(json) = serde_json::from_str::<Value>(&reply.body) {
            self.token = json["access"].as_str().map(str::to_owned);
        }
        Ok(reply)
    }

    pub(crate) fn patience(&self, timeout: Duration) {
        self.stream.sock.set_read_timeout(Some(timeout)).unwrap();
    }

    pub(crate) fn get(&mut self, target: &str) -> io::Result<Reply> {
        self.send("GET", target, "", b"")
    }

    pub(crate) fn post(&mut self, target: &str, body: &str) -> io::Result<Reply> {
        self.send(
            "POST",
            target,
            "Content-Type: application/json\r\n",
            body.as_bytes(),
        )
    }

    pub(crate) fn upload(&mut self, accept: &str, container: &[u8]) -> io::Result<Reply> {
        let head = "--xyz\r\nContent-Disposition: form-data; name=\"firmwarefile\"; \
                    filename=\"filename\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        let body = [head.as_bytes(), container, b"\r\n--xyz--\r\n"].concat();
        let headers =
            format!("Content-Type: multipart/form-data; boundary=xyz\r\nAccept: {accept}\r\n");
        self.send("POST", "firmware", &headers, &body)
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &str,
        body: &[u8],
    ) -> io::Result<Reply> {
        let length = body.len();
        let token = self.token.as_ref();
        let bearer = token.map_or_else(String::new, |it| format!("Authorization: Bearer {it}\r\n"));
        let head = format!(
            "{method} /api/{target} HTTP/1.1\r\nHost: charger\r\n{headers}{bearer}\
             Content-Length: {length}\r\n\r\n"
        );
        self.stream.write_all(head.as_bytes())?;
        self.stream.write_all(body)?;
        self.stream.flush()?;
        self.read_reply()
    }

    fn read_reply(&mut self) -> io::Result<Reply> {
        let mut bytes = Vec::new();
        let mut piece = [0; 4096];
        loop {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length: usize = header(head, "content-length").unwrap().parse().unwrap();
                if body.len() >= length {
                    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
                    let (head, body) = (head.to_owned(), body.to_owned());
                    return Ok(Reply { status, head, body });
                }
            }
            let count = self.stream.read(&mut piece)?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            bytes.extend_from_slice(&piece[..count]);
        }
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (have, value) = line.split_once(": ")?;
        have.eq_ignore_ascii_case(name).then_some(value)
    })
}
