//! Paragraphs as they lie in the bytes of a response, without a copy of them.

use std::fmt;

use bytes::Bytes;
use self_cell::self_cell;

use super::{FootnoteReference, Paragraph, ParagraphKind, Span, Tag, TagOrigin, count};
use crate::error::Error;
use crate::name::{Cursor, ParagraphName, Revision, SectionName, ThemeName};
use crate::wire::{self, FootnoteFields, ParagraphFields, Parts, SpanFields, TagFields};

/// About how many bytes a paragraph has on the wire: it says how much room to make for those of a response.
const USUAL_BYTES: usize = 512;

/// Paragraphs that came together, as they lie in the bytes that came, and the cursor that resumes after them.
///
/// All was checked when it came in: every text is UTF-8, every name is one. A batch keeps about as many bytes as its
/// paragraphs have; what is to live longer is better [owned](ParagraphView::to_owned).
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let mut views = alinea.paragraphs().views();
/// while let Some(batch) = views.try_next().await? {
///     println!("{} paragraphs up to {}", batch.len(), batch.cursor());
/// }
/// # Ok(())
/// # }
/// ```
pub struct ViewBatch {
    read: Cell,
    cursor: Cursor,
    revision: Revision,
}

self_cell!(
    struct Cell {
        owner: Bytes,
        #[covariant]
        dependent: Read,
    }
);

/// What was read of a response.
struct Read<'a> {
    paragraphs: Vec<Slot<'a>>,
    headings: Vec<&'a str>,
    tags: Vec<TagView<'a>>,
    footnotes: Vec<FootnoteView<'a>>,
    source_spans: Vec<Span>,
}

/// A paragraph of a response, and where what it has several of ends among that of all.
struct Slot<'a> {
    fields: ParagraphFields<'a>,
    ends: Ends,
}

#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    headings: usize,
    tags: usize,
    footnotes: usize,
    source_spans: usize,
}

impl ViewBatch {
    /// Reads a `StreamParagraphsResponse`.
    pub(crate) fn read(message: Bytes) -> Result<Self, Error> {
        let (mut cursor, mut revision) = (String::new(), String::new());
        let read = Cell::try_new(message, |message| {
            let mut read = Read::with_room(message.len() / USUAL_BYTES);
            let envelope = wire::response(message, |bytes| read.paragraph(bytes))?;
            (cursor, revision) = (envelope.cursor.to_owned(), envelope.revision.to_owned());
            Ok::<_, Error>(read)
        })?;
        Ok(Self { read, cursor: Cursor::new(cursor), revision: Revision::new(revision) })
    }

    /// The paragraphs, at least one, in the order of position.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{}", paragraph.text()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn paragraphs(&self) -> impl ExactSizeIterator<Item = ParagraphView<'_>> + DoubleEndedIterator {
        let read = self.read.borrow_dependent();
        (0..read.paragraphs.len()).map(move |at| ParagraphView { read, slot: &read.paragraphs[at], at })
    }

    /// How many paragraphs there are.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     println!("{:?}", batch.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn len(&self) -> usize {
        self.read.borrow_dependent().paragraphs.len()
    }

    /// Whether there is none, which no stream gives.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     println!("{:?}", batch.is_empty());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Resumes a stream of the same filter after these paragraphs.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     println!("{:?}", batch.cursor());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// The revision of the whole stream.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     println!("{:?}", batch.revision());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn revision(&self) -> &Revision {
        &self.revision
    }
}

impl fmt::Debug for ViewBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ViewBatch")
            .field("paragraphs", &self.len())
            .field("cursor", &self.cursor)
            .field("revision", &self.revision)
            .finish()
    }
}

impl<'a> Read<'a> {
    /// With room for about so many paragraphs.
    fn with_room(paragraphs: usize) -> Self {
        Self {
            paragraphs: Vec::with_capacity(paragraphs),
            headings: Vec::with_capacity(paragraphs),
            tags: Vec::with_capacity(2 * paragraphs),
            footnotes: Vec::new(),
            source_spans: Vec::with_capacity(paragraphs),
        }
    }

