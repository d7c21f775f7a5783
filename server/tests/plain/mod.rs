//! Documents made for a test, and what is expected of them: a plain list of paragraphs that a filter is asked of one by one.

#![allow(dead_code, reason = "each test uses what it needs")]

use std::{path::Path, sync::Arc, time::Duration};

use alinea_proto::v1;
use alinea_server::{
    document::DocumentId,
    store::{BatchLimits, Change, Extent, Filter, NewDocument, Options, Retention, Scan, Store},
};
use proptest::prelude::*;
use prost::Message;

pub(crate) const NAMES: [&str; 4] = ["a", "b", "cc", "dd"];
pub(crate) const THEMES: [&str; 4] = ["energy", "peace", "terrorism", "trade"];
pub(crate) const LANGUAGES: [&str; 3] = ["fr", "fr-CA", "en"];

/// The tags of one paragraph, as a theme and its score in tenths.
pub(crate) type Tags = Vec<(usize, u8)>;

pub(crate) fn id(name: &str) -> DocumentId {
    DocumentId::try_new(name).unwrap()
}

pub(crate) fn document(name: &str, version: u64, paragraphs: &[Tags]) -> NewDocument {
    let section = |eid: &str, parent: &str| v1::Section {
        name: format!("documents/{name}/sections/{eid}"),
        parent_section: if parent.is_empty() {
            String::new()
        } else {
            format!("documents/{name}/sections/{parent}")
        },
        ..Default::default()
    };
    let tag = |&(theme, score): &(usize, u8)| v1::Tag {
        theme: format!("themes/{}", THEMES[theme]),
        score: f32::from(score) / 10.0,
        origin: 1,
    };
    let paragraph = |(at, tags): (usize, &Tags)| v1::Paragraph {
        name: format!("documents/{name}/paragraphs/para_{at}"),
        text: format!("{name} version {version} paragraph {at} {}", "x".repeat(at * 37 % 600)),
        kind: (at % 3 + 1) as i32,
        section: format!("documents/{name}/sections/{}", ["sec_1", "sec_1__sec_2", "sec_3"][at % 3]),
        ordinal: at as i32,
        tags: tags.iter().map(tag).collect(),
        ..Default::default()
    };
    NewDocument {
        id: id(name),
        document: v1::Document {
            name: format!("documents/{name}"),
            kind: (version % 2 + 1) as i32,
            language_code: LANGUAGES[version as usize % 3].to_owned(),
            work: format!("work-{}", name.len()),
            adoption_date: if version.is_multiple_of(4) {
                String::new()
            } else {
                format!("2006-06-{:02}", version + 1)
            },
            ..Default::default()
        },
        sections: vec![section("sec_1", ""), section("sec_1__sec_2", "sec_1"), section("sec_3", "")],
        paragraphs: paragraphs.iter().enumerate().map(paragraph).collect(),
        source: format!("{name} {version}").into_bytes(),
        extract: version.is_multiple_of(2).then(|| format!("extract of {name} {version}")),
        said: v1::Document { title: format!("said {version}"), ..Default::default() },
        said_media_type: String::new(),
        fingerprint: version,
        stamp: 0,
    }
}

pub(crate) fn put(new: NewDocument) -> Change {
    Change::Put(Box::new(new))
}

pub(crate) fn open(folder: &Path) -> Store {
    let retention = Retention { age: Duration::from_secs(3600), share: 0.2 };
    Store::open(folder, &Options { map_size: 1 << 30, retention }).unwrap()
}

pub(crate) fn next(scan: &mut Scan, store: &Store, limits: BatchLimits) -> Option<(Vec<v1::Paragraph>, u64)> {
    scan.next_batch(store, limits, |batch| {
        let bytes = batch.fields.concat();
        assert_eq!(bytes.len(), batch.len);
        (v1::StreamParagraphsResponse::decode(bytes.as_slice()).unwrap().paragraphs, batch.last)
    })
    .unwrap()
}

pub(crate) fn all(store: &Store, filter: &Filter) -> Vec<v1::Paragraph> {
    let mut scan = store.scan(store.snapshot(), filter, None).unwrap();
    let mut found = Vec::new();
    while let Some((paragraphs, _)) = next(&mut scan, store, BatchLimits { paragraphs: 7, bytes: 2000 }) {
        found.extend(paragraphs);
    }
    found
}

