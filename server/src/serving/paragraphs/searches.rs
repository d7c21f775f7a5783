//! Searches: pages of the most relevant paragraphs, and streams of all that match.
//!
//! A page token has the rank of the last paragraph and the statistics that the first page was ranked with, so that the
//! pages fit however the index goes on meanwhile, here or in a copy of the store.

use std::sync::Arc;

use alinea_proto::v1;
use prost::Message;

use super::{PAGE_BYTES, cursors};
use crate::{
    searching::{Found, Rank, Search, Statistics},
    serving::{CallError, Service, access::Bound, blocking::blocking, filter, revisions},
    store::{Cursor, Filter, Scan, Seal, StoreError},
};

/// What page tokens are called in errors.
const TOKEN: &str = "page token";

/// Begins the walk of a stream that has a query, within a bound. Returns with it what all its cursors have.
pub(super) async fn begin(
    service: &Service,
    wanted: &Filter,
    request: &v1::StreamParagraphsRequest,
    bound: &Bound,
) -> Result<(Scan, Cursor), CallError> {
    let told = told(&request.query, request.filter.as_ref(), bound);
    let cursor = cursors::opened(service, wanted, told, &request.cursor, "cursor")?;
    let least = revisions::parse(&request.min_revision, "min_revision")?.unwrap_or(0);
    let at_least = cursor.map_or(least, |cursor| cursor.revision);
    let search = service.search.search(&request.query, &wanted.languages, at_least).await?;
    let store = &service.store;
    let (scan, cursor) = match cursor {
        Some(cursor) => {
            (store.scan(store.snapshot_at(cursor.revision)?, wanted, Some(cursor.position))?, cursor)
        }
        None => {
            let revision = search.revision();
            let snapshot = store.snapshot_at(revision)?;
            let wanted = filter::meant_at(service, request.filter.as_ref(), bound, revision)?;
            let hierarchy = wanted.themes_fingerprint();
            (store.scan(snapshot, &wanted, None)?, Cursor { revision, position: 0, filter: told, hierarchy })
        }
    };
    Ok((scan.within(Box::new(search)), cursor))
}

/// Answers a page, within a bound.
pub(super) async fn search(
    service: Arc<Service>,
    request: v1::SearchParagraphsRequest,
    bound: &Bound,
) -> Result<v1::SearchParagraphsResponse, CallError> {
    if request.query.is_empty() {
        return Err(CallError::field("query", "is empty: say which words to look for"));
    }
    let size = match request.page_size {
        ..0 => return Err(CallError::field("page_size", "is negative: use 0 to let the server choose")),
        0 => 20,
        size => (size as usize).min(200),
    };
    let wanted = filter::store_filter(&service, request.filter.as_ref(), bound)?;
    let told = told(&request.query, request.filter.as_ref(), bound);
    let place = match request.page_token.is_empty() {
        true => None,
        false => Some(Place::open(&service, &request.page_token, told, &wanted)?),
    };
    let least = revisions::parse(&request.min_revision, "min_revision")?.unwrap_or(0);
    let at_least = place.as_ref().map_or(least, |place| place.revision);
    let search = service.search.search(&request.query, &wanted.languages, at_least).await?;
    blocking(move || page(&service, &search, &wanted, told, size, place)).await
}

fn page(
    service: &Service,
    search: &Search,
    wanted: &Filter,
    told: u64,
    size: usize,
    place: Option<Place>,
) -> Result<v1::SearchParagraphsResponse, CallError> {
    let store = &service.store;
    let (revision, after, statistics) = match place {
        Some(Place { revision, after, statistics, .. }) => (revision, Some(after), statistics),
        None => (search.revision(), None, search.statistics()?),
    };
    if !search.has_statistics(&statistics) {
        // A program that reads words otherwise made the token.
        return Err(StoreError::CursorInvalid { what: TOKEN }.into());
    }
    let mut selection = store.select(store.snapshot_at(revision)?, wanted)?;
    // One more than a page says whether there is another.
    let mut found = search.best(store, &mut selection, &statistics, after, size + 1)?;
    let mut more = found.len() > size;
    found.truncate(size);
    let positions: Vec<u64> = found.iter().map(|found| found.rank.position).collect();
    let (mut hits, mut bytes) = (Vec::with_capacity(found.len()), 0);
    let paragraphs = selection.paragraphs(store, &positions, PAGE_BYTES)?;
    more |= paragraphs.len() < found.len();
    for (found, paragraph) in found.iter().zip(paragraphs) {
        let hit = hit(search, found, paragraph);
        bytes += hit.encoded_len();
        if !hits.is_empty() && bytes > PAGE_BYTES {
            more = true;
            break;
        }
        hits.push(hit);
    }
    let last = found.get(hits.len().wrapping_sub(1)).filter(|_| more);
    let next_page_token = last.map_or_else(String::new, |last| {
        let place = Place { revision, hierarchy: wanted.themes_fingerprint(), after: last.rank, statistics };
        place.seal(store.seal(), told)
    });
    Ok(v1::SearchParagraphsResponse { hits, next_page_token, revision: revision.to_string() })
}

fn hit(search: &Search, found: &Found, paragraph: v1::Paragraph) -> v1::SearchHit {
    let places = search.places(found, &paragraph.text);
    let matches =
        places.into_iter().map(|place| v1::Match { start: place.start as i32, end: place.end as i32 });
    v1::SearchHit { matches: matches.collect(), paragraph: Some(paragraph), relevance: found.rank.relevance }
}

/// Tells a query with a filter within a bound: the same ones have the same number.
fn told(query: &str, filter: Option<&v1::ParagraphFilter>, bound: &Bound) -> u64 {
    filter::fingerprint(filter, &format!("\0query\0{query}"), bound)
}

/// Where a page begins.
struct Place {
    revision: u64,
    /// Tells what the themes of the filter came to.
    hierarchy: u64,
    /// The rank of the last paragraph before.
    after: Rank,
    statistics: Statistics,
}

impl Place {
    /// The token of it.
    fn seal(&self, seal: Seal, told: u64) -> String {
        let Rank { relevance, position } = self.after;
        let numbers = [self.revision, self.hierarchy, u64::from(relevance.to_bits()), position];
        let numbers = numbers.iter().chain(&self.statistics.numbers);
        let text: Vec<String> = numbers.map(|number| format!("{number:x}")).collect();
        seal.seal_name(told, &text.join(" "))
    }

    /// The place of a token, when it is one of the same request and of themes that come to the same.
    fn open(service: &Service, token: &str, told: u64, wanted: &Filter) -> Result<Self, CallError> {
        let invalid = || StoreError::CursorInvalid { what: TOKEN };
        let (request, text) = service.store.seal().open_name(token, TOKEN)?;
        let numbers = text.split(' ').map(|number| u64::from_str_radix(number, 16));
        let numbers = numbers.collect::<Result<Vec<u64>, _>>().map_err(|_| invalid())?;
        let Some((&[revision, hierarchy, relevance, position], statistics)) = numbers.split_first_chunk()
        else {
            return Err(invalid().into());
        };
        if request != told {
            return Err(invalid().into());
        }
        if hierarchy != wanted.themes_fingerprint() {
            return Err(StoreError::SnapshotExpired { revision, oldest: service.store.revision() }.into());
        }
        let after = Rank { relevance: f32::from_bits(relevance as u32), position };
        Ok(Self { revision, hierarchy, after, statistics: Statistics { numbers: statistics.to_vec() } })
    }
}
