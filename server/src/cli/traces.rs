//! Where the spans of calls are sent: a collector of OpenTelemetry, with the feature `otel`.

use std::time::Duration;

use tracing_subscriber::{Layer, Registry};

/// Where the spans of calls are sent.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "OpenTelemetry")]
pub(super) struct TraceArguments {
    /// The collector that gets a span of each call, by OTLP over gRPC, such as http://127.0.0.1:4317; else what
    /// OTEL_EXPORTER_OTLP_ENDPOINT says, or nobody.
    #[cfg(feature = "otel")]
    #[arg(long, env = "ALINEA_OTLP_ENDPOINT", value_name = "URL")]
    otlp_endpoint: Option<String>,
}

/// What sees the spans.
pub(super) type SpanLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// What sends the spans, if anything does.
pub(super) struct Exporter {
    #[cfg(feature = "otel")]
    provider: Option<opentelemetry_sdk::trace::SdkTracerProvider>,
}

#[cfg(not(feature = "otel"))]
impl TraceArguments {
    pub(super) fn open(&self) -> anyhow::Result<Exporter> {
        Ok(Exporter {})
    }
}

#[cfg(not(feature = "otel"))]
impl Exporter {
    pub(super) fn layer(&self) -> Option<SpanLayer> {
        None
    }

    pub(super) fn end(&self, _: Duration) {}
}

#[cfg(feature = "otel")]
mod otlp {
    use anyhow::Context;
    use opentelemetry::{Key, KeyValue, trace::TracerProvider};
    use opentelemetry_otlp::{
        OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, SpanExporter, WithExportConfig,
        WithTonicConfig, tonic_types::transport::ClientTlsConfig,
    };
    use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
    use tracing_subscriber::filter::{LevelFilter, Targets};

    use super::{Duration, Exporter, Layer, SpanLayer, TraceArguments};
    use crate::traces::TARGET;

    impl TraceArguments {
        /// Begins to send them. It has to be asked for within the runtime that they are sent on.
        pub(in crate::cli) fn open(&self) -> anyhow::Result<Exporter> {
            let said = |name| std::env::var(name).ok().filter(|url: &String| !url.is_empty());
            let standard = [OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT];
            let endpoint = self.otlp_endpoint.clone().or_else(|| standard.into_iter().find_map(said));
            let Some(endpoint) = endpoint else { return Ok(Exporter { provider: None }) };
            let wrong = || format!("'{endpoint}' is no URL of a collector: write it as http://HOST:4317");
            anyhow::ensure!(endpoint.contains("://"), wrong());
            let exporter = SpanExporter::builder().with_tonic().with_endpoint(&endpoint);
            let exporter = match endpoint.starts_with("https:") {
                true => exporter.with_tls_config(ClientTlsConfig::new().with_native_roots()),
                false => exporter,
            };
            let exporter = exporter.build().with_context(wrong)?;
            let provider =
                SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource()).build();
            Ok(Exporter { provider: Some(provider) })
        }
    }

    impl Exporter {
        /// What sees the spans.
        pub(in crate::cli) fn layer(&self) -> Option<SpanLayer> {
            let tracer = self.provider.as_ref()?.tracer("alinea");
            let layer = tracing_opentelemetry::layer()
                .with_tracer(tracer)
                .with_location(false)
                .with_target(false)
                .with_threads(false)
                .with_tracked_inactivity(false);
            Some(layer.with_filter(Targets::new().with_target(TARGET, LevelFilter::INFO)).boxed())
        }

        /// Sends what is left, unless that takes longer than said.
        pub(in crate::cli) fn end(&self, left: Duration) {
            if let Some(Err(error)) =
                self.provider.as_ref().map(|provider| provider.shutdown_with_timeout(left))
            {
                tracing::warn!(%error, "the last spans were not sent");
            }
        }
    }

    /// What the spans are of: as the standard variables say, `alinea` unless these name it.
    fn resource() -> Resource {
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let said = Resource::builder().with_attribute(version);
        let name = Resource::builder().build().get(&Key::from_static_str("service.name"));
        match name.is_some_and(|name| !name.as_str().starts_with("unknown_service")) {
            true => said.build(),
            false => said.with_service_name("alinea").build(),
        }
    }
}
