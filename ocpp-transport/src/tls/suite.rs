use std::fmt;

/// A TLS protocol version by its wire number (`0x0303` is TLS 1.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TlsVersion(u16);

impl TlsVersion {
    /// TLS 1.0, which no connection of this crate speaks.
    pub const TLS1_0: Self = Self(0x0301);
    /// TLS 1.1, which no connection of this crate speaks.
    pub const TLS1_1: Self = Self(0x0302);
    /// TLS 1.2, the floor of every current OCPP text.
    pub const TLS1_2: Self = Self(0x0303);
    /// TLS 1.3.
    pub const TLS1_3: Self = Self(0x0304);

    /// The version with this wire number.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The wire number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0x0300 => f.write_str("SSL 3.0"),
            0x0301..=0x0304 => write!(f, "TLS 1.{}", self.0 - 0x0301),
            other => write!(f, "TLS version {other:#06x}"),
        }
    }
}

impl fmt::Debug for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A TLS cipher suite by its IANA number; unknown numbers are kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CipherSuite(u16);

impl CipherSuite {
    /// `TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256`.
    pub const ECDHE_ECDSA_AES128_GCM: Self = Self(0xC02B);
    /// `TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384`.
    pub const ECDHE_ECDSA_AES256_GCM: Self = Self(0xC02C);
    /// `TLS_RSA_WITH_AES_128_GCM_SHA256`: no forward secrecy; this crate cannot speak it.
    pub const RSA_AES128_GCM: Self = Self(0x009C);
    /// `TLS_RSA_WITH_AES_256_GCM_SHA384`: no forward secrecy; this crate cannot speak it.
    pub const RSA_AES256_GCM: Self = Self(0x009D);
    /// `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`.
    pub const ECDHE_RSA_AES128_GCM: Self = Self(0xC02F);
    /// `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384`.
    pub const ECDHE_RSA_AES256_GCM: Self = Self(0xC030);
    /// `TLS_AES_128_GCM_SHA256`.
    pub const TLS13_AES128_GCM: Self = Self(0x1301);
    /// `TLS_AES_256_GCM_SHA384`.
    pub const TLS13_AES256_GCM: Self = Self(0x1302);
    /// `TLS_CHACHA20_POLY1305_SHA256`.
    pub const TLS13_CHACHA20: Self = Self(0x1303);
    /// `TLS_RSA_WITH_AES_128_CBC_SHA`, which the white paper allows to TLS 1.0 devices.
    pub const RSA_AES128_CBC_SHA: Self = Self(0x002F);

    /// The four suites every OCPP back office has to offer (white paper A00.FR.317,
    /// OCPP 2.0.1 A00.FR.318).
    pub const OCPP: [Self; 4] = [
        Self::ECDHE_ECDSA_AES128_GCM,
        Self::ECDHE_ECDSA_AES256_GCM,
        Self::RSA_AES128_GCM,
        Self::RSA_AES256_GCM,
    ];
    /// What most public servers with an RSA certificate speak; in no list of OCPP.
    pub const ECDHE_RSA_GCM: [Self; 2] = [Self::ECDHE_RSA_AES128_GCM, Self::ECDHE_RSA_AES256_GCM];
    /// The AES suites of TLS 1.3.
    pub const TLS13_AES: [Self; 2] = [Self::TLS13_AES256_GCM, Self::TLS13_AES128_GCM];

    /// The suite with this number.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The IANA number.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The IANA name, if the suite is one that matters to OCPP.
    pub fn name(self) -> Option<&'static str> {
        NAMES
            .iter()
            .find(|(suite, _)| *suite == self)
            .map(|(_, name)| *name)
    }
}

impl fmt::Display for CipherSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "cipher suite {:#06x}", self.0),
        }
    }
}

impl fmt::Debug for CipherSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

const NAMES: &[(CipherSuite, &str)] = &[
    (
        CipherSuite::ECDHE_ECDSA_AES128_GCM,
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    ),
    (
        CipherSuite::ECDHE_ECDSA_AES256_GCM,
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    ),
    (
        CipherSuite::RSA_AES128_GCM,
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
    ),
    (
        CipherSuite::RSA_AES256_GCM,
        "TLS_RSA_WITH_AES_256_GCM_SHA384",
    ),
    (
        CipherSuite::ECDHE_RSA_AES128_GCM,
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    ),
    (
        CipherSuite::ECDHE_RSA_AES256_GCM,
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    ),
    (CipherSuite::TLS13_AES128_GCM, "TLS_AES_128_GCM_SHA256"),
    (CipherSuite::TLS13_AES256_GCM, "TLS_AES_256_GCM_SHA384"),
    (CipherSuite::TLS13_CHACHA20, "TLS_CHACHA20_POLY1305_SHA256"),
    (
        CipherSuite::RSA_AES128_CBC_SHA,
        "TLS_RSA_WITH_AES_128_CBC_SHA",
    ),
];
