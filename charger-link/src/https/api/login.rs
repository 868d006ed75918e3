use base64::prelude::{BASE64_STANDARD, Engine};
use ocpp_config::Secret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::LinkErrorKind;
use crate::https::settings::Credentials;
use crate::https::wire::{Authorization, Body, Call, Reply};

/// The call that logs in.
///
/// # Errors
/// If the password is not text, which is all that JSON can say.
pub(crate) fn login_call(credentials: &Credentials) -> Result<Call, LinkErrorKind> {
    let body = LoginBody {
        username: credentials.user(),
        password: credentials
            .password()
            .expose_str()
            .ok_or(LinkErrorKind::PasswordNotText)?,
        displayname: credentials.display_name(),
    };
    let text = body.to_json();
    let mut call = Call::post("login", Body::Json(text), "logging in").without_login();
    call.effect = false;
    Ok(call)
}

/// What takes the place of a login on firmware below 5.0.
pub(crate) fn basic_authorization(credentials: &Credentials) -> Authorization {
    let (user, password) = (credentials.user(), credentials.password());
    let mut pair = Zeroizing::new(Vec::with_capacity(user.len() + 1 + password.len()));
    pair.extend_from_slice(user.as_bytes());
    pair.push(b':');
    pair.extend_from_slice(password.expose());
    Authorization::Basic(Secret::from(BASE64_STANDARD.encode(&*pair)))
}

/// What a charger's answer to a login means.
#[derive(Debug)]
pub(crate) enum LoginReply {
    /// Logged in; further requests carry this.
    Welcome(Authorization),
    /// Not, for this reason.
    Refused(LinkErrorKind),
    /// The charger cannot answer now (429 or 5xx).
    Later,
}

impl LoginReply {
    pub(crate) fn of(reply: &Reply) -> Self {
        match reply.status {
            200..=299 => Self::welcome(reply),
            // One firmware tells the two apart like this.
            400 => Self::Refused(LinkErrorKind::UnknownUser),
            401 | 403 => Self::Refused(LinkErrorKind::WrongPassword),
            404 | 405 => Self::Refused(LinkErrorKind::NotACharger),
            429 | 500..=599 => Self::Later,
            status => Self::Refused(LinkErrorKind::Refused { status }),
        }
    }

    /// The newest firmware hands out a token, older ones a cookie, the oldest rely on
    /// the connection.
    fn welcome(reply: &Reply) -> Self {
        let token = serde_json::from_slice::<Tokens<'_>>(reply.body.expose())
            .ok()
            .map(|tokens| tokens.access);
        match (token, &reply.cookie) {
            (Some(token), _) if is_token(token) => {
                Self::Welcome(Authorization::Bearer(Secret::from(token)))
            }
            (Some(_), _) => Self::Refused(LinkErrorKind::Malformed {
                what: "an access token with forbidden characters",
            }),
            (None, Some(cookie)) => Self::Welcome(Authorization::Cookie(cookie.clone())),
            (None, None) => Self::Welcome(Authorization::Connection),
        }
    }
}

/// Whether it can stand in a header line.
fn is_token(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| (0x21..0x7F).contains(&byte))
}

/// Borrowed, so that the token is not copied into memory that is not overwritten. A
/// token with escapes in it is none.
#[derive(Deserialize)]
struct Tokens<'a> {
    access: &'a str,
}

#[derive(Serialize)]
struct LoginBody<'a> {
    username: &'a str,
    password: &'a str,
    displayname: &'a str,
}

impl LoginBody<'_> {
    fn to_json(&self) -> Secret {
        // An escape makes six bytes of one at most; the buffer must not move.
        let text = self.username.len() + self.password.len() + self.displayname.len();
        let mut buffer = Vec::with_capacity(64 + 6 * text);
        // Strings always have a JSON form, and a vector takes all of it.
        let _ = serde_json::to_writer(&mut buffer, self);
        Secret::new(buffer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_generations_of_sessions_are_understood() {
        let token = LoginReply::of(&reply(200, r#"{"access":"abc","refresh":"def"}"#, None));
        let LoginReply::Welcome(Authorization::Bearer(token)) = token else {
            panic!("{token:?}");
        };
        assert_eq!(token.expose(), b"abc");
        let cookie = LoginReply::of(&reply(200, "", Some("session=1")));
        assert!(matches!(
            cookie,
            LoginReply::Welcome(Authorization::Cookie(_))
        ));
        let bare = LoginReply::of(&reply(200, "", None));
        assert!(matches!(
            bare,
            LoginReply::Welcome(Authorization::Connection)
        ));
    }

    #[test]
    fn refusals_name_what_is_wrong() {
        for (status, kind) in [
            (400, LinkErrorKind::UnknownUser),
            (401, LinkErrorKind::WrongPassword),
            (403, LinkErrorKind::WrongPassword),
            (404, LinkErrorKind::NotACharger),
        ] {
            let LoginReply::Refused(found) = LoginReply::of(&reply(status, "", None)) else {
                panic!("{status}");
            };
            assert_eq!(found, kind);
        }
    }

    #[test]
    fn a_token_cannot_smuggle_header_lines() {
        for token in [r"a\r\nX: y", "a b", ""] {
            let body = format!(r#"{{"access":"{token}"}}"#);
            let answer = LoginReply::of(&reply(200, &body, None));
            assert!(
                !matches!(answer, LoginReply::Welcome(Authorization::Bearer(_))),
                "{token}"
            );
        }
    }

    proptest! {
        /// Users reported passwords with `@` that did not work in other clients.
        #[test]
        fn every_printable_password_arrives_unchanged(password in "[ -~äöüß€🔌]{0,40}") {
            let credentials = Credentials::new("admin", Secret::from(password.as_str()));
            let Body::Json(body) = login_call(&credentials).unwrap().body else {
                panic!("no body");
            };
            let value: serde_json::Value = serde_json::from_slice(body.expose()).unwrap();
            prop_assert_eq!(value["password"].as_str(), Some(password.as_str()));
        }
    }

    fn reply(status: u16, body: &str, cookie: Option<&str>) -> Reply {
        Reply {
            status,
            body: Secret::from(body),
            closes: false,
            cookie: cookie.map(Secret::from),
            retry_after: None,
            surplus: false,
        }
    }
}
