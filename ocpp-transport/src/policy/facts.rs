use std::fmt;
use std::time::{Duration, SystemTime};

use x509_parser::extensions::{GeneralName, KeyUsage, ParsedExtension};
use x509_parser::oid_registry::{Oid, asn1_rs::oid};
use x509_parser::prelude::X509Certificate;
use x509_parser::signature_algorithm::SignatureAlgorithm;
use x509_parser::x509::{AlgorithmIdentifier, X509Version};

use crate::certificate::Certificate;
use crate::names::CertificateNames;

/// What the rules want to know about a certificate, read in one pass.
pub(crate) struct Facts<'a> {
    pub(crate) certificate: &'a Certificate,
    pub(crate) x509: X509Certificate<'a>,
    pub(crate) names: CertificateNames,
    pub(crate) key: Key,
    pub(crate) signature: Signature,
    /// `Some(true)` = CA:TRUE, `Some(false)` = CA:FALSE, `None` = not said.
    pub(crate) ca: Option<bool>,
    pub(crate) key_usage: Option<KeyUsage>,
    pub(crate) extended_usage: Option<ExtendedUsage>,
    pub(crate) unknown_critical: Vec<String>,
    /// Where the issuer's certificate can be fetched, if the certificate says.
    pub(crate) issuer_url: Option<String>,
}

/// The subject's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    Rsa { bits: usize },
    Ec { curve: &'static str, bits: usize },
    Other(String),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA of {bits} bits"),
            Self::Ec { curve, .. } => write!(f, "elliptic curve {curve}"),
            Self::Other(kind) => f.write_str(kind),
        }
    }
}

/// The algorithm of the issuer's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Signature {
    Good,
    Pss,
    Weak(&'static str),
    Unknown(String),
}

/// What the extended key usage extension allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ExtendedUsage {
    pub(crate) server: bool,
    pub(crate) client: bool,
}

impl<'a> Facts<'a> {
    /// `None` if the bytes are no certificate.
    pub(crate) fn of(certificate: &'a Certificate) -> Option<Self> {
        let x509 = certificate.parsed()?;
        let mut facts = Self {
            certificate,
            names: CertificateNames::in_certificate(&x509),
            key: Key::of(&x509),
            signature: Signature::of(&x509.signature_algorithm),
            ca: None,
            key_usage: None,
            extended_usage: None,
            unknown_critical: Vec::new(),
            issuer_url: None,
            x509,
        };
        facts.read_extensions();
        Some(facts)
    }

    pub(crate) fn subject(&self) -> String {
        self.x509.subject().to_string()
    }

    pub(crate) fn issuer(&self) -> String {
        self.x509.issuer().to_string()
    }

    /// Whether subject and issuer are the same name.
    pub(crate) fn is_self_issued(&self) -> bool {
        self.x509.subject().as_raw() == self.x509.issuer().as_raw()
    }

    /// Whether `issuer` has the name that issued this certificate.
    pub(crate) fn names_as_issuer(&self, issuer: &Self) -> bool {
        self.x509.issuer().as_raw() == issuer.x509.subject().as_raw()
    }

    /// Whether the key of `issuer` made the signature. `None` when the algorithm cannot
    /// be checked here.
    pub(crate) fn is_signed_by(&self, issuer: &Self) -> Option<bool> {
        use x509_parser::error::X509Error;
        match self.x509.verify_signature(Some(issuer.x509.public_key())) {
            Ok(()) => Some(true),
            Err(X509Error::SignatureUnsupportedAlgorithm) => None,
            // The check takes no RSA key under 2048 bits but says "wrong" instead.
            Err(_) if issuer.key.is_short() => None,
            Err(_) => Some(false),
        }
    }

    pub(crate) const fn is_version_1(&self) -> bool {
        self.x509.tbs_certificate.version.0 == X509Version::V1.0
    }

    /// The last moment of its validity, seconds since 1970.
    pub(crate) fn not_after(&self) -> i64 {
        self.x509.tbs_certificate.validity.not_after.timestamp()
    }

    /// The first moment of its validity, seconds since 1970.
    pub(crate) fn not_before(&self) -> i64 {
        self.x509.tbs_certificate.validity.not_before.timestamp()
    }

    fn read_extensions(&mut self) {
        for extension in self.x509.tbs_certificate.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::BasicConstraints(constraints) => self.ca = Some(constraints.ca),
                ParsedExtension::KeyUsage(usage) => self.key_usage = Some(*usage),
                ParsedExtension::ExtendedKeyUsage(usage) => {
                    self.extended_usage = Some(ExtendedUsage {
                        server: usage.server_auth || usage.any,
                        client: usage.client_auth || usage.any,
                    });
                }
                ParsedExtension::AuthorityInfoAccess(access) => {
                    self.issuer_url = access.accessdescs.iter().find_map(|it| {
                        match (&it.access_method, &it.access_location) {
                            (method, GeneralName::URI(url)) if *method == CA_ISSUERS => {
                                Some((*url).to_owned())
                            }
                            _ => None,
                        }
                    });
                }
                _ if extension.critical && !KNOWN_CRITICAL.contains(&extension.oid) => {
                    self.unknown_critical.push(extension.oid.to_id_string());
                }
                _ => {}
            }
        }
    }
}

