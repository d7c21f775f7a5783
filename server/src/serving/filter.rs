//! From the filter of a request to the one the store is asked with: names are checked, themes are followed down to the
//! narrower ones.

use std::{collections::HashSet, sync::Arc};

use alinea_proto::v1;
use prost::Message;

use super::{CallError, Service, access::Bound, names};
use crate::{
    store::{Filter, Seal},
    theming::{Hierarchy, ThemeId},
};

/// The most entries of a list of a filter.
const MOST_ENTRIES: usize = 1000;

/// Tells a filter within a bound: the same ones have the same number. So a cursor or page token is of no use to whom another
/// bound holds for, and nothing that is kept at hand for one is told to the other.
pub(super) fn fingerprint(filter: Option<&v1::ParagraphFilter>, parent: &str, bound: &Bound) -> u64 {
    let mut words = filter.cloned().unwrap_or_default().encode_to_vec();
    words.extend_from_slice(parent.as_bytes());
    words.extend_from_slice(bound.told().as_bytes());
    Seal::fingerprint(&words)
}

/// The filter the store is asked with, within a bound. A theme that there is not is an error.
pub(super) fn store_filter(
    service: &Service,
    filter: Option<&v1::ParagraphFilter>,
    bound: &Bound,
) -> Result<Filter, CallError> {
    let themes = service.intake.themes();
    filter_of(&themes, filter, bound, |name| find_theme(service, name))
}

/// The filter the store is asked with at a revision, for whose themes [`store_filter`] has looked.
pub(super) fn meant_at(
    service: &Service,
    filter: Option<&v1::ParagraphFilter>,
    bound: &Bound,
    revision: u64,
) -> Result<Filter, CallError> {
    let themes = service.hierarchy_at(revision)?;
    past_filter(&themes, filter, bound)
}

/// The filter the store was to be asked with when themes were nested in this way. A theme that there was not is one that
/// no paragraph was about.
fn past_filter(
    themes: &Hierarchy,
    filter: Option<&v1::ParagraphFilter>,
    bound: &Bound,
) -> Result<Filter, CallError> {
    filter_of(themes, filter, bound, |name| Ok(named(themes, name)))
}

/// The theme of a resource name or an IRI, whether there is one or not.
pub(super) fn named(themes: &Hierarchy, name: &str) -> ThemeId {
    if let Some(id) = name.strip_prefix("themes/") {
        return ThemeId::from_name(id);
    }
    themes.by_uri(name).map_or_else(|| ThemeId::from_name(name), |theme| theme.id.clone())
}

fn filter_of(
    themes: &Hierarchy,
    filter: Option<&v1::ParagraphFilter>,
    bound: &Bound,
    find: impl Fn(&str) -> Result<ThemeId, CallError>,
) -> Result<Filter, CallError> {
    let mut wanted = Filter { extent: bound.extent(themes), ..Filter::default() };
    let Some(asked) = filter else { return Ok(wanted) };
    let filter = &mut wanted;
    if let Some(asked) = &asked.themes {
        theme_filter(themes, asked, find, filter)?;
    }
    for name in few(&asked.documents, "filter.documents")? {
        filter.documents.push(names::document(name, "filter.documents")?);
    }
    for name in few(&asked.sections, "filter.sections")? {
        let (document, eid) = names::part(name, "sections", "filter.sections")?;
        filter.sections.push((document, eid.to_owned()));
    }
    filter.document_kinds = kinds::<v1::DocumentKind>(&asked.document_kinds, "filter.document_kinds")?;
    filter.kinds = kinds::<v1::ParagraphKind>(&asked.kinds, "filter.kinds")?;
    filter.languages = filled(&asked.language_codes, "filter.language_codes")?;
    filter.works = filled(&asked.works, "filter.works")?;
    if let Some(days) = &asked.adoption_dates {
        filter.adopted_from = day(&days.start_date, "filter.adoption_dates.start_date")?;
        filter.adopted_before = day(&days.end_date, "filter.adoption_dates.end_date")?;
    }
    Ok(wanted)
}

