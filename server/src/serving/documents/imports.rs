//! Imports: documents come in pieces, are read and tagged on all cores, and are committed in their order, many at a
//! time. What is not yet committed takes its share of the memory of the server; the rest waits in the connection.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use alinea_proto::v1::{self, import_documents_request::Step, import_documents_response::Result as Answer};
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use prost::Message;
use tokio::{sync::mpsc, time::timeout};
use tonic::{Status, Streaming};

use crate::{
    intake::{self, Intake, Offer, Refusal},
    serving::{
        CallError, Service,
        blocking::{blocking, blocking_in},
        error::cut,
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
/// The most bytes of a name that are told again: those of documents are shorter.
const LONGEST_NAME: usize = 512;
/// How long nothing comes before an import has no more of the memory than it fills.
const SILENCE: Duration = Duration::from_secs(20);

/// The answers of an import.
pub(super) type Imported = Pin<Box<dyn Stream<Item = Result<v1::ImportDocumentsResponse, Status>> + Send>>;

/// A document of an import.
struct Arrival {
    name: String,
    offer: Result<Offer, CallError>,
    place: Place,
}

/// A document that was read and tagged, or what became of it before.
struct Ready {
    name: String,
    outcome: Result<Prepared, CallError>,
    /// Given back once the document is committed.
    place: Option<Place>,
}

/// What a document takes until it is committed.
struct Place {
    _share: Option<Share>,
    one: One,
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

/// The names of the documents of an import that are not committed, and how many there are of each: what became of one is not
/// known before the others are.
#[derive(Debug, Clone, Default)]
struct Uncommitted(Arc<Mutex<HashMap<String, usize>>>);

/// One of them, until this is dropped.
struct One {
    name: String,
    of: Uncommitted,
    /// Whether there was no other when it came.
    is_only: bool,
}

impl Uncommitted {
    fn add(&self, name: &str) -> One {
        let mut names = self.names();
        let count = names.entry(name.to_owned()).or_default();
        *count += 1;
        One { name: name.to_owned(), of: self.clone(), is_only: *count == 1 }
    }

    fn names(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        // Each change of it is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for One {
    fn drop(&mut self) {
        let mut names = self.of.names();
        if let Some(count) = names.get_mut(&self.name) {
            *count -= 1;
            if *count == 0 {
                names.remove(&self.name);
            }
        }
    }
}

/// What is being put together from the pieces.
struct Pieces {
    service: Arc<Service>,
    requests: Streaming<v1::ImportDocumentsRequest>,
    /// A share of the memory that documents take of.
    share: Option<Arc<Share>>,
    header: Option<v1::ImportHeader>,
    uncommitted: Uncommitted,
    ended: bool,
}

/// The documents of an import, whole.
fn arrivals(
    service: Arc<Service>,
    share: Option<Arc<Share>>,
    requests: Streaming<v1::ImportDocumentsRequest>,
) -> impl Stream<Item = Result<Arrival, Status>> {
    let pieces =
        Pieces { service, requests, share, header: None, uncommitted: Uncommitted::default(), ended: false };
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
        if let Some(share) = &mut share {
            share.grow_to(beside).await.map_err(CallError::Over)?;
        }
        loop {
            let request = match timeout(SILENCE, self.requests.message()).await {
                Ok(request) => request?,
                // Who has nothing to say for a while leaves the room for more to others.
                Err(_) => {
                    share.iter_mut().for_each(|share| share.shrink_to(beside + bytes.len()));
                    self.requests.message().await?
                }
            };
            match request.and_then(|request| request.step) {
                Some(Step::Header(next)) if header.is_none() => {
                    beside = next.encoded_len();
                    if let Some(share) = &mut share {
                        share.grow_to(beside).await.map_err(CallError::Over)?;
                    }
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
                        bytes = Vec::new();
                        share.iter_mut().for_each(|share| share.shrink_to(beside));
                        continue;
                    }
                    if let Some(share) = &mut share {
                        // A large one takes at once what it may come to, so that it waits for nothing while it comes.
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
        // One that is cut is none, and told so.
        let name = cut(document.name.clone(), LONGEST_NAME);
        let offer = match size > limit {
            true => Err(Refusal::TooLarge { size, limit }.into()),
            false => names::document(&name, "header.document.name").map(|id| Offer {
                id,
                said: intake::metadata(document),
                media_type: header.media_type,
                bytes,
            }),
        };
        let place = Place { _share: share, one: self.uncommitted.add(&name) };
        Ok(Some(Arrival { name, offer, place }))
    }
}

/// Reads and tags a document, unless it is kept already.
async fn prepare(
    service: Arc<Service>,
    parent: Parent,
    arrival: Result<Arrival, Status>,
) -> Result<Ready, Status> {
    let Arrival { name, offer, place } = arrival?;
    let offer = match offer {
        Ok(offer) => offer,
        Err(error) => return Ok(Ready { name, outcome: Err(error), place: Some(place) }),
    };
    let room = service.import_readers.clone();
    // It takes of the memory until it is read, also when nobody waits for it any more.
    let work = move || Ok((read(&service, offer, place.one.is_only), place));
    Ok(match parent.of(|| blocking_in(room, work)).await {
        Ok((outcome, place)) => Ready { name, outcome, place: Some(place) },
        Err(error) => Ready { name, outcome: Err(error), place: None },
    })
}

/// What a document comes to. One that is the only one of its name can be compared with what is kept before it is read.
fn read(service: &Service, offer: Offer, is_only: bool) -> Result<Prepared, CallError> {
    let kept = match is_only {
        true => service.store.unchanged(&offer.id, Intake::fingerprint(&offer))?,
        false => None,
    };
    Ok(match kept {
        Some(outcome) => Prepared::Unchanged(outcome),
        None => Prepared::New(Box::new(service.intake.take(offer)?)),
    })
}

/// Commits what is ready in one revision and says what became of each.
async fn commit(
    service: Arc<Service>,
    audit: Audit,
    ready: Vec<Result<Ready, Status>>,
) -> Vec<Result<v1::ImportDocumentsResponse, Status>> {
    let mut changes = Vec::new();
    let mut told = Vec::new();
    let mut places = Vec::new();
    let mut broken = None;
    for ready in ready {
        let Ready { name, outcome, place } = match ready {
            Ok(ready) => ready,
            // The import broke off: what came whole before is kept.
            Err(status) => {
                broken = Some(Err(status));
                break;
            }
        };
        places.push(place);
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
    Answer::Refusal(v1::ImportRefusal { reason: error.reason().to_owned(), message: error.message() })
}
