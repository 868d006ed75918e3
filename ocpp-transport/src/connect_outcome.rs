//! What both drivers make of an answer or a failure on the way to an open connection.

use std::io;

use crate::connect_error::{ConnectCause, ConnectError, ConnectStage};
use crate::endpoint::{Endpoint, Subprotocol};
use crate::timeouts::ConnectOptions;
use crate::tls::{TlsFailure, TlsObservation};
use crate::websocket::{ClientUpgrade, HttpAnswer, UpgradeFault, judge_answer};

/// The OCPP version of a connection that the server's answer opens.
pub(crate) fn opened(
    handshake: &ClientUpgrade,
    answer: HttpAnswer,
    endpoint: &Endpoint,
    options: &ConnectOptions,
) -> Result<Option<Subprotocol>, ConnectError> {
    if answer.status != 101 {
        let cause = ConnectCause::Refused(Box::new(answer));
        return Err(ConnectError::new(ConnectStage::Upgrade, cause));
    }
    let version = judge_answer(handshake, &answer, endpoint.offered()).map_err(|fault| {
        let stage = match fault {
            UpgradeFault::SubprotocolNotOffered(_) => ConnectStage::Subprotocol,
            _ => ConnectStage::Upgrade,
        };
        ConnectError::new(stage, ConnectCause::Upgrade(fault))
    })?;
    if version.is_none() && options.require_subprotocol && !endpoint.offered().is_empty() {
        let cause = ConnectCause::NoSubprotocol;
        return Err(ConnectError::new(ConnectStage::Subprotocol, cause));
    }
    Ok(version)
}

/// An I/O error at a stage. With TLS 1.3 a refusal of the client certificate arrives with
/// the first read, when the upgrade has begun; it is a matter of TLS all the same.
pub(crate) fn stage_error(
    error: io::Error,
    stage: ConnectStage,
    observation: Option<TlsObservation>,
) -> ConnectError {
    let failure = observation
        .as_ref()
        .filter(|_| stage == ConnectStage::Tls || error.get_ref().is_some())
        .and_then(|seen| TlsFailure::from_io(&error, seen));
    match failure {
        Some(failure) => ConnectError::new(ConnectStage::Tls, ConnectCause::Tls(failure)),
        None => ConnectError::io(stage, error),
    }
    .having_seen(observation)
}

/// A failure of name resolution. The standard library has one error for all of them, so
/// that only the text of the operating system tells an unknown name from a name server
/// that failed; where it is not one of these, for example in another language, nobody
/// knows.
pub(crate) fn dns_error(error: io::Error) -> ConnectError {
    let text = error.to_string();
    let unknown = [
        "not known",
        "No address",
        "no address",
        "No such host",
        "nodename nor servname",
    ];
    let cause = if unknown.iter().any(|it| text.contains(it)) {
        ConnectCause::UnknownHost
    } else {
        ConnectCause::Resolver(text)
    };
    ConnectError::new(ConnectStage::Dns, cause).caused_by(error)
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_name_is_called_unknown_only_where_the_system_says_so() {
        for (text, unknown) in [
            (
                "failed to lookup address information: Name or service not known",
                true,
            ),
            ("nodename nor servname provided, or not known", true),
            ("Temporary failure in name resolution", false),
            ("Der Name oder der Dienst ist nicht bekannt", false),
        ] {
            let error = dns_error(io::Error::other(text));
            assert_eq!(
                *error.cause() == ConnectCause::UnknownHost,
                unknown,
                "{text}"
            );
            let source = error.source().map(ToString::to_string);
            assert_eq!(source.as_deref(), Some(text));
        }
    }
}
