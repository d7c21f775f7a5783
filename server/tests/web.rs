//! Browsers: gRPC-Web on the port of gRPC, over HTTP/1.1 and HTTP/2, for the pages of some origins and no others.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod guarded;
mod program;

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use alinea_proto::v1::{self, theme_service_client::ThemeServiceClient};
use alinea_server::serving::{LimitOptions, Limits, Origin, ServeOptions, access::AccessOptions};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::{Buf, Bytes};
use guarded::{
    Server,
    certificates::{Authority, server_name},
    key, write,
};
use http::{HeaderMap, Method, Request, Response, Version};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Incoming,
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use program::Program;
use prost::Message;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};
use tonic::{Code, Status};
use tonic_types::StatusExt;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples");
const PAGE: &str = "https://page.example.org";
const OTHER: &str = "https://other.example.org";
const PARAGRAPHS: &str = "/alinea.v1.ParagraphService";
const BINARY: &str = "application/grpc-web+proto";
const TEXT: &str = "application/grpc-web-text";
const VERSIONS: [Version; 2] = [Version::HTTP_11, Version::HTTP_2];
/// Longer than anything here takes that happens.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that pages of one origin may call.
fn served(more: &[&str]) -> (Program, SocketAddr, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::serve(
        &folder.path().join("store"),
        &[more, &[SAMPLES, "--web-origin", PAGE, "--web-origin", "http://localhost:8080"]].concat(),
    );
    let address = program.url.strip_prefix("http://").unwrap().parse().unwrap();
    (program, address, folder)
}

/// What a browser sends of a page.
async fn fetch(address: SocketAddr, version: Version, request: Request<Full<Bytes>>) -> Response<Incoming> {
    let io = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut parts, body) = request.into_parts();
    parts.version = version;
    match version {
        Version::HTTP_2 => {
            parts.uri = format!("http://{address}{}", parts.uri).parse().unwrap();
            let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(Request::from_parts(parts, body)).await.unwrap()
        }
        _ => {
            parts.headers.insert("host", address.to_string().parse().unwrap());
            let (mut sender, connection) = http1::handshake(io).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(Request::from_parts(parts, body)).await.unwrap()
        }
    }
}

/// A call of a page, of a message that is packed as a content type says.
fn call(path: &str, message: &impl Message, content_type: &str) -> Request<Full<Bytes>> {
    let message = message.encode_to_vec();
    let mut framed = vec![0];
    framed.extend((message.len() as u32).to_be_bytes());
    framed.extend(message);
    let body = if content_type == TEXT { BASE64_STANDARD.encode(framed).into_bytes() } else { framed };
    Request::post(path)
        .header("content-type", content_type)
        .header("accept", content_type)
        .header("x-grpc-web", "1")
        .header("origin", PAGE)
        .body(Full::new(body.into()))
        .unwrap()
}

/// What came of a call: messages, and then trailers.
#[derive(Debug, Default)]
struct Answer {
    headers: HeaderMap,
    messages: Vec<Bytes>,
    trailers: BTreeMap<String, String>,
    /// What is no whole message yet.
    rest: Vec<u8>,
    /// What of it is still in base64.
    coded: Vec<u8>,
}

impl Answer {
    async fn of(response: Response<Incoming>) -> Self {
        assert_eq!(response.status(), 200);
        let (parts, body) = response.into_parts();
        let mut answer = Self { headers: parts.headers, ..Default::default() };
        answer.take(&body.collect().await.unwrap().to_bytes());
        assert!(answer.rest.is_empty() && answer.coded.is_empty());
        answer
    }

    fn take(&mut self, bytes: &[u8]) {
        if self.headers["content-type"].to_str().unwrap().starts_with(TEXT) {
            self.coded.extend(bytes);
            // Parts of it have a padding of their own.
            let whole = self.coded.len() / 4 * 4;
            let parts: Vec<u8> = self.coded.drain(..whole).collect();
            self.rest.extend(parts.chunks(4).flat_map(|four| BASE64_STANDARD.decode(four).unwrap()));
        } else {
            self.rest.extend(bytes);
        }
        while let Some((head, rest)) = self.rest.split_first_chunk::<5>() {
            let len = (&head[1..]).get_u32() as usize;
            if rest.len() < len {
                break;
            }
            let message = Bytes::copy_from_slice(&rest[..len]);
            match head[0] {
                0 => {
                    assert!(self.trailers.is_empty(), "nothing comes behind the trailers");
                    self.messages.push(message);
                }
                flags => {
                    assert_eq!(flags, 0x80);
                    let lines = std::str::from_utf8(&message).unwrap().split_terminator("\r\n");
                    let pair = |line: &str| {
                        let (name, value) = line.split_once(':').unwrap();
                        (name.to_owned(), value.trim().to_owned())
                    };
                    self.trailers = lines.map(pair).collect();
                }
            }
            self.rest.drain(..5 + len);
        }
    }

