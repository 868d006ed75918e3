//! May this file be sent to that charger?
//!
//! The rules are the vendor's for NG9xx chargers, from its public knowledge articles
//! KA-01186 (variants A and B), KA-01244 (update paths) and KA-01416 (the 6.6.2
//! stepping stone). They judge by the file's *name*, since nothing readable in the
//! file states family, version or variant.

use core::fmt;

use arrayvec::ArrayVec;

use crate::advice::Advice;
use crate::kind::Kind;
use crate::name::{Family, FileName, Variant};
use crate::severity::Severity;
use crate::version::FirmwareVersion;

/// The charger that a file is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetCharger<'a> {
    model: &'a str,
    firmware: Option<FirmwareVersion>,
}

impl<'a> TargetCharger<'a> {
    /// A charger by its model (`NG910-60023`) or platform (`NG910`).
    #[must_use]
    pub const fn new(model: &'a str) -> Self {
        Self {
            model,
            firmware: None,
        }
    }

    /// With the firmware it runs. Defaults to not known: the rules about it are left out,
    /// and a finding says so.
    #[must_use]
    pub const fn with_firmware(mut self, firmware: FirmwareVersion) -> Self {
        self.firmware = Some(firmware);
        self
    }

    /// The model or platform.
    #[must_use]
    pub const fn model(&self) -> &'a str {
        self.model
    }

    /// The firmware it runs, where that is known.
    #[must_use]
    pub const fn firmware(&self) -> Option<FirmwareVersion> {
        self.firmware
    }

    fn is_ahp(&self) -> bool {
        self.model
            .get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case("AHP"))
    }
}

/// What speaks against sending a file to a charger, and what follows from it.
///
/// # Example
/// ```
/// use fwi_format::{TargetCharger, Compatibility, FileName, Kind};
///
/// let image = FileName::parse("NG9xx 7.4.5-4415.fwi");
/// let charger = TargetCharger::new("NG910-60023").with_firmware("6.4.0".parse()?);
/// let compatibility = Compatibility::check(Kind::FirmwareImage, &image, &charger);
///
/// assert!(!compatibility.allows_upload());
/// assert_eq!(compatibility.findings()[0].code(), "stepping-stone");
/// # Ok::<(), fwi_format::VersionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compatibility<'a> {
    findings: Findings<'a>,
}

impl<'a> Compatibility<'a> {
    /// Judges a file of this kind and name against a charger.
    #[must_use]
    pub fn check(kind: Kind, name: &FileName<'a>, charger: &TargetCharger<'a>) -> Self {
        let mut findings = Findings::default();
        if charger.is_ahp() {
            report(&mut findings, Some(CompatibilityFinding::AhpCharger));
            return Self { findings };
        }
        report(&mut findings, check_family(kind, name, charger));
        match charger.firmware {
            None => report(
                &mut findings,
                Some(CompatibilityFinding::ChargerFirmwareUnknown),
            ),
            Some(firmware) => {
                report(&mut findings, check_variant(kind, name, firmware));
                if kind == Kind::FirmwareImage {
                    check_update(name, firmware, &mut findings);
                }
            }
        }
        if name.is_boot_loader_upgrade() {
            report(&mut findings, Some(CompatibilityFinding::BootLoaderUpgrade));
        }
        Self { findings }
    }

    /// The findings.
    #[must_use]
    pub fn findings(&self) -> &[CompatibilityFinding<'a>] {
        &self.findings
    }

    /// Whether no finding is an error.
    #[must_use]
    pub fn allows_upload(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.severity() < Severity::Error)
    }
}

/// One finding about a file and a charger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompatibilityFinding<'a> {
    /// AHP chargers do not take containers.
    AhpCharger,
    /// The file is for another family.
    FamilyDiffers {
        /// The family in the file's name.
        family: Family<'a>,
        /// The charger's model.
        model: &'a str,
    },
    /// The name of an image states no family.
    FamilyUnknown,
    /// The charger's firmware is not known, so the rules about it were not applied.
    ChargerFirmwareUnknown,
    /// The charger's firmware does not take this variant.
    VariantRefused {
        /// The variant in the file's name.
        variant: Variant,
        /// The charger's firmware.
        firmware: FirmwareVersion,
    },
    /// Variant A on firmware between 4.13 and 7.0, or any variant on a 4.13, on which
    /// the vendor's rule is silent.
    VariantDoubtful {
        /// The variant in the file's name.
        variant: Variant,
        /// The charger's firmware.
        firmware: FirmwareVersion,
    },
    /// The name states no variant, and the charger's firmware takes only one.
    VariantUnknown,
    /// The name of an image states no version.
    VersionUnknown,
    /// An image of 7.x for a charger below 6.6: 6.6.2 must come between.
    SteppingStone {
        /// The charger's firmware.
        firmware: FirmwareVersion,
    },
    /// The update crosses 5.0.
    PasswordBoundary,
    /// From 6.0 there is no way back below 6.0: the boot loader refuses it.
    DowngradeRefused {
        /// The charger's firmware.
        firmware: FirmwareVersion,
    },
    /// An older version than the charger runs.
    Downgrade {
        /// The charger's firmware.
        firmware: FirmwareVersion,
    },
    /// The version that the charger runs already.
    SameRelease,
    /// The image replaces the boot loader.
    BootLoaderUpgrade,
}

