//! Paragraphs by query and by name.

use alinea_proto::v1;

use super::Client;
use crate::call::{Method, read};
use crate::error::Error;
use crate::message::{Explanation, FromWire, Paragraph, Received};
use crate::name::ParagraphName;
use crate::query::ParagraphQuery;
use crate::tagging::Tagging;
use crate::wire::Call;

/// The path of `GetParagraph`.
const GET: &str = "/alinea.v1.ParagraphService/GetParagraph";
/// How many names are asked for at once.
const BATCH: usize = 1000;
/// The reason of an answer that would have been too large.
const TOO_LARGE: &str = "RESPONSE_TOO_LARGE";

impl Client {
    /// Asks for paragraphs: says which, then streams, lists or counts them.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut paragraphs = alinea.paragraphs().theme("terrorism").language("fr").stream();
    /// while let Some(paragraph) = paragraphs.try_next().await? {
    ///     println!("{}", paragraph.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn paragraphs(&self) -> ParagraphQuery {
        ParagraphQuery::new(self.connection.clone())
    }

    /// Returns a paragraph, by its name or by the short form that people cite, such as `cica-almaty-2006-fr/para_15`.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let paragraph = alinea.get_paragraph("cica-almaty-2006-fr/para_15").await?;
    /// println!("{}. {}", paragraph.number, paragraph.text);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get_paragraph<N>(&self, name: N) -> Result<Paragraph, Error>
    where
        N: TryInto<ParagraphName>,
        Error: From<N::Error>,
    {
        let name: ParagraphName = name.try_into()?;
        let message =
            v1::GetParagraphRequest { name: name.into(), min_revision: self.connection.least.clone() };
        let answer = read(&self.connection, Method::GetParagraph, message, |request| {
            Call::unary(self.connection.route(), GET, request, self.connection.settings.compression)
        })
        .await?;
        Received::single(&answer)
    }

    /// Returns paragraphs in the order of their names. It fails when one is missing. They are asked for a thousand at a
    /// time, or fewer where they are long; those of one call are of one revision.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let names = ["cica-almaty-2006-fr/para_15", "cica-almaty-2006-fr/para_16"];
    /// for paragraph in alinea.get_paragraphs(names).await? {
    ///     println!("{}. {}", paragraph.number, paragraph.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get_paragraphs<N>(&self, names: impl IntoIterator<Item = N>) -> Result<Vec<Paragraph>, Error>
    where
        N: TryInto<ParagraphName>,
        Error: From<N::Error>,
    {
        let names = names
            .into_iter()
            .map(|name| Ok(name.try_into()?.into()))
            .collect::<Result<Vec<String>, Error>>()?;
        let mut paragraphs = Vec::with_capacity(names.len());
        let mut batches: Vec<_> = names.chunks(BATCH).rev().collect();
        while let Some(names) = batches.pop() {
            match self.batch(names).await {
                Ok(batch) => paragraphs.extend(batch),
                // They are longer than most.
                Err(error) if error.reason() == Some(TOO_LARGE) && names.len() > 1 => {
                    let (first, second) = names.split_at(names.len() / 2);
                    batches.extend([second, first]);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(paragraphs)
    }

    async fn batch(&self, names: &[String]) -> Result<Vec<Paragraph>, Error> {
        let min_revision = self.connection.least.clone();
        let message = v1::BatchGetParagraphsRequest { names: names.to_vec(), min_revision };
        let answer = read(&self.connection, Method::BatchGetParagraphs, message, |request| {
            let mut service = self.connection.paragraphs();
            async move { service.batch_get_paragraphs(request).await }
        })
        .await?;
        Vec::from_wire(answer.paragraphs)
    }

    /// Says why a paragraph has its tags: the words that speak for each, and where they stand. Two ways to name it, as in
    /// [`get_paragraph`](Self::get_paragraph).
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let explanation = alinea.explain_tags("cica-almaty-2006-fr/para_15").await?;
    /// for explained in explanation.explanations {
    ///     let words: Vec<_> = explained.evidence.iter().map(|evidence| &*evidence.words).collect();
    ///     println!("{}: {}", explained.tag.theme, words.join(", "));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn explain_tags<N>(&self, name: N) -> Result<Explanation, Error>
    where
        N: TryInto<ParagraphName>,
        Error: From<N::Error>,
    {
        let name: ParagraphName = name.try_into()?;
        let message = v1::ExplainTagsRequest { name: name.into() };
        let answer = read(&self.connection, Method::ExplainTags, message, |request| {
            let mut service = self.connection.paragraphs();
            async move { service.explain_tags(request).await }
        })
        .await?;
        Explanation::from_wire(answer)
    }

    /// Says what paragraphs are about, and what not, whatever the tagger says.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// alinea.tag_paragraphs().add("cica-almaty-2006-fr/para_4", "border-security").send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn tag_paragraphs(&self) -> Tagging {
        Tagging::new(self.connection.clone())
    }
}
