//! Backups.

use std::sync::Arc;

use alinea_proto::v1;

use crate::answers::Answers;
use crate::call::Method;
use crate::connection::Connection;
use crate::error::Error;
use crate::message::FromWire;
use crate::name::Revision;

/// What comes of a backup.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::BackupPiece;
///
/// let mut bytes = Vec::new();
/// let mut pieces = alinea.back_up();
/// while let Some(piece) = pieces.try_next().await? {
///     match piece {
///         BackupPiece::Bytes(piece) => bytes.extend(piece),
///         BackupPiece::Whole { size_bytes, .. } => assert_eq!(bytes.len() as u64, size_bytes),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BackupPiece {
    /// The next bytes of the file, at most 1 MiB.
    Bytes(Vec<u8>),
    /// The last: the file is whole.
    Whole {
        /// It has all up to this revision.
        revision: Revision,
        /// How many bytes it has.
        size_bytes: u64,
    },
}

pub(crate) fn back_up(connection: Arc<Connection>) -> Answers<BackupPiece> {
    Answers::ask(connection, Method::BackUpStore, |connection, taken| {
        let mut service = connection.admin();
        async move { service.back_up_store(taken.along(v1::BackUpStoreRequest {})).await }
    })
}

impl FromWire<v1::BackUpStoreResponse> for BackupPiece {
    fn from_wire(wire: v1::BackUpStoreResponse) -> Result<Self, Error> {
        match Revision::received(wire.revision) {
            None => Ok(Self::Bytes(wire.chunk)),
            Some(revision) => {
                let size_bytes = u64::try_from(wire.size_bytes)
                    .map_err(|_| Error::protocol("the server sent a negative size"))?;
                Ok(Self::Whole { revision, size_bytes })
            }
        }
    }
}
