use std::time::SystemTime;

use ocpp_config::SecurityProfile;

use crate::basic_auth::PasswordForm;
use crate::endpoint::Subprotocol;
use crate::tls::{CipherSuite, TlsVersion};

/// What is known about a charger's own connection habits, so that a connection from
/// elsewhere gets what the charger would get.
///
/// Three presets; everything else is a matter of a vendor document or a measurement, and
/// is set field by field:
///
/// ```
/// use ocpp_transport::{ChargerDescription, NameCheck};
///
/// let mut charger = ChargerDescription::conservative();
/// charger.name_check = NameCheck::San;
/// charger.sends_sni = false;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChargerDescription {
    /// The oldest TLS version it offers.
    pub tls_min: TlsVersion,
    /// The newest TLS version it offers.
    pub tls_max: TlsVersion,
    /// The cipher suites it offers up to TLS 1.2, most wanted first.
    pub suites12: Vec<CipherSuite>,
    /// The cipher suites it offers in TLS 1.3, most wanted first.
    pub suites13: Vec<CipherSuite>,
    /// Whether it names the host in the ClientHello (server name indication).
    pub sends_sni: bool,
    /// Which name in the certificate it compares with the host of its URL.
    pub name_check: NameCheck,
    /// Whether `*.example.com` stands for one label.
    pub wildcards: bool,
    /// Whether an intermediate certificate may be a trust anchor.
    pub partial_chain: bool,
    /// Whether it looks at the validity of the root itself.
    pub checks_root_expiry: bool,
    /// Whether it looks at the KeyUsage extension of the server certificate.
    pub checks_key_usage: bool,
    /// Whether it takes a server certificate that says CA:TRUE.
    pub accepts_ca_leaf: bool,
    /// Whether it takes X.509 version 1 certificates.
    pub accepts_v1: bool,
    /// Whether it takes certificates signed with SHA-1 or MD5.
    pub accepts_weak_hashes: bool,
    /// The smallest RSA key it takes, bits.
    pub min_rsa_bits: u32,
    /// What it believes the time to be.
    pub clock: ChargerClock,
    /// The largest TLS Certificate message it can take, bytes; `None` = not known.
    pub max_certificate_message: Option<usize>,
    /// Whether it also trusts the bundle of its operating system. Nothing here reads one:
    /// whoever wants it adds its certificates to the [`TrustRoots`](crate::TrustRoots).
    pub uses_os_bundle: bool,
    /// Whether it appends its identity to the URL.
    pub appends_identity: bool,
    /// Whether it percent-encodes its identity.
    pub encodes_identity: bool,
    /// Whether it writes the default port (`:443`, `:80`) into URL and Host header.
    pub keeps_default_port: bool,
    /// In which spelling it sends its authorization key.
    pub password_form: PasswordForm,
    /// The OCPP versions it offers, most wanted first.
    pub versions: Vec<Subprotocol>,
    /// The security profile it is on now; `None` = not known.
    pub current_profile: Option<SecurityProfile>,
    /// The highest security profile it can do; `None` = not known.
    pub max_profile: Option<SecurityProfile>,
    /// How many more root certificates it has room for; `None` = not known.
    pub root_slots_free: Option<u16>,
    /// Its `AdditionalRootCertificateCheck`; `None` = not known.
    pub additional_root_check: Option<bool>,
}

impl ChargerDescription {
    /// A charger of which nothing is known: it demands whatever any known charger
    /// demands, so that what satisfies it satisfies most. The default.
    ///
    /// TLS 1.2 with the suites that the TLS library of this crate shares with OCPP and
    /// with public servers, the name in the SAN *or* the common name, no wildcards, no
    /// partial chain, validity of the root and KeyUsage checked.
    pub fn conservative() -> Self {
        Self {
            tls_min: TlsVersion::TLS1_2,
            tls_max: TlsVersion::TLS1_3,
            suites12: [
                CipherSuite::OCPP.as_slice(),
                CipherSuite::ECDHE_RSA_GCM.as_slice(),
            ]
            .concat(),
            suites13: CipherSuite::TLS13_AES.to_vec(),
            sends_sni: true,
            name_check: NameCheck::Either,
            wildcards: false,
            partial_chain: false,
            checks_root_expiry: true,
            checks_key_usage: true,
            accepts_ca_leaf: false,
            accepts_v1: false,
            accepts_weak_hashes: false,
            min_rsa_bits: 2048,
            clock: ChargerClock::Trusted,
            max_certificate_message: None,
            uses_os_bundle: false,
            appends_identity: true,
            encodes_identity: true,
            keeps_default_port: false,
            password_form: PasswordForm::Verbatim,
            versions: vec![Subprotocol::OCPP16],
            current_profile: None,
            max_profile: None,
            root_slots_free: None,
            additional_root_check: None,
        }
    }

    /// The letter of the OCPP security documents: TLS 1.2 with the four suites that are
    /// mandatory for a back office, and the host name in the *common name* (security
    /// white paper edition 3 and OCPP 2.0.1 edition 3 part 2, A00.FR.308 to 320, 501 to
    /// 514).
    pub fn ocpp_text() -> Self {
        Self {
            tls_max: TlsVersion::TLS1_2,
            suites12: CipherSuite::OCPP.to_vec(),
            suites13: Vec::new(),
            name_check: NameCheck::Cn,
            password_form: PasswordForm::HexDecoded,
            ..Self::conservative()
        }
    }

    /// EVerest's libocpp with its default settings, read from its source
    /// (EVerest/libocpp at 0a1880a): the four OCPP suites for TLS 1.2 and so no
    /// ECDHE-RSA, AES suites for TLS 1.3, OpenSSL's name check without wildcards, the
    /// operating system's bundle beside its own roots.
    pub fn everest() -> Self {
        Self {
            suites12: CipherSuite::OCPP.to_vec(),
            accepts_ca_leaf: true,
            accepts_v1: true,
            uses_os_bundle: true,
            password_form: PasswordForm::HexDecoded,
            versions: vec![Subprotocol::OCPP201, Subprotocol::OCPP16],
            ..Self::conservative()
        }
    }
}

impl Default for ChargerDescription {
    fn default() -> Self {
        Self::conservative()
    }
}

/// Which name of a server certificate is compared with the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameCheck {
    /// The common name of the subject, as the OCPP texts ask; the SAN is ignored.
    Cn,
    /// A subjectAltName entry, as the web and modern TLS libraries do.
    San,
    /// A subjectAltName entry if there is one for host names, else the common name, as
    /// OpenSSL does.
    Either,
    /// None. This describes a careless charger to [`check_chain`](crate::check_chain);
    /// a connection made by this crate then checks as for [`Either`](Self::Either).
    Unchecked,
}

/// What a charger believes the time to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChargerClock {
    /// It is set and right.
    Trusted,
    /// Not known. Connections are judged at the real time.
    Unknown,
    /// This, whatever the real time is: a charger that starts at its firmware's build
    /// date, or in 1970.
    At(SystemTime),
}
