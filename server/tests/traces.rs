//! What OpenTelemetry is told: a call of a client and the work of the server on it are one trace, and a collector that does not
//! answer harms nobody.

#![cfg(all(unix, feature = "otel"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod collector;
mod program;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use alinea_client::{Client, ErrorKind, Outcome, Upload};
use alinea_proto::v1::{self, theme_service_client::ThemeServiceClient};
use collector::{Collector, Span, serve};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use program::Program;
use tokio::{net::TcpListener, sync::Mutex};
use tonic::{Request, transport::Channel};
use tracing::{Instrument, subscriber::DefaultGuard};
use tracing_subscriber::{Layer, filter::LevelFilter, layer::SubscriberExt};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples");
const KNOWN: &str = "cica-almaty-2006-fr/para_15";

/// Held by each test: `tracing` finds out for the whole process whether somebody wants the spans of a place in the code.
static ALONE: Mutex<()> = Mutex::const_new(());

/// A program of a user whose spans go to a collector, as OpenTelemetry's documentation has it.
fn user(collector: SocketAddr) -> (SdkTracerProvider, DefaultGuard) {
    let endpoint = format!("http://{collector}");
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build().unwrap();
    let resource = Resource::builder().with_service_name("user").build();
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("user"));
    let spans = tracing_subscriber::registry().with(layer.with_filter(LevelFilter::INFO));
    (provider, tracing::subscriber::set_default(spans))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_and_the_work_on_it_are_one_trace() {
    let _alone = ALONE.lock().await;
    let collector = Collector::start().await;
    let endpoint = format!("http://{}", collector.address);
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::serve(folder.path(), &["--otlp-endpoint", &endpoint, SAMPLES]);
    let (provider, logging) = user(collector.address);
    let work = async {
        let alinea = Client::connect(program.url.clone()).await.unwrap();
        alinea.get_paragraph(KNOWN).await.unwrap();
        let missing = alinea.get_paragraph("cica-almaty-2006-fr/para_999").await.unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        let mut stream = alinea.paragraphs().theme("terrorism").stream();
        while stream.try_next().await.unwrap().is_some() {}
        let upload = Upload::new("new".parse().unwrap(), "1. Words.\n\n2. More words.\n");
        let mut import = alinea.import([upload]);
        while let Some(outcome) = import.try_next().await.unwrap() {
            assert!(matches!(outcome, Outcome::Stored { .. }), "{outcome:?}");
        }
        // One that is given up.
        let mut watch = alinea.paragraphs().watch();
        let watching = async { while watch.try_next().await.unwrap().is_some() {} };
        tokio::time::timeout(Duration::from_millis(300), watching).await.unwrap_err();
    };
    work.instrument(tracing::info_span!("work of a user")).await;
    drop(logging);
    // One of a caller in another language.
    let channel = Channel::from_shared(program.url.clone()).unwrap().connect().await.unwrap();
    let mut themes = ThemeServiceClient::new(channel);
    let mut request = Request::new(v1::ListThemesRequest::default());
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    request.metadata_mut().insert("traceparent", traceparent.parse().unwrap());
    themes.list_themes(request).await.unwrap();

    tokio::task::spawn_blocking(move || provider.shutdown()).await.unwrap().unwrap();
    // What the server still has it sends when it ends.
    program.signal("TERM");
    let (status, took) = tokio::task::spawn_blocking(move || program.ended()).await.unwrap();
    assert!(status.success() && took < Duration::from_secs(10), "{status} {took:?}");

    let spans = collector.spans();
    let of = |service: &str| spans.iter().filter(|span| span.service == service).collect::<Vec<_>>();
    let (user, server) = (of("user"), of("alinea"));
    let root = user.iter().find(|span| span.name == "work of a user").unwrap();
    let calls: Vec<&Span> = user.iter().copied().filter(|span| span.kind == "client").collect();
    let told = |span: &Span| (span.name.clone(), span.attributes["rpc.response.status_code"].clone());
    let names: Vec<_> = calls.iter().map(|call| told(call)).collect();
    let known = |name: &str, code: &str| (format!("alinea.v1.{name}"), code.to_owned());
    for call in [
        known("ParagraphService/GetParagraph", "OK"),
        known("ParagraphService/GetParagraph", "NOT_FOUND"),
        known("ParagraphService/StreamParagraphs", "OK"),
        known("DocumentService/ImportDocuments", "OK"),
        known("ParagraphService/WatchParagraphs", "CANCELLED"),
    ] {
        assert_eq!(names.iter().filter(|&name| *name == call).count(), 1, "{call:?} {names:?}");
    }
    for call in calls {
        assert_eq!((&call.trace, &call.parent), (&root.trace, &root.id), "{call:?}");
        let work = server.iter().find(|span| span.parent == call.id).expect("the server tells of it too");
        for span in [call, work] {
            assert_eq!((&span.trace, &span.name), (&root.trace, &call.name));
            let attributes: BTreeMap<&str, &str> =
                span.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            assert_eq!((attributes["rpc.system.name"], attributes["rpc.method"]), ("grpc", &*call.name));
        }
        assert_eq!(work.kind, "server");
        assert_eq!(call.attributes["server.address"], "127.0.0.1");
        assert_eq!(told(work), told(call));
        // A caller that asks for what is not there is no error of the server.
        assert_eq!(call.failed, told(call).1 == "NOT_FOUND");
        assert!(!work.failed && work.attributes.contains_key("request_id"), "{work:?}");
        let parts = server.iter().filter(|span| span.parent == work.id);
        let parts: BTreeSet<&str> = parts.map(|part| part.name.as_str()).collect();
        let expected: &[&str] =
            if call.name.ends_with("ImportDocuments") { &["commit", "read", "tag"] } else { &[] };
        assert_eq!(parts, expected.iter().copied().collect(), "{}", call.name);
    }
    // What is read piece by piece lasts until it is let go of.
    for watch in spans.iter().filter(|span| span.name.ends_with("/WatchParagraphs")) {
        assert!(watch.took >= Duration::from_millis(250), "{watch:?}");
    }
    // What the server does of itself, such as taking in files at its start, is no trace.
    assert!(server.iter().all(|span| !span.parent.is_empty()), "{server:?}");
    let foreign = server.iter().find(|span| span.name.ends_with("/ListThemes")).unwrap();
    assert_eq!(foreign.trace, "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(foreign.parent, "00f067aa0ba902b7");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_attempt_of_a_call_says_its_trace() {
    let _alone = ALONE.lock().await;
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = told.clone();
    // A server that fails in passing twice.
    let address = serve(move |request| {
        let traceparent = request.headers()["traceparent"].to_str().unwrap().to_owned();
        let mut heard = heard.lock().unwrap();
        heard.push(traceparent);
        if heard.len() < 3 { (14, Vec::new()) } else { (5, Vec::new()) }
    })
    .await;
    let collector = Collector::start().await;
    let (provider, _logging) = user(collector.address);
    let work = async {
        let alinea = Client::connect(format!("http://{address}")).await.unwrap();
        assert_eq!(alinea.get_paragraph(KNOWN).await.unwrap_err().kind(), ErrorKind::NotFound);
    };
    work.instrument(tracing::info_span!("work of a user")).await;
    tokio::task::spawn_blocking(move || provider.shutdown()).await.unwrap().unwrap();
    let spans = collector.spans();
    let attempts = spans.iter().filter(|span| span.kind == "client");
    let attempts: Vec<_> = attempts.map(|span| format!("00-{}-{}-01", span.trace, span.id)).collect();
    let told = told.lock().unwrap().clone();
    assert_eq!(told.len(), 3);
    assert_eq!(attempts, told, "each is a span of its own");
    assert_eq!(spans.iter().map(|span| &span.trace).collect::<BTreeSet<_>>().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_or_silent_holds_up_nobody() {
    let _alone = ALONE.lock().await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for endpoint in [closed, silent.local_addr().unwrap()] {
        let folder = tempfile::tempdir().unwrap();
        let endpoint = format!("http://{endpoint}");
        let mut program =
            Program::serve(folder.path(), &["--otlp-endpoint", &endpoint, "--grace", "2", SAMPLES]);
        let alinea = Client::connect(program.url.clone()).await.unwrap();
        // More than are kept to be sent.
        for _ in 0..50 {
            let calls = (0..60).map(|_| alinea.get_paragraph(KNOWN));
            futures_util::future::try_join_all(calls).await.unwrap();
        }
        program.signal("TERM");
        let (status, took) = tokio::task::spawn_blocking(move || program.ended()).await.unwrap();
        assert!(status.success() && took < Duration::from_secs(4), "{status} {took:?}");
    }
}
