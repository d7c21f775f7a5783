//! Paragraphs as they lie in the bytes of a response, without a copy of them.

mod paragraph;
mod parts;

pub use paragraph::ParagraphView;
pub use parts::{FootnoteView, TagView};

use std::fmt;

use bytes::Bytes;
use self_cell::self_cell;

use super::{Span, count};
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
