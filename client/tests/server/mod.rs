//! A server that serves what a test gives it, and fails where a test wants it to.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::HashSet;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use alinea_client::testing::{Fault, FaultProxy};
use alinea_proto::v1::document_service_server::{DocumentService, DocumentServiceServer};
use alinea_proto::v1::paragraph_service_server::{ParagraphService, ParagraphServiceServer};
use alinea_proto::v1::theme_service_server::{ThemeService, ThemeServiceServer};
use alinea_proto::v1::{self, import_documents_request::Step, import_documents_response::Result as Became};
use futures_util::{Stream, StreamExt, stream};
use tokio::net::{TcpListener, TcpStream};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, Streaming};
use tonic_types::{ErrorDetails, StatusExt};

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// How a stream breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// The stream ends with `UNAVAILABLE` and the reason `SHUTTING_DOWN`.
    ShuttingDown,
    /// The connection is closed.
    Cut,
    /// Nothing comes any more, and the connection stays.
    Silence,
    /// The stream ends with another status of the server.
    Status(tonic::Code, &'static str),
    /// The stream ends as if that were all.
    End,
}

/// What the server does next.
#[derive(Default)]
pub(crate) struct Script {
    /// After how many responses each stream or import opened breaks, and how; taken from the front.
    pub(crate) breaks: Vec<(usize, Break)>,
    /// What unary calls and imports fail with, taken from the front.
    pub(crate) failures: Vec<Status>,
    /// How long a unary call takes.
    pub(crate) delay: Option<Duration>,
    /// What was asked for, by name.
    pub(crate) calls: Vec<String>,
    /// The requests of the streams.
    pub(crate) streams: Vec<v1::StreamParagraphsRequest>,
    /// The connections that streams came over.
    pub(crate) peers: HashSet<SocketAddr>,
    /// The `grpc-timeout` of the last unary call.
    pub(crate) timeout: Option<String>,
    /// The ids that each import was sent.
    pub(crate) imports: Vec<Vec<String>>,
    /// How many imports were let go of before the end of what was sent.
    pub(crate) abandoned_imports: usize,
    /// The largest number of bytes of any chunk of an import.
    pub(crate) largest_chunk: usize,
    /// What watches tell: revisions from 8 on, each as the parts in which its changes come, by the names that are put. One
    /// without parts is told by a checkpoint, but not to the first watch.
    pub(crate) changes: Vec<Vec<Vec<String>>>,
    /// What they tell instead to all watches but the first, if anything.
    pub(crate) changed: Option<Vec<Vec<Vec<String>>>>,
    /// The requests of the watches.
    pub(crate) watches: Vec<v1::WatchParagraphsRequest>,
    /// The revision that streams say, if not `7`.
    pub(crate) revision: Option<String>,
    /// The one token that calls are let in with; none when all are let in.
    pub(crate) token: Option<String>,
    /// The tokens that calls showed.
    pub(crate) shown: Vec<String>,
}

/// The connections of a socket, of which the system holds nothing back: that would take time that is not paused.
fn incoming(listener: TcpListener) -> impl Stream<Item = std::io::Result<TcpStream>> {
    TcpListenerStream::new(listener).map(|connection| {
        let connection = connection?;
        connection.set_nodelay(true)?;
        Ok(connection)
    })
}

#[derive(Clone)]
pub(crate) struct Fake {
    pub(crate) script: Arc<Mutex<Script>>,
    paragraphs: Arc<Vec<v1::Paragraph>>,
    /// What stands before it, once it serves.
    proxy: Arc<OnceLock<FaultProxy>>,
}

pub(crate) fn status(code: tonic::Code, reason: &str, metadata: &[(&str, &str)]) -> Status {
    let metadata: std::collections::HashMap<_, _> =
        metadata.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let details = ErrorDetails::with_error_info(reason, "alinea", metadata);
    Status::with_error_details(code, format!("it is {reason}"), details)
}

