//! Changes of themes and of whole schemes.

use std::sync::Arc;

use alinea_proto::v1::{self, import_scheme_request::Step};
use bytes::Bytes;

use crate::answers::Answers;
use crate::call::{Method, once};
use crate::connection::Connection;
use crate::error::Error;
use crate::import::Ready;
use crate::message::{FromWire, Theme};
use crate::name::{Revision, ThemeName};

/// How many bytes of a file are sent at once.
const CHUNK: usize = 1 << 20;

/// How far the import of a scheme is.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let mut answers = alinea.import_scheme("ours", std::fs::read("ours.ttl")?);
/// while let Some(answer) = answers.try_next().await? {
///     for warning in &answer.warnings {
///         println!("passed over: {warning}");
///     }
///     if answer.done {
///         println!("{} themes, {} paragraphs tagged anew", answer.theme_count, answer.retagged);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct SchemeImport {
    /// How many themes the scheme now has.
    pub theme_count: usize,
    /// What was wrong with the file and was passed over, for people. In the first answer only.
    pub warnings: Vec<String>,
    /// How many documents were looked at so far.
    pub document_count: usize,
    /// How many there are to look at.
    pub total_documents: usize,
    /// How many paragraphs were tagged anew so far.
    pub retagged: usize,
    /// A revision that holds the scheme; in the last answer one that holds every tag.
    pub revision: Revision,
    /// Whether all documents are tagged with it.
    pub done: bool,
}

/// A theme to make, or what to change of one. Fields that are not said are left as they are.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::ThemeDraft;
///
/// let draft = ThemeDraft::new()
///     .display_name("en", "Desertification")
///     .label("en", "loss of arable land")
///     .broader("environment".parse()?);
/// alinea.create_theme("desertification", draft).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a theme is not sent until it is given to a client"]
pub struct ThemeDraft {
    theme: v1::Theme,
    fields: Vec<&'static str>,
}

impl ThemeDraft {
    /// Nothing said yet.
    ///
    /// ```
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new();
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// The IRI of the concept; made from the name unless said. It cannot be changed later.
    ///
    /// ```
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new().uri("https://example.org/themes/desertification");
    /// ```
    pub fn uri(mut self, uri: impl Into<String>) -> Self {
        self.theme.uri = uri.into();
        self
    }

    /// What people call it in a language, a BCP 47 code. All names of a theme are said together.
    ///
    /// ```
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new().display_name("en", "Desertification").display_name("fr", "Désertification");
    /// ```
    pub fn display_name(mut self, language: impl Into<String>, text: impl Into<String>) -> Self {
        self.theme.display_names.insert(language.into(), text.into());
        self.names("display_names")
    }

    /// What it covers and what it leaves out, in a language.
    ///
    /// ```
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new().description("en", "Land that turns into desert.");
    /// ```
    pub fn description(mut self, language: impl Into<String>, text: impl Into<String>) -> Self {
        self.theme.descriptions.insert(language.into(), text.into());
        self.names("descriptions")
    }

    /// Other words for it, in a language.
    ///
    /// ```
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new().label("en", "loss of arable land");
    /// ```
    pub fn label(mut self, language: impl Into<String>, text: impl Into<String>) -> Self {
        self.theme.alternative_labels.push(v1::Label { language_code: language.into(), text: text.into() });
        self.names("alternative_labels")
    }

    /// Words that speak of it but are not shown, in a language.
    ///
    /// ```
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new().hidden_label("en", "desertifcation");
    /// ```
    pub fn hidden_label(mut self, language: impl Into<String>, text: impl Into<String>) -> Self {
        self.theme.hidden_labels.push(v1::Label { language_code: language.into(), text: text.into() });
        self.names("hidden_labels")
    }

    /// A broader theme that it is part of.
    ///
    /// ```
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new().broader("environment".parse()?);
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn broader(mut self, theme: ThemeName) -> Self {
        self.theme.broader_themes.push(theme.into());
        self.names("broader_themes")
    }

    /// A concept of another scheme that means the same, by IRI.
    ///
    /// ```
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new().matches("http://metadata.un.org/thesaurus/1001633");
    /// ```
    pub fn matches(mut self, uri: impl Into<String>) -> Self {
        self.theme.matches.push(uri.into());
        self.names("matches")
    }

