//! Plain tonic: what is there without alinea, a service of generated code that has its paragraphs in memory and streams
//! them one a message.

use std::pin::Pin;
use std::sync::Arc;

use alinea_proto::v1::{self, paragraph_service_server::ParagraphService};
use futures_util::{Stream, stream};
use tonic::{Request, Response, Status};

use super::corpus;

/// How many documents it has: more paragraphs than fit in a cache of the processor.
const DOCUMENTS: usize = 1700;

pub(crate) struct Plain(Arc<Vec<v1::Paragraph>>);

impl Plain {
    pub(crate) fn new() -> Self {
        let sample = corpus::sample();
        let documents = (0..DOCUMENTS).map(|number| corpus::copy(&sample, number));
        Self(Arc::new(documents.flat_map(|document| document.paragraphs).collect()))
    }
}

fn none<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("it is not measured"))
}

#[tonic::async_trait]
impl ParagraphService for Plain {
    type StreamParagraphsStream =
        Pin<Box<dyn Stream<Item = Result<v1::StreamParagraphsResponse, Status>> + Send>>;

    /// As many as `batch_size` says of those that match, again and again.
    async fn stream_paragraphs(
        &self,
        request: Request<v1::StreamParagraphsRequest>,
    ) -> Result<Response<Self::StreamParagraphsStream>, Status> {
        let request = request.into_inner();
        let themes = request.filter.and_then(|filter| filter.themes).unwrap_or_default().any_of.join(",");
        let all = self.0.clone();
        let matching: Vec<usize> = match themes.is_empty() {
            true => (0..all.len()).collect(),
            false => (0..all.len()).filter(|&at| corpus::is_about(&all[at], &themes)).collect(),
        };
        let count = request.batch_size as usize;
        let answers = (0..count).map(move |at| {
            let paragraphs = vec![all[matching[at % matching.len()]].clone()];
            Ok(v1::StreamParagraphsResponse { paragraphs, ..Default::default() })
        });
        Ok(Response::new(Box::pin(stream::iter(answers))))
    }

    async fn get_paragraph(
        &self,
        request: Request<v1::GetParagraphRequest>,
    ) -> Result<Response<v1::GetParagraphResponse>, Status> {
        // The position says what the name would be looked up for.
        let at: usize = request.into_inner().name.parse().map_err(|_| Status::not_found("no number"))?;
        let paragraph = Some(self.0[at % self.0.len()].clone());
        Ok(Response::new(v1::GetParagraphResponse { paragraph, revision: "1".to_owned() }))
    }

    async fn batch_get_paragraphs(
        &self,
        _: Request<v1::BatchGetParagraphsRequest>,
    ) -> Result<Response<v1::BatchGetParagraphsResponse>, Status> {
        none()
    }

    async fn list_paragraphs(
        &self,
        _: Request<v1::ListParagraphsRequest>,
    ) -> Result<Response<v1::ListParagraphsResponse>, Status> {
        none()
    }

    type WatchParagraphsStream =
        Pin<Box<dyn Stream<Item = Result<v1::WatchParagraphsResponse, Status>> + Send>>;

    async fn watch_paragraphs(
        &self,
        _: Request<v1::WatchParagraphsRequest>,
    ) -> Result<Response<Self::WatchParagraphsStream>, Status> {
        none()
    }

    async fn search_paragraphs(
        &self,
        _: Request<v1::SearchParagraphsRequest>,
    ) -> Result<Response<v1::SearchParagraphsResponse>, Status> {
        none()
    }

    async fn explain_tags(
        &self,
        _: Request<v1::ExplainTagsRequest>,
    ) -> Result<Response<v1::ExplainTagsResponse>, Status> {
        none()
    }

    async fn count_paragraphs(
        &self,
        _: Request<v1::CountParagraphsRequest>,
    ) -> Result<Response<v1::CountParagraphsResponse>, Status> {
        none()
    }

    async fn batch_tag_paragraphs(
        &self,
        _: Request<v1::BatchTagParagraphsRequest>,
    ) -> Result<Response<v1::BatchTagParagraphsResponse>, Status> {
        none()
    }
}
