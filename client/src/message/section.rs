//! Sections.

use alinea_proto::v1;

use super::{FootnoteReference, FromWire, SectionKind, count, message, name, name_if_any};
use crate::error::Error;
use crate::name::SectionName;

message! {
    /// A part of a document that holds paragraphs. Sections form a tree.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// for section in alinea.sections("cica-almaty-2006-fr").collect().await? {
    ///     println!("{} {}", section.number, section.heading);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub struct Section {
        /// The resource name.
        pub name: SectionName,
        /// The section this one is part of; none at the top.
        pub parent_section: Option<SectionName>,
        /// What sort of part it is.
        pub kind: SectionKind,
        /// The number printed in the heading, such as `IV`; empty when there is none.
        pub number: String,
        /// The words of the heading, without the number; empty when it has none.
        pub heading: String,
        /// The place among all sections of the document, from 0, in reading order.
        pub ordinal: u32,
        /// The footnotes that the heading refers to.
        pub footnotes: Vec<FootnoteReference>,
    }
}

impl FromWire<v1::Section> for Section {
    fn from_wire(wire: v1::Section) -> Result<Self, Error> {
        Ok(Self {
            name: name(&wire.name)?,
            parent_section: name_if_any(&wire.parent_section)?,
            kind: SectionKind::from_number(wire.kind),
            number: wire.number,
            heading: wire.heading,
            ordinal: count(wire.ordinal)?,
            footnotes: Vec::from_wire(wire.footnotes)?,
        })
    }
}
