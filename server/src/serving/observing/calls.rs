//! Every call, from its request to the end of its answer: counted, logged, and told by its id.

use std::{
    collections::HashMap,
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Frame, SizeHint};
use prost::DecodeError;
use tonic::{Code, Status, body::Body};
use tonic_types::StatusExt;
use tracing::{Instrument, Span};

use super::{
    Metrics,
    metrics::{self, Method},
    request_id::{HEADER, RequestId},
};
use crate::{
    serving::{
        answer::Answer,
        caller::Caller,
        descriptors::{self, Described},
        error::blamed,
    },
    traces::CallSpan,
};

/// What calls of no method are counted as, as OpenTelemetry has it: callers do not make series.
const OTHER: &str = "_OTHER";

/// Which call it is: every request has one among its extensions.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: Arc<str>,
    pub(super) id: RequestId,
}

/// Observes calls.
#[derive(Debug, Clone)]
pub(in crate::serving) struct CallsLayer {
    methods: Arc<HashMap<String, Arc<Method>>>,
    other: Arc<Method>,
}

impl CallsLayer {
    /// Observes the calls of the methods that descriptors tell.
    pub(in crate::serving) fn new(metrics: &Metrics, descriptors: &[&[u8]]) -> Result<Self, DecodeError> {
        let counted =
            |method: Described| (format!("/{}", method.name), Arc::new(metrics.method(&method.name.into())));
        let methods = descriptors::methods(descriptors)?.into_iter().map(counted).collect();
        Ok(Self { methods: Arc::new(methods), other: Arc::new(metrics.method(&OTHER.into())) })
    }
}

/// A service whose calls are observed.
#[derive(Debug, Clone)]
pub(in crate::serving) struct Calls<S> {
    inner: S,
    layer: CallsLayer,
}

impl<S> tower::Layer<S> for CallsLayer {
    type Service = Calls<S>;

    fn layer(&self, inner: S) -> Calls<S> {
        Calls { inner, layer: self.clone() }
    }
}

impl<S> tower::Service<http::Request<Body>> for Calls<S>
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
        let method = self.layer.methods.get(request.uri().path()).unwrap_or(&self.layer.other).clone();
        let id = RequestId::of(request.headers());
        // Of the level of errors, so that whatever is logged of a call says of which.
        let span = tracing::error_span!(
            "call",
            method = &*method.name,
            request_id = &*id.0,
            caller = tracing::field::Empty,
            address = tracing::field::Empty,
        );
        if let Some(caller) = request.extensions().get::<Caller>() {
            span.record("caller", &*caller.name).record("address", tracing::field::display(caller.address));
        }
        request.extensions_mut().insert(Call { method: method.name.clone(), id: id.clone() });
        let trace = CallSpan::begin(&method.name, &id.0, request.headers());
        let mut open = Open::new(method, id, span.clone(), trace.clone());
        let answer = trace.in_scope(|| span.in_scope(|| self.inner.call(request)));
        let answered = async move {
            let mut answer = answer.await?;
            open.read(answer.headers_mut());
            if let Some(id) = open.id.header() {
                answer.headers_mut().insert(HEADER, id);
            }
            Ok(answer.map(|body| Body::new(ObservedBody { body, open })))
        };
        Box::pin(answered.instrument(span).instrument(trace.span()))
    }
}

/// A call that is open. It has ended when this is dropped.
struct Open {
    method: Arc<Method>,
    id: RequestId,
    span: Span,
    trace: CallSpan,
    begun: Instant,
    bytes: u64,
    /// How it ended. Who went away before that has cancelled it.
    code: Option<Code>,
}

impl Open {
    fn new(method: Arc<Method>, id: RequestId, span: Span, trace: CallSpan) -> Self {
        method.active.inc();
        Self { method, id, span, trace, begun: Instant::now(), bytes: 0, code: None }
    }

    /// Reads how a call ended, if the headers or trailers of its answer say so; an error is told with the id of the call.
    fn read(&mut self, headers: &mut HeaderMap) {
        let Some(status) = Status::from_header_map(headers).map(blamed) else { return };
        self.code = Some(status.code());
        if status.code() != Code::Ok {
            let mut details = status.get_error_details();
            details.set_request_info(&*self.id.0, "");
            let status = Status::with_error_details(status.code(), status.message(), details);
            // It fails only for a message that is no header value, which came out of one.
            let _ = status.add_header(headers);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let (code, took) = (self.code.unwrap_or(Code::Cancelled), self.begun.elapsed());
        self.method.active.dec();
        self.method.durations(code).observe(took.as_secs_f64());
        let (name, seconds) = (metrics::name(code), took.as_secs_f64());
        self.trace.end(code, name);
        tracing::info!(parent: &self.span, code = name, seconds, bytes = self.bytes, "ended");
    }
}

/// A body that is observed to its end.
struct ObservedBody {
    body: Body,
    open: Open,
}

impl http_body::Body for ObservedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Self { body, open } = &mut *self;
        let mut polled = open.trace.in_scope(|| open.span.in_scope(|| Pin::new(body).poll_frame(context)));
        match &mut polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    open.bytes += data.len() as u64;
                    open.method.sent.inc_by(data.len() as u64);
                } else if let Some(trailers) = frame.trailers_mut() {
                    open.read(trailers);
                }
            }
            Poll::Ready(Some(Err(status))) => open.code = Some(status.code()),
            // An answer that says not how it ended.
            Poll::Ready(None) => open.code = open.code.or(Some(Code::Unknown)),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
