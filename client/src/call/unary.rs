//! A call with one answer.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use tonic::{Request, Response, Status};

use super::{Backoff, Method};
use crate::connection::{Connection, Taken};
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
        let may_double = || {
            let may =
                attempt < settings.attempts && may_repeat(Transience::Passing) && connection.budget.spend();
            if may {
                counting::retried(method);
            }
            may
        };
        let failure = match attempt_once(deadline, message.clone(), &call, may_double).await {
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

/// Makes a call once. Where it may be repeated, it is made a second time beside the first when half of its time has passed, elsewhere
/// or over a new connection: the first may be on its way to a server that is gone without a word. What answers first is the
/// answer.
async fn attempt_once<Message, Answer, Calling>(
    deadline: Option<(Instant, Duration)>,
    message: Message,
    call: impl Fn(Request<Message>) -> Calling,
    may_double: impl FnOnce() -> bool,
) -> Result<Answer, Error>
where
    Message: Clone,
    Calling: Future<Output = Result<Response<Answer>, Status>>,
{
    let Some((instant, limit)) = deadline else {
        return answer(call(Request::new(message)).await);
    };
    let taken = Taken::default();
    let begin = |message, taken: &Taken| {
        let mut request = Request::new(message);
        request.set_timeout(instant.saturating_duration_since(Instant::now()));
        request.extensions_mut().insert(taken.clone());
        call(request)
    };
    // tonic bounds the time to the first headers alone; an answer that stops in its middle is bounded here.
    // Pinned here, since what a call keeps is large and would be moved once more.
    let mut first = pin!(begin(message.clone(), &taken));
    let now = Instant::now();
    if let Ok(outcome) = timeout_at(now + instant.saturating_duration_since(now) / 2, &mut first).await {
        return answer(outcome);
    }
    if !may_double() {
        return in_time(instant, limit, &taken, first).await;
    }
    taken.renew();
    let taken = Taken::default();
    let second = Box::pin(begin(message, &taken));
    in_time(instant, limit, &taken, either(first, second)).await
}

/// The outcome of a call that has its time. When nothing came until then the connection may be dead: other calls take another.
async fn in_time<Answer>(
    instant: Instant,
    limit: Duration,
    taken: &Taken,
    call: impl Future<Output = Result<Response<Answer>, Status>>,
) -> Result<Answer, Error> {
    let outcome = timeout_at(instant, call).await.map_or_else(|_| Err(Error::timed_out(limit)), answer);
    // tonic looks at the clock too, and may be the first to do so.
    if outcome.is_err() && Instant::now() >= instant {
        taken.renew();
    }
    outcome
}

/// The first of two outcomes that is good, or that another attempt would not better; when neither is, the last.
async fn either<T>(
    mut first: Pin<&mut impl Future<Output = Result<T, Status>>>,
    mut second: Pin<Box<impl Future<Output = Result<T, Status>>>>,
) -> Result<T, Status> {
    let (outcome, is_first) = poll_fn(|context| match first.as_mut().poll(context) {
        Poll::Ready(outcome) => Poll::Ready((outcome, true)),
        Poll::Pending => second.as_mut().poll(context).map(|outcome| (outcome, false)),
    })
    .await;
    match outcome {
        Err(status) if Error::from_status(status.clone()).transience() != Transience::Lasting => {
            if is_first {
                second.await
            } else {
                first.await
            }
        }
        outcome => outcome,
    }
}

fn answer<Answer>(outcome: Result<Response<Answer>, Status>) -> Result<Answer, Error> {
    outcome.map(Response::into_inner).map_err(Error::from_status)
}
