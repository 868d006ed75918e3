use std::fmt;

use ocpp_config::Concern;
use serde::{Serialize, Serializer};

use crate::LinkErrorKind;

/// What a person can do about a [`LinkErrorKind`].
///
/// A value, so that a tool can show it in another language; [`Display`](fmt::Display)
/// is the English text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Advice {
    /// Check address, cable and power.
    CheckAddress,
    /// Try again, with more time.
    TryAgain,
    /// Wait until the charger is back.
    WaitForRestart,
    /// Use the right user name.
    CheckUserName,
    /// Use the right password.
    CheckPassword,
    /// Log in as a user with more rights.
    UseOtherUser,
    /// Close the other programs that talk to the charger.
    CloseOtherClients,
    /// Ask less often.
    AskLessOften,
    /// Check that the address is a charger's.
    CheckDevice,
    /// Update the firmware, or ask by name for the old way in.
    UpdateFirmware,
    /// Use the platform's TLS engine.
    UseOtherTlsEngine,
    /// Compare the fingerprint with the charger and confirm it.
    ConfirmKey,
    /// Find out why the key changed before trusting it again.
    InvestigateKeyChange,
    /// Check the file's permissions and the free space.
    CheckFile,
    /// Check the value or container that was sent.
    CheckContents,
    /// Wait until the earlier upload is through.
    WaitForUpload,
    /// Use another link.
    UseOtherLink,
    /// Report it: the charger says something that this library does not know.
    ReportBug,
    /// Nothing: it was asked for.
    Nothing,
}

impl LinkErrorKind {
    /// What a person can do about it.
    pub const fn advice(&self) -> Advice {
        match self {
            Self::Unreachable => Advice::CheckAddress,
            Self::Timeout { .. } | Self::ConnectionLost { .. } | Self::UploadDamaged => {
                Advice::TryAgain
            }
            Self::Restarting => Advice::WaitForRestart,
            Self::UnknownUser => Advice::CheckUserName,
            Self::WrongPassword | Self::PasswordNotText => Advice::CheckPassword,
            Self::NotPermitted => Advice::UseOtherUser,
            Self::SessionTaken { .. } | Self::LoginLimit | Self::PortInUse => {
                Advice::CloseOtherClients
            }
            Self::RateLimited => Advice::AskLessOften,
            Self::NotACharger => Advice::CheckDevice,
            Self::FirmwareTooOld => Advice::UpdateFirmware,
            Self::NoCommonCipherSuite | Self::Tls => Advice::UseOtherTlsEngine,
            Self::KeyNotConfirmed { .. } => Advice::ConfirmKey,
            Self::KeyChanged { .. } => Advice::InvestigateKeyChange,
            Self::PinStore | Self::UploadSource => Advice::CheckFile,
            Self::Refused { .. }
            | Self::PayloadRefused { .. }
            | Self::UploadFailed { .. }
            | Self::Aborted { .. }
            | Self::GatewayRefused { .. }
            | Self::ValueOutOfRange { .. } => Advice::CheckContents,
            Self::UploadBusy => Advice::WaitForUpload,
            Self::NotOnThisLink { .. } => Advice::UseOtherLink,
            Self::Malformed { .. } => Advice::ReportBug,
            Self::Cancelled => Advice::Nothing,
        }
    }

    /// Whether it may pass by itself, so that asking again later makes sense: the
    /// charger restarts, the network hiccups, another client is in the way.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::Timeout { .. }
                | Self::ConnectionLost { .. }
                | Self::Restarting
                | Self::SessionTaken { .. }
                | Self::LoginLimit
                | Self::RateLimited
                | Self::Malformed { .. }
                | Self::Refused {
                    status: 404 | 500..=599
                }
        )
    }

    /// Whom it concerns.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::Unreachable
            | Self::Timeout { .. }
            | Self::ConnectionLost { .. }
            | Self::UploadDamaged => Concern::Network,
            Self::UnknownUser
            | Self::WrongPassword
            | Self::NotPermitted
            | Self::PasswordNotText
            | Self::LoginLimit
            | Self::PortInUse
            | Self::KeyNotConfirmed { .. }
            | Self::PinStore
            | Self::NotOnThisLink { .. }
            | Self::ValueOutOfRange { .. }
            | Self::UploadSource
            | Self::Cancelled => Concern::Caller,
            Self::SessionTaken { .. } => Concern::OtherClient,
            Self::Restarting
            | Self::RateLimited
            | Self::NotACharger
            | Self::FirmwareTooOld
            | Self::NoCommonCipherSuite
            | Self::Tls
            | Self::KeyChanged { .. }
            | Self::Refused { .. }
            | Self::PayloadRefused { .. }
            | Self::UploadBusy
            | Self::UploadFailed { .. }
            | Self::GatewayRefused { .. }
            | Self::Aborted { .. }
            | Self::Malformed { .. } => Concern::Charger,
        }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CheckAddress => {
                "check the address, the cable and the power, and that no other program is connected: the charger takes one connection at a time"
            }
            Self::TryAgain => "try again, with more time",
            Self::WaitForRestart => "wait: a restart takes two to three minutes",
            Self::CheckUserName => "check the user name; the installer's account is usually `admin`",
            Self::CheckPassword => {
                "check the password; a PIN of the vendor's app is not a password. If it is right, close other programs that are connected: nobody published how a charger turns a second one away"
            }
            Self::UseOtherUser => {
                "log in as a user who may do this: the installer's account is usually `admin`. If that is the one, close other programs that are connected"
            }
            Self::CloseOtherClients => {
                "close the other programs that are connected to the charger (vendor tool, app, home automation), wait a minute and try again"
            }
            Self::AskLessOften => "ask less often",
            Self::CheckDevice => "check that this is the address of a charger",
            Self::UpdateFirmware => {
                "update the firmware, or ask by name for plain HTTP if it is below 5.0"
            }
            Self::UseOtherTlsEngine => {
                "the firmware may offer only cipher suites that this TLS engine refuses: use the platform's (feature `native-tls`)"
            }
            Self::ConfirmKey => "compare the fingerprint with the charger's, then confirm it",
            Self::InvestigateKeyChange => {
                "find out whether the controller was replaced or reset; remove the old pin only if it was"
            }
            Self::CheckFile => "check the file's permissions and the free space",
            Self::CheckContents => "check what was sent: model, firmware and limits must fit",
            Self::WaitForUpload => "wait until the earlier upload is through, or restart the charger",
            Self::UseOtherLink => "use another link to the charger",
            Self::ReportBug => "report it, with the firmware version",
            Self::Nothing => "nothing",
        })
    }
}

impl Serialize for Advice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_request_is_no_matter_of_the_password() {
        let kind = LinkErrorKind::NotPermitted;
        assert_eq!(kind.advice(), Advice::UseOtherUser);
        assert_eq!(kind.concerns(), Concern::Caller);
        assert!(!kind.is_passing());
        assert!(!kind.advice().to_string().contains("password"));
    }

    #[test]
    fn advice_is_a_sentence() {
        let kind = LinkErrorKind::SessionTaken {
            symptom: crate::SessionSymptom::LoggedOut,
        };
        assert_eq!(kind.advice(), Advice::CloseOtherClients);
        assert_eq!(kind.concerns(), Concern::OtherClient);
        assert!(kind.advice().to_string().contains("other programs"));
    }
}
