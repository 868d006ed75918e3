//! What can be said before anything is dialled (reference: OCPP-J 1.6 section 3.1.1,
//! OCPP 2.0.1 part 4 section 3.1.1, A00.FR.205/304, A05).

use std::time::SystemTime;

use ocpp_config::Severity;
use url::Url;

use super::address::cleaned;
use super::policy_finding::of_policy;
use super::report::ProbeFinding;
use super::subject::ProbeSubject;
use crate::endpoint::{Endpoint, Subprotocol};
use crate::finding_code::FindingCode;
use crate::policy::{check_client, check_new_root};
use crate::tls::TlsClient;

/// What the later steps work with.
pub(crate) struct Prepared {
    /// The charger's endpoint, without a login.
    pub(crate) endpoint: Endpoint,
    pub(crate) tls: Option<TlsClient>,
}

/// Judges the settings; `None` where they cannot be dialled at all.
pub(crate) fn check_settings(
    subject: &ProbeSubject,
    now: SystemTime,
) -> (Vec<ProbeFinding>, Option<Prepared>) {
    let mut findings = Vec::new();
    let url = cleaned(subject, &mut findings);
    judge_identity(subject, url.as_ref(), &mut findings);
    judge_key(subject, &mut findings);
    judge_profile(subject, &mut findings);
    judge_certificates(subject, now, &mut findings);
    let prepared = url.and_then(|url| prepare(subject, &url, &mut findings));
    (findings, prepared)
}

fn prepare(
    subject: &ProbeSubject,
    url: &Url,
    findings: &mut Vec<ProbeFinding>,
) -> Option<Prepared> {
    let first = subject.charger.versions.first();
    let version = first.cloned().unwrap_or(Subprotocol::OCPP16);
    let endpoint = Endpoint::new(url.as_str(), &subject.identity, version)
        .and_then(|endpoint| endpoint.with_charger(&subject.charger));
    let endpoint = match endpoint {
        Ok(endpoint) => endpoint,
        Err(error) => {
            let finding = ProbeFinding::new(FindingCode::URL_ID_CHARS, error.to_string());
            findings.push(finding.with_severity(Severity::Error));
            return None;
        }
    };
    let tls = if endpoint.is_secure() {
        Some(tls(subject, findings)?)
    } else {
        None
    };
    Some(Prepared { endpoint, tls })
}

fn tls(subject: &ProbeSubject, findings: &mut Vec<ProbeFinding>) -> Option<TlsClient> {
    let roots = subject.trusted();
    if roots.is_empty() {
        findings.push(ProbeFinding::new(FindingCode::ROOT_NONE, ""));
        return None;
    }
    let mut builder = TlsClient::builder(&roots)
        .with_charger(&subject.charger)
        .with_provider(subject.provider.clone());
    if let Some(identity) = subject.shown_client() {
        builder = builder.with_identity(identity);
    }
    for list in &subject.revocation_lists {
        builder = builder.with_revocation_list(list.clone());
    }
    match builder.build() {
        Ok(client) => Some(client),
        Err(error) => {
            let detail = error.to_string();
            findings.push(ProbeFinding::new(FindingCode::ROOT_UNUSABLE, detail));
            None
        }
    }
}

fn judge_identity(subject: &ProbeSubject, url: Option<&Url>, findings: &mut Vec<ProbeFinding>) {
    let identity = subject.identity.as_str();
    let mut note = |detail: String| {
        findings.push(ProbeFinding::new(FindingCode::URL_ID_CHARS, detail));
    };
    let awkward: String = identity
        .chars()
        .filter(|it| !(it.is_ascii_alphanumeric() || "-_.~*=+|@".contains(*it)))
        .collect();
    if !awkward.is_empty() {
        note(format!("`{identity}` holds {awkward:?}"));
    }
    let length = identity.chars().count();
    if length > MAX_IDENTITY && !is_16_only(subject) {
        note(format!(
            "{length} characters; OCPP 2.x allows {MAX_IDENTITY}"
        ));
    }
    let Some(url) = url else { return };
    let last = url.path_segments().and_then(Iterator::last);
    let last = last.unwrap_or_default();
    let ends_in_identity = !last.is_empty()
        && (last == identity
            || crate::endpoint::encode_identity(identity).is_ok_and(|it| it == last));
    match (subject.charger.appends_identity, ends_in_identity) {
        (true, true) => findings.push(ProbeFinding::new(
            FindingCode::URL_ID_DOUBLE,
            format!("`{url}` ends in `{identity}` already"),
        )),
        (false, false) => findings.push(ProbeFinding::new(
            FindingCode::URL_ID_MISSING,
            format!("`{url}` does not end in `{identity}`"),
        )),
        _ => {}
    }
}

