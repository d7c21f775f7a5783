//! What callers hold: answers that nobody reads, requests that do not come, and watches of those who are not asked for a name.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod guarded;
mod program;

use std::{convert::Infallible, future::ready, net::SocketAddr, path::Path, time::Duration};

use alinea_proto::v1::{
    self, document_service_client::DocumentServiceClient, import_documents_request::Step,
    import_documents_response::Result as Outcome, paragraph_service_client::ParagraphServiceClient,
    theme_service_client::ThemeServiceClient,
};
use alinea_server::serving::{LimitOptions, access::AccessOptions};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use guarded::{Caller, Server, as_key, key, why, write};
use http::{Request, Response};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    body::{Frame, Incoming},
    client::conn::http2::{Builder, SendRequest},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use program::Program;
use prost::Message;
use tokio::{net::TcpStream, time::timeout};
use tonic::{Code, Status, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_types::StatusExt;

const LIST_THEMES: &str = "/alinea.v1.ThemeService/ListThemes";
const EXPORT: &str = "/alinea.v1.DocumentService/ExportDocument";
const CREATE: &str = "/alinea.v1.DocumentService/CreateDocument";
/// Longer than anything here takes that happens.
const PATIENCE: Duration = Duration::from_secs(30);

type Body = BoxBody<Bytes, Infallible>;

async fn server(limits: LimitOptions) -> Server {
    let keys = key("one", "admin", "") + &key("other", "admin", "");
    let access =
        |folder: &Path| AccessOptions { keys: Some(write(folder, "keys", &keys)), ..Default::default() };
    Server::limited(access, limits).await
}

fn channel(server: &Server) -> Channel {
    Channel::from_shared(format!("http://{}", server.address)).unwrap().connect_lazy()
}

/// A connection whose answers have this much room until they are read.
async fn connection(address: SocketAddr, window: u32) -> SendRequest<Body> {
    let io = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (calls, connection) =
        Builder::new(TokioExecutor::new()).initial_stream_window_size(window).handshake(io).await.unwrap();
    tokio::spawn(connection);
    calls
}

fn framed(message: &impl Message) -> Bytes {
    let message = message.encode_to_vec();
    [&[0][..], &(message.len() as u32).to_be_bytes(), &message].concat().into()
}

/// Makes a call with the key of a name, and returns as soon as its head is answered.
async fn call(calls: &mut SendRequest<Body>, path: &str, name: &str, body: Body) -> Response<Incoming> {
    let request = Request::post(format!("http://server{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("authorization", format!("Bearer {name}!"))
        .body(body)
        .unwrap();
    calls.ready().await.unwrap();
    calls.send_request(request).await.unwrap()
}

/// Why an answer is that of a call that failed at once.
fn refused(answer: &Response<Incoming>) -> Option<(Code, String)> {
    Status::from_header_map(answer.headers()).map(|status| why(&status))
}

async fn themes(caller: &Caller) -> Result<(), Status> {
    ThemeServiceClient::new(caller.clone()).list_themes(v1::ListThemesRequest::default()).await.map(drop)
}

#[tokio::test]
async fn answers_that_nobody_reads_count_as_open() {
    let server = server(LimitOptions { calls: 3, ..Default::default() }).await;
    let [one, other] = ["one", "other"].map(|name| as_key(&channel(&server), name));
    for window in [0, 1, 100] {
        let mut calls = connection(server.address, window).await;
        let mut unread = Vec::new();
        let list = || Full::new(framed(&v1::ListThemesRequest::default())).boxed();
        for _ in 0..3 {
            let answer = call(&mut calls, LIST_THEMES, "one", list()).await;
            assert_eq!(refused(&answer), None, "window {window}");
            unread.push(answer);
        }
        for _ in 0..3 {
            let answer = call(&mut calls, LIST_THEMES, "one", list()).await;
            let over = Some((Code::ResourceExhausted, "TOO_MANY_CALLS".to_owned()));
            assert_eq!(refused(&answer), over, "window {window}");
        }
        themes(&other).await.unwrap();
        drop((unread, calls));
        let again = async { while themes(&one).await.is_err() {} };
        timeout(PATIENCE, again).await.unwrap();
    }
    server.stop().await;
}

#[tokio::test]
async fn exports_that_nobody_reads_take_no_more_than_a_part_of_the_memory() {
    // Of documents three sixteenths are for each caller: two exports of 300 KB fit, and three do not.
    let server = server(LimitOptions { memory: 4 << 20, ..Default::default() }).await;
    server.take_in(
        "long",
        "",
        &(1..300).map(|at| format!("{at}. {}\n\n", "word ".repeat(200))).collect::<String>(),
    );
    let request =
        v1::ExportDocumentRequest { name: "documents/long".into(), media_type: "text/plain".into() };
    let mut calls = connection(server.address, 1).await;
    let mut unread = Vec::new();
    let over = Some((Code::ResourceExhausted, "TOO_MANY_CALLS".to_owned()));
    for refused_because in [None, None, over] {
        let answer = call(&mut calls, EXPORT, "one", Full::new(framed(&request)).boxed()).await;
        assert_eq!(refused(&answer), refused_because);
        unread.push(answer);
    }
    let [one, other] = ["one", "other"].map(|name| as_key(&channel(&server), name));
    let export = async |caller: &Caller| -> Result<usize, Status> {
        let exported = DocumentServiceClient::new(caller.clone()).export_document(request.clone()).await;
        let (mut exported, mut bytes) = (exported?.into_inner(), 0);
        while let Some(piece) = exported.message().await? {
            bytes += piece.chunk.len();
        }
        Ok(bytes)
    };
    assert!(export(&other).await.unwrap() > 256 << 10);
    drop((unread, calls));
    let again = async { while export(&one).await.is_err() {} };
    timeout(PATIENCE, again).await.unwrap();
    server.stop().await;
}

/// A request that begins with so many bytes, and never goes on.
fn begun(bytes: usize) -> Body {
    let mut begin = vec![0; bytes];
    begin[1..5].copy_from_slice(&(2 * bytes as u32).to_be_bytes());
    let frames = stream::once(ready(Ok(Frame::data(Bytes::from(begin))))).chain(stream::pending());
    BodyExt::boxed(StreamBody::new(frames))
}

#[tokio::test]
async fn requests_that_do_not_come_take_no_more_than_a_part_of_the_memory() {
    // Of requests a sixteenth is for each caller.
    let server = server(LimitOptions { memory: 16 << 20, ..Default::default() }).await;
    let hang = |name: &'static str| {
        let connecting = connection(server.address, 1 << 16);
        tokio::spawn(async move { call(&mut connecting.await, CREATE, name, begun(600 << 10)).await })
    };
    let whole = async |name: &str, bytes: usize| {
        let mut documents = DocumentServiceClient::new(as_key(&channel(&server), name));
        let content = Some(v1::Content { data: vec![b'x'; bytes], ..Default::default() });
        let request = v1::CreateDocumentRequest { content, validate_only: true, ..Default::default() };
        documents.create_document(request).await.map(drop).map_err(|status| why(&status))
    };
    let over = Err((Code::ResourceExhausted, "TOO_MANY_CALLS".to_owned()));
    // Whichever of the two comes second is refused.
    let mut first = hang("one");
    let refused = async {
        while whole("one", 600 << 10).await != over {
            if first.is_finished() {
                first = hang("one");
            }
        }
    };
    timeout(PATIENCE, refused).await.expect("what hangs is counted");
    assert_ne!(whole("other", 600 << 10).await, over, "the others have their part");
    themes(&as_key(&channel(&server), "one")).await.expect("what is small is for nothing");
    first.abort();
    let again = async { while whole("one", 600 << 10).await == over {} };
    timeout(PATIENCE, again).await.expect("it comes back with the call");
    server.stop().await;
}

#[tokio::test]
async fn no_caller_has_all_imports() {
    let limits = LimitOptions { imports: 3, imports_per_caller: 2, ..Default::default() };
    let server = server(limits).await;
    let import = async |name: &str| {
        let mut documents = DocumentServiceClient::new(as_key(&channel(&server), name));
        documents.import_documents(stream::pending()).await.map_err(|status| why(&status))
    };
    let mut open = vec![import("one").await.unwrap(), import("one").await.unwrap()];
    let over = Some((Code::ResourceExhausted, "TOO_MANY_CALLS".to_owned()));
    assert_eq!(import("one").await.err(), over);
    open.push(import("other").await.unwrap());
    assert_eq!(import("other").await.err(), over);
    drop(open);
    server.stop().await;
}

#[tokio::test]
async fn watches_of_health_count_for_their_address_and_for_nobody_else() {
    let server = server(LimitOptions { calls: 2, ..Default::default() }).await;
    let mut health = HealthClient::new(channel(&server));
    let mut open = Vec::new();
    for _ in 0..2 {
        open.push(health.watch(HealthCheckRequest::default()).await.unwrap());
    }
    let over = health.check(HealthCheckRequest::default()).await.unwrap_err();
    assert_eq!(why(&over), (Code::ResourceExhausted, "TOO_MANY_CALLS".to_owned()));
    for _ in 0..3 {
        themes(&as_key(&channel(&server), "one")).await.unwrap();
    }
    drop(open);
    let again = async { while health.check(HealthCheckRequest::default()).await.is_err() {} };
    timeout(PATIENCE, again).await.unwrap();
    server.stop().await;
}

/// The requests of an import of many small documents, which never ends.
fn imported(documents: usize) -> Body {
    let steps = (0..documents).flat_map(|number| {
        let document = Some(v1::Document { name: format!("documents/d{number}"), ..Default::default() });
        let header = v1::ImportHeader { document, ..Default::default() };
        [Step::Header(header), Step::Chunk(b"1. The parties discuss energy.\n".to_vec())]
    });
    let frames: Vec<_> =
        steps.map(|step| Ok(Frame::data(framed(&v1::ImportDocumentsRequest { step: Some(step) })))).collect();
    BodyExt::boxed(StreamBody::new(stream::iter(frames).chain(stream::pending())))
}

#[tokio::test]
async fn an_import_whose_answers_nobody_reads_holds_up_nobody_else() {
    let server = server(LimitOptions::default()).await;
    let mut calls = connection(server.address, 0).await;
    let unread = call(&mut calls, "/alinea.v1.DocumentService/ImportDocuments", "one", imported(1000)).await;
    assert_eq!(refused(&unread), None);
    // Some are committed, and then it stands still.
    let mut before = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let now = server.service.store.document_count();
        if now == before && now > 0 {
            break;
        }
        before = now;
    }
    let mut documents = DocumentServiceClient::new(as_key(&channel(&server), "other"));
    let content = Some(v1::Content { data: b"1. Peace.\n".to_vec(), ..Default::default() });
    let document_id = "single".to_owned();
    let request = v1::CreateDocumentRequest { document_id, content, ..Default::default() };
    let create = documents.create_document(request);
    timeout(PATIENCE, create).await.expect("it is not held up").unwrap();
    let other = imports_of("other", &server, 300);
    assert_eq!(timeout(PATIENCE, other).await.expect("no more is this"), 300);
    drop(unread);
    server.stop().await;
}

/// Imports small documents with the key of a name, and returns how many were stored.
async fn imports_of(name: &str, server: &Server, documents: usize) -> usize {
    let steps = (0..documents).flat_map(|number| {
        let document = Some(v1::Document { name: format!("documents/o{number}"), ..Default::default() });
        let header = v1::ImportHeader { document, ..Default::default() };
        [Step::Header(header), Step::Chunk(b"1. Peace.\n".to_vec())]
    });
    let steps: Vec<_> = steps.map(|step| v1::ImportDocumentsRequest { step: Some(step) }).collect();
    let mut service = DocumentServiceClient::new(as_key(&channel(server), name));
    let mut answers = service.import_documents(stream::iter(steps)).await.unwrap().into_inner();
    let mut stored = 0;
    while let Some(answer) = answers.message().await.unwrap() {
        stored += usize::from(matches!(answer.result, Some(Outcome::Document(_))));
    }
    stored
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_documents_that_do_not_fit_together_come_in_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    // Of a caller six documents fit, and eight come at once.
    let limits = ["--max-document-size", "1280KiB", "--max-memory", "40MiB"];
    let program = Program::serve(folder.path(), &limits);
    let text = format!("1. {}\n\n", "measures of confidence ".repeat(400)).repeat(130);
    assert!((1_100_000..1_250_000).contains(&text.len()), "{}", text.len());
    let imports = (0..8).map(|number| {
        let (url, text) = (program.url.clone(), text.clone());
        tokio::spawn(async move {
            let client = alinea_client::Client::builder(url).stream_attempts(1).connect_lazy().unwrap();
            let upload = alinea_client::Upload::new(format!("large-{number}").parse().unwrap(), text);
            client.import([upload]).try_next().await.unwrap().unwrap();
        })
    });
    for import in imports.collect::<Vec<_>>() {
        import.await.unwrap();
    }
}

#[tokio::test]
async fn a_filter_for_which_there_never_is_room_is_told_so() {
    // Of requests a sixteenth is for each caller.
    let server = server(LimitOptions { memory: 16 << 20, ..Default::default() }).await;
    let filter = v1::ParagraphFilter { documents: vec!["x".repeat(1200 << 10)], ..Default::default() };
    let request = v1::StreamParagraphsRequest { filter: Some(filter), ..Default::default() };
    let mut paragraphs = ParagraphServiceClient::new(as_key(&channel(&server), "one"));
    let over = paragraphs.stream_paragraphs(request).await.unwrap_err();
    assert_eq!(why(&over), (Code::ResourceExhausted, "CONTENT_TOO_LARGE".to_owned()));
    assert!(over.get_details_retry_info().is_none(), "to come back would not help");
    server.stop().await;
}
