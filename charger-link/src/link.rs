use std::future::Future;
use std::pin::Pin;

use crate::{Context, LinkError, Request, Response};

/// A way to a charger: one question, one answer.
///
/// Implementations exist for the HTTPS API and for a CiA 309-3 gateway, and the
/// simulator has one in memory. The comfortable calls live on the wrapper above it,
/// so that this is all another link has to provide.
///
/// # Contract
/// - At most one request is under way; `&mut self` sees to that.
/// - The call returns within [`Context::timeout`], or soon after
///   [`Cancel::cancel`](crate::Cancel::cancel).
/// - The response is the variant that [`Request`] names for the request.
/// - [`LinkError::may_have_taken_effect`] is true unless the implementation knows that
///   the charger did not act on the request.
/// - After an error the link is usable again: it reconnects, logs in or
///   resynchronizes by itself on the next call.
pub trait Link {
    /// Asks the charger one thing.
    ///
    /// # Errors
    /// A [`LinkError`] that tells its kind and whether the request may have taken
    /// effect all the same.
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError>;
}

impl<L: Link + ?Sized> Link for &mut L {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        (**self).exchange(request, context)
    }
}

impl<L: Link + ?Sized> Link for Box<L> {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        (**self).exchange(request, context)
    }
}

/// [`Link`] for asynchronous code; its contract holds here too.
///
/// It is [`Send`], and so are its futures, so that a multi-threaded runtime can move a
/// request about; a blocking link stays where it is and need not be. The futures' type
/// differs from link to link, so that `dyn AsyncLink` does not exist: where the link is
/// chosen while the program runs, use `Box<dyn` [`DynAsyncLink`]`>`, which is an
/// `AsyncLink` as well.
///
/// # Cancellation
/// Dropping the future counts as an interrupted request: it may have taken effect, and
/// the link repairs itself on the next call.
pub trait AsyncLink: Send {
    /// Asks the charger one thing.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> impl Future<Output = Result<Response, LinkError>> + Send;
}

impl<L: AsyncLink + ?Sized> AsyncLink for &mut L {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> impl Future<Output = Result<Response, LinkError>> + Send {
        (**self).exchange(request, context)
    }
}

impl<L: AsyncLink + ?Sized> AsyncLink for Box<L> {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> impl Future<Output = Result<Response, LinkError>> + Send {
        (**self).exchange(request, context)
    }
}

/// [`AsyncLink`] as an object, for links that are chosen while the program runs. Every
/// `AsyncLink` is one; nobody has to implement it.
///
/// ```
/// use charger_link::{AsyncCharger, AsyncLink, DynAsyncLink};
///
/// fn charger(over_the_network: bool, way: impl AsyncLink, other: impl AsyncLink) {
///     let link: Box<dyn DynAsyncLink> = match over_the_network {
///         true => Box::new(way),
///         false => Box::new(other),
///     };
/// #   fn takes(_: AsyncCharger<Box<dyn DynAsyncLink + '_>>) {}
/// #   takes(
///     AsyncCharger::new(link)
/// #   );
/// }
/// ```
pub trait DynAsyncLink: Send {
    /// As [`AsyncLink::exchange`], in a box.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    fn exchange_boxed<'a>(
        &'a mut self,
        request: &'a Request,
        context: &'a mut Context<'_>,
    ) -> Pin<Box<dyn Future<Output = Result<Response, LinkError>> + Send + 'a>>;
}

impl<L: AsyncLink> DynAsyncLink for L {
    fn exchange_boxed<'a>(
        &'a mut self,
        request: &'a Request,
        context: &'a mut Context<'_>,
    ) -> Pin<Box<dyn Future<Output = Result<Response, LinkError>> + Send + 'a>> {
        Box::pin(self.exchange(request, context))
    }
}

impl AsyncLink for dyn DynAsyncLink + '_ {
    async fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        self.exchange_boxed(request, context).await
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::{Context as Waker, Poll};

    use super::*;

    struct Ready;

    impl AsyncLink for Ready {
        async fn exchange(
            &mut self,
            _: &Request,
            context: &mut Context<'_>,
        ) -> Result<Response, LinkError> {
            context.report(crate::Progress::new(1, None));
            Ok(Response::Done)
        }
    }

    fn ask(mut link: impl AsyncLink) -> Option<Response> {
        let heard = AtomicBool::new(false);
        let mut sink = |_| heard.store(true, Ordering::Relaxed);
        let mut context = Context::new(std::time::Duration::ZERO).with_progress(&mut sink);
        let answer = pin!(link.exchange(&Request::Restart, &mut context));
        let answer = match answer.poll(&mut Waker::from_waker(std::task::Waker::noop())) {
            Poll::Ready(answer) => answer.ok(),
            Poll::Pending => None,
        };
        answer.filter(|_| heard.load(Ordering::Relaxed))
    }

    #[test]
    fn boxes_borrows_and_objects_of_links_are_links() {
        let mut link: Box<dyn DynAsyncLink> = Box::new(Ready);
        assert_eq!(ask(&mut Ready), Some(Response::Done));
        assert_eq!(ask(Box::new(Ready)), Some(Response::Done));
        assert_eq!(ask(&mut *link), Some(Response::Done));
        assert_eq!(ask(&mut link), Some(Response::Done));
        assert_eq!(ask(link), Some(Response::Done));
    }
}
