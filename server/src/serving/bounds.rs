//! What every call is bounded by: its deadline, what its caller may do, and the life of the server. tonic bounds the time
//! until an answer begins and calls it `CANCELLED`; here a stream ends too, with the code that says why.

use std::{
    collections::HashSet,
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use prost::DecodeError;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::{Status, body::Body};

use super::{
    CallError,
    access::{Grant, Refused},
    answer::{Answer, trailers},
    descriptors,
    limits::Held,
};

/// Ends calls at their deadline and when the server shuts down.
#[derive(Debug, Clone)]
pub(super) struct BoundsLayer {
    closing: CancellationToken,
    /// The paths of the methods with one answer: they are let finish when the server shuts down.
    single: Arc<HashSet<String>>,
}

impl BoundsLayer {
    /// Bounds by `closing`, which is cancelled when the server shuts down. The descriptors of what is served tell
    /// streams from methods with one answer.
    pub(super) fn new(closing: CancellationToken, descriptors: &[&[u8]]) -> Result<Self, DecodeError> {
        let methods = descriptors::methods(descriptors)?.into_iter().filter(|method| !method.streams);
        let single = methods.map(|method| format!("/{}", method.name)).collect();
        Ok(Self { closing, single: Arc::new(single) })
    }
}

/// When the time of a call is over, for those that wait for something themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(pub(super) Instant);

/// A service whose calls are bounded.
#[derive(Debug, Clone)]
pub(super) struct Bounds<S> {
    inner: S,
    layer: BoundsLayer,
}

impl<S> tower::Layer<S> for BoundsLayer {
    type Service = Bounds<S>;

    fn layer(&self, inner: S) -> Bounds<S> {
        Bounds { inner, layer: self.clone() }
    }
}

impl<S> tower::Service<http::Request<Body>> for Bounds<S>
where
    S: tower::Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        // Taken out, so that nothing further in ends the call with another code.
        let timeout =
            request.headers_mut().remove("grpc-timeout").and_then(|value| timeout(value.to_str().ok()?));
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        if let Some(deadline) = deadline {
            request.extensions_mut().insert(Deadline(deadline));
        }
        let single = self.layer.single.contains(request.uri().path());
        let mut lifetime = Lifetime::new(deadline, (!single).then(|| self.layer.closing.clone()));
        let answer = self.inner.call(request);
        Box::pin(async move {
            tokio::select! {
                biased;
                answer = answer => {
                    let mut answer = answer?;
                    // The one answer of a call is there as a whole, for whom it was made.
                    if !single {
                        lifetime.hold_to(answer.extensions_mut().remove());
                    }
                    lifetime.held = answer.extensions_mut().remove();
                    Ok(answer.map(|body| Body::new(BoundedBody { body, lifetime: Some(lifetime), over: None })))
                }
                error = &mut lifetime => Ok(Status::from(error).into_http()),
            }
        })
    }
}

/// What a call may live for. Ready with why, once that is over.
struct Lifetime {
    deadline: Option<Pin<Box<Sleep>>>,
    closing: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    granted: Option<Pin<Box<dyn Future<Output = Refused> + Send>>>,
    /// What the call takes of the limits, until it is over.
    held: Option<Held>,
}

impl Lifetime {
    fn new(deadline: Option<Instant>, closing: Option<CancellationToken>) -> Self {
        let deadline = deadline.map(|deadline| Box::pin(tokio::time::sleep_until(deadline)));
        let closing = closing.map(|closing| Box::pin(closing.cancelled_owned()));
        Self { deadline, closing, granted: None, held: None }
    }

    /// It ends, too, when its caller is no longer let in.
    fn hold_to(&mut self, grant: Option<Grant>) {
        self.granted = grant.map(|grant| Box::pin(grant.over()) as Pin<Box<_>>);
    }
}

impl Future for Lifetime {
    type Output = CallError;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<CallError> {
        if self.deadline.as_mut().is_some_and(|deadline| deadline.as_mut().poll(context).is_ready()) {
            return Poll::Ready(CallError::DeadlineExceeded);
        }
        if self.closing.as_mut().is_some_and(|closing| closing.as_mut().poll(context).is_ready()) {
            return Poll::Ready(CallError::ShuttingDown);
        }
        if let Some(granted) = &mut self.granted
            && let Poll::Ready(refused) = granted.as_mut().poll(context)
        {
            return Poll::Ready(refused.into());
        }
        Poll::Pending
    }
}

/// A body that ends when its call is over.
struct BoundedBody {
    body: Body,
    /// None once the call is over.
    lifetime: Option<Lifetime>,
    /// Why it is over, until that is said.
    over: Option<CallError>,
}

impl BoundedBody {
    /// What comes next counts for the call until it is sent, which may be long after the body has ended.
    fn poll_held(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let Some(held) = self.lifetime.as_ref().and_then(|lifetime| lifetime.held.as_ref()) else {
            return Poll::Ready(frame);
        };
        Poll::Ready(match frame {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(piece) => Some(Ok(Frame::data(held.keep(piece)))),
                Err(frame) => Some(Ok(frame)),
            },
            other => other,
        })
    }
}

impl http_body::Body for BoundedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        if let Some(lifetime) = &mut this.lifetime {
            let Poll::Ready(error) = Pin::new(lifetime).poll(context) else {
                return this.poll_held(context);
            };
            this.lifetime = None;
            // What is ready goes out before the server closes, such as word that it no longer serves.
            let last = match error {
                CallError::ShuttingDown => Pin::new(&mut this.body).poll_frame(context),
                _ => Poll::Pending,
            };
            // What the call holds is let go at once.
            this.body = Body::empty();
            match last {
                Poll::Ready(Some(Ok(frame))) if frame.is_data() => {
                    this.over = Some(error);
                    return Poll::Ready(Some(Ok(frame)));
                }
                Poll::Ready(ended) => return Poll::Ready(ended),
                Poll::Pending => this.over = Some(error),
            }
        }
        Poll::Ready(this.over.take().map(|error| Ok(Frame::trailers(trailers(&error.into())))))
    }

    fn is_end_stream(&self) -> bool {
        // An answer that is headers alone must say so: some clients take an empty frame after them for a broken stream.
        self.over.is_none() && (self.lifetime.is_none() || self.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

/// The time a `grpc-timeout` leaves: at most eight digits and a unit (gRPC over HTTP/2, "Requests").
fn timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_as_grpc_writes_them() {
        for (text, expected) in [
            ("1H", Some(Duration::from_secs(3600))),
            ("2M", Some(Duration::from_secs(120))),
            ("99999999S", Some(Duration::from_secs(99_999_999))),
            ("250m", Some(Duration::from_millis(250))),
            ("7u", Some(Duration::from_micros(7))),
            ("7n", Some(Duration::from_nanos(7))),
            ("", None),
            ("S", None),
            ("123456789S", None),
            ("-1S", None),
            ("1é", None),
        ] {
            assert_eq!(timeout(text), expected, "{text}");
        }
    }
}