    /// How it ended: what stands in the trailers, or in the headers where there is nothing else.
    fn status(&self) -> Status {
        let mut headers = self.headers.clone();
        for (name, value) in &self.trailers {
            headers.insert(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
        }
        Status::from_header_map(&headers).expect("it says how it ended")
    }

    fn is_ok(&self) {
        assert_eq!(self.trailers.get("grpc-status").map(String::as_str), Some("0"), "{self:?}");
    }
}

fn get(name: &str) -> v1::GetParagraphRequest {
    v1::GetParagraphRequest { name: name.to_owned(), ..Default::default() }
}

fn about(theme: &str) -> v1::StreamParagraphsRequest {
    let themes = v1::ThemeFilter { any_of: vec![format!("themes/{theme}")], ..Default::default() };
    v1::StreamParagraphsRequest {
        filter: Some(v1::ParagraphFilter { themes: Some(themes), ..Default::default() }),
        batch_size: 1,
        ..Default::default()
    }
}

fn paragraph(path: &str) -> String {
    format!("documents/cica-almaty-2006-fr/paragraphs/{path}")
}

/// What a program says to those who run it.
async fn metrics(program: &Program) -> String {
    let admin = program.said.iter().find_map(|line| line.strip_prefix("serving metrics on ")).unwrap();
    let request = Request::get("/metrics").body(Full::default()).unwrap();
    let response = fetch(admin.parse().unwrap(), Version::HTTP_11, request).await;
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// What a browser asks before a call.
fn preflight(origin: &str) -> Request<Full<Bytes>> {
    Request::builder()
        .method(Method::OPTIONS)
        .uri(format!("{PARAGRAPHS}/GetParagraph"))
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type,x-grpc-web")
        .body(Full::default())
        .unwrap()
}

#[tokio::test]
async fn pages_of_the_origins_that_are_named_may_call_and_those_of_others_may_not() {
    let (_program, address, _folder) = served(&[]);
    for version in VERSIONS {
        for origin in [PAGE, "http://localhost:8080"] {
            let told = fetch(address, version, preflight(origin)).await;
            assert_eq!(told.status(), 200);
            assert_eq!(told.headers()["access-control-allow-origin"], origin);
            assert_eq!(told.headers()["access-control-allow-methods"], "POST");
            assert_eq!(
                told.headers()["access-control-allow-headers"],
                "authorization,content-type,x-grpc-web"
            );
            assert!(told.headers()["vary"].to_str().unwrap().contains("origin"), "{told:?}");
        }
        for origin in [OTHER, "http://page.example.org", "https://page.example.org:8443", "null"] {
            let mut request =
                call(&format!("{PARAGRAPHS}/GetParagraph"), &get(&paragraph("para_15")), BINARY);
            request.headers_mut().insert("origin", origin.parse().unwrap());
            for refused in [preflight(origin), request] {
                let refused = fetch(address, version, refused).await;
                assert_eq!(refused.status(), 403, "{origin}");
                assert!(!refused.headers().contains_key("access-control-allow-origin"), "{refused:?}");
                assert!(refused.into_body().collect().await.unwrap().to_bytes().is_empty());
            }
        }
        // A program that speaks gRPC-Web has no origin.
        let mut request = call(&format!("{PARAGRAPHS}/GetParagraph"), &get(&paragraph("para_15")), BINARY);
        request.headers_mut().remove("origin");
        Answer::of(fetch(address, version, request).await).await.is_ok();
    }
}

#[tokio::test]
async fn a_page_gets_the_answers_that_other_callers_get() {
    let (program, address, _folder) = served(&["--admin", "127.0.0.1:0"]);
    let alinea = alinea_client::Client::connect(program.url.clone()).await.unwrap();
    let known = alinea.get_paragraph(paragraph("para_15")).await.unwrap();
    let mut stream = alinea.paragraphs().theme("terrorism").stream();
    let mut names = Vec::new();
    while let Some(paragraph) = stream.try_next().await.unwrap() {
        names.push(paragraph.name.to_string());
    }
    for (version, kind) in VERSIONS.into_iter().flat_map(|version| [(version, BINARY), (version, TEXT)]) {
        let ask = async |mut request: Request<Full<Bytes>>| {
            request.headers_mut().insert("x-request-id", "a-page.1".parse().unwrap());
            let answer = Answer::of(fetch(address, version, request).await).await;
            answer.is_ok();
            assert!(answer.headers["content-type"].to_str().unwrap().starts_with(kind), "{answer:?}");
            assert_eq!(answer.headers["access-control-allow-origin"], PAGE);
            let exposed = answer.headers["access-control-expose-headers"].to_str().unwrap();
            for header in ["grpc-status", "grpc-message", "grpc-status-details-bin", "x-request-id"] {
                assert!(exposed.split(',').any(|one| one.trim() == header), "{exposed}");
            }
            assert_eq!(answer.headers["x-request-id"], "a-page.1");
            answer.messages
        };
        // One that is answered from stored bytes, and one of generated code.
        let got = ask(call(&format!("{PARAGRAPHS}/GetParagraph"), &get(&paragraph("para_15")), kind)).await;
        let got = v1::GetParagraphResponse::decode(&*got[0]).unwrap().paragraph.unwrap();
        assert_eq!((got.name, got.text), (known.name.to_string(), known.text.clone()));
        let listing = v1::ListThemesRequest::default();
        let got = ask(call("/alinea.v1.ThemeService/ListThemes", &listing, kind)).await;
        assert!(!v1::ListThemesResponse::decode(&*got[0]).unwrap().themes.is_empty());
        let got = ask(call(&format!("{PARAGRAPHS}/StreamParagraphs"), &about("terrorism"), kind)).await;
        let messages = got.iter().map(|message| v1::StreamParagraphsResponse::decode(&**message).unwrap());
        let got = messages.flat_map(|message| message.paragraphs).map(|paragraph| paragraph.name);
        assert_eq!(got.collect::<Vec<_>>(), names);
    }
    // They count as others do.
    let metrics = metrics(&program).await;
    let counted = "rpc_server_call_duration_seconds_count{rpc_method=\"alinea.v1.ThemeService/ListThemes\",\
                   rpc_response_status_code=\"OK\"} 4";
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn a_stream_reaches_a_page_as_it_comes_and_says_how_it_ended() {
    let (mut program, address, _folder) = served(&[]);
    let watch = v1::WatchParagraphsRequest { start_revision: "0".to_owned(), ..Default::default() };
    let mut open = Vec::new();
    for (version, kind) in VERSIONS.into_iter().flat_map(|version| [(version, BINARY), (version, TEXT)]) {
        let watch = || call(&format!("{PARAGRAPHS}/WatchParagraphs"), &watch, kind);
        let mut request = watch();
        request.headers_mut().insert("grpc-timeout", "100m".parse().unwrap());
        let ended = Answer::of(fetch(address, version, request).await).await;
        assert_eq!(guarded::why(&ended.status()), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".to_owned()));
        // It ends only with the server, and yet there is something to read.
        let (parts, mut body) = fetch(address, version, watch()).await.into_parts();
        let mut answer = Answer { headers: parts.headers, ..Default::default() };
        while answer.messages.is_empty() {
            let frame = timeout(PATIENCE, body.frame()).await.unwrap().unwrap().unwrap();
            answer.take(&frame.into_data().unwrap());
        }
        open.push((answer, body));
    }
    // Nobody waits for a connection on which nothing is asked.
    let _idle = TcpStream::connect(address).await.unwrap();
    program.signal("TERM");
    for (mut answer, body) in open {
        answer.take(&body.collect().await.unwrap().to_bytes());
        assert_eq!(guarded::why(&answer.status()), (Code::Unavailable, "SHUTTING_DOWN".to_owned()));
    }
    // Connections end once the page, which is in this thread, has answered that it will.
    let (status, took) = tokio::task::spawn_blocking(move || program.ended()).await.unwrap();
    assert!(status.success() && took < Duration::from_secs(8), "{status} {took:?}");
}

#[tokio::test]
async fn a_page_that_goes_away_ends_its_calls() {
    let (program, address, _folder) = served(&["--admin", "127.0.0.1:0"]);
    let watch = v1::WatchParagraphsRequest { start_revision: "0".to_owned(), ..Default::default() };
    let mut open = Vec::new();
    for version in VERSIONS {
        open.push(
            fetch(address, version, call(&format!("{PARAGRAPHS}/WatchParagraphs"), &watch, BINARY)).await,
        );
    }
    let active = async || {
        let metrics = metrics(&program).await;
        let watches = "rpc_server_active_calls{rpc_method=\"alinea.v1.ParagraphService/WatchParagraphs\"} ";
        metrics.lines().find_map(|line| line.strip_prefix(watches)?.parse::<u32>().ok()).unwrap()
    };
    assert_eq!(active().await, 2);
    drop(open);
    let ended = async { while active().await > 0 {} };
    timeout(PATIENCE, ended).await.unwrap();
}

#[tokio::test]
async fn errors_of_every_layer_reach_a_page_with_their_details() {
    let keys = tempfile::tempdir().unwrap();
    let file = write(keys.path(), "keys", &key("page", "reader", ""));
    let (_program, address, _folder) = served(&["--keys", file.to_str().unwrap()]);
    let path = |method: &str| format!("{PARAGRAPHS}/{method}");
    let (known, missing) = (get(&paragraph("para_15")), get(&paragraph("para_999")));
    let wrong = v1::StreamParagraphsRequest { cursor: "nonsense".to_owned(), ..Default::default() };
    let listing = v1::ListParagraphsRequest {
        parent: "documents/-".to_owned(),
        page_token: "nonsense".to_owned(),
        ..Default::default()
    };
    let tags = v1::BatchTagParagraphsRequest::default();
    for (version, kind) in VERSIONS.into_iter().flat_map(|version| [(version, BINARY), (version, TEXT)]) {
        let known = || call(&path("GetParagraph"), &known, kind);
        for (request, key, code, reason) in [
            (known(), "", Code::Unauthenticated, "CREDENTIALS_MISSING"),
            (known(), "wrong!", Code::Unauthenticated, "CREDENTIALS_INVALID"),
            (call(&path("GetParagraph"), &missing, kind), "page!", Code::NotFound, "NOT_FOUND"),
            (call(&path("StreamParagraphs"), &wrong, kind), "page!", Code::InvalidArgument, "CURSOR_INVALID"),
            (call(&path("ListParagraphs"), &listing, kind), "page!", Code::InvalidArgument, "CURSOR_INVALID"),
            (call(&path("BatchTagParagraphs"), &tags, kind), "page!", Code::PermissionDenied, "ROLE_TOO_LOW"),
            (call(&path("Nothing"), &missing, kind), "page!", Code::Unimplemented, ""),
        ] {
            let answer = Answer::of(fetch(address, version, with_key(request, key)).await).await;
            let status = answer.status();
            assert_eq!(guarded::why(&status), (code, reason.to_owned()), "{status:?}");
            assert!(!status.message().is_empty());
            assert_eq!(answer.headers["access-control-allow-origin"], PAGE);
            let id = status.get_details_request_info().unwrap().request_id;
            assert_eq!(answer.headers["x-request-id"], id);
        }
        Answer::of(fetch(address, version, with_key(known(), "page!")).await).await.is_ok();
    }
    // What is no base64 is told to be none, by methods of both sorts.
    for method in ["/alinea.v1.ParagraphService/GetParagraph", "/alinea.v1.ThemeService/ListThemes"] {
        for body in ["AAAA!", "AAA"] {
            let mut request = with_key(call(method, &missing, TEXT), "page!");
            *request.body_mut() = Full::from(body);
            let status = Answer::of(fetch(address, Version::HTTP_11, request).await).await.status();
            assert_eq!(status.code(), Code::InvalidArgument, "{method} {body} {status:?}");
        }
    }
}

/// A call that says who makes it.
fn with_key(mut request: Request<Full<Bytes>>, key: &str) -> Request<Full<Bytes>> {
    if !key.is_empty() {
        request.headers_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
    }
    request
}

#[tokio::test]
async fn pages_are_held_to_the_limits() {
    let limits = Limits::new(LimitOptions { calls_per_second: 1.try_into().ok(), ..Default::default() });
    let web = ServeOptions { web_origins: vec![Origin::Any], limits, ..Default::default() };
    let server = Server::serving(|_| AccessOptions::default(), web).await;
    let over = async {
        loop {
            let request =
                call(&format!("{PARAGRAPHS}/GetParagraph"), &get("documents/a/paragraphs/para_1"), BINARY);
            let status = Answer::of(fetch(server.address, Version::HTTP_11, request).await).await.status();
            if status.code() != Code::NotFound {
                return status;
            }
        }
    };
    let over = timeout(PATIENCE, over).await.unwrap();
    assert_eq!(guarded::why(&over), (Code::ResourceExhausted, "RATE_LIMITED".to_owned()));
    assert!(over.get_details_retry_info().unwrap().retry_delay.is_some());
    server.stop().await;
}

#[tokio::test]
async fn without_an_origin_nothing_but_grpc_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::serve(folder.path(), &[]);
    let address: SocketAddr = program.url.strip_prefix("http://").unwrap().parse().unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"OPTIONS / HTTP/1.1\r\nhost: localhost\r\norigin: http://a\r\n\r\n").await.unwrap();
    let mut said = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut said)).await.unwrap();
    assert!(!said.starts_with(b"HTTP/1.1"), "{said:?}");
    for request in [preflight(PAGE), call(&format!("{PARAGRAPHS}/GetParagraph"), &get("x"), BINARY)] {
        let answer = fetch(address, Version::HTTP_2, request).await;
        let told = answer.headers().keys().any(|name| name.as_str().starts_with("access-control"));
        let web = answer.headers().get("content-type").is_some_and(|kind| kind == BINARY);
        assert!(!told && !web, "{answer:?}");
    }
}

