use std::fmt;

use ocpp_config::{
    AuthorizationKey, ChargeBoxIdentity, Concern, CsmsUrl, OcppVersion, Secret, SecurityProfile,
};
use url::{Host, Url};

use crate::basic_auth::{BasicCredentials, PasswordError, PasswordForm};
use crate::charger::ChargerDescription;
use crate::wire_text::wire_text;

wire_text! {
    /// An OCPP version as the WebSocket subprotocol names it.
    Subprotocol {
        /// OCPP 1.6.
        OCPP16 = "ocpp1.6";
        /// OCPP 2.0.1.
        OCPP201 = "ocpp2.0.1";
        /// OCPP 2.1.
        OCPP21 = "ocpp2.1";
    }
}

impl Subprotocol {
    /// The subprotocol of a version that speaks OCPP-J; `None` for the SOAP versions.
    pub fn of_version(version: OcppVersion) -> Option<Self> {
        match version {
            OcppVersion::V1_6 => Some(Self::OCPP16),
            OcppVersion::V2_0_1 => Some(Self::OCPP201),
            _ => None,
        }
    }
}

/// Where a charger connects to and as whom: the back office's URL, the charger's
/// identity, the OCPP versions it offers, and its password if it has one.
///
/// ```
/// use ocpp_transport::{Endpoint, Subprotocol};
///
/// let endpoint = Endpoint::new("wss://csms.example.com/ocpp/", "RDAM 123", Subprotocol::OCPP16)?;
/// assert_eq!(endpoint.url(), "wss://csms.example.com/ocpp/RDAM%20123");
/// # Ok::<(), ocpp_transport::EndpointError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Endpoint {
    secure: bool,
    host: Host<String>,
    port: Option<u16>,
    /// Path without the identity and without a slash at its end.
    path: String,
    /// The identity as it is appended, if it is.
    segment: Option<String>,
    query: Option<String>,
    identity: String,
    names_default_port: bool,
    offered: Vec<Subprotocol>,
    credentials: Option<BasicCredentials>,
}

impl Endpoint {
    /// The charger `identity` at the back office `url`, which stands without the
    /// identity: that is appended, percent-encoded by the letter of RFC 3986 (OCPP-J 1.6
    /// section 3.1.1, OCPP 2.0.1 part 4 section 3.1.1).
    ///
    /// # Errors
    /// When the URL is none of `ws` or `wss` with a host, or carries a user, a password
    /// or a fragment; when the identity is empty, `.` or `..`.
    pub fn new(url: &str, identity: &str, version: Subprotocol) -> Result<Self, EndpointError> {
        let parsed = parse_url(url)?;
        let encoded = encode_identity(identity)?;
        let path = parsed.path();
        Ok(Self {
            secure: parsed.scheme() == "wss",
            host: parsed.host().ok_or(EndpointError::NoHost)?.to_owned(),
            port: parsed.port(),
            path: path.strip_suffix('/').unwrap_or(path).to_owned(),
            segment: Some(encoded),
            query: parsed.query().map(str::to_owned),
            identity: identity.to_owned(),
            names_default_port: false,
            offered: sendable(&[version]),
            credentials: None,
        })
    }

    /// The endpoint of a network profile: scheme and login follow from the security
    /// profile, and the key is sent as the bytes it stands for, as OCPP 1.6 means it (use
    /// [`with_key`](Self::with_key) for another spelling).
    ///
    /// # Errors
    /// As [`new`](Self::new); when the scheme does not fit the profile, a key is missing
    /// that the profile demands, or the version does not run over WebSocket.
    pub fn for_profile(
        url: &CsmsUrl,
        identity: &ChargeBoxIdentity,
        version: OcppVersion,
        profile: SecurityProfile,
        key: Option<&AuthorizationKey>,
    ) -> Result<Self, EndpointError> {
        let version = Subprotocol::of_version(version).ok_or(EndpointError::NotWebSocket)?;
        let endpoint = Self::new(url.as_str(), identity.as_str(), version)?;
        if endpoint.is_secure() != profile.uses_tls() {
            return Err(EndpointError::SchemeForProfile(profile));
        }
        if !profile.uses_basic_authentication() {
            return Ok(endpoint);
        }
        let key = key.ok_or(EndpointError::KeyMissing(profile))?;
        endpoint.with_key(key.bytes(), PasswordForm::RawBytes)
    }

