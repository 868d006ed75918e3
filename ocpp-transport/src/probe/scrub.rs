use ocpp_config::Secret;

use super::subject::ProbeSubject;
use crate::basic_auth::{BasicCredentials, PasswordForm};

/// Takes the key, in every spelling, out of whatever a server may send back.
pub(crate) struct Scrub(Vec<Secret>);

impl Scrub {
    pub(crate) fn of(subject: &ProbeSubject) -> Self {
        let Some(key) = &subject.key else {
            return Self(Vec::new());
        };
        let mut secrets = vec![key.clone()];
        for form in PasswordForm::candidates(key) {
            let Ok(password) = form.password(key) else {
                continue;
            };
            let header = BasicCredentials::new(&*subject.identity, password.clone()).header();
            let encoded = header.split_once(' ').map_or("", |(_, it)| it);
            secrets.push(Secret::new(encoded.as_bytes().to_vec()));
            secrets.push(password);
        }
        Self(secrets)
    }

    pub(crate) fn text(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for secret in &self.0 {
            // Shorter ones would only garble the text, and are no secret worth the name.
            if let Some(secret) = secret.expose_str().filter(|it| it.len() >= 4) {
                clean = clean.replace(secret, "(hidden)");
            }
        }
        clean
    }

    /// A URL that could not be read, without what may be a login.
    pub(crate) fn url(&self, url: &str) -> String {
        let clean = match url.rsplit_once('@') {
            Some((_, rest)) => format!("(hidden)@{rest}"),
            None => url.to_owned(),
        };
        self.text(&clean)
    }
}
