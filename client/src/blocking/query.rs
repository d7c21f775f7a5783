//! What is asked, as builders.

use std::sync::Arc;

use super::driver::Driver;
use super::iter::Iter;
use super::wrap::wrap;
use crate::error::Error;
use crate::event::StreamEvent;
use crate::listing::Listing;
use crate::message::{Count, Document, DocumentKind, Paragraph, ParagraphKind, SearchHit};
use crate::name::{Cursor, DocumentName, ParagraphName, Revision, SectionName, ThemeReference};
use crate::stream::ParagraphStream;
#[cfg(feature = "views")]
use crate::stream::ParagraphViews;
use crate::tagging::Tagged;
use crate::watch::ParagraphWatch;

/// Says which paragraphs to stream, to search, to list or to count; all when nothing is said. Made by
/// [`Client::paragraphs`](super::Client::paragraphs).
#[derive(Debug)]
#[must_use = "a query asks for nothing until it is streamed, searched, listed or counted"]
pub struct ParagraphQuery {
    inner: crate::ParagraphQuery,
    driver: Arc<Driver>,
}

wrap! { ParagraphQuery {
    step theme(theme: impl Into<ThemeReference>);
    step all_themes [T: Into<ThemeReference>] (themes: impl IntoIterator<Item = T>);
    step without_theme(theme: impl Into<ThemeReference>);
    step exact();
    step min_score(score: f32);
    step document [N: TryInto<DocumentName>] (document: N) [Error: From<N::Error>];
    step language(code: impl Into<String>);
    step kind(kind: ParagraphKind);
    step document_kind(kind: DocumentKind);
    step section [N: TryInto<SectionName>] (section: N) [Error: From<N::Error>];
    step work(work: impl Into<String>);
    step adopted(from: impl Into<String>, to: impl Into<String>);
    step matching(words: impl Into<String>);
    step batch_size(paragraphs: usize);
    step resume_from(cursor: Cursor);
    step include_structural();
    step on_event(listener: impl Fn(StreamEvent) + Send + Sync + 'static);

    iter stream() -> ParagraphStream;
    #[cfg(feature = "views")]
    iter views() -> ParagraphViews;
    iter watch() -> ParagraphWatch;
    iter watch_from(revision: Revision) -> ParagraphWatch;
    iter watch_from_snapshot() -> ParagraphWatch;
    iter search(words: impl Into<String>) -> Listing<SearchHit>;
    iter list() -> Listing<Paragraph>;
    wait count() -> Count;
} }

/// Says which documents to list; all when nothing is said. Made by [`Client::documents`](super::Client::documents).
#[derive(Debug, Clone)]
#[must_use = "a query asks for nothing until it is listed"]
pub struct DocumentQuery {
    inner: crate::DocumentQuery,
    driver: Arc<Driver>,
}

wrap! { DocumentQuery {
    step kind(kind: DocumentKind);
    step language(code: impl Into<String>);
    step page_size(documents: usize);
    iter list() -> Listing<Document>;
} }

/// What a curator says of paragraphs. Made by [`Client::tag_paragraphs`](super::Client::tag_paragraphs).
#[derive(Debug)]
#[must_use = "nothing is said until it is sent"]
pub struct Tagging {
    inner: crate::Tagging,
    driver: Arc<Driver>,
}

wrap! { Tagging {
    step add [N: TryInto<ParagraphName>] (paragraph: N, theme: impl Into<ThemeReference>) [Error: From<N::Error>];
    step remove [N: TryInto<ParagraphName>] (paragraph: N, theme: impl Into<ThemeReference>) [Error: From<N::Error>];
    step reset [N: TryInto<ParagraphName>] (paragraph: N, theme: impl Into<ThemeReference>) [Error: From<N::Error>];
    wait send() -> Tagged;
} }
