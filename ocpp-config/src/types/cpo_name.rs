use crate::ValueError;

text_value! {
    /// The charge point operator, as in the O= of the client certificate
    /// (object `2722_0`).
    ///
    /// 1 to 64 characters: the upper bound of an organisation name in a certificate
    /// (RFC 5280, `ub-organization-name`); the object's own length is not published.
    CpoName,
    expecting "the operator's name, 1 to 64 characters",
    check check,
    schema { "minLength": 1, "maxLength": 64 }
}

fn check(name: &str) -> Result<(), ValueError> {
    let length = name.chars().count();
    if !(1..=64).contains(&length) {
        Err(ValueError::new(
            "CPO-LENGTH",
            format!("the CPO name has {length} characters, not 1 to 64"),
        ))
    } else if name.chars().any(char::is_control) || name.trim() != name {
        Err(ValueError::new(
            "CPO-CHARACTERS",
            "the CPO name contains a control character, or begins or ends with a blank",
        ))
    } else {
        Ok(())
    }
}
