use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use ocpp_config::Secret;

/// Where a charger is reached and how it is treated there.
///
/// ```
/// use charger_link::https::{Address, Credentials, HttpsSettings};
/// use ocpp_config::Secret;
///
/// let settings = HttpsSettings::new(
///     Address::new("192.168.1.20"),
///     Credentials::new("admin", Secret::from("the password on the label")),
/// );
/// assert_eq!(settings.address().to_string(), "192.168.1.20:443");
/// ```
#[derive(Debug, Clone)]
pub struct HttpsSettings {
    address: Address,
    credentials: Credentials,
    pin_name: Option<String>,
    requests_per_minute: NonZeroU32,
    logins_per_minute: NonZeroU32,
    connect_timeout: Duration,
    answer_timeout: Duration,
    attempts: u8,
    reconnect_gap: Duration,
    plain_http: bool,
}

impl HttpsSettings {
    /// The defaults, for a charger at `address`.
    pub const fn new(address: Address, credentials: Credentials) -> Self {
        Self {
            address,
            credentials,
            pin_name: None,
            requests_per_minute: REQUESTS_PER_MINUTE,
            logins_per_minute: LOGINS_PER_MINUTE,
            connect_timeout: Duration::from_secs(10),
            answer_timeout: Duration::from_secs(15),
            attempts: 3,
            reconnect_gap: Duration::from_millis(500),
            plain_http: false,
        }
    }

    /// The name under which the charger's public key is pinned, best its serial number
    /// (`ACE0…`), which stays when the address changes. Defaults to the address.
    #[must_use]
    pub fn with_pin_name(mut self, name: impl Into<String>) -> Self {
        self.pin_name = Some(name.into());
        self
    }

    /// The most requests that go out in any minute; more of them wait. Chargers under
    /// a steady load of about 33 a minute were seen to reset after some hours, at 10
    /// a minute not. Defaults to 60, which is for procedures and not for days.
    #[must_use]
    pub const fn with_requests_per_minute(mut self, most: NonZeroU32) -> Self {
        self.requests_per_minute = most;
        self
    }

    /// The most logins in any minute, so that two clients that throw each other out
    /// do not do it for ever. Beyond it, requests fail with
    /// [`LinkErrorKind::LoginLimit`](crate::LinkErrorKind::LoginLimit) unless they
    /// have time to wait. Defaults to 5.
    #[must_use]
    pub const fn with_logins_per_minute(mut self, most: NonZeroU32) -> Self {
        self.logins_per_minute = most;
        self
    }

    /// How long connecting may take, TLS included. Defaults to 10 s.
    #[must_use]
    pub const fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one answer may take before the connection is given up; an upload has
    /// four times as long. Defaults to 15 s: some units need more than 10 s.
    #[must_use]
    pub const fn with_answer_timeout(mut self, timeout: Duration) -> Self {
        self.answer_timeout = timeout;
        self
    }

    /// How often a request that can be repeated without harm is tried in all.
    /// Defaults to 3; 0 counts as 1.
    #[must_use]
    pub const fn with_attempts(mut self, attempts: u8) -> Self {
        self.attempts = attempts;
        self
    }

    /// How long the charger is left alone between two connections. Defaults to 0.5 s,
    /// which chargers need to notice that the earlier one is gone.
    #[must_use]
    pub const fn with_reconnect_gap(mut self, gap: Duration) -> Self {
        self.reconnect_gap = gap;
        self
    }

    /// Where the charger is.
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The name under which its public key is pinned.
    pub fn pin_name(&self) -> String {
        self.pin_name
            .clone()
            .unwrap_or_else(|| self.address.to_string())
    }

    /// Who logs in.
    pub const fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The most requests in any minute.
    pub const fn requests_per_minute(&self) -> NonZeroU32 {
        self.requests_per_minute
    }

    /// The most logins in any minute.
    pub const fn logins_per_minute(&self) -> NonZeroU32 {
        self.logins_per_minute
    }

    /// How long connecting may take.
    pub const fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// How long one answer may take.
    pub const fn answer_timeout(&self) -> Duration {
        self.answer_timeout
    }

    /// How often a request is tried in all.
    pub const fn attempts(&self) -> u8 {
        self.attempts
    }

    /// How long the charger is left alone between two connections.
    pub const fn reconnect_gap(&self) -> Duration {
        self.reconnect_gap
    }

    /// For firmware below 5.0: no TLS, and the credentials in every request.
    pub(crate) const fn over_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    pub(crate) const fn is_plain_http(&self) -> bool {
        self.plain_http
    }
}

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// This host, an IP address or a name, at port 443.
    pub fn new(host: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port: 443,
        }
    }

    /// The same host at another port.
    #[must_use]
    pub const fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The host, without brackets around an IPv6 address.
    pub fn host(&self) -> &str {
        self.host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(&self.host)
    }

    /// The port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether the host can stand in a request as it is.
    pub(crate) fn is_plain(&self) -> bool {
        let host = self.host();
        !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._:%".contains(&byte))
    }

    /// The host as the `Host` header has it.
    pub(crate) fn host_header(&self) -> String {
        let host = self.host();
        match host.contains(':') {
            true => format!("[{host}]"),
            false => host.to_owned(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host_header(), self.port)
    }
}

/// Who logs in.
#[derive(Debug, Clone)]
pub struct Credentials {
    user: String,
    password: Secret,
    display_name: String,
}

impl Credentials {
    /// The user, `admin` for an installer, and the password. With an empty user nobody
    /// logs in: requests that need it fail with
    /// [`LinkErrorKind::UnknownUser`](crate::LinkErrorKind::UnknownUser), unsent. A
    /// password must be UTF-8 text; another one fails with
    /// [`LinkErrorKind::PasswordNotText`](crate::LinkErrorKind::PasswordNotText), unsent
    /// too.
    pub fn new(user: impl Into<String>, password: Secret) -> Self {
        Self {
            user: user.into(),
            password,
            display_name: "charger-link".to_owned(),
        }
    }

    /// The name under which the charger lists the session. Defaults to `charger-link`.
    #[must_use]
    pub fn with_display_name(mut self, name: impl Into<String>) -> Self {
        self.display_name = name.into();
        self
    }

    /// The user's name.
    pub fn user(&self) -> &str {
        &self.user
    }

    pub(crate) const fn password(&self) -> &Secret {
        &self.password
    }

    /// The name under which the charger lists the session.
    pub fn display_name(&self) -> &str {
        &self.display_name
    }
}

/// 60.
const REQUESTS_PER_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);
/// 5, on which other clients of these chargers settled.
const LOGINS_PER_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
