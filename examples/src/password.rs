use std::io::{self, IsTerminal};

use ocpp_config::Secret;

/// The environment variable that a charger's password is taken from.
const VARIABLE: &str = "CHARGER_PASSWORD";

/// The charger's password: from the environment, else asked for on the terminal.
///
/// # Errors
/// There is neither the variable nor a terminal, or the terminal cannot be read.
pub fn charger_password(user: &str) -> Result<Secret, PasswordError> {
    if let Some(password) = variable(VARIABLE)? {
        return Ok(password);
    }
    if !io::stdin().is_terminal() {
        return Err(PasswordError::NowhereToAsk);
    }
    let text = rpassword::prompt_password(format!("password of {user} on the charger: "))?;
    Ok(Secret::from(text))
}

/// The password of one charger of a fleet, from the environment: that of its name in upper
/// case (`CHARGER_PASSWORD_GARAGE_1` for `garage-1`), else the one for all.
///
/// # Errors
/// There is neither, or what there is is not UTF-8.
pub fn fleet_password(name: &str) -> Result<Secret, PasswordError> {
    let own = variable_of(name);
    match variable(&own)? {
        Some(password) => Ok(password),
        None => variable(VARIABLE)?.ok_or(PasswordError::NotSet { own }),
    }
}

/// The variable that holds the password of this charger alone.
fn variable_of(name: &str) -> String {
    let plain = |c: char| match c.is_ascii_alphanumeric() {
        true => c.to_ascii_uppercase(),
        false => '_',
    };
    format!("{VARIABLE}_{}", name.chars().map(plain).collect::<String>())
}

fn variable(name: &str) -> Result<Option<Secret>, PasswordError> {
    match std::env::var_os(name).map(std::ffi::OsString::into_string) {
        Some(Ok(text)) => Ok(Some(Secret::from(text))),
        Some(Err(_)) => Err(PasswordError::NotText {
            name: name.to_owned(),
        }),
        None => Ok(None),
    }
}

/// Why there is no password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The variable holds something that is not UTF-8.
    #[error("{name} is not UTF-8")]
    NotText {
        /// The variable.
        name: String,
    },
    /// No variable, and no terminal to ask on.
    #[error("set CHARGER_PASSWORD, or run this on a terminal to be asked")]
    NowhereToAsk,
    /// No variable for a charger of a fleet.
    #[error("set {own}, or CHARGER_PASSWORD for all chargers")]
    NotSet {
        /// The variable of this charger.
        own: String,
    },
    /// The terminal failed.
    #[error("the terminal cannot be read")]
    Terminal(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charger_of_a_fleet_has_a_variable_of_its_own() {
        assert_eq!(variable_of("garage-1.b"), "CHARGER_PASSWORD_GARAGE_1_B");
    }
}
