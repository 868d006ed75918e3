use std::fmt;
use std::str::FromStr;

use crate::{Secret, ValueError};

/// The PIN of a SIM card: 4 to 8 digits, leading zeros kept.
///
/// 4 digits fit every charger (object `20Fx_A`), 8 only those that have the long slot
/// (`20Fx_10`). Redacted in [`Debug`](fmt::Debug).
///
/// ```
/// use ocpp_config::SimPin;
///
/// let pin: SimPin = "0042".parse()?;
/// assert_eq!(pin.expose(), "0042");
/// assert_eq!(format!("{pin:?}"), "SimPin(4 digits)");
/// # Ok::<(), ocpp_config::ValueError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SimPin(Secret);

impl SimPin {
    /// How many digits fit on a charger without the long slot.
    pub const SHORT_BYTES: usize = 4;

    /// Checks the digits.
    ///
    /// # Errors
    ///
    /// They are not 4 to 8 digits.
    pub fn new(secret: Secret) -> Result<Self, ValueError> {
        let digits = secret.expose().iter().all(u8::is_ascii_digit);
        if digits && (4..=8).contains(&secret.len()) {
            Ok(Self(secret))
        } else {
            Err(ValueError::new(
                "SIM-PIN-VALUE",
                "the SIM PIN is not 4 to 8 digits",
            ))
        }
    }

    /// The digits. Never log, print or store what this returns.
    pub fn expose(&self) -> &str {
        self.0.expose_str().unwrap_or_default()
    }

    /// Whether the PIN needs the long slot.
    pub fn is_long(&self) -> bool {
        self.0.len() > Self::SHORT_BYTES
    }
}

impl FromStr for SimPin {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(Secret::from(text))
    }
}

impl fmt::Debug for SimPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimPin({} digits)", self.0.len())
    }
}
