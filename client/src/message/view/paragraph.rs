//! A paragraph of a batch.

use std::fmt;

use super::{Ends, FootnoteView, Read, Slot, TagView};
use crate::message::{Paragraph, ParagraphKind, Span};
use crate::name::{ParagraphName, SectionName};

/// A paragraph of a [`ViewBatch`](super::ViewBatch). What each field means is said at [`Paragraph`].
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
    pub(super) read: &'a Read<'a>,
    pub(super) slot: &'a Slot<'a>,
    pub(super) at: usize,
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
