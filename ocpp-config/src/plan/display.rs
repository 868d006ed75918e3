use std::fmt;

use super::installed::object_name;
use super::{LeftOutReason, Plan, PlannedWrite, UploadPurpose};
use crate::InForce;

/// A diff for a person. Secrets are masked.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            writeln!(f, "nothing to do")?;
        }
        for upload in &self.uploads {
            let what = match upload.purpose {
                UploadPurpose::Preset => "preset",
                UploadPurpose::RootCertificate => "root certificate",
            };
            let size = upload.data.len();
            writeln!(f, "upload {what}: {:?}, {size} bytes", upload.file_name)?;
        }
        for install in &self.installs {
            writeln!(f, "install {}: {MASK}", install.place())?;
        }
        for write in &self.writes {
            write_line(f, write)?;
        }
        footnotes(f, self)
    }
}

const MASK: &str = "***";

fn write_line(f: &mut fmt::Formatter<'_>, write: &PlannedWrite) -> fmt::Result {
    let marker = match write.in_force {
        InForce::AtOnce => "",
        InForce::AfterRestart => "  (after restart)",
    };
    let id = write.id().to_string();
    write!(f, "write {id:<7} {}: ", object_name(write.id()))?;
    match (&write.old, write.is_secret) {
        (None, _) => f.write_str("?")?,
        (Some(old), true) if old.is_blank() => write!(f, "{old}")?,
        (Some(_), true) => f.write_str(MASK)?,
        (Some(old), false) => write!(f, "{old}")?,
    }
    let new = &write.write.value;
    if write.is_secret && !new.is_blank() {
        writeln!(f, " -> {MASK}{marker}")
    } else {
        writeln!(f, " -> {new}{marker}")
    }
}

fn footnotes(f: &mut fmt::Formatter<'_>, plan: &Plan) -> fmt::Result {
    if plan.needs_restart() {
        writeln!(f, "the charger has to be restarted")?;
    }
    for door in &plan.one_way_doors {
        writeln!(f, "cannot be undone: {door}")?;
    }
    for left_out in &plan.left_out {
        let reason = match left_out.reason {
            LeftOutReason::NotOnCharger => "the charger does not have it",
            LeftOutReason::ReadOnly => "the charger does not let it be written",
            LeftOutReason::Unreadable => "what it held could not be read",
            LeftOutReason::RisesOnly => "the firmware lets it rise only",
        };
        let name = object_name(left_out.id);
        writeln!(f, "left out: {name} ({}): {reason}", left_out.id)?;
    }
    Ok(())
}
