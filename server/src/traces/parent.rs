//! What new spans are parts of, taken along to other threads and tasks.

/// What spans that begin now are parts of.
#[derive(Debug, Clone)]
pub(crate) struct Parent {
    #[cfg(feature = "otel")]
    context: opentelemetry::Context,
}

impl Parent {
    /// That of here and now.
    pub(crate) fn current() -> Self {
        Self {
            #[cfg(feature = "otel")]
            context: opentelemetry::Context::current(),
        }
    }

    /// Whether there is one.
    pub(crate) fn is_there(&self) -> bool {
        #[cfg(feature = "otel")]
        return opentelemetry::trace::TraceContextExt::has_active_span(&self.context);
        #[cfg(not(feature = "otel"))]
        false
    }

    /// Does some work whose spans are parts of it.
    pub(crate) fn of<T>(&self, work: impl FnOnce() -> T) -> T {
        #[cfg(feature = "otel")]
        let _current = self.context.clone().attach();
        work()
    }
}
