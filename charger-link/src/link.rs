use std::future::Future;

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

impl<L: AsyncLink> AsyncLink for &mut L {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> impl Future<Output = Result<Response, LinkError>> + Send {
        (**self).exchange(request, context)
    }
}
