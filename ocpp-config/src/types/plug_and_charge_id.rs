use crate::ValueError;

text_value! {
    /// The card number under which a charger in Plug & Charge mode starts sessions,
    /// 8 to 20 hexadecimal digits (object `2063_0`, 21 bytes with its NUL).
    ///
    /// Often the charger's own number (`ACE0999001`, which happens to be hexadecimal).
    PlugAndChargeId,
    expecting "a Plug & Charge ID of 8 to 20 hexadecimal digits",
    check check,
    schema { "pattern": "^[0-9A-Fa-f]{8,20}$" }
}

fn check(id: &str) -> Result<(), ValueError> {
    if !(8..=20).contains(&id.len()) {
        Err(ValueError::new(
            "PNC-LENGTH",
            format!("the Plug & Charge ID has {} bytes, not 8 to 20", id.len()),
        ))
    } else if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Err(ValueError::new(
            "PNC-HEX",
            "the Plug & Charge ID contains a character that is not a hexadecimal digit",
        ))
    } else {
        Ok(())
    }
}
