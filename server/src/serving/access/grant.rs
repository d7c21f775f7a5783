//! How long a call may go on: as long as its caller would be let in again, with the same to do and to see.

use std::time::{Duration, SystemTime};

use super::{
    Access, Refused,
    identity::{Credentials, Identity},
};

/// How long to wait before an end that is past by one clock is looked at again by another.
const MOMENT: Duration = Duration::from_secs(1);
/// The longest time to wait in one go.
const LONG: Duration = Duration::from_secs(24 * 3600);

/// That a caller was let in.
#[derive(Debug, Clone)]
pub(in crate::serving) struct Grant {
    access: Access,
    credentials: Credentials,
    identity: Identity,
}

impl Grant {
    pub(super) fn new(access: Access, credentials: Credentials, identity: Identity) -> Self {
        Self { access, credentials, identity }
    }

    /// Ready when the caller would no longer be let in so, with why: keys and tokens expire, and are revoked or changed.
    pub(in crate::serving) async fn over(mut self) -> Refused {
        let mut changes = self.access.changes();
        // What changed before this was listened for is looked at too.
        changes.mark_changed();
        loop {
            let left = self.identity.expires.map(|expires| {
                expires.duration_since(SystemTime::now()).unwrap_or_default().clamp(MOMENT, LONG)
            });
            tokio::select! {
                changed = changes.changed() => if changed.is_err() {
                    return Refused::Invalid;
                },
                () = tokio::time::sleep(left.unwrap_or(LONG)) => {}
            }
            match self.access.identify(&self.credentials) {
                Ok(now) if now.may_do_the_same(&self.identity) => self.identity = now,
                Ok(_) => return Refused::Invalid,
                Err(refused) => return refused,
            }
        }
    }
}
