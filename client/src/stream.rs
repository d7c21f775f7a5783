//! The stream of paragraphs, which outlives the connections it comes over.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use alinea_proto::v1;
use futures_core::Stream;
use tokio::time::{Sleep, sleep};
use tonic::{Status, Streaming};

use crate::call::{Backoff, Method};
use crate::connection::Connection;
use crate::error::{Error, Transience};
use crate::message::{FromWire, Paragraph};
use crate::name::{Cursor, Revision};

type Responses = Streaming<v1::StreamParagraphsResponse>;
type Opening = Pin<Box<dyn Future<Output = Result<Responses, Status>> + Send>>;

/// Paragraphs that match a query, all of one revision, in the order of position.
///
/// It is a [`Stream`]; [`next`](Self::next) and [`try_next`](Self::try_next) need no other crate. When the connection
/// breaks or the server shuts down, it resumes where it stood by itself, with no paragraph lost and none twice. It
/// gives up, with the last error, after as many failures in a row as
/// [`stream_attempts`](crate::ClientBuilder::stream_attempts) says. An error that will not pass ends it at once:
/// `SNAPSHOT_EXPIRED` means that the server no longer keeps what it was reading, and whether to begin anew is for the
/// caller to say. After an error it is at its end.
#[must_use = "a stream asks for nothing until it is read"]
pub struct ParagraphStream {
    connection: Arc<Connection>,
    /// What to ask for when the stream is opened again: its cursor is that of the last response received.
    request: v1::StreamParagraphsRequest,
    state: State,
    /// What is left of the last response received.
    batch: std::vec::IntoIter<v1::Paragraph>,
    /// The cursor before the paragraphs of the batch: the one to keep while some are left.
    before: Option<Cursor>,
    /// The cursor after them.
    after: Option<Cursor>,
    revision: Option<Revision>,
    failures: u32,
    backoff: Backoff,
}

enum State {
    Closed,
    Opening(Opening),
    Reading(Box<Responses>),
    Waiting(Pin<Box<Sleep>>),
    Refused(Error),
    Done,
}

/// Paragraphs that came together, and the cursor that resumes after them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Batch {
    /// The paragraphs, at least one.
    pub paragraphs: Vec<Paragraph>,
    /// Resumes a stream of the same filter after these paragraphs.
    pub cursor: Cursor,
    /// The revision of the whole stream.
    pub revision: Revision,
}

impl ParagraphStream {
    pub(crate) fn new(
        connection: Arc<Connection>,
        request: v1::StreamParagraphsRequest,
        refused: Option<Error>,
    ) -> Self {
        let cursor = Cursor::received(request.cursor.clone());
        Self {
            connection,
            request,
            state: refused.map_or(State::Closed, State::Refused),
            batch: Vec::new().into_iter(),
            before: cursor.clone(),
            after: cursor,
            revision: None,
            failures: 0,
            backoff: Backoff::new(),
        }
    }

    /// The next paragraph; none after the last.
    pub async fn next(&mut self) -> Option<Result<Paragraph, Error>> {
        poll_fn(|context| self.poll_paragraph(context)).await
    }

    /// The next paragraph; `Ok(None)` after the last.
    pub async fn try_next(&mut self) -> Result<Option<Paragraph>, Error> {
        self.next().await.transpose()
    }

    /// The paragraphs that came together next, with the cursor that resumes after them; `Ok(None)` after the last.
    ///
    /// A program that stores what it reads and the cursor in one transaction reads every paragraph exactly once, also
    /// when it is killed and started again.
    pub async fn try_next_batch(&mut self) -> Result<Option<Batch>, Error> {
        if self.batch.as_slice().is_empty() && !poll_fn(|context| self.poll_batch(context)).await? {
            return Ok(None);
        }
        let paragraphs = self.batch.by_ref().map(Paragraph::from_wire).collect::<Result<_, _>>();
        match (paragraphs, self.after.clone(), self.revision.clone()) {
            (Ok(paragraphs), Some(cursor), Some(revision)) => {
                Ok(Some(Batch { paragraphs, cursor, revision }))
            }
            (Err(error), ..) => Err(self.fail(error)),
            _ => Err(self.fail(Error::protocol("the server sent paragraphs without a cursor"))),
        }
    }

