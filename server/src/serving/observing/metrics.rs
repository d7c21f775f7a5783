//! The metrics, as Prometheus reads them. What is known elsewhere is asked for when they are read.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Metric, Registry, Unit},
};
use tonic::Code;

use super::watchers::Watchers;
use crate::{intake::Times, serving::Service};

/// The bounds of how long calls take, in seconds: those that OpenTelemetry advises for `rpc.server.call.duration`, and some
/// on either side.
const SECONDS: [f64; 15] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0];

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct MethodLabels {
    /// `alinea.v1.ParagraphService/GetParagraph`.
    rpc_method: Arc<str>,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct EndLabels {
    rpc_method: Arc<str>,
    rpc_response_status_code: &'static str,
}

type Durations = Family<EndLabels, Histogram, fn() -> Histogram>;

/// The metrics of a server.
#[derive(Debug)]
pub(in crate::serving) struct Metrics {
    registry: Registry,
    durations: Durations,
    active: Family<MethodLabels, Gauge>,
    sent: Family<MethodLabels, Counter>,
    /// The open connections.
    pub(in crate::serving) connections: Gauge,
    /// The paragraphs that were sent by streams.
    pub(in crate::serving) paragraphs: Counter,
    /// The open watches.
    pub(in crate::serving) watchers: Watchers,
    /// Whether calls are answered.
    pub(in crate::serving) ready: AtomicBool,
    asked: Asked,
}

/// What is asked for when the metrics are read.
#[derive(Debug, Default)]
struct Asked {
    revision: Gauge,
    documents: Gauge,
    paragraphs: Gauge,
    written: Gauge,
    store_size: Gauge,
    map_size: Gauge,
    search_revision: Gauge,
    search_lag: Gauge,
    watch_lag: Gauge,
    outdated: Gauge,
}

impl Metrics {
    /// All at zero.
    pub(in crate::serving) fn new(times: &Times) -> Self {
        let durations: Durations = Family::new_with_constructor(|| Histogram::new(SECONDS));
        let (active, sent) = (Family::default(), Family::default());
        let (connections, paragraphs, asked) = (Gauge::default(), Counter::default(), Asked::default());
        let mut registry = Registry::default();
        let r = &mut registry;
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        r.register("alinea_build", "The program", version);
        seconds(
            r,
            "rpc_server_call_duration",
            "How long calls took, to the end of their streams",
            &durations,
        );
        plain(r, "rpc_server_active_calls", "Calls that are open, streams and watches among them", &active);
        plain(r, "alinea_sent_bytes", "Bytes of answers", &sent);
        plain(r, "alinea_stream_paragraphs", "Paragraphs that streams sent", &paragraphs);
        plain(r, "alinea_connections", "Connections that are open", &connections);
        plain(
            r,
            "alinea_watch_lag_revisions",
            "Revisions that the slowest open watch is behind",
            &asked.watch_lag,
        );
        plain(r, "alinea_store_revision", "The revision of the last commit", &asked.revision);
        plain(r, "alinea_store_documents", "Documents in the store", &asked.documents);
        plain(r, "alinea_store_paragraphs", "Paragraphs in the store", &asked.paragraphs);
        plain(r, "alinea_store_positions", "Paragraphs that were ever written to the store", &asked.written);
        plain(r, "alinea_store_size_bytes", "The size of the store's file", &asked.store_size);
        plain(r, "alinea_store_map_size_bytes", "What the store may grow to", &asked.map_size);
        plain(r, "alinea_store_outdated_documents", "Documents to be tagged anew", &asked.outdated);
        plain(r, "alinea_search_revision", "The revision of the search index", &asked.search_revision);
        plain(
            r,
            "alinea_search_lag_revisions",
            "Revisions that the search index is behind",
            &asked.search_lag,
        );
        seconds(r, "alinea_document_reading", "How long it took to read documents", &times.reading);
        seconds(r, "alinea_document_tagging", "How long it took to tag documents", &times.tagging);
        plain(r, "alinea_document_read_bytes", "Bytes of documents that were read", &times.bytes);
        let (watchers, ready) = (Watchers::default(), AtomicBool::new(false));
        Self { registry, durations, active, sent, connections, paragraphs, watchers, ready, asked }
    }

    /// What is counted of the calls of a method.
    pub(super) fn method(&self, name: &Arc<str>) -> Method {
        let labels = MethodLabels { rpc_method: name.clone() };
        let method = Method {
            name: name.clone(),
            active: self.active.get_or_create_owned(&labels),
            sent: self.sent.get_or_create_owned(&labels),
            durations: self.durations.clone(),
            ended: Default::default(),
        };
        // Rates need a beginning: those of success are there from the first.
        method.durations(Code::Ok);
        method
    }

    /// The metrics of a service, as OpenMetrics has them.
    pub(super) fn text(service: &Service) -> Result<String, std::fmt::Error> {
        let Self { registry, asked, watchers, .. } = &service.metrics;
        let size = service.store.size();
        let lag = |revision: Option<u64>| size.revision.saturating_sub(revision.unwrap_or_default());
        let search = service.search.revision();
        for (gauge, value) in [
            (&asked.revision, size.revision),
            (&asked.documents, size.documents),
            (&asked.paragraphs, size.paragraphs),
            (&asked.written, size.positions),
            (&asked.store_size, size.size_bytes),
            (&asked.map_size, size.map_bytes),
            (&asked.search_revision, search.unwrap_or_default()),
            (&asked.search_lag, lag(search)),
            (&asked.watch_lag, watchers.slowest().map_or(0, |revision| lag(Some(revision)))),
            (&asked.outdated, service.store.outdated_count(service.intake.themes().stamp()) as u64),
        ] {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
        let mut out = String::new();
        text::encode(&mut out, registry)?;
        Ok(out)
    }

    /// Says whether calls are answered.
    pub(in crate::serving) fn set_ready(&self, ready: bool) {
        self.ready.store(ready, Ordering::Relaxed);
    }
}

fn plain(registry: &mut Registry, name: &str, help: &str, metric: &(impl Metric + Clone)) {
    registry.register(name, help, metric.clone());
}

fn seconds(registry: &mut Registry, name: &str, help: &str, metric: &(impl Metric + Clone)) {
    registry.register_with_unit(name, help, Unit::Seconds, metric.clone());
}

/// What is counted of the calls of one method.
#[derive(Debug)]
pub(super) struct Method {
    pub(super) name: Arc<str>,
    pub(super) active: Gauge,
    pub(super) sent: Counter,
    durations: Durations,
    /// Those of each code that has come up, so that none is looked for by its labels.
    ended: [OnceLock<Histogram>; CODES.len()],
}

impl Method {
    pub(super) fn durations(&self, code: Code) -> &Histogram {
        let (at, rpc_response_status_code) = (code as usize, name(code));
        let make = || {
            let labels = EndLabels { rpc_method: self.name.clone(), rpc_response_status_code };
            self.durations.get_or_create_owned(&labels)
        };
        self.ended[at].get_or_init(make)
    }
}

/// The names of the codes, by number.
const CODES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

/// The name of a code.
pub(super) fn name(code: Code) -> &'static str {
    CODES[code as usize]
}
