//! ParagraphService.

mod counts;
mod curations;
mod cursors;
mod direct;
mod explanations;
mod frames;
mod searches;
mod streams;

use std::{pin::Pin, sync::Arc};

use alinea_proto::v1::{self, paragraph_service_server::ParagraphService};
use futures_core::Stream;
use prost::Message;
use tonic::{Request, Response, Status};

use self::streams::MessageStream;
pub(super) use self::{direct::Direct, explanations::Explanations};
use super::{
    CallError, Service, access::Bound, blocking::blocking, caller, filter, names, observing::Audit, pages,
    watches::Watch,
};
use crate::store::{BatchLimits, Cursor, Filter};

/// The most bytes of paragraphs in an answer that is not a stream: with one more paragraph it stays under 2 MiB.
pub(super) const PAGE_BYTES: usize = 1 << 20;
/// The most bytes of an answer.
pub(super) const MAX_RESPONSE: usize = 2 << 20;
/// The most names in one request.
pub(super) const MAX_NAMES: usize = 1000;

/// ParagraphService over a store.
#[derive(Debug, Clone)]
pub(super) struct Paragraphs(pub(super) Arc<Service>);

impl Paragraphs {
    fn get(
        &self,
        wanted: &[String],
        field: &str,
        bound: &Bound,
    ) -> Result<(Vec<v1::Paragraph>, u64), CallError> {
        let parts = wanted
            .iter()
            .map(|name| names::part(name, "paragraphs", field))
            .collect::<Result<Vec<_>, _>>()?;
        let parts: Vec<(&str, &str)> =
            parts.iter().map(|(document, eid)| (document.as_str(), *eid)).collect();
        Ok(self.0.store.paragraphs(&parts, &bound.extent(&self.0.intake.themes()), MAX_RESPONSE)?)
    }

    fn list(
        &self,
        request: &v1::ListParagraphsRequest,
        bound: &Bound,
    ) -> Result<v1::ListParagraphsResponse, CallError> {
        let size = pages::size(request.page_size)?;
        let asked = request.filter.as_ref();
        let mut wanted = filter::store_filter(&self.0, asked, bound)?;
        if request.parent != "documents/-" {
            let parent = names::document(&request.parent, "parent")?;
            if wanted.documents.is_empty() || wanted.documents.contains(&parent) {
                wanted.documents = vec![parent];
            } else {
                let message =
                    format!("leaves out the parent {}: use documents/- to list several", request.parent);
                return Err(CallError::field("filter.documents", message));
            }
        }
        let told = filter::fingerprint(asked, &request.parent, bound);
        let meant = |revision| {
            let documents = wanted.documents.clone();
            Ok(Filter { documents, ..filter::meant_at(&self.0, asked, bound, revision)? })
        };
        let token = &request.page_token;
        let (mut scan, cursor) = cursors::begin(&self.0, &wanted, meant, told, token, "page token")?;
        let mut paragraphs = Vec::new();
        let mut next_page_token = String::new();
        let limits = BatchLimits { paragraphs: size, bytes: PAGE_BYTES };
        let page = scan.next_batch(&self.0.store, limits, |batch| {
            let decoded = v1::StreamParagraphsResponse::decode(batch.fields.concat().as_slice());
            (decoded, batch.last)
        })?;
        if let Some((decoded, last)) = page {
            let decoded =
                decoded.map_err(|error| CallError::Internal(format!("a stored paragraph: {error}")))?;
            paragraphs = decoded.paragraphs;
            let one = BatchLimits { paragraphs: 1, bytes: 0 };
            if scan.next_batch(&self.0.store, one, |_| ())?.is_some() {
                next_page_token = self.0.store.seal().seal(&Cursor { position: last, ..cursor });
            }
        }
        Ok(v1::ListParagraphsResponse { paragraphs, next_page_token, revision: cursor.revision.to_string() })
    }
}

#[tonic::async_trait]
impl ParagraphService for Paragraphs {
    type StreamParagraphsStream = MessageStream;
    type WatchParagraphsStream =
        Pin<Box<dyn Stream<Item = Result<v1::WatchParagraphsResponse, Status>> + Send>>;

