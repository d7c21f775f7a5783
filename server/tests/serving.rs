//! What any gRPC client sees of the server: codes, reasons, limits, deadlines, the drain. What the client crate sees
//! stands in the tests of the workspace.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{future::Future, sync::Arc, time::Duration};

use alinea_proto::v1::{
    self, document_service_client::DocumentServiceClient, import_documents_request::Step,
    import_documents_response::Result as Answer, paragraph_service_client::ParagraphServiceClient,
    theme_service_client::ThemeServiceClient,
};
use alinea_server::{
    serving::{ServeOptions, Service, serve},
    store::{Options, Store},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tonic::{Code, Request, Status, codec::CompressionEncoding, transport::Channel};
use tonic_types::StatusExt;

struct Server {
    channel: Channel,
    address: std::net::SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<()>,
    _folder: TempDir,
}

impl Server {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Options { map_size: 1 << 30, ..Options::default() }).unwrap();
        let service = Arc::new(Service::open(store, None, 1 << 20).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let options = ServeOptions { grace: Duration::from_millis(300), ..ServeOptions::default() };
        let ended = tokio::spawn(async move {
            serve(listener, service, options, async { stopped.await.unwrap_or(()) }).await.unwrap();
        });
        let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        Self { channel, address, stop: Some(stop), ended, _folder: folder }
    }

    fn documents(&self) -> DocumentServiceClient<Channel> {
        DocumentServiceClient::new(self.channel.clone())
    }

    fn paragraphs(&self) -> ParagraphServiceClient<Channel> {
        ParagraphServiceClient::new(self.channel.clone())
    }

    async fn create(&self, id: &str, text: &str) -> Result<v1::Document, Status> {
        let content = v1::Content { data: text.as_bytes().to_vec(), ..Default::default() };
        let request = v1::CreateDocumentRequest {
            document_id: id.to_owned(),
            content: Some(content),
            ..Default::default()
        };
        Ok(self.documents().create_document(request).await?.into_inner().document.unwrap())
    }

    /// A document with more paragraphs than any window of HTTP/2 holds.
    async fn create_large(&self) {
        let paragraph = |at: usize| {
            format!("{at}. {}\n\n", "Nous condamnons le terrorisme sous toutes ses formes. ".repeat(80))
        };
        for document in 0..12 {
            let text: String = (1..200).map(paragraph).collect();
            self.create(&format!("large-{document}"), &text).await.unwrap();
        }
    }
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

async fn failed<T>(call: impl Future<Output = Result<tonic::Response<T>, Status>>) -> (Code, String) {
    let Err(status) = call.await else { panic!("the call succeeded") };
    assert!(!status.message().is_empty());
    (status.code(), reason(&status))
}

/// How a stream ended.
async fn ending(mut stream: tonic::Streaming<v1::StreamParagraphsResponse>) -> Result<(), Status> {
    while stream.message().await?.is_some() {}
    Ok(())
}

#[tokio::test]
async fn every_bad_request_has_its_code_and_reason() {
    let server = Server::start().await;
    server.create("d", "I\n\n1. One.\n\nII\n\n1. Two.\n").await.unwrap();
    let (mut documents, mut paragraphs) = (server.documents(), server.paragraphs());
    let mut themes = ThemeServiceClient::new(server.channel.clone());
    let text = |bytes: &[u8], media_type: &str| v1::CreateDocumentRequest {
        document_id: "x".to_owned(),
        content: Some(v1::Content { media_type: media_type.to_owned(), data: bytes.to_vec() }),
        ..Default::default()
    };
    let filter = |filter: v1::ParagraphFilter| v1::StreamParagraphsRequest {
        filter: Some(filter),
        ..Default::default()
    };
    let about = |themes: v1::ThemeFilter| v1::ParagraphFilter { themes: Some(themes), ..Default::default() };
    let invalid = |reason: &str| (Code::InvalidArgument, reason.to_owned());
    let missing = (Code::NotFound, "NOT_FOUND".to_owned());

    assert_eq!(failed(documents.create_document(text(b"", ""))).await, invalid("CONTENT_EMPTY"));
    assert_eq!(failed(documents.create_document(text(b" \n\x0c ", ""))).await, invalid("CONTENT_EMPTY"));
    assert_eq!(failed(documents.create_document(text(b"a\0b", ""))).await, invalid("CONTENT_NOT_TEXT"));
    assert_eq!(
        failed(documents.create_document(text(b"x", "image/png"))).await,
        invalid("MEDIA_TYPE_UNSUPPORTED")
    );
    let large = (Code::ResourceExhausted, "CONTENT_TOO_LARGE".to_owned());
    assert_eq!(failed(documents.create_document(text(&vec![b'x'; (1 << 20) + 1], ""))).await, large);
    let twice = v1::CreateDocumentRequest { document_id: "d".to_owned(), ..text(b"Other.", "") };
    assert_eq!(
        failed(documents.create_document(twice)).await,
        (Code::AlreadyExists, "ALREADY_EXISTS".to_owned())
    );
    let nameless = v1::CreateDocumentRequest { document_id: "A B".to_owned(), ..text(b"x", "") };
    assert_eq!(failed(documents.create_document(nameless)).await, invalid("INVALID_FIELD"));

    let get = |name: &str| v1::GetDocumentRequest { name: name.to_owned(), ..Default::default() };
    assert_eq!(failed(documents.get_document(get("documents/none"))).await, missing);
    assert_eq!(failed(documents.get_document(get("none"))).await, invalid("INVALID_FIELD"));
    let update = |name: &str, paths: &[&str], etag: &str| v1::UpdateDocumentRequest {
        document: Some(v1::Document {
            name: name.to_owned(),
            title: "Said".to_owned(),
            etag: etag.to_owned(),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask {
            paths: paths.iter().map(|path| path.to_string()).collect(),
        }),
        ..Default::default()
    };
    assert_eq!(failed(documents.update_document(update("documents/none", &[], ""))).await, missing);
    assert_eq!(
        failed(documents.update_document(update("documents/d", &["report"], ""))).await,
        invalid("INVALID_FIELD")
    );
    let stale = documents.update_document(update("documents/d", &["title"], "0ther")).await.unwrap_err();
    let current = documents.get_document(get("documents/d")).await.unwrap().into_inner().document.unwrap();
    assert_eq!((stale.code(), reason(&stale).as_str()), (Code::Aborted, "ETAG_MISMATCH"));
    assert_eq!(stale.get_details_error_info().unwrap().metadata["etag"], current.etag);
    for paths in [&["title"][..], &["*"], &[]] {
        let updated = documents.update_document(update("documents/d", paths, "")).await.unwrap();
        assert_eq!(updated.into_inner().document.unwrap().title, "Said", "{paths:?}");
    }
    let export = |media_type: &str| v1::ExportDocumentRequest {
        name: "documents/d".to_owned(),
        media_type: media_type.to_owned(),
    };
    assert_eq!(failed(documents.export_document(export(""))).await, invalid("INVALID_FIELD"));
    assert_eq!(failed(documents.export_document(export("image/png"))).await, invalid("INVALID_FIELD"));
    let delete = |name: &str, etag: &str| v1::DeleteDocumentRequest {
        name: name.to_owned(),
        etag: etag.to_owned(),
        allow_missing: false,
    };
    assert_eq!(failed(documents.delete_document(delete("documents/none", ""))).await, missing);
    let changed = (Code::Aborted, "ETAG_MISMATCH".to_owned());
    assert_eq!(failed(documents.delete_document(delete("documents/d", "old"))).await, changed);
    let listed = v1::ListDocumentsRequest { page_token: "nonsense".to_owned(), ..Default::default() };
    assert_eq!(failed(documents.list_documents(listed)).await, invalid("CURSOR_INVALID"));
    let listed =
        v1::ListDocumentsRequest { language_codes: vec!["fr".to_owned(); 1001], ..Default::default() };
    assert_eq!(failed(documents.list_documents(listed)).await, invalid("INVALID_FIELD"));
    let listed = v1::ListDocumentsRequest { page_size: -1, ..Default::default() };
    assert_eq!(failed(documents.list_documents(listed)).await, invalid("INVALID_FIELD"));

    let get = |name: &str| v1::GetParagraphRequest { name: name.to_owned(), ..Default::default() };
    assert_eq!(failed(paragraphs.get_paragraph(get("documents/d/paragraphs/para_9"))).await, missing);
    assert_eq!(failed(paragraphs.get_paragraph(get("documents/none/paragraphs/para_1"))).await, missing);
    let ambiguous = (Code::FailedPrecondition, "AMBIGUOUS_NAME".to_owned());
    assert_eq!(failed(paragraphs.get_paragraph(get("documents/d/paragraphs/para_1"))).await, ambiguous);
    let many = v1::BatchGetParagraphsRequest {
        names: vec!["documents/d/paragraphs/para_1".to_owned(); 1001],
        ..Default::default()
    };
    assert_eq!(failed(paragraphs.batch_get_paragraphs(many)).await, invalid("INVALID_FIELD"));

    let unknown = v1::ThemeFilter { any_of: vec!["themes/none".to_owned()], ..Default::default() };
    assert_eq!(failed(paragraphs.stream_paragraphs(filter(about(unknown)))).await, missing);
    for (any_of, all_of, none_of) in [(1001, 0, 0), (0, 1001, 0), (0, 0, 1001)] {
        let [any_of, all_of, none_of] =
            [any_of, all_of, none_of].map(|many| vec!["themes/energy".to_owned(); many]);
        let long = v1::ThemeFilter { any_of, all_of, none_of, ..Default::default() };
        assert_eq!(failed(paragraphs.stream_paragraphs(filter(about(long)))).await, invalid("INVALID_FIELD"));
    }
    let long = v1::ParagraphFilter { works: vec!["w".to_owned(); 1001], ..Default::default() };
    assert_eq!(failed(paragraphs.stream_paragraphs(filter(long))).await, invalid("INVALID_FIELD"));
    let score = v1::ThemeFilter { min_score: Some(1.5), ..Default::default() };
    assert_eq!(failed(paragraphs.stream_paragraphs(filter(about(score)))).await, invalid("INVALID_FIELD"));
    let nowhere = v1::ParagraphFilter { documents: vec!["documents/none".to_owned()], ..Default::default() };
    assert_eq!(failed(paragraphs.stream_paragraphs(filter(nowhere))).await, missing);
    let kind = v1::ParagraphFilter { kinds: vec![99], ..Default::default() };
    assert_eq!(failed(paragraphs.stream_paragraphs(filter(kind))).await, invalid("INVALID_FIELD"));
    let days = v1::DateRange { start_date: "2006".to_owned(), ..Default::default() };
    let days = v1::ParagraphFilter { adoption_dates: Some(days), ..Default::default() };
    assert_eq!(failed(paragraphs.stream_paragraphs(filter(days))).await, invalid("INVALID_FIELD"));
    let cursor = v1::StreamParagraphsRequest { cursor: "nonsense".to_owned(), ..Default::default() };
    assert_eq!(failed(paragraphs.stream_paragraphs(cursor)).await, invalid("CURSOR_INVALID"));
    let theme = v1::GetThemeRequest { name: "themes/none".to_owned() };
    assert_eq!(failed(themes.get_theme(theme)).await, missing);
}

#[tokio::test]
async fn an_import_answers_each_document_in_order_and_goes_on_after_a_refusal() {
    let server = Server::start().await;
    let step = |step| v1::ImportDocumentsRequest { step: Some(step) };
    let header = |name: &str| {
        let document = v1::Document { name: name.to_owned(), ..Default::default() };
        step(Step::Header(v1::ImportHeader { document: Some(document), media_type: String::new() }))
    };
    let chunk = |bytes: &[u8]| step(Step::Chunk(bytes.to_vec()));
    let steps = vec![
        header("documents/a"),
        chunk(b"1. One "),
        chunk(b"document.\n"),
        header("documents/empty"),
        header("not a name"),
        chunk(b"1. Text.\n"),
        header("documents/large"),
        chunk(&vec![b'x'; 1 << 20]),
        chunk(b"x"),
        header("documents/b"),
        chunk(b"1. Other.\n"),
    ];
    let import = async |steps: &[v1::ImportDocumentsRequest]| {
        let requests = futures_util::stream::iter(steps.to_vec());
        let mut answers = server.documents().import_documents(requests).await.unwrap().into_inner();
        let mut outcomes = Vec::new();
        while let Some(answer) = answers.message().await.unwrap() {
            let outcome = match answer.result.unwrap() {
                Answer::Document(document) => format!("{} paragraphs", document.paragraph_count),
                Answer::Refusal(refusal) => refusal.reason,
            };
            outcomes.push((answer.name, outcome, answer.revision));
        }
        outcomes
    };
    let outcomes = import(&steps).await;
    let told: Vec<(&str, &str)> =
        outcomes.iter().map(|(name, outcome, _)| (name.as_str(), outcome.as_str())).collect();
    assert_eq!(
        told,
        [
            ("documents/a", "1 paragraphs"),
            ("documents/empty", "CONTENT_EMPTY"),
            ("not a name", "INVALID_FIELD"),
            ("documents/large", "CONTENT_TOO_LARGE"),
            ("documents/b", "1 paragraphs"),
        ]
    );
    assert_eq!(import(&steps).await, outcomes, "the same again makes no new revision");

    // Whatever came of a document before, what came last is kept.
    let [one, two] = [b"1. Other.\n".as_slice(), b"1. One.\n\n2. Two.\n"];
    for order in [[two, one], [one, two], [one, two], [two, one]] {
        let steps: Vec<_> = order.iter().flat_map(|text| [header("documents/b"), chunk(text)]).collect();
        let last = import(&steps).await.pop().unwrap();
        let get = v1::GetDocumentRequest { name: "documents/b".to_owned(), ..Default::default() };
        let kept = server.documents().get_document(get).await.unwrap().into_inner().document.unwrap();
        let count = if order[1] == one { 1 } else { 2 };
        assert_eq!((last.1, kept.paragraph_count), (format!("{count} paragraphs"), count));
    }

    let lost = server.documents().import_documents(futures_util::stream::iter([chunk(b"x")])).await.unwrap();
    let status = lost.into_inner().message().await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "INVALID_FIELD"));
}

