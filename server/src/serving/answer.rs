//! The answers of the layers around the methods.

use std::{convert::Infallible, pin::Pin};

use tonic::{Status, body::Body};

use super::CallError;

/// An answer that is waited for.
pub(super) type Answer = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

/// The answer of a call that is refused.
pub(super) fn refused(error: CallError) -> Answer {
    Box::pin(async move { Ok(Status::from(error).into_http()) })
}

/// An answer that has an extension, for the layers further out.
pub(super) fn with<E: Clone + Send + Sync + 'static>(answer: Answer, extension: E) -> Answer {
    Box::pin(async move {
        let mut answer = answer.await?;
        answer.extensions_mut().insert(extension);
        Ok(answer)
    })
}