impl CompatibilityFinding<'_> {
    /// A stable name for this kind of finding.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AhpCharger => "ahp-charger",
            Self::FamilyDiffers { .. } => "family-differs",
            Self::FamilyUnknown => "family-unknown",
            Self::ChargerFirmwareUnknown => "charger-firmware-unknown",
            Self::VariantRefused { .. } => "variant-refused",
            Self::VariantDoubtful { .. } => "variant-doubtful",
            Self::VariantUnknown => "variant-unknown",
            Self::VersionUnknown => "version-unknown",
            Self::SteppingStone { .. } => "stepping-stone",
            Self::PasswordBoundary => "password-boundary",
            Self::DowngradeRefused { .. } => "downgrade-refused",
            Self::Downgrade { .. } => "downgrade",
            Self::SameRelease => "same-release",
            Self::BootLoaderUpgrade => "boot-loader-upgrade",
        }
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::AhpCharger
            | Self::FamilyDiffers { .. }
            | Self::VariantRefused { .. }
            | Self::SteppingStone { .. }
            | Self::DowngradeRefused { .. } => Severity::Error,
            Self::FamilyUnknown
            | Self::VariantDoubtful { .. }
            | Self::VariantUnknown
            | Self::VersionUnknown
            | Self::PasswordBoundary
            | Self::Downgrade { .. }
            | Self::BootLoaderUpgrade => Severity::Warning,
            Self::ChargerFirmwareUnknown | Self::SameRelease => Severity::Note,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub const fn advice(&self) -> Advice {
        match self {
            Self::AhpCharger => Advice::UseVendorTool,
            Self::FamilyDiffers { .. } => Advice::ChooseFamily,
            Self::FamilyUnknown | Self::VersionUnknown => Advice::KeepName,
            Self::ChargerFirmwareUnknown => Advice::StateFirmware,
            Self::VariantRefused { variant, .. } => Advice::ChooseVariant(match variant {
                Variant::A => Variant::B,
                Variant::B => Variant::A,
            }),
            Self::VariantDoubtful { .. } => Advice::AskVendorOrOtherVariant,
            Self::VariantUnknown => Advice::KeepNameForVariant,
            Self::SteppingStone { .. } => Advice::InstallSteppingStone,
            Self::PasswordBoundary => Advice::HavePasswordReady,
            Self::DowngradeRefused { .. } => Advice::ChooseLaterVersion,
            Self::Downgrade { .. } => Advice::MeanToGoBack,
            Self::SameRelease => Advice::DoNothing,
            Self::BootLoaderUpgrade => Advice::KeepPowerOn,
        }
    }
}

impl fmt::Display for CompatibilityFinding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AhpCharger => f.write_str("AHP chargers do not take containers"),
            Self::FamilyDiffers { family, model } => {
                write!(f, "the file is for {family}, the charger is {model}")
            }
            Self::FamilyUnknown => f.write_str("the name does not state a family"),
            Self::ChargerFirmwareUnknown => f.write_str("the charger's firmware is not known"),
            Self::VariantRefused { variant, firmware } => {
                write!(f, "firmware {firmware} does not take variant {variant}")
            }
            Self::VariantDoubtful { variant, firmware } => {
                write!(
                    f,
                    "whether firmware {firmware} takes variant {variant} is not known"
                )
            }
            Self::VariantUnknown => f.write_str("the name does not state variant A or B"),
            Self::VersionUnknown => f.write_str("the name does not state a version"),
            Self::SteppingStone { firmware } => {
                write!(f, "7.x cannot be installed over {firmware} directly")
            }
            Self::PasswordBoundary => {
                f.write_str("from 5.0 the charger wants a new, unique password")
            }
            Self::DowngradeRefused { firmware } => {
                write!(f, "there is no way back from {firmware} below 6.0")
            }
            Self::Downgrade { firmware } => write!(f, "the charger runs the later {firmware}"),
            Self::SameRelease => f.write_str("the charger runs this release already"),
            Self::BootLoaderUpgrade => f.write_str("the image replaces the boot loader"),
        }
    }
}

