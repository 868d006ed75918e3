//! Which container may be sent to which charger, and what nobody can know about it here.

use fwi_format::{
    Classification, Compatibility, CompatibilityFinding, Confidence, Container, FileName, Kind,
    Severity, TargetCharger,
};
use ocpp_config::{Snapshot, objects};

use crate::Refusal;
use crate::values::text;

/// Judges a file by itself, before any charger is asked.
///
/// # Errors
/// [`Refusal::BadContainer`] if it is no container, damaged, or evidently of another kind.
pub(crate) fn check_alone(file: &str, shall_be: Kind, bytes: &[u8]) -> Result<(), Refusal> {
    let name = FileName::parse(file);
    Container::parse(bytes)
        .map_err(|error| error.to_string())
        .and_then(|container| judge_content(shall_be, &container, &name, &mut Vec::new()))
        .map_err(|reason| Refusal::BadContainer {
            file: file.to_owned(),
            reason,
        })
}

/// Judges a container that shall be a preset or a root certificate: what a person should
/// know before it is sent.
///
/// # Errors
/// [`Refusal::BadContainer`] if it is damaged, evidently of another kind, or made for
/// another charger or firmware.
pub(crate) fn check(
    file: &str,
    shall_be: Kind,
    container: &Container<'_>,
    snapshot: &Snapshot,
) -> Result<Vec<String>, Refusal> {
    let name = FileName::parse(file);
    let mut told = Vec::new();
    judge_content(shall_be, container, &name, &mut told)
        .and_then(|()| judge_target(shall_be, &name, snapshot, &mut told))
        .map_err(|reason| Refusal::BadContainer {
            file: file.to_owned(),
            reason,
        })?;
    told.push(UNKNOWN.to_owned());
    Ok(told
        .into_iter()
        .map(|line| format!("{file}: {line}"))
        .collect())
}

/// The payload is encrypted, and the trailer cannot be checked without the vendor's keys.
const UNKNOWN: &str =
    "what is in it and who signed it cannot be checked here; the charger checks its signature";

/// Only display packages come without a trailer: a root or a preset without one was cut off.
fn judge_content(
    shall_be: Kind,
    container: &Container<'_>,
    name: &FileName<'_>,
    told: &mut Vec<String>,
) -> Result<(), String> {
    if container.trailer().is_none() {
        return Err("its trailer is missing, so it was cut off".to_owned());
    }
    let length = u64::try_from(container.as_bytes().len()).unwrap_or(u64::MAX);
    let found = Classification::new(container.header(), length, Some(name));
    let verdict = found.verdict();
    let (kind, confidence) = (verdict.kind, verdict.confidence);
    if kind == Kind::FirmwareImage && confidence == Confidence::Sure {
        return Err(format!("it is a {kind}, not a {shall_be}"));
    }
    if found.is_contradictory() || (kind != shall_be && confidence >= Confidence::Likely) {
        told.push(format!(
            "it shall be a {shall_be}, and looks like something else ({kind}, {confidence})"
        ));
    }
    Ok(())
}

/// By its name, since nothing readable in it says for which charger it was made.
fn judge_target(
    shall_be: Kind,
    name: &FileName<'_>,
    snapshot: &Snapshot,
    told: &mut Vec<String>,
) -> Result<(), String> {
    let mut charger = TargetCharger::new(text(snapshot, objects::MODEL));
    if let Ok(firmware) = text(snapshot, objects::FIRMWARE).parse() {
        charger = charger.with_firmware(firmware);
    }
    let phrase = |finding: &CompatibilityFinding<'_>| format!("{finding}; {}", finding.advice());
    for finding in Compatibility::check(shall_be, name, &charger).findings() {
        match finding.severity() {
            Severity::Error => return Err(phrase(finding)),
            _ => told.push(phrase(finding)),
        }
    }
    Ok(())
}
