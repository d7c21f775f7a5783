//! Themes and the schemes they are of.

use alinea_proto::v1;

use super::Client;
use crate::answers::Answers;
use crate::call::{Method, read};
use crate::error::Error;
use crate::listing::Listing;
use crate::message::{Theme, required};
use crate::name::{Revision, ThemeName};
use crate::schemes::{self, SchemeImport, ThemeDraft};

impl Client {
    /// Lists the themes that paragraphs are tagged with, by name.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// for theme in alinea.themes().collect().await? {
    ///     println!("{}", theme.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn themes(&self) -> Listing<Theme> {
        Listing::themes(self.connection.clone(), String::new())
    }

    /// Lists the themes of one scheme, by name.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// println!("{} themes", alinea.themes_of("unbis").collect().await?.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn themes_of(&self, scheme: impl Into<String>) -> Listing<Theme> {
        Listing::themes(self.connection.clone(), scheme.into())
    }

    /// Returns a theme.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let theme = alinea.get_theme("terrorism").await?;
    /// println!("{:?}", theme.display_names.get("fr"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get_theme<N>(&self, name: N) -> Result<Theme, Error>
    where
        N: TryInto<ThemeName>,
        Error: From<N::Error>,
    {
        let name: ThemeName = name.try_into()?;
        let message = v1::GetThemeRequest { name: name.into() };
        let answer = read(&self.connection, Method::GetTheme, message, |request| {
            let mut service = self.connection.themes();
            async move { service.get_theme(request).await }
        })
        .await?;
        required(answer.theme)
    }

    /// Adds a theme to a scheme, and returns it when documents are tagged with it.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new().display_name("en", "Desertification").label("en", "loss of arable land");
    /// println!("{}", alinea.create_theme("desertification", draft).await?.uri);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_theme<N>(&self, name: N, draft: ThemeDraft) -> Result<Theme, Error>
    where
        N: TryInto<ThemeName>,
        Error: From<N::Error>,
    {
        schemes::create(&self.connection, name.try_into()?, draft).await
    }

    /// Changes what is said of a theme, and returns it when documents are tagged with it.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new().description("en", "Land that turns into desert, and what is done about it.");
    /// alinea.update_theme("desertification", draft).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update_theme<N>(&self, name: N, draft: ThemeDraft) -> Result<Theme, Error>
    where
        N: TryInto<ThemeName>,
        Error: From<N::Error>,
    {
        schemes::update(&self.connection, name.try_into()?, draft).await
    }

    /// Removes a theme and its tags. It fails while narrower themes are part of it.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// alinea.delete_theme("desertification").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn delete_theme<N>(&self, name: N) -> Result<Revision, Error>
    where
        N: TryInto<ThemeName>,
        Error: From<N::Error>,
    {
        schemes::delete(&self.connection, name.try_into()?).await
    }

    /// Replaces a scheme by what a SKOS file says, in Turtle, RDF/XML, JSON-LD or N-Triples; how it is written is seen
    /// from the bytes. Answers what was read, then whenever some documents are tagged with it, and last when all are. Who
    /// stops reading does not stop it.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut answers = alinea.import_scheme("ours", std::fs::read("ours.ttl")?);
    /// while let Some(answer) = answers.try_next().await? {
    ///     println!("{} of {} documents", answer.document_count, answer.total_documents);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn import_scheme(&self, name: impl Into<String>, file: impl Into<Vec<u8>>) -> Answers<SchemeImport> {
        schemes::import(self.connection.clone(), name.into(), String::new(), file.into())
    }

    /// Removes a scheme and its tags, and says which revision no longer has them. Of the scheme `default` the one that
    /// comes with the program is left.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// alinea.delete_scheme("ours").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn delete_scheme(&self, name: impl Into<String>) -> Result<Revision, Error> {
        schemes::delete_scheme(&self.connection, name.into()).await
    }
}
