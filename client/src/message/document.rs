//! Documents.

use std::time::SystemTime;

use alinea_proto::v1;

use super::{DocumentKind, FromWire, ReadingReport, count, message, name};
use crate::error::Error;
use crate::name::DocumentName;

message! {
    /// An official document in one language, without its text.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let document = alinea.get_document("cica-almaty-2006-fr").await?;
    /// println!("{} ({}), adopted on {}", document.title, document.language_code, document.adoption_date);
    /// # Ok(())
    /// # }
    /// ```
    pub struct Document {
        /// The resource name.
        pub name: DocumentName,
        /// The title, in the language of the document.
        pub title: String,
        /// What sort of document it is.
        pub kind: DocumentKind,
        /// The language of the text, as a BCP 47 code such as `fr` or `zh-Hant`.
        pub language_code: String,
        /// What the language versions of one text share, such as `cica-almaty-2006`.
        pub work: String,
        /// The body that adopted it.
        pub issuer: String,
        /// The symbols it is cited by, such as `A/60/910`.
        pub symbols: Vec<String>,
        /// The day it was adopted, `YYYY-MM-DD`; empty when unknown.
        pub adoption_date: String,
        /// Where it was fetched from.
        pub source_uri: String,
        /// The file it was read from.
        pub source: Option<Source>,
        /// How well it could be read.
        pub report: Option<ReadingReport>,
        /// How many sections it has.
        pub section_count: u32,
        /// How many paragraphs it has.
        pub paragraph_count: u32,
        /// When it was first taken in.
        pub create_time: Option<SystemTime>,
        /// When its text or its tags last changed.
        pub update_time: Option<SystemTime>,
        /// Changes whenever the document does.
        pub etag: String,
    }
}

message! {
    /// The file a document was read from.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// if let Some(source) = alinea.get_document("cica-almaty-2006-fr").await?.source {
    ///     println!("{} bytes of {}", source.size_bytes, source.media_type);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Eq, Hash)]
    pub struct Source => {
        /// Such as `text/markdown`.
        pub media_type: String,
        /// Its length in bytes.
        pub size_bytes: u64,
        /// The SHA-256 of its bytes, in hexadecimal.
        pub sha256: String,
    }
}

fn time(wire: Option<prost_types::Timestamp>) -> Result<Option<SystemTime>, Error> {
    let broken = |error| Error::protocol("the server sent a time that is none").with_source(Box::new(error));
    wire.map(SystemTime::try_from).transpose().map_err(broken)
}

impl FromWire<v1::Document> for Document {
    fn from_wire(wire: v1::Document) -> Result<Self, Error> {
        Ok(Self {
            name: name(&wire.name)?,
            title: wire.title,
            kind: DocumentKind::from_number(wire.kind),
            language_code: wire.language_code,
            work: wire.work,
            issuer: wire.issuer,
            symbols: wire.symbols,
            adoption_date: wire.adoption_date,
            source_uri: wire.source_uri,
            source: Option::from_wire(wire.source)?,
            report: Option::from_wire(wire.report)?,
            section_count: count(wire.section_count)?,
            paragraph_count: count(wire.paragraph_count)?,
            create_time: time(wire.create_time)?,
            update_time: time(wire.update_time)?,
            etag: wire.etag,
        })
    }
}

impl FromWire<v1::Source> for Source {
    fn from_wire(wire: v1::Source) -> Result<Self, Error> {
        Ok(Self { media_type: wire.media_type, size_bytes: count(wire.size_bytes)?, sha256: wire.sha256 })
    }
}