pub(crate) fn paragraph(number: usize) -> v1::Paragraph {
    v1::Paragraph {
        name: format!("documents/d/paragraphs/para_{number}"),
        position: number as u64,
        kind: v1::ParagraphKind::Paragraph as i32,
        number: number.to_string(),
        text: format!("Words of {number}."),
        ..Default::default()
    }
}

impl Fake {
    pub(crate) fn new(paragraphs: usize) -> Self {
        let paragraphs = Arc::new((0..paragraphs).map(paragraph).collect());
        Self { script: Arc::default(), paragraphs, proxy: Arc::default() }
    }

    /// Serves on a port of its own, behind a proxy whose connections a test can cut; returns the URL.
    pub(crate) async fn serve(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = FaultProxy::start(&listener.local_addr().unwrap().to_string()).await.unwrap();
        tokio::spawn(
            tonic::transport::Server::builder()
                .add_service(ParagraphServiceServer::new(self.clone()))
                .add_service(DocumentServiceServer::new(self.clone()))
                .add_service(ThemeServiceServer::new(self.clone()))
                .serve_with_incoming(incoming(listener)),
        );
        self.proxy.get_or_init(|| proxy).url().to_owned()
    }

    /// As `serve`, on a socket of the test's, and no proxy.
    pub(crate) fn serve_on(&self, listener: TcpListener) {
        tokio::spawn(
            tonic::transport::Server::builder()
                .add_service(ParagraphServiceServer::new(self.clone()))
                .add_service(DocumentServiceServer::new(self.clone()))
                .serve_with_incoming(incoming(listener)),
        );
    }

    /// As `serve`, with connections that the server asks to leave (GOAWAY) when they are this old, and no proxy.
    pub(crate) async fn serve_short_connections(&self, age: Duration) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(
            tonic::transport::Server::builder()
                .max_connection_age(age)
                .add_service(ParagraphServiceServer::new(self.clone()))
                .add_service(DocumentServiceServer::new(self.clone()))
                .serve_with_incoming(incoming(listener)),
        );
        url
    }

    /// How a stream ends that breaks.
    fn broken<T: Send + 'static>(&self, how: Break) -> Answers<T> {
        if how == Break::End {
            return stream::empty().boxed();
        }
        let fake = self.clone();
        let last = async move {
            match how {
                Break::ShuttingDown => Err(status(tonic::Code::Unavailable, "SHUTTING_DOWN", &[])),
                Break::Status(code, reason) => Err(status(code, reason, &[])),
                Break::Silence | Break::End => std::future::pending().await,
                Break::Cut => {
                    // Lets what was answered so far get through, so that the cut is after it and not instead of it.
                    for _ in 0..1000 {
                        tokio::task::yield_now().await;
                    }
                    fake.cut();
                    std::future::pending().await
                }
            }
        };
        stream::once(last).boxed()
    }

    /// What stands before it.
    pub(crate) fn proxy(&self) -> &FaultProxy {
        self.proxy.get().expect("it serves")
    }

    /// Cuts every connection.
    pub(crate) fn cut(&self) {
        self.proxy().fault(Fault::Cut);
    }

    pub(crate) fn script<T>(&self, write: impl FnOnce(&mut Script) -> T) -> T {
        write(&mut self.script.lock().unwrap())
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        self.script(|script| script.calls.clone())
    }

    /// Lets a call in, or not.
    fn admit<T>(&self, request: &Request<T>) -> Result<(), Status> {
        let Some(header) = request.metadata().get("authorization") else { return Ok(()) };
        let token = header.to_str().unwrap().strip_prefix("Bearer ").unwrap();
        self.script(|script| {
            script.shown.push(token.to_owned());
            match script.token.as_ref().is_none_or(|accepted| accepted == token) {
                true => Ok(()),
                false => Err(status(tonic::Code::Unauthenticated, "CREDENTIALS_INVALID", &[])),
            }
        })
    }

    async fn unary<T>(&self, request: &Request<T>, call: &str) -> Result<(), Status> {
        self.admit(request)?;
        let delay = self.script(|script| {
            script.calls.push(call.to_owned());
            script.timeout =
                request.metadata().get("grpc-timeout").map(|value| value.to_str().unwrap().to_owned());
            script.delay
        });
        if let Some(delay) = delay {
            tokio::time::sleep(delay).await;
        }
        self.fail()
    }

    /// Fails if that is what comes next.
    fn fail(&self) -> Result<(), Status> {
        self.script(|script| match script.failures.is_empty() {
            true => Ok(()),
            false => Err(script.failures.remove(0)),
        })
    }
}

