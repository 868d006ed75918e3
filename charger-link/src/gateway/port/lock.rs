use std::io;
use std::os::fd::AsFd;

use rustix::fs::{FlockOperation, flock};

/// Takes a serial port for this program alone, as far as others ask too: the library
/// that opens it does not. The lock goes with the last file descriptor.
///
/// # Errors
/// [`ResourceBusy`](io::ErrorKind::ResourceBusy) where another program has it.
pub(super) fn exclusive(port: impl AsFd) -> io::Result<()> {
    match flock(port, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(io::ErrorKind::ResourceBusy.into()),
        Err(errno) => Err(errno.into()),
    }
}
