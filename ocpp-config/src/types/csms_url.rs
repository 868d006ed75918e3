use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;
use std::str::FromStr;

use fluent_uri::Uri;
use percent_encoding::{
    AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_decode_str, utf8_percent_encode,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ChargeBoxIdentity, serde_text};
use crate::ValueError;

/// The address of a back office as it is entered on a charger: scheme, host, port and
/// path, *without* the charger's identity (object `20Fx_3`, up to 512 bytes).
///
/// Kept exactly as written. Where a browser would repair (a blank, one slash too few,
/// `192.168.1`, a dot segment), this type refuses, because the charger gets the text and
/// not the repair. The grammar is RFC 3986's, checked by the `fluent-uri` crate; on top,
/// only `ws` and `wss` in lower case, a host, no user, no fragment, no dot segments.
///
/// ```
/// use ocpp_config::{ChargeBoxIdentity, CsmsUrl};
///
/// let url: CsmsUrl = "wss://csms.example:8443/ocpp/".parse()?;
/// assert!(url.is_tls());
/// assert_eq!(url.host().to_string(), "csms.example");
/// assert_eq!(url.port(), 8443);
///
/// let identity: ChargeBoxIdentity = "RDAM|123".parse()?;
/// assert_eq!(url.dial_url(&identity), "wss://csms.example:8443/ocpp/RDAM%7C123");
/// # Ok::<(), ocpp_config::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CsmsUrl {
    text: Box<str>,
    parts: Parts,
}

/// Where the parts lie in the text. The text has at most 512 bytes, so `u16` is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Parts {
    tls: bool,
    host: (u16, u16),
    address: Address,
    port: Option<u16>,
    /// The path ends where the query begins, or at the end.
    path: (u16, u16),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Address {
    None,
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

/// The host of a [`CsmsUrl`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlHost<'a> {
    /// A name, to be resolved by the charger.
    Name(&'a str),
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address.
    V6(Ipv6Addr),
}

/// Everything outside of RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl CsmsUrl {
    /// The most bytes that the charger keeps (513 with its NUL).
    pub const MAX_BYTES: usize = 512;

    /// Checks the text and keeps it as it is.
    ///
    /// # Errors
    ///
    /// The rule that the text breaks, one of the `NP-URL-` codes.
    pub fn new(text: impl Into<String>) -> Result<Self, ValueError> {
        let text = text.into();
        let parts = Parts::of(&text)?;
        Ok(Self {
            text: text.into(),
            parts,
        })
    }

    /// The URL as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the scheme is `wss`.
    pub fn is_tls(&self) -> bool {
        self.parts.tls
    }

    /// The host, an IPv6 address without its brackets.
    pub fn host(&self) -> UrlHost<'_> {
        match self.parts.address {
            Address::V4(address) => UrlHost::V4(address),
            Address::V6(address) => UrlHost::V6(address),
            Address::None => UrlHost::Name(self.slice(self.parts.host)),
        }
    }

    /// The port that is dialled: the one written, else 443 for `wss` and 80 for `ws`.
    pub fn port(&self) -> u16 {
        self.parts.port.unwrap_or_else(|| self.default_port())
    }

    /// The port as written, if one is.
    pub fn explicit_port(&self) -> Option<u16> {
        self.parts.port
    }

    /// 443 for `wss`, 80 for `ws` (RFC 6455, section 3).
    pub fn default_port(&self) -> u16 {
        if self.parts.tls { 443 } else { 80 }
    }

    /// The path as written, empty or beginning with a slash.
    pub fn path(&self) -> &str {
        self.slice(self.parts.path)
    }

    /// The query as written, without its question mark.
    pub fn query(&self) -> Option<&str> {
        self.text
            .get(usize::from(self.parts.path.1)..)
            .and_then(|rest| rest.strip_prefix('?'))
    }

    /// The exact URL that the charger dials: the path, one slash, and the identity with
    /// everything but RFC 3986's unreserved characters percent-encoded. A query stays
    /// behind the path.
    ///
    /// Source: OCPP-J 1.6, section 3.1.1; OCPP 2.0.1 Part 4, section 3.1.1.
    pub fn dial_url(&self, identity: &ChargeBoxIdentity) -> String {
        let (base, query) = self.text.split_at(usize::from(self.parts.path.1));
        let base = base.strip_suffix('/').unwrap_or(base);
        let identity = utf8_percent_encode(identity.as_str(), SEGMENT);
        format!("{base}/{identity}{query}")
    }

    /// Whether the last segment of the path, percent-decoded, is this identity.
    pub(crate) fn ends_in(&self, identity: &ChargeBoxIdentity) -> bool {
        let path = self.path();
        let path = path.strip_suffix('/').unwrap_or(path);
        path.rsplit_once('/')
            .is_some_and(|(_, segment)| percent_decode_str(segment).eq(identity.as_str().bytes()))
    }

    fn slice(&self, (start, end): (u16, u16)) -> &str {
        self.text
            .get(usize::from(start)..usize::from(end))
            .unwrap_or_default()
    }
}