#[tonic::async_trait]
impl ParagraphService for Fake {
    async fn get_paragraph(
        &self,
        request: Request<v1::GetParagraphRequest>,
    ) -> Result<Response<v1::GetParagraphResponse>, Status> {
        self.unary(&request, "GetParagraph").await?;
        let name = request.into_inner().name;
        match self.paragraphs.iter().find(|paragraph| paragraph.name == name) {
            Some(paragraph) => Ok(Response::new(v1::GetParagraphResponse {
                paragraph: Some(paragraph.clone()),
                revision: "7".to_owned(),
            })),
            None => Err(status(tonic::Code::NotFound, "NOT_FOUND", &[("name", &name)])),
        }
    }

    async fn batch_get_paragraphs(
        &self,
        request: Request<v1::BatchGetParagraphsRequest>,
    ) -> Result<Response<v1::BatchGetParagraphsResponse>, Status> {
        self.unary(&request, "BatchGetParagraphs").await?;
        let wanted = request.into_inner().names;
        let paragraphs = wanted
            .iter()
            .filter_map(|name| self.paragraphs.iter().find(|p| p.name == *name))
            .cloned()
            .collect();
        Ok(Response::new(v1::BatchGetParagraphsResponse { paragraphs, revision: "7".to_owned() }))
    }

    async fn list_paragraphs(
        &self,
        request: Request<v1::ListParagraphsRequest>,
    ) -> Result<Response<v1::ListParagraphsResponse>, Status> {
        self.unary(&request, "ListParagraphs").await?;
        let request = request.into_inner();
        let start: usize = request.page_token.parse().unwrap_or(0);
        let end = (start + request.page_size.max(1) as usize).min(self.paragraphs.len());
        Ok(Response::new(v1::ListParagraphsResponse {
            paragraphs: self.paragraphs[start..end].to_vec(),
            next_page_token: if end < self.paragraphs.len() { end.to_string() } else { String::new() },
            revision: "7".to_owned(),
        }))
    }

    /// Finds every paragraph by its first letter.
    async fn search_paragraphs(
        &self,
        request: Request<v1::SearchParagraphsRequest>,
    ) -> Result<Response<v1::SearchParagraphsResponse>, Status> {
        self.unary(&request, "SearchParagraphs").await?;
        let request = request.into_inner();
        let start: usize = request.page_token.parse().unwrap_or(0);
        let end = (start + request.page_size.max(1) as usize).min(self.paragraphs.len());
        let hit = |paragraph: &v1::Paragraph| v1::SearchHit {
            paragraph: Some(paragraph.clone()),
            relevance: 1.0,
            matches: vec![v1::Match { start: 0, end: 1 }],
        };
        Ok(Response::new(v1::SearchParagraphsResponse {
            hits: self.paragraphs[start..end].iter().map(hit).collect(),
            next_page_token: if end < self.paragraphs.len() { end.to_string() } else { String::new() },
            revision: "7".to_owned(),
        }))
    }

