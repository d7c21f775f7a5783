//! The answers of a call that has many.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tonic::{Response, Status, Streaming};

use crate::call::Method;
use crate::connection::Connection;
use crate::counting;
use crate::error::Error;
use crate::message::FromWire;

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
    /// The answers of a call that is made when the first is asked for.
    pub(crate) fn new<Wire>(
        connection: Arc<Connection>,
        method: Method,
        opening: impl Future<Output = Result<Response<Streaming<Wire>>, Status>> + Send + 'static,
    ) -> Self
    where
        T: FromWire<Wire>,
        Wire: Send + 'static,
    {
        let state = State::Opening(Box::pin(opening));
        Self { answers: Box::pin(Call { connection, method, state, answer: T::from_wire }) }
    }

    /// The same of a call that asks with one message, which is made again when its token was refused.
    pub(crate) fn ask<Wire, Opening>(
        connection: Arc<Connection>,
        method: Method,
        open: impl Fn(&Connection) -> Opening + Send + 'static,
    ) -> Self
    where
        T: FromWire<Wire>,
        Wire: Send + 'static,
        Opening: Future<Output = Result<Response<Streaming<Wire>>, Status>> + Send,
    {
        let asked = connection.clone();
        let opening = async move {
            let token = asked.token();
            match open(&asked).await {
                Err(status) if asked.takes_back(token, &Error::from_status(status.clone())) => {
                    counting::retried(method);
                    open(&asked).await
                }
                opened => opened,
            }
        };
        Self::new(connection, method, opening)
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
    answer: fn(Wire) -> Result<T, Error>,
}

type Opening<Wire> = Pin<Box<dyn Future<Output = Result<Response<Streaming<Wire>>, Status>> + Send>>;

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
                    Err(status) => Err(Error::from_status(status)),
                },
                State::Reading(answers) => match ready!(Pin::new(answers.as_mut()).poll_next(context)) {
                    Some(Ok(wire)) => (this.answer)(wire),
                    Some(Err(status)) => Err(Error::from_status(status)),
                    None => {
                        this.state = State::Done;
                        return Poll::Ready(None);
                    }
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

/// An error and nothing else.
struct Failed<T>(Option<Error>, std::marker::PhantomData<fn() -> T>);

impl<T> Stream for Failed<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.get_mut().0.take().map(Err))
    }
}
