//! Walks through what matches, from a cursor on.

use crate::{
    serving::{CallError, Service},
    store::{Cursor, Filter, Scan, StoreError},
};

/// Begins a walk at a cursor, or at the start when it is empty, with the filter as it is `meant` at the revision that is walked:
/// themes may have come to be nested otherwise since it was made. Returns with it what all cursors of the walk have.
pub(super) fn begin(
    service: &Service,
    wanted: &Filter,
    meant: impl FnOnce(u64) -> Result<Filter, CallError>,
    told: u64,
    token: &str,
    what: &'static str,
) -> Result<(Scan, Cursor), CallError> {
    let store = &service.store;
    match opened(service, wanted, told, token, what)? {
        Some(cursor) => {
            let snapshot = store.snapshot_at(cursor.revision)?;
            Ok((store.scan(snapshot, wanted, Some(cursor.position))?, cursor))
        }
        None => {
            let snapshot = store.snapshot();
            let wanted = meant(snapshot.revision)?;
            // What the themes of the filter come to then, with those narrower than them.
            let hierarchy = wanted.themes_fingerprint();
            let cursor = Cursor { revision: snapshot.revision, position: 0, filter: told, hierarchy };
            Ok((store.scan(snapshot, &wanted, None)?, cursor))
        }
    }
}

/// The cursor of a token, when it is one of the same request and of themes that come to the same; none when it is empty.
pub(super) fn opened(
    service: &Service,
    wanted: &Filter,
    told: u64,
    token: &str,
    what: &'static str,
) -> Result<Option<Cursor>, CallError> {
    let store = &service.store;
    if token.is_empty() {
        return Ok(None);
    }
    let cursor = store.seal().open(token, what)?;
    if cursor.filter != told {
        return Err(StoreError::CursorInvalid { what }.into());
    }
    let reached = store.revision();
    if cursor.revision > reached {
        return Err(CallError::CursorAhead { wanted: cursor.revision, reached });
    }
    if cursor.hierarchy != wanted.themes_fingerprint() {
        return Err(StoreError::SnapshotExpired { revision: cursor.revision, oldest: reached }.into());
    }
    Ok(Some(cursor))
}
