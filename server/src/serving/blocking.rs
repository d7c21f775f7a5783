//! Work that computes or waits for the disk, and where it is done.

use std::{future::Future, sync::Arc};

use futures_util::FutureExt;
use tokio::{
    sync::Semaphore,
    task::{JoinError, spawn_blocking},
};
use tokio_util::task::AbortOnDropHandle;

use super::{CallError, limits::Held};
use crate::traces::Parent;

/// Runs work that reads, tags or waits for the disk where it holds nobody up. Once it has begun it goes on to its end, also when
/// nobody waits for it any more, and a call that is being answered counts as open as long.
pub(super) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CallError> + Send + 'static,
) -> impl Future<Output = Result<T, CallError>> {
    let (parent, held) = (Parent::current(), Held::current());
    let working = spawn_blocking(move || {
        let _held = held;
        parent.of(work)
    });
    AbortOnDropHandle::new(working).map(|joined| joined.unwrap_or_else(|error| Err(ended(&error))))
}

/// The same once there is room, which the work has until it is done: whether or not anybody waits for it any more, or looks
/// whether it is done.
pub(super) fn blocking_in<T: Send + 'static>(
    room: Arc<Semaphore>,
    work: impl FnOnce() -> Result<T, CallError> + Send + 'static,
) -> impl Future<Output = Result<T, CallError>> {
    let (parent, held) = (Parent::current(), Held::current());
    let worked = tokio::spawn(async move {
        let taken = room.acquire_owned().await;
        blocking(move || {
            let _taken = (taken, held);
            parent.of(work)
        })
        .await
    });
    AbortOnDropHandle::new(worked).map(|joined| joined.unwrap_or_else(|error| Err(ended(&error))))
}

fn ended(error: &JoinError) -> CallError {
    CallError::Internal(format!("the work ended early: {error}"))
}
