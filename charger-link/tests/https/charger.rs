//! A scripted charger, just good enough for the link, with faults at chosen requests.

use std::collections::BTreeMap;
use std::time::Duration;

#[cfg(feature = "tokio")]
use charger_link::https::PlainConnector;
use charger_link::https::{Address, Credentials, HttpsLink, HttpsSettings, Trust};
use charger_link::{Context, Link, LinkError, Request, Response};
use ocpp_config::{ObjectId, Secret, Value, parse_writes};

use crate::server::{Reaction, Seen, Server, reply};

pub(crate) const PASSWORD: &str = "pass@word-canary-1";

/// Which kind of session the charger hands out.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Generation {
    Token,
    Cookie,
}

/// Does something else in place of the answer to the request with this line, at its
/// n-th occurrence from 0.
pub(crate) type Fault = (&'static str, usize, Reaction);

pub(crate) struct Script {
    pub(crate) generation: Generation,
    pub(crate) faults: Vec<Fault>,
    pub(crate) page_size: usize,
    pub(crate) seen: BTreeMap<String, usize>,
    pub(crate) objects: BTreeMap<ObjectId, String>,
    pub(crate) session_of: Option<usize>,
}

impl Default for Script {
    fn default() -> Self {
        let text = |text: &str| format!("{text:?}");
        let objects = [
            (ObjectId::new(0x2051, 0), text("ACE0999001")),
            (ObjectId::new(0x2053, 0), text("CP1")),
            (ObjectId::new(0x2056, 0), "7".to_owned()),
        ];
        Self {
            generation: Generation::Token,
            faults: Vec::new(),
            page_size: 2,
            seen: BTreeMap::new(),
            objects: objects.into(),
            session_of: None,
        }
    }
}

impl Script {
    pub(crate) fn with_faults(faults: impl Into<Vec<Fault>>) -> Self {
        Self {
            faults: faults.into(),
            ..Self::default()
        }
    }

    pub(crate) fn start(mut self) -> Server {
        Server::start(move |seen| self.react(seen))
    }

    pub(crate) fn react(&mut self, seen: &Seen) -> Reaction {
        let count = self.seen.entry(seen.line.clone()).or_default();
        let occurrence = *count;
        *count += 1;
        let fault = self
            .faults
            .iter()
            .find(|(line, at, _)| seen.line.starts_with(line) && *at == occurrence);
        if let Some((_, _, reaction)) = fault {
            return reaction.clone();
        }
        Reaction::Send(self.answer(seen))
    }

    pub(crate) fn answer(&mut self, seen: &Seen) -> Vec<u8> {
        match &*seen.line {
            "POST login" => return self.log_in(seen),
            "GET info" => {
                return reply(
                    200,
                    r#"{"ObjectId":"ACE0999001","Model":"NG910-60023","Identity":"CP1","FWVersion":"7.0.0-4318","Type":"2.0.0"}"#,
                );
            }
            _ if !self.is_logged_in(seen) => return reply(401, ""),
            _ => {}
        }
        let (method, target) = seen.line.split_once(' ').unwrap();
        match (method, target) {
            ("POST", "logout") => {
                self.session_of = None;
                reply(200, "")
            }
            ("POST", "prop") => self.write(seen),
            ("GET", "categories") => reply(200, r#"{"categories":["generic"]}"#),
            ("GET", "firmware") => reply(
                200,
                r#"{"uploadInProgress":"false","OD_fileFirmwareUpdateStatus":{"value":0},}"#,
            ),
            ("POST", "firmware" | "cmd" | "domain") => reply(200, ""),
            ("GET", target) if target.starts_with("log?") => {
                reply(200, "7_2026-03-04T08:58:37.100Z:INFO:main:1:one\n")
            }
            ("GET", target) => self.read(target),
            _ => reply(404, ""),
        }
    }

    fn log_in(&mut self, seen: &Seen) -> Vec<u8> {
        let body: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
        if body["username"] != "admin" {
            return reply(400, "");
        }
        if body["password"] != PASSWORD {
            return reply(403, "");
        }
        self.session_of = Some(seen.connection);
        match self.generation {
            Generation::Token => {
                let token = format!(r#"{{"access":"token-canary-{}","refresh":"r"}}"#, seen.connection);
                reply(200, &token)
            }
            Generation::Cookie => format!(
                "HTTP/1.1 200 OK\r\nSet-Cookie: session=cookie-canary-{}; Path=/\r\nContent-Length: 0\r\n\r\n",
                seen.connection
            )
            .into_bytes(),
        }
    }

    fn is_logged_in(&self, seen: &Seen) -> bool {
        let proof = match self.generation {
            Generation::Token => format!("Authorization: Bearer token-canary-{}", seen.connection),
            Generation::Cookie => format!("Cookie: session=cookie-canary-{}", seen.connection),
        };
        self.session_of == Some(seen.connection) && seen.head.lines().any(|line| line == proof)
    }

    fn write(&mut self, seen: &Seen) -> Vec<u8> {
        for posted in parse_writes(&seen.body).unwrap() {
            if let Value::Text(text) = posted.value(ocpp_config::DataType::VISIBLE_STRING) {
                self.objects.insert(posted.id(), format!("{text:?}"));
            }
        }
        reply(200, "")
    }

    fn read(&self, target: &str) -> Vec<u8> {
        let entry = |(id, value): (&ObjectId, &String)| {
            let code = if value.starts_with('"') { 9 } else { 7 };
            format!(
                r#"{{"id":"{id}","access":0,"type":{code},"len":21,"cat":"generic","value":{value}}}"#
            )
        };
        let (entries, offset, total): (Vec<String>, usize, usize) =
            if let Some(ids) = target.strip_prefix("prop?ids=") {
                let asked: Vec<ObjectId> = ids.split(',').map(|id| id.parse().unwrap()).collect();
                let found = self.objects.iter().filter(|(id, _)| asked.contains(id));
                let found: Vec<String> = found.map(entry).collect();
                let total = found.len();
                (found, 0, total)
            } else if let Some(rest) = target.strip_prefix("prop?cat=generic&limit=") {
                let offset = rest.split_once("&offset=").unwrap().1.parse().unwrap();
                let page = self.objects.iter().skip(offset).take(self.page_size);
                (page.map(entry).collect(), offset, self.objects.len())
            } else {
                return reply(404, "");
            };
        reply(
            200,
            &format!(
                r#"{{"version":2,"properties":[{}],"offset":{offset},"total":{total}}}"#,
                entries.join(",")
            ),
        )
    }
}

pub(crate) fn settings(server: &Server) -> HttpsSettings {
    let address = Address::new("127.0.0.1").with_port(server.address.port());
    HttpsSettings::new(address, Credentials::new("admin", Secret::from(PASSWORD)))
        .with_reconnect_gap(Duration::from_millis(5))
        .with_answer_timeout(Duration::from_millis(400))
}

pub(crate) fn link(server: &Server) -> HttpsLink {
    HttpsLink::new(settings(server), Trust::pinned(server.fingerprint))
}

/// The blocking link and the one for tokio, driven from here: what holds for one holds
/// for the other.
pub(crate) fn both(server: &Server) -> Vec<(&'static str, Box<dyn Link>)> {
    both_with(server, &settings(server))
}

pub(crate) fn both_with(
    server: &Server,
    settings: &HttpsSettings,
) -> Vec<(&'static str, Box<dyn Link>)> {
    let trust = Trust::pinned(server.fingerprint);
    let blocking = HttpsLink::new(settings.clone(), trust.clone());
    #[cfg(feature = "tokio")]
    return vec![
        ("blocking", Box::new(blocking)),
        ("tokio", Box::new(Driven::with(settings.clone(), trust))),
    ];
    #[cfg(not(feature = "tokio"))]
    vec![("blocking", Box::new(blocking))]
}

/// The same without TLS, for firmware below 5.0.
pub(crate) fn both_unencrypted(server: &Server) -> Vec<(&'static str, Box<dyn Link>)> {
    let blocking = HttpsLink::over_unencrypted_http(settings(server));
    #[cfg(feature = "tokio")]
    return vec![
        ("blocking", Box::new(blocking)),
        ("tokio", Box::new(Driven::unencrypted(settings(server)))),
    ];
    #[cfg(not(feature = "tokio"))]
    vec![("blocking", Box::new(blocking))]
}

/// How many links [`both`] returns.
pub(crate) const RUNTIMES: usize = if cfg!(feature = "tokio") { 2 } else { 1 };

#[cfg(feature = "tokio")]
#[derive(Debug)]
pub(crate) struct Driven<L = charger_link::https::tokio::HttpsLink> {
    link: L,
    runtime: tokio::runtime::Runtime,
}

#[cfg(feature = "tokio")]
impl Driven {
    pub(crate) fn with(settings: HttpsSettings, trust: Trust) -> Self {
        Self::over(charger_link::https::tokio::HttpsLink::new(settings, trust))
    }
}

#[cfg(feature = "tokio")]
impl Driven<charger_link::https::tokio::HttpsLink<PlainConnector>> {
    pub(crate) fn unencrypted(settings: HttpsSettings) -> Self {
        Self::over(charger_link::https::tokio::HttpsLink::over_unencrypted_http(settings))
    }
}

#[cfg(feature = "tokio")]
impl<L> Driven<L> {
    pub(crate) fn over(link: L) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self { link, runtime }
    }
}

#[cfg(feature = "tokio")]
impl<L: charger_link::AsyncLink> Link for Driven<L> {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        let exchange = self.link.exchange(request, context);
        self.runtime.block_on(exchange)
    }
}

pub(crate) fn ask(
    link: &mut (impl Link + ?Sized),
    request: &Request,
) -> Result<Response, LinkError> {
    link.exchange(request, &mut Context::new(Duration::from_secs(20)))
}

/// Reads the charge box identity.
pub(crate) fn read_identity(link: &mut (impl Link + ?Sized)) -> Result<String, LinkError> {
    let id = ObjectId::new(0x2053, 0);
    match ask(link, &Request::Read(vec![id]))? {
        Response::Objects(objects) => match objects.first().map(|object| &object.value) {
            Some(Value::Text(text)) => Ok(text.clone()),
            other => panic!("unexpected {other:?}"),
        },
        other => panic!("unexpected {other:?}"),
    }
}
