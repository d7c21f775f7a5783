//! From the filter of a request to the one the store is asked with: names are checked, themes are followed down to the
//! narrower ones.

use std::sync::Arc;

use alinea_proto::v1;
use prost::Message;

use super::{CallError, Service, access::Bound, names};
use crate::{
    store::{Filter, Seal},
    theming::{Hierarchy, ThemeId},
};

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

/// The filter the store was to be asked with when themes were nested in this way. A theme that there was not is one that
/// no paragraph was about.
pub(super) fn past_filter(
    themes: &Hierarchy,
    filter: Option<&v1::ParagraphFilter>,
    bound: &Bound,
) -> Result<Filter, CallError> {
    filter_of(themes, filter, bound, |name| Ok(named(themes, name)))
}

/// The theme of a resource name or an IRI, whether there is one or not.
pub(super) fn named(themes: &Hierarchy, name: &str) -> ThemeId {
    let id = themes.by_uri(name).map(|theme| theme.id.clone());
    id.unwrap_or_else(|| ThemeId::from_name(name.strip_prefix("themes/").unwrap_or(name)))
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
    for name in &asked.documents {
        filter.documents.push(names::document(name, "filter.documents")?);
    }
    for name in &asked.sections {
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
    let with_narrower = |name: &String| -> Result<Vec<Arc<str>>, CallError> {
        let theme = find(name)?;
        Ok(match asked.exact {
            true => vec![theme.as_str().into()],
            false => themes.with_narrower(&theme).iter().map(|theme| theme.as_str().into()).collect(),
        })
    };
    let groups = |names: &[String]| names.iter().map(with_narrower).collect::<Result<Vec<_>, _>>();
    filter.any_themes = match asked.any_of.is_empty() {
        true => None,
        false => Some(groups(&asked.any_of)?.concat()),
    };
    filter.all_themes = groups(&asked.all_of)?;
    filter.no_themes = groups(&asked.none_of)?.concat();
    filter.least_score = asked.min_score;
    match asked.min_score {
        Some(least) if !(least > 0.0 && least <= 1.0) => Err(CallError::field(
            "filter.themes.min_score",
            format!("is {least}: use a number over 0 and at most 1"),
        )),
        _ => Ok(()),
    }
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

/// Kinds that exist and say something.
fn kinds<K: TryFrom<i32>>(kinds: &[i32], field: &str) -> Result<Vec<i32>, CallError> {
    match kinds.iter().find(|&&kind| kind == 0 || K::try_from(kind).is_err()) {
        Some(kind) => Err(CallError::field(field, format!("has the unknown kind {kind}"))),
        None => Ok(kinds.to_vec()),
    }
}

/// Words of which none are empty.
fn filled(words: &[String], field: &str) -> Result<Vec<String>, CallError> {
    match words.iter().any(String::is_empty) {
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
