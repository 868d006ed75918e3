use std::fmt;

use ocpp_config::Secret;

use crate::Upload;

/// One HTTP request, before it is known on which connection it goes out.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// What follows `/api/`, query included, exactly as it goes over the wire.
    pub(crate) target: String,
    pub(crate) body: Body,
    /// Whether the charger wants a login first.
    pub(crate) needs_login: bool,
    /// Whether it changes something on the charger.
    pub(crate) effect: bool,
    /// Whether doing it twice is the same as doing it once.
    pub(crate) repeatable: bool,
    /// Whether it asks for a connection that carried nothing but a login.
    pub(crate) fresh_session: bool,
    /// Whether the session is over after it.
    pub(crate) ends_session: bool,
    /// What is under way, for errors.
    pub(crate) doing: &'static str,
}

impl Call {
    /// A question that changes nothing.
    pub(crate) fn get(target: impl Into<String>, doing: &'static str) -> Self {
        Self {
            method: Method::Get,
            target: target.into(),
            body: Body::Empty,
            needs_login: true,
            effect: false,
            repeatable: true,
            fresh_session: false,
            ends_session: false,
            doing,
        }
    }

    /// An order that changes something and can be repeated without harm.
    pub(crate) fn post(target: impl Into<String>, body: Body, doing: &'static str) -> Self {
        Self {
            method: Method::Post,
            body,
            effect: true,
            ..Self::get(target, doing)
        }
    }

    /// The same, without a login.
    pub(crate) fn without_login(mut self) -> Self {
        self.needs_login = false;
        self
    }

    /// The same, not to be repeated unless it certainly was not carried out.
    pub(crate) fn not_repeatable(mut self) -> Self {
        self.repeatable = false;
        self
    }

    /// Frees the charger's only session.
    pub(crate) fn logout() -> Self {
        Self {
            effect: false,
            ends_session: true,
            ..Self::post("logout", Body::json(b"\"\""), "logging out")
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
}

impl Method {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// The body of a request.
#[derive(Clone)]
pub(crate) enum Body {
    Empty,
    Json(Secret),
    Container(Upload),
}

impl Body {
    pub(crate) fn json(text: &[u8]) -> Self {
        Self::Json(Secret::new(text.to_vec()))
    }
}

/// Bodies may hold secrets.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Json(text) => write!(f, "Json({} bytes)", text.len()),
            Self::Container(upload) => upload.fmt(f),
        }
    }
}

/// How a request proves that it belongs to the session.
#[derive(Debug, Clone)]
pub(crate) enum Authorization {
    /// By the connection alone.
    Connection,
    /// `Authorization: Bearer …`.
    Bearer(Secret),
    /// `Cookie: …`.
    Cookie(Secret),
    /// `Authorization: Basic …`, already in base64.
    Basic(Secret),
}

impl Authorization {
    /// The header line without its value, and the value.
    pub(crate) fn header(&self) -> Option<(&'static str, &Secret)> {
        match self {
            Self::Connection => None,
            Self::Bearer(token) => Some(("Authorization: Bearer ", token)),
            Self::Cookie(pair) => Some(("Cookie: ", pair)),
            Self::Basic(credentials) => Some(("Authorization: Basic ", credentials)),
        }
    }
}
