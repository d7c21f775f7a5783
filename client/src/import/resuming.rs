//! The outcomes of an import, over as many connections as it takes: each document has one.

use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use alinea_proto::v1;
use futures_core::Stream;
use tokio::time::Sleep;
use tonic::{Response, Status, Streaming};

use super::Outcome;
use super::outbox::Outbox;
use super::requests::{Requests, Wanted};
use crate::call::{Attempts, Method};
use crate::connection::{Connection, Taken};
use crate::error::Error;
use crate::event::Listener;
use crate::message::FromWire;

/// An import that is made again, with what has no outcome, whenever it breaks.
pub(super) struct Resuming {
    connection: Arc<Connection>,
    outbox: Arc<Outbox>,
    state: State,
    wanted: Option<Wanted>,
    /// What it came over.
    taken: Taken,
    attempts: Attempts,
}

type Outcomes = Streaming<v1::ImportDocumentsResponse>;
type Opening = Pin<Box<dyn Future<Output = Result<Response<Outcomes>, Status>> + Send>>;

enum State {
    Closed,
    Opening(Opening),
    Reading(Box<Outcomes>),
    Waiting(Pin<Box<Sleep>>),
    Done,
}

impl Resuming {
    pub(super) fn new(connection: Arc<Connection>, outbox: Arc<Outbox>) -> Self {
        let attempts = Attempts::new(connection.clone(), Method::ImportDocuments, Listener::default());
        Self {
            connection,
            outbox,
            state: State::Closed,
            wanted: None,
            taken: Taken::default(),
            attempts: attempts.within_budget(),
        }
    }

    fn open(&mut self) {
        self.attempts.begin();
        self.taken = Taken::default();
        let (mut request, wanted) = Requests::begin(&self.outbox);
        request.extensions_mut().insert(self.taken.clone());
        let mut service = self.connection.documents();
        let opening = async move { service.import_documents(request).await };
        (self.state, self.wanted) = (State::Opening(Box::pin(opening)), Some(wanted));
    }

    /// Takes note that a document has its outcome.
    fn receive(&mut self, wire: v1::ImportDocumentsResponse) -> Result<Outcome, Error> {
        if !self.outbox.settle(&wire.name) {
            let unasked = format!("the server told what became of '{}', which it was not sent", wire.name);
            return Err(Error::protocol(unasked));
        }
        let outcome = Outcome::from_wire(wire)?;
        self.attempts.succeeded();
        Ok(outcome)
    }

    /// Goes on after a failure that may pass, or ends with it.
    fn survive(&mut self, status: Status) -> Result<(), Error> {
        let wait = self.attempts.failed(Error::from_status(status)).map_err(|error| self.fail(error))?;
        (self.state, self.wanted) = (State::Waiting(wait), None);
        Ok(())
    }

    /// Ends with an error.
    fn fail(&mut self, error: Error) -> Error {
        (self.state, self.wanted) = (State::Done, None);
        error.at(Method::ImportDocuments.name(), &self.connection.url)
    }
}

impl Stream for Resuming {
    type Item = Result<Outcome, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            match &mut this.state {
                State::Closed => this.open(),
                State::Opening(opening) => match ready!(opening.as_mut().poll(context)) {
                    Ok(outcomes) => {
                        this.attempts.answered(this.taken.endpoint());
                        this.state = State::Reading(Box::new(outcomes.into_inner()));
                    }
                    Err(status) => this.survive(status)?,
                },
                State::Reading(outcomes) => match ready!(Pin::new(outcomes.as_mut()).poll_next(context)) {
                    Some(Ok(wire)) => {
                        return Poll::Ready(Some(this.receive(wire).map_err(|error| this.fail(error))));
                    }
                    Some(Err(status)) => this.survive(status)?,
                    None => {
                        this.state = State::Done;
                        // All that was given before has its outcome.
                        if let Some(panic) = this.outbox.take_panic() {
                            resume_unwind(panic);
                        }
                        if let Some(left) = this.outbox.unsettled() {
                            let early =
                                format!("the server ended the import; documents without an outcome: {left}");
                            return Poll::Ready(Some(Err(this.fail(Error::protocol(early)))));
                        }
                    }
                },
                State::Waiting(sleep) => {
                    ready!(sleep.as_mut().poll(context));
                    this.state = State::Closed;
                }
                State::Done => return Poll::Ready(None),
            }
        }
    }
}
