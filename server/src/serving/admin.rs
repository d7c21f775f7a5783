//! AdminService.

use std::{io::Read, pin::Pin, sync::Arc, thread};

use alinea_proto::v1::{self, admin_service_server::AdminService};
use futures_core::Stream;
use futures_util::stream;
use tokio::sync::mpsc;
use tonic::{Request, Response, Status};

use super::{CallError, Service};
use crate::store::StoreError;

/// The most bytes of a piece of a backup, and how many pieces may wait to be sent.
const PIECE: usize = 1 << 20;
const WAITING: usize = 4;

/// AdminService over a store.
#[derive(Debug, Clone)]
pub(super) struct Admin(pub(super) Arc<Service>);

#[tonic::async_trait]
impl AdminService for Admin {
    type BackUpStoreStream = Pin<Box<dyn Stream<Item = Result<v1::BackUpStoreResponse, Status>> + Send>>;

    async fn back_up_store(
        &self,
        _: Request<v1::BackUpStoreRequest>,
    ) -> Result<Response<Self::BackUpStoreStream>, Status> {
        let (pieces, sent) = mpsc::channel(WAITING);
        let service = self.0.clone();
        tokio::task::spawn_blocking(move || {
            let end = back_up(&service, &pieces).unwrap_or_else(|error| Err(CallError::from(error).into()));
            // Who no longer listens is told nothing.
            let _ = pieces.blocking_send(end);
        });
        let pieces = stream::unfold(sent, |mut sent| async move { Some((sent.recv().await?, sent)) });
        Ok(Response::new(Box::pin(pieces)))
    }
}

type Piece = Result<v1::BackUpStoreResponse, Status>;

/// Sends a copy of the store, and returns the last piece. It waits for whoever receives it, and ends when nobody does.
fn back_up(service: &Service, pieces: &mpsc::Sender<Piece>) -> Result<Piece, StoreError> {
    let failed = |source| StoreError::Io { what: "sending a copy of the store".to_owned(), source };
    let (mut copy, out) = std::io::pipe().map_err(failed)?;
    thread::scope(|scope| {
        let copying = scope.spawn(move || service.store.back_up(out));
        let mut size = 0;
        loop {
            let mut chunk = Vec::new();
            copy.by_ref().take(PIECE as u64).read_to_end(&mut chunk).map_err(failed)?;
            size += chunk.len();
            let piece = v1::BackUpStoreResponse { chunk, ..v1::BackUpStoreResponse::default() };
            if piece.chunk.is_empty() || pieces.blocking_send(Ok(piece)).is_err() {
                break;
            }
        }
        // Where nobody receives it, the copy fails here and ends.
        drop(copy);
        let revision =
            copying.join().unwrap_or_else(|_| Err(failed(std::io::Error::other("it ended early"))))?;
        tracing::info!(revision, size, "sent a copy of the store");
        let revision = revision.to_string();
        Ok(Ok(v1::BackUpStoreResponse { chunk: Vec::new(), revision, size_bytes: size as i64 }))
    })
}