impl Key {
    fn of(x509: &X509Certificate<'_>) -> Self {
        use x509_parser::public_key::PublicKey;
        let info = x509.public_key();
        match info.parsed() {
            Ok(PublicKey::RSA(key)) => Self::Rsa {
                bits: bit_length(key.modulus),
            },
            Ok(PublicKey::EC(_)) => {
                let curve = info
                    .algorithm
                    .parameters
                    .as_ref()
                    .and_then(|it| it.as_oid().ok());
                curve.map_or_else(|| Self::Other("EC".to_owned()), |it| Self::curve(&it))
            }
            _ if info.algorithm.algorithm == ED25519 => Self::Other("Ed25519".to_owned()),
            _ => Self::Other(info.algorithm.algorithm.to_id_string()),
        }
    }

    fn curve(oid: &Oid<'_>) -> Self {
        CURVES.iter().find(|(it, _, _)| it == oid).map_or_else(
            || Self::Other(format!("EC curve {}", oid.to_id_string())),
            |(_, curve, bits)| Self::Ec { curve, bits: *bits },
        )
    }

    /// Whether it is below the 112 bits of security that OCPP asks for.
    pub(crate) const fn is_short(&self) -> bool {
        match self {
            Self::Rsa { bits } => *bits < 2048,
            Self::Ec { bits, .. } => *bits < 224,
            Self::Other(_) => false,
        }
    }
}

impl Signature {
    fn of(algorithm: &AlgorithmIdentifier<'_>) -> Self {
        if let Some((_, name)) = WEAK.iter().find(|(oid, _)| *oid == algorithm.algorithm) {
            return Self::Weak(name);
        }
        if GOOD.contains(&algorithm.algorithm) {
            return Self::Good;
        }
        match SignatureAlgorithm::try_from(algorithm) {
            Ok(SignatureAlgorithm::RSASSA_PSS(parameters)) => {
                if *parameters.hash_algorithm_oid() == SHA1 {
                    Self::Weak("SHA-1")
                } else {
                    Self::Pss
                }
            }
            _ => Self::Unknown(algorithm.algorithm.to_id_string()),
        }
    }
}

/// Seconds since 1970; times before that count as 1970.
pub(crate) fn seconds(time: SystemTime) -> i64 {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// A time for people.
pub(crate) fn date(seconds: i64) -> String {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    SystemTime::UNIX_EPOCH.checked_add(since).map_or_else(
        || "the end of time".to_owned(),
        crate::ocppj::format_timestamp,
    )
}

fn bit_length(number: &[u8]) -> usize {
    let mut bytes = number.iter().skip_while(|byte| **byte == 0);
    match bytes.next() {
        None => 0,
        Some(first) => bytes.count() * 8 + (8 - first.leading_zeros() as usize),
    }
}

const CA_ISSUERS: Oid<'static> = oid!(1.3.6.1.5.5.7.48.2);
const ED25519: Oid<'static> = oid!(1.3.101.112);
const SHA1: Oid<'static> = oid!(1.3.14.3.2.26);

const CURVES: &[(Oid<'static>, &str, usize)] = &[
    (oid!(1.2.840.10045.3.1.7), "P-256", 256),
    (oid!(1.3.132.0.34), "P-384", 384),
    (oid!(1.3.132.0.35), "P-521", 521),
    (oid!(1.3.132.0.33), "P-224", 224),
    (oid!(1.2.840.10045.3.1.1), "P-192", 192),
    (oid!(1.3.132.0.10), "secp256k1", 256),
    (oid!(1.3.36.3.3.2.8.1.1.7), "brainpoolP256r1", 256),
    (oid!(1.3.36.3.3.2.8.1.1.11), "brainpoolP384r1", 384),
    (oid!(1.3.36.3.3.2.8.1.1.13), "brainpoolP512r1", 512),
];

const GOOD: &[Oid<'static>] = &[
    oid!(1.2.840.10045.4.3.2),
    oid!(1.2.840.10045.4.3.3),
    oid!(1.2.840.10045.4.3.4),
    oid!(1.2.840.113549.1.1.11),
    oid!(1.2.840.113549.1.1.12),
    oid!(1.2.840.113549.1.1.13),
    oid!(1.3.101.112),
];

const WEAK: &[(Oid<'static>, &str)] = &[
    (oid!(1.2.840.113549.1.1.2), "MD2"),
    (oid!(1.2.840.113549.1.1.4), "MD5"),
    (oid!(1.2.840.113549.1.1.5), "SHA-1"),
    (oid!(1.3.14.3.2.29), "SHA-1"),
    (oid!(1.2.840.10040.4.3), "SHA-1"),
    (oid!(1.2.840.10045.4.1), "SHA-1"),
];

/// Extensions that OpenSSL and webpki understand when they are critical: name
/// constraints, policies, policy constraints, inhibit any policy, CRL distribution
/// points, subject alternative name. The other common ones are read above.
const KNOWN_CRITICAL: &[Oid<'static>] = &[
    oid!(2.5.29.17),
    oid!(2.5.29.30),
    oid!(2.5.29.31),
    oid!(2.5.29.32),
    oid!(2.5.29.36),
    oid!(2.5.29.54),
];
