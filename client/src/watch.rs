//! The watch of paragraphs, which outlives the connections it comes over.

use std::fmt;
use std::future::{Future, poll_fn};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use alinea_proto::v1;
use futures_core::Stream;
use tokio::time::Sleep;
use tonic::Status;

use crate::call::{Attempts, Method};
use crate::connection::Connection;
use crate::error::Error;
use crate::event::Listener;
use crate::message::{Change, Changed};
use crate::name::Revision;
use crate::stream::ParagraphStream;
use crate::wire::Call;

/// The path of the method.
const PATH: &str = "/alinea.v1.ParagraphService/WatchParagraphs";

/// After how long a silence the server is to say that it is still there, unless said otherwise.
const CHECKPOINT: Duration = Duration::from_secs(10);
/// After how many of these silences in a row a connection counts as dead.
const SILENCES: u32 = 3;

/// The changes to what matches a query, in the order of revisions, each once.
///
/// It is a [`Stream`] without end; [`next`](Self::next) and [`try_next`](Self::try_next) need no other crate. When the
/// connection breaks, falls silent or the server shuts down, it goes on where it stood by itself, with no change lost and
/// none twice. It gives up, with the last error, after as many failures in a row as
/// [`stream_attempts`](crate::ClientBuilder::stream_attempts) says. An error that will not pass ends it at once:
/// `REVISION_COMPACTED` means that it was away for so long that the server no longer has the changes since; then what was
/// made of them has to be made anew, by a [watch from the snapshot](crate::ParagraphQuery::watch_from_snapshot).
///
/// A revision is told when all of it came: changes, and then [`Change::Reached`].
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::Change;
///
/// let mut watch = alinea.paragraphs().theme("energy").watch();
/// while let Some(change) = watch.try_next().await? {
///     match change {
///         Change::Put(paragraph) => println!("{} says {}", paragraph.name, paragraph.text),
///         Change::Removed(name) => println!("{name} is gone"),
///         Change::Reached(revision) => println!("that was {revision}"),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a watch asks for nothing until it is read"]
pub struct ParagraphWatch {
    connection: Arc<Connection>,
    /// What is there, until all of it was told.
    snapshot: Option<ParagraphStream>,
    /// What to ask for when the watch is opened again: its revision is the last that was received whole.
    request: v1::WatchParagraphsRequest,
    /// How long nothing may come before the connection counts as dead.
    patience: Duration,
    state: State,
    /// What is left of the last response received.
    changes: std::vec::IntoIter<Change>,
    /// The revision that is whole after them.
    reached: Option<Revision>,
    /// How many changes were received of the revision that is under way.
    received: usize,
    /// Tells those from others.
    seen: DefaultHasher,
    /// How many of those come once more.
    known: usize,
    /// Tells those of them that came again.
    again: DefaultHasher,
    attempts: Attempts,
}

type Opening = Pin<Box<dyn Future<Output = Result<Call, Status>> + Send>>;

enum State {
    Closed,
    Opening(Opening),
    Reading(Box<Call>),
    Waiting(Pin<Box<Sleep>>),
    Refused(Error),
    Done,
}

impl ParagraphWatch {
    pub(crate) fn new(
        connection: Arc<Connection>,
        filter: v1::ParagraphFilter,
        start_revision: String,
        refused: Option<Error>,
        listener: Listener,
    ) -> Self {
        let request = v1::WatchParagraphsRequest {
            filter: Some(filter),
            start_revision,
            checkpoint_interval: CHECKPOINT.try_into().ok(),
        };
        let attempts = Attempts::new(connection.clone(), Method::WatchParagraphs, listener);
        Self {
            connection,
            snapshot: None,
            request,
            patience: CHECKPOINT * SILENCES,
            state: refused.map_or(State::Closed, State::Refused),
            changes: Vec::new().into_iter(),
            reached: None,
            received: 0,
            seen: DefaultHasher::new(),
            known: 0,
            again: DefaultHasher::new(),
            attempts,
        }
    }

