use std::net::IpAddr;

use rustls::CertificateError;
use rustls_pki_types::ServerName;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::charger::NameCheck;

/// The names a certificate says it is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CertificateNames {
    /// The common names of the subject, in order; usually one.
    pub(crate) common: Vec<String>,
    /// The dNSName entries of the subjectAltName.
    pub(crate) dns: Vec<String>,
    /// The iPAddress entries of the subjectAltName.
    pub(crate) ips: Vec<IpAddr>,
}

/// How a certificate's names fit a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameVerdict {
    /// A name equals the host.
    Exact,
    /// A wildcard stands for the host's first label.
    Wildcard,
    /// No name fits.
    Mismatch,
}

impl CertificateNames {
    /// Reads the names; `None` if the bytes are no certificate.
    pub(crate) fn of(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        Some(Self::in_certificate(&certificate))
    }

    pub(crate) fn in_certificate(certificate: &X509Certificate<'_>) -> Self {
        let mut names = Self {
            common: certificate
                .subject()
                .iter_common_name()
                .filter_map(|it| it.as_str().ok().map(str::to_owned))
                .collect(),
            ..Self::default()
        };
        if let Ok(Some(san)) = certificate.subject_alternative_name() {
            for name in &san.value.general_names {
                match name {
                    GeneralName::DNSName(name) => names.dns.push((*name).to_owned()),
                    GeneralName::IPAddress(bytes) => names.ips.extend(ip_address(bytes)),
                    _ => {}
                }
            }
        }
        names
    }

    /// Compares with the host as a charger with this name check does. The host is a DNS
    /// name or an IP address without brackets.
    pub(crate) fn judge(&self, host: &str, check: NameCheck) -> NameVerdict {
        match check {
            NameCheck::Unchecked => NameVerdict::Exact,
            NameCheck::Cn => best(&self.common, host),
            NameCheck::San => self.judge_san(host),
            NameCheck::Either if self.dns.is_empty() && self.ips.is_empty() => {
                best(&self.common, host)
            }
            NameCheck::Either => self.judge_san(host),
        }
    }

    /// All names as a person would write them, SAN before common name.
    pub(crate) fn all(&self) -> Vec<String> {
        let ips = self.ips.iter().map(IpAddr::to_string);
        let mut all: Vec<String> = self.dns.iter().cloned().chain(ips).collect();
        for name in &self.common {
            if !all.contains(name) {
                all.push(name.clone());
            }
        }
        all
    }

    /// The error of the TLS library for a name that does not fit.
    pub(crate) fn mismatch(&self, host: &ServerName<'_>) -> rustls::Error {
        rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext {
            expected: host.to_owned(),
            presented: self.all(),
        })
    }

    fn judge_san(&self, host: &str) -> NameVerdict {
        match host.parse::<IpAddr>() {
            Ok(ip) if self.ips.contains(&ip) => NameVerdict::Exact,
            Ok(_) => NameVerdict::Mismatch,
            Err(_) => best(&self.dns, host),
        }
    }
}

/// The best verdict over several names.
fn best(names: &[String], host: &str) -> NameVerdict {
    let host = host.strip_suffix('.').unwrap_or(host);
    let mut verdict = NameVerdict::Mismatch;
    for name in names {
        if name.eq_ignore_ascii_case(host) {
            return NameVerdict::Exact;
        }
        if wildcard_fits(name, host) {
            verdict = NameVerdict::Wildcard;
        }
    }
    verdict
}

/// `*.rest` stands for exactly one label before `rest`, and `rest` has two labels or more
/// (RFC 6125 section 6.4.3).
fn wildcard_fits(pattern: &str, host: &str) -> bool {
    let (Some(rest), Some((label, tail))) = (pattern.strip_prefix("*."), host.split_once('.'))
    else {
        return false;
    };
    !label.is_empty()
        && rest.contains('.')
        && host.parse::<IpAddr>().is_err()
        && rest.eq_ignore_ascii_case(tail)
}

fn ip_address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(v4.into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(common: &[&str], dns: &[&str]) -> CertificateNames {
        CertificateNames {
            common: common.iter().map(|it| (*it).to_owned()).collect(),
            dns: dns.iter().map(|it| (*it).to_owned()).collect(),
            ips: Vec::new(),
        }
    }

    #[test]
    fn each_name_check_reads_its_own_names() {
        use NameCheck::{Cn, Either, San, Unchecked};
        use NameVerdict::{Exact, Mismatch, Wildcard};
        let host = "csms.example.com";
        let cases = [
            (names(&[host], &[]), [Exact, Mismatch, Exact, Exact]),
            (names(&["other"], &[host]), [Mismatch, Exact, Exact, Exact]),
            (
                names(&[host], &["other.example"]),
                [Exact, Mismatch, Mismatch, Exact],
            ),
            (
                names(&[], &["*.example.com"]),
                [Mismatch, Wildcard, Wildcard, Exact],
            ),
            (
                names(&["*.example.com"], &[]),
                [Wildcard, Mismatch, Wildcard, Exact],
            ),
            (
                names(&["CSMS.Example.COM"], &[]),
                [Exact, Mismatch, Exact, Exact],
            ),
            (names(&[], &[]), [Mismatch, Mismatch, Mismatch, Exact]),
        ];
        for (names, expected) in cases {
            for (check, expected) in [Cn, San, Either, Unchecked].into_iter().zip(expected) {
                assert_eq!(names.judge(host, check), expected, "{names:?} {check:?}");
            }
        }
    }

    #[test]
    fn a_wildcard_stands_for_one_label_and_not_for_an_address() {
        for (pattern, host, fits) in [
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "a.b.example.com", false),
            ("*.example.com", "example.com", false),
            ("*.com", "example.com", false),
            ("a*.example.com", "ab.example.com", false),
            ("*.0.0.1", "127.0.0.1", false),
        ] {
            assert_eq!(wildcard_fits(pattern, host), fits, "{pattern} {host}");
        }
    }

    #[test]
    fn an_address_is_found_in_the_san_only_as_an_address() {
        let mut certificate = names(&[], &["127.0.0.1"]);
        assert_eq!(
            certificate.judge("127.0.0.1", NameCheck::San),
            NameVerdict::Mismatch
        );
        certificate.ips.push(IpAddr::from([127, 0, 0, 1]));
        assert_eq!(
            certificate.judge("127.0.0.1", NameCheck::San),
            NameVerdict::Exact
        );
    }
}