#[tokio::test]
async fn pages_streams_and_compressed_streams_give_the_same_paragraphs() {
    let server = Server::start().await;
    for document in 0..5 {
        let text: String = (1..60).map(|at| format!("{at}. Paragraph {at} of {document}.\n\n")).collect();
        server.create(&format!("d-{document}"), &text).await.unwrap();
    }
    let streamed = async |mut client: ParagraphServiceClient<Channel>, batch_size| {
        let request = v1::StreamParagraphsRequest { batch_size, ..Default::default() };
        let mut stream = client.stream_paragraphs(request).await.unwrap().into_inner();
        let mut found = Vec::new();
        while let Some(response) = stream.message().await.unwrap() {
            assert!(batch_size == 0 || response.paragraphs.len() <= batch_size as usize);
            assert!(
                !response.paragraphs.is_empty() && !response.cursor.is_empty() && response.revision == "5"
            );
            found.extend(response.paragraphs);
        }
        found
    };
    let whole = streamed(server.paragraphs(), 0).await;
    assert_eq!(whole.len(), 5 * 59);
    assert_eq!(streamed(server.paragraphs(), 7).await, whole);
    for encoding in [CompressionEncoding::Gzip, CompressionEncoding::Zstd] {
        let accepting = server.paragraphs().accept_compressed(encoding);
        assert_eq!(streamed(accepting.clone(), 0).await, whole);
        assert_eq!(streamed(accepting.send_compressed(encoding), 0).await, whole);
    }
    let mut paged = Vec::new();
    let mut request =
        v1::ListParagraphsRequest { parent: "documents/-".to_owned(), page_size: 59, ..Default::default() };
    loop {
        let page = server.paragraphs().list_paragraphs(request.clone()).await.unwrap().into_inner();
        assert_eq!(page.paragraphs.len(), 59);
        paged.extend(page.paragraphs);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(paged, whole);
    request.page_size = 1000;
    request.parent = "documents/d-3".to_owned();
    let one = server.paragraphs().list_paragraphs(request).await.unwrap().into_inner();
    assert_eq!(one.paragraphs, whole[3 * 59..4 * 59]);
}

#[tokio::test]
async fn validating_stores_nothing_and_deleting_removes() {
    let server = Server::start().await;
    let content = v1::Content { data: b"1. One.\n".to_vec(), ..Default::default() };
    let request = v1::CreateDocumentRequest {
        document_id: "d".to_owned(),
        content: Some(content),
        validate_only: true,
        ..Default::default()
    };
    let read = server.documents().create_document(request).await.unwrap().into_inner();
    assert_eq!((read.document.unwrap().paragraph_count, read.revision.as_str()), (1, "0"));
    let document = server.create("d", "1. One.\n").await.unwrap();
    let delete = v1::DeleteDocumentRequest { name: document.name, etag: document.etag, allow_missing: false };
    let deleted = server.documents().delete_document(delete.clone()).await.unwrap().into_inner();
    assert_eq!(deleted.revision, "2");
    let again = v1::DeleteDocumentRequest { etag: String::new(), allow_missing: true, ..delete };
    assert_eq!(server.documents().delete_document(again).await.unwrap().into_inner().revision, "2");
    let mut stream = server
        .paragraphs()
        .stream_paragraphs(v1::StreamParagraphsRequest::default())
        .await
        .unwrap()
        .into_inner();
    let only = stream.message().await.unwrap().unwrap();
    assert!(only.paragraphs.is_empty() && only.revision == "2", "a stream of nothing says at which revision");
    assert!(stream.message().await.unwrap().is_none());
}

#[tokio::test]
async fn a_deadline_ends_a_stream_and_says_so() {
    let server = Server::start().await;
    server.create_large().await;
    let mut request = Request::new(v1::StreamParagraphsRequest { batch_size: 1, ..Default::default() });
    // The transport's own timeout is not asked for, only the server is told.
    request.metadata_mut().insert("grpc-timeout", "150m".parse().unwrap());
    let stream = server.paragraphs().stream_paragraphs(request).await.unwrap().into_inner();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let status = ending(stream).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"));
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_ends_streams_with_why_and_is_gone_in_time() {
    let mut server = Server::start().await;
    server.create_large().await;
    let mut stream = server
        .paragraphs()
        .stream_paragraphs(v1::StreamParagraphsRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert!(stream.message().await.unwrap().is_some());
    // A connection that never says anything must not hold the server up, nor one that watches its health.
    let _silent = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let mut health = tonic_health::pb::health_client::HealthClient::new(server.channel.clone());
    let watched = tonic_health::pb::HealthCheckRequest { service: "alinea.v1.ParagraphService".to_owned() };
    let mut health = health.watch(watched).await.unwrap().into_inner();
    assert_eq!(health.message().await.unwrap().unwrap().status, 1, "serving");

    server.stop.take().unwrap().send(()).unwrap();
    assert_eq!(health.message().await.unwrap().unwrap().status, 2, "not serving");
    let status = ending(stream).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "SHUTTING_DOWN"));
    tokio::time::timeout(Duration::from_secs(5), server.ended).await.unwrap().unwrap();
}