    #[inline]
    fn paragraph(&mut self, bytes: &'a [u8]) -> Result<(), Error> {
        let fields = wire::paragraph(bytes, 1, self)?;
        let is_good = ParagraphName::is_one(fields.name)
            && (fields.section.is_empty() || SectionName::is_one(fields.section))
            && (fields.owner.is_empty() || ParagraphName::is_one(fields.owner));
        if !is_good {
            return Err(bad_name(&[fields.name, fields.section, fields.owner]));
        }
        count::<_, u32>(fields.ordinal)?;
        let ends = Ends {
            headings: self.headings.len(),
            tags: self.tags.len(),
            footnotes: self.footnotes.len(),
            source_spans: self.source_spans.len(),
        };
        self.paragraphs.push(Slot { fields, ends });
        Ok(())
    }
}

impl<'a> Parts<'a> for Read<'a> {
    fn heading(&mut self, heading: &'a str) {
        self.headings.push(heading);
    }

    fn tag(&mut self, tag: TagFields<'a>) -> Result<(), Error> {
        if !ThemeName::is_one(tag.theme) {
            return Err(bad_name(&[tag.theme]));
        }
        self.tags.push(TagView(tag));
        Ok(())
    }

    fn footnote(&mut self, footnote: FootnoteFields<'a>) -> Result<(), Error> {
        if !ParagraphName::is_one(footnote.footnote) {
            return Err(bad_name(&[footnote.footnote]));
        }
        let offset = count(footnote.offset)?;
        self.footnotes.push(FootnoteView { footnote: footnote.footnote, offset });
        Ok(())
    }

    fn span(&mut self, span: SpanFields) -> Result<(), Error> {
        self.source_spans.push(Span { start: count(span.start)?, end: count(span.end)? });
        Ok(())
    }
}

#[cold]
fn bad_name(names: &[&str]) -> Error {
    Error::protocol(format!("the server sent a bad name among '{}'", names.join("', '")))
}

/// A paragraph of a [`ViewBatch`]. What each field means is said at [`Paragraph`].
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let mut views = alinea.paragraphs().views();
/// while let Some(batch) = views.try_next().await? {
///     for paragraph in batch.paragraphs() {
///         println!("{}. {}", paragraph.number(), paragraph.text());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct ParagraphView<'a> {
    read: &'a Read<'a>,
    slot: &'a Slot<'a>,
    at: usize,
}

impl<'a> ParagraphView<'a> {
    /// The resource name.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.name()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(&self) -> &'a str {
        self.slot.fields.name
    }

    /// The place among the paragraphs of all documents.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.position()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn position(&self) -> u64 {
        self.slot.fields.position
    }

    /// What sort of paragraph it is.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.kind()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn kind(&self) -> ParagraphKind {
        ParagraphKind::from_number(self.slot.fields.kind)
    }

    /// The number printed before it; empty when there is none.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.number()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn number(&self) -> &'a str {
        self.slot.fields.number
    }

    /// The words, without the number.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.text()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn text(&self) -> &'a str {
        self.slot.fields.text
    }

    /// The language of the words, as a BCP 47 code.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.language_code()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn language_code(&self) -> &'a str {
        self.slot.fields.language_code
    }

    /// The resource name of the section it is in; none when it stands outside all.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.section()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn section(&self) -> Option<&'a str> {
        some(self.slot.fields.section)
    }

    /// The headings above it, the outermost first.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.headings()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn headings(&self) -> &'a [&'a str] {
        self.part(&self.read.headings, |ends| ends.headings)
    }

    /// The resource name of the numbered paragraph that it continues, or that it is a point of; none when there is none.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.owner()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn owner(&self) -> Option<&'a str> {
        some(self.slot.fields.owner)
    }

    /// The place among all paragraphs of the document, from 0.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.ordinal()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn ordinal(&self) -> u32 {
        // It was checked to be none below zero.
        self.slot.fields.ordinal.unsigned_abs()
    }

    /// The themes it is tagged with, the surest first.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.tags()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn tags(&self) -> &'a [TagView<'a>] {
        self.part(&self.read.tags, |ends| ends.tags)
    }

    /// The footnotes it refers to.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.footnotes()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn footnotes(&self) -> &'a [FootnoteView<'a>] {
        self.part(&self.read.footnotes, |ends| ends.footnotes)
    }

    /// Where it stands in the source.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.source_spans()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn source_spans(&self) -> &'a [Span] {
        self.part(&self.read.source_spans, |ends| ends.source_spans)
    }

    /// The paragraph as a value of its own.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{:?}", paragraph.to_owned()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[allow(
        clippy::wrong_self_convention,
        reason = "that of the trait, which gives a view, would hide one by value"
    )]
    pub fn to_owned(&self) -> Paragraph {
        let fields = &self.slot.fields;
        Paragraph {
            name: ParagraphName::known(fields.name),
            position: fields.position,
            kind: self.kind(),
            number: fields.number.to_owned(),
            text: fields.text.to_owned(),
            language_code: fields.language_code.to_owned(),
            section: self.section().map(SectionName::known),
            headings: self.headings().iter().map(|&heading| heading.to_owned()).collect(),
            owner: self.owner().map(ParagraphName::known),
            ordinal: self.ordinal(),
            tags: self.tags().iter().map(TagView::to_owned).collect(),
            footnotes: self.footnotes().iter().map(FootnoteView::to_owned).collect(),
            source_spans: self.source_spans().to_vec(),
        }
    }

    /// Its part of what all paragraphs of the response have.
    fn part<T>(&self, all: &'a [T], end: impl Fn(&Ends) -> usize) -> &'a [T] {
        let before = self.at.checked_sub(1).and_then(|before| self.read.paragraphs.get(before));
        let start = before.map_or(0, |slot| end(&slot.ends));
        all.get(start..end(&self.slot.ends)).unwrap_or_default()
    }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

impl fmt::Debug for ParagraphView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParagraphView")
            .field("name", &self.name())
            .field("text", &self.text())
            .finish_non_exhaustive()
    }
}

