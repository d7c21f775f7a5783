//! Rereads: kept documents are read and tagged again from the bytes that came in, and those that come out differently
//! are stored.

use std::{pin::Pin, sync::Arc, thread};

use alinea_proto::v1::{self, reread_documents_response::Result as Became};
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use tonic::Status;

use super::updates::offer_of;
use crate::{
    document::DocumentId,
    serving::{
        CallError, Service,
        blocking::{blocking, blocking_in},
        limits::Held,
        names,
        observing::Audit,
    },
    store::{Change, NewDocument, Outcome, StoreError, WholeDocument},
};

/// How many names are looked up at once.
const NAMES: usize = 1000;
/// How often a document is read anew that changes while it is read.
const ATTEMPTS: usize = 5;

/// The answers of a reread.
pub(super) type Reread = Pin<Box<dyn Stream<Item = Result<v1::RereadDocumentsResponse, Status>> + Send>>;

/// Answers a reread, in the order of the names.
pub(super) fn reread(service: Arc<Service>, name: &str, audit: Audit) -> Result<Reread, CallError> {
    let ids = match name {
        "documents/-" => all(service.clone()),
        name => {
            let id = names::document(name, "name")?;
            service.store.document(id.as_str())?;
            stream::iter([Ok(id)]).boxed()
        }
    };
    let held = Held::current();
    let under_way = thread::available_parallelism().map_or(2, |cores| cores.get());
    let answers = ids
        .map(move |id| {
            let (service, audit, held) = (service.clone(), audit.clone(), held.clone());
            async move {
                match id {
                    Ok(id) => {
                        let room = service.single_readers.clone();
                        let work = move || {
                            let _held = held;
                            Ok(answer(&service, &id, &audit))
                        };
                        Ok(blocking_in(room, work).await?)
                    }
                    Err(error) => Err(Status::from(error)),
                }
            }
        })
        .buffered(under_way)
        // Who was removed since the names were looked up is not answered.
        .filter_map(async |answer| answer.transpose());
    Ok(Box::pin(answers))
}

/// The ids of all documents, looked up as they are needed, so that a reread of many holds few.
fn all(service: Arc<Service>) -> stream::BoxStream<'static, Result<DocumentId, CallError>> {
    let pages = stream::unfold(Some(String::new()), move |after| {
        let service = service.clone();
        async move {
            let after = after?;
            let found = blocking(move || {
                let documents = service.store.documents_after(&after, NAMES, |_| true)?;
                documents.iter().map(|document| names::document(&document.name, "name")).collect()
            });
            let found: Result<Vec<DocumentId>, CallError> = found.await;
            let next = match &found {
                Ok(ids) if ids.len() == NAMES => ids.last().map(|id| id.as_str().to_owned()),
                _ => None,
            };
            let page = found.map_or_else(|error| vec![Err(error)], |ids| ids.into_iter().map(Ok).collect());
            Some((stream::iter(page), next))
        }
    });
    pages.flatten().boxed()
}

/// Reads one document again and says what became of it; nothing when it is gone.
fn answer(service: &Service, id: &DocumentId, audit: &Audit) -> Option<v1::RereadDocumentsResponse> {
    let name = format!("documents/{id}");
    let mut attempt = 1;
    loop {
        return match reread_once(service, id, audit) {
            Ok((document, changed, revision)) => Some(v1::RereadDocumentsResponse {
                name,
                result: Some(Became::Document(document)),
                changed,
                revision: revision.to_string(),
            }),
            Err(CallError::Store(StoreError::NotFound { .. })) => None,
            Err(CallError::Store(StoreError::EtagMismatch { .. })) if attempt < ATTEMPTS => {
                attempt += 1;
                continue;
            }
            Err(error) => Some(v1::RereadDocumentsResponse {
                name,
                result: Some(Became::Refusal(v1::ImportRefusal {
                    reason: error.reason().to_owned(),
                    message: error.to_string(),
                })),
                changed: false,
                revision: service.store.revision().to_string(),
            }),
        };
    }
}

fn reread_once(
    service: &Service,
    id: &DocumentId,
    audit: &Audit,
) -> Result<(v1::Document, bool, u64), CallError> {
    let kept = service.store.whole(id.as_str())?;
    let etag = kept.document.etag.clone();
    let (_, offer) = offer_of(id, kept.clone());
    let new = Box::new(service.intake.take(offer)?);
    if is_same(&kept, &new) {
        return Ok((kept.document, false, kept.revision));
    }
    match service.commit(Change::Reread { new, etag })? {
        Outcome::Stored { document, revision } => {
            audit.changed([&document.name], revision);
            Ok((*document, true, revision))
        }
        Outcome::Unchanged { document, revision } => Ok((*document, false, revision)),
        Outcome::Removed { .. } | Outcome::Tagged { .. } | Outcome::Unseen { .. } => {
            Err(CallError::Internal("a reread that did something else".to_owned()))
        }
    }
}

/// Whether a document came out as it is kept, but for what the store adds to it: positions, and what curators said.
fn is_same(kept: &WholeDocument, new: &NewDocument) -> bool {
    let document =
        v1::Document { create_time: None, update_time: None, etag: String::new(), ..kept.document.clone() };
    let (mut verdicts, mut paragraphs) = (kept.verdicts.clone(), new.paragraphs.clone());
    verdicts.apply(&mut paragraphs);
    for (kept, new) in kept.paragraphs.iter().zip(&mut paragraphs) {
        new.position = kept.position;
    }
    document == new.document
        && kept.sections == new.sections
        && kept.paragraphs == paragraphs
        // What the tagger says is kept beneath a verdict too.
        && kept.verdicts == verdicts
        && kept.extract.as_deref() == new.extract.as_ref().map(|text| text.as_bytes())
}
