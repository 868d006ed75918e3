use core::fmt;

use crate::name::Variant;

/// What a person can do about a finding or an error. `Display` says it in English; a tool
/// may say it otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Advice {
    /// The file was damaged or cut off: fetch it again from where it came from.
    TransferAgain,
    /// This is some other file: choose the `.fwi` (or `.fwu`).
    ChooseContainer,
    /// A layout nobody has seen yet: not damaged for certain, but not understood.
    ReportNewLayout,
    /// Larger than the limit: if it is genuine, raise the limit.
    RaiseLimit,
    /// A file for AHP chargers: use it with such a charger and the vendor's tool.
    UseAhpCharger,
    /// A certificate: it must come packaged as `Rootcertificate.fwi`, or be installed
    /// as a plain certificate through the charger's write-only items.
    PackageCertificate,
    /// A private key: keep it away from this.
    ProtectPrivateKey,
    /// An archive: unpack it, or open it as a release archive.
    OpenArchive,
    /// A web page: the download was answered by a login or an error page.
    LogInAndDownload,
    /// Part of a release: choose the `.fwi` beside it.
    ChooseContainerBeside,
    /// A settings file: import it as settings.
    ImportSettings,
    /// Name and content disagree: find out which file this really is.
    CheckName,
    /// Built for tests: of no use to a real charger.
    TestsOnly,
    /// An AHP charger: it takes other files.
    UseVendorTool,
    /// Made for another family of chargers.
    ChooseFamily,
    /// The name states family and version: keep the published one.
    KeepName,
    /// The name states the variant: keep the published one.
    KeepNameForVariant,
    /// What depends on the charger's firmware could not be checked.
    StateFirmware,
    /// The charger takes this variant only.
    ChooseVariant(Variant),
    /// The vendor's rule is silent on this variant.
    AskVendorOrOtherVariant,
    /// 6.6.2 has to come between.
    InstallSteppingStone,
    /// The charger wants a new, unique password afterwards.
    HavePasswordReady,
    /// There is no way back below 6.0.
    ChooseLaterVersion,
    /// The charger runs a later version.
    MeanToGoBack,
    /// The charger runs this release.
    DoNothing,
    /// The boot loader is replaced.
    KeepPowerOn,
    /// Such files are published without a signature.
    ExpectNoSignature,
    /// Something about the signer is unfit.
    AskPublisher,
    /// The signature does not fit: fetch the release again.
    FetchReleaseAgain,
    /// The release or a certificate has expired.
    FetchNewerRelease,
    /// A certificate is not valid yet: more often a wrong clock.
    CheckClock,
    /// The root is not pinned.
    PinRootYourself,
    /// The time lies before 1970.
    SetClock,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TransferAgain => "fetch the file again: it was damaged or cut off on its way",
            Self::ChooseContainer => "choose a .fwi file (or .fwu for displays)",
            Self::ReportNewLayout => {
                "do not upload it; report the file: this layout has not been seen before"
            }
            Self::RaiseLimit => "if the file is genuine, raise the limit for payloads",
            Self::UseAhpCharger => {
                "NG9xx chargers do not take this file: use it with an AHP charger and its own tool"
            }
            Self::PackageCertificate => {
                "upload the certificate as Rootcertificate.fwi from the back office provider, \
                 or install it as a plain certificate"
            }
            Self::ProtectPrivateKey => {
                "a private key is never uploaded here: put it back where it is safe"
            }
            Self::OpenArchive => "open it as a release archive, or unpack it and choose the .fwi",
            Self::LogInAndDownload => {
                "the download was answered with a web page: log in there and download again"
            }
            Self::ChooseContainerBeside => "choose the .fwi that it was published with",
            Self::CheckName => "find out which file this really is: it was probably renamed",
            Self::TestsOnly => "use it with a simulated charger only: a real one will refuse it",
            Self::ImportSettings => "import it as a settings file instead of uploading it",
            Self::UseVendorTool => "AHP chargers take .tfw and .tcf files: use the vendor's tool",
            Self::ChooseFamily => "choose the file for the charger's own family",
            Self::KeepName => {
                "keep the name under which the file was published: it states family and version"
            }
            Self::KeepNameForVariant => {
                "keep the published name: A is for firmware up to 4.12, B for 4.14 and later"
            }
            Self::StateFirmware => "state the charger's firmware to have it checked",
            Self::ChooseVariant(Variant::A) => "choose variant A of the file",
            Self::ChooseVariant(Variant::B) => "choose variant B of the file",
            Self::AskVendorOrOtherVariant => "ask the vendor, or choose the other variant",
            Self::InstallSteppingStone => "install 6.6.2 first, then this",
            Self::HavePasswordReady => {
                "have the charger's new unique password at hand before you begin"
            }
            Self::ChooseLaterVersion => "choose a version of 6.0 or later",
            Self::MeanToGoBack => "make sure that going back is what you want",
            Self::DoNothing => "nothing needs to be done",
            Self::KeepPowerOn => {
                "do not interrupt the power; firmware below 6.0 is out of reach afterwards"
            }
            Self::ExpectNoSignature => {
                "such files are published without a signature: there is none to check"
            }
            Self::AskPublisher => "do not upload it; ask whoever published the release",
            Self::FetchReleaseAgain => {
                "do not upload it; fetch the release again and keep its files together"
            }
            Self::FetchNewerRelease => {
                "fetch a newer release: a charger checks this against its clock as well"
            }
            Self::CheckClock => "check the clock, of this machine first",
            Self::PinRootYourself => {
                "do not upload it, unless you know the root and pin it yourself"
            }
            Self::SetClock => "set the clock",
        })
    }
}