    /// Explains every paragraph by words that are not there.
    async fn explain_tags(
        &self,
        request: Request<v1::ExplainTagsRequest>,
    ) -> Result<Response<v1::ExplainTagsResponse>, Status> {
        self.unary(&request, "ExplainTags").await?;
        let name = request.into_inner().name;
        let tag =
            v1::Tag { theme: "themes/peace".to_owned(), score: 0.5, origin: v1::TagOrigin::Text as i32 };
        let (label, words) = ("Peace".to_owned(), "peace".to_owned());
        let evidence = v1::Evidence { name: name.clone(), start: 3, end: 8, label, words };
        let (tag, evidence, rule) = (Some(tag), vec![evidence], "label".to_owned());
        let explanations = vec![v1::TagExplanation { tag, evidence, rule }];
        Ok(Response::new(v1::ExplainTagsResponse { explanations, name }))
    }

    /// Counts all paragraphs, and all of them for one theme.
    async fn count_paragraphs(
        &self,
        request: Request<v1::CountParagraphsRequest>,
    ) -> Result<Response<v1::CountParagraphsResponse>, Status> {
        self.unary(&request, "CountParagraphs").await?;
        let total = self.paragraphs.len() as i64;
        let themes = vec![v1::ThemeCount { theme: "themes/peace".to_owned(), count: total }];
        Ok(Response::new(v1::CountParagraphsResponse { total, themes, revision: "7".to_owned() }))
    }

    /// Answers with the paragraphs, each with the themes that were added to it and no others.
    async fn batch_tag_paragraphs(
        &self,
        request: Request<v1::BatchTagParagraphsRequest>,
    ) -> Result<Response<v1::BatchTagParagraphsResponse>, Status> {
        self.unary(&request, "BatchTagParagraphs").await?;
        let tagged = |request: v1::TagParagraphRequest| {
            let tag = |theme| v1::Tag { theme, score: 1.0, origin: v1::TagOrigin::Curator as i32 };
            let tags = request.add_themes.into_iter().map(tag).collect();
            v1::Paragraph { name: request.name, tags, ..Default::default() }
        };
        let paragraphs = request.into_inner().requests.into_iter().map(tagged).collect();
        Ok(Response::new(v1::BatchTagParagraphsResponse { paragraphs, revision: "8".to_owned() }))
    }

    type WatchParagraphsStream = Answers<v1::WatchParagraphsResponse>;

    async fn watch_paragraphs(
        &self,
        request: Request<v1::WatchParagraphsRequest>,
    ) -> Result<Response<Self::WatchParagraphsStream>, Status> {
        self.admit(&request)?;
        let request = request.into_inner();
        let (broken, changes, is_first) = self.script(|script| {
            script.watches.push(request.clone());
            let broken = (!script.breaks.is_empty()).then(|| script.breaks.remove(0));
            let is_first = script.watches.len() == 1;
            let changed = script.changed.clone().filter(|_| !is_first);
            (broken, changed.unwrap_or_else(|| script.changes.clone()), is_first)
        });
        let start: usize =
            if request.start_revision.is_empty() { 7 } else { request.start_revision.parse().unwrap() };
        let mut responses =
            vec![Ok(v1::WatchParagraphsResponse { changes: Vec::new(), revision: start.to_string() })];
        for (revision, parts) in (8..).zip(&changes).filter(|(revision, _)| *revision > start) {
            if parts.is_empty() && !is_first {
                let (changes, revision) = (Vec::new(), revision.to_string());
                responses.push(Ok(v1::WatchParagraphsResponse { changes, revision }));
            }
            for (at, part) in parts.iter().enumerate() {
                let put = |name: &String| v1::ParagraphChange {
                    name: name.clone(),
                    change: Some(v1::paragraph_change::Change::Put(v1::Paragraph {
                        name: name.clone(),
                        ..Default::default()
                    })),
                };
                let last = at + 1 == parts.len();
                let revision = if last { revision.to_string() } else { String::new() };
                let changes = part.iter().map(put).collect();
                responses.push(Ok(v1::WatchParagraphsResponse { changes, revision }));
            }
        }
        let answers = match broken {
            Some((responses_before, how)) => {
                responses.truncate(responses_before);
                stream::iter(responses).chain(self.broken(how)).boxed()
            }
            None => stream::iter(responses).chain(stream::pending()).boxed(),
        };
        Ok(Response::new(answers))
    }

