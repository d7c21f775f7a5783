//! How long nothing may come of what is waited for.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::{Instant, Sleep, sleep};

/// How often everything else may go first before nothing counts as having come: what came while the program was held up has to
/// pass through some tasks until it is here.
const ROUNDS: usize = 100;

/// A limit of the time that is spent waiting. Who is slow to ask for the next message does not wait: the other end is not to
/// blame for it.
pub(crate) struct Idle {
    /// None: it may take for ever.
    limit: Option<Duration>,
    /// Since when it is waited.
    since: Option<Instant>,
    /// Set at most once in a limit, since nearly all waits are short.
    timer: Option<Pin<Box<Sleep>>>,
    /// Lets everything else go first.
    yielding: Option<Pin<Box<dyn Future<Output = ()> + Send + Sync>>>,
}

impl Idle {
    pub(crate) fn new(limit: Option<Duration>) -> Self {
        Self { limit, since: None, timer: None, yielding: None }
    }

    /// Something came.
    pub(crate) fn reset(&mut self) {
        self.since = None;
        self.yielding = None;
    }

    /// Nothing is there. Ready, with the limit, when it was waited for so long.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Duration> {
        let Some(limit) = self.limit else { return Poll::Pending };
        let since = *self.since.get_or_insert_with(Instant::now);
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(limit)));
        while self.yielding.is_none() {
            ready!(timer.as_mut().poll(context));
            match limit.checked_sub(since.elapsed()).filter(|left| !left.is_zero()) {
                Some(left) => timer.set(sleep(left)),
                None => self.yielding = Some(Box::pin(yield_often())),
            }
        }
        if let Some(yielding) = &mut self.yielding {
            ready!(yielding.as_mut().poll(context));
        }
        self.reset();
        Poll::Ready(limit)
    }
}

async fn yield_often() {
    for _ in 0..ROUNDS {
        yield_now().await;
    }
}

impl fmt::Debug for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idle").field("limit", &self.limit).field("since", &self.since).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::{advance, timeout};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);
    const MOMENT: Duration = Duration::from_millis(1);

    async fn over(idle: &mut Idle) -> Duration {
        let begun = Instant::now();
        poll_fn(|context| idle.poll(context)).await;
        begun.elapsed()
    }

    /// Waits a little, and in vain.
    async fn glance(idle: &mut Idle) {
        assert!(timeout(MOMENT, over(idle)).await.is_err());
    }

    fn is_about(took: Duration, expected: Duration) -> bool {
        took.abs_diff(expected) <= 5 * MOMENT
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_over_when_it_was_waited_for_so_long() {
        let mut idle = Idle::new(Some(LIMIT));
        assert!(is_about(over(&mut idle).await, LIMIT));
        // Waiting in pieces is waiting too.
        let mut idle = Idle::new(Some(LIMIT));
        for _ in 0..20 {
            let _ = timeout(Duration::from_secs(1), over(&mut idle)).await;
        }
        assert!(is_about(over(&mut idle).await, Duration::from_secs(10)));
    }

    #[tokio::test(start_paused = true)]
    async fn whatever_comes_begins_the_wait_anew() {
        let mut idle = Idle::new(Some(LIMIT));
        for _ in 0..20 {
            assert!(timeout(Duration::from_secs(29), over(&mut idle)).await.is_err());
            idle.reset();
        }
        assert!(is_about(over(&mut idle).await, LIMIT));
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_which_nobody_waits_does_not_count() {
        let mut idle = Idle::new(Some(LIMIT));
        for away in [29, 30, 31, 100_000] {
            glance(&mut idle).await;
            idle.reset();
            advance(Duration::from_secs(away)).await;
            glance(&mut idle).await;
        }
        assert!(is_about(over(&mut idle).await, LIMIT));
    }

    #[tokio::test(start_paused = true)]
    async fn what_came_while_the_program_was_held_up_is_not_overlooked() {
        let mut idle = Idle::new(Some(LIMIT));
        glance(&mut idle).await;
        advance(2 * LIMIT).await;
        // Something on its way through some tasks, of which none ran for so long.
        let coming = async {
            for _ in 0..20 {
                tokio::spawn(yield_now()).await.unwrap();
            }
        };
        tokio::select! {
            biased;
            _ = over(&mut idle) => panic!("it was on its way"),
            () = coming => {}
        }
        assert!(over(&mut idle).await < LIMIT, "nothing came after all");
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_it_is_never_over() {
        for limit in [None, Some(Duration::MAX)] {
            let mut idle = Idle::new(limit);
            assert!(timeout(Duration::from_secs(1_000_000_000), over(&mut idle)).await.is_err());
        }
    }
}
