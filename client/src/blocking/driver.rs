//! The runtime of a client that blocks.

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::coop::poll_proceed;

use crate::error::{Error, ErrorKind};

/// More than a task may do before tokio has it let others go first, which is 128 steps.
const MORE_THAN_A_TASK_MAY: usize = 1000;

/// What sees to the connections while calls are waited for.
#[derive(Debug)]
pub(super) struct Driver(Option<Runtime>);

impl Driver {
    pub(super) fn start() -> Result<Arc<Self>, Error> {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("alinea-client").enable_all().build();
        match runtime {
            Ok(runtime) => Ok(Arc::new(Self(Some(runtime)))),
            Err(error) => Err(Error::new(ErrorKind::Internal, "no thread can be started").with_source(error)),
        }
    }

    /// Waits for what becomes of a call, on this thread.
    pub(super) fn wait<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        match &self.0 {
            Some(runtime) if !is_task() => {
                // Not by `Runtime::block_on`, which panics on the threads of `spawn_blocking`, too.
                let _entered = runtime.enter();
                pollster::block_on(call)
            }
            _ => Err(Error::new(
                ErrorKind::FailedPrecondition,
                "a client of `alinea_client::blocking` would hold up the task of tokio that it is used in: use \
                 `alinea_client::Client` there, or `tokio::task::spawn_blocking`",
            )),
        }
    }
}

/// Whether this thread runs a task of tokio, which others wait for. tokio does not say so, but it bounds what a task may do at
/// once, and nothing else: not what `spawn_blocking` or `block_in_place` runs. What is done here is taken back in the end.
fn is_task() -> bool {
    // Most callers are on threads that tokio knows nothing of.
    if Handle::try_current().is_err() {
        return false;
    }
    let mut context = Context::from_waker(Waker::noop());
    let mut done = Vec::new();
    let is_bounded = (0..MORE_THAN_A_TASK_MAY).any(|_| match poll_proceed(&mut context) {
        Poll::Ready(step) => {
            done.push(step);
            false
        }
        Poll::Pending => true,
    });
    // Each step takes back what was done since, so the first comes last.
    while done.pop().is_some() {}
    is_bounded
}

impl Drop for Driver {
    fn drop(&mut self) {
        // One that is dropped by itself waits for its thread, which a runtime does not allow either.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
