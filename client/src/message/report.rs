//! How well a document could be read, and where in its source.

use alinea_proto::v1;

use super::{FromWire, count, message};
use crate::error::Error;

message! {
    /// How well a document could be read. People who import a thousand documents look here first.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// if let Some(report) = alinea.get_document("cica-almaty-2006-fr").await?.report {
    ///     println!("{} bytes are text, {} are not", report.text_bytes, report.artefact_bytes);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub struct ReadingReport => {
        /// Places worth a look, in the order of the text.
        pub findings: Vec<Finding>,
        /// Bytes of the source that are text in some paragraph or heading.
        pub text_bytes: u64,
        /// Bytes of the source that are page furniture, mark-up or white space.
        pub artefact_bytes: u64,
    }
}

message! {
    /// One place worth a look.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let report = alinea.get_document("cica-almaty-2006-fr").await?.report;
    /// for finding in report.into_iter().flat_map(|report| report.findings) {
    ///     println!("{}: {}", finding.code, finding.message);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub struct Finding => {
        /// What it is, for programs, such as `number_gap` or `page_break_joined`.
        pub code: String,
        /// What it is, for people.
        pub message: String,
        /// Where it is in the source.
        pub span: Option<Span>,
    }
}

message! {
    /// Bytes `start` up to and without `end` of the source.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// for span in alinea.get_paragraph("cica-almaty-2006-fr/para_15").await?.source_spans {
    ///     println!("bytes {} up to {}", span.start, span.end);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Copy, Eq, Hash)]
    pub struct Span => {
        /// The first byte.
        pub start: u64,
        /// The byte after the last.
        pub end: u64,
    }
}

impl FromWire<v1::ReadingReport> for ReadingReport {
    fn from_wire(wire: v1::ReadingReport) -> Result<Self, Error> {
        Ok(Self {
            findings: Vec::from_wire(wire.findings)?,
            text_bytes: count(wire.text_bytes)?,
            artefact_bytes: count(wire.artefact_bytes)?,
        })
    }
}

impl FromWire<v1::Finding> for Finding {
    fn from_wire(wire: v1::Finding) -> Result<Self, Error> {
        Ok(Self { code: wire.code, message: wire.message, span: Option::from_wire(wire.span)? })
    }
}

impl FromWire<v1::Span> for Span {
    fn from_wire(wire: v1::Span) -> Result<Self, Error> {
        Ok(Self { start: count(wire.start)?, end: count(wire.end)? })
    }
}
