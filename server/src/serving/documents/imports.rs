//! Imports: documents come in pieces, are read and tagged on all cores, and are committed in their order, many at a
//! time. What is not yet committed takes its share of the memory of the server; the rest waits in the connection.

use std::{pin::Pin, sync::Arc, thread};

use alinea_proto::v1::{self, import_documents_request::Step, import_documents_response::Result as Answer};
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use prost::Message;
use tokio::sync::mpsc;
use tonic::{Status, Streaming};

use crate::{
    intake::{self, Intake, Offer, Refusal},
    serving::{
        CallError, Service,
        blocking::{blocking, blocking_in},
        limits::Share,
        names,
        observing::Audit,
    },
    store::{Change, NewDocument, Outcome, StoreError},
    traces::Parent,
};

/// How many documents are committed at once at most.
const MOST_AT_ONCE: usize = 100;

/// A document of more bytes is large.
const SMALL: usize = 256 << 10;

/// The answers of an import.
pub(super) type Imported = Pin<Box<dyn Stream<Item = Result<v1::ImportDocumentsResponse, Status>> + Send>>;

/// A document of an import, with its share of the memory.
struct Arrival {
    name: String,
    offer: Result<Offer, CallError>,
    share: Option<Share>,
}

/// A document that was read and tagged, or what became of it before.
struct Ready {
    name: String,
    outcome: Result<Prepared, CallError>,
    /// Given back once the document is committed.
    share: Option<Share>,
}

enum Prepared {
    New(Box<NewDocument>),
    Unchanged(Outcome),
}

/// Answers an import.
pub(super) fn import(
    service: Arc<Service>,
    audit: Audit,
    share: Option<Arc<Share>>,
    requests: Streaming<v1::ImportDocumentsRequest>,
) -> Imported {
    let under_way = thread::available_parallelism().map_or(2, |cores| cores.get()) * 2;
    let reading = service.clone();
    let committing = service.clone();
    let parent = Parent::current();
    let prepared = arrivals(service, share, requests)
        .map(move |arrival| prepare(reading.clone(), parent.clone(), arrival))
        .buffered(under_way);
    // Documents are read while others are committed. The task ends with the import, or with the caller.
    let (sender, receiver) = mpsc::channel(MOST_AT_ONCE);
    tokio::spawn(async move {
        let mut prepared = std::pin::pin!(prepared);
        while let Some(ready) = prepared.next().await
            && sender.send(ready).await.is_ok()
        {}
    });
    let answers =
        stream::unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) })
            .ready_chunks(MOST_AT_ONCE)
            .then(move |ready| commit(committing.clone(), audit.clone(), ready))
            .flat_map(stream::iter);
    Box::pin(answers)
}

/// What is being put together from the pieces.
struct Pieces {
    service: Arc<Service>,
    requests: Streaming<v1::ImportDocumentsRequest>,
    /// A share of the memory that documents take of.
    share: Option<Arc<Share>>,
    header: Option<v1::ImportHeader>,
    ended: bool,
}

/// The documents of an import, whole.
fn arrivals(
    service: Arc<Service>,
    share: Option<Arc<Share>>,
    requests: Streaming<v1::ImportDocumentsRequest>,
) -> impl Stream<Item = Result<Arrival, Status>> {
    let pieces = Pieces { service, requests, share, header: None, ended: false };
    stream::unfold(pieces, |mut pieces| async move { Some((pieces.next().await?, pieces)) })
}

impl Pieces {
    /// The next whole document; None after the last. An error ends the import.
    async fn next(&mut self) -> Option<Result<Arrival, Status>> {
        if self.ended {
            return None;
        }
        let arrival = self.gather().await;
        self.ended = !matches!(arrival, Ok(Some(_)));
        arrival.transpose()
    }

    async fn gather(&mut self) -> Result<Option<Arrival>, Status> {
        let limit = self.service.intake.max_bytes();
        let mut header = self.header.take();
        let mut bytes: Vec<u8> = Vec::new();
        let mut size = 0;
        let mut beside = header.as_ref().map_or(0, Message::encoded_len);
        let mut share = self.share.as_ref().map(|share| share.another());
        loop {
            match self.requests.message().await?.and_then(|request| request.step) {
                Some(Step::Header(next)) if header.is_none() => {
                    beside = next.encoded_len();
                    header = Some(next);
                }
                Some(Step::Header(next)) => {
                    self.header = Some(next);
                    break;
                }
                Some(Step::Chunk(_)) if header.is_none() => {
                    return Err(
                        CallError::field("chunk", "came before any header: send a header first").into()
                    );
                }
                Some(Step::Chunk(chunk)) => {
                    size += chunk.len();
                    // A document that is too large is read to its end, so that the next one is found, but not kept.
                    if size > limit {
                        (bytes, share) = (Vec::new(), None);
                        continue;
                    }
                    if let Some(share) = &mut share {
                        // A large one takes at once what it may come to, so that it waits for nothing once it has begun.
                        let wanted = if size > SMALL { limit } else { size };
                        share.grow_to(beside + wanted).await.map_err(CallError::Over)?;
                    }
                    bytes.extend_from_slice(&chunk);
                }
                None => break,
            }
        }
        let Some(header) = header else { return Ok(None) };
        if let Some(share) = &mut share {
            share.shrink_to(beside + bytes.len());
        }
        let document = header.document.unwrap_or_default();
        let name = document.name.clone();
        let offer = match size > limit {
            true => Err(Refusal::TooLarge { size, limit }.into()),
            false => names::document(&name, "header.document.name").map(|id| Offer {
                id,
                said: intake::metadata(document),
                media_type: header.media_type,
                bytes,
            }),
        };
        Ok(Some(Arrival { name, offer, share }))
    }
}

