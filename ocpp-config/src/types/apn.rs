use crate::ValueError;

text_value! {
    /// The access point name of a mobile network, 1 to 512 bytes of printable ASCII
    /// without blanks (object `20Fx_7`, 513 bytes with its NUL).
    ApnName,
    expecting "an access point name of 1 to 512 printable ASCII characters without blanks",
    check check_name,
    schema { "minLength": 1, "maxLength": 512, "pattern": "^[!-~]+$" }
}

text_value! {
    /// The user of an access point, 1 to 40 bytes of printable ASCII.
    ///
    /// 20 bytes fit every charger (object `20Fx_8`), 40 only those that have the long
    /// slot (`20Fx_F`); [`validate_move`](crate::validate_move) tells which.
    ApnUser,
    expecting "an access point user of 1 to 40 printable ASCII characters",
    check check_user,
    schema { "minLength": 1, "maxLength": 40, "pattern": "^[ -~]+$" }
}

impl ApnUser {
    /// How many bytes fit on a charger without the long slot.
    pub const SHORT_BYTES: usize = 20;
}

named_number! {
    /// How the charger proves itself to the access point (object `20Fx_D`).
    ///
    /// The numbers are **not verified**: the object is known by name only, and the
    /// order is that of OCPP 2.0.1's `APNAuthenticationEnumType`.
    open ApnAuthentication, code "APN-AUTH-VALUE",
    expecting "\"chap\", \"none\", \"pap\" or \"auto\"",
    {
        /// CHAP.
        CHAP = 0 => "chap",
        /// No authentication.
        NONE = 1 => "none",
        /// PAP.
        PAP = 2 => "pap",
        /// Whatever the network asks for.
        AUTO = 3 => "auto",
    }
}

fn check_name(name: &str) -> Result<(), ValueError> {
    if name.is_empty() || name.len() > 512 {
        Err(ValueError::new(
            "APN-NAME-LENGTH",
            format!(
                "the access point name has {} bytes, not 1 to 512",
                name.len()
            ),
        ))
    } else if !name.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err(ValueError::new(
            "APN-NAME-CHARACTERS",
            "the access point name contains a blank or a character that is not printable ASCII",
        ))
    } else {
        Ok(())
    }
}

fn check_user(user: &str) -> Result<(), ValueError> {
    if user.is_empty() || user.len() > 40 {
        Err(ValueError::new(
            "APN-USER-LENGTH",
            format!(
                "the access point user has {} bytes, not 1 to 40",
                user.len()
            ),
        ))
    } else if !is_visible(user) {
        Err(ValueError::new(
            "APN-USER-CHARACTERS",
            "the access point user contains a character that is not printable ASCII",
        ))
    } else {
        Ok(())
    }
}

/// What a VISIBLE_STRING of the charger can hold.
pub(super) fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}
