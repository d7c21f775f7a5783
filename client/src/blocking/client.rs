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
use crate::import::{Files, Import};
use crate::listing::Listing;
use crate::message::{Document, Explanation, Paragraph, Section, Theme};
use crate::name::{DocumentName, ParagraphName, Revision, ThemeName};
use crate::reread::Rereading;
use crate::schemes::{SchemeImport, ThemeDraft};
use crate::update::Update;
use crate::upload::Upload;

/// A client of an alinea server whose calls return when they are answered. A clone is cheap, and shares the connections and the
/// runtime.
///
/// ```no_run
/// # fn example() -> Result<(), alinea_client::Error> {
/// let alinea = alinea_client::blocking::Client::connect("http://127.0.0.1:50051")?;
/// println!("{}", alinea.get_paragraph("cica-almaty-2006-fr/para_15")?.text);
/// # Ok(())
/// # }
/// ```
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
    ///
    /// ```no_run
    /// # fn example() -> Result<(), alinea_client::Error> {
    /// let alinea = alinea_client::Client::builder("http://127.0.0.1:50051").connections(2).connect_lazy_blocking()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_lazy_blocking(self) -> Result<Client, Error> {
        let driver = Driver::start()?;
        Ok(Client::new(driver.wait(async { self.connect_lazy() })?, driver))
    }
}

impl Client {
    /// Connects to the server at a URL such as `http://127.0.0.1:50051`, and fails when there is none. With other settings than
    /// the usual ones: [`ClientBuilder::connect_blocking`].
    ///
    /// ```no_run
    /// # fn example() -> Result<(), alinea_client::Error> {
    /// let alinea = alinea_client::blocking::Client::connect("http://127.0.0.1:50051")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect(url: impl Into<String>) -> Result<Self, Error> {
        crate::Client::builder(url).connect_blocking()
    }

    /// Makes a client that connects when it is first used.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), alinea_client::Error> {
    /// let alinea = alinea_client::blocking::Client::connect_lazy("http://127.0.0.1:50051")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_lazy(url: impl Into<String>) -> Result<Self, Error> {
        crate::Client::builder(url).connect_lazy_blocking()
    }

    /// As [`url`](crate::Client::url) does.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), alinea_client::Error> {
    /// let alinea = alinea_client::blocking::Client::connect_lazy("http://127.0.0.1:50051")?;
    /// assert_eq!(alinea.url(), "http://127.0.0.1:50051");
    /// # Ok(())
    /// # }
    /// ```
    pub fn url(&self) -> &str {
        self.inner.url()
    }
}

