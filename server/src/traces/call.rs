//! The span of a call, with the names that OpenTelemetry has for gRPC:
//! <https://opentelemetry.io/docs/specs/semconv/rpc/grpc/>.

use http::HeaderMap;
use tonic::Code;
use tracing::{Span, field::Empty};

use super::TARGET;

/// The span of a call, which ends when all that have it let go of it.
#[derive(Debug, Clone)]
pub(crate) struct CallSpan(Span);

impl CallSpan {
    /// Begins that of a method, such as `alinea.v1.ParagraphService/GetParagraph`, as a part of what the headers name.
    pub(crate) fn begin(name: &str, request_id: &str, headers: &HeaderMap) -> Self {
        if !cfg!(feature = "otel") {
            return Self(Span::none());
        }
        let span = tracing::info_span!(
            target: TARGET,
            "call",
            otel.name = name,
            otel.kind = "server",
            otel.status_code = Empty,
            rpc.system.name = "grpc",
            rpc.method = name,
            rpc.response.status_code = Empty,
            error.type = Empty,
            request_id,
        );
        #[cfg(feature = "otel")]
        if !span.is_disabled() {
            use tracing_opentelemetry::OpenTelemetrySpanExt;
            // It fails only for a span that has begun before.
            let _ = span.set_parent(remote::parent(headers));
        }
        #[cfg(not(feature = "otel"))]
        let _ = headers;
        Self(span)
    }

    /// Does some work of the call.
    pub(crate) fn in_scope<T>(&self, work: impl FnOnce() -> T) -> T {
        self.0.in_scope(work)
    }

    /// The span, for what is waited for.
    pub(crate) fn span(&self) -> Span {
        self.0.clone()
    }

    /// Says how the call ended: by a code, and its name. What is the caller's fault is no error of a server.
    pub(crate) fn end(&self, code: Code, name: &str) {
        self.0.record("rpc.response.status_code", name);
        if matches!(
            code,
            Code::Unknown
                | Code::DeadlineExceeded
                | Code::Unimplemented
                | Code::Internal
                | Code::Unavailable
                | Code::DataLoss
        ) {
            self.0.record("otel.status_code", "ERROR").record("error.type", name);
        }
        // The span of OpenTelemetry ends when this one was last left.
        self.0.in_scope(|| {});
    }
}

#[cfg(feature = "otel")]
mod remote {
    //! The span of a caller, as a call names it: <https://www.w3.org/TR/trace-context/>.

    use http::HeaderMap;
    use opentelemetry::{
        Context,
        propagation::{Extractor, TextMapPropagator},
    };
    use opentelemetry_sdk::propagation::TraceContextPropagator;

    struct Headers<'a>(&'a HeaderMap);

    impl Extractor for Headers<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            self.0.get(key)?.to_str().ok()
        }

        fn keys(&self) -> Vec<&str> {
            self.0.keys().map(http::HeaderName::as_str).collect()
        }
    }

    pub(super) fn parent(headers: &HeaderMap) -> Context {
        TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers))
    }
}