fn theme_filter(
    themes: &Hierarchy,
    asked: &v1::ThemeFilter,
    find: impl Fn(&str) -> Result<ThemeId, CallError>,
    filter: &mut Filter,
) -> Result<(), CallError> {
    let found = |names: &[String], field: &str| -> Result<Vec<ThemeId>, CallError> {
        let found = few(names, field)?.iter().map(|name| find(name));
        Ok(once(found.collect::<Result<Vec<_>, _>>()?))
    };
    let with_narrower = |theme: ThemeId| match asked.exact {
        true => vec![theme],
        false => themes.with_narrower(&theme),
    };
    let id = |theme: &ThemeId| theme.as_str().into();
    // Each theme once, however many of those that are asked for it is part of.
    let one_of = |themes: Vec<ThemeId>| -> Vec<Arc<str>> {
        once(themes.into_iter().flat_map(with_narrower)).iter().map(id).collect()
    };
    let any = found(&asked.any_of, "filter.themes.any_of")?;
    filter.any_themes = (!any.is_empty()).then(|| one_of(any));
    let all = found(&asked.all_of, "filter.themes.all_of")?;
    filter.all_themes = all.into_iter().map(|theme| with_narrower(theme).iter().map(id).collect()).collect();
    filter.no_themes = one_of(found(&asked.none_of, "filter.themes.none_of")?);
    filter.least_score = asked.min_score;
    match asked.min_score {
        Some(least) if !(least > 0.0 && least <= 1.0) => Err(CallError::field(
            "filter.themes.min_score",
            format!("is {least}: use a number over 0 and at most 1"),
        )),
        _ => Ok(()),
    }
}

/// Themes, each where it comes first.
fn once(themes: impl IntoIterator<Item = ThemeId>) -> Vec<ThemeId> {
    let mut seen = HashSet::new();
    themes.into_iter().filter(|theme| seen.insert(theme.clone())).collect()
}

/// The theme of a resource name or an IRI.
pub(super) fn find_theme(service: &Service, name: &str) -> Result<ThemeId, CallError> {
    let themes = service.intake.themes();
    let found = match name.strip_prefix("themes/") {
        Some(id) => themes.get(id),
        None => themes.by_uri(name),
    };
    found.map(|theme| theme.id.clone()).ok_or_else(|| CallError::UnknownTheme { name: name.to_owned() })
}

/// A list that is not too long: each entry is looked for in the whole store.
pub(super) fn few<'a, T>(entries: &'a [T], field: &str) -> Result<&'a [T], CallError> {
    match entries.len() {
        ..=MOST_ENTRIES => Ok(entries),
        many => {
            let message = format!("has {many} entries, more than the {MOST_ENTRIES} of a filter: part it");
            Err(CallError::field(field, message))
        }
    }
}

/// Kinds that exist and say something.
fn kinds<K: TryFrom<i32>>(kinds: &[i32], field: &str) -> Result<Vec<i32>, CallError> {
    match few(kinds, field)?.iter().find(|&&kind| kind == 0 || K::try_from(kind).is_err()) {
        Some(kind) => Err(CallError::field(field, format!("has the unknown kind {kind}"))),
        None => Ok(kinds.to_vec()),
    }
}

/// Words of which none are empty.
fn filled(words: &[String], field: &str) -> Result<Vec<String>, CallError> {
    match few(words, field)?.iter().any(String::is_empty) {
        true => Err(CallError::field(field, "has an empty entry: leave it out")),
        false => Ok(words.to_vec()),
    }
}

/// A day, or none when it is empty.
fn day(text: &str, field: &str) -> Result<Option<String>, CallError> {
    let shaped = |text: &str| {
        let digits =
            |part: &str, len: usize| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
        let parts: Vec<&str> = text.split('-').collect();
        matches!(parts[..], [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
    };
    match text {
        "" => Ok(None),
        text if shaped(text) => Ok(Some(text.to_owned())),
        text => Err(CallError::field(field, format!("'{text}' is no day: write YYYY-MM-DD"))),
    }
}