    async fn get_paragraph(
        &self,
        request: Request<v1::GetParagraphRequest>,
    ) -> Result<Response<v1::GetParagraphResponse>, Status> {
        let (_, extensions, request) = request.into_parts();
        self.0.reach_least(&request.min_revision, &extensions).await?;
        let bound = caller::bound(&extensions)?;
        let (mut found, revision) = self.get(&[request.name], "name", &bound)?;
        Ok(Response::new(v1::GetParagraphResponse { paragraph: found.pop(), revision: revision.to_string() }))
    }

    async fn batch_get_paragraphs(
        &self,
        request: Request<v1::BatchGetParagraphsRequest>,
    ) -> Result<Response<v1::BatchGetParagraphsResponse>, Status> {
        let (_, extensions, request) = request.into_parts();
        let wanted = request.names;
        if wanted.len() > MAX_NAMES {
            let message =
                format!("has {} entries, more than the {MAX_NAMES} of one request: part it", wanted.len());
            return Err(CallError::field("names", message).into());
        }
        self.0.reach_least(&request.min_revision, &extensions).await?;
        let (this, bound) = (self.clone(), caller::bound(&extensions)?);
        let (paragraphs, revision) = blocking(move || this.get(&wanted, "names", &bound)).await?;
        let response = v1::BatchGetParagraphsResponse { paragraphs, revision: revision.to_string() };
        Ok(Response::new(response))
    }

    async fn list_paragraphs(
        &self,
        request: Request<v1::ListParagraphsRequest>,
    ) -> Result<Response<v1::ListParagraphsResponse>, Status> {
        let (_, extensions, request) = request.into_parts();
        self.0.reach_least_unless_placed(&request.min_revision, &request.page_token, &extensions).await?;
        let (this, bound) = (self.clone(), caller::bound(&extensions)?);
        Ok(Response::new(blocking(move || this.list(&request, &bound)).await?))
    }

    async fn stream_paragraphs(
        &self,
        request: Request<v1::StreamParagraphsRequest>,
    ) -> Result<Response<MessageStream>, Status> {
        let (_, extensions, request) = request.into_parts();
        self.0.reach_least_unless_placed(&request.min_revision, &request.cursor, &extensions).await?;
        let bound = caller::bound(&extensions)?;
        let frames = frames::Frames::open(self.0.clone(), &request, &bound).await?;
        Ok(Response::new(MessageStream(frames)))
    }

    async fn watch_paragraphs(
        &self,
        request: Request<v1::WatchParagraphsRequest>,
    ) -> Result<Response<Self::WatchParagraphsStream>, Status> {
        let (_, extensions, request) = request.into_parts();
        let watch = Watch::begin(self.0.clone(), request, &extensions).await?;
        Ok(Response::new(Box::pin(watch.messages())))
    }

    async fn explain_tags(
        &self,
        request: Request<v1::ExplainTagsRequest>,
    ) -> Result<Response<v1::ExplainTagsResponse>, Status> {
        let bound = caller::bound(request.extensions())?;
        Ok(Response::new(explanations::explain(self.0.clone(), request.into_inner(), bound).await?))
    }

    async fn count_paragraphs(
        &self,
        request: Request<v1::CountParagraphsRequest>,
    ) -> Result<Response<v1::CountParagraphsResponse>, Status> {
        let (_, extensions, request) = request.into_parts();
        self.0.reach_least(&request.min_revision, &extensions).await?;
        let (service, bound) = (self.0.clone(), caller::bound(&extensions)?);
        Ok(Response::new(blocking(move || counts::count(&service, &request, &bound)).await?))
    }

    async fn batch_tag_paragraphs(
        &self,
        request: Request<v1::BatchTagParagraphsRequest>,
    ) -> Result<Response<v1::BatchTagParagraphsResponse>, Status> {
        let audit = Audit::of(request.extensions());
        let (service, request) = (self.0.clone(), request.into_inner());
        let tagged = blocking(move || {
            let tagged = curations::tag(&service, request)?;
            audit.changed(tagged.paragraphs.iter().map(|paragraph| &paragraph.name), &tagged.revision);
            Ok(tagged)
        });
        Ok(Response::new(tagged.await?))
    }

    async fn search_paragraphs(
        &self,
        request: Request<v1::SearchParagraphsRequest>,
    ) -> Result<Response<v1::SearchParagraphsResponse>, Status> {
        let (_, extensions, request) = request.into_parts();
        self.0.reach_least_unless_placed(&request.min_revision, &request.page_token, &extensions).await?;
        let bound = caller::bound(&extensions)?;
        Ok(Response::new(searches::search(self.0.clone(), request, &bound).await?))
    }
}
