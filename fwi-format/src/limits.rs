//! What is accepted at most, and why.

/// Bounds that hold before anything is allocated or read on.
///
/// The header has no bound of its own: it is exactly 160 bytes or it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    max_payload: u32,
}

impl Limits {
    /// 32 MiB: more than ten times the largest file seen (1.8 MB), and at the 18 to
    /// 40 KB/s a charger takes already an upload of a quarter of an hour and more.
    pub const MAX_PAYLOAD: u32 = 32 * 1024 * 1024;

    /// The default limits.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_payload: Self::MAX_PAYLOAD,
        }
    }

    /// Refuses payloads of more than `bytes` bytes. Defaults to
    /// [`Limits::MAX_PAYLOAD`].
    #[must_use]
    pub const fn with_max_payload(mut self, bytes: u32) -> Self {
        self.max_payload = bytes;
        self
    }

    /// The largest payload accepted, in bytes.
    #[must_use]
    pub const fn max_payload(&self) -> u32 {
        self.max_payload
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
