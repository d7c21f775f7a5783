//! The responses of a stream, over as many connections as it takes: no paragraph is lost and none comes twice.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use alinea_proto::v1;
use bytes::Bytes;
use tokio::time::Sleep;
use tonic::Status;

use crate::call::{Attempts, Method};
use crate::connection::Connection;
use crate::error::Error;
use crate::event::Listener;
use crate::name::{Cursor, Revision};
use crate::wire::Call;

/// The path of the method.
const PATH: &str = "/alinea.v1.ParagraphService/StreamParagraphs";

/// What a response is read into.
pub(super) trait Response: Sized {
    /// Reads a `StreamParagraphsResponse`.
    fn read(message: Bytes) -> Result<Self, Error>;
    /// Whether it has no paragraphs.
    fn is_empty(&self) -> bool;
    /// The cursor after its paragraphs; empty when it has none.
    fn cursor(&self) -> &str;
    /// The revision it is of; empty when it does not say.
    fn revision(&self) -> &str;
    /// The positions of its paragraphs.
    fn positions(&self) -> impl Iterator<Item = u64>;
}

/// A stream that is asked for again, from where it stood, whenever it breaks.
pub(super) struct Resuming {
    connection: Arc<Connection>,
    /// What to ask for when the stream is opened again: its cursor is that of the last response received.
    request: v1::StreamParagraphsRequest,
    state: State,
    cursor: Option<Cursor>,
    revision: Option<Revision>,
    /// The position of the last paragraph received.
    position: Option<u64>,
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

impl Resuming {
    pub(super) fn new(
        connection: Arc<Connection>,
        request: v1::StreamParagraphsRequest,
        refused: Option<Error>,
        listener: Listener,
    ) -> Self {
        let attempts = Attempts::new(connection.clone(), Method::StreamParagraphs, listener);
        Self {
            connection,
            cursor: Cursor::received(request.cursor.clone()),
            request,
            state: refused.map_or(State::Closed, State::Refused),
            revision: None,
            position: None,
            attempts,
        }
    }

    /// The cursor after the last response; that of the request before the first.
    pub(super) fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    /// The revision that the whole stream is of; none before the first response.
    pub(super) fn revision(&self) -> Option<&Revision> {
        self.revision.as_ref()
    }

    /// The next response with paragraphs; none after the last. After an error it is at its end.
    pub(super) fn poll_response<R: Response>(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<R>, Error>> {
        loop {
            match &mut self.state {
                State::Closed => self.open(),
                State::Opening(opening) => match ready!(opening.as_mut().poll(context)) {
                    Ok(call) => {
                        self.attempts.answered(call.endpoint());
                        self.state = State::Reading(Box::new(call));
                    }
                    Err(status) => self.survive(Error::from_status(status))?,
                },
                State::Reading(call) => match ready!(call.poll_message(context)) {
                    Some(Ok(message)) => {
                        let response = R::read(message).map_err(|error| self.fail(error))?;
                        self.receive(&response)?;
                        if !response.is_empty() {
                            return Poll::Ready(Ok(Some(response)));
                        }
                    }
                    Some(Err(status)) => self.survive(Error::from_status(status))?,
                    None => self.state = State::Done,
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

    fn open(&mut self) {
        self.attempts.begin();
        self.state = State::Opening(Box::pin(Call::open(&self.connection, PATH, self.request.clone())));
    }

    /// Takes note of where a response leaves the stream.
    fn receive(&mut self, response: &impl Response) -> Result<(), Error> {
        // A cursor pins the revision: another one after a break would be a stream of two halves that do not fit.
        let resumed = !self.request.cursor.is_empty();
        let revision = response.revision();
        match &self.revision {
            Some(first) if resumed && !revision.is_empty() && first.as_str() != revision => {
                return Err(self.fail(Error::protocol("the server resumed the stream at another revision")));
            }
            Some(same) if same.as_str() == revision => {}
            _ => self.revision = Revision::received(revision.to_owned()).or(self.revision.take()),
        }
        if let Some(cursor) = Cursor::received(response.cursor().to_owned()) {
            self.request.cursor = cursor.as_str().to_owned();
            self.cursor = Some(cursor);
        } else if !response.is_empty() {
            return Err(self.fail(Error::protocol("the server sent paragraphs without a cursor")));
        }
        for position in response.positions() {
            if let Some(last) = self.position.replace(position).filter(|last| *last >= position) {
                let after = format!("a paragraph at position {position} came after one at {last}");
                return Err(self.fail(Error::out_of_order(after)));
            }
        }
        if !response.is_empty() {
            self.attempts.succeeded();
        }
        Ok(())
    }

    /// Goes on after a failure that may pass, or ends with it.
    fn survive(&mut self, error: Error) -> Result<(), Error> {
        let wait = self.attempts.failed(error).map_err(|error| self.fail(error))?;
        self.state = State::Waiting(wait);
        Ok(())
    }

    /// Ends with an error.
    pub(super) fn fail(&mut self, error: Error) -> Error {
        self.state = State::Done;
        error.at(Method::StreamParagraphs.name(), &self.connection.url)
    }
}

impl fmt::Debug for Resuming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resuming")
            .field("cursor", &self.cursor)
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}
