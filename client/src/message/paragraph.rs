//! Paragraphs and what they are tagged with.

use alinea_proto::v1;

use super::{FromWire, ParagraphKind, Span, TagOrigin, count, message, name, name_if_any};
use crate::error::Error;
use crate::name::{ParagraphName, SectionName, ThemeName};

message! {
    /// The smallest part of a document that stands on its own and can be cited.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let paragraph = alinea.get_paragraph("cica-almaty-2006-fr/para_15").await?;
    /// println!("{} > {}. {}", paragraph.headings.join(" > "), paragraph.number, paragraph.text);
    /// # Ok(())
    /// # }
    /// ```
    pub struct Paragraph {
        /// The resource name.
        pub name: ParagraphName,
        /// The place among the paragraphs of all documents. It grows with every commit and is never used again.
        pub position: u64,
        /// What sort of paragraph it is.
        pub kind: ParagraphKind,
        /// The number printed before it, without punctuation, such as `4` or `a`; empty when there is none.
        pub number: String,
        /// The words, without the number, in one line.
        pub text: String,
        /// The language of the words, as a BCP 47 code.
        pub language_code: String,
        /// The section it is in; none when it stands outside all.
        pub section: Option<SectionName>,
        /// The headings above it, the outermost first, so that it can be understood alone.
        pub headings: Vec<String>,
        /// The numbered paragraph that it continues, or that it is a point of; none when there is none.
        pub owner: Option<ParagraphName>,
        /// The place among all paragraphs of the document, from 0, in reading order.
        pub ordinal: u32,
        /// The themes it is tagged with, the surest first.
        pub tags: Vec<Tag>,
        /// The footnotes it refers to.
        pub footnotes: Vec<FootnoteReference>,
        /// Where it stands in the source. More than one span when a page break was healed.
        pub source_spans: Vec<Span>,
    }
}

message! {
    /// The claim that a paragraph is about a theme.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// for tag in alinea.get_paragraph("cica-almaty-2006-fr/para_15").await?.tags {
    ///     println!("{} with {:.2}", tag.theme, tag.score);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub struct Tag {
        /// The theme.
        pub theme: ThemeName,
        /// How likely the claim is to be right, over 0 and at most 1: of tags with 0.8, four in five are.
        pub score: f32,
        /// Who made the claim.
        pub origin: TagOrigin,
    }
}

message! {
    /// A mark in the words that points to a footnote.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// for reference in alinea.get_paragraph("cica-almaty-2006-fr/para_15").await?.footnotes {
    ///     println!("{}", alinea.get_paragraph(&reference.footnote).await?.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Eq, Hash)]
    pub struct FootnoteReference {
        /// The footnote.
        pub footnote: ParagraphName,
        /// Before which byte of the text or heading the mark stood.
        pub offset: u32,
    }
}

impl FromWire<v1::Paragraph> for Paragraph {
    fn from_wire(wire: v1::Paragraph) -> Result<Self, Error> {
        Ok(Self {
            name: name(&wire.name)?,
            position: wire.position,
            kind: ParagraphKind::from_number(wire.kind),
            number: wire.number,
            text: wire.text,
            language_code: wire.language_code,
            section: name_if_any(&wire.section)?,
            headings: wire.headings,
            owner: name_if_any(&wire.owner)?,
            ordinal: count(wire.ordinal)?,
            tags: Vec::from_wire(wire.tags)?,
            footnotes: Vec::from_wire(wire.footnotes)?,
            source_spans: Vec::from_wire(wire.source_spans)?,
        })
    }
}

impl FromWire<v1::Tag> for Tag {
    fn from_wire(wire: v1::Tag) -> Result<Self, Error> {
        Ok(Self { theme: name(&wire.theme)?, score: wire.score, origin: TagOrigin::from_number(wire.origin) })
    }
}

impl FromWire<v1::FootnoteReference> for FootnoteReference {
    fn from_wire(wire: v1::FootnoteReference) -> Result<Self, Error> {
        Ok(Self { footnote: name(&wire.footnote)?, offset: count(wire.offset)? })
    }
}
