//! What a curator says of paragraphs.

use std::sync::Arc;

use alinea_proto::v1;

use crate::call::{Method, once};
use crate::connection::Connection;
use crate::error::Error;
use crate::message::{FromWire, Paragraph};
use crate::name::{ParagraphName, Revision, ThemeReference};

/// What a curator says of paragraphs: which themes they are about and which not. It is made by
/// [`Client::tag_paragraphs`](crate::Client::tag_paragraphs), holds against whatever the tagger says, also when the
/// document is read again or replaced, and is kept for at most 1000 paragraphs at once: all of it or nothing.
///
/// ```no_run
/// # async fn example(client: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let tagged = client
///     .tag_paragraphs()
///     .add("cica-almaty-2006-fr/para_4", "border-security")
///     .remove("cica-almaty-2006-fr/para_4", "peace-security")
///     .send()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing is said until it is sent"]
pub struct Tagging {
    connection: Arc<Connection>,
    requests: Vec<v1::TagParagraphRequest>,
    /// The first name that was none: told when it is sent, so that its steps need no question mark.
    refused: Option<Error>,
}

/// What came of it.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let tagged = alinea.tag_paragraphs().add("cica-almaty-2006-fr/para_4", "border-security").send().await?;
/// println!("{} has {} tags in {}", tagged.paragraphs[0].name, tagged.paragraphs[0].tags.len(), tagged.revision);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Tagged {
    /// The paragraphs as they now are, in the order in which they were first named.
    pub paragraphs: Vec<Paragraph>,
    /// The revision that holds it.
    pub revision: Revision,
}

impl Tagging {
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        Self { connection, requests: Vec::new(), refused: None }
    }

    /// The paragraph is about this theme.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// alinea.tag_paragraphs().add("cica-almaty-2006-fr/para_4", "border-security").send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn add<N>(self, paragraph: N, theme: impl Into<ThemeReference>) -> Self
    where
        N: TryInto<ParagraphName>,
        Error: From<N::Error>,
    {
        self.say(paragraph, theme.into(), |request| &mut request.add_themes)
    }

    /// The paragraph is not about this theme.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// alinea.tag_paragraphs().remove("cica-almaty-2006-fr/para_4", "border-security").send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn remove<N>(self, paragraph: N, theme: impl Into<ThemeReference>) -> Self
    where
        N: TryInto<ParagraphName>,
        Error: From<N::Error>,
    {
        self.say(paragraph, theme.into(), |request| &mut request.remove_themes)
    }

    /// Whether the paragraph is about this theme is for the tagger to say again.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// alinea.tag_paragraphs().reset("cica-almaty-2006-fr/para_4", "border-security").send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reset<N>(self, paragraph: N, theme: impl Into<ThemeReference>) -> Self
    where
        N: TryInto<ParagraphName>,
        Error: From<N::Error>,
    {
        self.say(paragraph, theme.into(), |request| &mut request.reset_themes)
    }

    fn say<N>(
        mut self,
        paragraph: N,
        theme: ThemeReference,
        themes: fn(&mut v1::TagParagraphRequest) -> &mut Vec<String>,
    ) -> Self
    where
        N: TryInto<ParagraphName>,
        Error: From<N::Error>,
    {
        match paragraph.try_into() {
            Ok(name) => themes(self.request(name)).push(theme.as_str().to_owned()),
            Err(error) => {
                self.refused.get_or_insert(error.into());
            }
        }
        self
    }

    /// What is said of a paragraph so far.
    fn request(&mut self, name: ParagraphName) -> &mut v1::TagParagraphRequest {
        let known = self.requests.iter().position(|request| request.name == name.as_str());
        let at = known.unwrap_or(self.requests.len());
        if known.is_none() {
            self.requests.push(v1::TagParagraphRequest { name: name.into(), ..Default::default() });
        }
        &mut self.requests[at]
    }

    /// Has it kept, and returns the paragraphs as they are then.
    ///
    /// It is not tried again when the connection breaks, since the server may have kept it; to send it once more does no
    /// harm.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let tagging = alinea.tag_paragraphs().add("cica-almaty-2006-fr/para_4", "border-security");
    /// println!("{} has it", tagging.send().await?.revision);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn send(self) -> Result<Tagged, Error> {
        if let Some(error) = self.refused {
            return Err(error);
        }
        let message = v1::BatchTagParagraphsRequest { requests: self.requests };
        let answer = once(&self.connection, Method::BatchTagParagraphs, message, |request| {
            let mut service = self.connection.paragraphs();
            async move { service.batch_tag_paragraphs(request).await }
        })
        .await?;
        let paragraphs = Vec::from_wire(answer.paragraphs)?;
        Ok(Tagged { paragraphs, revision: Revision::new(answer.revision) })
    }
}