#[tokio::test]
async fn a_page_that_asks_nobody_reaches_nothing() {
    // What browsers send of a page without asking first has its origin, or is not of gRPC: with or without pages that may call.
    for web in [&[][..], &["--web-origin", PAGE]] {
        let folder = tempfile::tempdir().unwrap();
        let program = Program::serve(&folder.path().join("store"), &[web, &[SAMPLES]].concat());
        let address: SocketAddr = program.url.strip_prefix("http://").unwrap().parse().unwrap();
        let delete = |kind: &str, origin: Option<&str>| {
            let name = "documents/cica-almaty-2006-fr".to_owned();
            let message = v1::DeleteDocumentRequest { name, ..Default::default() };
            let mut request = call("/alinea.v1.DocumentService/DeleteDocument", &message, kind);
            let headers = request.headers_mut();
            headers.remove("origin");
            origin.into_iter().for_each(|origin| drop(headers.insert("origin", origin.parse().unwrap())));
            request
        };
        for (kind, origin, status) in [
            ("text/plain", Some(OTHER), 403),
            ("application/grpc", Some(OTHER), 403),
            ("text/plain", None, 415),
            ("application/x-www-form-urlencoded", None, 415),
        ] {
            let answer = fetch(address, Version::HTTP_2, delete(kind, origin)).await;
            assert_eq!(answer.status(), status, "{kind} of {origin:?}, {web:?}");
        }
        let left = fetch(address, Version::HTTP_2, delete("application/grpc", None)).await;
        assert!(
            left.headers().get("grpc-status").is_none_or(|code| code == "0"),
            "it was still there: {left:?}"
        );
    }
}

