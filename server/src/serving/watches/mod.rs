//! `WatchParagraphs`: the changes to what matches, as each commit makes them. A watch reads the log of commits where it
//! stands and keeps no queue: a slow one falls behind, and costs nobody anything.

mod changes;
mod telling;

use std::{sync::Arc, time::Duration};

use alinea_proto::v1;
use bytes::Bytes;
use futures_core::Stream;
use futures_util::stream;
use prost::Message;
use tokio::{
    sync::watch,
    task::{coop::consume_budget, yield_now},
    time::Instant,
};
use tonic::{Extensions, Status};

pub(super) use self::telling::AtHand;
use self::{changes::HEADER, telling::Telling};
use super::{CallError, Service, access::Bound, caller, filter, observing::Watcher, revisions};
use crate::store::{Filter, Walked};

/// The longest silence before a checkpoint when nobody says, and the shortest and the longest that can be asked for.
const SILENCE: Duration = Duration::from_secs(10);
const LEAST_SILENCE: Duration = Duration::from_secs(1);
const MOST_SILENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// A watch.
#[derive(Debug)]
pub(super) struct Watch {
    service: Arc<Service>,
    asked: Option<v1::ParagraphFilter>,
    /// What is seen at most.
    bound: Arc<Bound>,
    /// All changes up to it were sent.
    revision: u64,
    /// What is wanted, as it was meant at the revision.
    filter: Arc<Filter>,
    /// Tells the filter.
    told: u64,
    /// The commit that is being sent, and what is wanted from it on.
    under_way: Option<(Telling, Arc<Filter>)>,
    /// Whether some of it was sent.
    begun: bool,
    committed: watch::Receiver<u64>,
    silence: Duration,
    /// Its place among those that are open.
    place: Watcher,
    /// When a checkpoint is due.
    due: Instant,
}

impl Watch {
    /// Begins a watch.
    pub(super) async fn begin(
        service: Arc<Service>,
        request: v1::WatchParagraphsRequest,
        extensions: &Extensions,
    ) -> Result<Self, CallError> {
        // As a stream does, it leaves the task of its connection.
        yield_now().await;
        // Themes that there are not are told now, and not one revision after the other.
        let bound = caller::bound(extensions)?;
        filter::store_filter(&service, request.filter.as_ref(), &bound)?;
        let silence = silence(request.checkpoint_interval)?;
        let committed = service.store.committed();
        let revision = match revisions::parse(&request.start_revision, "start_revision")? {
            None => service.store.revision(),
            Some(revision) => {
                service.reach(revision, extensions).await?;
                revision
            }
        };
        // Whether the changes since are still there is told at once too.
        service.store.log_after(revision, 0)?;
        let asked = request.filter;
        let filter = wanted(&service, asked.as_ref(), &bound, revision)?;
        let (told, due) = (filter::fingerprint(asked.as_ref(), "", &bound), Instant::now());
        let place = service.metrics.watchers.begin(revision);
        Ok(Self {
            service,
            asked,
            bound,
            revision,
            filter,
            told,
            under_way: None,
            begun: false,
            committed,
            silence,
            place,
            due,
        })
    }

    /// The next answer as a frame, header included. It waits until there is one.
    pub(super) async fn next(&mut self) -> Result<Bytes, CallError> {
        loop {
            match &mut self.under_way {
                Some((telling, _)) => match telling.next(&self.service)? {
                    Walked::Part(frame) => {
                        self.begun = true;
                        self.due = Instant::now() + self.silence;
                        return Ok(frame);
                    }
                    Walked::On => yield_now().await,
                    Walked::End => {
                        self.finish();
                        // There may be many more commits that tell nothing.
                        consume_budget().await;
                    }
                },
                None => self.go_on().await?,
            }
            // Only now: who is slow is told something each time.
            if self.due <= Instant::now() {
                self.due = Instant::now() + self.silence;
                // In the middle of a revision there is nothing to go on from: it only says that more is to come.
                return Ok(changes::frame(&[], (!self.begun).then_some(self.revision)));
            }
        }
    }

    /// Takes the next commit up, or waits for one until a checkpoint is due.
    async fn go_on(&mut self) -> Result<(), CallError> {
        self.committed.mark_unchanged();
        let store = &self.service.store;
        let Some(logged) = store.log_after(self.revision, 1)?.pop() else {
            // That the store is gone is told by the drain.
            let _ = tokio::time::timeout_at(self.due, self.committed.changed()).await;
            return Ok(());
        };
        let after = match store.nested_since(logged.revision) == logged.revision {
            true => wanted(&self.service, self.asked.as_ref(), &self.bound, logged.revision)?,
            false => self.filter.clone(),
        };
        let before = self.filter.clone();
        let telling = Telling::new(&self.service, &logged, self.told, before, after.clone());
        self.under_way = Some((telling, after));
        Ok(())
    }

