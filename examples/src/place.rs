use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use charger_link::https::Address;

/// Where a charger is, as command lines and fleet lists spell it.
///
/// | spelling | the way in |
/// | --- | --- |
/// | `https://192.168.1.20`, `192.168.1.20:8443`, `charger.local` | its HTTPS API |
/// | `gateway://192.168.1.5:6000` | a CiA 309-3 gateway on TCP |
/// | `serial:/dev/ttyUSB0`, `/dev/ttyUSB0`, `serial:COM3` | a CiA 309-3 gateway on a serial port |
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// Its HTTPS API.
    Https(Address),
    /// A CiA 309-3 gateway on TCP, as `host:port`.
    Gateway(String),
    /// A CiA 309-3 gateway on a serial port.
    Serial(PathBuf),
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        if let Some(address) = text.strip_prefix("gateway://") {
            return match address.rsplit_once(':') {
                Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                    Ok(Self::Gateway(address.to_owned()))
                }
                _ => Err(PlaceError::GatewayPort),
            };
        }
        match text.strip_prefix("serial:") {
            Some("") => Err(PlaceError::Unknown),
            Some(path) => Ok(Self::Serial(path.into())),
            None if text.starts_with('/') => Ok(Self::Serial(text.into())),
            None => https(text.strip_prefix("https://").unwrap_or(text)).map(Self::Https),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Https(address) => write!(f, "https://{address}"),
            Self::Gateway(address) => write!(f, "gateway://{address}"),
            Self::Serial(path) => write!(f, "serial:{}", path.display()),
        }
    }
}

/// `host`, `host:port`, `IPv6` or `[IPv6]:port`.
fn https(text: &str) -> Result<Address, PlaceError> {
    let text = text.strip_suffix('/').unwrap_or(text);
    if text.is_empty() || text.contains(['/', '@', '?']) || text.contains(char::is_whitespace) {
        return Err(PlaceError::Unknown);
    }
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            let port = port.parse().map_err(|_| PlaceError::Unknown)?;
            Ok(Address::new(host).with_port(port))
        }
        _ => Ok(Address::new(text)),
    }
}

/// Text that names no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// None of the spellings.
    #[error("neither https://HOST[:PORT] nor gateway://HOST:PORT nor serial:PATH")]
    Unknown,
    /// A gateway has no usual port.
    #[error("a gateway is named with its port, gateway://HOST:PORT")]
    GatewayPort,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_understood() {
        for (text, place) in [
            ("https://charger", "https://charger:443"),
            ("https://charger/", "https://charger:443"),
            ("charger.local", "https://charger.local:443"),
            ("10.0.0.1:8443", "https://10.0.0.1:8443"),
            ("fe80::1", "https://[fe80::1]:443"),
            ("https://[fe80::1]:8443", "https://[fe80::1]:8443"),
            ("gateway://10.0.0.5:6000", "gateway://10.0.0.5:6000"),
            ("serial:COM3", "serial:COM3"),
            ("/dev/ttyUSB0", "serial:/dev/ttyUSB0"),
        ] {
            let found = text.parse::<Place>().map(|place| place.to_string());
            assert_eq!(found.as_deref(), Ok(place), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "http://charger",
            "https://",
            "https://user@charger",
            "https://charger/path",
            "charger:port",
            "gateway://10.0.0.5",
            "gateway://:6000",
            "serial:",
            "a b",
        ] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }
}
