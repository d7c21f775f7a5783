//! Counts: how many paragraphs match a filter, and how many of them are about each theme.

use std::sync::Arc;

use alinea_proto::v1;

use crate::{
    serving::{
        CallError, Service,
        access::Bound,
        filter::{find_theme, store_filter},
    },
    theming::{ThemeId, is_structural},
};

/// Counts within a bound. It may read much of the store.
pub(super) fn count(
    service: &Service,
    request: &v1::CountParagraphsRequest,
    bound: &Bound,
) -> Result<v1::CountParagraphsResponse, CallError> {
    let wanted = store_filter(service, request.filter.as_ref(), bound)?;
    let named = named(service, request.filter.as_ref())?;
    let all = service.intake.themes();
    let shown =
        |theme: &ThemeId| request.include_structural || !is_structural(theme) || named.contains(theme);
    let themes: Vec<&ThemeId> = all.iter().map(|theme| &theme.id).filter(|theme| shown(theme)).collect();
    let group = |theme: &&ThemeId| -> Vec<Arc<str>> {
        all.with_narrower(theme).iter().map(|theme| theme.as_str().into()).collect()
    };
    let groups: Vec<Vec<Arc<str>>> = themes.iter().map(group).collect();
    let counts = service.store.count(&wanted, &groups)?;
    let mut themes: Vec<v1::ThemeCount> = themes
        .into_iter()
        .zip(counts.groups)
        .filter(|&(_, count)| count > 0)
        .map(|(theme, count)| v1::ThemeCount { theme: format!("themes/{theme}"), count: count as i64 })
        .collect();
    themes.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.theme.cmp(&other.theme)));
    let revision = counts.revision.to_string();
    Ok(v1::CountParagraphsResponse { total: counts.total as i64, themes, revision })
}

/// The themes that a filter asks for by name.
fn named(service: &Service, filter: Option<&v1::ParagraphFilter>) -> Result<Vec<ThemeId>, CallError> {
    let themes = filter.and_then(|filter| filter.themes.as_ref());
    let names = themes.into_iter().flat_map(|themes| themes.any_of.iter().chain(&themes.all_of));
    names.map(|name| find_theme(service, name)).collect()
}
