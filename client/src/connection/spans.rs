//! The span of each attempt of a call, as OpenTelemetry has those of gRPC:
//! <https://opentelemetry.io/docs/specs/semconv/rpc/grpc/>.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::body::Body;
use tonic::codegen::{Service, StdError};
use tonic::{Code, Status};
use tracing::field::Empty;
use tracing::{Span, info_span};

use crate::counting::Called;
use crate::error::code_name;

/// A way whose calls have spans.
#[derive(Debug, Clone)]
pub(crate) struct Spanned<S>(S);

impl<S> Spanned<S> {
    pub(super) fn new(inner: S) -> Self {
        Self(inner)
    }

    /// The way beneath.
    pub(super) fn way(&self) -> &S {
        &self.0
    }
}

impl<S> Service<Request<Body>> for Spanned<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = StdError>,
    S::Future: Unpin,
{
    type Response = Response<Body>;
    type Error = StdError;
    type Future = Calling<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), StdError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let open = Open::new(request.uri().path());
        if !open.span.is_disabled() {
            request.extensions_mut().insert(CallSpan(open.span.clone()));
        }
        let calling = open.span.in_scope(|| {
            #[cfg(feature = "otel")]
            let request = super::traceparent::put(request);
            self.0.call(request)
        });
        Calling { calling, open: Some(open) }
    }
}

/// The span of a call, which goes along with its request: what is learned on the way is for it alone.
#[derive(Debug, Clone)]
pub(super) struct CallSpan(pub(super) Span);

/// A call that is open. It has ended when this is dropped.
#[derive(Debug)]
struct Open {
    span: Span,
    called: Called,
    /// How it ended. Who lets go of it before that is known has cancelled it.
    ended: Option<Code>,
}

impl Open {
    fn new(path: &str) -> Self {
        let method = path.trim_start_matches('/');
        let span = info_span!(
            "call",
            otel.name = method,
            otel.kind = "client",
            otel.status_code = Empty,
            rpc.system.name = "grpc",
            rpc.method = method,
            rpc.response.status_code = Empty,
            server.address = Empty,
            server.port = Empty,
            error.type = Empty,
        );
        Self { span, called: Called::new(path), ended: None }
    }

    /// Whether anybody wants to know how it ends.
    fn is_watched(&self) -> bool {
        Called::IS_COUNTED || !self.span.is_disabled()
    }

    /// Reads how the call ended, if the headers or trailers of its answer say so.
    fn read(&mut self, headers: &HeaderMap) {
        if let Some(status) = Status::from_header_map(headers) {
            self.end(status.code());
        }
    }

    fn end(&mut self, code: Code) {
        self.ended = Some(code);
        self.span.record("rpc.response.status_code", code_name(code));
        if code != Code::Ok {
            self.span.record("otel.status_code", "ERROR").record("error.type", code_name(code));
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if self.ended.is_none() {
            self.span.record("rpc.response.status_code", code_name(Code::Cancelled));
        }
        self.called.ended(self.ended.unwrap_or(Code::Cancelled));
        // The span of OpenTelemetry ends when this one was last left.
        self.span.in_scope(|| {});
    }
}

/// A call under way.
pub(crate) struct Calling<F> {
    calling: F,
    open: Option<Open>,
}

impl<F> Future for Calling<F>
where
    F: Future<Output = Result<Response<Body>, StdError>> + Unpin,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Self { calling, open } = &mut *self;
        let span = open.as_ref().map_or_else(Span::none, |open| open.span.clone());
        let answer = ready!(span.in_scope(|| Pin::new(calling).poll(context)));
        let Some(mut open) = self.open.take().filter(Open::is_watched) else {
            return Poll::Ready(answer);
        };
        Poll::Ready(match answer {
            Ok(answer) => {
                open.read(answer.headers());
                Ok(answer.map(|body| Body::new(SpannedBody { body, open })))
            }
            Err(error) => {
                open.end(Code::Unavailable);
                Err(error)
            }
        })
    }
}

/// The body of an answer, whose call is open to its end.
#[derive(Debug)]
struct SpannedBody {
    body: Body,
    open: Open,
}

impl HttpBody for SpannedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    self.open.read(trailers);
                }
            }
            Some(Err(status)) => self.open.end(status.code()),
            None => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