    /// The answers as frames, without end unless one fails.
    pub(super) fn frames(self) -> impl Stream<Item = Result<Bytes, CallError>> + Send {
        stream::unfold(Some(self), |watch| async move {
            let mut watch = watch?;
            let frame = watch.next().await;
            let goes_on = frame.is_ok();
            Some((frame, goes_on.then_some(watch)))
        })
    }

    /// The same for generated code.
    pub(super) fn messages(self) -> impl Stream<Item = Result<v1::WatchParagraphsResponse, Status>> + Send {
        use futures_util::StreamExt;
        self.frames().map(|frame| {
            let frame = frame?;
            let message = v1::WatchParagraphsResponse::decode(&frame[HEADER..]);
            Ok(message.map_err(|error| CallError::Internal(format!("a stored paragraph: {error}")))?)
        })
    }

    /// All changes of the commit under way were sent.
    fn finish(&mut self) {
        self.begun = false;
        if let Some((telling, after)) = self.under_way.take() {
            (self.revision, self.filter) = (telling.revision(), after);
            self.place.reached(self.revision);
        }
    }
}

/// What is wanted, as it was meant at a revision.
fn wanted(
    service: &Service,
    asked: Option<&v1::ParagraphFilter>,
    bound: &Bound,
    revision: u64,
) -> Result<Arc<Filter>, CallError> {
    Ok(Arc::new(filter::meant_at(service, asked, bound, revision)?))
}

/// The longest silence before a checkpoint.
fn silence(asked: Option<prost_types::Duration>) -> Result<Duration, CallError> {
    let Some(asked) = asked else { return Ok(SILENCE) };
    // The conversion of a negative one may overflow.
    let asked = Some(asked).filter(|asked| asked.seconds >= 0);
    let asked =
        asked.and_then(|asked| Duration::try_from(asked).ok()).filter(|asked| *asked >= LEAST_SILENCE);
    asked.map(|asked| asked.min(MOST_SILENCE)).ok_or_else(|| {
        CallError::field("checkpoint_interval", format!("is less than {LEAST_SILENCE:?}: ask for more"))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use super::*;
    use crate::{
        document::{DocumentId, Metadata},
        intake::Offer,
        serving::caller::Caller,
        store::{Change, Options, Store},
    };

    #[tokio::test(start_paused = true)]
    async fn a_checkpoint_comes_between_revisions_and_never_within_one() {
        // More bytes than an answer has, then more documents than are looked at in one go, of which each says little.
        const LONG: usize = 40;
        const SHORT: usize = 600;
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Options { map_size: 1 << 28, ..Options::default() }).unwrap();
        let service = Arc::new(Service::open(store, None, 1 << 20).unwrap());
        let mut extensions = Extensions::new();
        extensions.insert(Caller {
            name: Caller::ANONYMOUS.into(),
            address: "192.0.2.1:1".parse().unwrap(),
            certificate: Arc::new([]),
            bound: Some(Arc::new(Bound::default())),
        });
        let request = v1::WatchParagraphsRequest::default();
        let mut watch = Watch::begin(service.clone(), request, &extensions).await.unwrap();
        let start = service.store.revision();
        let documents = (0..LONG + SHORT).map(|at| {
            let offer = Offer {
                id: DocumentId::try_new(&format!("d{at}")).unwrap(),
                said: Metadata::default(),
                media_type: String::new(),
                bytes: if at < LONG { "word ".repeat(400).into_bytes() } else { b"x".to_vec() },
            };
            Change::Put(Box::new(service.intake.take(offer).unwrap()))
        });
        service.store.commit(documents.collect()).unwrap();
        let (mut told, mut signs) = (Vec::new(), 0);
        while told.last() != Some(&(start + 1).to_string()) && told.len() < 1000 {
            let frame = watch.next().await.unwrap();
            let answer = v1::WatchParagraphsResponse::decode(&frame[HEADER..]).unwrap();
            signs += usize::from(answer == v1::WatchParagraphsResponse::default());
            told.push(answer.revision);
            // Who is slow is due a checkpoint each time.
            tokio::time::advance(2 * SILENCE).await;
        }
        let (first, rest) = told.split_first().unwrap();
        assert_eq!(*first, start.to_string());
        assert!(signs > 0, "it is told that more is to come: {told:?}");
        assert!(rest[..rest.len() - 1].iter().all(String::is_empty), "{told:?}");
    }
}