impl Parts {
    fn of(text: &str) -> Result<Self, ValueError> {
        if text.len() > CsmsUrl::MAX_BYTES {
            return Err(ValueError::new(
                "NP-URL-LENGTH",
                format!("the URL has {} bytes, more than 512", text.len()),
            ));
        }
        let tls = scheme(text)?;
        let uri = Uri::parse(text).map_err(|_| {
            ValueError::new(
                "NP-URL-SYNTAX",
                "the URL contains a character that must not stand there (RFC 3986)",
            )
        })?;
        let authority = uri
            .authority()
            .filter(|authority| !authority.host().is_empty())
            .ok_or_else(|| ValueError::new("NP-URL-HOST", "the URL has no host"))?;
        if authority.has_userinfo() {
            return Err(ValueError::new(
                "NP-URL-USERINFO",
                "the URL contains a user or a password",
            ));
        }
        if uri.has_fragment() {
            return Err(ValueError::new(
                "NP-URL-FRAGMENT",
                "the URL contains a fragment (#)",
            ));
        }
        let path = range_in(text, uri.path().as_str());
        check_segments(uri.path().as_str())?;
        Ok(Self {
            tls,
            host: range_in(text, authority.host()),
            address: address(authority.host())?,
            port: port(authority.port().map(|port| port.as_str()))?,
            path,
        })
    }
}

/// Whether the scheme is the one with TLS.
fn scheme(text: &str) -> Result<bool, ValueError> {
    if text.starts_with("wss://") {
        Ok(true)
    } else if text.starts_with("ws://") {
        Ok(false)
    } else {
        Err(ValueError::new(
            "NP-URL-SCHEME",
            match text.split_once("://") {
                Some((scheme, _)) if scheme.len() <= 20 => {
                    format!("the URL begins with {scheme:?}, not with ws:// or wss://").into()
                }
                _ => std::borrow::Cow::from("the URL does not begin with ws:// or wss://"),
            },
        ))
    }
}

fn address(host: &str) -> Result<Address, ValueError> {
    if let Some(bracketed) = host.strip_prefix('[') {
        let address = bracketed.strip_suffix(']').unwrap_or(bracketed);
        return address.parse().map(Address::V6).map_err(|_| {
            ValueError::new("NP-URL-HOST", "the host in brackets is not an IPv6 address")
        });
    }
    if let Ok(address) = host.parse() {
        return Ok(Address::V4(address));
    }
    // A name may end in the dot of the DNS root; there is a rule about that.
    let host = host.strip_suffix('.').unwrap_or(host);
    let mut labels = host.as_bytes().rsplit(|byte| *byte == b'.');
    let last_label = labels.next().unwrap_or_default();
    if last_label.iter().all(u8::is_ascii_digit) {
        return Err(ValueError::new(
            "NP-URL-HOST",
            "the host looks like an IPv4 address but is not one",
        ));
    }
    if is_dns_name(host) {
        Ok(Address::None)
    } else {
        Err(ValueError::new(
            "NP-URL-HOST",
            "the host is not a name of letters, digits, hyphens and dots (at most 63 a label, \
             253 in all)",
        ))
    }
}

/// Letters, digits and hyphens (RFC 1123, section 2.1), and the underscore that private
/// networks use.
fn is_dns_name(host: &str) -> bool {
    let label_is_fine = |label: &[u8]| {
        (1..=63).contains(&label.len())
            && !label.starts_with(b"-")
            && !label.ends_with(b"-")
            && label
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let mut labels = host.as_bytes().split(|byte| *byte == b'.');
    host.len() <= 253 && labels.all(label_is_fine)
}

fn port(digits: Option<&str>) -> Result<Option<u16>, ValueError> {
    match digits {
        None => Ok(None),
        Some(digits) => match digits.parse() {
            Ok(port) if port > 0 => Ok(Some(port)),
            _ => Err(ValueError::new(
                "NP-URL-PORT",
                "the port is not a number from 1 to 65535",
            )),
        },
    }
}

/// A client may drop `.` and `..`, a server may not expect them.
fn check_segments(path: &str) -> Result<(), ValueError> {
    let is_dots = |segment: &[u8]| {
        let is = |dots: &[u8]| percent_decode(segment).eq(dots.iter().copied());
        is(b".") || is(b"..")
    };
    let mut segments = path.as_bytes().split(|byte| *byte == b'/');
    if segments.any(is_dots) {
        Err(ValueError::new(
            "NP-URL-DOTS",
            "the path contains \".\" or \"..\" as a segment",
        ))
    } else {
        Ok(())
    }
}

/// Where `part` lies in `text`, of which it is a slice.
fn range_in(text: &str, part: &str) -> (u16, u16) {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let Range { start, end } = start..start + part.len();
    let narrow = |offset: usize| u16::try_from(offset).unwrap_or(u16::MAX);
    (narrow(start), narrow(end))
}

impl FromStr for CsmsUrl {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Checked before it is copied: a hostile text is not.
        let parts = Parts::of(text)?;
        Ok(Self {
            text: text.into(),
            parts,
        })
    }
}

