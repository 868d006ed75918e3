use serde::{Deserialize, Serialize};

/// An item that can be installed on a charger but never read back
/// (`POST /api/domain`, by number).
///
/// Numbers without a constant are carried through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WriteOnlyItem(u8);

impl WriteOnlyItem {
    /// The authorization key of the back office (object `2723_1`).
    pub const AUTHORIZATION_KEY: Self = Self(0);
    /// The password of the proxy.
    pub const PROXY_PASSWORD: Self = Self(2);
    /// The manufacturer root certificate. Its number is known, but no client was
    /// ever seen sending it.
    pub const MANUFACTURER_ROOT: Self = Self(16);
    /// The CSMS root certificate (object `2700_0`). Number known, never seen sent.
    pub const CSMS_ROOT: Self = Self(17);
    /// The client certificate chain and its key. Number known, never seen sent.
    pub const CLIENT_CERTIFICATE: Self = Self(48);

    /// The item with this number, known or not.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number as it is sent.
    pub const fn number(self) -> u8 {
        self.0
    }
}
