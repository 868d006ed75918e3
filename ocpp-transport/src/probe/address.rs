use ocpp_config::Severity;
use url::{Host, Url};

use super::offline::is_16_only;
use super::report::ProbeFinding;
use super::subject::ProbeSubject;
use crate::endpoint::Subprotocol;
use crate::finding_code::FindingCode;

/// Judges the URL as it is written, and returns it without what no charger reads;
/// `None` if it is that of no OCPP-J endpoint.
pub(crate) fn cleaned(subject: &ProbeSubject, findings: &mut Vec<ProbeFinding>) -> Option<Url> {
    let text = subject.url.as_str();
    let refused = |detail: String| ProbeFinding::new(FindingCode::URL_SCHEME, detail);
    let mut url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => {
            findings.push(refused(format!("`{text}`: {error}")));
            return None;
        }
    };
    if !matches!(url.scheme(), "ws" | "wss") || url.host().is_none() {
        findings.push(refused(format!("`{text}` begins with `{}:`", url.scheme())));
        return None;
    }
    judge_length(subject, findings);
    judge_scheme(subject, &url, findings);
    judge_writing(text, &url, findings);
    if !url.username().is_empty() || url.password().is_some() {
        // What stands there may be a password, so it is not repeated.
        findings.push(ProbeFinding::new(FindingCode::URL_USERINFO, ""));
        // Neither fails on a URL that has a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
    if let Some(fragment) = url.fragment() {
        let detail = format!("`#{fragment}`");
        findings.push(ProbeFinding::new(FindingCode::URL_FRAGMENT, detail));
        url.set_fragment(None);
    }
    Some(url)
}

/// How long the text may be that a charger stores: the value of ChangeConfiguration in
/// 1.6, ocppCsmsUrl of SetNetworkProfile in 2.x (JSON schemas).
fn judge_length(subject: &ProbeSubject, findings: &mut Vec<ProbeFinding>) {
    let limit = if is_16_only(subject) {
        500
    } else if subject.charger.versions.contains(&Subprotocol::OCPP21) {
        2000
    } else {
        512
    };
    let length = subject.url.chars().count();
    if length > limit {
        let detail = format!("{length} characters, {limit} are allowed");
        findings.push(ProbeFinding::new(FindingCode::URL_LEN, detail));
    }
}

/// `ws` with profile 2 or 3 has no encryption where it is promised; `wss` with 0 or 1 is
/// common behind proxies, and refused by some chargers (libocpp).
fn judge_scheme(subject: &ProbeSubject, url: &Url, findings: &mut Vec<ProbeFinding>) {
    let secure = url.scheme() == "wss";
    if secure == subject.profile.uses_tls() {
        return;
    }
    let detail = format!(
        "{}:// with security profile {}",
        url.scheme(),
        subject.profile
    );
    let severity = if secure {
        Severity::Warning
    } else {
        Severity::Error
    };
    findings.push(ProbeFinding::new(FindingCode::URL_PROFILE, detail).with_severity(severity));
}

fn judge_writing(text: &str, url: &Url, findings: &mut Vec<ProbeFinding>) {
    let written = Written::of(text);
    let default = if url.scheme() == "wss" { "443" } else { "80" };
    if written.port == Some(default) {
        let detail = format!("`:{default}`");
        findings.push(ProbeFinding::new(FindingCode::URL_PORT, detail));
    }
    let blank = text.trim() != text || text.contains(['\t', '\n', '\r', '\\']);
    let host = match url.host() {
        // `192.168.1` and `0x7f.1` become addresses that nobody wrote.
        Some(Host::Ipv4(ip)) => written.host != ip.to_string(),
        Some(Host::Domain(name)) => !written.host.eq_ignore_ascii_case(name),
        _ => false,
    };
    if blank || host || !written.two_slashes {
        let mut shown = url.clone();
        let _ = shown.set_username("");
        let _ = shown.set_password(None);
        let detail = format!("it is taken for `{shown}`");
        findings.push(ProbeFinding::new(FindingCode::URL_REPAIRED, detail));
    }
}

/// Host and port as they are written, before any repair.
struct Written<'a> {
    two_slashes: bool,
    host: &'a str,
    port: Option<&'a str>,
}

impl<'a> Written<'a> {
    fn of(text: &'a str) -> Self {
        let after_scheme = text.split_once(':').map_or("", |(_, rest)| rest);
        let two_slashes = after_scheme.starts_with("//") && !after_scheme.starts_with("///");
        let rest = after_scheme.trim_start_matches('/');
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let authority = rest.get(..end).unwrap_or_default();
        let place = authority.rsplit_once('@').map_or(authority, |(_, it)| it);
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|it| it.is_ascii_digit()) => (host, Some(port)),
            _ => (place, None),
        };
        Self {
            two_slashes,
            host,
            port,
        }
    }
}