impl AsRef<str> for CsmsUrl {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for CsmsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for UrlHost<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::V4(address) => address.fmt(f),
            Self::V6(address) => address.fmt(f),
        }
    }
}

impl Serialize for CsmsUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CsmsUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_text::text(deserializer, "a ws:// or wss:// URL")
    }
}

inline_schema!(CsmsUrl, {
    "type": "string",
    "description": "the back office's ws:// or wss:// URL, without the charger's identity",
    "maxLength": 512,
    "pattern": "^wss?://[^/?#@]+(/[^#]*)?(\\?[^#]*)?$"
});

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(text: &str) -> &'static str {
        text.parse::<CsmsUrl>().unwrap_err().code().as_str()
    }

    #[test]
    fn what_a_browser_repairs_is_refused() {
        for (text, code) in [
            ("csms.example/ocpp", "NP-URL-SCHEME"),
            ("https://csms.example/ocpp", "NP-URL-SCHEME"),
            ("WSS://csms.example/ocpp", "NP-URL-SCHEME"),
            (" wss://csms.example/ocpp", "NP-URL-SCHEME"),
            ("wss:/csms.example/ocpp", "NP-URL-SCHEME"),
            ("wss://csms.example/oc pp", "NP-URL-SYNTAX"),
            ("wss://csms.example/oc|pp", "NP-URL-SYNTAX"),
            ("wss://csms.example/ocpp\n", "NP-URL-SYNTAX"),
            ("wss://b\u{fc}ro.example/", "NP-URL-SYNTAX"),
            ("wss:///ocpp", "NP-URL-HOST"),
            ("wss://192.168.1/ocpp", "NP-URL-HOST"),
            ("wss://a..b/ocpp", "NP-URL-HOST"),
            ("wss://b%C3%BCro.example/", "NP-URL-HOST"),
            ("wss://[v1.a]/", "NP-URL-HOST"),
            ("wss://user:pw@csms.example/", "NP-URL-USERINFO"),
            ("wss://csms.example/#x", "NP-URL-FRAGMENT"),
            ("wss://csms.example:0/", "NP-URL-PORT"),
            ("wss://csms.example:65536/", "NP-URL-PORT"),
            ("wss://csms.example:/", "NP-URL-PORT"),
            ("wss://csms.example/a/../b", "NP-URL-DOTS"),
            ("wss://csms.example/a/%2E%2e", "NP-URL-DOTS"),
        ] {
            assert_eq!(code_of(text), code, "{text:?}");
        }
    }

    #[test]
    fn the_length_of_the_charger_is_the_limit() {
        let path = "a".repeat(CsmsUrl::MAX_BYTES - "ws://c/".len());
        assert!(format!("ws://c/{path}").parse::<CsmsUrl>().is_ok());
        assert_eq!(code_of(&format!("ws://c/{path}a")), "NP-URL-LENGTH");
    }

    #[test]
    fn the_identity_becomes_the_last_segment() {
        for (base, identity, dialled) in [
            ("ws://csms.example", "CP1", "ws://csms.example/CP1"),
            ("ws://csms.example/", "CP1", "ws://csms.example/CP1"),
            (
                "ws://csms.example:80/a",
                "CP1",
                "ws://csms.example:80/a/CP1",
            ),
            ("ws://csms.example/a//", "CP1", "ws://csms.example/a//CP1"),
            (
                "wss://csms.example/a?k=v",
                "CP1",
                "wss://csms.example/a/CP1?k=v",
            ),
            (
                "wss://csms.example?k=v",
                "CP1",
                "wss://csms.example/CP1?k=v",
            ),
            (
                "wss://[2001:db8::1]:9/a",
                "RDAM 123",
                "wss://[2001:db8::1]:9/a/RDAM%20123",
            ),
            ("ws://c/a", "a/b%|?#", "ws://c/a/a%2Fb%25%7C%3F%23"),
            ("ws://c/a", "A-z.0_~", "ws://c/a/A-z.0_~"),
        ] {
            let url: CsmsUrl = base.parse().unwrap();
            assert_eq!(url.dial_url(&identity.parse().unwrap()), dialled);
        }
    }

    #[test]
    fn the_parts_are_those_of_the_text() {
        let url: CsmsUrl = "wss://csms.example:8443/ocpp/%41?x=1".parse().unwrap();
        assert_eq!(url.host(), UrlHost::Name("csms.example"));
        assert_eq!((url.port(), url.explicit_port()), (8443, Some(8443)));
        assert_eq!((url.path(), url.query()), ("/ocpp/%41", Some("x=1")));
        assert!(url.ends_in(&"A".parse().unwrap()));

        let url: CsmsUrl = "ws://10.0.0.1".parse().unwrap();
        assert_eq!(url.host(), UrlHost::V4(Ipv4Addr::new(10, 0, 0, 1)));
        assert_eq!((url.port(), url.path(), url.query()), (80, "", None));
        assert!(!url.ends_in(&"A".parse().unwrap()));
    }
}