fn judge_key(subject: &ProbeSubject, findings: &mut Vec<ProbeFinding>) {
    if !subject.profile.uses_basic_authentication() {
        return;
    }
    let Some(key) = &subject.key else {
        findings.push(ProbeFinding::new(FindingCode::PW_MISSING, ""));
        return;
    };
    let length = key.len();
    let is_hex = key.expose().iter().all(u8::is_ascii_hexdigit);
    // A key of this length cannot be text in 1.6, so that it is meant as hex.
    if is_hex && length > 20 && length % 2 == 1 {
        let detail = format!("{length} hex digits");
        findings.push(ProbeFinding::new(FindingCode::PW_HEX, detail));
        return;
    }
    let bytes = if is_hex && (32..=40).contains(&length) {
        length / 2
    } else {
        length
    };
    let fits = if is_16_only(subject) {
        (16..=20).contains(&bytes)
    } else {
        (16..=64).contains(&length)
    };
    if !fits {
        let detail = if is_16_only(subject) {
            format!("{bytes} bytes; OCPP 1.6 allows 16 to 20")
        } else {
            format!("{length} characters; OCPP 2.x allows 16 to 40, and with errata to 64")
        };
        findings.push(ProbeFinding::new(FindingCode::PW_LEN, detail));
    }
    let allowed = |it: &u8| it.is_ascii_alphanumeric() || b"*-_=:+|@.~".contains(it);
    if !is_16_only(subject) && !key.expose().iter().all(allowed) {
        findings.push(ProbeFinding::new(FindingCode::PW_SET, ""));
    }
}

fn judge_profile(subject: &ProbeSubject, findings: &mut Vec<ProbeFinding>) {
    let wanted = subject.profile;
    if let Some(current) = subject.charger.current_profile
        && wanted < current
    {
        let detail = format!("from {current} to {wanted}");
        findings.push(ProbeFinding::new(FindingCode::PROFILE_DOWN, detail));
    }
    if let Some(max) = subject.charger.max_profile
        && max < wanted
    {
        let detail = format!("{wanted} is wanted, {max} is the highest it can do");
        findings.push(ProbeFinding::new(FindingCode::PROFILE_MAX, detail));
    }
    if wanted.uses_client_certificate() && subject.client.is_none() {
        findings.push(ProbeFinding::new(FindingCode::CLIENT_NONE, ""));
    }
}

fn judge_certificates(subject: &ProbeSubject, now: SystemTime, findings: &mut Vec<ProbeFinding>) {
    let charger = &subject.charger;
    let version = charger.versions.first();
    let version = version.unwrap_or(&Subprotocol::OCPP16);
    for root in &subject.new_roots {
        let judged = check_new_root(root, &subject.roots, version, now, charger);
        findings.extend(judged.iter().map(of_policy));
    }
    if let Some(identity) = subject.shown_client() {
        let judged = check_client(identity, &subject.expected, version, now);
        findings.extend(judged.iter().map(of_policy));
    }
}

/// Whether the rules of 1.6 alone apply.
pub(crate) fn is_16_only(subject: &ProbeSubject) -> bool {
    let mut versions = subject.charger.versions.iter();
    versions.all(|it| *it == Subprotocol::OCPP16)
}

/// The length of an identity in OCPP 2.x (part 4 section 3.1.1).
const MAX_IDENTITY: usize = 48;