wrap! { Client {
    build at_least(revision: Revision) -> Self
        => r#"let revision = alinea.delete_document("old-treaty")?;
println!("{} are left", alinea.at_least(revision).paragraphs().count()?.total);"#;
    build documents() -> DocumentQuery
        => r#"println!("{} documents in French", alinea.documents().language("fr").list().count());"#;
    build paragraphs() -> ParagraphQuery
        => r#"for paragraph in alinea.paragraphs().theme("terrorism").stream() {
    println!("{}", paragraph?.text);
}"#;
    build tag_paragraphs() -> Tagging
        => r#"alinea.tag_paragraphs().add("treaty/para_4", "border-security").send()?;"#;

    call is_serving() -> bool
        => r#"println!("{}", if alinea.is_serving()? { "it serves" } else { "it shuts down" });"#;
    call get_paragraph [N: TryInto<ParagraphName>] (name: N) [Error: From<N::Error>] -> Paragraph
        => r#"println!("{}", alinea.get_paragraph("treaty/para_15")?.text);"#;
    call get_paragraphs [N: TryInto<ParagraphName>] (names: impl IntoIterator<Item = N>) [Error: From<N::Error>] -> Vec<Paragraph>
        => r#"let both = alinea.get_paragraphs(["treaty/para_15", "treaty/para_16"])?;"#;
    call explain_tags [N: TryInto<ParagraphName>] (name: N) [Error: From<N::Error>] -> Explanation
        => r#"println!("{:?}", alinea.explain_tags("treaty/para_15")?.explanations);"#;
    call get_document [N: TryInto<DocumentName>] (name: N) [Error: From<N::Error>] -> Document
        => r#"println!("{}", alinea.get_document("treaty")?.title);"#;
    call create_document(upload: Upload) -> Document
        => r#"alinea.create_document(Upload::new("treaty".parse()?, "1. The parties trade energy."))?;"#;
    call check_document(upload: Upload) -> Document
        => r#"alinea.check_document(Upload::new("treaty".parse()?, "1. The parties trade energy."))?;"#;
    call update_document(update: Update) -> Document
        => r#"alinea.update_document(Update::new("treaty".parse()?).title("The treaty"))?;"#;
    call delete_document [N: TryInto<DocumentName>] (name: N) [Error: From<N::Error>] -> Revision
        => r#"let revision = alinea.delete_document("old-treaty")?;"#;
    call get_theme [N: TryInto<ThemeName>] (name: N) [Error: From<N::Error>] -> Theme
        => r#"println!("{:?}", alinea.get_theme("terrorism")?.display_names);"#;
    call create_theme [N: TryInto<ThemeName>] (name: N, draft: ThemeDraft) [Error: From<N::Error>] -> Theme
        => r#"alinea.create_theme("desertification", ThemeDraft::new().display_name("en", "Desertification"))?;"#;
    call update_theme [N: TryInto<ThemeName>] (name: N, draft: ThemeDraft) [Error: From<N::Error>] -> Theme
        => r#"alinea.update_theme("desertification", ThemeDraft::new().label("en", "loss of arable land"))?;"#;
    call delete_theme [N: TryInto<ThemeName>] (name: N) [Error: From<N::Error>] -> Revision
        => r#"alinea.delete_theme("desertification")?;"#;
    call delete_scheme(name: impl Into<String>) -> Revision
        => r#"alinea.delete_scheme("ours")?;"#;

    each sections [N: TryInto<DocumentName>] (document: N) [Error: From<N::Error>] -> Listing<Section>
        => r#"for section in alinea.sections("treaty") {
    println!("{}", section?.heading);
}"#;
    each import [I: IntoIterator<Item = Upload>] (uploads: I) [I::IntoIter: Send + 'static] -> Import
        => r#"for outcome in alinea.import([Upload::new("treaty".parse()?, "1. The parties trade energy.")]) {
    println!("{:?}", outcome?);
}"#;
    each export_document [N: TryInto<DocumentName>] (name: N, format: ExportFormat) [Error: From<N::Error>] -> Export
        => r#"let page = alinea.export_document("treaty", ExportFormat::Html).bytes()?;"#;
    each reread_document [N: TryInto<DocumentName>] (name: N) [Error: From<N::Error>] -> Answers<Rereading>
        => r#"alinea.reread_document("treaty").try_for_each(|outcome| outcome.map(drop))?;"#;
    each reread_all() -> Answers<Rereading>
        => r#"for outcome in alinea.reread_all() {
    println!("{:?}", outcome?);
}"#;
    each import_files(files: Files) -> Import
        => r#"for outcome in alinea.import_files(alinea_client::Files::find(["treaties/"])?) {
    println!("{:?}", outcome?);
}"#;
    each import_scheme(name: impl Into<String>, file: impl Into<Vec<u8>>) -> Answers<SchemeImport>
        => r#"for answer in alinea.import_scheme("ours", "<urn:x> a <http://www.w3.org/2004/02/skos/core#Concept> .") {
    println!("{} themes", answer?.theme_count);
}"#;
    each back_up() -> Answers<BackupPiece>
        => r#"for piece in alinea.back_up() {
    println!("{:?}", piece?);
}"#;
    each themes() -> Listing<Theme>
        => r#"for theme in alinea.themes() {
    println!("{}", theme?.name);
}"#;
    each themes_of(scheme: impl Into<String>) -> Listing<Theme>
        => r#"println!("{} themes", alinea.themes_of("unbis").count());"#;
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
        let (client, query) = (include_str!("client.rs"), include_str!("query.rs"));
        let sources = [
            (include_str!("../client/mod.rs"), client),
            (include_str!("../client/documents.rs"), client),
            (include_str!("../client/paragraphs.rs"), client),
            (include_str!("../client/themes.rs"), client),
            (include_str!("../query/documents.rs"), query),
            (include_str!("../query/paragraphs/mod.rs"), query),
            (include_str!("../query/paragraphs/asking.rs"), query),
            (include_str!("../tagging.rs"), query),
        ];
        let mut found = 0;
        for (source, blocking) in sources {
            for function in functions(source).into_iter().filter(|function| !OTHERS.contains(function)) {
                let is_there = [" ", "("].map(|end| format!(" {function}{end}"));
                assert!(is_there.iter().any(|text| blocking.contains(text)), "{function}");
                found += 1;
            }
        }
        assert!(found > 50, "{found} are too few to be all of them");
    }
}
