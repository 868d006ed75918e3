use std::io;
use std::path::PathBuf;

use super::{Serial, SerialSettings};

/// A serial port of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PortEntry {
    /// Its path or name, to open it by.
    pub path: PathBuf,
    /// Whether this program could open it just now.
    pub access: PortAccess,
}

/// Whether a port can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PortAccess {
    /// Yes.
    Free,
    /// Another program has it.
    InUse,
    /// This user may not: on Linux the group `dialout` or `uucp` may.
    Denied,
    /// No, for another reason; often there is no device behind the name.
    Failed,
}

/// The serial ports of this machine, and whether they can be opened.
///
/// Each is opened for a moment to find out, which raises its DTR line on Linux and
/// resets some boards.
///
/// # Errors
/// If the operating system does not tell.
pub fn list_ports() -> io::Result<Vec<PortEntry>> {
    let mut entries: Vec<_> = serial2::SerialPort::available_ports()?
        .into_iter()
        .map(|path| PortEntry {
            access: access(&path),
            path,
        })
        .collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(entries)
}

fn access(path: &std::path::Path) -> PortAccess {
    match Serial::new(path, SerialSettings::default()).open() {
        Ok(_) => PortAccess::Free,
        Err(error) => match error.kind() {
            io::ErrorKind::ResourceBusy => PortAccess::InUse,
            io::ErrorKind::PermissionDenied => PortAccess::Denied,
            _ => PortAccess::Failed,
        },
    }
}
