//! A collector of OpenTelemetry that keeps the spans it is sent, by OTLP over gRPC
//! (<https://opentelemetry.io/docs/specs/otlp/>), and gRPC servers as small as that.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message;
use tokio::net::TcpListener;

/// A span as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    /// The name of the service it is of.
    pub(crate) service: String,
    pub(crate) trace: String,
    pub(crate) id: String,
    /// Empty for the first of a trace.
    pub(crate) parent: String,
    pub(crate) name: String,
    /// `client`, `server`, or nothing.
    pub(crate) kind: &'static str,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) took: Duration,
    /// Whether it says that it is an error.
    pub(crate) failed: bool,
}

pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Collector {
    pub(crate) async fn start() -> Self {
        let spans = Arc::new(Mutex::new(Vec::new()));
        let kept = spans.clone();
        let address = serve(move |request| {
            assert_eq!(request.uri().path(), "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
            let sent = wire::Export::decode(&request.body()[5..]).unwrap();
            kept.lock().unwrap().extend(sent.resource_spans.into_iter().flat_map(wire::ResourceSpans::spans));
            (0, vec![0; 5])
        })
        .await;
        Self { address, spans }
    }

    /// What was sent so far.
    pub(crate) fn spans(&self) -> Vec<Span> {
        self.spans.lock().unwrap().clone()
    }
}

/// Serves what a function answers to a whole request: the code of gRPC, and a message with its frame.
pub(crate) async fn serve(
    answer: impl Fn(Request<Bytes>) -> (u32, Vec<u8>) + Send + Sync + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let answer = answer.clone();
            let answers = service_fn(move |request: Request<hyper::body::Incoming>| {
                let answer = answer.clone();
                async move {
                    let (parts, body) = request.into_parts();
                    let body = body.collect().await.unwrap().to_bytes();
                    let (code, message) = answer(Request::from_parts(parts, body));
                    let mut trailers = HeaderMap::new();
                    trailers.insert("grpc-status", code.into());
                    let body = Full::new(Bytes::from(message));
                    let body = body.with_trailers(std::future::ready(Some(Ok::<_, Infallible>(trailers))));
                    let response = Response::builder().header("content-type", "application/grpc");
                    Ok::<_, Infallible>(response.body(body).unwrap())
                }
            });
            let http = http2::Builder::new(TokioExecutor::new());
            tokio::spawn(http.serve_connection(TokioIo::new(stream), answers));
        }
    });
    address
}

/// The part of OTLP that is read (opentelemetry/proto/trace/v1/trace.proto).
mod wire {
    #[derive(prost::Message)]
    pub(super) struct Export {
        #[prost(message, repeated, tag = "1")]
        pub(super) resource_spans: Vec<ResourceSpans>,
    }

    #[derive(prost::Message)]
    pub(super) struct ResourceSpans {
        #[prost(message, optional, tag = "1")]
        resource: Option<Resource>,
        #[prost(message, repeated, tag = "2")]
        scope_spans: Vec<ScopeSpans>,
    }

    #[derive(prost::Message)]
    struct Resource {
        #[prost(message, repeated, tag = "1")]
        attributes: Vec<KeyValue>,
    }

    #[derive(prost::Message)]
    struct ScopeSpans {
        #[prost(message, repeated, tag = "2")]
        spans: Vec<Span>,
    }

    #[derive(prost::Message)]
    struct Span {
        #[prost(bytes = "vec", tag = "1")]
        trace_id: Vec<u8>,
        #[prost(bytes = "vec", tag = "2")]
        span_id: Vec<u8>,
        #[prost(bytes = "vec", tag = "4")]
        parent_span_id: Vec<u8>,
        #[prost(string, tag = "5")]
        name: String,
        #[prost(int32, tag = "6")]
        kind: i32,
        #[prost(fixed64, tag = "7")]
        start_time_unix_nano: u64,
        #[prost(fixed64, tag = "8")]
        end_time_unix_nano: u64,
        #[prost(message, repeated, tag = "9")]
        attributes: Vec<KeyValue>,
        #[prost(message, optional, tag = "15")]
        status: Option<Status>,
    }

    #[derive(prost::Message)]
    struct Status {
        #[prost(int32, tag = "3")]
        code: i32,
    }

    #[derive(prost::Message)]
    struct KeyValue {
        #[prost(string, tag = "1")]
        key: String,
        #[prost(message, optional, tag = "2")]
        value: Option<AnyValue>,
    }

    #[derive(prost::Message)]
    struct AnyValue {
        #[prost(oneof = "Value", tags = "1, 3")]
        value: Option<Value>,
    }

    #[derive(prost::Oneof)]
    enum Value {
        #[prost(string, tag = "1")]
        Text(String),
        #[prost(int64, tag = "3")]
        Number(i64),
    }

    impl ResourceSpans {
        pub(super) fn spans(self) -> impl Iterator<Item = super::Span> {
            let mut resource = attributes(self.resource.unwrap_or_default().attributes);
            let service = resource.remove("service.name").unwrap_or_default();
            let spans = self.scope_spans.into_iter().flat_map(|scope| scope.spans);
            spans.map(move |span| super::Span {
                service: service.clone(),
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                name: span.name,
                kind: match span.kind {
                    2 => "server",
                    3 => "client",
                    _ => "",
                },
                attributes: attributes(span.attributes),
                took: super::Duration::from_nanos(span.end_time_unix_nano - span.start_time_unix_nano),
                failed: span.status.is_some_and(|status| status.code == 2),
            })
        }
    }

    fn attributes(pairs: Vec<KeyValue>) -> std::collections::BTreeMap<String, String> {
        let pair = |pair: KeyValue| {
            let value = match pair.value.and_then(|value| value.value) {
                Some(Value::Text(text)) => text,
                Some(Value::Number(number)) => number.to_string(),
                None => String::new(),
            };
            (pair.key, value)
        };
        pairs.into_iter().map(pair).collect()
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
