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

/// How a call ends, as trailers.
pub(super) fn trailers(status: &Status) -> http::HeaderMap {
    let mut trailers = http::HeaderMap::new();
    // It fails only for a message that is no header value, which is percent-encoded first.
    if status.add_header(&mut trailers).is_err() {
        trailers.insert("grpc-status", http::HeaderValue::from_static("13"));
    }
    trailers
}
