//! Revisions that a caller names: read what was written, wherever it was written.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tonic::Extensions;

use super::{CallError, Service, bounds::Deadline};

/// How long a call waits for a revision when it has no deadline, or a later one.
const PATIENCE: Duration = Duration::from_secs(10);

/// The revision of a field; none when it is empty.
pub(super) fn parse(text: &str, field: &str) -> Result<Option<u64>, CallError> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| {
            CallError::field(field, format!("'{text}' is no revision: send one as an answer said it"))
        }),
    }
}

impl Service {
    /// Waits until the store has a revision, as long as the call may take.
    pub(super) async fn reach(&self, revision: u64, extensions: &Extensions) -> Result<(), CallError> {
        let now = Instant::now();
        let left = extensions.get().map(|&Deadline(deadline)| deadline.saturating_duration_since(now));
        // The answer is to be there before the caller gives up.
        let until = now + left.map_or(PATIENCE, |left| PATIENCE.min(left.mul_f32(0.9)));
        let mut committed = self.store.committed();
        let reached = timeout_at(until, committed.wait_for(|&last| last >= revision)).await;
        match reached {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) => Err(CallError::ShuttingDown),
            Err(_) => Err(CallError::RevisionNotReached { wanted: revision, reached: self.store.revision() }),
        }
    }

    /// Waits for the `min_revision` of a request, unless it goes on from a cursor or page token: that says its revision
    /// itself.
    pub(super) async fn reach_least_unless_placed(
        &self,
        least: &str,
        place: &str,
        extensions: &Extensions,
    ) -> Result<(), CallError> {
        match place.is_empty() {
            true => self.reach_least(least, extensions).await,
            false => Ok(()),
        }
    }

    /// Waits for the `min_revision` of a request.
    pub(super) async fn reach_least(&self, least: &str, extensions: &Extensions) -> Result<(), CallError> {
        match parse(least, "min_revision")? {
            Some(revision) if revision > self.store.revision() => self.reach(revision, extensions).await,
            _ => Ok(()),
        }
    }
}
