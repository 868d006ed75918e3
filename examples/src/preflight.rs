use std::time::Duration;

use charger_commissioning::{Preflight, PreflightReport, PreflightSubject, PreflightVerdict};
use charger_link::Cancel;
use ocpp_config::{AuthorizationKey, CheckedProfile, OcppVersion, ResolvedDocument};
use ocpp_transport::{
    Certificate, ConnectError, ConnectOptions, Endpoint, PasswordForm, Subprotocol, TlsClient,
    TlsIdentity, TrustRoots, connect,
};

/// Asks the new back office, from this machine, what the charger would get: with the same
/// URL, identity, key, roots and client certificate. It ends before the first OCPP
/// message, so nothing changes at the back office.
#[derive(Debug)]
pub struct FromHere {
    cancel: Cancel,
}

impl FromHere {
    /// A preflight that stops when `cancel` is set.
    pub const fn new(cancel: Cancel) -> Self {
        Self { cancel }
    }

    fn profile(
        &self,
        document: &ResolvedDocument,
        profile: &CheckedProfile<'_>,
    ) -> Result<String, Trouble> {
        let endpoint = endpoint(document, profile)?;
        let tls = if endpoint.is_secure() {
            Some(tls(document)?)
        } else {
            None
        };
        let cancel = self.cancel.clone();
        let options = ConnectOptions::new()
            .every_timeout(Duration::from_secs(10))
            .stop_when(move || cancel.is_cancelled());
        let socket = connect(&endpoint, tls.as_ref(), &options).map_err(Trouble::Refused)?;
        let version = socket
            .version()
            .map_or_else(String::new, ToString::to_string);
        socket.close(1000, "preflight", Duration::from_secs(2));
        Ok(version)
    }
}

impl Preflight for FromHere {
    fn check(&mut self, subject: &PreflightSubject) -> PreflightReport {
        let document = subject.document();
        let mut lines = Vec::new();
        let mut verdict = PreflightVerdict::WillWork;
        for profile in document.checked().profiles() {
            let name = format!("profile {}: {}", profile.slot(), profile.url().as_str());
            match self.profile(document, &profile) {
                Ok(version) => lines.push(format!("{name}: accepted the connection, {version}")),
                Err(Trouble::Unknown(why)) => {
                    lines.push(format!("{name}: cannot be known from here, {why}"));
                    verdict = worse(verdict, PreflightVerdict::Unknown);
                }
                Err(Trouble::Refused(error)) => {
                    lines.push(format!("{name}: {error}"));
                    verdict = PreflightVerdict::WillFail;
                }
            }
        }
        lines.push(
            "this machine's network is not the charger's: names, routes and firewalls may differ"
                .to_owned(),
        );
        let summary = match verdict {
            PreflightVerdict::WillWork => "the charger would be let in",
            PreflightVerdict::WillFail => "the charger would be turned away",
            _ => "not everything can be known from here",
        };
        PreflightReport::new(verdict, summary).with_lines(lines)
    }
}

/// The document's root certificates, as a person compares them.
pub fn describe_roots(document: &ResolvedDocument) -> Vec<String> {
    let roots = document
        .root_pem()
        .and_then(|pem| TrustRoots::read(pem).ok())
        .unwrap_or_default();
    let describe =
        |root: &Certificate| format!("{}, SHA-256 {}", root.subject(), root.fingerprint());
    roots.iter().map(describe).collect()
}

/// Why a profile was not accepted.
enum Trouble {
    /// There is not enough here to ask at all.
    Unknown(String),
    /// The back office, or the way to it, said no.
    Refused(ConnectError),
}

fn endpoint(
    document: &ResolvedDocument,
    profile: &CheckedProfile<'_>,
) -> Result<Endpoint, Trouble> {
    let identity = document.document().identity.as_ref();
    let identity =
        identity.ok_or_else(|| Trouble::Unknown("the document names no identity".to_owned()))?;
    let version = match profile.ocpp_version() {
        OcppVersion::V1_6 => Subprotocol::OCPP16,
        OcppVersion::V2_0_1 => Subprotocol::OCPP201,
        other => return Err(Trouble::Unknown(format!("OCPP {other} has no WebSocket"))),
    };
    let unusable = |error: ocpp_transport::EndpointError| Trouble::Unknown(error.to_string());
    let endpoint =
        Endpoint::new(profile.url().as_str(), identity.as_str(), version).map_err(unusable)?;
    match document.authorization_key() {
        Some(key) if profile.security_profile().uses_basic_authentication() => endpoint
            .with_key(AuthorizationKey::bytes(key), PasswordForm::Verbatim)
            .map_err(unusable),
        _ => Ok(endpoint),
    }
}

fn tls(document: &ResolvedDocument) -> Result<TlsClient, Trouble> {
    let pem = document.root_pem().ok_or_else(|| {
        Trouble::Unknown(
            "security.root-certificate.file is missing, the package is unreadable".to_owned(),
        )
    })?;
    let unknown = |error: &dyn std::fmt::Display| Trouble::Unknown(error.to_string());
    let roots = TrustRoots::read(pem).map_err(|error| unknown(&error))?;
    let mut client = TlsClient::builder(&roots);
    if let (Some(chain), Some(key)) = (document.client_chain(), document.client_key()) {
        let identity = TlsIdentity::from_pem(chain, key).map_err(|error| unknown(&error))?;
        client = client.identity(&identity);
    }
    client.build().map_err(|error| unknown(&error))
}

fn worse(one: PreflightVerdict, other: PreflightVerdict) -> PreflightVerdict {
    if one == PreflightVerdict::WillWork {
        other
    } else {
        one
    }
}
