use std::fmt;

use serde::{Serialize, Serializer};

/// What a person can do about a [`Diagnosis`](crate::Diagnosis).
///
/// A value, so that a tool can show it in another language; [`Display`](fmt::Display)
/// is the English text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Advice {
    /// Install the root certificate of the back office.
    InstallRoot,
    /// Compare the back office's certificate with the URL and the charger's clock.
    CompareCertificate,
    /// Install the charger's client certificate.
    InstallClientCertificate,
    /// The back office's operator must act.
    AskBackOffice,
    /// Compare identity and key with what the back office has on record.
    CompareCredentials,
    /// Check the host name and the charger's DNS servers.
    CheckHostName,
    /// Check SIM, APN and PIN.
    CheckSim,
    /// Register the charger's identity at the back office.
    RegisterIdentity,
    /// Let the back office complete the registration.
    CompleteRegistration,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::InstallRoot => {
                "upload the root certificate under which the back office's certificate was \
                 issued (Rootcertificate.fwi), restart, and verify again"
            }
            Self::CompareCertificate => {
                "compare the host name of the CSMS URL with the names in the certificate, and \
                 the charger's clock with its dates"
            }
            Self::InstallClientCertificate => {
                "install the client certificate that the back office issued for this charger"
            }
            Self::AskBackOffice => {
                "this cannot be solved on the charger: the back office provider must act"
            }
            Self::CompareCredentials => {
                "compare the charge box identity and the authorization key with what the back \
                 office expects"
            }
            Self::CheckHostName => {
                "check the host name of the CSMS URL and the charger's DNS servers"
            }
            Self::CheckSim => {
                "ask the provider whether the SIM is active and supports 4G; check APN and PIN"
            }
            Self::RegisterIdentity => "register the charger's identity at the back office",
            Self::CompleteRegistration => {
                "let the back office's operator complete the registration"
            }
        })
    }
}

impl Serialize for Advice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