    /// Dials as this charger does: its versions, whether and how it appends its identity,
    /// and whether it names a default port. The other habits belong to the
    /// [`TlsClient`](crate::TlsClient) and the [`PasswordForm`].
    ///
    /// # Errors
    /// When the charger does not encode its identity and this one cannot stand in a
    /// request as it is.
    pub fn with_charger(mut self, charger: &ChargerDescription) -> Result<Self, EndpointError> {
        let encoded = encode_identity(&self.identity)?;
        let raw = self.identity.bytes().all(|byte| byte.is_ascii_graphic());
        self.segment = match (charger.appends_identity, charger.encodes_identity) {
            (false, _) => None,
            (true, true) => Some(encoded),
            (true, false) if raw => Some(self.identity.clone()),
            (true, false) => return Err(EndpointError::RawIdentity),
        };
        self.offered = sendable(&charger.versions);
        self.names_default_port = charger.keeps_default_port;
        Ok(self)
    }

    /// Offers these versions, most wanted first, in place of the one given to
    /// [`new`](Self::new). An empty list offers none, as broken chargers do; words that
    /// cannot stand in an HTTP header are left out.
    #[must_use]
    pub fn with_versions(mut self, versions: impl IntoIterator<Item = Subprotocol>) -> Self {
        let versions: Vec<Subprotocol> = versions.into_iter().collect();
        self.offered = sendable(&versions);
        self
    }

    /// Logs in with the identity and this key: security profiles 1 and 2.
    ///
    /// # Errors
    /// When the key does not have the spelling, or the identity holds a `:`, which ends
    /// the user name in HTTP basic authentication.
    pub fn with_key(mut self, key: &Secret, form: PasswordForm) -> Result<Self, EndpointError> {
        if self.identity.contains(':') {
            return Err(EndpointError::ColonInIdentity);
        }
        let password = form.password(key).map_err(EndpointError::Password)?;
        self.credentials = Some(BasicCredentials::new(self.identity.clone(), password));
        Ok(self)
    }

    /// The same endpoint without a login.
    #[must_use]
    pub fn without_key(mut self) -> Self {
        self.credentials = None;
        self
    }

    /// The URL that is dialled, identity included, default port left out.
    pub fn url(&self) -> String {
        format!("{}://{}{}", self.scheme(), self.authority(), self.target())
    }

    /// Whether the connection is secured with TLS (`wss`).
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host without brackets: a DNS name (IDNA-encoded) or an IP address.
    pub fn host(&self) -> String {
        match &self.host {
            Host::Domain(name) => name.clone(),
            Host::Ipv4(ip) => ip.to_string(),
            Host::Ipv6(ip) => ip.to_string(),
        }
    }

    /// The port, 443 or 80 when the URL names none.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.secure { 443 } else { 80 })
    }

    /// The charger's identity, not encoded.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// The versions offered, most wanted first.
    pub fn offered(&self) -> &[Subprotocol] {
        &self.offered
    }

    /// Whether a login is sent.
    pub const fn has_key(&self) -> bool {
        self.credentials.is_some()
    }

    /// Path and query of the request.
    pub(crate) fn target(&self) -> String {
        let mut target = self.path.clone();
        match &self.segment {
            Some(segment) => {
                target.push('/');
                target.push_str(segment);
            }
            None if target.is_empty() => target.push('/'),
            None => {}
        }
        if let Some(query) = &self.query {
            target.push('?');
            target.push_str(query);
        }
        target
    }

    /// Host and port for the `Host` header.
    pub(crate) fn authority(&self) -> String {
        if self.port.is_some() || self.names_default_port {
            format!("{}:{}", self.host, self.port())
        } else {
            self.host.to_string()
        }
    }

    pub(crate) const fn credentials(&self) -> Option<&BasicCredentials> {
        self.credentials.as_ref()
    }

    const fn scheme(&self) -> &'static str {
        if self.secure { "wss" } else { "ws" }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url())
    }
}

/// Why an endpoint cannot be dialled. All of these concern the URL, the identity or the
/// key of the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// The text is not a URL.
    #[error("not a URL ({0}); expected something like wss://host/path")]
    NotAUrl(String),
    /// The scheme is another than `ws` and `wss`.
    #[error("the scheme {0:?} is not that of an OCPP-J endpoint; expected ws or wss")]
    Scheme(String),
    /// There is no host.
    #[error("the URL names no host")]
    NoHost,
    /// The URL carries a user or a password, which chargers do not read from there.
    #[error("the URL carries a user name or password; give the key separately")]
    UserInfo,
    /// The URL carries a fragment (`#…`).
    #[error("the URL carries a fragment (#…), which no server ever sees")]
    Fragment,
    /// The version runs over SOAP, which this crate does not speak.
    #[error("this OCPP version does not run over WebSocket")]
    NotWebSocket,
    /// Profiles 2 and 3 need `wss`, 0 and 1 `ws`.
    #[error("the scheme of the URL does not fit security profile {0}")]
    SchemeForProfile(SecurityProfile),
    /// The profile logs in, but there is no key.
    #[error("security profile {0} needs an authorization key")]
    KeyMissing(SecurityProfile),
    /// The charger does not encode its identity, and this one needs it.
    #[error("the identity needs percent-encoding, which the charger does not do")]
    RawIdentity,
    /// The identity is empty.
    #[error("the identity is empty")]
    EmptyIdentity,
    /// The identity is `.` or `..`, which URL handling removes on the way.
    #[error("the identity {0:?} would be removed from the path on the way")]
    DotIdentity(String),
    /// The identity holds a `:` and cannot be a user name.
    #[error("the identity holds a colon and cannot be the user name of a login")]
    ColonInIdentity,
    /// The key cannot be sent in the chosen spelling.
    #[error("the key cannot be sent in this spelling")]
    Password(#[source] PasswordError),
}

