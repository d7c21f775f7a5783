//! The client.

use std::sync::Arc;

use super::driver::Driver;
use super::iter::Iter;
use super::query::{DocumentQuery, ParagraphQuery, Tagging};
use super::wrap::wrap;
use crate::answers::Answers;
use crate::backup::BackupPiece;
use crate::builder::ClientBuilder;
use crate::error::Error;
use crate::export::{Export, ExportFormat};
use crate::import::Import;
use crate::listing::Listing;
use crate::message::{Document, Explanation, Paragraph, Section, Theme};
use crate::name::{DocumentName, ParagraphName, Revision, ThemeName};
use crate::reread::Rereading;
use crate::schemes::{SchemeImport, ThemeDraft};
use crate::update::Update;
use crate::upload::Upload;

/// A client of an alinea server whose calls return when they are answered. A clone is cheap, and shares the connections and the
/// runtime.
#[derive(Debug, Clone)]
pub struct Client {
    inner: crate::Client,
    driver: Arc<Driver>,
}

impl ClientBuilder {
    /// Connects as [`connect`](Self::connect) does, to a client for programs without a runtime.
    ///
    /// ```no_run
    /// # fn example(key: String) -> Result<(), alinea_client::Error> {
    /// let alinea = alinea_client::Client::builder("http://127.0.0.1:50051").token(key).connect_blocking()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_blocking(self) -> Result<Client, Error> {
        let driver = Driver::start()?;
        Ok(Client::new(driver.wait(self.connect())?, driver))
    }

    /// Makes such a client, which connects when it is first used.
    pub fn connect_lazy_blocking(self) -> Result<Client, Error> {
        let driver = Driver::start()?;
        Ok(Client::new(driver.wait(async { self.connect_lazy() })?, driver))
    }
}

impl Client {
    /// Connects to the server at a URL such as `http://127.0.0.1:50051`, and fails when there is none. With other settings than
    /// the usual ones: [`ClientBuilder::connect_blocking`].
    pub fn connect(url: impl Into<String>) -> Result<Self, Error> {
        crate::Client::builder(url).connect_blocking()
    }

    /// Makes a client that connects when it is first used.
    pub fn connect_lazy(url: impl Into<String>) -> Result<Self, Error> {
        crate::Client::builder(url).connect_lazy_blocking()
    }

    /// As [`url`](crate::Client::url) does.
    pub fn url(&self) -> &str {
        self.inner.url()
    }
}

wrap! { Client {
    build at_least(revision: Revision) -> Self;
    build documents() -> DocumentQuery;
    build paragraphs() -> ParagraphQuery;
    build tag_paragraphs() -> Tagging;

    call is_serving() -> bool;
    call get_paragraph [N: TryInto<ParagraphName>] (name: N) [Error: From<N::Error>] -> Paragraph;
    call get_paragraphs [N: TryInto<ParagraphName>] (names: impl IntoIterator<Item = N>) [Error: From<N::Error>] -> Vec<Paragraph>;
    call explain_tags [N: TryInto<ParagraphName>] (name: N) [Error: From<N::Error>] -> Explanation;
    call get_document [N: TryInto<DocumentName>] (name: N) [Error: From<N::Error>] -> Document;
    call create_document(upload: Upload) -> Document;
    call check_document(upload: Upload) -> Document;
    call update_document(update: Update) -> Document;
    call delete_document [N: TryInto<DocumentName>] (name: N) [Error: From<N::Error>] -> Revision;
    call get_theme [N: TryInto<ThemeName>] (name: N) [Error: From<N::Error>] -> Theme;
    call create_theme [N: TryInto<ThemeName>] (name: N, draft: ThemeDraft) [Error: From<N::Error>] -> Theme;
    call update_theme [N: TryInto<ThemeName>] (name: N, draft: ThemeDraft) [Error: From<N::Error>] -> Theme;
    call delete_theme [N: TryInto<ThemeName>] (name: N) [Error: From<N::Error>] -> Revision;
    call delete_scheme(name: impl Into<String>) -> Revision;

    each sections [N: TryInto<DocumentName>] (document: N) [Error: From<N::Error>] -> Listing<Section>;
    each import [I: IntoIterator<Item = Upload>] (uploads: I) [I::IntoIter: Send + 'static] -> Import;
    each export_document [N: TryInto<DocumentName>] (name: N, format: ExportFormat) [Error: From<N::Error>] -> Export;
    each reread_document [N: TryInto<DocumentName>] (name: N) [Error: From<N::Error>] -> Answers<Rereading>;
    each reread_all() -> Answers<Rereading>;
    each import_scheme(name: impl Into<String>, file: impl Into<Vec<u8>>) -> Answers<SchemeImport>;
    each back_up() -> Answers<BackupPiece>;
    each themes() -> Listing<Theme>;
    each themes_of(scheme: impl Into<String>) -> Listing<Theme>;
} }

#[cfg(test)]
mod tests {
    /// The names of the public functions of a source.
    fn functions(source: &str) -> Vec<&str> {
        source
            .lines()
            .map(str::trim)
            .filter_map(|line| line.strip_prefix("pub fn ").or_else(|| line.strip_prefix("pub async fn ")))
            .filter_map(|line| line.split(['(', '<']).next())
            .collect()
    }

    #[test]
    fn every_method_of_the_client_and_its_queries_is_there() {
        // What makes a client, and what takes streams.
        const OTHERS: [&str; 2] = ["builder", "import_stream"];
        let client = (include_str!("../client.rs"), include_str!("client.rs"));
        let query = include_str!("query.rs");
        let queries = [
            include_str!("../query/paragraphs.rs"),
            include_str!("../query/documents.rs"),
            include_str!("../tagging.rs"),
        ];
        let mut found = 0;
        for (source, blocking) in [client].into_iter().chain(queries.map(|source| (source, query))) {
            for function in functions(source).into_iter().filter(|function| !OTHERS.contains(function)) {
                let is_there = [" ", "("].map(|end| format!(" {function}{end}"));
                assert!(is_there.iter().any(|text| blocking.contains(text)), "{function}");
                found += 1;
            }
        }
        assert!(found > 50, "{found} are too few to be all of them");
    }
}
