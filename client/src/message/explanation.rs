//! Why a paragraph has its tags.

use alinea_proto::v1;

use super::{FromWire, Tag, count, message, name, required};
use crate::error::Error;
use crate::name::ParagraphName;

message! {
    /// Why a paragraph has its tags.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let explanation = alinea.explain_tags("cica-almaty-2006-fr/para_15").await?;
    /// println!("{} tags of {}", explanation.explanations.len(), explanation.name);
    /// # Ok(())
    /// # }
    /// ```
    pub struct Explanation {
        /// The resource name of the paragraph, in full.
        pub name: ParagraphName,
        /// One explanation a tag, in the order of the tags.
        pub explanations: Vec<TagExplanation>,
    }
}

message! {
    /// Why a paragraph has one tag.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// for explained in alinea.explain_tags("cica-almaty-2006-fr/para_15").await?.explanations {
    ///     println!("{} by {}", explained.tag.theme, explained.rule);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub struct TagExplanation {
        /// The tag.
        pub tag: Tag,
        /// The words that speak for it, in reading order: at most 100 places. None where a curator or the form of the
        /// paragraph speaks.
        pub evidence: Vec<Evidence>,
        /// Why they do, for people: `label`, `inherited from paragraph 7`, `model`, `set by a curator`.
        pub rule: String,
    }
}

message! {
    /// Words that speak for a theme.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// for explained in alinea.explain_tags("cica-almaty-2006-fr/para_15").await?.explanations {
    ///     for evidence in explained.evidence {
    ///         println!("'{}' in {} is like '{}'", evidence.words, evidence.name, evidence.label);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Eq, Hash)]
    pub struct Evidence => {
        /// The resource name of the paragraph or section they stand in: the tagged one, or one around it.
        pub name: String,
        /// The first byte of them in its text, or in its heading.
        pub start: u32,
        /// The byte after the last.
        pub end: u32,
        /// The label of the theme that they match; empty where no label speaks.
        pub label: String,
        /// The words themselves; only the first 256 bytes of more.
        pub words: String,
    }
}

impl FromWire<v1::ExplainTagsResponse> for Explanation {
    fn from_wire(wire: v1::ExplainTagsResponse) -> Result<Self, Error> {
        Ok(Self { name: name(&wire.name)?, explanations: Vec::from_wire(wire.explanations)? })
    }
}

impl FromWire<v1::TagExplanation> for TagExplanation {
    fn from_wire(wire: v1::TagExplanation) -> Result<Self, Error> {
        Ok(Self { tag: required(wire.tag)?, evidence: Vec::from_wire(wire.evidence)?, rule: wire.rule })
    }
}

impl FromWire<v1::Evidence> for Evidence {
    fn from_wire(wire: v1::Evidence) -> Result<Self, Error> {
        Ok(Self {
            name: wire.name,
            start: count(wire.start)?,
            end: count(wire.end)?,
            label: wire.label,
            words: wire.words,
        })
    }
}
