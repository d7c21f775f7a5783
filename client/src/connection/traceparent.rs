//! Which trace a call belongs to, as servers are told: <https://www.w3.org/TR/trace-context/>.

use http::{HeaderName, HeaderValue, Request};
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Puts the current context of OpenTelemetry on a call, where there is one.
pub(super) fn put<B>(mut request: Request<B>) -> Request<B> {
    let context = Context::current();
    let span = context.span();
    let span = span.span_context();
    if span.is_valid() {
        let (trace, id, flags) = (span.trace_id(), span.span_id(), span.trace_flags());
        if let Ok(parent) = HeaderValue::try_from(format!("00-{trace}-{id}-{flags:02x}")) {
            request.headers_mut().insert(TRACEPARENT, parent);
        }
        let state = HeaderValue::try_from(span.trace_state().header());
        if let Some(state) = state.ok().filter(|state| !state.is_empty()) {
            request.headers_mut().insert(TRACESTATE, state);
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

    use super::*;

    #[test]
    fn a_call_says_the_trace_it_belongs_to() {
        assert!(put(Request::new(())).headers().is_empty(), "there is none");
        let trace = TraceId::from(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        let state: TraceState = "rojo=00f067aa0ba902b7".parse().unwrap();
        let span =
            SpanContext::new(trace, SpanId::from(0x00f0_67aa_0ba9_02b7), TraceFlags::SAMPLED, true, state);
        let _current = Context::new().with_remote_span_context(span).attach();
        let call = put(Request::new(()));
        // The example of the recommendation, section 3.2.
        assert_eq!(call.headers()[TRACEPARENT], "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        assert_eq!(call.headers()[TRACESTATE], "rojo=00f067aa0ba902b7");
    }
}
