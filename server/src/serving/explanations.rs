//! Explanations of tags.
//!
//! One document is tagged once more at a time, and the last one is kept at hand: who asks about a document asks about
//! its paragraphs one after the other.

use std::sync::Arc;

use alinea_proto::v1;
use prost::Message;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{CallError, Service, imports, names, paragraphs::MAX_RESPONSE};
use crate::{intake::Explained, store::StoreError};

/// The document that was explained last.
pub(super) type Explanations = Arc<Mutex<Option<Explained>>>;

/// Says why a paragraph has its tags.
pub(super) async fn explain(
    service: Arc<Service>,
    request: v1::ExplainTagsRequest,
) -> Result<v1::ExplainTagsResponse, CallError> {
    let last = service.explanations.clone().lock_owned().await;
    imports::blocking(move || answer(&service, last, &request.name)).await
}

fn answer(
    service: &Service,
    mut last: OwnedMutexGuard<Option<Explained>>,
    name: &str,
) -> Result<v1::ExplainTagsResponse, CallError> {
    let (document, paragraph) = names::part(name, "paragraphs", "name")?;
    let (found, _) = service.store.paragraphs(&[(document.as_str(), paragraph)])?;
    let full_name = found.into_iter().next().map(|paragraph| paragraph.name).unwrap_or_default();
    let etag = service.store.document(document.as_str())?.document.etag;
    let themes = service.intake.themes();
    let explained = match last.take().filter(|last| last.is_of(&etag, themes.stamp())) {
        Some(known) => last.insert(known),
        None => last.insert(Explained::new(&themes, service.store.whole(document.as_str())?)),
    };
    // Another version may have taken the place of the one the name was found in.
    let missing = || StoreError::NotFound { name: name.to_owned() };
    let answer = v1::ExplainTagsResponse {
        explanations: explained.explain(&full_name).ok_or_else(missing)?,
        name: full_name,
    };
    match answer.encoded_len() > MAX_RESPONSE {
        true => Err(CallError::ResponseTooLarge { limit: MAX_RESPONSE }),
        false => Ok(answer),
    }
}