    type StreamParagraphsStream = Answers<v1::StreamParagraphsResponse>;

    async fn stream_paragraphs(
        &self,
        request: Request<v1::StreamParagraphsRequest>,
    ) -> Result<Response<Self::StreamParagraphsStream>, Status> {
        self.admit(&request)?;
        let peer = request.remote_addr();
        let request = request.into_inner();
        let (broken, revision) = self.script(|script| {
            script.peers.extend(peer);
            script.streams.push(request.clone());
            let broken = (!script.breaks.is_empty()).then(|| script.breaks.remove(0));
            (broken, script.revision.clone().unwrap_or_else(|| "7".to_owned()))
        });
        let start: usize = match request.cursor.strip_prefix("after ") {
            Some(number) => number.parse().unwrap(),
            None if request.cursor.is_empty() => 0,
            None => return Err(status(tonic::Code::InvalidArgument, "CURSOR_INVALID", &[])),
        };
        let size = request.batch_size.max(1) as usize;
        let mut at = start;
        let mut responses = Vec::new();
        for batch in self.paragraphs[start..].chunks(size) {
            at += batch.len();
            responses.push(Ok(v1::StreamParagraphsResponse {
                paragraphs: batch.to_vec(),
                cursor: format!("after {at}"),
                revision: revision.clone(),
            }));
        }
        let end =
            v1::StreamParagraphsResponse { paragraphs: Vec::new(), cursor: format!("after {at}"), revision };
        responses.push(Ok(end));
        let Some((responses_before, how)) = broken else {
            return Ok(Response::new(stream::iter(responses).boxed()));
        };
        responses.truncate(responses_before);
        Ok(Response::new(stream::iter(responses).chain(self.broken(how)).boxed()))
    }
}

fn document(name: &str) -> v1::Document {
    v1::Document { name: name.to_owned(), paragraph_count: 3, ..Default::default() }
}

#[tonic::async_trait]
impl DocumentService for Fake {
    async fn create_document(
        &self,
        request: Request<v1::CreateDocumentRequest>,
    ) -> Result<Response<v1::CreateDocumentResponse>, Status> {
        self.unary(&request, "CreateDocument").await?;
        let document = Some(document(&format!("documents/{}", request.into_inner().document_id)));
        Ok(Response::new(v1::CreateDocumentResponse { document, revision: "8".to_owned() }))
    }

    async fn get_document(
        &self,
        request: Request<v1::GetDocumentRequest>,
    ) -> Result<Response<v1::GetDocumentResponse>, Status> {
        self.unary(&request, "GetDocument").await?;
        let document = Some(document(&request.into_inner().name));
        Ok(Response::new(v1::GetDocumentResponse { document, revision: "7".to_owned() }))
    }

    async fn list_documents(
        &self,
        request: Request<v1::ListDocumentsRequest>,
    ) -> Result<Response<v1::ListDocumentsResponse>, Status> {
        self.unary(&request, "ListDocuments").await?;
        Ok(Response::new(v1::ListDocumentsResponse {
            documents: vec![document("documents/d")],
            next_page_token: String::new(),
        }))
    }

    async fn update_document(
        &self,
        request: Request<v1::UpdateDocumentRequest>,
    ) -> Result<Response<v1::UpdateDocumentResponse>, Status> {
        self.unary(&request, "UpdateDocument").await?;
        let document = request.into_inner().document;
        Ok(Response::new(v1::UpdateDocumentResponse { document, revision: "8".to_owned() }))
    }

    type ExportDocumentStream = Answers<v1::ExportDocumentResponse>;

