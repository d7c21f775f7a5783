//! What OpenTelemetry is told: a span of each call, and of what takes long in it. They stand apart from the spans of the log, and
//! are made with the feature `otel` alone.

mod call;
mod parent;

pub(crate) use call::CallSpan;
pub(crate) use parent::Parent;

/// The target of the spans. No log shows them.
pub(crate) const TARGET: &str = "otel";

/// Does some work. Where it is a part of a call, it has a span of its own.
pub(crate) fn part<T>(name: &'static str, work: impl FnOnce() -> T) -> T {
    match Parent::current().is_there() {
        true => tracing::info_span!(target: TARGET, "part", otel.name = name).in_scope(work),
        false => work(),
    }
}
