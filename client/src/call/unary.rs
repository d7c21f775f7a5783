//! A call with one answer.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use tonic::{Request, Response, Status};

use super::{Backoff, Method};
use crate::connection::Connection;
use crate::counting;
use crate::error::{Error, Transience};

/// Makes a call that only reads, again when it failed in passing, all within one deadline.
pub(crate) async fn read<Message, Answer, Calling>(
    connection: &Connection,
    method: Method,
    message: Message,
    call: impl Fn(Request<Message>) -> Calling,
) -> Result<Answer, Error>
where
    Message: Clone,
    Calling: Future<Output = Result<Response<Answer>, Status>>,
{
    debug_assert!(method.is_read());
    repeat(connection, method, message, call, |transience| transience != Transience::Lasting).await
}

/// Makes a call that changes something: again only when it never left.
pub(crate) async fn once<Message, Answer, Calling>(
    connection: &Connection,
    method: Method,
    message: Message,
    call: impl Fn(Request<Message>) -> Calling,
) -> Result<Answer, Error>
where
    Message: Clone,
    Calling: Future<Output = Result<Response<Answer>, Status>>,
{
    repeat(connection, method, message, call, |transience| transience == Transience::BeforeCall).await
}

async fn repeat<Message, Answer, Calling>(
    connection: &Connection,
    method: Method,
    message: Message,
    call: impl Fn(Request<Message>) -> Calling,
    may_repeat: impl Fn(Transience) -> bool,
) -> Result<Answer, Error>
where
    Message: Clone,
    Calling: Future<Output = Result<Response<Answer>, Status>>,
{
    let settings = &connection.settings;
    let deadline = settings.call_deadline.map(|limit| (Instant::now() + limit, limit));
    let mut backoff = Backoff::new();
    let (mut attempt, mut refused) = (1, false);
    loop {
        let token = connection.token();
        let failure = match attempt_within(deadline, message.clone(), &call).await {
            Ok(answer) => {
                connection.budget.earn();
                return Ok(answer);
            }
            Err(error) => error.at(method.name(), &connection.url),
        };
        // A call that was refused did nothing, whatever it does.
        if !refused && connection.takes_back(token, &failure) {
            refused = true;
            counting::retried(method);
            continue;
        }
        if attempt >= settings.attempts || !may_repeat(failure.transience()) {
            return Err(failure);
        }
        let wait = backoff.next(failure.retry_after());
        // A wait that outlasts the deadline would only hide the cause behind a timeout.
        if deadline.is_some_and(|(instant, _)| Instant::now() + wait >= instant) {
            return Err(failure);
        }
        if failure.transience() == Transience::Passing && !connection.budget.spend() {
            return Err(failure);
        }
        tracing::debug!(call = method.name(), attempt, ?wait, error = %failure, "trying again");
        sleep(wait).await;
        counting::retried(method);
        attempt += 1;
    }
}

async fn attempt_within<Message, Answer, Calling>(
    deadline: Option<(Instant, Duration)>,
    message: Message,
    call: impl Fn(Request<Message>) -> Calling,
) -> Result<Answer, Error>
where
    Calling: Future<Output = Result<Response<Answer>, Status>>,
{
    let mut request = Request::new(message);
    let Some((instant, limit)) = deadline else {
        return call(request).await.map(Response::into_inner).map_err(Error::from_status);
    };
    request.set_timeout(instant.saturating_duration_since(Instant::now()));
    // tonic bounds the time to the first headers alone; an answer that stops in its middle is bounded here.
    // Pinned here, since what a call keeps is large and would be moved once more.
    let calling = std::pin::pin!(call(request));
    match timeout_at(instant, calling).await {
        Ok(outcome) => outcome.map(Response::into_inner).map_err(Error::from_status),
        Err(_) => Err(Error::timed_out(limit)),
    }
}