    /// Where the stream stands: a stream of the same filter that
    /// [resumes](crate::ParagraphQuery::resume_from) from here misses nothing.
    ///
    /// Paragraphs come some at a time and share a cursor, so in the middle of some this is the cursor before them, and
    /// the ones of them that were already read would come again. [`try_next_batch`](Self::try_next_batch) gives all of
    /// them at once. None before the first paragraphs.
    pub fn cursor(&self) -> Option<&Cursor> {
        match self.batch.as_slice().is_empty() {
            true => self.after.as_ref(),
            false => self.before.as_ref(),
        }
    }

    /// The revision that the whole stream is of; none before the first paragraphs came.
    pub fn revision(&self) -> Option<&Revision> {
        self.revision.as_ref()
    }

    fn poll_paragraph(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Paragraph, Error>>> {
        if self.batch.as_slice().is_empty() {
            match ready!(self.poll_batch(context)) {
                Ok(true) => {}
                Ok(false) => return Poll::Ready(None),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        let paragraph = self.batch.next().map(Paragraph::from_wire);
        Poll::Ready(paragraph.map(|read| read.map_err(|error| self.fail(error))))
    }

    /// Waits until there are paragraphs in the batch; false after the last.
    fn poll_batch(&mut self, context: &mut Context<'_>) -> Poll<Result<bool, Error>> {
        loop {
            match &mut self.state {
                State::Closed => self.open(),
                State::Opening(opening) => match ready!(opening.as_mut().poll(context)) {
                    Ok(responses) => self.state = State::Reading(Box::new(responses)),
                    Err(status) => self.survive(status.into())?,
                },
                State::Reading(responses) => match ready!(Pin::new(responses.as_mut()).poll_next(context)) {
                    Some(Ok(response)) => {
                        if self.receive(response)? {
                            return Poll::Ready(Ok(true));
                        }
                    }
                    Some(Err(status)) => self.survive(status.into())?,
                    None => self.state = State::Done,
                },
                State::Waiting(sleep) => {
                    ready!(sleep.as_mut().poll(context));
                    self.state = State::Closed;
                }
                State::Refused(_) | State::Done => {
                    return Poll::Ready(match std::mem::replace(&mut self.state, State::Done) {
                        State::Refused(error) => Err(error),
                        _ => Ok(false),
                    });
                }
            }
        }
    }

    fn open(&mut self) {
        let mut service = self.connection.paragraphs();
        let request = self.request.clone();
        let opening = async move { Ok(service.stream_paragraphs(request).await?.into_inner()) };
        self.state = State::Opening(Box::pin(opening));
    }

    /// Takes a response in; says whether it had paragraphs.
    fn receive(&mut self, response: v1::StreamParagraphsResponse) -> Result<bool, Error> {
        let revision = Revision::received(response.revision);
        // A cursor pins the revision: another one after a break would be a stream of two halves that do not fit.
        let resumed = !self.request.cursor.is_empty();
        if resumed
            && revision.is_some()
            && self.revision.as_ref().is_some_and(|first| Some(first) != revision.as_ref())
        {
            return Err(self.fail(Error::protocol("the server resumed the stream at another revision")));
        }
        self.revision = revision.or(self.revision.take());
        if response.cursor.is_empty() && !response.paragraphs.is_empty() {
            return Err(self.fail(Error::protocol("the server sent paragraphs without a cursor")));
        }
        self.before = self.after.take();
        self.after = Cursor::received(response.cursor).or_else(|| self.before.clone());
        if let Some(cursor) = &self.after {
            self.request.cursor = cursor.as_str().to_owned();
        }
        if response.paragraphs.is_empty() {
            return Ok(false);
        }
        self.batch = response.paragraphs.into_iter();
        self.failures = 0;
        self.backoff = Backoff::new();
        Ok(true)
    }

    /// Goes on after a failure that may pass, or ends with it.
    fn survive(&mut self, error: Error) -> Result<(), Error> {
        self.failures += 1;
        if error.transience() == Transience::Lasting
            || self.failures >= self.connection.settings.stream_attempts
        {
            return Err(self.fail(error));
        }
        let wait = self.backoff.next(error.retry_after());
        tracing::debug!(failures = self.failures, ?wait, %error, "the stream resumes");
        self.state = State::Waiting(Box::pin(sleep(wait)));
        Ok(())
    }

    /// Ends with an error.
    fn fail(&mut self, error: Error) -> Error {
        self.state = State::Done;
        self.batch = Vec::new().into_iter();
        error.at(Method::StreamParagraphs.name(), &self.connection.url)
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
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}
