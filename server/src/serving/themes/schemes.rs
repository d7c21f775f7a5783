//! Schemes that are taken in and removed: what changes is kept first, then put in the place of what is in use, then
//! documents are tagged with it.

use std::{pin::Pin, sync::Arc};

use alinea_proto::v1::{self, import_scheme_request::Step};
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use tonic::{Status, Streaming};

use super::{hierarchies, message, retags};
use crate::{
    serving::{
        CallError, Service,
        blocking::blocking,
        limits::{Over, Share},
        observing::Audit,
    },
    store::{Change, Outcome},
    theming::{RdfFormat, Scheme, Theme, Themes},
};

/// The most bytes of a file with a scheme.
const MOST_BYTES: usize = 256 << 20;

/// The answers to an import.
type Answers = Pin<Box<dyn Stream<Item = Result<v1::ImportSchemeResponse, Status>> + Send>>;

/// Takes a scheme in, and answers how far documents are tagged with it.
pub(super) async fn import(
    service: Arc<Service>,
    audit: Audit,
    share: Option<Arc<Share>>,
    mut steps: Streaming<v1::ImportSchemeRequest>,
) -> Result<Answers, Status> {
    let Some(Step::Header(header)) = steps.message().await?.and_then(|request| request.step) else {
        return Err(CallError::field("step", "is to be the header first: send it before the bytes").into());
    };
    check_name(&header.scheme, "header.scheme")?;
    let format = match header.media_type.as_str() {
        "" | "application/octet-stream" => None,
        name => Some(RdfFormat::from_media_type(name).ok_or_else(|| unknown_format(name))?),
    };
    let mut bytes = Vec::new();
    let mut share = share.map(|share| share.another());
    while let Some(request) = steps.message().await? {
        let Some(Step::Chunk(chunk)) = request.step else {
            return Err(CallError::field("step", "is a second header: import one scheme a call").into());
        };
        let size = bytes.len() + chunk.len();
        if size > MOST_BYTES {
            return Err(CallError::Over(Over::TooMuch { limit: MOST_BYTES }).into());
        }
        if let Some(share) = &mut share {
            share.grow_to(size).await.map_err(CallError::Over)?;
        }
        bytes.extend_from_slice(&chunk);
    }
    let changing = service.clone();
    let first = blocking(move || {
        let scheme =
            Scheme::read(&header.scheme, format, &bytes).map_err(|error| CallError::Scheme { error })?;
        drop((bytes, share));
        let (themes, warnings) = (scheme.themes().to_vec(), scheme.warnings().to_vec());
        let count = themes.len();
        let warnings = truncated(warnings);
        let _one = changing.one_change();
        let (revision, stamp) = change(&changing, &header.scheme, Some(themes))?;
        audit.changed([format!("schemes/{}", header.scheme)], revision);
        Ok((count, warnings, revision, stamp))
    });
    let (count, warnings, revision, stamp) = first.await?;
    let answer = v1::ImportSchemeResponse {
        theme_count: count as i32,
        warnings,
        revision: revision.to_string(),
        total_documents: service.store.outdated_count(stamp) as i64,
        ..v1::ImportSchemeResponse::default()
    };
    Ok(Box::pin(stream::iter([Ok(answer)]).chain(progress(service, count, stamp))))
}

/// An answer whenever a batch is done, until all are.
fn progress(
    service: Arc<Service>,
    count: usize,
    stamp: u64,
) -> impl Stream<Item = Result<v1::ImportSchemeResponse, Status>> + Send {
    let receiver = service.retags.progress();
    stream::unfold(Some(receiver), move |receiver| {
        let service = service.clone();
        async move {
            let mut receiver = receiver?;
            let now = loop {
                let now = *receiver.borrow_and_update();
                let overtaken = service.intake.themes().stamp() != stamp;
                if now.stamp == stamp || overtaken {
                    break retags::Progress { done: now.done || overtaken, ..now };
                }
                receiver.changed().await.ok()?;
            };
            let answer = v1::ImportSchemeResponse {
                theme_count: count as i32,
                retagged_count: now.paragraphs as i64,
                warnings: Vec::new(),
                revision: service.store.revision().to_string(),
                document_count: now.documents as i64,
                total_documents: now.total as i64,
                done: now.done,
            };
            if !now.done {
                // The next answer is due when something is done.
                receiver.changed().await.ok()?;
            }
            Some((Ok(answer), (!now.done).then_some(receiver)))
        }
    })
}