    /// Answers with the media type that was asked for, in two pieces.
    async fn export_document(
        &self,
        request: Request<v1::ExportDocumentRequest>,
    ) -> Result<Response<Self::ExportDocumentStream>, Status> {
        self.unary(&request, "ExportDocument").await?;
        let (first, rest) = request.get_ref().media_type.split_at(3);
        let pieces = [first, rest].map(|piece| Ok(v1::ExportDocumentResponse { chunk: piece.into() }));
        Ok(Response::new(stream::iter(pieces).boxed()))
    }

    type RereadDocumentsStream = Answers<v1::RereadDocumentsResponse>;

    async fn reread_documents(
        &self,
        request: Request<v1::RereadDocumentsRequest>,
    ) -> Result<Response<Self::RereadDocumentsStream>, Status> {
        self.unary(&request, "RereadDocuments").await?;
        let answer = |name: &str, changed| {
            let result = Some(v1::reread_documents_response::Result::Document(document(name)));
            Ok(v1::RereadDocumentsResponse {
                name: name.to_owned(),
                result,
                changed,
                revision: "8".to_owned(),
            })
        };
        let answers = match request.get_ref().name.as_str() {
            "documents/-" => vec![answer("documents/d", true), answer("documents/e", false)],
            name => vec![answer(name, false)],
        };
        Ok(Response::new(stream::iter(answers).boxed()))
    }

    async fn delete_document(
        &self,
        request: Request<v1::DeleteDocumentRequest>,
    ) -> Result<Response<v1::DeleteDocumentResponse>, Status> {
        self.unary(&request, "DeleteDocument").await?;
        Ok(Response::new(v1::DeleteDocumentResponse { revision: "8".to_owned() }))
    }

    async fn list_sections(
        &self,
        request: Request<v1::ListSectionsRequest>,
    ) -> Result<Response<v1::ListSectionsResponse>, Status> {
        self.unary(&request, "ListSections").await?;
        Ok(Response::new(v1::ListSectionsResponse::default()))
    }

    type ImportDocumentsStream = Answers<v1::ImportDocumentsResponse>;

    /// Stores what has text and refuses what has none.
    async fn import_documents(
        &self,
        request: Request<Streaming<v1::ImportDocumentsRequest>>,
    ) -> Result<Response<Self::ImportDocumentsStream>, Status> {
        self.admit(&request)?;
        if self.script(|script| script.delay).is_some() {
            // Reads nothing, for as long as it is asked to wait: the request is kept, so that it is not ended either.
            let waiting = stream::once(async move {
                let _kept = request;
                std::future::pending().await
            });
            return Ok(Response::new(waiting.boxed()));
        }
        let (nth, broken) = self.script(|script| {
            script.imports.push(Vec::new());
            let broken = (!script.breaks.is_empty()).then(|| script.breaks.remove(0));
            (script.imports.len() - 1, broken)
        });
        self.fail()?;
        let import = Importing { fake: self.clone(), ended: false };
        let begun = (request.into_inner(), None::<(String, usize)>, import);
        let answers = stream::unfold(begun, move |(mut steps, mut open, mut import)| async move {
            if import.ended {
                return None;
            }
            loop {
                let step = steps.message().await.ok()?.and_then(|request| request.step);
                import.ended = step.is_none();
                let before = match step {
                    Some(Step::Chunk(chunk)) => {
                        open.as_mut().unwrap().1 += chunk.len();
                        import.fake.script(|script| {
                            script.largest_chunk = script.largest_chunk.max(chunk.len());
                        });
                        continue;
                    }
                    Some(Step::Header(header)) => {
                        let name = header.document.unwrap().name;
                        let id = name.trim_start_matches("documents/").to_owned();
                        import.fake.script(|script| script.imports[nth].push(id));
                        open.replace((name, 0))
                    }
                    None => open.take(),
                };
                match before {
                    Some((name, bytes)) => {
                        return Some((Ok(outcome(name, bytes)), (steps, open, import)));
                    }
                    None if import.ended => return None,
                    None => {}
                }
            }
        });
        let answers = match broken {
            Some((before, how)) => answers.take(before).chain(self.broken(how)).boxed(),
            None => answers.boxed(),
        };
        Ok(Response::new(answers))
    }
}

