use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::KeyLog;

/// Writes session keys to a file in the format that Wireshark reads.
pub(crate) struct KeyFile(Mutex<File>);

impl KeyFile {
    /// Opens the file for appending; only its owner may read a new one.
    pub(crate) fn open(path: &Path) -> io::Result<Arc<dyn KeyLog>> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        Ok(Arc::new(Self(Mutex::new(options.open(path)?))))
    }
}

impl KeyLog for KeyFile {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let line = format!("{label} {} {}\n", hex(client_random), hex(secret));
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A full disk must not break the connection that is being looked at.
        let _ = file.write_all(line.as_bytes());
    }
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyFile")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
