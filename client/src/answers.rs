//! The answers of a call that has many.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use tokio::time::timeout;
use tonic::{Response, Status, Streaming};

use crate::call::{Attempts, Method};
use crate::connection::{Connection, Taken};
use crate::counting;
use crate::error::{Error, Transience};
use crate::event::Listener;
use crate::message::FromWire;
use crate::wire::Idle;

/// What a server answers, one after the other.
///
/// It is a [`Stream`]; [`next`](Self::next) and [`try_next`](Self::try_next) need no other crate. An error ends it.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let mut answers = alinea.reread_all();
/// while let Some(answer) = answers.try_next().await? {
///     println!("{answer:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent until the answers are read"]
pub struct Answers<T> {
    answers: Pin<Box<dyn Stream<Item = Result<T, Error>> + Send>>,
}

impl<T: 'static> Answers<T> {
    /// The answers of a call that is made when the first is asked for, and made again while nothing is answered: one that only
    /// reads when it failed in passing, any when it never left or its token was refused. A read of which nothing comes for the idle
    /// limit of streams has failed.
    pub(crate) fn ask<Wire, Opening>(
        connection: Arc<Connection>,
        method: Method,
        open: impl Fn(&Connection, Taken) -> Opening + Send + 'static,
    ) -> Self
    where
        T: FromWire<Wire>,
        Wire: Send + 'static,
        Opening: Future<Output = Result<Response<Streaming<Wire>>, Status>> + Send,
    {
        let (asked, taken) = (connection.clone(), Taken::default());
        let noted = taken.clone();
        let limit = connection.settings.idle_limit.filter(|_| method.is_read());
        let opening = async move {
            let attempts = Attempts::new(asked.clone(), method, Listener::default());
            let mut attempts = if method.is_read() { attempts.within_budget() } else { attempts };
            loop {
                attempts.begin();
                let opening = open(&asked, noted.clone());
                let opened = match limit {
                    Some(limit) => timeout(limit, opening).await.map_err(|_| silent(&noted, limit)),
                    None => Ok(opening.await),
                };
                let failure = match opened {
                    Ok(Ok(answers)) => return Ok(answers),
                    Ok(Err(status)) => Error::from_status(status),
                    Err(silent) => silent,
                };
                if !method.is_read() && failure.transience() == Transience::Passing {
                    return Err(failure);
                }
                attempts.failed(failure)?.await;
                counting::retried(method);
            }
        };
        let idle = Idle::new(limit);
        let state = State::Opening(Box::pin(opening));
        Self { answers: Box::pin(Call { connection, method, state, idle, taken, answer: T::from_wire }) }
    }

    /// The answers of something that makes its calls by itself.
    pub(crate) fn from_stream(answers: impl Stream<Item = Result<T, Error>> + Send + 'static) -> Self {
        Self { answers: Box::pin(answers) }
    }

    /// No answers but an error.
    pub(crate) fn failed(error: Error) -> Self {
        Self { answers: Box::pin(Failed(Some(error), std::marker::PhantomData)) }
    }

    /// The next answer; none after the last.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut answers = alinea.reread_document("cica-almaty-2006-fr");
    /// match answers.next().await {
    ///     Some(Ok(answer)) => println!("{answer:?}"),
    ///     Some(Err(error)) => println!("it ended with {error}"),
    ///     None => println!("that was all"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.answers.as_mut().poll_next(context)).await
    }

    /// The next answer; `Ok(None)` after the last.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut answers = alinea.reread_document("cica-almaty-2006-fr");
    /// while let Some(answer) = answers.try_next().await? {
    ///     println!("{answer:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        self.next().await.transpose()
    }
}

impl<T> Stream for Answers<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.answers.as_mut().poll_next(context)
    }
}

impl<T> fmt::Debug for Answers<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers").finish_non_exhaustive()
    }
}

/// A call under way.
struct Call<Wire, T> {
    connection: Arc<Connection>,
    method: Method,
    state: State<Wire>,
    idle: Idle,
    /// What it came over.
    taken: Taken,
    answer: fn(Wire) -> Result<T, Error>,
}

type Opening<Wire> = Pin<Box<dyn Future<Output = Result<Response<Streaming<Wire>>, Error>> + Send>>;

enum State<Wire> {
    Opening(Opening<Wire>),
    Reading(Box<Streaming<Wire>>),
    Done,
}

impl<Wire, T> Stream for Call<Wire, T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            let answer = match &mut this.state {
                State::Opening(opening) => match ready!(opening.as_mut().poll(context)) {
                    Ok(answers) => {
                        this.state = State::Reading(Box::new(answers.into_inner()));
                        continue;
                    }
                    Err(error) => Err(error),
                },
                State::Reading(answers) => match Pin::new(answers.as_mut()).poll_next(context) {
                    Poll::Ready(Some(Ok(wire))) => {
                        this.idle.reset();
                        (this.answer)(wire)
                    }
                    Poll::Ready(Some(Err(status))) => Err(Error::from_status(status)),
                    Poll::Ready(None) => {
                        this.state = State::Done;
                        return Poll::Ready(None);
                    }
                    Poll::Pending => Err(silent(&this.taken, ready!(this.idle.poll(context)))),
                },
                State::Done => return Poll::Ready(None),
            };
            return Poll::Ready(Some(answer.map_err(|error: Error| {
                this.state = State::Done;
                error.at(this.method.name(), &this.connection.url)
            })));
        }
    }
}

/// Nothing came for so long, perhaps because the connection is dead: other calls take another.
fn silent(taken: &Taken, limit: Duration) -> Error {
    taken.renew();
    Error::silent(limit)
}

/// An error and nothing else.
struct Failed<T>(Option<Error>, std::marker::PhantomData<fn() -> T>);

impl<T> Stream for Failed<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.get_mut().0.take().map(Err))
    }
}