impl EndpointError {
    /// Whom it concerns: the document that names URL, identity and key, or the charger,
    /// which does not encode its identity.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::RawIdentity => Concern::Charger,
            _ => Concern::Document,
        }
    }
}

/// Percent-encodes everything outside the unreserved characters of RFC 3986.
///
/// # Errors
/// When the identity is empty, `.` or `..`.
pub fn encode_identity(identity: &str) -> Result<String, EndpointError> {
    match identity {
        "" => return Err(EndpointError::EmptyIdentity),
        "." | ".." => return Err(EndpointError::DotIdentity(identity.to_owned())),
        _ => {}
    }
    let mut encoded = String::with_capacity(identity.len());
    for byte in identity.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(encoded)
}

/// The versions whose names are HTTP tokens (RFC 9110 section 5.6.2), as far as OCPP
/// needs them.
fn sendable(versions: &[Subprotocol]) -> Vec<Subprotocol> {
    let token = |it: &&Subprotocol| {
        let mut bytes = it.as_str().bytes();
        !it.as_str().is_empty()
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-._~+".contains(&byte))
    };
    versions.iter().filter(token).cloned().collect()
}

fn parse_url(text: &str) -> Result<Url, EndpointError> {
    let url = Url::parse(text).map_err(|error| EndpointError::NotAUrl(error.to_string()))?;
    if !matches!(url.scheme(), "ws" | "wss") {
        return Err(EndpointError::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointError::UserInfo);
    }
    if url.fragment().is_some() {
        return Err(EndpointError::Fragment);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialled(url: &str, identity: &str) -> Result<String, EndpointError> {
        Endpoint::new(url, identity, Subprotocol::OCPP16).map(|it| it.url())
    }

    #[test]
    fn the_identity_is_the_last_segment_however_the_url_ends() {
        for (url, identity, expected) in [
            ("ws://h/ocpp", "CP1", "ws://h/ocpp/CP1"),
            ("ws://h/ocpp/", "CP1", "ws://h/ocpp/CP1"),
            ("ws://h", "CP1", "ws://h/CP1"),
            (
                "wss://h:8443/a/b?token=x",
                "CP1",
                "wss://h:8443/a/b/CP1?token=x",
            ),
            ("wss://h:443/a", "RDAM|123", "wss://h/a/RDAM%7C123"),
            ("wss://[::1]:9000/", "é/%", "wss://[::1]:9000/%C3%A9%2F%25"),
            ("wss://h/", "...", "wss://h/..."),
        ] {
            assert_eq!(dialled(url, identity).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_a_charger_could_not_dial_is_refused_with_its_reason() {
        let dot = |it: &str| EndpointError::DotIdentity(it.to_owned());
        for (url, identity, expected) in [
            (
                "https://h/",
                "CP1",
                EndpointError::Scheme("https".to_owned()),
            ),
            ("ws://u@h/", "CP1", EndpointError::UserInfo),
            ("ws://u:p@h/", "CP1", EndpointError::UserInfo),
            ("ws://h/#x", "CP1", EndpointError::Fragment),
            ("ws://h/", "", EndpointError::EmptyIdentity),
            ("ws://h/", ".", dot(".")),
            ("ws://h/", "..", dot("..")),
        ] {
            assert_eq!(dialled(url, identity), Err(expected));
        }
        assert!(matches!(
            dialled("csms.example.com/ocpp", "CP1"),
            Err(EndpointError::NotAUrl(_))
        ));
    }

    #[test]
    fn a_version_cannot_smuggle_in_a_header() {
        let versions = ["ocpp1.6\r\nX-Evil: 1", "", "ocpp2.0.1", "a,b"].map(Subprotocol::new);
        let endpoint = Endpoint::new("ws://h", "CP1", Subprotocol::OCPP16).expect("endpoint");
        assert_eq!(
            endpoint.with_versions(versions.clone()).offered(),
            [Subprotocol::OCPP201]
        );
    }

    #[test]
    fn a_colon_in_the_identity_cannot_log_in() {
        let endpoint = Endpoint::new("ws://h", "a:b", Subprotocol::OCPP16).expect("dialled");
        let refused = endpoint.with_key(&Secret::from("key"), PasswordForm::Verbatim);
        assert_eq!(refused.err(), Some(EndpointError::ColonInIdentity));
    }

    #[test]
    fn a_chargers_habits_shape_what_is_dialled() {
        let dial = |url: &str, identity: &str, change: fn(&mut ChargerDescription)| {
            let mut charger = ChargerDescription::conservative();
            change(&mut charger);
            Endpoint::new(url, identity, Subprotocol::OCPP16)?
                .with_charger(&charger)
                .map(|it| it.url())
        };
        type Habit = fn(&mut ChargerDescription);
        let own: Habit = |_| {};
        let appends_nothing: Habit = |it| it.appends_identity = false;
        let encodes_nothing: Habit = |it| it.encodes_identity = false;
        let names_port: Habit = |it| it.keeps_default_port = true;
        let fine = |text: &str| Ok(text.to_owned());
        for (url, identity, habit, expected) in [
            ("wss://h/a?b", "C|1", own, fine("wss://h/a/C%7C1?b")),
            (
                "wss://h/a/C1?b",
                "C1",
                appends_nothing,
                fine("wss://h/a/C1?b"),
            ),
            ("wss://h", "C1", appends_nothing, fine("wss://h/")),
            ("wss://h/a", "C|1", encodes_nothing, fine("wss://h/a/C|1")),
            (
                "wss://h/a",
                "C 1",
                encodes_nothing,
                Err(EndpointError::RawIdentity),
            ),
            (
                "wss://h/a",
                "C\r\nX: y",
                encodes_nothing,
                Err(EndpointError::RawIdentity),
            ),
            ("wss://h/a", "C1", names_port, fine("wss://h:443/a/C1")),
            ("ws://h/a", "C1", names_port, fine("ws://h:80/a/C1")),
        ] {
            assert_eq!(dial(url, identity, habit), expected);
        }
    }

    #[test]
    fn a_network_profile_decides_on_scheme_and_login() {
        let url = |text: &str| CsmsUrl::new(text).expect("URL");
        let identity = ChargeBoxIdentity::new("CP1").expect("identity");
        let secret = Secret::from("correct horse battery");
        let key = AuthorizationKey::new(&secret, ocpp_config::KeyEncoding::Text).expect("key");
        let make = |text: &str, profile: SecurityProfile, key: Option<&AuthorizationKey>| {
            Endpoint::for_profile(&url(text), &identity, OcppVersion::V1_6, profile, key)
                .map(|it| it.has_key())
        };
        use SecurityProfile as Profile;
        for (text, profile, key, expected) in [
            ("ws://h/", Profile::NONE, None, Ok(false)),
            ("ws://h/", Profile::BASIC, Some(&key), Ok(true)),
            ("wss://h/", Profile::TLS_BASIC, Some(&key), Ok(true)),
            // Profile 3 proves itself by its certificate and does not log in.
            (
                "wss://h/",
                Profile::TLS_CLIENT_CERTIFICATE,
                Some(&key),
                Ok(false),
            ),
            (
                "wss://h/",
                Profile::TLS_BASIC,
                None,
                Err(EndpointError::KeyMissing(Profile::TLS_BASIC)),
            ),
            (
                "ws://h/",
                Profile::TLS_BASIC,
                Some(&key),
                Err(EndpointError::SchemeForProfile(Profile::TLS_BASIC)),
            ),
            (
                "wss://h/",
                Profile::BASIC,
                Some(&key),
                Err(EndpointError::SchemeForProfile(Profile::BASIC)),
            ),
        ] {
            assert_eq!(make(text, profile, key), expected, "{text} {profile}");
        }
    }

    #[test]
    fn the_host_stands_without_brackets_and_the_port_is_known() {
        let endpoint = Endpoint::new("wss://[::1]/", "CP1", Subprotocol::OCPP16).expect("url");
        assert_eq!((endpoint.host().as_str(), endpoint.port()), ("::1", 443));
        let endpoint = Endpoint::new("ws://Käse.example", "CP1", Subprotocol::OCPP16).expect("url");
        assert_eq!(
            (endpoint.host().as_str(), endpoint.port()),
            ("xn--kse-qla.example", 80)
        );
    }
}
