//! Work that computes or waits for the disk, and where it is done.

use std::{future::Future, sync::Arc};

use futures_util::FutureExt;
use tokio::{
    sync::Semaphore,
    task::{JoinError, spawn_blocking},
};
use tokio_util::task::AbortOnDropHandle;

use super::CallError;
use crate::traces::Parent;

/// Runs work that reads, tags or waits for the disk where it holds nobody up.
pub(super) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CallError> + Send + 'static,
) -> impl Future<Output = Result<T, CallError>> {
    let parent = Parent::current();
    spawn_blocking(move || parent.of(work)).map(|joined| joined.unwrap_or_else(|error| Err(ended(&error))))
}

/// The same once there is room, which the work has until it is done: whether or not anybody waits for it any more, or looks
/// whether it is done.
pub(super) fn blocking_in<T: Send + 'static>(
    room: Arc<Semaphore>,
    work: impl FnOnce() -> Result<T, CallError> + Send + 'static,
) -> impl Future<Output = Result<T, CallError>> {
    let parent = Parent::current();
    let worked = tokio::spawn(async move {
        let taken = room.acquire_owned().await;
        blocking(move || {
            let _taken = taken;
            parent.of(work)
        })
        .await
    });
    AbortOnDropHandle::new(worked).map(|joined| joined.unwrap_or_else(|error| Err(ended(&error))))
}

fn ended(error: &JoinError) -> CallError {
    CallError::Internal(format!("the work ended early: {error}"))
}
