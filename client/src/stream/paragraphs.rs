//! The stream as values of their own.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use alinea_proto::v1;
use bytes::Bytes;
use futures_core::Stream;

use super::resuming::{Response, Resuming};
use crate::connection::Connection;
use crate::error::Error;
use crate::event::Listener;
use crate::message::{Paragraph, Received};
use crate::name::{Cursor, Revision};

/// Paragraphs that match a query, all of one revision, in the order of position.
///
/// It is a [`Stream`]; [`next`](Self::next) and [`try_next`](Self::try_next) need no other crate. When the connection
/// breaks or the server shuts down, it resumes where it stood by itself, with no paragraph lost and none twice. It
/// gives up, with the last error, after as many failures in a row as
/// [`stream_attempts`](crate::ClientBuilder::stream_attempts) says. An error that will not pass ends it at once:
/// `SNAPSHOT_EXPIRED` means that the server no longer keeps what it was reading, and whether to begin anew is for the
/// caller to say. After an error it is at its end.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let mut stream = alinea.paragraphs().theme("terrorism").stream();
/// while let Some(paragraph) = stream.try_next().await? {
///     println!("{}: {}", paragraph.name, paragraph.text);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream asks for nothing until it is read"]
pub struct ParagraphStream {
    responses: Resuming,
    /// What is left of the last response received.
    batch: std::vec::IntoIter<Paragraph>,
    /// The cursor before the paragraphs of the batch: the one to keep while some are left.
    before: Option<Cursor>,
}

/// Paragraphs that came together, and the cursor that resumes after them.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let mut stream = alinea.paragraphs().stream();
/// while let Some(batch) = stream.try_next_batch().await? {
///     println!("{} paragraphs of {}, up to {}", batch.paragraphs.len(), batch.revision, batch.cursor);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Batch {
    /// The paragraphs, at least one.
    pub paragraphs: Vec<Paragraph>,
    /// Resumes a stream of the same filter after these paragraphs.
    pub cursor: Cursor,
    /// The revision of the whole stream.
    pub revision: Revision,
}

impl Response for Received {
    fn read(message: Bytes) -> Result<Self, Error> {
        Self::read(&message)
    }

    fn is_empty(&self) -> bool {
        self.paragraphs.is_empty()
    }

    fn cursor(&self) -> &str {
        &self.cursor
    }

    fn revision(&self) -> &str {
        &self.revision
    }

    fn positions(&self) -> impl Iterator<Item = u64> {
        self.paragraphs.iter().map(|paragraph| paragraph.position)
    }
}

impl ParagraphStream {
    pub(crate) fn new(
        connection: Arc<Connection>,
        request: v1::StreamParagraphsRequest,
        refused: Option<Error>,
        listener: Listener,
    ) -> Self {
        let responses = Resuming::new(connection, request, refused, listener);
        let before = responses.cursor().cloned();
        Self { responses, batch: Vec::new().into_iter(), before }
    }

    /// The next paragraph; none after the last.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().theme("terrorism").stream();
    /// if let Some(first) = stream.next().await {
    ///     println!("{}", first?.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next(&mut self) -> Option<Result<Paragraph, Error>> {
        match self.batch.next() {
            Some(paragraph) => Some(Ok(paragraph)),
            None => poll_fn(|context| self.poll_paragraph(context)).await,
        }
    }

    /// The next paragraph; `Ok(None)` after the last.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().theme("terrorism").stream();
    /// while let Some(paragraph) = stream.try_next().await? {
    ///     println!("{}", paragraph.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn try_next(&mut self) -> Result<Option<Paragraph>, Error> {
        self.next().await.transpose()
    }

    /// The paragraphs that came together next, with the cursor that resumes after them; `Ok(None)` after the last.
    ///
    /// A program that stores what it reads and the cursor in one transaction reads every paragraph exactly once, also
    /// when it is killed and started again.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut stream = alinea.paragraphs().theme("terrorism").stream();
    /// while let Some(batch) = stream.try_next_batch().await? {
    ///     println!("{} paragraphs", batch.paragraphs.len()); // store them
    ///     std::fs::write("feed.cursor", batch.cursor.as_str())?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn try_next_batch(&mut self) -> Result<Option<Batch>, Error> {
        if self.batch.as_slice().is_empty() && !poll_fn(|context| self.poll_batch(context)).await? {
            return Ok(None);
        }
        let paragraphs = std::mem::take(&mut self.batch).collect();
        match (self.responses.cursor().cloned(), self.responses.revision().cloned()) {
            (Some(cursor), Some(revision)) => Ok(Some(Batch { paragraphs, cursor, revision })),
            _ => Err(self.responses.fail(Error::protocol("the server sent paragraphs without a revision"))),
        }
    }

    /// Where the stream stands: a stream of the same filter that
    /// [resumes](crate::ParagraphQuery::resume_from) from here misses nothing.
    ///
    /// Paragraphs come some at a time and share a cursor, so in the middle of some this is the cursor before them, and
    /// the ones of them that were already read would come again. [`try_next_batch`](Self::try_next_batch) gives all of
    /// them at once. None before the first paragraphs.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().stream();
    /// stream.try_next_batch().await?;
    /// if let Some(cursor) = stream.cursor().cloned() {
    ///     let rest = alinea.paragraphs().resume_from(cursor).stream();
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn cursor(&self) -> Option<&Cursor> {
        match self.batch.as_slice().is_empty() {
            true => self.responses.cursor(),
            false => self.before.as_ref(),
        }
    }

    /// The revision that the whole stream is of; none before the first paragraphs came.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().theme("energy").stream();
    /// while stream.try_next().await?.is_some() {}
    /// if let Some(revision) = stream.revision().cloned() {
    ///     let changes = alinea.paragraphs().theme("energy").watch_from(revision);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn revision(&self) -> Option<&Revision> {
        self.responses.revision()
    }

    fn poll_paragraph(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Paragraph, Error>>> {
        if self.batch.as_slice().is_empty() {
            match ready!(self.poll_batch(context)) {
                Ok(true) => {}
                Ok(false) => return Poll::Ready(None),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        Poll::Ready(self.batch.next().map(Ok))
    }

    /// Waits until there are paragraphs in the batch, which has none; false after the last.
    fn poll_batch(&mut self, context: &mut Context<'_>) -> Poll<Result<bool, Error>> {
        self.before = self.responses.cursor().cloned();
        let received = ready!(self.responses.poll_response::<Received>(context))?;
        Poll::Ready(Ok(match received {
            Some(received) => {
                self.batch = received.paragraphs.into_iter();
                true
            }
            None => false,
        }))
    }
}

impl Stream for ParagraphStream {
    type Item = Result<Paragraph, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_paragraph(context)
    }
}

impl fmt::Debug for ParagraphStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParagraphStream")
            .field("cursor", &self.cursor())
            .field("revision", &self.revision())
            .finish_non_exhaustive()
    }
}
