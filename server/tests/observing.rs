//! What those who run a server see of it: metrics, request ids, the audit. Time is that of real sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use alinea_proto::v1::{
    self, document_service_client::DocumentServiceClient, import_documents_request::Step,
    import_scheme_request::Step as SchemeStep, paragraph_service_client::ParagraphServiceClient,
    theme_service_client::ThemeServiceClient,
};
use alinea_server::{
    document::{DocumentId, Metadata},
    intake::Offer,
    serving::{ServeOptions, Service, serve, serve_admin},
    store::{Change, Options, Store},
};
use futures_util::stream;
use prost::Message;
use prost_types::{FileDescriptorSet, method_options::IdempotencyLevel};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};
use tonic::{Code, Request, Status, transport::Channel};
use tonic_types::StatusExt;

struct Server {
    channel: Channel,
    service: Arc<Service>,
    admin: std::net::SocketAddr,
    /// Dropped, it lets the server end.
    stop: oneshot::Sender<()>,
    _folder: TempDir,
}

impl Server {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Options { map_size: 1 << 30, ..Options::default() }).unwrap();
        let service = Arc::new(Service::open(store, None, 1 << 20).unwrap());
        let (listener, admin) = (
            TcpListener::bind("127.0.0.1:0").await.unwrap(),
            TcpListener::bind("127.0.0.1:0").await.unwrap(),
        );
        let (address, admin_address) = (listener.local_addr().unwrap(), admin.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(serve_admin(admin, service.clone()));
        assert_eq!(get(admin_address, "/readyz").await.0, 503, "before it serves");
        let options = ServeOptions { grace: Duration::from_secs(10), ..ServeOptions::default() };
        tokio::spawn(serve(listener, service.clone(), options, async { stopped.await.unwrap_or(()) }));
        let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        Self { channel, service, admin: admin_address, stop, _folder: folder }
    }

    fn documents(&self) -> DocumentServiceClient<Channel> {
        DocumentServiceClient::new(self.channel.clone())
    }

    fn paragraphs(&self) -> ParagraphServiceClient<Channel> {
        ParagraphServiceClient::new(self.channel.clone())
    }

    fn themes(&self) -> ThemeServiceClient<Channel> {
        ThemeServiceClient::new(self.channel.clone())
    }

    async fn create(&self, id: &str, paragraphs: usize) {
        let text: String =
            (1..=paragraphs).map(|at| format!("{at}. We condemn {}.\n\n", "terrorism ".repeat(40))).collect();
        self.documents().create_document(creation(id, &text)).await.unwrap();
    }

    async fn metrics(&self) -> BTreeMap<String, f64> {
        let (status, text) = get(self.admin, "/metrics").await;
        assert_eq!(status, 200);
        assert!(text.ends_with("# EOF\n"), "OpenMetrics ends so");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| line.rsplit_once(' ').unwrap())
            .map(|(key, value)| (key.to_owned(), value.parse().unwrap()))
            .collect()
    }

    /// The metrics, once they say what they must.
    async fn metrics_when(&self, holds: impl Fn(&BTreeMap<String, f64>) -> bool) -> BTreeMap<String, f64> {
        for _ in 0..500 {
            let metrics = self.metrics().await;
            if holds(&metrics) {
                return metrics;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it does not come about: {:#?}", self.metrics().await);
    }
}

fn creation(id: &str, text: &str) -> v1::CreateDocumentRequest {
    let content = v1::Content { data: text.as_bytes().to_vec(), ..Default::default() };
    v1::CreateDocumentRequest { document_id: id.to_owned(), content: Some(content), ..Default::default() }
}

/// The status and the body of a page of the admin port.
async fn get(address: std::net::SocketAddr, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

fn ended(metrics: &BTreeMap<String, f64>, method: &str, code: &str) -> f64 {
    let key = format!(
        "rpc_server_call_duration_seconds_count{{rpc_method=\"{method}\",rpc_response_status_code=\"{code}\"}}"
    );
    metrics.get(&key).copied().unwrap_or_default()
}

fn of_method(metrics: &BTreeMap<String, f64>, name: &str, method: &str) -> f64 {
    metrics[&format!("{name}{{rpc_method=\"{method}\"}}")]
}

const STREAM: &str = "alinea.v1.ParagraphService/StreamParagraphs";
const WATCH: &str = "alinea.v1.ParagraphService/WatchParagraphs";
const GET: &str = "alinea.v1.ParagraphService/GetParagraph";

#[tokio::test]
async fn calls_are_counted_with_their_codes_and_streams_to_their_ends() {
    let server = Server::start().await;
    server.create("d", 2000).await;
    let mut paragraphs = server.paragraphs();
    let name = |name: &str| v1::GetParagraphRequest { name: name.to_owned(), ..Default::default() };
    for _ in 0..3 {
        paragraphs.get_paragraph(name("documents/d/paragraphs/para_1")).await.unwrap();
    }
    for _ in 0..2 {
        paragraphs.get_paragraph(name("documents/d/paragraphs/none")).await.unwrap_err();
    }
    // A stream to its end.
    let (mut count, mut bytes) = (0, 0);
    let mut whole =
        paragraphs.stream_paragraphs(v1::StreamParagraphsRequest::default()).await.unwrap().into_inner();
    while let Some(answer) = whole.message().await.unwrap() {
        count += answer.paragraphs.len();
        bytes += 5 + answer.encoded_len();
    }
    assert_eq!(count, 2000);
    let metrics = server.metrics_when(|metrics| ended(metrics, STREAM, "OK") == 1.0).await;
    assert_eq!(metrics["alinea_stream_paragraphs_total"], 2000.0);
    assert_eq!(of_method(&metrics, "alinea_sent_bytes_total", STREAM), bytes as f64);
    assert_eq!((ended(&metrics, GET, "OK"), ended(&metrics, GET, "NOT_FOUND")), (3.0, 2.0));
    assert_eq!(metrics["alinea_connections"], 1.0);
    // One that the caller lets go of.
    let mut broken =
        paragraphs.watch_paragraphs(v1::WatchParagraphsRequest::default()).await.unwrap().into_inner();
    broken.message().await.unwrap().unwrap();
    let open = server.metrics().await;
    assert_eq!(of_method(&open, "rpc_server_active_calls", WATCH), 1.0);
    drop(broken);
    let metrics = server.metrics_when(|metrics| ended(metrics, WATCH, "CANCELLED") == 1.0).await;
    assert_eq!(of_method(&metrics, "rpc_server_active_calls", WATCH), 0.0);
    assert_eq!((ended(&metrics, WATCH, "OK"), ended(&metrics, STREAM, "OK")), (0.0, 1.0));
    // One whose time is over, and one of a method that there is not.
    let mut late = Request::new(v1::WatchParagraphsRequest::default());
    late.set_timeout(Duration::from_millis(200));
    let mut late = paragraphs.watch_paragraphs(late).await.unwrap().into_inner();
    while let Ok(Some(_)) = late.message().await {}
    let mut grpc = tonic::client::Grpc::new(server.channel.clone());
    grpc.ready().await.unwrap();
    let codec = tonic_prost::ProstCodec::<v1::GetThemeRequest, v1::GetThemeResponse>::default();
    let path = http::uri::PathAndQuery::from_static("/alinea.v1.ThemeService/Invented");
    let invented = grpc.unary(Request::new(v1::GetThemeRequest::default()), path, codec).await;
    assert_eq!(invented.unwrap_err().code(), Code::Unimplemented);
    let metrics = server.metrics_when(|metrics| ended(metrics, WATCH, "DEADLINE_EXCEEDED") == 1.0).await;
    assert_eq!(ended(&metrics, "_OTHER", "UNIMPLEMENTED"), 1.0);
    assert!(!metrics.keys().any(|key| key.contains("Invented")), "callers make no series");
}

#[tokio::test]
async fn what_is_kept_and_who_is_behind_is_told() {
    let server = Server::start().await;
    server.create("a", 3).await;
    server.create("b", 4).await;
    server.create("c", 5).await;
    let removal = v1::DeleteDocumentRequest { name: "documents/c".to_owned(), ..Default::default() };
    server.documents().delete_document(removal).await.unwrap();
    let mut watch = server
        .paragraphs()
        .watch_paragraphs(v1::WatchParagraphsRequest::default())
        .await
        .unwrap()
        .into_inner();
    let metrics = server.metrics_when(|metrics| metrics["alinea_search_lag_revisions"] == 0.0).await;
    let is = |name: &str| metrics[name];
    let revision = is("alinea_store_revision");
    assert_eq!(
        (is("alinea_store_documents"), is("alinea_store_paragraphs"), is("alinea_store_positions")),
        (2.0, 7.0, 12.0)
    );
    assert_eq!(is("alinea_search_revision"), revision);
    assert_eq!(is("alinea_document_reading_seconds_count"), 3.0);
    assert_eq!(is("alinea_document_tagging_seconds_count"), 3.0);
    assert!(is("alinea_store_size_bytes") > 0.0 && is("alinea_store_map_size_bytes") == f64::from(1 << 30));
    assert_eq!(is("alinea_watch_lag_revisions"), 0.0);
    // A watch that is open from the beginning, and not read, falls behind by what it was not sent.
    let from = v1::WatchParagraphsRequest { start_revision: "1".to_owned(), ..Default::default() };
    let mut slow = server.paragraphs().watch_paragraphs(from).await.unwrap().into_inner();
    for at in 0..30 {
        server.create(&format!("large-{at}"), 400).await;
    }
    server.metrics_when(|metrics| metrics["alinea_watch_lag_revisions"] > 0.0).await;
    let last = server.metrics().await["alinea_store_revision"].to_string();
    for watch in [&mut watch, &mut slow] {
        while watch.message().await.unwrap().unwrap().revision != last {}
    }
    server.metrics_when(|metrics| metrics["alinea_watch_lag_revisions"] == 0.0).await;
}

#[tokio::test]
async fn the_admin_port_says_whether_calls_are_answered() {
    let server = Server::start().await;
    let _watch = server.paragraphs().watch_paragraphs(v1::WatchParagraphsRequest::default()).await.unwrap();
    assert_eq!(get(server.admin, "/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(get(server.admin, "/readyz").await.0, 200);
    assert_eq!(get(server.admin, "/").await.0, 404);
    server.stop.send(()).unwrap();
    for _ in 0..500 {
        if get(server.admin, "/readyz").await.0 == 503 {
            return assert_eq!(get(server.admin, "/healthz").await.0, 200, "it is there until it ends");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it stays ready");
}

/// What this process logs, as JSON lines.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Logs from now on, whichever test asks first.
    fn start() -> Self {
        static LOG: std::sync::OnceLock<Log> = std::sync::OnceLock::new();
        let start = || {
            let log = Self::default();
            let writer = log.clone();
            let lines = tracing_subscriber::fmt()
                .json()
                .with_env_filter("warn,audit=info,alinea_server::serving=info");
            lines.with_writer(move || writer.clone()).init();
            log
        };
        LOG.get_or_init(start).clone()
    }

    /// The lines that have some words.
    fn with(&self, words: &str) -> Vec<serde_json::Value> {
        let bytes = self.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        let lines = text.lines().filter(|line| line.contains(words));
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The same, once there is one.
    async fn soon_with(&self, words: &str) -> Vec<serde_json::Value> {
        for _ in 0..500 {
            let lines = self.with(words);
            if !lines.is_empty() {
                return lines;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nothing is logged with {words}");
    }
}

fn with_id<T>(id: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("x-request-id", id.parse().unwrap());
    request
}

#[tokio::test]
async fn the_id_of_a_call_is_in_its_answer_in_its_error_and_in_the_log() {
    let log = Log::start();
    let server = Server::start().await;
    server.create("d", 1).await;
    let name = |name: &str| v1::GetParagraphRequest { name: name.to_owned(), ..Default::default() };
    let good = "documents/d/paragraphs/para_1";
    let said = |metadata: &tonic::metadata::MetadataMap| {
        metadata.get("x-request-id").unwrap().to_str().unwrap().to_owned()
    };
    let answer = server.paragraphs().get_paragraph(with_id("one-7", name(good))).await.unwrap();
    assert_eq!(said(answer.metadata()), "one-7");
    let made = server.paragraphs().get_paragraph(with_id("two 7", name(good))).await.unwrap();
    assert_eq!(said(made.metadata()).len(), 32, "one that logs would suffer from is replaced");

    let error = server
        .paragraphs()
        .get_paragraph(with_id("three-7", name("documents/d/paragraphs/x")))
        .await
        .unwrap_err();
    assert_eq!(said(error.metadata()), "three-7");
    let details = error.get_error_details();
    assert_eq!(details.request_info().unwrap().request_id, "three-7");
    assert_eq!(details.error_info().unwrap().reason, "NOT_FOUND", "what was there stays");
    assert!(error.message().contains("there is no"), "{error}");
    // In the trailers of a stream that has begun, and in an error that has no details of its own.
    let mut late = with_id("four-7", v1::WatchParagraphsRequest::default());
    late.set_timeout(Duration::from_millis(200));
    let mut late = server.paragraphs().watch_paragraphs(late).await.unwrap().into_inner();
    let error: Status = loop {
        if let Err(error) = late.message().await {
            break error;
        }
    };
    assert_eq!(error.code(), Code::DeadlineExceeded);
    assert_eq!(error.get_details_request_info().unwrap().request_id, "four-7");

    for (id, method, code) in
        [("one-7", GET, "OK"), ("three-7", GET, "NOT_FOUND"), ("four-7", WATCH, "DEADLINE_EXCEEDED")]
    {
        let lines = log.soon_with(&format!("\"request_id\":\"{id}\"")).await;
        let [line] = lines.as_slice() else { panic!("{id}: {lines:?}") };
        assert_eq!(
            (line["span"]["method"].as_str(), line["fields"]["code"].as_str()),
            (Some(method), Some(code))
        );
        assert_eq!(line["span"]["caller"], "anonymous");
        assert!(line["span"]["address"].as_str().unwrap().starts_with("127.0.0.1:"));
    }
}

/// The methods that change something, as the descriptors have it.
fn changing() -> BTreeSet<String> {
    let files = FileDescriptorSet::decode(alinea_proto::DESCRIPTORS).unwrap().file;
    let services = files.iter().flat_map(|file| file.service.iter().map(move |service| (file, service)));
    let methods = services.flat_map(|(file, service)| {
        service
            .method
            .iter()
            .map(move |method| (format!("{}.{}/{}", file.package(), service.name(), method.name()), method))
    });
    let reads = |method: &prost_types::MethodDescriptorProto| {
        method
            .options
            .as_ref()
            .is_some_and(|options| options.idempotency_level() == IdempotencyLevel::NoSideEffects)
    };
    methods.filter(|(_, method)| !reads(method)).map(|(name, _)| name).collect()
}

/// Changes something by a method, and says what.
async fn change(server: &Server, method: &str, id: &str) -> Result<&'static str, Status> {
    let (mut documents, mut themes) = (server.documents(), server.themes());
    let paragraph = "documents/audited/paragraphs/para_1";
    Ok(match method.split_once('/').unwrap().1 {
        "CreateDocument" => {
            documents.create_document(with_id(id, creation("audited", "1. One.\n\n2. Two.\n"))).await?;
            "documents/audited"
        }
        "ImportDocuments" => {
            let document = v1::Document { name: "documents/imported".to_owned(), ..Default::default() };
            let header = v1::ImportHeader { document: Some(document), ..Default::default() };
            let steps = [Step::Header(header), Step::Chunk(b"1. One.\n".to_vec())];
            let steps = steps.map(|step| v1::ImportDocumentsRequest { step: Some(step) });
            let mut answers =
                documents.import_documents(with_id(id, stream::iter(steps))).await?.into_inner();
            while answers.message().await?.is_some() {}
            "documents/imported"
        }
        "UpdateDocument" => {
            let document = v1::Document {
                name: "documents/audited".to_owned(),
                title: "Other".to_owned(),
                ..Default::default()
            };
            let request = v1::UpdateDocumentRequest { document: Some(document), ..Default::default() };
            documents.update_document(with_id(id, request)).await?;
            "documents/audited"
        }
        "BatchTagParagraphs" => {
            let one = v1::TagParagraphRequest {
                name: paragraph.to_owned(),
                add_themes: vec!["themes/terrorism".to_owned()],
                ..Default::default()
            };
            let request = v1::BatchTagParagraphsRequest { requests: vec![one] };
            server.paragraphs().batch_tag_paragraphs(with_id(id, request)).await?;
            paragraph
        }
        "CreateTheme" => {
            let theme = v1::Theme {
                display_names: [("en".to_owned(), "Space".to_owned())].into(),
                ..Default::default()
            };
            let request = v1::CreateThemeRequest { theme_id: "space".to_owned(), theme: Some(theme) };
            themes.create_theme(with_id(id, request)).await?;
            "themes/space"
        }
        "UpdateTheme" => {
            let display_names = [("en".to_owned(), "Outer space".to_owned())].into();
            let theme = v1::Theme { name: "themes/space".to_owned(), display_names, ..Default::default() };
            themes
                .update_theme(with_id(
                    id,
                    v1::UpdateThemeRequest { theme: Some(theme), ..Default::default() },
                ))
                .await?;
            "themes/space"
        }
        "DeleteTheme" => {
            let request = v1::DeleteThemeRequest { name: "themes/space".to_owned(), ..Default::default() };
            themes.delete_theme(with_id(id, request)).await?;
            "themes/space"
        }
        "ImportScheme" => {
            let header = v1::ImportSchemeHeader { scheme: "second".to_owned(), ..Default::default() };
            let file = include_bytes!("../../vocabularies/default-themes.ttl");
            let steps = [SchemeStep::Header(header), SchemeStep::Chunk(file.to_vec())];
            let steps = steps.map(|step| v1::ImportSchemeRequest { step: Some(step) });
            let mut answers = themes.import_scheme(with_id(id, stream::iter(steps))).await?.into_inner();
            while answers.message().await?.is_some() {}
            "schemes/second"
        }
        "DeleteScheme" => {
            themes.delete_scheme(with_id(id, v1::DeleteSchemeRequest { name: "second".to_owned() })).await?;
            "schemes/second"
        }
        "DeleteDocument" => {
            let request =
                v1::DeleteDocumentRequest { name: "documents/audited".to_owned(), ..Default::default() };
            documents.delete_document(with_id(id, request)).await?;
            "documents/audited"
        }
        "RereadDocuments" => {
            // As an older reader left it, that saw less.
            let bytes = b"1. One.\n\n2. Two.\n".to_vec();
            let offer = Offer {
                id: DocumentId::try_new("read").unwrap(),
                said: Metadata::default(),
                media_type: String::new(),
                bytes,
            };
            let mut old = server.service.intake.take(offer).unwrap();
            old.paragraphs.pop();
            server.service.store.commit(vec![Change::Put(Box::new(old))]).unwrap();
            let request = v1::RereadDocumentsRequest { name: "documents/-".to_owned() };
            let mut answers = documents.reread_documents(with_id(id, request)).await?.into_inner();
            while answers.message().await?.is_some() {}
            "documents/read"
        }
        other => panic!("{other} changes something: say here how, and tell it to the audit"),
    })
}

#[tokio::test]
async fn every_method_that_changes_something_is_told_to_the_audit() {
    let log = Log::start();
    let server = Server::start().await;
    // Those that need what others make come after them.
    let order = ["Create", "ImportS", "Update", "BatchTag", "Import", "Delete", "Reread"];
    let mut methods: Vec<String> = changing().into_iter().collect();
    methods.sort_by_key(|method| {
        order.iter().position(|begin| method.split_once('/').unwrap().1.starts_with(begin))
    });
    assert!(methods.len() >= 11, "{methods:?}");
    for method in methods {
        let id = format!("audit-{}", method.replace('/', "."));
        let changed = change(&server, &method, &id).await.unwrap_or_else(|error| panic!("{method}: {error}"));
        let lines = log.soon_with(&format!("\"request_id\":\"{id}\"")).await;
        let audited: Vec<_> = lines.iter().filter(|line| line["target"] == "audit").collect();
        let [line] = audited.as_slice() else { panic!("{method}: {lines:?}") };
        let fields = &line["fields"];
        assert_eq!((&fields["method"], &fields["resources"]), (&method.as_str().into(), &changed.into()));
        assert_eq!((&fields["caller"], line["level"].as_str()), (&"anonymous".into(), Some("INFO")));
        assert!(fields["address"].as_str().unwrap().starts_with("127.0.0.1:"), "{fields}");
        assert!(fields["revision"].as_str().unwrap().parse::<u64>().unwrap() > 0, "{fields}");
    }
}

#[tokio::test]
async fn what_was_changed_by_a_call_that_was_over_before_is_told_too() {
    let log = Log::start();
    let server = Server::start().await;
    let text = "We condemn terrorism.\n\n".repeat(100);
    let creations = (0..40).map(|at| {
        let (mut documents, text) = (server.documents(), text.clone());
        async move {
            let mut request = Request::new(creation(&format!("hurried-{at}"), &text));
            // The first is over before it begins, and the last is not.
            request.set_timeout(if at < 39 {
                Duration::from_millis(10 * at)
            } else {
                Duration::from_secs(30)
            });
            documents.create_document(request).await
        }
    });
    let answers = futures_util::future::join_all(creations).await;
    assert!(answers.iter().any(Result::is_err) && answers.iter().any(Result::is_ok));
    // What is under way goes on for a moment after its call is over: it is to hold for a while.
    let (mut kept, mut held) = (BTreeSet::new(), 0);
    for _ in 0..1000 {
        let documents = server.service.store.documents_after("", 100, |_| true).unwrap();
        kept = documents.into_iter().map(|document| document.name).collect();
        let lines = log.with("\"resources\":\"documents/hurried-");
        let told = lines.iter().map(|line| line["fields"]["resources"].as_str().unwrap().to_owned());
        held = if lines.len() == kept.len() && told.collect::<BTreeSet<_>>() == kept { held + 1 } else { 0 };
        if held == 50 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not all of these were told, once each: {kept:?}");
}

#[tokio::test]
async fn every_metric_is_in_the_operations_guide_and_the_other_way_round() {
    let server = Server::start().await;
    let text = get(server.admin, "/metrics").await.1;
    let exported: BTreeSet<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .map(|line| match line.split_once(' ').unwrap() {
            (name, "counter") => format!("{name}_total"),
            (name, "info") => format!("{name}_info"),
            (name, _) => name.to_owned(),
        })
        .collect();
    let guide = include_str!("../../OPERATIONS.md");
    let told: BTreeSet<String> = guide
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .filter(|name| (name.starts_with("alinea_") || name.starts_with("rpc_")) && !name.contains(' '))
        .collect();
    assert!(exported.len() >= 15, "{exported:?}");
    assert_eq!(exported, told);
    // What the dashboard asks for is exported.
    let dashboard = include_str!("../../packaging/grafana/alinea.json");
    let dashboard: serde_json::Value = serde_json::from_str(dashboard).unwrap();
    let asked =
        dashboard["panels"].as_array().unwrap().iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let mut queries = 0;
    for query in asked.map(|target| target["expr"].as_str().unwrap()) {
        let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        for name in words.filter(|word| word.starts_with("alinea_") || word.starts_with("rpc_server")) {
            let of_histogram = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            assert!(exported.contains(of_histogram.unwrap_or(name)), "{name} in {query}");
            queries += 1;
        }
    }
    assert!(queries > 10);
}