/// A server in this process that any page may call.
async fn open(options: impl FnOnce(&std::path::Path) -> AccessOptions) -> Server {
    let web = ServeOptions { web_origins: vec![Origin::Any], ..Default::default() };
    Server::serving(options, web).await
}

#[tokio::test]
async fn pages_of_any_origin_may_call_where_all_are_named() {
    let server = open(|_| AccessOptions::default()).await;
    for (version, origin) in VERSIONS.into_iter().flat_map(|version| [(version, PAGE), (version, OTHER)]) {
        let told = fetch(server.address, version, preflight(origin)).await;
        assert_eq!(told.headers()["access-control-allow-origin"], origin);
    }
    server.stop().await;
}

#[tokio::test]
async fn who_speaks_grpc_is_served_as_before() {
    let server = open(|_| AccessOptions::default()).await;
    let mut themes = ThemeServiceClient::new(server.channel().await);
    let answer = themes.list_themes(v1::ListThemesRequest::default()).await.unwrap();
    assert!(!answer.metadata().keys().any(|key| format!("{key:?}").contains("access-control")), "{answer:?}");
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn who_is_slow_over_http_1_is_cut_and_holds_up_nobody() {
    let server = open(|_| AccessOptions::default()).await;
    let begun = Instant::now();
    // Nothing, the beginning of a header, and a whole request that is followed by nothing.
    let whole = b"GET / HTTP/1.1\r\nhost: localhost\r\nx-more: 0123456789\r\n\r\n";
    let parts = [&b""[..], b"POST / HT", b"POST /a HTTP/1.1\r\nhost: localhost\r\nx-more: 0123456789", whole];
    let mut slow = Vec::new();
    for part in parts.repeat(5) {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(part).await.unwrap();
        slow.push(stream);
    }
    // A header that never ends, a byte at a time.
    let mut dribble = TcpStream::connect(server.address).await.unwrap();
    dribble.write_all(b"POST /a HTTP/1.1\r\nhost: localhost\r\nx-more: ").await.unwrap();
    let dribbled = tokio::spawn(async move {
        while dribble.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    });
    let mut themes = ThemeServiceClient::new(server.channel().await);
    themes.list_themes(v1::ListThemesRequest::default()).await.unwrap();
    for mut stream in slow {
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
    dribbled.await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(25), "{:?}", begun.elapsed());
    // A body that does not come ends its call.
    let mut half = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST {PARAGRAPHS}/GetParagraph HTTP/1.1\r\nhost: a\r\ncontent-type: {BINARY}\r\ncontent-length: 9\r\n\r\n\0"
    );
    let begun = Instant::now();
    half.write_all(head.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    let _ = half.read_to_end(&mut said).await;
    let said = String::from_utf8_lossy(&said);
    assert!(said.starts_with("HTTP/1.1 200") && said.contains("grpc-status: 3"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(35), "{:?}", begun.elapsed());
    // Headers without end are refused before they are kept.
    let mut bomb = TcpStream::connect(server.address).await.unwrap();
    let _ = bomb.write_all(b"POST /a HTTP/1.1\r\nhost: a\r\nx-more: ").await;
    let mut sent = 0;
    while sent < 8 << 20 && bomb.write_all(&[b'a'; 1 << 12]).await.is_ok() {
        sent += 1 << 12;
    }
    assert!(sent < 8 << 20, "it is cut");
    server.stop().await;
}

#[tokio::test]
async fn over_tls_http_1_is_offered_where_pages_may_call() {
    let authority = Authority::new();
    let own = authority.certify(&["localhost"], "");
    let server = open(|folder| AccessOptions {
        certificate: Some((write(folder, "crt", &own.certificate), write(folder, "key", &own.key))),
        keys: Some(write(folder, "keys", &key("page", "reader", ""))),
        ..Default::default()
    })
    .await;
    for (offered, taken) in
        [(&["http/1.1"][..], "http/1.1"), (&["h2", "http/1.1"], "h2"), (&["http/1.1", "h2"], "h2")]
    {
        let stream = TcpStream::connect(server.address).await.unwrap();
        let stream = authority.client(None, offered).connect(server_name(), stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(taken.as_bytes()));
        let path = "/alinea.v1.ThemeService/ListThemes";
        let mut request = call(path, &v1::ListThemesRequest::default(), BINARY);
        request.headers_mut().insert("authorization", "Bearer page!".parse().unwrap());
        let io = TokioIo::new(stream);
        let response = if taken == "h2" {
            *request.uri_mut() = format!("https://localhost{path}").parse().unwrap();
            let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await
        } else {
            request.headers_mut().insert("host", "localhost".parse().unwrap());
            let (mut sender, connection) = http1::handshake(io).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await
        };
        Answer::of(response.unwrap()).await.is_ok();
    }
    // Who says nothing of what it speaks is not served.
    let stream = TcpStream::connect(server.address).await.unwrap();
    if let Ok(mut stream) = authority.client(None, &[]).connect(server_name(), stream).await {
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        let mut said = Vec::new();
        let _ = timeout(PATIENCE, stream.read_to_end(&mut said)).await.unwrap();
        assert!(said.is_empty(), "{said:?}");
    }
    server.stop().await;
}