/// Each rule reports at most once.
const MOST_FINDINGS: usize = 16;
type Findings<'a> = ArrayVec<CompatibilityFinding<'a>, MOST_FINDINGS>;

fn report<'a>(findings: &mut Findings<'a>, finding: Option<CompatibilityFinding<'a>>) {
    // There is always room; `extend` would panic if there were not.
    let _full = finding.map(|finding| findings.try_push(finding));
}

fn check_family<'a>(
    kind: Kind,
    name: &FileName<'a>,
    charger: &TargetCharger<'a>,
) -> Option<CompatibilityFinding<'a>> {
    let model = charger.model;
    match name.family() {
        Some(family) if family.contains(model) => None,
        // A preset's provider may look like a family; only images are made for one.
        Some(_) if kind == Kind::Preset => None,
        Some(family) => Some(CompatibilityFinding::FamilyDiffers { family, model }),
        None => (kind == Kind::FirmwareImage).then_some(CompatibilityFinding::FamilyUnknown),
    }
}

/// A up to 4.12, B from 4.14, only B from 7.0 (KA-01186).
fn check_variant<'a>(
    kind: Kind,
    name: &FileName<'a>,
    firmware: FirmwareVersion,
) -> Option<CompatibilityFinding<'a>> {
    let (major, minor, _) = firmware.release();
    let generation = (major, minor);
    let variant = match (name.variant(), kind) {
        (Some(variant), _) => variant,
        (None, Kind::Preset) => return Some(CompatibilityFinding::VariantUnknown),
        (None, Kind::FirmwareImage) => return check_image_without_variant(name, generation),
        (None, _) => return None,
    };
    let refused = CompatibilityFinding::VariantRefused { variant, firmware };
    let doubtful = CompatibilityFinding::VariantDoubtful { variant, firmware };
    match variant {
        Variant::A if generation <= LAST_FOR_A => None,
        Variant::A if generation >= FIRST_ONLY_B => Some(refused),
        Variant::B if generation >= FIRST_FOR_B => None,
        Variant::B if generation <= LAST_FOR_A => Some(refused),
        _ => Some(doubtful),
    }
}

/// Images from 7.0 are published as B only, and their names no longer say so.
fn check_image_without_variant<'a>(
    name: &FileName<'_>,
    generation: (u16, u16),
) -> Option<CompatibilityFinding<'a>> {
    let named_before_7 = name.version().is_none_or(|version| version.release().0 < 7);
    // The image that first knew two variants: before it there was nothing to choose.
    let named_after_4_12 = name
        .version()
        .is_none_or(|version| version.release() >= (LAST_FOR_A.0, 13, 0));
    (named_before_7 && (named_after_4_12 || generation > LAST_FOR_A))
        .then_some(CompatibilityFinding::VariantUnknown)
}

const LAST_FOR_A: (u16, u16) = (4, 12);
const FIRST_FOR_B: (u16, u16) = (4, 14);
const FIRST_ONLY_B: (u16, u16) = (7, 0);

fn check_update<'a>(name: &FileName<'a>, firmware: FirmwareVersion, findings: &mut Findings<'a>) {
    let Some(version) = name.version() else {
        return report(findings, Some(CompatibilityFinding::VersionUnknown));
    };
    let (from, to) = (firmware.release(), version.release());
    if from < (6, 6, 0) && to >= (7, 0, 0) {
        report(
            findings,
            Some(CompatibilityFinding::SteppingStone { firmware }),
        );
    }
    if from < (5, 0, 0) && to >= (5, 0, 0) {
        report(findings, Some(CompatibilityFinding::PasswordBoundary));
    }
    let direction = match (from, to) {
        _ if from == to => Some(CompatibilityFinding::SameRelease),
        _ if from < to => None,
        ((6.., ..), (..=5, ..)) => Some(CompatibilityFinding::DowngradeRefused { firmware }),
        _ => Some(CompatibilityFinding::Downgrade { firmware }),
    };
    report(findings, direction);
}
