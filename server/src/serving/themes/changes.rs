//! Themes that are added, changed and removed one by one: each is a change of its scheme.

use std::sync::Arc;

use alinea_proto::v1;
use tonic::Status;

use super::{
    from_message, message, name, retags,
    schemes::{change, check_name, known_scheme},
};
use crate::{
    serving::{CallError, Service, blocking::blocking, filter::find_theme, observing::Audit},
    store::StoreError,
    theming::{DEFAULT_SCHEME, Scheme, Theme, Themes},
};

/// Adds a theme, and answers when documents are tagged with it.
pub(super) async fn create(
    service: Arc<Service>,
    audit: Audit,
    request: v1::CreateThemeRequest,
) -> Result<(v1::Theme, String), Status> {
    changed(service, audit, move |service| {
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
    audit: Audit,
    request: v1::UpdateThemeRequest,
) -> Result<(v1::Theme, String), Status> {
    changed(service, audit, move |service| {
        let wanted = request.theme.unwrap_or_default();
        let themes = service.intake.themes();
        let theme = named(service, &themes, &wanted.name)?;
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
pub(super) async fn delete(
    service: Arc<Service>,
    audit: Audit,
    request: v1::DeleteThemeRequest,
) -> Result<String, Status> {
    let (_, revision) = changed(service, audit, move |service| {
        let themes = service.intake.themes();
        let theme = named(service, &themes, &request.name)?;
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

/// Puts the themes of a scheme in the place of those it has; `change` gives them, and the theme it is about.
async fn changed(
    service: Arc<Service>,
    audit: Audit,
    make: impl FnOnce(&Service) -> Result<(Vec<Theme>, Theme), CallError> + Send + 'static,
) -> Result<(v1::Theme, String), Status> {
    let changing = service.clone();
    let (theme, stamp) = blocking(move || {
        let _one = changing.one_change();
        let (themes, theme) = make(&changing)?;
        let scheme = Scheme::from_themes(&theme.scheme, themes.clone());
        check_broader(&theme, &themes, &scheme)?;
        let (revision, stamp) = change(&changing, &theme.scheme, Some(themes))?;
        let theme = message(&theme);
        audit.changed([&theme.name], revision);
        Ok((theme, stamp))
    })
    .await?;
    retags::until_done(&service, stamp).await;
    Ok((theme, service.store.revision().to_string()))
}

/// The theme of a name that comes in a request.
fn named<'a>(service: &Service, themes: &'a Themes, name: &str) -> Result<&'a Theme, CallError> {
    let found = find_theme(service, name)?;
    themes.get(found.as_str()).ok_or_else(|| CallError::UnknownTheme { name: name.to_owned() })
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
