//! Streams paragraphs of official documents, by theme, from an alinea server.
//!
//! ```no_run
//! # async fn example() -> Result<(), alinea_client::Error> {
//! let client = alinea_client::Client::connect("http://127.0.0.1:50051").await?;
//! let mut paragraphs = client.paragraphs().theme("terrorism").stream();
//! while let Some(paragraph) = paragraphs.try_next().await? {
//!     println!("{}: {}", paragraph.name, paragraph.text);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A [`Client`] is cheap to clone and made for many tasks at once. It is for tokio: it has to be made and used inside a
//! tokio runtime. The module `blocking`, with the feature of that name, has one for programs without a runtime.
//!
//! - A stream is one snapshot, and survives its connection: it resumes where it stood, with no paragraph lost and none
//!   twice. [`ParagraphStream::cursor`] and [`ParagraphStream::try_next_batch`] let it survive the program too.
//!   [`ParagraphQuery::on_event`] tells what happens to its connections.
//! - Calls with one answer have a deadline of 10 s, and those that only read are made again when they fail in passing. An
//!   [`Import`] sends again what has no outcome yet.
//!   [`Client::builder`] says otherwise.
//! - Several servers of one store share the work, and one that is dead fails no call: [`ClientBuilder::endpoint`].
//! - Every failure is an [`Error`], whose [`kind`](Error::kind), [`reason`](Error::reason) and [`phase`](Error::phase) are for
//!   programs.
//! - With the feature `views`, which is on by default, a stream can be read without copying what came:
//!   [`ParagraphQuery::views`].
//! - A server that asks who calls is shown a [token](ClientBuilder::token), which may be [got anew](ClientBuilder::token_provider) by and by; `https://` URLs need the feature `tls-ring` or
//!   `tls-aws-lc`.
//! - With the features `gzip` and `zstd` what is moved can be compressed, for far links.
//! - Tests have a way to any server that fails on demand, with the feature `test-server`, and a real server in the process
//!   from the crate `alinea-server`: the module `testing` of each.
//! - Each attempt of a call has a span of `tracing`, with the names that OpenTelemetry has for gRPC. With the
//!   feature `otel` calls say which trace they belong to, by `traceparent`: that of the current context of the crate
//!   `opentelemetry` 0.33, which `tracing-opentelemetry` 0.34 makes of spans.
//! - With the feature `metrics` counters are told to the recorder that the program has installed for the crate `metrics` 0.24:
//!   `alinea_client_calls_total` by `method` and `code`, each attempt when it ends; `alinea_client_retries_total` and
//!   `alinea_client_resumes_total` by `method`, of calls that were made again, and of streams and imports that went on where they stood;
//!   `alinea_client_connections_total` by `endpoint`, and `alinea_client_connection_failures_total` by the `phase` that they came
//!   to.
//! - With the feature `serde`, which is on by default, every message serialises as the proto3 JSON mapping has it.
//!
//! The [guide](docs) says how to stream, to connect, to mirror, to import, to test, to observe, and what to do about errors.

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod agreement;
mod answers;
mod backup;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod call;
mod client;
mod connection;
mod counting;
#[cfg(doc)]
pub mod docs;
mod error;
mod event;
mod export;
mod health;
mod import;
mod listing;
mod message;
mod name;
mod query;
mod reread;
mod schemes;
mod stream;
mod tagging;
#[cfg(feature = "test-server")]
pub mod testing;
mod update;
mod upload;
mod watch;
mod wire;

pub use answers::Answers;
pub use backup::BackupPiece;
pub use builder::ClientBuilder;
pub use client::Client;
pub use connection::{Token, TokenProvider};
pub use error::{Error, ErrorKind, Phase};
pub use event::StreamEvent;
pub use export::{Export, ExportFormat};
pub use import::{Files, Import, Outcome};
pub use listing::Listing;
pub use message::{
    Change, Count, Document, DocumentKind, Evidence, Explanation, Finding, FootnoteReference, Label, Match,
    Paragraph, ParagraphKind, ReadingReport, SearchHit, Section, SectionKind, Source, Span, Tag,
    TagExplanation, TagOrigin, Theme, ThemeCount,
};
#[cfg(feature = "views")]
pub use message::{FootnoteView, ParagraphView, TagView, ViewBatch};
pub use name::{Cursor, DocumentName, ParagraphName, Revision, SectionName, ThemeName, ThemeReference};
pub use query::{DocumentQuery, ParagraphQuery};
pub use reread::Rereading;
pub use schemes::{SchemeImport, ThemeDraft};
#[cfg(feature = "views")]
pub use stream::ParagraphViews;
pub use stream::{Batch, ParagraphStream};
pub use tagging::{Tagged, Tagging};
pub use update::Update;
pub use upload::Upload;
pub use watch::ParagraphWatch;
#[cfg(any(feature = "gzip", feature = "zstd"))]
pub use wire::Compression;

/// The programs of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