    /// Changes it only while it has this etag.
    ///
    /// ```
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new().etag("an etag that was read");
    /// ```
    pub fn etag(mut self, etag: impl Into<String>) -> Self {
        self.theme.etag = etag.into();
        self
    }

    fn names(mut self, field: &'static str) -> Self {
        if !self.fields.contains(&field) {
            self.fields.push(field);
        }
        self
    }
}

pub(crate) fn import(
    connection: Arc<Connection>,
    scheme: String,
    media_type: String,
    bytes: Vec<u8>,
) -> Answers<SchemeImport> {
    let header = Step::Header(v1::ImportSchemeHeader { scheme, media_type });
    // Each is copied when it is sent, so that the file is in memory once.
    let length = bytes.len();
    let bytes = Bytes::from(bytes);
    Answers::ask(connection, Method::ImportScheme, move |connection, taken| {
        let (header, bytes) = (header.clone(), bytes.clone());
        let chunk = move |from| Step::Chunk(bytes.slice(from..bytes.len().min(from + CHUNK)).to_vec());
        let chunks = (0..length).step_by(CHUNK).map(chunk);
        let steps = std::iter::once(header).chain(chunks);
        let steps = Ready(steps.map(|step| v1::ImportSchemeRequest { step: Some(step) }));
        let mut service = connection.themes();
        async move { service.import_scheme(taken.along(steps)).await }
    })
}

pub(crate) async fn create(
    connection: &Connection,
    name: ThemeName,
    draft: ThemeDraft,
) -> Result<Theme, Error> {
    let message = v1::CreateThemeRequest { theme_id: name.id().to_owned(), theme: Some(draft.theme) };
    let answer = once(connection, Method::CreateTheme, message, |request| {
        let mut service = connection.themes();
        async move { service.create_theme(request).await }
    })
    .await?;
    theme(answer.theme)
}

pub(crate) async fn update(
    connection: &Connection,
    name: ThemeName,
    draft: ThemeDraft,
) -> Result<Theme, Error> {
    let theme_message = v1::Theme { name: name.into(), ..draft.theme };
    let paths = draft.fields.into_iter().map(str::to_owned).collect();
    let message = v1::UpdateThemeRequest {
        theme: Some(theme_message),
        update_mask: Some(prost_types::FieldMask { paths }),
    };
    let answer = once(connection, Method::UpdateTheme, message, |request| {
        let mut service = connection.themes();
        async move { service.update_theme(request).await }
    })
    .await?;
    theme(answer.theme)
}

pub(crate) async fn delete(connection: &Connection, name: ThemeName) -> Result<Revision, Error> {
    let message = v1::DeleteThemeRequest { name: name.into(), etag: String::new() };
    let answer = once(connection, Method::DeleteTheme, message, |request| {
        let mut service = connection.themes();
        async move { service.delete_theme(request).await }
    })
    .await?;
    Ok(Revision::new(answer.revision))
}

pub(crate) async fn delete_scheme(connection: &Connection, name: String) -> Result<Revision, Error> {
    let answer = once(connection, Method::DeleteScheme, v1::DeleteSchemeRequest { name }, |request| {
        let mut service = connection.themes();
        async move { service.delete_scheme(request).await }
    })
    .await?;
    Ok(Revision::new(answer.revision))
}

fn theme(theme: Option<v1::Theme>) -> Result<Theme, Error> {
    Theme::from_wire(theme.ok_or_else(|| Error::protocol("the server sent no theme"))?)
}

impl FromWire<v1::ImportSchemeResponse> for SchemeImport {
    fn from_wire(wire: v1::ImportSchemeResponse) -> Result<Self, Error> {
        let count = |count: i64| usize::try_from(count).unwrap_or(0);
        Ok(Self {
            theme_count: count(wire.theme_count.into()),
            warnings: wire.warnings,
            document_count: count(wire.document_count),
            total_documents: count(wire.total_documents),
            retagged: count(wire.retagged_count),
            revision: Revision::new(wire.revision),
            done: wire.done,
        })
    }
}