/// An import under way.
struct Importing {
    fake: Fake,
    /// Whether all of it was sent.
    ended: bool,
}

impl Drop for Importing {
    fn drop(&mut self) {
        if !self.ended {
            self.fake.script(|script| script.abandoned_imports += 1);
        }
    }
}

fn outcome(name: String, bytes: usize) -> v1::ImportDocumentsResponse {
    let source = Some(v1::Source { size_bytes: bytes as i64, ..Default::default() });
    let result = match bytes {
        0 => Became::Refusal(v1::ImportRefusal {
            reason: "CONTENT_EMPTY".to_owned(),
            message: "the text is empty".to_owned(),
        }),
        _ => Became::Document(v1::Document { source, ..document(&name) }),
    };
    v1::ImportDocumentsResponse { name, result: Some(result), revision: "8".to_owned() }
}

#[tonic::async_trait]
impl ThemeService for Fake {
    async fn get_theme(
        &self,
        request: Request<v1::GetThemeRequest>,
    ) -> Result<Response<v1::GetThemeResponse>, Status> {
        self.unary(&request, "GetTheme").await?;
        let theme = Some(v1::Theme { name: request.into_inner().name, ..Default::default() });
        Ok(Response::new(v1::GetThemeResponse { theme }))
    }

    async fn list_themes(
        &self,
        request: Request<v1::ListThemesRequest>,
    ) -> Result<Response<v1::ListThemesResponse>, Status> {
        self.unary(&request, "ListThemes").await?;
        let themes = vec![v1::Theme { name: "themes/terrorism".to_owned(), ..Default::default() }];
        Ok(Response::new(v1::ListThemesResponse { themes, next_page_token: String::new() }))
    }

    async fn create_theme(
        &self,
        request: Request<v1::CreateThemeRequest>,
    ) -> Result<Response<v1::CreateThemeResponse>, Status> {
        self.unary(&request, "CreateTheme").await?;
        let v1::CreateThemeRequest { theme_id, theme } = request.into_inner();
        let theme = theme.map(|theme| v1::Theme { name: format!("themes/{theme_id}"), ..theme });
        Ok(Response::new(v1::CreateThemeResponse { theme, revision: "8".to_owned() }))
    }

    async fn update_theme(
        &self,
        request: Request<v1::UpdateThemeRequest>,
    ) -> Result<Response<v1::UpdateThemeResponse>, Status> {
        self.unary(&request, "UpdateTheme").await?;
        let theme = request.into_inner().theme;
        Ok(Response::new(v1::UpdateThemeResponse { theme, revision: "8".to_owned() }))
    }

    async fn delete_theme(
        &self,
        request: Request<v1::DeleteThemeRequest>,
    ) -> Result<Response<v1::DeleteThemeResponse>, Status> {
        self.unary(&request, "DeleteTheme").await?;
        Ok(Response::new(v1::DeleteThemeResponse { revision: "8".to_owned() }))
    }

    type ImportSchemeStream =
        Pin<Box<dyn Stream<Item = Result<v1::ImportSchemeResponse, Status>> + Send + 'static>>;

    async fn import_scheme(
        &self,
        _: Request<Streaming<v1::ImportSchemeRequest>>,
    ) -> Result<Response<Self::ImportSchemeStream>, Status> {
        let answer = v1::ImportSchemeResponse { theme_count: 1, done: true, ..Default::default() };
        Ok(Response::new(Box::pin(futures_util::stream::iter([Ok(answer)]))))
    }

    async fn delete_scheme(
        &self,
        request: Request<v1::DeleteSchemeRequest>,
    ) -> Result<Response<v1::DeleteSchemeResponse>, Status> {
        self.unary(&request, "DeleteScheme").await?;
        Ok(Response::new(v1::DeleteSchemeResponse { revision: "8".to_owned() }))
    }
}
