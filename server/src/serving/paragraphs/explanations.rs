//! Explanations of tags.
//!
//! One document is tagged once more at a time, and the last one is kept at hand: who asks about a document asks about
//! its paragraphs one after the other.

use std::sync::Arc;

use alinea_proto::v1;
use prost::Message;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::MAX_RESPONSE;
use crate::{
    intake::Explained,
    serving::{CallError, Service, access::Bound, blocking::blocking, names},
    store::{Extent, StoreError},
};

/// The document that was explained last.
pub(in crate::serving) type Explanations = Arc<Mutex<Option<Explained>>>;

/// Says why a paragraph has its tags, within a bound.
pub(super) async fn explain(
    service: Arc<Service>,
    request: v1::ExplainTagsRequest,
    bound: Arc<Bound>,
) -> Result<v1::ExplainTagsResponse, CallError> {
    let last = service.explanations.clone().lock_owned().await;
    blocking(move || answer(&service, last, &request.name, &bound)).await
}

fn answer(
    service: &Service,
    mut last: OwnedMutexGuard<Option<Explained>>,
    name: &str,
    bound: &Bound,
) -> Result<v1::ExplainTagsResponse, CallError> {
    let (document, paragraph) = names::part(name, "paragraphs", "name")?;
    let themes = service.intake.themes();
    let extent = bound.extent(&themes);
    let (found, _) =
        service.store.paragraphs(&[(document.as_str(), paragraph)], &extent, super::MAX_RESPONSE)?;
    let full_name = found.into_iter().next().map(|paragraph| paragraph.name).unwrap_or_default();
    let etag = service.store.document(document.as_str())?.document.etag;
    let explained = match last.take().filter(|last| last.is_of(&etag, themes.stamp())) {
        Some(known) => last.insert(known),
        None => last.insert(Explained::new(&themes, service.store.whole(document.as_str())?)),
    };
    // Another version may have taken the place of the one the name was found in.
    let missing = || StoreError::NotFound { name: name.to_owned() };
    let mut explanations = explained.explain(&full_name).ok_or_else(missing)?;
    if !bound.is_everything() && !sees(service, &full_name, &extent) {
        return Err(missing().into());
    }
    if !bound.has_whole_documents() {
        let seen =
            |evidence: &v1::Evidence| evidence.name == full_name || sees(service, &evidence.name, &extent);
        explanations.iter_mut().for_each(|explanation| explanation.evidence.retain(seen));
    }
    let answer = v1::ExplainTagsResponse { explanations, name: full_name };
    match answer.encoded_len() > MAX_RESPONSE {
        true => Err(CallError::ResponseTooLarge { limit: MAX_RESPONSE }),
        false => Ok(answer),
    }
}

/// Whether there is a paragraph of a name that is seen. A section is none: its heading may not be over what is seen.
fn sees(service: &Service, name: &str, extent: &Extent) -> bool {
    names::part(name, "paragraphs", "name").is_ok_and(|(document, paragraph)| {
        service.store.paragraph((document.as_str(), paragraph), extent, |_, _| ()).is_ok()
    })
}
