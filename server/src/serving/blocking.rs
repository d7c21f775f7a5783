//! Work that computes or waits for the disk, and where it is done.

use std::future::Future;

use futures_util::FutureExt;

use super::CallError;
use crate::traces::Parent;

/// Runs work that reads, tags or waits for the disk where it holds nobody up.
pub(super) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CallError> + Send + 'static,
) -> impl Future<Output = Result<T, CallError>> {
    let parent = Parent::current();
    let joined = tokio::task::spawn_blocking(move || parent.of(work));
    joined.map(|joined| {
        joined.unwrap_or_else(|error| Err(CallError::Internal(format!("the work ended early: {error}"))))
    })
}
