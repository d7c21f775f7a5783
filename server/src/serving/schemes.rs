//! Changes of schemes: each is kept first, then put in the place of what is in use, then documents are tagged with it.

use std::{pin::Pin, sync::Arc};

use alinea_proto::v1::{self, import_scheme_request::Step};
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use tonic::{Status, Streaming};

use super::{
    CallError, Service, imports, retags,
    themes::{from_message, message, name},
};
use crate::{
    store::{Change, Outcome, StoreError},
    theming::{DEFAULT_SCHEME, RdfFormat, Scheme, Theme, Themes},
};

/// The most bytes of a file with a scheme.
const MOST_BYTES: usize = 256 << 20;

/// The answers to an import.
type Answers = Pin<Box<dyn Stream<Item = Result<v1::ImportSchemeResponse, Status>> + Send>>;

/// Takes a scheme in, and answers how far documents are tagged with it.
pub(super) async fn import(
    service: Arc<Service>,
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
    while let Some(request) = steps.message().await? {
        let Some(Step::Chunk(chunk)) = request.step else {
            return Err(CallError::field("step", "is a second header: import one scheme a call").into());
        };
        if bytes.len() + chunk.len() > MOST_BYTES {
            let message = format!("is of more than {MOST_BYTES} bytes: part the scheme");
            return Err(CallError::field("chunk", message).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    let changing = service.clone();
    let first = imports::blocking(move || {
        let scheme =
            Scheme::read(&header.scheme, format, &bytes).map_err(|error| CallError::Scheme { error })?;
        let (themes, warnings) = (scheme.themes().to_vec(), scheme.warnings().to_vec());
        let count = themes.len();
        let warnings = truncated(warnings);
        let _one = changing.one_change();
        let (revision, stamp) = change(&changing, &header.scheme, Some(themes))?;
        tracing::info!(scheme = header.scheme, themes = count, revision, "a scheme is in use");
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

/// Adds a theme, and answers when documents are tagged with it.
pub(super) async fn create(
    service: Arc<Service>,
    request: v1::CreateThemeRequest,
) -> Result<(v1::Theme, String), Status> {
    changed(service, move |service| {
        let id = request.theme_id;
        let wanted = request.theme.unwrap_or_default();
        let (scheme, last) = match id.split_once('.') {
            Some((scheme, last)) => (scheme, last),
            None => (DEFAULT_SCHEME, id.as_str()),
        };
        check_name(last, "theme_id")?;
        let themes = service.intake.themes();
        let known = known_scheme(&themes, scheme)?;
        if themes.get(&id).is_some() {
            return Err(StoreError::AlreadyExists { name: format!("themes/{id}") }.into());
        }
        let mut theme = from_message(v1::Theme { name: format!("themes/{id}"), ..wanted });
        theme.scheme = scheme.to_owned();
        if theme.uri.is_empty() {
            theme.uri = format!("urn:alinea:{scheme}:{last}");
        }
        if themes.by_uri(&theme.uri).is_some() {
            return Err(CallError::field("theme.uri", format!("<{}> is of another theme", theme.uri)));
        }
        let mut all = known.themes().to_vec();
        all.push(theme.clone());
        Ok((all, theme))
    })
    .await
}

/// Changes a theme, and answers when documents are tagged with it.
pub(super) async fn update(
    service: Arc<Service>,
    request: v1::UpdateThemeRequest,
) -> Result<(v1::Theme, String), Status> {
    changed(service, move |service| {
        let wanted = request.theme.unwrap_or_default();
        let themes = service.intake.themes();
        let found = super::filter::find_theme(service, &wanted.name)?;
        let theme = themes.get(found.as_str()).ok_or_else(|| CallError::UnknownTheme { name: wanted.name.clone() })?;
        check_etag(theme, &wanted.etag)?;
        let mut changed = message(theme);
        let fields = request.update_mask.map(|mask| mask.paths).filter(|paths| !paths.is_empty());
        for field in fields.unwrap_or_else(|| set_fields(&wanted)) {
            match field.as_str() {
                "display_names" => changed.display_names.clone_from(&wanted.display_names),
                "descriptions" => changed.descriptions.clone_from(&wanted.descriptions),
                "broader_themes" => changed.broader_themes.clone_from(&wanted.broader_themes),
                "alternative_labels" => changed.alternative_labels.clone_from(&wanted.alternative_labels),
                "hidden_labels" => changed.hidden_labels.clone_from(&wanted.hidden_labels),
                "matches" => changed.matches.clone_from(&wanted.matches),
                other => {
                    let message = format!(
                        "names '{other}', which cannot be changed: name display_names, descriptions, broader_themes, \
                         alternative_labels, hidden_labels or matches"
                    );
                    return Err(CallError::field("update_mask", message));
                }
            }
        }
        let changed = from_message(changed);
        let known = known_scheme(&themes, &changed.scheme)?;
        let of = |theme: &Theme| if theme.id == changed.id { changed.clone() } else { theme.clone() };
        Ok((known.themes().iter().map(of).collect(), changed.clone()))
    })
    .await
}

/// Removes a theme, and answers when no document is tagged with it.
pub(super) async fn delete(service: Arc<Service>, request: v1::DeleteThemeRequest) -> Result<String, Status> {
    let (_, revision) = changed(service, move |service| {
        let themes = service.intake.themes();
        let found = super::filter::find_theme(service, &request.name)?;
        let theme = themes
            .get(found.as_str())
            .ok_or_else(|| CallError::UnknownTheme { name: request.name.clone() })?;
        check_etag(theme, &request.etag)?;
        let narrower = themes.iter().find(|other| other.broader.contains(&theme.id));
        if let Some(narrower) = narrower {
            let (name, narrower) = (name(&theme.id), name(&narrower.id));
            return Err(CallError::HasNarrower { name, narrower });
        }
        let known = known_scheme(&themes, &theme.scheme)?;
        Ok((known.themes().iter().filter(|other| other.id != theme.id).cloned().collect(), theme.clone()))
    })
    .await?;
    Ok(revision)
}

/// Removes a scheme, and answers when no document is tagged with its themes.
pub(super) async fn delete_whole(
    service: Arc<Service>,
    request: v1::DeleteSchemeRequest,
) -> Result<String, Status> {
    let changing = service.clone();
    let (_, stamp) = imports::blocking(move || {
        let _one = changing.one_change();
        known_scheme(&changing.intake.themes(), &request.name)?;
        change(&changing, &request.name, None)
    })
    .await?;
    retags::until_done(&service, stamp).await;
    Ok(service.store.revision().to_string())
}

/// Puts the themes of a scheme in the place of those it has; `change` gives them, and the theme it is about.
async fn changed(
    service: Arc<Service>,
    make: impl FnOnce(&Service) -> Result<(Vec<Theme>, Theme), CallError> + Send + 'static,
) -> Result<(v1::Theme, String), Status> {
    let changing = service.clone();
    let (theme, stamp) = imports::blocking(move || {
        let _one = changing.one_change();
        let (themes, theme) = make(&changing)?;
        let scheme = Scheme::from_themes(&theme.scheme, themes.clone());
        check_broader(&theme, &themes, &scheme)?;
        let (_, stamp) = change(&changing, &theme.scheme, Some(themes))?;
        Ok((message(&theme), stamp))
    })
    .await?;
    retags::until_done(&service, stamp).await;
    Ok((theme, service.store.revision().to_string()))
}

/// Keeps a scheme, uses it, and has documents tagged with it. Returns the revision that holds it, and what tells the
/// themes in use.
fn change(service: &Service, scheme: &str, themes: Option<Vec<Theme>>) -> Result<(u64, u64), CallError> {
    let used = service.intake.themes();
    let others = used.schemes().iter().filter(|other| other.name() != scheme).cloned();
    let new = themes.as_ref().map(|themes| Scheme::from_themes(scheme, themes.clone()));
    let schemes: Vec<Scheme> = others.chain(new).collect();
    // What is kept can be used: a model that is of the old scheme alone stands in the way, and is named.
    let next = Themes::new(schemes, service.model.as_ref())
        .map_err(|error| CallError::ModelInUse { why: error.to_string() })?;
    let themes = themes.map(|themes| themes.iter().map(message).collect());
    let change = Change::Scheme { name: scheme.to_owned(), themes };
    let outcome = service.store.commit(vec![change])?.pop();
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

fn known_scheme<'a>(themes: &'a Themes, name: &str) -> Result<&'a Scheme, CallError> {
    themes.scheme(name).ok_or_else(|| CallError::UnknownScheme { name: name.to_owned() })
}

/// The name of a scheme, or the last part of that of a theme.
fn check_name(name: &str, field: &'static str) -> Result<(), CallError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    match (1..=63).contains(&name.len()) && name.bytes().all(fits) {
        true => Ok(()),
        false => Err(CallError::field(
            field,
            format!("'{name}' is no name: use 1 to 63 small letters, digits and hyphens"),
        )),
    }
}

/// That what is said to be broader is there, and closes no circle.
fn check_broader(theme: &Theme, themes: &[Theme], scheme: &Scheme) -> Result<(), CallError> {
    let missing = theme.broader.iter().find(|broader| scheme.get(broader.as_str()).is_none());
    if let Some(broader) = missing {
        return Err(CallError::UnknownTheme { name: name(broader) });
    }
    // A scheme passes over what closes a circle, wherever in the circle that is.
    let steps = |themes: &[Theme]| themes.iter().map(|theme| theme.broader.len()).sum::<usize>();
    match steps(themes) == steps(scheme.themes()) {
        true => Ok(()),
        false => Err(CallError::field(
            "theme.broader_themes",
            "would close a circle: a theme cannot be broader than itself",
        )),
    }
}

fn check_etag(theme: &Theme, etag: &str) -> Result<(), CallError> {
    let found = message(theme).etag;
    match etag.is_empty() || etag == found {
        true => Ok(()),
        false => Err(StoreError::EtagMismatch { name: name(&theme.id), found }.into()),
    }
}

/// The fields of a theme that are set.
fn set_fields(theme: &v1::Theme) -> Vec<String> {
    let set = [
        ("display_names", !theme.display_names.is_empty()),
        ("descriptions", !theme.descriptions.is_empty()),
        ("broader_themes", !theme.broader_themes.is_empty()),
        ("alternative_labels", !theme.alternative_labels.is_empty()),
        ("hidden_labels", !theme.hidden_labels.is_empty()),
        ("matches", !theme.matches.is_empty()),
    ];
    set.into_iter().filter(|(_, set)| *set).map(|(field, _)| field.to_owned()).collect()
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