/// Removes a scheme, and answers when no document is tagged with its themes.
pub(super) async fn delete(
    service: Arc<Service>,
    audit: Audit,
    request: v1::DeleteSchemeRequest,
) -> Result<String, Status> {
    let changing = service.clone();
    let stamp = blocking(move || {
        let _one = changing.one_change();
        known_scheme(&changing.intake.themes(), &request.name)?;
        let (revision, stamp) = change(&changing, &request.name, None)?;
        audit.changed([format!("schemes/{}", request.name)], revision);
        Ok(stamp)
    })
    .await?;
    retags::until_done(&service, stamp).await;
    Ok(service.store.revision().to_string())
}

/// Keeps a scheme, uses it, and has documents tagged with it. Returns the revision that holds it, and what tells the
/// themes in use.
pub(super) fn change(
    service: &Service,
    scheme: &str,
    themes: Option<Vec<Theme>>,
) -> Result<(u64, u64), CallError> {
    let used = service.intake.themes();
    let others = used.schemes().iter().filter(|other| other.name() != scheme).cloned();
    let new = themes.as_ref().map(|themes| Scheme::from_themes(scheme, themes.clone()));
    let schemes: Vec<Scheme> = others.chain(new).collect();
    // What is kept can be used: a model that is of the old scheme alone stands in the way, and is named.
    let next = Themes::new(schemes, service.model.as_ref())
        .map_err(|error| CallError::ModelInUse { why: error.to_string() })?;
    let themes = themes.map(|themes| themes.iter().map(message).collect());
    let change = Change::Scheme { name: scheme.to_owned(), themes };
    let nested = Change::Hierarchy(hierarchies::kept(&next));
    let outcome = service.store.commit(vec![nested, change])?.pop();
    let revision = match outcome {
        Some(Ok(Outcome::Unseen { revision })) => revision,
        Some(Err(error)) => return Err(error.into()),
        _ => return Err(CallError::Internal("a scheme without an outcome".to_owned())),
    };
    let stamp = next.stamp();
    service.intake.use_themes(next);
    service.retags.want();
    Ok((revision, stamp))
}

pub(super) fn known_scheme<'a>(themes: &'a Themes, name: &str) -> Result<&'a Scheme, CallError> {
    themes.scheme(name).ok_or_else(|| CallError::UnknownScheme { name: name.to_owned() })
}

/// The name of a scheme, or the last part of that of a theme.
pub(super) fn check_name(name: &str, field: &'static str) -> Result<(), CallError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    match (1..=63).contains(&name.len()) && name.bytes().all(fits) {
        true => Ok(()),
        false => Err(CallError::field(
            field,
            format!("'{name}' is no name: use 1 to 63 small letters, digits and hyphens"),
        )),
    }
}

fn unknown_format(name: &str) -> CallError {
    let known: Vec<&str> = RdfFormat::ALL.iter().map(|format| format.as_str()).collect();
    let message =
        format!("'{name}' is not a media type that is read: use {}, or leave it empty", known.join(", "));
    CallError::field("header.media_type", message)
}

/// Warnings that fit into an answer.
fn truncated(mut warnings: Vec<String>) -> Vec<String> {
    for warning in &mut warnings {
        if warning.len() > 1000 {
            let end = (0..=1000).rev().find(|&end| warning.is_char_boundary(end)).unwrap_or(0);
            warning.truncate(end);
        }
    }
    warnings
}
