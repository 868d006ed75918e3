use super::apn::is_visible;
use crate::ValueError;

text_value! {
    /// The name under which the charger presents itself: the last path segment of the
    /// URL it dials and the user of its basic authentication.
    ///
    /// 1 to 20 bytes of printable ASCII (object `2053_0`, 21 bytes with its NUL),
    /// neither beginning nor ending with a blank, without `:` (it ends the user in basic
    /// authentication, RFC 7617) and neither `.` nor `..` (they vanish from a URL,
    /// RFC 3986 section 5.2.4).
    ///
    /// ```
    /// use ocpp_config::ChargeBoxIdentity;
    ///
    /// assert!(ChargeBoxIdentity::new("ACE0999001").is_ok());
    /// assert_eq!(ChargeBoxIdentity::new("a:b").unwrap_err().code().as_str(), "ID-COLON");
    /// ```
    ChargeBoxIdentity,
    expecting "a charge box identity of 1 to 20 printable ASCII characters without a colon",
    check check,
    schema { "minLength": 1, "maxLength": 20, "pattern": "^[!-9;-~]([ -9;-~]*[!-9;-~])?$" }
}

fn check(identity: &str) -> Result<(), ValueError> {
    if identity.is_empty() || identity.len() > 20 {
        Err(ValueError::new(
            "ID-LENGTH",
            format!("the identity has {} bytes, not 1 to 20", identity.len()),
        ))
    } else if identity.contains(':') {
        Err(ValueError::new("ID-COLON", "the identity contains a colon"))
    } else if matches!(identity, "." | "..") {
        Err(ValueError::new(
            "ID-DOTS",
            "the identity would vanish from the URL as a relative path segment",
        ))
    } else if !is_visible(identity) || identity.starts_with(' ') || identity.ends_with(' ') {
        Err(ValueError::new(
            "ID-CHARACTERS",
            "the identity contains a character that is not printable ASCII, or begins or ends \
             with a blank",
        ))
    } else {
        Ok(())
    }
}
