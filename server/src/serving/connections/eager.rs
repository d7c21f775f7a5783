//! Where calls run. Most are answered without waiting for anything; a task of its own would cost such a call more than its
//! answer, and send it only when all calls that came with it are answered too.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use hyper::rt::Executor;
use tokio::task::coop::consume_budget;

/// Begins each call in the task of its connection; one that has to wait goes on in a task of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Eager;

impl<F: Future<Output: Send + 'static> + Send + 'static> Executor<F> for Eager {
    fn execute(&self, call: F) {
        let mut call = Box::pin(call);
        if begin(call.as_mut()).is_pending() {
            tokio::spawn(call);
        }
    }
}

/// Polls a call once, unless the task has already done its share of work. Whoever polls it next is who is woken.
fn begin(call: Pin<&mut impl Future>) -> Poll<()> {
    let mut context = Context::from_waker(Waker::noop());
    std::task::ready!(pin!(consume_budget()).poll(&mut context));
    // As in a task of its own, a call that panics ends alone.
    match catch_unwind(AssertUnwindSafe(|| call.poll(&mut context).map(drop))) {
        Ok(begun) => begun,
        Err(_) => Poll::Ready(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use tokio::{sync::Semaphore, task::yield_now};

    use super::*;

    #[tokio::test]
    async fn a_call_that_has_nothing_to_wait_for_is_answered_at_once_and_others_go_on() {
        let (answered, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let call = |waits: bool| {
            let (answered, gate) = (answered.clone(), gate.clone());
            async move {
                if waits {
                    gate.acquire().await.unwrap().forget();
                }
                answered.fetch_add(1, Ordering::Relaxed);
            }
        };
        Eager.execute(call(false));
        assert_eq!(answered.load(Ordering::Relaxed), 1);
        Eager.execute(call(true));
        yield_now().await;
        assert_eq!(answered.load(Ordering::Relaxed), 1);
        gate.add_permits(1);
        yield_now().await;
        assert_eq!(answered.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_call_that_panics_ends_alone() {
        Eager.execute(async { panic!("on purpose") });
        let (tell, told) = tokio::sync::oneshot::channel();
        Eager.execute(async { tell.send(()).unwrap() });
        told.await.unwrap();
    }

    #[tokio::test]
    async fn however_many_calls_come_others_have_their_turn() {
        const CALLS: usize = 10_000;
        let answered = Arc::new(AtomicUsize::new(0));
        for _ in 0..CALLS {
            let answered = answered.clone();
            Eager.execute(async move { answered.fetch_add(1, Ordering::Relaxed) });
        }
        let at_once = answered.load(Ordering::Relaxed);
        assert!(0 < at_once && at_once < CALLS / 10, "{at_once} were answered at once");
        while answered.load(Ordering::Relaxed) < CALLS {
            yield_now().await;
        }
    }
}
