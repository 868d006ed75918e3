use charger_link::{Context, Link, LinkError, LinkErrorKind, Request, Response};

/// A link that refuses whatever would change something on the charger.
pub(crate) struct ReadOnlyLink(Box<dyn Link>);

impl ReadOnlyLink {
    pub(crate) fn new(link: Box<dyn Link>) -> Self {
        Self(link)
    }
}

impl Link for ReadOnlyLink {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        if request.has_side_effect() {
            let kind = LinkErrorKind::NotOnThisLink {
                what: request.name(),
            };
            return Err(LinkError::without_effect(kind));
        }
        self.0.exchange(request, context)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "a panic is how a test fails")]

    use std::time::Duration;

    use ocpp_config::{Secret, WriteOnlyItem};

    use super::*;

    struct Asked;

    impl Link for Asked {
        fn exchange(&mut self, _: &Request, _: &mut Context<'_>) -> Result<Response, LinkError> {
            Ok(Response::Done)
        }
    }

    #[test]
    fn what_would_change_something_does_not_reach_the_charger() {
        let mut link = ReadOnlyLink::new(Box::new(Asked));
        let mut ask = |request| link.exchange(&request, &mut Context::new(Duration::from_secs(1)));
        for request in [
            Request::Write(Vec::new()),
            Request::Install {
                item: WriteOnlyItem::AUTHORIZATION_KEY,
                data: Secret::from(""),
            },
            Request::SetClock {
                since_epoch: Duration::ZERO,
            },
            Request::Restart,
            Request::KeepFirmware,
        ] {
            let name = request.name();
            match ask(request) {
                Err(error) => assert!(!error.may_have_taken_effect(), "{name}"),
                Ok(_) => panic!("{name} went through"),
            }
        }
        assert_eq!(ask(Request::Identify).ok(), Some(Response::Done));
    }
}
