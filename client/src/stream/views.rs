//! The stream as views of what came.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use alinea_proto::v1;
use bytes::Bytes;
use futures_core::Stream;

use super::resuming::{Response, Resuming};
use crate::connection::Connection;
use crate::error::Error;
use crate::event::Listener;
use crate::message::ViewBatch;
use crate::name::{Cursor, Revision};

/// Paragraphs that match a query, as a [`ParagraphStream`](crate::ParagraphStream) gives them and as patiently, but in
/// the bytes that came: about twice as fast, for who looks at paragraphs and keeps few.
///
/// ```no_run
/// # async fn example(client: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let mut views = client.paragraphs().theme("terrorism").views();
/// let mut found = Vec::new();
/// while let Some(batch) = views.try_next().await? {
///     for paragraph in batch.paragraphs() {
///         if paragraph.text().contains("financing") {
///             found.push(paragraph.to_owned());
///         }
///     }
///     // What was read up to here need not be read again.
///     println!("{} found up to {}", found.len(), batch.cursor());
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream asks for nothing until it is read"]
pub struct ParagraphViews {
    responses: Resuming,
}

impl Response for ViewBatch {
    fn read(message: Bytes) -> Result<Self, Error> {
        Self::read(message)
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn cursor(&self) -> &str {
        self.cursor().as_str()
    }

    fn revision(&self) -> &str {
        self.revision().as_str()
    }

    fn positions(&self) -> impl Iterator<Item = u64> {
        self.paragraphs().map(|paragraph| paragraph.position())
    }
}

impl ParagraphViews {
    pub(crate) fn new(
        connection: Arc<Connection>,
        request: v1::StreamParagraphsRequest,
        refused: Option<Error>,
        listener: Listener,
    ) -> Self {
        Self { responses: Resuming::new(connection, request, refused, listener) }
    }

    /// The paragraphs that come together next; none after the last.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// if let Some(batch) = views.next().await {
    ///     println!("{} paragraphs came first", batch?.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next(&mut self) -> Option<Result<ViewBatch, Error>> {
        self.try_next().await.transpose()
    }

    /// The paragraphs that come together next; `Ok(None)` after the last.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().for_each(|paragraph| println!("{}", paragraph.name()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn try_next(&mut self) -> Result<Option<ViewBatch>, Error> {
        poll_fn(|context| self.responses.poll_response(context)).await
    }

    /// Where the stream stands: a stream of the same filter that [resumes](crate::ParagraphQuery::resume_from) from
    /// here goes on after the batches that were read. None before the first.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// views.try_next().await?;
    /// println!("{:?}", views.cursor());
    /// # Ok(())
    /// # }
    /// ```
    pub fn cursor(&self) -> Option<&Cursor> {
        self.responses.cursor()
    }

    /// The revision that the whole stream is of; none before the first paragraphs came.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// views.try_next().await?;
    /// println!("{:?}", views.revision());
    /// # Ok(())
    /// # }
    /// ```
    pub fn revision(&self) -> Option<&Revision> {
        self.responses.revision()
    }
}

impl Stream for ParagraphViews {
    type Item = Result<ViewBatch, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.responses.poll_response(context).map(Result::transpose)
    }
}

impl fmt::Debug for ParagraphViews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParagraphViews")
            .field("cursor", &self.cursor())
            .field("revision", &self.revision())
            .finish_non_exhaustive()
    }
}
