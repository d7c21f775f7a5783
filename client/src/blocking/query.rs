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
///
/// ```no_run
/// # fn example(alinea: alinea_client::blocking::Client) -> Result<(), alinea_client::Error> {
/// let query = alinea.paragraphs().theme("terrorism").language("fr");
/// println!("{} paragraphs", query.count()?.total);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a query asks for nothing until it is streamed, searched, listed or counted"]
pub struct ParagraphQuery {
    inner: crate::ParagraphQuery,
    driver: Arc<Driver>,
}

wrap! { ParagraphQuery {
    step theme(theme: impl Into<ThemeReference>)
        => r#"let stream = alinea.paragraphs().theme("terrorism").stream();"#;
    step all_themes [T: Into<ThemeReference>] (themes: impl IntoIterator<Item = T>)
        => r#"let stream = alinea.paragraphs().all_themes(["terrorism", "border-security"]).stream();"#;
    step without_theme(theme: impl Into<ThemeReference>)
        => r#"let stream = alinea.paragraphs().without_theme("terrorism").stream();"#;
    step exact()
        => r#"let stream = alinea.paragraphs().theme("peace-security").exact().stream();"#;
    step min_score(score: f32)
        => r#"let stream = alinea.paragraphs().theme("energy").min_score(0.8).stream();"#;
    step document [N: TryInto<DocumentName>] (document: N) [Error: From<N::Error>]
        => r#"let stream = alinea.paragraphs().document("treaty").stream();"#;
    step language(code: impl Into<String>)
        => r#"let stream = alinea.paragraphs().language("fr").stream();"#;
    step kind(kind: ParagraphKind)
        => r#"let stream = alinea.paragraphs().kind(ParagraphKind::Recital).stream();"#;
    step document_kind(kind: DocumentKind)
        => r#"let stream = alinea.paragraphs().document_kind(DocumentKind::Treaty).stream();"#;
    step section [N: TryInto<SectionName>] (section: N) [Error: From<N::Error>]
        => r#"let stream = alinea.paragraphs().section("treaty/sec_I").stream();"#;
    step work(work: impl Into<String>)
        => r#"let stream = alinea.paragraphs().work("treaty-2006").stream();"#;
    step adopted(from: impl Into<String>, to: impl Into<String>)
        => r#"let stream = alinea.paragraphs().adopted("2006-01-01", "2007-01-01").stream();"#;
    step matching(words: impl Into<String>)
        => r#"let stream = alinea.paragraphs().matching("armes légères").stream();"#;
    step batch_size(paragraphs: usize)
        => r#"let stream = alinea.paragraphs().batch_size(100).stream();"#;
    step resume_from(cursor: Cursor)
        => r#"let stream = alinea.paragraphs().resume_from(alinea_client::Cursor::new("a cursor that was kept")).stream();"#;
    step include_structural()
        => r#"println!("{:?}", alinea.paragraphs().include_structural().count()?.themes);"#;
    step on_event(listener: impl Fn(StreamEvent) + Send + Sync + 'static)
        => r#"let stream = alinea.paragraphs().on_event(|event| eprintln!("{event:?}")).stream();"#;

    iter stream() -> ParagraphStream
        => r#"for paragraph in alinea.paragraphs().theme("terrorism").stream() {
    println!("{}", paragraph?.text);
}"#;
    #[cfg(feature = "views")]
    iter views() -> ParagraphViews
        => r#"for batch in alinea.paragraphs().views() {
    batch?.paragraphs().for_each(|paragraph| println!("{}", paragraph.text()));
}"#;
    iter watch() -> ParagraphWatch
        => r#"for change in alinea.paragraphs().theme("energy").watch() {
    println!("{:?}", change?);
}"#;
    iter watch_from(revision: Revision) -> ParagraphWatch
        => r#"let kept = alinea_client::Revision::new("7");
for change in alinea.paragraphs().watch_from(kept) {
    println!("{:?}", change?);
}"#;
    iter watch_from_snapshot() -> ParagraphWatch
        => r#"for change in alinea.paragraphs().theme("energy").watch_from_snapshot() {
    println!("{:?}", change?);
}"#;
    iter search(words: impl Into<String>) -> Listing<SearchHit>
        => r#"for hit in alinea.paragraphs().search("armes légères") {
    println!("{}", hit?.paragraph.text);
}"#;
    iter list() -> Listing<Paragraph>
        => r#"let recitals = alinea.paragraphs().kind(ParagraphKind::Recital).list().collect::<Result<Vec<_>, _>>()?;"#;
    wait count() -> Count
        => r#"println!("{} paragraphs", alinea.paragraphs().theme("energy").count()?.total);"#;
} }

/// Says which documents to list; all when nothing is said. Made by [`Client::documents`](super::Client::documents).
///
/// ```no_run
/// # fn example(alinea: alinea_client::blocking::Client) -> Result<(), alinea_client::Error> {
/// for document in alinea.documents().language("fr").list() {
///     println!("{}", document?.title);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a query asks for nothing until it is listed"]
pub struct DocumentQuery {
    inner: crate::DocumentQuery,
    driver: Arc<Driver>,
}

wrap! { DocumentQuery {
    step kind(kind: DocumentKind)
        => r#"let treaties = alinea.documents().kind(DocumentKind::Treaty).list();"#;
    step language(code: impl Into<String>)
        => r#"let documents = alinea.documents().language("fr").list();"#;
    step page_size(documents: usize)
        => r#"let documents = alinea.documents().page_size(1000).list();"#;
    iter list() -> Listing<Document>
        => r#"for document in alinea.documents().list() {
    println!("{}", document?.title);
}"#;
} }

/// What a curator says of paragraphs. Made by [`Client::tag_paragraphs`](super::Client::tag_paragraphs).
///
/// ```no_run
/// # fn example(alinea: alinea_client::blocking::Client) -> Result<(), alinea_client::Error> {
/// let tagging = alinea.tag_paragraphs().add("cica-almaty-2006-fr/para_4", "border-security");
/// println!("{} has it", tagging.send()?.revision);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing is said until it is sent"]
pub struct Tagging {
    inner: crate::Tagging,
    driver: Arc<Driver>,
}

wrap! { Tagging {
    step add [N: TryInto<ParagraphName>] (paragraph: N, theme: impl Into<ThemeReference>) [Error: From<N::Error>]
        => r#"alinea.tag_paragraphs().add("treaty/para_4", "border-security").send()?;"#;
    step remove [N: TryInto<ParagraphName>] (paragraph: N, theme: impl Into<ThemeReference>) [Error: From<N::Error>]
        => r#"alinea.tag_paragraphs().remove("treaty/para_4", "border-security").send()?;"#;
    step reset [N: TryInto<ParagraphName>] (paragraph: N, theme: impl Into<ThemeReference>) [Error: From<N::Error>]
        => r#"alinea.tag_paragraphs().reset("treaty/para_4", "border-security").send()?;"#;
    wait send() -> Tagged
        => r#"let tagged = alinea.tag_paragraphs().add("treaty/para_4", "border-security").send()?;"#;
} }