/// Reads and tags a document, unless it is kept already.
async fn prepare(
    service: Arc<Service>,
    parent: Parent,
    arrival: Result<Arrival, Status>,
) -> Result<Ready, Status> {
    let Arrival { name, offer, share } = arrival?;
    let outcome = match offer {
        Err(error) => Err(error),
        Ok(offer) => {
            let room = service.import_readers.clone();
            // It takes of the memory until it is read, also when nobody waits for it any more.
            let work = move || {
                let outcome = match service.store.unchanged(&offer.id, Intake::fingerprint(&offer))? {
                    Some(outcome) => Prepared::Unchanged(outcome),
                    None => Prepared::New(Box::new(service.intake.take(offer)?)),
                };
                Ok((outcome, share))
            };
            match parent.of(|| blocking_in(room, work)).await {
                Ok((outcome, share)) => return Ok(Ready { name, outcome: Ok(outcome), share }),
                Err(error) => Err(error),
            }
        }
    };
    Ok(Ready { name, outcome, share: None })
}

/// Commits what is ready in one revision and says what became of each.
async fn commit(
    service: Arc<Service>,
    audit: Audit,
    ready: Vec<Result<Ready, Status>>,
) -> Vec<Result<v1::ImportDocumentsResponse, Status>> {
    let mut changes = Vec::new();
    let mut told = Vec::new();
    let mut shares = Vec::new();
    let mut broken = None;
    for ready in ready {
        let Ready { name, outcome, share } = match ready {
            Ok(ready) => ready,
            // The import broke off: what came whole before is kept.
            Err(status) => {
                broken = Some(Err(status));
                break;
            }
        };
        shares.push(share);
        told.push(match outcome {
            Ok(Prepared::New(new)) => {
                changes.push(Change::Put(new));
                (name, None)
            }
            Ok(Prepared::Unchanged(outcome)) => (name, Some(Ok(outcome))),
            Err(error) => (name, Some(Err(error))),
        });
    }
    let committed = match changes.is_empty() {
        true => Ok(Vec::new()),
        false => {
            blocking(move || {
                let committed = service.store.commit(changes)?;
                tell(&audit, &committed);
                Ok(committed)
            })
            .await
        }
    };
    let mut committed = match committed {
        Ok(committed) => committed.into_iter(),
        // The commit failed as a whole: nothing of it is stored, and the import ends with why.
        Err(error) => return vec![Err(error.into())],
    };
    let answer = |(name, outcome): (String, Option<Result<Outcome, CallError>>)| {
        let outcome = outcome.or_else(|| committed.next().map(|outcome| outcome.map_err(CallError::from)));
        let missing = || Err(CallError::Internal("a commit without an outcome".to_owned()));
        Ok(response(name, outcome.unwrap_or_else(missing)))
    };
    told.into_iter().map(answer).chain(broken).collect()
}

/// Tells the documents that a commit stored.
fn tell(audit: &Audit, committed: &[Result<Outcome, StoreError>]) {
    let stored = committed.iter().filter_map(|outcome| match outcome {
        Ok(Outcome::Stored { document, revision }) => Some((&document.name, *revision)),
        _ => None,
    });
    let (names, revisions): (Vec<&String>, Vec<u64>) = stored.unzip();
    if let Some(revision) = revisions.last() {
        audit.changed(names, revision);
    }
}

/// What became of one document.
fn response(name: String, outcome: Result<Outcome, CallError>) -> v1::ImportDocumentsResponse {
    let (result, revision) = match outcome {
        Ok(Outcome::Stored { document, revision } | Outcome::Unchanged { document, revision }) => {
            (Answer::Document(*document), revision.to_string())
        }
        Ok(
            Outcome::Removed { revision } | Outcome::Tagged { revision, .. } | Outcome::Unseen { revision },
        ) => (refusal(&CallError::Internal("something else was done".to_owned())), revision.to_string()),
        Err(error) => (refusal(&error), String::new()),
    };
    v1::ImportDocumentsResponse { name, result: Some(result), revision }
}

fn refusal(error: &CallError) -> Answer {
    Answer::Refusal(v1::ImportRefusal { reason: error.reason().to_owned(), message: error.to_string() })
}