/// What a filter means, said of one paragraph and its document.
pub(crate) fn wanted(filter: &Filter, document: &v1::Document, paragraph: &v1::Paragraph) -> bool {
    let least = filter.least_score.unwrap_or(0.5);
    let about = |themes: &Vec<Arc<str>>| {
        let named = |tag: &v1::Tag| themes.iter().any(|theme| tag.theme == format!("themes/{theme}"));
        paragraph.tags.iter().any(|tag| tag.score >= least && named(tag))
    };
    let is_seen = |themes: &Vec<Arc<str>>| {
        let named = |tag: &v1::Tag| themes.iter().any(|theme| tag.theme == format!("themes/{theme}"));
        paragraph.tags.iter().any(|tag| tag.score >= 0.5 && named(tag))
    };
    let language = |wanted: &String| {
        document.language_code == *wanted || document.language_code.starts_with(&format!("{wanted}-"))
    };
    let section = |(of, eid): &(DocumentId, String)| {
        let name = format!("documents/{of}/sections/{eid}");
        paragraph.section == name || paragraph.section.starts_with(&format!("{name}__"))
    };
    let day = &document.adoption_date;
    filter.extent.themes.as_ref().is_none_or(is_seen)
        && filter.extent.works.as_ref().is_none_or(|works| works.iter().any(|work| **work == document.work))
        && filter.any_themes.as_ref().is_none_or(about)
        && filter.all_themes.iter().all(about)
        && !about(&filter.no_themes)
        && (filter.documents.is_empty()
            || filter.documents.iter().any(|id| document.name.ends_with(id.as_str())))
        && (filter.document_kinds.is_empty() || filter.document_kinds.contains(&document.kind))
        && (filter.languages.is_empty() || filter.languages.iter().any(language))
        && (filter.works.is_empty() || filter.works.contains(&document.work))
        && (filter.kinds.is_empty() || filter.kinds.contains(&paragraph.kind))
        && (filter.sections.is_empty() || filter.sections.iter().any(section))
        && filter.adopted_from.as_ref().is_none_or(|from| !day.is_empty() && day >= from)
        && filter.adopted_before.as_ref().is_none_or(|before| !day.is_empty() && day < before)
}

pub(crate) fn themes() -> impl Strategy<Value = Vec<Arc<str>>> {
    proptest::sample::subsequence(&THEMES, 0..=2)
        .prop_map(|themes| themes.into_iter().map(Arc::from).collect())
}

pub(crate) fn some(of: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    proptest::sample::subsequence(of, 0..=1).prop_map(|some| some.into_iter().map(str::to_owned).collect())
}

pub(crate) fn extents() -> impl Strategy<Value = Extent> {
    let works = some(&["work-1", "work-2"]);
    let works = works.prop_map(|works| works.into_iter().map(|work| work.as_str().into()).collect());
    let some = (proptest::option::of(themes()), proptest::option::of(works));
    let some = some.prop_map(|(themes, works)| Extent { themes, works });
    prop_oneof![Just(Extent::default()), some]
}

pub(crate) fn filters() -> impl Strategy<Value = Filter> {
    let day = || proptest::option::of((1u32..14).prop_map(|day| format!("2006-06-{day:02}")));
    let least = proptest::option::of((2u8..=9).prop_map(|tenths| f32::from(tenths) / 10.0));
    let tags = (proptest::option::of(themes()), proptest::collection::vec(themes(), 0..2), themes(), least);
    let kinds = (
        proptest::sample::subsequence(vec![1, 2], 0..=1),
        proptest::sample::subsequence(vec![1, 2, 3], 0..=2),
    );
    (tags, kinds, some(&["fr", "en", "fr-CA"]), some(&["work-1", "work-2"]), (day(), day()), extents())
        .prop_map(
            |(
                (any_themes, all_themes, no_themes, least_score),
                (document_kinds, kinds),
                languages,
                works,
                (from, before),
                extent,
            )| {
                Filter {
                    any_themes,
                    all_themes,
                    no_themes,
                    least_score,
                    document_kinds,
                    kinds,
                    languages,
                    works,
                    adopted_from: from,
                    adopted_before: before,
                    extent,
                    ..Filter::default()
                }
            },
        )
}
