//! The client.

mod documents;
mod paragraphs;
mod themes;

use std::sync::Arc;

use crate::answers::Answers;
use crate::backup::{self, BackupPiece};
use crate::builder::ClientBuilder;
use crate::connection::Connection;
use crate::error::Error;
use crate::health;
use crate::name::Revision;

/// A client of an alinea server.
///
/// A clone is cheap and shares the connection; every method takes `&self`. A connection that breaks is opened anew,
/// calls that only read are made again when they fail in passing, and streams resume where they stood.
///
/// ```no_run
/// # async fn example() -> Result<(), alinea_client::Error> {
/// let alinea = alinea_client::Client::connect("http://127.0.0.1:50051").await?;
/// let counting = tokio::spawn({
///     let alinea = alinea.clone();
///     async move { alinea.paragraphs().count().await }
/// });
/// println!("{}", alinea.get_paragraph("cica-almaty-2006-fr/para_15").await?.text);
/// # drop(counting);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) connection: Arc<Connection>,
}

impl Client {
    /// Connects to the server at a URL such as `http://127.0.0.1:50051`, and fails when there is none.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let alinea = alinea_client::Client::connect("http://127.0.0.1:50051").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect(url: impl Into<String>) -> Result<Self, Error> {
        Self::builder(url).connect().await
    }

    /// Makes a client that connects when it is first used. It has to be made inside a tokio runtime.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let alinea = alinea_client::Client::connect_lazy("http://127.0.0.1:50051")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_lazy(url: impl Into<String>) -> Result<Self, Error> {
        Self::builder(url).connect_lazy()
    }

    /// A client with settings of its own.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// use std::time::Duration;
    ///
    /// use alinea_client::Client;
    ///
    /// let builder = Client::builder("http://127.0.0.1:50051").call_deadline(Duration::from_secs(3));
    /// let alinea = builder.connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }

    /// Whether the server says that it serves (`grpc.health.v1`). It says no while it shuts down.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// if !alinea.is_serving().await? {
    ///     println!("{} shuts down", alinea.url());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn is_serving(&self) -> Result<bool, Error> {
        health::is_serving(&self.connection).await
    }

    /// The URL of the server; of several all, with commas between them.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let alinea = alinea_client::Client::connect_lazy("http://127.0.0.1:50051")?;
    /// assert_eq!(alinea.url(), "http://127.0.0.1:50051");
    /// # Ok(())
    /// # }
    /// ```
    pub fn url(&self) -> &str {
        &self.connection.url
    }

    /// A client that reads what was written: paragraphs and documents by name, streams, pages, searches and counts of it are of a
    /// revision or of a later one, whichever server they come from. A server that has not got there yet is waited for, within the
    /// deadline of the call. Lists of documents, sections and themes are as the server has them; a watch has a revision of its own.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let deleted = alinea.delete_document("old-treaty").await?;
    /// let left = alinea.at_least(deleted).paragraphs().count().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn at_least(&self, revision: Revision) -> Self {
        Self { connection: Arc::new(self.connection.at_least(revision.as_str())) }
    }

    /// Copies the whole store of the server as it is at one moment, while it goes on: the bytes of the file `data.mdb` of a
    /// folder that a server can be started on. The copy is whole only when [`BackupPiece::Whole`] came.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use std::io::Write;
    ///
    /// use alinea_client::BackupPiece;
    ///
    /// let mut file = std::fs::File::create("data.mdb")?;
    /// let mut pieces = alinea.back_up();
    /// while let Some(piece) = pieces.try_next().await? {
    ///     match piece {
    ///         BackupPiece::Bytes(bytes) => file.write_all(&bytes)?,
    ///         BackupPiece::Whole { revision, .. } => println!("it has all up to {revision}"),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn back_up(&self) -> Answers<BackupPiece> {
        backup::back_up(self.connection.clone())
    }
}