/// A tag of a [`ParagraphView`]. What each field means is said at [`Tag`].
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let mut views = alinea.paragraphs().views();
/// while let Some(batch) = views.try_next().await? {
///     batch.paragraphs().flat_map(|paragraph| paragraph.tags()).for_each(|tag| println!("{:?}", tag));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct TagView<'a>(TagFields<'a>);

impl<'a> TagView<'a> {
    /// The resource name of the theme, such as `themes/terrorism`.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.tags()).for_each(|tag| println!("{:?}", tag.theme()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn theme(&self) -> &'a str {
        self.0.theme
    }

    /// How likely the claim is to be right, over 0 and at most 1.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.tags()).for_each(|tag| println!("{:?}", tag.score()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn score(&self) -> f32 {
        self.0.score
    }

    /// Who made the claim.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.tags()).for_each(|tag| println!("{:?}", tag.origin()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn origin(&self) -> TagOrigin {
        TagOrigin::from_number(self.0.origin)
    }

    /// The tag as a value of its own.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.tags()).for_each(|tag| println!("{:?}", tag.to_owned()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[allow(
        clippy::wrong_self_convention,
        reason = "that of the trait, which gives a view, would hide one by value"
    )]
    pub fn to_owned(&self) -> Tag {
        Tag { theme: ThemeName::known(self.theme()), score: self.score(), origin: self.origin() }
    }
}

/// A reference to a footnote of a [`ParagraphView`]. What each field means is said at [`FootnoteReference`].
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let mut views = alinea.paragraphs().views();
/// while let Some(batch) = views.try_next().await? {
///     batch.paragraphs().flat_map(|paragraph| paragraph.footnotes()).for_each(|mark| println!("{:?}", mark));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct FootnoteView<'a> {
    footnote: &'a str,
    offset: u32,
}

impl<'a> FootnoteView<'a> {
    /// The resource name of the footnote.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.footnotes()).for_each(|mark| println!("{:?}", mark.footnote()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn footnote(&self) -> &'a str {
        self.footnote
    }

    /// Before which byte of the text the mark stood.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.footnotes()).for_each(|mark| println!("{:?}", mark.offset()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn offset(&self) -> u32 {
        self.offset
    }

    /// The reference as a value of its own.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.footnotes()).for_each(|mark| println!("{:?}", mark.to_owned()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[allow(
        clippy::wrong_self_convention,
        reason = "that of the trait, which gives a view, would hide one by value"
    )]
    pub fn to_owned(&self) -> FootnoteReference {
        FootnoteReference { footnote: ParagraphName::known(self.footnote), offset: self.offset }
    }
}