    /// A watch that first tells what a stream of the same filter gives.
    pub(crate) fn after(
        snapshot: ParagraphStream,
        connection: Arc<Connection>,
        filter: v1::ParagraphFilter,
        listener: Listener,
    ) -> Self {
        let mut watch = Self::new(connection, filter, String::new(), None, listener);
        watch.attempts.go_on();
        Self { snapshot: Some(snapshot), ..watch }
    }

    /// After how long a silence the server says that it is still there: 10 s unless said, at least 1 s. A connection of
    /// which nothing comes for three times as long counts as dead, and the watch goes on over another.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use std::time::Duration;
    ///
    /// let watch = alinea.paragraphs().watch().checkpoint_interval(Duration::from_secs(60));
    /// # Ok(())
    /// # }
    /// ```
    pub fn checkpoint_interval(mut self, interval: Duration) -> Self {
        self.request.checkpoint_interval = interval.try_into().ok();
        self.patience = interval.saturating_mul(SILENCES);
        self
    }

    /// What is told next. It waits until there is something; none after an error.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut watch = alinea.paragraphs().watch();
    /// if let Some(Err(error)) = watch.next().await {
    ///     println!("it is over: {error}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next(&mut self) -> Option<Result<Change, Error>> {
        poll_fn(|context| self.poll_change(context)).await
    }

    /// What is told next; `Ok(None)` after an error.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut watch = alinea.paragraphs().watch();
    /// while let Some(change) = watch.try_next().await? {
    ///     println!("{change:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn try_next(&mut self) -> Result<Option<Change>, Error> {
        self.next().await.transpose()
    }

    fn poll_change(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Change, Error>>> {
        if let Some(snapshot) = &mut self.snapshot {
            let told = ready!(Pin::new(&mut *snapshot).poll_next(context));
            let revision = snapshot.revision().cloned();
            return Poll::Ready(match (told, revision) {
                (Some(Ok(paragraph)), _) => Some(Ok(Change::Put(paragraph))),
                (Some(Err(error)), _) => {
                    (self.snapshot, self.state) = (None, State::Done);
                    Some(Err(error))
                }
                (None, Some(revision)) => {
                    self.snapshot = None;
                    self.request.start_revision = revision.as_str().to_owned();
                    Some(Ok(Change::Reached(revision)))
                }
                (None, None) => {
                    self.snapshot = None;
                    Some(Err(self.fail(Error::protocol("the server ended a stream without its revision"))))
                }
            });
        }
        loop {
            if let Some(change) = self.changes.next() {
                return Poll::Ready(Some(Ok(change)));
            }
            if let Some(revision) = self.reached.take() {
                return Poll::Ready(Some(Ok(Change::Reached(revision))));
            }
            match ready!(self.poll_response(context)) {
                Ok(Some(response)) => {
                    if let Err(error) = self.receive(response) {
                        return Poll::Ready(Some(Err(error)));
                    }
                }
                Ok(None) => return Poll::Ready(None),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }

    /// Waits for a response; none when the watch is at its end.
    fn poll_response(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Changed>, Error>> {
        loop {
            match &mut self.state {
                State::Closed => {
                    self.attempts.begin();
                    // The server may wait for the revision before it answers, so this takes as long as a stream may.
                    let opening = Call::open(&self.connection, PATH, self.request.clone());
                    self.state = State::Opening(Box::pin(opening));
                }
                State::Opening(opening) => match ready!(opening.as_mut().poll(context)) {
                    Ok(call) => {
                        self.attempts.answered(call.endpoint());
                        (self.known, self.again) = (self.received, DefaultHasher::new());
                        self.state = State::Reading(Box::new(call.idle_limit(Some(self.patience))));
                    }
                    Err(status) => self.survive(Error::from_status(status))?,
                },
                State::Reading(call) => match ready!(call.poll_message(context)) {
                    Some(Ok(message)) => {
                        let changed = Changed::read(&message).map_err(|error| self.fail(error))?;
                        return Poll::Ready(Ok(Some(changed)));
                    }
                    Some(Err(status)) => self.survive(Error::from_status(status))?,
                    None => self.survive(ended())?,
                },
                State::Waiting(sleep) => {
                    ready!(sleep.as_mut().poll(context));
                    self.state = State::Closed;
                }
                State::Refused(_) | State::Done => {
                    return Poll::Ready(match std::mem::replace(&mut self.state, State::Done) {
                        State::Refused(error) => Err(error),
                        _ => Ok(None),
                    });
                }
            }
        }
    }

    /// Takes a response in, without the changes that came before the connection broke.
    fn receive(&mut self, response: Changed) -> Result<(), Error> {
        let Changed { mut changes, revision } = response;
        let is_checkpoint = changes.is_empty();
        let known = self.known.min(changes.len());
        changes.drain(..known).for_each(|change| note(&change, &mut self.again));
        self.known -= known;
        if known > 0 && self.known == 0 && self.again.finish() != self.seen.finish() {
            return Err(self.fail(told_in_another_way()));
        }
        self.received += changes.len();
        changes.iter().for_each(|change| note(change, &mut self.seen));
        // A checkpoint on a quiet store says the revision that is known.
        if let Some(revision) =
            Revision::received(revision).filter(|revision| revision.as_str() != self.request.start_revision)
        {
            if is_checkpoint && self.known > 0 && self.known == self.received {
                // The revision that broke off is still to come, and the ones before have been told.
                self.request.start_revision = revision.as_str().to_owned();
                self.attempts.succeeded();
                return Ok(());
            }
            if self.known > 0 {
                return Err(self.fail(told_in_another_way()));
            }
            if is_before(revision.as_str(), &self.request.start_revision) {
                let after = format!("revision {revision} came after {}", self.request.start_revision);
                return Err(self.fail(Error::out_of_order(after)));
            }
            (self.received, self.seen) = (0, DefaultHasher::new());
            self.request.start_revision = revision.as_str().to_owned();
            self.reached = Some(revision);
        }
        self.changes = changes.into_iter();
        self.attempts.succeeded();
        Ok(())
    }

    /// Goes on after a failure that may pass, or ends with it.
    fn survive(&mut self, error: Error) -> Result<(), Error> {
        let wait = self.attempts.failed(error).map_err(|error| self.fail(error))?;
        self.state = State::Waiting(wait);
        Ok(())
    }

    /// Ends with an error.
    fn fail(&mut self, error: Error) -> Error {
        self.state = State::Done;
        self.changes = Vec::new().into_iter();
        self.reached = None;
        error.at(Method::WatchParagraphs.name(), &self.connection.url)
    }
}

/// Tells which paragraph changed, and how.
fn note(change: &Change, hasher: &mut DefaultHasher) {
    match change {
        Change::Put(paragraph) => (true, paragraph.name.as_str()).hash(hasher),
        Change::Removed(name) => (false, name.as_str()).hash(hasher),
        Change::Reached(_) => {}
    }
}

fn told_in_another_way() -> Error {
    Error::protocol("the server told a revision in another way when it was asked again")
}

/// Whether a revision is an earlier one. Servers number them.
fn is_before(revision: &str, last: &str) -> bool {
    matches!((revision.parse::<u64>(), last.parse::<u64>()), (Ok(revision), Ok(last)) if revision < last)
}

/// A watch has no end, so one that ends was cut by something between.
fn ended() -> Error {
    Error::from_status(Status::unavailable("the watch ended without a status that says why"))
}

impl Stream for ParagraphWatch {
    type Item = Result<Change, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_change(context)
    }
}

impl fmt::Debug for ParagraphWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParagraphWatch")
            .field("revision", &self.request.start_revision)
            .finish_non_exhaustive()
    }
}
