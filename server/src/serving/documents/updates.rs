//! Updates: what is said of a document changes, or its text, and the whole is read again.

use alinea_proto::v1;

use crate::{
    document::DocumentId,
    intake::{self, Intake, Offer},
    serving::{CallError, Service, names},
    store::{Change, Outcome, StoreError, WholeDocument},
};

/// How often an update that names no etag is made anew when the document changes under it.
const ATTEMPTS: usize = 5;

/// A field that can be said: its path, whether a message says it, and how it is taken over from one.
struct Field {
    path: &'static str,
    is_set: fn(&v1::Document) -> bool,
    take: fn(&mut v1::Document, &v1::Document),
}

/// The fields of these names.
macro_rules! fields {
    ($($field:ident),*) => {
        &[$(Field {
            path: stringify!($field),
            is_set: |document| document.$field != v1::Document::default().$field,
            take: |to, from| to.$field = from.$field.clone(),
        }),*]
    };
}

const FIELDS: &[Field] =
    fields![title, kind, language_code, work, issuer, symbols, adoption_date, source_uri];

/// The fields that a request changes.
fn changed(request: &v1::UpdateDocumentRequest) -> Result<Vec<&'static Field>, CallError> {
    let wanted = request.document.as_ref().ok_or_else(|| CallError::field("document", "is missing"))?;
    let Some(mask) = request.update_mask.as_ref().filter(|mask| !mask.paths.is_empty()) else {
        return Ok(FIELDS.iter().filter(|field| (field.is_set)(wanted)).collect());
    };
    if mask.paths.iter().any(|path| path == "*") {
        return Ok(FIELDS.iter().collect());
    }
    let field = |path: &String| {
        FIELDS.iter().find(|field| field.path == path).ok_or_else(|| {
            let known: Vec<_> = FIELDS.iter().map(|field| field.path).collect();
            let message = format!("'{path}' is no field that can be said: use {}, or *", known.join(", "));
            CallError::field("update_mask.paths", message)
        })
    };
    mask.paths.iter().map(field).collect()
}

/// Makes an update. It reads, tags and waits for the disk.
pub(super) fn update(service: &Service, request: &v1::UpdateDocumentRequest) -> Result<Outcome, CallError> {
    let fields = changed(request)?;
    let wanted = request.document.clone().unwrap_or_default();
    let id = names::document(&wanted.name, "document.name")?;
    let mut attempt = 1;
    loop {
        match update_once(service, &id, &wanted, &fields, request) {
            // Somebody else was faster. Who named no etag wants the change whatever came between.
            Err(CallError::Store(StoreError::EtagMismatch { .. } | StoreError::AlreadyExists { .. }))
                if wanted.etag.is_empty() && attempt < ATTEMPTS =>
            {
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

fn update_once(
    service: &Service,
    id: &DocumentId,
    wanted: &v1::Document,
    fields: &[&Field],
    request: &v1::UpdateDocumentRequest,
) -> Result<Outcome, CallError> {
    let kept = match service.store.whole(id.as_str()) {
        Ok(kept) if wanted.etag.is_empty() || wanted.etag == kept.document.etag => Some(kept),
        Ok(kept) => {
            let (name, found) = (kept.document.name, kept.document.etag);
            return Err(StoreError::EtagMismatch { name, found }.into());
        }
        Err(StoreError::NotFound { .. }) if request.allow_missing => None,
        Err(error) => return Err(error.into()),
    };
    let (etag, kept_offer) = match kept {
        Some(kept) => (Some(kept.document.etag.clone()), Some(offer_of(id, kept))),
        None => (None, None),
    };
    let mut said = kept_offer.as_ref().map(|(said, _)| said.clone()).unwrap_or_default();
    fields.iter().for_each(|field| (field.take)(&mut said, wanted));
    let (media_type, bytes) = match (&request.content, kept_offer) {
        (Some(content), _) => (content.media_type.clone(), content.data.clone()),
        (None, Some((_, offer))) => (offer.media_type, offer.bytes),
        (None, None) => {
            let message = "is missing, and there is no document of the name: send the text to create one";
            return Err(CallError::field("content", message));
        }
    };
    let offer = Offer { id: id.clone(), said: intake::metadata(said), media_type, bytes };
    if let Some(unchanged) = service.store.unchanged(id, Intake::fingerprint(&offer))? {
        return Ok(unchanged);
    }
    let new = Box::new(service.intake.take(offer)?);
    service.commit(match etag {
        Some(etag) => Change::Update { new, etag },
        None => Change::Create(new),
    })
}

/// What a kept document was made from, and what was said of it, as a message.
pub(super) fn offer_of(id: &DocumentId, kept: WholeDocument) -> (v1::Document, Offer) {
    let WholeDocument { said, said_media_type: media_type, source: bytes, .. } = kept;
    let offer = Offer { id: id.clone(), said: intake::metadata(said.clone()), media_type, bytes };
    (said, offer)
}

/// The answer to an update.
pub(super) fn response(outcome: Outcome) -> Result<v1::UpdateDocumentResponse, CallError> {
    match outcome {
        Outcome::Stored { document, revision } | Outcome::Unchanged { document, revision } => {
            Ok(v1::UpdateDocumentResponse { document: Some(*document), revision: revision.to_string() })
        }
        Outcome::Removed { .. } | Outcome::Tagged { .. } | Outcome::Unseen { .. } => {
            Err(CallError::Internal("an update that did something else".to_owned()))
        }
    }
}
