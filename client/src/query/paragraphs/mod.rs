//! Which paragraphs.

mod asking;

use std::sync::Arc;

use alinea_proto::v1;

use crate::connection::Connection;
use crate::error::Error;
use crate::event::{Listener, StreamEvent};
use crate::message::{DocumentKind, ParagraphKind};
use crate::name::{Cursor, DocumentName, SectionName, ThemeReference};

/// Says which paragraphs to stream, to search, to list or to count; all when nothing is said. Made by
/// [`Client::paragraphs`](crate::Client::paragraphs).
///
/// What is said twice widens (`.language("fr").language("en")` is either); what is said of different things narrows
/// (`.language("fr").kind(ParagraphKind::Recital)` is both).
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let query = alinea.paragraphs().theme("terrorism").without_theme("drug-trafficking").language("fr");
/// println!("{} paragraphs", query.count().await?.total);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a query asks for nothing until it is streamed, searched, listed or counted"]
pub struct ParagraphQuery {
    connection: Arc<Connection>,
    filter: v1::ParagraphFilter,
    cursor: String,
    batch_size: usize,
    include_structural: bool,
    words: String,
    listener: Listener,
    /// The first name that was none: told when the query is used, so that its steps need no question mark.
    refused: Option<Error>,
}

impl ParagraphQuery {
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        Self {
            connection,
            filter: v1::ParagraphFilter::default(),
            cursor: String::new(),
            batch_size: 0,
            include_structural: false,
            words: String::new(),
            listener: Listener::default(),
            refused: None,
        }
    }

    fn themes(&mut self) -> &mut v1::ThemeFilter {
        self.filter.themes.get_or_insert_default()
    }

    /// Paragraphs about this theme, or about another that was said: by id, resource name or IRI. The themes below it
    /// count too.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().theme("terrorism").theme("http://metadata.un.org/thesaurus/1000544").stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn theme(mut self, theme: impl Into<ThemeReference>) -> Self {
        self.themes().any_of.push(theme.into().as_str().to_owned());
        self
    }

    /// Paragraphs about every one of these themes.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().all_themes(["terrorism", "border-security"]).stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn all_themes<T: Into<ThemeReference>>(mut self, themes: impl IntoIterator<Item = T>) -> Self {
        let themes = themes.into_iter().map(|theme| theme.into().as_str().to_owned());
        self.themes().all_of.extend(themes);
        self
    }

    /// Paragraphs that are not about this theme.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().theme("energy").without_theme("terrorism").stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn without_theme(mut self, theme: impl Into<ThemeReference>) -> Self {
        self.themes().none_of.push(theme.into().as_str().to_owned());
        self
    }

    /// Lets a theme stand for itself alone, without the narrower ones below it.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().theme("peace-security").exact().stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn exact(mut self) -> Self {
        self.themes().exact = true;
        self
    }

    /// The least score of a tag that counts: 0.5 unless said otherwise.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().theme("energy").min_score(0.8).stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn min_score(mut self, score: f32) -> Self {
        self.themes().min_score = Some(score);
        self
    }

    /// Paragraphs of this document, or of another that was said.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().document("cica-almaty-2006-fr").stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn document<N>(mut self, document: N) -> Self
    where
        N: TryInto<DocumentName>,
        Error: From<N::Error>,
    {
        match document.try_into() {
            Ok(name) => self.filter.documents.push(name.into()),
            Err(error) => self.refuse(error.into()),
        }
        self
    }

    /// Paragraphs in this language, a BCP 47 code, or in another that was said. `fr` includes `fr-CA`.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().language("fr").language("en").stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn language(mut self, code: impl Into<String>) -> Self {
        self.filter.language_codes.push(code.into());
        self
    }

    /// Paragraphs of this kind, or of another that was said.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().kind(alinea_client::ParagraphKind::Recital).stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn kind(mut self, kind: ParagraphKind) -> Self {
        self.filter.kinds.push(kind.number());
        self
    }

    /// Paragraphs of documents of this kind, or of another that was said.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().document_kind(alinea_client::DocumentKind::Declaration).stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn document_kind(mut self, kind: DocumentKind) -> Self {
        self.filter.document_kinds.push(kind.number());
        self
    }

    /// Paragraphs in this section, at any depth, or in another that was said.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().section("cica-almaty-2006-fr/att_1__sec_I").stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn section<N>(mut self, section: N) -> Self
    where
        N: TryInto<SectionName>,
        Error: From<N::Error>,
    {
        match section.try_into() {
            Ok(name) => self.filter.sections.push(name.into()),
            Err(error) => self.refuse(error.into()),
        }
        self
    }

    /// Paragraphs of this work in any language, or of another that was said.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().work("cica-almaty-2006").stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn work(mut self, work: impl Into<String>) -> Self {
        self.filter.works.push(work.into());
        self
    }

    /// Paragraphs of documents adopted on a day from `from` up to and without `to`, both `YYYY-MM-DD`. An empty text
    /// leaves that side open.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().adopted("2006-01-01", "2007-01-01").stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn adopted(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.filter.adoption_dates = Some(v1::DateRange { start_date: from.into(), end_date: to.into() });
        self
    }

    /// Paragraphs that have these words, in any form that their language gives them, for a [`stream`](Self::stream) in the
    /// order of position. All words must occur; `"small arms"` in quotes stand together, `-word` is left out. Said again, it
    /// replaces what was said.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().theme("terrorism").matching("\"armes légères\" -commerce").stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn matching(mut self, words: impl Into<String>) -> Self {
        self.words = words.into();
        self
    }

    /// How many paragraphs the server sends at once at most: it chooses unless said otherwise.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().batch_size(100).stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn batch_size(mut self, paragraphs: usize) -> Self {
        self.batch_size = paragraphs;
        self
    }

    /// Begins after the paragraphs that were read when a stream of the same filter and words gave this cursor.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use alinea_client::Cursor;
    ///
    /// let cursor = Cursor::new(std::fs::read_to_string("feed.cursor")?);
    /// let mut rest = alinea.paragraphs().theme("terrorism").resume_from(cursor).stream();
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume_from(mut self, cursor: Cursor) -> Self {
        self.cursor = cursor.as_str().to_owned();
        self
    }

    /// Counts themes too that only say what a block is for, such as `formalities`. It changes nothing but counts.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// println!("{:?}", alinea.paragraphs().include_structural().count().await?.themes);
    /// # Ok(())
    /// # }
    /// ```
    pub fn include_structural(mut self) -> Self {
        self.include_structural = true;
        self
    }

    /// Tells what happens to the connections of a stream or a watch, which goes on by itself in any case: see [`StreamEvent`] for
    /// an example. It is called while the stream is read, so it should not take long. Said again, it replaces what was said.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let query = alinea.paragraphs().theme("energy").on_event(|event| eprintln!("{event:?}"));
    /// let mut watch = query.watch();
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_event(mut self, listener: impl Fn(StreamEvent) + Send + Sync + 'static) -> Self {
        self.listener = Listener::new(listener);
        self
    }

    fn refuse(&mut self, error: Error) {
        self.refused.get_or_insert(error);
    }
}
