use std::io::{self, IsTerminal};

use ocpp_config::Secret;

/// The environment variable that a charger's password is taken from.
const VARIABLE: &str = "CHARGER_PASSWORD";

/// The charger's password: from the environment, else asked for on the terminal.
///
/// # Errors
/// There is neither the variable nor a terminal, or the terminal cannot be read.
pub fn charger_password(user: &str) -> Result<Secret, PasswordError> {
    if let Some(password) = std::env::var_os(VARIABLE) {
        let text = password.into_string().map_err(|_| PasswordError::NotText)?;
        return Ok(Secret::from(text));
    }
    if !io::stdin().is_terminal() {
        return Err(PasswordError::NowhereToAsk);
    }
    let text = rpassword::prompt_password(format!("password of {user} on the charger: "))?;
    Ok(Secret::from(text))
}

/// Why there is no password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The variable holds something that is not UTF-8.
    #[error("CHARGER_PASSWORD is not UTF-8")]
    NotText,
    /// No variable, and no terminal to ask on.
    #[error("set CHARGER_PASSWORD, or run this on a terminal to be asked")]
    NowhereToAsk,
    /// The terminal failed.
    #[error("the terminal cannot be read")]
    Terminal(#[from] io::Error),
}
