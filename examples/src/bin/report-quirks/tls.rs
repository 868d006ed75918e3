use std::thread::sleep;
use std::time::{Duration, SystemTime};

use charger_link::Cancel;
use charger_link::https::Address;
use ocpp_transport::{
    Certificate, ChargerDescription, CipherSuite, ConnectOptions, Endpoint, Subprotocol, TlsClient,
    TlsFailure, TlsVersion, TrustRoots, check_chain, connect,
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use serde::Serialize;

use crate::redact::Redactor;

/// What the charger's own TLS server does.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TlsSeen {
    /// Versions and suites that were tried, and how far each came.
    pub(crate) tried: Vec<Tried>,
    /// The certificates that it presents, leaf first.
    pub(crate) certificates: Vec<CertificateSeen>,
    /// What the certificate policy says about them.
    pub(crate) findings: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Tried {
    pub(crate) offered: String,
    pub(crate) outcome: String,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct CertificateSeen {
    pub(crate) subject: String,
    pub(crate) issuer: String,
    pub(crate) der_bytes: usize,
}

impl TlsSeen {
    pub(crate) fn redacted(mut self, redactor: &Redactor) -> Self {
        for certificate in &mut self.certificates {
            certificate.subject = redactor.redact(&certificate.subject);
            certificate.issuer = redactor.redact(&certificate.issuer);
        }
        for finding in &mut self.findings {
            *finding = redactor.redact(finding);
        }
        self
    }
}

/// Shakes hands once for each version and suite, as far as the certificate and no further:
/// the client trusts a root that nobody has, so nothing is ever sent over such a connection.
pub(crate) fn look(address: &Address, cancel: &Cancel) -> TlsSeen {
    let mut seen = TlsSeen {
        tried: Vec::new(),
        certificates: Vec::new(),
        findings: Vec::new(),
    };
    let Some(roots) = nobodys_root() else {
        return seen;
    };
    let mut presented = Vec::new();
    for (offered, charger) in offers() {
        if cancel.is_cancelled() {
            break;
        }
        let (outcome, chain) = shake_hands(address, &roots, &charger, cancel);
        seen.tried.push(Tried { offered, outcome });
        if presented.is_empty() {
            presented = chain;
        }
        // A charger takes one connection at a time, and some time to notice its end.
        sleep(PAUSE);
    }
    seen.certificates = presented.iter().map(described).collect();
    seen.findings = judged(&presented, address);
    seen
}

fn offers() -> Vec<(String, ChargerDescription)> {
    let mut newest = ChargerDescription::conservative();
    newest.tls_min = TlsVersion::TLS1_3;
    let mut offers = vec![("TLS 1.3".to_owned(), newest)];
    for suite in SUITES {
        let mut charger = ChargerDescription::conservative();
        charger.tls_max = TlsVersion::TLS1_2;
        charger.suites12 = vec![suite];
        offers.push((format!("TLS 1.2 {suite}"), charger));
    }
    offers
}

fn shake_hands(
    address: &Address,
    roots: &TrustRoots,
    charger: &ChargerDescription,
    cancel: &Cancel,
) -> (String, Vec<Certificate>) {
    let url = format!("wss://{address}/");
    let client = TlsClient::builder(roots).with_charger(charger).build();
    let endpoint = Endpoint::new(&url, "quirks", Subprotocol::OCPP16);
    let (Ok(client), Ok(endpoint)) = (client, endpoint) else {
        return ("cannot be offered from here".to_owned(), Vec::new());
    };
    let cancel = cancel.clone();
    let options = ConnectOptions::new()
        .with_every_timeout(PATIENCE)
        .with_stop_check(move || cancel.is_cancelled());
    let Err(error) = connect(&endpoint, Some(&client), &options) else {
        return ("trusts a root that nobody has".to_owned(), Vec::new());
    };
    let chain = error
        .observation()
        .map(|seen| seen.presented.clone())
        .unwrap_or_default();
    let outcome = match error.tls_failure() {
        // Refused by this side, after the charger agreed to what was offered.
        Some(_) if !chain.is_empty() => "taken".to_owned(),
        Some(TlsFailure::NoCommonSuite | TlsFailure::NoCommonVersion) => "not taken".to_owned(),
        _ => format!("not taken: {error}"),
    };
    (outcome, chain)
}

/// A root that exists for this run only.
fn nobodys_root() -> Option<TrustRoots> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&KeyPair::generate().ok()?).ok()?;
    let root = Certificate::from_der(certificate.der()).ok()?;
    Some([root].into_iter().collect())
}

fn described(certificate: &Certificate) -> CertificateSeen {
    CertificateSeen {
        subject: certificate.subject(),
        issuer: certificate.issuer(),
        der_bytes: certificate.der().len(),
    }
}

/// Judged under its own certificates as roots, so that only their form is left to object to.
fn judged(presented: &[Certificate], address: &Address) -> Vec<String> {
    let roots: TrustRoots = presented.iter().cloned().collect();
    let charger = ChargerDescription::conservative();
    let (host, now) = (address.host(), SystemTime::now());
    let report = check_chain(presented, &roots, host, now, &charger);
    let findings = report.findings().iter();
    findings
        .map(|finding| finding.to_string().replace(host, "HOST"))
        .collect()
}

const SUITES: [CipherSuite; 4] = [
    CipherSuite::ECDHE_ECDSA_AES128_GCM,
    CipherSuite::ECDHE_ECDSA_AES256_GCM,
    CipherSuite::ECDHE_RSA_AES128_GCM,
    CipherSuite::ECDHE_RSA_AES256_GCM,
];
const PAUSE: Duration = Duration::from_millis(600);
const PATIENCE: Duration = Duration::from_secs(8);
